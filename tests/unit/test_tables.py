"""Every cell of CSV and XLSX is found where it stands; what is too much is refused in time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from kg.errors import KgError
from kg.intake import tables, workbook
from kg.intake.read import XLSX, read_document
from kg.intake.sandboxed import read_sandboxed
from kg.intake.tables import letters, read_csv
from kg.intake.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = st.text(alphabet='abé😀";,\n ', max_size=6)
PLANTED = 'GEPLANT;"fout"'


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for part in source.namelist():
            out.writestr(part, change(part, source.read(part)))
    return target.getvalue()


def sheet(xml: str, doctype: str = "") -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = "x"
    head = '<?xml version="1.0"?>' + doctype
    body = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{xml}</sheetData></worksheet>"
    )
    return changed(
        saved(book), lambda n, d: (head + body).encode() if n.endswith("sheet1.xml") else d
    )


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(VALUES, min_size=2, max_size=5), min_size=1, max_size=6),
    st.sampled_from(";,\t"),
    st.data(),
)
def test_a_planted_value_is_found_in_its_cell_of_a_csv(
    rows: list[list[str]], delimiter: str, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[row]) - 1))
    rows[row][column] = PLANTED
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(["kop een", "kop twee"])
    lines = []
    for values in rows:
        lines.append(target.getvalue().count("\n") + 1)
        writer.writerow(values)
    found = read_csv(target.getvalue(), name="a.csv")
    cells = [c for r in found.rows for c in r.cells.values() if c.text == PLANTED]
    assert [(c.place.cell, c.place.line) for c in cells] == [
        (f"{get_column_letter(column + 1)}{row + 2}", lines[row])
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.integers(1, 60), st.text(alphabet="abé", min_size=1, max_size=9))
def test_a_planted_value_is_found_in_its_cell_of_a_workbook(
    row: int, column: int, title: str
) -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = "kop"
    extra = book.create_sheet(title)
    extra["A1"] = "kop"
    extra.cell(row, column, PLANTED)
    found = read_workbook(saved(book), name="a.xlsx")
    cells = [c for t in found for r in t.rows for c in r.cells.values() if c.text == PLANTED]
    assert [c.place.cell for c in cells] == [f"{extra.title}!{get_column_letter(column)}{row}"]


def test_values_are_read_as_what_they_are() -> None:
    book = Workbook()
    assert book.active is not None
    moment = dt.datetime(2026, 1, 31, 9, 30)  # noqa: DTZ001 - a spreadsheet knows no time zones
    values: list[Any] = ["x", 5.0, 5.5, True, dt.date(2026, 1, 31), moment, "=1+1", None, "#N/A"]
    book.active.append(["kop"] * len(values))
    book.active.append(values)
    document = read_document(saved(book), name="a.xlsx")
    assert document.media == XLSX
    assert [(c.text, c.kind) for c in document.tables[0].rows[0].cells.values()] == [
        ("x", "text"), ("5", "number"), ("5.5", "number"), ("true", "boolean"),
        ("2026-01-31", "date"), ("2026-01-31T09:30:00", "datetime"), ("=1+1", "formula"),
        ("#N/A", "error"),
    ]  # fmt: skip
    assert [(w.code, str(getattr(w, "place", ""))) for w in document.warnings] == [
        ("KG-R035", "a.xlsx Sheet!G2")
    ]


@pytest.mark.parametrize(
    "value", ["=HYPERLINK(1)", "+1+cmd|' /C calc'!A0", "@SUM(1)", "-x", "\t=1"]
)
def test_a_formula_in_a_csv_is_told(value: str) -> None:
    document = read_document(f'kop\n"{value}"\n-2,5\n+31\n'.encode(), name="a.csv")
    assert [str(getattr(w, "place", "")) for w in document.warnings] == ["a.csv:2 A2"]


def code(data: bytes) -> str:
    started = time.monotonic()
    with pytest.raises(KgError) as caught:
        read_workbook(data, name="a.xlsx")
    assert time.monotonic() - started < 3
    assert caught.value.message.nl != caught.value.message.en
    return caught.value.code


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = sheet("<row><c t='inlineStr'><is><t>" + "A" * 3_000_000 + "</t></is></c></row>")
    assert code(bomb) == "KG-R032"
    monkeypatch.setattr(workbook, "MAX_RATIO", 10**9)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 2_000_000)
    assert code(bomb) == "KG-R031"


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    honest = sheet("<row><c t='inlineStr'><is><t>" + "A" * 50_000 + "</t></is></c></row>")
    size = len(
        zipfile.ZipFile(io.BytesIO(honest)).read("xl/worksheets/sheet1.xml")
    ).to_bytes(4, "little")  # fmt: skip
    assert honest.count(size) == 2
    assert code(honest.replace(size, (1000).to_bytes(4, "little"))) in ("KG-R030", "KG-R031")


def test_a_workbook_with_too_many_parts_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for i in range(workbook.MAX_ENTRIES + 1):
            out.writestr(f"x{i}", b"")
    assert code(target.getvalue()) == "KG-R033"


def test_one_cell_far_away_is_refused() -> None:
    far = '<row r="{0}"><c r="{1}{0}" t="inlineStr"><is><t>x</t></is></c></row>'
    assert code(sheet(far.format(1048576, "A"))) == "KG-R034"
    assert code(sheet(far.format(1, "XFD"))) == "KG-R034"


@pytest.mark.parametrize("claim", ["A1", "A1:XFD1048576"])
def test_what_a_sheet_claims_about_its_size_is_not_believed(claim: str) -> None:
    rows = '<row r="3"><c r="C3" t="inlineStr"><is><t>x</t></is></c></row>'
    data = changed(
        sheet(rows),
        lambda _, d: d.replace(b"<sheetData>", f'<dimension ref="{claim}"/><sheetData>'.encode()),
    )
    started = time.monotonic()
    (found,) = read_workbook(data, name="a.xlsx")
    assert time.monotonic() - started < 2
    assert [str(c.place) for c in found.headings.values()] == ["a.xlsx Sheet!C3"]


def test_entities_and_doctypes_are_refused() -> None:
    cell = "<row><c t='inlineStr'><is><t>[&x;]</t></is></c></row>"
    assert code(sheet(cell, '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>')) == "KG-R038"
    assert code(sheet("", "<!DOCTYPE w>")) == "KG-R038"
    wide = changed(
        sheet(""), lambda n, d: d.decode().encode("utf-16") if n.endswith("sheet1.xml") else d
    )
    assert code(wide) == "KG-R038"


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"naam;eigenaar\n", b"PK\x05\x06" + b"\0" * 18]
)
def test_what_is_no_workbook_is_told(data: bytes) -> None:
    assert code(data) == "KG-R030"


@pytest.mark.parametrize(
    ("text", "found", "place"),
    [
        ('a;b\n1;"x\n', "KG-R036", "a.csv:2 A2"),
        ('a;b\n1;2\n3;"x"y\n', "KG-R036", "a.csv:3 A3"),
        ("a\n" + "x" * (tables.MAX_CELL + 1), "KG-R022", "a.csv:2 A2"),
        ("a;b\n" + ";" * 300 + "x", "KG-R034", "a.csv:2 KO2"),
    ],
)
def test_a_csv_that_cannot_be_read_is_told_with_its_row(text: str, found: str, place: str) -> None:
    with pytest.raises(KgError) as caught:
        read_csv(text, name="a.csv")
    assert (caught.value.code, str(getattr(caught.value, "place", ""))) == (found, place)


def test_a_csv_with_too_many_rows_is_refused() -> None:
    with pytest.raises(KgError) as caught:
        read_csv("a\n" * (tables.MAX_ROWS + 2), name="a.csv")
    assert caught.value.code == "KG-R034"


@given(st.integers(1, 16384))
def test_letters_of_columns_are_those_of_a_spreadsheet(column: int) -> None:
    assert letters(column) == get_column_letter(column)


def test_a_workbook_that_does_something_is_refused_by_every_reader() -> None:
    data = io.BytesIO()
    Workbook().save(data)
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(KgError) as error:
        read_document(data.getvalue(), name="a.xlsx")
    assert error.value.code == "KG-R040"
    reading = read_sandboxed(data.getvalue(), name="a.xlsx")
    assert [p.code for p in reading.problems] == ["KG-R040"]
