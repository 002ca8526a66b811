"""Named graphs behind one port: in memory, embedded on disk, or a remote SPARQL endpoint."""

from __future__ import annotations

from kg.store.errors import StoreError
from kg.store.oxigraph import EmbeddedStore, MemoryStore
from kg.store.port import GraphStore, Row

__all__ = ["EmbeddedStore", "GraphStore", "MemoryStore", "Row", "StoreError"]
