"""The commands that answer: explain, query, matrix, import, demo and the ontology check."""

from __future__ import annotations

import csv
import gzip
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kg.cli import main
from kg.errors import RuleError
from kg.insight.query import check_question
from kg.rdf import FORMATS, parse_bytes
from kg.resources import demo_dir
from kg.rules.catalogue import load_catalogue

E = "https://example.org/"
DATA = """
@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:green a sam:Service ; rdfs:label "Groen"@nl, "Green"@en ; sam:touches :say .
:say a sam:Aspect ; rdfs:label "=danger"@nl .
:p a sam:ServiceProvision ; sam:ofService :green ;
   sam:supplier :town ; sam:customer :club, :school .
:j a sam:Interest ; sam:heldBy :school ; sam:concerns :say ; sam:direction sam:Decrease .
:i a sam:Interest ; sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Increase .
"""
FILE_AND_DAY = ("data.ttl", "--as-of", "2026-01-01")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KG_LANG", "nl")
    monkeypatch.delenv("KG_HOME", raising=False)
    (tmp_path / "data.ttl").write_text(DATA)
    return tmp_path


@pytest.fixture
def opposed(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The IRI of the one conflict."""
    assert folder.is_dir()
    main(["findings", *FILE_AND_DAY, "--rule", "opposed", "--format", "json"])
    return str(json.loads(capsys.readouterr().out)["findings"][0]["iri"])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("nl", ["Tegengestelde belangen", "Wat het bewijst", "Wat het zou oplossen", "De regel"]),
        ("en", ["Opposed interests", "What proves it", "What would resolve it", "The rule"]),
    ],
)
def test_explain_tells_and_proves(
    opposed: str, capsys: pytest.CaptureFixture[str], lang: str, words: list[str]
) -> None:
    assert main(["explain", opposed, *FILE_AND_DAY, "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in words)
    assert "data.ttl" in told
    assert f"sam:heldBy <{E}club>" in told
    assert "SELECT ?service ?subject" in told


def test_explain_as_json_holds_both_languages(
    opposed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", opposed, *FILE_AND_DAY, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["sentence"]) == {"nl", "en"}
    assert told["finding"]["iri"] == opposed
    assert {"subject", "predicate", "object", "sources", "voice"} == set(told["statements"][0])


def test_query_without_a_name_lists_every_question(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.is_dir()
    assert main(["query"]) == 0
    listed = capsys.readouterr().out
    flat = " ".join(listed.split())
    reports = load_catalogue().reports
    assert len(reports) > 40
    for report in reports:
        assert report.id in listed
        assert " ".join(report.question.nl.split()) in flat


def test_query_formats(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.is_dir()

    def ask(kind: str, *more: str) -> str:
        assert main(["query", "matrix-cells", *FILE_AND_DAY, "--format", kind, *more]) == 0
        return capsys.readouterr().out

    rows = list(csv.DictReader(io.StringIO(ask("csv"), newline="")))
    assert [(r["customer"], r["conflicts"]) for r in rows] == [
        (E + "club", "1"),
        (E + "school", "1"),
    ]
    document = json.loads(ask("json"))
    assert document["head"]["vars"] == ["customer", "service", "supplier", "conflicts", "gaps"]
    cell = document["results"]["bindings"][0]["conflicts"]
    assert cell == {
        "type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"
    }  # fmt: skip
    root = ET.fromstring(ask("xml"))  # noqa: S314 - our own output
    assert len(list(root.iter("{http://www.w3.org/2005/sparql-results#}result"))) == 2
    assert ask("tsv").splitlines()[0] == "?customer\t?service\t?supplier\t?conflicts\t?gaps"
    table = ask("table")
    assert "klant" in table
    assert "Groen" in table
    assert "customer" in ask("table", "--lang", "en")


def write(folder: Path, text: str) -> str:
    (folder / "own.rq").write_text(text)
    return "own.rq"


def test_own_queries_read_current_and_derived(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = write(folder, "SELECT ?f WHERE { ?f <https://w3id.org/samenspel/def#rule> 'opposed' }")
    assert main(["query", own, *FILE_AND_DAY, "--format", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    own = write(folder, "PREFIX s: <https://w3id.org/samenspel/def#> ASK { ?s a s:Service }")
    assert main(["query", own, *FILE_AND_DAY]) == 0
    assert capsys.readouterr().out == "ja\n"
    own = write(folder, "CONSTRUCT { ?s <urn:x:says> 'hi'@en } WHERE { ?s a <urn:x:no> }")
    assert main(["query", own, *FILE_AND_DAY, "--format", "json-ld"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    own = write(folder, "CONSTRUCT { ?s <urn:x:p> ?o } { ?s a ?o }")
    assert main(["query", own, *FILE_AND_DAY, "--format", "turtle"]) == 0
    assert len(parse_bytes(capsys.readouterr().out.encode(), FORMATS[".ttl"])) > 5
    assert main(["query", own, *FILE_AND_DAY, "--format", "json-ld"]) == 0
    nodes = parse_bytes(capsys.readouterr().out.encode(), FORMATS[".jsonld"])
    assert len(nodes) > 5


def test_a_kind_of_answer_that_does_not_fit_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = write(folder, "ASK { ?s ?p ?o }")
    assert main(["query", own, *FILE_AND_DAY, "--format", "turtle"]) == 2
    assert capsys.readouterr().err.startswith("KG-O003")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", "KG-Q006"),
        ("SELECT * { service silent <http://localhost/> { ?s ?p ?o } }", "KG-Q006"),
        ("SELECT * { \\u0053ERVICE <http://localhost/> { ?s ?p ?o } }", "KG-Q006"),
        ("SELECT * { ?s ?p 'a' } # \nSERVICE", "KG-Q006"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "KG-Q006"),
        ("DROP ALL", "KG-Q006"),
        ("DESCRIBE <urn:a>", "KG-Q007"),
        ("hello", "KG-Q007"),
    ],
)
def test_a_query_may_not_reach_outside_or_write(query: str, code: str) -> None:
    with pytest.raises(RuleError) as caught:
        check_question(query)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s ?p 'SERVICE' }",
        'SELECT ?s { ?s ?p """a "SERVICE" b""" }',
        "SELECT ?s { ?s <urn:SERVICE> ?o } # SERVICE",
        "PREFIX service: <urn:x:> SELECT ?s { ?s service:SERVICE ?o }",
        "SELECT ?service { ?service ?p $SERVICE }",
        "PREFIX a: <urn:x:> SELECT ?s { ?s a:b\\-c ?o }",
    ],
)
def test_words_inside_strings_names_and_comments_do_not_count(query: str) -> None:
    assert check_question(query).form == "SELECT"


def test_a_query_that_names_graphs_keeps_them() -> None:
    text = "SELECT ?s FROM <urn:g> { ?s ?p ?o }"
    assert check_question(text).text == text
    text = "SELECT ?s { GRAPH ?g { ?s ?p ?o } }"
    assert check_question(text).text == text


def test_projected_variables_are_known_without_rows() -> None:
    asked = check_question("SELECT DISTINCT ?a (COUNT(?b) AS ?n) $c WHERE { ?a ?b ?c }")
    assert asked.variables == ("a", "n", "c")


@pytest.mark.parametrize("kind", ["csv", "html", "svg"])
def test_matrix_formats(folder: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    assert folder.is_dir()
    assert main(["matrix", *FILE_AND_DAY, "--format", kind]) == 0
    told = capsys.readouterr()
    assert "Groen" in told.out
    assert told.out.startswith({"csv": "customer,", "html": "<!doctype", "svg": "<svg"}[kind])


@pytest.mark.skipif(not demo_dir().is_dir(), reason="the demo stories are not there yet")
def test_demo_makes_a_workspace_and_tells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.is_dir()
    assert main(["demo"]) == 0
    told = capsys.readouterr().out
    assert "Kijk verder" in told
    assert "▲" in told
    assert main(["findings", "--at", "kg-demo", "--format", "json"]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert kept["asOf"] in told
    assert len(kept["findings"]) > 20
    counted = [int(line.split()[0]) for line in told.splitlines() if line[:8].strip().isdigit()]
    assert sum(counted) == len(kept["findings"])
    assert main(["demo", "--lang", "en"]) == 0
    again = capsys.readouterr().out
    assert "Look further" in again
    assert main(["findings", "--at", "kg-demo", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == kept


def test_demo_leaves_another_workspace_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from kg.workspace import Workspace  # noqa: PLC0415

    with Workspace.create(folder / "mine") as workspace:
        workspace.add(folder / "data.ttl")
    before = (folder / "mine/journal.log").read_bytes()
    assert main(["demo", "mine"]) == 2
    assert capsys.readouterr().err.startswith("KG-W004")
    assert (folder / "mine/journal.log").read_bytes() == before


ROO = Path(__file__).parents[3] / "shared/data/roo/organisations.jsonl.gz"


@pytest.mark.skipif(not ROO.exists(), reason="the real register is not beside the checkout")
def test_import_reports_and_keeps(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first records of the real register."""
    with gzip.open(ROO, "rt", encoding="utf-8") as lines:
        some = [next(lines) for _ in range(40)]
    with gzip.open(folder / "roo.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("".join(some))
    assert main(["import", "roo", "roo.jsonl.gz", "--at", "ws"]) == 0
    told = capsys.readouterr()
    assert "register/roo" in told.out
    assert "40 records gelezen" in told.out
    assert "Kijk verder: kg findings --at ws" in told.err
    assert main(["findings", "--at", "ws", "--format", "json"]) == 0
    json.loads(capsys.readouterr().out)


def test_import_of_a_file_that_cannot_be_read_makes_no_workspace(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "roo", "data.ttl", "--at", "ws"]) == 2
    assert capsys.readouterr().err.startswith("KG-I")
    assert not (folder / "ws").exists()


def test_ontology_check_tells_faults(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil  # noqa: PLC0415

    from kg.cli import ontology as command  # noqa: PLC0415
    from kg.resources import ontology_dir  # noqa: PLC0415

    shutil.copytree(ontology_dir(), folder / "ontology")
    core = folder / "ontology/core.ttl"
    core.write_text(
        core.read_text() + "\n<https://w3id.org/samenspel/def#Planted> a "
        "<http://www.w3.org/2002/07/owl#Class> .\n"
    )
    monkeypatch.setattr(command, "ontology_dir", lambda: folder / "ontology")
    assert main(["ontology", "check", "--no-reasoning"]) == 1
    planted = capsys.readouterr().out
    assert "core.ttl" in planted
    assert "Planted" in planted
