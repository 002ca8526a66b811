"""Makes a workbook to fill in: a sheet per class, a column per property, help in each heading.

In: classes, and what is known already. Out: the bytes of an XLSX file without a single formula.
Writes: nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from kg.intake.sheets import book as b
from kg.intake.sheets.columns import ID, plain, titled
from kg.intake.sheets.confirm import HEADINGS, MANDATE
from kg.intake.sheets.explain import example_of, explain, help_of
from kg.intake.sheets.fill import Known, general_aspects
from kg.intake.sheets.lists import FIRST_ROW, LAST_ROW, Lists, yes_no
from kg.intake.sheets.mapping import CONFIRM, EXAMPLE, MAPPING, TERMS, Described, rows_of
from kg.intake.sheets.save import to_bytes
from kg.terms import SAM
from kg.text import Lang, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from kg.intake.sheets.catalogue import Catalogue
    from kg.intake.sheets.columns import Column, Sheet
    from kg.intake.sheets.confirm import Request
    from kg.intake.sheets.names import Choice
    from kg.rdf import Triple

_NARROW, _WIDE = 16, 34
_LONG = HEADINGS[2:5]


_CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept"
_ASPECT = SAM + "Aspect"


@dataclass(frozen=True, slots=True)
class Order:
    """What a template is made of.

    Attributes:
        classes: IRIs of the classes, a sheet for each.
        language: Language of headings and help.
        organisation: IRI of who fills it in.
        choices: Things outside the workbook that its cells may name.
        prefixes: What else the IRIs of its own nodes start with.
        known: Statements known: its own are filled in already, the rest may be named.
        requests: Seats and agreements to confirm.
    """

    classes: Sequence[str]
    language: Lang = "nl"
    organisation: str | None = None
    choices: Sequence[Choice] = ()
    prefixes: Sequence[str] = ()
    known: Sequence[Triple] = ()
    requests: Sequence[Request] = ()


def make_template(order: Order, catalogue: Catalogue) -> bytes:
    """Make a workbook to fill in.

    Args:
        order: What it is made of.
        catalogue: The classes and their columns.

    Returns:
        The bytes of an XLSX file.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {titled(s.name.to(order.language)): s for s in map(catalogue.sheet, order.classes)}
    explain(book, sheets, catalogue, order.language)
    own = (order.organisation, *order.prefixes) if order.organisation else ()
    known = Known(order.known, catalogue, classes=order.classes, own=own)
    choices = [*order.choices, *known.outside()]
    if not any(catalogue.is_a(c.cls, _CONCEPT) or c.cls == _ASPECT for c in choices):
        choices += general_aspects(catalogue)
    lists = Lists(book, sheets, choices, catalogue, order.language)
    for title, sheet in sheets.items():
        rows = known.rows(sheet, order.organisation, order.language)
        _write(book.create_sheet(title), sheet, rows, lists, catalogue)
    if order.requests:
        _confirm(book, order, known)
    _mapping(book, sheets, order, catalogue)
    lists.write()
    book.active = 0
    return to_bytes(book)


def _write(
    page: Worksheet,
    sheet: Sheet,
    rows: Sequence[Sequence[str]],
    lists: Lists,
    catalogue: Catalogue,
) -> None:
    language = lists.language
    for number, column in enumerate(sheet.columns, start=1):
        _heading(page, number, column, language)
        lists.offer(page, number, column, FIRST_ROW, LAST_ROW)
        text = EXAMPLE.to(language) if column.path == ID else ""
        example = text or example_of(column, sheet, catalogue, language)
        cell = b.put_value(page, 2, number, example, column.kind)
        cell.fill, cell.font = b.EXAMPLE, b.GREY
    for offset, row in enumerate(rows):
        for number, (text, column) in enumerate(zip(row, sheet.columns, strict=True), start=1):
            b.put_value(page, FIRST_ROW + offset, number, text, column.kind)
    page.freeze_panes = "B2"
    b.printable(page, 1)
    page.row_dimensions[1].height = 32


def _heading(page: Worksheet, number: int, column: Column, language: Lang) -> None:
    mark = " *" if column.required else ""
    cell = b.put(page, 1, number, column.name.to(language) + mark, font=b.WHITE)
    cell.fill = b.HEAD if column.required or column.expected else b.OPTIONAL
    cell.alignment = b.WRAP
    b.remark(cell, help_of(column, language))
    narrow = column.kind in {"date", "integer", "decimal", "boolean"}
    page.column_dimensions[get_column_letter(number)].width = _NARROW if narrow else _WIDE


def _mapping(book: Workbook, sheets: dict[str, Sheet], order: Order, catalogue: Catalogue) -> None:
    language = order.language
    columns = {
        (title, column.name.to(language)): (column.path, column.language)
        for title, sheet in sheets.items()
        for column in sheet.columns
    }
    examples = {
        (title, plain(column.name.to(language))): example_of(column, sheet, catalogue, language)
        for title, sheet in sheets.items()
        for column in sheet.columns
    }
    described = Described(
        language,
        order.organisation,
        {title: sheet.cls for title, sheet in sheets.items()},
        columns,
        examples,
    )
    page = book.create_sheet(MAPPING)
    page.sheet_state = "veryHidden"
    for number, row in enumerate(rows_of(described, catalogue.versions()), start=1):
        for at, text in enumerate(row, start=1):
            b.put(page, number, at, text)


def _confirm(book: Workbook, order: Order, known: Known) -> None:
    """Add the sheet on which one tick confirms a seat or an agreement with its terms."""
    language = order.language
    page = book.create_sheet(CONFIRM.to(language), 1)
    hidden = book.create_sheet(TERMS)
    hidden.sheet_state = "veryHidden"
    for number, heading in enumerate(HEADINGS, start=1):
        cell = b.put(page, 1, number, heading.to(language), font=b.WHITE)
        cell.fill = b.HEAD
        page.column_dimensions[get_column_letter(number)].width = (
            _WIDE if heading in _LONG else _NARROW
        )
        b.put(hidden, 1, number, heading.en)
        if heading is HEADINGS[-1]:
            b.remark(cell, _TICK.to(language))
    for number, request in enumerate(order.requests, start=1):
        shown = request.shown(known.label, language)
        for at, text in enumerate([str(number), *shown], start=1):
            b.put(page, number + 1, at, text).alignment = b.WRAP
        b.fit(page, number + 1, len(HEADINGS))
        for at, text in enumerate([str(number), *request.terms(), *shown], start=1):
            b.put(hidden, number + 1, at, text)
    last = len(order.requests) + 1
    for heading in (MANDATE, HEADINGS[-1]):
        yes_no(page, HEADINGS.index(heading) + 1, 2, last, language)
    page.freeze_panes = "A2"
    b.printable(page, 1)


_TICK = Text(
    "Schrijf ja om te bevestigen. U herhaalt daarmee het thema, de diensten en de dag van "
    "herziening zoals zij hier staan.",
    "Write yes to confirm. You thereby restate the theme, the services and the day of review as "
    "they stand here.",
)
