"""Names of what workers do when files are read; light, so that a worker can start before the rest.

In: nothing. Out: import strings. Writes: nothing. Refuses: nothing.
"""

from __future__ import annotations

from pathlib import PurePath

PARSE = "kg.intake.sandboxed:parse_task"
"""Reads RDF and CSV."""
PLACES = "kg.intake.sandboxed:places_task"
"""Finds the places of the statements of a large file."""
BOOK = "kg.intake.sandboxed_books:parse_task"
"""Reads workbooks."""
TASKS = (PARSE, PLACES, BOOK)
"""What a pool for reading serves."""


def tasks_for(names: list[str]) -> tuple[str, ...]:
    """Give the tasks that files of these names need.

    >>> tasks_for(["a.ttl"]) == (PARSE, PLACES)
    True
    """
    books = any(PurePath(n).suffix.lower() == ".xlsx" for n in names)
    return TASKS if books else (PARSE, PLACES)
