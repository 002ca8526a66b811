"""Gives what a graph holds to others, in their terms, and says what those terms cannot express.

In: a store after the rules have run. Out: triples and a report of what was left behind. Each
profile is a folder under ``queries/exports`` with a ``profile.toml`` and SPARQL files; no profile
is in Python.
"""

from __future__ import annotations

from kg.exchange.export import PLACE, Completed, Export, export
from kg.exchange.loss import Loss
from kg.exchange.profile import Profile, load_profile, profile_names
from kg.exchange.report import as_json, as_text
from kg.exchange.write import FORMATS, write

__all__ = [
    "FORMATS",
    "PLACE",
    "Completed",
    "Export",
    "Loss",
    "Profile",
    "as_json",
    "as_text",
    "export",
    "load_profile",
    "profile_names",
    "write",
]
