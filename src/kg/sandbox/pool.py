"""Starts workers, hands them tasks, and ends them in time."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg import errors
from kg.errors import UnreadableInputError
from kg.sandbox import frames
from kg.sandbox.limits import Limits, Outcome, SandboxError, broken, too_large, too_slow
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.errors import KgError

_TASK = re.compile(r"kg(?:\.[a-z_]+)+:[a-z_]+")
_START_SECONDS = 30.0
_ERROR_MOST = 64 * 1024
_CODE = re.compile(r"KG-[A-Z]\d{3}")


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
        spares: int = 1,
        ahead: int | None = None,
    ) -> None:
        """Start the spares.

        Args:
            tasks: Import strings of the tasks these workers serve; they serve nothing else.
            limits: What each task may use.
            spares: How many idle workers to keep ready.
            ahead: How many workers to start ahead of their task altogether; None for no end.

        Raises:
            ValueError: If a task is not a function of this product.
        """
        self.limits = limits or Limits()
        self.tasks = tuple(tasks)
        if not all(_TASK.fullmatch(t) for t in self.tasks):
            raise ValueError(self.tasks)
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
        return _Worker(self.tasks, self.limits)

    def _fill(self) -> None:
        """Start spares until there are enough; they warm up while others work."""
        with self._lock:
            missing = 0 if self._closed else max(0, self._spares - self._count)
            if self._ahead is not None:
                missing = min(missing, self._ahead)
                self._ahead -= missing
            self._count += missing
        for _ in range(missing):
            self._idle.put(_Worker(self.tasks, self.limits))


class _Worker:
    """One process and the two pipes to it."""

    def __init__(self, tasks: tuple[str, ...], limits: Limits) -> None:
        self._limits = limits
        self._left = limits.tasks
        self._walls: frozenset[str] | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-m", "kg.sandbox.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=os.sep,
            env=_environment(),
            start_new_session=True,
            bufsize=0,
        )
        config = {"tasks": tasks, "limits": limits.as_json()}
        with contextlib.suppress(frames.ClosedError):
            frames.send(self._in, frames.START, json.dumps(config).encode())

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
            most = max(self._limits.output, _ERROR_MOST)
            kind, body = frames.receive(self._out, most=most, deadline=started + self._limits.wall)
        except frames.LateError as e:
            raise too_slow(self._limits.wall) from e
        except frames.OversizeError as e:
            raise too_large(self._limits.output) from e
        except frames.ClosedError as e:
            raise self._died() from e
        if kind == frames.RESULT:
            self._left = left
            return Outcome(body, walls, time.monotonic() - started)
        if kind == frames.REFUSED:
            self._left = left
            raise _decode_error(body)
        if kind == frames.OVERSIZE:
            raise too_large(self._limits.output)
        raise broken(re.sub(r"[^\w]", "", body[:60].decode("ascii", "replace")),
                     self._limits.memory)  # fmt: skip

    def _ready(self) -> frozenset[str]:
        if self._walls is None:
            try:
                deadline = time.monotonic() + _START_SECONDS
                _, body = frames.receive(self._out, most=_ERROR_MOST, deadline=deadline)
            except (frames.ClosedError, frames.LateError, frames.OversizeError) as e:
                raise SandboxError(
                    "KG-S004",
                    Text("een werkproces start niet", "a worker process does not start"),
                    Text("controleer de installatie: python -m kg.sandbox.worker",
                         "check the installation: python -m kg.sandbox.worker"),
                ) from e  # fmt: skip
            self._walls = frozenset(json.loads(body))
        return self._walls

    def _died(self) -> SandboxError:
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            return too_slow(self._limits.cpu)
        return broken(signal.Signals(-code).name if code < 0 else f"exit {code}",
                      self._limits.memory)  # fmt: skip

    def close(self) -> None:
        """End the process and everything in its session, and close the pipes."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def _environment() -> dict[str, str]:
    """Give the worker nothing of our own environment but where its code is."""
    code = Path(errors.__file__).resolve().parent.parent
    return {
        "PYTHONPATH": str(code),
        "PYTHONUTF8": "1",
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OPENPYXL_LXML": "False",
    }


def _decode_error(body: bytes) -> KgError:
    """Read an error that a worker sent; whatever else it sends is a broken worker."""
    # Only here: the worker shares this package, and leaves the network before the engine loads.
    from kg.rdf.positions import Place, PlacedError  # noqa: PLC0415

    found = json.loads(body)
    code = str(found["code"])
    if not _CODE.fullmatch(code):
        return broken("code", 0)
    message = Text(*map(str, found["message"]))
    advice = None if found["advice"] is None else Text(*map(str, found["advice"]))
    if found["place"] is None:
        return UnreadableInputError(code, message, advice)
    return PlacedError(code, message, advice, place=Place(**found["place"]))
