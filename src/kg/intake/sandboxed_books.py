"""The task of a worker that reads workbooks; loads what opens them before the walls stand."""

from __future__ import annotations

import io

from openpyxl import Workbook

from kg.intake import sandboxed
from kg.intake.workbook import read_workbook

__all__ = ["parse_task", "warm"]

parse_task = sandboxed.parse_task
"""Reads one file inside a worker; gives a header and its tables."""


def warm() -> None:
    """Open a workbook once, before the walls of a worker stand."""
    book = Workbook()
    if book.active is not None:
        book.active["A1"] = "a"
        book.active["B1"] = 1.5
    target = io.BytesIO()
    book.save(target)
    read_workbook(target.getvalue(), name="a.xlsx")
