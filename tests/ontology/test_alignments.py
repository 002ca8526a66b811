"""Alignments are one-way, stand apart from the modules, and name only foreign terms that exist."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import DC, DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, URIRef
from rdflib import Literal as RdfLiteral

from kg.terms import SAM
from kg.vocabularies.mappings import SEMAPV, Match
from kg.vocabularies.sssom import read_sssom

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
MODULES = sorted((ROOT / "ontology").glob("*.ttl"))
ALIGNMENTS = sorted((ROOT / "ontology" / "alignments").glob("*.ttl"))
HOME = "https://w3id.org/samenspel/"
NPM = SHARED / "data" / "npm-vocabularies"
CPSV = SHARED / "conformance" / "cpsv-ap" / "releases" / "3.2.0"
CPSV2 = SHARED / "conformance" / "cpsv-ap" / "releases" / "2.2.1"
CPOV = SHARED / "data" / "semic-cpov" / "releases" / "2.1.2"
CCCEV = SHARED / "data" / "semic-cccev" / "releases" / "2.1.0"

AUTHORITIES = {
    "cccev": (CCCEV / "voc" / "cccev.ttl",),
    "cpov": (CPOV / "voc" / "core-public-organisation-ap.ttl",),
    "cpsv-ap": (CPSV / "rdf" / "cpsv-ap.ttl", NPM / "dcterms.nq"),
    "cpsv-ap-2.2": (
        CPSV2 / "SC2015DI07446_D02.02_CPSV-AP_v2.2.1_RDF_Schema_v1.00.ttl",
        NPM / "dcterms.nq",
    ),
    "dqv": (NPM / "dqv.nq",),
    "foaf": (NPM / "foaf.nq",),
    "org": (NPM / "org.nq",),
    "prov": (NPM / "prov.nq",),
    "skos": (NPM / "skos.nq", NPM / "dcterms.nq"),
    "time": (NPM / "time.nq",),
    "tooi": (SHARED / "data" / "tooi" / "tooi-registers.ttl",),
}
"""Which published files say that a term exists; for TOOI its registers in use."""

MEANING = {
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    RDFS.range,
    RDFS.seeAlso,
    SKOS.closeMatch,
    SKOS.narrowMatch,
    SKOS.broadMatch,
    SKOS.relatedMatch,
}
"""What an alignment may say: never owl:sameAs or owl:equivalentClass."""


@cache
def graph_of(path: Path) -> Graph:
    return Graph().parse(path)


def statements(path: Path) -> list[tuple[URIRef, URIRef, URIRef]]:
    """What an alignment says besides its header."""
    graph = graph_of(path)
    header = graph.value(predicate=RDF.type, object=OWL.Ontology)
    found = []
    for s, p, o in graph:
        if s != header:
            assert isinstance(s, URIRef)
            assert isinstance(p, URIRef)
            assert isinstance(o, URIRef)
            found.append((s, p, o))
    return found


@cache
def known(path: Path) -> frozenset[str]:
    """Every IRI that a published file describes or uses as class or property."""
    if path.suffix == ".nq":
        quads = pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.N_QUADS)
        return frozenset(
            quad.subject.value for quad in quads if isinstance(quad.subject, pyoxigraph.NamedNode)
        )
    graph = Graph().parse(path)
    used = set(graph.subjects()) | set(graph.predicates()) | set(graph.objects(None, RDF.type))
    return frozenset(str(term) for term in used if isinstance(term, URIRef))


def test_every_alignment_has_an_authority() -> None:
    assert {path.stem for path in ALIGNMENTS} == AUTHORITIES.keys()


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_every_foreign_term_exists(path: Path) -> None:
    missing = [file for file in AUTHORITIES[path.stem] if not file.exists()]
    if missing:
        pytest.skip(f"the published vocabularies are not beside this checkout: {missing[0].name}")
    described = frozenset[str]().union(*(known(file) for file in AUTHORITIES[path.stem]))
    foreign = {str(o) for _, _, o in statements(path)}
    assert foreign
    assert foreign - described == set()


def test_a_foreign_term_that_does_not_exist_would_be_seen() -> None:
    if not NPM.exists():
        pytest.skip("the published vocabularies are not beside this checkout")
    assert "http://www.w3.org/ns/org#Organization" in known(NPM / "org.nq")
    assert "http://www.w3.org/ns/org#Organisation" not in known(NPM / "org.nq")


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_our_terms_stand_under_theirs(path: Path) -> None:
    defined = {str(s) for module in MODULES for s in graph_of(module).subjects()}
    for subject, predicate, value in statements(path):
        assert str(subject).startswith(SAM)
        assert str(subject) in defined
        assert predicate in MEANING
        assert not str(value).startswith(HOME)


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_an_alignment_imports_exactly_the_modules_it_speaks_of(path: Path) -> None:
    home = {
        str(s): str(module)
        for file in MODULES
        for s, module in graph_of(file).subject_objects(RDFS.isDefinedBy)
    }
    needed = {home[str(s)] for s, _, _ in statements(path)}
    imported = {str(o) for o in graph_of(path).objects(None, OWL.imports)}
    assert imported == needed


TABLES = sorted((ROOT / "ontology" / "alignments").glob("*.sssom.tsv"))
PREDICATES = {
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.narrowMatch,
    SKOS.broadMatch,
    SKOS.relatedMatch,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.seeAlso,
}
"""What SSSOM can hold; a domain or range is an axiom and no mapping."""
CERTAIN = {SKOS.exactMatch, RDFS.subClassOf, RDFS.subPropertyOf}
"""Where no confidence is asked: what is meant so, rather than found to be near."""


def table_of(path: Path) -> tuple[Match, ...]:
    return read_sssom(path.read_text(encoding="utf-8"), name=path.name)


def test_every_alignment_has_a_table() -> None:
    assert {path.name.removesuffix(".sssom.tsv") for path in TABLES} == {p.stem for p in ALIGNMENTS}


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.stem)
def test_the_table_says_what_the_alignment_says(path: Path) -> None:
    stated = {(str(s), str(p), str(o)) for s, p, o in statements(path) if p in PREDICATES}
    rows = [
        (m.subject_id, m.predicate_id, m.object_id)
        for m in table_of(path.with_name(f"{path.stem}.sssom.tsv"))
    ]
    assert set(rows) == stated
    assert len(rows) == len(stated)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name.removesuffix(".sssom.tsv"))
def test_a_table_says_why_how_sure_and_by_whom(path: Path) -> None:
    names = {
        str(s): str(label)
        for module in MODULES
        for s, label in graph_of(module).subject_objects(RDFS.label)
        if isinstance(label, RdfLiteral) and label.language == "en"
    }
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader((x for x in file if not x.startswith("#")), delimiter="\t")
        rows = list(table)
    for match, row in zip(table_of(path), rows, strict=True):
        assert match.mapping_justification == f"{SEMAPV}ManualMappingCuration"
        assert match.mapping_tool == row["author_label"] == "Samenspel"
        assert match.subject_label == names[match.subject_id]
        assert (match.confidence is None) == (URIRef(match.predicate_id) in CERTAIN)
        assert match.confidence is None or 0 < match.confidence < 1


def test_a_table_out_of_step_would_be_seen(tmp_path: Path) -> None:
    text = (ROOT / "ontology" / "alignments" / "foaf.sssom.tsv").read_text(encoding="utf-8")
    other = tmp_path / "foaf.sssom.tsv"
    other.write_text(text.replace("foaf:Group", "foaf:Person"), encoding="utf-8")
    rows = {(m.subject_id, m.object_id) for m in table_of(other)}
    said = {(str(s), str(o)) for s, _, o in statements(ALIGNMENTS[0].with_name("foaf.ttl"))}
    assert rows != said


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_modules_only(path: Path) -> None:
    modules = {HOME + file.stem for file in MODULES}
    assert {str(o) for o in graph_of(path).objects(None, OWL.imports)} <= modules


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_every_module_whose_terms_it_uses(path: Path) -> None:
    graph = graph_of(path)
    home = {
        str(s): str(module)
        for file in MODULES
        for s, module in graph_of(file).subject_objects(RDFS.isDefinedBy)
    }
    used = {str(term) for triple in graph for term in triple if str(term).startswith(SAM)}
    needed = {home[term] for term in used} - {HOME + path.stem}
    direct = {str(o) for o in graph.objects(None, OWL.imports)}
    # sam:inferredOnly is an annotation of the core, which every module imports
    assert needed <= direct
    assert path.stem == "core" or HOME + "core" in direct


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_stands_on_the_w3c_basics_alone(path: Path) -> None:
    basics = tuple(str(n) for n in (OWL, RDF, RDFS, XSD, SKOS, DCTERMS, DC))
    licence = "http://data.europa.eu/eli/dec_impl/2017/863/oj"
    foreign = {
        str(term)
        for triple in graph_of(path)
        for term in triple
        if isinstance(term, URIRef) and not term.startswith(HOME)
    }
    assert {iri for iri in foreign if not iri.startswith(basics)} == {licence}
