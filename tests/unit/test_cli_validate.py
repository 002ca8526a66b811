"""`kg validate` as a user runs it: through the reader, the checks, the formats and the repairs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import yaml

from kg.cli import main
from kg.vocabularies import Home
from kg.workspace.keeper import Keeper
from vocabularies.lists import DAY, GM, NEWER, about, reading

CHECKOUT = Path(__file__).resolve().parents[2]
GOOD = """\
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/geluid> a sam:Aspect ;
  rdfs:label "Geluid"@nl , "Sound"@en ;
  sam:moreMeans "Meer geluid"@nl , "More sound"@en .
"""
BAD = """\
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
# wat wij leveren
<https://example.org/levering> a sam:ServiceProvision ;
  sam:validFrom "31 jan 2026" . # begin
"""
BROKEN = "<https://example.org/a> skos:prefLabel 'x' .\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("goed.ttl", GOOD), ("fout.ttl", BAD), ("stuk.ttl", BROKEN)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*tokens: str) -> int:
    return main(["validate", *tokens, "--as-of", "2026-01-01", "--lang", "nl"])


@pytest.mark.usefixtures("folder")
def test_exit_codes_say_fine_found_and_unusable(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("goed.ttl") == 0
    assert capsys.readouterr().out.endswith("Voldoet: niets moet worden hersteld.\n")
    assert run("fout.ttl") == 1
    assert run("fout.ttl", "--fail-on", "never") == 0
    assert run("goed.ttl", "stuk.ttl") == 2
    assert run("weg.ttl") == 2
    assert "KG-R001" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_the_line_is_shown_with_a_caret(capsys: pytest.CaptureFixture[str]) -> None:
    run("fout.ttl")
    assert (
        '  --> fout.ttl:5:17\n    5 |   sam:validFrom "31 jan 2026" . # begin\n'
        "      |                 ^^^^^^^^^^^^^"
    ) in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_a_file_that_cannot_be_read_is_a_result_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stuk.ttl", "goed.ttl", "--format", "json") == 2
    found = json.loads(capsys.readouterr().out)
    assert found["conforms"] is False
    result = next(r for r in found["results"] if r["constraint"] == "KG-R010")
    assert result["source"] == {"file": "stuk.ttl", "line": 1, "column": 25, "cell": None}
    assert result["message"]["nl"].startswith("Het voorvoegsel 'skos:'")
    assert "\n" not in result["message"]["nl"]
    assert any("stuk.ttl: niet te lezen" in text for text in found["notChecked"])


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("json", "{"), ("sarif", "{"), ("jsonld", "{"), ("junit", "<?xml"), ("github", "::error"),
        ("html", "<!DOCTYPE html>"), ("turtle", "@prefix"), ("text", "fout["),
    ],
)  # fmt: skip
def test_every_format_is_written(kind: str, start: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("fout.ttl", "--format", kind) == 1
    assert capsys.readouterr().out.startswith(start)
    assert run("fout.ttl", "--format", kind, "-o", f"uit.{kind}") == 1
    assert capsys.readouterr().out == ""
    assert Path(f"uit.{kind}").read_text(encoding="utf-8").startswith(start)


@pytest.mark.usefixtures("folder")
def test_repairs_go_to_a_new_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("fout.ttl", "--fix", "nieuw.ttl") == 1
    date = '"2026-01-31"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert Path("nieuw.ttl").read_text("utf-8") == BAD.replace('"31 jan 2026"', date)
    assert Path("fout.ttl").read_text("utf-8") == BAD
    assert "nieuw.ttl: 1 hersteld" in capsys.readouterr().err
    run("nieuw.ttl", "--format", "json")
    results = json.loads(capsys.readouterr().out)["results"]
    assert not [r for r in results if r["constraint"] == "sh:DatatypeConstraintComponent"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("option", ["--fix", "--output"])
def test_nothing_is_overwritten_unasked(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("fout.ttl", option, "fout.ttl") == 2
    assert "KG-O011" in capsys.readouterr().err
    assert Path("fout.ttl").read_text("utf-8") == BAD
    assert run("fout.ttl", "--fix", "fout.ttl", "--overwrite") == 1
    assert Path("fout.ttl").read_text("utf-8") != BAD


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "tokens",
    [
        ["goed.ttl", "fout.ttl", "--fix", "x.ttl"],
        ["fout.ttl", "--fix", "x.jsonld"],
        ["fout.ttl", "--format", "xlsx"],
    ],
)
def test_what_cannot_be_mended_this_way_is_said(
    tokens: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*tokens) == 2
    assert "KG-O005" in capsys.readouterr().err


def test_no_file_is_a_question_not_approval(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--lang", "en"]) == 2
    assert "KG-O000: no file was named" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_other_shapes_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("vorm.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ;"
        " sh:targetSubjectsOf <http://www.w3.org/2000/01/rdf-schema#label> ;"
        " sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .",
        encoding="utf-8",
    )
    assert run("goed.ttl", "--shapes", "vorm.ttl", "--no-reference-states", "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["shapes"].startswith("vorm.ttl")
    assert [r["path"] for r in found["results"]] == ["urn:p"]


@pytest.mark.usefixtures("folder")
def test_a_workbook_is_answered_in_its_cells(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "Service", "-o", "diensten.xlsx", "--lang", "nl"]) == 0
    book = openpyxl.load_workbook("diensten.xlsx")
    sheet = book["Dienst"]
    heads = {cell.value: at for at, cell in enumerate(sheet[1], start=1)}
    for row, cells in (
        (3, {"Kenmerk": "a", "Naam in het Nederlands": "A", "Naam in het Engels": "A"}),
        (4, {"Kenmerk": "b", "Naam in het Nederlands": "B", "Soort": "onzin"}),
        (5, {"Kenmerk": "c", "Naam in het Engels": "C", "Geldig vanaf": "31 ergens"}),
    ):
        for head, value in cells.items():
            sheet.cell(row, heads[head]).value = value
    book.save("vol.xlsx")
    who = ["--organisation", "https://example.org/gemeente"]
    assert run("vol.xlsx", *who, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)["results"]
    told = {str(r["source"]["cell"]) for r in found}
    assert {"Dienst!F4", "Dienst!C4", "Dienst!L5", "Dienst!B5"} <= told
    assert not [c for c in told if c.endswith("3")]
    assert run("vol.xlsx", *who, "--format", "xlsx", "-o", "antwoord.xlsx") == 1
    answer = openpyxl.load_workbook("antwoord.xlsx")["Dienst"]
    assert "onzin" in answer["F4"].comment.text
    assert answer["A3"].comment is None


@pytest.mark.usefixtures("folder")
def test_an_empty_workbook_does_not_look_approved(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "Service", "-o", "leeg.xlsx", "--lang", "nl"]) == 0
    run("leeg.xlsx")
    assert "leeg.xlsx: geen enkele rij is ingevuld of te lezen" in capsys.readouterr().out


# --- for builders --------------------------------------------------------------------------


def kg_on_path(folder: Path) -> dict[str, str]:
    """Put a `kg` on the path that runs this checkout."""
    script = folder / "bin" / "kg"
    script.parent.mkdir()
    script.write_text(
        f"#!{sys.executable}\nimport sys\nfrom kg.cli import main\nsys.exit(main())\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    path = f"{script.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(CHECKOUT / "src")}


def action_step() -> dict[str, object]:
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
    steps: list[dict[str, object]] = action["runs"]["steps"]
    return next(step for step in steps if step.get("id") == "validate")


@pytest.mark.parametrize(
    ("files", "fail_on", "code"),
    [("goed.ttl", "must-fix", 0), ("*.ttl", "must-fix", 2), ("fout.ttl", "never", 0),
     ("fout.ttl", "must-fix", 1), ("$(touch gehackt) goed.ttl", "must-fix", 2)],
)  # fmt: skip
def test_the_action_writes_sarif_and_annotations(
    folder: Path, files: str, fail_on: str, code: int
) -> None:
    env = kg_on_path(folder) | {
        "KG_FILES": files, "KG_ORGANISATION": "", "KG_SHAPES": "samenspel", "KG_PROFILES": "",
        "KG_FAIL_ON": fail_on, "KG_LANG": "nl", "KG_SARIF": "uit.sarif",
    }  # fmt: skip
    ran = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", str(action_step()["run"])],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == code, ran.stderr
    assert not (folder / "gehackt").exists()
    if "touch" in files:
        return
    results = json.loads((folder / "uit.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert len(results) == sum(line.startswith("::") for line in ran.stdout.splitlines()) - 1


def test_no_input_of_the_action_becomes_part_of_its_script() -> None:
    assert "${{" not in str(action_step()["run"])
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
    given = str(action_step()["env"])
    used = set(action["inputs"]) - {"upload", "python-version"}
    assert {name for name in used if f"inputs.{name}" not in given} == set()


def test_the_hooks_call_a_command_that_exists(folder: Path) -> None:
    hooks = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    env = kg_on_path(folder)
    for hook in hooks:
        assert hook["require_serial"]
        ran = subprocess.run(
            [*hook["entry"].split(), "goed.ttl", "fout.ttl"],
            cwd=folder, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 1
        assert "fout.ttl:5:17" in ran.stdout


# --- what a steward sees --------------------------------------------------------------------------

SPOILT = """\
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://example.org/> .
:s a sam:Service ; rdfs:label "Velden"@nl , "Fields"@en ; sam:geldigVanaf "2026-01-01"^^xsd:date .
:p a sam:ServiceProvision ; sam:ofService :s ; sam:validUntil "1 maart 2026"^^xsd:date ;
  sam:supplier <http://identifier.overheid.nl/tooi/id/gemeente/gm0344> ; sam:customer :s .
"""


def test_a_repair_uses_the_prefixes_of_the_file(folder: Path) -> None:
    (folder / "a.ttl").write_text(SPOILT, encoding="utf-8")
    run("a.ttl", "--fix", "b.ttl")
    mended = (folder / "b.ttl").read_text(encoding="utf-8")
    assert mended == SPOILT.replace("geldigVanaf", "validFrom").replace(
        "1 maart 2026", "2026-03-01"
    ).replace("<http://identifier", "<https://identifier")


def test_a_badly_written_reference_is_told_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.ttl").write_text(SPOILT, encoding="utf-8")
    run("a.ttl", "--format", "json")
    told = [
        r["constraint"]
        for r in json.loads(capsys.readouterr().out)["results"]
        if "gm0344" in (r["value"] or "")
    ]
    assert told == ["KG-V206"]


def test_a_spreadsheet_is_the_only_thing_answered_as_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("goed.ttl", "--format", "xlsx", "-o", "a.xlsx") == 2
    assert "KG-O005: --format xlsx geeft een rekenblad terug" in capsys.readouterr().err
    assert not (folder / "a.xlsx").exists()


def test_old_letters_are_read_with_a_warning_and_a_formula_is_told_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Leverancier,Klant,Van dienst\nhttps://a.nl/é,=1+1,https://a.nl/z\n"
    (folder / "a.csv").write_bytes(text.encode("cp1252"))
    run("a.csv", "--format", "json")
    told = [
        (r["constraint"], r["source"]["cell"])
        for r in json.loads(capsys.readouterr().out)["results"]
        if r["constraint"] in {"KG-C001", "KG-R035", "KG-C022"}
    ]
    assert sorted(told) == [("KG-C001", "B2"), ("KG-C022", "A2")]


def test_a_file_of_which_nothing_was_read_does_not_conform(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.csv").write_text("iets;anders\n1;2\n", encoding="utf-8")
    assert run("a.csv") == 1
    assert "Moet worden hersteld: 1" in capsys.readouterr().out


def test_findings_say_the_same_of_a_broken_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["findings", str(folder / "stuk.ttl"), "--lang", "nl"]) == 2
    said = capsys.readouterr().err
    assert "stuk.ttl:1:25: het voorvoegsel 'skos:' is nergens gedeclareerd" in said
    assert "voeg bovenaan toe: @prefix skos: <http://www.w3.org/2004/02/skos/core#> ." in said


def test_lenient_checks_what_only_the_spelling_of_an_address_keeps_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spaced = GOOD.replace("/geluid", "/veel geluid").replace("@en", "@englishenglish")
    (folder / "spatie.ttl").write_text(spaced, encoding="utf-8")
    assert run("spatie.ttl") == 2
    assert "KG-R014" in capsys.readouterr().out
    assert run("spatie.ttl", "--lenient") == 1
    shown = capsys.readouterr().out
    assert "over: Geluid (https://example.org/veel geluid)" in shown
    assert "de spelling van IRI's en taalcodes: daarom is gevraagd" in shown


def test_the_lists_of_the_workspace_count_without_being_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Keeper.create(folder / "kg", {"prefixes": {}, "asOf": "2026-01-01"})
    home = Home(folder / "kg" / "vocabularies")
    home.add(about(), reading(folder, NEWER), version="1.1", day=DAY)
    gone = GOOD + f"<https://example.org/geluid> rdfs:seeAlso <{GM}gm0003> .\n"
    (folder / "verwijst.ttl").write_text(gone, encoding="utf-8")
    run("verwijst.ttl")
    assert "KG-V203" not in capsys.readouterr().out
    run("verwijst.ttl", "--at", "kg")
    shown = capsys.readouterr().out
    assert "KG-V203" in shown
    assert "gemeente Vijf" in shown


def test_terms_of_ours_in_the_shapes_of_others_are_things_like_any(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    role = "@prefix sam: <https://w3id.org/samenspel/def#> .\n"
    role += (
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\nsam:Customer a skos:Concept .\n"
    )
    shape = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<urn:s> a sh:NodeShape ; "
    shape += "sh:targetClass <http://www.w3.org/2004/02/skos/core#Concept> .\n"
    (folder / "rol.ttl").write_text(role, encoding="utf-8")
    (folder / "vorm.ttl").write_text(shape, encoding="utf-8")
    assert run("rol.ttl") == 1
    assert "KG-V210" in capsys.readouterr().out
    assert run("rol.ttl", "--shapes", "vorm.ttl") == 0
