"""The verdict for machines: each format reads back, with as many results as went in."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from kg.checking.formats import FORMATS, github, json_report, junit, sarif, w3c
from kg.checking.formats.terms import read_path, read_term
from kg.rdf import to_ntriples
from kg.rdf.bounds import Bounds, read_triples
from kg.text import LANGUAGES, Lang
from reports_by_hand import CELL, DATE, FINE, REPORT, SAM, reports

if TYPE_CHECKING:
    from kg.checking.report import Report

CHECKOUT = Path(__file__).resolve().parents[2]
SCHEMA = "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
MODULES = CHECKOUT / "tests" / "conformance" / "sarif" / "node_modules"


# --- JSON ----------------------------------------------------------------------------------


def test_json_is_the_contract() -> None:
    found = json.loads(json_report.render(REPORT, lang="en"))
    assert list(found) == ["conforms", "shapes", "asOf", "results", "passed", "notChecked"]
    assert found["conforms"] is False
    assert found["shapes"] == "samenspel 0.1.0"
    assert found["asOf"] == "2026-01-01"
    assert found["passed"] == 41
    assert found["notChecked"] == [
        "the KVK register is not loaded",
        f"{SAM}ServiceShape-labelNl (sh:QualifiedMinCountConstraintComponent): 3 results found, "
        "the first 1 are here",
    ]
    assert found["results"][1] == {
        "bin": "must-fix",
        "message": {"nl": DATE.message.nl, "en": DATE.message.en},
        "focus": "https://example.org/vergunning",
        "path": SAM + "start",
        "value": DATE.value,
        "shape": SAM + "ServiceShape-start",
        "constraint": "sh:DatatypeConstraintComponent",
        "source": {"file": "diensten.ttl", "line": 10, "column": 13, "cell": None},
        "repair": None,
    }
    cell = found["results"][3]["source"]
    assert cell == {"file": "diensten.xlsx", "line": None, "column": None, "cell": "Diensten!C7"}
    assert found["results"][0]["repair"]["verified"] is True


@given(reports)
def test_json_reads_back(report: Report) -> None:
    rendered = json_report.render(report, lang="nl")
    rendered.encode("utf-8")
    found = json.loads(rendered)
    assert [r["focus"] for r in found["results"]] == [r.focus for r in report.results]
    assert [r["message"]["nl"] for r in found["results"]] == [r.message.nl for r in report.results]
    assert found["conforms"] is report.conforms


# --- SARIF ---------------------------------------------------------------------------------


def run_of(report: Report, lang: Lang = "en") -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(sarif.render(report, lang=lang))
    run: dict[str, Any] = whole["runs"][0]
    return run


def sarif_schema() -> Any:  # noqa: ANN401 - the library has no types here
    """Give the validator of the SARIF schema, or skip."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    named = os.environ.get("KG_SARIF_SCHEMA")
    path = Path(named) if named else MODULES / SCHEMA
    if not path.is_file():
        pytest.skip("no SARIF schema: npm ci in tests/conformance/sarif, or KG_SARIF_SCHEMA")
    schema = json.loads(path.read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("report", [REPORT, FINE])
def test_sarif_meets_its_schema(report: Report, lang: Lang) -> None:
    found = list(sarif_schema().iter_errors(json.loads(sarif.render(report, lang=lang))))
    assert found == []


def test_the_schema_sees_a_fault() -> None:
    document = json.loads(sarif.render(REPORT, lang="nl"))
    document["runs"][0]["results"][0]["level"] = "grave"
    assert list(sarif_schema().iter_errors(document))


@given(reports)
def test_sarif_meets_its_schema_whatever_the_text(report: Report) -> None:
    found = list(sarif_schema().iter_errors(json.loads(sarif.render(report, lang="nl"))))
    assert found == []


@given(reports)
def test_sarif_reads_back(report: Report) -> None:
    rendered = sarif.render(report, lang="nl")
    rendered.encode("utf-8")
    run = json.loads(rendered)["runs"][0]
    assert len(run["results"]) == len(report.results)
    for found, result in zip(run["results"], report.results, strict=True):
        assert found["properties"]["message"]["en"] == result.message.en
        rule = run["tool"]["driver"]["rules"][found["ruleIndex"]]
        assert rule["id"] == found["ruleId"]


def test_sarif_says_where_how_grave_and_what_rule() -> None:
    run = run_of(REPORT, "nl")
    first, date, label, cell, told = run["results"]
    assert [(r["kind"], r["level"]) for r in (first, label, cell, told)] == [
        ("fail", "error"), ("fail", "warning"), ("open", "none"), ("fail", "note"),
    ]  # fmt: skip
    assert date["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "diensten.ttl", "index": 0},
        "region": {"startLine": 10, "startColumn": 13},
    }
    assert cell["message"]["text"].startswith("Diensten!C7: Politei staat niet in de lijst.")
    rules = {r["id"]: r for r in run["tool"]["driver"]["rules"]}
    assert rules["KG-V103"]["shortDescription"]["text"] == "Verkeerd soort waarde"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == (
        "Niet nagegaan: het register van de KVK is niet geladen"
    )


def test_sarif_knows_a_fault_again_when_lines_move() -> None:
    assert DATE.source is not None
    moved = replace(DATE, source=replace(DATE.source, line=99))
    other = replace(DATE, focus="https://example.org/anders")
    groups = [replace(REPORT.groups[0], results=(r,)) for r in (DATE, moved, other)]
    prints = [
        r["partialFingerprints"]["samenspel/v1"]
        for r in run_of(replace(REPORT, groups=tuple(groups)))["results"]
    ]
    assert prints[0] == prints[1] != prints[2]


def test_sarif_writes_file_names_as_uris() -> None:
    assert CELL.source is not None
    name = "map één/a#b?.xlsx"
    group = replace(
        REPORT.groups[3], results=(replace(CELL, source=replace(CELL.source, file=name)),)
    )
    run = run_of(replace(REPORT, files=(name,), groups=(group,)))
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == run["artifacts"][0]["location"]["uri"]
    assert unquote(uri) == name
    assert "#" not in uri
    assert " " not in uri


# --- JUnit ---------------------------------------------------------------------------------


def test_junit_counts_failures_and_what_could_not_be_decided() -> None:
    top = ET.fromstring(junit.render(REPORT, lang="nl").encode())  # noqa: S314 - our own
    assert (top.get("tests"), top.get("failures"), top.get("skipped")) == ("6", "2", "1")
    case = top.find("testsuite/testcase[@line='10']")
    assert case is not None
    assert case.get("file") == "diensten.ttl"
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == DATE.message.nl
    assert "verwacht: een datum" in (failure.text or "")


def test_junit_of_a_good_file_is_not_empty() -> None:
    top = ET.fromstring(junit.render(FINE, lang="en").encode())  # noqa: S314 - our own
    assert (top.get("tests"), top.get("failures")) == ("1", "0")


@given(reports)
def test_junit_reads_back(report: Report) -> None:
    top = ET.fromstring(junit.render(report, lang="nl").encode())  # noqa: S314 - our own
    cases = list(top.iter("testcase"))
    assert len(cases) == len(report.results) + 1 == int(top.get("tests", ""))
    must = sum(r.bin == "must-fix" for r in report.results)
    assert len(list(top.iter("failure"))) == must == int(top.get("failures", ""))
    unknown = sum(r.bin == "unknown-reference" for r in report.results)
    assert len(list(top.iter("skipped"))) == unknown


# --- GitHub --------------------------------------------------------------------------------


def test_github_annotations() -> None:
    lines = github.render(REPORT, lang="en").splitlines()
    assert lines[1].startswith(
        "::error file=diensten.ttl,line=10,col=13,title=KG-V103 Must be fixed::Write a date"
    )
    assert [line.split(" ")[0] for line in lines[:-1]] == [
        "::error", "::error", "::warning", "::notice", "::notice",
    ]  # fmt: skip
    assert "title=KG-V202 Unknown reference Diensten!C7::" in lines[3]
    assert lines[-1].endswith("%0ADoes not conform: 2 points must be fixed.")


def test_a_file_name_adds_no_property_to_an_annotation() -> None:
    assert DATE.source is not None
    odd = replace(DATE, source=replace(DATE.source, file="a,line=1::b%"))
    only = replace(REPORT, groups=(replace(REPORT.groups[0], results=(odd,)),))
    shown = github.render(only, lang="en")
    assert shown.startswith("::error file=a%2Cline=1%3A%3Ab%25,line=10,col=13,title=KG-V103")


@given(reports)
def test_github_text_starts_no_command(report: Report) -> None:
    lines = github.render(report, lang="nl").split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(report.results) + 1
    for line, result in zip(lines, report.results, strict=False):
        head, _, data = line.removeprefix("::").partition("::")
        command, _, properties = head.partition(" ")
        assert command in {"error", "warning", "notice"}
        names = [p.partition("=")[0] for p in properties.split(",")]
        assert names[-1] == "title"
        assert set(names) <= {"file", "line", "col", "title"}
        assert len(names) == len(set(names))
        assert ("file" in names) == (result.source is not None)
        assert "\r" not in data


# --- W3C -----------------------------------------------------------------------------------


def graph_of(report: Report, name: str) -> Graph:
    found = read_triples(
        FORMATS[name].render(report, lang="nl"), media=FORMATS[name].media, name=name,
        bounds=Bounds(), lenient=True,
    )  # fmt: skip
    return Graph().parse(data=to_ntriples(found), format="nt")


@pytest.mark.parametrize("name", ["turtle", "jsonld"])
def test_w3c_report_has_every_part(name: str) -> None:
    graph = graph_of(REPORT, name)
    top = graph.value(None, RDF.type, SH.ValidationReport)
    assert graph.value(top, SH.conforms) == Literal("false", datatype=XSD.boolean)
    node = graph.value(None, SH.sourceShape, URIRef(SAM + "ServiceShape-start"))
    assert graph.value(node, SH.focusNode) == URIRef("https://example.org/vergunning")
    assert graph.value(node, SH.resultPath) == URIRef(SAM + "start")
    assert graph.value(node, SH.value) == Literal("31 jan", datatype=XSD.date)
    assert graph.value(node, SH.resultSeverity) == SH.Violation
    assert graph.value(node, SH.sourceConstraintComponent) == SH.DatatypeConstraintComponent
    assert set(graph.objects(node, SH.resultMessage)) == {
        Literal(DATE.message.nl, lang="nl"),
        Literal(DATE.message.en, lang="en"),
    }
    blank = graph.value(None, SH.resultSeverity, SH.Info)
    assert isinstance(graph.value(blank, SH.focusNode), BNode)


@pytest.mark.parametrize("name", ["turtle", "jsonld"])
def test_w3c_paths_keep_their_structure(name: str) -> None:
    graph = graph_of(REPORT, name)
    node = graph.value(None, SH.sourceShape, URIRef(CELL.shape))
    head = graph.value(node, SH.resultPath)
    assert isinstance(head, BNode)
    first, second = Collection(graph, head)
    assert graph.value(first, SH.inversePath) == URIRef(SAM + "ofService")
    assert graph.value(second, SH.zeroOrMorePath) == URIRef(SAM + "supplier")
    either = graph.value(graph.value(None, SH.resultSeverity, SH.Warning), SH.resultPath)
    choices = [c for c in graph.objects(None, SH.alternativePath) if isinstance(c, BNode)]
    assert isinstance(either, BNode)
    assert [len(list(Collection(graph, c))) for c in choices] == [2]


def test_conforms_of_the_w3c_counts_every_result() -> None:
    only_told = replace(REPORT, groups=REPORT.groups[-1:])
    assert only_told.conforms
    assert not w3c.conforms(only_told)
    assert w3c.conforms(FINE)


@pytest.mark.parametrize("name", ["turtle", "jsonld"])
@given(report=reports)
def test_w3c_report_reads_back(name: str, report: Report) -> None:
    rendered = FORMATS[name].render(report, lang="nl")
    rendered.encode("utf-8")
    graph = graph_of(report, name)
    assert len(set(graph.subjects(RDF.type, SH.ValidationResult))) == len(report.results)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://example.org/a", "iri"),
        ("<https://example.org/a>", "iri"),
        ("(<urn:a>/<urn:b>)", "sequence"),
        ("<urn:a>|^<urn:b>", "alternativePath"),
        ("^(<urn:a>/<urn:b>)", "inversePath"),
        ("<urn:a>?", "zeroOrOnePath"),
    ],
)
def test_paths_are_read(text: str, kind: str) -> None:
    path = read_path(text)
    assert path is not None
    assert path.kind == kind


@pytest.mark.parametrize(
    "text", ["", "niet", "(<urn:a>", "<urn:a>/", "<urn:a> x", "<a b>", "^" * 9999]
)
def test_what_is_no_path_is_none(text: str) -> None:
    assert read_path(text) is None


def test_what_is_no_term_is_none() -> None:
    assert read_term('" onafgesloten') is None
    assert read_term("<urn:a> <urn:b>") is None
    assert read_term("<urn:a> .\n<urn:b> <urn:c> <urn:d>") is None
