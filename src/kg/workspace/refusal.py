"""What a workspace will not do, as types a service can answer with the right status."""

from __future__ import annotations

from kg.errors import WorkspaceError


class ConflictError(WorkspaceError):
    """It does not fit what is there already."""


class ForbiddenError(WorkspaceError):
    """Somebody else may do it, this one may not."""
