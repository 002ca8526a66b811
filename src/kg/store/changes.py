"""Quads as the text of one SPARQL update: ``DELETE DATA`` and ``INSERT DATA`` in one request.

Terms write themselves (N-Triples is a part of SPARQL); no text of a user is pasted in. What a
term could still carry from a lenient reader, a character that no IRI may hold, is refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.store.errors import StoreError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["data_text", "in_graph", "refuse_unnamed", "unnamed", "update_text"]

_NO_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
"""What an IRIREF may not hold (SPARQL 1.1, rule 139)."""


def update_text(removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> str:
    r"""Give one update that takes quads away and then adds quads; empty when there are none.

    >>> a, b = ox.NamedNode("urn:a"), ox.NamedNode("urn:b")
    >>> update_text([], [ox.Quad(a, b, ox.Literal('"; DROP ALL #'), ox.NamedNode("urn:g"))])
    'INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> "\\"; DROP ALL #" .\n} }'

    Raises:
        StoreError: ``KG-T002`` when a quad holds a blank node, ``KG-T003`` when it holds an IRI
            that cannot be written.
    """
    parts = [("DELETE DATA", data_text(removed)), ("INSERT DATA", data_text(added))]
    return " ;\n".join(f"{word} {{ {data} }}" for word, data in parts if data)


def data_text(quads: Iterable[ox.Quad]) -> str:
    """Give quads as what stands between the braces of ``INSERT DATA``, graph by graph.

    Raises:
        StoreError: As ``update_text``.
    """
    graphs: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[str]] = defaultdict(list)
    for quad in quads:
        _check(quad.graph_name)
        _check_triple(quad.triple)
        graphs[quad.graph_name].append(f"{quad.triple} .\n")
    return " ".join(_block(graph, lines) for graph, lines in graphs.items())


def _block(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph, lines: Sequence[str]) -> str:
    body = "".join(lines)
    return body if isinstance(graph, ox.DefaultGraph) else f"GRAPH {graph} {{ {body}}}"


def in_graph(graph: str, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
    """Give triples as quads of one named graph."""
    name = ox.NamedNode(graph)
    return [ox.Quad(t.subject, t.predicate, t.object, name) for t in triples]


def refuse_unnamed(quads: Iterable[ox.Quad]) -> None:
    """Refuse quads that could not be taken away again, because a node in them has no name.

    Raises:
        StoreError: ``KG-T002`` or ``KG-T003``.
    """
    for quad in quads:
        _check(quad.graph_name)
        _check_triple(quad.triple)


def _check_triple(triple: ox.Triple) -> None:
    _check(triple.subject)
    _check(triple.predicate)
    _check(triple.object)


def _check(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph) -> None:
    if isinstance(term, ox.BlankNode):
        raise unnamed()
    if isinstance(term, ox.Triple):
        _check_triple(term)
    elif isinstance(term, ox.Literal):
        _check_iri(term.datatype.value)
    elif isinstance(term, ox.NamedNode):
        _check_iri(term.value)


def unnamed() -> StoreError:
    """Give the error for a node without a name."""
    return StoreError(
        "KG-T002",
        Text("knoop zonder naam (blank node)", "node without a name (blank node)"),
        Text(
            "geef de knoop een vaste naam voordat hij wordt opgeslagen",
            "give the node a fixed name before it is stored",
        ),
    )


def _check_iri(iri: str) -> None:
    if _NO_IRI.search(iri):
        raise StoreError(
            "KG-T003",
            Text(f"geen geldige IRI: {iri!r}", f"not a valid IRI: {iri!r}"),
            Text(
                "schrijf het teken als %20 of dergelijke", "write the character as %20 or the like"
            ),
        )
