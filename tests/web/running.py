"""A service as a user starts it: its own process, a free port, spoken to over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

SOURCE = Path(__file__).resolve().parents[2] / "src"
_URL = re.compile(r"http://127\.0\.0\.1:(\d+)/")
_TOKEN = re.compile(r"kg_[a-z0-9]+_[\w-]{20,}")
_START_SECONDS = 60
PROGRAM = [sys.executable, "-m", "kg"]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON of any kind
        return json.loads(self.body)

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


class Service:
    """Runs while in a ``with`` block; ``log`` are the lines it wrote."""

    def __init__(self, directory: Path, *options: str, **settings: object) -> None:
        self.directory = directory
        self.settings = {f"KG_SERVE_{k.upper()}": str(v) for k, v in settings.items()}
        self.options = options
        self.port = 0
        self.token = ""
        self.log: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._begin = 0
        self._local = threading.local()
        self._connections: list[http.client.HTTPConnection] = []
        self._listener: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def children(self) -> dict[int, str]:
        """Give the processes of the service, and how each was started."""
        found: dict[int, str] = {}
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            for name in (task / "children").read_text().split():
                command = Path(f"/proc/{name}/cmdline").read_bytes()
                found[int(name)] = command.replace(b"\0", b" ").decode()
        return found

    def writers(self) -> set[int]:
        return {p for p, command in self.children().items() if "kg.workspace.service" in command}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self._begin = len(self.log)
        command = [*PROGRAM, "serve", "--at", str(self.directory), "--lang", "en"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port), *self.options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1", **self.settings},
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        scratch = "--scratch" in self.options
        end = time.monotonic() + _START_SECONDS
        while not self.port or (scratch and not self.token) or not self._said():
            assert self.running, "\n".join(self.log)
            assert time.monotonic() < end, "\n".join(self.log)
            time.sleep(0.01)

    def _said(self) -> bool:
        return any(_URL.search(line) for line in self.log[self._begin :])

    def _listen(self) -> None:
        process = self._process
        assert process is not None
        assert process.stderr is not None
        for raw in process.stderr:
            line = raw.decode(errors="replace").rstrip("\n")
            found = _URL.search(line)
            if found and not self.port:
                self.port = int(found[1])
            secret = _TOKEN.search(line)
            if secret:
                self.token = secret[0]
            self.log.append(line)

    def stop(self, number: int = signal.SIGTERM) -> int:
        process = self._process
        assert process is not None
        if process.poll() is None:
            process.send_signal(number)
        code = process.wait(timeout=40)
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()
        if self._listener is not None:
            self._listener.join()
        if process.stderr is not None:
            process.stderr.close()
        self.log.append(f"ended with {code}")
        return code

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        token: str | None = None,
    ) -> Reply:
        """Send a request with exactly these headers, on the connection of this thread."""
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        for attempt in range(2):
            connection = self._connection()
            try:
                connection.request(method, path, body=body, headers=sent)
                response = connection.getresponse()
                data = response.read()
            except (http.client.HTTPException, ConnectionError):
                connection.close()
                self._local.connection = None
                if attempt:
                    raise
                continue
            found = {k.lower(): v for k, v in response.getheaders()}
            return Reply(response.status, found, data)
        raise AssertionError

    def _connection(self) -> http.client.HTTPConnection:
        found: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if found is None:
            found = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self._local.connection = found
            self._connections.append(found)
        return found

    def query(
        self, text: str, *, accept: str = "*/*", token: str | None = None, **parameters: str
    ) -> Reply:
        body = urlencode({"query": text, **parameters}).encode()
        headers = {"Accept": accept, "Content-Type": FORM}
        return self.request("POST", "/sparql", headers=headers, body=body, token=token)

    def update(self, text: str) -> Reply:
        headers = {"Content-Type": "application/sparql-update"}
        return self.request("POST", "/sparql", headers=headers, body=text.encode(),
                            token=self.token)  # fmt: skip

    def put(self, graph: str | None, data: bytes, media: str = "text/turtle") -> Reply:
        where = "default" if graph is None else urlencode({"graph": graph})
        return self.request(
            "PUT", f"/rdf-graph-store?{where}", headers={"Content-Type": media}, body=data,
            token=self.token,
        )  # fmt: skip
