"""The way of data, read top to bottom.

    bytes - read -> statements - authorise -> what counts - load -> graphs - derive -> findings
          - explain, query, matrix -> answers

Each step is one function of one module; the output of a step is the input of the next.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.authority import Authorised, Registry, authorise
from kg.intake.load import load
from kg.rules.catalogue import load_catalogue
from kg.rules.derive import derive
from kg.rules.findings import read_findings
from kg.rules.program import compile_program
from kg.rules.weights import load_weights
from kg.store import GraphStore, MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.intake.submission import Submission
    from kg.model import Findings
    from kg.rules.header import Value


@dataclass(frozen=True, slots=True)
class Result:
    """Findings with the store they were derived in.

    Attributes:
        findings: What the rules found.
        store: Data, provenance and derived graph, to explain and query.
        authorised: What counted and what did not.
    """

    findings: Findings
    store: GraphStore
    authorised: Authorised


def find(
    submissions: Sequence[Submission],
    *,
    as_of: dt.date | None = None,
    parameters: Mapping[str, Value] | None = None,
    registry: Registry | None = None,
    store: GraphStore | None = None,
    rules: Iterable[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Find conflicts of interest and missing coordination in what was said.

    Args:
        submissions: What was said, by whom.
        as_of: The date at which to look; today when None.
        parameters: Values for rule parameters, over those of ``queries/weights.toml``.
        registry: Registered prefixes and the operator.
        store: Where to work; in memory when None.
        rules: Identifiers of the rules wanted; all when None.
        progress: Called with (done, total) while the rules run.

    Returns:
        The findings, sorted, with the store to explain them from.
    """
    now = as_of or dt.datetime.now(tz=dt.UTC).date()
    weights, registry = load_weights(), registry or Registry()
    values: dict[str, Value] = {**weights.parameters, **(parameters or {})}
    authorised = authorise(submissions, registry)
    work = store if store is not None else MemoryStore()
    load(work, authorised, operator=registry.operator)
    wanted = None if rules is None else tuple(rules)
    program = compile_program(load_catalogue(), now, values, only=wanted)
    cut = derive(work, program, progress=progress)
    findings = read_findings(
        work, now, weights, min_group=int(str(values["minGroup"])), cut=cut, rules=wanted
    )
    return Result(findings, work, authorised)
