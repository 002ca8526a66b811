"""What happens inside a query worker: a generation opened read-only, and tasks that read from it.

A worker opens its generation in its set-up, before its doors close; a task gets JSON and gives a
header and bytes. Everything is computed and written before the first byte leaves, so that status,
caps and length are known before the body.
"""

from __future__ import annotations

from kg.workspace.reading.opened import Opened, open_generation, opened, pack, unpack

__all__ = ["Opened", "open_generation", "opened", "pack", "unpack"]
