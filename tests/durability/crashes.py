"""Kills and power cuts at random moments, one after the other, each checked at once."""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.workspace.keeper import Keeper

from . import apart, disks
from .checking import check, is_amid
from .client import Client
from .work import Book

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

MODES = ("writer", "keeper")
_ANEW = 12
"""After so many crashes the next workspace begins, so that no check grows long."""
_FIRST, _LONG = 20.0, 2.0
_SETTINGS = {"asOf": "2026-01-01"}


@dataclass(slots=True)
class Tally:
    """What a series of crashes came to.

    Attributes:
        crashes: How many there were.
        acknowledged: How many submissions, withdrawals and tokens were acknowledged.
        repeated: How many submissions were sent again though they were acknowledged, or after a
            crash because they were not.
        amid: How many crashes came while a generation was being made or a store replaced.
        replayed: How many records the store had not taken in yet.
        lost: What was acknowledged and gone.
        partial: Submissions of which only a part was there.
        doubled: What was there twice.
        wrong: What else was not as the journal says.
        slowest: Seconds until the slowest was ready again.
    """

    crashes: int = 0
    acknowledged: int = 0
    repeated: int = 0
    amid: int = 0
    replayed: int = 0
    lost: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def add(self, found: dict[str, Any]) -> None:
        """Add what a check found."""
        self.crashes += 1
        self.amid += found["amid"]
        self.replayed += found["replayed"]
        self.slowest = max(self.slowest, found["seconds"])
        for name in ("lost", "partial", "doubled", "wrong"):
            getattr(self, name).extend(found[name])

    @property
    def is_clean(self) -> bool:
        """Whether nothing was wrong."""
        return not (self.lost or self.partial or self.doubled or self.wrong)


def kills(place: Path, count: int, rng: random.Random) -> Iterator[Tally]:
    """Kill the writer so many times; gives the tally after each."""
    tally = Tally()
    book, root = Book(), place / "none"
    for number in range(count):
        if number % _ANEW == 0:
            _close_books(tally, book)
            shutil.rmtree(root, ignore_errors=True)
            book, root = Book(), place / f"kills-{number}"
            apart.call(_creating(root))
        tally.repeated += len(book.sent)
        client = Client(root, book, MODES[number % 2])
        _let_go_on(client, rng)
        client.process.kill()
        client.drain()
        client.close()
        tally.add(apart.call(_checking(root, book)))
        yield tally
    _close_books(tally, book)
    shutil.rmtree(root, ignore_errors=True)
    yield tally


def _let_go_on(client: Client, rng: random.Random) -> None:
    """Drive until a random moment: while starting, amid intake, or just after a receipt."""
    way = rng.random()
    if way < 0.15:
        client.drive(rng.random() * 0.15)
        return
    client.drive(_FIRST, acknowledged=1)
    client.drive(rng.random() * 0.25)
    if way > 0.8:
        client.drive(_FIRST, acknowledged=1)
        client.drive(rng.random() * 0.03)
    elif way > 0.5:
        client.drive(_LONG, until=lambda: is_amid(client.root))


def rebuilds(place: Path, template: Path, count: int, rng: random.Random) -> Iterator[Tally]:
    """Kill so many times who makes the store anew from the journal; gives the tally after each."""
    tally = Tally()
    root = place / "rebuilt"
    shutil.copytree(template, root)
    for _ in range(count):
        process = apart.start(lambda: _rebuild_for_ever(root))
        time.sleep(0.02 + rng.random() * 0.3)
        process.kill()
        os.close(process.origin)
        tally.add(apart.call(_checking(root, Book())))
        yield tally
    yield tally


def _rebuild_for_ever(root: Path) -> int:
    with Keeper(root) as keeper:
        while True:
            keeper.rebuild()


def cuts(place: Path, count: int, rng: random.Random) -> Iterator[Tally]:
    """Cut the power so many times; gives the tally after each.

    What is checked is a copy of the disk at that moment, without what the system had not written
    to it; the work goes on from that copy.
    """
    tally = Tally()
    book = Book()
    image, copy = place / "disk.img", place / "copy.img"
    for number in range(count):
        if number % _ANEW == 0:
            _close_books(tally, book)
            book = Book()
            disks.make_image(image, "96M")
            with disks.mounted(image, place / "disk") as disk:
                apart.call(_creating(disk / "ws"))
        tally.repeated += len(book.sent)
        with disks.mounted(image, place / "disk") as disk:
            client = Client(disk / "ws", book, MODES[number % 2])
            _let_go_on(client, rng)
            client.process.signal(signal.SIGSTOP)
            disks.copy_image(image, copy)
            client.drain()
            client.process.kill()
            client.close()
        copy.replace(image)
        with disks.mounted(image, place / "disk") as disk:
            tally.add(apart.call(_checking(disk / "ws", book)))
        yield tally
    _close_books(tally, book)
    yield tally


def _close_books(tally: Tally, book: Book) -> None:
    tally.acknowledged += len(book.accepted) + len(book.withdrawn) + len(book.tokens)
    tally.repeated += book.repeated


def _creating(root: Path) -> Callable[[], dict[str, Any]]:
    def create() -> dict[str, Any]:
        Keeper.create(root, _SETTINGS)
        return {}

    return create


def _checking(root: Path, book: Book) -> Callable[[], dict[str, Any]]:
    return lambda: check(root, book)
