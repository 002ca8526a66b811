"""Findings as text for people: one block per dossier, and what is not shown."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from kg.cli.console import strong, width
from kg.insight.labels import Labels
from kg.insight.views import CLASSES, COORDINATION, MARKS, VOICES
from kg.rules.weights import load_weights
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.insight.dossiers import Dossier
    from kg.insight.views import FindingList
    from kg.model import Finding
    from kg.text import Lang
    from kg.workspace import Look

_MOST = 40
"""So many dossiers are shown as text; data formats give all."""


def text_of(found: FindingList, lang: Lang) -> str:
    """Give findings as text, gravest dossier first.

    Args:
        found: The findings.
        lang: The reader's language.
    """
    parts = [f"{_counts(found, lang)}\n"]
    labels = Labels(found.store)
    shown = found.dossiers[:_MOST]
    parts += ["\n" + "\n".join(_dossier(d, found, labels, lang)) + "\n" for d in shown]
    left = len(found.dossiers) - len(shown)
    if left:
        more = Text(
            f"\n… en {left} dossiers meer; --format csv of json geeft alles.\n",
            f"\n… and {left} more dossiers; --format csv or json gives all.\n",
        )
        parts.append(more.to(lang))
    return "".join(parts)


def _counts(found: FindingList, lang: Lang) -> str:
    """Say how much there is: dossiers first, for that is what people discuss."""
    per_class = Counter(f.cls for f in found)
    n = len(found.dossiers)
    day = found.findings.as_of.isoformat()
    told = [
        f"{MARKS[cls]} {counted(per_class[cls], CLASS_NAMES[cls], lang)}"
        for cls in MARKS
        if per_class[cls]
    ]
    head = Text(f"{day}: {counted(n, DOSSIERS, 'nl')}", f"{day}: {counted(n, DOSSIERS, 'en')}")
    return strong(head.to(lang)) + ("   " + "   ".join(told) if told else "")


def counted(n: int, names: tuple[Text, Text], lang: Lang) -> str:
    """Give a number with the word that goes with it.

    >>> counted(1, DOSSIERS, "en"), counted(2, DOSSIERS, "nl")
    ('1 dossier', '2 dossiers')
    """
    return f"{n} {names[0 if n == 1 else 1].to(lang)}"


DOSSIERS = (Text("dossier", "dossier"), Text("dossiers", "dossiers"))
CLASS_NAMES = {
    "conflict": (CLASSES["conflict"], Text("conflicten", "conflicts")),
    "gap": (CLASSES["gap"], Text("lacunes", "gaps")),
    "signal": (CLASSES["signal"], Text("signalen", "signals")),
}


def _dossier(dossier: Dossier, found: FindingList, labels: Labels, lang: Lang) -> Iterator[str]:
    topics = labels.listed(dossier.topics, lang)
    parties = labels.listed(dossier.parties, lang)
    yield strong(topics) + (f"  ·  {parties}" if parties else "")
    for finding in dossier.findings:
        yield from _finding(finding, found, lang)


def _finding(finding: Finding, found: FindingList, lang: Lang) -> Iterator[str]:
    band = load_weights().band(finding.severity).to(lang)
    title = found.wording.title(finding).to(lang)
    state = finding.coordination
    facts = [] if state is None else [f"{_STATE.to(lang)}: {COORDINATION[state].to(lang)}"]
    facts.append(f"{_VOICE.to(lang)}: {VOICES[finding.voice].to(lang)}")
    yield f"  {MARKS[finding.cls]} {band:<8} {title}"
    yield from wrapped(found.sentence(finding, lang), 4)
    yield from wrapped("; ".join(facts), 4)
    yield f"    {finding.iri}"


def wrapped(text: str, indent: int) -> list[str]:
    """Give a text as lines that fit the terminal; a long word stays whole."""
    space = " " * indent
    return textwrap.wrap(
        text, width(), initial_indent=space, subsequent_indent=space, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


_STATE = Text("afstemming", "coordination")
_VOICE = Text("stem", "voice")


def notes(look: Look, lang: Lang) -> Iterator[str]:
    """Say what is not shown: what did not count, what is withheld and what a limit left out."""
    if look.refused_count:
        n = look.refused_count
        yield Text(
            f"{n} uitspraken tellen niet, omdat ze over een knoop van een ander gaan:",
            f"{n} statements do not count, because they are about a node of another's:",
        ).to(lang)
    for refused in look.refused:
        yield f"  {refused.file}: {refused.message.to(lang)}"
        yield f"    {refused.statement}"
        yield f"    {_HELP.to(lang)}: {refused.advice.to(lang)}"
    if look.refused_count > len(look.refused):
        yield f"  … {look.refused_count - len(look.refused)} {_MORE.to(lang)}"
    if look.findings.withheld:
        n = look.findings.withheld
        yield Text(
            f"{n} bevindingen over een kleine groep mensen worden niet getoond (minGroup)",
            f"{n} findings about a small group of people are not shown (minGroup)",
        ).to(lang)
    for rule, n in sorted(look.findings.cut.items()):
        yield Text(
            f"{rule}: {n} zwakkere bevindingen zijn weggelaten (grens van de regel)",
            f"{rule}: {n} weaker findings are left out (limit of the rule)",
        ).to(lang)


_HELP = Text("hulp", "help")
_MORE = Text("meer", "more")
