"""Any table by a mapping: what comes in, what is refused, and where it says so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.demo import SHARED
from kg.errors import KgError
from kg.intake.csvfile import read_csv_bytes
from kg.intake.tabular import import_table, read_mapping
from kg.intake.tabular.cells import encoded, from_template
from kg.intake.tabular.config import MappingError, read_config
from kg.intake.tabular.mapping import Template
from kg.rdf import Literal, value
from kg.text import LANGUAGES

if TYPE_CHECKING:
    from kg.intake.registers import Imported

HERE = Path(__file__).parent / "mappings"
BASE = "https://example.org/demo/gemeente/municipality/"


def run(table: Path, mapping: Path, organisation: str | None = None) -> Imported:
    read, _ = read_csv_bytes(table.read_bytes(), name=table.name)
    return import_table(read, read_mapping(mapping), organisation=organisation)


def services() -> Imported:
    return run(HERE / "services.csv", HERE / "services.toml")


def said(done: Imported, subject: str) -> set[tuple[str, str]]:
    return {
        (re.split(r"[#/]", t.predicate.value)[-1], str(t.object))
        for t in done.triples
        if value(t.subject) == subject
    }


def test_a_row_becomes_a_thing_with_typed_values() -> None:
    found = said(services(), BASE + "velden")
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert ("type", "<https://w3id.org/samenspel/def#Service>") in found
    assert ("label", '"Sportvelden"@nl') in found
    assert ("label", '"Sports fields"@en') in found
    assert ("validFrom", f'"2025-09-01"^^<{xsd}date>') in found
    assert ("exitPossible", f'"true"^^<{xsd}boolean>') in found
    assert ("price", f'"1250.50"^^<{xsd}decimal>') in found
    assert ("type", "<https://w3id.org/samenspel/def#Increase>") in found
    assert ("source", "<https://example.org/diensten/sportvelden>") in found


def test_one_cell_may_hold_several_and_labels_are_looked_up() -> None:
    found = said(services(), BASE + "velden")
    assert {o for p, o in found if p == "audience"} == {
        "<https://example.org/demo/gemeente/football>",
        "<https://example.org/demo/gemeente/hockey>",
    }


def test_a_condition_chooses_rows() -> None:
    assert ("identifier", '"Lindendam"@nl') in said(services(), BASE + "groen%2Fonderhoud")
    assert not any(p == "identifier" for p, _ in said(services(), BASE + "velden"))


def test_a_cell_never_climbs_out_of_its_place() -> None:
    subjects = {value(t.subject) for t in services().triples}
    assert BASE + "groen%2Fonderhoud" in subjects
    assert not any(".." in s for s in subjects)


def test_every_cell_left_out_is_counted_with_its_place() -> None:
    problems = {p.kind: p for p in services().report.problems}
    assert problems["no-identity"].count == 2
    assert "services.csv:4 A4" in problems["no-identity"].place
    assert problems["not-in-lookup"].count == 2
    assert "services.csv:5 D5: 'Onbekende club'" in problems["not-in-lookup"].place
    assert problems["no-value"].place == "services.csv:3 F3: '2025'; services.csv:5 G5: 'misschien'"
    assert problems["required-empty"].place == "services.csv:5 name"
    for problem in problems.values():
        assert problem.message.nl != problem.message.en
        assert problem.advice.nl != problem.advice.en


def test_who_speaks_is_the_register_or_who_is_named() -> None:
    register = "https://w3id.org/samenspel/id/register/diensten-lindendam"
    assert services().report.register == register
    assert said(services(), register) >= {("label", '"Services of Lindendam"@en')}
    who = "https://example.org/demo/gemeente/municipality"
    done = run(HERE / "services.csv", HERE / "services.toml", who)
    assert done.report.register == who
    assert said(done, register) == set()


def test_equal_input_gives_equal_output() -> None:
    assert services() == services()


def test_a_label_for_two_things_is_for_none(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("dienst;naam;name;afnemers;richting;sinds;uitstap;prijs\na;A;A;Dubbel;;;;\n")
    done = run(table, HERE / "services.toml")
    assert {p.kind for p in done.report.problems} == {"not-in-lookup"}


def test_the_participants_of_joint_arrangements() -> None:
    path = SHARED / "data" / "roo" / "joint-arrangement-participants.csv"
    if not path.is_file():
        pytest.skip("../shared/data/roo is not there")
    done = run(path, HERE / "arrangements.yaml")
    assert done.report.read == 4565
    assert dict(done.report.written) == {
        "sam:CustomerConfiguration": 228,
        "sam:Organisation": 483,
        "statements": 3165,
    }
    assert done.report.problems == ()


@given(st.text(max_size=40))
def test_any_text_stays_in_its_segment(text: str) -> None:
    made = from_template(Template(("https://example.org/id/", ("c", False))), {"c": text})
    if made is None:
        assert text.strip(".") == ""
        return
    rest = made.value.removeprefix("https://example.org/id/")
    assert re.fullmatch(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+", rest)
    assert rest == encoded(text)


GOOD = """\
prefixes: {ex: https://example.org/id/}
lookups:
  kleur: {rood: ex:red}
things:
  - class: sam:Organisation
    iri: "ex:{code}"
    when: {column: soort, is: org}
    properties:
      - {property: rdfs:label, column: naam, language: nl}
      - {property: dct:type, column: kleur, lookup: kleur}
"""
FAULTS = {
    "unknown key": ("column: naam,", "kolom: naam,", "KG-X122", 9),
    "unknown top key": ("things:", "dingen:", "KG-X122", 4),
    "no class": ("class: sam:Organisation", "when: {column: naam, empty: false}", "KG-X122", 5),
    "unknown prefix": ("sam:Organisation", "sma:Organisation", "KG-X123", 5),
    "unknown lookup": ("lookup: kleur", "lookup: kleuren", "KG-X122", 10),
    "two sources": ("column: naam,", "column: naam, text: x,", "KG-X122", 9),
    "no source": ("column: naam,", "", "KG-X122", 9),
    "free scheme": ('"ex:{code}"', '"{code}"', "KG-X125", 6),
    "free host": ('"ex:{code}"', '"https://{code}/a"', "KG-X125", 6),
    "open brace": ('"ex:{code}"', '"ex:{code"', "KG-X125", 6),
    "space in template": ('"ex:{code}"', '"ex:a b/{code}"', "KG-X125", 6),
    "not a language": ("language: nl", "language: nederlands_", "KG-X122", 9),
    "two conditions in one": ("is: org", "is: org, empty: true", "KG-X122", 7),
    "pattern": ("is: org", "matches: '('", "KG-X122", 7),
    "lookup value": ("rood: ex:red", "rood: red", "KG-X123", 3),
    "prefix value": ("https://example.org/id/}", "example}", "KG-X123", 1),
    "no list": ("  - class: sam:Organisation\n", "  class: sam:Organisation\n", "KG-X122", 4),
    "syntax": ("{rood: ex:red}", "{rood: ex:red", "KG-X121", 4),
    "no such column": ("column: naam", "column: naaam", "KG-X124", 9),
}
TABLE = "code;soort;naam;kleur\n1;org;Een;rood\n"


def attempt(folder: Path, text: str, name: str = "m.yaml") -> Imported:
    mapping, table = folder / name, folder / "t.csv"
    mapping.write_text(text, encoding="utf-8")
    table.write_text(TABLE, encoding="utf-8")
    return run(table, mapping)


def test_the_good_mapping_is_good(tmp_path: Path) -> None:
    done = attempt(tmp_path, GOOD)
    assert len(done.triples) == 3
    assert done.report.problems == ()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_mapping_is_refused_at_its_line(tmp_path: Path, fault: str) -> None:
    old, new, code, line = FAULTS[fault]
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if fault == "no list":
        text = text.replace("    iri:", "  iri:").replace("    when:", "  when:")
        text = text.replace("    properties:", "  properties:")
    with pytest.raises(MappingError) as caught:
        attempt(tmp_path, text)
    error = caught.value
    assert error.code == code
    assert error.message.en.startswith(f"m.yaml:{line}: "), error.message.en
    assert error.advice is not None
    assert error.to("nl") != error.to("en")


def test_a_slip_gets_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(KgError) as caught:
        attempt(tmp_path, GOOD.replace("column: naam,", "column: naaam,"))
    assert "naam" in caught.value.to("nl").splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[things]]\nclass = "sam:X"\niri = "https://e.org/{a}"\n\n[[things.properties]]\n'
         'property = "rdfs:label"\nkolom = "b"\n', "m.toml:7: "),
        ('[[things]]\nclass = "sma:X"\niri = "https://e.org/{a}"\n', "m.toml:2: "),
        ('[[things]]\nclass = "sam:X"\niri = "https://e.org/{code}"\n[[things]]\n'
         'class = "sam:Y"\niri = "{code}"\n', "m.toml:6: "),
        ("[[things]\n", "m.toml:1: "),
        ('[[things]]\nclass = "sam:X"\niri = "https://e.org/{a}"\n'
         'when = { column = "a", isnt = "b" }\n', "m.toml:4: "),
    ],
)  # fmt: skip
def test_toml_has_places_too(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(MappingError) as caught:
        attempt(tmp_path, text, "m.toml")
    assert caught.value.message.nl.startswith(place), caught.value.message.nl


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "weg.yaml", tmp_path / "m.json"):
        with pytest.raises(MappingError) as caught:
            read_config(path)
        assert caught.value.code == "KG-X120"


def test_a_lookup_without_its_file_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace("{rood: ex:red}", "{file: weg.csv, match: a, give: b, under: 'ex:'}")
    with pytest.raises(MappingError) as caught:
        attempt(tmp_path, text)
    assert caught.value.code == "KG-X126"
    (tmp_path / "weg.csv").write_text("a,c\n1,2\n")
    with pytest.raises(MappingError, match="column b is missing"):
        attempt(tmp_path, text)


@pytest.mark.parametrize(
    "cell",
    ["https://example.org/id/../../evil", "https://evil.org/x", "https://example.org/id/a b",
     "javascript:alert(1)", "https://example.org/id/<x>"],
)  # fmt: skip
def test_a_whole_iri_must_be_under_its_namespace(tmp_path: Path, cell: str) -> None:
    text = GOOD.replace("column: kleur, lookup: kleur", "column: kleur, under: 'ex:'")
    (tmp_path / "m.yaml").write_text(text)
    (tmp_path / "t.csv").write_text(TABLE.replace("rood", cell))
    done = run(tmp_path / "t.csv", tmp_path / "m.yaml")
    assert [p.kind for p in done.report.problems] == ["no-iri"]
    assert not any(cell in str(t) for t in done.triples)


def test_no_row_at_all_is_said(tmp_path: Path) -> None:
    done = attempt(tmp_path, GOOD.replace("is: org", "is: iets"))
    assert [p.kind for p in done.report.problems] == ["no-row"]
    assert all(done.report.problems[0].message.to(lang) for lang in LANGUAGES)
    assert not any(isinstance(t.object, Literal) for t in done.triples)
