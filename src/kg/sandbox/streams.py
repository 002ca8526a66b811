"""The same workers for an asynchronous program: no thread per task, results in pieces.

A worker comes in two steps. A *fresh* one has its code and waits; set-up (opening what the tasks
read from) takes a few milliseconds and makes it one of a pool. One fresh worker stands by, so that
neither a killed worker nor a new generation waits for a process to start.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import time
from typing import TYPE_CHECKING, Self

from kg.sandbox import frames, process
from kg.sandbox.limits import Limits, SandboxError, too_large, too_slow

if TYPE_CHECKING:
    import subprocess
    from collections.abc import AsyncIterator, Iterable

    from kg.errors import KgError

_BUFFER = 2 * frames.PIECE
_RELAYS = 4
_AT_ONCE = 0.2


class GoneError(Exception):
    """The worker was ended from outside while it was idle."""


class Worker:
    """One process and the socket to it."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: Limits,
    ) -> None:
        self._child = child
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._left = limits.tasks
        self.walls: frozenset[str] = frozenset()

    @classmethod
    async def start(cls, tasks: Iterable[str], limits: Limits, setup: str | None) -> Self:
        """Start a process and tell it what it will serve; it is not ready yet."""
        ours, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            child = await asyncio.to_thread(process.start, number, number)
        reader, writer = await asyncio.open_unix_connection(sock=ours, limit=_BUFFER)
        worker = cls(child, reader, writer, limits)
        worker.send(frames.START, process.configuration(tasks, limits, setup))
        return worker

    @property
    def usable(self) -> bool:
        """Whether it may serve another task."""
        return self._left > 0 and not self._reader.at_eof() and self._child.poll() is None

    def send(self, kind: int, body: bytes) -> None:
        """Hand over one message, in one go: two would wake the other side twice."""
        self._writer.write(frames.head(kind, len(body)) + body)

    async def ready(self, payload: bytes | None) -> None:
        """Set the worker up and wait until its doors are closed.

        Raises:
            KgError: What the set-up refused; ``KG-S004`` when the process does not get going.
        """
        if payload is not None:
            self.send(frames.SETUP, payload)
        try:
            async with asyncio.timeout(process.START_SECONDS):
                kind, body = await self._receive(process.ERROR_MOST)
        except (frames.ClosedError, frames.OversizeError, TimeoutError) as e:
            raise process.does_not_start() from e
        if kind != frames.READY:
            self._left = 0
            raise process.refusal(kind, body, self._limits)
        self.walls = frozenset(json.loads(body))

    async def begin(self, task: str, payload: bytes, wall: float) -> tuple[int, bytes]:
        """Hand over a task and wait for the first piece of its result.

        Raises:
            KgError: As :func:`kg.sandbox.run`.
            GoneError: When somebody ended the process while it was idle.
        """
        self._left, left = 0, self._left - 1
        started = time.monotonic()
        self.send(frames.TASK, task.encode() + b"\0" + payload)
        try:
            async with asyncio.timeout(wall):
                await self._writer.drain()
                kind, body = await self._receive(max(self._limits.output, process.ERROR_MOST))
        except TimeoutError as e:
            raise too_slow(wall) from e
        except frames.OversizeError as e:
            raise too_large(self._limits.output) from e
        except (frames.ClosedError, ConnectionError) as e:
            error = await self._death()
            if self._was_gone(started):
                raise GoneError from e
            raise error from e
        if kind in {frames.RESULT, frames.PART, frames.REFUSED}:
            self._left = left
        if kind not in {frames.RESULT, frames.PART}:
            raise process.refusal(kind, body, self._limits)
        return kind, body

    async def rest(self) -> tuple[int, bytes]:
        """Wait for the next piece of a result."""
        self._left, left = 0, self._left
        try:
            kind, body = await self._receive(frames.PIECE)
        except (frames.ClosedError, frames.OversizeError, ConnectionError) as e:
            raise await self._death() from e
        self._left = left
        return kind, body

    async def _receive(self, most: int) -> tuple[int, bytes]:
        try:
            head = await self._reader.readexactly(frames.HEAD_SIZE)
            kind, length = frames.read_head(head)
            if length > most:
                raise frames.OversizeError
            return kind, await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as e:
            raise frames.ClosedError from e

    async def _death(self) -> KgError:
        code = await asyncio.to_thread(self._child.wait)
        return process.died(code, self._limits)

    def _was_gone(self, started: float) -> bool:
        """Whether the process was ended from outside, before it can have looked at the task."""
        killed = self._child.returncode == -signal.SIGKILL
        return killed and time.monotonic() - started < _AT_ONCE

    async def close(self) -> None:
        """End the process and close the socket."""
        self._left = 0
        self._writer.close()
        await asyncio.to_thread(process.end, self._child)


class Nursery:
    """Keeps one fresh worker ready for whoever needs it next."""

    def __init__(self, tasks: Iterable[str], limits: Limits, setup: str | None = None) -> None:
        """Say what its workers serve.

        Args:
            tasks: Import strings of the tasks.
            limits: What each task may use.
            setup: Import string of the set-up, if there is one.

        Raises:
            ValueError: If one of them is not a function of this product.
        """
        self.tasks = process.check_tasks(tasks)
        self.limits = limits
        self.setup = setup
        process.check_tasks([setup] if setup else [])
        self._next: asyncio.Task[Worker] | None = None
        self._closed = False

    def prepare(self) -> None:
        """Start a worker if none stands by."""
        if self._next is None and not self._closed:
            self._next = asyncio.create_task(self._start())

    async def take(self) -> Worker:
        """Give the worker that stands by, and start the next."""
        self.prepare()
        waiting, self._next = self._next, None
        worker = await waiting if waiting is not None else await self._start()
        self.prepare()
        return worker

    async def close(self) -> None:
        """End the worker that stands by."""
        self._closed = True
        waiting, self._next = self._next, None
        if waiting is not None:
            await (await waiting).close()

    async def _start(self) -> Worker:
        return await Worker.start(self.tasks, self.limits, self.setup)


class Result:
    """The result of a task, as it comes in; the worker is free again when it is read or closed."""

    def __init__(self, pool: StreamPool, worker: Worker, kind: int, first: bytes) -> None:
        self._pool = pool
        self._worker: Worker | None = worker
        self.first = first
        self.whole = kind == frames.RESULT
        self._relayed = not self.whole

    async def pieces(self) -> AsyncIterator[bytes]:
        """Give the pieces after the first.

        Raises:
            KgError: If the worker is gone before the end.
        """
        try:
            while not self.whole and self._worker is not None:
                kind, body = await self._worker.rest()
                self.whole = kind == frames.RESULT
                if self.whole:
                    await self.close()
                yield body
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of the worker; one that was not read to the end is ended."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await self._pool.give_back(worker, whole=self.whole, relayed=self._relayed)


class StreamPool:
    """Workers that are set up alike, and at most so many of them at work at once."""

    def __init__(self, nursery: Nursery, payload: bytes | None, *, size: int = 2) -> None:
        """Start nothing yet.

        Args:
            nursery: Where workers come from.
            payload: What their set-up gets; None where there is no set-up.
            size: How many tasks may run at once.
        """
        self._nursery = nursery
        self._payload = payload
        self._idle: list[Worker] = []
        self._slots = asyncio.Semaphore(size)
        self._relays = asyncio.Semaphore(_RELAYS)
        self._busy = 0
        self._closed = False
        self._empty = asyncio.Event()
        self._empty.set()

    async def warm(self) -> None:
        """Have one worker ready.

        Raises:
            KgError: What its set-up refused.
        """
        self._idle.append(await self._new())

    async def run(
        self,
        task: str,
        payload: bytes,
        *,
        wall: float | None = None,
        patience: float | None = None,
    ) -> Result:
        """Run one task and give its result as it comes in.

        Args:
            task: One of the tasks of the nursery.
            payload: What it gets.
            wall: Seconds by the clock, if other than the limits say.
            patience: Seconds to wait until it may start; None for no end.

        Raises:
            KgError: As :func:`kg.sandbox.run`.
            TimeoutError: If it may not start in time.
        """
        if task not in self._nursery.tasks:
            raise ValueError(task)
        self._busy += 1
        self._empty.clear()
        try:
            async with asyncio.timeout(patience if self._slots.locked() else None):
                await self._slots.acquire()
            try:
                worker, kind, body = await self._begin(task, payload, wall)
            finally:
                self._slots.release()
        except BaseException:
            self._less()
            raise
        result = Result(self, worker, kind, body)
        if result.whole:
            await result.close()
        return result

    async def _begin(
        self, task: str, payload: bytes, wall: float | None
    ) -> tuple[Worker, int, bytes]:
        """Get the first piece; a longer result then needs one of a few places to be read from.

        Readers that take their time so hold few workers, and only then the slots of others.
        """
        while True:
            worker = await self._take()
            try:
                kind, body = await worker.begin(task, payload, wall or self._nursery.limits.wall)
                if kind == frames.PART:
                    await self._relays.acquire()
            except GoneError:
                await worker.close()
            except BaseException:
                await self._put(worker)
                raise
            else:
                return worker, kind, body

    async def give_back(self, worker: Worker, *, whole: bool, relayed: bool) -> None:
        """Take a worker back from a result; one with an unread rest is ended."""
        if relayed:
            self._relays.release()
        try:
            if whole:
                await self._put(worker)
            else:
                await worker.close()
        finally:
            self._less()

    async def close(self, *, patience: float = 0.0) -> None:
        """Take no new worker in; end all when their tasks are done or patience is over."""
        self._closed = True
        if patience:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._empty.wait()
        idle, self._idle = self._idle, []
        for worker in idle:
            await worker.close()

    async def _new(self) -> Worker:
        """Set up a fresh worker; when somebody ended it meanwhile, the one after it."""
        for last in (False, True):
            worker = await self._nursery.take()
            try:
                await worker.ready(self._payload)
            except SandboxError:
                await worker.close()
                if last:
                    raise
            except BaseException:
                await worker.close()
                raise
            else:
                return worker
        raise process.does_not_start()

    async def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.usable:
                return worker
            await worker.close()
        return await self._new()

    async def _put(self, worker: Worker) -> None:
        if worker.usable and not self._closed:
            self._idle.append(worker)
        else:
            await worker.close()

    def _less(self) -> None:
        self._busy -= 1
        if not self._busy:
            self._empty.set()
