"""The tokens of SPARQL, with their places: enough to look before the engine does, never to parse.

Errs to the safe side: whatever the engine may read as a keyword is a word here, and text in which
``<`` could be read both as an operator and as the start of an IRI is told apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = re.compile(
    r"""
    (?P<iri> <[^<>"{}|^`\\\x00-\x20]*+> )
  | (?P<string> \"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*+'''
      | "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+' )
  | (?P<skip> \#[^\n\r]*+ | \s++ )
  | (?P<prefixed> (?:[^\W\d][\w.-]*+)?:(?:[\w:.%-]|\\[^uU])*(?<!\.) )
  | (?P<language> @[A-Za-z]+(?:-[A-Za-z0-9]+)*+ )
  | (?P<variable> [?$]\w++ )
  | (?P<word> [^\W\d]\w*+ )
  | (?P<number> (?:\d+\.?\d*+|\.\d++)(?:[eE][+-]?\d++)? )
  | (?P<mark> \^\^ | && | \|\| | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LAST = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Token:
    """One token that counts.

    Attributes:
        kind: ``iri``, ``string``, ``prefixed``, ``language``, ``variable``, ``word``, ``number``
            or ``mark``.
        text: As written; words in capitals.
        start: Where it starts.
        end: Where it ends.
    """

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """Give the tokens of a query, without comments and white space.

    >>> [t.text for t in tokens_of("select ?s { ?s a ex:Service } # service")]
    ['SELECT', '?s', '{', '?s', 'A', 'ex:Service', '}']
    """
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind != "skip":
            shown = match[0].upper() if kind == "word" else match[0]
            found.append(Token(kind, shown, match.start(), match.end()))
    return found


def unescaped(text: str) -> str:
    r"""Give a text with its code point escapes read (SPARQL 1.1 Query, 19.2).

    >>> unescaped("\\u0053ERVICE")
    'SERVICE'
    """

    def read(match: re.Match[str]) -> str:
        number = int(match[1] or match[2], 16)
        return chr(number) if number <= _LAST else match[0]

    return _ESCAPE.sub(read, text)


def place_of(text: str, at: int) -> tuple[int, int]:
    """Give line and column of a place, both from 1."""
    line = text.count("\n", 0, at) + 1
    return line, at - (text.rfind("\n", 0, at) + 1) + 1


def declared_prefixes(tokens: Sequence[Token]) -> dict[str, str]:
    """Give the prefixes a query declares, with their namespaces."""
    found = {}
    for at, token in enumerate(tokens[:-2]):
        name, space = tokens[at + 1], tokens[at + 2]
        if token.text == "PREFIX" and name.kind == "prefixed" and space.kind == "iri":
            found[name.text.rstrip(":")] = space.text[1:-1]
    return found
