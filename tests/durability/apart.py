"""Work in processes of their own, forked so that they start at once, and killed without mercy."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class ApartError(Exception):
    """What was done apart failed there."""


@dataclass(slots=True)
class Apart:
    """A process with a pipe to it and one from it.

    Attributes:
        pid: Its number.
        to: File descriptor to write to.
        origin: File descriptor to read from.
    """

    pid: int
    to: int
    origin: int

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def end(self) -> int:
        """Close its input, wait, and give its exit code."""
        os.close(self.to)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.origin)
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """Kill it; what it wrote before can still be read."""
        self.signal(signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.to)


def start(work: Callable[[], object], *, quiet: bool = True) -> Apart:
    """Start work in a fork, on its standard streams."""
    there, to = os.pipe()
    origin, back = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(there)
        os.close(back)
        return Apart(pid, to, origin)
    code = 1
    try:
        os.dup2(there, 0)
        os.dup2(back, 1)
        if quiet:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for fd in (there, to, origin, back):
            os.close(fd)
        code = int(bool(work()))
    except BaseException:  # noqa: BLE001 - the fork must never go on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def call(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do work in a fork and give what it gives.

    Raises:
        ApartError: With the traceback, when it failed there.
    """

    def told() -> int:
        try:
            answer: dict[str, Any] = {"answer": work()}
        except BaseException:  # noqa: BLE001 - told to the parent, which raises
            answer = {"failed": traceback.format_exc()}
        data = json.dumps(answer).encode()
        while data:
            data = data[os.write(1, data) :]
        return 0

    process = start(told, quiet=False)
    parts = []
    while part := os.read(process.origin, 65536):
        parts.append(part)
    process.end()
    answer = json.loads(b"".join(parts) or b'{"failed": "it died"}')
    if "failed" in answer:
        raise ApartError(answer["failed"])
    result: dict[str, Any] = answer["answer"]
    return result
