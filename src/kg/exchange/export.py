"""Writes a graph in the terms of a profile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.exchange.loss import losses
from kg.rdf import NamedNode
from kg.store import MemoryStore
from kg.terms import GRAPH

if TYPE_CHECKING:
    from kg.exchange.loss import Loss
    from kg.exchange.profile import Profile
    from kg.rdf import Triple
    from kg.store import GraphStore
    from kg.text import Text

PLACE = "http://publications.europa.eu/resource/authority/country/NLD"
"""Where organisations work whose area nobody stated, when a receiver demands one."""
_EXPORT = GRAPH + "export"
_PARAMETER = re.compile(r"\$place\b")


@dataclass(frozen=True, slots=True)
class Completed:
    """What was filled in because a receiver demands it: what, and how many statements."""

    what: Text
    count: int


@dataclass(frozen=True, slots=True)
class Export:
    """What a profile makes of a graph.

    Attributes:
        profile: How it was written.
        triples: What to hand over, in stable order.
        losses: What became of each class and property.
        completed: What was filled in for the receiver.
    """

    profile: Profile
    triples: tuple[Triple, ...]
    losses: tuple[Loss, ...]
    completed: tuple[Completed, ...]


def export(
    store: GraphStore, profile: Profile, *, typed: bool = False, place: str = PLACE
) -> Export:
    """Write a graph in the terms of a profile.

    Args:
        store: After the rules have run: data in force and what was derived.
        profile: Which terms.
        typed: Say of everything referred to what kind of thing it is, and fill in what the
            receiver's shapes demand, so that their validator needs no other file.
        place: IRI of the area for organisations without one; only with ``typed``.

    Returns:
        Triples and a report; equal input gives equal output.
    """
    found: set[Triple] = set()
    for part in profile.parts:
        if not part.typed:
            found.update(store.construct(part.query))
    stated = tuple(sorted(found, key=str))
    completed = _complete(profile, found, place) if typed else ()
    triples = tuple(sorted(found, key=str))
    return Export(profile, triples, losses(store, profile, stated), completed)


def _complete(profile: Profile, found: set[Triple], place: str) -> tuple[Completed, ...]:
    """Run the typed parts, each over what those before it gave."""
    work = MemoryStore()
    work.add(_EXPORT, found)
    told = []
    for part in profile.parts:
        if not part.typed:
            continue
        query = _PARAMETER.sub(lambda _: str(NamedNode(place)), part.query)
        new = set(work.construct(query)) - found
        work.add(_EXPORT, new)
        found |= new
        if part.completes is not None and new:
            told.append(Completed(part.completes, len(new)))
    return tuple(told)
