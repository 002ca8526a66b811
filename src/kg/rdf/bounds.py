"""Reads triples within bounds, before and during parsing (architecture, section 7).

Size and nesting are looked at before the engine sees a byte: deep nesting kills its process
(measured), and nobody writes it by hand. The rest is counted while it reads.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import UnreadableInputError
from kg.rdf.mend import explain_syntax
from kg.rdf.positions import Lines, Place, PlacedError, excerpt
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "https://w3id.org/samenspel/base/"
"""The base of documents that name none."""

SYNTAXES: dict[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
"""Media types of RDF and the engine's name for them."""
LINES = ("application/n-triples", "application/n-quads")
"""Syntaxes without relative IRIs."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a document may be.

    Attributes:
        size: Bytes of the document.
        triples: Number of statements.
        literal: Bytes of one literal.
        iri: Bytes of one IRI.
        number: Characters of one number; longer ones cost seconds further on.
        nesting: How deep brackets or elements may stand in each other.
    """

    size: int = 10 * 1024 * 1024
    triples: int = 500_000
    literal: int = 1024 * 1024
    iri: int = 2048
    number: int = 1000
    nesting: int = 64


_TURTLE = re.compile(
    r'"""(?:"{0,2}(?:[^"\\]|\\.))*+"""'
    r"|'''(?:'{0,2}(?:[^'\\]|\\.))*+'''"
    r'|"(?:[^"\\\n\r]|\\.)*+"'
    r"|'(?:[^'\\\n\r]|\\.)*+'"
    r'|<[^\x00-\x20<>"{}|^`]*+>'
    r"|\#[^\n\r]*+|\\."
    r"|(?P<open><<\(?|\{\||[\[({])|(?P<close>\)?>>|\|\}|[\])}])",
    re.DOTALL,
)
_JSON = re.compile(r'"(?:[^"\\]|\\.)*+"|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)
_XML = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"|(?P<close></)|(?P<open><[^!?/\s](?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>)",
    re.DOTALL,
)
_DOCTYPE = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_NUMERIC = re.compile(
    r"http://www\.w3\.org/2001/XMLSchema#(?:\w*integer|decimal|double|float|long|int|short|byte|"
    r"\w*Int|\w*Integer|unsigned\w+)"
)


def decode(data: bytes, *, name: str, bounds: Bounds) -> str:
    """Give the text of a document: UTF-8, at most so many bytes, no byte order mark.

    Raises:
        UnreadableInputError: If it is too large (``KG-R003``) or not UTF-8 (``KG-R020``).
    """
    if len(data) > bounds.size:
        raise too_large(name, len(data), bounds.size)
    plain = data.removeprefix(codecs.BOM_UTF8)
    try:
        return plain.decode()
    except UnicodeDecodeError as e:
        good = plain[: e.start].decode("utf-8", errors="replace")
        line, column = Lines(good).at(len(good))
        place = Place(name, line, column)
        raise PlacedError(
            "KG-R020",
            Text(
                f"{place}: dit is geen UTF-8 (byte 0x{plain[e.start]:02x})",
                f"{place}: this is not UTF-8 (byte 0x{plain[e.start]:02x})",
            ),
            Text("sla het bestand op als UTF-8", "save the file as UTF-8"),
            place=place,
        ) from e


def too_large(name: str, size: int, most: int) -> UnreadableInputError:
    """Give the error for a file with too many bytes."""
    words = Text("{name}: {size} bytes, hoogstens {most}", "{name}: {size} bytes, at most {most}")
    return UnreadableInputError("KG-R003", words.format(name=name, size=size, most=most), _SPLIT)


def check_nesting(text: str, *, media: str, name: str, bounds: Bounds) -> None:
    """Refuse a document whose brackets or elements stand too deep in each other.

    Looks outside strings, IRIs and comments; costs nothing on a document with few brackets.

    Raises:
        PlacedError: ``KG-R024``, at the bracket that goes too deep.
    """
    if media == "application/rdf+xml":
        pattern, openers = _XML, text.count("<")
    elif media == "application/ld+json":
        pattern, openers = _JSON, text.count("[") + text.count("{")
    else:
        pattern, openers = _TURTLE, sum(map(text.count, ("[", "(", "{", "<<")))
    if openers <= bounds.nesting:
        return
    depth = 0
    for found in pattern.finditer(text):
        if found.lastgroup == "open":
            depth += 0 if found[0].endswith("/>") else 1
            if depth > bounds.nesting:
                raise _too_deep(text, found.start(), name, bounds)
        elif found.lastgroup == "close":
            depth = max(0, depth - 1)


def _too_deep(text: str, offset: int, name: str, bounds: Bounds) -> PlacedError:
    lines = Lines(text)
    place = Place(name, *lines.at(offset))
    shown = excerpt(lines, offset)
    return PlacedError(
        "KG-R024",
        Text(
            f"{place}: hier staan meer dan {bounds.nesting} haken of elementen in elkaar\n{shown}",
            f"{place}: more than {bounds.nesting} brackets or elements in each other\n{shown}",
        ),
        Text("geef de binnenste delen een eigen IRI", "give the inner parts an IRI of their own"),
        place=place,
    )


def check_doctype(text: str, *, name: str) -> None:
    """Refuse XML with a DOCTYPE: entities read files, open connections and fill memory.

    Raises:
        PlacedError: ``KG-R004``.
    """
    found = _DOCTYPE.search(text)
    if found is None:
        return
    lines = Lines(text)
    place = Place(name, *lines.at(found.start()))
    shown = excerpt(lines, found.start(), len(found[0]))
    raise PlacedError(
        "KG-R004",
        Text(
            f"{place}: DOCTYPE is niet toegestaan\n{shown}",
            f"{place}: DOCTYPE is not allowed\n{shown}",
        ),
        Text("verwijder de DOCTYPE", "remove the DOCTYPE"),
        place=place,
    )


def read_triples(
    text: str,
    *,
    media: str,
    name: str,
    bounds: Bounds,
    lenient: bool = False,
    keep: bool = False,
    merge: bool = False,
) -> list[ox.Triple]:
    """Read the statements of a document within bounds.

    Args:
        text: The document, decoded.
        media: Its syntax, a key of ``SYNTAXES``.
        name: What to call it in messages.
        bounds: How large it may be.
        lenient: Accept IRIs and language tags that break their rules.
        keep: Keep the labels of blank nodes; only for a document this product wrote itself.
        merge: Take the statements of named graphs together, instead of refusing the document.

    Returns:
        Its statements, in file order; blank nodes renamed.

    Raises:
        UnreadableInputError: ``KG-R004`` DOCTYPE, ``KG-R005`` and ``KG-R010`` to ``KG-R019``
            syntax, ``KG-R021`` to ``KG-R025`` bounds and named graphs.
    """
    if media == "application/rdf+xml":
        check_doctype(text, name=name)
    check_nesting(text, media=media, name=name, bounds=bounds)
    try:
        quads = _quads(text, media, lenient=lenient, keep=keep, merge=merge)
        return list(_bounded(quads, name, bounds))
    except SyntaxError as e:
        raise explain_syntax(text, e, media=media, name=name, base=BASE) from e
    except (ValueError, MemoryError) as e:
        raise UnreadableInputError(
            "KG-R005", Text(f"{name}: niet te lezen: {e}", f"{name}: cannot be read: {e}")
        ) from e


def _quads(text: str, media: str, *, lenient: bool, keep: bool, merge: bool) -> Iterator[ox.Quad]:
    return ox.parse(
        text.encode(),
        format=SYNTAXES[media],
        base_iri=None if media in LINES else BASE,
        without_named_graphs=not merge,
        rename_blank_nodes=not keep,
        lenient=lenient,
    )


def _bounded(quads: Iterator[ox.Quad], name: str, bounds: Bounds) -> Iterator[ox.Triple]:
    for count, quad in enumerate(quads, start=1):
        if count > bounds.triples:
            raise _bound("KG-R021", name, f"{bounds.triples}", _MANY, _SPLIT)
        triple = quad.triple
        for term in triple:
            _check_term(term, name, bounds)
        yield triple


def _check_term(
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, name: str, bounds: Bounds
) -> None:
    if isinstance(term, ox.NamedNode):
        if len(term.value) > bounds.iri:
            raise _bound("KG-R023", name, f"{bounds.iri} {_shown(term.value)}", _IRI, _SHORT)
    elif isinstance(term, ox.Literal):
        if len(term.value) > bounds.number:
            _check_literal(term, name, bounds)
    elif isinstance(term, ox.Triple):
        for inner in term:
            _check_term(inner, name, bounds)


def _check_literal(term: ox.Literal, name: str, bounds: Bounds) -> None:
    shown = _shown(term.value)
    if len(term.value) > bounds.literal:
        raise _bound("KG-R022", name, f"{bounds.literal} {shown}", _LITERAL, _SHORT)
    if _NUMERIC.fullmatch(term.datatype.value):
        raise _bound("KG-R022", name, f"{bounds.number} {shown}", _NUMBER, _SHORT)


def _shown(value: str) -> str:
    start = "".join(c if c.isprintable() else " " for c in value[:40])
    return f"({start}…)"


_MANY = Text("meer statements dan {most}", "more statements than {most}")
_IRI = Text("een IRI langer dan {most}", "an IRI longer than {most}")
_LITERAL = Text("een tekst langer dan {most}", "a text longer than {most}")
_NUMBER = Text("een getal langer dan {most}", "a number longer than {most}")
_SPLIT = Text("splits het bestand", "split the file")
_SHORT = Text("maak hem korter", "make it shorter")


def _bound(code: str, name: str, most: str, words: Text, advice: Text) -> UnreadableInputError:
    found = words.format(most=most)
    return UnreadableInputError(code, Text(f"{name}: {found.nl}", f"{name}: {found.en}"), advice)
