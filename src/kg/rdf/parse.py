"""Bytes to triples, with errors that say where and what to do.

Named graphs are refused (a submission never chooses its graph), blank nodes are renamed so that
those of two files never meet, and nothing is ever fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import UnreadableInputError
from kg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

FORMATS: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
}
"""File endings and the RDF syntax they stand for."""

MAX_BYTES = 64 * 1024 * 1024


def parse_file(path: Path) -> list[ox.Triple]:
    """Read one RDF file.

    Args:
        path: A file whose ending is one of ``FORMATS``.

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
    return parse_bytes(data, kind, name=str(path))


def parse_bytes(data: bytes, kind: ox.RdfFormat, *, name: str = "-") -> list[ox.Triple]:
    """Read RDF from bytes.

    Args:
        data: The document.
        kind: Its syntax, one of the values of ``FORMATS``.
        name: What to call it in messages.

    Returns:
        Its triples; blank nodes renamed so that they never meet those of another document.

    Raises:
        UnreadableInputError: With line and column where the syntax gives them.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableInputError(
            "KG-R003",
            Text(f"{name}: groter dan {MAX_BYTES} bytes", f"{name}: larger than {MAX_BYTES} bytes"),
            Text("splits het bestand", "split the file"),
        )
    if kind == ox.RdfFormat.RDF_XML and b"<!DOCTYPE" in data:
        raise UnreadableInputError(
            "KG-R004",
            Text(f"{name}: DOCTYPE is niet toegestaan", f"{name}: DOCTYPE is not allowed"),
            Text("verwijder de DOCTYPE-regel", "remove the DOCTYPE line"),
        )
    base = None if kind == ox.RdfFormat.N_TRIPLES else "https://w3id.org/samenspel/base/"
    try:
        return [
            q.triple
            for q in ox.parse(
                data, format=kind, base_iri=base, without_named_graphs=True, rename_blank_nodes=True
            )
        ]
    except SyntaxError as e:
        place = f"{name}:{e.lineno}:{e.offset}" if e.lineno else name
        raise UnreadableInputError(
            "KG-R005",
            Text(f"{place}: syntaxfout: {e.msg}", f"{place}: syntax error: {e.msg}"),
            Text("herstel deze plaats en probeer opnieuw", "mend this place and try again"),
        ) from e
    except ValueError as e:
        raise UnreadableInputError(
            "KG-R005", Text(f"{name}: niet te lezen: {e}", f"{name}: cannot be read: {e}")
        ) from e
