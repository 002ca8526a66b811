"""Turns what a worker answered into a response: status, headers, body, nothing read twice."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse

from kg.text import Text
from kg.web.negotiation import choose
from kg.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from starlette.requests import Request

    from kg.web.backend import Answer, Backend
    from kg.web.settings import ServiceSettings

_CHARSET = frozenset({"text/turtle", "text/csv", "text/tab-separated-values"})


def backend_of(request: Request) -> Backend:
    """Give what answers this request."""
    found: Backend = request.app.state.backend
    return found


def settings_of(request: Request) -> ServiceSettings:
    """Give the settings of the service."""
    found: ServiceSettings = request.app.state.settings
    return found


def address(request: Request, path: str = "") -> str:
    """Give an address of this service as clients see it."""
    public = settings_of(request).public_url
    base = public or f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"
    return base.rstrip("/") + path


def negotiate(request: Request, offered: Sequence[str]) -> str:
    """Give the media type to answer in.

    Raises:
        Problem: ``KG-H108`` (406) when the client wants none of them.
    """
    chosen = choose(request.headers.get("accept"), offered)
    if chosen is None:
        known = ", ".join(offered)
        raise Problem(
            406,
            "KG-H108",
            Text(
                f"in wat u vraagt is dit antwoord er niet: {request.headers.get('accept')}",
                f"this answer is not to be had in what you ask: {request.headers.get('accept')}",
            ),
            Text(f"kies uit {known}", f"choose from {known}"),
            extra={"offered": list(offered)},
        )
    return chosen


async def answered(
    request: Request,
    task: str,
    asked: Mapping[str, object],
    *,
    missing: Problem | None = None,
    wall: float | None = None,
) -> Response:
    """Ask a query worker, and give its answer as a response.

    Everything a client can be told with a status is told before the first byte. Equal requests on
    one generation have one validator, so what a client still has need not be sent, or asked.

    Args:
        request: What came in.
        task: The task.
        asked: What the task needs, caps included.
        missing: What to say when the task found nothing.
        wall: Seconds it may take, if other than the settings say.

    Raises:
        Problem: Why there is no answer.
    """
    backend = backend_of(request)
    tag = etag(backend.generation.etag, task, asked)
    if _still_fresh(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=_fresh(tag))
    answer = await backend.ask(task, asked, wall=wall)
    if answer.header.get("found") is False and missing is not None:
        raise missing
    if answer.generation.etag != backend.generation.etag:
        tag = etag(answer.generation.etag, task, asked)
    headers = _fresh(tag) | _told(answer, settings_of(request))
    media = str(answer.header["mediaType"])
    headers["Content-Type"] = f"{media}; charset=utf-8" if media in _CHARSET else media
    if answer.whole is not None:
        return Response(answer.whole, headers=headers)
    headers["Content-Length"] = str(answer.length)
    if request.method == "HEAD":
        await answer.close()
        return Response(headers=headers)
    return StreamingResponse(_relay(answer, settings_of(request).relay), headers=headers)


def caps(settings: ServiceSettings) -> dict[str, int]:
    """Give the caps on an answer, as a task wants them."""
    return {"rows": settings.rows, "bytes": settings.answer}


def etag(generation: str, task: str, asked: Mapping[str, object]) -> str:
    """Give the validator of an answer."""
    said = json.dumps([generation, task, asked], sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:24]}"'


def _still_fresh(header: str | None, tag: str) -> bool:
    if not header:
        return False
    given = {t.strip().removeprefix("W/") for t in header.split(",")}
    return tag in given or "*" in given


def _fresh(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}


def _told(answer: Answer, settings: ServiceSettings) -> dict[str, str]:
    """Say how many rows there are, and whether a cap cut them short."""
    header: dict[str, Any] = answer.header
    told = {}
    if header.get("rows") is not None:
        told["Samenspel-Rows"] = str(header["rows"])
    if header.get("truncated"):
        limit = settings.rows if header["truncated"] == "rows" else settings.answer
        told["Samenspel-Truncated"] = f"{header['truncated']}; limit={limit}"
    return told


async def _relay(answer: Answer, seconds: float) -> AsyncIterator[bytes]:
    """Hand a long answer on; a client that takes too long for it loses it."""
    try:
        async with asyncio.timeout(seconds):
            async for piece in answer.body():
                yield piece
    finally:
        await answer.close()
