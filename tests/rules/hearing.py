"""What the rules make of an attributed world, and on what its conflicts rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from unittest.mock import patch

from kg.intake.authority import Authorised, authorise
from kg.pipeline import find
from kg.store import MemoryStore
from kg.terms import DERIVED, D

from .brute_force import Answers, Found, Key, World
from .laws import answers, conflicts
from .statements import NOW, Statement, iri, short, submission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.intake.authority import Registry
    from kg.intake.submission import Submission

    from .voices import Said, Spoken


@dataclass(frozen=True)
class Seen:
    """What the rules make of an attributed world."""

    answers: Answers
    store: MemoryStore

    @cached_property
    def conflicts(self) -> Answers:
        return conflicts(self.answers)

    def pairs(self, predicate: str) -> set[tuple[str, str]]:
        """Give the helper edges of one kind."""
        query = f"SELECT ?a ?b FROM <{DERIVED}> WHERE {{ ?a <{D}{predicate}> ?b }}"
        return {(short(r["a"].value), short(r["b"].value)) for r in self.store.select(query)}

    def good_themes(self, k: Key) -> set[str]:
        """Give the themes under which a conflict is adequately coordinated."""
        required = self.conflicts[k].involves or frozenset()
        at = dict(k[1])
        keys = " ; ".join(
            f"<{D}at{name.capitalize()}> <{iri(value)}>" for name, value in at.items()
        )
        query = f"""
            SELECT ?t FROM <{DERIVED}> WHERE {{
              ?f <https://w3id.org/samenspel/def#rule> "{k[0]}" ; {keys} ; <{D}inScopeOf> ?t .
              FILTER NOT EXISTS {{ ?n <{D}finding> ?f ; <{D}theme> ?t }}
              {"" if "subject" in at else f"FILTER NOT EXISTS {{ ?f <{D}atSubject> ?any }}"} }}"""
        assert required
        return {short(r["t"].value) for r in self.store.select(query)}


def files(said: Said, me: str = "", more: frozenset[Statement] = frozenset()) -> list[Submission]:
    by: dict[str, set[Statement]] = defaultdict(set)
    for who, statement in said:
        by[who].add(statement)
    by[me] |= more
    return [submission(s, who, f"{who}.ttl") for who, s in sorted(by.items()) if who and s]


def seen(
    world: Spoken, me: str = "", more: frozenset[Statement] = frozenset(), *, forced: bool = False
) -> Seen:
    """Give what the rules find after an addition, let through or forced past the intake."""
    said, store = files(world.said, me, more), MemoryStore()
    owners = authorise(files(world.said), world.registry).owners

    def let_through(submissions: Sequence[Submission], registry: Registry) -> Authorised:
        if not forced:
            return authorise(submissions, registry)
        return Authorised(tuple((s, s.triples) for s in submissions), (), owners)

    with patch("kg.pipeline.authorise", let_through):
        result = find(said, as_of=NOW, registry=world.registry, store=store)
    return Seen(answers(result.findings), store)


class Proof:
    """The statements on which the conflicts of a world rest."""

    def __init__(self, world: Spoken) -> None:
        self.spoken = world
        self.w = World(world.graph)

    def nodes(self, k: Key, f: Found) -> set[str]:
        """Give the nodes whose statements may prove a conflict."""
        service = dict(k[1])["service"]
        because = set(f.because or ())
        interests = set().union(*(self.w.all(e, "onInterest") for e in because))
        causes = set().union(*(self.w.all(e, "causedBy") for e in because))
        needing = self.w.dependents(service) if k[0].startswith("chain") else set()
        while (
            more := {
                n
                for s in needing
                for n in self.w.needs(s)
                if service in self.w.closure([n], self.w.needs)
            }
            - needing
        ):
            needing |= more
        cells = set().union(*(self.w.back("ofService", s) for s in {service} | needing))
        enabling = {p for s in needing for p in self.w.back("enables", s)}
        customers = set().union(*(self.w.all(p, "customer") for p in cells))
        together = {c for c in customers if self.w.all(c, "hasMember")}
        subjects = {s for i in because | interests for s in self.w.all(i, "concerns")}
        return (
            {service}
            | because
            | interests
            | causes
            | needing
            | cells
            | enabling
            | together
            | subjects
        )


def speaks_for(before: Seen, me: str) -> set[str]:
    return {x for o, x in before.pairs("speaksFor") if o == me} | {me}
