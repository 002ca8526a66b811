"""What a new version of a data set changes against the one before: counts, words, statements.

In: two sets of statements in canonical form. Out: what came, what went, node by node. Nodes without
a name stand under what points to them, so that a new label for one is never taken for a change.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kg.insight.labels import choose, local_name, ontology_labels
from kg.rdf import BlankNode, Literal, NamedNode, Triple
from kg.rdf.bounds import Bounds, read_triples
from kg.terms import RDF_TYPE, RDFS_LABEL, SAM, SKOS_PREF_LABEL
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.rdf import Subject, Term
    from kg.text import Lang

SHOWN = 200
"""Of so many nodes the statements are listed; the others are counted."""
_FREE = Bounds(size=2**62, triples=2**62, literal=2**31, iri=2**20, number=2**31, nesting=2**31)
_DEEP = 64
"""So deep nodes without a name may stand in each other."""
_LABELS = (RDFS_LABEL, SKOS_PREF_LABEL, "http://purl.org/dc/terms/title")


def difference(payload: bytes) -> bytes:
    """Tell two versions apart; a task of an intake worker.

    Args:
        payload: JSON with ``size``, ``before`` and ``after`` (names of the versions); then the
            statements of the version before (so many bytes) and those of the new one.

    Returns:
        JSON: ``added``, ``removed``, ``sentences``, ``nodes`` and ``shown``.
    """
    line, _, body = payload.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    size = int(head["size"])
    told = tell_apart(_read(body[:size]), _read(body[size:]))
    whole = {"before": head["before"], "after": head["after"], **told}
    return json.dumps(whole, ensure_ascii=False).encode()


def tell_apart(before: Sequence[Triple], after: Sequence[Triple]) -> dict[str, Any]:
    """Give the difference between two versions as plain values.

    >>> from kg.rdf import Triple
    >>> a, b, c = (NamedNode("urn:" + x) for x in "abc")
    >>> told = tell_apart([Triple(a, b, c)], [Triple(a, b, b), Triple(a, b, c)])
    >>> told["added"], told["removed"], told["nodes"][0]["change"]
    (1, 0, 'changed')
    """
    old, new = set(before), set(after)
    nodes = _nodes(old, new)
    names = {"nl": _names(old | new, "nl"), "en": _names(old | new, "en")}
    listed = [
        {
            "iri": node,
            "name": names["nl"].get(node) or local_name(node),
            "change": change,
            "added": sorted(map(str, came)),
            "removed": sorted(map(str, went)),
        }
        for node, (change, came, went) in nodes[:SHOWN]
    ]
    return {
        "added": len(new - old),
        "removed": len(old - new),
        "sentences": [t._asdict() for t in _sentences(nodes, old, new)],
        "nodes": listed,
        "shown": len(listed),
    }


_Node = tuple[str, tuple[str, list["Triple"], list["Triple"]]]


def _nodes(old: set[Triple], new: set[Triple]) -> list[_Node]:
    owners = _owners(old | new)
    known = tuple({_owner(t, owners) for t in triples} for triples in (old, new))
    came: dict[str, list[Triple]] = defaultdict(list)
    went: dict[str, list[Triple]] = defaultdict(list)
    for triple in new - old:
        came[_owner(triple, owners)].append(triple)
    for triple in old - new:
        went[_owner(triple, owners)].append(triple)
    found = []
    for node in sorted({*came, *went}):
        change = "changed" if node in known[0] and node in known[1] else "new"
        if node not in known[1]:
            change = "gone"
        found.append((node, (change, came[node], went[node])))
    order = {"new": 0, "changed": 1, "gone": 2}
    return sorted(found, key=lambda n: (order[n[1][0]], n[0]))


def _owners(triples: Iterable[Triple]) -> dict[str, str]:
    """Give what points to each node without a name."""
    return {
        str(t.object): _subject(t)
        for t in sorted(triples, key=str, reverse=True)
        if isinstance(t.object, BlankNode)
    }


def _owner(triple: Triple, owners: Mapping[str, str]) -> str:
    """Give the node with a name under which a statement stands, if there is one."""
    node, seen = _subject(triple), set[str]()
    while node in owners and node not in seen:
        seen.add(node)
        node = owners[node]
    return node


def _subject(triple: Triple) -> str:
    subject = triple.subject
    return subject.value if isinstance(subject, NamedNode) else str(subject)


def _sentences(nodes: Sequence[_Node], old: set[Triple], new: set[Triple]) -> list[Text]:
    """Say per kind of thing how many are new, changed and gone."""
    if not nodes:
        return [Text("Er verandert niets.", "Nothing changes.")]
    kinds = _kinds(old | new)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for node, (change, _, _) in nodes:
        counts[kinds.get(node, ""), change] += 1
    labels = {"nl": _ontology("nl"), "en": _ontology("en")}
    out = []
    for kind in sorted({k for k, _ in counts}):
        parts = {
            lang: ", ".join(
                f"{counts[kind, c]} {_CHANGES[c].to(lang)}" for c in _CHANGES if (kind, c) in counts
            )
            for lang in ("nl", "en")
        }
        what = (
            Text(*(labels[lang].get(kind, local_name(kind)) for lang in ("nl", "en")))
            if kind
            else Text("Overig", "Other")
        )
        out.append(Text(f"{what.nl}: {parts['nl']}", f"{what.en}: {parts['en']}"))
    return out


_CHANGES = {
    "new": Text("nieuw", "new"),
    "changed": Text("veranderd", "changed"),
    "gone": Text("weg", "gone"),
}


def _kinds(triples: Iterable[Triple]) -> dict[str, str]:
    """Give the class of each node; one of our own goes first."""
    found: dict[str, str] = {}
    for triple in sorted(triples, key=str):
        if triple.predicate.value == RDF_TYPE and isinstance(triple.object, NamedNode):
            node, kind = _subject(triple), triple.object.value
            if node not in found or (kind.startswith(SAM) and not found[node].startswith(SAM)):
                found[node] = kind
    return found


def _names(triples: Iterable[Triple], lang: Lang) -> dict[str, str]:
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in triples:
        if triple.predicate.value in _LABELS and isinstance(triple.object, Literal):
            labels[_subject(triple)].setdefault(triple.object.language or "", triple.object.value)
    return {node: choose(found, lang).text for node, found in labels.items()}


def _ontology(lang: Lang) -> Mapping[str, str]:
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for node, label, _ in ontology_labels():
        if isinstance(label, Literal):
            labels[node].setdefault(label.language or "", label.value)
    return {node: choose(found, lang).text for node, found in labels.items()}


def _read(data: bytes) -> list[Triple]:
    triples = read_triples(
        data.decode(), media="application/n-triples", name="", bounds=_FREE, lenient=True, keep=True
    )
    return by_content(triples)


def by_content(triples: Sequence[Triple]) -> list[Triple]:
    """Name nodes without a name after what they say, so that equal ones of two versions are equal.

    >>> from kg.rdf import BlankNode, Triple
    >>> p, x, y = NamedNode("urn:p"), BlankNode("x"), BlankNode("y")
    >>> by_content([Triple(x, p, Literal("1"))]) == by_content([Triple(y, p, Literal("1"))])
    True
    """
    said: dict[str, list[Triple]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, BlankNode):
            said[triple.subject.value].append(triple)
    known: dict[str, str] = {}

    def term(node: Subject | Term | Triple, depth: int) -> Subject | Term | Triple:
        if not isinstance(node, BlankNode):
            return node
        return BlankNode(name(node.value, depth))

    def name(label: str, depth: int) -> str:
        if label not in known:
            if depth > _DEEP:
                return "deep"
            known[label] = "ring"  # what points back to itself ends here
            lines = sorted(f"{t.predicate} {term(t.object, depth + 1)}" for t in said[label])
            known[label] = "b" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
        return known[label]

    return [
        Triple(term(t.subject, 0), t.predicate, term(t.object, 0))  # type: ignore[arg-type]
        for t in triples
    ]


def warm() -> None:
    """Read what this needs from files, before the walls of a worker stand."""
    ontology_labels()
