"""The steward's own workbook, returned with a mark and a word in every cell that needs attention.

In: the bytes of a workbook (or the table of a CSV file) and the marks. Out: a copy; the original
bytes are not touched. A first sheet lists what to do, with a link to each cell. A copy that is
mended and handed in again loses the marks of the earlier round.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from kg.intake.active import refuse_active
from kg.intake.sheets import book as b
from kg.intake.sheets.columns import titled
from kg.intake.sheets.mapping import TO_DO
from kg.intake.sheets.save import to_bytes
from kg.intake.workbook import read_workbook
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from kg.intake.sheets.problems import CellProblem
    from kg.intake.tables import Table
    from kg.rdf.positions import Place
    from kg.text import Lang

Grade = Literal["must-fix", "should-fix", "unknown-reference", "information"]
GRADES: dict[Grade, tuple[str, Text, str]] = {
    "must-fix": ("✗", Text("moet anders", "must change"), "F4B6B0"),
    "should-fix": ("!", Text("kan beter", "could be better"), "FBE0A2"),
    "unknown-reference": ("?", Text("onbekende verwijzing", "unknown reference"), "BBD7F0"),
    "information": ("i", Text("ter informatie", "for information"), "DDDDDD"),
}
"""From gravest to least: sign, words, colour. Colour never stands alone."""
_BELOW = "\n———\n"
_SIGNED = f"{b.AUTHOR} ·"
_HEADINGS = (
    Text("Cel", "Cell"), Text("", ""), Text("Wat", "What"), Text("Wat is er", "What is wrong"),
    Text("Wat te doen", "What to do"), Text("Kolom", "Column"), Text("Nu staat er", "It now says"),
)  # fmt: skip
_WIDTHS = (20, 4, 22, 60, 60, 24, 30)
_CELL = re.compile(r"(?:(?P<sheet>.*)!)?(?P<cell>[A-Z]{1,3}[1-9]\d{0,6})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to tell in a cell.

    Attributes:
        place: The cell; a place without one is listed on the first sheet only.
        message: What is wrong.
        grade: How grave it is.
        advice: What to do.
        column: Heading of the column.
        value: What stands there now.
    """

    place: Place
    message: Text
    grade: Grade = "must-fix"
    advice: Text | None = None
    column: Text | None = None
    value: str = ""


def marks_of(problems: Iterable[CellProblem]) -> Iterator[Mark]:
    """Give the problems of reading as marks."""
    for p in problems:
        reference = p.code in {"KG-C007", "KG-C008", "KG-C009"}
        grave: Grade = "unknown-reference" if reference else "must-fix"
        grade: Grade = grave if p.grave else "should-fix"
        yield Mark(p.place, p.message, grade, p.advice, p.column, p.value)


def answer(data: bytes, marks: Sequence[Mark], *, name: str, language: Lang) -> bytes:
    """Give a copy of a workbook with its marks.

    Args:
        data: The workbook as it was handed in.
        marks: What to tell.
        name: What to call it in messages.
        language: Language of the marks.

    Returns:
        The bytes of the copy: no formula in it is live.

    Raises:
        KgError: As the reader raises for a workbook that is too large, damaged or active.
    """
    refuse_active(data, name=name)
    read_workbook(data, name=name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), keep_links=False, keep_vba=False)
    for title in TO_DO:
        if title in book.sheetnames:
            del book[title]
    for sheet in book.worksheets:
        _calm(sheet)
    return _marked(book, marks, language)


def answer_table(table: Table, marks: Sequence[Mark], *, language: Lang) -> bytes:
    """Give a CSV file as a workbook with its marks; every value stays the text it was.

    Args:
        table: The table as it was read.
        marks: What to tell.
        language: Language of the marks.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = titled(table.name.rpartition("/")[2]) or "CSV"
    rows = [table.headings, *(row.cells for row in table.rows)]
    for cells in rows:
        for number, cell in cells.items():
            found = _CELL.fullmatch(cell.place.cell or "")
            line = int(re.sub(r"\D", "", found["cell"])) if found else 1
            b.put(sheet, line, number, cell.text)
    return _marked(book, marks, language)


def _calm(sheet: Worksheet) -> None:
    """Make every formula text, and take away the marks of an earlier round."""
    ours = {colour for _, _, colour in GRADES.values()}
    for row in sheet.iter_rows():
        for cell in row:
            if not isinstance(cell, BookCell):
                continue
            if cell.data_type == "f":
                cell.value = str(getattr(cell.value, "text", None) or cell.value)
                b.as_text(cell)
            if cell.comment is not None and cell.comment.text.startswith(_SIGNED):
                _restore(cell)
                if str(cell.fill.fgColor.rgb)[-6:] in ours:
                    cell.fill = PatternFill()


def _restore(cell: BookCell) -> None:
    """Give a cell back the comment it had."""
    before = cell.comment.text.partition(_BELOW)[2] if cell.comment is not None else ""
    cell.comment = Comment(before, "") if before else None


def _marked(book: Workbook, marks: Sequence[Mark], language: Lang) -> bytes:
    by_cell: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    loose: list[Mark] = []
    for mark in marks:
        target = _target(book, mark.place)
        if target is None:
            loose.append(mark)
        else:
            by_cell[target].append(mark)
    order = list(GRADES)
    for (title, cell), found in by_cell.items():
        found.sort(key=lambda m: order.index(m.grade))
        _mark(book[title][cell], found, language)
    _summary(book, by_cell, loose, language)
    return to_bytes(book)


def _target(book: Workbook, place: Place) -> tuple[str, str] | None:
    """Give sheet and cell of a place; a CSV file has one sheet."""
    found = _CELL.fullmatch(place.cell or "")
    if found is None:
        return None
    title = found["sheet"] or book.sheetnames[0]
    return (title, found["cell"]) if title in book.sheetnames else None


def _mark(cell: BookCell, marks: Sequence[Mark], language: Lang) -> None:
    _, _, colour = GRADES[marks[0].grade]
    cell.fill = PatternFill("solid", fgColor=colour)
    lines = [f"{_SIGNED} {TO_DO.to(language)}"]
    for mark in marks:
        sign, words, _ = GRADES[mark.grade]
        lines.append(f"{sign} {words.to(language)}: {b.sentence(mark.message.to(language))}")
        if mark.advice is not None and mark.advice.to(language):
            lines.append(f"→ {b.sentence(mark.advice.to(language))}")
    before = cell.comment.text if cell.comment is not None else ""
    b.remark(cell, "\n".join(lines) + (f"{_BELOW}{before}" if before else ""))


def _summary(
    book: Workbook,
    by_cell: Mapping[tuple[str, str], Sequence[Mark]],
    loose: Sequence[Mark],
    language: Lang,
) -> None:
    """Put first a sheet that lists every mark, gravest first, with a link to its cell."""
    page = book.create_sheet(TO_DO.to(language), 0)
    b.put(page, 1, 1, TO_DO.to(language), font=b.LARGE)
    b.put(page, 2, 1, _counted([*loose, *(m for ms in by_cell.values() for m in ms)], language))
    for at, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True), start=1):
        cell = b.put(page, 4, at, heading.to(language), font=b.WHITE)
        cell.fill = b.HEAD
        page.column_dimensions["ABCDEFG"[at - 1]].width = width
    listed: list[tuple[tuple[str, str] | None, Mark]] = [(None, m) for m in loose]
    listed += [(target, m) for target, found in by_cell.items() for m in found]
    order = list(GRADES)
    listed.sort(key=lambda x: (order.index(x[1].grade), _position(book, x[0])))
    for row, (target, mark) in enumerate(listed, start=5):
        _line(page, row, target, mark, language)
    page.freeze_panes = "A5"
    b.printable(page, 4)
    _open_at(book, page)


def _open_at(book: Workbook, page: Worksheet) -> None:
    """Let the workbook open on one sheet, and on that alone."""
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is page
    book.active = page


def _position(book: Workbook, target: tuple[str, str] | None) -> tuple[int, int, int, str]:
    if target is None:
        return -1, 0, 0, ""
    title, cell = target
    column = re.sub(r"\d", "", cell)
    return book.sheetnames.index(title), int(cell[len(column) :]), len(column), column


def _line(
    page: Worksheet, row: int, target: tuple[str, str] | None, mark: Mark, language: Lang
) -> None:
    sign, words, colour = GRADES[mark.grade]
    first = b.put(page, row, 1, "!".join(target) if target else str(mark.place))
    if target is not None:
        b.link(first, *target)
    texts = (
        sign,
        words.to(language),
        b.sentence(mark.message.to(language)),
        b.sentence(mark.advice.to(language)) if mark.advice is not None else "",
        mark.column.to(language) if mark.column is not None else "",
        mark.value,
    )
    for at, text in enumerate(texts, start=2):
        cell = b.put(page, row, at, text)
        cell.alignment = b.WRAP
        if at <= 3:  # noqa: PLR2004 - sign and words carry the colour
            cell.fill = PatternFill("solid", fgColor=colour)
    b.fit(page, row, len(_HEADINGS))


def _counted(marks: Sequence[Mark], language: Lang) -> str:
    """Give the counts in words."""
    if not marks:
        return Text("Niets: alles is in orde.", "Nothing: all is well.").to(language)
    counts = {g: sum(m.grade == g for m in marks) for g in GRADES}
    return ", ".join(f"{GRADES[g][1].to(language)}: {n}" for g, n in counts.items() if n)
