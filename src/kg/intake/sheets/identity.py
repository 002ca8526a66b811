"""Gives every row its IRI: from its identifier, else from its name, else from what it relates."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.sheets.columns import ID
from kg.intake.sheets.mapping import is_example
from kg.intake.sheets.names import address, is_address
from kg.intake.sheets.problems import Fault, at, cell_of
from kg.intake.tables import letters
from kg.rdf import NamedNode
from kg.terms import ID as MINTED
from kg.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.intake.sheets.columns import Column
    from kg.intake.sheets.layout import Layout
    from kg.intake.sheets.problems import CellProblem
    from kg.intake.tables import Cell, Row
    from kg.rdf.positions import Place

_GOOD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that describes something.

    Attributes:
        node: What it describes.
        layout: Its sheet.
        row: The row.
        twice: Whether an earlier row describes the same; its statements are then left out.
    """

    node: NamedNode
    layout: Layout
    row: Row
    twice: bool = False

    def cell(self, column: Column) -> Cell | None:
        """Give a filled cell."""
        number = self.layout.number(column)
        return None if number is None else self.row.cells.get(number)

    def place(self, column: Column | None) -> Place:
        """Give the place of a cell, also an empty one; without a column the first of the row."""
        number = None if column is None else self.layout.number(column)
        if number is None:
            number = min(self.layout.columns, default=min(self.row.cells))
        return cell_of(self.row, number, letters(number))


def slug(words: str) -> str:
    """Give words as part of an IRI.

    >>> slug("Groenbeheer & Café")
    'groenbeheer-cafe'
    """
    flat = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", flat.lower()).strip("-")[:_LONGEST].strip("-")


def kebab(cls: str) -> str:
    """Give the last part of a class IRI with hyphens.

    >>> kebab("https://w3id.org/samenspel/def#ServiceProvision")
    'service-provision'
    """
    local = cls.rpartition("#")[2].rpartition("/")[2]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", local).lower()


def base_of(organisation: str | None, cls: str) -> str:
    """Give what the IRIs of a class start with: below the organisation that speaks.

    >>> base_of("https://example.org/club", "https://w3id.org/samenspel/def#Service")
    'https://example.org/club/service/'
    """
    root = organisation or MINTED
    joint = "" if root.endswith(("/", "#", ":")) else "/"
    return f"{root}{joint}{kebab(cls)}/"


def under(node: str, prefix: str) -> bool:
    """Tell whether an IRI is another one or stands below it.

    >>> under("https://example.org/club/a", "https://example.org/club")
    True
    >>> under("https://example.org/clubhouse", "https://example.org/club")
    False
    """
    bare = prefix.rstrip("/#:")
    return node == prefix or node.startswith((f"{bare}/", f"{bare}#", f"{bare}:"))


def entries(
    layouts: Iterable[Layout], organisation: str | None
) -> tuple[list[Entry], list[CellProblem]]:
    """Give every row its IRI.

    Args:
        layouts: The tables.
        organisation: IRI of who speaks.

    Returns:
        The rows that describe something, and what is wrong with the names of the others.
    """
    found: list[Entry] = []
    problems: list[CellProblem] = []
    for layout in layouts:
        seen: dict[str, Entry] = {}
        for row in layout.table.rows:
            if _ignored(layout, row):
                continue
            node, place, text = _node(layout, row, organisation)
            if isinstance(node, Fault):
                problems.append(at(node, place, column=layout.sheet.columns[0].name, value=text))
                continue
            earlier = seen.get(node.value)
            entry = Entry(node, layout, row, twice=earlier is not None)
            seen.setdefault(node.value, entry)
            found.append(entry)
            if earlier is not None:
                fault = _twice(earlier.row.number)
                problems.append(at(fault, place, column=layout.sheet.columns[0].name, value=text))
    return found, problems


def _ignored(layout: Layout, row: Row) -> bool:
    """Tell whether a row is the example, or has nothing under any heading we know."""
    if not any(n in row.cells for n in layout.columns):
        return True
    return is_example(_cell_text(layout, row, layout.sheet.columns[0]))


def _cell_text(layout: Layout, row: Row, column: Column | None) -> str:
    number = layout.number(column) if column is not None else None
    cell = row.cells.get(number) if number is not None else None
    return cell.text if cell is not None and cell.kind not in {"formula", "error"} else ""


def _node(
    layout: Layout, row: Row, organisation: str | None
) -> tuple[NamedNode | Fault, Place, str]:
    """Give the IRI of a row, the cell it came from and the text of that cell."""
    sheet = layout.sheet
    base = base_of(organisation, sheet.cls)
    text = _cell_text(layout, row, sheet.columns[0])
    place = _place(layout, row, sheet.columns[0])
    if text:
        return _from_id(text, base), place, text
    for language in LANGUAGES:
        label = sheet.label(language)
        name = _cell_text(layout, row, label)
        if slug(name) and label is not None:
            return NamedNode(base + slug(name)), _place(layout, row, label), name
    parts = [_cell_text(layout, row, c) for c in sheet.columns if c.path != ID and c.required]
    joined = "-".join(slug(p.rpartition("/")[2]) for p in parts if slug(p))
    if joined:
        return NamedNode(base + joined[:_LONGEST]), place, ""
    return _nameless(sheet.label("nl") is not None), place, ""


def _place(layout: Layout, row: Row, column: Column) -> Place:
    number = layout.number(column)
    if number is None:
        number = min(row.cells)
    return cell_of(row, number, letters(number))


def _from_id(text: str, base: str) -> NamedNode | Fault:
    if is_address(text):
        return address(text)
    if _GOOD_ID.fullmatch(text):
        return NamedNode(base + text)
    meant = slug(text)
    hint = Text(f", bijvoorbeeld {meant}", f", for example {meant}") if meant else Text("", "")
    return Fault(
        "KG-C012",
        Text(f"‘{text}’ kan geen kenmerk zijn: alleen letters, cijfers en streepjes",
             f"‘{text}’ cannot be an identifier: only letters, digits and hyphens"),
        Text(f"schrijf het anders{hint.nl}", f"write it differently{hint.en}"),
        meant,
    )  # fmt: skip


def _nameless(has_label: bool) -> Fault:  # noqa: FBT001 - private, one caller
    what = Text("naam", "name") if has_label else Text("kenmerk", "identifier")
    return Fault(
        "KG-C013",
        Text(f"deze rij heeft geen {what.nl}; zij is niet gelezen",
             f"this row has no {what.en}; it was not read"),
        Text(f"vul een {what.nl} in, of maak de rij leeg",
             f"fill in the {what.en}, or clear the row"),
    )  # fmt: skip


def _twice(number: int) -> Fault:
    return Fault(
        "KG-C011",
        Text(f"rij {number} van dit blad beschrijft hetzelfde; deze rij is niet gelezen",
             f"row {number} of this sheet describes the same; this row was not read"),
        Text("voeg de rijen samen, of geef deze rij een eigen kenmerk",
             "merge the rows, or give this row an identifier of its own"),
    )  # fmt: skip


def named(entry: Entry) -> Iterator[str]:
    """Give the names by which other rows may refer to a row."""
    for language in LANGUAGES:
        yield _cell_text(entry.layout, entry.row, entry.layout.sheet.label(language))
    yield _cell_text(entry.layout, entry.row, entry.layout.sheet.columns[0])
