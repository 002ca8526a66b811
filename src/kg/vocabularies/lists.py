"""Lists that are not RDF, as concepts: OWMS value lists (XML) and the areas of the SDG (CSV).

In: bytes as their keeper publishes them. Out: SKOS concepts. An OWMS list gives each value a name
and sometimes a last day; an SDG list gives each code its area and its theme.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from kg.errors import UnreadableInputError
from kg.rdf import Literal, NamedNode, Triple
from kg.rdf.bounds import check_doctype, check_nesting
from kg.rdf.positions import Lines, Place, PlacedError, excerpt
from kg.terms import RDF_TYPE, SAM, SKOS_PREF_LABEL, XSD
from kg.text import Text
from kg.vocabularies.schemes import OWMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.rdf.bounds import Bounds

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE, _LABEL = NamedNode(RDF_TYPE), NamedNode(SKOS_PREF_LABEL)
_ALT_LABEL, _NOTATION = NamedNode(_SKOS + "altLabel"), NamedNode(_SKOS + "notation")
_CONCEPT, _SCHEME = NamedNode(_SKOS + "Concept"), NamedNode(_SKOS + "ConceptScheme")
_IN_SCHEME, _BROADER = NamedNode(_SKOS + "inScheme"), NamedNode(_SKOS + "broader")
_FROM, _UNTIL = NamedNode(SAM + "validFrom"), NamedNode(SAM + "validUntil")
_DATE = NamedNode(XSD + "date")
_PREFIXES = {"overheid": OWMS}
_SDG = NamedNode(OWMS.rstrip("/") + "/sdg_informatiegebied")
_COLUMNS = ("SDG_Code", "SDG_Informatiegebied", "SDG_IGURI", "SDG_Thema", "SDG_ThemaURI")


def is_owms(text: str) -> bool:
    """Tell whether XML is an OWMS list: its outermost element is ``cv``.

    >>> is_owms('<?xml version="1.0"?><cv name="overheid:Gemeente"/>')
    True
    """
    head = text[:2000]
    while head.lstrip().startswith(("<?", "<!--")):
        _, _, head = head.partition(">")
    return head.lstrip().startswith(("<cv>", "<cv "))


def read_owms(text: str, *, name: str, bounds: Bounds) -> list[Triple]:
    """Read an OWMS list.

    Args:
        text: The XML.
        name: What to call it in messages.
        bounds: How deep elements may stand in each other.

    Returns:
        Its values as concepts, with the first day on which each no longer holds.

    Raises:
        UnreadableInputError: ``KG-R004`` for a DOCTYPE, ``KG-R024`` for too deep nesting,
            ``KG-K105`` with its place for what is no OWMS list.
    """
    check_doctype(text, name=name)
    check_nesting(text, media="application/rdf+xml", name=name, bounds=bounds)
    try:
        root: Element = fromstring(text)
    except ParseError as e:
        line, column = e.position
        raise _no_list(text, name, line, column + 1, str(e)) from e
    prefix, _, local = str(root.get("name", "")).partition(":")
    kind = _PREFIXES.get(prefix)
    if root.tag != "cv" or kind is None or not local:
        raise _no_list(text, name, 1, 1, '<cv name="overheid:…">')
    scheme = NamedNode(kind + local)
    triples = [Triple(scheme, _TYPE, _SCHEME), Triple(scheme, _LABEL, _dutch(local))]
    for value in root.iter("value"):
        triples += _value(value, scheme)
    return triples


def _value(value: Element, scheme: NamedNode) -> Iterator[Triple]:
    label = (value.findtext("prefLabel") or "").strip()
    try:
        node = NamedNode((value.findtext("resourceIdentifier") or "").strip())
    except ValueError:
        return
    yield Triple(node, _TYPE, _CONCEPT)
    yield Triple(node, _TYPE, scheme)
    yield Triple(node, _IN_SCHEME, scheme)
    if label:
        yield Triple(node, _LABEL, _dutch(label))
    for other in value.findall("altLabel"):
        if other.text and other.text.strip():
            yield Triple(node, _ALT_LABEL, _dutch(other.text.strip()))
    start, last = _day(value.findtext("startDate")), _day(value.findtext("endDate"))
    if start is not None:
        yield Triple(node, _FROM, Literal(start.isoformat(), datatype=_DATE))
    if last is not None and last < dt.date.max:
        after = last + dt.timedelta(days=1)
        yield Triple(node, _UNTIL, Literal(after.isoformat(), datatype=_DATE))


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None


def _dutch(text: str) -> Literal:
    return Literal(text, language="nl")


def _no_list(text: str, name: str, line: int, column: int, reason: str) -> PlacedError:
    lines = Lines(text)
    place = Place(name, line, column)
    shown = excerpt(lines, lines.offset(line, column), 1)
    return PlacedError(
        "KG-K105",
        Text(
            f"{place}: dit is geen OWMS-lijst: {reason}\n{shown}",
            f"{place}: this is no OWMS list: {reason}\n{shown}",
        ),
        Text(
            "geef de lijst zoals standaarden.overheid.nl haar aanbiedt, of herstel deze plaats",
            "give the list as standaarden.overheid.nl offers it, or mend this place",
        ),
        place=place,
    )


def read_sdg(text: str, *, name: str) -> list[Triple]:
    """Read the list of areas of the Single Digital Gateway.

    Args:
        text: ``SDG-Informatiegebieden.csv``.
        name: What to call it in messages.

    Returns:
        Its areas and themes as concepts.

    Raises:
        UnreadableInputError: ``KG-K106`` when it is no such list.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        missing = [c for c in _COLUMNS if c not in (rows.fieldnames or ())]
        if missing:
            raise _no_columns(name, 1, ", ".join(missing))
        triples = [
            Triple(_SDG, _TYPE, _SCHEME),
            Triple(_SDG, _LABEL, _dutch("SDG-informatiegebieden")),
        ]
        for row in rows:
            triples += _area(row)
    except csv.Error as e:
        raise _no_columns(name, rows.line_num, str(e)) from e
    return triples


def _area(row: dict[str, str | None]) -> Iterable[Triple]:
    code, area, area_iri, theme, theme_iri = ((row.get(c) or "").strip() for c in _COLUMNS)
    try:
        broad, narrow = NamedNode(area_iri), NamedNode(theme_iri)
    except ValueError:
        return
    for node, label in ((broad, area), (narrow, theme)):
        yield Triple(node, _TYPE, _CONCEPT)
        yield Triple(node, _IN_SCHEME, _SDG)
        if label:
            yield Triple(node, _LABEL, _dutch(label))
    yield Triple(narrow, _BROADER, broad)
    if code:
        yield Triple(narrow, _NOTATION, Literal(code))


def _no_columns(name: str, line: int, reason: str) -> UnreadableInputError:
    return UnreadableInputError(
        "KG-K106",
        Text(
            f"{name}:{line}: dit is geen lijst van SDG-gebieden: {reason}",
            f"{name}:{line}: this is no list of SDG areas: {reason}",
        ),
        Text(
            "geef SDG-Informatiegebieden.csv zoals het is opgehaald",
            "give SDG-Informatiegebieden.csv as it was fetched",
        ),
    )
