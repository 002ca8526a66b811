"""What a worker sees: its generation as it stands, and what it derived for other dates.

In: the generation that the worker opened. Out: a ``View`` per date. Another date than that of the
generation is derived in memory, from what counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.insight.labels import Labels
from kg.rules.catalogue import load_catalogue
from kg.rules.derive import derive
from kg.rules.findings import read_findings
from kg.rules.program import compile_program
from kg.rules.weights import load_weights
from kg.store import MemoryStore
from kg.workspace.reading import opened
from kg.workspace.said import Heard, left_out, load_heard, read_heard

if TYPE_CHECKING:
    import datetime as dt

    from kg.model import Findings
    from kg.store import GraphStore
    from kg.workspace.reading import Opened

_DATES = 2
"""Of so many other dates a worker remembers what it derived."""


@dataclass(slots=True)
class View:
    """What there is to see on one date.

    Attributes:
        store: The graphs, derived ones included.
        findings: What was found.
    """

    store: GraphStore
    findings: Findings
    _labels: Labels | None = None

    @property
    def labels(self) -> Labels:
        """Names; read once."""
        if self._labels is None:
            self._labels = Labels(self.store)
        return self._labels


@dataclass(slots=True)
class Desk:
    """What a worker remembers about its generation."""

    of: Opened
    views: dict[dt.date, View] = field(default_factory=dict)
    heard: Heard | None = None

    def view(self, day: dt.date) -> View:
        """Give what there is to see on a date."""
        if day not in self.views:
            others = [d for d in self.views if d != self.of.as_of]
            for old in others[: len(others) - _DATES + 1]:
                del self.views[old]
            here = day == self.of.as_of
            self.views[day] = as_it_stands(self.of) if here else on_day(day, self.said)
        return self.views[day]

    @property
    def said(self) -> Heard:
        """Who said what; read once."""
        if self.heard is None:
            self.heard = read_heard(self.of.store)
        return self.heard


_DESKS: list[Desk] = []


def desk() -> Desk:
    """Give what this worker remembers about its generation."""
    here = opened()
    if not _DESKS or _DESKS[0].of is not here:
        _DESKS[:] = [Desk(here)]
    return _DESKS[0]


def as_it_stands(here: Opened) -> View:
    """Give what a generation holds itself."""
    found = read_findings(here.store, here.as_of, load_weights(), cut=left_out(here.store))
    return View(here.store, found)


def on_day(day: dt.date, heard: Heard) -> View:
    """Derive what holds on another date from what counts."""
    store, weights = MemoryStore(), load_weights()
    load_heard(store, heard)
    cut = derive(store, compile_program(load_catalogue(), day, dict(weights.parameters)))
    return View(store, read_findings(store, day, weights, cut=cut))
