"""The line of a file a result is about, with carets below; never a line with personal data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.rdf.positions import Lines, excerpt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.checking.report import Report, Result

_TERM = re.compile(r'"""|"(?:[^"\\\r\n]|\\.)*"|<[^<>\s]*>|[^\s;,]*[^\s;,.]')
_PRIVACY = "KG-V3"
"""Codes of results about personal data."""


class Excerpts:
    """Shows lines of the files of one verdict.

    A line that holds personal data is shown for no result at all. When not every result about
    personal data was kept, it is not known which lines those are, and nothing of the file is
    shown.

    Args:
        report: The verdict.
        sources: Text of the files by name.
    """

    def __init__(self, report: Report, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._lines = {name: Lines(text) for name, text in sources.items()}
        self._private: set[tuple[str, int | None]] = set()
        for group in report.groups:
            private = [r for r in group.results if r.code.startswith(_PRIVACY)]
            self._private |= {(r.source.file, r.source.line) for r in private if r.source}
            if private and (group.total > len(private) or any(not r.source for r in private)):
                self._lines = {}

    def of(self, result: Result) -> list[str]:
        """Give the line of a result and the carets below; nothing when it may not be shown."""
        place = result.source
        if place is None or place.line is None or place.file not in self._lines:
            return []
        if (place.file, place.line) in self._private:
            return []
        lines = self._lines[place.file]
        offset = lines.offset(place.line, place.column or 1)
        term = _TERM.match(self._sources[place.file], offset)
        shown = excerpt(lines, offset, len(term[0]) if term else 1).split("\n")
        return shown if place.column else shown[:1]
