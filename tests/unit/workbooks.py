"""Fills in templates as a steward would, and knows where each value went."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from kg.intake.sheets import Converted, Order, catalogue, convert, make_template
from kg.intake.workbook import read_workbook
from kg.terms import SAM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook

    from kg.text import Lang

WHO = "https://example.org/gemeente"
CLASSES = ("Actor", "Aspect", "Interest", "Service", "ServiceProvision", "Effect")


def template(*names: str, language: Lang = "nl", organisation: str | None = WHO) -> bytes:
    terms = catalogue()
    return make_template(Order([terms.find(SAM + n) for n in names], language, organisation), terms)


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def headings(book: Workbook, sheet: str) -> dict[str, int]:
    return {
        str(c.value).removesuffix(" *"): int(c.column)
        for c in book[sheet][1]
        if c.value is not None
    }


def fill(
    data: bytes, rows: Mapping[str, Sequence[Mapping[str, object]]], *, first: int = 3
) -> bytes:
    """Fill rows by heading, from the first row below the example."""
    book = opened(data)
    for sheet, filled in rows.items():
        columns = headings(book, sheet)
        for number, row in enumerate(filled, start=first):
            for heading, text in row.items():
                book[sheet].cell(number, columns[heading]).value = text  # type: ignore[assignment]
    return saved(book)


def cell(data: bytes, sheet: str, heading: str, row: int) -> str:
    """Give the address of a cell: ``Dienst!C7``."""
    return f"{sheet}!{get_column_letter(headings(opened(data), sheet)[heading])}{row}"


def read(data: bytes, name: str = "a.xlsx") -> Converted:
    return convert(read_workbook(data, name=name), catalogue=catalogue())
