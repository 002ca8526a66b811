"""One cell text to one value: a day, a number, yes or no, words."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from kg.intake.sheets.problems import Fault
from kg.rdf import Literal, NamedNode
from kg.terms import XSD
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.intake.sheets.columns import Column
    from kg.intake.tables import Cell
    from kg.text import Lang

YES = frozenset({"ja", "j", "yes", "y", "true", "waar", "x", "✓", "✔", "akkoord", "agreed"})
NO = frozenset({"nee", "n", "no", "false", "onwaar"})
_DAY_ZERO = dt.date(1899, 12, 30)
_LAST_SERIAL = 2_958_465
"""31 December 9999 as spreadsheets count days."""
_NUMERIC = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_WORDED = re.compile(r"(\d{1,2})\s+([a-z]{3})[a-z]*\.?\s+(\d{4})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mrt maa mar", "apr", "mei may", "jun", "jul", "aug", "sep", "okt oct",
         "nov", "dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def literal(cell: Cell, text: str, column: Column, language: Lang) -> Literal | Fault:
    """Give the value of a cell, or of one part of it.

    Args:
        cell: The cell.
        text: The part.
        column: What the column holds: a plain value.
        language: Language of the workbook; 31-01-2026 is read as a day in Dutch ones.
    """
    if column.kind == "date":
        return _date(cell, text, language)
    reader = _READERS.get(column.kind)
    if reader is not None:
        return reader(text)
    if column.language is not None:
        return Literal(text, language=column.language)
    return Literal(text, datatype=NamedNode(column.datatype or XSD + "string"))


def _date(cell: Cell, text: str, language: Lang) -> Literal | Fault:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) and _day(text) is not None:
        return _typed(text, "date")
    found = _near_date(cell, text)
    if found is not None and language == "nl" and _is_dutch(text):
        return _typed(found.isoformat(), "date")
    meant = found.isoformat() if found is not None else ""
    advice = Text("schrijf een dag als 2026-01-31", "write a day as 2026-01-31")
    if meant:
        advice = Text(f"bedoelde u {meant}? Schrijf dat dan", f"did you mean {meant}? Write that")
    return Fault(
        "KG-C002",
        Text(f"‘{text}’ is geen dag zoals 2026-01-31", f"‘{text}’ is not a day such as 2026-01-31"),
        advice,
        meant,
    )


def _is_dutch(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}[-/]\d{1,2}[-/]\d{4}", text) is not None


def _near_date(cell: Cell, text: str) -> dt.date | None:
    """Give the day somebody probably meant."""
    if cell.kind == "datetime":
        return _day(text[:10])
    if cell.kind == "number" and text.isdigit() and int(text) <= _LAST_SERIAL:
        return _DAY_ZERO + dt.timedelta(days=int(text))
    if found := _NUMERIC.fullmatch(text):
        first, second, third = found.groups()
        year_first = len(first) > 2  # noqa: PLR2004 - a day has two digits
        return _day(f"{first}-{second}-{third}" if year_first else f"{third}-{second}-{first}")
    if found := _WORDED.fullmatch(text.casefold()):
        month = _MONTHS.get(found[2])
        return _day(f"{found[3]}-{month}-{found[1]}") if month else None
    return None


def _day(text: str) -> dt.date | None:
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return dt.date(year, month, day)
    except ValueError:
        return None


def _integer(text: str) -> Literal | Fault:
    if re.fullmatch(r"[+-]?\d{1,18}", text):
        return _typed(str(int(text)), "integer")
    number = _number(text)
    meant = str(int(number)) if number is not None and number == number.to_integral_value() else ""
    return Fault(
        "KG-C003",
        Text(f"‘{text}’ is geen heel getal", f"‘{text}’ is not a whole number"),
        Text("schrijf een getal zonder komma, punt of woorden, zoals 40",
             "write a number without comma, point or words, such as 40"),
        meant,
    )  # fmt: skip


def _decimal(text: str) -> Literal | Fault:
    number = _number(text)
    if number is not None:
        plain = format(number, "f")
        whole, _, part = plain.partition(".")
        return _typed(f"{whole}.{part.rstrip('0') or '0'}", "decimal")
    return Fault(
        "KG-C004",
        Text(f"‘{text}’ is geen getal", f"‘{text}’ is not a number"),
        Text("schrijf een getal zoals 0,8 en zonder woorden of procentteken",
             "write a number such as 0.8 without words or a percent sign"),
        _percent(text),
    )  # fmt: skip


def _number(text: str) -> Decimal | None:
    if not re.fullmatch(r"[+-]?\d{1,18}([.,]\d{1,18})?([eE][+-]?\d{1,2})?", text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _percent(text: str) -> str:
    number = _number(text.removesuffix("%").strip()) if text.endswith("%") else None
    return format(number / 100, "f") if number is not None else ""


def _boolean(text: str) -> Literal | Fault:
    answer = truth(text)
    if answer is not None:
        return _typed("true" if answer else "false", "boolean")
    return Fault(
        "KG-C005",
        Text(f"‘{text}’ is geen ja of nee", f"‘{text}’ is not yes or no"),
        Text("schrijf ja of nee, of laat de cel leeg", "write yes or no, or leave the cell empty"),
    )


def truth(text: str) -> bool | None:
    """Give yes or no as it was written, None for anything else."""
    word = text.strip().casefold()
    return True if word in YES else False if word in NO else None


def _typed(text: str, name: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + name))


_READERS: dict[str, Callable[[str], Literal | Fault]] = {
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
}
