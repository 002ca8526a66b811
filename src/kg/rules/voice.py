"""The voice of a finding: the weakest voice among the statements it rests on.

``confirmed`` is stated by the party it concerns, ``claimed`` by another party to the matter,
``presumed`` by a third or a register, ``unattributed`` by a file without a source. Voice never
lowers severity (design: who may say what, section 3).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.model import VOICES
from kg.terms import CURRENT, DERIVED, PROVENANCE, SAM, D

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Finding, Voice
    from kg.store import GraphStore

_RANK = {voice: n for n, voice in enumerate(VOICES)}
_ATTRIBUTED = f"ASK FROM <{DERIVED}> {{ <{D}run> <{D}attributed> true }}"
_NODES = f"SELECT ?n ?v FROM <{DERIVED}> WHERE {{ ?n <{D}voice> ?v }}"
_PROVISIONS = f"""
SELECT ?p ?s ?a ?c FROM <{CURRENT}> FROM <{DERIVED}>
WHERE {{ ?p <{SAM}ofService> ?s ; <{SAM}supplier> ?a ; <{SAM}customer> ?c
  FILTER NOT EXISTS {{ ?p <{D}notLive> true }} }}
"""
_TOUCHES = f"""
SELECT ?s ?t ?o WHERE {{
  GRAPH <{PROVENANCE}> {{ ?g <{D}by> ?o }}
  GRAPH ?g {{ ?s <{SAM}touches>|<{SAM}rivalrousIn> ?t }} }}
"""
_SUPPLIERS = f"""
SELECT ?s ?o FROM <{DERIVED}> WHERE {{ ?s <{D}supplier> ?a . ?o <{D}speaksFor> ?a }}
"""
_PARTIES = f"""
SELECT ?s ?o FROM <{DERIVED}> WHERE {{ ?s <{D}knownParty> ?a . ?o <{D}speaksFor> ?a }}
"""
_ANYONE = D + "anyone"


def weakest(voices: Iterable[Voice]) -> Voice:
    """Give the weakest of some voices; ``confirmed`` when there are none.

    >>> weakest(["confirmed", "presumed", "claimed"])
    'presumed'
    """
    return max(voices, key=_RANK.__getitem__, default="confirmed")


def strongest(voices: Iterable[Voice]) -> Voice:
    """Give the strongest of some voices; ``unattributed`` when there are none."""
    return min(voices, key=_RANK.__getitem__, default="unattributed")


class Voices:
    """Voices of all statement nodes of one derived graph.

    Args:
        store: After ``derive``.
    """

    def __init__(self, store: GraphStore) -> None:
        self.attributed = store.ask(_ATTRIBUTED)
        self._nodes: dict[str, Voice] = {}
        self._provisions: dict[tuple[str, str], Voice] = {}
        self._touches: dict[str, Voice] = {}
        if self.attributed:
            self._load(store)

    def _load(self, store: GraphStore) -> None:
        for row in store.select(_NODES):
            node, voice = row["n"].value, _as_voice(row["v"].value)
            self._nodes[node] = strongest([voice, self._nodes.get(node, voice)])
        for row in store.select(_PROVISIONS):
            voice = self._nodes.get(row["p"].value, "unattributed")
            for party in (row["a"].value, row["c"].value):
                key = (row["s"].value, party)
                self._provisions[key] = strongest([voice, self._provisions.get(key, voice)])
        suppliers = {(r["s"].value, r["o"].value) for r in store.select(_SUPPLIERS)}
        parties = {(r["s"].value, r["o"].value) for r in store.select(_PARTIES)}
        per_subject: dict[tuple[str, str], Voice] = {}
        for row in store.select(_TOUCHES):
            said = (row["s"].value, row["o"].value)
            voice = _voice_of_touch(said, suppliers, parties)
            key = (row["s"].value, row["t"].value)
            per_subject[key] = strongest([voice, per_subject.get(key, voice)])
        for (service, _), voice in per_subject.items():
            self._touches[service] = weakest([voice, self._touches.get(service, voice)])

    def of_node(self, node: str) -> Voice | None:
        """Give the voice of one statement node, None when it concerns nobody in particular."""
        return self._nodes.get(node)

    def of(self, keys: Mapping[str, str], involves: Sequence[str], because: Sequence[str]) -> Voice:
        """Give the voice of a finding from its keys, parties and reasons."""
        if not self.attributed:
            return "unattributed"
        voices = [self._nodes[n] for n in (*because, *keys.values()) if n in self._nodes]
        service = keys.get("service")
        if service is not None:
            voices += [
                self._provisions[service, party]
                for party in involves
                if (service, party) in self._provisions
            ]
            if "subject" in keys and service in self._touches:
                voices.append(self._touches[service])
        voices += [
            self._provisions[node, party]
            for node in because
            for party in involves
            if (node, party) in self._provisions
        ]
        return weakest(voices)

    def follow(self, findings: Sequence[Finding]) -> list[Finding]:
        """Let a finding that rests on other findings take the weakest of their voices."""
        own = {f.iri: f.voice for f in findings}
        return [
            replace(f, voice=weakest([f.voice, *(own[b] for b in f.because if b in own)]))
            for f in findings
        ]


def _as_voice(text: str) -> Voice:
    return next(v for v in VOICES if v == text)


def _voice_of_touch(
    said: tuple[str, str], suppliers: set[tuple[str, str]], parties: set[tuple[str, str]]
) -> Voice:
    if said[1] == _ANYONE:
        return "unattributed"
    if said in suppliers:
        return "confirmed"
    return "claimed" if said in parties else "presumed"
