"""Small statements and questions that the tests of the stores share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.rdf import Literal, NamedNode, Quad, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.store import GraphStore

G, H = "https://example.org/g", "https://example.org/h"


def triple(subject: str, number: int) -> Triple:
    """Give a small statement."""
    return Triple(
        NamedNode(f"https://example.org/{subject}"),
        NamedNode("https://example.org/has"),
        Literal(number),
    )


def quad(subject: str, number: int, graph: str = G) -> Quad:
    """Give a small statement in a graph."""
    t = triple(subject, number)
    return Quad(t.subject, t.predicate, t.object, NamedNode(graph))


def numbers(store: GraphStore, graphs: str) -> list[str]:
    """Give the numbers that a store holds in the graphs named."""
    rows = store.select(f"SELECT ?n {graphs} WHERE {{ ?s ?p ?n }} ORDER BY ?n")
    return [row["n"].value for row in rows]


class BrokenOffError(Exception):
    """Something stopped while triples were coming in."""


def broken_off() -> Iterator[Triple]:
    """Give one statement, then stop."""
    yield triple("new", 9)
    raise BrokenOffError
