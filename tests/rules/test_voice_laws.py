"""The four laws of who may say what, with what one party adds to or withdraws from random worlds.

Each addition is tried twice: as the intake lets it through, and with everything forced past the
intake, for the rules must hold out on their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.pipeline import find
from kg.terms import DERIVED, D

from .brute_force import Key, World
from .brute_gaps import everything
from .hearing import Proof, Seen, seen, speaks_for
from .laws import answers, differences
from .statements import NOW, Statement, short, submission
from .strategies import DAY, SERVICES
from .voices import (
    OUTSIDER,
    SPEAKERS,
    Spoken,
    attempts,
    contested_worlds,
    speaker_for,
    spoken,
    spoken_worlds,
    withdrawals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


OF_A_PARTY = {"PARTY_MISSING", "NO_MANDATE", "PARTY_NOT_IN_COMPROMISE", "UNCONFIRMED"}
FORGERIES = ["speak", "annex", "represent", "widen"]
BLOWS = ["end", "take", "deny", "reverse"]
COUNT_WHOEVER_SAYS_THEM = {"priority"}
"""Only the intake keeps this from being given to another's interest."""
each_way = pytest.mark.parametrize("forced", [False, True], ids=["authorised", "forced"])


def untouched_by(me: str, before: Seen, world: Spoken) -> set[Key]:
    """Give the conflicts whose proof holds nothing that one party stated."""
    proof = Proof(world)
    return {
        k for k, f in before.conflicts.items() if me not in world.speakers_on(proof.nodes(k, f))
    }


def forged(before: Seen, me: str, kind: str) -> frozenset[Statement]:
    """Give all that is lacking to coordination, said by one party in the place of the others."""
    more: set[Statement] = {("t0", "addresses", s) for s in SERVICES} if kind == "widen" else set()
    lacking = {dict(k)["party"] for _, k in before.answers if dict(k).get("reason") in OF_A_PARTY}
    for who in sorted(lacking) if kind != "widen" else ():
        seat = f"new{me}for{who}"
        more |= {
            ("con0", "hasParticipation", seat),
            (seat, "participant", who),
            (seat, "mandated", True),
            ("con0", "forTheme", "t0"),
            ("cmp00", "agreedBy", who),
            ("cmp00", "forTheme", "t0"),
            ("cmp00", "reviewBy", NOW + 90 * DAY),
            *(("t0", "addresses", s) for s in SERVICES),
        }
        if kind == "annex":
            more |= {(who, "partOf", me), (who, "a", "OrganisationalUnit")}
        if kind == "represent":
            more |= {(me, "represents", who), (who, "a", "Community")}
    return frozenset(more)


def struck(before: Seen, world: Spoken, me: str, kind: str) -> frozenset[Statement]:
    """Give what one party says to undo the nodes on which the conflicts of others rest."""
    facts, more = World(world.graph), set[Statement]()
    for k, f in before.conflicts.items():
        cells = facts.back("ofService", dict(k[1])["service"])
        for node in (f.because or frozenset()) | cells:
            if kind == "end":
                more |= {(node, "validUntil", NOW - DAY), (node, "a", "Thing")}
            elif kind == "take":
                more.add((node, "heldBy" if node[0] == "i" else "customer", me))
            elif node in facts.having("onInterest"):
                more.add((node, "contribution", 0 if kind == "deny" else 90))
            elif node in facts.having("heldBy"):
                more.add((node, "direction", "Increase" if kind == "deny" else "Decrease"))
    return frozenset(more)


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


def dealing(world: Spoken, more: frozenset[Statement]) -> list[set[str]]:
    """Give for each provision that something was added about all the parties it then has."""
    facts = World(world.graph | more)
    about = {s for s, p, _ in more if p in {"supplier", "customer", "ofService"}}
    if "hasMember" in {p for _, p, _ in more}:
        about |= facts.having("ofService")
    ends = [facts.all(p, "supplier") | facts.all(p, "customer") for p in about]
    return [e | set().union(*(facts.all(c, "hasMember") for c in e)) for e in ends]


def changed_voices(before: Seen, after: Seen, me: str, ends: list[set[str]]) -> Iterator[str]:
    """Name the statements of others whose voice one party changed without being entitled to."""
    now, mine = dict(after.pairs("voice")), speaks_for(before, me)
    stated, concerns = before.pairs("statedBy"), before.pairs("concernsParty")
    for node, voice in before.pairs("voice"):
        speakers = {o for n, o in stated if n == node}
        confirmed = bool({x for n, x in concerns if n == node} & mine)
        theirs = {x for o in speakers for x in speaks_for(before, o)}
        counterparts = any(e & mine and e & theirs for e in ends)
        allowed = {voice} | ({"confirmed"} if confirmed else set())
        allowed |= {"claimed"} if counterparts and voice == "presumed" else set()
        if me not in speakers and now.get(node) not in allowed:
            yield f"{node}: {voice} became {now.get(node)}"


@each_way
@given(world=spoken_worlds(), attempt=attempts)
def test_what_others_stated_survives_whatever_one_party_adds(
    world: Spoken,
    attempt: tuple[str, frozenset[Statement]],
    forced: bool,  # noqa: FBT001
) -> None:
    me, more = attempt
    if forced:
        more = frozenset(s for s in more if s[1] not in COUNT_WHOEVER_SAYS_THEM)
    before, after = seen(world), seen(world, me, more, forced=forced)
    untouched = untouched_by(me, before, world)
    assert sorted(lost(before, after, untouched)) == []
    assert sorted(wrongly_adequate(before, after, me)) == []


@each_way
@given(contested_worlds(), st.sampled_from(SPEAKERS), st.sampled_from(FORGERIES))
def test_no_forged_words_make_coordination_adequate(
    forced: bool,  # noqa: FBT001
    world: Spoken,
    me: str,
    kind: str,
) -> None:
    before, me = seen(world), "o0" if kind == "widen" else me
    after = seen(world, me, forged(before, me, kind), forced=forced)
    assert sorted(wrongly_adequate(before, after, me)) == []


@each_way
@given(spoken_worlds(), st.sampled_from(SPEAKERS), st.sampled_from(BLOWS))
def test_no_blow_takes_away_what_others_stated(
    forced: bool,  # noqa: FBT001
    world: Spoken,
    me: str,
    kind: str,
) -> None:
    before = seen(world)
    after = seen(world, me, struck(before, world, me, kind), forced=forced)
    assert sorted(lost(before, after, untouched_by(me, before, world))) == []


@given(spoken_worlds())
def test_a_voice_is_confirmed_when_those_concerned_say_it_themselves(world: Spoken) -> None:
    voices, facts = dict(seen(world).pairs("voice")), World(world.graph)
    for node in facts.having("heldBy") | facts.having("onInterest"):
        interest = next(iter(facts.all(node, "onInterest")), node)
        speakers = world.speakers_on([node])
        assert (voices[node] == "confirmed") == (speaker_for(facts.holder(interest)) in speakers)
        if speakers == {OUTSIDER}:
            assert voices[node] == "presumed"


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
    assert list(changed_voices(before, after, me, dealing(world, more))) == []


@given(spoken_worlds(), st.sampled_from(SPEAKERS), st.sampled_from(SERVICES))
def test_nobody_makes_others_parties_to_the_matter(world: Spoken, me: str, service: str) -> None:
    """By saying that they deal with each other."""
    before = seen(world)
    concerns = before.pairs("concernsParty")
    pairs = {(o, x) for n, o in before.pairs("statedBy") for m, x in concerns if n == m}
    more: set[Statement] = set()
    for n, (speaker, concerned) in enumerate(sorted(pairs)):
        if me not in {speaker, speaker_for(concerned)}:
            more |= {(f"new{me}p{n}", "supplier", speaker), (f"new{me}p{n}", "customer", concerned)}
            more.add((f"new{me}p{n}", "ofService", service))
    assert list(changed_voices(before, seen(world, me, frozenset(more)), me, [])) == []


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


def test_a_confidence_forced_onto_an_effect_of_another_takes_nothing_away() -> None:
    """Confidence counts only in the graph that states the effect."""
    graph: set[Statement] = {
        ("p0", "supplier", "o0"),
        ("p0", "customer", "o1"),
        ("p0", "ofService", "s0"),
        ("i0", "heldBy", "o1"),
        ("i0", "concerns", "a0"),
        ("i0", "direction", "Increase"),
        ("e0", "causedBy", "s0"),
        ("e0", "onInterest", "i0"),
        ("e0", "contribution", -60),
    }
    world = spoken(frozenset(graph), {})
    before = seen(world)
    assert before.conflicts
    after = seen(world, "o0", frozenset({("e0", "confidence", 0)}), forced=True)
    assert list(lost(before, after, set(before.conflicts))) == []
