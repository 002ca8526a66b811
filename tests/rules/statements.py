"""Statements in short names, as the laws and their brute-force definitions speak of them.

``("i0", "heldBy", "o1")`` stands for a triple: predicates and classes are terms of the ontology,
other names are nodes under one example prefix.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from kg.intake.submission import make_submission
from kg.rdf import Literal, NamedNode, Triple
from kg.terms import RDF_TYPE, SAM, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.intake.submission import Submission

Value = str | bool | int | Decimal | dt.date
Statement = tuple[str, str, Value]
Graph = frozenset[Statement]

BASE = "https://example.org/laws/"
NOW = dt.date(2026, 1, 1)
ELSEWHERE = {
    "a": RDF_TYPE,
    "broader": "http://www.w3.org/2004/02/skos/core#broader",
    "isGroupedBy": "http://data.europa.eu/m8g/isGroupedBy",
}
CONCEPTS = frozenset({"Increase", "Decrease", "Control", "OutputVolume", "Experience", "Trust"})


def iri(name: str) -> str:
    """Give the IRI of a node by its short name."""
    return (SAM if name in CONCEPTS or name[:1].isupper() else BASE) + name


def short(text: str) -> str:
    """Give the short name of an IRI, and any other text as it is."""
    return text.removeprefix(BASE).removeprefix(SAM)


def to_triple(statement: Statement) -> Triple:
    """Give the triple of a statement."""
    subject, predicate, target = statement
    return Triple(
        NamedNode(iri(subject)),
        NamedNode(ELSEWHERE.get(predicate, SAM + predicate)),
        _term(target),
    )


def _term(target: Value) -> NamedNode | Literal:
    if isinstance(target, str):
        return NamedNode(iri(target))
    if isinstance(target, dt.date):
        return Literal(target.isoformat(), datatype=NamedNode(XSD + "date"))
    if isinstance(target, Decimal):
        return Literal(format(target, "f"), datatype=NamedNode(XSD + "decimal"))
    return Literal(target)


def submission(
    statements: Iterable[Statement], speaker: str | None = None, file: str = "a.ttl"
) -> Submission:
    """Give statements as one file, said by a speaker (short name) or by nobody in particular."""
    ordered = sorted(statements, key=str)
    who = None if speaker is None else iri(speaker)
    return make_submission((to_triple(s) for s in ordered), file, who)
