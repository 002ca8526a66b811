"""Tables: rows under headings, every cell with its place. CSV is read here.

What the columns mean is not decided here; that needs the mapping of a template.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kg.rdf.positions import Place, PlacedError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.errors import KgError

Kind = Literal["text", "number", "boolean", "date", "datetime", "formula", "error"]

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 32_767
"""The longest text a spreadsheet cell can hold."""
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.,]+\s*$)")
_DELIMITERS = ";,\t|"
_PREVIEW = 64 * 1024


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell.

    Attributes:
        text: Its value as text: numbers without superfluous zeros, dates as ``2026-01-31``.
        kind: What the spreadsheet says it is; everything in a CSV is text.
        place: File, sheet and cell; for CSV also the line.
    """

    text: str
    kind: Kind
    place: Place


@dataclass(frozen=True, slots=True)
class Row:
    """One row with something in it: its number in the sheet, and its cells by column number."""

    number: int
    cells: dict[int, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet.

    Attributes:
        name: Name of the sheet; for CSV the name of the file.
        headings: The first filled row, by column number (from 1).
        rows: The filled rows below it.
        hidden: Whether the sheet is hidden.
    """

    name: str
    headings: dict[int, Cell]
    rows: tuple[Row, ...]
    hidden: bool = False


def letters(column: int) -> str:
    """Give the letters of a column.

    >>> letters(1), letters(27), letters(703)
    ('A', 'AA', 'AAA')
    """
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def table(name: str, rows: Sequence[Row], *, hidden: bool = False) -> Table:
    """Make a table from filled rows; the first holds the headings."""
    headings = rows[0].cells if rows else {}
    return Table(name, headings, tuple(rows[1:]), hidden=hidden)


def formulas(tables: Sequence[Table]) -> tuple[PlacedError, ...]:
    """Warn about every cell with a formula: it is read as text and never computed."""
    return tuple(
        PlacedError(
            "KG-R035",
            Text(
                f"{cell.place}: hier staat een formule; zij is niet uitgerekend",
                f"{cell.place}: this holds a formula; it was not computed",
            ),
            Text(
                "plak de waarde zelf in de cel (plakken speciaal, waarden)",
                "paste the value itself into the cell (paste special, values)",
            ),
            place=cell.place,
        )
        for t in tables
        for cells in (t.headings, *(row.cells for row in t.rows))
        for cell in cells.values()
        if cell.kind == "formula"
    )


def check_size(row: int, column: int, place: Place) -> None:
    """Refuse a sheet with too many rows or columns.

    Raises:
        PlacedError: ``KG-R034``.
    """
    if row > MAX_ROWS or column > MAX_COLUMNS:
        raise PlacedError(
            "KG-R034",
            Text(
                f"{place}: hoogstens {MAX_ROWS} rijen en {MAX_COLUMNS} kolommen",
                f"{place}: at most {MAX_ROWS} rows and {MAX_COLUMNS} columns",
            ),
            Text(
                "verwijder lege rijen en kolommen aan het eind, of splits het blad",
                "delete empty rows and columns at the end, or split the sheet",
            ),
            place=place,
        )


def check_cell(value: str, place: Place) -> None:
    """Refuse a text that is longer than a cell can hold.

    Raises:
        PlacedError: ``KG-R022``.
    """
    if len(value) > MAX_CELL:
        raise PlacedError(
            "KG-R022",
            Text(
                f"{place}: een tekst langer dan {MAX_CELL} tekens",
                f"{place}: a text longer than {MAX_CELL} characters",
            ),
            Text("maak hem korter", "make it shorter"),
            place=place,
        )


def read_csv(text: str, *, name: str) -> Table:
    r"""Read CSV (RFC 4180) with commas, semicolons, tabs or bars, whichever the first line uses.

    Args:
        text: The file, decoded.
        name: What to call it.

    Returns:
        Its rows, with places.

    Raises:
        PlacedError: ``KG-R034`` too large, ``KG-R036`` a quote that is not closed.

    >>> read_csv("naam;eigenaar\nBRP;BZK\n", name="a.csv").rows[0].cells[2].place.cell
    'B2'
    """
    rows: list[Row] = []
    for number, line, values in _records(text, name):
        cells = {}
        for column, value in enumerate(values, start=1):
            place = Place(name, line=line, cell=f"{letters(column)}{number}")
            check_size(number, column if value else 1, place)
            if value.strip():
                check_cell(value, place)
                kind: Kind = "formula" if _FORMULA.match(value) else "text"
                cells[column] = Cell(value.strip(), kind, place)
        if cells:
            rows.append(Row(number, cells))
    return table(name, rows)


def _records(text: str, name: str) -> Iterator[tuple[int, int, list[str]]]:
    """Give number, first line and values of each record."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number, line = 0, 1
    try:
        for number, values in enumerate(reader, start=1):
            yield number, line, values
            line = reader.line_num + 1
    except csv.Error as e:
        place = Place(name, line=line, cell=f"A{number + 1}")
        raise PlacedError(
            "KG-R036",
            Text(
                f"{place}: deze rij is niet te lezen: een aanhalingsteken wordt niet goed "
                "afgesloten, of een veld is te lang",
                f"{place}: this row cannot be read: a quote is not closed well, or a field is "
                "too long",
            ),
            Text(
                'zet een veld met een scheidingsteken tussen "…" en verdubbel een " daarin',
                'put a field with a separator between "…" and double a " inside it',
            ),
            place=place,
        ) from e


def _delimiter(text: str) -> str:
    """Give the separator that the first filled line uses most, outside quotes."""
    first = next((x for x in text[:_PREVIEW].splitlines() if x.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=bare.count) if any(d in bare for d in _DELIMITERS) else ","


def unreadable(name: str, reason: Text, advice: Text, code: str = "KG-R030") -> KgError:
    """Give the error for a spreadsheet that cannot be opened."""
    place = Place(name)
    return PlacedError(
        code, Text(f"{place}: {reason.nl}", f"{place}: {reason.en}"), advice, place=place
    )
