"""Writes cells that stay what they are: text is text, never a formula."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, cast

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as BookCell
    from openpyxl.worksheet.worksheet import Worksheet

    from kg.intake.sheets.columns import Kind

AUTHOR = "Samenspel"
HEAD = PatternFill("solid", fgColor="1F4E79")
OPTIONAL = PatternFill("solid", fgColor="4A6A85")
EXAMPLE = PatternFill("solid", fgColor="EEEEEE")
_FACE = "Calibri"
WHITE = Font(name=_FACE, size=11, bold=True, color="FFFFFF")
LARGE = Font(name=_FACE, size=14, bold=True)
LINK = Font(name=_FACE, size=11, underline="single", color="0B5394")
GREY = Font(name=_FACE, size=11, italic=True, color="595959")
WRAP = Alignment(wrap_text=True, vertical="top")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_MOST = 32_767


def put(
    sheet: Worksheet, row: int, column: int, text: str, *, font: Font | None = None
) -> BookCell:
    """Write text into a cell; it stays text, also when it starts with ``=``.

    Args:
        sheet: The sheet.
        row: Row from 1.
        column: Column from 1.
        text: What to write; signs no spreadsheet can hold are left out.
        font: How it looks.
    """
    cell = cast("BookCell", sheet.cell(row, column))
    text = ILLEGAL_CHARACTERS_RE.sub("", text)[:_MOST]
    cell.value = text or None
    if text:
        as_text(cell)
    if font is not None:
        cell.font = font
    return cell


def as_text(cell: BookCell) -> None:
    """Make a cell text for good: not computed now, nor after somebody edits it."""
    cell.data_type = "s"
    if str(cell.value).startswith(_DANGEROUS):
        cell.quotePrefix = True


def put_value(sheet: Worksheet, row: int, column: int, text: str, kind: Kind) -> BookCell:
    """Write a value as what it is: a day as a day, a number as a number, the rest as text."""
    cell = put(sheet, row, column, text)
    if kind == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        cell.value = dt.date.fromisoformat(text)
        cell.number_format = "yyyy-mm-dd"
    elif kind in {"integer", "decimal"} and re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text):
        cell.value = float(text) if "." in text else int(text)
    return cell


def remark(cell: BookCell, text: str) -> None:
    """Hang a comment on a cell, wide and high enough to be read."""
    comment = Comment(text, AUTHOR)
    comment.width = 320
    comment.height = 40 + 18 * sum(1 + len(line) // 48 for line in text.splitlines())
    cell.comment = comment


def link(cell: BookCell, title: str, target: str) -> None:
    """Make a cell a link to a cell of the same workbook."""
    quoted = title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{target}")
    cell.font = LINK
    cell.alignment = WRAP


def fit(sheet: Worksheet, row: int, columns: int) -> None:
    """Make a row high enough for its wrapped text; not every program does that by itself.

    Args:
        sheet: The sheet.
        row: The row.
        columns: How many columns of it to look at.
    """
    lines = 1
    for number in range(1, columns + 1):
        cell = sheet.cell(row, number)
        width = sheet.column_dimensions[get_column_letter(number)].width or 10
        if cell.value is not None and cell.alignment.wrap_text:
            lines = max(lines, -(-len(str(cell.value)) // max(int(width * 1.1), 1)))
    sheet.row_dimensions[row].height = 15.5 * lines


def sentence(text: str) -> str:
    """Give a message as a sentence.

    >>> sentence("hier staat een formule")
    'Hier staat een formule.'
    """
    whole = text if text.startswith("http") else text[:1].upper() + text[1:]
    return whole if not whole or whole.endswith((".", "?", "!", "…")) else f"{whole}."


def printable(sheet: Worksheet, headings: int) -> None:
    """Let a sheet print across one page wide, with its headings on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"1:{headings}"
