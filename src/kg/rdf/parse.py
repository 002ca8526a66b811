"""Bytes to triples, with errors that say where and what to do.

For files of the user and of the product itself; what others hand in is read in a limited process,
through the same bounds. Named graphs are refused (a submission never chooses its graph) unless
the caller wants their statements together, blank nodes are renamed so that those of two files
never meet, and nothing is ever fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.errors import UnreadableInputError
from kg.rdf.bounds import SYNTAXES, Bounds, decode, read_triples
from kg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

FORMATS: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
}
"""File endings and the RDF syntax they stand for."""

OWN: Final = Bounds(size=64 * 1024 * 1024, triples=5_000_000, literal=16 * 1024 * 1024)
"""How large a file of the user or of the product may be: a register is larger than a submission."""
_MEDIA = {kind: media for media, kind in SYNTAXES.items()}


def parse_file(
    path: Path, *, bounds: Bounds = OWN, lenient: bool = False, merge: bool = False
) -> list[ox.Triple]:
    """Read one RDF file.

    Args:
        path: A file whose ending is one of ``FORMATS``.
        bounds: How large it may be.
        lenient: Accept IRIs and language tags that break their rules.
        merge: Take the statements of named graphs together, instead of refusing the file.

    Returns:
        Its triples, in file order; blank nodes renamed.

    Raises:
        UnreadableInputError: If the file is missing, of an unknown kind, too large or not valid.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(FORMATS)
        raise UnreadableInputError(
            "KG-R002",
            Text(f"{path}: onbekende bestandssoort", f"{path}: unknown kind of file"),
            Text(f"geef een bestand dat eindigt op {known}", f"give a file ending in {known}"),
        )
    try:
        data = path.read_bytes()
    except OSError as e:
        raise UnreadableInputError(
            "KG-R001",
            Text(f"{path}: bestand is niet te lezen", f"{path}: cannot read the file"),
            Text("controleer naam en rechten", "check its name and permissions"),
        ) from e
    return parse_bytes(data, kind, name=str(path), bounds=bounds, lenient=lenient, merge=merge)


def parse_bytes(
    data: bytes,
    kind: ox.RdfFormat,
    *,
    name: str = "-",
    bounds: Bounds = OWN,
    lenient: bool = False,
    merge: bool = False,
) -> list[ox.Triple]:
    """Read RDF from bytes.

    Args:
        data: The document.
        kind: Its syntax, one of the values of ``FORMATS``.
        name: What to call it in messages.
        bounds: How large it may be.
        lenient: Accept IRIs and language tags that break their rules.
        merge: Take the statements of named graphs together, instead of refusing the document.

    Returns:
        Its triples; blank nodes renamed so that they never meet those of another document.

    Raises:
        UnreadableInputError: With line, column, the line itself and a likely mend where the
            syntax gives them.

    >>> parse_bytes(b"<a:b> a sam:Actor .", FORMATS[".ttl"], name="a.ttl")
    Traceback (most recent call last):
    kg.rdf.positions.PlacedError: a.ttl:1:9: the prefix 'sam:' is not declared anywhere
      1 | <a:b> a sam:Actor .
        |         ^^^^
    """
    text = decode(data, name=name, bounds=bounds)
    return read_triples(
        text, media=_MEDIA[kind], name=name, bounds=bounds, lenient=lenient, merge=merge
    )
