"""What one vocabulary says of its IRIs, in a compact form: names, period, place, what came after.

In: the statements of one file. Out: ``Facts``, which can be written as JSON and read back much
faster than the statements themselves. Succession comes from ``dct:isReplacedBy``,
``dct:replaces`` and from events that end one thing and make or enlarge another (PROV-O,
``prov:invalidated``, ``prov:generated``, ``prov:used``), which is how the TOOI registers tell it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.rdf import Literal, NamedNode, value
from kg.terms import RDF_TYPE, RDFS_LABEL, SAM, SKOS_PREF_LABEL
from kg.text import Text
from kg.vocabularies.schemes import TOOI, scheme_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.rdf import Triple

_PROV = "http://www.w3.org/ns/prov#"
_DCT = "http://purl.org/dc/terms/"
_OWL = "http://www.w3.org/2002/07/owl#"
_AT = "http://publications.europa.eu/ontology/authority/"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TOOIONT = "https://identifier.overheid.nl/tooi/def/ont/"
_LEGAL_NAME = "http://www.w3.org/ns/regorg#legalName"
STATE = _TOOIONT + "HistorischeVersie"
"""Class of an older state of something: its names are former names of the thing itself."""

_LABELS = (SKOS_PREF_LABEL, RDFS_LABEL, _DCT + "title", _LEGAL_NAME)
"""What a name is read from, the best first."""
_ALTERNATIVES = (
    _SKOS + "altLabel",
    _SKOS + "hiddenLabel",
    _DCT + "alternative",
    _TOOIONT + "voorkeursnaamInclSoort",
    _TOOIONT + "voorkeursnaamExclSoort",
    _TOOIONT + "officieleNaamInclSoort",
    _TOOIONT + "officieleNaamExclSoort",
)
_CODES = (
    _SKOS + "notation",
    _DCT + "identifier",
    "http://purl.org/dc/elements/1.1/identifier",
    _AT + "authority-code",
    _TOOIONT + "organisatiecode",
)
"""What a code is read from; EU tables use the older Dublin Core and a property of their own."""
_STARTS = (SAM + "validFrom", _TOOIONT + "begindatum", _PROV + "generatedAtTime", _AT + "start.use")
_ENDS = (SAM + "validUntil", _PROV + "invalidatedAtTime")
"""First day on which it no longer holds."""
_LAST_DAYS = (_TOOIONT + "einddatum", _AT + "end.use")
"""Last day on which it still holds."""
_DEPRECATED = (_OWL + "deprecated", _AT + "deprecated")
_PLACES = (_DCT + "spatial", _TOOIONT + "ligtInProvincie")
_STATE_OF = _PROV + "specializationOf"
_NO_DATE = dt.date(1900, 1, 1)
"""A placeholder that stands in registers where no date is known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One IRI of a vocabulary.

    Attributes:
        iri: The IRI.
        label: Its name in both languages; the one there is when there is only one.
        types: IRIs of its classes, sorted.
        ended: First day on which it no longer holds.
        successors: What came directly after it, sorted.
        deprecated: Whether its keeper advises against it.
        labels: Language to preferred name; the empty language for a name without one.
        alternatives: Its other names, former names among them, sorted.
        begun: First day on which it holds, where that is known.
        places: IRIs of where it is, such as the province, sorted.
        scheme: IRI of its concept scheme, else the start of the IRIs of its register, else empty.
        codes: Codes that stand for it in its register, sorted.
        vocabulary: Name of the vocabulary that describes it; the first if there are several.
    """

    iri: str
    label: Text | None
    types: tuple[str, ...]
    ended: dt.date | None = None
    successors: tuple[str, ...] = ()
    deprecated: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()
    begun: dt.date | None = None
    places: tuple[str, ...] = ()
    scheme: str = ""
    codes: tuple[str, ...] = ()
    vocabulary: str = ""

    def in_force(self, day: dt.date) -> bool:
        """Tell whether it holds on a day: not before it begins where known, and not after it ended.

        A start that is not known is no reason to doubt.
        """
        return self.ended is None or day < self.ended

    def existed(self, day: dt.date) -> bool:
        """Tell whether it held on a day: also not before it began, where the start is known."""
        return self.in_force(day) and (self.begun is None or self.begun <= day)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it has: the preferred ones first, each once."""
        return tuple(dict.fromkeys((*self.labels.values(), *self.alternatives)))


@dataclass(frozen=True, slots=True)
class Facts:
    """What one vocabulary says, compact.

    Attributes:
        entries: IRI to entry, sorted; its successors are in ``after``.
        after: IRI to what came directly after it.
        owms: OWMS IRI to the TOOI IRIs that took its place.
        notations: IRI to the codes that ``skos:notation`` gives it.
    """

    entries: Mapping[str, Entry]
    after: Mapping[str, frozenset[str]]
    owms: Mapping[str, frozenset[str]]
    notations: Mapping[str, tuple[str, ...]]


_About = dict[str, list["Triple"]]


def read_facts(triples: Iterable[Triple], *, vocabulary: str = "") -> Facts:
    """Give what the statements of one vocabulary come down to.

    Args:
        triples: Its statements.
        vocabulary: Its name.
    """
    about: dict[str, _About] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        subject = triple.subject
        name = subject.value if isinstance(subject, NamedNode) else str(subject)
        about[name][triple.predicate.value].append(triple)
    states = _states(about)
    named = {name: facts for name, facts in about.items() if not name.startswith("_:")}
    return Facts(
        entries={name: _entry(name, named[name], states, vocabulary) for name in sorted(named)},
        after=_after(about),
        owms=_owms(named),
        notations={
            name: tuple(_texts(said, _SKOS + "notation"))
            for name, said in named.items()
            if _SKOS + "notation" in said
        },
    )


def text_of(labels: Mapping[str, str]) -> Text | None:
    """Give a name in both languages from the names there are, None when there is none.

    >>> text_of({"en": "Dutch", "fr": "néerlandais"})
    Text(nl='Dutch', en='Dutch')
    """
    if not labels:
        return None
    other = labels.get("") or next(iter(labels.values()))
    return Text(
        labels.get("nl") or labels.get("en") or other, labels.get("en") or labels.get("nl") or other
    )


def _states(about: Mapping[str, _About]) -> Mapping[str, list[_About]]:
    """Give per IRI the older states of it."""
    states: dict[str, list[_About]] = defaultdict(list)
    for said in about.values():
        if STATE in _iris(said, RDF_TYPE):
            for main in _iris(said, _STATE_OF):
                states[main].append(said)
    return states


def _entry(
    iri: str, said: _About, states: Mapping[str, Sequence[_About]], vocabulary: str
) -> Entry:
    labels = _labels(said)
    old = states.get(iri, ())
    others = {text for facts in (said, *old) for text in _names(facts)}
    undated = any(_start(state) is None for state in old)
    return Entry(
        iri=iri,
        label=text_of(labels),
        types=tuple(sorted(set(_iris(said, RDF_TYPE)))),
        ended=_end(said),
        deprecated=any(t.lower() in {"true", "1"} for p in _DEPRECATED for t in _values(said, p)),
        labels=labels,
        alternatives=tuple(sorted(others - set(labels.values()))),
        # With an older state of unknown start, the start given is that of the present state only.
        begun=None if undated else _start(said),
        places=tuple(sorted({place for p in _PLACES for place in _iris(said, p)})),
        scheme=_scheme(iri, said),
        codes=tuple(sorted({code for p in _CODES for code in _texts(said, p)})),
        vocabulary=vocabulary,
    )


def _labels(said: _About) -> dict[str, str]:
    labels: dict[str, str] = {}
    for predicate in _LABELS:
        for triple in said.get(predicate, ()):
            if isinstance(triple.object, Literal) and triple.object.value.strip():
                labels.setdefault(triple.object.language or "", triple.object.value.strip())
    return labels


def _names(said: _About) -> Iterable[str]:
    return (text for p in (*_LABELS, *_ALTERNATIVES) for text in _texts(said, p))


def _scheme(iri: str, said: _About) -> str:
    stated = sorted(_iris(said, _SKOS + "inScheme"))
    if stated:
        return stated[0]
    known = scheme_of(iri)
    return "" if known is None else known.prefix


def _start(said: _About) -> dt.date | None:
    days = [day for p in _STARTS for day in _days(said, p) if day != _NO_DATE]
    return min(days, default=None)


def _end(said: _About) -> dt.date | None:
    days = [day for p in _ENDS for day in _days(said, p)]
    days += [
        day + dt.timedelta(days=1)
        for p in _LAST_DAYS
        for day in _days(said, p)
        if day != dt.date.max
    ]
    return min(days, default=None)


def _days(said: _About, predicate: str) -> Iterable[dt.date]:
    for text in _values(said, predicate):
        try:
            yield dt.date.fromisoformat(text[:10])
        except ValueError:
            continue


def _after(about: Mapping[str, _About]) -> dict[str, frozenset[str]]:
    after: dict[str, set[str]] = defaultdict(set)
    for name, said in about.items():
        for later in _iris(said, _DCT + "isReplacedBy"):
            after[name].add(later)
        for older in _iris(said, _DCT + "replaces"):
            after[older].add(name)
        before = set(_iris(said, _PROV + "invalidated"))
        made = {x for p in ("generated", "used") for x in _iris(said, _PROV + p)}
        for old in before:
            after[old] |= made - before
    return {name: frozenset(found) for name, found in after.items() if found}


def _owms(named: Mapping[str, _About]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, said in named.items():
        if name.startswith(TOOI):
            for owms in _values(said, _TOOIONT + "owmsId"):
                found[owms].add(name)
    return {owms: frozenset(iris) for owms, iris in found.items()}


def _values(said: _About, predicate: str) -> Iterable[str]:
    return (value(t.object) for t in said.get(predicate, ()))


def _texts(said: _About, predicate: str) -> Iterable[str]:
    for triple in said.get(predicate, ()):
        if isinstance(triple.object, Literal) and (text := triple.object.value.strip()):
            yield text


def _iris(said: _About, predicate: str) -> Iterable[str]:
    return (t.object.value for t in said.get(predicate, ()) if isinstance(t.object, NamedNode))
