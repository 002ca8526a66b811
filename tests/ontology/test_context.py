"""The JSON-LD context knows every class and property, and types their values as the modules say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef

from kg.terms import SAM

ONTOLOGY = Path(__file__).parents[2] / "ontology"
SAM_NS = Namespace(SAM)
EX = Namespace("https://example.org/context/")
CONTEXT: dict[str, Any] = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))[
    "@context"
]
DATES = {"validFrom", "validUntil", "reviewBy"}
FROM_A_SCHEME = {"direction", "basis", "criterion", "frame"}
LANGUAGE_MAPS = {"label", "prefLabel", "definition", "title", "description", "moreMeans"}


def modules() -> Graph:
    graph = Graph()
    for path in ONTOLOGY.glob("*.ttl"):
        graph.parse(path)
    return graph


MODULES = modules()


def names(*kinds: URIRef) -> set[str]:
    found = {str(term) for kind in kinds for term in MODULES.subjects(RDF.type, kind)}
    return {term.removeprefix(SAM) for term in found if term.startswith(SAM)}


CLASSES = names(OWL.Class)
CONCEPTS = names(SKOS.Concept, SKOS.ConceptScheme, SAM_NS.Aspect)
OBJECT_PROPERTIES = names(OWL.ObjectProperty)
DATATYPE_PROPERTIES = names(OWL.DatatypeProperty)
ANNOTATION_PROPERTIES = names(OWL.AnnotationProperty)


def expected(name: str) -> dict[str, str]:
    """How the value of a property must be read."""
    entry = {"@id": f"sam:{name}"}
    if name in OBJECT_PROPERTIES:
        return entry | {"@type": "@vocab" if name in FROM_A_SCHEME else "@id"}
    if name in DATES:
        return entry | {"@type": "xsd:date"}
    if name in LANGUAGE_MAPS:
        return entry | {"@container": "@language"}
    value = MODULES.value(SAM_NS[name], RDFS.range)
    if value is None:  # our only mark on terms
        value = XSD.boolean
    return entry | {"@type": "xsd:" + str(value).removeprefix(str(XSD))}


def read(document: object) -> Graph:
    """Read JSON-LD with the parser of the product."""
    quads = pyoxigraph.parse(json.dumps(document), format=pyoxigraph.RdfFormat.JSON_LD)
    lines = pyoxigraph.serialize(
        (quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES
    )
    return Graph().parse(data=lines, format="nt")


@pytest.mark.parametrize("name", sorted(CLASSES | CONCEPTS))
def test_every_class_and_concept_has_its_name(name: str) -> None:
    assert CONTEXT[name] == f"sam:{name}"


@pytest.mark.parametrize(
    "name", sorted(OBJECT_PROPERTIES | DATATYPE_PROPERTIES | ANNOTATION_PROPERTIES)
)
def test_every_property_reads_its_values_as_the_modules_say(name: str) -> None:
    assert CONTEXT[name] == expected(name)


def test_only_the_mark_and_the_dates_have_no_range() -> None:
    without = {
        name
        for name in DATATYPE_PROPERTIES | ANNOTATION_PROPERTIES
        if MODULES.value(SAM_NS[name], RDFS.range) is None
    }
    assert without == DATES | {"moreMeans", "inferredOnly"}


def test_the_context_names_no_term_of_ours_that_does_not_exist() -> None:
    ours = {
        entry.removeprefix("sam:")
        for value in CONTEXT.values()
        for entry in [value["@id"] if isinstance(value, dict) else value]
        if isinstance(entry, str) and entry.startswith("sam:")
    }
    assert ours == (
        CLASSES | CONCEPTS | OBJECT_PROPERTIES | DATATYPE_PROPERTIES | ANNOTATION_PROPERTIES
    )


def test_properties_with_a_concept_of_ours_take_its_short_name() -> None:
    """Those whose range is any concept and whose values come from a scheme of ours."""
    for name in FROM_A_SCHEME:
        assert (SAM_NS[name], RDFS.range, SKOS.Concept) in MODULES


def test_a_document_reads_as_meant() -> None:
    document = {
        "@context": CONTEXT,
        "graph": [
            {
                "id": str(EX.interest),
                "type": "Interest",
                "label": {"nl": "meer velduren", "en": "more field hours"},
                "heldBy": str(EX.club),
                "concerns": {
                    "id": str(EX.hours),
                    "type": "Aspect",
                    "moreMeans": {"nl": "Meer uren.", "en": "More hours."},
                },
                "direction": "Increase",
                "priority": 60,
                "validFrom": "2026-01-01",
            },
            {"id": str(EX.effect), "type": "Effect", "confidence": "0.7", "contribution": -90},
            {"id": str(EX.provision), "exitPossible": False, "supplyer": "typing error"},
        ],
    }
    graph = read(document)
    assert (EX.interest, RDF.type, SAM_NS.Interest) in graph
    assert (EX.interest, SAM_NS.heldBy, EX.club) in graph
    assert (EX.interest, SAM_NS.direction, SAM_NS.Increase) in graph
    assert (EX.interest, SAM_NS.priority, Literal(60)) in graph
    assert (EX.interest, SAM_NS.validFrom, Literal("2026-01-01", datatype=XSD.date)) in graph
    assert (EX.interest, RDFS.label, Literal("meer velduren", lang="nl")) in graph
    assert (EX.hours, SAM_NS.moreMeans, Literal("More hours.", lang="en")) in graph
    assert (EX.effect, SAM_NS.confidence, Literal("0.7", datatype=XSD.decimal)) in graph
    assert (EX.effect, SAM_NS.contribution, Literal(-90)) in graph
    assert (EX.provision, SAM_NS.exitPossible, Literal(False)) in graph  # noqa: FBT003 - a value
    # a misspelled name is kept, so that the check can point at it, and not silently dropped
    assert (EX.provision, SAM_NS.supplyer, Literal("typing error")) in graph
