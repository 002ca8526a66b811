"""RDF terms, parsing and serialising: with the store the only room that knows the engine."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.rdf.parse import FORMATS, parse_bytes, parse_file
from kg.rdf.serialise import to_ntriples, to_turtle
from kg.rdf.term import value

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

__all__ = [
    "FORMATS",
    "BlankNode",
    "Literal",
    "NamedNode",
    "Quad",
    "Subject",
    "Term",
    "Triple",
    "parse_bytes",
    "parse_file",
    "to_ntriples",
    "to_turtle",
    "value",
]
