"""What can be wrong with a cell before it becomes a statement; told in its own cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.rdf.positions import Place
from kg.text import Text

if TYPE_CHECKING:
    from kg.intake.tables import Row

EMPTY = Text("", "")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value, not yet tied to a cell.

    Attributes:
        code: Stable code ``KG-C…``.
        message: What is wrong.
        advice: What to do.
        suggestion: The value that was probably meant, when one stands out.
        grave: Whether the value was left out; else it was read, but probably not as meant.
    """

    code: str
    message: Text
    advice: Text
    suggestion: str = ""
    grave: bool = True


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A fault in its cell.

    Attributes:
        code: Stable code ``KG-C…``.
        place: The cell.
        message: What is wrong.
        advice: What to do.
        column: Heading of the column; empty for a problem with the row or the sheet.
        value: What the cell holds.
        suggestion: The value that was probably meant, when one stands out.
        grave: Whether the value was left out; else it was read, but probably not as meant.
    """

    code: str
    place: Place
    message: Text
    advice: Text
    column: Text = EMPTY
    value: str = ""
    suggestion: str = ""
    grave: bool = True


def at(fault: Fault, place: Place, *, column: Text = EMPTY, value: str = "") -> CellProblem:
    """Tie a fault to its cell."""
    return CellProblem(
        fault.code, place, fault.message, fault.advice, column, value, fault.suggestion, fault.grave
    )


def cell_of(row: Row, column: int, letters: str) -> Place:
    """Give the place of a cell of a row, also of an empty one.

    Args:
        row: The row; it has at least one cell.
        column: Number of the column.
        letters: The letters of that column.
    """
    if column in row.cells:
        return row.cells[column].place
    other = next(iter(row.cells.values())).place
    sheet, mark, _ = (other.cell or "").rpartition("!")
    return Place(other.file, line=other.line, cell=f"{sheet}{mark}{letters}{row.number}")


def in_reading_order(problem: CellProblem) -> tuple[str, int, int, str, str]:
    """Order problems by sheet, row and column."""
    sheet, _, cell = (problem.place.cell or "").rpartition("!")
    found = re.fullmatch(r"([A-Z]+)(\d+)", cell)
    if found is None:
        return sheet, 0, 0, cell, problem.code
    return sheet, int(found[2]), len(found[1]), found[1], problem.code
