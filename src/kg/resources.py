"""Finds the files that ship with the product: ontology, rules, demo data.

In a checkout they stand at the top; in an installed wheel under ``kg/_resources``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_resources"
_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent.parent


def ontology_dir() -> Path:
    """Give the folder with the ontology, its shapes, alignments and examples."""
    return _ROOT / "ontology"


def queries_dir() -> Path:
    """Give the folder with the rules and reports.

    >>> (queries_dir() / "weights.toml").is_file()
    True
    """
    return _ROOT / "queries"


def demo_dir() -> Path:
    """Give the folder with the two demo stories."""
    return _ROOT / "data" / "demo"
