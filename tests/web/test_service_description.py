"""The W3C tests of the SPARQL 1.1 Service Description, and what VoID says of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef

from kg.terms import CURRENT, DERIVED

if TYPE_CHECKING:
    from web.running import Service

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/n-triples": "nt"}
CLASSES = {SD.endpoint: None, SD.resultFormat: None, SD.feature: SD.Feature}
RANGES = {
    SD.defaultDataset: SD.Dataset,
    SD.defaultGraph: SD.Graph,
    SD.namedGraph: SD.NamedGraph,
    SD.graph: SD.Graph,
}


def description(service: Service, accept: str = "text/turtle") -> Graph:
    reply = service.request("GET", "/sparql", headers={"Accept": accept})
    assert (reply.status, reply.media) == (200, accept), reply.text
    return Graph().parse(data=reply.text, format=FORMATS[accept])


@pytest.mark.parametrize("accept", FORMATS)
def test_get_on_the_endpoint_returns_rdf(scratch: Service, accept: str) -> None:
    assert len(description(scratch, accept)) > 5
    anything = scratch.request("GET", "/sparql")
    assert anything.media == "text/turtle"


def test_the_description_names_the_endpoint_it_came_from(scratch: Service) -> None:
    graph = description(scratch)
    assert (None, SD.endpoint, URIRef(scratch.url + "/sparql")) in graph


def test_the_description_fits_its_schema(demo: Service) -> None:
    graph = description(demo)
    services = list(graph.subjects(RDF.type, SD.Service))
    assert len(services) == 1
    assert len(list(graph.objects(services[0], SD.endpoint))) == 1
    assert set(graph.objects(services[0], SD.supportedLanguage)) == {SD.SPARQL11Query}
    known = {str(t) for t in _terms()}
    used = {t for triple in graph for t in triple if str(t).startswith(str(SD))}
    assert {str(t) for t in used} <= known
    for predicate, cls in RANGES.items():
        for value in graph.objects(None, predicate):
            assert (value, RDF.type, cls) in graph
    for node in graph.objects(None, SD.namedGraph):
        assert isinstance(graph.value(node, SD.name), URIRef)
        assert isinstance(graph.value(node, SD.graph), BNode | URIRef)
    for value in graph.objects(services[0], SD.resultFormat):
        assert isinstance(value, URIRef)


def _terms() -> list[URIRef]:
    names = (
        "Service Dataset Graph NamedGraph GraphCollection Feature Language Function Aggregate "
        "EntailmentRegime EntailmentProfile endpoint supportedLanguage feature resultFormat "
        "inputFormat defaultDataset availableGraphs defaultGraph namedGraph name graph "
        "languageExtension propertyFeature extensionFunction extensionAggregate "
        "defaultEntailmentRegime defaultSupportedEntailmentProfile SPARQL10Query SPARQL11Query "
        "SPARQL11Update DereferencesURIs UnionDefaultGraph RequiresDataset EmptyGraphs "
        "BasicFederatedQuery"
    )
    return [URIRef(str(SD) + name) for name in names.split()]


def test_the_graphs_that_are_named_are_there(demo: Service) -> None:
    graph = description(demo)
    named = {str(n) for n in graph.objects(None, SD.name)}
    assert {CURRENT, DERIVED} <= named
    rows = demo.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").json["results"]["bindings"]
    assert {row["g"]["value"] for row in rows} <= named


def test_updates_are_offered_only_where_one_tries_out(scratch: Service) -> None:
    assert (None, SD.supportedLanguage, SD.SPARQL11Update) in description(scratch)


def test_void_counts_what_is_there(demo: Service) -> None:
    moved = demo.request("GET", "/.well-known/void")
    assert moved.status == 303
    assert moved.headers["location"] == demo.url + "/void"
    reply = demo.request("GET", "/void", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=reply.text, format="turtle")
    node = graph.value(None, VOID.sparqlEndpoint, URIRef(demo.url + "/sparql"))
    assert (node, RDF.type, VOID.Dataset) in graph
    query = f"SELECT (COUNT(*) AS ?n) FROM <{CURRENT}> {{ ?s ?p ?o }}"
    count = demo.query(query).json["results"]["bindings"][0]["n"]["value"]
    assert Literal(int(count)) in set(graph.objects(node, VOID.triples))
    assert len(list(graph.objects(node, VOID.classPartition))) > 5
