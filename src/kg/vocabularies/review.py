"""Suggestions as a table to review, and what a person chose in it as mappings.

The table is SSSOM/TSV with three columns more: ``outcome`` (what came of the search), ``rank`` and
``choice``. A person puts an x in ``choice`` behind what is right, may change ``predicate_id``, and
hands the file back. A table without these columns is a finished set of mappings.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from kg.text import Text
from kg.vocabularies.mappings import BY_HAND, BY_NAME, EXACT_MATCH, LITERAL, MATCHES, Match
from kg.vocabularies.suggest import OUTCOMES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from kg.text import Lang
    from kg.vocabularies.matching import Candidate
    from kg.vocabularies.suggest import Suggestion

TOOL = "Samenspel"
_YES = frozenset({"x", "v", "ja", "j", "yes", "y", "1", "ok", "✓", "✔"})
_CHOICE, _RANK, _OUTCOME = "choice", "rank", "outcome"
COLUMNS = (_CHOICE, _OUTCOME, _RANK)
"""What a table to review has beside the columns of SSSOM."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of a review.

    Attributes:
        accepted: Mappings to keep.
        refused: Mappings that cannot be kept, each with the reason.
        open: How many things nothing was chosen for.
    """

    accepted: tuple[Match, ...]
    refused: tuple[tuple[Match, Text], ...]
    open: int


def review_rows(suggestions: Iterable[Suggestion], *, day: dt.date, lang: Lang) -> list[Match]:
    """Give a table to review: one line per candidate, the best first.

    Args:
        suggestions: What was found.
        day: The day of the table.
        lang: Language of the reasons.
    """
    rows = []
    for suggestion in suggestions:
        for rank, candidate in enumerate(suggestion.candidates, start=1):
            sure = candidate is suggestion.accepted
            extra = {_OUTCOME: suggestion.outcome, _RANK: str(rank)}
            if sure:
                extra[_CHOICE] = "x"
            match = match_of(suggestion, candidate, day=day, lang=lang)
            rows.append(replace(match, extra=MappingProxyType(extra)))
            if sure:
                break
    return rows


def match_of(
    suggestion: Suggestion,
    candidate: Candidate,
    *,
    day: dt.date,
    lang: Lang,
    predicate: str = EXACT_MATCH,
    by_hand: bool = False,
    author: str = "",
) -> Match:
    """Give a suggestion with one of its candidates as a mapping.

    Args:
        suggestion: What was asked and found.
        candidate: What was chosen, or is proposed.
        day: When.
        lang: Language of the reasons.
        predicate: IRI of the relation.
        by_hand: Whether a person chose it.
        author: IRI of that person.
    """
    asked, entry = suggestion.asked, candidate.entry
    label = entry.label or Text(entry.iri, entry.iri)
    return Match(
        subject_id=asked.iri,
        predicate_id=predicate,
        object_id=entry.iri,
        mapping_justification=BY_HAND if by_hand else BY_NAME,
        subject_label=asked.name,
        object_label=label.to(lang),
        author_id=(author,) if author else (),
        subject_type="" if asked.iri else LITERAL,
        mapping_tool=TOOL,
        mapping_date=day,
        confidence=round(candidate.score / 100, 3),
        comment=reasons(candidate, lang),
    )


def reasons(candidate: Candidate, lang: Lang) -> str:
    """Give what speaks for and against a candidate, in words."""
    return "; ".join(f.words.to(lang) for f in candidate.features)


def reviewed(rows: Sequence[Match], *, author: str = "", day: dt.date | None = None) -> Reviewed:
    """Give what a person chose in a table, or all of a finished set of mappings.

    Args:
        rows: The table.
        author: IRI of who reviewed it.
        day: The day of the review.
    """
    is_review = any(r.extra.get(_OUTCOME) in OUTCOMES for r in rows)
    chosen = [r for r in rows if _is_chosen(r)] if is_review else list(rows)
    doubles = _doubles(chosen)
    accepted: list[Match] = []
    refused: list[tuple[Match, Text]] = []
    for row in chosen:
        reason = _refusal(row, doubles)
        if reason is not None:
            refused.append((row, reason))
        else:
            accepted.append(_kept(row, author, day) if is_review else row)
    subjects = {r.subject_id or r.subject_label for r in rows}
    done = {r.subject_id or r.subject_label for r in chosen}
    return Reviewed(tuple(accepted), tuple(refused), len(subjects - done))


def _is_chosen(row: Match) -> bool:
    return row.extra.get(_CHOICE, "").strip().casefold() in _YES


def _kept(row: Match, author: str, day: dt.date | None) -> Match:
    """Give a chosen line as a mapping: chosen by hand, unless it was sure already."""
    sure = row.extra.get(_OUTCOME) == "accepted"
    return replace(
        row,
        mapping_justification=row.mapping_justification if sure else BY_HAND,
        author_id=row.author_id or ((author,) if author and not sure else ()),
        mapping_date=day or row.mapping_date,
        extra=MappingProxyType({}),
    )


def _doubles(chosen: Iterable[Match]) -> set[str]:
    """Give what has more than one exact match: that makes two different things the same."""
    exact = {
        (m.subject_id or m.subject_label, m.object_id)
        for m in chosen
        if m.predicate_id == EXACT_MATCH and not m.predicate_modifier
    }
    return {subject for subject, n in Counter(s for s, _ in exact).items() if n > 1}


def _refusal(row: Match, doubles: set[str]) -> Text | None:
    if row.predicate_id not in MATCHES:
        return _NOT_SKOS.format(predicate=row.predicate_id)
    if row.predicate_id == EXACT_MATCH and (row.subject_id or row.subject_label) in doubles:
        return _TWICE
    return _ITSELF if row.subject_id == row.object_id else None


_NOT_SKOS = Text(
    "{predicate} is geen SKOS-relatie; organisaties worden nooit tot hetzelfde ding verklaard",
    "{predicate} is no SKOS relation; organisations are never declared to be the same thing",
)
_TWICE = Text(
    "er is meer dan één exacte overeenkomst gekozen; kies er een, of schrijf skos:closeMatch",
    "more than one exact match was chosen; choose one, or write skos:closeMatch",
)
_ITSELF = Text("dit is hetzelfde ding", "this is the same thing")
