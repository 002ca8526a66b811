"""The tension of the matrix as a picture: customers on the left, services on the right.

One line per customer and service between which there is tension. A conflict and a gap
differ in shape and dash, never only in colour; the picture has a title, a description and a text on
every line, and follows the light or dark of the reader.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from kg.insight.answers import lang_attribute
from kg.insight.bipartite import Edge, arrange
from kg.insight.drawing import CONFLICT, GAP, caption, meaning
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.insight.matrix import Cell, Matrix

_WIDTH, _LEFT, _RIGHT, _STEP, _TOP = 960, 330, 630, 34, 58
_LONGEST = 40
_PLACES = (0.5, 0.4, 0.6, 0.32, 0.68, 0.24, 0.76)
_Point = tuple[float, float]
_TITLE = Text("Waar klanten en diensten spannen", "Where customers and services strain")
_HEADS = (Text("klanten", "customers"), Text("diensten", "services"))
_LEGEND = Text(
    f"{CONFLICT} belangenconflict    {GAP} lacune: er ontbreekt iets, zoals afstemming",
    f"{CONFLICT} conflict of interest    {GAP} gap: something is missing, such as coordination",
)
_STYLE = """
.kg-tension{color-scheme:light dark;color:CanvasText;font:14px system-ui,sans-serif}
.kg-tension text{fill:currentColor}
.kg-tension .kg-head{font-weight:600}
.kg-tension .kg-node{fill:currentColor}
.kg-tension path{fill:none;stroke:currentColor;opacity:.55}
.kg-tension .kg-conflict path{stroke-width:2.2;opacity:.8}
.kg-tension .kg-gap path{stroke-width:1.6;stroke-dasharray:5 4}
.kg-tension .kg-disc{fill:Canvas}
.kg-tension .kg-mark{text-anchor:middle;font-size:13px}
.kg-tension g:hover path{stroke-width:4;opacity:1}
"""


def to_svg(matrix: Matrix, *, styled: bool = True) -> str:
    """Draw the tension of a matrix as SVG.

    Args:
        matrix: The matrix; customers and services without tension are left out.
        styled: Carry a style of its own; without, a page that shows it must have one.

    Returns:
        SVG without script; classes start with ``kg-``.
    """
    tense = matrix.tension()
    edges = sorted(pair for pair, cell in tense.cells.items() if cell.is_tense)
    customers, services = arrange(tense.customers, tense.services, edges)
    rows = max(len(customers), len(services), 1)
    height = _TOP + rows * _STEP + 34
    at = {
        **{("c", n): _y(i, len(customers), rows) for i, n in enumerate(customers)},
        **{("s", n): _y(i, len(services), rows) for i, n in enumerate(services)},
    }
    lang = matrix.lang
    style = f"<style>{_STYLE}</style>" if styled else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kg-tension" lang="{lang}" role="img" '
        f'viewBox="0 0 {_WIDTH} {height}" aria-labelledby="kg-tension-t kg-tension-d">',
        f'<title id="kg-tension-t">{escape(_TITLE.to(lang))}</title>',
        f'<desc id="kg-tension-d">{escape(_describe(matrix, len(edges)))}</desc>{style}',
        *_heads(matrix, height),
        *_lines(matrix, edges, at),
        *(_node(matrix, n, at["c", n], left=True) for n in customers),
        *(_node(matrix, n, at["s", n], left=False) for n in services),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _y(place: int, of: int, rows: int) -> float:
    return _TOP + (place + 0.5 + (rows - of) / 2) * _STEP


def _describe(matrix: Matrix, lines: int) -> str:
    told = Text(
        f"{lines} keer spanning tussen een klant en een dienst. {caption(matrix)}",
        f"{lines} times tension between a customer and a service. {caption(matrix)}",
    )
    return told.to(matrix.lang)


def _heads(matrix: Matrix, height: float) -> Iterator[str]:
    left, right = (escape(h.to(matrix.lang)) for h in _HEADS)
    yield f'<text class="kg-head" x="{_LEFT - 16}" y="{_TOP - 14}" text-anchor="end">{left}</text>'
    yield f'<text class="kg-head" x="{_RIGHT + 16}" y="{_TOP - 14}">{right}</text>'
    legend = escape(_LEGEND.to(matrix.lang))
    yield (
        f'<text x="{_WIDTH / 2:g}" y="{height - 8:g}" text-anchor="middle" '
        f'xml:space="preserve">{legend}</text>'
    )


def _lines(
    matrix: Matrix, edges: Sequence[Edge], at: Mapping[tuple[str, str], float]
) -> Iterator[str]:
    """Draw the lines; each mark goes where it is farthest from those already there."""
    taken: list[_Point] = []
    marks: list[str] = []
    for edge in edges:
        start, end = (_LEFT + 9, at["c", edge[0]]), (_RIGHT - 10, at["s", edge[1]])
        spots = [_on_curve(start, end, t) for t in _PLACES]
        spot = max(spots, key=lambda p: min((math.dist(p, q) for q in taken), default=0))
        taken.append(spot)
        cell = matrix.cell(*edge)
        names = " – ".join(matrix.name(node).text for node in edge)
        told = f"<title>{escape(names)}: {escape(meaning(matrix, cell))}</title>"
        kind = "kg-conflict" if cell.conflicts else "kg-gap"
        yield f'<g class="{kind}">{told}<path d="{_curve(start, end)}"/></g>'
        marks.append(f"<g>{told}{_marked(spot, _mark(cell))}</g>")
    yield from marks


def _curve(start: _Point, end: _Point) -> str:
    middle = (start[0] + end[0]) / 2
    bend = f"{middle:g} {start[1]:g} {middle:g} {end[1]:g}"
    return f"M{start[0]:g} {start[1]:g}C{bend} {end[0]:g} {end[1]:g}"


def _marked(spot: _Point, mark: str) -> str:
    (x, y), wide = spot, 10 * len(mark) + 6
    return (
        f'<rect class="kg-disc" x="{x - wide / 2:.1f}" y="{y - 10:.1f}" width="{wide}" '
        f'height="20" rx="9"/>'
        f'<text class="kg-mark" x="{x:.1f}" y="{y:.1f}" dy=".35em">{mark}</text>'
    )


def _on_curve(
    start: tuple[float, float], end: tuple[float, float], t: float
) -> tuple[float, float]:
    """Give a point on the cubic curve that leaves and arrives level."""
    middle = (start[0] + end[0]) / 2
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    x = a * start[0] + (b + c) * middle + d * end[0]
    return x, (a + b) * start[1] + (c + d) * end[1]


def _mark(cell: Cell) -> str:
    return (CONFLICT if cell.conflicts else "") + (GAP if cell.gaps else "")


def _node(matrix: Matrix, node: str, y: float, *, left: bool) -> str:
    label = matrix.name(node)
    short = label.text if len(label.text) <= _LONGEST else label.text[: _LONGEST - 1] + "…"
    lang = lang_attribute(label.lang)
    if left:
        shape = f'<circle class="kg-node" cx="{_LEFT}" cy="{y:g}" r="6"/>'
        place = f'x="{_LEFT - 16}" text-anchor="end"'
    else:
        shape = (
            f'<rect class="kg-node" x="{_RIGHT - 6}" y="{y - 6:g}" width="12" height="12" rx="2"/>'
        )
        place = f'x="{_RIGHT + 16}"'
    return (
        f"<g><title{lang}>{escape(label.text)}</title>{shape}"
        f'<text {place} y="{y:g}" dy=".35em"{lang}>{escape(short)}</text></g>'
    )
