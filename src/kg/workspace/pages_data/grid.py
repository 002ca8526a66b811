"""The matrix as plain values for a page: rows, columns, and what stands in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.insight.drawing import caption, marks_of, meaning
from kg.insight.matrix import MOST_CELLS, Matrix, read_matrix
from kg.terms import CURRENT, SAM
from kg.workspace.pages_data.look import look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.text import Lang
    from kg.workspace.pages_data.look import Seen

_THEMES = f"""
SELECT DISTINCT ?theme ?service FROM <{CURRENT}> WHERE {{
  ?theme <{SAM}addresses> ?service . ?provision <{SAM}ofService> ?service }}
"""


def matrix(asked: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Give customers against services.

    Args:
        asked: ``theme`` to see only the services addressed under it, ``tense`` for only rows and
            columns with tension, and perhaps ``asOf``.
        lang: The reader's language.

    Returns:
        ``columns``, and ``rows`` with ``cells`` (null where nothing holds). Beyond what a browser
        can show only what has tension is there, and beyond that only the services with the
        gravest findings: ``gravest`` is how many.
    """
    seen = look(asked.get("asOf"))
    themes = _themes(seen)
    theme = str(asked.get("theme") or "")
    services = tuple(sorted(themes.get(theme, ())))
    whole = read_matrix(seen.store, seen.findings, services=services, lang=lang)
    shown = whole.tension() if asked.get("tense") else whole
    if _cells(shown) > MOST_CELLS:
        shown = whole.tension()
    gravest = None
    while _cells(shown) > MOST_CELLS and len(shown.services) > 1:
        gravest = len(shown.services) // 2
        shown = first(shown, gravest)
    return {
        "asOf": seen.findings.as_of.isoformat(),
        "caption": caption(shown),
        "columns": [seen.named(s, lang) for s in shown.services],
        "rows": [_row(seen, shown, customer, lang) for customer in shown.customers],
        "cells": _cells(whole),
        "gravest": gravest,
        "onlyTense": shown is not whole,
        "themes": seen.names(themes, lang),
        "theme": theme if theme in themes else "",
    }


def first(found: Matrix, count: int) -> Matrix:
    """Give the first services of a matrix, the gravest, with the customers that strain there."""
    services = found.services[:count]
    wanted = set(services)
    cells = {p: c for p, c in found.cells.items() if p[1] in wanted and c.is_tense}
    strained = {customer for customer, _ in cells}
    customers = tuple(c for c in found.customers if c in strained)
    shown = {p: c for p, c in found.cells.items() if p[1] in wanted and p[0] in strained}
    hidden = (
        found.hidden[0] + len(found.customers) - len(customers),
        found.hidden[1] + len(found.services) - len(services),
    )
    return Matrix(customers, services, shown, found.labels, found.lang, hidden)


def _cells(found: Matrix) -> int:
    return len(found.customers) * len(found.services)


def _row(seen: Seen, shown: Matrix, customer: str, lang: Lang) -> dict[str, Any]:
    line: list[dict[str, Any] | None] = []
    for service in shown.services:
        cell = shown.cell(customer, service)
        marks = marks_of(cell)
        held = {"marks": marks, "meaning": meaning(shown, cell), "tense": cell.is_tense}
        line.append(held if marks else None)
    return {"customer": seen.named(customer, lang), "cells": line}


def table(asked: Mapping[str, Any], lang: Lang) -> str:
    """Give the whole matrix as CSV, safe to open in a spreadsheet program."""
    seen = look(asked.get("asOf"))
    return read_matrix(seen.store, seen.findings, lang=lang).to_csv(spreadsheet=True)


def _themes(seen: Seen) -> dict[str, set[str]]:
    """Give the services that are supplied and addressed under each theme."""
    out: dict[str, set[str]] = {}
    for row in seen.store.select(_THEMES):
        out.setdefault(row["theme"].value, set()).add(row["service"].value)
    return out
