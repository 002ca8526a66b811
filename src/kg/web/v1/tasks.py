"""Names of what the workers do for ``/v1``; the gateway need not load what does it."""

from __future__ import annotations

from kg.intake.examining import TASKS as INTAKE_TASKS

FINDINGS = "kg.workspace.views:findings"
ONE_FINDING = "kg.workspace.views:finding"
EXPLANATION = "kg.workspace.views:explanation"
QUERY = "kg.workspace.views:query"
MATRIX = "kg.workspace.views:matrix"

QUERY_TASKS = (FINDINGS, ONE_FINDING, EXPLANATION, QUERY, MATRIX)
"""What a query worker serves for ``/v1``."""

__all__ = ["INTAKE_TASKS", "QUERY_TASKS"]
