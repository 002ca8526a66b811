"""Tells what was not checked, and why: silence must not look like approval."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kg.rdf import BlankNode, Literal, NamedNode
from kg.text import Text
from kg.vocabularies.schemes import scheme_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.checking.bins import Shaped
    from kg.checking.material import Draft, Material
    from kg.intake.read import Document

_SHOWN = 3


def not_checked(
    documents: Sequence[Document],
    material: Material,
    shaped: Shaped,
    found: Sequence[Draft],
    *,
    tried: bool,
) -> tuple[Text, ...]:
    """Give what was not checked, each with its reason.

    Args:
        documents: What was handed in.
        material: The same, with its context.
        shaped: What the shapes said.
        found: All that was found.
        tried: Whether proposed repairs were tried.
    """
    return (
        *_nodes(material, shaped),
        *_statements(material),
        *_schemes(material, found),
        *_tables(documents),
        *_choices(material, tried=tried),
    )


def _nodes(material: Material, shaped: Shaped) -> Iterator[Text]:
    untyped: list[str] = []
    foreign: Counter[str] = Counter()
    for name, about in material.about.items():
        if str(about[0].subject) in shaped.looked_at:
            continue
        types = material.types.get(name)
        if types:
            foreign[", ".join(sorted(types))] += 1
        elif not name.startswith("_:"):
            untyped.append(name)
    if untyped:
        which = _some(untyped)
        yield Text(
            f"zonder soort (rdf:type), dus geen vorm heeft ernaar gekeken: {which}",
            f"without a kind (rdf:type), so no shape looked at it: {which}",
        )
    for types_, count in sorted(foreign.items()):
        yield Text(
            f"dit profiel kent deze soort niet: {types_} ({count} keer)",
            f"this profile does not know this kind: {types_} ({count} times)",
        )


def _statements(material: Material) -> Iterator[Text]:
    odd = sum(
        not isinstance(t.object, NamedNode | BlankNode | Literal)
        or not isinstance(t.subject, NamedNode | BlankNode)
        for t in material.triples
    )
    if odd:
        yield Text(
            f"{odd} uitspraken over uitspraken (RDF 1.2) zijn niet bekeken",
            f"{odd} statements about statements (RDF 1.2) were not looked at",
        )


def _schemes(material: Material, found: Sequence[Draft]) -> Iterator[Text]:
    missing: Counter[Text] = Counter()
    for d in found:
        target = None if d.triple is None else d.triple.object
        if d.result.code == "KG-V207" and isinstance(target, NamedNode):
            scheme = scheme_of(target.value)
            if scheme is not None:
                missing[scheme.name] += 1
    for name, count in sorted(missing.items()):
        yield Text(
            f"{name.nl} is niet geladen; niet opgezochte verwijzingen: {count}",
            f"{name.en} is not loaded; references not looked up: {count}",
        )
    if material.setting.reference_states and not any(
        v for v in material.setting.vocabularies.versions if v != "eu-language-country"
    ):
        yield Text(
            "er zijn geen vocabulaires geladen, behalve talen en landen van de EU",
            "no vocabularies are loaded, except languages and countries of the EU",
        )


def _tables(documents: Sequence[Document]) -> Iterator[Text]:
    for document in documents:
        if document.tables and not document.triples:
            yield Text(
                f"{document.name}: de cellen zijn nog niet omgezet in uitspraken",
                f"{document.name}: the cells have not been turned into statements",
            )


def _choices(material: Material, *, tried: bool) -> Iterator[Text]:
    if not material.setting.reference_states:
        yield Text(
            "verwijzingen, persoonsgegevens en nummers: daarom is gevraagd",
            "references, personal data and numbers: that was asked for",
        )
    if material.setting.organisation is None:
        yield Text(
            "wie wat mag zeggen: er is geen organisatie genoemd",
            "who may say what: no organisation was named",
        )
    if not tried:
        yield Text(
            "of voorstellen tot herstel werken: daarvoor is dit te groot",
            "whether proposed repairs work: this is too large for that",
        )


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    shown = ", ".join(sorted(names)[:_SHOWN])
    return f"{shown} … (+{rest})" if rest > 0 else shown
