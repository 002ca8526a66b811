"""Writes what was understood as our statements: kinds, names per language, days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from kg.rdf import Literal, NamedNode, Triple, value
from kg.terms import RDF_TYPE, RDFS_LABEL, SAM, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.rdf import Subject, Term

ALT_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel"
NO_LANGUAGE = "und"
"""The tag for text of which nobody said the language (BCP 47)."""
_DATE = NamedNode(XSD + "date")
_LONGEST_DATE = 10


class Writer:
    """The statements to give back, each once, in order."""

    def __init__(self) -> None:
        self._triples: dict[Triple, None] = {}
        self._kinds: dict[str, set[object]] = {}

    def add(self, subject: Subject, predicate: str, target: Term) -> None:
        """State one triple."""
        self._triples[Triple(subject, NamedNode(predicate), target)] = None

    def a(self, subject: Subject, cls: str) -> None:
        """State what kind of thing it is."""
        self.add(subject, RDF_TYPE, NamedNode(cls))
        self._kinds.setdefault(cls, set()).add(subject)

    def names(self, subject: Subject, texts: Iterable[Term]) -> int:
        """State one label per language; other texts in that language become alternatives.

        Returns:
            How many labels were stated.
        """
        first, others = per_language(texts)
        for language, text in first.items():
            self.add(subject, RDFS_LABEL, Literal(text, language=language))
        for language, text in others:
            self.add(subject, ALT_LABEL, Literal(text, language=language))
        return len(first)

    def text(self, subject: Subject, predicate: str, texts: Iterable[Term]) -> None:
        """State one text per language."""
        first, _ = per_language(texts)
        for language, text in first.items():
            self.add(subject, predicate, Literal(text, language=language))

    def day(self, subject: Subject, name: str, said: Iterable[Term], *, plus: int = 0) -> None:
        """State a day of validity, so many days after the one that was said."""
        for term in said:
            day = read_day(value(term))
            if day is not None:
                moved = day + dt.timedelta(days=plus)
                self.add(subject, SAM + name, Literal(moved.isoformat(), datatype=_DATE))
                return

    def count(self, *classes: str) -> int:
        """Give how many things of these kinds were written."""
        return len(set().union(*(self._kinds.get(cls, set()) for cls in classes)))

    def triples(self) -> list[Triple]:
        """Give the statements in order."""
        return list(self._triples)


def per_language(texts: Iterable[Term]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Sort texts by language: the plainest tag of each language first.

    >>> per_language([Literal("b", language="nl-be-x-formal"), Literal("a", language="nl")])
    ({'nl': 'a'}, [('nl', 'b')])
    """
    said = [(t.language or NO_LANGUAGE, t.value) for t in texts if isinstance(t, Literal)]
    first: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for tag, text in sorted(said, key=lambda x: len(x[0])):
        language = tag.partition("-")[0].lower()
        if not text.strip() or first.setdefault(language, text) == text:
            continue
        others.append((language, text))
    return first, others


def read_day(text: str) -> dt.date | None:
    """Give the day in a date or a moment, None when it is neither.

    >>> read_day("2019-04-13T00:00:00Z")
    datetime.date(2019, 4, 13)
    """
    try:
        return dt.date.fromisoformat(text[:_LONGEST_DATE])
    except ValueError:
        return None
