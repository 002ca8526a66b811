"""Runs the service: finds a port, answers until it is asked to stop, then finishes what it does."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from kg.errors import OptionError
from kg.text import Text
from kg.web.app import create_app
from kg.web.middleware import JsonLines

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.web.backend import Backend
    from kg.web.settings import ServiceSettings

_TRIES = 20
_GRACE_SECONDS = 20
_KEEP_ALIVE_SECONDS = 30
_MOST_CONNECTIONS = 1000


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service listens.

    Attributes:
        host: Name or address.
        port: Port; 0 for any that is free.
        strict: Whether another port will not do.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    strict: bool = False


def listen(address: Address) -> socket.socket:
    """Take the port, or the next one that is free.

    Raises:
        OptionError: ``KG-H140`` when none can be had.
    """
    last = 1 if address.strict or not address.port else _TRIES
    for port in range(address.port, address.port + last):
        try:
            return socket.create_server((address.host, port), backlog=256, reuse_port=False)
        except OSError:
            continue
    raise OptionError(
        "KG-H140",
        Text(
            f"{address.host}:{address.port} is niet vrij",
            f"{address.host}:{address.port} is not free",
        ),
        Text("kies een andere poort met --port", "choose another port with --port"),
    )


def serve(
    backend: Backend,
    settings: ServiceSettings,
    listener: socket.socket,
    *,
    started: Callable[[], None] | None = None,
) -> None:
    """Answer on a socket until SIGTERM or SIGINT; requests in progress are finished.

    Args:
        backend: What answers.
        settings: The limits.
        listener: Where to listen.
        started: Called when questions are answered.

    Raises:
        KgError: Why it does not start, such as a workspace that is in use or damaged.
    """
    app = create_app(backend, settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        limit_concurrency=_MOST_CONNECTIONS,
        h11_max_incomplete_event_size=128 * 1024,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _asked_to_stop)
    try:
        _Server(config, started).run(sockets=[listener])
    except SystemExit:
        if backend.failure is None:
            raise
        raise backend.failure from None
    if backend.failure is not None:
        raise backend.failure


def _asked_to_stop(*_: object) -> None:
    """Do nothing more: the server stops by itself, and raises the signal again when it is done."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, and say so."""
        await super().startup(sockets)
        if self._started is not None and not self.should_exit:
            self._started()


def log_as_json() -> None:
    """Write log lines as JSON to the standard error stream."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(_is_no_trace)
    for name in ("kg", "uvicorn", "uvicorn.error"):
        log = logging.getLogger(name)
        log.handlers[:] = [handler]
        log.setLevel(logging.INFO)
        log.propagate = False


def _is_no_trace(record: logging.LogRecord) -> bool:
    """Leave out the trace of a start that fails: why stands in its message."""
    return not (record.name == "uvicorn.error" and record.getMessage().startswith("Traceback"))
