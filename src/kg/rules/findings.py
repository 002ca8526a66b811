"""Reads findings back from the derived graph, with voice, rank and what is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kg.model import KEY_NAMES, Finding, Findings
from kg.rules.voice import Voices
from kg.terms import CURRENT, DERIVED, SAM, D

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from kg.model import Coordination, FindingClass
    from kg.rules.weights import Weights
    from kg.store import GraphStore

_ALL = f"""
SELECT ?f ?p ?o FROM <{DERIVED}>
WHERE {{ ?f <{SAM}rule> ?rule ; ?p ?o }}
"""
_CAPTIVE = f"SELECT ?s ?c FROM <{DERIVED}> WHERE {{ ?s <{D}captive> ?c }}"
_SMALL = f"SELECT ?c ?n FROM <{CURRENT}> WHERE {{ ?c <{SAM}groupSize> ?n }}"
_CLASSES: dict[str, FindingClass] = {
    SAM + "Conflict": "conflict",
    SAM + "Gap": "gap",
    SAM + "Signal": "signal",
}
_KEYS = {D + "at" + name.capitalize(): name for name in KEY_NAMES}


class _Raw:
    """The triples of one finding, sorted into fields."""

    __slots__ = ("because", "cls", "involves", "keys", "plain")

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.involves: list[str] = []
        self.because: list[str] = []
        self.plain: dict[str, str] = {}
        self.cls: FindingClass = "signal"

    def take(self, predicate: str, value: str) -> None:
        if predicate in _KEYS:
            self.keys[_KEYS[predicate]] = value
        elif predicate == SAM + "involves":
            self.involves.append(value)
        elif predicate == SAM + "because":
            self.because.append(value)
        elif value in _CLASSES:
            self.cls = _CLASSES[value]
        else:
            self.plain[predicate] = value


def read_findings(
    store: GraphStore,
    now: dt.date,
    weights: Weights,
    *,
    min_group: int | None = None,
    cut: Mapping[str, int] | None = None,
    rules: Iterable[str] | None = None,
) -> Findings:
    """Give the findings of a derived graph.

    Args:
        store: After ``derive``.
        now: The as-of date that was used.
        weights: For the rank and the smallest group shown.
        min_group: Smallest community about which findings are shown; from the weights when None.
        cut: What ``derive`` left out, passed through.
        rules: Identifiers of the rules wanted; all when None.

    Returns:
        Findings sorted by rank, then severity, rule and IRI.
    """
    raw: dict[str, _Raw] = {}
    for row in store.select(_ALL):
        raw.setdefault(row["f"].value, _Raw()).take(row["p"].value, row["o"].value)
    wanted = None if rules is None else set(rules)
    smallest = weights.parameters["minGroup"] if min_group is None else min_group
    small = {r["c"].value for r in store.select(_SMALL) if int(r["n"].value) < smallest}
    captive = {(r["s"].value, r["c"].value) for r in store.select(_CAPTIVE)}
    voices = Voices(store)
    every = [_finding(iri, one, weights, captive, voices) for iri, one in raw.items()]
    asked = [f for f in voices.follow(every) if wanted is None or f.rule in wanted]
    shown = [f for f in asked if not small.intersection((*f.involves, *f.keys.values()))]
    withheld = len(asked) - len(shown)
    ordered = sorted(shown, key=lambda f: (-f.rank, -f.severity, f.rule, f.iri))
    return Findings(as_of=now, items=tuple(ordered), withheld=withheld, cut=dict(cut or {}))


def _finding(
    iri: str, raw: _Raw, weights: Weights, captive: set[tuple[str, str]], voices: Voices
) -> Finding:
    rule = raw.plain[SAM + "rule"]
    severity = float(raw.plain[SAM + "severity"])
    service = raw.keys.get("service", "")
    rank = weights.of_rule(rule) * severity
    if any((service, party) in captive for party in raw.involves):
        rank *= weights.factor["noExit"]
    if D + "sameSubject" in raw.plain:
        rank *= weights.factor["sameSubject"]
    count = raw.plain.get(SAM + "count")
    return Finding(
        iri=iri,
        rule=rule,
        cls=raw.cls,
        severity=severity,
        keys={k: raw.keys[k] for k in KEY_NAMES if k in raw.keys},
        involves=tuple(sorted(raw.involves)),
        because=tuple(sorted(raw.because)),
        voice=voices.of(raw.keys, raw.involves, raw.because),
        coordination=cast("Coordination | None", raw.plain.get(SAM + "coordination")),
        count=None if count is None else int(count),
        rank=round(rank, 4),
    )
