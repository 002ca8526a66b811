"""The process inside: ``python -m kg.sandbox.worker``; speaks frames on its standard streams.

Order matters: first out of the network, then import what the tasks need, then set up (open what
the tasks read from), then shut the doors, then say READY; only then does a payload come in.
"""

from __future__ import annotations

import importlib
import json
import os
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.sandbox import frames, walls
from kg.sandbox.limits import encode_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CONFIG_MOST = 64 * 1024


def main() -> None:
    """Serve tasks until the other side closes or the number of tasks is reached."""
    inward, outward = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1):
        os.dup2(null, fd)
    os.close(null)
    config: dict[str, Any] = json.loads(frames.receive(inward, most=_CONFIG_MOST)[1])
    limits = config["limits"]
    standing = set() if limits["network"] else walls.leave_network()
    tasks = {name: load_task(name) for name in config["tasks"]}
    files = 0
    if config.get("setup"):
        wanted = set_up(str(config["setup"]), inward, outward)
        if wanted is None:
            return
        files = wanted if "sockets" in standing or limits["network"] else 0
    standing |= walls.limit_resources(int(limits["memory"]), files=files)
    standing |= walls.limit_time(int(limits["cpu"]), last=False)
    frames.send(outward, frames.READY, json.dumps(sorted(standing)).encode())
    for left in range(int(limits["tasks"]), 0, -1):
        try:
            _, body = frames.receive(inward, most=2**62)
        except frames.ClosedError:
            return
        walls.limit_time(int(limits["cpu"]), last=left == 1)
        kind, result = answer(tasks, body, int(limits["output"]))
        if kind == frames.RESULT:
            frames.send_result(outward, result)
        else:
            frames.send(outward, kind, result)


def set_up(name: str, inward: int, outward: int) -> int | None:
    """Run the set-up of this worker with the payload that comes in; say what went wrong.

    Args:
        name: ``module:function``, bytes to bytes; it gives JSON with ``files``: how many files
            what it opened still has to open by itself.
        inward: Where the payload comes from.
        outward: Where an error goes.

    Returns:
        That number; None when the worker may not go on.
    """
    task = load_task(name)
    try:
        _, payload = frames.receive(inward, most=_CONFIG_MOST)
    except frames.ClosedError:
        return None
    kind, body = answer({name: task}, name.encode() + b"\0" + payload, _CONFIG_MOST)
    if kind == frames.RESULT:
        return int(json.loads(body)["files"])
    frames.send(outward, kind, body)
    return None


def load_task(name: str) -> Callable[[bytes], bytes]:
    """Import a task by name, and let its module warm up what it needs from files.

    Args:
        name: ``module:function``; a module of this product.
    """
    module_name, _, function = name.partition(":")
    module = importlib.import_module(module_name)
    warm = getattr(module, "warm", None)
    if warm is not None:
        warm()
    found: Callable[[bytes], bytes] = getattr(module, function)
    return found


def answer(
    tasks: Mapping[str, Callable[[bytes], bytes]], body: bytes, most: int
) -> tuple[int, bytes]:
    """Run one task and give what to send back.

    Args:
        tasks: The tasks this worker serves.
        body: Name of the task, a zero byte, the payload.
        most: How large the result may be.
    """
    name, _, payload = body.partition(b"\0")
    try:
        result = tasks[name.decode()](payload)
    except KgError as e:
        return frames.REFUSED, encode_error(e)
    except MemoryError:
        return frames.BROKEN, b"MemoryError"
    except Exception as e:  # noqa: BLE001 - the border of the process: a fault becomes an answer
        return frames.BROKEN, type(e).__name__.encode()
    if len(result) > most:
        return frames.OVERSIZE, b""
    return frames.RESULT, result


if __name__ == "__main__":
    main()
