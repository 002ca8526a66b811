"""The answered copy: every mark in its own cell, nothing live, the original untouched."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from kg.errors import KgError
from kg.intake.sheets import (
    Mark,
    answer,
    answer_sandboxed,
    answer_table,
    catalogue,
    convert,
    marks_of,
    read_csv_bytes,
)
from kg.rdf.positions import Place
from kg.terms import SAM
from kg.text import Text

from .workbooks import CLASSES, cell, fill, opened, read, saved, template

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.cell.cell import Cell

    from kg.text import Lang

ROWS = 2_000
WRONG = {
    "KG-C001": ("Bijdrage", "=40+2", 101),
    "KG-C002": ("Geldig vanaf", "31 jan 2026", 202),
    "KG-C003": ("Bijdrage", "veertig", 303),
    "KG-C004": ("Zekerheid", "80%", 404),
    "KG-C007": ("Beweerd door", "Hockeyklub 7", 505),
    "KG-C009": ("Beweerd door", "Sportvelden", 606),
    "KG-C010": ("Bewijs", "https://example.org/een rapport", 707),
    "KG-C011": ("Kenmerk", "effect-1", 808),
    "KG-C012": ("Kenmerk", "effect 909!", 909),
    "KG-C018": ("Zekerheid", "#REF!", 1999),
}
"""Ten kinds of mistakes: the heading, what stands there and the row of the sheet."""


def large() -> bytes:
    actors = [{"Naam in het Nederlands": f"Hockeyclub {n}", "Naam in het Engels": f"Club {n}"}
              for n in range(20)]  # fmt: skip
    rows: list[dict[str, object]] = [
        {"Kenmerk": f"effect-{n}", "Veroorzaakt door": "Sportvelden", "Op belang": "uren",
         "Bijdrage": n % 100, "Zekerheid": 0.8, "Beweerd door": f"Hockeyclub {n % 20}"}
        for n in range(ROWS)
    ]  # fmt: skip
    for heading, value, at in WRONG.values():
        rows[at - 3][heading] = value
    data = fill(
        template(*CLASSES),
        {
            "Actor": actors,
            "Aspect": [{"Naam in het Nederlands": "velduren", "Naam in het Engels": "hours"}],
            "Dienst": [{"Naam in het Nederlands": "Sportvelden", "Naam in het Engels": "Fields"}],
            "Belang": [{"Kenmerk": "uren", "Belang van": "Hockeyclub 3", "Betreft": "velduren",
                        "Richting": "meer"}],
            "Effect": rows,
        },
    )  # fmt: skip
    book = opened(data)
    heading, _, at = WRONG["KG-C018"]
    book["Effect"][cell(data, "Effect", heading, at).partition("!")[2]].data_type = "e"
    return saved(book)


def test_two_thousand_rows_with_ten_kinds_of_mistakes_are_answered_in_dutch() -> None:
    data = large()
    before = bytes(data)
    found = read(data, "effecten.xlsx")
    wanted = {(code, cell(data, "Effect", h, at)) for code, (h, _, at) in WRONG.items()}
    assert {(p.code, p.place.cell) for p in found.problems} == wanted
    assert found.rows[SAM + "Effect"] == ROWS - 1
    book = opened(answer(data, list(marks_of(found.problems)), name="e.xlsx", language="nl"))
    assert data == before
    marked = {
        f"{s.title}!{c.coordinate}": c
        for s in book.worksheets
        for row in s.iter_rows(min_row=2)
        for c in row
        if c.comment is not None
    }
    assert set(marked) == {address for _, address in wanted}
    for problem in found.problems:
        told = marked[str(problem.place.cell)].comment
        assert told is not None
        assert problem.message.nl[1:] in told.text
        assert problem.advice.nl[1:] in told.text
        assert told.text.splitlines()[1][0] in "✗?"
    first = book.worksheets[0]
    assert (book.active, first.title) == (first, "Wat te doen")
    listed = {str(row[0].value): row for row in first.iter_rows(min_row=5)}
    assert set(listed) == set(marked)
    for address, row in listed.items():
        sheet, _, target = address.partition("!")
        link = row[0].hyperlink
        assert link is not None
        assert link.location == f"'{sheet}'!{target}"
        assert link.target is None
    assert "moet anders: 8" in str(first["A2"].value)


def one() -> tuple[bytes, list[Mark]]:
    data = fill(template("Interface"), {"Koppelvlak": [{"Naam in het Nederlands": "loket"}]})
    mark = Mark(Place("a.xlsx", cell="Koppelvlak!C3"), Text("geen naam", "no name"), "should-fix",
                Text("vul in", "fill in"))  # fmt: skip
    return data, [mark]


def look(data: bytes, address: str = "C3") -> Cell:
    return opened(data)["Koppelvlak"][address]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("language", "words", "sheet"),
    [("nl", "geen naam", "Wat te doen"), ("en", "no name", "What to do")],
)
def test_the_answer_is_in_the_language_asked(language: Lang, words: str, sheet: str) -> None:
    data, marks = one()
    out = answer(data, marks, name="a.xlsx", language=language)
    comment = look(out).comment
    assert comment is not None
    assert words in comment.text.casefold()
    assert opened(out).sheetnames[0] == sheet


def test_a_mark_is_never_colour_alone() -> None:
    data, marks = one()
    marked = look(answer(data, marks, name="a.xlsx", language="nl"))
    assert marked.fill.fgColor.rgb == "00FBE0A2"
    assert marked.comment is not None
    assert "! kan beter: Geen naam." in marked.comment.text


def test_what_the_steward_wrote_stays() -> None:
    data, marks = one()
    book = opened(data)
    page = book["Koppelvlak"]
    page["C3"].comment = Comment("nog navragen", "Anna")
    page["B3"].fill = PatternFill("solid", fgColor="FFFF00")
    out = answer(saved(book), marks, name="a.xlsx", language="nl")
    kept = look(out).comment
    assert kept is not None
    assert "Geen naam" in kept.text
    assert kept.text.endswith("nog navragen")
    assert look(out, "B3").fill.fgColor.rgb == "00FFFF00"
    assert look(out, "B3").value == "loket"
    assert opened(out)["_kg"].sheet_state == "veryHidden"
    assert len(opened(out)["Koppelvlak"].data_validations.dataValidation) == len(
        opened(data)["Koppelvlak"].data_validations.dataValidation
    )


def test_a_mended_answer_loses_its_marks_and_reads_as_before() -> None:
    data, marks = one()
    book = opened(data)
    book["Koppelvlak"]["C3"].comment = Comment("nog navragen", "Anna")
    first = answer(saved(book), marks, name="a.xlsx", language="nl")
    assert read(first).triples == read(data).triples
    assert read(first).problems == ()
    second = answer(first, [], name="a.xlsx", language="en")
    left = look(second).comment
    assert left is not None
    assert left.text == "nog navragen"
    assert look(second).fill.fill_type is None
    assert opened(second).sheetnames[0] == "What to do"
    assert "Wat te doen" not in opened(second).sheetnames
    assert opened(second).worksheets[0]["A2"].value == "Nothing: all is well."
    heading = look(second, "B1").comment
    assert heading is not None
    assert heading.text


def test_several_marks_share_a_cell_and_the_gravest_gives_the_colour() -> None:
    data, marks = one()
    grave = Mark(marks[0].place, Text("fout", "wrong"))
    marked = look(answer(data, [*marks, grave], name="a.xlsx", language="nl"))
    assert marked.comment is not None
    assert marked.comment.text.index("Fout") < marked.comment.text.index("Geen naam")
    assert marked.fill.fgColor.rgb == "00F4B6B0"


def test_a_mark_without_a_cell_is_listed() -> None:
    data, _ = one()
    loose = Mark(Place("a.xlsx"), Text("het hele bestand", "the whole file"))
    gone = Mark(Place("a.xlsx", cell="Weg!A1"), Text("een blad dat weg is", "a sheet gone"))
    page = opened(answer(data, [loose, gone], name="a.xlsx", language="nl")).worksheets[0]
    assert {str(row[3].value) for row in page.iter_rows(min_row=5)} == {
        "Het hele bestand.", "Een blad dat weg is.",
    }  # fmt: skip


PAYLOADS = [
    '=HYPERLINK("http://evil","x")', "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)",
    "\t=1+1", "=WEBSERVICE(\"http://evil\")",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_formula_is_live_in_an_answer(payload: str) -> None:
    data = fill(template("Interface"), {"Koppelvlak": [{"Naam in het Nederlands": payload}]})
    mark = Mark(Place("a.xlsx", cell="Koppelvlak!B3"), Text(payload, payload), value=payload)
    for out in (
        answer(data, [mark], name="a.xlsx", language="nl"),
        answer_table(read_csv_bytes(f"Kenmerk;B\nx;{payload}\n".encode(), name="a.csv")[0],
                     [mark], language="nl"),
    ):  # fmt: skip
        with zipfile.ZipFile(io.BytesIO(out)) as archive:
            sheets = [archive.read(n) for n in archive.namelist() if "worksheets/sheet" in n]
        assert sheets
        assert not any(b"<f>" in s or b"<f " in s for s in sheets)
        assert payload.strip() in {
            str(c.value).strip()
            for s in opened(out).worksheets
            for row in s.iter_rows()
            for c in row
        }


def packed(parts: dict[str, bytes], base: bytes | None = None) -> bytes:
    target = io.BytesIO(base or b"")
    with zipfile.ZipFile(target, "a" if base else "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target.getvalue()


def sparse() -> bytes:
    book = Workbook()
    book.worksheets[0]["XFD1048576"].value = "ver weg"
    return saved(book)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"dit is geen werkboek", "KG-R030"),
        (packed({"xl/worksheets/sheet1.xml": b"<x>" + b"0" * 60_000_000}), "KG-R031"),
        (packed({"xl/worksheets/sheet1.xml": b"<x>" + b"0" * 30_000_000}), "KG-R032"),
        (packed({f"xl/{n}.xml": b"<x/>" for n in range(300)}), "KG-R033"),
        (sparse(), "KG-R034"),
        (packed({"xl/vbaProject.bin": b"x"}, template("Interface")), "KG-R040"),
        (packed({"xl/externalLinks/externalLink1.xml": b"<x/>"}, template("Interface")), "KG-R040"),
        (packed({"xl/connections.xml": b"<x/>"}, template("Interface")), "KG-R040"),
        (packed({"xl/embeddings/oleObject1.bin": b"x"}, template("Interface")), "KG-R040"),
        (packed({"xl/extra.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}, template("Interface")),
         "KG-R038"),
    ],
    ids=["no-zip", "bomb", "ratio", "parts", "giant", "macro", "link", "connection", "ole",
         "entity"],
)  # fmt: skip
def test_hostile_workbooks_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(KgError) as caught:
        answer(data, [], name="a.xlsx", language="nl")
    assert caught.value.code == code
    assert "a.xlsx" in caught.value.message.nl


def test_a_workbook_is_answered_behind_walls() -> None:
    data, marks = one()
    comment = look(answer_sandboxed(data, marks, name="a.xlsx", language="nl")).comment
    assert comment is not None
    assert "Geen naam." in comment.text
    with pytest.raises(KgError) as caught:
        answer_sandboxed(sparse(), marks, name="a.xlsx", language="nl")
    assert caught.value.code == "KG-R034"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice: soffice")
def test_what_another_program_saved_reads_the_same(tmp_path: Path) -> None:
    """LibreOffice saves colours with another first byte, hides sheets less and keeps the names."""
    data, marks = one()
    given = {"a.xlsx": data, "b.xlsx": answer(data, marks, name="a.xlsx", language="nl")}
    for name, body in given.items():
        (tmp_path / name).write_bytes(body)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir",
             str(tmp_path / "out"), str(tmp_path / name)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        back = read((tmp_path / "out" / name).read_bytes())
        assert back.problems == ()
        assert set(back.triples) == set(read(data).triples)
    again = answer((tmp_path / "out" / "b.xlsx").read_bytes(), [], name="b.xlsx", language="nl")
    assert look(again).comment is None
    assert look(again).fill.fill_type is None


def test_csv_is_answered_as_a_workbook() -> None:
    text = "Kenmerk;Leverancier;Klant;Van dienst;Geldig vanaf\nx;https://a.nl/1;;;morgen\n"
    table, _ = read_csv_bytes(text.encode(), name="map/levering.csv")
    found = convert((table,), catalogue=catalogue())
    book = opened(answer_table(table, list(marks_of(found.problems)), language="nl"))
    assert book.sheetnames == ["Wat te doen", "Levering.csv"]
    marked = book["Levering.csv"]["E2"]
    assert marked.value == "morgen"
    assert marked.comment is not None
    assert "geen dag" in marked.comment.text
    assert book["Wat te doen"]["A5"].hyperlink.location == "'Levering.csv'!E2"


def test_no_comments_where_nothing_is_wrong() -> None:
    data, _ = one()
    out = answer(data, [], name="a.xlsx", language="nl")
    assert look(out).comment is None
    assert opened(out).worksheets[0]["A2"].value == "Niets: alles is in orde."
