"""What you hold in your hand: files in memory, or a workspace on disk, and what to ask of them."""

from __future__ import annotations

from kg.workspace.disk import Workspace
from kg.workspace.graph import Graph, Look, Refused

__all__ = ["Graph", "Look", "Refused", "Workspace"]
