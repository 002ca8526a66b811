"""Gives blank nodes stable names, so that equal input gives equal output and proofs can cite them.

RDF 1.1 Concepts, section 3.5 (skolem IRIs); labels from RDFC-1.0 canonicalisation.
"""

from __future__ import annotations

import hashlib

import pyoxigraph as ox

GENID = "https://w3id.org/samenspel/.well-known/genid/"


def skolemise(triples: list[ox.Triple], salt: str) -> list[ox.Triple]:
    """Replace blank nodes by IRIs that depend on the content and the salt only.

    Args:
        triples: The triples of one document.
        salt: Keeps documents apart that happen to have equal content, for example who speaks.

    Returns:
        The same triples with every blank node replaced; the list itself when there are none.
    """
    if not any(_has_blank(t) for t in triples):
        return triples
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    canonical = sorted(str(q) for q in dataset)
    seed = hashlib.sha256("\n".join((salt, *canonical)).encode()).hexdigest()[:16]

    def name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> object:
        if isinstance(term, ox.BlankNode):
            return ox.NamedNode(f"{GENID}{seed}-{term.value}")
        return term

    return [
        ox.Triple(name(q.subject), q.predicate, name(q.object))  # type: ignore[arg-type]
        for q in sorted(dataset, key=str)
    ]


def _has_blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
