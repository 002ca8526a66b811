"""The same answer in a limited process: a workbook of others is opened nowhere else."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.intake.sheets.answer import Mark, answer
from kg.intake.sheets.catalogue import catalogue
from kg.intake.sheets.template import Order, make_template
from kg.rdf.positions import Place
from kg.sandbox import Limits, run
from kg.terms import SAM
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.sandbox import Pool
    from kg.text import Lang

ANSWER = "kg.intake.sheets.sandboxed:answer_task"
LIMITS = Limits(wall=30.0, cpu=30)
"""Writing comments is slow: thousands of them take seconds."""


def warm() -> None:
    """Use once what the task needs from files, before the walls of a worker stand."""
    data = make_template(Order((SAM + "Interface",)), catalogue())
    answer(data, [Mark(Place("a.xlsx", cell="Koppelvlak!A3"), Text("a", "a"))], name="a.xlsx",
           language="nl")  # fmt: skip


def answer_sandboxed(
    data: bytes, marks: Sequence[Mark], *, name: str, language: Lang, pool: Pool | None = None
) -> bytes:
    """Give a copy of a workbook with its marks, made in a limited process.

    Args:
        data: The workbook as it was handed in.
        marks: What to tell.
        name: What to call it in messages.
        language: Language of the marks.
        pool: Workers that serve ``ANSWER``; a process of its own if left out.

    Returns:
        The bytes of the copy.

    Raises:
        KgError: As ``answer``, and ``KG-S…`` when the process went over its limits.
    """
    header = {"name": name, "language": language, "marks": [asdict(m) for m in marks]}
    payload = json.dumps(header).encode() + b"\n" + data
    return (pool.run(ANSWER, payload) if pool else run(ANSWER, payload, limits=LIMITS)).result


def answer_task(payload: bytes) -> bytes:
    """Make the copy inside a worker."""
    head, _, data = payload.partition(b"\n")
    header = json.loads(head)
    marks = [_mark(m) for m in header["marks"]]
    return answer(data, marks, name=header["name"], language=header["language"])


def _mark(cells: Mapping[str, Any]) -> Mark:
    return Mark(
        Place(**cells["place"]),
        Text(*cells["message"]),
        cells["grade"],
        _text(cells["advice"]),
        _text(cells["column"]),
        cells["value"],
    )


def _text(words: Sequence[str] | None) -> Text | None:
    return Text(*words) if words is not None else None
