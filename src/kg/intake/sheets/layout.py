"""Which sheet is about which class, and which of its columns is which property."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from kg.intake.sheets.columns import plain, titled
from kg.intake.sheets.mapping import CONFIRM, ours, read_mapping
from kg.intake.sheets.problems import Fault, at, cell_of
from kg.intake.tables import Row, letters
from kg.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.intake.sheets.catalogue import Catalogue
    from kg.intake.sheets.columns import Column, Sheet
    from kg.intake.sheets.mapping import Described
    from kg.intake.sheets.problems import CellProblem
    from kg.intake.tables import Cell, Table
    from kg.rdf.positions import Place
    from kg.text import Lang

_ENOUGH = 2
"""So many headings of a class must be there before a sheet is taken to be about it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One table with what its columns mean.

    Attributes:
        table: The table.
        sheet: The class and its columns.
        columns: Column number to column.
    """

    table: Table
    sheet: Sheet
    columns: dict[int, Column]

    def number(self, column: Column) -> int | None:
        """Give the number of a column, None if the table lacks it."""
        return next((n for n, c in self.columns.items() if c == column), None)


def layouts(
    tables: Sequence[Table], catalogue: Catalogue, classes: Sequence[str] = ()
) -> tuple[list[Layout], list[CellProblem]]:
    """Recognise the tables.

    Args:
        tables: The tables of one file.
        catalogue: The classes.
        classes: Classes to choose from where the file does not say; all by default.

    Returns:
        What was recognised, and what was not.
    """
    mapping = read_mapping(tables)
    found: list[Layout] = []
    problems: list[CellProblem] = []
    for table in tables:
        if ours(table.name) or table.name in CONFIRM:
            continue
        sheet = _sheet(table, mapping, catalogue, classes)
        if sheet is None:
            problems += _unrecognised(table)
            continue
        layout, faults = _laid_out(table, sheet, mapping)
        found.append(layout)
        problems += faults
    return found, problems


def _sheet(
    table: Table, mapping: Described | None, catalogue: Catalogue, classes: Sequence[str]
) -> Sheet | None:
    named = mapping.sheets.get(table.name) if mapping else None
    if named in catalogue.classes():
        return catalogue.sheet(named)
    among = [catalogue.sheet(c) for c in classes or catalogue.classes()]
    for sheet in among:
        if _called(table) in {titled(sheet.name.to(x)).casefold() for x in LANGUAGES}:
            return sheet
    headings = [c.text for c in table.headings.values()]
    scores = [(sum(s.headed(h) is not None for h in headings), s) for s in among]
    most = max((score for score, _ in scores), default=0)
    best = [s for score, s in scores if score == most]
    if most >= min(_ENOUGH, len(headings)) and most and len(best) == 1:
        return best[0]
    return best[0] if most and len(classes) == 1 else None


def _called(table: Table) -> str:
    """Give what a sheet is called; a CSV file is one sheet, called as the file is."""
    path = PurePath(table.name)
    return (path.stem if path.suffix.lower() == ".csv" else table.name).casefold()


def _unrecognised(table: Table) -> Iterator[CellProblem]:
    if table.headings and not table.hidden:
        fault = Fault(
            "KG-C015",
            Text(f"het blad ‘{table.name}’ is niet gelezen: niet te zien is wat het bevat",
                 f"the sheet ‘{table.name}’ was not read: one cannot see what it holds"),
            Text("neem de koppen over uit een sjabloon, of noem het blad of CSV-bestand naar de "
                 "soort gegevens, zoals dienst.csv",
                 "take the headings from a template, or name the sheet or CSV file after the "
                 "kind of data, such as service.csv"),
            grave=False,
        )  # fmt: skip
        yield at(fault, next(iter(table.headings.values())).place)


def _laid_out(
    table: Table, sheet: Sheet, mapping: Described | None
) -> tuple[Layout, list[CellProblem]]:
    columns: dict[int, Column] = {}
    problems: list[CellProblem] = []
    for number, heading in table.headings.items():
        column = _column(table.name, heading, sheet, mapping)
        if column is None:
            problems += _unknown_heading(table, number, heading)
        elif column in columns.values():
            problems.append(_twice(heading))
        else:
            columns[number] = column
    layout = Layout(table, sheet, columns)
    return layout, problems + _lacking(layout)


def _column(title: str, heading: Cell, sheet: Sheet, mapping: Described | None) -> Column | None:
    known = mapping.columns.get((title, plain(heading.text))) if mapping else None
    return (sheet.column(*known) if known else None) or sheet.headed(heading.text)


def _unknown_heading(table: Table, number: int, heading: Cell) -> Iterator[CellProblem]:
    filled = sum(number in row.cells for row in table.rows)
    if filled:
        fault = Fault(
            "KG-C014",
            Text(f"de kolom ‘{heading.text}’ is niet gelezen ({filled} cellen)",
                 f"the column ‘{heading.text}’ was not read ({filled} cells)"),
            Text("verander de kop in een van de koppen van het sjabloon, of haal de kolom weg",
                 "change the heading to one of the template, or remove the column"),
            grave=False,
        )  # fmt: skip
        yield at(fault, heading.place, value=heading.text)


def _twice(heading: Cell) -> CellProblem:
    fault = Fault(
        "KG-C017",
        Text(f"de kop ‘{heading.text}’ staat er twee keer; deze kolom is niet gelezen",
             f"the heading ‘{heading.text}’ stands here twice; this column was not read"),
        Text("voeg de twee kolommen samen", "merge the two columns"),
    )  # fmt: skip
    return at(fault, heading.place, value=heading.text)


def _lacking(layout: Layout) -> list[CellProblem]:
    """Give the required columns that are gone, at the end of the headings."""
    there = set(layout.columns.values())
    gone = [c for c in layout.sheet.columns if c.required and c not in there]
    if not gone or not layout.table.rows:
        return []
    place = heading_place(layout.table, max(layout.table.headings) + 1)
    names = Text(*(", ".join(f"‘{c.name.to(x)}’" for c in gone) for x in LANGUAGES))
    fault = Fault(
        "KG-C021",
        Text(f"deze kolommen ontbreken: {names.nl}", f"these columns are missing: {names.en}"),
        Text("voeg ze toe met deze koppen", "add them with these headings"),
    )
    return [at(fault, place)]


def heading_place(table: Table, column: int) -> Place:
    """Give the place of a heading, also of an empty one."""
    first = next(iter(table.headings.values())).place
    number = re.sub(r"\D", "", (first.cell or "1").rpartition("!")[2])
    return cell_of(Row(int(number), table.headings), column, letters(column))


def language_of(tables: Sequence[Table], layouts: Sequence[Layout]) -> Lang:
    """Give the language of a file: what it says itself, else that of most of its headings."""
    mapping = read_mapping(tables)
    if mapping is not None:
        return mapping.language
    score = {
        x: sum(
            plain(layout.table.headings[n].text) == plain(c.name.to(x))
            for layout in layouts
            for n, c in layout.columns.items()
        )
        for x in LANGUAGES
    }
    return "en" if score["en"] > score["nl"] else "nl"
