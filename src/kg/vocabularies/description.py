"""Describes a workspace and the vocabularies it uses, with DCAT 3 and VoID.

In: a store and the lock. Out: statements that say what there is, in which version, under which
licence and with which numbers; and the lines that licences ask to show. Numbers are counted in the
graph of all statements in force, by the engine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Final

from kg.rdf import Literal, NamedNode, Triple, value
from kg.terms import CURRENT, RDF_TYPE, XSD
from kg.text import Text
from kg.vocabularies.home import Home, shipped_home
from kg.vocabularies.lock import NO_TEXT, Lock, Locked
from kg.vocabularies.own import own_locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.rdf import Term
    from kg.store import GraphStore

PLACE: Final = "/.well-known/void"
"""Where the description is served (VoID, section 7.2)."""
_VOID: Final = "http://rdfs.org/ns/void#"
_DCAT: Final = "http://www.w3.org/ns/dcat#"
_DCT: Final = "http://purl.org/dc/terms/"
_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_SPDX: Final = "http://spdx.org/rdf/terms#"
_INTEGER: Final = NamedNode(XSD + "integer")
_FORMATS: Final = (
    "http://www.w3.org/ns/formats/Turtle",
    "http://www.w3.org/ns/formats/N-Triples",
    "http://www.w3.org/ns/formats/JSON-LD",
    "http://www.w3.org/ns/formats/RDF_XML",
)
_TITLE: Final = Text(
    "Belangen, diensten en afstemming van publieke organisaties",
    "Interests, services and coordination of public organisations",
)
_NAMES: Final = {
    "https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0 1.0",
    "http://data.europa.eu/eli/dec_impl/2017/863/oj": "EUPL 1.2",
    "https://joinup.ec.europa.eu/category/licence/isa-open-metadata-licence-v11": "ISA OML 1.1",
    "http://www.opendatacommons.org/licenses/pddl/1.0/": "PDDL 1.0",
    "https://spdx.org/licenses/MIT": "MIT",
}
_UNKNOWN: Final = Text("niet bekend", "not known")


def loaded(home: Home) -> Lock:
    """Give everything that a workspace has at hand: its own vocabularies and what ships."""
    found = Lock({v.id: v for v in (*shipped_home().lock.vocabularies.values(), *own_locked())})
    for vocabulary in home.lock.vocabularies.values():
        if vocabulary.current:
            found = found.put(vocabulary)
    return found


def licence_name(licence: str) -> Text:
    """Give the short name of a licence; its IRI when it has none here.

    >>> licence_name("https://creativecommons.org/licenses/by/4.0/").en
    'CC BY 4.0'
    """
    if not licence:
        return _UNKNOWN
    name = _NAMES.get(licence, licence)
    return Text(name, name)


def attribution_lines(lock: Lock) -> list[Text]:
    """Give the lines to show where data of these vocabularies is shown, sorted, each once.

    Each line names who made the vocabularies, which ones, and their licence.
    """
    groups: dict[tuple[Text, str], list[Locked]] = {}
    for vocabulary in lock.vocabularies.values():
        if vocabulary.current and vocabulary.attribution != NO_TEXT:
            key = (vocabulary.attribution, vocabulary.licence)
            groups.setdefault(key, []).append(vocabulary)
    return sorted(_line(said, licence, found) for (said, licence), found in groups.items())


def _line(said: Text, licence: str, found: Sequence[Locked]) -> Text:
    name = licence_name(licence)
    nl = ", ".join(f"{v.title.nl} {v.current}" for v in found)
    en = ", ".join(f"{v.title.en} {v.current}" for v in found)
    return Text(f"{said.nl}: {nl} (licentie: {name.nl})", f"{said.en}: {en} (licence: {name.en})")


def catalogue(
    store: GraphStore,
    lock: Lock,
    base_url: str,
    *,
    endpoint: str = "",
    title: Text = _TITLE,
    licence: str = "",
    modified: dt.date | None = None,
) -> list[Triple]:
    """Describe a workspace.

    Args:
        store: Where its statements are.
        lock: Its vocabularies; see ``loaded``.
        base_url: Address of the service, without a slash at the end.
        endpoint: Address of the SPARQL endpoint, where there is one.
        title: What the dataset is called.
        licence: IRI of the licence of the dataset, where there is one.
        modified: When it last changed.

    Returns:
        Statements without blank nodes, sorted.
    """
    page = base_url.rstrip("/") + PLACE
    out = _Description(page)
    dataset, whole = out.node("dataset"), out.node("catalogue")
    out.a(NamedNode(page), _VOID + "DatasetDescription", _FOAF + "Document")
    out.link(NamedNode(page), _FOAF + "primaryTopic", dataset)
    out.a(whole, _DCAT + "Catalog")
    out.text(whole, _DCT + "title", title)
    out.link(whole, _DCAT + "dataset", dataset)
    out.a(dataset, _DCAT + "Dataset", _VOID + "Dataset")
    out.text(dataset, _DCT + "title", title)
    if endpoint:
        out.link(dataset, _VOID + "sparqlEndpoint", NamedNode(endpoint))
    if licence:
        out.link(dataset, _DCT + "license", NamedNode(licence))
    if modified:
        out.day(dataset, _DCT + "modified", modified)
    for form in _FORMATS:
        out.link(dataset, _VOID + "feature", NamedNode(form))
    _statistics(out, store, dataset)
    known = set(store.graphs())
    for vocabulary in lock.vocabularies.values():
        if vocabulary.current:
            _vocabulary(out, whole, vocabulary)
            if vocabulary.graph in known:
                _linkset(out, store, dataset, vocabulary)
    return sorted(out.triples, key=str)


class _Description:
    """Collects statements about things on one page.

    Args:
        page: Address of the page.
    """

    def __init__(self, page: str) -> None:
        self._page = page
        self.triples: set[Triple] = set()

    def node(self, name: str) -> NamedNode:
        return NamedNode(f"{self._page}#{name}")

    def part(self, kind: str, *about: str) -> NamedNode:
        mark = hashlib.sha256("\n".join(about).encode()).hexdigest()[:16]
        return self.node(f"{kind}-{mark}")

    def link(self, subject: NamedNode, predicate: str, target: Term) -> None:
        self.triples.add(Triple(subject, NamedNode(predicate), target))

    def a(self, subject: NamedNode, *kinds: str) -> None:
        for kind in kinds:
            self.link(subject, RDF_TYPE, NamedNode(kind))

    def text(self, subject: NamedNode, predicate: str, said: Text) -> None:
        for lang in ("nl", "en"):
            self.link(subject, predicate, Literal(said.to(lang), language=lang))

    def count(self, subject: NamedNode, predicate: str, number: Term | int) -> None:
        plain = number if isinstance(number, int) else int(value(number))
        self.link(subject, predicate, Literal(str(plain), datatype=_INTEGER))

    def day(self, subject: NamedNode, predicate: str, day: dt.date) -> None:
        self.link(subject, predicate, Literal(day.isoformat(), datatype=NamedNode(XSD + "date")))


_TOTALS: Final = f"""
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
FROM <{CURRENT}> WHERE {{ ?s ?p ?o }}"""
_CLASSES: Final = f"""
SELECT ?class (COUNT(DISTINCT ?s) AS ?count)
FROM <{CURRENT}> WHERE {{ ?s a ?class FILTER(isIRI(?class)) }} GROUP BY ?class"""
_PROPERTIES: Final = f"""
SELECT ?property (COUNT(*) AS ?count) FROM <{CURRENT}> WHERE {{ ?s ?property ?o }}
GROUP BY ?property"""


def _statistics(out: _Description, store: GraphStore, dataset: NamedNode) -> None:
    """Count statements, classes and properties (VoID, section 4)."""
    for row in store.select(_TOTALS):
        out.count(dataset, _VOID + "triples", row["triples"])
        out.count(dataset, _VOID + "distinctSubjects", row["subjects"])
        out.count(dataset, _VOID + "distinctObjects", row["objects"])
    spaces: set[str] = set()
    for query, name, kinds, counted in (
        (_CLASSES, "class", "classes", "entities"),
        (_PROPERTIES, "property", "properties", "triples"),
    ):
        rows = list(store.select(query))
        rows = [row for row in rows if name in row]
        out.count(dataset, _VOID + kinds, len(rows))
        for row in rows:
            part = out.part(name, value(row[name]))
            out.link(dataset, f"{_VOID}{name}Partition", part)
            out.link(part, _VOID + name, row[name])
            out.count(part, _VOID + counted, row["count"])
            spaces.add(_space(value(row[name])))
    for space in spaces:
        out.link(dataset, _VOID + "vocabulary", NamedNode(space))


def _space(term: str) -> str:
    """Give the namespace of a term: up to the last # or /.

    >>> _space("http://www.w3.org/ns/org#Role")
    'http://www.w3.org/ns/org#'
    """
    return term[: max(term.rfind("#"), term.rfind("/")) + 1] or term


def _vocabulary(out: _Description, whole: NamedNode, v: Locked) -> None:
    """Describe one vocabulary in use, with the versions that are kept."""
    node = NamedNode(v.graph)
    snapshot = v.snapshot()
    out.link(whole, _DCAT + "dataset", node)
    out.a(node, _DCAT + "Dataset", _VOID + "Dataset")
    out.text(node, _DCT + "title", v.title)
    out.link(node, _DCT + "identifier", Literal(v.id))
    out.link(node, _DCAT + "version", Literal(snapshot.version))
    out.count(node, _VOID + "triples", snapshot.triples)
    if snapshot.retrieved != dt.date.min:
        out.day(node, _DCT + "modified", snapshot.retrieved)
    out.triples.update(_rights(node, v))
    if v.source:
        out.link(node, _DCT + "source", NamedNode(v.source))
    if snapshot.sha256:
        checksum = out.part("checksum", v.id, snapshot.version)
        out.link(node, _SPDX + "checksum", checksum)
        out.a(checksum, _SPDX + "Checksum")
        out.link(checksum, _SPDX + "algorithm", NamedNode(_SPDX + "checksumAlgorithm_sha256"))
        out.link(checksum, _SPDX + "checksumValue", Literal(snapshot.sha256))
    for older in v.snapshots:
        out.link(node, _DCAT + "hasVersion", NamedNode(v.graph_of(older.version)))


def _rights(node: NamedNode, v: Locked) -> Iterator[Triple]:
    if v.licence.startswith("http"):
        yield Triple(node, NamedNode(_DCT + "license"), NamedNode(v.licence))
    elif v.licence:
        yield Triple(node, NamedNode(_DCT + "rights"), Literal(v.licence))
    if v.attribution != NO_TEXT:
        for lang in ("nl", "en"):
            line = Literal(v.attribution.to(lang), language=lang)
            yield Triple(node, NamedNode(_DCT + "rights"), line)


def _linkset(out: _Description, store: GraphStore, dataset: NamedNode, v: Locked) -> None:
    """Count the references to one vocabulary, per property (VoID, section 5)."""
    for row in _links(store, v.graph):
        linkset = out.part("links", v.id, value(row["property"]))
        out.a(linkset, _VOID + "Linkset")
        out.link(linkset, _VOID + "subjectsTarget", dataset)
        out.link(linkset, _VOID + "objectsTarget", NamedNode(v.graph))
        out.link(linkset, _VOID + "linkPredicate", row["property"])
        out.count(linkset, _VOID + "triples", row["count"])
        out.link(dataset, _VOID + "subset", linkset)


def _links(store: GraphStore, graph: str) -> Iterable[dict[str, Term]]:
    query = f"""
SELECT ?property (COUNT(*) AS ?count)
FROM NAMED <{CURRENT}> FROM NAMED <{graph}>
WHERE {{
  GRAPH <{CURRENT}> {{ ?s ?property ?o FILTER(isIRI(?o) && ?property != <{RDF_TYPE}>) }}
  FILTER EXISTS {{ GRAPH <{graph}> {{ ?o ?p ?x }} }}
}} GROUP BY ?property"""
    return (row for row in store.select(query) if "property" in row)
