"""Workbooks: a template from the shapes, what was filled in as statements, the answer in its cells.

In: classes, or the tables of a file. Out: a workbook, or statements with the cell of each. Writes:
nothing. Refuses: macros and links; what is wrong with a value is told in its cell.
"""

from __future__ import annotations

from kg.intake.active import refuse_active
from kg.intake.csvfile import read_csv_bytes
from kg.intake.sheets.answer import Grade, Mark, answer, answer_table, marks_of
from kg.intake.sheets.catalogue import Catalogue, catalogue
from kg.intake.sheets.columns import Column, Sheet
from kg.intake.sheets.confirm import Request, requests
from kg.intake.sheets.convert import Converted, convert
from kg.intake.sheets.fill import choices_of
from kg.intake.sheets.names import Choice
from kg.intake.sheets.problems import CellProblem
from kg.intake.sheets.sandboxed import ANSWER, answer_sandboxed
from kg.intake.sheets.template import Order, make_template

__all__ = [
    "ANSWER",
    "Catalogue",
    "CellProblem",
    "Choice",
    "Column",
    "Converted",
    "Grade",
    "Mark",
    "Order",
    "Request",
    "Sheet",
    "answer",
    "answer_sandboxed",
    "answer_table",
    "catalogue",
    "choices_of",
    "convert",
    "make_template",
    "marks_of",
    "read_csv_bytes",
    "refuse_active",
    "requests",
]
