"""Starts the process of a worker, and says what its answers and its end mean."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg import errors
from kg.errors import UnreadableInputError
from kg.sandbox import frames
from kg.sandbox.limits import SandboxError, broken, too_large, too_slow
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.errors import KgError
    from kg.sandbox.limits import Limits

START_SECONDS = 30.0
ERROR_MOST = 64 * 1024
_TASK = re.compile(r"kg(?:\.[a-z_0-9]+)+:[a-z_]+")
_CODE = re.compile(r"KG-[A-Z]\d{3}")


def check_tasks(tasks: Iterable[str]) -> tuple[str, ...]:
    """Give the tasks, or refuse what is no function of this product.

    Raises:
        ValueError: If a task is not a function of this product.
    """
    found = tuple(tasks)
    if not all(_TASK.fullmatch(t) for t in found):
        raise ValueError(found)
    return found


def configuration(tasks: Iterable[str], limits: Limits, setup: str | None) -> bytes:
    """Give what a worker is told when it starts."""
    told = {"tasks": list(tasks), "limits": limits.as_json(), "setup": setup}
    return json.dumps(told).encode()


def start(inward: int, outward: int) -> subprocess.Popen[bytes]:
    """Start the process of a worker.

    Args:
        inward: What it reads from: a file number, or ``subprocess.PIPE``.
        outward: What it writes to.
    """
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-m", "kg.sandbox.worker"],
        stdin=inward,
        stdout=outward,
        stderr=subprocess.DEVNULL,
        cwd=os.sep,
        env=_environment(),
        start_new_session=True,
        bufsize=0,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything in its session, and wait until it is gone."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def died(code: int, limits: Limits) -> SandboxError:
    """Give the error for a worker that ended by itself, from its exit code."""
    if code == -signal.SIGXCPU:
        return too_slow(limits.cpu)
    return broken(signal.Signals(-code).name if code < 0 else f"exit {code}", limits.memory)


def refusal(kind: int, body: bytes, limits: Limits) -> KgError:
    """Give the error that a worker answered with instead of a result."""
    if kind == frames.REFUSED:
        return _decode_error(body)
    if kind == frames.OVERSIZE:
        return too_large(limits.output)
    return broken(re.sub(r"[^\w]", "", body[:60].decode("ascii", "replace")), limits.memory)


def does_not_start() -> SandboxError:
    """Give the error for a worker that does not get going."""
    return SandboxError(
        "KG-S004",
        Text("een werkproces start niet", "a worker process does not start"),
        Text("controleer de installatie: python -m kg.sandbox.worker",
             "check the installation: python -m kg.sandbox.worker"),
    )  # fmt: skip


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
