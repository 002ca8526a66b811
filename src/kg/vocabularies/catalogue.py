"""What can be found through the reconciliation service, and what is known of each thing.

In: entries of vocabularies, and of our own actors and services. Out: a catalogue that answers by
name, by property and by IRI, and gives the values of a property.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.rdf import parse_file
from kg.resources import ontology_dir
from kg.terms import CURRENT, RDF_TYPE, RDFS_LABEL, SAM, SKOS_PREF_LABEL
from kg.text import Text
from kg.vocabularies.entries import read_facts
from kg.vocabularies.matching import Matcher
from kg.vocabularies.normalise import kinds, normalised
from kg.vocabularies.schemes import OWMS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.store import GraphStore
    from kg.vocabularies.entries import Entry
    from kg.vocabularies.view import Vocabularies

OURS: tuple[str, ...] = tuple(
    SAM + name
    for name in (
        "Actor", "Organisation", "OrganisationalUnit", "StaffUnit", "Community", "Collaboration",
        "Supplier", "Customer", "Service", "CoordinationService",
    )
)  # fmt: skip
"""Classes of our own whose things can be found; people are left out on purpose."""
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_READ = (
    RDF_TYPE, RDFS_LABEL, SKOS_PREF_LABEL, _SKOS + "altLabel", _DCT + "title",
    _DCT + "alternative", _DCT + "spatial", _DCT + "identifier", _SKOS + "notation",
    _DCT + "isReplacedBy", _DCT + "replaces", SAM + "validFrom", SAM + "validUntil",
)  # fmt: skip

_TOOIONT = "https://identifier.overheid.nl/tooi/def/ont/"
_OTHERS: Mapping[str, Text] = {
    _TOOIONT + "Gemeente": Text("gemeente", "municipality"),
    _TOOIONT + "Provincie": Text("provincie", "province"),
    _TOOIONT + "Waterschap": Text("waterschap", "water authority"),
    _TOOIONT + "Ministerie": Text("ministerie", "ministry"),
    _TOOIONT + "CaribischOpenbaarLichaam": Text("openbaar lichaam", "public body (Caribbean)"),
    OWMS + "Gemeente": Text("gemeente", "municipality"),
    _SKOS + "Concept": Text("begrip", "concept"),
}

PROPERTIES: Mapping[str, Text] = {
    "name": Text("naam", "name"),
    "alternative": Text("andere naam", "alternative name"),
    "type": Text("soort", "type"),
    "place": Text("ligt in", "lies in"),
    "code": Text("code", "code"),
    "begun": Text("bestaat sinds", "exists since"),
    "ended": Text("bestaat niet meer sinds", "no longer exists since"),
    "successor": Text("opvolger", "successor"),
    "deprecated": Text("afgeraden", "advised against"),
    "vocabulary": Text("lijst", "list"),
    "asOf": Text("datum waarop het moet gelden", "date on which it must hold"),
}
"""Properties that queries may name; ``asOf`` only asks, all others can be fetched too."""
_HELD = ("name", "alternative", "type", "place", "code", "successor", "vocabulary")
"""Properties by which things can be found without a name."""
FETCHED: tuple[str, ...] = tuple(p for p in PROPERTIES if p != "asOf")


def entries_of_store(store: GraphStore, graph: str = CURRENT) -> list[Entry]:
    """Give our own actors and services with what is known of their names.

    Args:
        store: Where they are.
        graph: IRI of the graph that is read.
    """
    wanted = " ".join(f"<{c}>" for c in OURS)
    read = " ".join(f"<{p}>" for p in _READ)
    triples = store.construct(
        f"CONSTRUCT {{ ?s ?p ?o }} FROM <{graph}> WHERE {{"
        f" VALUES ?class {{ {wanted} }} VALUES ?p {{ {read} }}"
        " ?s a ?class ; ?p ?o ."
        f" FILTER NOT EXISTS {{ ?s a <{SAM}Person> }} FILTER isIRI(?s) }}"
    )
    facts = read_facts(triples, vocabulary="samenspel")
    return [e for e in facts.entries.values() if e.labels]


@lru_cache(maxsize=1)
def own_type_names() -> Mapping[str, Text]:
    """Give the names of our own classes, as the ontology has them, and of those of TOOI."""
    triples = [t for path in sorted(ontology_dir().glob("*.ttl")) for t in parse_file(path)]
    entries = read_facts(triples).entries.values()
    ours = {e.iri: e.label for e in entries if e.label is not None and e.iri.startswith(SAM)}
    return {**_OTHERS, **ours}


def catalogue_of(vocabularies: Vocabularies, store: GraphStore | None = None) -> Catalogue:
    """Give a catalogue of everything loaded, with our own actors and services first.

    Args:
        vocabularies: What is loaded.
        store: Where our own actors and services are; None for the vocabularies alone.
    """
    ours = entries_of_store(store) if store is not None else []
    return Catalogue([*ours, *vocabularies.entries()], type_names=own_type_names())


class Catalogue:
    """Entries, ready to be found.

    Args:
        entries: What can be found; of two about one IRI the first counts.
        type_names: Names of classes; else the last part of the IRI.
    """

    def __init__(
        self, entries: Iterable[Entry], *, type_names: Mapping[str, Text] | None = None
    ) -> None:
        by_iri: dict[str, Entry] = {}
        for entry in entries:
            by_iri.setdefault(entry.iri, entry)
        self._by_iri = by_iri
        self._type_names = type_names or {}
        self.matcher = Matcher(by_iri.values())
        self.types: Counter[str] = Counter(t for e in self.matcher.entries for t in e.types)
        self._with: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._of_type: dict[str, list[int]] = defaultdict(list)
        for at, entry in enumerate(self.matcher.entries):
            for kind in kinds(entry.types):
                self._of_type[kind].append(at)
            for prop in _HELD:
                keys = {k for v in self.values(entry, prop) for k in self._keys(str(v))}
                for key in keys:
                    self._with[prop, key].append(at)

    def entry(self, iri: str) -> Entry | None:
        """Give one entry, None when it is not there."""
        return self._by_iri.get(iri)

    def name(self, iri: str) -> Text:
        """Give the name of a thing or a class; the last part of its IRI when it has none."""
        entry = self._by_iri.get(iri)
        if entry is not None and entry.label is not None:
            return entry.label
        if iri in self._type_names:
            return self._type_names[iri]
        tail = iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri
        return Text(tail, tail)

    def values(self, entry: Entry, prop: str) -> Sequence[str | dt.date]:
        """Give the values of a property; none for one that is not known."""
        single = {"begun": entry.begun, "ended": entry.ended}
        if prop in single:
            day = single[prop]
            return () if day is None else (day,)
        if prop == "deprecated":
            return ("true" if entry.deprecated else "false",)
        several = {
            "name": tuple(entry.labels.values()),
            "alternative": entry.alternatives,
            "type": entry.types,
            "place": entry.places,
            "code": entry.codes,
            "successor": entry.successors,
            "vocabulary": (entry.vocabulary,) if entry.vocabulary else (),
        }
        return several.get(prop, ())

    def key(self, value: str) -> str:
        """Give a value as it is compared: an IRI as it is, else without case and accents."""
        return value if ":" in value else normalised(value)

    def has(self, entry: Entry, prop: str, value: str) -> bool:
        """Tell whether a property of an entry has a value, given as an IRI or a name."""
        wanted = self.key(value)
        return any(wanted in self._keys(str(v)) for v in self.values(entry, prop))

    def holding(self, prop: str, value: str) -> Sequence[int]:
        """Give the numbers of the entries whose property has a value, given as in ``has``."""
        return self._with.get((prop, self.key(value)), ())

    def of_type(self, iri: str) -> Sequence[int]:
        """Give the numbers of the entries of a class."""
        return self._of_type.get(next(iter(kinds([iri]))), ())

    def beginning(self, text: str, types: Sequence[str] = ()) -> Iterator[Entry]:
        """Give the entries with a name that begins like a text, or with that IRI or code."""
        wanted = kinds(types)
        seen: set[int] = set()
        for at in (*self.matcher.names.with_id(text), *self._listed(text)):
            entry = self.matcher.entries[at]
            if at not in seen and (not wanted or wanted & kinds(entry.types)):
                seen.add(at)
                yield entry

    def _listed(self, text: str) -> Iterable[int]:
        if not normalised(text):
            return range(len(self.matcher.entries)) if not text.strip() else ()
        return self.matcher.names.beginning(text)

    def _keys(self, value: str) -> set[str]:
        """Give what a value may be called: itself, and the names of the thing it stands for."""
        keys = {self.key(value)}
        if ":" not in value:
            return keys
        entry = self._by_iri.get(value)
        names = entry.names if entry is not None else self.name(value)
        return keys | {normalised(name) for name in names}
