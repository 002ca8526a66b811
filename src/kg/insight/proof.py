"""The smallest set of statements that proves a finding.

In: what counts, and a finding. Out: statements from which the same rules find it again, with the
same keys and severity, and of which none can be missed. Found by delta debugging (Zeller and
Hildebrandt 2002) on the neighbourhood of the finding: nothing is assumed about the rule, so a new
rule needs no code here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.authority import Authorised
from kg.intake.load import load
from kg.rdf import NamedNode, value
from kg.rules.catalogue import load_catalogue
from kg.rules.derive import derive
from kg.rules.program import compile_program
from kg.store import MemoryStore
from kg.terms import DERIVED, SAM

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from kg.intake.submission import Submission
    from kg.model import Finding
    from kg.rdf import Triple
    from kg.rules.header import Value
    from kg.rules.program import Program

Said = tuple[int, "Triple"]
"""A statement: the number of its submission, and the triple."""

_HUB = 60
"""A node with more statements about it than this is not walked through at first."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Statements that prove a finding, in the order of the submissions.

    Attributes:
        said: Submission and triple of each statement.
    """

    said: tuple[tuple[Submission, Triple], ...]


class Prover:
    """Proves findings of one derivation.

    Args:
        authorised: What counted.
        now: The as-of date.
        parameters: The parameters that were used.
        operator: IRI of the operator.
    """

    def __init__(
        self,
        authorised: Authorised,
        now: dt.date,
        parameters: Mapping[str, Value],
        *,
        operator: str,
    ) -> None:
        self._authorised = authorised
        self._now = now
        self._parameters = parameters
        self._operator = operator
        self._submissions = [s for s, _ in authorised.submissions]
        self._said: list[Said] = sorted(
            {(n, t) for n, (_, ts) in enumerate(authorised.submissions) for t in ts},
            key=lambda said: (said[0], str(said[1])),
        )
        self._from: dict[str, list[Said]] = defaultdict(list)
        self._to: dict[str, list[Said]] = defaultdict(list)
        for said in self._said:
            self._from[value(said[1].subject)].append(said)
            if isinstance(said[1].object, NamedNode):
                self._to[said[1].object.value].append(said)

    def prove(self, finding: Finding, because: Sequence[str] = ()) -> Proof:
        """Give the smallest set of statements from which the finding follows.

        Args:
            finding: One finding of this derivation.
            because: Further nodes it is known to rest on, such as the reasons of a conflict that
                this finding is about.

        Returns:
            The proof; removing any one statement makes the finding vanish or change.
        """
        program = compile_program(
            load_catalogue(), self._now, self._parameters, only=[finding.rule], bare=True
        )
        for candidate in self._candidates([*finding.keys.values(), *finding.because, *because]):
            if self._holds(candidate, finding, program):
                kept = self._minimise(candidate, finding, program)
                return Proof(tuple((self._submissions[n], t) for n, t in kept))
        return Proof(())

    def _candidates(self, start: Iterable[str]) -> Iterable[list[Said]]:
        """Give ever larger neighbourhoods of the finding; the whole data last."""
        nodes = {n for n in start if n in self._from or n in self._to}
        seen = 0
        for limit in (_HUB, _HUB, 10 * _HUB, 10 * _HUB, 100 * _HUB):
            nodes = self._grow(nodes, limit)
            chosen = [s for s in self._said if value(s[1].subject) in nodes]
            if len(chosen) == len(self._said):
                break
            if len(chosen) > seen:
                seen = len(chosen)
                yield chosen
        yield self._said

    def _grow(self, nodes: set[str], limit: int) -> set[str]:
        """Add what the nodes point to, and what points to them where that is not a crowd."""
        grown = set(nodes)
        links: dict[str, set[str]] = defaultdict(set)
        for node in nodes:
            for _, t in self._from.get(node, ()):
                grown.add(value(t.object))
            incoming = self._to.get(node, ())
            for _, t in incoming:
                links[value(t.subject)].add(node)
                if len(incoming) <= limit:
                    grown.add(value(t.subject))
        grown |= {node for node, ends in links.items() if len(ends) > 1}
        return grown & self._from.keys()

    def _holds(self, said: Sequence[Said], finding: Finding, program: Program) -> bool:
        by_submission: dict[int, list[Triple]] = {n: [] for n in range(len(self._submissions))}
        for n, t in said:
            by_submission[n].append(t)
        owners = self._authorised.owners
        about = {value(t.subject) for _, t in said}
        part = Authorised(
            tuple((s, tuple(by_submission[n])) for n, s in enumerate(self._submissions)),
            (),
            {node: owners[node] for node in about if node in owners},
        )
        store = MemoryStore()
        load(store, part, operator=self._operator)
        derive(store, program)
        return _is_there(store, finding)

    def _minimise(self, said: list[Said], finding: Finding, program: Program) -> list[Said]:
        """Remove whole nodes first, then single statements, while the finding stays as it is."""
        nodes: dict[str, list[Said]] = defaultdict(list)
        for one in said:
            nodes[value(one[1].subject)].append(one)
        kept = self._shrink(list(nodes.values()), finding, program)
        single = self._shrink([[one] for group in kept for one in group], finding, program)
        return sorted((group[0] for group in single), key=lambda one: (one[0], str(one[1])))

    def _shrink(
        self, groups: list[list[Said]], finding: Finding, program: Program
    ) -> list[list[Said]]:
        """Delta debugging: remove ever smaller runs of groups, until no single one can go."""
        size = len(groups) // 2
        while size > 0:
            at, removed = 0, False
            while at < len(groups):
                rest = groups[:at] + groups[at + size :]
                if rest and self._holds([s for g in rest for s in g], finding, program):
                    groups, removed = rest, True
                else:
                    at += size
            size = size if removed and size == 1 else size // 2
        return groups


def _is_there(store: MemoryStore, finding: Finding) -> bool:
    """Whether a derived graph holds the finding with the same severity and count."""
    query = f"""
        SELECT ?severity ?count FROM <{DERIVED}> WHERE {{
          {NamedNode(finding.iri)} <{SAM}severity> ?severity .
          OPTIONAL {{ {NamedNode(finding.iri)} <{SAM}count> ?count }} }}"""
    for row in store.select(query):
        count = int(row["count"].value) if "count" in row else None
        if float(row["severity"].value) == finding.severity and count == finding.count:
            return True
    return False
