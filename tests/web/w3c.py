"""Tests of the W3C that are written as HTTP requests: SPARQL 1.1 Protocol, Graph Store Protocol."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib.term import Node

    from web.running import Reply, Service

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT.parent / "shared/conformance/rdf-tests/sparql"
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
STATUS = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {
        "application/sparql-results+json", "application/sparql-results+xml", "text/csv",
        "text/tab-separated-values",
    },
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One request and what must come back."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str | None
    turtle: str | None
    location: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One test: the graphs there must be, and its requests."""

    name: str
    graphs: dict[str, Path] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


def cases(manifest: Path) -> list[Case]:
    """Read the tests of a manifest."""
    if not manifest.is_file():
        return []
    graph = Graph().parse(manifest, publicID=manifest.as_uri())
    entries = Collection(graph, _one(graph, URIRef(manifest.as_uri()), MF.entries))
    return [_case(graph, test) for test in entries]


def _one(graph: Graph, node: Node, name: URIRef) -> Any:  # noqa: ANN401 - a term of any kind
    return graph.value(node, name)


def _case(graph: Graph, test: Node) -> Case:
    given = {
        str(_one(graph, data, LABEL)): Path(str(_one(graph, data, UT.graph))[7:])
        for data in graph.objects(test, UT.graphData)
    }
    requests = Collection(graph, _one(graph, _one(graph, test, MF.action), HT.requests))
    return Case(str(test).rsplit("#", 1)[-1], given, tuple(_step(graph, r) for r in requests))


def _step(graph: Graph, request: Node) -> Step:
    response = _one(graph, request, HT.resp)
    body, expected = _one(graph, request, HT.body), _one(graph, response, HT.body)
    boolean = _one(graph, response, MF.expectedBoolean)
    format_ = _one(graph, response, MF.expectedFormat)
    location = _one(graph, response, MF.expectedLocation)
    return Step(
        str(_one(graph, request, HT.methodName)),
        str(_one(graph, request, HT.absolutePath)),
        _headers(graph, request),
        None if body is None else _encoded(graph, body),
        tuple(str(s).rsplit("#", 1)[-1] for s in graph.objects(response, MF.expectedStatus)),
        None if boolean is None else bool(boolean.toPython()),
        None if format_ is None else str(format_),
        None if expected is None else str(_one(graph, expected, CNT.chars)),
        None if location is None else str(location),
    )


def _headers(graph: Graph, request: Node) -> dict[str, str]:
    headers = _one(graph, request, HT.headers)
    if headers is None:
        return {}
    return {
        str(_one(graph, h, HT.fieldName)): str(_one(graph, h, HT.fieldValue))
        for h in Collection(graph, headers)
    }


def _encoded(graph: Graph, body: Node) -> bytes:
    coding = str(_one(graph, body, CNT.characterEncoding))
    return str(_one(graph, body, CNT.chars)).encode("utf-16" if "16" in coding else "utf-8")


def run(service: Service, case: Case, rewrite: Callable[[str], str]) -> None:
    """Do the requests of a test, and look at what comes back."""
    variables: dict[str, str] = {}
    for step in case.steps:
        path, body = step.path, step.body
        for name, value in variables.items():
            path = path.replace(name, quote(value, safe=""))
            body = body.replace(name.encode(), value.encode()) if body else body
        reply = service.request(
            step.method, rewrite(path), headers=step.headers, body=body, token=service.token
        )
        check(step, reply, rewrite)
        if step.location:
            variables[step.location] = reply.headers["location"]


def check(step: Step, reply: Reply, rewrite: Callable[[str], str]) -> None:
    said = f"{step.method} {step.path[:90]} gave {reply.status}: {reply.body[:300]!r}"
    assert any(_fits(s, reply.status) for s in step.statuses), f"{said}, not {step.statuses}"
    if step.format is not None:
        assert reply.media in FORMATS[step.format], said
    if step.boolean is not None:
        assert json.loads(reply.body)["boolean"] is step.boolean, said
    if step.turtle is not None and step.method == "GET":
        base = "http://www.example/"
        expected = Graph().parse(data=rewrite(step.turtle), format="turtle", publicID=base)
        found = Graph().parse(data=reply.text, format="turtle", publicID=base)
        assert isomorphic(expected, found), said


def _fits(status: str, given: int) -> bool:
    match = re.fullmatch(r"StatusCode(\d)xx", status)
    return given // 100 == int(match[1]) if match else STATUS[status] == given
