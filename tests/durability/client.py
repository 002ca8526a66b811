"""Clients that hand in as fast as they can, to the writing process or to a keeper with threads."""

from __future__ import annotations

import itertools
import json
import os
import select
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.sandbox import frames
from kg.workspace import service
from kg.workspace.intake import Offer
from kg.workspace.keeper import Keeper

from . import apart
from .work import STATEMENTS, Book, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_AT_ONCE = 12
_THREADS = 4
_NEVER = 10**9
_PATIENCE = 30.0
_AGAIN, _BACK, _TOKEN = 3, 7, 29
"""Every so many submissions: one sent again, one taken back, one token asked for."""


class Client:
    """Speaks to a process that writes, and keeps the books.

    Args:
        root: The workspace.
        book: The books, which go on over crashes.
        mode: ``writer``: the process of the service, by frames; ``keeper``: threads on a keeper.
    """

    def __init__(self, root: Path, book: Book, mode: str) -> None:
        self.root, self.book, self.mode = root, book, mode
        self.faults: list[str] = []
        self._over = False
        self._buffer = bytearray()
        self._asked: dict[int, tuple[str, int | str]] = {}
        self._numbers = itertools.count(1)
        self._again = [Task(n) for n in sorted(book.sent)]
        if mode == "writer":
            self.process = apart.start(lambda: service.main([str(root)]))
        else:
            self.process = apart.start(lambda: _keep(root, self._again, book.next))

    def drive(
        self,
        seconds: float,
        *,
        acknowledged: int = _NEVER,
        faults: int = _NEVER,
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        """Send and listen for a while, or until so many more were acknowledged or refused.

        Args:
            seconds: How long at most.
            acknowledged: How many acknowledgements are enough.
            faults: How many refusals are enough.
            until: What else ends it; asked every millisecond.
        """
        end = time.monotonic() + seconds
        enough, too_bad = len(self.book.accepted) + acknowledged, len(self.faults) + faults
        while (
            time.monotonic() < end
            and len(self.book.accepted) < enough
            and len(self.faults) < too_bad
        ):
            if self.mode == "writer":
                self._fill()
            if until() or not self.listen(min(0.001, end - time.monotonic())):
                return

    def _fill(self) -> None:
        while len(self._asked) < _AT_ONCE:
            task = self._again.pop() if self._again else self.book.take()
            self.submit(task)
            if task.number % _TOKEN == 0:
                self._ask("token-create", "token", {"scopes": ["query"], "days": 1})

    def finish(self) -> None:
        """Wait for all that was asked."""
        end = time.monotonic() + _PATIENCE
        while self._asked and time.monotonic() < end and self.listen(0.01):
            continue

    def submit(self, task: Task) -> None:
        """Hand in a submission, to be accepted at once."""
        digest = task.sha256
        arguments = {
            "organisation": task.organisation, "dataset": task.dataset, "file": task.dataset,
            "mediaType": "application/n-triples", "key": task.key, "actor": "client",
            "rawLength": len(task.data), "rawSha256": digest, "canonicalSha256": digest,
            "triples": STATEMENTS, "conforms": True, "report": {"conforms": True}, "accept": True,
        }  # fmt: skip
        self._ask("submit", task.number, arguments, task.data * 2)

    def _ask(
        self, command: str, what: int | str, arguments: dict[str, Any], body: bytes = b""
    ) -> None:
        number = next(self._numbers)
        self._asked[number] = (command, what)
        head = json.dumps({"id": number, "command": command, "arguments": arguments}).encode()
        try:
            frames.send(self.process.to, frames.COMMAND, head + b"\n" + body)
        except frames.ClosedError:
            return

    def listen(self, seconds: float) -> bool:
        """Take in what the writer says; give False when it is gone."""
        ready, _, _ = select.select([self.process.origin], [], [], max(0.0, seconds))
        if not ready:
            return True
        data = os.read(self.process.origin, 1 << 20)
        self._buffer += data
        for kind, body in self._frames():
            message = json.loads(body.partition(b"\n")[0])
            self._take(kind, message)
        return bool(data)

    def drain(self) -> None:
        """Take in all that was said already, by a writer that is stopped or dead; ask no more."""
        self._over = True
        while select.select([self.process.origin], [], [], 0)[0]:
            if not self.listen(0):
                return

    def close(self) -> None:
        """Let go of what a dead writer said; thousands of them would use up all file numbers."""
        os.close(self.process.origin)

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        while len(self._buffer) >= frames.HEAD_SIZE:
            kind, length = frames.read_head(bytes(self._buffer[: frames.HEAD_SIZE]))
            end = frames.HEAD_SIZE + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[frames.HEAD_SIZE : end])
            del self._buffer[:end]
            yield kind, body

    def _take(self, kind: int, message: dict[str, Any]) -> None:
        if kind == frames.EVENT:
            return
        command, what = self._asked.pop(message["id"], ("submit", message["id"]))
        if kind == frames.FAULT:
            self.faults.append(message["error"]["code"])
            if command == "submit":
                self._again.append(Task(int(what)))  # the client tries again
            return
        result = message["result"]
        if command == "token-create":
            self.book.tokens.add(result["id"])
        elif command == "withdraw":
            self.book.withdrawn.add(str(what))
        else:
            self._accepted(int(what), result)

    def _accepted(self, number: int, result: dict[str, Any]) -> None:
        is_new = number not in self.book.accepted
        self.book.next = max(self.book.next, number + 1)
        self.book.acknowledge(number, result)
        if self._over or self.mode != "writer" or not is_new:
            return
        if number % _AGAIN == 0:
            self.book.repeated += 1
            self.submit(Task(number))
        if number % _BACK == 0 and number in self.book.accepted:
            id_ = self.book.accepted[number]
            self._ask("withdraw", id_, {"id": id_, "actor": "client"})


def _keep(root: Path, again: list[Task], first: int) -> int:
    """Hand in from several threads to a keeper that settles all the while; tell what it took."""
    todo = itertools.chain(again, (Task(n) for n in itertools.count(first)))
    taking, telling = threading.Lock(), threading.Lock()

    def work(keeper: Keeper) -> None:
        while True:
            with taking:
                task = next(todo)
            for _ in range(2 if task.number % _AGAIN == 0 else 1):
                data = task.data
                kept = keeper.receive(
                    Offer(
                        task.organisation, task.dataset, task.dataset, "application/n-triples",
                        data, task.key, "client",
                    )
                )  # fmt: skip
                keeper.read(kept.id, data, STATEMENTS)
                keeper.accept(kept.id)
                told = {"id": task.number, "result": {"id": kept.id, "stage": "accepted"}}
                with telling:
                    frames.send(1, frames.REPLY, json.dumps(told).encode() + b"\n")

    def settle(keeper: Keeper) -> None:
        while True:
            keeper.settle()
            time.sleep(0.002)

    try:
        with Keeper(root) as keeper, ThreadPoolExecutor(_THREADS + 1) as threads:
            workers = [threads.submit(work, keeper) for _ in range(_THREADS)]
            workers.append(threads.submit(settle, keeper))
            for worker in workers:
                worker.result()
    except (KgError, frames.ClosedError):
        return 1
    return 0
