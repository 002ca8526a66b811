"""Ways to write a verdict: for people, for editors and code hosts, and for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kg.checking.formats import github, html, json_report, junit, sarif, text, w3c

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.checking.report import Report
    from kg.text import Lang

__all__ = ["FORMATS", "Format", "Render"]


class Render(Protocol):
    """Writes a verdict in one format."""

    def __call__(self, report: Report, *, lang: Lang) -> str:
        """Give the verdict as text."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a verdict.

    Attributes:
        render: Writes it.
        media: Media type of what is written.
        ending: Ending of a file that holds it.
    """

    render: Render
    media: str
    ending: str


FORMATS: Mapping[str, Format] = {
    "text": Format(text.render, "text/plain", ".txt"),
    "json": Format(json_report.render, "application/json", ".json"),
    "sarif": Format(sarif.render, "application/sarif+json", ".sarif"),
    "junit": Format(junit.render, "application/xml", ".xml"),
    "github": Format(github.render, "text/plain", ".txt"),
    "html": Format(html.render, "text/html", ".html"),
    "turtle": Format(w3c.turtle, "text/turtle", ".ttl"),
    "jsonld": Format(w3c.jsonld, "application/ld+json", ".jsonld"),
}
"""Formats by the name ``--format`` knows them by."""
