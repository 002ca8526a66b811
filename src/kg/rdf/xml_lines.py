"""Lines of statements in RDF/XML: the engine reads line by line and shows when it has each.

A statement stands on the line where its element ends; there are no columns.
"""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from kg.rdf.positions import rename, same_statements

if TYPE_CHECKING:
    from collections.abc import Sequence


class _ByLine(io.RawIOBase):
    """Gives one line per read, and remembers how many it gave."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._lines = iter(data.splitlines(keepends=True))
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        del size
        line = next(self._lines, b"")
        self.count += bool(line)
        return line


def xml_lines(
    text: str, triples: Sequence[ox.Triple], *, base: str | None
) -> list[tuple[ox.Triple, int]] | None:
    """Give the line of each statement, or None if a second reading differs from the first.

    Args:
        text: The document.
        triples: What the engine read from it.
        base: The base IRI that was used.
    """
    source = _ByLine(text.encode())
    stream = cast("IO[bytes]", source)
    found = [
        (quad.triple, source.count)
        for quad in ox.parse(
            stream, format=ox.RdfFormat.RDF_XML, base_iri=base, rename_blank_nodes=True
        )
    ]
    names = same_statements([t for t, _ in found], triples)
    return None if names is None else [(rename(t, names), line) for t, line in found]
