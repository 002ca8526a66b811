"""The same service when the graphs stand on a SPARQL server: same findings, same answers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from kg.cli.serve import make_demo
from kg.workspace.keeper import Keeper
from kg.workspace.tokens import make_token
from store.servers import OXIGRAPH, oxigraph
from web.running import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

CLASSES = (
    "SELECT ?class (COUNT(?f) AS ?n)"
    " WHERE { ?f a ?class ; <https://w3id.org/samenspel/def#rule> ?r }"
    " GROUP BY ?class ORDER BY ?class"
)
TOWN = "https://example.org/new-town"
SERVICE = (
    "<https://example.org/new-town/green> a <https://w3id.org/samenspel/def#Service> ;"
    ' <http://www.w3.org/2000/01/rdf-schema#label> "groen"@nl , "green"@en .'
)


@pytest.fixture(scope="module")
def secret() -> list[str]:
    return []


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, secret: list[str]) -> Iterator[Service]:
    if OXIGRAPH is None:
        pytest.skip("no oxigraph here: pip install oxigraph")
    folder = tmp_path_factory.mktemp("elsewhere")
    make_demo(folder / "kg")
    made = make_token([f"submit:{TOWN}", f"accept:{TOWN}"])
    secret.append(made.secret)
    with Keeper(folder / "kg") as keeper:
        keeper.add_token(made.token)
    with oxigraph(folder / "store") as base:
        stores = ("--store", f"{base}/query", "--store", f"{base}/update")
        with Service(folder / "kg", *stores) as service:
            yield service


def test_it_finds_what_the_embedded_store_finds(elsewhere: Service, demo: Service) -> None:
    here, there = (s.request("GET", "/v1/findings").json for s in (demo, elsewhere))
    assert len(here["findings"]) > 10
    assert there["findings"] == here["findings"]


@pytest.mark.parametrize(
    "accept",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv",
     "text/tab-separated-values"],
)  # fmt: skip
def test_it_answers_in_the_same_words(elsewhere: Service, demo: Service, accept: str) -> None:
    here, there = (s.query(CLASSES, accept=accept) for s in (demo, elsewhere))
    assert (there.status, there.media) == (200, accept)
    assert there.body == here.body


def test_it_proves_what_it_finds(elsewhere: Service, demo: Service) -> None:
    iri = demo.request("GET", "/v1/findings").json["findings"][0]["iri"]
    path = "/v1/findings/" + iri.split("/finding/")[1] + "/explanation"
    here, there = (s.request("GET", path) for s in (demo, elsewhere))
    assert (here.status, there.status) == (200, 200)
    assert there.json == here.json


def test_triples_and_truths_come_too(elsewhere: Service) -> None:
    asked = elsewhere.query("ASK { ?s ?p ?o }", accept="application/sparql-results+json")
    assert asked.json["boolean"] is True
    made = elsewhere.query(
        "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 3", accept="application/n-triples"
    )
    assert made.text.count(" .\n") == 3


def test_a_broken_query_is_refused_with_its_place(elsewhere: Service) -> None:
    reply = elsewhere.query("SELECT ?s WHERE { ?s ?p }")
    assert reply.status == 400
    assert reply.json["code"].startswith("KG-")


def test_what_is_submitted_arrives_on_the_server(elsewhere: Service, secret: list[str]) -> None:
    reply = elsewhere.request(
        "POST",
        f"/v1/submissions?organisation={TOWN}&dataset=main&file=green.ttl",
        headers={"Content-Type": "text/turtle", "Idempotency-Key": "first"},
        body=SERVICE.encode(),
        token=secret[0],
    )
    assert reply.status == 201, reply.text
    question = "ASK { <https://example.org/new-town/green> a ?c }"
    end = time.monotonic() + 20
    while not elsewhere.query(question, accept="application/sparql-results+json").json["boolean"]:
        assert time.monotonic() < end
        time.sleep(0.1)
