"""Worlds in which everyone speaks for itself, and what one party might add to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from kg.intake.authority import Registry

from .brute_force import World
from .statements import NOW, Graph, Statement, iri
from .strategies import (
    ACTORS,
    ASPECTS,
    DAY,
    ORGANISATIONS,
    UNITS,
    actors,
    fixed,
    provisions,
    services,
    tables,
    wishes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    Draw = st.DrawFn

OPERATOR = "operator"
OUTSIDER = "o9"
SPEAKERS = (*ORGANISATIONS, OUTSIDER)
"""Those who add something; the outsider has no part in anything yet."""
Said = frozenset[tuple[str, Statement]]
"""Statements with who makes them (short names)."""
_RESTATED = ("forTheme", "reviewBy")


@dataclass(frozen=True)
class Spoken:
    """An attributed world.

    Attributes:
        said: Who says what.
        owners: Whose node each node is.
    """

    said: Said
    owners: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        plain = set(fixed())
        lines = [
            " ".join((o, *map(str, s))) for o, s in self.said if s not in plain and s[1] != "a"
        ]
        return "\n" + "\n".join(sorted(lines))

    def _repr_pretty_(self, printer: Any, cycle: object) -> None:  # noqa: ANN401, ARG002
        printer.text(repr(self))

    @property
    def registry(self) -> Registry:
        return Registry({iri(node): iri(who) for node, who in self.owners}, iri(OPERATOR))

    @property
    def graph(self) -> Graph:
        """All that is said, whoever says it."""
        return frozenset(s for _, s in self.said)

    def by(self, speaker: str) -> set[Statement]:
        """Give what one of them says."""
        return {s for who, s in self.said if who == speaker}

    def speakers_on(self, nodes: Iterable[str]) -> set[str]:
        """Give who says anything with one of these nodes as its subject."""
        of = set(nodes)
        return {who for who, s in self.said if s[0] in of}


def speaker_for(actor: str) -> str:
    """Give who speaks for an actor: units for themselves have no voice, communities neither."""
    if actor in UNITS or actor == "k0":
        return "o0"
    return actor if actor in ORGANISATIONS else OPERATOR


@st.composite
def spoken_worlds(draw: Draw) -> Spoken:
    """Draw a world and let everyone state its own part of it.

    Some effects on others are stated by whoever is drawn; every consent restates its terms.
    """
    parts = (provisions(), wishes(), st.one_of(tables(), nearly_coordinated()))
    graph = frozenset(fixed()).union(*(draw(p) for p in parts))
    presuming = draw(
        st.dictionaries(st.sampled_from(["e0", "e1", "e2"]), st.sampled_from(SPEAKERS), max_size=2)
    )
    return spoken(graph, presuming)


@st.composite
def contested_worlds(draw: Draw) -> Spoken:
    """Draw a world whose one theme lacks little: where a forged word would make the difference."""
    parts = (provisions(), wishes(), nearly_coordinated())
    return spoken(frozenset(fixed()).union(*(draw(p) for p in parts)), {})


@st.composite
def nearly_coordinated(draw: Draw) -> list[Statement]:
    """Draw a theme for s0 at which all is well, save for a few who did not sit or agree."""
    said: list[Statement] = [
        ("t0", "a", "CoordinationTheme"), ("t0", "addresses", "s0"), ("cs0", "coordinates", "t0"),
        ("pc0", "supplier", "o0"), ("pc0", "customer", "k0"), ("pc0", "ofService", "cs0"),
        ("con0", "a", "Consultation"), ("con0", "forTheme", "t0"),
        ("cmp00", "a", "Compromise"), ("cmp00", "forTheme", "t0"),
        ("cmp00", "reviewBy", NOW + draw(st.sampled_from([90, 90, 90, -1, 9000])) * DAY),
    ]  # fmt: skip
    unseated, unasked, against = (draw(st.frozensets(actors, max_size=1)) for _ in range(3))
    for who in (*ACTORS, "k0"):
        if who not in unseated:
            seat = f"seat0{who}"
            said += [("con0", "hasParticipation", seat), (seat, "participant", who)]
            said += [(seat, "mandated", True)] if who not in unasked else []
        if who not in against:
            said.append(("cmp00", "agreedBy", who))
    return said


def spoken(graph: Graph, presuming: dict[str, str]) -> Spoken:
    """Give a world in which each statement is made by whose node it is about.

    Args:
        graph: What is said.
        presuming: Effects stated by another than the one they concern.
    """
    world = World(graph)
    owners = {s: _owner(s, world) for s in sorted({s for s, _, _ in graph})} | presuming
    owners |= {o: o for o in SPEAKERS} | {OPERATOR: OPERATOR}
    said: set[tuple[str, Statement]] = set()
    for statement in graph:
        subject, predicate, target = statement
        who = owners[subject]
        if predicate in {"agreedBy", "endorsedBy", "represents"}:
            who = speaker_for(str(target))
        if predicate == "hasParticipation":
            who = speaker_for(world.one(str(target), "participant"))
        said.add((who, statement))
        if predicate in {"agreedBy", "hasParticipation"}:
            said |= {(who, s) for s in _terms(subject, graph)}
    return Spoken(frozenset(said), tuple(sorted(owners.items())))


def _owner(node: str, world: World) -> str:
    for predicate in ("heldBy", "supplier", "participant", "proclaimedBy"):
        for actor in world.all(node, predicate):
            return speaker_for(actor)
    for interest in world.all(node, "onInterest"):
        return _owner(interest, world)
    if node[:1] in {"s", "t"} or node[:3] in {"con", "cmp"}:
        return f"o{next(c for c in node if c.isdigit())}"
    if node in {*ASPECTS, "c0", "c0x"}:
        return OPERATOR
    return "o0" if node in {*UNITS, "k0"} else node if node in ORGANISATIONS else OPERATOR


def _terms(subject: str, graph: Graph) -> set[Statement]:
    """Give the terms that consent restates: theme, services addressed, review."""
    terms = {s for s in graph if s[0] == subject and s[1] in _RESTATED}
    themes = {o for _, p, o in terms if p == "forTheme"}
    return terms | {s for s in graph if s[0] in themes and s[1] == "addresses"}


# what one party may try ------------------------------------------------------------------------

_numbers = st.integers(0, 9)
_anyone = st.sampled_from((*ACTORS, "k0"))
_themes = st.sampled_from(["t0", "t1", "t2"])
_tables = st.sampled_from(["con0", "con1"])
_compromises = st.sampled_from(["cmp00", "cmp01", "cmp10"])
_aspects = st.sampled_from(ASPECTS)
_days = st.sampled_from([NOW - 400 * DAY, NOW + 200 * DAY, NOW + 9000 * DAY])
_directions = st.sampled_from(["Increase", "Decrease"])


def _line(*parts: object) -> st.SearchStrategy[list[Statement]]:
    """Give a strategy for one statement; parts are names, values or strategies."""
    drawn = [p if isinstance(p, st.SearchStrategy) else st.just(p) for p in parts]
    return st.tuples(*drawn).map(lambda s: [s])


def _node(letter: str) -> st.SearchStrategy[str]:
    return _numbers.map(lambda n: f"{letter}{n}")


@st.composite
def _new_nodes(draw: Draw, me: str) -> list[Statement]:
    """Draw a new effect, interest, provision, seat or compromise of one's own."""
    n, someone = draw(st.integers(0, 2)), _anyone | st.just(me)
    kind = draw(st.sampled_from(["effect", "interest", "provision", "seat", "compromise"]))
    node = f"new{me}{kind}{n}"
    if kind == "effect":
        return [
            (node, "causedBy", draw(services)),
            (node, "onInterest", draw(_node("i"))),
            (node, "contribution", draw(st.sampled_from([-90, 0, 90]))),
        ]
    if kind == "interest":
        return [
            (node, "heldBy", draw(someone)),
            (node, "concerns", draw(_aspects)),
            (node, "direction", draw(_directions)),
            (node, "priority", draw(st.sampled_from([0, 50, 100]))),
        ]
    if kind == "provision":
        own = draw(st.lists(services, max_size=1))
        return [
            (node, "supplier", draw(someone)),
            (node, "customer", draw(someone)),
            (node, "ofService", draw(services)),
            *((node, "enables", s) for s in own),
        ]
    if kind == "seat":
        return [
            (draw(_tables), "hasParticipation", node),
            (node, "participant", draw(someone)),
            (node, "mandated", True),
        ]
    agreeing = draw(st.frozensets(someone, max_size=7))
    return [
        (node, "a", "Compromise"),
        (node, "forTheme", draw(_themes)),
        (node, "reviewBy", draw(_days)),
        *((node, "agreedBy", a) for a in sorted(agreeing)),
    ]


@st.composite
def _words_of_another(draw: Draw, me: str) -> list[Statement]:
    """Draw a seat and consent for somebody, with all the terms restated."""
    who, n = draw(_anyone | st.just(me)), draw(st.integers(0, 1))
    seat = draw(st.sampled_from([f"new{me}for{who}", f"seat{n}{who}"]))
    said: list[Statement] = [
        (f"con{n}", "hasParticipation", seat), (seat, "participant", who), (seat, "mandated", True),
        (f"con{n}", "forTheme", f"t{n}"), (f"cmp{n}0", "forTheme", f"t{n}"),
        (f"cmp{n}0", "reviewBy", NOW + 90 * DAY), (f"cmp{n}0", "agreedBy", who),
        (f"t{n}", "addresses", draw(services)),
    ]  # fmt: skip
    return said


def additions(me: str) -> st.SearchStrategy[frozenset[Statement]]:
    """Give a strategy for what one party adds, fair or not."""
    someone = _anyone | st.just(me)
    lines = [
        _new_nodes(me),
        _new_nodes(me),
        _words_of_another(me),
        _line(_compromises, "agreedBy", someone),
        _line(_compromises, "reviewBy", _days),
        _line(_compromises | _tables, "forTheme", _themes),
        _line(_themes, "addresses", services),
        _line(_themes, "coordinatedUnder", _themes),
        _line(services, st.sampled_from(["touches", "rivalrousIn"]), _aspects),
        _line(services, "requires", services),
        _line(_anyone, st.sampled_from(["partOf", "represents"]), someone),
        _line(me, st.sampled_from(["partOf", "represents"]), _anyone),
        _line(_node("i"), "priority", st.sampled_from([0, 100])),
        _line(_node("i"), "direction", _directions),
        _line(_node("i") | _node("e") | _node("p"), "validUntil", NOW - DAY),
        _line(_themes | _tables | _compromises, "validUntil", NOW - DAY),
        _line(_node("e"), "contribution", st.sampled_from([0, 90])),
        _line(_node("e"), "confidence", 0),
        _line(_node("p"), "customer", someone),
        _line(_node("p"), "supplier", someone),
        _line(_node("i"), "heldBy", someone),
        _line(_anyone, "a", st.sampled_from(["Community", "StaffUnit"])),
        _line(st.just("k0") | _anyone, "hasMember", someone),
        _line(_tables, "hasParticipation", _anyone.map(lambda a: f"seat0{a}")),
        _line(_anyone.map(lambda a: f"seat0{a}"), "mandated", st.booleans()),
    ]
    many = st.lists(st.one_of(lines), min_size=1, max_size=5)
    return many.map(lambda ops: frozenset(s for op in ops for s in op))


attempts = st.sampled_from(SPEAKERS).flatmap(lambda me: st.tuples(st.just(me), additions(me)))
"""Who adds, and what."""

withdrawals = st.tuples(st.sampled_from(ORGANISATIONS), st.integers(1, 4), st.integers(0, 3))
"""Who withdraws, and which of its nodes: every so many, from which one."""
