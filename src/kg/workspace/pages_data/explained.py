"""Why a finding is there, as plain values for a page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from kg.insight.views import VOICES
from kg.terms import FINDING
from kg.workspace.pages_data.cards import cards
from kg.workspace.pages_data.listing import dossier_of
from kg.workspace.pages_data.look import look
from kg.workspace.pages_data.told import told_subject, told_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.model import Source, Statement
    from kg.text import Lang, Text
    from kg.workspace.pages_data.look import Seen


def explanation(asked: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Explain one finding.

    Args:
        asked: ``rule`` and ``hash`` as in its address, and perhaps ``asOf``.
        lang: The reader's language.

    Raises:
        NotFoundError: ``KG-N002`` when there is no such finding at this date.
    """
    seen = look(asked.get("asOf"))
    iri = f"{FINDING}{asked['rule']}/{asked['hash']}"
    told = seen.explainer.explain(iri)
    finding = told.finding
    whole = dossier_of(seen, finding)
    return {
        **cards(seen, [finding], lang)[0],
        "asOf": seen.findings.as_of.isoformat(),
        "rank": finding.rank,
        "count": finding.count,
        "parties": seen.names(finding.involves, lang),
        "keys": [
            {"name": name, **seen.named(key, lang)}
            for name, key in finding.keys.items()
            if name != "reason"
        ],
        "factors": _in(told.factors, lang),
        "absent": _in(told.absent, lang),
        "repairs": _in(told.repairs, lang),
        "groups": _groups(seen, told.statements, lang),
        "ruleText": told.rule_text,
        "dossier": {
            "topics": seen.names(whole.topics, lang),
            "others": cards(seen, [f for f in whole.findings if f.iri != finding.iri], lang),
        },
    }


def _groups(seen: Seen, statements: Iterable[Statement], lang: Lang) -> list[dict[str, Any]]:
    """Put statements together by what they are about, and within that by who says so."""
    return [
        {
            "subject": told_subject(seen, subject, lang),
            "parts": [
                _part(seen, list(part), lang)
                for _, part in groupby(sorted(about, key=_speech), key=_speech)
            ],
        }
        for subject, about in groupby(statements, key=lambda s: s.subject)
    ]


def _speech(statement: Statement) -> tuple[list[tuple[str, str]], str]:
    who = [(s.organisation or "", s.file) for s in statement.sources]
    return who, statement.voice or ""


def _part(seen: Seen, said: list[Statement], lang: Lang) -> dict[str, Any]:
    voice = said[0].voice
    return {
        "sources": [_source(seen, s, lang) for s in said[0].sources],
        "voice": voice,
        "voiceName": None if voice is None else VOICES[voice].to(lang),
        "said": [
            {
                "predicate": told_text(seen, s.predicate, lang),
                "object": told_text(seen, s.object, lang),
            }
            for s in said
        ],
    }


def _source(seen: Seen, source: Source, lang: Lang) -> dict[str, Any]:
    who = source.organisation
    return {"file": source.file, "who": None if who is None else seen.named(who, lang)}


def _in(texts: Iterable[Text], lang: Lang) -> list[str]:
    return [text.to(lang) for text in texts]
