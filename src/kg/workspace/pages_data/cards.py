"""Findings and dossiers as plain values for a page: words in one language, names with their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.insight.views import CLASSES, COORDINATION, MARKS, VOICES
from kg.rules.weights import load_weights
from kg.terms import FINDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.insight.dossiers import Dossier
    from kg.insight.wording import Wording
    from kg.model import Finding
    from kg.text import Lang
    from kg.workspace.pages_data.look import Seen


def path_of(finding: Finding) -> str:
    """Give the address of a finding within the site.

    >>> from kg.model import Finding
    >>> path_of(Finding(FINDING + "opposed/1f", "opposed", "conflict", 50.0, {}))
    '/findings/opposed/1f'
    """
    return "/findings/" + finding.iri.removeprefix(FINDING)


def band_of(severity: float) -> str:
    """Give the name of the band of a severity, for a class of style.

    >>> band_of(100.0)
    'severe'
    """
    bands = load_weights().bands
    return max((n for n, start in bands.items() if severity >= start), key=bands.__getitem__)


def cards(seen: Seen, findings: Sequence[Finding], lang: Lang) -> list[dict[str, Any]]:
    """Give findings in brief; only what these need is looked up."""
    words = seen.wording(findings)
    return [_card(seen, words, finding, lang) for finding in findings]


def _card(seen: Seen, words: Wording, finding: Finding, lang: Lang) -> dict[str, Any]:
    state = finding.coordination
    return {
        "iri": finding.iri,
        "path": path_of(finding) + (f"?asOf={seen.other_day}" if seen.other_day else ""),
        "rule": finding.rule,
        "class": finding.cls,
        "mark": MARKS[finding.cls],
        "className": CLASSES[finding.cls].to(lang),
        "title": words.title(finding).to(lang),
        "sentence": words.sentence(finding).to(lang),
        "severity": finding.severity,
        "band": band_of(finding.severity),
        "bandName": load_weights().band(finding.severity).to(lang),
        "voice": finding.voice,
        "voiceName": VOICES[finding.voice].to(lang),
        "coordination": state,
        "coordinationName": None if state is None else COORDINATION[state].to(lang),
    }


def dossier(
    seen: Seen, found: Dossier, lang: Lang, *, shown: tuple[Finding, ...] | None = None
) -> dict[str, Any]:
    """Give a dossier: what it is about, whom it concerns, and its findings.

    Args:
        seen: Where it was found.
        found: The dossier.
        lang: The reader's language.
        shown: Which of its findings to show; all when None.
    """
    listed = found.findings if shown is None else shown
    return {
        "topics": seen.names(found.topics, lang),
        "parties": seen.names(found.parties, lang),
        "findings": cards(seen, listed, lang),
        "others": len(found.findings) - len(listed),
    }
