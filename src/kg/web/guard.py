"""Looks at a query before any engine does: may it be asked, and is it of a size that can be.

Refuses what would reach outside or write, wherever it stands, and what the engine's own parser and
planner cannot survive (measured: 20 KB of ``{``, ``!`` or ``||`` overflow its stack; planning a
group of n patterns takes about n to the power 3.6). The wall behind this is the worker, which has
no network and is ended in time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.text import Text
from kg.web.lexing import Token, place_of, tokens_of, unescaped
from kg.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.web.settings import ServiceSettings

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_WRITES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"})
_PROLOGUE = frozenset({"PREFIX", "BASE"})
_OPERATORS = frozenset({"!", "|", "||", "&", "&&", "/", "^", "^^", "*", "+", "-", "=", "<", ">"})
_OPERATOR_WORDS = frozenset({"UNION", "OPTIONAL", "MINUS", "FILTER", "EXISTS", "IN", "BIND"})
_OPEN, _CLOSE = frozenset("{(["), frozenset("})]")
_ENDS = frozenset(".;,}]")
_STEPS = frozenset("/^")
_ODD_IRI = re.compile(r"[')]")
_HIDDEN = re.compile(r"(?i)(?:(?<![?$:/#\w-])|true|false|\d)(service|load)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that may be asked.

    Attributes:
        text: As it came.
        form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``; None when it is none of them,
            which the engine will say with a place.
        named: Whether it names its data set with ``FROM``.
    """

    text: str
    form: str | None
    named: bool

    @property
    def graph(self) -> bool:
        """Whether the answer is a graph."""
        return self.form in {"CONSTRUCT", "DESCRIBE"}


def check_query(text: str, settings: ServiceSettings) -> Asked:
    """Say what a query asks, or why it is not asked.

    Args:
        text: SPARQL.
        settings: The limits.

    Raises:
        Problem: ``KG-H102`` too long, ``KG-H103`` too complex, ``KG-H104`` would reach outside,
            ``KG-H105`` is an update.
    """
    size = len(text.encode())
    if size > settings.query:
        raise too_long(size, settings.query)
    tokens = tokens_of(text)
    _no_way_out(text, tokens)
    kind = next((t for t in _body(tokens) if t.kind == "word"), None)
    if kind is not None and kind.text in _WRITES:
        raise _is_update(text, kind)
    check_shape(text, tokens, settings, data=False)
    form = next((t.text for t in tokens if t.kind == "word" and t.text in _FORMS), None)
    named = any(t.kind == "word" and t.text == "FROM" for t in tokens)
    return Asked(text, form, named)


def check_update(text: str, settings: ServiceSettings, *, protocol_graphs: bool) -> None:
    """Look at an update: nothing reaches outside, and its shape can be read.

    Args:
        text: SPARQL Update.
        settings: The limits.
        protocol_graphs: Whether the request names the graphs to use; the update may not then
            (SPARQL 1.1 Protocol, 2.2.3).

    Raises:
        Problem: ``KG-H103``, ``KG-H104``, or ``KG-H107`` when both name graphs.
    """
    tokens = tokens_of(text)
    _no_way_out(text, tokens)
    check_shape(text, tokens, settings, data=True)
    if protocol_graphs and any(t.kind == "word" and t.text in {"USING", "WITH"} for t in tokens):
        raise Problem(
            400,
            "KG-H107",
            Text(
                "zowel het verzoek als de wijziging noemt grafen",
                "both the request and the update name graphs",
            ),
            Text("noem ze op één plaats", "name them in one place"),
        )


def check_shape(
    text: str, tokens: Sequence[Token], settings: ServiceSettings, *, data: bool
) -> None:
    """Refuse what is too deep or too much for the engine's parser and planner.

    Args:
        text: The query or update.
        tokens: Its tokens.
        settings: The limits.
        data: Whether it may hold plain data, whose triples are not counted.

    Raises:
        Problem: ``KG-H103``.
    """
    depth = 0
    for token in tokens:
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth > settings.nesting:
            raise _too_complex(text, token, Text("diepe nesting", "deep nesting"), settings.nesting)
    operators = [t for t in tokens if t.text in _OPERATORS or t.text in _OPERATOR_WORDS]
    if len(operators) > settings.operators:
        at = operators[settings.operators]
        raise _too_complex(text, at, Text("operatoren", "operators"), settings.operators)
    if data:
        return
    for found, most, what in (
        (_patterns(tokens), settings.patterns, Text("patronen", "triple patterns")),
        (_cells(tokens), settings.cells, Text("waarden in VALUES", "values in VALUES")),
    ):
        counted = list(found)
        if len(counted) > most:
            raise _too_complex(text, counted[most], what, most)


def _patterns(tokens: Sequence[Token]) -> Iterator[Token]:
    """Give a token per triple pattern: each end of one, and each step of a path."""
    terms = 0
    for token in _outside_values(tokens):
        if token.kind == "word":
            terms = 0 if token.text in _OPERATOR_WORDS else terms
        elif token.kind != "mark":
            terms += 1
        elif token.text in _STEPS:
            yield token
        elif token.text in _ENDS:
            if terms:
                yield token
            terms = 0


def _outside_values(tokens: Sequence[Token]) -> Iterator[Token]:
    """Give the tokens outside round brackets and outside the blocks of ``VALUES``."""
    depth, skipping = 0, False
    for token in tokens:
        mark = token.text if token.kind == "mark" else ""
        depth += (mark == "(") - (mark == ")")
        if token.kind == "word" and token.text == "VALUES":
            skipping = True
        elif skipping:
            skipping = mark != "}"
        elif not depth:
            yield token


def _cells(tokens: Sequence[Token]) -> Iterator[Token]:
    inside = opened = False
    for token in tokens:
        if token.kind == "word" and token.text == "VALUES":
            inside, opened = True, False
        elif inside and token.text == "{":
            opened = True
        elif token.text == "}":
            inside = False
        elif inside and opened and token.kind != "mark":
            yield token


def _body(tokens: Sequence[Token]) -> Iterator[Token]:
    """Give the tokens after the prologue."""
    skip = 0
    for token in tokens:
        if token.kind == "word" and token.text in _PROLOGUE:
            skip = 2 if token.text == "PREFIX" else 1
        elif skip:
            skip -= 1
        else:
            yield token


def _no_way_out(text: str, tokens: Sequence[Token]) -> None:
    """Refuse SERVICE and LOAD, however they are written.

    An engine that reads keywords without looking for their end takes ``trueSERVICE`` for two; one
    that reads ``<`` as an operator sees other tokens after it, when the IRI it would be is odd.
    """
    for token in tokens:
        if token.kind == "word" and ("SERVICE" in token.text or "LOAD" in token.text):
            raise _outside(text, token.start, token.text)
    plain = unescaped(text)
    if plain != text and any(
        t.kind == "word" and t.text in {"SERVICE", "LOAD"} for t in tokens_of(plain)
    ):
        raise _outside(text, 0, "\\u")
    if any(t.kind == "iri" and _ODD_IRI.search(t.text) for t in tokens):
        hidden = _HIDDEN.search(text)
        if hidden:
            raise _outside(text, hidden.start(1), hidden[1])


def _outside(text: str, at: int, what: str) -> Problem:
    line, column = place_of(text, at)
    return Problem(
        403,
        "KG-H104",
        Text(
            f"{line}:{column}: {what} is hier niet toegestaan: de dienst haalt niets elders op",
            f"{line}:{column}: {what} is not allowed here: the service fetches nothing elsewhere",
        ),
        Text(
            "vraag beide diensten los van elkaar, of bied de gegevens aan",
            "ask both services separately, or submit the data",
        ),
        extra={"line": line, "column": column},
    )


def _is_update(text: str, token: Token) -> Problem:
    line, column = place_of(text, token.start)
    return Problem(
        403,
        "KG-H105",
        Text(
            f"{line}:{column}: {token.text} wijzigt gegevens; hier wordt alleen gevraagd",
            f"{line}:{column}: {token.text} changes data; here one only asks",
        ),
        Text("bied gegevens aan met POST /v1/submissions", "submit data: POST /v1/submissions"),
        extra={"line": line, "column": column},
    )


def too_long(size: int, most: int) -> Problem:
    """Give the problem of a query over its size."""
    return Problem(
        413,
        "KG-H102",
        Text(
            f"de vraag is {size} bytes; hoogstens {most} mag",
            f"the query has {size} bytes; {most} at most",
        ),
        Text(
            "zet lange lijsten in meer vragen, of in VALUES met minder waarden",
            "split long lists over several queries, or use fewer VALUES",
        ),
    )


def _too_complex(text: str, token: Token, what: Text, most: int) -> Problem:
    line, column = place_of(text, token.start)
    return Problem(
        400,
        "KG-H103",
        Text(
            f"{line}:{column}: te veel: {what.nl}; hoogstens {most} per vraag",
            f"{line}:{column}: too much: {what.en}; {most} at most per query",
        ),
        Text("splits de vraag", "split the query"),
        extra={"line": line, "column": column},
    )
