"""Where a conflict is coordinated, and what is missing there, by definition in plain Python."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .brute_force import MIN_UNITS, Answers, Found, World, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .brute_force import Key

Lack = tuple[str, str | None]
"""A reason code and the party it names, if any."""


class Coordination:
    """Themes, tables and compromises of a world.

    Args:
        world: What holds.
    """

    def __init__(self, world: World) -> None:
        self.w = world

    def scope(self, service: str) -> set[str]:
        """Give the live themes that address a service or a service that depends on it."""
        covered = {service} | self.w.dependents(service)
        themes = set().union(*(self.w.back("addresses", s) for s in covered))
        return {t for t in themes if self.w.live(t)}

    def of_theme(self, theme: str, kind: str) -> set[str]:
        """Give the nodes of a class made for a theme."""
        return self.w.back("forTheme", theme) & self.w.back("a", kind)

    def seats(self, theme: str) -> set[str]:
        """Give the seats that count at the consultations of a theme."""
        tables = {c for c in self.of_theme(theme, "Consultation") if self.w.live(c)}
        seats = set().union(*(self.w.all(c, "hasParticipation") for c in tables))
        return {s for s in seats if self.w.live(s)}

    def seated(self, seats: set[str]) -> set[str]:
        """Give who sits there, with the wholes they are part of and those they represent."""
        there = {self.w.one(s, "participant") for s in seats}
        return there | self.w.closure(
            there, lambda n: self.w.all(n, "partOf") | self.w.all(n, "represents")
        )

    def part_of(self, part: str, whole: str) -> bool:
        """Whether something is, or is a part of, something else."""
        return whole in {part} | self.w.closure([part], lambda n: self.w.all(n, "partOf"))

    def theme_suppliers(self, theme: str) -> set[str]:
        """Give the current suppliers of the services a live theme addresses."""
        if not self.w.live(theme):
            return set()
        return set().union(*(self.w.suppliers(s) for s in self.w.all(theme, "addresses")))

    def current_compromises(self, theme: str) -> set[str]:
        """Give the compromises whose earliest review has not passed."""
        return {
            c
            for c in self.of_theme(theme, "Compromise")
            if self.w.live(c)
            and self.w.now
            <= min(
                (d for d in self.w.values(c, "reviewBy") if isinstance(d, dt.date)),
                default=dt.date.min,
            )
        }

    def lacks(self, theme: str, required: frozenset[str]) -> set[Lack]:
        """Give every reason why a theme is not adequate for the parties required."""
        found = {*self._at_table(theme, required), *self._in_compromise(theme, required)}
        services = self.w.back("coordinates", theme)
        if not services & self.w.live_services:
            found.add(("NO_COORDINATION_SERVICE", None))
        return found

    def _at_table(self, theme: str, required: frozenset[str]) -> Iterator[Lack]:
        if not any(self.w.live(c) for c in self.of_theme(theme, "Consultation")):
            yield "NO_CONSULTATION", None
            return
        seats = self.seats(theme)
        mandated = self.seated({s for s in seats if True in self.w.values(s, "mandated")})
        for party in required:
            if party not in self.seated(seats):
                yield "PARTY_MISSING", party
            elif party not in mandated:
                yield "NO_MANDATE", party
        there = {self.w.one(s, "participant") for s in seats}
        units = {u for u in there for a in self.theme_suppliers(theme) if self.part_of(u, a)}
        staff = units & self.w.back("a", "StaffUnit")
        line = units - staff
        if staff and not line:
            for unit in staff:
                yield "STAFF_ONLY", unit
        if 0 < len(line) < MIN_UNITS:
            yield "NOT_CROSS_UNIT", None

    def _in_compromise(self, theme: str, required: frozenset[str]) -> Iterator[Lack]:
        current = self.current_compromises(theme)
        if not self.of_theme(theme, "Compromise"):
            yield "NO_COMPROMISE", None
        elif not current:
            yield "STALE_COMPROMISE", None
        else:
            agreed = {c: self.w.all(c, "agreedBy") for c in current}
            outside = required - set().union(*agreed.values())
            for party in outside:
                yield "PARTY_NOT_IN_COMPROMISE", party
            if not outside and not any(required <= who for who in agreed.values()):
                yield "NO_COMMON_COMPROMISE", None

    def conflicts(self) -> Answers:
        """Give all conflicts, each with its state of coordination."""
        out: Answers = {}
        for k, f in self.w.conflicts.items():
            required = f.involves or frozenset()
            themes = self.scope(dict(k[1])["service"])
            good = any(not self.lacks(t, required) for t in themes)
            state = "adequate" if good else "inadequate" if themes else "none"
            out[k] = Found(f.severity, required, f.because, coordination=state)
        return out

    def missing(self) -> Answers:
        """Give the missing coordination: the greatest severity x share over the conflicts."""
        out: Answers = {}
        for k, severity in self._rows():
            out[k] = Found(max(severity, out[k].severity if k in out else 0))
        return out

    def _rows(self) -> Iterator[tuple[Key, float]]:
        for (_, keys), f in self.conflicts().items():
            service = dict(keys)["service"]
            if f.coordination == "none":
                yield key("missing-coordination", service=service, reason="NO_THEME"), f.severity
            elif f.coordination == "inadequate":
                yield from self._reasons(service, f)

    def _reasons(self, service: str, f: Found) -> Iterator[tuple[Key, float]]:
        required = f.involves or frozenset()
        for theme in self.scope(service):
            lacks = self.lacks(theme, required)
            for reason, party in lacks:
                named = {"party": party} if party else {}
                k = key(
                    "missing-coordination", service=service, theme=theme, reason=reason, **named
                )
                missing = sum(1 for r, p in lacks if r == reason and p)
                share = min(missing / len(required), 1) if party else 1
                yield k, f.severity * share
