"""Lays submissions out in named graphs, as the rules expect them.

In: what counts (``Authorised``). Out: a store with one graph per submission, ``current`` (their
merge, so that no statement is ever counted twice) and ``provenance``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.rdf import Literal, NamedNode, Triple
from kg.terms import CURRENT, PROVENANCE, RDF_TYPE, D

if TYPE_CHECKING:
    from kg.intake.authority import Authorised
    from kg.store import GraphStore

ANYONE = D + "anyone"


def load(store: GraphStore, authorised: Authorised, *, operator: str) -> None:
    """Fill the graphs of a store.

    Args:
        store: Its submission graphs, ``current`` and ``provenance`` are replaced.
        authorised: What counts.
        operator: IRI of the operator.
    """
    graphs: dict[str, set[Triple]] = {}
    about: set[Triple] = {
        Triple(NamedNode(operator), NamedNode(RDF_TYPE), NamedNode(D + "Operator"))
    }
    for submission, triples in authorised.submissions:
        graphs.setdefault(submission.graph, set()).update(triples)
        graph = NamedNode(submission.graph)
        who = NamedNode(submission.source.organisation or ANYONE)
        about.add(Triple(graph, NamedNode(D + "by"), who))
        about.add(Triple(graph, NamedNode(D + "file"), Literal(submission.source.file)))
    for unit, owner in authorised.owners.items():
        about.add(Triple(NamedNode(unit), NamedNode(D + "owner"), NamedNode(owner)))
    for name, triples_of in graphs.items():
        store.replace(name, sorted(triples_of, key=str))
    store.replace(CURRENT, sorted(set().union(*graphs.values()), key=str))
    store.replace(PROVENANCE, about)
