"""Writes verified repairs to a new text; the rest of the text stays as it was where that can be.

A repair is a change of statements. In Turtle and N-Triples it is made in the text itself, at the
place of the statement, and the new text is read again: only when it says exactly what was meant
does it count. Otherwise all statements are written anew, without comments and layout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Self

from kg.errors import UnreadableInputError
from kg.rdf import BlankNode, to_ntriples, to_turtle
from kg.rdf.bounds import Bounds, read_triples
from kg.rdf.positions import Lines, rename, same_statements
from kg.rdf.turtle_tokens import TurtleError, next_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.checking.report import Repair, Report, Result
    from kg.intake.read import Document
    from kg.rdf import Triple
    from kg.rdf.turtle_tokens import Token

TURTLE = "text/turtle"
NTRIPLES = "application/n-triples"


_IRI_AT_END = re.compile(r"<([^<>]*)>$")
_LOCAL = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A document with its repairs made.

    Attributes:
        text: The new document.
        media: Its media type.
        kept: Whether all that was not repaired stayed as it was, with comments and layout.
        done: The results whose repair was made, in order of place.
        left: The results that still stand: no verified repair, or one that no longer fits.
    """

    text: str
    media: str
    kept: bool
    done: tuple[Result, ...]
    left: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    """A piece of text to replace."""

    start: int
    end: int
    text: str


def fix(document: Document, text: str, report: Report, *, media: str | None = None) -> Fixed:
    """Make the verified repairs of one document.

    Args:
        document: The document, as it was checked.
        text: Its text.
        report: The verdict on it; results about other documents are left alone.
        media: What to write: Turtle or N-Triples; by default the syntax of the document, and
            Turtle for any other.

    Returns:
        The new text, and what was done and what was not.
    """
    wanted = media or (document.media if document.media in {TURTLE, NTRIPLES} else TURTLE)
    about = [r for r in report.results if r.source is None or r.source.file == document.name]
    triples, done, left = _changed(document.triples, about)
    if not done:
        edited: str | None = text
    else:
        edited = _edited(document, text, [r.repair for r in done if r.repair])
    if wanted == document.media and edited is not None and _says(edited, triples, document.media):
        return Fixed(edited, wanted, kept=True, done=done, left=left)
    anew = to_ntriples(triples) if wanted == NTRIPLES else to_turtle(triples)
    return Fixed(anew, wanted, kept=False, done=done, left=left)


def _changed(
    triples: Sequence[Triple], results: Iterable[Result]
) -> tuple[list[Triple], tuple[Result, ...], tuple[Result, ...]]:
    """Make the repairs in the statements; one that takes out what is gone already is left."""
    now = dict.fromkeys(triples)
    done: list[Result] = []
    left: list[Result] = []
    made: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    for result in results:
        repair = result.repair
        if repair is None or not repair.verified:
            left.append(result)
            continue
        if (repair.remove, repair.add) in made:
            done.append(result)
            continue
        gone, new = _statements(repair.remove), _statements(repair.add)
        if not all(t in now for t in gone):
            left.append(result)
            continue
        for triple in gone:
            del now[triple]
        now.update(dict.fromkeys(new))
        made.add((repair.remove, repair.add))
        done.append(result)
    return list(now), tuple(done), tuple(left)


def _statements(lines: Iterable[str]) -> list[Triple]:
    whole = "".join(f"{line.rstrip().removesuffix('.').rstrip()} .\n" for line in lines)
    return list(_read(whole, NTRIPLES, keep=True))


def _read(text: str, media: str, *, keep: bool) -> list[Triple]:
    return read_triples(
        text, media=media, name="-", bounds=Bounds(size=2**62), lenient=True, keep=keep
    )


def _says(text: str, triples: Sequence[Triple], media: str) -> bool:
    """Whether a text says exactly these statements."""
    try:
        found = list(dict.fromkeys(_read(text, media, keep=False)))
    except UnreadableInputError:
        return False
    pairs = same_statements(found, list(triples))
    return pairs is not None and {rename(t, pairs) for t in found} == set(triples)


# --- edits of the text -------------------------------------------------------------------


def _edited(document: Document, text: str, repairs: Sequence[Repair]) -> str | None:
    """Give the text with the repairs made in it; None when one cannot be made there."""
    if document.media not in {TURTLE, NTRIPLES}:
        return None
    tokens = _tokens(text)
    if tokens is None:
        return None
    lines, words = Lines(text), _Words.of(tokens)
    edits: dict[_Edit, None] = {}
    added: dict[str, None] = {}
    for repair in {(r.remove, r.add): r for r in repairs}.values():
        gone, new = _statements(repair.remove), _statements(repair.add)
        for triple in gone:
            twin = next((n for n in new if _one_part_differs(triple, n)), None)
            edit = _edit(document, triple, twin, lines, words)
            if edit is None:
                return None
            edits[edit] = None
            new = [n for n in new if n != twin]
        if any(_has_blank(n) for n in new):
            return None
        added.update(dict.fromkeys(f"{n} ." for n in new))
    return _spliced(text, list(edits), list(added))


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, found by where they start, and the prefixes it declares."""

    tokens: list[Token]
    at: Mapping[int, int]
    prefixes: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, tokens: list[Token]) -> Self:
        declared = [
            (tokens[n + 1].text, tokens[n + 2].text[1:-1])
            for n in range(len(tokens) - 2)
            if tokens[n].text.lower() in {"@prefix", "prefix"} and tokens[n + 1].text.endswith(":")
        ]
        return cls(tokens, {t.start: n for n, t in enumerate(tokens)}, tuple(declared))


def _tokens(text: str) -> list[Token] | None:
    found: list[Token] = []
    at = 0
    try:
        while True:
            token = next_token(text, at)
            if token.kind == "end":
                return found
            found.append(token)
            at = token.end
    except TurtleError:
        return None


def _one_part_differs(old: Triple, new: Triple) -> bool:
    """Whether a statement becomes the other by writing its property or its value differently."""
    if old.subject != new.subject or isinstance(new.object, BlankNode):
        return False
    return (old.predicate == new.predicate) != (old.object == new.object)


def _has_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _edit(
    document: Document, triple: Triple, twin: Triple | None, lines: Lines, words: _Words
) -> _Edit | None:
    tokens = words.tokens
    place = document.places(triple)
    if place is None or place.line is None or place.column is None:
        return None
    start = lines.offset(place.line, place.column)
    at = words.at.get(start)
    if at is None or tokens[at].kind == "mark":
        return None
    last = _last(tokens, at)
    if twin is None:
        return _removal(tokens, at, last)
    if twin.predicate == triple.predicate:
        return _Edit(start, tokens[last].end, _short(str(twin.object), words))
    alone = at > 0 and last + 1 < len(tokens) and "," not in {
        tokens[at - 1].text, tokens[last + 1].text,
    }  # fmt: skip
    if not alone:
        return None
    short = _short(str(twin.predicate), words)
    return _Edit(tokens[at - 1].start, tokens[at - 1].end, short)


def _short(term: str, words: _Words) -> str:
    """Write the IRI at the end of a term with a prefix of the text, if it declares one."""
    found = _IRI_AT_END.search(term)
    if found is None:
        return term
    for prefix, space in words.prefixes:
        if space and found[1].startswith(space):
            local = found[1].removeprefix(space)
            if _LOCAL.fullmatch(local):
                return term[: found.start()] + prefix + local
    return term


def _last(tokens: list[Token], at: int) -> int:
    """Give the last word of the term that starts here: a text may have a language or datatype."""
    if tokens[at].kind not in {"long", "short"} or at + 1 >= len(tokens):
        return at
    following = tokens[at + 1].kind
    return at + {"language": 1, "datatype": 2}.get(following, 0)


def _removal(tokens: list[Token], first: int, last: int) -> _Edit | None:
    """Give what to take out so that one value goes: with its comma, property or statement."""
    if first < 2 or last + 1 >= len(tokens):  # noqa: PLR2004 - subject and property come before
        return None
    ahead, before, after = tokens[first - 2], tokens[first - 1], tokens[last + 1]
    if after.text == ",":
        return _Edit(tokens[first].start, after.end, "")
    if before.text == ",":
        return _Edit(before.start, tokens[last].end, "")
    if after.text == ";":
        return _Edit(before.start, after.end, "")
    if ahead.text == ";":
        return _Edit(ahead.start, tokens[last].end, "")
    return _Edit(ahead.start, after.end, "") if after.text == "." else None


def _spliced(text: str, edits: list[_Edit], added: list[str]) -> str | None:
    ordered = sorted(edits, key=lambda e: e.start)
    if any(a.end > b.start for a, b in pairwise(ordered)):
        return None
    parts, at = [], 0
    for edit in ordered:
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    text = "".join((*parts, text[at:]))
    if not added:
        return text
    gap = "" if not text or text.endswith("\n") else "\n"
    return text + gap + "".join(f"{line}\n" for line in added)
