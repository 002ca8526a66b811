"""A document of others, and which of its statements were understood."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kg.rdf import BlankNode, NamedNode, Triple, value
from kg.terms import RDF_TYPE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from kg.intake.read import Document
    from kg.rdf import Subject, Term


class Foreign:
    """Looks things up in a document and remembers what was looked up.

    Args:
        document: What was read.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._of: dict[object, dict[str, list[Triple]]] = defaultdict(lambda: defaultdict(list))
        self._to: dict[tuple[str, object], list[Triple]] = defaultdict(list)
        self._used: set[Triple] = set()
        for t in document.triples:
            self._of[t.subject][t.predicate.value].append(t)
            self._to[(t.predicate.value, t.object)].append(t)

    def kinds(self, node: object) -> frozenset[str]:
        """Give the classes of a node."""
        return frozenset(value(t.object) for t in self._of[node].get(RDF_TYPE, ()))

    def nodes(self, classes: Collection[str]) -> Iterator[Subject]:
        """Give the nodes of any of these classes, in file order, each once."""
        seen: dict[Subject, None] = {}
        for t in self.document.triples:
            if t.predicate.value == RDF_TYPE and value(t.object) in classes:
                seen.setdefault(_node(t.subject))
        yield from seen

    def take(self, node: object, properties: Iterable[str]) -> list[Term]:
        """Give the values of any of these properties; they count as understood."""
        found = [t for p in properties for t in self._of[node].get(p, ())]
        self._used.update(found)
        return [t.object for t in found if not isinstance(t.object, Triple)]

    def take_nodes(self, node: object, properties: Iterable[str]) -> list[Subject]:
        """Give the values that are nodes, each once; a text there is left for the report."""
        names = tuple(properties)
        found = [t for p in names for t in self._of[node].get(p, ()) if _is_node(t.object)]
        self._used.update(found)
        return list(dict.fromkeys(_node(t.object) for t in found))

    def take_from(self, node: object, properties: Iterable[str]) -> list[Subject]:
        """Give the nodes that point at a node with any of these properties."""
        found = [t for p in properties for t in self._to.get((p, node), ())]
        self._used.update(found)
        return list(dict.fromkeys(_node(t.subject) for t in found))

    def understand_kind(self, node: object, classes: Collection[str]) -> None:
        """Count these classes of a node as understood."""
        for t in self._of[node].get(RDF_TYPE, ()):
            if value(t.object) in classes:
                self._used.add(t)

    def is_described(self, node: object) -> bool:
        """Whether the document says anything about a node."""
        return bool(self._of.get(node))

    def unused(self) -> Iterator[Triple]:
        """Give the statements that nothing was made of, in file order."""
        return (t for t in self.document.triples if t not in self._used)

    def place(self, triple: Triple) -> str:
        """Say where a statement stands: file and line, else file and subject."""
        place = self.document.places(triple)
        if place is not None:
            return str(place)
        return f"{self.document.name}: {value(triple.subject)}"


def _is_node(term: object) -> bool:
    return isinstance(term, NamedNode | BlankNode)


def _node(term: object) -> Subject:
    if isinstance(term, NamedNode | BlankNode):
        return term
    msg = f"no node: {term}"
    raise TypeError(msg)
