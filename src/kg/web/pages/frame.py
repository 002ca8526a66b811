"""Puts a template, words and values together into a response, under the strict content policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from kg.checking.formats.visible import visible
from kg.errors import KgError
from kg.terms import FINDING, SAM
from kg.text import LANGUAGES
from kg.web.pages.words import COOKIE, TEMPLATES, day, number, spoken, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

STATIC = Path(__file__).resolve().parent.parent / "static"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
"""No script at all: the pages have none."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept, Accept-Language, Cookie",
    "X-Content-Type-Options": "nosniff",
}
MENU = (
    ("home", "/"),
    ("findings", "/findings"),
    ("matrix", "/matrix"),
    ("queries", "/queries"),
    ("sparql", "/ask"),
    ("submit", "/submit"),
)
_SAME = {"/sparql": "/ask", "/sparql/": "/ask"}
"""Where the same page can also be asked for with a language."""
_YEAR = 365 * 24 * 3600


def finalize(value: object) -> object:
    """Give what a template writes of a value: texts as :func:`show` gives them."""
    return show(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def show(value: str) -> str:
    r"""Give a text with hidden characters made visible; line breaks stay.

    >>> show("a\u202eb")
    'a⟨U+202E⟩b'
    """
    if value.isascii() and value.isprintable():
        return value
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in value.split("\n"))


@cache
def environment() -> Environment:
    """Give the templates, every value of which is escaped."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    env.globals.update(static=static_url, at=address, place=place_of, outside=outside, menu=MENU)
    return env


@lru_cache(maxsize=64)
def _sealed(name: str) -> str:
    data = (STATIC / name).read_bytes()
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest())[:12].decode()


def static_url(name: str) -> str:
    """Give the address of a file, with a hash of its content so that it may be kept for ever."""
    stem, _, ending = name.rpartition(".")
    return f"/static/{stem}.{_sealed(name)}.{ending}"


def address(path: str, **values: object) -> str:
    """Give an address with a query, empty values left out.

    >>> address("/findings", rule="opposed", page=2, party="")
    '/findings?rule=opposed&page=2'
    """
    given = {k.rstrip("_"): v for k, v in values.items() if v not in {None, ""}}
    return f"{path}?{urlencode(given)}" if given else path


def place_of(iri: str) -> str:
    """Give the page of a node: of a finding, of a term, or of anything else.

    >>> place_of("https://w3id.org/samenspel/def#Service")
    '/def/Service'
    >>> place_of("javascript:alert(1)")
    '/node?iri=javascript%3Aalert%281%29'
    """
    if iri.startswith(FINDING):
        return "/findings/" + quote(iri.removeprefix(FINDING), safe="/")
    if iri.startswith(SAM):
        return "/def/" + quote(iri.removeprefix(SAM), safe="")
    return address("/node", iri=iri)


def outside(iri: str) -> str:
    """Give an IRI when a browser may open it as a link to elsewhere, else nothing.

    >>> outside("javascript:alert(1)"), outside("https://example.org/a")
    ('', 'https://example.org/a')
    """
    return iri if iri.startswith(("https://", "http://")) and visible(iri) == iri else ""


def render(
    request: Request,
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Give a page.

    Args:
        request: What was asked, for the language and the menu.
        template: Name of the template.
        values: What it shows.
        status: The HTTP status.
        headers: Further headers.
    """
    lang = spoken(request)
    query = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
    start = request.url.path if request.method in {"GET", "HEAD"} else "/submit"
    start = _SAME.get(start, start)
    others = {code: f"{start}?{urlencode([*query, ('lang', code)])}" for code in LANGUAGES}

    own = {
        "lang": lang,
        "w": lambda name, **places: word(name, lang, **places),
        "number": lambda n: number(n, lang),
        "day": lambda text: day(text, lang),
        "languages": others,
        "here": request.url.path,
        "generation": _generation(request),
    }
    html = environment().get_template(template).render({**(values or {}), **own})
    sent = {**HEADERS, "Content-Language": lang, **(headers or {})}
    response = Response(html, status, sent, "text/html; charset=utf-8")
    if request.query_params.get("lang") in LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, lang, max_age=_YEAR, httponly=True, samesite="lax", secure=secure
        )
    return response


def _generation(request: Request) -> dict[str, Any] | None:
    """Give what readers see now, for the foot of a page; None while the service starts."""
    try:
        found = request.app.state.backend.generation
    except (AttributeError, KgError):
        return None
    return {"seq": found.seq, "asOf": found.as_of.isoformat()}
