"""The description of a workspace: counts, versions, licences and attribution, all of them true."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from kg.rdf import FORMATS, BlankNode, parse_bytes, to_turtle, value
from kg.store import MemoryStore
from kg.terms import CURRENT
from kg.vocabularies.description import attribution_lines, catalogue, licence_name, loaded
from vocabularies.lists import GM, PREFIXES, filled, triples

if TYPE_CHECKING:
    from pathlib import Path

    from kg.rdf import Triple
    from kg.vocabularies.home import Home

BASE = "https://kg.example.org"
VOID = "http://rdfs.org/ns/void#"
DCT = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
OURS = (
    PREFIXES
    + """
ex:a a ex:Service , ex:Thing ; dct:spatial gm:gm0003 ; rdfs:label "a" .
ex:b a ex:Service ; dct:spatial gm:gm0001 , ex:elsewhere .
"""
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return filled(tmp_path)


@pytest.fixture
def described(home: Home) -> list[Triple]:
    store = MemoryStore()
    store.replace(CURRENT, triples(OURS))
    for graph, found in home.graphs("list"):
        store.replace(graph, found)
    return catalogue(store, loaded(home), BASE + "/", endpoint=BASE + "/sparql",
                     modified=dt.date(2026, 3, 1))  # fmt: skip


def values(found: list[Triple], subject: str, predicate: str) -> list[str]:
    return sorted(
        value(t.object)
        for t in found
        if value(t.subject) == subject and t.predicate.value == predicate
    )


DATASET = f"{BASE}/.well-known/void#dataset"
LIST = "https://w3id.org/samenspel/graph/vocabulary/list"


def test_the_numbers_are_those_of_the_data(described: list[Triple]) -> None:
    expected = {"triples": "7", "distinctSubjects": "2", "distinctObjects": "6",
                "classes": "2", "properties": "3"}  # fmt: skip
    assert {k: values(described, DATASET, VOID + k) for k in expected} == {
        k: [v] for k, v in expected.items()
    }
    classes = {
        values(described, part, VOID + "class")[0]: values(described, part, VOID + "entities")
        for part in values(described, DATASET, VOID + "classPartition")
    }
    assert classes == {"https://example.org/Service": ["2"], "https://example.org/Thing": ["1"]}
    properties = {
        values(described, part, VOID + "property")[0]: values(described, part, VOID + "triples")
        for part in values(described, DATASET, VOID + "propertyPartition")
    }
    assert properties[DCT + "spatial"] == ["3"]
    assert sum(int(n[0]) for n in properties.values()) == 7


def test_links_to_a_vocabulary_are_counted_per_property(described: list[Triple]) -> None:
    (linkset,) = values(described, DATASET, VOID + "subset")
    assert values(described, linkset, VOID + "objectsTarget") == [LIST]
    assert values(described, linkset, VOID + "linkPredicate") == [DCT + "spatial"]
    assert values(described, linkset, VOID + "triples") == ["2"]


def test_each_vocabulary_has_version_licence_and_attribution(described: list[Triple]) -> None:
    listed = values(described, f"{BASE}/.well-known/void#catalogue", DCAT + "dataset")
    assert {DATASET, LIST} <= set(listed)
    assert "https://w3id.org/samenspel/graph/vocabulary/org" in listed
    assert values(described, LIST, DCAT + "version") == ["1.1"]
    assert values(described, LIST, DCT + "license") == ["https://example.org/licence"]
    assert values(described, LIST, DCT + "rights") == ["Bron: wij", "Source: us"]
    assert values(described, LIST, DCAT + "hasVersion") == [f"{LIST}/1.0", f"{LIST}/1.1"]
    for graph in set(listed) - {DATASET}:
        assert values(described, graph, VOID + "triples")
        assert values(described, graph, DCT + "license")


def test_the_endpoint_and_the_day_are_told(described: list[Triple]) -> None:
    assert values(described, DATASET, VOID + "sparqlEndpoint") == [f"{BASE}/sparql"]
    assert values(described, DATASET, DCT + "modified") == ["2026-03-01"]


def test_the_description_is_whole_rdf_without_blank_nodes(described: list[Triple]) -> None:
    assert not any(isinstance(x, BlankNode) for t in described for x in (t.subject, t.object))
    again = parse_bytes(to_turtle(described).encode(), FORMATS[".ttl"])
    assert set(again) == set(described)


def test_a_vocabulary_that_is_not_in_the_store_gives_no_links(home: Home) -> None:
    store = MemoryStore()
    store.replace(CURRENT, triples(OURS))
    found = catalogue(store, loaded(home), BASE)
    assert values(found, DATASET, VOID + "subset") == []
    assert values(found, DATASET, VOID + "sparqlEndpoint") == []


def test_an_empty_workspace_is_described_too(tmp_path: Path) -> None:
    found = catalogue(MemoryStore(), loaded(filled(tmp_path)), BASE)
    assert values(found, DATASET, VOID + "triples") == ["0"]


def test_attribution_names_who_what_and_under_which_licence(home: Home) -> None:
    lines = attribution_lines(loaded(home))
    assert "Source: us: List 1.1 (licence: https://example.org/licence)" in [t.en for t in lines]
    (w3c,) = [t for t in lines if t.nl.startswith("© W3C") and "PDDL" in t.nl]
    assert "licentie: PDDL 1.0" in w3c.nl
    assert lines == sorted(set(lines))
    assert licence_name("").nl == "niet bekend"


def test_links_are_references_to_the_snapshot_in_use(home: Home) -> None:
    store = MemoryStore()
    store.replace(CURRENT, triples(PREFIXES + f"ex:a a gm:gm0001 ; dct:spatial <{GM}gm0002> ."))
    for graph, found in home.graphs("list"):
        store.replace(graph, found)
    assert values(catalogue(store, loaded(home), BASE), DATASET, VOID + "subset") == []
