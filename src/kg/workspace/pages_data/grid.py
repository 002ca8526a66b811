"""The matrix as plain values for a page: rows, columns, and what stands in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.insight.drawing import caption, marks_of, meaning
from kg.insight.matrix import MOST_CELLS, read_matrix
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
        ``columns``, ``rows`` with ``cells`` (null where nothing holds), or no rows and
        ``tooMany`` when there are more cells than a browser can show.
    """
    seen = look(asked.get("asOf"))
    themes = _themes(seen)
    theme = str(asked.get("theme") or "")
    services = tuple(sorted(themes.get(theme, ())))
    found = read_matrix(seen.store, seen.findings, services=services, lang=lang)
    cells = len(found.customers) * len(found.services)
    shown = found.tension() if asked.get("tense") else found.fitting()
    too_many = len(shown.customers) * len(shown.services) > MOST_CELLS
    rows: list[dict[str, Any]] = []
    for customer in () if too_many else shown.customers:
        line: list[dict[str, Any] | None] = []
        for service in shown.services:
            cell = shown.cell(customer, service)
            marks = marks_of(cell)
            held = {"marks": marks, "meaning": meaning(shown, cell), "tense": cell.is_tense}
            line.append(held if marks else None)
        rows.append({"customer": seen.named(customer, lang), "cells": line})
    return {
        "asOf": seen.findings.as_of.isoformat(),
        "caption": caption(shown),
        "columns": [] if too_many else [seen.named(s, lang) for s in shown.services],
        "rows": rows,
        "cells": cells,
        "tooMany": too_many,
        "onlyTense": cells > MOST_CELLS or bool(asked.get("tense")),
        "themes": seen.names(tuple(themes), lang),
        "theme": theme if theme in themes else "",
    }


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
