"""What a newer snapshot changes, and what that does to references that are in use.

In: the facts of two snapshots and the statements of a workspace. Out: what came, went, ended or was
renamed, and for each reference that is touched what could take its place. Nothing is changed here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from kg.rdf import NamedNode
from kg.terms import RDF_TYPE
from kg.vocabularies.entries import STATE
from kg.vocabularies.view import Source, Vocabularies

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kg.rdf import Triple
    from kg.vocabularies.entries import Entry, Facts

Kind = Literal["removed", "ended", "deprecated"]
"""What happens to an IRI that is in use."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One IRI before and after.

    Attributes:
        before: What the older snapshot says.
        after: What the newer one says.
    """

    before: Entry
    after: Entry


@dataclass(frozen=True, slots=True)
class Difference:
    """What a newer snapshot changes; each list sorted by IRI.

    Attributes:
        added: Only in the newer.
        removed: Only in the older.
        relabelled: Another preferred name in some language.
        ended: With an end, or an earlier one, in the newer.
        deprecated: Advised against in the newer only.
        succeeded: With other successors in the newer.
    """

    added: Sequence[Entry]
    removed: Sequence[Entry]
    relabelled: Sequence[Change]
    ended: Sequence[Change]
    deprecated: Sequence[Change]
    succeeded: Sequence[Change]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes that a reference could notice."""
        parts = (self.added, self.removed, self.relabelled, self.ended, self.deprecated)
        return not any((*parts, self.succeeded))

    def touched(self) -> dict[str, tuple[Kind, Entry]]:
        """Give the IRIs that a reference should no longer point to without a second look."""
        found: dict[str, tuple[Kind, Entry]] = {}
        for change in self.deprecated:
            found[change.after.iri] = ("deprecated", change.after)
        for change in self.ended:
            found[change.after.iri] = ("ended", change.after)
        for entry in self.removed:
            found[entry.iri] = ("removed", entry)
        return found


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one IRI that is in use.

    Attributes:
        iri: The IRI.
        kind: What happens to it.
        entry: What was known of it.
        uses: How many statements point to it or say something about it.
        examples: The first of them, as (subject, predicate).
        proposals: What could take its place; several when a person has to choose.
    """

    iri: str
    kind: Kind
    entry: Entry
    uses: int
    examples: Sequence[tuple[str, str]]
    proposals: Sequence[str]


def difference(older: Facts, newer: Facts) -> Difference:
    """Compare two snapshots of one vocabulary.

    Args:
        older: The one in use.
        newer: The one that would take its place.
    """
    before, after = _named(older), _named(newer)
    both = [Change(before[iri], after[iri]) for iri in sorted(before.keys() & after.keys())]

    def where(test: Callable[[Entry, Entry], bool]) -> list[Change]:
        return [c for c in both if test(c.before, c.after)]

    return Difference(
        added=[after[iri] for iri in sorted(after.keys() - before.keys())],
        removed=[before[iri] for iri in sorted(before.keys() - after.keys())],
        relabelled=where(lambda old, new: old.labels != new.labels),
        ended=where(
            lambda old, new: new.ended is not None and (old.ended is None or new.ended < old.ended)
        ),
        deprecated=where(lambda old, new: new.deprecated and not old.deprecated),
        succeeded=where(lambda old, new: old.successors != new.successors),
    )


def _named(facts: Facts) -> dict[str, Entry]:
    """Give what has a name, with its successors; older states and events are left out."""
    return {
        iri: replace(entry, successors=tuple(sorted(facts.after.get(iri, ()))))
        for iri, entry in facts.entries.items()
        if entry.labels and STATE not in entry.types
    }


@dataclass(slots=True)
class _Uses:
    count: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)


def effects(
    found: Difference,
    newer: Facts,
    statements: Iterable[Triple],
    day: dt.date,
    others: Sequence[Source] = (),
) -> list[Effect]:
    """Tell what a newer snapshot does to references in use.

    Args:
        found: What it changes.
        newer: What it comes down to.
        statements: What the workspace says.
        day: The day on which a proposal must hold.
        others: The other vocabularies, where a successor may stand.

    Returns:
        One entry per IRI that is in use, the most used first.
    """
    touched = found.touched()
    uses = _uses(touched, statements)
    view = Vocabularies([*others, Source("newer", "", compact=newer)])
    by_name = _by_name(newer, day) if uses else {}
    told = [
        Effect(
            iri=iri,
            kind=touched[iri][0],
            entry=touched[iri][1],
            uses=use.count,
            examples=tuple(use.examples),
            proposals=_proposals(touched[iri][1], view, by_name, day),
        )
        for iri, use in uses.items()
    ]
    return sorted(told, key=lambda e: (-e.uses, e.iri))


def _uses(touched: Mapping[str, object], statements: Iterable[Triple]) -> dict[str, _Uses]:
    found: dict[str, _Uses] = defaultdict(_Uses)
    for triple in statements:
        for iri in set(_ends(triple)):
            if iri in touched:
                use = found[iri]
                use.count += 1
                if len(use.examples) < _SHOWN:
                    use.examples.append((_plain(triple.subject), triple.predicate.value))
    return found


def _ends(triple: Triple) -> Iterator[str]:
    if isinstance(triple.subject, NamedNode):
        yield triple.subject.value
    if isinstance(triple.object, NamedNode) and triple.predicate.value != RDF_TYPE:
        yield triple.object.value


def _plain(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _by_name(newer: Facts, day: dt.date) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    names: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for iri, entry in _named(newer).items():
        if entry.in_force(day) and not entry.deprecated:
            for name in set(entry.labels.values()):
                names[name.casefold(), entry.types].append(iri)
    return names


def _proposals(
    entry: Entry,
    view: Vocabularies,
    by_name: Mapping[tuple[str, tuple[str, ...]], list[str]],
    day: dt.date,
) -> tuple[str, ...]:
    """Give what came after it; else, if it went without a word, what now has its name and kind."""
    known = [i for i in entry.successors if (e := view.entry(i)) is not None and e.in_force(day)]
    after = view.current(entry.iri, day) or tuple(known)
    if after:
        return after
    names = {(name.casefold(), entry.types) for name in entry.labels.values()}
    same = {iri for name in names for iri in by_name.get(name, ())}
    return tuple(sorted(same - {entry.iri}))
