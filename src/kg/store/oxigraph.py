"""The two adapters over pyoxigraph: in memory, and embedded on disk.

Facts that shape them (measured on 0.5.13): a triple that stands in two ``FROM`` graphs is counted
twice, so no triple may stand in both graphs that the rules read; the engine has no statistics and
keeps the written order of patterns; ``extend`` and a multi-operation update are atomic.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

import pyoxigraph as ox

from kg.errors import RuleError, WorkspaceError
from kg.store.changes import in_graph, refuse_unnamed, update_text
from kg.store.errors import StoreError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.store.port import Row

_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

BULK: Final = 200_000
"""From how many quads on the engine writes table files at once, if their graphs are new."""


class _OxigraphStore:
    """What both adapters share: SPARQL over named graphs."""

    def __init__(self, store: ox.Store, *, read_only: bool = False) -> None:
        self._store = store
        self._read_only = read_only

    def select(self, query: str) -> Iterator[Row]:
        """Give the solutions of a SELECT query, one row each."""
        answer = self._run(query)
        if not isinstance(answer, ox.QuerySolutions):
            raise wrong_form("SELECT")
        names = [v.value for v in answer.variables]
        with _reading():
            for solution in answer:
                row: Row = {}
                for name in names:
                    term = solution[name]
                    if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal):
                        row[name] = term
                yield row

    def ask(self, query: str) -> bool:
        """Give the answer to an ASK query."""
        answer = self._run(query)
        if not isinstance(answer, ox.QueryBoolean):
            raise wrong_form("ASK")
        return bool(answer)

    def construct(self, query: str) -> Iterator[ox.Triple]:
        """Give the triples of a CONSTRUCT or DESCRIBE query."""
        answer = self._run(query)
        if not isinstance(answer, ox.QueryTriples):
            raise wrong_form("CONSTRUCT")
        with _reading():
            yield from answer

    def _run(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        try:
            with _reading():
                return self._store.query(query)
        except SyntaxError as e:
            raise _syntax(e) from e

    def materialise(self, graph: str, construct: str) -> None:
        """Add to a named graph what a CONSTRUCT query gives, without leaving the engine."""
        self.update(insert_form(graph, construct))

    def update(self, text: str) -> None:
        """Carry out a SPARQL update as one transaction.

        Raises:
            RuleError: ``KG-Q001`` when the text is no SPARQL update, ``KG-T005`` when it asks what
                cannot be done here, such as dropping a graph that is not there.
            StoreError: ``KG-T001`` when the engine cannot write.
        """
        try:
            with _writing(impossible=not self._read_only):
                self._store.update(text)
        except SyntaxError as e:
            raise _syntax(e) from e

    def change(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Take quads away and add quads, all or nothing, in one transaction.

        Raises:
            StoreError: ``KG-T001`` when the engine cannot write, ``KG-T002`` for a blank node,
                ``KG-T003`` for an IRI that cannot be written.
        """
        gone, new = list(removed), list(added)
        if gone:
            self.update(update_text(gone, new))
            return
        refuse_unnamed(new)
        with _writing():
            if len(new) > BULK and self._holds_none_of({q.graph_name for q in new}):
                self._store.bulk_extend(new)
            else:
                self._store.extend(new)

    def _holds_none_of(self, graphs: Iterable[_Graph]) -> bool:
        return not any(
            next(self._store.quads_for_pattern(None, None, None, graph), None) for graph in graphs
        )

    def add(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Add triples to a named graph, all or nothing.

        Raises:
            StoreError: ``KG-T001`` when the engine cannot write.
        """
        quads = in_graph(graph, triples)
        with _writing():
            self._store.extend(quads)

    def replace(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Make a named graph hold exactly these triples, all or nothing.

        Raises:
            StoreError: ``KG-T001`` when the engine cannot write; ``KG-T002`` when a graph that
                is not empty has, or is given, nodes without a name.
        """
        new = set(in_graph(graph, triples))
        old = set(self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
        if old - new:
            self.change(old - new, new - old)
            return
        with _writing():
            self._store.extend(new)

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """Give the triples of one named graph."""
        with _reading():
            for quad in self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
                yield quad.triple

    def dump(self, graph: str) -> bytes:
        """Give one named graph as N-Triples, a line each, in any order."""
        name = ox.NamedNode(graph)
        with _reading():
            return self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""

    def graphs(self) -> Sequence[str]:
        """Give the IRIs of the named graphs, sorted."""
        with _reading():
            names = list(self._store.named_graphs())
        return sorted(g.value for g in names if isinstance(g, ox.NamedNode))


@contextmanager
def _reading() -> Iterator[None]:
    """Tell what the engine cannot read or compute; it says ``OSError`` or ``RuntimeError``."""
    try:
        yield
    except (OSError, RuntimeError) as e:
        raise StoreError(
            "KG-T006",
            Text(f"de opslag kan niet antwoorden: {e}", f"the store cannot answer: {e}"),
            Text(
                "gebruik alleen functies van SPARQL 1.1; is de opslag beschadigd: `kg rebuild`",
                "use functions of SPARQL 1.1 only; if the store is damaged: `kg rebuild`",
            ),
        ) from e


@contextmanager
def _writing(*, impossible: bool = False) -> Iterator[None]:
    """Tell a failed write of the engine from other errors.

    The engine says ``OSError`` when the disk is full or fails, and then refuses every write until
    it is opened again. It says ``RuntimeError`` when the store was opened for reading, or when an
    update asks what cannot be done.
    """
    try:
        yield
    except (OSError, RuntimeError) as e:
        if impossible and isinstance(e, RuntimeError):
            raise _impossible(str(e)) from e
        raise StoreError(
            "KG-T001",
            Text(f"de opslag kan niet schrijven: {e}", f"the store cannot write: {e}"),
            Text(
                "kijk of de schijf vol is; open de opslag opnieuw en herhaal de wijziging",
                "see whether the disk is full; open the store again and repeat the change",
            ),
        ) from e


_CONSTRUCT = re.compile(
    r"^(?P<head>.*?)\bCONSTRUCT\s*\{(?P<template>[^{}]*)\}(?P<graphs>[^{}]*?)WHERE\b(?P<where>.*)$",
    re.DOTALL,
)


def insert_form(graph: str, construct: str) -> str:
    """Give the update that adds to a graph what a CONSTRUCT query gives.

    >>> insert_form("urn:g", "CONSTRUCT { ?s ?p ?o } FROM <urn:h> WHERE { ?s ?p ?o }")
    'INSERT { GRAPH <urn:g> { ?s ?p ?o } } USING <urn:h> WHERE { ?s ?p ?o }'

    Raises:
        RuleError: ``KG-Q002`` when the text is no CONSTRUCT with a template.
    """
    match = _CONSTRUCT.match(construct)
    if match is None:
        raise wrong_form("CONSTRUCT")
    using = match["graphs"].replace("FROM", "USING")
    target = ox.NamedNode(graph)
    return (
        f"{match['head']}INSERT {{ GRAPH {target} {{{match['template']}}} }}{using}"
        f"WHERE{match['where']}"
    )


def _impossible(why: str) -> RuleError:
    return RuleError(
        "KG-T005",
        Text(f"deze wijziging kan hier niet: {why}", f"this update cannot be done here: {why}"),
        Text("schrijf SILENT als dat niet erg is", "write SILENT if that does not matter"),
    )


def _syntax(error: SyntaxError) -> RuleError:
    return RuleError(
        "KG-Q001", Text(f"SPARQL-syntaxfout: {error.msg}", f"SPARQL syntax error: {error.msg}")
    )


def wrong_form(expected: str) -> RuleError:
    """Give the error for a query of another form than the one expected."""
    return RuleError(
        "KG-Q002",
        Text(f"deze vraag moet een {expected} zijn", f"this query must be a {expected}"),
    )


class MemoryStore(_OxigraphStore):
    """A store that lives in memory: tests, small sets, one-shot commands.

    >>> from kg.rdf import Literal, NamedNode, Triple
    >>> store = MemoryStore()
    >>> store.add("urn:g", [Triple(NamedNode("urn:a"), NamedNode("urn:b"), Literal(1))])
    >>> [row["n"].value for row in store.select("SELECT ?n FROM <urn:g> { ?s ?p ?n }")]
    ['1']
    """

    def __init__(self) -> None:
        super().__init__(ox.Store())

    def close(self) -> None:
        """Forget the data."""
        self._store.clear()


class EmbeddedStore(_OxigraphStore):
    """A store on disk in one directory, one writer at a time.

    Args:
        path: The directory; made when absent.
        read_only: Open without the writer's lock; only for a directory that nobody writes.

    Raises:
        WorkspaceError: If another process has it open, or the directory cannot be used.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        try:
            store = ox.Store.read_only(str(path)) if read_only else ox.Store(str(path))
        except (OSError, RuntimeError) as e:
            raise WorkspaceError(
                "KG-W001",
                Text(f"{path}: opslag is niet te openen: {e}", f"{path}: cannot open store: {e}"),
                Text(
                    "sluit het andere kg-proces op deze werkmap, of kies een andere met --at",
                    "stop the other kg process on this workspace, or choose another with --at",
                ),
            ) from e
        super().__init__(store, read_only=read_only)

    def close(self) -> None:
        """Write everything out and let go of the directory."""
        try:
            if not self._read_only:
                self.flush()
        finally:
            del self._store

    def snapshot(self, target: Path) -> None:
        """Make a copy that later changes do not touch; hard links on the same file system.

        Args:
            target: A directory that does not exist yet.

        Raises:
            StoreError: ``KG-T004`` when it exists, or cannot be made.
        """
        try:
            self._store.backup(str(target))
        except (OSError, RuntimeError) as e:
            raise StoreError(
                "KG-T004",
                Text(f"{target}: momentopname mislukt: {e}", f"{target}: snapshot failed: {e}"),
                Text(
                    "kies een map die nog niet bestaat op een schijf met ruimte",
                    "choose a directory that does not exist yet on a disk with room",
                ),
            ) from e

    def optimise(self) -> None:
        """Arrange the files for reading; useful after many changes.

        Raises:
            StoreError: ``KG-T001`` when the engine cannot write.
        """
        with _writing():
            self._store.optimize()

    def flush(self) -> None:
        """See to it that what was written survives a power failure.

        Raises:
            StoreError: ``KG-T001`` when the engine cannot write.
        """
        with _writing():
            self._store.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
