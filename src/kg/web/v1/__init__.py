"""The API under ``/v1``: what its contract (``openapi.yaml``) says, and nothing else."""

from __future__ import annotations

from kg.web.v1.router import prepare, routes

__all__ = ["prepare", "routes"]
