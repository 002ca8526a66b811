"""The reconciliation service on the web: addresses, forms and JSON, limits and errors.

The root speaks version 0.2 of the W3C Reconciliation Service API, which OpenRefine speaks. Below
it stand two roots that speak one version each: ``…/0.2`` and ``…/1.0-draft``. Manifests of the two
versions cannot be one document, so a client of the draft is given the second root; ``?version=``
chooses too. Everyone may read here, from every web page (CORS), as the standard asks.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from kg.errors import KgError
from kg.text import Text
from kg.vocabularies.reconcile_query import VERSIONS, ReconcileError, Version
from kg.web.negotiation import language
from kg.web.problems import as_problem, respond
from kg.web.tasks import RECONCILE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from kg.vocabularies.reconcile import Reconciler

    Ask = Callable[..., Awaitable[Any]]

BODY = 1024 * 1024
"""Bytes of one request."""
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Accept, Accept-Language",
    "Access-Control-Max-Age": "86400",
}
_PAGE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *",
    "X-Content-Type-Options": "nosniff",
}
_FORM = "application/x-www-form-urlencoded"
_NEW: Version = "1.0-draft"
_FIRST_SECONDS = 60.0
"""The first question after a publication waits until the index is made."""


def asking(reconciler: Callable[[], Reconciler]) -> Callable[[Request], Ask]:
    """Let the routes ask a reconciler in this very process."""

    async def ask(method: str, **arguments: object) -> object:
        return getattr(reconciler(), method)(**arguments)

    return lambda _request: ask


def reconcile_routes(
    ask: Callable[[Request], Ask], *, base: str = "/v1/reconcile", public: str = ""
) -> list[Route]:
    """Give the routes of the reconciliation service.

    Args:
        ask: Gives, for a request, what to ask: the name of a method of a reconciler and its
            arguments by name.
        base: Where the routes are.
        public: Address that clients use for the service as a whole, without a slash at the end;
            taken from the request if empty.
    """
    roots: list[tuple[str, Version | None]] = [
        (base, None),
        *((f"{base}/{v}", v) for v in VERSIONS),
    ]
    return [
        Route(path, _endpoint(answer), methods=[*methods, "OPTIONS"])
        for root, version in roots
        for answers in [_Answers(ask, root, public, version)]
        for path, answer, methods in (
            (root, answers.root, ("GET", "POST")),
            (f"{root}/", answers.root, ("GET", "POST")),
            (f"{root}/match", answers.match, ("POST",)),
            (f"{root}/suggest/{{kind}}", answers.suggest, ("GET",)),
            (f"{root}/flyout/{{kind}}", answers.flyout, ("GET",)),
            (f"{root}/preview", answers.preview, ("GET",)),
            (f"{root}/extend", answers.extend, ("POST",)),
            (f"{root}/extend/propose", answers.propose, ("GET",)),
        )
    ]


def asking_paths(base: str = "/v1/reconcile") -> frozenset[str]:
    """Give the paths where a POST only asks and changes nothing.

    Args:
        base: Where the routes are.

    >>> "/v1/reconcile/1.0-draft/match" in asking_paths()
    True
    """
    roots = (base, *(f"{base}/{v}" for v in VERSIONS))
    return frozenset(r + end for r in roots for end in ("", "/", "/match", "/extend"))


def _endpoint(
    answer: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Give an endpoint that answers errors as problems and lets every web page read it."""

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_CORS)
        try:
            response = await answer(request)
        except KgError as e:
            response = respond(as_problem(e), request)
        response.headers.update(_CORS)
        response.headers.setdefault("Vary", "Accept-Language")
        response.headers.setdefault("Content-Language", language(request))
        return response

    return endpoint


class _Answers:
    """The answers at one root.

    Args:
        ask: Gives what to ask.
        root: Path of the root.
        public: Address that clients use; from the request if empty.
        version: The version that is spoken here; None where the request chooses.
    """

    def __init__(
        self, ask: Callable[[Request], Ask], root: str, public: str, version: Version | None
    ) -> None:
        self._ask = ask
        self._root = root
        self._public = public
        self._version = version

    async def root(self, request: Request) -> Response:
        """Give the manifest; version 0.2 also asks and extends here."""
        form = await _form(request) if request.method == "POST" else request.query_params
        ask, lang = self._ask(request), language(request)
        version = self._spoken(request)
        if "queries" in form:
            said = _json(form["queries"], "queries")
            return JSONResponse(await ask("match", said=said, version="0.2", lang=lang))
        if "extend" in form:
            said = _json(form["extend"], "extend")
            return JSONResponse(await ask("extend", said=said, version="0.2", lang=lang))
        if request.method == "POST":
            raise _refused(400, "KG-L120", _NO_FORM)
        base = self._address(request)
        return JSONResponse(await ask("manifest", version=version, base=base, lang=lang))

    async def match(self, request: Request) -> Response:
        """Answer a batch of the 1.0 draft."""
        said = _json(await _body(request), "body")
        found = await self._ask(request)("match", said=said, version=_NEW, lang=language(request))
        return JSONResponse(found)

    async def suggest(self, request: Request) -> Response:
        """Complete what was typed."""
        query = request.query_params
        # Version 0.2 calls the number to pass over a cursor.
        offset = _number(query, "offset", _number(query, "cursor", 0))
        types = [t for t in query.getlist("type") if t]
        return JSONResponse(
            await self._ask(request)(
                "suggest",
                kind=request.path_params["kind"],
                prefix=query.get("prefix", "")[:200],
                limit=_number(query, "limit", 10),
                offset=offset,
                types=types[:20],
                lang=language(request),
            )
        )

    async def flyout(self, request: Request) -> Response:
        """Give a few words about something that was suggested."""
        kind, iri = request.path_params["kind"], request.query_params.get("id", "")
        found = await self._ask(request)("flyout", kind=kind, iri=iri, lang=language(request))
        return JSONResponse(found)

    async def preview(self, request: Request) -> Response:
        """Give a small page about one thing."""
        iri = request.query_params.get("id", "")
        html = await self._ask(request)("preview", iri=iri, lang=language(request))
        return HTMLResponse(html, headers=_PAGE)

    async def extend(self, request: Request) -> Response:
        """Give values of properties, as the 1.0 draft asks."""
        said = _json(await _body(request), "body")
        found = await self._ask(request)("extend", said=said, version=_NEW, lang=language(request))
        return JSONResponse(found)

    async def propose(self, request: Request) -> Response:
        """Give the properties that can be fetched."""
        query = request.query_params
        return JSONResponse(
            await self._ask(request)(
                "properties",
                type_=query.get("type", ""),
                limit=_number(query, "limit", 0),
                lang=language(request),
            )
        )

    def _spoken(self, request: Request) -> Version:
        asked = request.query_params.get("version", "")
        if self._version is not None:
            return self._version
        if asked and asked not in VERSIONS:
            raise _refused(400, "KG-L120", _NO_VERSION)
        return _NEW if asked == _NEW else "0.2"

    def _address(self, request: Request) -> str:
        here = self._public or str(request.base_url).rstrip("/")
        return here + self._root


# --- asking a worker -----------------------------------------------------------------------


def asking_readers(request: Request) -> Ask:
    """Let the routes ask a query worker, on the generation in force."""
    backend = request.app.state.backend

    async def ask(method: str, **arguments: object) -> object:
        told = {"method": method, "arguments": arguments}
        answer = await backend.ask(RECONCILE, told, wall=_FIRST_SECONDS)
        if "refused" in answer.header:
            refused = answer.header["refused"]
            advice = None if refused["advice"] is None else Text(*refused["advice"])
            raise ReconcileError(
                int(refused["status"]), str(refused["code"]), Text(*refused["message"]), advice
            )
        return json.loads(await answer.read())

    return ask


def routes() -> list[Route]:
    """Give the routes as the service has them."""
    return reconcile_routes(asking_readers)


# --- reading a request ---------------------------------------------------------------------


async def _body(request: Request) -> bytes:
    """Give the body, as long as it is not too large."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > BODY:
            raise _refused(413, "KG-L121", _LARGE)
        parts.append(part)
    return b"".join(parts)


async def _form(request: Request) -> Mapping[str, Any]:
    """Give the fields of a form; a body of JSON counts as a form with that object's members."""
    from urllib.parse import parse_qsl  # noqa: PLC0415 - only forms need it

    body = await _body(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        said = _json(body, "body")
        return said if isinstance(said, dict) else {}
    if kind not in {"", _FORM}:
        raise _refused(415, "KG-L120", _NO_FORM)
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=20))
    except ValueError as e:
        raise _refused(400, "KG-L120", _NO_FORM) from e


def _json(text: str | bytes | Any, where: str) -> object:  # noqa: ANN401 - JSON of anyone
    """Read JSON; what is JSON already stays as it is."""
    if not isinstance(text, str | bytes):
        return text
    raw = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if len(raw) > BODY:
        raise _refused(413, "KG-L121", _LARGE)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as e:  # the second for JSON that nests without end
        raise _refused(400, "KG-L120", _NO_JSON.format(where=where)) from e


def _number(query: Mapping[str, str], name: str, other: int) -> int:
    text = query.get(name, "")
    if not text:
        return other
    if not (text.isascii() and text.isdigit()) or len(text) > 9:  # noqa: PLR2004 - fits an int
        raise _refused(400, "KG-L120", _NO_NUMBER.format(name=name))
    return int(text)


def _refused(status: int, code: str, message: Text) -> ReconcileError:
    advice = Text(f"zie de uitleg van {code}", f"see the page of {code}")
    return ReconcileError(status, code, message, advice)


_NO_FORM = Text(
    "stuur een formulier met het veld queries of extend",
    "send a form with the field queries or extend",
)
_NO_VERSION = Text(
    f"deze versie wordt niet gesproken; kies uit {', '.join(VERSIONS)}",
    f"this version is not spoken; choose from {', '.join(VERSIONS)}",
)
_NO_JSON = Text("{where} is geen JSON", "{where} is no JSON")
_NO_NUMBER = Text("{name} is geen getal", "{name} is no number")
_LARGE = Text(f"meer dan {BODY} bytes", f"more than {BODY} bytes")
