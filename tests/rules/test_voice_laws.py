"""The four laws of who may say what, with what one party adds to or withdraws from random worlds.

Each addition is tried twice: as the intake lets it through, and with everything forced past the
intake, for the rules must hold out on their own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given

from kg.intake.authority import Authorised, authorise
from kg.pipeline import find
from kg.store import MemoryStore
from kg.terms import DERIVED, D

from .brute_force import Answers, Found, Key, World
from .brute_gaps import everything
from .laws import answers, conflicts, differences
from .statements import NOW, Statement, iri, short, submission
from .voices import Said, Spoken, attempts, spoken_worlds, withdrawals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.intake.authority import Registry
    from kg.intake.submission import Submission

VOICES = {"presumed": 0, "claimed": 1, "confirmed": 2}
each_way = pytest.mark.parametrize("forced", [False, True], ids=["authorised", "forced"])


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


def lost(before: Seen, after: Seen, untouched: set[Key]) -> Iterator[str]:
    """Name the conflicts that another's words made less: gone, lower, or rid of an effect."""
    for k in untouched:
        f, service = before.conflicts[k], dict(k[1])["service"]
        there = [g for (_, keys), g in after.conflicts.items() if dict(keys)["service"] == service]
        held = frozenset().union(*(g.because or frozenset() for g in there))
        if max((g.severity for g in there), default=-1) < f.severity - 1e-6:
            yield f"lower: {k}"
        if not (f.because or frozenset()) <= held:
            yield f"gone: {k}"


def wrongly_adequate(before: Seen, after: Seen, me: str) -> Iterator[str]:
    """Name the conflicts that became adequate without the own words of a required party."""
    mine = speaks_for(before, me)
    seats, agreed = before.pairs("mandatedSeat"), before.pairs("agreed")
    covers = covered(before)
    for k, f in after.conflicts.items():
        known = before.good_themes(k) if k in before.conflicts else set()
        for theme in after.good_themes(k) - known:
            for party in (f.involves or frozenset()) - mine:
                if (theme, party) not in seats or (theme, party) not in agreed:
                    yield f"adequate without {party}: {k} {theme}"
                elif (theme, party, dict(k[1])["service"]) not in covers:
                    yield f"adequate beyond what {party} agreed to: {k} {theme}"


def covered(world: Seen) -> set[tuple[str, str, str]]:
    """Give theme, party and service for which there is consent."""
    query = f"""SELECT ?t ?x ?s FROM <{DERIVED}> WHERE {{
        ?c <{D}consentOf> ?x ; <{D}ofTheme> ?t ; <{D}coversService> ?s }}"""
    return {
        (short(r["t"].value), short(r["x"].value), short(r["s"].value))
        for r in world.store.select(query)
    }


@each_way
@given(world=spoken_worlds(), attempt=attempts)
def test_what_others_stated_survives_whatever_one_party_adds(
    world: Spoken,
    attempt: tuple[str, frozenset[Statement]],
    forced: bool,  # noqa: FBT001
) -> None:
    me, more = attempt
    before, after = seen(world), seen(world, me, more, forced=forced)
    proof = Proof(world)
    untouched = {
        k for k, f in before.conflicts.items() if me not in world.speakers_on(proof.nodes(k, f))
    }
    assert sorted(lost(before, after, untouched)) == []


@each_way
@given(world=spoken_worlds(), attempt=attempts)
def test_adequate_only_with_the_own_words_of_every_required_party(
    world: Spoken,
    attempt: tuple[str, frozenset[Statement]],
    forced: bool,  # noqa: FBT001
) -> None:
    me, more = attempt
    before, after = seen(world), seen(world, me, more, forced=forced)
    assert sorted(wrongly_adequate(before, after, me)) == []


@each_way
@given(world=spoken_worlds(), attempt=attempts)
def test_nobody_changes_the_voice_of_another(
    world: Spoken,
    attempt: tuple[str, frozenset[Statement]],
    forced: bool,  # noqa: FBT001
) -> None:
    """Save that those concerned confirm, and who deals with a speaker is its counterpart."""
    me, more = attempt
    before, after = seen(world), seen(world, me, more, forced=forced)
    was, now = dict(before.pairs("voice")), dict(after.pairs("voice"))
    mine = speaks_for(before, me)
    stated, concerns = before.pairs("statedBy"), before.pairs("concernsParty")
    deals = bool({p for _, p, _ in more} & {"supplier", "customer", "hasMember"})
    for node, voice in was.items():
        if (node, me) in stated:
            continue
        confirmed = bool({x for n, x in concerns if n == node} & mine)
        allowed = {voice} | ({"confirmed"} if confirmed else set())
        allowed |= {"claimed"} if deals and voice == "presumed" else set()
        assert now.get(node) in allowed, f"{node}: {voice} became {now.get(node)}"


@given(spoken_worlds(), withdrawals)
def test_withdrawing_changes_only_what_rested_on_it(
    world: Spoken, withdrawal: tuple[str, int, int]
) -> None:
    me, step, first = withdrawal
    own = sorted({s[0] for s in world.by(me)})
    gone = set(own[first % max(len(own), 1) :: step])
    rest = Spoken(
        frozenset((who, s) for who, s in world.said if who != me or s[0] not in gone), world.owners
    )
    before, after, proof = seen(world), seen(rest), Proof(world)
    touched = {k for k, f in before.conflicts.items() if proof.nodes(k, f) & gone}
    for k in before.conflicts.keys() - touched:
        was, now = before.conflicts[k], after.conflicts.get(k)
        assert now is not None, f"gone: {k}"
        assert (was.severity, was.because, was.involves) == (
            now.severity,
            now.because,
            now.involves,
        )
    for k in after.conflicts.keys() - before.conflicts.keys():
        sources = [
            g
            for g in touched
            if dict(g[1])["service"] == dict(k[1])["service"]
            and (before.conflicts[g].because or frozenset())
            & (after.conflicts[k].because or frozenset())
        ]
        assert sources, f"new: {k}"


@given(spoken_worlds())
def test_without_sources_the_findings_are_those_of_the_definitions(world: Spoken) -> None:
    result = find([submission(world.graph)], as_of=NOW)
    assert differences(answers(result.findings), everything(World(world.graph))) == []
    assert {f.voice for f in result.findings} <= {"unattributed"}
