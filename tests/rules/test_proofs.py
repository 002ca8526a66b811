"""Every finding follows from its proof alone, and no statement of the proof can be missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.insight.proof import Prover
from kg.intake.authority import Authorised
from kg.intake.load import load
from kg.intake.story import read_story
from kg.intake.submission import Submission, read_submission
from kg.pipeline import Result, find
from kg.resources import demo_dir
from kg.rules.catalogue import load_catalogue
from kg.rules.derive import derive
from kg.rules.findings import read_findings
from kg.rules.program import compile_program
from kg.rules.weights import load_weights
from kg.store import MemoryStore

from .golden import AS_OF, FOLDER, OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Finding
    from kg.rdf import Triple

PARAMETERS = load_weights().parameters


def first_of_each_rule(result: Result) -> list[Finding]:
    seen: dict[tuple[str, str], Finding] = {}
    for finding in result.findings:
        seen.setdefault((finding.rule, finding.keys.get("reason", "")), finding)
    return list(seen.values())


def worlds() -> Iterator[tuple[str, Result, str]]:
    for folder in sorted(p for p in demo_dir().iterdir() if p.is_dir()):
        story = read_story(folder)
        result = find(story.submissions, as_of=story.as_of, registry=story.registry)
        yield folder.name, result, story.registry.operator
    if (FOLDER / "example.ttl").is_file():
        yield "golden", find([read_submission(FOLDER / "example.ttl")], as_of=AS_OF), OPERATOR


CASES = [
    pytest.param(result, finding, operator, id=f"{name}-{finding.rule}-{n}")
    for name, result, operator in worlds()
    for n, finding in enumerate(first_of_each_rule(result))
]


def rederive(
    result: Result, said: list[tuple[Submission, Triple]], finding: Finding, operator: str
) -> list[tuple[str, float, int | None]]:
    """What the rule finds in these statements alone, with nothing but the order of the sources."""
    parts = tuple(
        (s, tuple(t for who, t in said if who is s)) for s, _ in result.authorised.submissions
    )
    store = MemoryStore()
    load(store, Authorised(parts, (), result.authorised.owners), operator=operator)
    now = result.findings.as_of
    derive(store, compile_program(load_catalogue(), now, PARAMETERS, only=[finding.rule]))
    found = read_findings(store, now, load_weights(), min_group=0, rules=[finding.rule])
    return [(f.iri, f.severity, f.count) for f in found]


@pytest.mark.parametrize(("result", "finding", "operator"), CASES)
def test_a_proof_proves_and_nothing_in_it_can_be_missed(
    result: Result, finding: Finding, operator: str
) -> None:
    every = {f.iri: f for f in result.findings}
    reasons = [n for b in finding.because if b in every for n in every[b].because]
    prover = Prover(result.authorised, result.findings.as_of, PARAMETERS, operator=operator)
    proof = list(prover.prove(finding, reasons).said)
    this = (finding.iri, finding.severity, finding.count)
    assert this in rederive(result, proof, finding, operator), "the proof alone gives the finding"
    for n in range(len(proof)):
        rest = proof[:n] + proof[n + 1 :]
        assert this not in rederive(result, rest, finding, operator), f"{proof[n][1]} can be missed"


def test_there_is_a_proof_for_every_rule_of_the_demo() -> None:
    rules = {case.values[1].rule for case in CASES}  # type: ignore[union-attr]
    assert {"opposed", "externality", "missing-coordination", "parallel-suppliers"} <= rules
