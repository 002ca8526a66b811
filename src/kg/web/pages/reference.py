"""Pages to look things up: a node, the terms, the error codes, what this service is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from kg import __version__
from kg.codes import explain_code, load_codes
from kg.terms import FINDING, SAM
from kg.web.pages import tasks
from kg.web.pages.data import ask, page
from kg.web.pages.frame import STATIC, address, place_of, render, static_url
from kg.web.pages.words import spoken
from kg.web.problems import not_found

if TYPE_CHECKING:
    from starlette.requests import Request

    from kg.text import Text

_LISTS = "vocabularies"
"""Name of the vocabulary home within a workspace."""
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_MODULES = frozenset({"core", "coordination", "cocreation", "quality", "finding"})


@page
async def node(request: Request) -> Response:
    """What is known of any node: ``/node?iri=…``."""
    iri = request.query_params.get("iri", "")
    if not iri:
        raise not_found("iri")
    return await _node(request, iri)


async def node_page(request: Request, iri: str) -> Response:
    """What is known of a node, for who opens its document in a browser."""

    async def handler(request: Request) -> Response:
        return await _node(request, iri)

    return await page(handler)(request)


async def _node(request: Request, iri: str) -> Response:
    if iri.startswith(FINDING):
        return RedirectResponse(place_of(iri), status_code=303)
    found = await ask(request, tasks.NODE, iri=iri)
    query = (
        f"SELECT ?graph ?p ?o\nWHERE {{ GRAPH ?graph {{ <{found['iri']}> ?p ?o }} }}\n"
        "ORDER BY ?graph ?p ?o\n"
    )
    name = {"text": found["text"], "lang": found["lang"]}
    values = {**found, "name": name, "sparql": address("/ask", query=query)}
    return render(request, "node.html", values)


@page
async def terms(request: Request) -> Response:
    """The terms of the ontology."""
    return render(request, "terms.html", await ask(request, tasks.TERMS))


async def term_page(request: Request, iri: str) -> Response:
    """One term, for who opens its document in a browser."""
    name = iri.removeprefix(SAM)
    if name in _MODULES:
        return RedirectResponse(f"/terms#{name}", status_code=303)

    async def handler(request: Request) -> Response:
        return render(request, "term.html", await ask(request, tasks.TERM, name=name))

    return await page(handler)(request)


@page
async def codes(request: Request) -> Response:
    """All error codes."""
    lang = spoken(request)
    listed = [(c.code, c.title.to(lang)) for c in load_codes().values()]
    return render(request, "codes.html", {"codes": listed})


@page
async def code(request: Request) -> Response:
    """What one error code means and how to mend it."""
    lang, found = spoken(request), explain_code(request.path_params["code"])
    parts = [
        ("codes.meaning", found.meaning.to(lang)),
        ("codes.why", found.why.to(lang)),
        ("codes.mend", found.mend.to(lang)),
    ]
    values = {
        "code": found.code,
        "title": found.title.to(lang),
        "parts": parts,
        "example": found.example,
    }
    return render(request, "code.html", values)


@page
async def about(request: Request) -> Response:
    """What this service is, what not to conclude, licences and accessibility."""
    lang = spoken(request)
    found = request.app.state.backend.generation
    home = Path(found.home or Path(found.path).parent.parent / _LISTS)
    credits = await run_in_threadpool(_attribution, home)
    values = {"product": __version__, "credits": [line.to(lang) for line in credits]}
    return render(request, "about.html", values)


def _attribution(home: Path) -> list[Text]:
    """Give the lines that the licences of the lists in use ask to show."""
    from kg.vocabularies.description import attribution_lines, loaded  # noqa: PLC0415 - seldom asked
    from kg.vocabularies.home import Home  # noqa: PLC0415

    return attribution_lines(loaded(Home(home)))


async def static(request: Request) -> Response:
    """A style sheet or picture; its address holds a hash of it, so it may be kept for ever."""
    name = request.path_params["name"]
    for path in sorted(STATIC.iterdir()):
        if path.suffix in _TYPES and static_url(path.name) == f"/static/{name}":
            headers = {"Cache-Control": _FOR_EVER, "X-Content-Type-Options": "nosniff"}
            return Response(path.read_bytes(), headers=headers, media_type=_TYPES[path.suffix])
    raise not_found(name[:200])
