"""A SPARQL server of which a test decides how it misbehaves; a real HTTP server on a thread."""

from __future__ import annotations

import threading
import urllib.parse
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

JSON = "application/sparql-results+json"
ROWS = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}'


@dataclass
class Asked:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The query or update, sent as a form or as the body."""
        if "form" not in self.headers["content-type"]:
            return self.body.decode()
        form = urllib.parse.parse_qs(self.body.decode())
        return (form.get("query") or form["update"])[0]


@dataclass
class Reply:
    """What to answer.

    Attributes:
        body: Its bytes.
        status: HTTP status.
        media: Media type.
        headers: Other headers.
        length: The Content-Length to claim; that of the body when None, none when negative.
        parts: The body in parts instead, one after another, as they come.
        chunked: Whether the parts go as chunks, and the last chunk is left out.
    """

    body: bytes = ROWS
    status: int = 200
    media: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    parts: Iterable[bytes] | None = None
    chunked: bool = False

    def fields(self) -> dict[str, str]:
        """Give the headers."""
        length = len(self.body) if self.length is None else self.length
        size = {"Content-Length": str(length)} if length >= 0 else {}
        if self.chunked:
            size = {"Transfer-Encoding": "chunked"}
        return {"Content-Type": self.media, "Connection": "close", **size, **self.headers}


@dataclass
class Fake:
    """A running server.

    Attributes:
        url: Its address.
        asked: The requests so far.
    """

    url: str
    asked: list[Asked]


@contextmanager
def fake(reply: Callable[[Asked], Reply] | Reply) -> Iterator[Fake]:
    """Run a server that answers as told."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            one = Asked(self.path, headers, self.rfile.read(size))
            asked.append(one)
            self._send(reply(one) if callable(reply) else reply)

        def do_GET(self) -> None:
            self.do_POST()

        def _send(self, said: Reply) -> None:
            self.send_response(said.status)
            for name, value in said.fields().items():
                self.send_header(name, value)
            self.end_headers()
            self.close_connection = True
            for part in said.parts or [said.body]:
                try:
                    head = b"%x\r\n" % len(part) if said.chunked else b""
                    self.wfile.write(head + part + (b"\r\n" if said.chunked else b""))
                except OSError:
                    return  # the client has left, as it should

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Fake(f"http://127.0.0.1:{server.server_address[1]}/sparql", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
