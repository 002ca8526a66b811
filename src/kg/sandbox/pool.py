"""Starts workers, hands them tasks, and ends them in time."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Self

from kg.sandbox import frames, process
from kg.sandbox.limits import Limits, Outcome, too_large, too_slow

if TYPE_CHECKING:
    from collections.abc import Iterable

Setup = tuple[str, bytes]
"""Import string of a function, and what it gets."""


def run(task: str, payload: bytes, *, limits: Limits | None = None) -> Outcome:
    """Run one task in a process of its own.

    Args:
        task: Import string of a function of this product, bytes to bytes.
        payload: What it gets.
        limits: What it may use; the defaults of the product if left out.

    Returns:
        Its result, and which walls stood.

    Raises:
        KgError: What the task itself refused.
        SandboxError: ``KG-S001`` over time, ``KG-S002`` out of memory or crashed, ``KG-S003``
            result too large.
    """
    with Pool([task], limits=limits, spares=0) as pool:
        return pool.run(task, payload)


class Pool:
    """Workers for a few tasks, with spares that wait warm; safe to use from several threads."""

    def __init__(
        self,
        tasks: Iterable[str],
        *,
        limits: Limits | None = None,
        setup: Setup | None = None,
        spares: int = 1,
        ahead: int | None = None,
    ) -> None:
        """Start the spares.

        Args:
            tasks: Import strings of the tasks these workers serve; they serve nothing else.
            limits: What each task may use.
            setup: What each worker does after it has its code and before its doors close: import
                string of a function and its payload; it may open files to read from later.
            spares: How many idle workers to keep ready.
            ahead: How many workers to start ahead of their task altogether; None for no end.

        Raises:
            ValueError: If a task is not a function of this product.
        """
        process.check_tasks([setup[0]] if setup else [])
        self.limits = limits or Limits()
        self.tasks = process.check_tasks(tasks)
        self._setup = setup
        self._spares = spares
        self._ahead = ahead
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._count = 0
        self._closed = False
        self._fill()

    def run(self, task: str, payload: bytes) -> Outcome:
        """Run one task; errors as in :func:`run`."""
        if task not in self.tasks:
            raise ValueError(task)
        worker = self._take()
        self._fill()
        try:
            outcome = worker.run(task, payload)
        finally:
            if worker.usable and not self._closed:
                with self._lock:
                    self._count += 1
                self._idle.put(worker)
            else:
                worker.close()
        return outcome

    def close(self) -> None:
        """End all workers."""
        self._closed = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self) -> _Worker:
        with contextlib.suppress(queue.Empty):
            while True:
                worker = self._idle.get_nowait()
                with self._lock:
                    self._count -= 1
                if worker.alive:
                    return worker
                worker.close()
        return _Worker(self.tasks, self.limits, self._setup)

    def _fill(self) -> None:
        """Start spares until there are enough; they warm up while others work."""
        with self._lock:
            missing = 0 if self._closed else max(0, self._spares - self._count)
            if self._ahead is not None:
                missing = min(missing, self._ahead)
                self._ahead -= missing
            self._count += missing
        for _ in range(missing):
            self._idle.put(_Worker(self.tasks, self.limits, self._setup))


class _Worker:
    """One process and the two pipes to it."""

    def __init__(self, tasks: tuple[str, ...], limits: Limits, setup: Setup | None) -> None:
        self._limits = limits
        self._left = limits.tasks
        self._walls: frozenset[str] | None = None
        self._process = process.start(subprocess.PIPE, subprocess.PIPE)
        name, payload = setup or (None, b"")
        with contextlib.suppress(frames.ClosedError):
            frames.send(self._in, frames.START, process.configuration(tasks, limits, name))
            if name is not None:
                frames.send(self._in, frames.SETUP, payload)

    @property
    def _in(self) -> int:
        return self._process.stdin.fileno() if self._process.stdin else -1

    @property
    def _out(self) -> int:
        return self._process.stdout.fileno() if self._process.stdout else -1

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def usable(self) -> bool:
        """Whether it may serve another task."""
        return self._left > 0 and self.alive

    def run(self, task: str, payload: bytes) -> Outcome:
        """Run one task; a worker that failed is never used again."""
        walls = self._ready()
        started = time.monotonic()
        self._left, left = 0, self._left - 1
        try:
            frames.send(self._in, frames.TASK, task.encode() + b"\0" + payload)
            most = max(self._limits.output, process.ERROR_MOST)
            deadline = started + self._limits.wall
            kind, body = frames.receive_result(self._out, most=most, deadline=deadline)
        except frames.LateError as e:
            raise too_slow(self._limits.wall) from e
        except frames.OversizeError as e:
            raise too_large(self._limits.output) from e
        except frames.ClosedError as e:
            raise process.died(self._process.wait(), self._limits) from e
        if kind in {frames.RESULT, frames.REFUSED}:
            self._left = left
        if kind == frames.RESULT:
            return Outcome(body, walls, time.monotonic() - started)
        raise process.refusal(kind, body, self._limits)

    def _ready(self) -> frozenset[str]:
        if self._walls is None:
            try:
                deadline = time.monotonic() + process.START_SECONDS
                kind, body = frames.receive(self._out, most=process.ERROR_MOST, deadline=deadline)
            except (frames.ClosedError, frames.LateError, frames.OversizeError) as e:
                raise process.does_not_start() from e
            if kind != frames.READY:
                self._left = 0
                raise process.refusal(kind, body, self._limits)
            self._walls = frozenset(json.loads(body))
        return self._walls

    def close(self) -> None:
        """End the process and everything in its session, and close the pipes."""
        process.end(self._process)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
