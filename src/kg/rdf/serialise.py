"""Triples to bytes, sorted so that equal graphs give equal bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIXES = {
    "sam": "https://w3id.org/samenspel/def#",
    "d": "https://w3id.org/samenspel/derived#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "org": "http://www.w3.org/ns/org#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def to_ntriples(triples: Iterable[ox.Triple]) -> str:
    """Write triples as sorted N-Triples lines, each ending in a newline."""
    return "".join(f"{line} .\n" for line in sorted({str(t) for t in triples}))


def to_turtle(triples: Iterable[ox.Triple], prefixes: Mapping[str, str] | None = None) -> str:
    """Write triples as Turtle, sorted, with the usual prefixes or those given."""
    ordered = sorted(set(triples), key=str)
    data = ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes or PREFIXES))
    return data.decode("utf-8") if data is not None else ""
