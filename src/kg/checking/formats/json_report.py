"""The verdict as JSON: the contract of ``kg validate --format json`` and of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.checking.formats import words
from kg.checking.formats.visible import json_text

if TYPE_CHECKING:
    from kg.checking.report import Repair, Report, Result
    from kg.rdf.positions import Place
    from kg.text import Lang, Text


def render(report: Report, *, lang: Lang) -> str:
    """Write the verdict as JSON.

    Messages stand in both languages; only what was not checked is in the language asked for.
    What is absent is ``null``.
    """
    return json_text(as_json(report, lang=lang)) + "\n"


def as_json(report: Report, *, lang: Lang) -> dict[str, Any]:
    """Give the verdict as the values that become JSON."""
    untold = [*report.not_checked, *words.truncations(report)]
    return {
        "conforms": report.conforms,
        "shapes": shapes_of(report),
        "asOf": report.as_of.isoformat(),
        "results": [_result(r) for r in report.results],
        "passed": report.passed,
        "notChecked": [t.to(lang) for t in untold],
    }


def shapes_of(report: Report) -> str:
    """Give name and version of the shapes: the first of what the check used."""
    return next((f"{name} {version}" for name, version in report.versions.items()), "")


def both(text: Text) -> dict[str, str]:
    """Give a text in both languages."""
    return {"nl": text.nl, "en": text.en}


def as_repair(repair: Repair) -> dict[str, Any]:
    """Give a repair: in words, and the statements to take out and to put in."""
    return {
        "about": both(repair.about),
        "remove": list(repair.remove),
        "add": list(repair.add),
        "verified": repair.verified,
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        "bin": result.bin,
        "message": both(result.message),
        "focus": result.focus,
        "path": result.path or None,
        "value": result.value or None,
        "shape": result.shape,
        "constraint": result.constraint,
        "source": None if result.source is None else _place(result.source),
        "repair": None if result.repair is None else as_repair(result.repair),
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column, "cell": place.cell}
