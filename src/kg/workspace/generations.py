"""Immutable generations of the store, for readers.

A generation is a hard-link snapshot, checked before it gets its name; the name of the one in force
is swapped in one step. Readers that still have an old one open keep it until they let go.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import WorkspaceError
from kg.journal.content import sync_directory, write_whole
from kg.store import EmbeddedStore
from kg.text import Text
from kg.workspace.project import applied

if TYPE_CHECKING:
    from pathlib import Path

_CURRENT = "current"
_NAME = re.compile(r"[0-9]{10}-[0-9]+")
_TABLES = 15
"""From more tables on they are brought together first: a query then takes a third less time, and
readers have all of them open before their doors close (the engine opens 16 at once)."""
_KEPT = 3
"""So many generations stay: the one in force, and those that slow readers may still open."""


@dataclass(frozen=True, slots=True)
class Generation:
    """What readers open.

    Attributes:
        seq: Place of the last record it takes into account.
        path: Its directory.
    """

    seq: int
    path: Path


class Generations:
    """The generations of a workspace.

    Args:
        root: Their directory; made when the first is published.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Generation | None:
        """Give the generation in force, None when nothing was published yet."""
        try:
            name = (self.root / _CURRENT).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        path = self.root / name
        # A damaged name leads nowhere; the next publication writes a new one.
        known = _NAME.fullmatch(name) is not None and path.is_dir()
        return Generation(int(name.split("-")[0]), path) if known else None

    def publish(self, store: EmbeddedStore, seq: int, *, alone: bool = False) -> Generation:
        """Make a snapshot, check it, and put it in force.

        Args:
            store: The store, up to date with the journal.
            seq: How far the snapshot must be.
            alone: Whether to remove all others, because they hold what was taken back; readers
                that have one open keep it until they let go.

        Raises:
            WorkspaceError: ``KG-W007`` when the snapshot is not what it should be; the generation
                in force stays.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        building = self.root / f"building-{os.getpid()}"
        shutil.rmtree(building, ignore_errors=True)
        store.snapshot(building)
        if len(list(building.glob("*.sst"))) > _TABLES:
            shutil.rmtree(building)
            store.optimise()
            store.snapshot(building)
        _check(building, seq)
        _sync_tree(building)
        path = self._free(seq)
        building.rename(path)
        sync_directory(self.root)
        write_whole(self.root / _CURRENT, path.name.encode())
        self._sweep(path.name, keep=1 if alone else _KEPT)
        return Generation(seq, path)

    def _free(self, seq: int) -> Path:
        """Give a name not used yet: a store built anew may be published at the same place."""
        again = 0
        while (path := self.root / f"{seq:010d}-{again}").exists():
            again += 1
        return path

    def _sweep(self, current: str, *, keep: int) -> None:
        """Remove all but the last few, and what an interrupted publication left."""
        found = sorted(p for p in self.root.iterdir() if p.is_dir())
        before = [p for p in found if p.name < current]
        old = before[: len(before) - (keep - 1)]
        for path in [*old, *(p for p in found if p.name > current)]:
            shutil.rmtree(path, ignore_errors=True)

    def clear(self) -> None:
        """Remove them all; the name goes first, so that none is in force that is half gone."""
        (self.root / _CURRENT).unlink(missing_ok=True)
        shutil.rmtree(self.root, ignore_errors=True)


def _check(path: Path, seq: int) -> None:
    with EmbeddedStore(path, read_only=True) as copy:
        found = applied(copy)
    if found != seq:
        raise WorkspaceError(
            "KG-W007",
            Text(
                f"de momentopname is bij record {found}, niet bij {seq}; er is niets gepubliceerd",
                f"the snapshot is at record {found}, not {seq}; nothing was published",
            ),
            Text("maak de opslag opnieuw met `kg rebuild`", "make the store anew: `kg rebuild`"),
        )


def _sync_tree(root: Path) -> None:
    """Put a snapshot on disk: the engine itself syncs nothing."""
    for path in root.iterdir():
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
    sync_directory(root)
