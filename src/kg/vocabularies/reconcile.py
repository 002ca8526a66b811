"""The reconciliation service without the web: questions in, answers out, as plain Python values.

It speaks the W3C Reconciliation Service API 0.2, which OpenRefine speaks, and the 1.0 draft. The
features of a candidate are what its score is made of. ``match`` is true only for what may be
accepted without asking: same name, same type, valid on the day, and no other with that name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg.text import Text
from kg.vocabularies.catalogue import FETCHED, PROPERTIES
from kg.vocabularies.matching import FEATURES, Asked, Candidate, Feature
from kg.vocabularies.names import Hit
from kg.vocabularies.normalise import kinds
from kg.vocabularies.reconcile_manifest import PREVIEW_SIZE, manifest
from kg.vocabularies.reconcile_query import (
    DEFAULT_CANDIDATES,
    Condition,
    Query,
    ReconcileError,
    Version,
    read_batch,
    read_extension,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.text import Lang
    from kg.vocabularies.catalogue import Catalogue
    from kg.vocabularies.entries import Entry

__all__ = ["PREVIEW_SIZE", "Reconciler"]

_FITS, _MISSES = 4.0, -12.0
"""What a property that fits, or does not, adds to a score."""
_SUGGESTED = 20
_WEIGHED = 60
_DATE = "T00:00:00Z"


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).date()


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Answers the questions of the reconciliation API.

    Attributes:
        catalogue: What can be found.
        today: Gives the day on which candidates must hold, unless a query names another.
    """

    catalogue: Catalogue
    today: Callable[[], dt.date] = _today

    def manifest(self, version: Version, base: str, lang: Lang = "nl") -> dict[str, Any]:
        """Give what the service can do.

        Args:
            version: In which version to say it.
            base: Address of the service, without a slash at the end.
            lang: Language of the names.
        """
        types = [self._type(t, lang) for t, _ in self.catalogue.types.most_common(_SUGGESTED)]
        return manifest(version, base, types, lang)

    def match(self, said: object, version: Version, lang: Lang = "nl") -> dict[str, Any]:
        """Answer a batch of queries.

        Args:
            said: The JSON of the batch.
            version: In which version it is.
            lang: Language of names and reasons.

        Raises:
            ReconcileError: When it is not as the standard asks, or too large.
        """
        batch = read_batch(said, version)
        found = {k: [self._candidate(c, lang, version) for c in self.candidates(q)]
                 for k, q in batch.items()}  # fmt: skip
        if version == "0.2":
            return {key: {"result": candidates} for key, candidates in found.items()}
        return {"results": [{"candidates": candidates} for candidates in found.values()]}

    def candidates(self, query: Query) -> list[Candidate]:
        """Give the candidates of one query, best first."""
        day, conditions = self._day(query)
        many = query.limit if not conditions and not query.types else max(_WEIGHED, query.limit)
        asked = Asked(query.name, day, query.types)
        found = list(self.catalogue.matcher.candidates(asked, limit=many)) if query.name else []
        for iri in query.ids:
            found += self.catalogue.matcher.candidates(replace(asked, name=iri), limit=1)
        if not query.name and not query.ids:
            found = [_bare(e) for e in self._holding(query, conditions)]
        fit = [self._weighed(c, conditions) for c in found if self._allowed(c, query, conditions)]
        fit.sort(key=lambda c: -c.score)
        return fit[: query.limit]

    def suggest(
        self,
        kind: str,
        prefix: str,
        *,
        limit: int = DEFAULT_CANDIDATES * 2,
        offset: int = 0,
        types: Sequence[str] = (),
        lang: Lang = "nl",
    ) -> dict[str, Any]:
        """Complete what was typed so far.

        Args:
            kind: ``entity``, ``type`` or ``property``.
            prefix: What was typed.
            limit: How many to give.
            offset: How many to pass over.
            types: For entities: the classes they must have one of.
            lang: Language of the names.

        Raises:
            ReconcileError: ``KG-L122`` for another kind.
        """
        window = (offset, offset + max(0, min(limit, _WEIGHED)))
        if kind == "entity":
            found = islice(self.catalogue.beginning(prefix, types), *window)
            return {"result": [self._suggested(e, lang) for e in found]}
        if kind == "type":
            names = ((t, self.catalogue.name(t)) for t, _ in self.catalogue.types.most_common())
        elif kind == "property":
            names = ((p, name) for p, name in PROPERTIES.items())
        else:
            raise _absent(kind)
        wanted = prefix.strip().casefold()
        fits = ((i, n) for i, n in names if _begins(wanted, i, n))
        rows = [{"id": i, "name": n.to(lang)} for i, n in islice(fits, *window)]
        return {"result": rows}

    def flyout(self, kind: str, iri: str, lang: Lang = "nl") -> dict[str, str]:
        """Give a few words about something that was suggested, as HTML.

        Raises:
            ReconcileError: ``KG-L122`` when it is not there.
        """
        if kind == "entity":
            html = self._card(self._known(iri), lang)
        elif kind == "type" and iri in self.catalogue.types:
            count = self.catalogue.types[iri]
            html = f"<p>{escape(self.catalogue.name(iri).to(lang))} ({count})</p>"
        elif kind == "property" and iri in PROPERTIES:
            html = f"<p>{escape(PROPERTIES[iri].to(lang))}</p>"
        else:
            raise _absent(iri)
        return {"id": iri, "html": html}

    def preview(self, iri: str, lang: Lang = "nl") -> str:
        """Give a small page about one entry; everything from the data is escaped.

        Raises:
            ReconcileError: ``KG-L122`` when it is not there.
        """
        entry = self._known(iri)
        title = escape(self.catalogue.name(iri).to(lang))
        return (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
            "<style>body{font:14px/1.4 sans-serif;margin:8px}p{margin:0 0 4px}</style></head>"
            f"<body>{self._card(entry, lang)}</body></html>"
        )

    def properties(self, type_: str, limit: int = 0, lang: Lang = "nl") -> dict[str, Any]:
        """Give the properties that can be fetched for things of a class.

        Args:
            type_: IRI of the class; empty for any.
            limit: How many to give; 0 for all.
            lang: Language of the names.
        """
        sample = islice(self.catalogue.of_type(type_), 200) if type_ else ()
        entries = [self.catalogue.matcher.entries[n] for n in sample]
        held = [
            p for p in FETCHED
            if not entries or any(self.catalogue.values(e, p) for e in entries)
        ]  # fmt: skip
        shown = held[:limit] if limit > 0 else held
        said: dict[str, Any] = {
            "type": type_, "properties": [{"id": p, "name": PROPERTIES[p].to(lang)} for p in shown],
        }  # fmt: skip
        return said | ({"limit": limit} if limit > 0 else {})

    def extend(self, said: object, version: Version, lang: Lang = "nl") -> dict[str, Any]:
        """Give the values of properties of things.

        Args:
            said: The JSON of the question.
            version: In which version it is.
            lang: Language of the names.

        Raises:
            ReconcileError: When it is not as the standard asks, or too large.
        """
        asked = read_extension(said)
        meta = [
            {"id": p, "name": PROPERTIES.get(p, Text(p, p)).to(lang)} for p in asked.properties
        ]  # fmt: skip
        rows = {
            iri: {p: self._fetched(iri, p, asked.limits.get(p, 0), lang) for p in asked.properties}
            for iri in asked.ids
        }
        if version == "0.2":
            return {"meta": meta, "rows": rows}
        listed = [
            {"id": i, "properties": [{"id": p, "values": v} for p, v in row.items()]}
            for i, row in rows.items()
        ]
        return {"meta": meta, "rows": listed}

    # --- candidates ------------------------------------------------------------------------

    def _day(self, query: Query) -> tuple[dt.date, tuple[Condition, ...]]:
        """Give the day a query is about, and its other conditions."""
        day = self.today()
        for condition in query.conditions:
            if condition.property == "asOf" and condition.values:
                try:
                    day = dt.date.fromisoformat(condition.values[0].strip()[:10])
                except ValueError:
                    continue
        return day, tuple(c for c in query.conditions if c.property != "asOf")

    def _holding(self, query: Query, conditions: Iterable[Condition]) -> list[Entry]:
        """Give the entries that have what is asked, when no name is given."""
        catalogue, found = self.catalogue, None
        for c in conditions:
            if c.quantifier != "none":
                held = {n for v in c.values for n in catalogue.holding(c.property, v)}
                found = held if found is None else found & held
        if query.types:
            typed = {n for t in query.types for n in catalogue.of_type(t)}
            found = typed if found is None else found & typed
        numbers = sorted(found or ())
        return [catalogue.matcher.entries[n] for n in numbers]

    def _allowed(self, candidate: Candidate, query: Query, conditions: Iterable[Condition]) -> bool:
        wanted, have = kinds(query.types), kinds(candidate.entry.types)
        if query.strict == "any" and wanted and not wanted & have:
            return False
        if query.strict == "all" and not wanted <= have:
            return False
        return all(self._holds(candidate.entry, c) for c in conditions if c.required)

    def _holds(self, entry: Entry, condition: Condition) -> bool:
        held = [self.catalogue.has(entry, condition.property, v) for v in condition.values]
        if condition.quantifier == "none":
            return not any(held)
        return all(held) if condition.quantifier == "all" else any(held)

    def _weighed(self, candidate: Candidate, conditions: Sequence[Condition]) -> Candidate:
        """Add to a candidate what its properties say for and against it."""
        score, features, sure = candidate.score, list(candidate.features), candidate.sure
        for condition in conditions:
            if condition.property not in PROPERTIES:
                continue
            holds = self._holds(candidate.entry, condition)
            score += _FITS if holds else _MISSES
            sure = sure and holds
            words = PROPERTIES[condition.property]
            features.append(Feature(f"property_{condition.property}", value=holds, words=words))
        bounded = round(min(100.0, max(0.0, score)), 1)
        return replace(candidate, score=bounded, features=tuple(features), sure=sure)

    # --- in JSON ---------------------------------------------------------------------------

    def _candidate(self, candidate: Candidate, lang: Lang, version: Version) -> dict[str, Any]:
        entry = candidate.entry
        told = {
            "id": entry.iri,
            "name": self._name(entry, lang),
            "description": "; ".join(f.words.to(lang) for f in candidate.features),
            "type": [self._type(t, lang) for t in entry.types],
            "score": candidate.score,
            "match": candidate.sure,
            "features": [_feature(f, lang, version) for f in candidate.features],
        }
        return told if version == "0.2" else told | {"lang": lang}

    def _suggested(self, entry: Entry, lang: Lang) -> dict[str, Any]:
        return {
            "id": entry.iri,
            "name": self._name(entry, lang),
            "description": self._about(entry, lang),
            "notable": [self._type(t, lang) for t in entry.types],
        }

    def _fetched(self, iri: str, prop: str, limit: int, lang: Lang) -> list[dict[str, Any]]:
        entry = self.catalogue.entry(iri)
        values = self.catalogue.values(entry, prop) if entry is not None else ()
        some = list(values)[:limit] if limit else list(values)
        return [self._value(v, lang) for v in some]

    def _value(self, value: str | dt.date, lang: Lang) -> dict[str, Any]:
        if isinstance(value, dt.date):
            return {"date": f"{value.isoformat()}{_DATE}"}
        known = self.catalogue.entry(value) is not None or value in self.catalogue.types
        if known:
            return {"id": value, "name": self.catalogue.name(value).to(lang)}
        return {"str": value}

    def _type(self, iri: str, lang: Lang) -> dict[str, Any]:
        return {"id": iri, "name": self.catalogue.name(iri).to(lang)}

    def _name(self, entry: Entry, lang: Lang) -> str:
        return (entry.label or Text(entry.iri, entry.iri)).to(lang)

    def _about(self, entry: Entry, lang: Lang) -> str:
        """Tell in one line what it is, where, and until when."""
        parts = [self.catalogue.name(t).to(lang) for t in entry.types[:2]]
        parts += [self.catalogue.name(p).to(lang) for p in entry.places[:2]]
        if entry.ended is not None:
            parts.append(f"{PROPERTIES['ended'].to(lang)} {entry.ended}")
        return " · ".join(parts)

    def _card(self, entry: Entry, lang: Lang) -> str:
        rows = [
            f"<p><strong>{escape(self._name(entry, lang))}</strong></p>",
            f"<p>{escape(self._about(entry, lang))}</p>",
        ]
        others = ", ".join(entry.alternatives[:5])
        after = ", ".join(self.catalogue.name(s).to(lang) for s in entry.successors[:5])
        for name, text in (("alternative", others), ("successor", after)):
            if text:
                rows.append(f"<p>{escape(PROPERTIES[name].to(lang))}: {escape(text)}</p>")
        return "".join((*rows, f"<p><code>{escape(entry.iri)}</code></p>"))

    def _known(self, iri: str) -> Entry:
        entry = self.catalogue.entry(iri)
        if entry is None:
            raise _absent(iri)
        return entry


def _feature(feature: Feature, lang: Lang, version: Version) -> Mapping[str, Any]:
    told: dict[str, Any] = {"id": feature.id, "value": feature.value}
    if version == "0.2":
        return told
    return told | {"name": FEATURES.get(feature.id, feature.words).to(lang)}


def _bare(entry: Entry) -> Candidate:
    """Give a candidate that was not found by name: it fits, but nothing is sure."""
    return Candidate(entry, 50.0, (), hit=Hit(-1, "spelling", 0.0, ""))


def _begins(wanted: str, iri: str, name: Text) -> bool:
    names = (iri.casefold(), name.nl.casefold(), name.en.casefold())
    words = [w for n in names[1:] for w in n.split()]
    return not wanted or any(n.startswith(wanted) for n in (*names, *words))


def _absent(what: str) -> ReconcileError:
    shown = what[:200]
    return ReconcileError(
        404,
        "KG-L122",
        Text(f"{shown} is hier niet bekend", f"{shown} is not known here"),
        Text("neem een kenmerk uit een antwoord over", "take an identifier from an answer"),
    )
