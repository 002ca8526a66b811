"""What something that ended became, step by step, as the change events of its register tell it.

One thing in force at the end of the chain can be proposed; several have to be asked, because the
register does not say which part went where.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kg.text import Text

if TYPE_CHECKING:
    import datetime as dt

    from kg.vocabularies.view import Vocabularies

Outcome = Literal["in-force", "one", "several", "none"]
"""What following the events led to; ``none`` when the chain ends in nothing that is in force."""

_MOST = 500


@dataclass(frozen=True, slots=True)
class Succession:
    """What something became.

    Attributes:
        iri: What was asked.
        outcome: Whether there is one answer.
        current: What is in force on the day, sorted; itself when it did not end.
        path: The shortest way to each of them, from what was asked.
    """

    iri: str
    outcome: Outcome
    current: tuple[str, ...]
    path: tuple[tuple[str, ...], ...]


def follow(vocabularies: Vocabularies, iri: str, day: dt.date) -> Succession | None:
    """Follow change events from something to what is in force on a day.

    Args:
        vocabularies: What is loaded.
        iri: Where to start.
        day: The day on which the successor must hold.

    Returns:
        What it became; None when no loaded vocabulary knows it.
    """
    start = vocabularies.entry(iri)
    if start is None:
        return None
    if start.in_force(day):
        return Succession(iri, "in-force", (iri,), ((iri,),))
    paths = _paths(vocabularies, iri, day)
    current = tuple(sorted(paths))
    outcome: Outcome = "none" if not current else "one" if len(current) == 1 else "several"
    return Succession(iri, outcome, current, tuple(paths[c] for c in current))


def told(vocabularies: Vocabularies, succession: Succession) -> tuple[Text, ...]:
    """Give each way of a succession in words, with the day each step was made.

    Args:
        vocabularies: Where names and days are found.
        succession: What to tell.
    """
    return tuple(_chain(vocabularies, path) for path in succession.path)


def _paths(vocabularies: Vocabularies, iri: str, day: dt.date) -> dict[str, tuple[str, ...]]:
    """Give what is in force, each with the shortest way to it."""
    found: dict[str, tuple[str, ...]] = {}
    seen = {iri}
    todo: deque[tuple[str, ...]] = deque([(iri,)])
    while todo and len(seen) < _MOST:
        path = todo.popleft()
        for successor in vocabularies.successors(path[-1]):
            if successor in seen:
                continue
            seen.add(successor)
            entry = vocabularies.entry(successor)
            longer = (*path, successor)
            if entry is not None and entry.in_force(day):
                found[successor] = longer
            else:
                todo.append(longer)
    return found


def _chain(vocabularies: Vocabularies, path: tuple[str, ...]) -> Text:
    nl, en = [], []
    for iri in path:
        entry = vocabularies.entry(iri)
        label = entry.label if entry is not None else None
        until = entry.ended if entry is not None else None
        name = Text(iri, iri) if label is None else label
        ended = Text(f" (tot {until})", f" (until {until})") if until else Text("", "")
        nl.append(name.nl + ended.nl)
        en.append(name.en + ended.en)
    return Text(" → ".join(nl), " → ".join(en))
