"""Vocabularies as one view: per IRI whether it exists, what it is called, what came after it.

In: sources, each with the facts of one vocabulary. Out: answers about IRIs. Statements that are
kept on disk are read only when someone asks for them.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from kg.rdf import value
from kg.vocabularies.entries import STATE, Entry, Facts, read_facts, text_of
from kg.vocabularies.schemes import scheme_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kg.rdf import Triple

_MAX_STEPS = 50


@dataclass(frozen=True)
class Source:
    """One vocabulary.

    Attributes:
        name: Its name.
        version: What it says its version is, else the start of a hash of its statements.
        triples: What it says; left out when ``read`` and ``compact`` give it when asked.
        whole: Whether an IRI of its schemes that it lacks does not exist.
        read: Gives its statements, for a source that is kept on disk.
        compact: What it comes down to, for a source of which that was kept.
        find: Gives what it says of an IRI without reading the rest, for a source on disk.
    """

    name: str
    version: str
    triples: tuple[Triple, ...] = ()
    whole: bool = True
    read: Callable[[], Sequence[Triple]] | None = None
    compact: Facts | None = None
    find: Callable[[str], Sequence[Triple]] | None = None

    @cached_property
    def facts(self) -> Facts:
        """What it comes down to."""
        return self.compact or read_facts(self.statements(), vocabulary=self.name)

    def about(self, iri: str) -> Sequence[Triple]:
        """Give what it says of an IRI."""
        return self._about.get(iri, ()) if self.find is None else self.find(iri)

    @cached_property
    def _about(self) -> Mapping[str, tuple[Triple, ...]]:
        found: dict[str, list[Triple]] = defaultdict(list)
        for triple in self.statements():
            found[value(triple.subject)].append(triple)
        return {name: tuple(said) for name, said in found.items()}

    def statements(self) -> Sequence[Triple]:
        """Give what it says."""
        return self.triples if self.read is None else self.read()


@dataclass(frozen=True, slots=True)
class _View:
    """What several sources say together."""

    entries: dict[str, Entry] = field(default_factory=dict)
    after: dict[str, frozenset[str]] = field(default_factory=dict)
    whole: dict[str, dict[str, None]] = field(default_factory=dict)
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    owms: dict[str, frozenset[str]] = field(default_factory=dict)


class Vocabularies:
    """The vocabularies that are loaded, as one view.

    Args:
        sources: The vocabularies; what a later one says is added to what an earlier one says.
    """

    def __init__(self, sources: Sequence[Source] = ()) -> None:
        self.versions: Mapping[str, str] = {s.name: s.version for s in sources}
        self._sources = tuple(sources)
        self._view = _View()
        for source in sources:
            self._read(source)
        for iri, later in self._view.after.items():
            if iri in self._view.entries:
                entry = self._view.entries[iri]
                self._view.entries[iri] = replace(entry, successors=tuple(sorted(later)))

    def entries(self) -> Iterator[Entry]:
        """Give everything that has a name: organisations, concepts, terms; each IRI once.

        Older states of something are left out: their names are alternatives of the thing itself.
        """
        return (e for e in self._view.entries.values() if e.labels and STATE not in e.types)

    def __len__(self) -> int:
        """Give how many IRIs are described."""
        return len(self._view.entries)

    def entry(self, iri: str) -> Entry | None:
        """Give what is known of an IRI, None when no loaded vocabulary describes it."""
        return self._view.entries.get(iri)

    def is_loaded(self, prefix: str) -> bool:
        """Tell whether a scheme is loaded whole, so that a missing IRI does not exist."""
        return prefix in self._view.whole

    def statements(self, iri: str) -> tuple[Triple, ...]:
        """Give what the vocabularies say about an IRI."""
        if iri not in self._view.entries:
            return ()
        found = (s.about(iri) for s in self._sources if iri in s.facts.entries)
        return tuple(triple for said in found for triple in said)

    def successors(self, iri: str) -> tuple[str, ...]:
        """Give what came directly after an IRI, sorted; also one that nothing else describes."""
        return tuple(sorted(self._view.after.get(iri, ())))

    def current(self, iri: str, day: dt.date) -> tuple[str, ...]:
        """Give what an ended IRI became, step by step, as far as it holds on a day; sorted.

        Several when it was split: then a person has to choose.
        """
        found, seen, todo = set(), {iri}, [iri]
        while todo and len(seen) < _MAX_STEPS:
            for successor in self._view.after.get(todo.pop(), ()):
                entry = self.entry(successor)
                if entry is not None and entry.in_force(day):
                    found.add(successor)
                elif successor not in seen:
                    seen.add(successor)
                    todo.append(successor)
        return tuple(sorted(found - {iri}))

    def with_code(self, prefix: str, code: str) -> str | None:
        """Give the IRI of a scheme that has a code as its notation, such as ``nl`` for Dutch."""
        return self._view.codes.get((prefix, code.casefold()))

    def of_owms(self, iri: str) -> str | None:
        """Give the TOOI IRI that took the place of an OWMS IRI, when it is exactly one."""
        found = self._view.owms.get(iri, frozenset())
        return next(iter(found)) if len(found) == 1 else None

    def near(self, iri: str, prefix: str) -> str | None:
        """Give the IRI of the same scheme that looks most like one that is not there.

        Codes with digits are never compared: the next number is another thing altogether.
        """
        if any(c.isdigit() for c in iri.removeprefix(prefix)):
            return None
        found = difflib.get_close_matches(iri, self._view.whole.get(prefix, ()), n=1, cutoff=0.9)
        return found[0] if found else None

    def _read(self, source: Source) -> None:
        view, facts = self._view, source.facts
        for iri, entry in facts.entries.items():
            known = view.entries.get(iri)
            view.entries[iri] = entry if known is None else _joined(known, entry)
            if source.whole and entry.types:
                scheme = scheme_of(iri)
                if scheme is not None:
                    view.whole.setdefault(scheme.prefix, {})[iri] = None
        for iri, later in facts.after.items():
            view.after[iri] = view.after.get(iri, frozenset()) | later
        for owms, iris in facts.owms.items():
            view.owms[owms] = view.owms.get(owms, frozenset()) | iris
        for iri, codes in facts.notations.items():
            scheme = scheme_of(iri)
            if scheme is not None:
                view.codes.update({(scheme.prefix, code.casefold()): iri for code in codes})


def _joined(one: Entry, other: Entry) -> Entry:
    """Give what two vocabularies say of one IRI."""
    labels = {**other.labels, **one.labels}
    names = {*one.names, *other.names} - set(labels.values())
    ends = [day for day in (one.ended, other.ended) if day is not None]
    return replace(
        one,
        label=text_of(labels),
        types=tuple(sorted({*one.types, *other.types})),
        ended=min(ends, default=None),
        deprecated=one.deprecated or other.deprecated,
        labels=labels,
        alternatives=tuple(sorted(names)),
        begun=one.begun or other.begun,
        places=tuple(sorted({*one.places, *other.places})),
        scheme=one.scheme or other.scheme,
        codes=tuple(sorted({*one.codes, *other.codes})),
    )
