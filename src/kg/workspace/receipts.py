"""A submission and a generation as plain values, for receipts, lists and messages."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.workspace.generations import Generation
    from kg.workspace.history import Kept, State


def receipt(kept: Kept, seen: int) -> dict[str, Any]:
    """Give a submission as plain JSON values.

    Args:
        kept: The submission.
        seen: How far readers see: the place of the last record in the generation in force.
    """
    published = kept.in_force and kept.accepted <= seen
    return {
        "id": kept.id,
        "organisation": kept.organisation,
        "dataset": kept.dataset,
        "file": kept.file,
        "mediaType": kept.media,
        "stage": "published" if published else kept.stage,
        "sha256": kept.raw,
        "canonicalSha256": kept.canonical,
        "triples": kept.triples,
        "graph": kept.graph,
        "by": kept.by,
        "acceptedBy": kept.accepted_by,
        "at": dict(kept.at),
        "replaces": kept.replaces,
        "replacedBy": kept.replaced_by,
        "hasReport": kept.report is not None,
    }


def elsewhere(query_url: str, home: str, state: State) -> dict[str, Any]:
    """Give what readers have to know of a store on a server: it has no generations of its own."""
    day = state.look_day
    return {
        "event": "generation",
        "number": state.seq,
        "seq": state.seq,
        "path": "",
        "store": query_url,
        "home": home,
        "etag": hashlib.sha256(f"{query_url}|{state.seq}|{day}".encode()).hexdigest()[:16],
        "asOf": None if day is None else day.isoformat(),
        "scratch": state.scratch,
    }


def announcement(generation: Generation, state: State) -> dict[str, Any]:
    """Give what readers have to know of a generation."""
    name = f"{generation.path.parent}|{generation.path.name}"
    day = state.look_day
    return {
        "event": "generation",
        "number": generation.seq,
        "seq": generation.seq,
        "path": str(generation.path.resolve()),
        "etag": hashlib.sha256(name.encode()).hexdigest()[:16],
        "asOf": None if day is None else day.isoformat(),
        "scratch": state.scratch,
    }
