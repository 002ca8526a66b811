"""An index of names: which entries have a name, one much like it, or one that begins so.

Exact forms come first, from a table. Names that are only alike are found by the groups of three
letters they share, rarest groups first, so that the work per question hardly grows with the size
of the registers. Spelling distance is that of RapidFuzz.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz, process

from kg.vocabularies.normalise import core, loose, normalised, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.vocabularies.entries import Entry

Way = Literal["identifier", "label", "alternative", "loose", "spelling"]
"""How a name was found, the surest first."""

_BUDGET = 2500
"""How many mentions of groups of letters are looked at for one name."""
_LEAST_GROUPS = 3
_SHARE = 2
"""A name is compared when it shares at least this part of what the one that shares most does."""
_COMPARED = 48
_LEAST_ALIKE = 62.0
_PART, _LONG_ENOUGH = 80.0, 5
"""How alike a name is that has all words of another in it, and from how many letters on."""
_WORDS_APART = 0.97
"""What a name with its words in another order is worth."""
_BEGINS = 4
"""From how many of its words on a name can be found by how it begins."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry whose name fits.

    Attributes:
        at: Number of the entry.
        way: How it was found.
        alike: How alike the names are, 0 to 100.
        name: The name that fits.
    """

    at: int
    way: Way
    alike: float
    name: str


class NameIndex:
    """Finds entries by name.

    Args:
        entries: What can be found.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._labels: dict[str, dict[int, str]] = defaultdict(dict)
        self._others: dict[str, dict[int, str]] = defaultdict(dict)
        self._ids: dict[str, list[int]] = defaultdict(list)
        alike: dict[str, dict[int, str]] = defaultdict(dict)
        begins: set[tuple[str, int]] = set()
        for at, entry in enumerate(entries):
            for code in (entry.iri, *(c.casefold() for c in entry.codes)):
                self._ids[code].append(at)
            self._learn(at, entry)
            for name in entry.names:
                for form in {loose(name), whole(name)}:
                    alike[form].setdefault(at, name)
                begins.update((start, at) for start in _beginnings(name))
        self._alike = list(alike.items())
        self._texts = [form for form, _ in self._alike]
        self._padded = [f" {form} " for form in self._texts]
        self._words = [_sorted(form) for form in self._texts]
        self._loose = {form: n for n, (form, _) in enumerate(self._alike)}
        self._groups: dict[str, list[int]] = defaultdict(list)
        for n, (form, _) in enumerate(self._alike):
            for group in _groups(form):
                self._groups[group].append(n)
        self._begins = sorted(begins)

    def find(self, name: str, types: Iterable[str] = ()) -> dict[int, Hit]:
        """Give every entry whose name may be meant, with the surest way it was found.

        Args:
            name: The name, or an IRI or a code.
            types: IRIs of the classes of what has the name.
        """
        found: dict[int, Hit] = {}
        for at in self._ids.get(name, ()) or self._ids.get(name.strip().casefold(), ()):
            found[at] = Hit(at, "identifier", 100.0, name)
        forms = _forms(name, types)
        for way, table in (("label", self._labels), ("alternative", self._others)):
            for form in forms:
                for at, original in table.get(form, {}).items():
                    found.setdefault(at, Hit(at, _WAYS[way], 100.0, original))
        for hit in self._near(name):
            best = found.get(hit.at)
            if best is None or (best.way == "spelling" and best.alike < hit.alike):
                found[hit.at] = hit
        return found

    def beginning(self, text: str) -> Iterator[int]:
        """Give the entries with a name, or a word in it, that begins like a text; each once.

        Args:
            text: What was typed so far.
        """
        start, seen = normalised(text), set()
        for form, at in self._begins[bisect_left(self._begins, (start, -1)) :]:
            if not form.startswith(start):
                return
            if at not in seen:
                seen.add(at)
                yield at

    def with_id(self, text: str) -> Sequence[int]:
        """Give the entries with an IRI or a code."""
        return self._ids.get(text, ())

    def _learn(self, at: int, entry: Entry) -> None:
        for table, names in (
            (self._labels, entry.labels.values()),
            (self._others, entry.alternatives),
        ):
            for name in names:
                for form in _forms(name, entry.types):
                    table[form].setdefault(at, name)

    def _near(self, name: str) -> Iterator[Hit]:
        form = loose(name)
        same = self._loose.get(form)
        if same is not None:
            for at, original in self._alike[same][1].items():
                yield Hit(at, "loose", 100.0, original)
        for n, alike in self._likest(form).items():
            if n != same:
                for at, original in self._alike[n][1].items():
                    yield Hit(at, "spelling", alike, original)

    def _likest(self, form: str) -> dict[int, float]:
        """Give the names that are spelled most like one, with how alike they are."""
        near = self._sharing(form)
        found: dict[int, float] = {}
        for text, forms, worth in (
            (form, self._texts, 1.0),
            (_sorted(form), self._words, _WORDS_APART),
        ):
            choices = [forms[n] for n in near]
            for _, alike, at in process.extract(
                text, choices, scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE, limit=_COMPARED
            ):
                found[near[at]] = max(alike * worth, found.get(near[at], 0.0))
        part = f" {form} "
        for n in near if len(form) >= _LONG_ENOUGH else ():
            if part in self._padded[n]:
                found[n] = max(_PART, found.get(n, 0.0))
        return found

    def _sharing(self, form: str) -> list[int]:
        """Give the names that share the most groups of letters, looking at the rarest groups."""
        lists = sorted((self._groups[g] for g in _groups(form) if g in self._groups), key=len)
        counts: Counter[int] = Counter()
        looked = 0
        for n, mentions in enumerate(lists):
            if n >= _LEAST_GROUPS and looked + len(mentions) > _BUDGET:
                break
            counts.update(mentions)
            looked += len(mentions)
        least = max(counts.values(), default=0) // _SHARE
        return [n for n, count in counts.items() if count >= least]


_WAYS: dict[str, Way] = {"label": "label", "alternative": "alternative"}


def _forms(name: str, types: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f for f in (normalised(name), core(name, types)) if f))


def _beginnings(name: str) -> Iterator[str]:
    words = normalised(name).split()
    for at in range(min(len(words), _BEGINS)):
        yield " ".join(words[at:])


def _groups(form: str) -> set[str]:
    padded = f" {form} "
    return {padded[n : n + 3] for n in range(len(padded) - 2)}


def _sorted(form: str) -> str:
    return " ".join(sorted(form.split()))
