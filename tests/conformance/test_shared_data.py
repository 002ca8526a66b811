"""Every RDF file of real data loads with the count that was measured, or says how to mend it.

The counts are those of ``MANIFEST.tsv``, which two other readers agreed on: statements as they
stand in the file, with repeats. A file marked FAIL there must be refused with its name, a place in
it and a mend; where another reader found statements, a lenient reading must find as many.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from kg.errors import UnreadableInputError
from kg.rdf import FORMATS, parse_bytes
from kg.rdf.positions import PlacedError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
MANIFEST = DATA / "MANIFEST.tsv"
FAILED = re.compile(r"FAIL(?:\(rdflib (?P<count>\d+)\))?")
REMOTE = "No LoadDocumentCallback"

pytestmark = pytest.mark.skipif(
    not MANIFEST.is_file(), reason="the real data is not beside the checkout (../shared/data)"
)


class Row(NamedTuple):
    """One RDF file of the manifest."""

    file: str
    said: str
    note: str

    @property
    def kind(self) -> str:
        suffix = Path(self.file).suffix
        return ".jsonld" if suffix == ".json" else suffix

    def read(self, *, lenient: bool = False) -> int:
        data = (DATA / self.file).read_bytes()
        kind = FORMATS[self.kind]
        return len(parse_bytes(data, kind, name=self.file, lenient=lenient, merge=True))


def rows() -> list[Row]:
    if not MANIFEST.is_file():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as file:
        found = [
            Row(r["file"], r["triples_or_rows"], r["note"] or "")
            for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    return [r for r in found if r.kind in FORMATS and (r.said.isdigit() or "FAIL" in r.said)]


def groups() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows():
        if row.said.isdigit():
            found[row.file.partition("/")[0]].append(row)
    return found


REFUSED = [row for row in rows() if FAILED.fullmatch(row.said)]
LENIENT = [row for row in REFUSED if row.said != "FAIL"]


def test_the_manifest_still_names_what_these_tests_are_made_for() -> None:
    whole = sum(len(found) for found in groups().values())
    assert (whole, len(REFUSED), len(LENIENT)) == (245, 15, 4)


@pytest.mark.parametrize("group", groups())
def test_each_file_has_the_count_of_the_manifest(group: str) -> None:
    wrong = {}
    for row in groups()[group]:
        found = row.read()
        if found != int(row.said):
            wrong[row.file] = (found, int(row.said))
    assert wrong == {}


@pytest.mark.parametrize("row", REFUSED, ids=lambda r: Path(r.file).name)
def test_a_refused_file_gets_its_name_a_place_and_a_mend(row: Row) -> None:
    with pytest.raises(UnreadableInputError) as caught:
        row.read()
    error = caught.value
    assert isinstance(error, PlacedError)
    assert error.place.file == row.file
    assert error.place.line is not None
    assert error.place.column is not None
    for lang in ("nl", "en"):
        said = error.message.to(lang)
        assert said.startswith(f"{row.file}:{error.place.line}:{error.place.column}: ")
        assert "\n" in said  # the line itself is shown
        assert error.advice is not None
        assert error.advice.to(lang).strip()
    place = re.search(r"at line (\d+)|line (\d+)", row.note)
    if place:
        assert error.place.line == int(place[1] or place[2])
    if REMOTE in row.note:
        assert error.code == "KG-R026"
        assert "http" in error.message.en
    else:
        assert error.code in {"KG-R010", "KG-R015", "KG-R019"}


@pytest.mark.parametrize("row", LENIENT, ids=lambda r: Path(r.file).name)
def test_lenient_reading_loads_what_only_strict_checking_refuses(row: Row) -> None:
    measured = FAILED.fullmatch(row.said)
    assert measured is not None
    assert row.read(lenient=True) == int(measured["count"])


def test_lenient_reading_does_not_forgive_what_is_not_whole() -> None:
    for row in REFUSED:
        if row not in LENIENT:
            with pytest.raises(UnreadableInputError):
                row.read(lenient=True)
