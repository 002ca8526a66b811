"""Which entry of a vocabulary is meant by a name, with reasons that a person can weigh.

Candidates are ranked by a score that is the sum of what the reasons say. The score decides
nothing: only a candidate with the very same preferred name (but for case, accents, punctuation and
the word that repeats its kind), the same kind, and in force on the day, is sure, and only when no
other has that name too. All else is asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kg.text import Text
from kg.vocabularies.names import Hit, NameIndex
from kg.vocabularies.normalise import GENERAL, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.vocabularies.entries import Entry

Tie = Literal["same", "unknown", "different"]

LIMIT = 5
_SLACK = dt.timedelta(days=31)
"""How far two registers may differ on the day on which something ended."""
_WORTH = {"identifier": 100.0, "label": 100.0, "alternative": 96.0, "loose": 90.0}
_SPELLING = 0.88
_OTHER_KIND, _UNKNOWN_KIND = -30.0, -3.0
_ENDED, _OTHER_PLACE, _DEPRECATED = -9.0, -10.0, -6.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for.

    Attributes:
        name: Its name.
        day: The day on which it must hold.
        types: IRIs of its classes, as far as known.
        places: IRIs of where it is, as far as known.
        ended: First day on which it no longer held, when it has ended itself.
        iri: What it is called now; that entry is never its own candidate.
    """

    name: str
    day: dt.date
    types: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    ended: dt.date | None = None
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that speaks for or against a candidate.

    Attributes:
        id: Its name for machines.
        value: What was measured.
        words: The same for people.
    """

    id: str
    value: float | bool
    words: Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may be meant.

    Attributes:
        entry: The entry.
        score: From 0 to 100; higher is likelier.
        features: What speaks for and against it.
        sure: Whether it may be accepted without asking.
        hit: Which name was found, and how.
    """

    entry: Entry
    score: float
    features: tuple[Feature, ...]
    sure: bool = False
    hit: Hit = field(default_factory=lambda: Hit(-1, "spelling", 0.0, ""))

    @property
    def exact(self) -> bool:
        """Whether a name of it is the same, however its other properties are."""
        return self.hit.way in {"identifier", "label", "alternative"}


class Matcher:
    """Finds what is meant among entries.

    Args:
        entries: What can be meant.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: Sequence[Entry] = tuple(e for e in entries if e.names)
        self.names = NameIndex(self.entries)
        self._kinds = [kinds(e.types) - GENERAL for e in self.entries]

    def candidates(
        self, asked: Asked, *, limit: int = LIMIT, only_kind: bool = False
    ) -> tuple[Candidate, ...]:
        """Give the likeliest entries, best first.

        Args:
            asked: What is looked for.
            limit: How many to give.
            only_kind: Whether entries of another kind are left out.
        """
        wanted = kinds(asked.types) - GENERAL
        weighed = []
        for at, hit in self.names.find(asked.name, asked.types).items():
            entry = self.entries[at]
            tie = _tie(wanted, self._kinds[at])
            if entry.iri == asked.iri or (only_kind and wanted and tie != "same"):
                continue
            weighed.append((_score(asked, entry, hit, tie), hit, entry, tie))
        weighed.sort(key=lambda w: (-w[0], w[2].ended is not None, w[2].iri))
        sure = _sure(asked, [(hit, entry, tie) for _, hit, entry, tie in weighed])
        return tuple(
            Candidate(
                entry, score, tuple(_features(asked, entry, hit, tie)), sure=entry is sure, hit=hit
            )
            for score, hit, entry, tie in weighed[:limit]
        )


def valid(asked: Asked, entry: Entry) -> bool:
    """Tell whether an entry held when what is looked for held, and ended with it if it did."""
    if asked.ended is not None and asked.ended <= asked.day:
        last = asked.ended - dt.timedelta(days=1)
        together = entry.ended is not None and abs(entry.ended - asked.ended) <= _SLACK
        return together and (entry.begun is None or entry.begun <= last)
    return entry.existed(asked.day)


def _sure(asked: Asked, weighed: Sequence[tuple[Hit, Entry, Tie]]) -> Entry | None:
    """Give the one entry that needs no question, None when there is none or more than one."""
    named = [(hit, e) for hit, e, tie in weighed if tie == "same" and _exact(hit)]
    standing = [(hit, e) for hit, e in named if valid(asked, e)]
    if len(standing) != 1:
        return None
    hit, entry = standing[0]
    fits = hit.way == "label" and not entry.deprecated
    return entry if fits and _place(asked, entry) != "different" else None


def _exact(hit: Hit) -> bool:
    return hit.way in {"label", "alternative"}


def _tie(wanted: frozenset[str], have: frozenset[str]) -> Tie:
    if not wanted or not have:
        return "unknown"
    return "same" if wanted & have else "different"


def _place(asked: Asked, entry: Entry) -> Tie:
    if not asked.places or not entry.places:
        return "unknown"
    return "same" if set(asked.places) & set(entry.places) else "different"


def _score(asked: Asked, entry: Entry, hit: Hit, tie: Tie) -> float:
    score = _WORTH.get(hit.way, hit.alike * _SPELLING)
    if tie == "different":
        score += _OTHER_KIND
    elif tie == "unknown" and asked.types:
        score += _UNKNOWN_KIND
    score += 0 if valid(asked, entry) else _ENDED
    score += _OTHER_PLACE if _place(asked, entry) == "different" else 0
    score += _DEPRECATED if entry.deprecated else 0
    return round(min(100.0, max(0.0, score)), 1)


# --- in words ------------------------------------------------------------------------------

_FOUND = {
    "identifier": Text("zelfde nummer of IRI", "same number or IRI"),
    "label": Text("zelfde naam", "same name"),
    "alternative": Text("zelfde andere naam: {name}", "same alternative name: {name}"),
    "loose": Text(
        "zelfde naam zonder soort of toevoeging: {name}",
        "same name without kind or addition: {name}",
    ),
    "spelling": Text(
        "naam lijkt voor {alike} procent: {name}", "name is {alike} per cent alike: {name}"
    ),
}
_KIND = {
    "same": Text("zelfde soort", "same type"),
    "different": Text("andere soort", "another type"),
}
_WHERE = {
    "same": Text("zelfde plaats", "same place"),
    "different": Text("andere plaats", "another place"),
}
FEATURES: dict[str, Text] = {
    "identifier": Text("zelfde nummer of IRI", "same number or IRI"),
    "exact_label": Text("zelfde naam", "same name"),
    "alternative_label": Text("zelfde andere naam", "same alternative name"),
    "loose_label": Text("zelfde naam zonder soort of toevoeging", "same name without kind"),
    "spelling": Text("hoeveel de namen lijken", "how alike the names are"),
    "same_type": Text("zelfde soort", "same type"),
    "same_place": Text("zelfde plaats", "same place"),
    "valid": Text("geldig op de datum", "valid at the date"),
    "deprecated": Text("door de beheerder afgeraden", "advised against by its keeper"),
}
"""Every feature and what it is called."""
_IDS = {
    "identifier": "identifier",
    "label": "exact_label",
    "alternative": "alternative_label",
    "loose": "loose_label",
}


def _features(asked: Asked, entry: Entry, hit: Hit, tie: Tie) -> Iterator[Feature]:
    words = _FOUND[hit.way].format(name=hit.name.replace("{", ""), alike=round(hit.alike))
    if hit.way in _IDS:
        yield Feature(_IDS[hit.way], value=True, words=words)
    else:
        yield Feature("spelling", round(hit.alike, 1), words)
    if tie in _KIND:
        yield Feature("same_type", value=tie == "same", words=_KIND[tie])
    where = _place(asked, entry)
    if where in _WHERE:
        yield Feature("same_place", value=where == "same", words=_WHERE[where])
    yield Feature("valid", value=valid(asked, entry), words=_validity(asked, entry))
    if entry.deprecated:
        yield Feature("deprecated", value=True, words=FEATURES["deprecated"])


def _validity(asked: Asked, entry: Entry) -> Text:
    if valid(asked, entry):
        if entry.ended is not None:
            return Text(f"ook beëindigd ({entry.ended})", f"ended too ({entry.ended})")
        return Text(f"geldig op {asked.day}", f"valid at {asked.day}")
    if entry.ended is not None and entry.ended <= asked.day:
        return Text(f"bestaat niet meer sinds {entry.ended}", f"ended on {entry.ended}")
    if entry.begun is not None and entry.begun > asked.day:
        return Text(f"bestaat pas sinds {entry.begun}", f"exists only since {entry.begun}")
    return Text("bestaat nog, de gevraagde niet", "still exists, what was asked does not")
