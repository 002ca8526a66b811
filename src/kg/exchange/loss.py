"""What an export leaves behind: how often, of which class or property, and why.

A statement is kept when its term has a place in the profile, its subject is in the export, and its
value too: a text at that node or at one it points to, or a node if we describe it. Everything else
is counted: what cannot be said, and what could be said but is not in force or lacks what the target
demands.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kg.exchange.profile import ALL
from kg.rdf import Literal as RdfLiteral
from kg.rdf import value
from kg.terms import CURRENT, RDF_TYPE
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.exchange.profile import Profile
    from kg.rdf import Triple
    from kg.store import GraphStore

NO_NODE = Text(
    "hoort bij iets dat niet meegaat: zonder plaats in het doel, niet van kracht op de peildatum, "
    "of zonder wat het doel eist",
    "belongs to something left out: without a place in the target, not in force on the date, or "
    "without what the target demands",
)


@dataclass(frozen=True, slots=True)
class Loss:
    """What became of one class or property.

    Attributes:
        kind: ``class`` or ``property``.
        term: Its IRI.
        total: How many statements there are.
        kept: How many the export holds.
        why: Why the others are not in it; None when all are.
    """

    kind: Literal["class", "property"]
    term: str
    total: int
    kept: int
    why: Text | None

    @property
    def lost(self) -> int:
        """How many are left behind."""
        return self.total - self.kept


def losses(store: GraphStore, profile: Profile, exported: Iterable[Triple]) -> tuple[Loss, ...]:
    """Compare an export with the data in force.

    Args:
        store: The graph that was exported from.
        profile: How it was exported.
        exported: What came out.

    Returns:
        One entry per class and property that occurs, classes first, the most lost first.
    """
    total: Counter[tuple[str, str]] = Counter()
    inside: Counter[tuple[str, str]] = Counter()
    for triple, is_kept in sort_out(store, profile, exported):
        is_class = triple.predicate.value == RDF_TYPE
        key = ("class", value(triple.object)) if is_class else ("property", triple.predicate.value)
        total[key] += 1
        inside[key] += is_kept
    found = [_loss(profile, key, total[key], inside[key]) for key in total]
    return tuple(sorted(found, key=lambda x: (x.kind, -x.lost, x.term)))


def sort_out(
    store: GraphStore, profile: Profile, exported: Iterable[Triple]
) -> Iterator[tuple[Triple, bool]]:
    """Give every statement in force, with whether an export holds what it says."""
    kept, written = profile.kept, _Written(exported)
    data = list(store.triples(CURRENT))
    described = {value(t.subject) for t in data}
    for t in data:
        is_class = t.predicate.value == RDF_TYPE
        term = value(t.object) if is_class else t.predicate.value
        if ALL in kept:
            yield t, True
        elif term not in kept or not written.has(value(t.subject)):
            yield t, False
        elif isinstance(t.object, RdfLiteral):
            yield t, written.says(value(t.subject), t.object.value)
        else:
            target = value(t.object)
            yield t, is_class or target not in described or written.has(target)


class _Written:
    """What an export holds: its nodes, and the texts at each node or at one it points to."""

    def __init__(self, exported: Iterable[Triple]) -> None:
        self._nodes: set[str] = set()
        self._texts: dict[str, set[str]] = {}
        self._near: dict[str, set[str]] = {}
        for t in exported:
            subject, target = value(t.subject), value(t.object)
            self._nodes.add(subject)
            if isinstance(t.object, RdfLiteral):
                self._texts.setdefault(subject, set()).add(target)
            else:
                self._nodes.add(target)
                self._near.setdefault(subject, set()).add(target)

    def has(self, node: str) -> bool:
        return node in self._nodes

    def says(self, node: str, text: str) -> bool:
        nearby = (node, *self._near.get(node, ()))
        return any(text in self._texts.get(n, ()) for n in nearby)


def _loss(profile: Profile, key: tuple[str, str], total: int, kept: int) -> Loss:
    kind, term = key
    why = None
    if kept < total:
        why = NO_NODE if term in profile.kept else profile.why_lost(term)
    return Loss("class" if kind == "class" else "property", term, total, kept, why)
