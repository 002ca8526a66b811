"""The verdict as annotations in a GitHub workflow: one command line per result.

Escaping as in the toolkit of GitHub Actions (``escapeData`` and ``escapeProperty``): text from a
file can never start a command of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.checking.formats import words
from kg.checking.formats.text import facts
from kg.checking.formats.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.checking.report import Bin, Report, Result
    from kg.text import Lang

_COMMANDS: Mapping[Bin, str] = {
    "must-fix": "error",
    "should-fix": "warning",
    "unknown-reference": "notice",
    "information": "notice",
}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: Report, *, lang: Lang) -> str:
    """Write the verdict as workflow commands, gravest first; a last line sums up."""
    found = [_annotation(result, lang) for result in report.results]
    told = [t.to(lang) for t in (*words.truncations(report), words.verdict(report))]
    summary = "\n".join(visible(text) for text in told)
    return "".join(f"{line}\n" for line in [*found, f"::notice::{summary.translate(_DATA)}"])


def _annotation(result: Result, lang: Lang) -> str:
    properties = ",".join(
        f"{name}={visible(str(value)).translate(_PROPERTY)}"
        for name, value in _properties(result, lang)
    )
    text = [visible(result.message.to(lang))]
    text += [f"{name}: {value}" for name, value in facts(result, lang)]
    return f"::{_COMMANDS[result.bin]} {properties}::{chr(10).join(text).translate(_DATA)}"


def _properties(result: Result, lang: Lang) -> Iterator[tuple[str, object]]:
    place = result.source
    if place is not None:
        yield "file", place.file
        if place.line is not None:
            yield "line", place.line
        if place.column is not None:
            yield "col", place.column
    cell = f" {place.cell}" if place is not None and place.cell else ""
    yield "title", f"{result.code} {words.BIN[result.bin].heading.to(lang)}{cell}"
