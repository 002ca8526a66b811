"""What happens to every request: a number, a log line, strict headers, limits, who is asking."""

from __future__ import annotations

import json
import logging
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

from kg.errors import KgError
from kg.text import Text
from kg.web.access import ANYONE
from kg.web.meter import measure
from kg.web.problems import Problem, as_problem, fault, respond
from kg.web.quotas import Quotas, client_key
from kg.web.reconcile import asking_paths

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg.web.backend import Backend
    from kg.web.settings import ServiceSettings

ACCESS = logging.getLogger("kg.access")
FAULTS = logging.getLogger("kg.faults")

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)
_HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_ASKING_BY_POST: Final = frozenset({"/sparql", "/sparql/"}) | asking_paths()
_FREE: Final = ("/healthz", "/readyz", "/static/", "/robots.txt", "/.well-known/security.txt")
_ERROR: Final = 400


class Envelope:
    """Gives each request a number, writes it down, and puts the strict headers on each answer.

    The log holds no query text and no token: what somebody asks is theirs.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        scope["kg.request"] = str(uuid.uuid4())
        meter = scope["kg.meter"] = measure()
        told: dict[str, Any] = {"status": 500, "bytes": 0}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                _put_headers(scope, message)
            elif message["type"] == "http.response.body":
                told["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._whole(scope, receive, sending, told)
        finally:
            scope["kg.sent"] = told
            _log(scope, told, time.perf_counter() - started, meter.seconds)

    async def _whole(
        self, scope: Scope, receive: Receive, send: Send, told: dict[str, Any]
    ) -> None:
        try:
            await self._app(scope, receive, send)
        except KgError as e:
            await respond(as_problem(e), Request(scope))(scope, receive, send)
        except Exception:  # the border of the service: a fault becomes an answer and a log line
            FAULTS.exception("fault", extra={"kg": {"request": scope["kg.request"]}})
            if told["bytes"]:
                raise
            await respond(fault(), Request(scope))(scope, receive, send)


def _put_headers(scope: Scope, message: Message) -> None:
    headers = MutableHeaders(scope=message)
    # A preview for another's page has a policy of its own, which says who may frame it.
    framed = "Content-Security-Policy" in headers
    for name, value in _HEADERS.items():
        if not (framed and name == "X-Frame-Options"):
            headers.setdefault(name, value)
    headers["X-Request-Id"] = scope["kg.request"]
    if scope["method"] in _READING or scope["path"] in _ASKING_BY_POST:
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = (
            "ETag, Link, Location, Retry-After, Samenspel-Rows, Samenspel-Truncated, X-Request-Id"
        )


def _log(scope: Scope, told: dict[str, Any], seconds: float, worked: float) -> None:
    who = scope.get("kg.principal", ANYONE)
    line = {
        "request": scope["kg.request"],
        "method": scope["method"],
        "path": scope["path"][:200],
        "status": told["status"],
        "bytes": told["bytes"],
        "ms": round(seconds * 1000, 1),
        "workerMs": round(worked * 1000, 1),
    }
    if who.id:
        line["token"] = who.id
    if "kg.code" in scope:
        line["code"] = scope["kg.code"]
    ACCESS.info("request", extra={"kg": line})


class BodyLimit:
    """Counts the bytes of a body as they come; more than allowed is never kept in memory."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > self._most:
            raise self._problem()
        seen = 0

        async def counting() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise self._problem()
            return message

        await self._app(scope, counting, send)

    def _problem(self) -> Problem:
        return Problem(
            413,
            "KG-H101",
            Text(
                f"het verzoek is groter dan {self._most} bytes",
                f"the request is larger than {self._most} bytes",
            ),
            Text("splits de gegevens", "split the data"),
            headers={"Connection": "close"},
        )


class Clients:
    """Says who is asking, and lets nobody use more than their share."""

    def __init__(self, app: ASGIApp, backend: Backend, settings: ServiceSettings) -> None:
        self._app = app
        self._backend = backend
        self._settings = settings
        self._quotas = Quotas(settings.quota) if settings.quota else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or str(scope["path"]).startswith(_FREE):
            await self._app(scope, receive, send)
            return
        header = Headers(scope=scope).get("authorization")
        who = scope["kg.principal"] = self._who(scope, header)
        if self._quotas is None or who.may("admin"):
            await self._app(scope, receive, send)
            return
        key = who.id or client_key(scope, self._settings.proxies)
        sent = {"status": 500, "bytes": 0}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent["status"] = message["status"]
            sent["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            async with self._quotas.turn(key, self._settings.patience):
                await self._app(scope, receive, sending)
        finally:
            self._quotas.charge(
                key,
                seconds=scope["kg.meter"].seconds,
                size=sent["bytes"],
                failed=sent["status"] >= _ERROR,
            )

    def _who(self, scope: Scope, header: str | None) -> Any:  # noqa: ANN401 - see below
        try:
            return self._backend.tokens.principal(header)
        except Problem:
            if self._quotas is not None:
                key = client_key(scope, self._settings.proxies)
                self._quotas.charge(key, seconds=0, size=0, failed=True)
            raise


class JsonLines(logging.Formatter):
    """Writes log records as one JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Give one line."""
        told: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "log": record.name,
            "message": record.getMessage(),
        }
        told |= getattr(record, "kg", {})
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
