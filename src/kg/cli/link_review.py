"""Asks a person, one thing at a time, which candidate is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.cli.console import put, strong
from kg.text import Text
from kg.vocabularies.mappings import MATCHES
from kg.vocabularies.review import match_of, reasons
from kg.vocabularies.suggest import OUTCOMES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from kg.text import Lang
    from kg.vocabularies.mappings import Match
    from kg.vocabularies.suggest import Suggestion

_RELATIONS = {"": MATCHES[0], "c": MATCHES[1], "b": MATCHES[2], "s": MATCHES[3], "r": MATCHES[4]}
"""Letter behind a number to the relation it stands for."""
_UNDO, _NONE, _QUIT = "u", "n", "q"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person chose.

    Attributes:
        matches: The mappings.
        asked: How many things were asked.
        left: How many were not reached.
    """

    matches: tuple[Match, ...]
    asked: int
    left: int


def ask(
    suggestions: Sequence[Suggestion],
    *,
    read: Callable[[str], str],
    day: dt.date,
    lang: Lang,
    author: str = "",
) -> Answers:
    """Ask for each suggestion that is open which candidate is meant.

    Args:
        suggestions: What was found; what is sure is not asked.
        read: Shows a prompt and gives what was typed; raises ``EOFError`` at the end.
        day: The day of the choice.
        lang: Language of the person.
        author: IRI of the person.
    """
    todo = [s for s in suggestions if s.accepted is None and s.candidates]
    made: list[Match | None] = []
    if todo:
        put(_HOW.to(lang) + "\n\n")
    while len(made) < len(todo):
        suggestion = todo[len(made)]
        _show(suggestion, len(made) + 1, len(todo), lang)
        word = _word(read, len(suggestion.candidates))
        if word == _QUIT:
            break
        if word == _UNDO:
            if made:
                made.pop()
        elif word == _NONE:
            made.append(None)
        else:
            chosen = suggestion.candidates[int(word[0]) - 1]
            predicate = _RELATIONS[word[1:]]
            made.append(
                match_of(
                    suggestion, chosen, day=day, lang=lang, predicate=predicate, by_hand=True,
                    author=author,
                )
            )  # fmt: skip
    return Answers(tuple(m for m in made if m is not None), len(made), len(todo) - len(made))


def _word(read: Callable[[str], str], choices: int) -> str:
    """Give an answer that can be used: a number with or without a letter, n, u or q."""
    while True:
        try:
            word = read("> ").strip().casefold()
        except EOFError:
            return _QUIT
        if word in {_UNDO, _NONE, _QUIT}:
            return word
        plain = word[:1].isdecimal() and word[:1].isascii()
        if plain and 1 <= int(word[0]) <= choices and word[1:] in _RELATIONS:
            return word


def printable(text: str) -> str:
    r"""Give a text without characters that steer a terminal.

    >>> printable("a\x1b[2Jb")
    'a�[2Jb'
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _show(suggestion: Suggestion, number: int, total: int, lang: Lang) -> None:
    asked = suggestion.asked
    where = f" <{asked.iri}>" if asked.iri else ""
    put(f"{number}/{total}  {strong(printable(asked.name))}{where}\n")
    put(f"     {OUTCOMES[suggestion.outcome].to(lang)}\n")
    for n, candidate in enumerate(suggestion.candidates, start=1):
        label = candidate.entry.label or Text(candidate.entry.iri, candidate.entry.iri)
        put(f"  {n}  {printable(label.to(lang))}  <{candidate.entry.iri}>\n")
        put(f"     {candidate.score:g}: {printable(reasons(candidate, lang))}\n")


_HOW = Text(
    "Kies een nummer. Erachter mag c (bijna hetzelfde), b (breder), s (smaller) of r (verwant).\n"
    "n = geen van deze, u = vorige keuze terug, q = stoppen en bewaren wat gekozen is.",
    "Choose a number. After it may stand c (close), b (broader), s (narrower) or r (related).\n"
    "n = none of these, u = undo the last choice, q = stop and keep what was chosen.",
)
