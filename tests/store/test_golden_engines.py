"""The golden situation on every engine: the same findings, and each deviation with its cause.

Rules are compared one by one on equal input, so that a deviation stands with the rule that causes
it and not with those that come after.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pytest

from kg.intake.authority import Registry
from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rdf import FORMATS, Literal, parse_bytes
from kg.rules.catalogue import load_catalogue
from kg.rules.derive import derive
from kg.rules.program import compile_program
from kg.rules.weights import load_weights
from kg.store import MemoryStore
from kg.store.changes import in_graph
from kg.terms import DERIVED
from rules.golden import (
    AS_OF,
    NEEDS_GOLDEN,
    OPERATOR,
    difference,
    exact_prefixes,
    rows,
    told,
    triples,
)

from .servers import VIRTUOSO, virtuoso
from .test_contract import CONFLICT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.intake.submission import Submission
    from kg.rdf import Term, Triple
    from kg.rules.program import Step
    from kg.store import GraphStore, Row

pytestmark = NEEDS_GOLDEN

OTHERS = ["embedded", "remote-oxigraph", "remote-virtuoso"]
SITUATIONS = ["files", "told"]


class Cause(NamedTuple):
    """Why a rule gives something else on an engine, and which reports change with it."""

    why: str
    reports: frozenset[str]


DEVIATES: dict[str, dict[str, Cause]] = {
    "remote-virtuoso": {
        "share": Cause(
            "xsd:decimal is computed in 15 digits, not 18; severities are rounded to 4 decimals",
            frozenset(),
        ),
    }
}

AFTER_OTHER_DATA = {
    "supplier-side": Cause(
        "in OPTIONAL, a path with * loses rows when its end has a value outside; which way the "
        "path is walked follows from what the server held before",
        frozenset({"one-sided-responsibility"}),
    ),
    "one-sided-responsibility": Cause(
        "as supplier-side, with ?b (d:rep|d:part)* ?e in FILTER NOT EXISTS",
        frozenset({"one-sided-responsibility"}),
    ),
}
"""What else deviates on a Virtuoso that held other data before, with statistics of that."""


@pytest.fixture
def virtuoso_server(tmp_path: Path) -> Iterator[str]:
    """Give a Virtuoso server that held nothing before."""
    if VIRTUOSO is None:
        pytest.skip("no virtuoso-t here: apt-get install virtuoso-opensource-7-bin")
    with virtuoso(tmp_path / "virtuoso") as base:
        yield base


def situation(name: str) -> tuple[list[Submission], Registry]:
    """Give the golden situation as files without a source, or told by voice."""
    if name == "files":
        return [make_submission([*triples()], "golden.ttl")], Registry()
    return told(), Registry(exact_prefixes(), operator=OPERATOR)


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("engine", OTHERS)
def test_findings_are_those_of_the_engine_in_memory(
    engine: str, name: str, opened: Callable[[str], GraphStore]
) -> None:
    submissions, registry = situation(name)
    expected = find(submissions, as_of=AS_OF, registry=registry).findings
    store = opened(engine)
    found = find(submissions, as_of=AS_OF, registry=registry, store=store).findings
    store.close()
    assert len(expected) > 40
    if engine not in DEVIATES:
        assert found == expected
        return
    changed = set(difference(rows(expected), rows(found)))
    caused = {report for cause in DEVIATES[engine].values() for report in cause.reports}
    assert changed <= caused
    if name == "told":  # where each of them shows
        assert changed == caused


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("engine", OTHERS)
def test_each_rule_gives_the_same_on_equal_input(
    engine: str, name: str, opened: Callable[[str], GraphStore]
) -> None:
    other = opened(engine)
    deviating = deviations(name, other)
    other.close()
    assert deviating == set(DEVIATES.get(engine, {}))


def test_virtuoso_loses_more_after_other_data(opened: Callable[[str], GraphStore]) -> None:
    said = parse_bytes(CONFLICT.encode(), FORMATS[".ttl"])
    one = make_submission(said, "town.ttl", "https://example.org/town")
    other = opened("remote-virtuoso")
    find([one], as_of=AS_OF, store=other)
    for graph in other.graphs():
        other.replace(graph, ())
    assert deviations("files", other) == {*DEVIATES["remote-virtuoso"], *AFTER_OTHER_DATA}


def deviations(name: str, other: GraphStore) -> set[str]:
    """Give the rules that give something else in another store than in memory."""
    submissions, registry = situation(name)
    memory, replay = MemoryStore(), MemoryStore()
    for store in (memory, replay, other):
        find(submissions, as_of=AS_OF, registry=registry, store=store, rules=["opposed"])
    program = compile_program(load_catalogue(), AS_OF, dict(load_weights().parameters))
    after: list[set[Triple]] = [set()]
    derive(memory, program, progress=lambda *_: after.append(set(memory.triples(DERIVED))))
    assert len(after) == len(program.steps) + 1 > 60
    for store in (replay, other):
        store.replace(DERIVED, ())
    return {
        step.header.rule
        for step, before, state in zip(program.steps, after, after[1:], strict=False)
        if not same(step, replay, other, state - before)
    }


def same(step: Step, ours: GraphStore, other: GraphStore, new: set[Triple]) -> bool:
    """Run a rule on both; afterwards both hold what it should give."""
    if step.header.is_finding:
        equal = table(ours.select(step.query)) == table(other.select(step.query))
        for store in (ours, other):
            store.change([], in_graph(DERIVED, new))
        return equal
    for store in (ours, other):
        store.materialise(DERIVED, step.query)
    expected = set(ours.triples(DERIVED))
    if set(other.triples(DERIVED)) == expected:
        return True
    other.replace(DERIVED, ())  # by itself: Virtuoso keeps a 1 that is replaced by true
    other.replace(DERIVED, expected)
    return False


def table(found: Iterable[Row]) -> set[frozenset[tuple[str, str]]]:
    """Give rows as a set, numbers as findings round them."""
    return {frozenset((name, plain(term)) for name, term in row.items()) for row in found}


def plain(term: Term) -> str:
    """Give a term as text; a number to four decimals."""
    if isinstance(term, Literal) and term.datatype.value.endswith(("#decimal", "#integer")):
        return format(round(Decimal(term.value), 4), ".4f")
    return str(term)
