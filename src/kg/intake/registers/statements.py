"""Writing a register's statements: terms, dates and names, each triple once, in one order."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from kg.rdf import Literal, NamedNode, Triple
from kg.terms import ID, RDF_TYPE, RDFS_LABEL, SAM, SKOS_PREF_LABEL, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.rdf import Term

SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
ORG = "http://www.w3.org/ns/org#"
PROV = "http://www.w3.org/ns/prov#"

TYPE = NamedNode(RDF_TYPE)
LABEL = NamedNode(RDFS_LABEL)
PREF_LABEL = NamedNode(SKOS_PREF_LABEL)
ALT_LABEL = NamedNode(SKOS + "altLabel")
CONCEPT = NamedNode(SKOS + "Concept")
NOTATION = NamedNode(SKOS + "notation")
SUBJECT = NamedNode(DCT + "subject")
IDENTIFIER = NamedNode(DCT + "identifier")
IS_REPLACED_BY = NamedNode(DCT + "isReplacedBy")
REPLACES = NamedNode(DCT + "replaces")
CLASSIFICATION = NamedNode(ORG + "classification")
SPECIALIZATION_OF = NamedNode(PROV + "specializationOf")
ORGANISATION = NamedNode(SAM + "Organisation")
VALID_FROM = NamedNode(SAM + "validFrom")
VALID_UNTIL = NamedNode(SAM + "validUntil")

REGISTER = ID + "register/"
"""The registers themselves, as those who speak."""
SCHEME = ID + "scheme/"
"""Datatypes that say which register gave an identifier, for example ``…/scheme/rsin``."""

NO_DATE = dt.date(1900, 1, 1)
"""A placeholder that stands in registers where no date is known."""

_XSD_DATE = NamedNode(XSD + "date")
_XSD_ANY_URI = NamedNode(XSD + "anyURI")
_MAX_SLUG = 80


def day(text: str) -> dt.date | None:
    """Give the date in a text, None when it is no ISO date.

    >>> day("2026-01-01"), day("1 januari")
    (datetime.date(2026, 1, 1), None)
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def iri(text: str, *, under: str = "http") -> NamedNode | None:
    """Give the IRI in a text when it is one and starts as it should, else None.

    >>> iri("https://example.org/a b") is None
    True
    """
    if not text.startswith(under):
        return None
    try:
        return NamedNode(text)
    except ValueError:
        return None


def slug(text: str) -> str:
    """Give a text as the last part of an IRI: lower case, plain letters, digits and hyphens.

    >>> slug("Súdwest-Fryslân (gemeente)")
    'sudwest-fryslan-gemeente'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if short and len(short) <= _MAX_SLUG:
        return short
    mark = hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
    return f"{short[:_MAX_SLUG].strip('-')}-{mark}".strip("-")


def dutch(text: str) -> Literal:
    """Give a text as Dutch."""
    return Literal(text, language="nl")


class Statements:
    """The triples of one register, each once, in the order in which they were first stated."""

    def __init__(self) -> None:
        self._triples: dict[Triple, None] = {}

    def add(self, subject: NamedNode, predicate: NamedNode, value: Term) -> None:
        """State one triple."""
        self._triples[Triple(subject, predicate, value)] = None

    def a(self, subject: NamedNode, cls: NamedNode) -> None:
        """State what kind of thing it is."""
        self.add(subject, TYPE, cls)

    def names(self, subject: NamedNode, current: str, others: Iterable[str] = ()) -> None:
        """State the current name as label and the other names as alternatives."""
        self.add(subject, LABEL, dutch(current))
        for other in others:
            if other != current:
                self.add(subject, ALT_LABEL, dutch(other))

    def concept(self, concept: NamedNode, name: str) -> None:
        """State a topic: a concept that groups and classifies, never one that rises or falls."""
        self.a(concept, CONCEPT)
        self.add(concept, PREF_LABEL, dutch(name))

    def identifier(self, subject: NamedNode, scheme: str, value: str) -> None:
        """State an identifier; the datatype of the literal says which register gave it."""
        datatype = _XSD_ANY_URI if scheme == "owms" else NamedNode(SCHEME + scheme)
        self.add(subject, IDENTIFIER, Literal(value, datatype=datatype))

    def period(self, subject: NamedNode, start: dt.date | None, end: dt.date | None) -> None:
        """State from when, and until when (the first day it no longer holds)."""
        for predicate, date in ((VALID_FROM, start), (VALID_UNTIL, end)):
            if date is not None:
                self.add(subject, predicate, Literal(date.isoformat(), datatype=_XSD_DATE))

    def register(self, name: str, dutch_name: str, english_name: str, site: str) -> NamedNode:
        """State which register speaks, and give its IRI."""
        node = NamedNode(REGISTER + name)
        self.a(node, NamedNode("http://www.w3.org/ns/dcat#Dataset"))
        self.add(node, LABEL, dutch(dutch_name))
        self.add(node, LABEL, Literal(english_name, language="en"))
        self.add(node, NamedNode(DCT + "source"), NamedNode(site))
        return node

    def triples(self) -> list[Triple]:
        """Give the triples in the order of statement."""
        return list(self._triples)
