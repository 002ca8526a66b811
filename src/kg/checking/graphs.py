"""Carries statements from our engine to the one of SHACL and back, without losing a character.

rdflib tells ``"a"`` and ``"a"^^xsd:string`` apart, which RDF 1.1 does not (Concepts, section 3.3),
and likes to rewrite numbers: both give false results. Here plain strings have one form and every
literal keeps its spelling.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import rdflib
from rdflib import XSD, BNode, Graph, URIRef

from kg.rdf import BlankNode, Literal, NamedNode, Triple
from kg.rdf.bounds import Bounds, read_triples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

    from kg.rdf import Term

_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_STRING = str(XSD.string)
_TAG = re.compile(r"[a-zA-Z]+(?:-[a-zA-Z0-9]+)*")
"""The shape of a language tag in Turtle, which rdflib holds literals to."""

# rdflib prints a traceback for every value that does not fit its datatype; here it is a result.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


def empty_graph() -> Graph:
    """Give a graph in memory without contexts, which nothing here needs and which cost half."""
    return Graph(store="SimpleMemory", bind_namespaces="none")


def to_node(term: Term) -> Node:
    """Give a term as rdflib writes it.

    >>> from kg.rdf import Literal
    >>> to_node(Literal("01", datatype=NamedNode(str(XSD.integer)))).n3()
    '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=_tag(term.language))
    kind = term.datatype.value
    if kind in {_STRING, _LANG_STRING}:
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=URIRef(kind), normalize=False)


def to_term(node: Node) -> Term:
    """Give an rdflib node as a term of our engine."""
    if isinstance(node, BNode):
        return BlankNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return _tagged(node)
        return Literal(str(node), datatype=NamedNode(str(node.datatype or XSD.string)))
    try:
        return NamedNode(str(node))
    except ValueError:
        return _forgiven(f"<{node}>")


def _tag(language: str) -> str | None:
    """Give a language tag that the engine of SHACL takes; only lenient reading lets others by."""
    tag = language.replace("_", "-")
    return tag if _TAG.fullmatch(tag) else None


def _tagged(node: rdflib.Literal) -> Term:
    try:
        return Literal(str(node), language=node.language)
    except ValueError:
        return _forgiven(node.n3())


def _forgiven(term: str) -> Term:
    """Give a term that breaks the rules of its kind, as lenient reading does."""
    line = f"<urn:a> <urn:a> {term} ."
    read = read_triples(
        line, media="application/n-triples", name="-", bounds=Bounds(iri=2**62), lenient=True
    )
    found = read[0].object
    if isinstance(found, Triple):
        raise TypeError(term)
    return found


def to_graph(triples: Iterable[Triple]) -> Graph:
    """Give statements as an rdflib graph; a statement about a statement is left out."""
    graph = empty_graph()
    for t in triples:
        if isinstance(t.subject, NamedNode | BlankNode) and isinstance(
            t.object, NamedNode | BlankNode | Literal
        ):
            graph.add((to_node(t.subject), URIRef(t.predicate.value), to_node(t.object)))
    return graph


def spelled(term: Term) -> str:
    """Give the name by which results call a term: IRI, ``_:label`` or the text of a literal."""
    return f"_:{term.value}" if isinstance(term, BlankNode) else term.value
