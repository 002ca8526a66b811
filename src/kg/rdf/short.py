"""IRIs as people write them: with a prefix where one is usual."""

from __future__ import annotations

from kg.rdf.prefixes import KNOWN_PREFIXES

_ALIASES = frozenset({"cccev", "cpov", "dc", "dcterms", "m8g"})
"""Prefixes for which another is more usual."""


def short(iri: str) -> str:
    """Give an IRI with a usual prefix, else between angle brackets.

    >>> short("https://w3id.org/samenspel/def#Service"), short("http://data.europa.eu/m8g/Channel")
    ('sam:Service', 'cv:Channel')
    >>> short("urn:x")
    '<urn:x>'
    """
    for prefix, space in KNOWN_PREFIXES.items():
        local = iri.removeprefix(space)
        if prefix not in _ALIASES and local and local != iri and "/" not in local:
            return f"{prefix}:{local}"
    return f"<{iri}>"
