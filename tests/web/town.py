"""A workspace with two organisations and a token for every role, served in this process.

The writer and the workers are processes of their own, as in the service; only the gateway runs
here, in a thread, without a quota: a table of refusals may not be cut short by one.
"""

from __future__ import annotations

import datetime as dt
import http.client
import itertools
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import uvicorn
from jsonschema import Draft202012Validator

from kg.web.app import create_app
from kg.web.backend import Backend
from kg.web.server import Address, listen
from kg.web.settings import ServiceSettings
from kg.web.v1.contract import load_contract, operations, resolved
from kg.web.writer import service_command
from kg.workspace.keeper import Keeper
from kg.workspace.tokens import make_token
from web.running import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.web.v1.contract import Operation

TOWN, CLUB = "https://example.org/town", "https://example.org/club"
TODAY = "2026-01-01"
HEAD = """
@prefix : <https://example.org/town/> . @prefix c: <https://example.org/club/> .
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
SUPPLY = (
    HEAD
    + """
<https://example.org/town> a sam:Organisation ; rdfs:label "Stad"@nl , "Town"@en .
:green a sam:Service ; rdfs:label "Groen"@nl , "Green"@en ; sam:touches :say .
:say a sam:Aspect ; rdfs:label "Inspraak"@nl , "A say"@en ;
   sam:moreMeans "meer inspraak"@nl , "more say"@en .
:p a sam:ServiceProvision ; sam:ofService :green ;
   sam:supplier <https://example.org/town> ; sam:customer <https://example.org/club> .
:i a sam:Interest ; sam:heldBy <https://example.org/town> ; sam:concerns :say ;
   sam:direction sam:Decrease ; sam:priority 60 .
"""
)
WISH = (
    HEAD
    + """
<https://example.org/club> a sam:Organisation ; rdfs:label "Club"@nl , "Club"@en .
c:i a sam:Interest ; sam:heldBy <https://example.org/club> ; sam:concerns :say ;
   sam:direction sam:Increase ; sam:priority 80 .
"""
)
FORGED = HEAD + ":i sam:priority 1 .\n"
"""Said by the club: how much an interest of the town weighs."""

ROLES: dict[str, tuple[str, ...]] = {
    "anonymous": (),
    "query": ("query",),
    "submit": (f"submit:{TOWN}",),
    "accept": (f"accept:{TOWN}",),
    "both": (f"submit:{TOWN}", f"accept:{TOWN}"),
    "foreign": (f"submit:{CLUB}", f"accept:{CLUB}"),
    "publish": ("publish",),
    "admin": ("admin",),
    "expired": ("admin",),
    "revoked": ("admin",),
}
_KEYS = itertools.count()


def breach(method: str, path: str, reply: Reply) -> str | None:
    """Say where an answer breaks the contract; None when it keeps to it."""
    operation = operation_of(method, path)
    if operation is None or method == "HEAD":
        return None
    if "api-version" not in reply.headers:
        return f"{operation.id}: no API-Version"
    said = responses_of(operation).get(str(reply.status))
    if said is None:
        return f"{operation.id}: {reply.status} is not in the contract: {reply.text[:300]}"
    content = said.get("content", {})
    media = reply.media
    if content and media not in content and "*/*" not in content:
        return f"{operation.id}: {reply.status} gives {media}"
    schema = content.get(media, {}).get("schema")
    if schema is None or not media.endswith("json"):
        return None
    error = next(Draft202012Validator(schema).iter_errors(reply.json), None)
    return None if error is None else f"{operation.id}: {error.json_path}: {error.message[:300]}"


def operation_of(method: str, path: str) -> Operation | None:
    """Give the operation that a request is for."""
    for operation in operations():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", operation.path)
        if operation.method == method and re.fullmatch(pattern, path.partition("?")[0]):
            return operation
    return None


@cache
def responses_of(operation: Operation) -> dict[str, Any]:
    document = load_contract()
    item = document["paths"][operation.path][operation.method.lower()]
    found: dict[str, Any] = resolved(item["responses"], document)
    return found


@dataclass(slots=True)
class Town:
    """The service, and who may what."""

    port: int
    directory: Path
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        role: str = "anonymous",
        *,
        parameters: Mapping[str, object] | None = None,
        headers: dict[str, str] | None = None,
        content: str | bytes | None = None,
    ) -> Reply:
        """Send a request to the API in a role; the answer must keep to the contract."""
        query = f"?{urlencode(parameters, doseq=True)}" if parameters else ""
        reply = self.fetch(method, f"/v1{path}{query}", role, headers=headers, content=content)
        broken = breach(method, path, reply)
        assert broken is None, broken
        return reply

    def fetch(
        self,
        method: str,
        path: str,
        role: str = "anonymous",
        *,
        headers: dict[str, str] | None = None,
        content: str | bytes | None = None,
    ) -> Reply:
        """Send a request in a role."""
        sent = dict(headers or {})
        if role in self.tokens:
            sent["Authorization"] = f"Bearer {self.tokens[role]}"
        body = content.encode() if isinstance(content, str) else content
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body=body, headers=sent)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, response.read())
        finally:
            connection.close()

    def submit(
        self,
        text: str | bytes,
        *,
        role: str = "both",
        organisation: str = TOWN,
        media: str = "text/turtle",
        key: str | None = None,
        **parameters: str,
    ) -> Reply:
        """Hand something in."""
        return self.ask(
            "POST",
            "/submissions",
            role,
            parameters={"organisation": organisation, "file": "town.ttl", **parameters},
            headers={"Content-Type": media, "Idempotency-Key": key or f"key-{next(_KEYS)}"},
            content=text,
        )


@contextmanager
def serving(
    directory: Path, *, scratch: bool = False, **configuration: bool | str
) -> Iterator[Town]:
    """Serve a new workspace with nothing in it.

    Args:
        directory: Where it comes.
        scratch: Whether it is for trying out.
        configuration: ``fourEyes`` and ``publish``, as the keeper takes them.
    """
    prefixes = {f"{who}/": who for who in (TOWN, CLUB)}
    Keeper.create(directory, {"prefixes": prefixes, "asOf": TODAY, "scratch": scratch})
    tokens: dict[str, str] = {}
    with Keeper(directory) as keeper:
        if configuration:
            keeper.configure(None, **configuration)
        for role, scopes in ROLES.items():
            if not scopes:
                continue
            day = dt.date(2020, 1, 1) if role == "expired" else None
            made = make_token(scopes, note=role, today=day)
            tokens[role] = made.secret
            keeper.add_token(made.token)
            if role == "revoked":
                keeper.revoke_token(made.token.id)
    settings = ServiceSettings(quota=None)
    app = create_app(Backend(service_command(str(directory)), settings), settings)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    listener = listen(Address(port=0, strict=True))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    running.start()
    try:
        end = time.monotonic() + 60
        while not server.started:
            assert running.is_alive()
            assert time.monotonic() < end
            time.sleep(0.01)
        yield Town(listener.getsockname()[1], directory, tokens)
    finally:
        server.should_exit = True
        running.join()
        listener.close()
