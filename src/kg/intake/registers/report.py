"""What an import gives back: triples, and a report of what came in and what could not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from kg.errors import UnreadableInputError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kg.rdf import Triple

_T = TypeVar("_T")

Progress = Callable[[int, int | None], None]
"""Called with records done and records in all, after at most every hundredth part."""

SHOWN = 3
"""From one kind of problem this many places are named; the others are counted."""


class RegisterError(UnreadableInputError):
    """A register file that cannot be read as what it should be (codes ``KG-I…``)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a register that could not be read or was left out.

    Attributes:
        place: Where: file, line and record; the first few places when there are many.
        message: What is wrong.
        advice: What to do about it, or what was done.
        kind: Stable name of this kind of problem.
        count: How many times it occurs.
    """

    place: str
    message: Text
    advice: Text
    kind: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came in and what could not be read.

    Attributes:
        register: IRI of the register that speaks: every triple is its statement.
        read: Records read.
        written: Kind of thing to how many were written.
        problems: What could not be read, one entry per kind, in order of appearance.
    """

    register: str
    read: int
    written: Mapping[str, int]
    problems: tuple[Problem, ...]


class Imported(NamedTuple):
    """The statements of a register, and the report about reading it."""

    triples: list[Triple]
    report: ImportReport


class Importer(Protocol):
    """One register's importer."""

    def __call__(self, path: Path, *, progress: Progress | None = None) -> Imported:
        """Give the statements in one file of the register."""


class Kind(NamedTuple):
    """A kind of problem: its name, what it says and what to do."""

    name: str
    message: Text
    advice: Text


@dataclass(slots=True)
class _Occurrences:
    kind: Kind
    places: list[str] = field(default_factory=list)
    count: int = 0


class ProblemLog:
    """Collects problems, grouped by kind so that thousands of one kind stay one entry."""

    def __init__(self) -> None:
        self._found: dict[str, _Occurrences] = {}

    def add(self, kind: Kind, place: str) -> None:
        """Note one problem."""
        found = self._found.setdefault(kind.name, _Occurrences(kind))
        found.count += 1
        if len(found.places) < SHOWN:
            found.places.append(place)

    def problems(self) -> tuple[Problem, ...]:
        """Give one problem per kind, with the first places and how many there are."""
        return tuple(_grouped(found) for found in self._found.values())


def _grouped(found: _Occurrences) -> Problem:
    place = "; ".join(found.places)
    message = found.kind.message
    if found.count > 1:
        message = Text(f"{message.nl} ({found.count} keer)", f"{message.en} ({found.count} times)")
    if found.count > len(found.places):
        place += "; …"
    return Problem(place, message, found.kind.advice, found.kind.name, found.count)


def stepwise(items: Iterable[_T], total: int, progress: Progress | None) -> Iterator[_T]:
    """Pass items on, telling progress after every hundredth part and at the end.

    >>> seen: list[int] = []
    >>> len(list(stepwise(range(250), 250, lambda done, total: seen.append(done))))
    250
    >>> seen[:2], seen[-1]
    ([2, 4], 250)
    """
    step = max(1, total // 100)
    for done, item in enumerate(items, start=1):
        yield item
        if progress is not None and (done % step == 0 or done == total):
            progress(done, total)
