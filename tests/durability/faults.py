"""Disks that fill up, fail or take no writing, and two writers at once."""

from __future__ import annotations

import fcntl
import os
import struct
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.insight.publish import to_json
from kg.workspace import Workspace
from kg.workspace.keeper import Keeper

from . import apart, disks
from .checking import check
from .client import Client
from .work import Book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PATIENCE = 30.0
_SETTINGS = {"asOf": "2026-01-01"}
_BLOCK = 64 * 1024
_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN: the disk stops at once; what was not on it yet is gone (``man ioctl_fs``)."""
_WITHOUT_LOG = 2


def fill_up(place: Path) -> dict[str, Any]:
    """Fill the disk while clients hand in, free it, and go on with the same process."""
    with disks.in_memory(place / "small", "64m") as disk:
        apart.call(_creating(disk / "ws"))
        book = Book()
        client = Client(disk / "ws", book, "writer")
        client.drive(_PATIENCE, acknowledged=5)
        _fill(disk)
        before = len(book.accepted)
        client.drive(_PATIENCE, faults=20)
        faults = sorted(set(client.faults))
        amid = len(book.accepted) - before
        (disk / "ballast").unlink()
        client.drive(_PATIENCE, acknowledged=30)
        after = len(book.accepted) - before - amid
        client.finish()
        code = client.process.end()
        found = apart.call(lambda: check(disk / "ws", book))
        return {"faults": faults, "during": amid, "after": after, "exit": code, **found}


def _fill(disk: Path) -> None:
    """Take all the room that is left."""
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        for size in (_BLOCK, 4096, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


def fail(place: Path) -> dict[str, Any]:
    """Stop the disk under the writer, as when its cable is pulled; then look what was on it."""
    image = disks.make_image(place / "failing.img", "96M")
    book = Book()
    with disks.mounted(image, place / "failing") as disk:
        apart.call(_creating(disk / "ws"))
        client = Client(disk / "ws", book, "writer")
        client.drive(_PATIENCE, acknowledged=20)
        _stop(disk)
        client.drive(_PATIENCE, faults=20)
        client.process.kill()
        client.drain()
    with disks.mounted(image, place / "failing") as disk:
        found = apart.call(lambda: check(disk / "ws", book))
    return {"faults": sorted(set(client.faults)), **found}


def _stop(disk: Path) -> None:
    fd = os.open(disk, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.ioctl(fd, _SHUTDOWN, struct.pack("I", _WITHOUT_LOG))
    finally:
        os.close(fd)


def write_protect(place: Path, template: Path) -> dict[str, Any]:
    """Mount a workspace so that nobody can write: readers go on, a writer is refused."""
    image = disks.make_image(place / "protected.img", "96M")
    with disks.mounted(image, place / "protected") as disk:
        disks.run("cp", "-a", str(template), str(disk / "ws"))
    with disks.mounted(image, place / "protected", "ro") as disk:
        answer = apart.call(lambda: {"findings": _findings(disk / "ws")})
        writer = apart.call(lambda: {"code": _code_of(disk / "ws")})
    with disks.mounted(image, place / "protected") as disk:
        later = apart.call(lambda: {"code": _code_of(disk / "ws")})
    return {**answer, "writer": writer["code"], "later": later["code"]}


def _findings(root: Path) -> str:
    with Workspace(root) as workspace:
        return to_json(workspace.look().findings)


def _code_of(root: Path) -> str | None:
    try:
        with Keeper(root) as keeper:
            keeper.settle()
    except KgError as e:
        return e.code
    return None


def two_writers(place: Path) -> dict[str, Any]:
    """Start a second writer beside the first, and a third when the first was killed."""
    root = place / "two"
    apart.call(_creating(root))
    book = Book()
    first = Client(root, book, "writer")
    first.drive(_PATIENCE, acknowledged=1)
    second = apart.call(lambda: {"code": _code_of(root)})
    first.drive(_PATIENCE, acknowledged=20)
    first.process.kill()
    first.drain()
    third = apart.call(lambda: {"code": _code_of(root)})
    found = apart.call(lambda: check(root, book))
    return {"second": second["code"], "third": third["code"], **found}


def _creating(root: Path) -> Callable[[], dict[str, Any]]:
    def create() -> dict[str, Any]:
        Keeper.create(root, _SETTINGS)
        return {}

    return create
