"""Gaps and signals other than missing coordination, by definition in plain Python."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from .brute_coordination import Coordination
from .brute_force import Answers, Found, World, key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MIN_SHARED = 3
THRESHOLD = 60


def everything(world: World) -> Answers:
    """Give all findings of a world."""
    table = Coordination(world)
    gaps = Gaps(world, table)
    parts: tuple[Callable[[], Answers], ...] = (
        table.conflicts, table.missing, gaps.about_services, gaps.about_themes, gaps.about_tables,
        gaps.about_roots, gaps.about_responsibility, gaps.about_cocreation, gaps.about_financing,
        gaps.about_quality, gaps.parallel_suppliers,
    )  # fmt: skip
    out: Answers = {}
    for part in parts:
        out |= part()
    return {k: Found(min(f.severity, 100), *_rest(f)) for k, f in out.items()}


def _rest(f: Found) -> tuple[frozenset[str] | None, frozenset[str] | None, int | None, str | None]:
    return f.involves, f.because, f.count, f.coordination


class Gaps:
    """The gaps of a world.

    Args:
        world: What holds.
        table: Its themes and tables.
    """

    def __init__(self, world: World, table: Coordination) -> None:
        self.w = world
        self.t = table

    def of_class(self, kind: str) -> set[str]:
        """Give the live nodes of a class."""
        return {n for n in self.w.back("a", kind) if self.w.live(n)}

    # services ----------------------------------------------------------------------------------

    def about_services(self) -> Answers:
        """Blind spots, loss of control, fragmented life events."""
        out: Answers = {}
        assessed = {s for s, _, _ in self.w.effects.values()}
        for s in self.w.live_services - assessed:
            n = len(self.w.customers(s))
            if n > 1 and not self.w.all(s, "coordinates"):
                out[key("blind-spot", service=s)] = Found(n, count=n)
        for p in self.w.provisions & self.w.having("enables"):
            harms = [
                -v
                for e, (_, h, v) in self.w.effects.items()
                if self.w.one(e, "causedBy") == p
                and v < 0
                and h == self.w.one(p, "customer")
                and self.w.one(self.w.one(e, "onInterest"), "concerns") == "Control"
            ]
            if harms:
                out[key("control-loss", provision=p)] = Found(max(harms))
        for event in self._union(self.w.having("isGroupedBy"), "isGroupedBy"):
            apart = self._apart(self.w.back("isGroupedBy", event))
            if len(apart) > 1:
                out[key("fragmented-life-event", event=event)] = Found(len(apart), count=len(apart))
        return out

    def _apart(self, services: set[str]) -> set[str]:
        """Give the suppliers that no ecosystem on the issues of these services joins to another."""
        suppliers = set().union(*map(self.w.suppliers, services))
        issues = self._union(services, "addressesIssue")
        systems = {c for x in issues for c in self.w.back("worksOn", x) if self.w.live(c)}
        joined = [self.w.all(c, "hasMember") & suppliers for c in systems]
        return suppliers - set().union(*(j for j in joined if len(j) > 1))

    def _union(self, nodes: Iterable[str], predicate: str) -> set[str]:
        return set().union(*(self.w.all(n, predicate) for n in nodes))

    # themes ------------------------------------------------------------------------------------

    def above(self, theme: str) -> set[str]:
        """Give the themes under which a theme is coordinated, at once or through others."""
        return self.w.closure([theme], lambda n: self.w.all(n, "coordinatedUnder"))

    def roots(self, theme: str) -> set[str]:
        """Give the tops of a theme: itself when nothing stands above it."""
        return {r for r in {theme} | self.above(theme) if not self.w.all(r, "coordinatedUnder")}

    def about_themes(self) -> Answers:
        """Orphans, headless themes, and circles of themes."""
        out: Answers = {}
        covered = {t for _, k in self.w.conflicts for t in self.t.scope(dict(k)["service"])}
        for t in self.of_class("CoordinationTheme"):
            if not self.w.back("coordinatedUnder", t):
                if t not in covered:
                    out[key("orphan-theme", theme=t)] = Found(0)
                if not self.w.back("coordinates", t) & self.w.live_services:
                    out[key("headless-theme", theme=t)] = Found(0)
        for t in self.w.having("coordinatedUnder"):
            if t in self.above(t):
                out[key("meta-cycle", theme=t)] = Found(100)
        return out

    def about_tables(self) -> Answers:
        """Accounts for one customer, and tables led by staff."""
        out: Answers = {}
        for a in self.of_class("Account"):
            for served in self.w.all(a, "serves"):
                if len(self.w.all(served, "hasMember")) < 2:
                    out[key("single-customer-account", account=a)] = Found(0)
        for c in self.w.having("ledBy"):
            leader = self.w.one(c, "ledBy")
            if self.w.live(c) and leader in self.w.back("a", "StaffUnit"):
                out[key("staff-led", theme=self.w.one(c, "forTheme"), actor=leader)] = Found(0)
        return out

    def about_roots(self) -> Answers:
        """Actors before unconnected themes of one supplier, and themes without a vision."""
        out: Answers = {}
        of = self._themes_of()
        for supplier, themes in of.items():
            facing: dict[str, set[str]] = defaultdict(set)
            for t in themes:
                for actor in self._union(self.w.all(t, "hasConfiguration"), "hasMember"):
                    facing[actor] |= self.roots(t)
            for actor, roots in facing.items():
                if len(roots) > 1:
                    out[key("meta-gap", supplier=supplier, actor=actor)] = Found(
                        len(roots), count=len(roots)
                    )
            tops = set().union(*map(self.roots, themes))
            loose = {r for r in tops if not self._grounded(r, supplier)}
            if len(themes) > 1 and loose:
                out[key("regress-open", supplier=supplier)] = Found(len(loose), count=len(loose))
        return out

    def _themes_of(self) -> dict[str, set[str]]:
        of: dict[str, set[str]] = defaultdict(set)
        for t in self.w.having("addresses"):
            for a in self.t.theme_suppliers(t):
                of[a].add(t)
        return of

    def _grounded(self, root: str, supplier: str) -> bool:
        return any(
            self.w.live(v)
            and any(self.t.part_of(p, supplier) for p in self.w.all(v, "proclaimedBy"))
            and any(not self.t.part_of(e, supplier) for e in self.w.all(v, "endorsedBy"))
            for v in self.w.back("grounds", root)
        )

    # issues ------------------------------------------------------------------------------------

    def top_priority(self, actor: str) -> float:
        """Give the highest priority an actor gives to anything, 50 when unknown."""
        wishes = [self.w.priority(i) for i in self.w.back("heldBy", actor) if self.w.live(i)]
        return max(wishes, default=50)

    def weight(self, issues: Iterable[str]) -> float:
        """Give the highest priority of those who experience one of some issues."""
        return max(map(self.top_priority, self._union(issues, "experiencedBy")), default=50)

    def stands_for(self, someone: str, actor: str) -> bool:
        """Whether someone is an actor, a part of it, or represents it."""
        return actor in {someone} | self.w.closure(
            [someone], lambda n: self.w.all(n, "partOf") | self.w.all(n, "represents")
        )

    def about_responsibility(self) -> Answers:
        """Issues for which only others bear responsibility, or without an ecosystem."""
        out: Answers = {}
        for x in self.w.back("a", "Issue"):
            those = self.w.all(x, "experiencedBy")
            borne = {r for r in self.w.back("responsibilityFor", x) if self.w.live(r)}
            bearers = self._union(borne, "bearer")
            shared = any(self.stands_for(b, e) for b in bearers for e in those)
            if borne and those and not shared:
                out[key("one-sided-responsibility", issue=x)] = Found(self.weight([x]))
            systems = {c for c in self.w.back("worksOn", x) if self.w.live(c)}
            members = [self.w.all(c, "hasMember") for c in systems]
            if not any(m & those and len(m) > 1 for m in members):
                out[key("issue-without-ecosystem", issue=x)] = Found(self.weight([x]))
        return out

    def about_cocreation(self) -> Answers:
        """Those who live with an issue and have no part in solving it; capabilities unused."""
        out: Answers = {}
        gifts = self._union(self.w.having("hasContribution"), "hasContribution")
        used = self._union((k for k in gifts if self.w.live(k)), "drawsOn")
        for cap in self.of_class("Capability") - used:
            out[key("underused-capability", capability=cap)] = Found(
                self.weight(self.w.all(cap, "relevantTo"))
            )
        for x in self.w.back("a", "Issue"):
            works = self.w.back("addressesIssue", x) & self.w.having("hasContribution")
            given = {k for k in self._union(works, "hasContribution") if self.w.live(k)}
            who = self._union(given, "contributor")
            supplied = self.w.back("addressesIssue", x) & self.w.live_services
            for actor in self.w.all(x, "experiencedBy"):
                if supplied and not any(self.stands_for(c, actor) for c in who):
                    out[key("missing-cocreator", issue=x, actor=actor)] = Found(
                        self.top_priority(actor)
                    )
        return out

    def about_financing(self) -> Answers:
        """Payment by volume where those who live with the issue could do something themselves."""
        out: Answers = {}
        for scheme in self.w.back("basis", "OutputVolume"):
            service = self.w.one(scheme, "finances")
            for x in self.w.all(service, "addressesIssue"):
                those = self.w.all(x, "experiencedBy")
                borne = {r for r in self.w.back("responsibilityFor", x) if self.w.live(r)}
                bearers = self._union(borne, "bearer")
                alone = bool(bearers) and bearers <= self.w.suppliers(service)
                for cap in self.w.back("relevantTo", x):
                    able = self.w.live(scheme) and self.w.live(cap)
                    if able and self.w.one(cap, "capabilityOf") in those:
                        k = key(
                            "financing-incentive",
                            scheme=scheme, service=service, issue=x, capability=cap,
                        )  # fmt: skip
                        out[k] = Found(self.weight([x]) + (25 if alone else 0))
        return out

    # quality -----------------------------------------------------------------------------------

    def about_quality(self) -> Answers:
        """Changes that help nobody outside, and interactions not observed or neglected."""
        out: Answers = {}
        for change in self.of_class("Change"):
            proposer = self.w.one(change, "proposedBy")
            helped = {
                self.w.holder(self.w.one(e, "onInterest"))
                for e in self.w.back("causedBy", change)
                if self.w.live(e) and self.w.number(e, "contribution", 0) > 0
            }
            improved = self._union([change], "improves") & self.w.back("a", "Interaction")
            if not improved and all(self.t.part_of(h, proposer) for h in helped):
                out[key("hobby-change", change=change)] = Found(0)
        for act in self.of_class("Interaction"):
            seen = {a for a in self.w.back("assesses", act) if self.w.live(a)}
            scores = [
                self.w.number(a, "score", 0)
                for a in seen
                if "Experience" in self.w.all(a, "criterion")
            ]
            if not seen:
                out[key("untouched-interaction", interaction=act, reason="UNOBSERVED")] = Found(0)
            if scores and min(scores) < THRESHOLD and not self.w.back("improves", act):
                out[key("untouched-interaction", interaction=act, reason="NEGLECTED")] = Found(
                    THRESHOLD - min(scores)
                )
        return out

    # signals -----------------------------------------------------------------------------------

    def parallel_suppliers(self) -> Answers:
        """Pairs of suppliers with many customers in common on a subject, at no table together."""
        out: Answers = {}
        tables = [self.t.theme_suppliers(t) for t in self.w.having("addresses")]
        for subject, circles in self._circles().items():
            for one, other in combinations(sorted(circles), 2):
                common = len(circles[one] & circles[other])
                if common >= MIN_SHARED and not any({one, other} <= t for t in tables):
                    smaller = min(len(circles[one]), len(circles[other]))
                    k = key("parallel-suppliers", subject=subject, supplier=one, party=other)
                    out[k] = Found(100 * common / smaller, frozenset({one, other}))
        return out

    def _circles(self) -> dict[str, dict[str, set[str]]]:
        circles: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for p in self.w.provisions:
            service, supplier = self.w.one(p, "ofService"), self.w.one(p, "supplier")
            for subject in self.w.all(service, "touches") | self.w.all(service, "rivalrousIn"):
                circles[subject][supplier] |= self.w.served_by(p)
        return circles
