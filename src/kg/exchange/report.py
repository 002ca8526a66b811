"""Tells what an export holds and what it leaves behind: in words, or as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kg.exchange.loss import NO_NODE
from kg.rdf.short import short
from kg.text import Text

if TYPE_CHECKING:
    from kg.exchange.export import Export
    from kg.exchange.loss import Loss
    from kg.text import Lang

_HELD = Text(
    "{title}: {triples} uitspraken; {kept} van {total} uitspraken in onze termen gingen mee",
    "{title}: {triples} statements; {kept} of {total} statements in our terms are included",
)
_LOST = Text("Niet mee ({count})", "Not included ({count})")
_COMPLETED = Text("Aangevuld omdat de ontvanger het eist", "Filled in because the receiver asks it")
_KNOW = Text("Goed om te weten", "Good to know")


def as_text(done: Export, lang: Lang, *, most: int | None = None) -> str:
    """Tell about an export in words.

    Args:
        done: The export.
        lang: Language of the reader.
        most: Name at most so many terms per reason; all when None.
    """
    total, kept = sum(x.total for x in done.losses), sum(x.kept for x in done.losses)
    profile = done.profile
    lines = [
        _HELD.to(lang).format(
            title=profile.title.to(lang), triples=len(done.triples), kept=kept, total=total
        )
    ]
    for why, group in _by_reason(done.losses).items():
        lines += ["", f"{_LOST.to(lang).format(count=sum(x.lost for x in group))}: {why.to(lang)}"]
        shown = group if most is None else group[:most]
        names = [f"{short(x.term)} {x.lost}/{x.total}" for x in shown]
        lines.append("  " + ", ".join(names) + (", …" if len(shown) < len(group) else ""))
    if done.completed:
        lines += ["", _COMPLETED.to(lang)]
        lines += [f"  {x.count:>6} {x.what.to(lang)}" for x in done.completed]
    if profile.notes:
        lines += ["", _KNOW.to(lang), *(f"  {note.to(lang)}" for note in profile.notes)]
    return "\n".join(lines) + "\n"


def as_json(done: Export) -> str:
    """Give the same as JSON, in both languages."""
    document = {
        "profile": done.profile.name,
        "statements": len(done.triples),
        "terms": [
            {
                "kind": x.kind,
                "term": x.term,
                "total": x.total,
                "kept": x.kept,
                "why": None if x.why is None else x.why._asdict(),
            }
            for x in done.losses
        ],
        "completed": [{"what": x.what._asdict(), "count": x.count} for x in done.completed],
        "notes": [note._asdict() for note in done.profile.notes],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _by_reason(found: tuple[Loss, ...]) -> dict[Text, list[Loss]]:
    out: dict[Text, list[Loss]] = {}
    for loss in found:
        if loss.lost:
            out.setdefault(loss.why or NO_NODE, []).append(loss)
    return {k: sorted(v, key=lambda x: (-x.lost, x.term)) for k, v in out.items()}
