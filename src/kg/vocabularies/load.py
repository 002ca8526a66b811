"""Loads reference vocabularies from files, so that references can be looked up.

In: a folder of RDF files that the operator names, and a small excerpt that ships with the
product. Out: per IRI whether it exists, what it is called, whether it ended, and what came after.
Succession comes from ``dct:isReplacedBy``, ``dct:replaces`` and from events that end one thing and
make or enlarge another (PROV-O, ``prov:invalidated``, ``prov:generated``, ``prov:used``), which is
how the TOOI registers tell it.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import NotFoundError
from kg.rdf import FORMATS, Literal, NamedNode, parse_file, to_ntriples, value
from kg.terms import RDF_TYPE, RDFS_LABEL, SAM, SKOS_PREF_LABEL
from kg.text import Text
from kg.vocabularies.schemes import TOOI, scheme_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from kg.rdf import Triple

_PROV = "http://www.w3.org/ns/prov#"
_DCT = "http://purl.org/dc/terms/"
_OWL = "http://www.w3.org/2002/07/owl#"
_AT = "http://publications.europa.eu/ontology/authority/"
_TOOIONT = "https://identifier.overheid.nl/tooi/def/ont/"
_NOTATION = "http://www.w3.org/2004/02/skos/core#notation"
_OWMS_ID = _TOOIONT + "owmsId"
_VERSION = _OWL + "versionInfo"
_LABELS = (SKOS_PREF_LABEL, RDFS_LABEL, _DCT + "title")
_ENDS = {SAM + "validUntil", _PROV + "invalidatedAtTime"}
"""First day on which it no longer holds."""
_LAST_DAYS = {_TOOIONT + "einddatum", _AT + "end.use"}
"""Last day on which it still holds."""
_DEPRECATED = {_OWL + "deprecated", _AT + "deprecated"}
_BUNDLED = Path(__file__).with_name("bundled")
_MAX_STEPS = 50
_MAX_VERSION = 24


@dataclass(frozen=True, slots=True)
class Source:
    """One vocabulary file.

    Attributes:
        name: Its name.
        version: What it says its version is, else the start of a hash of its statements.
        triples: What it says.
        whole: Whether an IRI of its schemes that it lacks does not exist.
    """

    name: str
    version: str
    triples: tuple[Triple, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One IRI of a vocabulary.

    Attributes:
        iri: The IRI.
        label: Its name in both languages; the one there is when there is only one.
        types: IRIs of its classes.
        ended: First day on which it no longer holds.
        successors: What came directly after it, sorted.
        deprecated: Whether its keeper advises against it.
    """

    iri: str
    label: Text | None
    types: tuple[str, ...]
    ended: dt.date | None = None
    successors: tuple[str, ...] = ()
    deprecated: bool = False

    def in_force(self, day: dt.date) -> bool:
        """Tell whether it holds on a day."""
        return self.ended is None or day < self.ended


class Vocabularies:
    """The vocabularies that are loaded, as one view.

    Args:
        sources: The files; what a later one says is added to what an earlier one says.
    """

    def __init__(self, sources: Sequence[Source] = ()) -> None:
        self.versions: Mapping[str, str] = {s.name: s.version for s in sources}
        self._about: dict[str, list[Triple]] = defaultdict(list)
        self._after: dict[str, set[str]] = defaultdict(set)
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._codes: dict[tuple[str, str], str] = {}
        self._owms: dict[str, set[str]] = defaultdict(set)
        for source in sources:
            self._read(source)

    def entry(self, iri: str) -> Entry | None:
        """Give what is known of an IRI, None when no loaded vocabulary describes it."""
        about = self._about.get(iri)
        if about is None:
            return None
        return Entry(
            iri=iri,
            label=_label(about),
            types=tuple(sorted(value(t.object) for t in about if t.predicate.value == RDF_TYPE)),
            ended=_end(about),
            successors=tuple(sorted(self._after.get(iri, ()))),
            deprecated=any(
                t.predicate.value in _DEPRECATED and value(t.object).lower() in {"true", "1"}
                for t in about
            ),
        )

    def is_loaded(self, prefix: str) -> bool:
        """Tell whether a scheme is loaded whole, so that a missing IRI does not exist."""
        return prefix in self._whole

    def statements(self, iri: str) -> tuple[Triple, ...]:
        """Give what the vocabularies say about an IRI."""
        return tuple(self._about.get(iri, ()))

    def current(self, iri: str, day: dt.date) -> tuple[str, ...]:
        """Give what an ended IRI became, step by step, as far as it holds on a day; sorted.

        Several when it was split: then a person has to choose.
        """
        found, seen, todo = set(), {iri}, [iri]
        while todo and len(seen) < _MAX_STEPS:
            for successor in self._after.get(todo.pop(), ()):
                entry = self.entry(successor)
                if entry is not None and entry.in_force(day):
                    found.add(successor)
                elif successor not in seen:
                    seen.add(successor)
                    todo.append(successor)
        return tuple(sorted(found - {iri}))

    def with_code(self, prefix: str, code: str) -> str | None:
        """Give the IRI of a scheme that has a code as its notation, such as ``nl`` for Dutch."""
        return self._codes.get((prefix, code.casefold()))

    def of_owms(self, iri: str) -> str | None:
        """Give the TOOI IRI that took the place of an OWMS IRI, when it is exactly one."""
        found = self._owms.get(iri, set())
        return next(iter(found)) if len(found) == 1 else None

    def near(self, iri: str, prefix: str) -> str | None:
        """Give the IRI of the same scheme that looks most like one that is not there.

        Codes with digits are never compared: the next number is another thing altogether.
        """
        if any(c.isdigit() for c in iri.removeprefix(prefix)):
            return None
        found = difflib.get_close_matches(iri, self._whole.get(prefix, ()), n=1, cutoff=0.9)
        return found[0] if found else None

    def _read(self, source: Source) -> None:
        ended: dict[str, set[str]] = defaultdict(set)
        made: dict[str, set[str]] = defaultdict(set)
        for triple in source.triples:
            self._learn(triple, whole=source.whole)
            subject, target = value(triple.subject), value(triple.object)
            if triple.predicate.value == _PROV + "invalidated":
                ended[subject].add(target)
            elif triple.predicate.value in {_PROV + "generated", _PROV + "used"}:
                made[subject].add(target)
        for event, before in ended.items():
            for old in before:
                self._after[old] |= made[event] - before

    def _learn(self, triple: Triple, *, whole: bool) -> None:
        if not isinstance(triple.subject, NamedNode):
            return
        subject, target = triple.subject.value, value(triple.object)
        self._about[subject].append(triple)
        scheme = scheme_of(subject)
        predicate = triple.predicate.value
        if predicate == _DCT + "isReplacedBy":
            self._after[subject].add(target)
        elif predicate == _DCT + "replaces":
            self._after[target].add(subject)
        elif predicate == _OWMS_ID and subject.startswith(TOOI):
            self._owms[target].add(subject)
        elif predicate == _NOTATION and scheme is not None:
            self._codes[scheme.prefix, target.casefold()] = subject
        if scheme is not None and whole and predicate == RDF_TYPE:
            self._whole[scheme.prefix].add(subject)


@lru_cache(maxsize=1)
def bundled_vocabularies() -> Vocabularies:
    """Give the excerpt that ships with the product: languages and countries of the EU."""
    return Vocabularies(_sources(_BUNDLED, excerpts={path.stem for path in _BUNDLED.iterdir()}))


def load_vocabularies(
    directory: Path | None = None, *, excerpts: Collection[str] = ()
) -> Vocabularies:
    """Load the vocabularies of a folder, and what ships with the product.

    Args:
        directory: Folder of RDF files; None for only what ships.
        excerpts: Names of files (without ending) that hold only a part of their schemes: what
            they lack may exist.

    Returns:
        One view of all files.

    Raises:
        NotFoundError: There is no such folder (``KG-N020``).
        UnreadableInputError: A file cannot be read.

    >>> load_vocabularies().entry(
    ...     "http://publications.europa.eu/resource/authority/language/NLD").label.en
    'Dutch'
    """
    if directory is None:
        return bundled_vocabularies()
    if not directory.is_dir():
        raise NotFoundError(
            "KG-N020",
            Text(f"er is geen map {directory}", f"there is no folder {directory}"),
            Text("geef de map met vocabulaires", "give the folder with vocabularies"),
        )
    shipped = _sources(_BUNDLED, excerpts={path.stem for path in _BUNDLED.iterdir()})
    return Vocabularies([*shipped, *_sources(directory, excerpts=excerpts)])


def _sources(directory: Path, *, excerpts: Collection[str]) -> list[Source]:
    return [
        _source(path, whole=path.stem not in excerpts)
        for path in sorted(directory.rglob("*"))
        if path.suffix.lower() in FORMATS and path.is_file()
    ]


def _source(path: Path, *, whole: bool) -> Source:
    triples = tuple(parse_file(path))
    said = sorted(
        t.object.value
        for t in triples
        if t.predicate.value == _VERSION
        and isinstance(t.object, Literal)
        and any(c.isdigit() for c in t.object.value)
        and len(t.object.value) <= _MAX_VERSION
    )
    version = said[0] if said else hashlib.sha256(to_ntriples(triples).encode()).hexdigest()[:12]
    return Source(path.stem, version, triples, whole)


def _label(about: Iterable[Triple]) -> Text | None:
    texts: dict[str, str] = {}
    for predicate in reversed(_LABELS):
        for t in about:
            if t.predicate.value == predicate and isinstance(t.object, Literal):
                texts[t.object.language or ""] = t.object.value
    if not texts:
        return None
    other = texts.get("") or next(iter(texts.values()))
    return Text(
        texts.get("nl") or texts.get("en") or other, texts.get("en") or texts.get("nl") or other
    )


def _end(about: Iterable[Triple]) -> dt.date | None:
    days = []
    for t in about:
        predicate = t.predicate.value
        if predicate in _ENDS | _LAST_DAYS:
            try:
                day = dt.date.fromisoformat(value(t.object)[:10])
            except ValueError:
                continue
            extra = dt.timedelta(days=predicate in _LAST_DAYS and day != dt.date.max)
            days.append(day + extra)
    return min(days) if days else None
