"""The matrix as a page: no script, no style attributes, nothing told by colour only.

Marks are shapes: ● is supplied, ▲ a conflict, ○ a gap, such as missing coordination. Every mark
carries its meaning as text for those who do not see it, every name its own language.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kg.insight.answers import lang_attribute
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.insight.labels import Label
    from kg.insight.matrix import Cell, Matrix
    from kg.text import Lang

SUPPLIED, CONFLICT, GAP = "●", "▲", "○"
_TITLE = Text("Klanten en diensten", "Customers and services")
_LEGEND = (
    Text(f"{SUPPLIED} geleverd", f"{SUPPLIED} supplied"),
    Text(f"{CONFLICT} belangenconflict", f"{CONFLICT} conflict of interest"),
    Text(
        f"{GAP} lacune: er ontbreekt iets, zoals afstemming",
        f"{GAP} gap: something is missing, such as coordination",
    ),
    Text(
        f"{CONFLICT} zonder {SUPPLIED}: geraakt zonder klant te zijn",
        f"{CONFLICT} without {SUPPLIED}: affected without being a customer",
    ),
)
_CUSTOMER = Text("klant", "customer")
_EMPTY = Text("Er wordt niets geleverd.", "Nothing is supplied.")
_CALM = Text(
    "Tussen klanten en diensten is geen spanning gevonden.",
    "No tension was found between customers and services.",
)
_HIDDEN = Text(
    "{rows} klanten en {columns} diensten zonder spanning zijn weggelaten.",
    "{rows} customers and {columns} services without tension are left out.",
)
_STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.45 system-ui,sans-serif;margin:1.5rem;background:Canvas;color:CanvasText}
h1{font-size:1.35rem;margin:0 0 .25rem}
.matrix-legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;
 margin:0 0 1rem;padding:0;list-style:none}
.matrix-scroll{overflow:auto;max-height:85vh;
 border:1px solid color-mix(in srgb,CanvasText 35%,Canvas)}
.matrix-scroll:focus-visible{outline:3px solid Highlight;outline-offset:2px}
.matrix{border-collapse:separate;border-spacing:0}
.matrix caption{text-align:start;padding:.5rem .6rem;position:sticky;inset-inline-start:0}
.matrix th,.matrix td{padding:.45rem .6rem;text-align:center;
 border-block-end:1px solid color-mix(in srgb,CanvasText 18%,Canvas)}
.matrix th{font-weight:600;background:Canvas}
.matrix thead th{position:sticky;inset-block-start:0;z-index:2;vertical-align:bottom;
 min-width:5.5rem;max-width:14rem;hyphens:auto;overflow-wrap:break-word;
 border-block-end:2px solid color-mix(in srgb,CanvasText 55%,Canvas)}
.matrix tbody th,.matrix thead th:first-child{position:sticky;inset-inline-start:0;text-align:start;
 min-width:9rem;max-width:16rem;overflow-wrap:break-word}
.matrix tbody th{z-index:1}
.matrix thead th:first-child{z-index:3}
.matrix td{white-space:nowrap}
.matrix tbody tr:hover>*{background:color-mix(in srgb,CanvasText 7%,Canvas)}
.matrix .tense{font-weight:700;background:color-mix(in srgb,#d04a02 16%,Canvas)}
@media (max-width:40rem){
 body{margin:.75rem}
 .matrix th,.matrix td{padding:.35rem .4rem;font-size:.9rem}
 .matrix tbody th,.matrix thead th:first-child{min-width:8.6rem;max-width:9.6rem;hyphens:auto}
 .matrix thead th{min-width:4.5rem}
}
"""


def to_html(matrix: Matrix, *, standalone: bool = True) -> str:
    """Draw the matrix as an HTML table.

    Args:
        matrix: The matrix; beyond what a page can hold only its tension is drawn.
        standalone: A page of its own with its style; else a table to put in a page.

    Returns:
        HTML without script and without style attributes.
    """
    lang = matrix.lang
    table = _table(matrix.fitting())
    if not standalone:
        return table
    title = escape(_TITLE.to(lang))
    legend = "".join(f"<li>{escape(text.to(lang))}</li>" for text in _LEGEND)
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1 id="matrix-title">{title}</h1>\n<ul class="matrix-legend">{legend}</ul>\n'
        '<div class="matrix-scroll" role="region" aria-labelledby="matrix-title" tabindex="0">\n'
        f"{table}\n</div>\n</main>\n</body>\n</html>\n"
    )


def _table(matrix: Matrix) -> str:
    lang = matrix.lang
    columns = "".join(f'<th scope="col"{_named(matrix.name(s))}</th>' for s in matrix.services)
    rows = "\n".join(map("".join, (_row(matrix, c) for c in matrix.customers)))
    corner = escape(_CUSTOMER.to(lang).capitalize())
    return (
        f'<table class="matrix" lang="{lang}"><caption>{escape(caption(matrix))}</caption>\n'
        f'<thead><tr><th scope="col">{corner}</th>{columns}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody></table>"
    )


def caption(matrix: Matrix) -> str:
    """Say in a sentence what the matrix holds, and what is left out."""
    n_conflicts = sum(1 for cell in matrix.cells.values() if cell.conflicts)
    n_gaps = sum(1 for cell in matrix.cells.values() if cell.gaps)
    parts = [
        Text(
            f"{len(matrix.customers)} klanten × {len(matrix.services)} diensten; "
            f"{CONFLICT} in {n_conflicts} cellen, {GAP} in {n_gaps}.",
            f"{len(matrix.customers)} customers × {len(matrix.services)} services; "
            f"{CONFLICT} in {n_conflicts} cells, {GAP} in {n_gaps}.",
        )
    ]
    if any(matrix.hidden):
        parts.append(_HIDDEN.format(rows=matrix.hidden[0], columns=matrix.hidden[1]))
    if not matrix.cells:
        parts = [_CALM if any(matrix.hidden) else _EMPTY]
    return " ".join(part.to(matrix.lang) for part in parts)


def _row(matrix: Matrix, customer: str) -> Iterator[str]:
    yield f'<tr><th scope="row"{_named(matrix.name(customer))}</th>'
    for service in matrix.services:
        yield _td(matrix, matrix.cell(customer, service))
    yield "</tr>"


def _named(label: Label) -> str:
    return f"{lang_attribute(label.lang)}>{escape(label.text)}"


def _td(matrix: Matrix, cell: Cell) -> str:
    marks = marks_of(cell)
    if not marks:
        return "<td></td>"
    told = escape(meaning(matrix, cell))
    tense = ' class="tense"' if cell.is_tense else ""
    return f'<td{tense}><span role="img" aria-label="{told}" title="{told}">{marks}</span></td>'


def marks_of(cell: Cell) -> str:
    """Give the marks of a cell, with how many there are where more than one."""
    shown = [SUPPLIED] if cell.suppliers else []
    for mark, found in ((CONFLICT, cell.conflicts), (GAP, cell.gaps)):
        if found:
            shown.append(mark + (str(len(found)) if len(found) > 1 else ""))
    return " ".join(shown)


def meaning(matrix: Matrix, cell: Cell) -> str:
    """Say what the marks of a cell mean."""
    lang, parts = matrix.lang, []
    if cell.suppliers:
        who = matrix.labels.listed(cell.suppliers, lang)
        parts.append(Text(f"geleverd door {who}", f"supplied by {who}").to(lang))
    if cell.conflicts:
        parts.append(_counted(len(cell.conflicts), _CONFLICTS, lang))
    if cell.gaps:
        parts.append(_counted(len(cell.gaps), _GAPS, lang))
    return ", ".join(parts)


def _counted(n: int, names: tuple[Text, Text], lang: Lang) -> str:
    return f"{n} {names[0 if n == 1 else 1].to(lang)}"


_CONFLICTS = (
    Text("belangenconflict", "conflict of interest"),
    Text("belangenconflicten", "conflicts of interest"),
)
_GAPS = (
    Text("lacune", "gap"),
    Text("lacunes", "gaps"),
)
