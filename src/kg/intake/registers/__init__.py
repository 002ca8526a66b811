"""Registers that others keep, as statements: ROO, TOOI and UPL.

Each importer takes one file as its keeper publishes it and gives triples with a report of what
came in and what could not be read. A register speaks as itself: the report names it as the one
that states every triple.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from kg.intake.registers.report import (
    Imported,
    Importer,
    ImportReport,
    Problem,
    Progress,
    RegisterError,
)
from kg.intake.registers.roo import import_roo
from kg.intake.registers.tooi import import_tooi
from kg.intake.registers.upl import import_upl

if TYPE_CHECKING:
    from collections.abc import Mapping

REGISTERS: Mapping[str, Importer] = MappingProxyType(
    {"roo": import_roo, "tooi": import_tooi, "upl": import_upl}
)
"""The importers by the name people use for the register."""

__all__ = [
    "REGISTERS",
    "ImportReport",
    "Imported",
    "Importer",
    "Problem",
    "Progress",
    "RegisterError",
    "import_roo",
    "import_tooi",
    "import_upl",
]
