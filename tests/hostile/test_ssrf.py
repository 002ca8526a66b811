"""Ways to make the service fetch an address or read a file for somebody: none of them works.

A server on loopback counts who comes, and a file holds a word that no answer may hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from hostile.canary import Canary
from web.running import FORM, Reply, Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORD = "zwartemerel"
GSP = "/rdf-graph-store"
GOOD = "ASK { ?s ?p ?o }"


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with Canary() as server:
        yield server


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secret")
    for name in ("a.ttl", "a.nt"):
        (folder / name).write_text(f'<urn:a> <urn:b> "{WORD}" .\n')
    (folder / "a.txt").write_text(WORD)
    (folder / "a.jsonld").write_text(f'{{"@context": {{"leak": "urn:{WORD}"}}}}')
    return folder / "a.ttl"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("ssrf") / "kg", "--scratch", quota="off") as running:
        yield running


QUERIES = {
    "service": "SELECT * {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }}",
    "service-silent": "SELECT * {{ SERVICE SILENT <{url}/s> {{ ?s ?p ?o }} }}",
    "service-lower": "SELECT * {{ service <{url}/s> {{ ?s ?p ?o }} }}",
    "service-no-space": "SELECT * {{SERVICE<{url}/s>{{?s ?p ?o}}}}",
    "service-glued": "SELECT * {{ ?s ?p trueSERVICE<{url}/s>{{?s ?p ?o}} }}",
    "service-after-number": "SELECT * {{ ?s ?p 1SERVICE<{url}/s>{{?s ?p ?o}} }}",
    "service-after-dot": "SELECT * {{ ?s ?p ?o.SERVICE<{url}/s>{{?s ?p ?o}} }}",
    "service-escaped": "SELECT * {{ \\u0053ERVICE <{url}/s> {{ ?s ?p ?o }} }}",
    "service-escaped-whole": "SELECT * {{ \\U00000053ERVICE <{url}/s> {{ ?s ?p ?o }} }}",
    "service-variable": "SELECT * {{ BIND(<{url}/s> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
    "service-values": "SELECT * {{ VALUES ?u {{ <{url}/s> }} SERVICE ?u {{ ?s ?p ?o }} }}",
    "service-prefixed": "PREFIX x: <{url}/> SELECT * {{ SERVICE x:s {{ ?s ?p ?o }} }}",
    "service-base": "BASE <{url}/> SELECT * {{ SERVICE <s> {{ ?s ?p ?o }} }}",
    "service-in-sub-select": "SELECT * {{ {{ SELECT * {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }} }} }}",
    "service-in-exists": "ASK {{ FILTER EXISTS {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }} }}",
    "service-in-not-exists": "ASK {{ FILTER NOT EXISTS {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }} }}",
    "service-in-optional": "ASK {{ OPTIONAL {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }} }}",
    "service-in-minus": "ASK {{ ?s ?p ?o MINUS {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }} }}",
    "service-in-construct": "CONSTRUCT WHERE {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }}",
    "service-in-describe": "DESCRIBE ?s {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }}",
    "service-in-bind": "SELECT (EXISTS {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }} AS ?x) {{}}",
    "service-hidden-by-iri": "SELECT * {{FILTER(1<2)SERVICE#>\n<{url}/s>{{?s ?p ?o}}}}",
    "service-hidden-by-quote": "SELECT * {{FILTER(1<'a>b')SERVICE<{url}/s>{{?s ?p '1'}}}}",
    "service-hidden-by-comment": "SELECT * {{ #\r SERVICE <{url}/s> {{ ?s ?p ?o }} }}",
    "from": "SELECT * FROM <{url}/f> {{ ?s ?p ?o }}",
    "from-named": "SELECT * FROM NAMED <{url}/f> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "from-file": "SELECT * FROM <file://{file}> {{ ?s ?p ?o }}",
    "from-path": "SELECT * FROM <{file}> {{ ?s ?p ?o }}",
    "graph": "SELECT * {{ GRAPH <{url}/g> {{ ?s ?p ?o }} }}",
    "graph-file": "SELECT * {{ GRAPH <file://{file}> {{ ?s ?p ?o }} }}",
    "describe-url": "DESCRIBE <{url}/d>",
    "load-as-query": "LOAD <{url}/l>",
}
UPDATES = {
    "load": "LOAD <{url}/l>",
    "load-silent": "LOAD SILENT <{url}/l>",
    "load-glued": "LOADSILENT<{url}/l>",
    "load-into": "LOAD <{url}/l> INTO GRAPH <urn:g>",
    "load-file": "LOAD <file://{file}>",
    "load-after": "INSERT DATA {{ <urn:a> <urn:b> 1 }} ; LOAD <{url}/l>",
    "load-escaped": "\\u004cOAD <{url}/l>",
    "insert-service": "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}/s> {{ ?s ?p ?o }} }}",
    "insert-using": "INSERT {{ ?s ?p ?o }} USING <{url}/u> WHERE {{ ?s ?p ?o }}",
}
DOCUMENTS = {
    "jsonld-context": ("application/ld+json", '{{"@context": "{url}/c", "name": "x"}}'),
    "jsonld-context-list": ("application/ld+json", '{{"@context": ["{url}/c"], "name": "x"}}'),
    "jsonld-import": (
        "application/ld+json",
        '{{"@context": {{"@version": 1.1, "@import": "{url}/c"}}, "name": "x"}}',
    ),
    "jsonld-scoped": (
        "application/ld+json",
        '{{"@context": {{"t": {{"@id": "urn:t", "@context": "{url}/c"}}}}, "t": {{"name": "x"}}}}',
    ),
    "jsonld-file": ("application/ld+json", '{{"@context": "file://{folder}/a.jsonld", "x": 1}}'),
    "jsonld-relative": (
        "application/ld+json",
        '{{"@context": [{{"@base": "file://{folder}/"}}, "a.jsonld"], "leak": "y"}}',
    ),
    "xml-entity": (
        "application/rdf+xml",
        '<!DOCTYPE r [<!ENTITY x SYSTEM "{url}/e">]><r xmlns="urn:x#">&x;</r>',
    ),
    "xml-entity-file": (
        "application/rdf+xml",
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file://{folder}/a.txt">]><r xmlns="urn:x#">&x;</r>',
    ),
    "xml-parameter-entity": (
        "application/rdf+xml",
        '<!DOCTYPE r [<!ENTITY % x SYSTEM "{url}/e"> %x;]><r xmlns="urn:x#"/>',
    ),
    "xml-dtd": ("application/rdf+xml", '<!DOCTYPE r SYSTEM "{url}/d"><r xmlns="urn:x#"/>'),
    "xml-stylesheet": (
        "application/rdf+xml",
        '<?xml-stylesheet href="{url}/x"?><r xmlns="urn:x#" xmlns:r="urn:r#"/>',
    ),
    "xml-include": (
        "application/rdf+xml",
        '<r xmlns="urn:x#" xmlns:i="http://www.w3.org/2001/XInclude">'
        '<i:include href="{url}/x"/></r>',
    ),
    "turtle-imports": (
        "text/turtle",
        "<urn:o> a <http://www.w3.org/2002/07/owl#Ontology> ; "
        "<http://www.w3.org/2002/07/owl#imports> <{url}/o>, <file://{file}> .",
    ),
    "turtle-base": ("text/turtle", "@base <{url}/> . @prefix x: <{url}/p#> . <a> x:b <c> ."),
    "multipart": (
        'multipart/form-data; boundary="b"',
        "--b\r\nContent-Type: message/external-body; access-type=URL; URL={url}/m\r\n\r\n\r\n--b--",
    ),
}


ALL = "query=SELECT%20*%20%7B%20?s%20?p%20?o%20%7D"
PLACES: dict[str, tuple[str, dict[str, str]]] = {
    "default-graph-uri": (f"/sparql?{ALL}&default-graph-uri={{url}}", {}),
    "default-graph-file": (f"/sparql?{ALL}&default-graph-uri=file://{{file}}", {}),
    "named-graph-uri": (f"/sparql?{ALL}&named-graph-uri={{url}}", {}),
    "query-of-url": ("/sparql?query={url}", {}),
    "graph-of-url": (GSP + "?graph={url}", {}),
    "graph-of-file": (GSP + "?graph=file://{file}", {}),
    "graph-by-path": (GSP + "/..%2f..%2f..%2f..{file}", {}),
    "doc-of-url": ("/doc?iri={url}", {}),
    "doc-of-file": ("/doc?iri=file://{file}", {}),
    "doc-by-path": ("/doc/../../../../..{file}", {}),
    "def-by-path": ("/def/..%2f..%2f..%2f..%2f..{file}", {}),
    "def-of-null": ("/def/core%00.ttl", {}),
    "static-by-path": ("/static/..%2f..%2f..%2f..{file}", {}),
    "static-by-dots": ("/static/../../../../../../..{file}", {}),
    "code-by-path": ("/codes/..%2f..%2fsettings", {}),
    "host": ("/void", {"Host": "{host}"}),
    "forwarded-host": ("/id/x", {"X-Forwarded-Host": "{host}"}),
    "absolute-form": ("{url}/sparql?query=ASK%7B%7D", {}),
    "referer": ("/sparql", {"Referer": "{url}", "Origin": "{url}"}),
}


def look(canary: Canary, reply: Reply) -> None:
    assert canary.hits == []
    assert WORD not in reply.text
    assert reply.status != 500, reply.text


def filled(template: str, canary: Canary, secret: Path) -> str:
    host = canary.url.removeprefix("http://")
    return template.format(url=canary.url, file=secret, folder=secret.parent, host=host)


def test_there_are_enough() -> None:
    assert len(QUERIES) + len(UPDATES) + len(DOCUMENTS) + len(PLACES) >= 70


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_reaches_outside(
    service: Service, canary: Canary, secret: Path, name: str
) -> None:
    reply = service.query(filled(QUERIES[name], canary, secret))
    look(canary, reply)
    assert reply.status == (403 if name.startswith(("service", "load")) else 200), reply.text
    assert service.query(GOOD).status == 200


@pytest.mark.parametrize("name", UPDATES)
def test_no_update_reaches_outside(
    service: Service, canary: Canary, secret: Path, name: str
) -> None:
    reply = service.update(filled(UPDATES[name], canary, secret))
    look(canary, reply)
    assert reply.status == (204 if name == "insert-using" else 403), reply.text
    assert service.query(GOOD).status == 200


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_reaches_outside(
    service: Service, canary: Canary, secret: Path, name: str
) -> None:
    media, text = DOCUMENTS[name]
    reply = service.put("urn:doc", filled(text, canary, secret).encode(), media)
    look(canary, reply)
    assert reply.status < 500, reply.text
    headers = {"Accept": "application/n-triples"}
    look(canary, service.request("GET", f"{GSP}?graph=urn:doc", headers=headers))
    assert service.query(GOOD).status == 200


@pytest.mark.parametrize("name", PLACES)
def test_no_address_reaches_outside(
    service: Service, canary: Canary, secret: Path, name: str
) -> None:
    path, headers = PLACES[name]
    sent = {k: filled(v, canary, secret) for k, v in headers.items()}
    look(canary, service.request("GET", filled(path, canary, secret), headers=sent))
    assert service.query(GOOD).status == 200


def test_the_canary_sings(canary: Canary) -> None:
    """The last one: a server that cannot be reached would notice nobody."""
    import urllib.request  # noqa: PLC0415 - only here

    with urllib.request.urlopen(canary.url + "/here") as answer:  # noqa: S310 - our own server
        assert answer.status == 200
    assert canary.hits == ["/here"]
    canary.hits.clear()


def test_nor_does_a_form(service: Service, canary: Canary) -> None:
    body = urlencode({"query": f"ASK {{ SERVICE <{canary.url}> {{}} }}"}).encode()
    for method in ("POST", "PUT", "PATCH"):
        reply = service.request(method, "/sparql", headers={"Content-Type": FORM}, body=body)
        look(canary, reply)
        assert reply.status in {403, 405}
