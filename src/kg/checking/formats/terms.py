"""Terms and paths of a result, read back: to show them in words and to write them as RDF."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.checking.formats.visible import visible
from kg.errors import UnreadableInputError
from kg.rdf import BlankNode, Literal, NamedNode
from kg.rdf.bounds import Bounds, read_triples

if TYPE_CHECKING:
    from kg.checking.report import Result
    from kg.rdf import Term

SH = "http://www.w3.org/ns/shacl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
_PLAIN = {f"{XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
_BLANK = re.compile(r"_:[A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_STEP = re.compile(r"<([^<>]*)>|([()/|^*+?])|\s+")
_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as a person reads it.

    Attributes:
        text: The value itself, with everything hidden made visible.
        note: Its language or datatype, if that says more than "text".
        lang: Its language tag.
        link: Its address, for an IRI that a browser may open.
    """

    text: str
    note: str = ""
    lang: str = ""
    link: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.note})" if self.note else self.text


def read_term(text: str) -> Term | None:
    """Read a term as N-Triples writes it, or a bare IRI; None when it is neither.

    >>> read_term('"Zorg"@nl').language, read_term("https://example.org/a").value
    ('nl', 'https://example.org/a')
    """
    if _BLANK.fullmatch(text):
        return BlankNode(text[2:])
    try:
        if _IRI.fullmatch(text):
            return NamedNode(text)
        found = read_triples(
            f"<urn:s> <urn:p> {text} .",
            media="application/n-triples", name="-", bounds=_BOUNDS, lenient=True, keep=True,
        )  # fmt: skip
    except (UnreadableInputError, ValueError):
        return None
    term = found[0].object if len(found) == 1 else None
    if isinstance(term, NamedNode) and not _IRI.fullmatch(term.value):
        return None
    return term if isinstance(term, NamedNode | BlankNode | Literal) else None


def shown(text: str) -> Shown:
    """Give a value for a person.

    >>> str(shown('"31 jan"^^<http://www.w3.org/2001/XMLSchema#date>'))
    '“31 jan” (xsd:date)'
    """
    term = read_term(text)
    if isinstance(term, Literal):
        kind = term.datatype.value
        note = term.language or ("" if kind in _PLAIN else kind.replace(XSD, "xsd:"))
        return Shown(f"“{visible(term.value)}”", visible(note), lang=term.language or "")
    if isinstance(term, NamedNode):
        safe = visible(term.value)
        opens = safe == term.value and safe.startswith(("https://", "http://"))
        return Shown(safe, link=safe if opens else "")
    return Shown(visible(text))


def node_words(result: Result, lang: str) -> str:
    """Give the node of a result: its name, and its address behind it."""
    label = result.focus_label
    if label is None:
        return visible(result.focus)
    return f"{visible(label.nl if lang == 'nl' else label.en)} ({visible(result.focus)})"


# --- paths ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Path:
    """A SHACL property path (SHACL 1.0, section 2.3.1).

    Attributes:
        kind: ``iri``, ``sequence``, ``alternativePath``, ``inversePath``, ``zeroOrMorePath``,
            ``oneOrMorePath`` or ``zeroOrOnePath``.
        iri: The property, for kind ``iri``.
        parts: What it is made of, for the others.
    """

    kind: str
    iri: str = ""
    parts: tuple[Path, ...] = ()


_REPEATS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def read_path(text: str) -> Path | None:
    """Read a property path as SPARQL writes it, or a bare IRI; None when it is neither.

    >>> read_path("(^<urn:a>/<urn:b>*)").parts[1].kind
    'zeroOrMorePath'
    """
    if _is_iri(text):
        return Path("iri", text)
    words = [m[0] for m in _STEP.finditer(text) if not m[0].isspace()]
    if "".join(words) != re.sub(r"\s+", "", text):
        return None
    reader = _Reader(words)
    try:
        path = reader.choice()
    except (IndexError, RecursionError):
        return None
    return path if path is not None and reader.done else None


def _is_iri(text: str) -> bool:
    return isinstance(read_term(text), NamedNode) and not text.startswith("<")


class _Reader:
    """Reads the words of a path from left to right."""

    def __init__(self, words: list[str]) -> None:
        self._words = [*words, ""]
        self._at = 0

    @property
    def done(self) -> bool:
        return self._words[self._at] == ""

    def _take(self, *wanted: str) -> str:
        word = self._words[self._at]
        if word not in wanted or not word:
            return ""
        self._at += 1
        return word

    def choice(self) -> Path | None:
        return self._joined("|", "alternativePath")

    def _joined(self, joint: str, kind: str) -> Path | None:
        parts: list[Path] = []
        while True:
            part = self._joined("/", "sequence") if joint == "|" else self._step()
            if part is None:
                return None
            parts.append(part)
            if not self._take(joint):
                return parts[0] if len(parts) == 1 else Path(kind, parts=tuple(parts))

    def _step(self) -> Path | None:
        if self._take("^"):
            inner = self._step()
            return inner and Path("inversePath", parts=(inner,))
        path = self._primary()
        while path is not None and (mark := self._take(*_REPEATS)):
            path = Path(_REPEATS[mark], parts=(path,))
        return path

    def _primary(self) -> Path | None:
        if self._take("("):
            inner = self.choice()
            return inner if self._take(")") else None
        word = self._words[self._at]
        if not word.startswith("<") or not _is_iri(word[1:-1]):
            return None
        self._at += 1
        return Path("iri", word[1:-1])
