"""Runs the rules in stages: helper edges and findings into the derived graph.

In: a store whose graphs ``current``, ``provenance`` and the submissions are filled.
Out: the graph ``derived``. Writes: that graph only. Refuses: nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from kg.rdf import Literal, NamedNode, Triple
from kg.terms import DERIVED, FINDING, RDF_TYPE, SAM, D

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.rdf import Term
    from kg.rules.header import Header
    from kg.rules.program import Program, Step
    from kg.store import GraphStore, Row

_CLASS = {"conflict": "Conflict", "gap": "Gap", "signal": "Signal"}
_MAX = Decimal(100)
_STEP = Decimal("0.0001")


@dataclass(slots=True)
class _Draft:
    """One finding while its rows come in."""

    keys: dict[str, Term]
    severity: Decimal = Decimal(0)
    involves: set[Term] = field(default_factory=set)
    because: set[Term] = field(default_factory=set)
    count: int | None = None
    same_subject: bool = False

    def take(self, row: Row) -> None:
        severity = min(max(Decimal(row["severity"].value), Decimal(0)), _MAX)
        self.severity = max(self.severity, severity)
        if "involves" in row:
            self.involves.add(row["involves"])
        if "because" in row:
            self.because.add(row["because"])
        if "count" in row:
            self.count = int(row["count"].value)
        self.same_subject |= "sameSubject" in row


def derive(
    store: GraphStore,
    program: Program,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Compute all helper edges and findings of a program anew.

    Args:
        store: With the data in place; its derived graph is replaced.
        program: The rules to run, with their parameters filled in.
        progress: Called with (done, total) after each rule.

    Returns:
        Per rule, how many findings its own limit left out.
    """
    store.replace(DERIVED, ())
    cut: dict[str, int] = {}
    for done, step in enumerate(program.steps, start=1):
        header = step.header
        if header.is_finding:
            drafts = _collect(header, store.select(step.query))
            kept = _limit(step, drafts)
            if len(kept) < len(drafts):
                cut[header.rule] = cut.get(header.rule, 0) + len(drafts) - len(kept)
            store.add(DERIVED, [t for d in kept for t in _triples(header, d)])
        else:
            store.materialise(DERIVED, step.query)
        if progress:
            progress(done, len(program.steps))
    return cut


def _collect(header: Header, rows: Iterator[Row]) -> list[_Draft]:
    drafts: dict[tuple[str, ...], _Draft] = {}
    for row in rows:
        if "severity" not in row:
            continue
        key = tuple(row[k].value if k in row else "" for k in header.key)
        draft = drafts.get(key)
        if draft is None:
            draft = drafts[key] = _Draft({k: row[k] for k in header.key if k in row})
        draft.take(row)
    return list(drafts.values())


def _limit(step: Step, drafts: list[_Draft]) -> list[_Draft]:
    """Keep the gravest of each group where a rule sets itself a limit."""
    header = step.header
    if header.limit is None or step.at_most is None:
        return drafts
    by = header.limit[0]
    taken: dict[tuple[str, ...], int] = {}
    kept = []
    for draft in sorted(drafts, key=lambda d: (-d.severity, [d.keys[k].value for k in header.key])):
        group = tuple(draft.keys[k].value for k in by)
        taken[group] = taken.get(group, 0) + 1
        if taken[group] <= step.at_most:
            kept.append(draft)
    return kept


def finding_iri(rule: str, keys: Mapping[str, str]) -> str:
    """Give the IRI of a finding: the rule and a hash of its keys, so that it can be cited.

    >>> finding_iri("opposed", {"service": "urn:s"}) == finding_iri("opposed", {"service": "urn:s"})
    True
    """
    text = "|".join(f"{name}={keys[name]}" for name in sorted(keys))
    return f"{FINDING}{rule}/{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _triples(header: Header, draft: _Draft) -> Iterator[Triple]:
    iri = finding_iri(header.rule, {k: t.value for k, t in draft.keys.items()})
    node = NamedNode(iri)
    severity = draft.severity.quantize(_STEP, ROUND_HALF_EVEN).normalize()
    yield Triple(node, NamedNode(RDF_TYPE), NamedNode(SAM + _CLASS[header.kind]))
    yield Triple(node, NamedNode(SAM + "rule"), Literal(header.rule))
    yield Triple(node, NamedNode(SAM + "severity"), _decimal(severity))
    if draft.count is not None:
        yield Triple(node, NamedNode(SAM + "count"), Literal(draft.count))
    if draft.same_subject:
        yield Triple(node, NamedNode(D + "sameSubject"), Literal(value=True))
    for name, term in draft.keys.items():
        yield Triple(node, NamedNode(D + "at" + name.capitalize()), term)
    for actor in draft.involves:
        yield Triple(node, NamedNode(SAM + "involves"), actor)
    for reason in draft.because:
        yield Triple(node, NamedNode(SAM + "because"), reason)


def _decimal(value: Decimal) -> Literal:
    text = format(value, "f")
    return Literal(
        text if "." in text else text + ".0",
        datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal"),
    )
