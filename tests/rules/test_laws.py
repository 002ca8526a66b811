"""The rules against their definitions, and laws that hold in every world."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rules.derive import finding_iri
from kg.terms import DERIVED, D

from .brute_coordination import Coordination
from .brute_force import World
from .brute_gaps import everything
from .laws import answers, conflicts, differences, found, in_other_names
from .statements import CONCEPTS, NOW, Graph, Statement, short, submission, to_triple
from .strategies import ACTORS, DAY, SERVICES, renamed, worlds

if TYPE_CHECKING:
    from kg.model import Findings

CONFLICTS = {
    "opposed", "rival", "actual", "externality", "chain-harm", "chain-potential", "disservice",
}  # fmt: skip
EFFECT_KINDS = {"actual", "externality", "chain-harm", "disservice"}
REASONS = {
    "NO_THEME", "NO_CONSULTATION", "PARTY_MISSING", "NO_MANDATE", "STAFF_ONLY", "NOT_CROSS_UNIT",
    "NO_COMPROMISE", "STALE_COMPROMISE", "PARTY_NOT_IN_COMPROMISE", "NO_COMMON_COMPROMISE",
    "NO_COORDINATION_SERVICE",
}  # fmt: skip
OTHERS = {
    "blind-spot", "control-loss", "financing-incentive", "fragmented-life-event", "headless-theme",
    "hobby-change", "issue-without-ecosystem", "meta-cycle", "meta-gap", "missing-cocreator",
    "one-sided-responsibility", "orphan-theme", "regress-open", "single-customer-account",
    "underused-capability", "untouched-interaction", "parallel-suppliers", "staff-led",
}  # fmt: skip
RELATIONS = f"""
SELECT ?e ?r FROM <{DERIVED}> WHERE {{ ?e <{D}service> ?s OPTIONAL {{ ?e <{D}relation> ?r }} }}
"""
MARKS = {"heldBy", "onInterest", "ofService"}
"""Properties that only interests, effects and provisions have."""


def as_json(findings: Findings) -> str:
    return json.dumps([f.as_dict() for f in findings])


def nodes(graph: Graph) -> list[str]:
    targets = {o for _, _, o in graph if isinstance(o, str)}
    names = {s for s, _, _ in graph} | targets
    return sorted(n for n in names if n not in CONCEPTS and not n[:1].isupper())


def test_random_worlds_reach_every_rule_reason_and_state() -> None:
    """The other laws mean nothing for a rule that no random world sets off."""
    seen: set[str] = set()

    @settings(
        max_examples=500, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(worlds())
    def look(graph: Graph) -> None:
        for (rule, keys), f in everything(World(graph)).items():
            seen.update({rule, dict(keys).get("reason", rule), f.coordination or rule})
            if rule == "opposed" and "subject" not in dict(keys):
                seen.add("opposed-asserted")

    look()
    assert {
        *CONFLICTS, *REASONS, *OTHERS,
        "opposed-asserted", "none", "inadequate", "adequate", "NEGLECTED", "UNOBSERVED",
    } <= seen  # fmt: skip


@settings(max_examples=4 * settings().max_examples)
@given(worlds())
def test_the_rules_find_what_the_definitions_say(graph: Graph) -> None:
    assert differences(answers(found(graph).findings), everything(World(graph))) == []


@given(worlds())
def test_every_negative_effect_is_in_a_conflict_and_every_effect_in_one_relation(
    graph: Graph,
) -> None:
    result = found(graph)
    named = {short(b) for f in result.findings if f.rule in EFFECT_KINDS for b in f.because}
    effects = World(graph).effects
    assert {e for e, (_, _, value) in effects.items() if value < 0} <= named
    relations: dict[str, list[str]] = defaultdict(list)
    for row in result.store.select(RELATIONS):
        relations[short(row["e"].value)].append(row["r"].value)
    assert {e: len(set(r)) for e, r in relations.items()} == dict.fromkeys(effects, 1)


@given(worlds(), st.sampled_from(ACTORS), st.booleans())
def test_a_seat_never_adds_a_missing_party(graph: Graph, actor: str, mandated: bool) -> None:  # noqa: FBT001
    tables = sorted(s for s, p, o in graph if (p, o) == ("a", "Consultation"))
    if not tables:
        return
    more: set[Statement] = {
        (tables[0], "hasParticipation", "new-seat"),
        ("new-seat", "participant", actor),
    }
    more |= {("new-seat", "mandated", True)} if mandated else set()

    def missing(statements: Graph) -> set[str]:
        rows = answers(found(statements).findings)
        keys = [dict(k) for rule, k in rows if rule == "missing-coordination"]
        return {
            f"{k['service']} {k['theme']}"
            for k in keys
            if k["reason"] == "PARTY_MISSING" and k["party"] == actor
        }

    before, after = missing(graph), missing(graph | more)
    assert after <= before
    if World(graph).live(tables[0]):
        theme = World(graph).one(tables[0], "forTheme")
        assert not {pair for pair in after if pair.endswith(" " + theme)}


@given(worlds(), worlds())
def test_unrelated_services_change_nothing_of_each_other(graph: Graph, other: Graph) -> None:
    """Two worlds without a node in common find together what they find apart."""
    names = nodes(other)
    apart = renamed(other, names, ["z-" + n for n in names])
    together = answers(found(graph | apart).findings)
    expected = answers(found(graph).findings) | answers(found(apart).findings)
    assert differences(together, expected) == []


@given(worlds(), st.randoms(use_true_random=False))
def test_other_names_only_rename_findings(graph: Graph, random: object) -> None:
    names = nodes(graph)
    new = [f"n{n:03d}" for n in range(len(names))]
    random.shuffle(new)  # type: ignore[attr-defined]
    to = dict(zip(names, new, strict=True))
    before, after = found(graph).findings, found(renamed(graph, names, new)).findings
    expected = in_other_names(answers(before), lambda n: to.get(n, n))
    got = in_other_names(answers(after), lambda n: n)
    assert differences(got, expected) == []
    for f in (*before, *after):
        assert f.iri == finding_iri(f.rule, f.keys)


@given(worlds(), st.sampled_from(["heldBy", "ofService"]), st.integers(-20, 20))
def test_outside_all_validity_there_is_no_conflict(graph: Graph, mark: str, shift: int) -> None:
    ends = (NOW + (shift - 20) * DAY, NOW + (shift + 20) * DAY)
    dated_nodes = {s for s, p, _ in graph if p == mark}
    undated = {
        t for t in graph if not (t[0] in dated_nodes and t[1] in {"validFrom", "validUntil"})
    }
    dates: set[Statement] = {(n, "validFrom", ends[0]) for n in dated_nodes}
    dates |= {(n, "validUntil", ends[1]) for n in dated_nodes}
    for outside in (ends[0] - DAY, ends[1]):
        assert conflicts(answers(found(undated | dates, outside).findings)) == {}
    first = conflicts(answers(found(undated | dates, ends[0]).findings))
    last = conflicts(answers(found(undated | dates, ends[1] - DAY).findings))
    assert differences(first, Coordination(World(undated | dates, ends[0])).conflicts()) == []
    assert differences(last, Coordination(World(undated | dates, ends[1] - DAY)).conflicts()) == []


@given(worlds(), st.randoms(use_true_random=False), st.integers(2, 4))
def test_order_and_division_into_files_change_nothing(
    graph: Graph, random: object, files: int
) -> None:
    one = as_json(found(graph).findings)
    triples = [to_triple(s) for s in sorted(graph, key=str)]
    random.shuffle(triples)  # type: ignore[attr-defined]
    assert as_json(find([make_submission(triples, "a.ttl")], as_of=NOW).findings) == one
    parts = [make_submission(triples[n::files], f"{n}.ttl") for n in range(files)]
    parts.append(make_submission(triples[: len(triples) // 2], "again.ttl"))
    random.shuffle(parts)  # type: ignore[attr-defined]
    assert as_json(find(parts, as_of=NOW).findings) == one


@given(worlds(), st.sampled_from(SERVICES), st.integers(0, 3), st.sampled_from([-100, -40, -1]))
def test_a_harmful_effect_never_lowers_a_conflict(
    graph: Graph, service: str, interest: int, contribution: int
) -> None:
    """A new harm may turn a disservice into an actual conflict; none of it gets less grave."""
    more: set[Statement] = {
        ("new-effect", "causedBy", service),
        ("new-effect", "onInterest", f"i{interest}"),
        ("new-effect", "contribution", contribution),
    }
    before = conflicts(answers(found(graph).findings))
    after = conflicts(answers(found(graph | more).findings))
    for (rule, keys), f in before.items():
        if rule == "disservice":
            successors = [
                after[kind, keys] for kind in ("disservice", "actual") if (kind, keys) in after
            ]
            assert max(s.severity for s in successors) >= f.severity
            held = frozenset().union(*(s.because or frozenset() for s in successors))
        else:
            assert after[rule, keys].severity >= f.severity
            held = after[rule, keys].because or frozenset()
        assert f.because is not None
        assert f.because <= held


@given(worlds(), st.sampled_from([*ACTORS[:3], "o9"]), st.integers(1, 3))
def test_what_is_said_twice_counts_once(graph: Graph, speaker: str, step: int) -> None:
    """Also when it is said once without a source and once by somebody, node by node."""
    repeated = set(nodes(graph)[::step])
    again = [s for s in graph if s[0] in repeated]
    once = find([submission(graph)], as_of=NOW).findings
    files = [
        submission(graph),
        submission(again, speaker, "b.ttl"),
        submission(again, None, "c.ttl"),
    ]
    twice = answers(find(files, as_of=NOW).findings)
    unchanged = CONFLICTS | {
        "parallel-suppliers",
        "meta-gap",
        "regress-open",
        "fragmented-life-event",
    }
    numbers = {k: (f.severity, f.count, f.because) for k, f in twice.items() if k[0] in unchanged}
    assert numbers == {
        k: (f.severity, f.count, f.because) for k, f in answers(once).items() if k[0] in unchanged
    }
