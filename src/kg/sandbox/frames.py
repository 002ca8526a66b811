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
_SMALL = 64 * 1024
"""Up to here head and body go in one write: two would wake the other side twice."""

START: Final = 1
READY: Final = 2
TASK: Final = 3
RESULT: Final = 4
REFUSED: Final = 5
"""The task raised a ``KgError``."""
BROKEN: Final = 6
"""The task raised something else, or memory ran out."""
OVERSIZE: Final = 7
PART: Final = 8
"""A piece of a result; the last piece comes as ``RESULT``."""
SETUP: Final = 9
"""What the set-up of a worker gets; comes once, before ``READY``."""

COMMAND: Final = 16
REPLY: Final = 17
FAULT: Final = 18
EVENT: Final = 19
"""Between a gateway and the process that writes: one line of JSON, then bytes."""

HEAD_SIZE: Final = _HEAD.size
PIECE: Final = 256 * 1024
"""How large a piece of a result is."""


class ClosedError(Exception):
    """The other side is gone."""


class LateError(Exception):
    """The other side did not answer in time."""


class OversizeError(Exception):
    """The other side announces more than is allowed."""


def head(kind: int, length: int) -> bytes:
    """Give what stands before a body."""
    return _HEAD.pack(length, kind)


def read_head(data: bytes) -> tuple[int, int]:
    """Give kind and length from what stands before a body."""
    length, kind = _HEAD.unpack(data)
    return kind, length


def send_result(fd: int, body: bytes) -> None:
    """Write a result in pieces, so that the other side can hand it on before it has it all.

    Raises:
        ClosedError: If nobody reads any more.
    """
    view = memoryview(body)
    while len(view) > PIECE:
        send(fd, PART, view[:PIECE])
        view = view[PIECE:]
    send(fd, RESULT, view)


def send(fd: int, kind: int, body: bytes | memoryview) -> None:
    """Write one message.

    Raises:
        ClosedError: If nobody reads any more.
    """
    start = _HEAD.pack(len(body), kind)
    small = len(body) <= _SMALL
    try:
        for part in (start + bytes(body),) if small else (start, body):
            view = memoryview(part)
            while view:
                view = view[os.write(fd, view[:_CHUNK]) :]
    except (BrokenPipeError, ConnectionResetError) as e:
        raise ClosedError from e


def receive_result(fd: int, *, most: int, deadline: float | None = None) -> tuple[int, bytes]:
    """Read an answer that may come in pieces; errors as in :func:`receive`."""
    parts: list[bytes] = []
    left = most
    while True:
        kind, body = receive(fd, most=left, deadline=deadline)
        if kind != PART:
            return kind, b"".join((*parts, body)) if kind == RESULT and parts else body
        parts.append(body)
        left -= len(body)


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
