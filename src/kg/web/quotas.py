"""What one client may use: token buckets on work, not on the number of requests.

A client that asks many small questions uses as much as one that asks a few large ones, and is
counted so.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.text import Text
from kg.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Scope

    from kg.web.settings import Quota

_MOST_CLIENTS = 10_000
_MINUTE = 60.0
_IPV6_PREFIX = 64


@dataclass(slots=True)
class Bucket:
    """Fills at a steady rate up to a burst; may go below zero, and then one has to wait.

    >>> bucket = Bucket(rate=1.0, burst=10.0, level=10.0, at=0.0)
    >>> bucket.take(12.0, now=0.0); round(bucket.wait(now=1.0), 3)
    1.0
    """

    rate: float
    burst: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Give the seconds until there is something in it again; 0 when there is."""
        self._fill(now)
        return 0.0 if self.level > 0 else -self.level / self.rate or 1 / self.rate

    def take(self, amount: float, now: float) -> None:
        """Take out what was used."""
        self._fill(now)
        self.level -= amount

    def _fill(self, now: float) -> None:
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now


class _Client:
    def __init__(self, quota: Quota, now: float) -> None:
        self.buckets = {
            "seconds": _bucket(quota.seconds, quota.seconds_burst, now),
            "bytes": _bucket(quota.size, quota.size_burst, now),
            "errors": _bucket(quota.errors, quota.errors_burst, now),
        }
        self.turns = asyncio.Semaphore(quota.concurrent)
        self.present = 0


def _bucket(per_minute: float, burst: float, now: float) -> Bucket:
    return Bucket(per_minute / _MINUTE, burst, burst, now)


class Quotas:
    """What each client has left."""

    def __init__(self, quota: Quota) -> None:
        """Start with nobody."""
        self._quota = quota
        self._clients: dict[str, _Client] = {}

    @asynccontextmanager
    async def turn(self, key: str, patience: float) -> AsyncIterator[None]:
        """Wait for one of the turns of a client.

        Raises:
            Problem: ``KG-H130`` when it has used what it may, ``KG-H131`` when too many of its
                requests are still going on.
        """
        client = self._client(key)
        self._check(client)
        client.present += 1
        try:
            try:
                async with asyncio.timeout(patience if client.turns.locked() else None):
                    await client.turns.acquire()
            except TimeoutError as e:
                raise _at_once(self._quota.concurrent) from e
            try:
                yield
            finally:
                client.turns.release()
        finally:
            client.present -= 1

    def charge(self, key: str, *, seconds: float, size: int, failed: bool) -> None:
        """Note what a request used."""
        client, now = self._client(key), time.monotonic()
        client.buckets["seconds"].take(seconds, now)
        client.buckets["bytes"].take(size, now)
        if failed:
            client.buckets["errors"].take(1, now)

    def _check(self, client: _Client) -> None:
        now = time.monotonic()
        for what, bucket in client.buckets.items():
            wait = bucket.wait(now)
            if wait > 0:
                raise _used_up(_WHAT[what], wait)

    def _client(self, key: str) -> _Client:
        client = self._clients.pop(key, None)
        if client is None:
            self._forget()
            client = _Client(self._quota, time.monotonic())
        self._clients[key] = client
        return client

    def _forget(self) -> None:
        """Forget who came longest ago, when there are too many."""
        if len(self._clients) < _MOST_CLIENTS:
            return
        for key, client in list(self._clients.items())[: _MOST_CLIENTS // 10]:
            if not client.present:
                del self._clients[key]


def client_key(scope: Scope, proxies: int) -> str:
    """Give what stands for a client: its network address.

    Args:
        scope: The request.
        proxies: How many proxies of ours add to ``X-Forwarded-For``; 0 to believe nobody.
    """
    address = (scope.get("client") or ("unknown", 0))[0]
    if proxies:
        named = [v for k, v in scope["headers"] if k == b"x-forwarded-for"]
        hops = [h.strip() for h in b",".join(named).decode("latin-1").split(",") if h.strip()]
        if len(hops) >= proxies:
            address = hops[-proxies]
    return _network(str(address))


def _network(address: str) -> str:
    """Give an IPv4 address as it is, and the network of an IPv6 address: a client owns all of it.

    >>> _network("2001:db8:1:2:3::4")
    '2001:db8:1:2::/64'
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if found.version == 4:  # noqa: PLR2004 - IPv4
        return str(found)
    return str(ipaddress.ip_network((found, _IPV6_PREFIX), strict=False))


_WHAT = {
    "seconds": Text("rekentijd", "computing time"),
    "bytes": Text("gegevens", "data"),
    "errors": Text("mislukte verzoeken", "failed requests"),
}


def _used_up(what: Text, wait: float) -> Problem:
    seconds = math.ceil(wait)
    return Problem(
        429,
        "KG-H130",
        Text(
            f"u hebt op wat één afnemer per minuut mag: {what.nl}",
            f"you have used what one client may per minute: {what.en}",
        ),
        Text(f"wacht {seconds} seconden", f"wait {seconds} seconds"),
        headers={"Retry-After": str(seconds)},
    )


def _at_once(most: int) -> Problem:
    return Problem(
        429,
        "KG-H131",
        Text(
            f"er lopen al {most} verzoeken van u; meer tegelijk kan niet",
            f"{most} requests of yours are going on; more at once is not possible",
        ),
        Text("wacht tot er een klaar is", "wait until one is done"),
        headers={"Retry-After": "2"},
    )
