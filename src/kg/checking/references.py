"""Looks up every reference to a known scheme: does it exist, did it end, is it written well?

Unknown is not the same as wrong: only what cannot be right (an IRI that no list writes so, a term
our ontology does not have) must be mended. What ended has a successor to propose; what could not
be looked up is told.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from kg.checking.material import Check, Draft, Proposal, draft, spelled_subject, swapped
from kg.checking.profiles import own_ontology, own_terms
from kg.rdf import Literal as RdfLiteral
from kg.rdf import NamedNode, Triple, value
from kg.terms import RDF_TYPE, RDFS_LABEL, SAM, D
from kg.text import Text
from kg.vocabularies.schemes import EU, canonical, scheme_of, well_formed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from kg.checking.material import Material
    from kg.vocabularies import Entry, Scheme, Vocabularies

State = Literal["known", "ended", "ambiguous", "deprecated", "unknown", "malformed", "not-loaded"]
"""What is known of a reference; ``ambiguous`` is ended with none or several successors."""

UNKNOWN = Check("reference-unknown", "KG-V202", "unknown-reference")
ENDED = Check("reference-ended", "KG-V203", "should-fix")
AMBIGUOUS = Check("reference-ended-ambiguous", "KG-V204", "should-fix")
DEPRECATED = Check("reference-deprecated", "KG-V205", "should-fix")
MALFORMED = Check("reference-malformed", "KG-V206", "must-fix")
SCHEME_NOT_LOADED = Check("scheme-not-loaded", "KG-V207", "information")
UNKNOWN_TERM = Check("unknown-term", "KG-V208", "must-fix")
DERIVED_TERM = Check("derived-term", "KG-V209", "must-fix")
ONTOLOGY_TERM = Check("ontology-term", "KG-V210", "must-fix")

_OWN = re.compile(r"https?://(?:www\.)?w3id\.org/samenspel/def[#/]?(?P<name>.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """What is known of an IRI.

    Attributes:
        state: Its state.
        scheme: The scheme it belongs to, when it is written well enough to tell.
        entry: What the vocabulary says.
        proposals: IRIs that could take its place.
    """

    state: State
    scheme: Scheme | None = None
    entry: Entry | None = None
    proposals: tuple[str, ...] = ()


def look_up(iri: str, vocabularies: Vocabularies, day: dt.date) -> Reference | None:
    """Give the state of a reference on a day; None for an IRI of no known scheme.

    Args:
        iri: The reference.
        vocabularies: What is loaded.
        day: The day on which it must hold.

    >>> import datetime as dt
    >>> from kg.vocabularies import bundled_vocabularies
    >>> look_up("https://publications.europa.eu/resource/authority/language/NL",
    ...         bundled_vocabularies(), dt.date(2026, 1, 1)).proposals
    ('http://publications.europa.eu/resource/authority/language/NLD',)
    """
    written = canonical(iri)
    if written is None:
        return None
    scheme = scheme_of(written)
    entry = vocabularies.entry(iri)
    if entry is not None and scheme is not None:
        return _of_entry(entry, scheme, vocabularies, day)
    if scheme is None:
        return Reference("malformed", proposals=(written,) if written != iri else ())
    return _not_found(iri, written, scheme, vocabularies)


def check_references(material: Material) -> Iterator[Draft]:
    """Give what is to be said about the references of a submission.

    Args:
        material: What is checked; its setting has the vocabularies and the day.
    """
    told: set[str] = set()
    for triple in material.triples:
        yield from _own_terms(material, triple)
        if isinstance(triple.object, NamedNode):
            yield from _reference(material, triple, triple.object.value, told)
        if isinstance(triple.subject, NamedNode) and triple.predicate.value == RDF_TYPE:
            yield from _described(material, triple)


def _of_entry(entry: Entry, scheme: Scheme, vocabularies: Vocabularies, day: dt.date) -> Reference:
    if not entry.in_force(day):
        after = vocabularies.current(entry.iri, day)
        state: State = "ended" if len(after) == 1 else "ambiguous"
        return Reference(state, scheme, entry, after)
    if entry.deprecated:
        return Reference("deprecated", scheme, entry, vocabularies.current(entry.iri, day))
    return Reference("known", scheme, entry)


def _not_found(iri: str, written: str, scheme: Scheme, vocabularies: Vocabularies) -> Reference:
    coded = _with_code(written, scheme, vocabularies)
    if coded is not None:
        return Reference("malformed", scheme, None, (coded,))
    instead = vocabularies.of_owms(written)
    if instead is not None:
        return Reference("deprecated", scheme, None, (instead,))
    if not well_formed(written):
        return Reference("malformed", scheme)
    loaded = vocabularies.is_loaded(scheme.prefix)
    if loaded and vocabularies.entry(written) is None:
        near = vocabularies.near(written, scheme.prefix)
        return Reference("unknown", scheme, None, () if near is None else (near,))
    if written != iri:
        return Reference("malformed", scheme, None, (written,))
    return Reference("not-loaded", scheme)


def _with_code(written: str, scheme: Scheme, vocabularies: Vocabularies) -> str | None:
    """Give the IRI meant by another kind of code, such as ``NL`` where it should be ``NLD``."""
    if vocabularies.entry(written) is not None:
        return None
    code = written.removeprefix(scheme.prefix)
    found = vocabularies.with_code(scheme.prefix, code)
    if found is None and scheme.prefix == f"{EU}atu/":
        country = vocabularies.with_code(f"{EU}country/", code)
        found = None if country is None else scheme.prefix + country.rpartition("/")[2]
    return found


# --- what is said about it -----------------------------------------------------------------

_FROM_TO = Text("vervang {old} door {new}", "replace {old} by {new}")


def _reference(material: Material, triple: Triple, iri: str, told: set[str]) -> Iterator[Draft]:
    setting = material.setting
    found = look_up(iri, setting.vocabularies, setting.as_of)
    if found is None or found.state == "known":
        return
    if found.state == "not-loaded":
        if iri in told or iri in material.about:
            return
        told.add(iri)
    elif found.state == "unknown" and iri in material.about:
        return
    yield _MAKERS[found.state](material, triple, iri, found)


def _named(iri: str, entry: Entry | None) -> Text:
    label = None if entry is None else entry.label
    return Text(iri, iri) if label is None else Text(f"{label.nl} ({iri})", f"{label.en} ({iri})")


def _scheme_name(found: Reference) -> Text:
    if found.scheme is None:
        return Text("een bekend schema", "a known scheme")
    return found.scheme.name


def _replacing(triple: Triple, found: Reference) -> tuple[Proposal, ...]:
    return tuple(
        Proposal(
            _FROM_TO.format(old=value(triple.object), new=new),
            (triple,),
            swapped(triple, target=NamedNode(new)),
        )
        for new in found.proposals
    )


def _names(found: Reference, material: Material) -> Text:
    names = [_named(p, material.setting.vocabularies.entry(p)) for p in found.proposals]
    return Text(", ".join(n.nl for n in names), ", ".join(n.en for n in names))


def _ended(material: Material, triple: Triple, iri: str, found: Reference) -> Draft:
    name, after = _named(iri, found.entry), _names(found, material)
    day = found.entry.ended if found.entry is not None else None
    return draft(
        material, ENDED, triple,
        Text(
            f"{name.nl} bestaat niet meer sinds {day}. Gebruik de opvolger: {after.nl}.",
            f"{name.en} no longer exists since {day}. Use its successor: {after.en}.",
        ),
        expected=after, proposals=_replacing(triple, found),
    )  # fmt: skip


def _ambiguous(material: Material, triple: Triple, iri: str, found: Reference) -> Draft:
    name, after = _named(iri, found.entry), _names(found, material)
    day = found.entry.ended if found.entry is not None else None
    choice = (
        Text(f"Kies zelf welke u bedoelt: {after.nl}.", f"Choose which one you mean: {after.en}.")
        if found.proposals
        else Text("Een opvolger is niet bekend.", "No successor is known.")
    )
    return draft(
        material, AMBIGUOUS, triple,
        Text(
            f"{name.nl} bestaat niet meer sinds {day}. {choice.nl}",
            f"{name.en} no longer exists since {day}. {choice.en}",
        ),
        expected=after if found.proposals else None, proposals=_replacing(triple, found),
    )  # fmt: skip


def _deprecated(material: Material, triple: Triple, iri: str, found: Reference) -> Draft:
    name, after = _named(iri, found.entry), _names(found, material)
    instead = (
        Text(f" Gebruik {after.nl}.", f" Use {after.en}.") if found.proposals else Text("", "")
    )
    return draft(
        material, DEPRECATED, triple,
        Text(
            f"{name.nl} wordt door de beheerder afgeraden of is opgevolgd.{instead.nl}",
            f"{name.en} is advised against by its keeper or has been succeeded.{instead.en}",
        ),
        expected=after if found.proposals else None, proposals=_replacing(triple, found),
    )  # fmt: skip


def _unknown(material: Material, triple: Triple, iri: str, found: Reference) -> Draft:
    """Tell that a list lacks it; what looks like it is a hint and never a repair."""
    scheme, near = _scheme_name(found), _names(found, material)
    maybe = Text(f" Bedoelt u {near.nl}?", f" Do you mean {near.en}?") if found.proposals else None
    return draft(
        material, UNKNOWN, triple,
        Text(
            f"{iri} staat niet in {scheme.nl}.{maybe.nl if maybe else ''} Kijk de verwijzing na.",
            f"{iri} is not in {scheme.en}.{maybe.en if maybe else ''} Look the reference up.",
        ),
        expected=near if found.proposals else None,     )  # fmt: skip


def _malformed(material: Material, triple: Triple, iri: str, found: Reference) -> Draft:
    scheme = _scheme_name(found)
    new = found.proposals[0] if found.proposals else ""
    fix = Text(f"Schrijf: {new}", f"Write: {new}") if new else Text(
        "Zoek de juiste verwijzing op.", "Look up the right reference."
    )  # fmt: skip
    return draft(
        material, MALFORMED, triple,
        Text(
            f"{iri} is niet geschreven zoals {scheme.nl} het doet. {fix.nl}",
            f"{iri} is not written as {scheme.en} writes it. {fix.en}",
        ),
        expected=Text(new, new) if new else None, proposals=_replacing(triple, found),
    )  # fmt: skip


def _not_loaded(material: Material, triple: Triple, iri: str, found: Reference) -> Draft:
    scheme = _scheme_name(found)
    return draft(
        material, SCHEME_NOT_LOADED, triple,
        Text(
            f"{iri} is niet opgezocht: {scheme.nl} is niet geladen.",
            f"{iri} was not looked up: {scheme.en} is not loaded.",
        ),
    )  # fmt: skip


_MAKERS = {
    "ended": _ended,
    "ambiguous": _ambiguous,
    "deprecated": _deprecated,
    "unknown": _unknown,
    "malformed": _malformed,
    "not-loaded": _not_loaded,
}


# --- our own namespace ---------------------------------------------------------------------


def _described(material: Material, triple: Triple) -> Iterator[Draft]:
    """Tell that a node is described under an IRI that is not written as its scheme does."""
    subject = value(triple.subject)
    found = look_up(subject, material.setting.vocabularies, material.setting.as_of)
    if found is None or found.state != "malformed":
        return
    proposals = tuple(
        Proposal(
            _FROM_TO.format(old=subject, new=new),
            tuple(material.about[subject]),
            tuple(Triple(NamedNode(new), t.predicate, t.object) for t in material.about[subject]),
        )
        for new in found.proposals
    )
    made = _malformed(material, triple, subject, found)
    yield Draft(made.result, triple, made.node, proposals)


def _own_terms(material: Material, triple: Triple) -> Iterator[Draft]:
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
    if spelled_subject(triple).startswith(SAM) and triple not in _ontology():
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
