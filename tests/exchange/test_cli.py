"""`kg export` and `kg import` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exchange.demo import SHARED
from kg.cli import main
from kg.resources import demo_dir
from kg.text import LANGUAGES, Lang

MAPPINGS = Path(__file__).parent / "mappings"
GEMEENTE = [str(p) for p in sorted((demo_dir() / "gemeente").glob("*.ttl"))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_export_tells_what_is_left_out(lang: Lang, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["export", "cpsv-ap-3.2.0", *GEMEENTE, "--as-of", "2026-01-01", "--lang", lang])
    out, err = capsys.readouterr()
    assert code == 0
    assert "a cpsv:PublicService" in out
    lost = {"nl": "Niet mee", "en": "Not included"}[lang]
    assert lost in err
    assert "sam:Interest 6/6" in err
    assert lost not in out


def test_export_to_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, report = tmp_path / "o.jsonld", tmp_path / "r.json"
    code = main(
        ["export", "cpov", *GEMEENTE, "-o", str(out), "--report", str(report), "--typed-references"]
    )
    assert code == 0
    assert capsys.readouterr().out == ""
    assert json.loads(out.read_text())["@context"]["cv"] == "http://data.europa.eu/m8g/"
    told = json.loads(report.read_text())
    assert told["profile"] == "cpov"
    lost = [t for t in told["terms"] if t["kept"] < t["total"]]
    assert lost
    assert all(t["why"]["nl"] and t["why"]["en"] for t in lost)


def test_export_lists_its_profiles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--lang", "en"]) == 0
    assert "cpsv-ap-3.2.0" in capsys.readouterr().out


def test_export_the_description_of_the_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["export", "catalogue", *GEMEENTE, "--base", "https://kg.example.org/"])
    out, err = capsys.readouterr()
    assert code == 0
    assert "a dcat:Catalog" in out
    assert "void:triples" in out
    assert "<https://kg.example.org/.well-known/void" in out
    assert "CC BY 4.0" in err


def test_export_where_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["export", "rdf", *GEMEENTE, "-o", str(tmp_path / "no" / "o.ttl")])
    assert code == 2
    assert "KG-X104" in capsys.readouterr().err


def test_import_a_table_then_export_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = str(tmp_path / "w")
    code = main(
        ["import", "csv", str(MAPPINGS / "services.csv"), "--mapping",
         str(MAPPINGS / "services.toml"), "--at", home, "--lang", "en"]
    )  # fmt: skip
    out, err = capsys.readouterr()
    assert code == 0
    assert "register/diensten-lindendam" in out
    assert "services.csv:5 D5" in err
    assert main(["export", "rdf", "--at", home, "--format", "nt"]) == 0
    assert "groen%2Fonderhoud" in capsys.readouterr().out


def test_import_a_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "cat.ttl"
    assert (
        main(["export", "cpsv-ap-3.2.0", *GEMEENTE, "-o", str(source), "--typed-references"]) == 0
    )
    capsys.readouterr()
    home, report = str(tmp_path / "w"), tmp_path / "r.json"
    code = main(["import", "cpsv-ap", str(source), "--at", home, "--report", str(report),
                 "--lang", "nl"])  # fmt: skip
    out, _ = capsys.readouterr()
    assert code == 0
    assert "diensten" in out
    assert json.loads(report.read_text())["register"].endswith("register/cat")
    assert main(["query", "shared-services", "--at", home]) == 0


def test_import_lenient(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = (SHARED / "data/lblod-lpdc/migration-scripts/tests-shacl/instances-concepts/concept-data"
            / "concept-from-ldes-stream.ttl")  # fmt: skip
    if not path.is_file():
        pytest.skip("../shared/data/lblod-lpdc is not there")
    strict = main(["import", "cpsv-ap", str(path), "--at", str(tmp_path / "a")])
    assert strict == 2
    assert "KG-R" in capsys.readouterr().err
    assert main(["import", "cpsv-ap", str(path), "--at", str(tmp_path / "b"), "--lenient"]) == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["import", "csv", "x.csv"], "KG-X105"),
        (["import", "tooi", "x.ttl", "--mapping", "m.yaml"], "KG-X105"),
        (["import", "tooi", "x.ttl", "--organisation", "https://example.org/a"], "KG-X106"),
        (["import", "cpsv-ap", "weg.ttl"], "KG-R001"),
        (["import", "niets", "weg.ttl"], "KG-N005"),
        (["export", "cpvo", "weg.ttl"], "KG-X101"),
        (["export", "cpov", *GEMEENTE, "--place", "hier"], "KG-O002"),
        (["export", "catalogue", *GEMEENTE, "--base", "hier"], "KG-O002"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert code in capsys.readouterr().err
