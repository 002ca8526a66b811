"""Things, and documents about them: ``/id/…`` sends on to ``/doc/…`` (W3C note Cool URIs, 303).

``/def/…`` are the terms of the ontology, ``/void`` what the data set holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import FileResponse, RedirectResponse, Response

from kg.resources import ontology_dir
from kg.terms import FINDING, ID, SAM
from kg.web.answers import address, answered, caps, negotiate, settings_of
from kg.web.problems import not_found
from kg.web.sparql import TRIPLES
from kg.web.tasks import DATASET, RESOURCE

if TYPE_CHECKING:
    from starlette.requests import Request

SUFFIXES = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}
_HTML = "text/html"
_MODULES = ("core", "coordination", "cocreation", "quality", "finding")


async def thing(request: Request) -> Response:
    """Send on to the document about a thing."""
    path = request.path_params["path"]
    kind = "" if request.url.path.startswith("/id/") else "finding/"
    return _see_other(request, f"/doc/{kind}{quote(path, safe='/:@!$&()*+,;=~')}")


async def document(request: Request) -> Response:
    """Give what is said of one thing: ``/doc/PATH``, ``/doc/PATH.ttl`` or ``/doc?iri=IRI``."""
    iri, media = _which(request)
    if media is None:
        page = getattr(request.app.state, "resource_page", None)
        media = negotiate(request, (*TRIPLES, _HTML) if page is not None else TRIPLES)
        if page is not None and media == _HTML:
            found: Response = await page(request, iri)
            return found
    asked = {"iri": iri, "media": media, **caps(settings_of(request))}
    response = await answered(request, RESOURCE, asked, missing=not_found(iri))
    here = address(request, "/doc?iri=" + quote(iri, safe=""))
    response.headers["Link"] = ", ".join(
        [f'<{iri}>; rel="about"', *(f'<{here}>; rel="alternate"; type="{t}"' for t in TRIPLES)]
    )
    return response


def _which(request: Request) -> tuple[str, str | None]:
    path = str(request.path_params.get("path", ""))
    if not path:
        iri = request.query_params.get("iri", "")
        if not iri or any(c in iri for c in '<>"{}|^`\\ \t\r\n'):
            raise not_found(iri or "iri")
        return iri, None
    media = None
    for suffix, kind in SUFFIXES.items():
        if path.endswith(suffix):
            path, media = path.removesuffix(suffix), kind
    name = path.removeprefix("finding/")
    return (FINDING if name != path else ID) + quote(name, safe="/:@!$&()*+,;=~%"), media


async def ontology(request: Request) -> Response:
    """Give the ontology, or what is said of one of its terms."""
    term = str(request.path_params.get("path", "")).strip("/")
    module, _, suffix = term.partition(".")
    if suffix == "ttl" and module in _MODULES:
        return FileResponse(ontology_dir() / f"{module}.ttl", media_type="text/turtle")
    if not term:
        return _modules(request)
    page = getattr(request.app.state, "term_page", None)
    if page is not None and negotiate(request, (*TRIPLES, _HTML)) == _HTML:
        found: Response = await page(request, SAM + term)
        return found
    for name in _MODULES:
        if f"sam:{term} " in (ontology_dir() / f"{name}.ttl").read_text(encoding="utf-8"):
            return _see_other(request, f"/def/{name}.ttl")
    raise not_found("sam:" + term)


def _modules(request: Request) -> Response:
    """Say where the modules of the ontology are."""
    page = getattr(request.app.state, "ontology_page", None)
    if page is not None and negotiate(request, ("text/turtle", _HTML)) == _HTML:
        return _see_other(request, page)
    here = address(request, "/def")
    lines = [
        f"<{SAM.rstrip('#')}> <http://www.w3.org/2002/07/owl#imports> <{here}/{name}.ttl> .\n"
        for name in _MODULES
    ]
    return Response("".join(lines), media_type="text/turtle")


async def well_known_void(request: Request) -> Response:
    """Send on to the description of the data set (VoID, section 7.2)."""
    return _see_other(request, "/void")


async def void(request: Request) -> Response:
    """Describe the data set."""
    asked = {
        "home": address(request, "/"),
        "endpoint": address(request, "/sparql"),
        "media": negotiate(request, TRIPLES),
        **caps(settings_of(request)),
    }
    return await answered(request, DATASET, asked)


def _see_other(request: Request, path: str) -> Response:
    headers = {"Vary": "Accept"}
    return RedirectResponse(address(request, path), status_code=303, headers=headers)
