"""Which tasks the workers of the service serve; each a function of the product, bytes to bytes.

A query worker imports all of its tasks before its doors close: keep what they import small.
"""

from __future__ import annotations

from kg.web.pages import tasks as pages
from kg.web.v1 import tasks as v1

OPEN = "kg.workspace.reading:open_generation"
"""The set-up of a query worker."""
OPEN_INTAKE = "kg.workspace.examine:open_all"
"""The set-up of an intake worker; gets the same."""
SPARQL = "kg.workspace.reading.questions:sparql"
GRAPH = "kg.workspace.reading.questions:graph"
SERVICE = "kg.workspace.reading.describing:service"
DATASET = "kg.workspace.reading.describing:dataset"
RESOURCE = "kg.workspace.reading.describing:resource"
RECONCILE = "kg.workspace.reconciling:reconcile"
NTRIPLES = "kg.workspace.reading.taking:ntriples"

CORE_TASKS: tuple[str, ...] = (SPARQL, GRAPH, SERVICE, DATASET, RESOURCE)
"""What query workers serve on a scratch workspace, where there is nothing else to ask."""
QUERY_TASKS: tuple[str, ...] = (*CORE_TASKS, RECONCILE, *v1.QUERY_TASKS, *pages.TASKS)
SCRATCH_INTAKE_TASKS: tuple[str, ...] = (NTRIPLES,)
INTAKE_TASKS: tuple[str, ...] = (*v1.INTAKE_TASKS,)
