"""The application: which address is answered by what."""

from __future__ import annotations

import importlib.util
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from kg.errors import KgError
from kg.text import Text
from kg.web import gsp, plain, resources, sparql
from kg.web.middleware import BodyLimit, Clients, Envelope
from kg.web.problems import Problem, as_problem, not_allowed, not_found, respond

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from kg.web.backend import Backend
    from kg.web.settings import ServiceSettings

_ROOMS = ("kg.web.v1", "kg.web.reconcile", "kg.web.pages")
"""Parts with routes of their own: ``routes()`` gives them, ``prepare(app)`` may add pages."""
_NOT_FOUND, _NOT_ALLOWED = 404, 405
_ANY = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class _Endpoint:
    """Answers every method itself, so that one it does not know gets a problem with ``Allow``."""

    def __init__(self, handler: Callable[[Request], Awaitable[Response]]) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.requests import Request  # noqa: PLC0415 - a type elsewhere

        response = await self._handler(Request(scope, receive))
        await response(scope, receive, send)


def create_app(backend: Backend, settings: ServiceSettings) -> Starlette:
    """Make the application.

    Args:
        backend: What answers; started and closed with the application.
        settings: The limits.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await backend.start()
        try:
            yield
        finally:
            await backend.close()

    app = Starlette(
        routes=[*_own_routes(), *_room_routes()],
        middleware=[
            Middleware(Envelope),
            Middleware(Clients, backend=backend, settings=settings),
            Middleware(BodyLimit, most=settings.body),
        ],
        exception_handlers={KgError: _problem, HTTPException: _other},
        lifespan=lifespan,
    )
    app.state.backend = backend
    app.state.settings = settings
    for room in _rooms():
        prepare = getattr(room, "prepare", None)
        if prepare is not None:
            prepare(app)
    return app


def _own_routes() -> list[BaseRoute]:
    asking = _Endpoint(sparql.endpoint)
    graphs = _Endpoint(gsp.endpoint)
    return [
        Route("/sparql", asking),
        Route("/sparql/", asking),
        Route(gsp.PATH, graphs),
        Route(gsp.PATH + "/{path:path}", graphs),
        Route("/id/{path:path}", resources.thing),
        Route("/finding/{path:path}", resources.thing),
        Route("/doc", resources.document),
        Route("/doc/{path:path}", resources.document),
        Route("/def", resources.ontology),
        Route("/def/{path:path}", resources.ontology),
        Route("/void", resources.void),
        Route("/.well-known/void", resources.well_known_void),
        Route("/.well-known/security.txt", plain.security),
        Route("/context.jsonld", plain.context),
        Route("/robots.txt", plain.robots),
        Route("/healthz", plain.healthz),
        Route("/readyz", plain.readyz),
        Route("/codes/{code}", plain.code),
    ]


def _rooms() -> list[object]:
    return [importlib.import_module(name) for name in _ROOMS if importlib.util.find_spec(name)]


def _room_routes() -> list[BaseRoute]:
    found: list[BaseRoute] = []
    for room in _rooms():
        found += getattr(room, "routes", list)()
    if not any(getattr(route, "path", None) == "/" for route in found):
        found.append(Route("/", plain.home))
    return found


async def _problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, KgError):
        raise error
    return respond(as_problem(error), request)


async def _other(request: Request, error: Exception) -> Response:
    """Give what the framework refuses as a problem too."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == _NOT_FOUND:
        return respond(not_found(request.url.path[:200]), request)
    if error.status_code == _NOT_ALLOWED:
        allow = (error.headers or {}).get("Allow", "GET")
        return respond(not_allowed(allow), request)
    message = Text(f"het verzoek klopt niet: {error.detail}", f"bad request: {error.detail}")
    return respond(Problem(error.status_code, "KG-H109", message), request)
