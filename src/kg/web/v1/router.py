"""From the contract to routes: every operation it names has one handler; there are no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import KgError
from kg.web.problems import Problem, as_problem, not_allowed, respond
from kg.web.v1 import looking, running, submitting
from kg.web.v1.asking import Call, read_call
from kg.web.v1.contract import Operation, operations, version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.applications import Starlette
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Handler = Callable[[Call], Awaitable[Response]]

BASE = "/v1"
_MISSING = frozenset({"KG-N001", "KG-N002", "KG-N007", "KG-N009"})
"""Codes that say that what the path names is not there."""
_OUT_OF_REACH = "KG-A015"
_VALUES = frozenset({"KG-N003", "KG-N004"})
"""Codes that say that a value to filter by is not there; what the path names is."""


def handlers() -> Mapping[str, Handler]:
    """Give the handler of every operation."""
    return {**looking.HANDLERS, **submitting.HANDLERS, **running.HANDLERS}


def routes() -> list[BaseRoute]:
    """Give the routes of the contract."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations():
        by_path.setdefault(operation.path, {})[operation.method] = operation
    return [Route(BASE + path, _Resource(methods)) for path, methods in by_path.items()]


def prepare(app: Starlette) -> None:
    """Say the version of the API in every answer under it, refusals of the gateway included."""
    app.add_middleware(Versioned)


class Versioned:
    """Puts the version of the API in the headers (Dutch API Design Rules, version header)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["API-Version"] = version()
            await send(message)

        mine = scope["type"] == "http" and scope["path"].startswith(BASE + "/")
        await self._app(scope, receive, sending if mine else send)


class _Resource:
    """One address with its methods."""

    def __init__(self, methods: Mapping[str, Operation]) -> None:
        self._methods = methods
        self._handlers = {m: handlers()[o.id] for m, o in methods.items()}
        names = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]
        self._allow = ", ".join(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except KgError as e:
            response = respond(_as_problem(e), request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        if method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": self._allow})
        if method not in self._methods:
            raise not_allowed(self._allow)
        operation = self._methods[method]
        # Who may not ask is not told what is wrong with the question.
        Call(request, operation, {}).known()
        return await self._handlers[method](read_call(request, operation))


def _as_problem(error: KgError) -> Problem:
    found = as_problem(error)
    if found.code in _MISSING:
        found.status = 404
    if found.code == _OUT_OF_REACH:
        found.status = 409
    if found.code in _VALUES:
        found.status = 400
    return found
