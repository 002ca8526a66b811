"""The SHACL adapter: what is looked at, what comes back, and what it leaves untouched."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING, Any

import pyshacl
import pytest
import rdflib
import rdflib.term
from rdflib import XSD, BNode, Graph, Literal, URIRef
from rdflib.plugins import sparql

from kg.checking.shacl import ShapesError, validate_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIXES = """
@prefix : <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NAMED = ":S a sh:NodeShape ; sh:targetClass :C ; sh:property :S-name . :S-name sh:path :name ;"
EX = "https://example.org/"


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def foci(data: str, shapes: str, **context: Graph | list[str]) -> list[str]:
    results = validate_graph(turtle(data), turtle(shapes), **context)  # type: ignore[arg-type]
    return [result.focus.removeprefix(EX) for result in results]


def test_what_conforms_gives_nothing() -> None:
    assert foci(':x a :C ; :name "x" .', f"{NAMED} sh:minCount 1 .") == []


def test_a_result_says_all_there_is_to_say() -> None:
    shapes = f"""{NAMED} sh:datatype xsd:integer ; sh:severity sh:Warning ;
        sh:message "een getal"@nl , "a number"@en ."""
    (result,) = validate_graph(turtle(':x a :C ; :name "tien" .'), turtle(shapes))
    assert dataclasses.asdict(result) == {
        "focus": f"{EX}x",
        "path": f"{EX}name",
        "value": "tien",
        "constraint": "sh:DatatypeConstraintComponent",
        "shape": f"{EX}S-name",
        "severity": "Warning",
        "messages": {"en": "a number", "nl": "een getal"},
    }


@pytest.mark.parametrize(
    ("of_shape", "of_query", "expected"),
    [
        ('; sh:message "vorm"@nl , "shape"@en', "", {"nl": "vorm", "en": "shape"}),
        ('; sh:message "vorm"@nl', '; sh:message "vraag"@nl', {"nl": "vraag"}),
        ("", '; sh:message "vraag"@nl , "query"@en', {"nl": "vraag", "en": "query"}),
        ("", '; sh:message "zie {?value}"@nl', {"nl": f"zie {EX}x"}),
    ],
)
def test_a_query_speaks_for_itself_or_else_with_its_shape(
    of_shape: str, of_query: str, expected: dict[str, str]
) -> None:
    shapes = turtle(f"""
        :S a sh:NodeShape ; sh:targetClass :C ; sh:property :S-to .
        :S-to sh:path :to {of_shape} ; sh:sparql :Q .
        :Q sh:select "SELECT $this ?value {{ $this $PATH ?value }}" {of_query} .
    """)
    assert [r.messages for r in validate_graph(turtle(":x a :C ; :to :x ."), shapes)] == [expected]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("sh:Violation", "Violation"), ("sh:Warning", "Warning"), ("sh:Info", "Info")],
)
def test_severity_is_that_of_the_shape(severity: str, expected: str) -> None:
    shapes = turtle(f"{NAMED} sh:minCount 1 ; sh:severity {severity} .")
    assert [r.severity for r in validate_graph(turtle(":x a :C ."), shapes)] == [expected]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("[ sh:inversePath :p ]", f"^<{EX}p>"),
        ("( :p [ sh:zeroOrMorePath :q ] )", f"(<{EX}p>/<{EX}q>*)"),
        ("[ sh:alternativePath ( :p [ sh:inversePath :q ] ) ]", f"(<{EX}p>|^<{EX}q>)"),
        ("[ sh:zeroOrOnePath :p ]", f"<{EX}p>?"),
        ("[ sh:oneOrMorePath :p ]", f"<{EX}p>+"),
    ],
)
def test_a_property_path_is_written_as_in_sparql(path: str, expected: str) -> None:
    shapes = (
        f":S a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path {path} ; sh:minCount 2 ] ."
    )
    assert [r.path for r in validate_graph(turtle(":x a :C ."), turtle(shapes))] == [expected]


def test_results_are_sorted() -> None:
    data = ":z a :C . :a a :C . :m a :C ."
    assert foci(data, f"{NAMED} sh:minCount 1 .") == ["a", "m", "z"]


def test_the_background_is_context_and_never_reported_on() -> None:
    background = turtle(":D rdfs:subClassOf :C . :known a :C . :other a :C .")
    data = ":mine a :D ; :friend :known ."
    assert foci(data, f"{NAMED} sh:minCount 1 .", background=background) == ["mine"]


def test_values_are_judged_with_what_the_background_knows() -> None:
    shapes = (
        ":S a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :friend ; sh:class :C ] ."
    )
    data = ":mine a :C ; :friend :known ."
    assert foci(data, shapes) == ["mine"]
    assert foci(data, shapes, background=turtle(":known a :C .")) == []


def test_focus_limits_what_is_reported() -> None:
    data = ":a a :C . :b a :C ."
    assert foci(data, f"{NAMED} sh:minCount 1 .", focus=[f"{EX}b"]) == ["b"]
    assert foci(data, f"{NAMED} sh:minCount 1 .", focus=[]) == []


@pytest.mark.parametrize(
    "constraint",
    [
        "sh:or ( [ sh:class :A ] [ sh:class :B ] )",
        "sh:node [ sh:class :A ]",
        "sh:not [ sh:not [ sh:class :A ] ]",
        "sh:qualifiedValueShape [ sh:class :A ] ; sh:qualifiedMinCount 1",
    ],
)
def test_focus_does_not_blind_nested_shapes(constraint: str) -> None:
    """The engine's own focus option passes these by without a word."""
    shapes = f":S a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :to ; {constraint} ] ."
    assert foci(":x a :C ; :to :y .", shapes, focus=[f"{EX}x"]) == ["x"]


def test_blank_nodes_are_looked_at_and_can_be_asked_for() -> None:
    data, shapes = Graph(), turtle(f"{NAMED} sh:minCount 1 .")
    for node in (BNode("seat1"), BNode("seat2")):
        data.add((node, rdflib.RDF.type, URIRef(f"{EX}C")))
    assert [r.focus for r in validate_graph(data, shapes)] == ["_:seat1", "_:seat2"]
    assert [r.focus for r in validate_graph(data, shapes, focus=["_:seat2"])] == ["_:seat2"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("sh:targetNode :mine , :known , :nowhere", ["mine", "nowhere"]),
        ("sh:targetSubjectsOf :friend", ["mine"]),
        ("sh:targetObjectsOf :friend", ["stranger"]),
        ("sh:targetClass :C", ["mine"]),
        ("a rdfs:Class", ["instance"]),
    ],
)
def test_every_kind_of_target_spares_the_background(target: str, expected: list[str]) -> None:
    shapes = f":S a sh:NodeShape ; {target} ; sh:property [ sh:path :name ; sh:minCount 1 ] ."
    data = ":mine a :C ; :friend :known , :stranger . :instance a :S ."
    background = turtle(":known a :C , :S ; :friend :other .")
    assert foci(data, shapes, background=background) == expected


def test_no_graph_is_changed() -> None:
    data, shapes = turtle(":x a :C ."), turtle(f"{NAMED} sh:minCount 1 .")
    background = turtle(":D rdfs:subClassOf :C .")
    before = [set(graph) for graph in (data, shapes, background)]
    validate_graph(data, shapes, background=background, focus=[f"{EX}x"])
    assert [set(graph) for graph in (data, shapes, background)] == before


BROKEN = {
    "no path": ":S a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:minCount 1 ] .",
    "two minima": f"{NAMED} sh:minCount 1 , 2 .",
    "query that does not parse": """:S a sh:NodeShape ; sh:targetClass :C ;
        sh:sparql [ sh:select "SELECT $this WHERE { $this" ] .""",
    "query with MINUS": """:S a sh:NodeShape ; sh:targetClass :C ;
        sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o MINUS { ?a ?b ?c } }" ] .""",
    "pattern that does not parse": f'{NAMED} sh:pattern "(" .',
}


@pytest.mark.parametrize("shapes", BROKEN.values(), ids=BROKEN.keys())
def test_broken_shapes_are_an_error_and_not_a_verdict(shapes: str) -> None:
    with pytest.raises(ShapesError) as caught:
        validate_graph(turtle(':x a :C ; :name "x" .'), turtle(shapes))
    assert caught.value.code == "KG-S010"
    assert caught.value.message.nl.startswith("de vormen kloppen niet")


@pytest.fixture
def rdflib_settings() -> Iterator[None]:
    normalize, load_graphs = rdflib.NORMALIZE_LITERALS, sparql.SPARQL_LOAD_GRAPHS
    yield
    rdflib.NORMALIZE_LITERALS, sparql.SPARQL_LOAD_GRAPHS = normalize, load_graphs


@pytest.mark.usefixtures("rdflib_settings")
@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("load_graphs", [True, False])
@pytest.mark.parametrize("shapes", [f"{NAMED} sh:minCount 1 .", *BROKEN.values()])
def test_settings_of_rdflib_are_put_back(
    shapes: str,
    normalize: bool,  # noqa: FBT001
    load_graphs: bool,  # noqa: FBT001
) -> None:
    data, parsed = turtle(':x a :C ; :name "x" .'), turtle(shapes)
    rdflib.NORMALIZE_LITERALS, sparql.SPARQL_LOAD_GRAPHS = normalize, load_graphs
    with contextlib.suppress(ShapesError):
        validate_graph(data, parsed)
    assert rdflib.NORMALIZE_LITERALS is normalize
    assert sparql.SPARQL_LOAD_GRAPHS is load_graphs
    assert Literal("1", datatype=XSD.boolean).toPython() is True


def test_no_query_may_load_a_graph_while_shapes_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a dataset FROM <file:…> of a shape's query would be read and end up in the report."""
    seen: list[bool] = []
    engine = pyshacl.validate

    def watched(data: Graph, **options: Any) -> object:  # noqa: ANN401  (those of pySHACL)
        seen.append(sparql.SPARQL_LOAD_GRAPHS)
        return engine(data, **options)

    monkeypatch.setattr(pyshacl, "validate", watched)
    assert foci(":x a :C .", f"{NAMED} sh:minCount 1 .") == ["x"]
    assert seen == [False]


@pytest.mark.parametrize("shapes", [f"{NAMED} sh:minCount 1 .", BROKEN["two minima"]])
def test_the_reading_of_booleans_is_put_back(shapes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def own_reading(text: str) -> bool:
        return text == "own"

    monkeypatch.setitem(rdflib.term._toPythonMapping, XSD.boolean, own_reading)
    with contextlib.suppress(ShapesError):
        validate_graph(turtle(":x a :C ."), turtle(shapes))
    assert rdflib.term._toPythonMapping[XSD.boolean] is own_reading
