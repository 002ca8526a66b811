"""The words of Turtle, with their offsets (Turtle 1.1, section 6.5, terminals)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, NoReturn

Fault = Literal[
    "prefix", "dot", "string", "quotes", "iri", "iri-space", "language", "escape", "subject",
    "predicate", "object", "bracket", "word", "character", "directive", "graph", "nesting",
]  # fmt: skip
"""What kind of mistake stands in the text; each has its own mend."""

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_U = _BASE + "_"
_CHARS = _U + "0-9\\-\u00b7\u0300-\u036f\u203f-\u2040"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ECHAR = rf"\\[tbnrf\"'\\]|{_UCHAR}"
_EXP = r"[eE][+-]?[0-9]+"

_TOKEN = re.compile(
    rf"""
  (?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|{_UCHAR})*+>)
 |(?P<long>\"\"\"(?:\"{{0,2}}(?:[^"\\]|{_ECHAR}))*+\"\"\"|'''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}))*+''')
 |(?P<short>(?!\"\"\"|''')(?:"(?:[^"\\\n\r]|{_ECHAR})*+"|'(?:[^'\\\n\r]|{_ECHAR})*+'))
 |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
 |(?P<datatype>\^\^)
 |(?P<double>[+-]?(?:[0-9]+\.[0-9]*{_EXP}|\.[0-9]+{_EXP}|[0-9]+{_EXP}))
 |(?P<decimal>[+-]?[0-9]*\.[0-9]+)
 |(?P<integer>[+-]?[0-9]+)
 |(?P<blank>_:[{_U}0-9](?:[{_CHARS}.]*[{_CHARS}])?)
 |(?P<name>(?:[{_BASE}](?:[{_CHARS}.]*[{_CHARS}])?)?
    :(?:(?:[{_U}:0-9]|{_PLX})(?:(?:[{_CHARS}.:]|{_PLX})*(?:[{_CHARS}:]|{_PLX}))?)?)
 |(?P<word>[A-Za-z]+)
 |(?P<mark>[.;,\[\](){{}}])
""",
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_BODIES = {
    '"""': re.compile(rf'(?:"{{0,2}}(?:[^"\\]|{_ECHAR}))*+', re.DOTALL),
    "'''": re.compile(rf"(?:'{{0,2}}(?:[^'\\]|{_ECHAR}))*+", re.DOTALL),
    '"': re.compile(rf'(?:[^"\\\n\r]|{_ECHAR})*+'),
    "'": re.compile(rf"(?:[^'\\\n\r]|{_ECHAR})*+"),
}
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_SMART = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2033\u2032"
_SMART_ENDS = {"\u201e": "\u201d\u201c", "\u00ab": "\u00bb", "\u2018": "\u2019", "\u201a": "\u2019"}


class Token(NamedTuple):
    """One word of the text: its kind, itself, and where it starts and ends."""

    kind: str
    text: str
    start: int
    end: int


class TurtleError(Exception):
    """A mistake in the text; :mod:`kg.rdf.mend` says it to a person.

    Attributes:
        fault: What kind of mistake.
        start: Offset where it starts.
        end: Offset where it ends.
        detail: The prefix, tag or word it is about.
    """

    def __init__(self, fault: Fault, start: int, end: int, detail: str = "") -> None:
        super().__init__(f"{fault} at {start}: {detail}")
        self.fault: Fault = fault
        self.start = start
        self.end = max(end, start + 1)
        self.detail = detail


def next_token(text: str, offset: int) -> Token:
    """Give the next word at or after an offset; kind ``end`` at the end of the text.

    Raises:
        TurtleError: If no word can start there.
    """
    space = _SPACE.match(text, offset)
    start = space.end() if space else offset
    if start >= len(text):
        return Token("end", "", start, start)
    found = _TOKEN.match(text, start)
    if found is None or found.lastgroup is None:
        _classify(text, start)
    return Token(found.lastgroup, found.group(), start, found.end())


def unescape(text: str) -> str:
    r"""Replace the escapes of a string or IRI.

    >>> unescape(r"caf\u00e9\n") == "café" + chr(10)
    True
    """
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    number = found[1] or found[2]
    if number:
        return chr(int(number, 16))
    return _PLAIN.get(found[3], found[3])


def _classify(text: str, start: int) -> NoReturn:
    """Say what kind of mistake stands where no word can start."""
    c = text[start]
    if c in "\"'":
        _broken_string(text, start)
    if c == "<":
        _broken_iri(text, start)
    if c in _SMART:
        stop = _line_end(text, start)
        ends = _SMART_ENDS.get(c, _SMART)
        close = next((i for i in range(start + 1, stop) if text[i] in ends), start)
        raise TurtleError("quotes", start, close + 1, text[start : close + 1])
    if c == "@":
        end = re.compile(r"@[^\s.;,\])]*").match(text, start)
        raise TurtleError("language", start, end.end() if end else start + 1)
    raise TurtleError("character", start, start + 1, c)


def _broken_string(text: str, start: int) -> NoReturn:
    quote = next(q for q in _BODIES if text.startswith(q, start))
    body = _BODIES[quote].match(text, start + len(quote))
    end = body.end() if body else start + 1
    if text.startswith("\\", end):
        raise TurtleError("escape", end, min(end + 2, len(text)), text[end : end + 2])
    raise TurtleError("string", start, end, quote)


def _broken_iri(text: str, start: int) -> NoReturn:
    stop = _line_end(text, start)
    close = text.find(">", start, stop)
    if close < 0:
        raise TurtleError("iri", start, stop, "")
    bad = next(i for i in range(start + 1, stop + 1) if text[i] in '<"{}|^`\\' or text[i] <= " ")
    body = text[start : close + 1]
    fault: Fault = "iri-space" if text[bad] == " " else "iri"
    raise TurtleError(fault, start, close + 1, body if fault == "iri-space" else text[bad])


def _line_end(text: str, start: int) -> int:
    found = re.compile(r"[\r\n]|\Z").search(text, start)
    return found.start() if found else len(text)
