"""The pages on a workspace, in this process: tasks run here and not in a worker, so it is quick."""

from __future__ import annotations

import asyncio
import importlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from kg.errors import KgError
from kg.intake.authority import Registry
from kg.intake.story import read_story
from kg.resources import demo_dir
from kg.web import pages
from kg.web.pages import asking, reference
from kg.web.problems import as_problem, not_found, respond
from kg.workspace import Workspace
from kg.workspace.generations import Generations
from kg.workspace.reading import open_generation, unpack

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import Message

    from kg.intake.submission import Submission


@dataclass(frozen=True)
class Answered:
    header: dict[str, Any]
    body: bytes

    async def read(self) -> bytes:
        return self.body


@dataclass(frozen=True)
class Generation:
    seq: int
    path: str
    as_of: dt.date
    home: str = ""


class Here:
    """Answers as the backend of the service does, without processes."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation

    async def ask(
        self, task: str, request: Mapping[str, object], *, wall: float | None = None
    ) -> Answered:
        del wall  # nothing here is slow enough to be stopped
        try:
            result = await asyncio.to_thread(run, task, json.dumps(request).encode())
        except KgError as e:
            raise as_problem(e, reading=True) from e
        return Answered(*unpack(result))


def run(task: str, payload: bytes) -> bytes:
    """Run a task by its import string."""
    module, _, name = task.partition(":")
    found: bytes = getattr(importlib.import_module(module), name)(payload)
    return found


def make_workspace(
    root: Path, change: Callable[[Submission], Submission] = lambda s: s
) -> Generation:
    """Make a workspace of the two stories of the demo, each submission changed as wanted."""
    stories = [read_story(folder) for folder in sorted(demo_dir().iterdir()) if folder.is_dir()]
    prefixes = {p: who for story in stories for p, who in story.registry.prefixes.items()}
    registry = Registry(prefixes, stories[0].registry.operator)
    as_of = max(story.as_of for story in stories)
    with Workspace.create(root, registry, as_of=as_of) as workspace:
        for story in stories:
            for submission in story.submissions:
                workspace.add_submission(change(submission))
        workspace.look()
    return open_here(root, as_of)


def open_here(root: Path, as_of: dt.date) -> Generation:
    """Open the generation in force of a workspace, for tasks that run in this process."""
    found = Generations(root / "generations").current()
    assert found is not None
    told = {"path": str(found.path), "asOf": as_of.isoformat(), "scratch": False}
    open_generation(json.dumps(told).encode())
    return Generation(found.seq, str(found.path), as_of)


@dataclass(frozen=True)
class Reply:
    """What came back; names of headers in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """Asks an application in this process."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    def get(self, target: str, **headers: str) -> Reply:
        return self.send("GET", target, headers)

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Reply:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [
                (k.lower().encode(), v.encode())
                for k, v in {"host": "test", "accept": "text/html", **headers}.items()
            ],
            "client": ("127.0.0.1", 1),
            "server": ("test", 80),
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        start = sent[0]
        found = {k.decode().lower(): v.decode() for k, v in start["headers"]}
        return Reply(start["status"], found, b"".join(m.get("body", b"") for m in sent[1:]))


async def _sparql(request: Request) -> Response:
    return await asking.sparql_page(request)


async def _def(request: Request) -> Response:
    name = request.path_params["name"]
    return await reference.term_page(request, "https://w3id.org/samenspel/def#" + name)


async def _problem(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return respond(not_found(request.url.path), request)
    assert isinstance(error, KgError)
    return respond(as_problem(error), request)


def make_app(backend: Here) -> Starlette:
    """Make an application of the pages, with the addresses of the gateway that call them."""
    extra: list[BaseRoute] = [Route("/sparql", _sparql), Route("/def/{name}", _def)]
    app = Starlette(
        routes=[*pages.routes(), *extra],
        exception_handlers={KgError: _problem, HTTPException: _problem},
    )
    app.state.backend = backend
    pages.prepare(app)
    return app
