"""A store on a server of another make, over the SPARQL 1.1 Protocol.

What it keeps to, because servers differ:

- a query names its graphs; what a server takes for its default graph does not matter;
- a change is one request. Whether that is atomic is up to the server: Oxigraph's is. What does
  not fit in one request is first sent in parts to a graph of its own, and then moved or added in
  one request; ``change`` refuses it instead;
- an answer is whole or an error: servers leave rows out at a maximum of theirs, stop at their
  time limit, or break off, and still say 200 (``kg.store.paging``, ``kg.store.wire``).
"""

from __future__ import annotations

import uuid
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, Self

import pyoxigraph as ox

from kg.errors import RuleError
from kg.store.changes import in_graph, refuse_unnamed, unnamed, update_text
from kg.store.errors import StoreError
from kg.store.oxigraph import insert_form, wrong_form
from kg.store.paging import Pager, too_many
from kg.store.results import read_graph, read_rows, read_truth
from kg.store.shape import UPDATE_FORMS, Shape, first_word, shape_of
from kg.store.wire import Basic, Bearer, Digest, Wire
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from kg.store.port import Row
    from kg.store.wire import Auth

__all__ = ["Basic", "Bearer", "Digest", "RemoteStore", "open_remote"]

PART: Final = 5_000
"""How many rows are asked for at once, where a server has a maximum."""
BATCH: Final = 1_000
"""How many triples go into one request while much is loaded; Virtuoso takes some 4,900."""
MOST: Final = 50_000
"""How many quads one change may hold."""
_SUSPECT: Final = 1_000
_LOADING: Final = "urn:kg:loading:"


class RemoteStore:
    """A store behind a SPARQL server.

    Args:
        query_url: Where queries go.
        update_url: Where updates go; as the queries when None.
        auth: ``Basic``, ``Digest`` or ``Bearer``; None for a server that asks for nothing.
        timeout: How many seconds one request may take.
        send: ``form`` for a form with one field, ``body`` for the text as the body.
        row_cap: The most rows the server gives; learnt where the server says so.
        batch: How many triples go into one request while much is loaded.
        most: How many quads one change may hold.
        most_bytes: How large one answer may be.
        own_graphs: Graphs of the server itself, which are not part of the data.

    Raises:
        StoreError: ``KG-T018`` when an address is not http(s), or holds credentials.
    """

    def __init__(
        self,
        query_url: str,
        update_url: str | None = None,
        *,
        auth: Auth | None = None,
        timeout: float = 60.0,
        send: Literal["form", "body"] = "form",
        row_cap: int | None = None,
        batch: int = BATCH,
        most: int = MOST,
        most_bytes: int = 1 << 30,
        own_graphs: Collection[str] = (),
    ) -> None:
        self._wire = Wire(
            query_url, update_url or query_url,
            auth=auth, timeout=timeout, send=send, most_bytes=most_bytes,
        )  # fmt: skip
        self._cap, self._batch, self._most = row_cap, batch, most
        self._own = frozenset(own_graphs)

    def select(self, query: str) -> Iterator[Row]:
        """Give the solutions of a SELECT query, one row each.

        Raises:
            RuleError: ``KG-Q001`` or ``KG-Q002`` for what is no SELECT.
            StoreError: ``KG-T010`` to ``KG-T019`` when the server does not give a whole answer.
        """
        return iter(self._rows(_shape(query, "SELECT")))

    def _rows(self, shape: Shape) -> list[Row]:
        rows, capped = self._ask(shape.text)
        if not capped and not self._suspicious(len(rows)):
            return rows
        pager = Pager(self._ask_rows, shape, min(self._cap or PART, PART))
        total = pager.count()
        if len(rows) == total:
            return rows
        if shape.ordered:
            raise too_many()
        return list(pager.rows(_keys(rows), total))

    def _ask(self, query: str) -> tuple[list[Row], bool]:
        answer = self._wire.ask("SELECT", query)
        if answer.capped is not None:
            self._cap = answer.capped
        return read_rows(answer.body), answer.capped is not None

    def _ask_rows(self, query: str) -> list[Row]:
        return self._ask(query)[0]

    def _suspicious(self, rows: int) -> bool:
        """Whether so many rows may be a maximum of the server: a known one, or a round number."""
        if self._cap is not None:
            return rows >= self._cap
        return rows >= _SUSPECT and (rows % _SUSPECT == 0 or rows & (rows - 1) == 0)

    def ask(self, query: str) -> bool:
        """Give the answer to an ASK query.

        Raises:
            RuleError: ``KG-Q001`` or ``KG-Q002`` for what is no ASK.
            StoreError: ``KG-T010`` to ``KG-T019`` when the server does not answer.
        """
        _shape(query, "ASK")
        return read_truth(self._wire.ask("ASK", query).body)

    def construct(self, query: str) -> Iterator[ox.Triple]:
        """Give the triples of a CONSTRUCT or DESCRIBE query.

        The solutions of a CONSTRUCT are asked for as rows, and fill its template here: a server
        with a maximum leaves triples out without a sign. A DESCRIBE is taken as the server gives
        it.

        Raises:
            RuleError: ``KG-Q001`` or ``KG-Q002`` for what is neither.
            StoreError: ``KG-T010`` to ``KG-T019`` when the server does not give a whole answer.
        """
        shape = _shape(query, "CONSTRUCT", "DESCRIBE")
        solutions = shape.solutions()
        if solutions is None:
            answer = self._wire.ask(shape.form, query)
            return iter(dict.fromkeys(read_graph(answer.body, answer.media)))
        return _filled(shape, self._rows(solutions), self._batch)

    def materialise(self, graph: str, construct: str) -> None:
        """Add to a named graph what a CONSTRUCT query gives, by one update on the server."""
        self._wire.update(insert_form(graph, construct))

    def update(self, text: str) -> None:
        """Carry out a SPARQL update; as one, where the server does so.

        Raises:
            RuleError: ``KG-Q001`` when the text is no SPARQL update.
            StoreError: ``KG-T010`` to ``KG-T019`` when the server does not carry it out.
        """
        if first_word(text) not in UPDATE_FORMS:
            raise _not_an("update")
        self._wire.update(text)

    def change(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Take quads away and add quads, in one request.

        Raises:
            StoreError: ``KG-T017`` when there are more than one request may hold, ``KG-T002`` for
                a blank node, ``KG-T003`` for an IRI that cannot be written, and ``KG-T010`` to
                ``KG-T016`` when the server does not carry it out.
        """
        gone, new = list(removed), list(added)
        if len(gone) + len(new) > self._most:
            raise _too_large(len(gone) + len(new), self._most)
        if text := update_text(gone, new):
            self._wire.update(text)

    def add(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Add triples to a named graph, all or nothing, as far as the server's ``ADD`` is."""
        quads = in_graph(graph, triples)
        if len(quads) <= self._batch:
            self.change([], quads)
            return
        with _Loading(self, quads, self._batch) as loaded:
            self._wire.update(f"ADD <{loaded}> TO {ox.NamedNode(graph)}")

    def replace(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Make a named graph hold exactly these triples, as far as the server's ``MOVE`` is."""
        quads, name = in_graph(graph, dict.fromkeys(triples)), ox.NamedNode(graph)
        if len(quads) <= self._batch:
            text = update_text([], quads)
            self._wire.update(f"CLEAR SILENT GRAPH {name}" + (f" ;\n{text}" if text else ""))
            return
        with _Loading(self, quads, self._batch) as loaded:
            self._wire.update(f"MOVE <{loaded}> TO {name}")

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """Give the triples of one named graph."""
        name = ox.NamedNode(graph)
        whole = _shape(f"SELECT ?s ?p ?o FROM {name} WHERE {{ ?s ?p ?o }}", "SELECT")
        return (_triple(row) for row in self._rows(whole))

    def dump(self, graph: str) -> bytes:
        """Give one named graph as N-Triples, a line each, in any order."""
        return ox.serialize(self.triples(graph), format=ox.RdfFormat.N_TRIPLES) or b""

    def graphs(self) -> Sequence[str]:
        """Give the IRIs of the named graphs, sorted; without those of the server itself."""
        query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
        found = {row["g"].value for row in self.select(query)}
        return sorted(found - self._own)

    def close(self) -> None:
        """Nothing to let go of: each request has a connection of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_remote(
    query_url: str, update_url: str | None, environment: Mapping[str, str]
) -> RemoteStore:
    """Open the store of a server, with the credentials of the environment.

    Args:
        query_url: Where queries go.
        update_url: Where updates go; as the queries when None.
        environment: ``KG_STORE_TOKEN`` for a bearer token; or ``KG_STORE_USER`` and
            ``KG_STORE_PASSWORD``, and ``KG_STORE_AUTH`` to say ``basic`` (the default) or
            ``digest``; nothing for a server that asks for nothing.

    Raises:
        StoreError: ``KG-T018`` when an address is not usable, ``KG-T020`` when the credentials
            are not whole.
    """
    return RemoteStore(query_url, update_url, auth=_auth(environment))


def _auth(environment: Mapping[str, str]) -> Auth | None:
    names = ("AUTH", "TOKEN", "USER", "PASSWORD")
    kind, token, user, password = (environment.get(f"KG_STORE_{name}", "") for name in names)
    kind = kind.lower() or ("bearer" if token else "basic" if user or password else "")
    if not kind and not (token or user or password):
        return None
    if kind == "bearer" and token and not (user or password):
        return Bearer(token)
    if kind in {"basic", "digest"} and user and password and not token:
        return Basic(user, password) if kind == "basic" else Digest(user, password)
    raise StoreError(
        "KG-T020",
        Text(
            "de gegevens voor toegang tot de opslag zijn niet volledig",
            "the credentials for the store are not whole",
        ),
        Text(
            "zet KG_STORE_TOKEN, of KG_STORE_USER en KG_STORE_PASSWORD (met KG_STORE_AUTH)",
            "set KG_STORE_TOKEN, or KG_STORE_USER and KG_STORE_PASSWORD (with KG_STORE_AUTH)",
        ),
    )


class _Loading:
    """Triples on the server in a graph of their own, until they are where they belong."""

    def __init__(self, store: RemoteStore, quads: Sequence[ox.Quad], batch: int) -> None:
        self._store, self._quads, self._batch = store, quads, batch
        self._graph = ox.NamedNode(f"{_LOADING}{uuid.uuid4()}")

    def __enter__(self) -> str:
        refuse_unnamed(self._quads)
        aside = (ox.Quad(q.subject, q.predicate, q.object, self._graph) for q in self._quads)
        try:
            while part := list(islice(aside, self._batch)):
                self._store.change([], part)
        except StoreError:
            self.__exit__()
            raise
        return self._graph.value

    def __exit__(self, *_: object) -> None:
        self._store.update(f"CLEAR SILENT GRAPH {self._graph} ; DROP SILENT GRAPH {self._graph}")


def _shape(query: str, *forms: str) -> Shape:
    shape = shape_of(query)
    if shape is None:
        raise _not_an("query")
    if shape.form not in forms:
        raise wrong_form(forms[0])
    return shape


def _keys(rows: Sequence[Row]) -> list[str]:
    """Give the variables by which rows can be told apart, those with many values first."""
    names = [n for n in rows[0] if all(_keyed(row.get(n)) for row in rows)] if rows else []
    return sorted(names, key=lambda name: -len({row[name] for row in rows}))


def _keyed(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> bool:
    return isinstance(term, ox.NamedNode | ox.Literal)


def _filled(shape: Shape, rows: Sequence[Row], batch: int) -> Iterator[ox.Triple]:
    """Fill the template of a CONSTRUCT with rows; SPARQL 1.1, section 16.2."""
    if any(isinstance(term, ox.BlankNode) for row in rows for term in row.values()):
        raise unnamed()
    engine, seen, waiting = ox.Store(), set[ox.Triple](), iter(rows)
    names = sorted({name for row in rows for name in row})
    variables = " ".join(f"?{name}" for name in names)
    while part := list(islice(waiting, batch)):
        values = "\n".join(_values(row, names) for row in part)
        answer = engine.query(
            f"{shape.prologue}CONSTRUCT {shape.template} "
            f"WHERE {{ VALUES ({variables}) {{ {values} }} }}"
        )
        for triple in answer if isinstance(answer, ox.QueryTriples) else ():
            if triple not in seen:
                seen.add(triple)
                yield triple


def _values(row: Row, names: Sequence[str]) -> str:
    said = (str(row.get(name, "UNDEF")) for name in names)
    return f"({' '.join(said)})"


def _triple(row: Row) -> ox.Triple:
    subject, predicate = row["s"], row["p"]
    if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode):
        raise _not_an("triple")
    return ox.Triple(subject, predicate, row["o"])


def _not_an(thing: str) -> RuleError:
    nl = {"query": "vraag", "update": "wijziging", "triple": "bewering"}[thing]
    return RuleError(
        "KG-Q001",
        Text(f"SPARQL-syntaxfout: dit is geen {nl}", f"SPARQL syntax error: this is no {thing}"),
    )


def _too_large(found: int, most: int) -> StoreError:
    return StoreError(
        "KG-T017",
        Text(
            f"{found} beweringen in één wijziging; hoogstens {most}",
            f"{found} statements in one change; at most {most}",
        ),
        Text("deel de wijziging op", "split the change"),
    )
