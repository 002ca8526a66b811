"""Small addresses that every service has: health, robots, security contact, error codes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse

from kg.codes import find_code
from kg.resources import ontology_dir
from kg.web.answers import address, backend_of, settings_of
from kg.web.negotiation import choose, language
from kg.web.problems import not_found

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_ROBOTS = "User-agent: *\nDisallow: /sparql\nDisallow: /rdf-graph-store\nDisallow: /v1/\n"
_YEAR = dt.timedelta(days=365)


async def healthz(request: Request) -> Response:  # noqa: ARG001 - alive is alive
    """Say that the gateway runs."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def readyz(request: Request) -> Response:
    """Say whether questions are answered and submissions taken; 503 when not both."""
    backend = backend_of(request)
    told: dict[str, object] = {"asking": backend.readable, "submitting": backend.writable}
    if backend.readable:
        told["seq"] = backend.generation.seq
        told["asOf"] = backend.generation.as_of.isoformat()
    whole = backend.readable and backend.writable
    return JSONResponse(told, 200 if whole else 503, headers={"Cache-Control": "no-store"})


async def robots(request: Request) -> Response:  # noqa: ARG001 - the same for all
    """Ask robots to leave alone what costs computing time."""
    return PlainTextResponse(_ROBOTS)


async def security(request: Request) -> Response:
    """Say where to report a weakness (RFC 9116)."""
    contact = settings_of(request).contact
    if not contact:
        raise not_found("/.well-known/security.txt")
    until = (dt.datetime.now(dt.UTC) + _YEAR).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {contact}",
        f"Expires: {until}",
        "Preferred-Languages: nl, en",
        f"Canonical: {address(request, '/.well-known/security.txt')}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n")


async def context(request: Request) -> Response:  # noqa: ARG001 - the same for all
    """Give the JSON-LD context of submissions."""
    headers = {"Cache-Control": "public, max-age=3600"}
    path = ontology_dir() / "context.jsonld"
    return FileResponse(path, media_type="application/ld+json", headers=headers)


async def code(request: Request) -> Response:
    """Explain an error code: what it means and what to do."""
    name = str(request.path_params["code"])
    page = find_code(name)
    if page is None:
        raise not_found(name[:20])
    people = getattr(request.app.state, "code_page", None)
    wanted = choose(request.headers.get("accept"), ("application/json", "text/html"))
    if people is not None and wanted == "text/html":
        asked = f"?{request.url.query}" if request.url.query else ""
        seen = address(request, f"{people}/{page.code}") + asked
        return RedirectResponse(seen, 303, {"Vary": "Accept"})
    lang = language(request)
    told = {
        "code": page.code,
        "title": page.title.to(lang),
        "meaning": page.meaning.to(lang),
        "why": page.why.to(lang),
        "mend": page.mend.to(lang),
        "example": page.example,
    }
    headers = {"Content-Language": lang, "Vary": "Accept, Accept-Language"}
    return JSONResponse(told, headers=headers)


async def home(request: Request) -> Response:
    """Send on to the SPARQL endpoint, where there are no pages."""
    return RedirectResponse(address(request, "/sparql"), status_code=303)
