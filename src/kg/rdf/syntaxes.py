"""Triples in the other syntaxes of RDF; Turtle and N-Triples are in :mod:`kg.rdf.serialise`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ELEMENT = re.compile(r"[^\W\d][\w.-]*$")
"""What the end of a property must look like to be the name of an element."""


def to_rdf_xml(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """Write triples as RDF/XML 1.1, sorted, with these prefixes.

    Raises:
        ValueError: A property cannot be an element of XML; the engine writes it all the same, in a
            form that other parsers refuse.
    """
    ordered = sorted(set(triples), key=str)
    for triple in ordered:
        if not _ELEMENT.search(triple.predicate.value):
            raise ValueError(triple.predicate.value)
    data = ox.serialize(ordered, format=ox.RdfFormat.RDF_XML, prefixes=dict(prefixes))
    return data.decode("utf-8") if data is not None else ""
