"""Reference vocabularies: which IRIs exist, which ended and what came after them."""

from __future__ import annotations

from kg.vocabularies.load import (
    Entry,
    Source,
    Vocabularies,
    bundled_vocabularies,
    load_vocabularies,
)
from kg.vocabularies.schemes import FAMILIES, Family, Scheme, canonical, scheme_of

__all__ = [
    "FAMILIES",
    "Entry",
    "Family",
    "Scheme",
    "Source",
    "Vocabularies",
    "bundled_vocabularies",
    "canonical",
    "load_vocabularies",
    "scheme_of",
]
