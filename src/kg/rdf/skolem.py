"""Gives blank nodes stable names, so that equal input gives equal output and proofs can cite them.

RDF 1.1 Concepts, section 3.5 (skolem IRIs); labels from RDFC-1.0 canonicalisation.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GENID = "https://w3id.org/samenspel/.well-known/genid/"


def canonical(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Give the triples of a graph in canonical form: sorted, blank nodes labelled by RDFC-1.0.

    Equal graphs give equal lists, whatever their blank nodes were called.

    >>> a, b = ox.NamedNode("urn:a"), ox.NamedNode("urn:b")
    >>> canonical([ox.Triple(a, b, ox.BlankNode("x"))]) == canonical(
    ...     [ox.Triple(a, b, ox.BlankNode("y"))])
    True
    """
    unique = set(triples)
    if not any(_has_blank(t) for t in unique):
        return sorted(unique, key=str)
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in unique)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((q.triple for q in dataset), key=str)


def skolemise(triples: Sequence[ox.Triple], salt: str) -> list[ox.Triple]:
    """Replace blank nodes by IRIs that depend on the content and the salt only.

    Args:
        triples: The triples of one document.
        salt: Keeps documents apart that happen to have equal content, for example who speaks.

    Returns:
        The same triples with every blank node replaced; as they were when there are none.
    """
    if not any(_has_blank(t) for t in triples):
        return list(triples)
    return name_blanks(canonical(triples), salt)


def name_blanks(triples: Sequence[ox.Triple], salt: str) -> list[ox.Triple]:
    """Replace the blank nodes of a graph that is in canonical form already, in their order.

    Cheap on any graph, where finding the canonical form of a hostile one is not.
    """
    if not any(_has_blank(t) for t in triples):
        return list(triples)
    seed = hashlib.sha256("\n".join((salt, *map(str, triples))).encode()).hexdigest()[:16]

    def name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> object:
        if isinstance(term, ox.BlankNode):
            return ox.NamedNode(f"{GENID}{seed}-{term.value}")
        return term

    return [
        ox.Triple(name(t.subject), t.predicate, name(t.object))  # type: ignore[arg-type]
        for t in triples
    ]


def _has_blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
