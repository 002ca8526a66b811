"""Tries the walls from inside: what a hostile document would try, and what came of it.

A wall that was put up is not yet a wall that stands; a service that needs walls asks this task
before it opens its doors.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any


def attempt(payload: bytes) -> bytes:
    """Try one thing that the walls should stop.

    Args:
        payload: JSON with one key: ``open`` (path), ``write`` (path), ``connect`` (port on
            loopback), ``fill`` (bytes), ``spin`` or ``sleep`` (seconds), ``signal`` (number) or
            ``answer`` (bytes).

    Returns:
        JSON with ``done``: whether it worked, and ``why`` if it did not.
    """
    request: dict[str, Any] = json.loads(payload)
    name, value = next(iter(request.items()))
    try:
        done = _ATTEMPTS[name](value)
    except OSError as e:
        return json.dumps({"done": False, "why": e.strerror or type(e).__name__}).encode()
    return done if isinstance(done, bytes) else json.dumps({"done": True}).encode()


def _open(path: str) -> None:
    Path(path).read_bytes()


def _write(path: str) -> None:
    Path(path).write_bytes(b"x")


def _connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=2).close()


def _fill(count: int) -> None:
    bytearray(count)


def _spin(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def _signal(number: int) -> None:
    os.kill(os.getpid(), signal.Signals(number))


def _answer(count: int) -> bytes:
    return b"x" * count


_ATTEMPTS: dict[str, Any] = {
    "open": _open,
    "write": _write,
    "connect": _connect,
    "fill": _fill,
    "spin": _spin,
    "sleep": time.sleep,
    "signal": _signal,
    "answer": _answer,
}
