"""The W3C tests of SPARQL 1.0 and 1.1 through the service, one service for all.

What differs is pinned by name, with its reason in the engine or in the service. A test that starts
to pass has to leave its list.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from conformance.sparql_suite import (
    TESTS,
    Exam,
    expected_rows,
    from_clauses,
    is_result_set,
    read_tests,
    row_key,
    rows_of_json,
    same_rows,
    statements,
    table_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sparql_suite import Row
    from web.running import Reply, Service

pytestmark = pytest.mark.skipif(not TESTS.is_dir(), reason=f"{TESTS} is not there")

ELSEWHERE = {"service", "syntax-fed", "entailment"}
"""Folders that are about other endpoints, which this service never asks, or about entailment
regimes, which it does not offer (what follows is derived by rules instead)."""
_CANONICAL = "the engine keeps numbers in canonical form: 01 and 1 are one term"
_GRAPH = "the engine binds the variable of GRAPH after what is inside has been matched"
_FUNCTION = "the engine refuses a function it does not know, before it is called"
_LOAD = "the service fetches nothing, so LOAD is refused"
_ZERO = "the engine gives no path of length zero for a term that no statement mentions"
_JOINED = "the engine gives GROUP_CONCAT a language when all values share one"
_BY_REASON = {
    _CANONICAL: (
        "distinct/distinct-1 distinct/distinct-9 expr-builtin/dawg-str-1 expr-builtin/dawg-str-2 "
        "expr-builtin/sameTerm-simple expr-builtin/sameTerm-eq expr-builtin/sameTerm-not-eq "
        "expr-equals/eq-graph-1 expr-equals/eq-graph-2 open-world/open-eq-01 csv-tsv-res/csv03 "
        "csv-tsv-res/tsv03"
    ),
    _GRAPH: (
        "graph/graph-optional graph/graph-variable-scope bindings/graph negation/graph-minus "
        "aggregates/agg-empty-group-count-graph"
    ),
    _FUNCTION: (
        "syntax-sparql1/syntax-expr-05 syntax-sparql1/syntax-order-05 "
        "syntax-sparql1/syntax-order-06 syntax-sparql2/syntax-function-01 "
        "syntax-sparql2/syntax-function-02 syntax-sparql2/syntax-function-03 "
        "syntax-sparql2/syntax-function-04 syntax-query/test_4"
    ),
    _LOAD: (
        "update-silent/load-silent update-silent/load-into-silent syntax-update-1/test_1 "
        "syntax-update-1/test_2 syntax-update-1/test_3 syntax-update-1/test_4 "
        "syntax-update-1/test_37"
    ),
    _ZERO: (
        "property-path/zero_or_more_set_start property-path/zero_or_more_set_end "
        "property-path/zero_or_one_set_start property-path/zero_or_one_set_end"
    ),
    _JOINED: "aggregates/agg-groupconcat-04 aggregates/agg-groupconcat-06",
    "the engine reads true and false in lower case only": "expr-builtin/case-insensitive-booleans",
    "the engine finds a date and a dateTime unequal, not incomparable": "open-world/date-2",
    "the engine gives BNODE(label) one node in all rows": "functions/bnode01",
    "the engine tells that there is no such graph to clear": "syntax-update-1/test_8",
    "the engine accepts this": "syntax-sparql3/syn-bad-26",
}
DEVIATIONS = {name: why for why, names in _BY_REASON.items() for name in names.split()}


def exams(version: str, *kinds: str) -> list[Exam]:
    if not TESTS.is_dir():
        return []
    found = [t for t in read_tests(version) if t.kind in kinds]
    found = [t for t in found if t.name.partition("/")[0] not in ELSEWHERE]
    return sorted(found, key=lambda t: (t.name.partition("/")[0], str(data_of(t))))


class Loaded:
    """Puts the data of a test in the service, in one update, only when it is not there yet."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._there: object = None

    def load(self, test: Exam) -> None:
        wanted = data_of(test)
        if wanted == self._there:
            return
        self._there = None
        data, graphs = wanted
        inserted = "\n".join(statements(path) for path in data)
        inserted += "".join(f"\nGRAPH <{name}> {{ {statements(p)} }}" for name, p in graphs)
        made = "".join(f"CREATE GRAPH <{name}> ;\n" for name, _ in graphs)
        reply = self.service.update(f"DROP ALL ;\n{made}INSERT DATA {{ {inserted} }}")
        assert reply.status == 204, reply.text
        self._there = wanted

    def forget(self) -> None:
        self._there = None


def data_of(test: Exam) -> tuple[tuple[Path, ...], tuple[tuple[str, Path], ...]]:
    graphs = dict(test.graphs)
    if not test.data and not graphs:
        graphs = {n: Path(n.removeprefix("file://")) for n in from_clauses(test)}
    return test.data, tuple(sorted(graphs.items()))


def ask(service: Service, text: str, accept: str) -> Reply:
    headers = {"Content-Type": "application/sparql-query", "Accept": accept}
    return service.request("POST", "/sparql", headers=headers, body=text.encode(),
                           token=service.token)  # fmt: skip


def by_name(table: list[list[str]]) -> list[list[tuple[str, str]]]:
    """Rows with their cells by column: ``SELECT *`` leaves the order of columns open.

    Names of blank nodes do not count.
    """
    head, *rows = [["_:" if cell.startswith("_:") else cell for cell in row] for row in table]
    return sorted(sorted(zip(head, row, strict=True)) for row in rows)


def distinct(rows: list[Row]) -> list[Row]:
    return list({row_key(row): row for row in rows}.values())


def failures(tests: list[Exam], run: Callable[[Exam], str | None]) -> dict[str, str]:
    found = {}
    for test in tests:
        why = run(test)
        if why is not None:
            found[test.name] = why[:200]
    return found


def pinned(tests: list[Exam]) -> set[str]:
    return {t.name for t in tests} & set(DEVIATIONS)


@pytest.mark.parametrize(("version", "count"), [("sparql10", 277), ("sparql11", 229)])
def test_queries_give_the_expected_answers(scratch: Service, version: str, count: int) -> None:
    loaded = Loaded(scratch)

    def run(test: Exam) -> str | None:
        assert test.result is not None
        loaded.load(test)
        if is_result_set(test.result):
            reply = ask(scratch, test.based(), "application/sparql-results+json")
            if reply.status != 200:
                return reply.text
            found, expected = rows_of_json(reply.body), expected_rows(test.result)
            if isinstance(found, bool) or isinstance(expected, bool):
                return None if found is expected else f"{found} is not {expected}"
            if "reduced" in test.name:  # REDUCED leaves open how many of equal rows are left out
                found, expected = distinct(found), distinct(expected)
            return None if same_rows(found, expected) else f"{found} is not {expected}"
        reply = ask(scratch, test.based(), "application/n-triples")
        if reply.status != 200:
            return reply.text
        graph = Graph().parse(data=reply.text, format="nt")
        other = Graph().parse(test.result, publicID=test.result.as_uri())
        return None if isomorphic(graph, other) else "another graph"

    tests = [
        t for t in exams(version, "QueryEvaluationTest")
        if t.result is not None and t.result.suffix not in {".csv", ".tsv"}
    ]  # fmt: skip
    found = failures(tests, run)
    assert len(tests) == count
    assert set(found) == pinned(tests), found


def test_rows_are_written_in_csv_and_tsv_as_expected(scratch: Service) -> None:
    loaded = Loaded(scratch)

    def run(test: Exam) -> str | None:
        assert test.result is not None
        loaded.load(test)
        kind = test.result.suffix[1:]
        media = {"csv": "text/csv", "tsv": "text/tab-separated-values"}[kind]
        reply = ask(scratch, test.based(), media)
        if reply.status != 200 or reply.media != media:
            return reply.text
        found, expected = table_of(reply.body, kind), table_of(test.result.read_bytes(), kind)
        same = by_name(found) == by_name(expected)
        return None if same else f"{found} is not {expected}"

    tests = exams("sparql11", "CSVResultFormatTest")
    tests += [
        t for t in exams("sparql11", "QueryEvaluationTest")
        if t.result is not None and t.result.suffix == ".tsv"
    ]  # fmt: skip
    assert len(tests) == 6
    found = failures(tests, run)
    assert set(found) == pinned(tests), found


def test_updates_leave_the_expected_graphs(scratch: Service) -> None:
    loaded = Loaded(scratch)

    def graph(name: str | None) -> Graph:
        where = "default" if name is None else f"graph={quote(name, safe='')}"
        headers = {"Accept": "application/n-triples"}
        reply = scratch.request("GET", f"/rdf-graph-store?{where}", headers=headers)
        return Graph().parse(data=reply.text if reply.status == 200 else "", format="nt")

    def run(test: Exam) -> str | None:
        loaded.load(test)
        loaded.forget()
        reply = scratch.update(test.based())
        if reply.status != 204:
            return reply.text
        listed = ask(scratch, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
                     "application/sparql-results+json")  # fmt: skip
        rows = rows_of_json(listed.body)
        assert not isinstance(rows, bool)
        names = {str(r["g"]) for r in rows}
        expected: dict[str | None, Path | None] = {None: test.result}
        expected.update(test.after.items())
        for name, path in expected.items():
            other = Graph()
            if path is not None:
                other.parse(path, publicID=path.as_uri())
            if not isomorphic(graph(name), other):
                return f"graph {name} is another"
            names.discard(str(name))
        return f"also {names}" if names else None

    tests = exams("sparql11", "UpdateEvaluationTest")
    assert len(tests) == 94
    found = failures(tests, run)
    assert set(found) == pinned(tests), found


@pytest.mark.parametrize(("version", "count"), [("sparql10", 149), ("sparql11", 105)])
def test_good_syntax_is_accepted(scratch: Service, version: str, count: int) -> None:
    def run(test: Exam) -> str | None:
        if "Update" in test.kind:
            reply = scratch.update(test.based())
            return None if reply.status == 204 else reply.text
        reply = ask(scratch, test.based(), "*/*")
        return None if reply.status == 200 else reply.text

    assert scratch.update("DROP ALL").status == 204
    tests = exams(
        version, "PositiveSyntaxTest", "PositiveSyntaxTest11", "PositiveUpdateSyntaxTest11"
    )
    found = failures(tests, run)
    assert len(tests) == count
    assert set(found) == pinned(tests), found


@pytest.mark.parametrize(("version", "count"), [("sparql10", 50), ("sparql11", 61)])
def test_bad_syntax_is_refused_with_a_place(scratch: Service, version: str, count: int) -> None:
    def run(test: Exam) -> str | None:
        data = test.action.read_bytes()
        update = "Update" in test.kind
        media = "application/sparql-update" if update else "application/sparql-query"
        reply = scratch.request("POST", "/sparql", headers={"Content-Type": media}, body=data,
                                token=scratch.token)  # fmt: skip
        if not 400 <= reply.status < 500:
            return f"{reply.status}"
        assert reply.media == "application/problem+json"
        assert update or reply.json.get("line") or reply.json["code"] == "KG-H109", reply.text
        return None

    tests = exams(
        version, "NegativeSyntaxTest", "NegativeSyntaxTest11", "NegativeUpdateSyntaxTest11"
    )
    found = failures(tests, run)
    assert len(tests) == count
    assert set(found) == pinned(tests), found
