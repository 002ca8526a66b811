"""What a graph store must be able to do; every adapter passes one contract suite.

Every query names its graphs (``FROM`` or ``GRAPH``): nothing here depends on what an engine
takes for its default graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.rdf import Quad, Term, Triple

Row = dict[str, "Term"]
"""One solution: variable name to term; unbound variables are absent."""


@runtime_checkable
class GraphStore(Protocol):
    """A set of named graphs that answers SPARQL 1.1."""

    def select(self, query: str) -> Iterator[Row]:
        """Give the solutions of a SELECT query, one row each."""

    def ask(self, query: str) -> bool:
        """Give the answer to an ASK query."""

    def construct(self, query: str) -> Iterator[Triple]:
        """Give the triples of a CONSTRUCT or DESCRIBE query."""

    def materialise(self, graph: str, construct: str) -> None:
        """Add to a named graph what a CONSTRUCT query gives, without leaving the engine."""

    def add(self, graph: str, triples: Iterable[Triple]) -> None:
        """Add triples to a named graph, all or nothing.

        Raises:
            StoreError: ``KG-T001`` when the store cannot write.
        """

    def replace(self, graph: str, triples: Iterable[Triple]) -> None:
        """Make a named graph hold exactly these triples, all or nothing.

        Raises:
            StoreError: ``KG-T001`` when the store cannot write.
        """

    def change(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Take quads away and add quads, all or nothing, in one atomic update.

        A quad that is in both stays. Every node must have a name.

        Raises:
            StoreError: ``KG-T001`` when the store cannot write, ``KG-T002`` for a blank node,
                ``KG-T003`` for an IRI that cannot be written, ``KG-T017`` when it is too large
                for the one request that a server takes.
        """

    def update(self, text: str) -> None:
        """Carry out a SPARQL update, all or nothing; for workspaces that are for trying out.

        Raises:
            RuleError: ``KG-Q001`` when the text is no SPARQL update.
            StoreError: ``KG-T001`` when the store cannot write.
        """

    def triples(self, graph: str) -> Iterator[Triple]:
        """Give the triples of one named graph."""

    def dump(self, graph: str) -> bytes:
        """Give one named graph as N-Triples, a line each, in any order."""

    def graphs(self) -> Sequence[str]:
        """Give the IRIs of the named graphs, sorted; an empty one may be left out."""

    def close(self) -> None:
        """Release files and locks; the store cannot be used afterwards."""
