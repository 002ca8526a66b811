"""Looks up every reference to a known scheme: does it exist, did it end, is it written well?

Unknown is not the same as wrong: only what cannot be right (an IRI that no list writes so, a term
our ontology does not have) must be mended. What ended has a successor to propose; what could not
be looked up is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kg.checking.material import Check, Draft, Proposal, draft, swapped
from kg.checking.own_terms import check_own_terms
from kg.rdf import NamedNode, Triple, value
from kg.terms import RDF_TYPE
from kg.text import Text
from kg.vocabularies.schemes import EU, Family, Scheme, canonical, scheme_of, well_formed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from kg.checking.material import Material
    from kg.vocabularies import Entry, Vocabularies

State = Literal["known", "ended", "ambiguous", "deprecated", "unknown", "malformed", "not-loaded"]
"""What is known of a reference; ``ambiguous`` is ended with none or several successors."""

UNKNOWN = Check("reference-unknown", "KG-V202", "unknown-reference")
ENDED = Check("reference-ended", "KG-V203", "should-fix")
AMBIGUOUS = Check("reference-ended-ambiguous", "KG-V204", "should-fix")
DEPRECATED = Check("reference-deprecated", "KG-V205", "should-fix")
MALFORMED = Check("reference-malformed", "KG-V206", "must-fix")
SCHEME_NOT_LOADED = Check("scheme-not-loaded", "KG-V207", "information")

_LOADED = Family("", Text("geladen lijst", "loaded list"), lists=False)


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
        return _elsewhere(iri, vocabularies, day)
    scheme = scheme_of(written)
    entry = vocabularies.entry(iri)
    if entry is not None and scheme is not None:
        return _of_entry(entry, scheme, vocabularies, day)
    if scheme is None:
        return _of_list(iri, written)
    return _not_found(iri, written, scheme, vocabularies)


def check_references(material: Material) -> Iterator[Draft]:
    """Give what is to be said about the references of a submission.

    Args:
        material: What is checked; its setting has the vocabularies and the day.
    """
    told: set[str] = set()
    for triple in material.triples:
        yield from check_own_terms(material, triple)
        if isinstance(triple.object, NamedNode):
            yield from _reference(material, triple, triple.object.value, told)
        if isinstance(triple.subject, NamedNode) and triple.predicate.value == RDF_TYPE:
            yield from _described(material, triple)


def _elsewhere(iri: str, vocabularies: Vocabularies, day: dt.date) -> Reference | None:
    """Give the state of an IRI of a list that is loaded, though its way of writing is not known."""
    entry = vocabularies.entry(iri)
    if entry is None or not entry.vocabulary:
        return None
    scheme = Scheme(entry.scheme, Text(entry.vocabulary, entry.vocabulary), _LOADED)
    found = _of_entry(entry, scheme, vocabularies, day)
    if found.state == "known" and entry.successors:
        return Reference("deprecated", scheme, entry, vocabularies.current(iri, day))
    return found


def _of_list(iri: str, written: str) -> Reference | None:
    """Give the state of a reference without a code: EU tables have an IRI themselves."""
    if written != iri:
        return Reference("malformed", proposals=(written,))
    return None if iri.startswith(EU) else Reference("malformed")


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


# --- what is described ---------------------------------------------------------------------


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
