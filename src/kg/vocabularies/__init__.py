"""Reference vocabularies: which IRIs exist, which ended and what came after them."""

from __future__ import annotations

from kg.vocabularies.entries import Entry, Facts
from kg.vocabularies.home import Home, load_home
from kg.vocabularies.load import bundled_vocabularies, load_vocabularies
from kg.vocabularies.schemes import FAMILIES, Family, Scheme, canonical, scheme_of
from kg.vocabularies.view import Source, Vocabularies

__all__ = [
    "FAMILIES",
    "Entry",
    "Facts",
    "Family",
    "Home",
    "Scheme",
    "Source",
    "Vocabularies",
    "bundled_vocabularies",
    "canonical",
    "load_home",
    "load_vocabularies",
    "scheme_of",
]
