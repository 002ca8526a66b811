"""Keys to the service: random, shown once, kept only as a hash.

A token is ``kg_<id>_<secret>`` with 32 random bytes, so that a hash without salt or stretching is
enough: nobody can guess it, and a slow hash would only help who wants to keep us busy.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.errors import OptionError
from kg.text import Text
from kg.workspace.history import Token

if TYPE_CHECKING:
    from collections.abc import Iterable

PLAIN: Final = ("query", "publish", "admin")
"""Scopes that stand alone."""
FOR_ORGANISATION: Final = ("submit", "accept")
"""Scopes that name an organisation: ``submit:IRI``."""
LONGEST_DAYS: Final = 366
_SECRET_BYTES = 32
_ID_BYTES = 5
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]+')


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made.

    Attributes:
        secret: The whole token; shown once, kept nowhere.
        token: What is kept of it.
    """

    secret: str
    token: Token


def make_token(
    scopes: Iterable[str], *, days: int = 365, note: str = "", today: dt.date | None = None
) -> NewToken:
    """Make a token.

    Args:
        scopes: What it opens.
        days: After how many days it opens nothing any more.
        note: What it is for.
        today: From which day on; today when None.

    Raises:
        OptionError: ``KG-O020`` for a scope that does not exist, ``KG-O021`` for a term that is
            too long or too short.

    >>> made = make_token(["query"], days=30)
    >>> made.secret.startswith(f"kg_{made.token.id}_"), made.token.sha256 == hash_of(made.secret)
    (True, True)
    """
    wanted = tuple(dict.fromkeys(scopes))
    for scope in wanted:
        _check(scope)
    if not wanted:
        _check("")
    if not 1 <= days <= LONGEST_DAYS:
        raise OptionError(
            "KG-O021",
            Text(f"{days} dagen kan niet", f"{days} days is not possible"),
            Text(f"kies 1 tot {LONGEST_DAYS} dagen", f"choose 1 to {LONGEST_DAYS} days"),
        )
    start = today or dt.datetime.now(tz=dt.UTC).date()
    name = base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode().lower().rstrip("=")
    secret = f"kg_{name}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    expires = (start + dt.timedelta(days=days)).isoformat()
    return NewToken(secret, Token(name, hash_of(secret), wanted, expires, note))


def hash_of(secret: str) -> str:
    """Give what is kept of a token: the SHA-256 of its whole text, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check(scope: str) -> None:
    kind, _, organisation = scope.partition(":")
    alone = scope in PLAIN
    if alone or (kind in FOR_ORGANISATION and _IRI.fullmatch(organisation)):
        return
    known = ", ".join((*PLAIN, *(f"{kind}:IRI" for kind in FOR_ORGANISATION)))
    raise OptionError(
        "KG-O020",
        Text(f"er is geen recht {scope!r}", f"there is no scope {scope!r}"),
        Text(f"kies uit {known}", f"choose from {known}"),
    )
