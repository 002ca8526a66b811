"""Speaks with the one process that writes: commands out, replies and events in, over its pipes.

Each message is a line of JSON and bytes after it. An event that a new generation is in force comes
before the reply to the command that caused it, so whoever gets the reply reads their own write.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from kg.sandbox import frames
from kg.text import Text
from kg.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Told = Callable[[dict[str, Any]], Awaitable[None]]
Reply = tuple[dict[str, Any], bytes]
_MOST = 2**31
_BUFFER = 1024 * 1024
_END_SECONDS = 30.0


class Writer:
    """The writer process, seen from the gateway."""

    def __init__(self, command: Sequence[str], told: Told) -> None:
        """Start nothing yet.

        Args:
            command: How to start the process.
            told: What to do with an event.
        """
        self._command = list(command)
        self._told = told
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._out: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._lost = False
        self.ended = asyncio.Event()

    @property
    def alive(self) -> bool:
        """Whether it takes commands."""
        return self._out is not None and not self._lost

    async def start(self) -> None:
        """Start the process and listen to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            self._process = await asyncio.to_thread(_start, self._command, number)
        reader, self._out = await asyncio.open_unix_connection(sock=ours, limit=_BUFFER)
        self._reading = asyncio.create_task(self._read(reader))

    async def tell(
        self, command: str, arguments: Mapping[str, object], body: bytes = b""
    ) -> dict[str, Any]:
        """Give a command and wait for its result.

        Args:
            command: Its name.
            arguments: What it needs, as plain values.
            body: Bytes that go with it.

        Raises:
            KgError: What the writer refused; ``KG-H112`` when it is not there.
        """
        return (await self.exchange(command, arguments, body))[0]

    async def exchange(
        self, command: str, arguments: Mapping[str, object], body: bytes = b""
    ) -> Reply:
        """As :meth:`tell`, with the bytes that came with the result."""
        if self._out is None or self._lost:
            raise gone()
        number = next(self._numbers)
        head = {"id": number, "command": command, "arguments": dict(arguments)}
        line = json.dumps(head, ensure_ascii=False).encode() + b"\n"
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._out.write(frames.head(frames.COMMAND, len(line) + len(body)) + line + body)
            await self._out.drain()
            return await answer
        except ConnectionError as e:
            raise gone() from e
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Let the process finish what it does and end; kill it when that takes too long."""
        if self._out is not None and not self._lost:
            with contextlib.suppress(OSError):
                self._out.write_eof()
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self.ended.wait()
        except TimeoutError:
            if self._process is not None:
                self._process.kill()
            await self.ended.wait()
        if self._out is not None:
            self._out.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                kind, length = frames.read_head(await reader.readexactly(frames.HEAD_SIZE))
                if length > _MOST:
                    return
                line, _, body = (await reader.readexactly(length)).partition(b"\n")
                await self._take(kind, json.loads(line), body)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self._lost = True
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(gone())
            await self._reap()
            self.ended.set()

    async def _reap(self) -> None:
        """Wait until the process is gone, so that its successor finds the workspace free."""
        process = self._process
        if process is None:
            return
        try:
            await asyncio.to_thread(process.wait, _END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)

    async def _take(self, kind: int, told: dict[str, Any], body: bytes) -> None:
        if kind == frames.EVENT:
            await self._told(told)
            return
        if told["id"] is None:
            # It does not get going, and says why before it ends.
            await self._told({"event": "refused", "error": _fault(told["error"])})
            return
        waiting = self._waiting.get(int(told["id"]))
        if waiting is None or waiting.done():
            return
        if kind == frames.REPLY:
            waiting.set_result((dict(told.get("result") or {}), body))
        else:
            waiting.set_exception(_fault(told["error"]))


def _start(command: list[str], number: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=number,
        stdout=number,
        stderr=None,
        env=environment,
        start_new_session=True,
        bufsize=0,
    )


def service_command(directory: str, *options: str) -> list[str]:
    """Give how to start the writer of a workspace."""
    return [sys.executable, "-m", "kg.workspace.service", directory, *options]


def gone() -> Problem:
    """Give the problem of a writer that is not there: reading goes on, writing does not."""
    return Problem(
        503,
        "KG-H112",
        Text(
            "er kan nu niets aangenomen worden; vragen kan wel",
            "nothing can be accepted now; asking goes on",
        ),
        Text("probeer het over een minuut opnieuw", "try again in a minute"),
        headers={"Retry-After": "60"},
    )


def _fault(told: Mapping[str, Any]) -> Problem:
    code = str(told["code"])
    status = told.get("status") or _STATUS.get(code[3:4], 400)
    advice = Text(*map(str, told["advice"])) if told.get("advice") else None
    message = Text(*map(str, told["message"]))
    return Problem(int(status), code, message, advice, extra=told.get("extra"))


_STATUS = {"N": 404, "W": 503}
"""The status that the letter of a code stands for, where the writer names none; else 400."""
