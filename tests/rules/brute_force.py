"""Conflicts and missing coordination by their definitions, in plain Python.

Written from the definitions (design: semantics, section 4; who may say what), not from the rules:
pairs and sets over statements, with no eye for speed. Statements count as said by those they
concern, so this is what the rules must find without sources.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from .statements import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .statements import Statement, Value

MIN_UNITS = 2


@dataclass(frozen=True)
class Found:
    """One finding as the definitions give it; names are short.

    Attributes:
        severity: Greatest over what belongs to it.
        involves: The parties.
        because: The effects, interests or other nodes; None where no definition says.
        count: For rules that count.
        coordination: For conflicts.
    """

    severity: float
    involves: frozenset[str] | None = None
    because: frozenset[str] | None = None
    count: int | None = None
    coordination: str | None = None


Key = tuple[str, tuple[tuple[str, str], ...]]
Answers = dict[Key, Found]


def key(rule: str, **keys: str) -> Key:
    """Give the key of a finding: its rule and the keys within the rule."""
    return rule, tuple(sorted(keys.items()))


class World:
    """What holds at a date, as sets.

    Args:
        statements: All that was said.
        now: The date at which to look.
    """

    def __init__(self, statements: Iterable[Statement], now: dt.date = NOW) -> None:
        self.now = now
        self._out: dict[tuple[str, str], set[Value]] = defaultdict(set)
        self._in: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._subjects: dict[str, set[str]] = defaultdict(set)
        for subject, predicate, target in statements:
            self._out[subject, predicate].add(target)
            self._subjects[predicate].add(subject)
            if isinstance(target, str):
                self._in[predicate, target].add(subject)

    def all(self, node: str, predicate: str) -> set[str]:
        """Give the nodes that a node points to."""
        return {v for v in self._out[node, predicate] if isinstance(v, str)}

    def values(self, node: str, predicate: str) -> set[Value]:
        """Give every value of a property of a node."""
        return self._out[node, predicate]

    def one(self, node: str, predicate: str) -> str:
        """Give the one node that a node points to."""
        (target,) = self.all(node, predicate)
        return target

    def number(self, node: str, predicate: str, otherwise: float) -> float:
        """Give the one number a node has for a property."""
        return next((float(str(v)) for v in self._out[node, predicate]), otherwise)

    def back(self, predicate: str, target: str) -> set[str]:
        """Give the nodes that point to a node."""
        return self._in[predicate, target]

    def having(self, predicate: str) -> set[str]:
        """Give the nodes that have a property."""
        return self._subjects[predicate]

    def closure(self, start: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
        """Give all that is reached in one or more steps."""
        reached: set[str] = set()
        todo = [n for s in start for n in step(s)]
        while todo:
            node = todo.pop()
            if node not in reached:
                reached.add(node)
                todo += step(node)
        return reached

    def live(self, node: str) -> bool:
        """Whether a node holds at the date: from its first day, until its last is reached."""
        starts = self._out[node, "validFrom"]
        ends = self._out[node, "validUntil"]
        return all(d <= self.now for d in starts if isinstance(d, dt.date)) and all(
            self.now < d for d in ends if isinstance(d, dt.date)
        )

    # parties -----------------------------------------------------------------------------------

    @cached_property
    def provisions(self) -> set[str]:
        return {p for p in self.having("ofService") if self.live(p)}

    @cached_property
    def live_services(self) -> set[str]:
        return {self.one(p, "ofService") for p in self.provisions}

    def provisions_of(self, service: str) -> set[str]:
        return self.back("ofService", service) & self.provisions

    def suppliers(self, service: str) -> set[str]:
        return {self.one(p, "supplier") for p in self.provisions_of(service)}

    def served_by(self, provision: str) -> set[str]:
        customer = self.one(provision, "customer")
        return {customer} | self.all(customer, "hasMember")

    def customers(self, service: str) -> set[str]:
        return set().union(*(self.served_by(p) for p in self.provisions_of(service)))

    def parties(self, service: str) -> set[str]:
        return self.suppliers(service) | self.customers(service)

    def needs(self, service: str) -> set[str]:
        enabled = {
            self.one(p, "ofService") for p in self.back("enables", service) & self.provisions
        }
        return self.all(service, "requires") | enabled

    def dependents(self, service: str) -> set[str]:
        """Give the live services that need this one, at once or through others."""
        return {s for s in self.live_services if service in self.closure([s], self.needs)}

    def indirect_customers(self, service: str) -> set[str]:
        through = (self.customers(s) for s in self.dependents(service))
        return set().union(*through) - self.customers(service)

    # interests and effects ---------------------------------------------------------------------

    def subjects(self, service: str) -> set[str]:
        stated = self.all(service, "touches")
        wider = self.closure(stated, lambda n: self.all(n, "broader"))
        return stated | wider | self.all(service, "rivalrousIn")

    def priority(self, interest: str) -> float:
        return self.number(interest, "priority", 50)

    def holder(self, interest: str) -> str:
        return self.one(interest, "heldBy")

    def interests(self, holders: set[str], subject: str, direction: str | None = None) -> set[str]:
        return {
            i
            for i in self.having("heldBy")
            if self.live(i)
            and self.holder(i) in holders
            and self.one(i, "concerns") == subject
            and direction in {None, self.one(i, "direction")}
        }

    def opposed_pairs(self, holders: set[str], subject: str) -> list[tuple[str, str]]:
        """Give the pairs of a wish for more and a wish for less held by different parties."""
        more = self.interests(holders, subject, "Increase")
        less = self.interests(holders, subject, "Decrease")
        return [(i, j) for i, j in product(more, less) if self.holder(i) != self.holder(j)]

    @cached_property
    def effects(self) -> dict[str, tuple[str, str, float]]:
        """Give service, holder and value of every live effect of a live service."""
        out = {}
        for e in self.having("onInterest"):
            interest, cause = self.one(e, "onInterest"), self.one(e, "causedBy")
            service = cause
            if self.all(cause, "ofService"):
                service = self.one(cause, "ofService") if self.live(cause) else ""
            if service in self.live_services and self.live(e) and self.live(interest):
                value = (
                    self.priority(interest)
                    * self.number(e, "contribution", 0)
                    * self.number(e, "confidence", 1)
                    / 100
                )
                out[e] = service, self.holder(interest), value
        return out

    def relation(self, effect: str) -> str:
        service, holder, _ = self.effects[effect]
        if holder in self.customers(service):
            return "direct"
        if holder in self.indirect_customers(service):
            return "chain"
        return "own" if holder in self.suppliers(service) else "external"

    def effects_at(self, service: str, relation: str) -> dict[str, tuple[str, float]]:
        return {
            e: (h, v)
            for e, (s, h, v) in self.effects.items()
            if s == service and self.relation(e) == relation
        }

    # conflicts ---------------------------------------------------------------------------------

    @cached_property
    def conflicts(self) -> Answers:
        out: Answers = {}
        for service in sorted(self.live_services):
            out |= self._by_interests(service)
            out |= self._by_effects(service)
            out |= self._asserted(service)
        return {
            k: Found(
                f.severity,
                (f.involves or frozenset()) | self.suppliers(dict(k[1])["service"]),
                f.because,
            )
            for k, f in out.items()
        }

    def _by_interests(self, service: str) -> Answers:
        out: Answers = {}
        near, far = self.parties(service), self.indirect_customers(service) - self.parties(service)
        for subject in self.subjects(service):
            if self.opposed_pairs(near, subject):
                out[key("opposed", service=service, subject=subject)] = self._because(
                    min(self._top(near, subject, "Increase"), self._top(near, subject, "Decrease")),
                    self.interests(near, subject),
                )
            pairs = self.opposed_pairs(near | far, subject)
            if any({self.holder(i), self.holder(j)} & far for i, j in pairs):
                everyone = near | self.indirect_customers(service)
                one = min(
                    self._top(far, subject, "Increase"), self._top(everyone, subject, "Decrease")
                )
                other = min(
                    self._top(everyone, subject, "Increase"), self._top(far, subject, "Decrease")
                )
                out[key("chain-potential", service=service, subject=subject)] = self._because(
                    max(one, other), self.interests(everyone, subject)
                )
        for subject in self.all(service, "rivalrousIn"):
            more = self.interests(near, subject, "Increase")
            if any(self.holder(i) != self.holder(j) for i, j in product(more, more)):
                top = max(map(self.priority, more))
                rest = sum(map(self.priority, more)) - top
                out[key("rival", service=service, subject=subject)] = self._because(
                    min(top, rest, 100), more
                )
        return out

    def _top(self, holders: set[str], subject: str, direction: str) -> float:
        wishes = self.interests(holders, subject, direction)
        return max(map(self.priority, wishes), default=-1)

    def _because(self, severity: float, interests: set[str]) -> Found:
        return Found(severity, frozenset(map(self.holder, interests)), frozenset(interests))

    def _by_effects(self, service: str) -> Answers:
        direct = {e: hv for e, hv in self.effects_at(service, "direct").items() if hv[1]}
        gains = [h for h, v in direct.values() if v > 0]
        harms = [h for h, v in direct.values() if v < 0]
        actual = any(g != h for g, h in product(gains, harms)) or (
            bool(gains and harms) and len({*gains, *harms}) > 1
        )
        left = self.effects_at(service, "own") | ({} if actual else direct)
        kinds = {
            "actual": direct if actual else {},
            "disservice": _harms(left),
            "chain-harm": _harms(self.effects_at(service, "chain")),
            "externality": _harms(self.effects_at(service, "external")),
        }
        return {
            key(rule, service=service): Found(
                max(-v for _, v in effects.values()),
                frozenset(h for h, _ in effects.values()),
                frozenset(effects),
            )
            for rule, effects in kinds.items()
            if effects
        }

    def _asserted(self, service: str) -> Answers:
        """Two parties whose interests are said to oppose, where the service matters to either."""
        parties, subjects = self.parties(service), self.subjects(service)
        matters = {i for i in self.having("heldBy") if self.one(i, "concerns") in subjects} | {
            self.one(e, "onInterest") for e, (s, _, v) in self.effects.items() if s == service and v
        }
        pairs = [
            (i, j)
            for i in self.having("opposes")
            for j in self.all(i, "opposes")
            if {self.holder(i), self.holder(j)} <= parties
            and self.holder(i) != self.holder(j)
            and self.live(i)
            and self.live(j)
            and {i, j} & matters
        ]
        if not pairs:
            return {}
        severity = max(min(self.priority(i), self.priority(j)) for i, j in pairs)
        return {
            key("opposed", service=service): self._because(severity, {i for p in pairs for i in p})
        }


def _harms(effects: dict[str, tuple[str, float]]) -> dict[str, tuple[str, float]]:
    return {e: hv for e, hv in effects.items() if hv[1] < 0}
