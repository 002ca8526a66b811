"""Messages over a pipe: eight bytes of length, one byte of kind, then the bytes.

The receiver says how much it is willing to take; nothing is unpickled.
"""

from __future__ import annotations

import os
import select
import struct
import time
from typing import Final

_HEAD = struct.Struct(">QB")
_CHUNK = 1024 * 1024

START: Final = 1
READY: Final = 2
TASK: Final = 3
RESULT: Final = 4
REFUSED: Final = 5
"""The task raised a ``KgError``."""
BROKEN: Final = 6
"""The task raised something else, or memory ran out."""
OVERSIZE: Final = 7


class ClosedError(Exception):
    """The other side is gone."""


class LateError(Exception):
    """The other side did not answer in time."""


class OversizeError(Exception):
    """The other side announces more than is allowed."""


def send(fd: int, kind: int, body: bytes) -> None:
    """Write one message.

    Raises:
        ClosedError: If nobody reads any more.
    """
    try:
        for part in (_HEAD.pack(len(body), kind), body):
            view = memoryview(part)
            while view:
                view = view[os.write(fd, view[:_CHUNK]) :]
    except (BrokenPipeError, ConnectionResetError) as e:
        raise ClosedError from e


def receive(fd: int, *, most: int, deadline: float | None = None) -> tuple[int, bytes]:
    """Read one message.

    Args:
        fd: Where to read.
        most: How many bytes its body may have.
        deadline: Until when to wait, on the monotonic clock; None to wait for ever.

    Returns:
        Its kind and its body.

    Raises:
        ClosedError: If the other side stopped before the message was whole.
        LateError: If the deadline passes.
        OversizeError: If it announces a larger body.
    """
    length, kind = _HEAD.unpack(_exactly(fd, _HEAD.size, deadline))
    if length > most:
        raise OversizeError
    return kind, _exactly(fd, length, deadline)


def _exactly(fd: int, count: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while count:
        if deadline is not None:
            _wait(fd, deadline)
        part = os.read(fd, min(count, _CHUNK))
        if not part:
            raise ClosedError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _wait(fd: int, deadline: float) -> None:
    waiter = select.poll()
    waiter.register(fd, select.POLLIN)
    left = deadline - time.monotonic()
    if left <= 0 or not waiter.poll(left * 1000):
        raise LateError
