"""What an import could not use: counted per class and property, with the first places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.intake.registers.report import SHOWN, Problem
from kg.rdf import value
from kg.rdf.short import short
from kg.terms import RDF_TYPE
from kg.text import Text

if TYPE_CHECKING:
    from kg.intake.cpsv.foreign import Foreign
    from kg.rdf import Triple

_ADVICE = Text(
    "dit is niet overgenomen; het blijft staan in het bestand waar het vandaan kwam",
    "this was not taken over; it stays in the file it came from",
)


def without_counterpart(foreign: Foreign) -> tuple[Problem, ...]:
    """Give one entry per class and property of which something was left out, most first."""
    groups: dict[tuple[str, str], list[Triple]] = {}
    for triple in foreign.unused():
        kinds = sorted(foreign.kinds(triple.subject)) or [""]
        what = value(triple.object) if triple.predicate.value == RDF_TYPE else ""
        key = (what or kinds[0], "" if what else triple.predicate.value)
        groups.setdefault(key, []).append(triple)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_problem(foreign, key, triples) for key, triples in ordered)


def _problem(foreign: Foreign, key: tuple[str, str], triples: list[Triple]) -> Problem:
    cls, prop = key
    name = " ".join(short(x) for x in (cls, prop) if x)
    places = "; ".join(foreign.place(t) for t in triples[:SHOWN])
    more = "; …" if len(triples) > SHOWN else ""
    count = len(triples)
    return Problem(
        f"{places}{more}",
        Text(f"zonder tegenhanger: {name} ({count})", f"without counterpart: {name} ({count})"),
        _ADVICE,
        f"no-counterpart {cls} {prop}".strip(),
        count,
    )
