"""``/rdf-graph-store``: the SPARQL 1.1 Graph Store HTTP Protocol (W3C, 2013).

Reading is for everyone. Graphs are written only where one tries out: elsewhere a graph is what an
organisation submitted, and changes by its next submission.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from typing import TYPE_CHECKING

from starlette.responses import Response

from kg.text import Text
from kg.web.access import require
from kg.web.answers import address, answered, backend_of, caps, negotiate, settings_of
from kg.web.problems import Problem, not_allowed, not_found
from kg.web.sparql import TRIPLES
from kg.web.tasks import GRAPH, NTRIPLES

if TYPE_CHECKING:
    from starlette.requests import Request

PATH = "/rdf-graph-store"
READING = "GET, HEAD, OPTIONS"
WRITING = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
_TAKEN = (
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
    "multipart/form-data",
)


async def endpoint(request: Request) -> Response:
    """Give, replace, add to or remove a graph."""
    scratch = backend_of(request).generation.scratch
    allowed = WRITING if scratch else READING
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": allowed})
    if request.method in {"GET", "HEAD"}:
        return await _read(request)
    if request.method not in {"PUT", "POST", "DELETE"}:
        raise not_allowed(allowed)
    if not scratch:
        raise _by_submission()
    require(request, "admin")
    if request.method == "DELETE":
        return await _drop(request)
    return await _write(request)


async def _read(request: Request) -> Response:
    graph, _ = _named(request)
    asked = {"graph": graph, "media": negotiate(request, TRIPLES), **caps(settings_of(request))}
    missing = not_found(graph or "default")
    return await answered(request, GRAPH, asked, missing=missing)


async def _drop(request: Request) -> Response:
    graph, _ = _named(request)
    done = await backend_of(request).tell("drop-graph", {"graph": graph, **_actor(request)})
    if not done.get("existed"):
        raise not_found(graph or "default")
    return Response(status_code=204)


async def _write(request: Request) -> Response:
    backend = backend_of(request)
    graph, new = _named(request)
    media = request.headers.get("content-type", "text/turtle")
    if media.partition(";")[0].strip().lower() not in _TAKEN:
        known = ", ".join(_TAKEN)
        raise Problem(
            415,
            "KG-H115",
            Text(f"een graaf komt niet als {media}", f"a graph does not come as {media}"),
            Text(f"stuur {known}", f"send {known}"),
        )
    base = graph if graph is not None else address(request, PATH)
    head = json.dumps({"media": media, "base": base}).encode() + b"\n"
    read = await backend.intake(NTRIPLES, head + await request.body())
    statements = read.partition(b"\n")[2]
    arguments = {
        "graph": graph,
        "sha256": hashlib.sha256(statements).hexdigest(),
        **_actor(request),
    }
    command = "replace-graph" if request.method == "PUT" else "add-graph"
    done = await backend.tell(command, arguments, statements)
    created = new or bool(done.get("created"))
    headers = {"Location": graph} if new and graph else {}
    return Response(status_code=201 if created else 204, headers=headers)


def _named(request: Request) -> tuple[str | None, bool]:
    """Give the graph a request is about (None: the default graph), and whether it is a new one.

    Raises:
        Problem: ``KG-H109`` when it names none, or two.
    """
    here = address(request, request.url.path)
    at_root = request.url.path.rstrip("/") == PATH
    given = request.query_params
    if at_root and "default" in given and "graph" not in given:
        return None, False
    if at_root and "graph" in given and "default" not in given:
        graph = given["graph"]
        if not _IRI.fullmatch(graph):
            raise _unnamed(Text(f"{graph} is geen volledige IRI", f"{graph} is no full IRI"))
        return graph, False
    if not at_root and not given:
        return here, False
    if at_root and request.method == "POST" and not given:
        return f"{here.rstrip('/')}/{uuid.uuid4().hex}", True
    raise _unnamed(Text("welke graaf is niet duidelijk", "it is not clear which graph"))


def _actor(request: Request) -> dict[str, object]:
    return {"actor": request.scope["kg.principal"].id}


def _unnamed(message: Text) -> Problem:
    return Problem(
        400,
        "KG-H109",
        message,
        Text(f"noem hem: {PATH}?graph=IRI of ?default", f"name it: {PATH}?graph=IRI or ?default"),
    )


def _by_submission() -> Problem:
    return Problem(
        405,
        "KG-H116",
        Text(
            "een graaf verandert hier alleen door een inzending van zijn organisatie",
            "a graph changes here only by a submission of its organisation",
        ),
        Text("bied gegevens aan met POST /v1/submissions", "submit data: POST /v1/submissions"),
        headers={"Allow": READING},
    )
