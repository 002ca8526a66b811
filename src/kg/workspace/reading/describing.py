"""Says what a service offers, what a data set holds, and what is known of one resource.

SPARQL 1.1 Service Description (W3C, 2013); VoID (W3C interest group note, 2011).
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from kg.rdf import BlankNode, Literal, NamedNode, Triple
from kg.store.answering import ROW_MEDIA, TRIPLE_MEDIA, Caps, write_triples
from kg.terms import CURRENT, RDF_TYPE, SAM, XSD
from kg.vocabularies.description import PLACE, catalogue
from kg.workspace.reading.opened import opened, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.rdf import Subject, Term
    from kg.workspace.reading.opened import Opened

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DCT = "http://purl.org/dc/terms/"
_FOAF = "http://xmlns.com/foaf/0.1/"
_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_OF = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}
_VOCABULARIES = (
    SAM,
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/ns/org#",
    "http://www.w3.org/ns/prov#",
)
_CLASSES = 100


def service(payload: bytes) -> bytes:
    """Describe the SPARQL service.

    Args:
        payload: JSON with ``endpoint``, ``media``, ``rows`` and ``bytes``.
    """
    started = time.perf_counter()
    request: dict[str, Any] = json.loads(payload)
    return _written(request, _service(str(request["endpoint"]), opened()), started)


def dataset(payload: bytes) -> bytes:
    """Describe the data set with VoID and DCAT, with everything that is loaded beside it.

    Args:
        payload: JSON with ``endpoint``, ``home``, ``media``, ``rows`` and ``bytes``.
    """
    started = time.perf_counter()
    request: dict[str, Any] = json.loads(payload)
    home, endpoint, here = str(request["home"]), str(request["endpoint"]), opened()
    found = _dataset(home, endpoint, here) if here.scratch else _whole(home, endpoint, here)
    return _written(request, found, started)


def _whole(home: str, endpoint: str, here: Opened) -> Iterator[Triple]:
    base = home.rstrip("/")
    yield from catalogue(here.store, here.lock, base, endpoint=endpoint, modified=here.as_of)
    yield from _subsets(NamedNode(f"{base}{PLACE}#dataset"), here)


def resource(payload: bytes) -> bytes:
    """Give what is said of one thing, and what points at it.

    Args:
        payload: JSON with ``iri``, ``media``, ``rows`` and ``bytes``.

    Returns:
        As the others; with ``found`` false when nothing is said of it.
    """
    started = time.perf_counter()
    request: dict[str, Any] = json.loads(payload)
    node = NamedNode(str(request["iri"]))
    here = opened()
    out = list(here.store.construct(_about(here, f"{node} ?p ?o")))
    back = list(here.store.construct(_about(here, f"?s ?p {node}")))
    if not out and not back:
        return pack({"found": False, "seconds": time.perf_counter() - started})
    return _written(request, iter([*out, *back]), started)


def _about(here: Opened, pattern: str) -> str:
    graphs = "".join(f"FROM <{g}> " for g in here.default_graphs or ())
    return f"CONSTRUCT {{ {pattern} }} {graphs}WHERE {{ {pattern} }} LIMIT 1000"


def _written(request: dict[str, Any], found: Iterator[Triple], started: float) -> bytes:
    caps = Caps(rows=int(request["rows"]), size=int(request["bytes"]))
    written = write_triples(found, str(request["media"]), caps)
    header = {
        "found": True,
        "form": "CONSTRUCT",
        "mediaType": written.media,
        "rows": written.rows,
        "truncated": written.truncated,
        "seconds": round(time.perf_counter() - started, 6),
    }
    return pack(header, written.body)


def _triple(subject: Subject, predicate: str, value: Term) -> Triple:
    return Triple(subject, NamedNode(predicate), value)


def _service(endpoint: str, here: Opened) -> Iterator[Triple]:
    node, data, default = NamedNode(endpoint + "#service"), BlankNode(), BlankNode()
    type_ = RDF_TYPE
    yield _triple(node, type_, NamedNode(_SD + "Service"))
    yield _triple(node, _SD + "endpoint", NamedNode(endpoint))
    yield _triple(node, _SD + "supportedLanguage", NamedNode(_SD + "SPARQL11Query"))
    if here.scratch:
        yield _triple(node, _SD + "supportedLanguage", NamedNode(_SD + "SPARQL11Update"))
    yield _triple(node, _SD + "feature", NamedNode(_SD + "EmptyGraphs"))
    for media in (*ROW_MEDIA, *TRIPLE_MEDIA):
        yield _triple(node, _SD + "resultFormat", NamedNode(_FORMATS + _FORMAT_OF[media]))
    yield _triple(node, _SD + "defaultDataset", data)
    yield _triple(data, type_, NamedNode(_SD + "Dataset"))
    yield _triple(data, _SD + "defaultGraph", default)
    yield _triple(default, type_, NamedNode(_SD + "Graph"))
    counts = _counts(here)
    total = sum(counts.get(g, 0) for g in here.default_graphs or ())
    if here.default_graphs:
        yield _triple(default, _VOID + "triples", _number(total))
    for name in here.named_graphs:
        named, graph = BlankNode(), BlankNode()
        yield _triple(data, _SD + "namedGraph", named)
        yield _triple(named, type_, NamedNode(_SD + "NamedGraph"))
        yield _triple(named, _SD + "name", NamedNode(name))
        yield _triple(named, _SD + "graph", graph)
        yield _triple(graph, type_, NamedNode(_SD + "Graph"))
        yield _triple(graph, _VOID + "triples", _number(counts.get(name, 0)))


def _dataset(home: str, endpoint: str, here: Opened) -> Iterator[Triple]:
    node = NamedNode(home + "#dataset")
    yield _triple(node, RDF_TYPE, NamedNode(_VOID + "Dataset"))
    yield _triple(node, _DCT + "title", Literal("Samenspel", language="nl"))
    yield _triple(node, _DCT + "title", Literal("Samenspel", language="en"))
    yield _triple(node, _DCT + "modified", Literal(here.as_of.isoformat(), datatype=_xsd("date")))
    yield _triple(node, _FOAF + "homepage", NamedNode(home))
    yield _triple(node, _VOID + "sparqlEndpoint", NamedNode(endpoint))
    for media in TRIPLE_MEDIA:
        yield _triple(node, _VOID + "feature", NamedNode(_FORMATS + _FORMAT_OF[media]))
    for space in _VOCABULARIES:
        yield _triple(node, _VOID + "vocabulary", NamedNode(space))
    yield from _statistics(node, here)
    yield from _subsets(node, here)


def _subsets(node: NamedNode, here: Opened) -> Iterator[Triple]:
    """Tell which graphs there are, and how large each is."""
    counts = _counts(here)
    for name in here.named_graphs:
        part = BlankNode()
        yield _triple(node, _VOID + "subset", part)
        yield _triple(part, RDF_TYPE, NamedNode(_VOID + "Dataset"))
        yield _triple(part, _DCT + "source", NamedNode(name))
        yield _triple(part, _VOID + "triples", _number(counts.get(name, 0)))


def _statistics(node: NamedNode, here: Opened) -> Iterator[Triple]:
    """Count what is in force: statements, subjects, properties, and things per class."""
    graph = f"FROM <{CURRENT}>" if here.default_graphs else ""
    rows = here.store.select(
        "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects) "
        f"(COUNT(DISTINCT ?p) AS ?properties) {graph} WHERE {{ ?s ?p ?o }}"
    )
    for row in rows:
        for name, count in row.items():
            yield _triple(node, _VOID + name, count)
    rows = here.store.select(
        f"SELECT ?class (COUNT(*) AS ?n) {graph} WHERE {{ ?s a ?class }} "
        f"GROUP BY ?class ORDER BY DESC(?n) ?class LIMIT {_CLASSES}"
    )
    for row in rows:
        part = BlankNode()
        yield _triple(node, _VOID + "classPartition", part)
        yield _triple(part, _VOID + "class", row["class"])
        yield _triple(part, _VOID + "entities", row["n"])


def _counts(here: Opened) -> dict[str, int]:
    rows = here.store.select(
        "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    )
    return {row["g"].value: int(row["n"].value) for row in rows}


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=_xsd("integer"))


def _xsd(name: str) -> NamedNode:
    return NamedNode(XSD + name)
