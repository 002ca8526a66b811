"""Checks the terms of our own namespace: does the ontology have them, and may they stand here?

A submission speaks with the terms of the ontology; it cannot make new ones, describe them
differently, or state what the system derives itself.
"""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.checking.material import Check, Draft, Proposal, draft, spelled_subject
from kg.checking.profiles import own_ontology, own_terms
from kg.rdf import Literal as RdfLiteral
from kg.rdf import NamedNode, Triple, value
from kg.terms import RDFS_LABEL, SAM, D
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.checking.material import Material

UNKNOWN_TERM = Check("unknown-term", "KG-V208", "must-fix")
DERIVED_TERM = Check("derived-term", "KG-V209", "must-fix")
ONTOLOGY_TERM = Check("ontology-term", "KG-V210", "must-fix")

_OWN = re.compile(r"https?://(?:www\.)?w3id\.org/samenspel/def[#/]?(?P<name>.*)", re.IGNORECASE)
_FROM_TO = Text("vervang {old} door {new}", "replace {old} by {new}")


def check_own_terms(material: Material, triple: Triple) -> Iterator[Draft]:
    """Give what is to be said about our own terms in one statement.

    Args:
        material: What is checked.
        triple: The statement.
    """
    predicate = triple.predicate.value
    if predicate.startswith(D):
        yield draft(
            material, DERIVED_TERM, triple,
            Text(
                "Dit is een afgeleid gegeven. Haal het weg: afleiden doet het systeem zelf.",
                "This is derived. Remove it: the system derives it itself.",
            ),
            proposals=(Proposal(Text("haal dit weg", "remove this"), (triple,), ()),),
        )  # fmt: skip
    else:
        yield from _own_term(material, triple, predicate, place="predicate")
    if isinstance(triple.object, NamedNode):
        yield from _own_term(material, triple, triple.object.value, place="object")
    # In the terms of others our own are things like any: a role, a kind, with their names.
    mine = material.setting.profile.own and spelled_subject(triple).startswith(SAM)
    if mine and triple not in _ontology():
        yield draft(
            material, ONTOLOGY_TERM, triple,
            Text(
                "Dit is een begrip van de ontologie; een aanlevering kan het niet beschrijven. "
                "Geef uw eigen ding een eigen naam (IRI).",
                "This is a term of the ontology; a submission cannot describe it. "
                "Give your own thing a name (IRI) of its own.",
            ),
        )  # fmt: skip


def _own_term(material: Material, triple: Triple, iri: str, *, place: str) -> Iterator[Draft]:
    found = _OWN.fullmatch(iri)
    if found is None or iri in own_terms() or iri + "#" == SAM:
        return
    near = _nearest(found["name"], place)
    name = near.removeprefix(SAM) if near else ""
    maybe = Text(f" Bedoelt u sam:{name}?", f" Do you mean sam:{name}?") if near else Text("", "")
    proposals: tuple[Proposal, ...] = ()
    if near:
        new = (
            Triple(triple.subject, NamedNode(near), triple.object)
            if place == "predicate"
            else Triple(triple.subject, triple.predicate, NamedNode(near))
        )
        proposals = (Proposal(_FROM_TO.format(old=iri, new=near), (triple,), (new,)),)
    yield draft(
        material, UNKNOWN_TERM, triple,
        Text(
            f"De ontologie kent {iri} niet.{maybe.nl}",
            f"The ontology does not know {iri}.{maybe.en}",
        ),
        expected=Text(near, near) if near else None, proposals=proposals,
    )  # fmt: skip


def _nearest(name: str, place: str) -> str | None:
    """Give the own term whose name or label looks most like a name."""
    names = _names_of_terms(place)
    if name.casefold() in names:
        return names[name.casefold()]
    close = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.75)
    return names[close[0]] if close else None


@lru_cache(maxsize=2)
def _names_of_terms(place: str) -> dict[str, str]:
    """Give own terms by name and label: properties for a predicate, all others for an object."""
    names: dict[str, str] = {}
    wanted = {
        iri for iri in own_terms()
        if iri.removeprefix(SAM)[:1].islower() == (place == "predicate") and iri != SAM
    }  # fmt: skip
    for t in own_ontology():
        iri = value(t.subject)
        if iri in wanted:
            names[iri.removeprefix(SAM).casefold()] = iri
            if t.predicate.value == RDFS_LABEL and isinstance(t.object, RdfLiteral):
                names.setdefault(t.object.value.casefold().replace(" ", ""), iri)
    return names


@lru_cache(maxsize=1)
def _ontology() -> frozenset[Triple]:
    return frozenset(own_ontology())
