"""Answers a SPARQL query with the bytes to send, within caps on rows and bytes.

Rows are written by the engine itself, into a buffer that stops it when there is too much; what
was written is then cut after the last whole row that fits and closed again, so that a capped
answer is well formed and says that it is capped. Triples are counted while they are written.

SPARQL 1.1 Query Results JSON, XML, CSV and TSV; Turtle, N-Triples, RDF/XML and JSON-LD.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import pyoxigraph as ox

from kg.errors import RuleError
from kg.rdf.positions import Place
from kg.rdf.prefixes import KNOWN_PREFIXES
from kg.store.cutting import CSV, JSON, SHAPES, TSV, XML, Shape
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typing_extensions import Buffer

    from kg.store.oxigraph import EmbeddedStore, MemoryStore

Truncated = Literal["rows", "bytes"]

TURTLE: Final = "text/turtle"
N_TRIPLES: Final = "application/n-triples"
RDF_XML: Final = "application/rdf+xml"
JSON_LD: Final = "application/ld+json"

_ROWS: Final = {
    JSON: ox.QueryResultsFormat.JSON,
    XML: ox.QueryResultsFormat.XML,
    CSV: ox.QueryResultsFormat.CSV,
    TSV: ox.QueryResultsFormat.TSV,
}
_TRIPLES: Final = {
    TURTLE: ox.RdfFormat.TURTLE,
    N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    RDF_XML: ox.RdfFormat.RDF_XML,
    JSON_LD: ox.RdfFormat.JSON_LD,
}
ROW_MEDIA: Final = tuple(_ROWS)
"""Media types for rows and truths, the preferred one first."""
TRIPLE_MEDIA: Final = tuple(_TRIPLES)
"""Media types for triples, the preferred one first."""
_PREFIXES: Final = {
    name: KNOWN_PREFIXES[name]
    for name in ("sam", "d", "skos", "rdf", "rdfs", "org", "dct", "prov", "xsd", "void")
}
_POSITION = re.compile(r"error at (\d+):(\d+): ?(.*)", re.DOTALL)


class QuerySyntaxError(RuleError):
    """A query that the engine cannot read (``KG-Q001``).

    Attributes:
        place: Line and column, where the engine says them.
    """

    def __init__(self, message: str) -> None:
        found = _POSITION.match(message)
        self.place = Place("query", int(found[1]), int(found[2])) if found else Place("query")
        said = " ".join((found[3] if found else message).split())[:200]
        super().__init__(
            "KG-Q001",
            Text(f"{self.place}: SPARQL-syntaxfout: {said}", f"{self.place}: syntax error: {said}"),
        )


@dataclass(frozen=True, slots=True)
class Caps:
    """How much one answer may hold.

    Attributes:
        rows: Rows, or triples.
        size: Bytes.
    """

    rows: int = 100_000
    size: int = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as bytes.

    Attributes:
        form: ``SELECT``, ``ASK``, or ``CONSTRUCT`` (DESCRIBE too).
        media: Its media type.
        body: The bytes.
        rows: How many rows or triples are in it; None for a truth.
        truncated: Which cap cut it short.
        variables: Names of the columns of a SELECT.
    """

    form: str
    media: str
    body: bytes
    rows: int | None = None
    truncated: Truncated | None = None
    variables: tuple[str, ...] = ()


class Answering:
    """Asks one store, and writes what it says.

    Args:
        store: A store that nobody writes to meanwhile.
    """

    def __init__(self, store: EmbeddedStore | MemoryStore) -> None:
        self._store = store._store  # the same room of the house

    def named_graphs(self) -> list[str]:
        """Give the names of all graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))

    def query(
        self,
        text: str,
        *,
        media: tuple[str, str],
        caps: Caps,
        base: str | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Written:
        """Answer a query.

        Args:
            text: SPARQL 1.1.
            media: The media type for rows or truth, and the one for triples.
            caps: How much the answer may hold.
            base: What relative IRIs are relative to.
            default_graphs: Which graphs make up the default graph, instead of what the query says.
            named_graphs: Which named graphs there are, instead of what the query says.

        Raises:
            QuerySyntaxError: ``KG-Q001``, with line and column.
        """
        try:
            found = self._store.query(
                text,
                base_iri=base,
                default_graph=_nodes(default_graphs),
                named_graphs=_nodes(named_graphs),
            )
            return write(found, media, caps)
        except (SyntaxError, ValueError) as e:
            raise QuerySyntaxError(str(e)) from e
        except (RuntimeError, OSError) as e:
            raise _cannot_evaluate(e) from e

    def graph(self, name: str | None, *, media: str, caps: Caps) -> Written | None:
        """Write one graph; None when there is no such graph.

        Args:
            name: IRI of a named graph; None for the default graph of the store.
            media: One of ``TRIPLE_MEDIA``.
            caps: How much the answer may hold.
        """
        node = ox.DefaultGraph() if name is None else ox.NamedNode(name)
        if isinstance(node, ox.NamedNode) and not self._store.contains_named_graph(node):
            return None
        quads = self._store.quads_for_pattern(None, None, None, node)
        return write_triples((q.triple for q in quads), media, caps)

    def union(self, names: Sequence[str], *, media: str, caps: Caps) -> Written:
        """Write the statements of several graphs that share none."""
        nodes = [ox.NamedNode(name) for name in names]
        quads = (q for n in nodes for q in self._store.quads_for_pattern(None, None, None, n))
        return write_triples((q.triple for q in quads), media, caps)


def write(
    found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, media: tuple[str, str], caps: Caps
) -> Written:
    """Write what the engine found: rows, triples or a truth."""
    if isinstance(found, ox.QueryTriples):
        return write_triples(found, media[1], caps)
    if isinstance(found, ox.QueryBoolean):
        return Written("ASK", media[0], found.serialize(format=_ROWS[media[0]]) or b"")
    return write_rows(found, media[0], caps)


def _cannot_evaluate(error: Exception) -> RuleError:
    return RuleError(
        "KG-H117",
        Text(f"deze vraag kan hier niet: {error}", f"this query cannot be evaluated: {error}"),
        Text("gebruik alleen functies van SPARQL 1.1", "use the functions of SPARQL 1.1 only"),
    )


def _nodes(names: Sequence[str] | None) -> list[Any] | None:
    return None if names is None else [ox.NamedNode(name) for name in names]


class _FullError(Exception):
    """The buffer holds as much as it may."""


class _Buffer(io.BytesIO):
    """Takes bytes until there are more than fit.

    Rows are counted by a mark that may also stand in odd data; when it says that there are too
    many, they are counted exactly before the engine is stopped.
    """

    def __init__(self, caps: Caps, shape: Shape | None) -> None:
        super().__init__()
        self._caps = caps
        self._shape = shape
        self._marks = 0
        self._look = 0

    def write(self, data: Buffer, /) -> int:
        """Take some bytes, or say that there are too many."""
        part = bytes(data)
        count = super().write(part)
        if self._shape is not None:
            self._marks += part.count(self._shape.mark)
            if self.tell() > self._caps.size or self._is_over(self._shape):
                raise _FullError
        return count

    def _is_over(self, shape: Shape) -> bool:
        if self._marks <= self._caps.rows or self.tell() < self._look:
            return False
        self._look = 2 * self.tell()
        self._marks = len(shape.ends(self.getvalue(), full=True))
        return self._marks > self._caps.rows


def write_rows(found: ox.QuerySolutions, media: str, caps: Caps) -> Written:
    """Write solutions as one of ``ROW_MEDIA``, cut where a cap says so."""
    variables = tuple(v.value for v in found.variables)
    shape = SHAPES[media]
    buffer = _Buffer(caps, shape)
    full = False
    try:
        found.serialize(buffer, format=_ROWS[media])
    except _FullError:
        full = True
    body = buffer.getvalue()
    ends = shape.ends(body, full=full)
    if not full and len(ends) <= caps.rows:
        return Written("SELECT", media, body, len(ends), None, variables)
    rows = min(len(ends), caps.rows)
    while rows and ends[rows - 1] + len(shape.tail) > caps.size:
        rows -= 1
    head = ends[rows - 1] if rows else shape.start(body)
    truncated: Truncated = "rows" if rows == caps.rows else "bytes"
    return Written("SELECT", media, body[:head] + shape.tail, rows, truncated, variables)


def write_triples(found: Iterable[ox.Triple], media: str, caps: Caps) -> Written:
    """Write triples as one of ``TRIPLE_MEDIA``; the engine closes what a cap ended.

    Raises:
        RuleError: ``KG-H106`` when this format cannot hold one of them.
    """
    buffer = _Buffer(caps, None)
    state = _State()
    try:
        ox.serialize(
            _capped(found, caps, buffer, state),
            buffer,
            format=_TRIPLES[media],
            prefixes=_PREFIXES if media in {TURTLE, RDF_XML} else None,
        )
    except (OSError, ValueError) as e:
        raise RuleError(
            "KG-H106",
            Text(
                f"dit antwoord is niet als {media} te schrijven: {e}",
                f"this answer cannot be written as {media}: {e}",
            ),
            Text("vraag het als text/turtle", "ask for text/turtle"),
        ) from e
    return Written("CONSTRUCT", media, buffer.getvalue(), state.rows, state.truncated)


@dataclass(slots=True)
class _State:
    rows: int = 0
    truncated: Truncated | None = None


def _capped(
    found: Iterable[ox.Triple], caps: Caps, buffer: _Buffer, state: _State
) -> Iterator[ox.Triple]:
    for triple in found:
        if state.rows >= caps.rows:
            state.truncated = "rows"
            return
        if buffer.tell() >= caps.size:
            state.truncated = "bytes"
            return
        state.rows += 1
        yield triple
