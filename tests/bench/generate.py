"""Makes graphs of any size to measure with; equal arguments give an equal graph.

Three of them. ``scattered`` links everything to anything: the hardest case for a processor that
remembers what it read last. ``local`` has the same counts, but an organisation deals with those
near it and what is said about it stands together, as in a register or in files per organisation.
``described`` is what somebody hands in to be checked: named, typed, with a fault here and there.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from kg.rdf import Literal, NamedNode, Triple
from kg.terms import RDF_TYPE, RDFS_LABEL, SAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BASE = "https://example.org/bench/"
TRIPLES_PER_GROUP = 155
"""About how many triples one group of ``scattered`` and ``local`` has."""
_SUBJECTS = 100
_SKEW = 0.8
_NEAR = 60
_FAULTS = 0.02


class Graph:
    """Statements in short names."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []

    def say(self, subject: str, predicate: str, target: str) -> None:
        """State a relation between two nodes."""
        self.triples.append(Triple(_node(subject), NamedNode(SAM + predicate), _node(target)))

    def choose(self, subject: str, predicate: str, concept: str) -> None:
        """State a choice from the ontology; ``a`` gives the kind of the node."""
        name = RDF_TYPE if predicate == "a" else SAM + predicate
        self.triples.append(Triple(_node(subject), NamedNode(name), NamedNode(SAM + concept)))

    def put(self, subject: str, predicate: str, value: Literal) -> None:
        """State a plain value."""
        name = RDFS_LABEL if predicate == "label" else SAM + predicate
        self.triples.append(Triple(_node(subject), NamedNode(name), value))


def _node(name: str) -> NamedNode:
    return NamedNode(BASE + name)


def _draws(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - data to measure with, no secret


def groups_for(triples: int) -> int:
    """Give the number of groups that makes about so many triples."""
    return max(5, round(triples / TRIPLES_PER_GROUP))


def scattered(groups: int, *, seed: int = 1) -> list[Triple]:
    """Give a graph in which any organisation may deal with any other.

    Per group two services, five customers, twenty provisions, fifteen interests and ten effects;
    a few services have a great share of the customers.

    Args:
        groups: How many groups.
        seed: Of the draws.
    """
    draw, graph = _draws(seed), Graph()
    services, parties = 2 * groups, 5 * groups
    weights = [1 / (i + 1) ** _SKEW for i in range(services)]
    suppliers = groups // 5 + 1
    for i in range(services):
        for subject in draw.sample(range(_SUBJECTS), 2):
            graph.say(f"s{i}", "touches", f"subject{subject}")
    for j, i in enumerate(draw.choices(range(services), weights, k=20 * groups)):
        provision = f"p{j}"
        graph.say(provision, "ofService", f"s{i}")
        graph.say(provision, "supplier", f"a{i % suppliers}")
        graph.say(provision, "customer", f"c{draw.randrange(parties)}")
        if draw.random() < 0.03 and i + 1 < services:
            graph.say(provision, "enables", f"s{draw.randrange(i + 1, services)}")
    for j in range(15 * groups):
        _interest(graph, draw, f"i{j}", f"c{draw.randrange(parties)}", draw.randrange(_SUBJECTS))
    for j, i in enumerate(draw.choices(range(services), weights, k=10 * groups)):
        _effect(graph, draw, f"e{j}", f"s{i}", f"i{draw.randrange(15 * groups)}")
    for j in range(groups // 5):
        graph.choose(f"t{j}", "a", "CoordinationTheme")
        graph.say(f"t{j}", "addresses", f"s{j * 3 % services}")
    return graph.triples


def local(groups: int, *, seed: int = 1) -> list[Triple]:
    """Give a graph with the counts of ``scattered`` in which organisations deal with those near.

    Every supplier has ten services and sixty organisations around it as possible customers. Names
    sort by organisation, so that what is said about one stands together in a sorted file.

    Args:
        groups: How many groups.
        seed: Of the draws.
    """
    draw, graph = _draws(seed), Graph()
    parties = 5 * groups
    weights = [1 / (i + 1) ** _SKEW for i in range(10)]
    for party in range(parties):
        subjects = _subjects_near(party)
        for n in range(3):
            name = f"{_place(party)}/i{n}"
            _interest(graph, draw, name, f"{_place(party)}/o", draw.choice(subjects))
    for a in range(groups // 5):
        _supplier(graph, draw, 25 * a + 12, parties, weights)
    return graph.triples


def _supplier(
    graph: Graph, draw: random.Random, at: int, parties: int, weights: list[float]
) -> None:
    here = _place(at)
    for n in range(10):
        for subject in draw.sample(_subjects_near(at), 2):
            graph.say(f"{here}/s{n}", "touches", f"subject{subject}")

    def near() -> str:
        return _place((at + draw.randrange(-_NEAR // 2, _NEAR // 2)) % parties)

    for j, n in enumerate(draw.choices(range(10), weights, k=100)):
        provision = f"{here}/p{j}"
        graph.say(provision, "ofService", f"{here}/s{n}")
        graph.say(provision, "supplier", f"{here}/o")
        graph.say(provision, "customer", f"{near()}/o")
        if draw.random() < 0.03 and n < 9:
            graph.say(provision, "enables", f"{here}/s{draw.randrange(n + 1, 10)}")
    for j, n in enumerate(draw.choices(range(10), weights, k=50)):
        _effect(graph, draw, f"{here}/e{j}", f"{here}/s{n}", f"{near()}/i{draw.randrange(3)}")
    graph.choose(f"{here}/t", "a", "CoordinationTheme")
    graph.say(f"{here}/t", "addresses", f"{here}/s{draw.randrange(10)}")


def _place(party: int) -> str:
    return f"at{party:07d}"


def _subjects_near(party: int) -> range:
    first = party // 250 * 7 % (_SUBJECTS - 10)
    return range(first, first + 10)


def _interest(graph: Graph, draw: random.Random, name: str, holder: str, subject: int) -> None:
    graph.say(name, "heldBy", holder)
    graph.say(name, "concerns", f"subject{subject}")
    graph.choose(name, "direction", "Increase" if draw.random() < 0.7 else "Decrease")
    graph.put(name, "priority", Literal(draw.randrange(101)))


def _effect(graph: Graph, draw: random.Random, name: str, service: str, interest: str) -> None:
    graph.say(name, "causedBy", service)
    graph.say(name, "onInterest", interest)
    graph.put(name, "contribution", Literal(draw.choice([-90, -50, 50, 80])))


def described(triples: int, *, seed: int = 7, prefix: str = "") -> list[Triple]:
    """Give what organisations hand in: kinds, names and values, two in a hundred of them wrong.

    Args:
        triples: At least how many.
        seed: Of the draws.
        prefix: Before every name, to keep two of these apart.
    """
    draw, graph = _draws(seed), Graph()

    def wrong() -> bool:
        return draw.random() < _FAULTS

    for n in range(20):
        aspect = f"{prefix}aspect{n}"
        graph.choose(aspect, "a", "Aspect")
        graph.put(aspect, "moreMeans", Literal("meer is meer", language="nl"))
        graph.put(aspect, "moreMeans", Literal("more is more", language="en"))
    at = 0
    while len(graph.triples) < triples:
        _organisation(graph, draw, wrong, (prefix, at))
        at += 1
    return graph.triples


def _organisation(
    graph: Graph, draw: random.Random, wrong: Callable[[], bool], which: tuple[str, int]
) -> None:
    prefix, at = which
    me = f"{prefix}o{at}"
    _named(graph, me, "Organisation", wrong)
    for interest in _interests(graph, draw, wrong, (prefix, at)):
        graph.say(interest, "heldBy", me)
    service = f"{prefix}s{at}"
    _named(graph, service, "Service", wrong)
    graph.say(service, "touches", f"{prefix}aspect{draw.randrange(20)}")
    for n in range(2):
        provision = f"{prefix}p{at}-{n}"
        graph.choose(provision, "a", "ServiceProvision")
        graph.say(provision, "ofService", service)
        graph.say(provision, "supplier", me)
        if not wrong():
            graph.say(provision, "customer", f"{prefix}o{draw.randrange(at + 1)}")
    effect = f"{prefix}e{at}"
    graph.choose(effect, "a", "Effect")
    graph.say(effect, "causedBy", service)
    graph.say(effect, "onInterest", f"{prefix}i{draw.randrange(at + 1)}-0")
    graph.put(effect, "contribution", Literal("veel" if wrong() else 40))


def _named(graph: Graph, node: str, kind: str, wrong: Callable[[], bool]) -> None:
    graph.choose(node, "a", kind)
    graph.put(node, "label", Literal(f"{kind} {node}", language="en"))
    if not wrong():
        graph.put(node, "label", Literal(f"{kind} {node}", language="nl"))


def _interests(
    graph: Graph, draw: random.Random, wrong: Callable[[], bool], which: tuple[str, int]
) -> Iterator[str]:
    prefix, at = which
    for n in range(2):
        name = f"{prefix}i{at}-{n}"
        graph.choose(name, "a", "Interest")
        graph.say(name, "concerns", f"{prefix}aspect{draw.randrange(20)}")
        if wrong():
            graph.put(name, "direction", Literal("meer"))
        else:
            graph.choose(name, "direction", "Increase" if draw.random() < 0.5 else "Decrease")
        graph.put(name, "priority", Literal(draw.randrange(200 if wrong() else 101)))
        yield name
