"""A cell as a value: IRI, text in a language, date, number or truth."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from kg.intake.registers.report import Kind
from kg.intake.registers.statements import slug
from kg.rdf import Literal, NamedNode
from kg.terms import XSD
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.intake.tabular.mapping import Property, Source, Template, When
    from kg.rdf import Term

EMPTY = Kind(
    "required-empty",
    Text("een cel die ingevuld moet zijn is leeg", "a cell that must be filled is empty"),
    Text("de eigenschap is overgeslagen", "the property was passed over"),
)
NOT_ALLOWED = Kind(
    "not-allowed",
    Text(
        "een cel past niet bij het patroon van de mapping",
        "a cell does not fit the pattern of the mapping",
    ),
    Text("de waarde is overgeslagen", "the value was passed over"),
)
NO_IRI = Kind(
    "no-iri",
    Text(
        "een cel is geen IRI onder de naamruimte van de mapping",
        "a cell is no IRI under the namespace of the mapping",
    ),
    Text("de waarde is overgeslagen", "the value was passed over"),
)
NOT_FOUND = Kind(
    "not-in-lookup",
    Text(
        "een label staat niet, of niet eenduidig, in de opzoeklijst",
        "a label is not in the lookup, or not for one thing only",
    ),
    Text("de waarde is overgeslagen", "the value was passed over"),
)
NO_VALUE = Kind(
    "no-value",
    Text("een cel is geen waarde van dit soort", "a cell is no value of this kind"),
    Text("de waarde is overgeslagen", "the value was passed over"),
)

_TRUTHS = {
    **dict.fromkeys(("ja", "yes", "true", "waar", "x", "1"), "true"),
    **dict.fromkeys(("nee", "no", "false", "onwaar", "0"), "false"),
}
_FORBIDDEN = re.compile(r"""[\x00-\x20<>"{}|^`\\]""")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


class Refused(NamedTuple):
    """Why a cell gave no value."""

    kind: Kind
    text: str


def holds(conditions: tuple[When, ...], row: Mapping[str, str]) -> bool:
    """Whether a row meets all conditions."""
    return all(_meets(when, row.get(when.column, "")) for when in conditions)


def _meets(when: When, cell: str) -> bool:
    if when.empty is not None:
        return (cell == "") is when.empty
    if when.equal is not None:
        return cell == when.equal
    if when.unequal is not None:
        return cell != when.unequal
    return when.matches is not None and when.matches.fullmatch(cell) is not None


def encoded(text: str) -> str:
    """Give a text as part of an IRI: all but letters, digits and ``-._~`` percent-encoded.

    RFC 3986, section 2.3, over composed letters in UTF-8 (RFC 3987, section 3.1).

    >>> encoded("a/b ü")
    'a%2Fb%20%C3%BC'
    """
    return quote(unicodedata.normalize("NFC", text), safe="")


def from_template(template: Template, row: Mapping[str, str]) -> NamedNode | None:
    """Give the IRI that a row makes of a template; None when a cell it needs is empty.

    A cell that is only dots would climb out of its place in the path, so it is none.
    """
    out = []
    for part in template.parts:
        if isinstance(part, str):
            out.append(part)
            continue
        column, as_slug = part
        cell = row.get(column, "")
        text = slug(cell) if as_slug else encoded(cell)
        if not cell or not text.strip("."):
            return None
        out.append(text)
    return NamedNode("".join(out))


def identity(source: Source, row: Mapping[str, str]) -> NamedNode | Refused | None:
    """Give the IRI of a thing or value that is one; None when there is nothing in the cell."""
    if source.template is not None:
        return from_template(source.template, row)
    if isinstance(source.fixed, NamedNode):
        return source.fixed
    return node_of(source, row.get(source.column or "", ""))


def node_of(source: Source, cell: str) -> NamedNode | Refused | None:
    """Give the IRI for one cell of a column with IRIs or labels."""
    if not cell:
        return None
    if source.pattern is not None and not source.pattern.fullmatch(cell):
        return Refused(NOT_ALLOWED, cell)
    if source.lookup is not None:
        return source.lookup.find(cell) or Refused(NOT_FOUND, cell)
    under = source.under or ""
    rest = cell.removeprefix(under)
    if not cell.startswith(under) or ".." in rest.split("/") or _FORBIDDEN.search(cell):
        return Refused(NO_IRI, cell)
    try:
        return NamedNode(cell)
    except ValueError:
        return Refused(NO_IRI, cell)


def literal(prop: Property, cell: str) -> Term | Refused:
    """Give the text of one cell as its datatype or language says."""
    if prop.source.pattern is not None and not prop.source.pattern.fullmatch(cell):
        return Refused(NOT_ALLOWED, cell)
    if prop.language is not None:
        return Literal(cell, language=prop.language)
    if prop.datatype is None:
        return Literal(cell)
    convert = _CONVERTERS.get(prop.datatype)
    text = cell if convert is None else convert(prop, cell)
    if text is None:
        return Refused(NO_VALUE, cell)
    return Literal(text, datatype=NamedNode(prop.datatype))


def _date(prop: Property, cell: str) -> str | None:
    try:
        if prop.format is None:
            return dt.date.fromisoformat(cell).isoformat()
        return dt.datetime.strptime(cell, prop.format).date().isoformat()  # noqa: DTZ007 - a day
    except ValueError:
        return None


def _integer(_: Property, cell: str) -> str | None:
    return str(int(cell)) if _INTEGER.fullmatch(cell) else None


def _decimal(prop: Property, cell: str) -> str | None:
    text = cell.replace(".", "").replace(",", ".") if prop.decimal == "," else cell
    return text if _DECIMAL.fullmatch(text) else None


def _truth(_: Property, cell: str) -> str | None:
    return _TRUTHS.get(cell.casefold())


_CONVERTERS: Mapping[str, Callable[[Property, str], str | None]] = {
    XSD + "date": _date,
    XSD + "integer": _integer,
    XSD + "decimal": _decimal,
    XSD + "boolean": _truth,
}
