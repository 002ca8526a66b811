"""The Graph Store Protocol: the W3C tests on a scratch workspace, and what the demo allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.terms import CURRENT
from web.w3c import TESTS, Case, cases, run

if TYPE_CHECKING:
    from web.running import Service

FOLDER = TESTS / "sparql11/graph-store-protocol"
CASES = [*cases(FOLDER / "manifest-direct.ttl"), *cases(FOLDER / "manifest-indirect.ttl")]
GSP = "/rdf-graph-store"
w3c = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there")


@w3c
def test_all_tests_are_there() -> None:
    assert len(CASES) == 13


@w3c
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_graph_store_protocol(scratch: Service, case: Case) -> None:
    assert scratch.update("DROP ALL").status == 204

    def rewrite(text: str) -> str:
        return GSP + text.removeprefix("/gsp") if text.startswith("/gsp") else text

    run(scratch, case, rewrite)


def test_graphs_of_organisations_change_by_submission_only(demo: Service) -> None:
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        reply = demo.request(method, f"{GSP}?graph=urn:x", body=b"", headers={})
        assert reply.status == 405
        assert "POST" not in reply.headers["allow"]
    assert "/v1/submissions" in demo.request("PUT", f"{GSP}?default", body=b"").json["advice"]


def test_anyone_reads_a_graph_in_any_format(demo: Service) -> None:
    path = f"{GSP}?graph={CURRENT}"
    for media in ("text/turtle", "application/n-triples", "application/rdf+xml",
                  "application/ld+json"):  # fmt: skip
        reply = demo.request("GET", path, headers={"Accept": media})
        assert (reply.status, reply.media) == (200, media)
        assert int(reply.headers["samenspel-rows"]) > 100
        head = demo.request("HEAD", path, headers={"Accept": media})
        assert head.headers["content-length"] == str(len(reply.body))
    assert demo.request("GET", f"{GSP}?graph=urn:nothing").status == 404
    assert demo.request("GET", f"{GSP}?graph=not-an-iri").status == 400
    assert demo.request("GET", GSP).status == 400


def test_the_default_graph_is_what_queries_are_asked_of(demo: Service) -> None:
    rows = int(demo.request("GET", f"{GSP}?default").headers["samenspel-rows"])
    counted = demo.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json
    assert counted["results"]["bindings"][0]["n"]["value"] == str(rows)


def test_writing_needs_the_token_of_an_administrator(scratch: Service) -> None:
    headers = {"Content-Type": "text/turtle"}
    path = f"{GSP}?graph=urn:x"
    assert scratch.request("PUT", path, headers=headers, body=b"<a:a> <a:b> 1 .").status == 401
    wrong = scratch.request("PUT", path, headers=headers, body=b"", token=scratch.token + "x")
    assert wrong.status == 401
    assert "invalid_token" in wrong.headers["www-authenticate"]


def test_what_cannot_be_read_is_refused_with_its_place(scratch: Service) -> None:
    reply = scratch.put("urn:x", b"<a:a> <a:b> .")
    assert reply.status == 400
    assert reply.json["line"] == 1
    assert scratch.put("urn:x", b"x", "image/png").status == 415
