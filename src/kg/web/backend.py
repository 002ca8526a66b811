"""What the routes speak to: one writer, readers of the generation in force, intake workers."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import json
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.sandbox import Limits
from kg.sandbox.streams import Nursery, StreamPool
from kg.text import Text
from kg.web.access import Tokens
from kg.web.cache import Cache
from kg.web.generation import Answer, Generation
from kg.web.meter import charge
from kg.web.problems import Problem, as_problem
from kg.web.tasks import (
    CORE_TASKS,
    INTAKE_TASKS,
    OPEN,
    OPEN_INTAKE,
    QUERY_TASKS,
    SCRATCH_INTAKE_TASKS,
)
from kg.web.writer import Writer, gone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.sandbox.streams import Result
    from kg.web.settings import ServiceSettings

_LOG = logging.getLogger("kg.gateway")
__all__ = ["Answer", "Backend", "Generation"]

_FOREVER = 10**9
_START_SECONDS = 600.0
PROOF_SECONDS = 60.0
"""Seconds that a proof or another date may take; the clock ends a query long before."""
_INTAKE_SECONDS = 60.0
"""Seconds of processor time an intake worker has; by the clock it is what the caller says."""
_REPLACED = "KG-W001"
"""What a worker says whose generation cannot be opened (any more)."""
_LOOKS, _LOOK_SECONDS = 200, 0.05
_WAIT_AGAIN = (0.0, 1.0, 5.0, 15.0)


@dataclass(slots=True)
class _Readers:
    generation: Generation
    pool: StreamPool
    cache: Cache


class Backend:
    """One workspace, served."""

    def __init__(
        self,
        command: Sequence[str],
        settings: ServiceSettings,
        *,
        query_tasks: Sequence[str] = QUERY_TASKS,
        intake_tasks: Sequence[str] = INTAKE_TASKS,
    ) -> None:
        """Start nothing yet.

        Args:
            command: How to start the writer process.
            settings: Limits and sizes.
            query_tasks: What query workers serve.
            intake_tasks: What intake workers serve.
        """
        self.settings = settings
        self.tokens = Tokens(())
        self._command = list(command)
        reading = Limits(
            wall=settings.wall,
            cpu=int(max(settings.wall, PROOF_SECONDS)) + 1,
            memory=settings.memory,
            output=settings.answer + 1024 * 1024,
            tasks=_FOREVER,
        )
        self._nursery = Nursery(query_tasks, reading, OPEN)
        self._scratch_nursery = Nursery(CORE_TASKS, reading, OPEN)
        # Only these may reach the network: what they read stands on a server of the operator.
        self._remote_nursery = Nursery(query_tasks, replace(reading, network=True), OPEN)
        taking = Limits(wall=settings.wall, cpu=int(settings.wall) + 1, memory=settings.memory)
        self._taking_nursery = Nursery(SCRATCH_INTAKE_TASKS, taking)
        examining = Limits(wall=_INTAKE_SECONDS, cpu=int(_INTAKE_SECONDS), memory=settings.memory)
        self._intake_nursery = Nursery(intake_tasks, examining, OPEN_INTAKE)
        self._intake: StreamPool | None = None
        self._readers: _Readers | None = None
        self._writer: Writer | None = None
        self._watching: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._ready = asyncio.Event()
        self._failure: KgError | None = None
        self._count = 0
        self._asking = 0

    @property
    def generation(self) -> Generation:
        """The generation in force.

        Raises:
            Problem: ``KG-H113`` when there is none yet.
        """
        return self._current().generation

    @property
    def readable(self) -> bool:
        """Whether queries can be answered."""
        return self._readers is not None

    @property
    def writable(self) -> bool:
        """Whether the writer takes commands."""
        return self._writer is not None and self._writer.alive

    @property
    def failure(self) -> KgError | None:
        """Why there is nothing to ask, when the service could not start."""
        return self._failure

    async def start(self) -> None:
        """Start the writer and wait for its first generation.

        Raises:
            Problem: ``KG-H113`` when none comes.
        """
        await self._start_writer()
        self._watching = asyncio.create_task(self._watch())
        ended = asyncio.create_task(self._ended())
        ready = asyncio.create_task(self._ready.wait())
        done, waiting = await asyncio.wait(
            {ended, ready}, timeout=_START_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        for task in waiting:
            task.cancel()
        if ready not in done or self._failure is not None:
            await self.close()
            raise self._failure or _not_ready()

    async def close(self, *, patience: float = 10.0) -> None:
        """Finish what is being done, then end all processes."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        if self._writer is not None:
            await self._writer.close()
        readers, self._readers = self._readers, None
        if readers is not None:
            await readers.pool.close(patience=patience)
        for task in list(self._leaving):
            await task
        if self._intake is not None:
            await self._intake.close(patience=patience)
        for nursery in self._nurseries():
            await nursery.close()

    def _nurseries(self) -> tuple[Nursery, ...]:
        return (
            self._nursery, self._intake_nursery, self._scratch_nursery, self._taking_nursery,
            self._remote_nursery,
        )  # fmt: skip

    async def ask(
        self, task: str, request: Mapping[str, object], *, wall: float | None = None
    ) -> Answer:
        """Let a query worker do a task on the generation in force.

        Args:
            task: One of ``QUERY_TASKS``.
            request: What it needs; equal requests give equal answers within one generation.
            wall: Seconds it may take, if other than the settings say.

        Raises:
            Problem: Over time, out of memory, too busy, or what the task refused.
        """
        readers = self._current()
        if readers.generation.scratch and task not in CORE_TASKS:
            raise _not_on_scratch()
        payload = json.dumps(request, ensure_ascii=False, sort_keys=True).encode()
        key = hashlib.sha256(task.encode() + b"\0" + payload).digest()
        kept = readers.cache.get(key)
        if kept is not None:
            return Answer(kept[0], kept[1], None, readers.generation, 0.0)
        started = time.monotonic()
        try:
            result = await self._queued(readers.pool, task, payload, wall)
        except KgError as e:
            charge(time.monotonic() - started)
            if e.code == _REPLACED and await self._moved_on(readers.generation):
                return await self.ask(task, request, wall=wall)
            raise as_problem(e, reading=True) from e
        line, _, first = result.first.partition(b"\n")
        header: dict[str, Any] = json.loads(line)
        seconds = float(header.get("seconds", time.monotonic() - started))
        charge(seconds)
        if result.whole:
            readers.cache.put(key, (header, first))
        return Answer(header, first, result, readers.generation, seconds)

    async def tell(
        self, command: str, arguments: Mapping[str, object], body: bytes = b""
    ) -> dict[str, Any]:
        """Give the writer a command; errors as in :meth:`kg.web.writer.Writer.tell`."""
        return (await self.exchange(command, arguments, body))[0]

    async def exchange(
        self, command: str, arguments: Mapping[str, object], body: bytes = b""
    ) -> tuple[dict[str, Any], bytes]:
        """As :meth:`tell`, with the bytes that came with the result."""
        if self._writer is None:
            raise gone()
        return await self._writer.exchange(command, arguments, body)

    async def intake(self, task: str, payload: bytes, *, wall: float | None = None) -> bytes:
        """Let an intake worker read something of others; each worker reads one thing only.

        Raises:
            KgError: What the task refused, or ``KG-S001`` to ``KG-S004``.
        """
        if self._intake is None:
            raise _not_ready()
        seen = self.generation
        if (task in SCRATCH_INTAKE_TASKS) != seen.scratch:
            raise _not_on_scratch()
        try:
            result = await self._intake.run(task, payload, wall=wall or self.settings.wall)
        except KgError as e:
            if e.code == _REPLACED and await self._moved_on(seen):
                return await self.intake(task, payload, wall=wall)
            raise
        return result.first + b"".join([piece async for piece in result.pieces()])

    async def _moved_on(self, seen: Generation) -> bool:
        """Wait a little for what takes the place of a generation that is gone from disk.

        The writer removes one that holds what was taken back before the next is in force here.
        """
        for _ in range(_LOOKS):
            if self.generation is not seen:
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    def _current(self) -> _Readers:
        if self._readers is None:
            raise _not_ready()
        return self._readers

    async def _queued(
        self, pool: StreamPool, task: str, payload: bytes, wall: float | None
    ) -> Result:
        """Wait for a reader, but only where few others wait and not for long."""
        if self._asking >= self.settings.readers + self.settings.queue:
            raise _busy()
        self._asking += 1
        try:
            return await pool.run(task, payload, wall=wall, patience=self.settings.patience)
        except TimeoutError as e:
            raise _busy() from e
        finally:
            self._asking -= 1

    async def _start_writer(self) -> None:
        self._writer = Writer(self._command, self._told)
        await self._writer.start()

    async def _ended(self) -> None:
        if self._writer is not None:
            await self._writer.ended.wait()

    async def _watch(self) -> None:
        """Start the writer again when it ended: reading goes on meanwhile."""
        attempt = 0
        while True:
            await self._ended()
            if not self._ready.is_set() and attempt >= len(_WAIT_AGAIN):
                return
            await asyncio.sleep(_WAIT_AGAIN[min(attempt, len(_WAIT_AGAIN) - 1)])
            attempt += 1
            await self._start_writer()

    async def _told(self, event: dict[str, Any]) -> None:
        if event["event"] == "tokens":
            self.tokens = Tokens.read(event["tokens"])
        elif event["event"] == "refused":
            _LOG.error("the writer does not start: %s", event["error"].to("en"))
            if self._readers is None:
                self._failure = event["error"]
                self._ready.set()
        elif event["event"] == "generation":
            try:
                await self._swap(event)
            except KgError as e:
                _LOG.error("cannot open a generation: %s", e.to("en"))
                if self._readers is None:
                    self._failure = e
                    self._ready.set()

    async def _swap(self, told: Mapping[str, Any]) -> None:
        """Put a new generation in force; who reads the old one finishes."""
        self._count += 1
        generation = Generation(
            number=self._count,
            seq=int(told["seq"]),
            etag=str(told["etag"]),
            path=str(told["path"]),
            as_of=_day(told.get("asOf")),
            scratch=bool(told.get("scratch")),
            store=str(told.get("store", "")),
            home=str(told.get("home", "")),
        )
        nursery = self._scratch_nursery if generation.scratch else self._nursery
        if generation.store:
            nursery = self._remote_nursery
        pool = StreamPool(nursery, generation.setup(), size=self.settings.readers)
        if not generation.scratch:
            await pool.warm()
        old, self._readers = (
            self._readers,
            _Readers(generation, pool, Cache(self.settings.cache)),
        )
        self._ready.set()
        if old is not None:
            self._leave(old.pool, self.settings.relay)
        self._renew_intake(generation)

    def _renew_intake(self, generation: Generation) -> None:
        """Have what is handed in checked amid what is published now."""
        before = self._intake
        if generation.scratch and before is not None:
            return
        if generation.scratch:
            self._intake = StreamPool(self._taking_nursery, None, size=2)
        else:
            self._intake = StreamPool(self._intake_nursery, generation.amid(), size=2)
        if before is not None:
            self._leave(before, _INTAKE_SECONDS)

    def _leave(self, pool: StreamPool, patience: float) -> None:
        """Let a pool finish what it does, and go."""
        leaving = asyncio.create_task(pool.close(patience=patience))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)


def _day(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text)) if text else dt.datetime.now(dt.UTC).date()


def _not_ready() -> Problem:
    return Problem(
        503,
        "KG-H113",
        Text("de dienst start nog", "the service is still starting"),
        Text("probeer het zo opnieuw", "try again in a moment"),
        headers={"Retry-After": "5"},
    )


def _not_on_scratch() -> Problem:
    return Problem(
        404,
        "KG-H118",
        Text(
            "in een werkmap om te proberen zijn er geen bevindingen en inzendingen",
            "a workspace for trying out has no findings and no submissions",
        ),
        Text("start de dienst zonder --scratch", "start the service without --scratch"),
    )


def _busy() -> Problem:
    return Problem(
        503,
        "KG-H114",
        Text("het is te druk; uw vraag is niet gesteld", "too busy; your query was not asked"),
        Text("probeer het zo opnieuw", "try again in a moment"),
        headers={"Retry-After": "5"},
    )
