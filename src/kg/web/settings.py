"""How the service runs: its address, its limits, whom it trusts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from kg.errors import OptionError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

MIB = 1024 * 1024


def _readers() -> int:
    return max(2, min(8, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Quota:
    """What one client may use (security: account all work, not only the slow part).

    Attributes:
        seconds: Seconds of a query worker, per minute.
        seconds_burst: How many may be saved up.
        size: Bytes sent to the client, per minute.
        size_burst: How many may be saved up.
        errors: Refused or failed requests, per minute.
        errors_burst: How many may be saved up.
        concurrent: Queries at the same time.
    """

    seconds: float = 60.0
    seconds_burst: float = 120.0
    size: float = 200 * MIB
    size_burst: float = 400 * MIB
    errors: float = 30.0
    errors_burst: float = 60.0
    concurrent: int = 2


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What the operator decides; the defaults are those of the documentation.

    Attributes:
        public_url: Address that clients use, without a slash at the end; from the request if empty.
        body: Bytes of one request body.
        query: Bytes of one query.
        patterns: Triple patterns in one query.
        nesting: How deep groups may stand in each other.
        operators: Operators in one query.
        cells: Values in the ``VALUES`` blocks of one query.
        rows: Rows of one answer.
        answer: Bytes of one answer.
        wall: Seconds of one query.
        relay: Seconds in which a client must take an answer.
        memory: Bytes of memory of one worker.
        readers: Queries at the same time, for all clients together.
        queue: Requests that may wait for a reader.
        patience: Seconds that one waits for a reader.
        cache: Bytes of answers that are kept per generation.
        proxies: How many proxies in front of the service are trusted to say who the client is.
        quota: What one client may use; None for no end.
        contact: Address in ``/.well-known/security.txt``.
    """

    public_url: str = ""
    body: int = 10 * MIB
    query: int = 64 * 1024
    patterns: int = 64
    nesting: int = 64
    operators: int = 1000
    cells: int = 10_000
    rows: int = 100_000
    answer: int = 50 * MIB
    wall: float = 10.0
    relay: float = 60.0
    memory: int = 1024 * MIB
    readers: int = field(default_factory=_readers)
    queue: int = 64
    patience: float = 5.0
    cache: int = 32 * MIB
    proxies: int = 0
    quota: Quota | None = field(default_factory=Quota)
    contact: str = ""


_PREFIX = "KG_SERVE_"
_QUOTA = "QUOTA_"
_OFF = "off"


def read_service_settings(environ: Mapping[str, str] | None = None) -> ServiceSettings:
    """Read the settings of the service from the environment.

    Each attribute has a variable of its name: ``KG_SERVE_WALL=20``, ``KG_SERVE_QUOTA_ERRORS=100``;
    ``KG_SERVE_QUOTA=off`` lets every client use as much as there is.

    Raises:
        OptionError: ``KG-H141`` when a value is no number where one is needed.

    >>> read_service_settings({"KG_SERVE_WALL": "2.5"}).wall
    2.5
    """
    env = os.environ if environ is None else environ
    plain = ServiceSettings()
    given = _given(plain, env, _PREFIX)
    quota = replace(Quota(), **_given(Quota(), env, _PREFIX + _QUOTA))
    off = env.get(_PREFIX + "QUOTA", "").lower() == _OFF
    return replace(plain, **given, quota=None if off else quota)


def _given(plain: ServiceSettings | Quota, env: Mapping[str, str], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in fields(plain):
        text = env.get(prefix + attribute.name.upper())
        default = getattr(plain, attribute.name)
        if text is not None and isinstance(default, str | int | float):
            found[attribute.name] = _value(prefix + attribute.name.upper(), text, type(default))
    return found


def _value(name: str, text: str, kind: type[str | int | float]) -> str | int | float:
    try:
        return kind(text)
    except ValueError as e:
        raise OptionError(
            "KG-H141",
            Text(f"{name}={text}: dit is geen getal", f"{name}={text}: this is no number"),
            Text("schrijf een getal, met een punt voor breuken", "write a number such as 2.5"),
        ) from e
