"""What readers see until the next one, and what they answer."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator

    from kg.sandbox.streams import Result


@dataclass(frozen=True, slots=True)
class Generation:
    """What readers see until the next one.

    Attributes:
        number: How many there were before it in this run.
        seq: Place of the last record of the journal it takes into account.
        etag: Strong validator of everything read from it.
        path: Its directory.
        as_of: The date its findings are about.
        scratch: Whether it is a free data set.
        store: Where its graphs can be asked, when they are on a server instead.
        home: Where the vocabularies are, when there is no directory to look beside.
    """

    number: int
    seq: int
    etag: str
    path: str
    as_of: dt.date
    scratch: bool
    store: str = ""
    home: str = ""

    def setup(self) -> bytes:
        """Give what a query worker needs to open it."""
        told: dict[str, object] = {
            "path": self.path,
            "asOf": self.as_of.isoformat(),
            "scratch": self.scratch,
        }
        if self.store:
            names = [n for n in os.environ if n.startswith("KG_STORE_")]
            told |= {"store": self.store, "environment": {n: os.environ[n] for n in names}}
            told |= {"home": self.home}
        return json.dumps(told).encode()

    def amid(self) -> bytes:
        """Give what an intake worker needs; it never reaches a store elsewhere."""
        return json.dumps({"home": self.home}).encode() if self.store else self.setup()


class Answer:
    """An answer from a worker: its header is there, its body may still be coming.

    Attributes:
        header: What the task says about it; always with ``length``.
        generation: What it was read from.
        seconds: How long a worker was at it; 0 for a kept answer.
    """

    def __init__(
        self,
        header: dict[str, Any],
        first: bytes,
        result: Result | None,
        generation: Generation,
        seconds: float,
    ) -> None:
        self.header = header
        self.generation = generation
        self.seconds = seconds
        self._first = first
        self._result = result
        self._complete = result is None or result.whole

    @property
    def length(self) -> int:
        """How many bytes the body has."""
        return int(self.header["length"])

    @property
    def whole(self) -> bytes | None:
        """The body, when it is all here already."""
        return self._first if self._complete else None

    async def body(self) -> AsyncIterator[bytes]:
        """Give the body in pieces, and let go of the worker."""
        try:
            yield self._first
            if self._result is not None:
                async for piece in self._result.pieces():
                    yield piece
        finally:
            await self.close()

    async def read(self) -> bytes:
        """Give the whole body."""
        return self._first if self.whole is not None else b"".join([p async for p in self.body()])

    async def close(self) -> None:
        """Let go of the worker, whether or not the body was read."""
        if self._result is not None:
            await self._result.close()
