"""What everyone may read: findings with their proof, questions, the matrix, the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from kg.rules.catalogue import load_catalogue
from kg.web.answers import answered, etag, negotiate, settings_of
from kg.web.negotiation import language
from kg.web.v1 import tasks
from kg.web.v1.contract import in_language, load_contract

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from kg.rules.header import Header
    from kg.web.backend import Generation
    from kg.web.v1.asking import Call

_INLINE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For documents that bring their own style and nothing else."""
_FORMATS = {
    "application/json": "json",
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/html": "html",
    "text/plain": "text",
    "image/svg+xml": "svg",
    "application/sarif+json": "sarif",
}
PROOF_SECONDS = 60.0
_OWN_STYLE = frozenset({"html", "svg"})


async def contract(call: Call) -> Response:
    """Give the contract in one language."""
    document = in_language(load_contract(), language(call.request))
    public = settings_of(call.request).public_url
    if public:
        document["servers"] = [{"url": public + "/v1"}]
    return JSONResponse(document)


async def generation(call: Call) -> Response:
    """Say what readers see now."""
    now = call.backend.generation
    tag = etag(now.etag, "generation", {})
    if call.request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return JSONResponse(generation_as_json(now), headers={"ETag": tag})


def generation_as_json(now: Generation) -> dict[str, Any]:
    """Give a generation as plain values."""
    return {"seq": now.seq, "asOf": now.as_of.isoformat(), "scratch": now.scratch}


async def findings(call: Call) -> Response:
    """Give a page of findings."""
    names = (
        "rule", "class", "organisation", "service", "voice", "minSeverity", "asOf", "after", "limit"
    )  # fmt: skip
    return await _ask(call, tasks.FINDINGS, call.given(*names))


async def finding(call: Call) -> Response:
    """Give one finding in words."""
    return await _ask(call, tasks.ONE_FINDING, call.given("rule", "hash", "asOf"))


async def explanation(call: Call) -> Response:
    """Give the proof of one finding."""
    return await _ask(call, tasks.EXPLANATION, call.given("rule", "hash", "asOf"))


async def query(call: Call) -> Response:
    """Answer a question of the catalogue."""
    asked = {**call.given("name", "parameters", "asOf"), "lang": language(call.request)}
    return await _ask(call, tasks.QUERY, asked)


async def matrix(call: Call) -> Response:
    """Give customers against services."""
    asked = {**call.given("service", "asOf"), "lang": language(call.request)}
    return await _ask(call, tasks.MATRIX, asked)


async def queries(_: Call) -> Response:
    """List the questions of the catalogue."""
    reports = (await run_in_threadpool(load_catalogue)).reports
    return JSONResponse({"queries": [_question(header) for header in reports]})


def _question(header: Header) -> dict[str, Any]:
    return {
        "name": header.id,
        "job": header.stage,
        "title": header.title._asdict(),
        "question": header.question._asdict(),
        "columns": {name: title._asdict() for name, title in header.columns.items()},
        "parameters": [
            {
                "name": p.name,
                "type": p.type,
                "default": None if p.default is None else str(p.default),
                "about": p.about._asdict(),
            }
            for p in header.parameters.values()
        ],
    }


async def _ask(call: Call, task: str, asked: Mapping[str, object]) -> Response:
    """Ask a worker; a proof, and findings on another date, may take longer than a query."""
    form = form_of(call)
    wall = PROOF_SECONDS if task == tasks.EXPLANATION or "asOf" in asked else None
    response = await answered(call.request, task, {**asked, "format": form}, wall=wall)
    return styled(response, form)


def form_of(call: Call) -> str:
    """Give the form in which a client wants its answer, as workers name it.

    Raises:
        Problem: ``KG-H108`` (406).
    """
    return _FORMATS[negotiate(call.request, call.operation.gives)]


def styled(response: Response, form: str) -> Response:
    """Let a document with a style of its own be shown with it, and do nothing else."""
    if form in _OWN_STYLE:
        response.headers["Content-Security-Policy"] = _INLINE
    return response


HANDLERS: Mapping[str, Callable[[Call], Awaitable[Response]]] = {
    "getContract": contract,
    "getGeneration": generation,
    "listFindings": findings,
    "getFinding": finding,
    "explainFinding": explanation,
    "listQueries": queries,
    "runQuery": query,
    "getMatrix": matrix,
}
