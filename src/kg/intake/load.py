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
    if all(s.source.organisation is None for s, _ in authorised.submissions):
        # Nobody speaks in particular: the merge itself is what was said, and is kept once.
        name_of = dict.fromkeys((s for s, _ in authorised.submissions), CURRENT)
    else:
        name_of = {s: s.graph for s, _ in authorised.submissions}
    graphs: dict[str, set[Triple]] = {}
    about: set[Triple] = {
        Triple(NamedNode(operator), NamedNode(RDF_TYPE), NamedNode(D + "Operator"))
    }
    for submission, triples in authorised.submissions:
        graphs.setdefault(name_of[submission], set()).update(triples)
        graph = NamedNode(name_of[submission])
        who = NamedNode(submission.source.organisation or ANYONE)
        about.add(Triple(graph, NamedNode(D + "by"), who))
        about.add(Triple(graph, NamedNode(D + "file"), Literal(submission.source.file)))
    for unit, owner in authorised.owners.items():
        about.add(Triple(NamedNode(unit), NamedNode(D + "owner"), NamedNode(owner)))
    graphs[CURRENT] = set().union(*graphs.values())
    for name, triples_of in graphs.items():
        store.replace(name, sorted(triples_of, key=str))
    store.replace(PROVENANCE, about)
