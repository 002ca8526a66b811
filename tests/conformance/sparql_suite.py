"""Reads the W3C tests of SPARQL 1.0 and 1.1, and compares answers with what they expect."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pyoxigraph as ox
import rdflib
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.query import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT.parent / "shared/conformance/rdf-tests/sparql"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
LABEL = rdflib.RDFS.label
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # ill-typed literals are part of it
Row = dict[str, "Node"]


@dataclass(frozen=True, slots=True)
class Exam:
    """One test of a manifest.

    Attributes:
        name: Folder and local name.
        kind: Local name of its type, such as ``QueryEvaluationTest``.
        action: The query or update.
        data: Files of the default graph.
        graphs: Name to file of the named graphs.
        result: The expected answer of a query, or file of the default graph after an update.
        after: Name to file of the named graphs after an update.
    """

    name: str
    kind: str
    action: Path
    data: tuple[Path, ...] = ()
    graphs: Mapping[str, Path] = field(default_factory=dict)
    result: Path | None = None
    after: Mapping[str, Path] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return self.action.as_uri()

    @property
    def text(self) -> str:
        return self.action.read_text(encoding="utf-8")

    def based(self) -> str:
        """The query with the base it has where it stands."""
        return f"BASE <{self.base}>\n{self.text}"


def read_tests(version: str) -> list[Exam]:
    """Give the tests of ``sparql10`` or ``sparql11``, folder by folder."""
    found: list[Exam] = []
    for manifest in sorted((TESTS / version).glob("*/manifest.ttl")):
        graph = Graph().parse(manifest, publicID=manifest.as_uri())
        entries = graph.value(URIRef(manifest.as_uri()), MF.entries)
        if entries is not None:
            found += [
                test
                for node in Collection(graph, entries)
                if (test := _read(graph, node, manifest.parent.name)) is not None
            ]
    return found


def _read(graph: Graph, node: Node, folder: str) -> Exam | None:
    kind = str(graph.value(node, RDF.type)).rsplit("#", 1)[-1]
    action, result = graph.value(node, MF.action), graph.value(node, MF.result)
    name = f"{folder}/{str(node).rsplit('#', 1)[-1]}"
    if action is None:
        return None
    if isinstance(action, URIRef):
        return Exam(name, kind, _file(action))
    query = graph.value(action, QT.query) or graph.value(action, UT.request)
    if not isinstance(query, URIRef):
        return None
    plain = isinstance(result, URIRef)
    after = None if plain or result is None else graph.value(result, UT.data)
    return Exam(
        name,
        kind,
        _file(query),
        tuple(_file(d) for name_ in (QT.data, UT.data) for d in graph.objects(action, name_)),
        _named(graph, action, QT.graphData) | _named(graph, action, UT.graphData),
        _file(result) if plain else _file(after) if after is not None else None,
        {} if plain or result is None else _named(graph, result, UT.graphData),
    )


def _named(graph: Graph, node: Node, name: URIRef) -> dict[str, Path]:
    found = {}
    for data in graph.objects(node, name):
        if isinstance(data, URIRef):
            found[str(data)] = _file(data)
        else:
            file = graph.value(data, UT.graph) or graph.value(data, QT.graph)
            found[str(graph.value(data, LABEL))] = _file(file)
    return found


def _file(node: Node | None) -> Path:
    return Path(str(node).removeprefix("file://"))


# --- answers ----------------------------------------------------------------------------------


def rows_of_json(body: bytes) -> list[Row] | bool:
    """Read an answer in SPARQL 1.1 Query Results JSON."""
    told = json.loads(body)
    if "boolean" in told:
        return bool(told["boolean"])
    return [{n: _term(t) for n, t in row.items()} for row in told["results"]["bindings"]]


def _term(told: Mapping[str, Any]) -> Node:
    if told["type"] == "uri":
        return URIRef(told["value"])
    if told["type"] == "bnode":
        return BNode(told["value"])
    datatype = URIRef(told["datatype"]) if "datatype" in told else None
    return Literal(told["value"], datatype=datatype, lang=told.get("xml:lang"))


def expected_rows(path: Path) -> list[Row] | bool:
    """Read an expected answer in whatever format the test has it."""
    if path.suffix in {".ttl", ".rdf"}:
        return _rows_of_graph(Graph().parse(path))
    format_ = {".srx": "xml", ".srj": "json", ".tsv": "tsv", ".csv": "csv"}[path.suffix]
    with path.open("rb") as file:
        result = Result.parse(file, format=format_)
    if result.type == "ASK":
        return bool(result.askAnswer)
    return [{str(n): t for n, t in row.items()} for row in result.bindings]


def is_result_set(path: Path) -> bool:
    """Whether a file of triples describes rows (and is not itself the answer)."""
    if path.suffix not in {".ttl", ".rdf"}:
        return True
    graph = Graph().parse(path)
    return (None, RDF.type, RS.ResultSet) in graph


def _rows_of_graph(graph: Graph) -> list[Row] | bool:
    node = graph.value(None, RDF.type, RS.ResultSet)
    truth = graph.value(node, RS.boolean)
    if truth is not None:
        return bool(truth.toPython())  # type: ignore[attr-defined]
    solutions = list(graph.objects(node, RS.solution))
    at = {s: graph.value(s, RS["index"]) for s in solutions}
    solutions.sort(key=lambda s: int(str(at[s] or 0)))
    return [
        {
            str(graph.value(b, RS.variable)): graph.value(b, RS.value)  # type: ignore[misc]
            for b in graph.objects(s, RS.binding)
        }
        for s in solutions
    ]


def same_rows(found: Sequence[Row], expected: Sequence[Row]) -> bool:
    """Whether two answers hold the same rows as often, whatever blank nodes are called."""
    if len(found) != len(expected):
        return False
    if not any(isinstance(t, BNode) for row in [*found, *expected] for t in row.values()):
        return Counter(map(row_key, found)) == Counter(map(row_key, expected))
    return _match(list(found), list(expected), {}, {})


def _match(
    found: list[Row], expected: list[Row], names: dict[BNode, BNode], back: dict[BNode, BNode]
) -> bool:
    if not found:
        return True
    row, *rest = found
    for at, other in enumerate(expected):
        more = _pair(row, other, names, back)
        if more is None:
            continue
        mapped, reverse = more
        if _match(rest, expected[:at] + expected[at + 1 :], mapped, reverse):
            return True
    return False


def _pair(
    row: Row, other: Row, names: dict[BNode, BNode], back: dict[BNode, BNode]
) -> tuple[dict[BNode, BNode], dict[BNode, BNode]] | None:
    if row.keys() != other.keys():
        return None
    mapped, reverse = dict(names), dict(back)
    for name, term in row.items():
        wanted = other[name]
        if isinstance(term, BNode) and isinstance(wanted, BNode):
            if mapped.setdefault(term, wanted) != wanted:
                return None
            if reverse.setdefault(wanted, term) != term:
                return None
        elif _value(term) != _value(wanted):
            return None
    return mapped, reverse


def row_key(row: Row) -> tuple[tuple[str, object], ...]:
    """Give what a row means, to compare and to count."""
    return tuple(sorted((name, _value(term)) for name, term in row.items()))


def _value(term: Node | None) -> str:
    """Give what a term means: numbers and times by their value, as the engine keeps them."""
    typed = isinstance(term, Literal) and term.datatype not in {None, rdflib.XSD.string}
    if isinstance(term, Literal) and typed and term.value is not None:
        if isinstance(term.value, bool | int | float) or hasattr(term.value, "normalize"):
            return f"{term.datatype} {float(term.value):.12g}"
        return f"{term.datatype} {term.value!r}"
    if isinstance(term, Literal):
        kind = "" if term.datatype in {None, rdflib.XSD.string} else term.datatype
        return f'"{term}"@{(term.language or "").lower()}^^{kind}'
    return repr(term)


def table_of(data: bytes, kind: str) -> list[list[str]]:
    """Read CSV or TSV as cells."""
    text = data.decode()
    if kind == "tsv":
        return [line.split("\t") for line in text.split("\n") if line]
    return list(csv.reader(io.StringIO(text)))


def from_clauses(test: Exam) -> Iterator[str]:
    """Give the graphs that a query names, resolved."""
    for name in re.findall(r"FROM\s+(?:NAMED\s+)?<([^>]*)>", test.text, re.IGNORECASE):
        yield urljoin(test.base, name)


def statements(path: Path) -> str:
    """Give the statements of a file as the body of an ``INSERT DATA``."""
    kind = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.TURTLE}
    parsed = ox.parse(path.read_bytes(), kind[path.suffix], base_iri=path.as_uri(),
                      rename_blank_nodes=True)  # fmt: skip
    return " ".join(f"{quad.triple} ." for quad in parsed)
