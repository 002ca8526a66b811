"""The reference schemes we know by their IRIs, and how their IRIs are written.

In: an IRI. Out: the scheme it belongs to, and how it should have been written. Nothing is looked
up here, so an IRI can be well written and still unknown. The usual mistakes were measured in
published Dutch data: ``https`` for ``http``, ``NL`` for ``NLD``, a slash at the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Family:
    """IRIs with one keeper and one way of writing.

    Attributes:
        prefix: How each IRI begins, exactly.
        name: What people call it.
        lists: Whether the next step of the path names a list of its own.
        upper: The lists whose codes are written in capitals.
    """

    prefix: str
    name: Text
    lists: bool = True
    upper: frozenset[str] = frozenset()


TOOI = "https://identifier.overheid.nl/tooi/id/"
OWMS = "http://standaarden.overheid.nl/owms/terms/"
EU = "http://publications.europa.eu/resource/authority/"

_UPPER = frozenset(
    {
        "access-right", "atu", "continent", "corporate-body", "country", "currency", "data-theme",
        "file-type", "frequency", "language", "licence", "place",
    }
)  # fmt: skip
"""EU tables with codes in capitals; others, such as those of procurement, use small letters."""

FAMILIES: tuple[Family, ...] = (
    Family(TOOI, Text("TOOI-register", "TOOI register")),
    Family(
        "https://identifier.overheid.nl/tooi/def/thes/", Text("TOOI-thesaurus", "TOOI thesaurus")
    ),
    Family(OWMS, Text("UPL en OWMS", "UPL and OWMS"), lists=False),
    Family(EU, Text("EU-lijst", "EU authority table"), upper=_UPPER),
    Family("http://eurovoc.europa.eu/", Text("EuroVoc", "EuroVoc"), lists=False),
)
"""Every known family; no prefix is the start of another."""

_CODES: Mapping[str, tuple[str, int]] = {
    "gemeente": ("gm", 4),
    "waterschap": ("ws", 4),
    "provincie": ("pv", 2),
    "ministerie": ("mnre", 4),
    "zbo": ("zb", 6),
    "so": ("so", 4),
    "oorg": ("oorg", 5),
}
"""TOOI register to the letters and the number of digits of its codes, as measured."""

_HEAD = re.compile(r"^\s*https?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One list: a register, a thesaurus, a table.

    Attributes:
        prefix: How each of its IRIs begins.
        name: What people call it.
        family: The family it belongs to.
    """

    prefix: str
    name: Text
    family: Family


def scheme_of(iri: str) -> Scheme | None:
    """Give the scheme of an IRI that is written with the right prefix, else None.

    >>> scheme_of("http://publications.europa.eu/resource/authority/language/NLD").name.en
    'EU authority table language'
    """
    family = next((f for f in FAMILIES if iri.startswith(f.prefix)), None)
    if family is None:
        return None
    if not family.lists:
        return Scheme(family.prefix, family.name, family)
    step, slash, code = iri.removeprefix(family.prefix).partition("/")
    if not slash or not code:
        return None
    name = Text(f"{family.name.nl} {step}", f"{family.name.en} {step}")
    return Scheme(f"{family.prefix}{step}/", name, family)


def canonical(iri: str) -> str | None:
    """Give an IRI of a known family as it should be written, or None if it is of none.

    The prefix is put right (scheme of the web address, ``www``, capitals), a slash at the end and
    white space go, and the code gets the form of its list. Whether the result exists is not known.

    >>> canonical("https://publications.europa.eu/resource/authority/frequency/daily/")
    'http://publications.europa.eu/resource/authority/frequency/DAILY'
    >>> canonical("http://identifier.overheid.nl/tooi/id/gemeente/GM34")
    'https://identifier.overheid.nl/tooi/id/gemeente/gm0034'
    """
    bare = _HEAD.sub("", iri).strip()
    for family in FAMILIES:
        stem = _HEAD.sub("", family.prefix)
        if not bare.lower().startswith(stem.lower()):
            continue
        rest = bare[len(stem) :].rstrip("/ ")
        return family.prefix + _rest(family, rest) if rest else None
    return None


def well_formed(iri: str) -> bool:
    """Tell whether the code of a TOOI IRI has the form of its register; others are always good.

    >>> well_formed("https://identifier.overheid.nl/tooi/id/gemeente/gm34")
    False
    """
    if not iri.startswith(TOOI):
        return True
    register, _, code = iri.removeprefix(TOOI).partition("/")
    letters, digits = _CODES.get(register, ("", 0))
    return not letters or re.fullmatch(rf"{letters}\d{{{digits}}}|wzg_\d+", code) is not None


def _rest(family: Family, rest: str) -> str:
    if not family.lists:
        return rest
    step, slash, code = rest.partition("/")
    if step in family.upper:
        code = code.upper()
    elif family.prefix == TOOI:
        step = step.lower()
        code = _tooi_code(step, code)
    return f"{step}{slash}{code}"


def _tooi_code(register: str, code: str) -> str:
    if register not in _CODES:
        return code
    letters, digits = _CODES[register]
    found = re.fullmatch(rf"(?:{letters})?0*(\d{{1,{digits}}})", code.lower())
    return f"{letters}{found[1].zfill(digits)}" if found else code
