"""Names of what query workers do for the pages; the gateway need not load what does it."""

from __future__ import annotations

_TASKS = "kg.workspace.pages_data.tasks"

OVERVIEW = f"{_TASKS}:overview"
FINDINGS = f"{_TASKS}:findings"
EXPLANATION = f"{_TASKS}:explanation"
MATRIX = f"{_TASKS}:matrix"
CATALOGUE = f"{_TASKS}:catalogue"
REPORT = f"{_TASKS}:report"
QUESTION = f"{_TASKS}:question"
NODE = f"{_TASKS}:node"
TERMS = f"{_TASKS}:terms"
TERM = f"{_TASKS}:term"

FINDINGS_TABLE = f"{_TASKS}:findings_table"
MATRIX_TABLE = f"{_TASKS}:matrix_table"
REPORT_TABLE = f"{_TASKS}:report_table"

TASKS = (
    OVERVIEW, FINDINGS, EXPLANATION, MATRIX, CATALOGUE, REPORT, QUESTION, NODE, TERMS, TERM,
    FINDINGS_TABLE, MATRIX_TABLE, REPORT_TABLE,
)  # fmt: skip
"""What a query worker serves for the pages."""
