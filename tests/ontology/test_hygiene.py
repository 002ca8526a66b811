"""The hygiene rules see every planted fault and nothing else; the ontology itself has none.

The texts in ``PLANTED`` are wrong on purpose; what a fault does not need is as it should be.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph
import pytest
from rdflib import Graph

from kg.checking.hygiene import hygiene_rules, run_rule
from kg.checking.ontology import check_ontology
from kg.errors import NotFoundError, RuleError
from kg.terms import SAM

if TYPE_CHECKING:
    from kg.checking.ontology import OntologyFault, OntologyReport

ONTOLOGY = Path(__file__).parents[2] / "ontology"
DEMO = sorted((ONTOLOGY.parent / "data" / "demo").glob("*.ttl"))
RULES = {rule.id: rule for rule in hygiene_rules(ONTOLOGY / "hygiene")}
PREFIXES = """\
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix mod: <https://w3id.org/samenspel/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
"""

_LABEL = 'rdfs:label "{name} nl"@nl, "{name} en"@en ;'
_DEFINITION = 'skos:definition "Ding met een fout."@nl, "Thing with a fault."@en ;'
_EXAMPLE = 'skos:example "Dit is er een."@nl, "This is one."@en ;'
_MODULE = "rdfs:isDefinedBy mod:core ."


def _term(name: str, kind: str, *, without: str = "", extra: str = "") -> str:
    """Write one term that is whole, but for the part named."""
    parts = {
        "label": _LABEL.format(name=name),
        "definition": _DEFINITION,
        "example": _EXAMPLE,
        "module": _MODULE,
    }
    kept = [text for part, text in parts.items() if part != without]
    return f"sam:{name} a {kind} ;\n  sam:inferredOnly true ;\n  {extra}\n  " + "\n  ".join(kept)


class Planted(NamedTuple):
    """One fault: the rule that must see it, the Turtle, the term and the detail reported."""

    rule: str
    turtle: str
    term: str
    fault: str


CLASS = "owl:Class"
PROPERTY = "owl:ObjectProperty ; rdfs:domain sam:Actor"

PLANTED = (
    Planted(
        "label-language",
        _term("NoLabel", CLASS, without="label", extra='rdfs:label "naamloos"@nl ;'),
        "NoLabel",
        "en",
    ),
    Planted(
        "definition-language",
        _term(
            "NoDefinition",
            CLASS,
            without="definition",
            extra='skos:definition "A thing."@en ;',
        ),
        "NoDefinition",
        "nl",
    ),
    Planted("example-language", _term("NoExample", CLASS, without="example"), "NoExample", "nl"),
    Planted(
        "label-repeated",
        _term("TwoLabels", CLASS, extra='rdfs:label "another name"@en ;'),
        "TwoLabels",
        "en",
    ),
    Planted(
        "definition-repeated",
        _term("TwoDefinitions", CLASS, extra='skos:definition "Nog een."@nl ;'),
        "TwoDefinitions",
        "nl",
    ),
    Planted(
        "definition-sentence",
        _term(
            "TwoSentences",
            CLASS,
            without="definition",
            extra='skos:definition "Eén zin."@nl, "One sentence. And another."@en ;',
        ),
        "TwoSentences",
        "One sentence. And another.",
    ),
    Planted(
        "definition-sentence",
        _term(
            "NoFullStop",
            CLASS,
            without="definition",
            extra='skos:definition "Zin zonder einde"@nl, "A sentence."@en ;',
        ),
        "NoFullStop",
        "Zin zonder einde",
    ),
    Planted(
        "definition-circular",
        _term(
            "Circle",
            CLASS,
            without="definition",
            extra='skos:definition "Iets."@nl, "A circle en is a circle en."@en ;',
        ).replace("Circle en", "circle en"),
        "Circle",
        "circle en",
    ),
    Planted(
        "property-domain",
        _term("vague", "owl:ObjectProperty", extra='skos:scopeNote "Geldt voor van alles."@nl ;'),
        "vague",
        "en",
    ),
    Planted(
        "class-shape",
        _term("Shapeless", CLASS).replace("sam:inferredOnly true ;", ""),
        "Shapeless",
        "Shapeless",
    ),
    Planted(
        "property-shape",
        _term("shapeless", PROPERTY).replace("sam:inferredOnly true ;", ""),
        "shapeless",
        "shapeless",
    ),
    Planted(
        "deprecated-successor",
        _term("Orphaned", CLASS, extra="owl:deprecated true ;"),
        "Orphaned",
        "Orphaned",
    ),
    Planted(
        "duplicate-label",
        _term(
            "Impostor",
            CLASS,
            without="label",
            extra='rdfs:label "bedrieger"@nl, "consultation"@en ;',
        ),
        "Impostor",
        "consultation@en",
    ),
    Planted(
        "aspect-more-means",
        _term("Vagueness", "sam:Aspect", extra='sam:moreMeans "Meer is vager."@nl ;'),
        "Vagueness",
        "en",
    ),
    Planted(
        "defined-by",
        _term("Homeless", CLASS, without="module", extra="rdfs:isDefinedBy mod:nowhere ;") + " .",
        "Homeless",
        "Homeless",
    ),
    Planted("naming", _term("lowerClass", CLASS), "lowerClass", "lowerClass"),
    Planted("naming", _term("UpperProperty", PROPERTY), "UpperProperty", "UpperProperty"),
    Planted("naming", _term("under_score", PROPERTY), "under_score", "under_score"),
    Planted(
        "undefined-term",
        "<https://example.org/planted> sam:misspeled <https://example.org/other> .",
        "misspeled",
        "misspeled",
    ),
    Planted(
        "header-metadata",
        'mod:planted a owl:Ontology ; owl:versionInfo "0.1.0" ; dct:title "Gepland"@nl .',
        "https://w3id.org/samenspel/planted",
        "dct:title@en",
    ),
    Planted(
        "foreign-axiom",
        "foaf:Agent rdfs:subClassOf sam:Actor .",
        "http://xmlns.com/foaf/0.1/Agent",
        "http://www.w3.org/2000/01/rdf-schema#subClassOf",
    ),
)

UNPLANTABLE_BY_ADDING = {
    "key-class-negative-example": (
        'core.ttl', '"Negative example: the sports department', '"The sports department',
        "Service", "en",
    ),
    "key-class-source": (
        'cocreation.ttl', "dct:source", "rdfs:seeAlso", "ValueCoCreation", "nl",
    ),
}  # fmt: skip
"""Rules about terms that exist: file, what to replace, by what, and what the rule must say."""

PLANTED_TEXT = PREFIXES + "\n\n".join(fault.turtle for fault in PLANTED)


def iri(term: str) -> str:
    return term if term.startswith("http") else SAM + term


@pytest.fixture(scope="module")
def report() -> OntologyReport:
    return check_ontology(ONTOLOGY, DEMO, reasoning=False)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> list[OntologyFault]:
    """The faults of the ontology with every planted fault in it."""
    root = tmp_path_factory.mktemp("planted") / "ontology"
    shutil.copytree(ONTOLOGY, root)
    (root / "planted.ttl").write_text(PLANTED_TEXT, encoding="utf-8")
    for file, old, new, _, _ in UNPLANTABLE_BY_ADDING.values():
        text = (root / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (root / file).write_text(text.replace(old, new), encoding="utf-8")
    return list(check_ontology(root, reasoning=False).faults)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_ontology_itself_has_no_fault(report: OntologyReport, rule: str) -> None:
    assert [fault for fault in report.faults if fault.rule == rule] == []


def test_every_file_can_be_read(report: OntologyReport) -> None:
    assert [fault for fault in report.faults if fault.rule not in RULES] == []


def test_every_rule_has_a_planted_fault() -> None:
    assert {fault.rule for fault in PLANTED} | UNPLANTABLE_BY_ADDING.keys() == RULES.keys()


@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: f"{fault.rule}-{fault.term}")
def test_a_planted_fault_is_seen(planted: list[OntologyFault], fault: Planted) -> None:
    rule = RULES[fault.rule]
    message = rule.message.format(fault=fault.fault)
    seen = [f for f in planted if (f.rule, f.term) == (fault.rule, iri(fault.term))]
    assert message in [f.message for f in seen]
    assert {f.file for f in seen} == {"ontology/planted.ttl"}
    assert {f.advice for f in seen} == {rule.advice}


@pytest.mark.parametrize("rule", UNPLANTABLE_BY_ADDING)
def test_a_fault_in_a_key_class_is_seen(planted: list[OntologyFault], rule: str) -> None:
    file, _, _, term, fault = UNPLANTABLE_BY_ADDING[rule]
    seen = [f for f in planted if f.rule == rule and f.term == iri(term)]
    assert RULES[rule].message.format(fault=fault) in [f.message for f in seen]
    assert {f.file for f in seen} == {f"ontology/{file}"}


def test_a_planted_fault_draws_no_other_fault(planted: list[OntologyFault]) -> None:
    expected = {(fault.rule, iri(fault.term)) for fault in PLANTED}
    expected |= {(rule, iri(v[3])) for rule, v in UNPLANTABLE_BY_ADDING.items()}
    expected.add(("duplicate-label", SAM + "Consultation"))  # the one whose name was taken
    assert {(fault.rule, fault.term) for fault in planted} == expected


def test_the_line_is_that_of_the_term(planted: list[OntologyFault]) -> None:
    for fault in planted:
        if fault.file == "ontology/planted.ttl":
            assert fault.line is not None
            line = PLANTED_TEXT.splitlines()[fault.line - 1]
            assert fault.term.replace("/", "#").rpartition("#")[2] in line


@pytest.mark.parametrize("rule", sorted(RULES))
def test_two_engines_see_the_same_planted_faults(rule: str) -> None:
    graph = Graph()
    for path in [*ONTOLOGY.glob("*.ttl"), *ONTOLOGY.glob("alignments/*.ttl")]:
        graph.parse(path)
    graph.parse(data=PLANTED_TEXT, format="turtle")
    store = pyoxigraph.Store()
    store.load(graph.serialize(format="nt", encoding="utf-8"), pyoxigraph.RdfFormat.N_TRIPLES)
    solutions = store.query(RULES[rule].query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    ours = set(run_rule(RULES[rule], graph))
    theirs = {(row["term"].value, row["fault"].value) for row in solutions}
    assert ours == theirs


def test_turtle_that_cannot_be_read_is_a_fault_with_its_line(tmp_path: Path) -> None:
    root = tmp_path / "ontology"
    root.mkdir()
    (root / "core.ttl").write_text(PREFIXES + "sam:Broken a owl:Class ;;; [\n", encoding="utf-8")
    (fault,) = check_ontology(root, reasoning=False).faults
    assert (fault.rule, fault.file) == ("unreadable", "ontology/core.ttl")
    assert fault.line is not None
    assert fault.line >= 8


def test_bytes_that_are_no_utf8_are_a_fault(tmp_path: Path) -> None:
    root = tmp_path / "ontology"
    root.mkdir()
    (root / "core.ttl").write_bytes(PREFIXES.encode() + b'sam:x rdfs:label "\xe9"@nl .')
    (fault,) = check_ontology(root, reasoning=False).faults
    assert (fault.rule, fault.line) == ("unreadable", None)


def test_a_data_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        check_ontology(ONTOLOGY, [tmp_path / "none.ttl"], reasoning=False)
    assert caught.value.code == "KG-N011"


def test_a_folder_without_ontology_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        check_ontology(tmp_path)
    assert caught.value.code == "KG-N010"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?term ?fault WHERE {}",
        '#+ id: other\n#+ title: {nl: "a", en: "b"}\n#+ message: {nl: "a", en: "b"}\n'
        '#+ advice: {nl: "a", en: "b"}\nSELECT ?term ?fault WHERE {}',
        '#+ id: half\n#+ title: {nl: "alleen Nederlands"}\nSELECT ?term ?fault WHERE {}',
        "#+ id: [\nSELECT ?term ?fault WHERE {}",
    ],
)
def test_a_rule_that_is_not_whole_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "half.rq").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        hygiene_rules(tmp_path)
    assert caught.value.code == "KG-Q020"


def test_a_rule_that_gives_something_else_is_refused() -> None:
    rule = next(iter(RULES.values()))
    other = type(rule)(rule.id, rule.title, rule.message, rule.advice, rule.scope, "ASK {}")
    with pytest.raises(RuleError):
        list(run_rule(other, Graph()))


def test_the_figures_count_our_terms(report: OntologyReport) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in ONTOLOGY.glob("*.ttl"))
    lines = [line for line in text.splitlines() if line.startswith("sam:")]
    assert report.figures.classes == sum(" a owl:Class" in line for line in lines)
    assert report.figures.properties == sum("Property" in line.split(" a ")[-1] for line in lines)
    assert report.figures.terms == sum(" a " in line for line in lines)
