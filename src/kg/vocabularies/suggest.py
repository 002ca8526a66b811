"""Proposes to what in a vocabulary each thing of a file corresponds.

Every thing gets an outcome: accepted without asking, or a reason why a person has to look. What
ended is told with what came after it; names that several have, and names that nothing has, are
told apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kg.errors import NotFoundError
from kg.text import Text
from kg.vocabularies.entries import read_facts
from kg.vocabularies.matching import LIMIT, Asked, Candidate, Feature, Matcher, valid
from kg.vocabularies.normalise import repaired
from kg.vocabularies.schemes import FAMILIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from kg.rdf import Triple
    from kg.vocabularies.entries import Entry
    from kg.vocabularies.view import Vocabularies

Outcome = Literal["accepted", "same-name", "ended", "ambiguous", "near", "none"]
OUTCOMES: Mapping[Outcome, Text] = {
    "accepted": Text("zeker: zelfde naam, soort en geldigheid", "sure: same name, type, validity"),
    "same-name": Text("zelfde naam, bevestig de soort", "same name, confirm the type"),
    "ended": Text("zelfde naam, maar beëindigd", "same name, but ended"),
    "ambiguous": Text("meer dan een met deze naam", "more than one with this name"),
    "near": Text("naam lijkt erop", "name is much like it"),
    "none": Text("niets gevonden", "nothing found"),
}
"""What came of a search, from what needs no question to what has no answer."""
NEAR = 78.0
"""From which score on a name is said to be much like another."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was found for one thing.

    Attributes:
        asked: The thing.
        outcome: What came of the search.
        candidates: What may be meant, best first; a successor stands before what ended.
    """

    asked: Asked
    outcome: Outcome
    candidates: tuple[Candidate, ...]

    @property
    def accepted(self) -> Candidate | None:
        """What needs no question."""
        return self.candidates[0] if self.outcome == "accepted" else None


class Suggester:
    """Finds candidates in one vocabulary.

    Args:
        vocabularies: All that is loaded; successors are found there.
        target: What may be proposed.
        day: The day on which it must hold.
    """

    def __init__(self, vocabularies: Vocabularies, target: Iterable[Entry], day: dt.date) -> None:
        self._vocabularies = vocabularies
        self._matcher = Matcher(target)
        self._day = day

    def suggest(self, asked: Asked, *, limit: int = LIMIT, only_kind: bool = False) -> Suggestion:
        """Give what may be meant by one thing.

        Args:
            asked: The thing.
            limit: How many candidates to give.
            only_kind: Whether candidates of another kind are left out.
        """
        found = self._matcher.candidates(asked, limit=limit, only_kind=only_kind)
        outcome = _outcome(asked, found)
        if outcome == "accepted":
            sure = next(c for c in found if c.sure)
            return Suggestion(asked, outcome, (sure, *(c for c in found if c is not sure)))
        if outcome == "ended":
            found = (*self._successors(found), *found)[:limit]
        return Suggestion(asked, outcome, found)

    def _successors(self, found: Sequence[Candidate]) -> Iterable[Candidate]:
        known = {c.entry.iri for c in found}
        for old in [c for c in found if c.exact and not c.entry.in_force(self._day)]:
            name = old.entry.label or Text(old.entry.iri, old.entry.iri)
            for iri in self._vocabularies.current(old.entry.iri, self._day):
                entry = self._vocabularies.entry(iri)
                if entry is not None and iri not in known:
                    known.add(iri)
                    said = Text(f"opvolger van {name.nl}", f"successor of {name.en}")
                    reason = Feature("successor", value=True, words=said)
                    yield replace(old, entry=entry, features=(reason,), sure=False)


def _outcome(asked: Asked, found: Sequence[Candidate]) -> Outcome:
    if any(c.sure for c in found):
        return "accepted"
    exact = [c for c in found if c.exact]
    standing = [c for c in exact if valid(asked, c.entry)]
    like = [c for c in found if c.hit.way == "loose"]
    if len(standing) > 1 or (not exact and len(like) > 1):
        return "ambiguous"
    if standing:
        return "same-name"
    if exact:
        return "ended"
    return "near" if found and found[0].score >= NEAR else "none"


def asked_of(
    triples: Iterable[Triple],
    day: dt.date,
    *,
    types: Sequence[str] = (),
    apart: AbstractSet[str] = frozenset(),
) -> list[Asked]:
    """Give the things of a file that have a name, to look for each of them.

    Args:
        triples: What the file says.
        day: The day on which a match must hold.
        types: IRIs of the classes they have, when the file does not say so itself.
        apart: IRIs to leave out, such as those of the vocabulary that is searched.
    """
    entries = read_facts(triples).entries.values()
    named = sorted((e for e in entries if e.labels and e.iri not in apart), key=lambda e: e.iri)
    return [
        Asked(next(iter(e.labels.values())), day, (*e.types, *types), e.places, e.ended, e.iri)
        for e in named
    ]


def asked_names(names: Iterable[str], day: dt.date, *, types: Sequence[str] = ()) -> list[Asked]:
    """Give names alone, each once, to look for each of them.

    Args:
        names: The names.
        day: The day on which a match must hold.
        types: IRIs of the classes of what has the names.
    """
    plain = dict.fromkeys(stripped for name in names if (stripped := repaired(name).strip()))
    return [Asked(name, day, tuple(types)) for name in plain]


def target_of(vocabularies: Vocabularies, name: str) -> list[Entry]:
    """Give the part of what is loaded that a person names: a vocabulary, a scheme or a family.

    Args:
        vocabularies: What is loaded.
        name: The name of a vocabulary, the start of its IRIs, or the name of a register.

    Raises:
        NotFoundError: Nothing that is loaded is called so (``KG-L101``).
    """
    wanted = name.casefold()
    found = [e for e in vocabularies.entries() if wanted in _called(e)]
    if not found and ":" in name:
        found = [e for e in vocabularies.entries() if e.iri.startswith(name)]
    if found:
        return found
    known = sorted({e.vocabulary for e in vocabularies.entries() if e.vocabulary})
    raise NotFoundError(
        "KG-L101",
        Text(f"er is geen vocabulaire {name} geladen", f"no vocabulary {name} is loaded"),
        Text(f"kies uit: {', '.join(known)}", f"choose from: {', '.join(known)}"),
    )


def type_of(entries: Iterable[Entry], name: str) -> str:
    """Give the class that a person names: its IRI, or the last part of it.

    Args:
        entries: Among whose classes to look.
        name: The name.

    Raises:
        NotFoundError: None of them has such a class (``KG-L102``).
    """
    if ":" in name:
        return name
    counts = Counter(t for e in entries for t in e.types)
    fits = [t for t in counts if _tail(t) == name.casefold()]
    if fits:
        return max(fits, key=lambda t: counts[t])
    known = sorted({_tail(t) for t in counts})
    raise NotFoundError(
        "KG-L102",
        Text(f"er is geen soort {name}", f"there is no type {name}"),
        Text(f"kies uit: {', '.join(known)}", f"choose from: {', '.join(known)}"),
    )


def counted(suggestions: Iterable[Suggestion]) -> dict[Outcome, int]:
    """Count outcomes, all of them, in the order of ``OUTCOMES``."""
    counts = Counter(s.outcome for s in suggestions)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def _called(entry: Entry) -> set[str]:
    """Give by which names the part that an entry belongs to can be called."""
    names = {entry.vocabulary.casefold(), entry.scheme.casefold()}
    names.add(entry.scheme.casefold().rstrip("/").rpartition("/")[2])
    family = next((f for f in FAMILIES if entry.iri.startswith(f.prefix)), None)
    if family is not None:
        names.add(_FAMILIES.get(family.prefix, family.name.nl.casefold()))
    return names


_FAMILIES = {
    "https://identifier.overheid.nl/tooi/id/": "tooi",
    "https://identifier.overheid.nl/tooi/def/thes/": "tooi",
    "http://standaarden.overheid.nl/owms/terms/": "owms",
    "http://publications.europa.eu/resource/authority/": "eu",
    "http://eurovoc.europa.eu/": "eurovoc",
}


def _tail(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2].casefold()
