"""Who is asking, and what they may do: tokens, kept as hashes, compared in constant time.

A token is random, so its SHA-256 is enough (a slow password hash would be a way to attack the
service). Scopes: ``query``, ``submit:<organisation>``, ``accept:<organisation>``, ``publish``,
``admin``; ``admin`` may do everything.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from kg.text import Text
from kg.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

_TOKEN = re.compile(r"kg_([A-Za-z0-9-]{1,64})_([A-Za-z0-9_-]{20,200})")
_ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking.

    Attributes:
        id: Identifier of the token; empty for anyone.
        scopes: What it may do.
    """

    id: str = ""
    scopes: frozenset[str] = frozenset()

    def may(self, scope: str) -> bool:
        """Whether it may do something.

        >>> Principal("a", frozenset({"submit:https://example.org/x"})).may("submit:https://e.org")
        False
        """
        return _ADMIN in self.scopes or scope in self.scopes


ANYONE = Principal()


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token: never the token itself.

    Attributes:
        id: Its identifier.
        sha256: SHA-256 of the whole token, in hexadecimal.
        scopes: What it may do.
        expires: Until when; None for no end.
    """

    id: str
    sha256: str
    scopes: frozenset[str]
    expires: dt.datetime | None = None


class Tokens:
    """The tokens in force."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        """Keep a snapshot."""
        self._by_id = {token.id: token for token in tokens}

    @classmethod
    def read(cls, told: Iterable[Mapping[str, Any]]) -> Self:
        """Read the snapshot that the writer gives."""
        return cls(
            Token(
                str(t["id"]),
                str(t["sha256"]),
                frozenset(map(str, t["scopes"])),
                _moment(t.get("expires")),
            )
            for t in told
        )

    def principal(self, header: str | None) -> Principal:
        """Give who sends an ``Authorization`` header; anyone when there is none.

        Raises:
            Problem: ``KG-H120`` when it holds no token that is in force.
        """
        if not header:
            return ANYONE
        kind, _, text = header.partition(" ")
        match = _TOKEN.fullmatch(text.strip())
        known = self._by_id.get(match[1]) if match else None
        given = hashlib.sha256(text.strip().encode("utf-8", "replace")).hexdigest()
        fits = hmac.compare_digest(given, known.sha256 if known else "0" * 64)
        if kind.lower() != "bearer" or known is None or not fits or _is_over(known):
            raise _unknown()
        return Principal(known.id, known.scopes)


def require(request: Request, scope: str) -> Principal:
    """Give who is asking, if they may do this.

    Args:
        request: The request, after the middleware saw its token.
        scope: What they want to do.

    Raises:
        Problem: ``KG-H121`` (401) when nobody says who they are, ``KG-H122`` (403) when they may
            not.
    """
    who: Principal = request.scope.get("kg.principal", ANYONE)
    if who.may(scope):
        return who
    if not who.id:
        raise Problem(
            401,
            "KG-H121",
            Text("hiervoor is een token nodig", "this needs a token"),
            Text(
                "stuur Authorization: Bearer kg_…; een beheerder geeft er een met `kg token`",
                "send Authorization: Bearer kg_…; an administrator gives one with `kg token`",
            ),
            headers={"WWW-Authenticate": 'Bearer realm="samenspel"'},
        )
    raise Problem(
        403,
        "KG-H122",
        Text(f"uw token mag dit niet: {scope}", f"your token may not do this: {scope}"),
        Text("vraag de beheerder om dit recht", "ask the administrator for this right"),
        headers={"WWW-Authenticate": 'Bearer realm="samenspel", error="insufficient_scope"'},
    )


def _unknown() -> Problem:
    return Problem(
        401,
        "KG-H120",
        Text(
            "dit token is onbekend, ingetrokken of verlopen",
            "this token is unknown, revoked or expired",
        ),
        Text("vraag de beheerder om een nieuw", "ask the administrator for a new one"),
        headers={"WWW-Authenticate": 'Bearer realm="samenspel", error="invalid_token"'},
    )


def _is_over(token: Token) -> bool:
    return token.expires is not None and token.expires <= dt.datetime.now(dt.UTC)


def _moment(text: object) -> dt.datetime | None:
    if not text:
        return None
    found = dt.datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
