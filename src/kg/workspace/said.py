"""Who said what, read back from the graphs of a generation.

In: the submission graphs and ``provenance``. Out: what counts, per submission; enough to prove a
finding, to derive another date, and to check a new file amid what others stated.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.authority import OPERATOR_IRI, Authorised
from kg.intake.load import ANYONE, load
from kg.intake.submission import Submission
from kg.model import Source
from kg.rdf import NamedNode, Triple, value
from kg.terms import PROVENANCE, RDF_TYPE, SAM, D
from kg.workspace.notes import STATE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from kg.store import GraphStore


MOST_STATEMENTS = 50_000
"""So many statements of others surround a file at most."""
_AT_ONCE = 500
_GRAPHS = f"SELECT ?g ?by ?file FROM <{PROVENANCE}> WHERE {{ ?g <{D}by> ?by ; <{D}file> ?file }}"
_OWNERS = f"SELECT ?unit ?owner FROM <{PROVENANCE}> WHERE {{ ?unit <{D}owner> ?owner }}"
_OPERATOR = f"SELECT ?o FROM <{PROVENANCE}> WHERE {{ ?o a <{D}Operator> }}"
_NOTE = f"SELECT ?o FROM <{STATE}> WHERE {{ <{D}state> <{D}holds> ?o }}"
_ABOUT = "SELECT ?g ?s ?p ?o WHERE { VALUES ?s { %s } GRAPH ?g { ?s ?p ?o } }"
_SERVED = f"""SELECT ?g ?s ?p ?o WHERE {{
  VALUES ?service {{ %s }}
  VALUES ?of {{ <{SAM}ofService> <{SAM}causedBy> }}
  GRAPH ?g {{ ?s ?of ?service ; ?p ?o }}
  VALUES ?p {{ <{SAM}ofService> <{SAM}causedBy> <{SAM}customer> }} }}"""
_POINTING = f"""SELECT ?g ?s ?p ?o WHERE {{
  VALUES ?o {{ %s }} VALUES ?p {{ <{SAM}represents> <{SAM}partOf> }}
  GRAPH ?g {{ ?s ?p ?o }} }}"""
_TYPES = f"""SELECT ?g ?s ?p ?o WHERE {{
  VALUES ?s {{ %s }} VALUES ?p {{ <{RDF_TYPE}> }} GRAPH ?g {{ ?s ?p ?o }} }}"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What counts, as a generation holds it.

    Attributes:
        authorised: The submissions with what counts of them, and whose the units are.
        operator: IRI of the operator.
    """

    authorised: Authorised
    operator: str


def read_heard(store: GraphStore) -> Heard:
    """Give what counts in a generation."""
    kept = tuple(
        (Submission(source, triples, graph), triples)
        for graph, source in sorted(sources(store).items())
        for triples in [tuple(store.triples(graph))]
    )
    owners = {r["unit"].value: r["owner"].value for r in store.select(_OWNERS)}
    operator = next((r["o"].value for r in store.select(_OPERATOR)), OPERATOR_IRI)
    return Heard(Authorised(kept, (), owners), operator)


def load_heard(store: GraphStore, heard: Heard) -> None:
    """Lay what counts out in another store."""
    load(store, heard.authorised, operator=heard.operator)


def left_out(store: GraphStore) -> Mapping[str, int]:
    """Give how many findings of each rule a limit left out when they were derived."""
    for row in store.select(_NOTE):
        return dict(json.loads(row["o"].value)["cut"])
    return {}


def sources(store: GraphStore) -> dict[str, Source]:
    """Give who speaks in each graph; several files in one graph are named together."""
    files: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in store.select(_GRAPHS):
        files[row["g"].value, row["by"].value].add(row["file"].value)
    return {
        graph: Source(" ".join(sorted(names)), None if by == ANYONE else by)
        for (graph, by), names in files.items()
    }


# --- what surrounds a new file -------------------------------------------------------------


def surroundings(
    store: GraphStore,
    mentions: Sequence[str],
    organisation: str | None,
    *,
    without: Collection[str] = (),
) -> tuple[list[Submission], bool]:
    """Give what others stated about the nodes a file mentions, and about who speaks.

    Args:
        store: A generation.
        mentions: IRIs of the nodes.
        organisation: Who speaks.
        without: IRIs of graphs that make way, and are left out.

    Returns:
        One submission per graph, also where it says nothing about this, so that everybody who
        speaks is known; and whether there was more than is looked up.
    """
    known = {graph: source for graph, source in sources(store).items() if graph not in without}
    speaker = [] if organisation is None else [organisation]
    found: dict[str, set[Triple]] = {graph: set() for graph in known}
    count = 0
    for graph, triple in _nearby(store, _spelled([*mentions, *speaker]), _spelled(speaker)):
        if graph in found and triple not in found[graph]:
            found[graph].add(triple)
            count += 1
        if count >= MOST_STATEMENTS:
            break
    said = [
        Submission(known[graph], tuple(sorted(triples, key=str)), graph)
        for graph, triples in sorted(found.items())
    ]
    return said, count >= MOST_STATEMENTS


def _nearby(
    store: GraphStore, nodes: Sequence[str], speaker: Sequence[str]
) -> Iterator[tuple[str, Triple]]:
    yield from _select(store, _POINTING, speaker)
    seen: set[str] = set(nodes)
    further: dict[str, None] = {}
    for graph, triple in _select(store, _ABOUT, nodes):
        yield graph, triple
        if isinstance(triple.object, NamedNode) and str(triple.object) not in seen:
            further.setdefault(str(triple.object))
    yield from _select(store, _SERVED, nodes)
    yield from _select(store, _TYPES, list(further))


def _select(store: GraphStore, query: str, nodes: Sequence[str]) -> Iterator[tuple[str, Triple]]:
    for at in range(0, len(nodes), _AT_ONCE):
        text = query % " ".join(nodes[at : at + _AT_ONCE])
        for row in store.select(text):
            subject, predicate = row["s"], row["p"]
            if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode):
                yield value(row["g"]), Triple(subject, predicate, row["o"])


def _spelled(nodes: Iterable[str]) -> list[str]:
    """Give IRIs as SPARQL terms; what is none is left out."""
    out: dict[str, None] = {}
    for node in nodes:
        try:
            out.setdefault(str(NamedNode(node)))
        except ValueError:
            continue
    return list(out)
