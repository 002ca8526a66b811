"""Random small worlds: who serves whom, who wants what, what harms whom, and who coordinates.

Every world is data that the shapes allow; sizes are chosen so that the worlds are dense: most hold
several conflicts, and some of these are well coordinated.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from .statements import NOW, Graph, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Draw = st.DrawFn

DAY = dt.timedelta(days=1)
ORGANISATIONS = ("o0", "o1", "o2")
UNITS = ("u0", "u1", "w0")
ACTORS = (*ORGANISATIONS, "c0", *UNITS)
SERVICES = ("s0", "s1", "s2")
ASPECTS = ("a0", "a1")
SUBJECTS = (*ASPECTS, "b0", "b1", "Control")
ISSUES = ("x0", "x1")

actors = st.sampled_from(ACTORS)
organisations = st.sampled_from(ORGANISATIONS)
services = st.sampled_from((*("s0",) * 4, *SERVICES))
subjects = st.sampled_from(("a0", "a0", "a0", *SUBJECTS))
customers = st.sampled_from((*ACTORS, "k0", "k0"))
priorities = st.sampled_from([None, 0, 20, 50, 80, 100])
contributions = st.sampled_from([-100, -60, -30, 0, 10, 70])
confidences = st.sampled_from([None, None, Decimal("0.5"), Decimal("0.0")])
few_actors = st.frozensets(actors, max_size=2)
absent = st.sampled_from(
    [frozenset()] * 5
    + [frozenset({a}) for a in ACTORS]
    + [frozenset({"o0", "o1", "o2", "u0", "u1"})]
)
validity = st.sampled_from(
    [
        *((None, None),) * 18,
        (NOW, None),
        (NOW - DAY, NOW + DAY),
        (None, NOW),
        (NOW + DAY, None),
    ]
)
"""Mostly none; then, at the edges, two that hold and two that do not."""

Validity = tuple[dt.date | None, dt.date | None]


def dated(node: str, valid: Validity) -> list[Statement]:
    """Give the validity of a node."""
    said: list[Statement] = []
    if valid[0] is not None:
        said.append((node, "validFrom", valid[0]))
    if valid[1] is not None:
        said.append((node, "validUntil", valid[1]))
    return said


def each(node: str, predicate: str, targets: Iterable[str]) -> list[Statement]:
    """Give one statement per target."""
    return [(node, predicate, target) for target in targets]


def some(node: str, predicate: str, target: object) -> list[Statement]:
    """Give one statement, or none when there is no target."""
    return [] if target is None else [(node, predicate, target)]  # type: ignore[list-item]


def fixed() -> list[Statement]:
    """Give what every world has: actors, units of o0, a collaboration, subjects."""
    return [
        *((o, "a", "Organisation") for o in ORGANISATIONS),
        ("c0", "a", "Community"),
        ("u0", "a", "OrganisationalUnit"),
        ("u1", "a", "OrganisationalUnit"),
        ("w0", "a", "StaffUnit"),
        *((u, "partOf", "o0") for u in UNITS),
        ("k0", "a", "CustomerConfiguration"),
        *((a, "a", "Aspect") for a in ASPECTS),
        ("a0", "broader", "b0"),
        ("b0", "broader", "b1"),
    ]


@st.composite
def provisions(draw: Draw) -> list[Statement]:
    """Draw which supplier serves whom with what, and which services these make possible."""
    said = each("k0", "hasMember", draw(st.frozensets(actors, min_size=1, max_size=4)))
    cell = st.tuples(
        organisations, customers, services, st.none() | services, validity, st.booleans()
    )
    for n, (supplier, customer, service, own, valid, exit_possible) in enumerate(
        draw(st.lists(cell, min_size=4, max_size=9))
    ):
        p = f"p{n}"
        if supplier == customer:
            continue
        said += [(p, "supplier", supplier), (p, "customer", customer), (p, "ofService", service)]
        said += [(p, "a", "ServiceProvision"), (p, "exitPossible", exit_possible)]
        said += some(p, "enables", own) + dated(p, valid)
    for service in SERVICES:
        said += each(service, "touches", draw(st.frozensets(subjects, min_size=1, max_size=2)))
        said += each(service, "rivalrousIn", draw(st.frozensets(st.just("a0"))))
        said += [(service, "a", "Service")]
    for service, other in draw(st.lists(st.tuples(services, services), max_size=2)):
        said.append((service, "requires", other))
    return said


@st.composite
def wishes(draw: Draw) -> list[Statement]:
    """Draw interests, assertions that two of them oppose, and effects on them."""
    wish = st.tuples(
        actors, subjects, st.sampled_from(["Increase", "Decrease"]), priorities, validity
    )
    said: list[Statement] = []
    drawn = draw(st.lists(wish, min_size=4, max_size=9))
    for n, (holder, subject, direction, priority, valid) in enumerate(drawn):
        i = f"i{n}"
        said += [(i, "heldBy", holder), (i, "concerns", subject), (i, "direction", direction)]
        said += [(i, "a", "Interest"), *some(i, "priority", priority), *dated(i, valid)]
    index = st.integers(0, len(drawn) - 1)
    for one, other in draw(st.lists(st.tuples(index, index), min_size=1, max_size=2)):
        if one != other:
            said.append((f"i{one}", "opposes", f"i{other}"))
    causes = st.sampled_from((*("s0",) * 5, *SERVICES, "p0", "p1", "ch0"))
    effect = st.tuples(causes, index, contributions, confidences, validity)
    for n, (cause, on, contribution, confidence, valid) in enumerate(
        draw(st.lists(effect, min_size=4, max_size=10))
    ):
        e = f"e{n}"
        said += [(e, "causedBy", cause), (e, "onInterest", f"i{on}"), (e, "a", "Effect")]
        said += [(e, "contribution", contribution), *some(e, "confidence", confidence)]
        said += dated(e, valid)
    if draw(st.booleans()):
        way, harm = draw(st.sampled_from(["Increase", "Decrease"])), draw(contributions)
        said += [("p9", "supplier", "o1"), ("p9", "customer", "o0"), ("p9", "ofService", "s2")]
        said += [("p9", "enables", "s0"), *dated("p9", draw(validity))]
        said += [("i9", "heldBy", "o0"), ("i9", "concerns", "Control"), ("i9", "direction", way)]
        said += [
            ("e9x", "causedBy", "p9"),
            ("e9x", "onInterest", "i9"),
            ("e9x", "contribution", harm),
        ]
    return said


@st.composite
def tables(draw: Draw) -> list[Statement]:
    """Draw themes with their consultations, seats, compromises and coordination services."""
    said: list[Statement] = []
    for n in range(draw(st.integers(0, 3))):
        t = f"t{n}"
        said += [(t, "a", "CoordinationTheme"), *dated(t, draw(validity))]
        said += each(t, "addresses", draw(st.frozensets(services, min_size=1, max_size=2)))
        said += each(t, "hasConfiguration", draw(st.frozensets(st.just("k0"))))
        if n and draw(st.booleans()):
            said.append((t, "coordinatedUnder", draw(st.sampled_from(["t0", "t1"]))))
        if draw(st.integers(0, 3)):
            said += [(f"cs{n}", "coordinates", t), (f"cs{n}", "a", "CoordinationService")]
            said += [(f"pc{n}", "supplier", draw(organisations)), (f"pc{n}", "customer", "k0")]
            said += [(f"pc{n}", "ofService", f"cs{n}"), *dated(f"pc{n}", draw(validity))]
        if draw(st.integers(0, 4)):
            said += draw(consultations(n))
        for m in range(draw(st.sampled_from([0, 1, 2, 2]))):
            said += draw(compromises(n, m))
    if draw(st.booleans()):
        said += [("v0", "a", "Vision"), ("v0", "grounds", draw(st.sampled_from(["t0", "t1"])))]
        said += [("v0", "proclaimedBy", draw(st.sampled_from(["o0", "o1", "u0"])))]
        said += [*each("v0", "endorsedBy", draw(few_actors)), *dated("v0", draw(validity))]
    said += [("c0x", "represents", "c0")] if draw(st.booleans()) else []
    return said


@st.composite
def consultations(draw: Draw, n: int) -> list[Statement]:
    """Draw a consultation at which all but a few actors have a seat, most with a mandate."""
    con = f"con{n}"
    said: list[Statement] = [(con, "a", "Consultation"), (con, "forTheme", f"t{n}")]
    said += dated(con, draw(validity)) + some(con, "ledBy", draw(st.none() | actors))
    away, mute = draw(absent), draw(absent)
    late = draw(st.sampled_from([None, None, None, "o1"]))
    for who in (*ACTORS, "k0", "c0x"):
        if who in away:
            continue
        seat = f"seat{n}{who}"
        said += [(con, "hasParticipation", seat), (seat, "participant", who)]
        said += [] if who in mute else [(seat, "mandated", True)]
        said += dated(seat, (None, NOW)) if who == late else []
    return said


@st.composite
def compromises(draw: Draw, n: int, m: int) -> list[Statement]:
    """Draw a compromise that all but a few agree to, with one or two review dates."""
    cmp = f"cmp{n}{m}"
    reviews = st.sampled_from([*(NOW + 90 * DAY,) * 5, NOW, NOW + 9000 * DAY, NOW - DAY])
    said: list[Statement] = [(cmp, "a", "Compromise"), (cmp, "forTheme", f"t{n}")]
    said += [(cmp, "reviewBy", day) for day in draw(st.frozensets(reviews, min_size=1, max_size=2))]
    said += dated(cmp, draw(validity))
    away = draw(absent if m == 0 else st.frozensets(actors, min_size=1, max_size=2))
    said += each(cmp, "agreedBy", [a for a in (*ACTORS, "k0") if a not in away])
    return said


@st.composite
def matters(draw: Draw) -> list[Statement]:
    """Draw issues with who lives with them, who bears them and who is capable."""
    said: list[Statement] = []
    for x in ISSUES:
        said += [
            (x, "a", "Issue"),
            *each(x, "experiencedBy", draw(st.frozensets(actors, max_size=4))),
        ]
    issues = st.sampled_from(("x0", "x0", "x1"))
    some_issues = st.frozensets(issues, min_size=1, max_size=1)
    for s in SERVICES:
        said += each(s, "addressesIssue", draw(some_issues))
        said += each(s, "isGroupedBy", draw(st.frozensets(st.just("le0"))))
    borne = st.tuples(issues, actors, validity)
    for n, (x, who, valid) in enumerate(draw(st.lists(borne, max_size=3))):
        said += [(f"r{n}", "responsibilityFor", x), (f"r{n}", "bearer", who)]
        said += dated(f"r{n}", valid)
    able = st.tuples(actors, issues, validity)
    for n, (who, x, valid) in enumerate(draw(st.lists(able, min_size=1, max_size=3))):
        cap = f"cap{n}"
        said += [(cap, "a", "Capability"), (cap, "capabilityOf", who), (cap, "relevantTo", x)]
        said += dated(cap, valid)
    return said


@st.composite
def solutions(draw: Draw) -> list[Statement]:
    """Draw a co-creation, an ecosystem and a way of financing for these issues."""
    said: list[Statement] = []
    issues = st.sampled_from(("x0", "x0", "x1"))
    if draw(st.booleans()):
        said += [("cc0", "a", "ValueCoCreation"), ("cc0", "addressesIssue", draw(issues))]
        for n, (who, uses, valid) in enumerate(
            draw(st.lists(st.tuples(actors, st.booleans(), validity), min_size=1, max_size=2))
        ):
            k = f"con-by{n}"
            said += [("cc0", "hasContribution", k), (k, "contributor", who), *dated(k, valid)]
            said += [(k, "drawsOn", "cap0")] if uses else []
    if draw(st.booleans()):
        said += [("ec0", "a", "Ecosystem"), ("ec0", "worksOn", draw(issues))]
        said += each("ec0", "hasMember", draw(st.frozensets(actors, max_size=4)))
        said += dated("ec0", draw(validity))
    if draw(st.booleans()):
        said += [("fin0", "finances", "s0"), ("fin0", "basis", "OutputVolume")]
        said += [("fin0", "a", "FinancingScheme"), *dated("fin0", draw(validity))]
    return said


@st.composite
def qualities(draw: Draw) -> list[Statement]:
    """Draw accounts, changes, interactions and how these were experienced."""
    said: list[Statement] = []
    if draw(st.booleans()):
        said += [("acc0", "a", "Account"), ("acc0", "accountOf", draw(organisations))]
        said += [("acc0", "serves", draw(customers)), *dated("acc0", draw(validity))]
    if draw(st.booleans()):
        said += [("ch0", "a", "Change"), ("ch0", "proposedBy", draw(actors))]
        said += [("ch0", "improves", "int0")] if draw(st.booleans()) else []
        said += dated("ch0", draw(validity))
    if draw(st.booleans()):
        said += [("int0", "a", "Interaction"), ("int0", "interactionOf", draw(services))]
    else:
        return said
    seen = st.tuples(
        st.sampled_from(["Experience", "Experience", "Trust"]),
        st.sampled_from([0, 59, 60, 80]),
        validity,
    )
    for n, (criterion, score, valid) in enumerate(draw(st.lists(seen, max_size=2))):
        said += [(f"as{n}", "assesses", "int0"), (f"as{n}", "criterion", criterion)]
        said += [(f"as{n}", "score", score), *dated(f"as{n}", valid)]
    return said


@st.composite
def worlds(draw: Draw) -> Graph:
    """Draw a whole world, everything said by nobody in particular."""
    parts = (provisions(), wishes(), tables(), matters(), solutions(), qualities())
    return frozenset(fixed()).union(*(draw(part) for part in parts))


def renamed(graph: Graph, names: Sequence[str], new: Sequence[str]) -> Graph:
    """Give a world in which nodes bear other names."""
    to = dict(zip(names, new, strict=True))
    return frozenset(
        (to.get(s, s), p, to.get(o, o) if isinstance(o, str) else o) for s, p, o in graph
    )
