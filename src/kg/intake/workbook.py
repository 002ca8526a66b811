"""XLSX: looked over as an archive before anything is unpacked, then read cell by cell.

An XLSX is a zip of XML: 2 MB can unpack to 600 MB, one cell can claim a million rows, and its
XML can carry entities. All of that is measured before a cell is read; formulas are read as text,
never computed; links to other files are ignored.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from kg.intake.active import refuse_active
from kg.intake.tables import Cell, Row, check_cell, check_size, letters, table, unreadable
from kg.rdf.positions import Place
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.intake.tables import Kind, Table

MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 200
MAX_SHEETS = 50
_SMALL = 100 * 1024
"""A part this small may be compressed as much as it likes."""
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_KINDS: dict[str, Kind] = {"n": "number", "b": "boolean", "f": "formula", "e": "error"}
_SAVE = Text("sla het opnieuw op als .xlsx", "save it again as .xlsx")


def read_workbook(data: bytes, *, name: str) -> tuple[Table, ...]:
    """Read the sheets of a workbook.

    Args:
        data: The file.
        name: What to call it in messages.

    Returns:
        One table per sheet with anything in it, hidden sheets included.

    Raises:
        KgError: ``KG-R030`` not a workbook, ``KG-R031`` to ``KG-R033`` too large when unpacked,
            ``KG-R034`` too many rows or columns, ``KG-R038`` entities or a DOCTYPE, ``KG-R040``
            macros, links to files or other active parts.
    """
    _check_archive(data, name)
    refuse_active(data, name=name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tuple(_sheets(data, name))
    except DefusedXmlException as e:
        raise _entities(name) from e
    except (
        ParseError, InvalidFileException, zipfile.BadZipFile, zipfile.LargeZipFile,
        KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError,
    ) as e:  # fmt: skip
        raise unreadable(
            name, Text("dit werkboek is beschadigd", "this workbook is damaged"), _SAVE
        ) from e


def _check_archive(data: bytes, name: str) -> None:
    """Look over the archive: number of parts, unpacked size, ratio, and what its XML declares."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as e:
        words = Text("dit is geen XLSX-werkboek", "this is not an XLSX workbook")
        raise unreadable(name, words, _SAVE) from e
    with archive:
        parts = archive.infolist()
        if len(parts) > MAX_ENTRIES:
            raise _too_much("KG-R033", name, f"{MAX_ENTRIES}", _PARTS)
        if sum(p.file_size for p in parts) > MAX_UNPACKED:
            raise _too_much("KG-R031", name, f"{MAX_UNPACKED // 1024**2} MiB", _UNPACKED)
        for part in parts:
            if part.file_size > max(_SMALL, MAX_RATIO * part.compress_size):
                raise _too_much("KG-R032", name, f"{MAX_RATIO}", _RATIO)
        _check_parts(archive, parts, name)


def _check_parts(archive: zipfile.ZipFile, parts: Iterable[zipfile.ZipInfo], name: str) -> None:
    """Unpack each part once, never further than it said, and look for declarations."""
    for part in parts:
        try:
            with archive.open(part) as stream:
                body = stream.read(part.file_size + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError,
                ValueError) as e:  # fmt: skip
            words = Text("dit werkboek is beschadigd of heeft een wachtwoord",
                         "this workbook is damaged or has a password")  # fmt: skip
            raise unreadable(name, words, _SAVE) from e
        if len(body) > part.file_size:
            raise _too_much("KG-R031", name, f"{MAX_UNPACKED // 1024**2} MiB", _UNPACKED)
        if part.filename.lower().endswith((".xml", ".rels", ".vml")) and (
            _DOCTYPE.search(body) or body.startswith(_WIDE)
        ):
            raise _entities(name)


_PARTS = Text("meer dan {most} onderdelen", "more than {most} parts")
_UNPACKED = Text("uitgepakt groter dan {most}", "larger than {most} when unpacked")
_RATIO = Text(
    "een onderdeel wordt uitgepakt meer dan {most} keer zo groot",
    "a part grows more than {most} times when unpacked",
)


def _too_much(code: str, name: str, most: str, words: Text) -> Exception:
    advice = Text(
        "verwijder opmaak, plaatjes en lege rijen, en sla het opnieuw op",
        "remove formatting, pictures and empty rows, and save it again",
    )
    return unreadable(name, words.format(most=most), advice, code)


def _entities(name: str) -> Exception:
    return unreadable(
        name,
        Text("de XML in dit werkboek heeft een DOCTYPE of entiteiten",
             "the XML in this workbook has a DOCTYPE or entities"),
        _SAVE,
        "KG-R038",
    )  # fmt: skip


def _sheets(data: bytes, name: str) -> Iterator[Table]:
    book = openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=False, keep_links=False
    )
    try:
        if len(book.worksheets) > MAX_SHEETS:
            raise _too_much("KG-R033", name, f"{MAX_SHEETS}", _PARTS)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = list(_rows(sheet, name))
            if rows:
                yield table(sheet.title, rows, hidden=sheet.sheet_state != "visible")
    finally:
        book.close()


def _rows(sheet: Any, name: str) -> Iterator[Row]:  # noqa: ANN401 - openpyxl's read-only sheet
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        found = {}
        check_size(number, 1, Place(name, cell=f"{sheet.title}!A{number}"))
        for cell in cells:
            if cell.value is None:
                continue
            place = Place(name, cell=f"{sheet.title}!{letters(cell.column)}{cell.row}")
            check_size(cell.row, cell.column, place)
            text, kind = _value(cell.value, str(cell.data_type))
            check_cell(text, place)
            if text:
                found[int(cell.column)] = Cell(text, kind, place)
        if found:
            yield Row(number, found)


def _value(value: object, data_type: str) -> tuple[str, Kind]:
    """Give a cell's value as text, and what it is."""
    if isinstance(value, bool):
        return ("true" if value else "false"), "boolean"
    if isinstance(value, dt.datetime):
        if value.time() == dt.time(0):
            return value.date().isoformat(), "date"
        return value.isoformat(timespec="seconds"), "datetime"
    if isinstance(value, dt.date):
        return value.isoformat(), "date"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004
        return str(int(value)), "number"
    formula = getattr(value, "text", None) if data_type == "f" else None
    return str(formula if formula is not None else value).strip(), _KINDS.get(data_type, "text")
