"""Checks the numbers by which registers know organisations: RSIN, OIN and KVK.

The rules were measured on the register of government organisations: every RSIN has nine digits
that pass the eleven test, an OIN has twenty digits and holds the RSIN when it starts with
00000001, and a KVK number has eight digits. What kind a number is follows from the property or
the scheme it is given with, never from its digits: a citizen service number has the same form as
an RSIN.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.checking.graphs import spelled
from kg.checking.material import Check, Draft, Proposal, draft, spelled_subject, swapped
from kg.checking.words import local_name
from kg.rdf import BlankNode, Literal, NamedNode, value
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.checking.material import Material
    from kg.rdf import Triple

RSIN = Check("rsin", "KG-V401", "must-fix")
OIN = Check("oin", "KG-V402", "must-fix")
KVK = Check("kvk", "KG-V403", "must-fix")
OIN_RSIN = Check("oin-rsin", "KG-V404", "should-fix")

_NOTATION = "http://www.w3.org/2004/02/skos/core#notation"
_IDENTIFIERS = {_NOTATION, "http://purl.org/dc/terms/identifier"}
_SCHEMES = {
    "http://www.w3.org/ns/adms#schemeAgency",
    "http://www.w3.org/ns/adms#schemaAgency",
    "http://purl.org/dc/terms/creator",
    "http://purl.org/dc/terms/type",
    "http://www.w3.org/2004/02/skos/core#inScheme",
}
_HAS_IDENTIFIER = "http://www.w3.org/ns/adms#identifier"
_NAMES = {
    "bsn": "bsn", "burgerservice": "bsn", "sofi": "bsn", "citizenservice": "bsn",
    "socialsecurity": "bsn", "rsin": "rsin", "oin": "oin",
    "organisatieidentificatie": "oin", "kvk": "kvk", "kamervankoophandel": "kvk",
    "chamberofcommerce": "kvk",
}  # fmt: skip
_NOISE = re.compile(r"[^a-z]|nummer|number|nr$|num$|^has|^heeft")
_RSIN_DIGITS, _OIN_DIGITS, _KVK_DIGITS = 9, 20, 8
_OIN_OF_RSIN = "00000001"
_LOOKS_LIKE = str.maketrans("IlOo", "1100")


def eleven_test(digits: str) -> bool:
    """Tell whether nine digits pass the eleven test of RSIN and citizen service number.

    >>> eleven_test("111222333"), eleven_test("111222334")
    (True, False)
    """
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    if not re.fullmatch(r"[0-9]{9}", digits):
        return False
    return sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0


def kind_named(name: str) -> str | None:
    """Give the kind of number that a name stands for, None when it stands for none.

    >>> kind_named("kvkNummer"), kind_named("RSIN"), kind_named("identifier")
    ('kvk', 'rsin', None)
    """
    return _NAMES.get(_NOISE.sub("", name.casefold().replace("nummer", "").replace("number", "")))


def kind_of(triple: Triple, material: Material) -> str | None:
    """Give the kind of number a statement holds: by property, datatype or scheme.

    Args:
        triple: The statement.
        material: What else is said about its subject.
    """
    if not isinstance(triple.object, Literal):
        return None
    named = kind_named(local_name(triple.predicate.value))
    if named is None and triple.predicate.value in _IDENTIFIERS:
        named = kind_named(local_name(triple.object.datatype.value))
        if named is None:
            named = _of_scheme(material.about.get(spelled_subject(triple), []))
    return named


def _of_scheme(about: list[Triple]) -> str | None:
    for t in about:
        if t.predicate.value in _SCHEMES:
            text = value(t.object)
            name = local_name(text) if isinstance(t.object, NamedNode) else text
            kind = kind_named(name)
            if kind is not None:
                return kind
    return None


def check_identifiers(material: Material) -> Iterator[Draft]:
    """Give what is wrong with the numbers of organisations.

    Args:
        material: What is checked.
    """
    holders = _holders(material)
    rsin: dict[str, str] = {}
    oin: list[Triple] = []
    for triple in material.triples:
        kind = kind_of(triple, material)
        text = value(triple.object).strip()
        if kind == "rsin":
            rsin[_holder(triple, holders)] = text
            yield from _rsin(material, triple, text)
        elif kind == "kvk":
            yield from _kvk(material, triple, text)
        elif kind == "oin":
            oin.append(triple)
            yield from _oin(material, triple, text)
    for triple in oin:
        yield from _oin_against_rsin(material, triple, rsin.get(_holder(triple, holders)))


def _holder(triple: Triple, holders: Mapping[str, str]) -> str:
    """Give the thing a number belongs to, also when it stands at an identifier of its own."""
    subject = spelled_subject(triple)
    return holders.get(subject, subject) if triple.predicate.value == _NOTATION else subject


def _holders(material: Material) -> dict[str, str]:
    return {
        spelled(t.object): spelled_subject(t)
        for t in material.triples
        if t.predicate.value == _HAS_IDENTIFIER and isinstance(t.object, NamedNode | BlankNode)
    }


def _rsin(material: Material, triple: Triple, text: str) -> Iterator[Draft]:
    if not eleven_test(text):
        expected = Text(
            "negen cijfers die de elfproef halen", "nine digits that pass the eleven test"
        )
        yield draft(
            material, RSIN, triple,
            Text(
                f"{text} is geen RSIN: dat heeft {expected.nl}. Kijk het nummer na.",
                f"{text} is no RSIN: that has {expected.en}. Look the number up.",
            ),
            expected=expected, proposals=_respelled(triple, text, _RSIN_DIGITS, test=eleven_test),
        )  # fmt: skip


def _kvk(material: Material, triple: Triple, text: str) -> Iterator[Draft]:
    if not re.fullmatch(rf"[0-9]{{{_KVK_DIGITS}}}", text):
        yield draft(
            material, KVK, triple,
            Text(
                f"{text} is geen KVK-nummer: dat heeft acht cijfers. Kijk het nummer na.",
                f"{text} is no KVK number: that has eight digits. Look the number up.",
            ),
            expected=Text("acht cijfers", "eight digits"),
            proposals=_respelled(triple, text, _KVK_DIGITS),
        )  # fmt: skip


def _oin(material: Material, triple: Triple, text: str) -> Iterator[Draft]:
    if not re.fullmatch(rf"[0-9]{{{_OIN_DIGITS}}}", text):
        yield draft(
            material, OIN, triple,
            Text(
                f"{text} is geen OIN: dat heeft twintig cijfers. Kijk het nummer na.",
                f"{text} is no OIN: that has twenty digits. Look the number up.",
            ),
            expected=Text("twintig cijfers", "twenty digits"),
            proposals=_respelled(triple, text, _OIN_DIGITS),
        )  # fmt: skip


def _oin_against_rsin(material: Material, triple: Triple, rsin: str | None) -> Iterator[Draft]:
    text = value(triple.object).strip()
    if not re.fullmatch(rf"{_OIN_OF_RSIN}[0-9]{{12}}", text):
        return
    inside = text[8:17]
    if (rsin is None and eleven_test(inside)) or inside == rsin:
        return
    other = Text(f" ({rsin})", f" ({rsin})") if rsin else Text("", "")
    yield draft(
        material, OIN_RSIN, triple,
        Text(
            f"Dit OIN bevat {inside}; dat is niet het RSIN van deze organisatie{other.nl}. "
            "Kijk beide nummers na.",
            f"This OIN holds {inside}; that is not the RSIN of this organisation{other.en}. "
            "Look both numbers up.",
        ),
    )  # fmt: skip


def _respelled(
    triple: Triple, text: str, digits: int, *, test: Callable[[str], bool] | None = None
) -> tuple[Proposal, ...]:
    """Propose the number without spaces and dots, with letters that look like digits replaced."""
    new = re.sub(r"[\s.\-]", "", text).translate(_LOOKS_LIKE)
    if new == text or not re.fullmatch(rf"[0-9]{{{digits}}}", new):
        return ()
    target = triple.object
    if not isinstance(target, Literal) or (test is not None and not test(new)):
        return ()
    about = Text(f"schrijf het nummer als {new}", f"write the number as {new}")
    literal = Literal(new, datatype=target.datatype)
    return (Proposal(about, (triple,), swapped(triple, target=literal)),)
