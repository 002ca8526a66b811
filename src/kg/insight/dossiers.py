"""Dossiers: what people discuss. Findings with the same service or aspect and the same parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.model import Finding

_TOPICS = ("service", "subject")
_Mark = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Findings that belong on one table.

    Attributes:
        topics: IRIs of the services and aspects it is about, sorted; where its findings have
            neither, of what identifies them.
        parties: IRIs of the parties, sorted.
        findings: Its findings, gravest first.
    """

    topics: tuple[str, ...]
    parties: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def rank(self) -> float:
        """The rank of its gravest finding."""
        return self.findings[0].rank


def into_dossiers(findings: Iterable[Finding]) -> tuple[Dossier, ...]:
    """Put findings together that have a service or aspect and their parties in common.

    Args:
        findings: In order of rank.

    Returns:
        Dossiers by the rank of their gravest finding; every finding is in exactly one.
    """
    root: dict[_Mark, _Mark] = {}
    listed = tuple(findings)
    for finding in listed:
        marks = _marks(finding)
        first = _find(root, marks[0])
        for mark in marks[1:]:
            root[_find(root, mark)] = first
    groups: dict[_Mark, list[Finding]] = {}
    for finding in listed:
        groups.setdefault(_find(root, _marks(finding)[0]), []).append(finding)
    dossiers = (_dossier(group) for group in groups.values())
    return tuple(sorted(dossiers, key=lambda d: (-d.rank, d.findings[0].rule, d.findings[0].iri)))


def _marks(finding: Finding) -> list[_Mark]:
    return [(topic, finding.involves) for topic in _topics(finding)]


def _topics(finding: Finding) -> Sequence[str]:
    named = [finding.keys[t] for t in _TOPICS if t in finding.keys]
    others = [v for k, v in finding.keys.items() if k not in {"reason", "party"}]
    return named or others[:1] or [finding.iri]


def _find(root: dict[_Mark, _Mark], mark: _Mark) -> _Mark:
    while root.setdefault(mark, mark) != mark:
        mark = root[mark]
    return mark


def _dossier(findings: Sequence[Finding]) -> Dossier:
    topics = {topic for f in findings for topic in _topics(f)}
    return Dossier(tuple(sorted(topics)), findings[0].involves, tuple(findings))
