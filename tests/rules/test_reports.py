"""Every report is whole, portable, exact on its own small story, and in a fixed order."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib.plugins.sparql import prepareQuery

from kg.rdf import Literal, parse_file
from kg.resources import queries_dir
from kg.rules.bind import bind
from kg.rules.header import Header, read_all
from kg.store import MemoryStore
from kg.terms import CURRENT, DERIVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.rdf import Triple

FIXTURES = Path(__file__).resolve().parents[1] / "reports"
NOW = dt.date(2026, 1, 1)
REPORTS = {h.id: h for h in read_all(queries_dir() / "reports")}
JOBS = {"interests", "services", "coordination", "co-creation", "quality", "change"}
NEEDED = ("id", "kind", "title", "question", "parameters", "columns", "seeds")

each_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())


def story(report: Header) -> dict[str, list[Triple]]:
    return {
        CURRENT: parse_file(FIXTURES / f"{report.id}.ttl"),
        DERIVED: parse_file(FIXTURES / f"{report.id}.derived.ttl"),
    }


def rows(query: str, columns: Sequence[str], graphs: dict[str, list[Triple]]) -> list[list[str]]:
    store = MemoryStore()
    for graph, triples in graphs.items():
        store.add(graph, triples)
    return [[row[c].value if c in row else "" for c in columns] for row in store.select(query)]


def without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def test_there_are_reports_for_every_job() -> None:
    assert {h.stage for h in REPORTS.values()} == JOBS


@each_report
def test_header_is_whole(report: Header) -> None:
    given = {line[2:].strip().split(":")[0] for line in report.text.splitlines() if "#+" in line}
    assert set(NEEDED) <= given
    assert report.kind == "report"
    assert report.columns
    assert report.seeds
    texts = [report.title, report.question, *report.columns.values()]
    texts += [p.about for p in report.parameters.values()]
    assert all(t.nl.strip() and t.en.strip() for t in texts)


@each_report
def test_every_parameter_stands_in_the_query(report: Header) -> None:
    used = set(re.findall(r"\$(\w+)", without_comments(report.text)))
    assert used - {"now"} == set(report.parameters)


@each_report
def test_second_engine_reads_it_and_projects_the_columns(report: Header) -> None:
    for text in (report.text, bind(report, {}, NOW)):
        parsed = prepareQuery(text)
        assert [str(v) for v in parsed.algebra.PV] == list(report.columns)


@each_report
def test_it_reads_current_and_derived_only(report: Header) -> None:
    body = without_comments(report.text)
    assert re.findall(r"FROM\s+(NAMED\s+)?<([^>]+)>", body) == [("", CURRENT), ("", DERIVED)]
    assert not re.search(r"\b(GRAPH|SERVICE|LATERAL|COALESCE)\b", body)


@each_report
def test_it_answers_its_story_exactly(report: Header) -> None:
    with (FIXTURES / f"{report.id}.csv").open(encoding="utf-8", newline="") as file:
        header, *expected = csv.reader(file)
    assert header == list(report.columns)
    assert expected, "a report needs at least one row in its story"
    assert rows(bind(report, {}, NOW), header, story(report)) == expected


@each_report
def test_its_order_is_total(report: Header) -> None:
    columns = list(report.columns)
    query = bind(report, {}, NOW).rstrip()
    assert "\nORDER BY " in query
    graphs = story(report)
    upwards = rows(query + " " + " ".join(f"?{c}" for c in columns), columns, graphs)
    downwards = rows(query + " " + " ".join(f"DESC(?{c})" for c in columns), columns, graphs)
    assert upwards == downwards
    grouped = re.search(r"\nGROUP BY ([^\n]+)\n(?:HAVING [^\n]+\n)?ORDER BY ([^\n]+)$", query)
    if grouped:
        visible = set(re.findall(r"\?\w+", grouped[1])) & {f"?{c}" for c in columns}
        derived_from_key = {"?status", "?review", "?conflicts", "?first", "?last"}
        assert visible - set(re.findall(r"\?\w+", grouped[2])) <= derived_from_key


def test_no_fixture_without_a_report() -> None:
    assert {p.name.split(".")[0] for p in FIXTURES.iterdir()} == set(REPORTS)


def test_a_parameter_changes_the_answer() -> None:
    report = REPORTS["shared-interfaces"]
    columns = list(report.columns)
    one = rows(bind(report, {"minProvisions": 1}, NOW), columns, story(report))
    many = rows(bind(report, {"minProvisions": 4}, NOW), columns, story(report))
    assert (len(one), len(many)) == (2, 0)


def test_dates_count_at_the_date_looked_at() -> None:
    report = REPORTS["compromises"]
    columns = list(report.columns)
    status = columns.index("status")
    early = rows(bind(report, {}, dt.date(2024, 1, 1)), columns, story(report))
    late = rows(bind(report, {}, dt.date(2027, 1, 1)), columns, story(report))
    assert [r[status] for r in early] == ["CURRENT", "CURRENT", "NO_DATE"]
    assert [r[status] for r in late] == ["STALE", "STALE", "NO_DATE"]


def test_harmony_counts_every_stake_once_with_its_gravest_conflict() -> None:
    """The index equals a plain computation over the same story (semantics, section 5)."""
    report = REPORTS["harmony-per-supplier"]
    graphs = story(report)
    prefix = "https://w3id.org/samenspel/"
    facts = [(str(t.subject), str(t.predicate), t.object) for g in graphs.values() for t in g]
    priority = {s: float(o.value) for s, o in _numbers(facts, "def#priority")}
    on = {s: str(o) for s, p, o in facts if p == f"<{prefix}def#onInterest>"}
    severity = {s: float(o.value) for s, o in _numbers(facts, "def#severity")}
    at = {s: str(o) for s, p, o in facts if "derived#atService" in p}
    worst = {(s, str(o)): 0.0 for s, p, o in facts if p == f"<{prefix}derived#stake>"}
    for finding, p, o in facts:
        if p == f"<{prefix}def#because>":
            stake = (at[finding], on.get(str(o), str(o)))
            worst[stake] = max(worst.get(stake, 0.0), severity[finding])
    expected = {}
    for supplier in {str(o) for _, p, o in facts if "derived#supplier" in p}:
        own = {s for s, p, o in facts if "derived#supplier" in p and str(o) == supplier}
        mine = {k: v for k, v in worst.items() if k[0] in own}
        total = sum(priority.get(i, 50.0) for _, i in mine)
        lost = sum(priority.get(i, 50.0) * v / 100 for (_, i), v in mine.items())
        expected[supplier.strip("<>")] = round(1 - lost / total, 3)
    found = rows(bind(report, {}, NOW), ["supplier", "harmony"], graphs)
    assert {s: float(h) for s, h in found} == expected


def _numbers(facts: Sequence[tuple[str, str, object]], name: str) -> list[tuple[str, Literal]]:
    return [(s, o) for s, p, o in facts if name in p and isinstance(o, Literal)]
