"""What was probably meant by a query that the engine cannot read.

The engine says where it stopped; what a person needs is what to change. Looked for on tokens, in
the order of how often it happens: a prefix that is not declared, a keyword with a typing mistake,
a group that is not closed.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.rdf.prefixes import KNOWN_PREFIXES, nearest
from kg.text import Text
from kg.web.lexing import Token, declared_prefixes, place_of, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEYWORDS = [
    "SELECT",
    "CONSTRUCT",
    "ASK",
    "DESCRIBE",
    "WHERE",
    "FILTER",
    "OPTIONAL",
    "UNION",
    "MINUS",
    "GRAPH",
    "BIND",
    "VALUES",
    "ORDER",
    "GROUP",
    "BY",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "DISTINCT",
    "REDUCED",
    "PREFIX",
    "BASE",
    "AS",
    "IN",
    "NOT",
    "EXISTS",
    "FROM",
    "NAMED",
    "ASC",
    "DESC",
    "UNDEF",
    "TRUE",
    "FALSE",
    "SEPARATOR",
    "COUNT",
    "SUM",
    "MIN",
    "MAX",
    "AVG",
    "SAMPLE",
    "GROUP_CONCAT",
    "A",
]
_FUNCTIONS = [
    "STR",
    "LANG",
    "LANGMATCHES",
    "DATATYPE",
    "BOUND",
    "IRI",
    "URI",
    "BNODE",
    "RAND",
    "ABS",
    "CEIL",
    "FLOOR",
    "ROUND",
    "CONCAT",
    "STRLEN",
    "UCASE",
    "LCASE",
    "ENCODE_FOR_URI",
    "CONTAINS",
    "STRSTARTS",
    "STRENDS",
    "STRBEFORE",
    "STRAFTER",
    "YEAR",
    "MONTH",
    "DAY",
    "HOURS",
    "MINUTES",
    "SECONDS",
    "TIMEZONE",
    "TZ",
    "NOW",
    "UUID",
    "STRUUID",
    "MD5",
    "SHA1",
    "SHA256",
    "SHA384",
    "SHA512",
    "COALESCE",
    "IF",
    "STRLANG",
    "STRDT",
    "SAMETERM",
    "ISIRI",
    "ISURI",
    "ISBLANK",
    "ISLITERAL",
    "ISNUMERIC",
    "REGEX",
    "SUBSTR",
    "REPLACE",
    "ADJUST",
    "TRIPLE",
    "ISTRIPLE",
    "SUBJECT",
    "PREDICATE",
    "OBJECT",
    "LANGDIR",
    "HASLANG",
    "HASLANGDIR",
    "STRLANGDIR",
    "LATERAL",
]
_KNOWN = frozenset(_KEYWORDS) | frozenset(_FUNCTIONS)
_PAIRS = {"{": "}", "(": ")", "[": "]"}
_SHORTEST = 3
_ALIKE = 0.7
_WIDE = 96


@dataclass(frozen=True, slots=True)
class Mend:
    """What is wrong, where, and what to do about it.

    Attributes:
        message: What is wrong.
        advice: What to do; None where nothing can be said.
        line: Where, from 1.
        column: Where, from 1.
        excerpt: The line, and a mark under the place.
    """

    message: Text
    advice: Text | None
    line: int
    column: int
    excerpt: str


def mend(text: str, line: int | None, column: int | None) -> Mend:
    """Say what was probably meant.

    Args:
        text: A query that the engine could not read.
        line: Where the engine stopped, if it said so.
        column: Where the engine stopped, if it said so.

    >>> mend("SELECT ?s { ?s skos:prefLabel ?l }", 1, 20).advice.en
    'add above: PREFIX skos: <http://www.w3.org/2004/02/skos/core#>'
    >>> mend("SELECT ?s { ?s a ?t FILTR(?t) }", 1, 26).advice.en
    'did you mean FILTER?'
    """
    tokens = tokens_of(text)
    for look in (_prefix, _keyword, _unclosed):
        found = look(tokens)
        if found is not None:
            token, message, advice = found
            return _at(text, token.start, token.end - token.start, message, advice)
    stop = _offset(text, line, column)
    what = next((t for t in tokens if t.end > stop), None)
    if what is None:
        message = Text("de vraag houdt te vroeg op", "the query ends too early")
        return _at(text, len(text.rstrip()), 1, message, None)
    message = Text(f"hier past geen {what.text}", f"{what.text} does not fit here")
    return _at(text, what.start, what.end - what.start, message, None)


def _prefix(tokens: Sequence[Token]) -> tuple[Token, Text, Text] | None:
    declared = declared_prefixes(tokens)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.kind != "prefixed" or (before is not None and before.text == "PREFIX"):
            continue
        name = token.text.partition(":")[0]
        if name in declared or name == "_":
            continue
        message = Text(f"onbekend voorvoegsel '{name}:'", f"unknown prefix '{name}:'")
        return token, message, _declare(name, declared)
    return None


def _declare(name: str, declared: dict[str, str]) -> Text:
    meant = nearest(name, declared)
    if name in KNOWN_PREFIXES:
        line = f"PREFIX {name}: <{KNOWN_PREFIXES[name]}>"
        return Text(f"zet erboven: {line}", f"add above: {line}")
    if meant:
        return Text(f"bedoelde u {meant}:?", f"did you mean {meant}:?")
    return Text(
        f"zet erboven: PREFIX {name}: <…>, of schrijf de IRI voluit tussen < en >",
        f"add above: PREFIX {name}: <…>, or write the IRI in full between < and >",
    )


def _keyword(tokens: Sequence[Token]) -> tuple[Token, Text, Text] | None:
    for token in tokens:
        if token.kind != "word" or token.text in _KNOWN or len(token.text) < _SHORTEST:
            continue
        near = difflib.get_close_matches(token.text, sorted(_KNOWN), n=1, cutoff=_ALIKE)
        if near:
            message = Text(
                f"'{token.text}' is geen SPARQL-woord", f"'{token.text}' is no SPARQL word"
            )
            return token, message, Text(f"bedoelde u {near[0]}?", f"did you mean {near[0]}?")
    return None


def _unclosed(tokens: Sequence[Token]) -> tuple[Token, Text, Text] | None:
    waiting: list[Token] = []
    for token in tokens:
        if token.kind != "mark":
            continue
        if token.text in _PAIRS:
            waiting.append(token)
        elif token.text in _PAIRS.values():
            if not waiting or _PAIRS[waiting[-1].text] != token.text:
                return (
                    token,
                    Text(f"deze {token.text} sluit niets", f"this {token.text} closes nothing"),
                    Text("haal hem weg, of open hem eerder", "remove it, or open it before"),
                )
            waiting.pop()
    if not waiting:
        return None
    last, closing = waiting[-1], _PAIRS[waiting[-1].text]
    return (
        last,
        Text(f"deze {last.text} wordt nergens gesloten", f"this {last.text} is never closed"),
        Text(f"sluit het met {closing}", f"close it with {closing}"),
    )


def _offset(text: str, line: int | None, column: int | None) -> int:
    if line is None or column is None:
        return len(text)
    before = text.split("\n")[: line - 1]
    return sum(len(one) + 1 for one in before) + column - 1


def _at(text: str, start: int, length: int, message: Text, advice: Text | None) -> Mend:
    line, column = place_of(text, start)
    whole = text.split("\n")[line - 1].replace("\t", " ").rstrip("\r")
    skip = max(0, column - 1 - _WIDE // 2)
    shown = whole[skip : skip + _WIDE]
    mark = " " * (column - 1 - skip) + "^" * max(1, min(length, len(shown) - column + 1 + skip))
    return Mend(message, advice, line, column, f"{shown}\n{mark}")
