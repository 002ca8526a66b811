"""Drop-downs and checks while typing; they offer, and what they let through is checked later."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from kg.intake.sheets import book as b
from kg.intake.sheets.mapping import LISTS
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from kg.intake.sheets.catalogue import Catalogue
    from kg.intake.sheets.columns import Column, Sheet
    from kg.intake.sheets.names import Choice
    from kg.text import Lang

FIRST_ROW = 3
"""The first row to fill in: below the headings and the example."""
LAST_ROW = FIRST_ROW + 5_000
"""The last row with drop-downs and checks."""
_WIDEST = 999_999_999
_NOT_IN_LIST = Text("Kies uit de lijst.", "Choose from the list.")
_NOT_A_DAY = Text("Schrijf een dag als 2026-01-31.", "Write a day as 2026-01-31.")
_NOT_A_NUMBER = Text("Schrijf een getal.", "Write a number.")
_YES_NO = Text('"ja,nee"', '"yes,no"')
_OPTION = "option"


class Lists:
    """The lists of one workbook: on its hidden sheet, and the naming columns of other sheets."""

    def __init__(
        self,
        book: Workbook,
        sheets: Mapping[str, Sheet],
        choices: Sequence[Choice],
        catalogue: Catalogue,
        language: Lang,
    ) -> None:
        self.language = language
        self._book = book
        self._sheets = sheets
        self._catalogue = catalogue
        self._choices: dict[str, list[Choice]] = defaultdict(list)
        for choice in sorted(choices, key=lambda c: (c.label.to(language).casefold(), c.iri)):
            self._choices[choice.cls].append(choice)
        self._options: dict[tuple[str, ...], str] = {}
        self._names: dict[str, str] = {}

    def offer(self, page: Worksheet, number: int, column: Column, first: int, last: int) -> None:
        """Give the cells of a column their drop-down or check."""
        match column.kind:
            case "choice" | "kind":
                name = self._option_list(column.options)
                self._add(
                    page,
                    _drop_down(name, self.language, strict=not column.many),
                    number,
                    first,
                    last,
                )
            case "reference":
                found = self._source(column)
                if found:
                    self._add(
                        page, _drop_down(found, self.language, strict=False), number, first, last
                    )
            case "boolean":
                yes_no(page, number, first, last, self.language)
            case "date":
                self._add(page, _day(self.language), number, first, last)
                page.column_dimensions[get_column_letter(number)].number_format = "yyyy-mm-dd"
            case "integer" | "decimal":
                self._add(page, _numeric(column, self.language), number, first, last)

    def _add(
        self, page: Worksheet, check: DataValidation, number: int, first: int, last: int
    ) -> None:
        letter = get_column_letter(number)
        page.add_data_validation(check)
        check.add(f"{letter}{first}:{letter}{last}")

    def _option_list(self, options: tuple[str, ...]) -> str:
        return self._options.setdefault(options, f"kg_list_{len(self._options) + 1}")

    def _source(self, column: Column) -> str | None:
        """Give the name of the list for a reference: a sheet of the workbook, else a list."""
        for wanted in column.hints:
            for title, sheet in self._sheets.items():
                if self._catalogue.is_a(sheet.cls, wanted):
                    return self._sheet_list(title, sheet)
        for wanted in column.hints:
            for cls in self._choices:
                if self._catalogue.is_a(cls, wanted):
                    return self._named(f"kg_class_{_local(cls)}")
        return None

    def _sheet_list(self, title: str, sheet: Sheet) -> str:
        column = sheet.label(self.language) or sheet.columns[0]
        letter = get_column_letter(sheet.columns.index(column) + 1)
        name = f"kg_sheet_{_local(sheet.cls)}"
        self._names[name] = f"'{title}'!${letter}${FIRST_ROW}:${letter}${LAST_ROW}"
        return name

    def _named(self, name: str) -> str:
        self._names.setdefault(name, "")
        return name

    def write(self) -> None:
        """Write the hidden sheet with lists, and the names that drop-downs use."""
        page = self._book.create_sheet(LISTS)
        page.sheet_state = "veryHidden"
        for at, heading in enumerate(("class", "nl", "en", "iri", "shown"), start=1):
            b.put(page, 1, at, heading)
        row = 2
        for cls, choices in self._choices.items():
            start = row
            for choice in choices:
                texts = (cls, choice.label.nl, choice.label.en, choice.iri,
                         choice.label.to(self.language))  # fmt: skip
                for at, text in enumerate(texts, start=1):
                    b.put(page, row, at, text)
                row += 1
            self._names[f"kg_class_{_local(cls)}"] = f"'{LISTS}'!$E${start}:$E${row - 1}"
        for options, name in self._options.items():
            start = row
            for iri in options:
                b.put(page, row, 5, self._catalogue.label(iri).to(self.language))
                row += 1
            self._names[name] = f"'{LISTS}'!$E${start}:$E${row - 1}"
        for name, target in self._names.items():
            self._book.defined_names[name] = DefinedName(name, attr_text=target)


def _local(iri: str) -> str:
    text = iri.rpartition("#")[2].rpartition("/")[2]
    return "".join(c if c.isalnum() else "_" for c in text) or "x"


def _drop_down(name: str, language: Lang, *, strict: bool) -> DataValidation:
    return DataValidation(
        type="list",
        formula1=name,
        allow_blank=True,
        showErrorMessage=strict,
        error=_NOT_IN_LIST.to(language),
    )


def yes_no(page: Worksheet, number: int, first: int, last: int, language: Lang) -> None:
    """Give the cells of a column a drop-down with yes and no."""
    check = DataValidation(
        type="list",
        formula1=_YES_NO.to(language),
        allow_blank=True,
        showErrorMessage=True,
        error=_NOT_IN_LIST.to(language),
    )
    page.add_data_validation(check)
    check.add(f"{get_column_letter(number)}{first}:{get_column_letter(number)}{last}")


def _day(language: Lang) -> DataValidation:
    return DataValidation(
        type="date",
        operator="greaterThan",
        formula1="1",
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning",
        error=_NOT_A_DAY.to(language),
    )


def _numeric(column: Column, language: Lang) -> DataValidation:
    return DataValidation(
        type="whole" if column.kind == "integer" else "decimal",
        operator="between",
        formula1=column.lowest or f"-{_WIDEST}",
        formula2=column.highest or f"{_WIDEST}",
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning",
        error=_NOT_A_NUMBER.to(language),
    )
