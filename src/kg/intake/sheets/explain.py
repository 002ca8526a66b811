"""The words of a template: the explanation sheet, the help of a heading, the example row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.intake.sheets import book as b
from kg.intake.sheets.mapping import EXAMPLE, EXPLANATION
from kg.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook

    from kg.intake.sheets.catalogue import Catalogue
    from kg.intake.sheets.columns import Column, Sheet
    from kg.text import Lang

_STEPS = (
    Text("Vul op elk blad per regel één ding in, onder de regel met het voorbeeld.",
         "On each sheet fill in one thing per row, below the row with the example."),
    Text("De regel {example} telt niet mee. U mag haar laten staan.",
         "The row {example} does not count. You may leave it there."),
    Text("Een kop met * moet u invullen. Bij donkere koppen zonder * vragen wij erom.",
         "A heading with * must be filled in. Dark headings without * are asked for."),
    Text("Houd de muis boven een kop om te zien wat er hoort.",
         "Hold the mouse over a heading to see what belongs there."),
    Text("Verwijs met de naam naar iets op een ander blad, of met een webadres.",
         "Refer by name to something on another sheet, or by web address."),
    Text("Meer dan één waarde in een cel: zet er een puntkomma (;) tussen.",
         "More than one value in a cell: put a semicolon (;) between them."),
    Text("Schrijf een dag als 2026-01-31. Gebruik geen formules: plak de waarde zelf.",
         "Write a day as 2026-01-31. Use no formulas: paste the value itself."),
    Text("Verander de koppen niet. De volgorde van kolommen en regels is vrij.",
         "Do not change the headings. The order of columns and rows is free."),
)  # fmt: skip
_TABLE = (
    Text("Blad", "Sheet"),
    Text("Kolom", "Column"),
    Text("Verplicht", "Required"),
    Text("Wat hoort er", "What belongs there"),
)
_REQUIRED = Text("ja", "yes")
_ASKED = Text("graag", "please")
_HOW = {
    "date": Text("Een dag, zoals 2026-01-31.", "A day, such as 2026-01-31."),
    "boolean": Text("Schrijf ja of nee.", "Write yes or no."),
    "reference": Text("Schrijf de naam of het webadres.", "Write the name or the web address."),
}
_MANY = Text("Meer dan één: zet er ; tussen.", "More than one: put ; between them.")
_MUST = Text("Verplicht.", "Required.")


def explain(
    book: Workbook, sheets: Mapping[str, Sheet], catalogue: Catalogue, language: Lang
) -> None:
    """Add the explanation sheet, with the steps and every column in words."""
    page = book.create_sheet(EXPLANATION.to(language))
    for letter, width in zip("ABCD", (24, 34, 12, 90), strict=True):
        page.column_dimensions[letter].width = width
    b.put(page, 1, 1, EXPLANATION.to(language), font=b.LARGE)
    row = 2
    for number, step in enumerate(_STEPS, start=1):
        words = step.to(language).format(example=EXAMPLE.to(language))
        b.put(page, row, 1, f"{number}. {words}")
        row += 1
    row += 1
    for at, heading in enumerate(_TABLE, start=1):
        cell = b.put(page, row, at, heading.to(language), font=b.WHITE)
        cell.fill = b.HEAD
    for title, sheet in sheets.items():
        row += 1
        b.link(b.put(page, row, 1, title), title, "A1")
        b.put(page, row, 4, sheet.about.to(language), font=b.GREY).alignment = b.WRAP
        b.fit(page, row, len(_TABLE))
        for column in sheet.columns:
            row += 1
            asked = _ASKED.to(language) if column.expected else ""
            texts = (
                title,
                column.name.to(language),
                _REQUIRED.to(language) if column.required else asked,
                help_of(column, language).replace("\n", " "),
            )
            for at, text in enumerate(texts, start=1):
                b.put(page, row, at, text).alignment = b.WRAP
            b.fit(page, row, len(_TABLE))
    row += 2
    for version in catalogue.versions():
        b.put(page, row, 1, version, font=b.GREY)
        row += 1
    b.printable(page, 1)


def help_of(column: Column, language: Lang) -> str:
    """Give what a heading says when one holds the mouse over it."""
    lines = [column.about.to(language)]
    if column.required:
        lines.append(_MUST.to(language))
    if column.kind in _HOW and not re.search(r"\d{4}-\d{2}", lines[0]):
        lines.append(_HOW[column.kind].to(language))
    if column.many and column.splits:
        lines.append(_MANY.to(language))
    return "\n".join(line for line in lines if line)


def example_of(column: Column, sheet: Sheet, catalogue: Catalogue, language: Lang) -> str:
    """Give what the example row holds in a column."""
    if column.kind == "text":
        spoken = column.language or language
        own = sheet.name.to(spoken)
        return Text(f"{own}: zo schrijft u het op", f"{own}: write it like this").to(spoken)
    if column.kind in {"choice", "kind"}:
        return catalogue.label(column.options[-1]).to(language)
    if column.kind == "reference":
        return _example_reference(column, catalogue, language)
    return _EXAMPLES[column.kind].to(language)


_EXAMPLES: dict[str, Text] = {
    "id": EXAMPLE,
    "date": Text("2026-01-31", "2026-01-31"),
    "integer": Text("40", "40"),
    "decimal": Text("0.8", "0.8"),
    "boolean": Text("ja", "yes"),
}


def _example_reference(column: Column, catalogue: Catalogue, language: Lang) -> str:
    if not column.hints:
        return "https://example.org/rapport/2026"
    kind = catalogue.label(column.hints[0])
    if column.hints[0] not in catalogue.classes():
        kind = Text(*(column.name.to(x).casefold() for x in LANGUAGES))
        return Text(f"keuze uit de lijst ({kind.nl})", f"choice from the list ({kind.en})").to(
            language
        )
    return Text(f"naam van een {kind.nl}", f"name of the {kind.en}").to(language)
