"""Takes vocabularies in and brings them up to date: first what would change, then the change.

In: a home, a reading of a file, what the workspace says. Out: a plan that can be shown and then
carried out. Nothing is written while planning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from kg.text import Text
from kg.vocabularies.difference import Difference, Effect, difference, effects
from kg.vocabularies.entries import read_facts
from kg.vocabularies.folder import stated_version
from kg.vocabularies.home import Home, known_sources
from kg.vocabularies.lock import Locked, VocabularyError, check_id

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from kg.rdf import Triple
    from kg.vocabularies.reading import Reading

_NUMBERED = re.compile(r"^(?P<list>.+?)[_-]v?(?P<number>\d+)$")
_ODD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking in a newer file would do.

    Attributes:
        about: The vocabulary, as the lock has it now.
        reading: What the newer file says.
        version: The version it would get.
        change: What changes; None when its statements are those in use.
        effects: What that does to references in use.
    """

    about: Locked
    reading: Reading
    version: str
    change: Difference | None
    effects: tuple[Effect, ...] = ()


def described(file: str, home: Home, name: str = "") -> Locked:
    """Give what is known of the vocabulary in a file, before it is read.

    Args:
        file: Its name; the known source with this file name is meant when no id is given.
        home: The home; what its lock says goes before what the product knows.
        name: Id of the vocabulary.

    Raises:
        VocabularyError: ``KG-K103`` for an id that cannot be one.

    >>> from pathlib import Path
    >>> described("rwc_gemeenten_compleet_4.json", Home(Path("none"))).id
    'tooi-gemeenten'
    """
    known = {**known_sources().vocabularies, **home.lock.vocabularies}
    wanted = check_id(name) if name else _known_as(file, known.values())
    if wanted in known:
        return known[wanted]
    wanted = wanted or check_id(_ODD.sub("-", _stem(file).lower()).strip("-")[:64])
    return Locked(id=wanted, title=Text(wanted, wanted))


def _known_as(file: str, known: Iterable[Locked]) -> str:
    for vocabulary in known:
        same = _list(vocabulary.source) == _list(file) and vocabulary.source
        if same or vocabulary.id == _stem(file).lower():
            return vocabulary.id
    return ""


def _stem(file: str) -> str:
    return PurePath(file).name.partition(".")[0]


def _list(file: str) -> str:
    """Give the name of a file without its number, so that version 5 is of the list of version 4."""
    stem = _stem(file)
    numbered = _NUMBERED.match(stem)
    return numbered["list"] if numbered else stem


def version_of(reading: Reading, day: dt.date, given: str = "") -> str:
    """Give the version of what was read: as given, as it says itself, else the day it came.

    Args:
        reading: What was read.
        day: The day it came.
        given: What a person says it is.
    """
    return given or stated_version(reading.statements()) or day.isoformat()


def add(about: Locked, reading: Reading, home: Home, day: dt.date, version: str = "") -> Locked:
    """Take a vocabulary in that is not there yet.

    Args:
        about: The vocabulary.
        reading: What its file says.
        home: The home.
        day: Today.
        version: Its version, where a person says so.

    Returns:
        The vocabulary as it stands in the lock now.

    Raises:
        VocabularyError: ``KG-K111`` when there is one with this id and other content.
    """
    there = home.lock.vocabularies.get(about.id)
    if there is not None and there.current:
        if there.snapshot().canonical == reading.canonical:
            return there
        raise VocabularyError(
            "KG-K111",
            Text(f"{about.id} is er al", f"{about.id} is there already"),
            Text(
                f"kijk wat er verandert: kg vocabulary update FILE --id {about.id} --dry-run",
                f"see what changes: kg vocabulary update FILE --id {about.id} --dry-run",
            ),
        )
    return home.add(about, reading, version=version_of(reading, day, version), day=day)


def plan(
    about: Locked,
    reading: Reading,
    home: Home,
    statements: Iterable[Triple],
    day: dt.date,
    *,
    version: str = "",
) -> Plan:
    """Tell what taking in a newer file would do; writes nothing.

    Args:
        about: The vocabulary.
        reading: What the newer file says.
        home: The home.
        statements: What the workspace says.
        day: Today.
        version: Version of the newer file, where a person says so.

    Raises:
        NotFoundError: ``KG-K101`` when the vocabulary is not there yet.
        VocabularyError: ``KG-K103`` or ``KG-K109`` for a version that it cannot be.
    """
    there = home.lock.get(about.id)
    older = there.snapshot()
    new = version_of(reading, day, version)
    if older.canonical == reading.canonical:
        return Plan(there, reading, older.version, None)
    if not version:
        new = _free(new, there)
    home.same(there.id, new, reading)
    facts = read_facts(reading.statements(), vocabulary=there.id)
    change = difference(home.facts(there.id), facts)
    others = [home.source(v.id) for v in home.lock.vocabularies.values()
              if v.current and v.id != there.id]  # fmt: skip
    found = effects(change, facts, statements, day, others)
    return Plan(replace(about, snapshots=there.snapshots), reading, new, change, tuple(found))


def _free(version: str, there: Locked) -> str:
    """Give a version that is not taken: two files may say that they are the same version."""
    taken = {s.version for s in there.snapshots}
    names = (version, *(f"{version}-{n}" for n in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def carry_out(plan: Plan, home: Home, day: dt.date) -> Locked:
    """Take the newer file in; the older snapshot stays beside it."""
    if plan.change is None:
        return plan.about
    return home.add(plan.about, plan.reading, version=plan.version, day=day)
