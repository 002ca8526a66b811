"""Where rows end in each format, so that an answer can be cut between two of them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Final

JSON: Final = "application/sparql-results+json"
XML: Final = "application/sparql-results+xml"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"


class Shape(ABC):
    """How rows stand in one format."""

    mark: bytes
    """Stands at every row, and perhaps elsewhere in odd data: an upper bound only."""
    tail: bytes
    """What closes the document after the last row."""

    @abstractmethod
    def start(self, body: bytes) -> int:
        """Give where the first row would start."""

    @abstractmethod
    def ends(self, body: bytes, *, full: bool) -> list[int]:
        """Give where each whole row ends.

        Args:
            body: The document, or its beginning.
            full: Whether it was broken off, so that the last row may not be whole.
        """


class XmlShape(Shape):
    """Rows in SPARQL 1.1 Query Results XML: text has no ``<`` of its own."""

    mark = b"</result>"
    tail = b"</results></sparql>"

    def start(self, body: bytes) -> int:
        """Give where the first row would start."""
        return body.index(b"<results>") + len(b"<results>")

    def ends(self, body: bytes, *, full: bool) -> list[int]:  # noqa: ARG002 - never ambiguous
        """Give where each whole row ends."""
        return [m.end() for m in re.finditer(rb"</result>", body)]


class TsvShape(Shape):
    """Rows in TSV: line ends inside values are escaped."""

    mark = b"\n"
    tail = b""

    def start(self, body: bytes) -> int:
        """Give where the first row would start."""
        return body.index(b"\n") + 1

    def ends(self, body: bytes, *, full: bool) -> list[int]:  # noqa: ARG002 - never ambiguous
        """Give where each whole row ends."""
        return [m.end() for m in re.finditer(rb"\n", body)][1:]


class CsvShape(Shape):
    """Rows in CSV: line ends inside quotes do not count."""

    mark = b"\r\n"
    tail = b""

    def start(self, body: bytes) -> int:
        """Give where the first row would start."""
        return body.index(b"\r\n") + 2

    def ends(self, body: bytes, *, full: bool) -> list[int]:
        """Line ends outside quotes: those before which the number of quotes is even."""
        del full
        if b'"' not in body:
            return [m.end() for m in re.finditer(rb"\r\n", body)][1:]
        found = re.finditer(rb'"(?:[^"]|"")*+(?:"|\Z)|(\r\n)', body)
        return [m.end() for m in found if m.lastindex][1:]


class JsonShape(Shape):
    """Rows are objects in the array ``bindings``.

    Between two rows stands ``},{"`` and then a name. Inside a string the quote would be escaped,
    and after the quote that ends a string comes one of ``,:}]``. Rows without any value (``{}``)
    are looked for with a slower pattern, only when there can be some.
    """

    mark = b'},{"'
    tail = b"]}}"
    _between = re.compile(rb'\}(?=,\{"[^,:}\]])')
    _slow = re.compile(rb'"(?:[^"\\]|\\.)*+"|([{}])', re.DOTALL)

    def start(self, body: bytes) -> int:
        """Give where the first row would start."""
        return body.index(b'"bindings":[') + len(b'"bindings":[')

    def ends(self, body: bytes, *, full: bool) -> list[int]:
        """Give where each whole row ends."""
        start = self.start(body)
        if b"{}" in body:
            return self._all_ends(body, start)
        ends = [m.end() for m in self._between.finditer(body, start)]
        if not full and body[start : start + 1] == b"{":
            ends.append(len(body) - len(self.tail))
        return ends

    def _all_ends(self, body: bytes, start: int) -> list[int]:
        ends: list[int] = []
        depth = 0
        for match in self._slow.finditer(body, start):
            if match[1] is not None:
                depth += 1 if match[1] == b"{" else -1
                if depth == 0:
                    ends.append(match.end())
                elif depth < 0:
                    break
        return ends


SHAPES: Final[dict[str, Shape]] = {
    JSON: JsonShape(),
    XML: XmlShape(),
    CSV: CsvShape(),
    TSV: TsvShape(),
}
"""How rows stand, by media type."""
