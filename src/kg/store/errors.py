"""What can go wrong in a store: the engine or the server, not the question."""

from __future__ import annotations

from kg.errors import KgError

__all__ = ["StoreError"]


class StoreError(KgError):
    """A store that cannot write or answer (codes ``KG-T…``); open it again before going on."""
