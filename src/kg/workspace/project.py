"""What the graphs should hold at a moment, and the one atomic change that makes them hold it.

In: the state the journal adds up to. Out: a ``Target``, every graph with its triples, the findings
among them. The change from what a store holds to the target is one update, together with the mark
of how far it goes; after a crash the store is at one mark or at the next, never in between.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from kg.errors import WorkspaceError
from kg.intake.submission import Submission
from kg.model import Source
from kg.pipeline import find
from kg.rdf import Literal as Value
from kg.rdf import NamedNode, Quad, Triple
from kg.rdf.bounds import Bounds, read_triples
from kg.rdf.skolem import name_blanks
from kg.terms import CURRENT, GRAPH, PROVENANCE, RDF_TYPE, SUBMISSION, VOCABULARY, XSD, D
from kg.text import Text
from kg.workspace.notes import STATE, key_of, note_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kg.journal import Content
    from kg.pipeline import Result
    from kg.store import GraphStore
    from kg.workspace.history import Kept, State
    from kg.workspace.shelf import Held

_PROV = "http://www.w3.org/ns/prov#"
_OPEN = Bounds(size=2**62, triples=2**62, literal=2**31, iri=2**20, number=2**31, nesting=2**31)
"""What was accepted once was within the bounds of its day."""
_DAY = f"SELECT ?o FROM <{STATE}> WHERE {{ <{D}state> <{D}day> ?o }}"
_DIGESTS = f"SELECT ?g ?o FROM <{STATE}> WHERE {{ ?g <{D}digest> ?o }}"
_NTRIPLES = "application/n-triples"
_APPLIED = f"SELECT ?o FROM <{STATE}> WHERE {{ <{D}state> <{D}applied> ?o }}"


Lines = frozenset[bytes]
"""A graph as lines of N-Triples: an order of magnitude cheaper to compare than its terms."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the graphs hold at a moment.

    Attributes:
        seq: Place of the last record it takes into account.
        day: The date looked at.
        graphs: IRI of each graph to its statements.
        result: The findings and where they were derived.
        shelf: Graphs of reference vocabularies, read only when they are to be written.
    """

    seq: int
    day: dt.date
    graphs: Mapping[str, Lines]
    result: Result = field(repr=False)
    shelf: Mapping[str, Held] = field(default_factory=dict)

    def lines(self, name: str) -> Lines:
        """Give what a graph should hold."""
        held = self.shelf.get(name)
        if held is not None:
            return frozenset(held.dump().splitlines())
        return self.graphs.get(name, frozenset())


def read_kept(content: Content, kept: Kept) -> Submission:
    """Give the statements of a submission, from their canonical form.

    Raises:
        JournalError: ``KG-J003`` when the content is gone or was changed.
    """
    if kept.canonical is None or kept.graph is None:
        raise WorkspaceError(
            "KG-W006",
            Text(
                f"inzending {kept.id} is nooit gelezen ({kept.stage})",
                f"submission {kept.id} was never read ({kept.stage})",
            ),
        )
    text = content.get(kept.canonical).decode()
    triples = read_triples(
        text, media=_NTRIPLES, name=kept.file, bounds=_OPEN, lenient=True, keep=True
    )
    named = name_blanks(list(triples), salt_of(kept.organisation, kept.file))
    return Submission(Source(kept.file, kept.organisation), tuple(named), kept.graph)


def salt_of(organisation: str | None, file: str) -> str:
    """Give what keeps the nameless nodes of two submissions apart."""
    return f"{organisation or ''} {file}"


def graph_iri(organisation: str | None, seq: int) -> str:
    """Give the graph of a submission: the server chooses it, and never twice the same."""
    who = hashlib.sha256((organisation or "").encode()).hexdigest()[:12]
    return f"{SUBMISSION}{who if organisation else 'unattributed'}/{seq}"


def aim(
    state: State,
    submissions: Sequence[Submission],
    day: dt.date,
    *,
    shelf: Mapping[str, Held] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Target:
    """Work out what the graphs should hold, findings included.

    Args:
        state: What the journal adds up to.
        submissions: Those in force, in the order in which they were accepted.
        day: The date to look at.
        shelf: The vocabularies beside them.
        progress: Called with (done, total) while the rules run.
    """
    books = shelf or {}
    result = find(submissions, as_of=day, registry=state.registry, progress=progress)
    work = result.store
    note = note_of(key_of(day, force_digest(state), {}), None, result)
    # Through the engine, which keeps some values in another form than they came in.
    work.add(PROVENANCE, (t for kept in state.in_force() for t in _provenance(kept)))
    graphs = {name: lines_of(work, name) for name in work.graphs()}
    digests = {name: digest_of(lines) for name, lines in graphs.items()}
    digests.update({name: held.digest for name, held in books.items()})
    work.replace(STATE, [*_marks(state, day, note), *_digests(digests)])
    graphs[STATE] = lines_of(work, STATE)
    return Target(state.seq, day, graphs, result, books)


def force_digest(state: State) -> str:
    """Give a hash of what is in force and who is registered, whenever it came."""
    parts: list[Any] = [state.operator, sorted(state.prefixes.items())]
    parts += [(k.organisation, k.file, k.canonical, k.graph) for k in state.in_force()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def applied(store: GraphStore) -> int:
    """Give the place of the last record that a store takes into account; 0 when it is new."""
    for row in store.select(_APPLIED):
        return int(row["o"].value)
    return 0


def day_of(store: GraphStore) -> dt.date | None:
    """Give the date that the findings of a store are about; None when it is new."""
    for row in store.select(_DAY):
        return dt.date.fromisoformat(row["o"].value)
    return None


Outcome = Literal["same", "changed", "renewed"]
"""What became of a store; ``renewed`` when it was made anew to forget something."""


def forgets(store: GraphStore, target: Target) -> bool:
    """Tell whether a store holds something said that it should hold no more."""
    same = _unchanged(store, target)
    said = (n for n in store.graphs() if n == CURRENT or n.startswith(SUBMISSION))
    return any(
        lines_of(store, name) - target.graphs.get(name, frozenset())
        for name in said
        if name not in same
    )


def _unchanged(store: GraphStore, target: Target) -> frozenset[str]:
    """Give the graphs that a store holds as they should be, by the hashes it notes of them."""
    noted = _noted(store)
    same = {n for n, lines in target.graphs.items() if noted.get(n) == digest_of(lines)}
    return frozenset(same | _shelved(noted, target.shelf))


def _noted(store: GraphStore) -> dict[str, str]:
    return {row["g"].value: row["o"].value for row in store.select(_DIGESTS)}


def _shelved(noted: Mapping[str, str], shelf: Mapping[str, Held]) -> set[str]:
    return {name for name, held in shelf.items() if noted.get(name) == held.digest}


def has_shelf(store: GraphStore, shelf: Mapping[str, Held]) -> bool:
    """Tell whether a store holds these vocabularies and no others."""
    noted = _noted(store)
    return _shelved(noted, shelf) == {n for n in {*noted, *shelf} if n.startswith(VOCABULARY)}


def apply(store: GraphStore, target: Target) -> Outcome:
    """Make a store hold exactly what it should, in one atomic update."""
    removed: list[Quad] = []
    added: list[Quad] = []
    present, same = store.graphs(), _unchanged(store, target)
    for name in sorted({*present, *target.graphs, *target.shelf} - same):
        if name.startswith(GRAPH):
            want, have = target.lines(name), lines_of(store, name)
            removed += _quads(name, have - want)
            added += _quads(name, want - have)
    if not removed and not added:
        return "same"
    store.change(removed, added)
    for name in present:
        if name.startswith(GRAPH) and name not in same and not target.lines(name):
            store.update(f"DROP SILENT GRAPH {NamedNode(name)}")  # the name of an empty graph
    return "changed"


def lines_of(store: GraphStore, graph: str) -> Lines:
    """Give the statements of a graph as lines of N-Triples, as the engine writes them."""
    return frozenset(store.dump(graph).splitlines())


def digest_of(lines: Lines) -> str:
    """Give the hash of a graph, whatever order its statements come in."""
    return hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()


def _digests(digests: Mapping[str, str]) -> Iterator[Triple]:
    for name, digest in digests.items():
        yield Triple(NamedNode(name), NamedNode(D + "digest"), Value(digest))


def _quads(graph: str, lines: Lines) -> Iterator[Quad]:
    name, text = NamedNode(graph), b"\n".join(lines).decode()
    for triple in read_triples(text, media=_NTRIPLES, name=graph, bounds=_OPEN, lenient=True):
        yield Quad(triple.subject, triple.predicate, triple.object, name)


def _marks(state: State, day: dt.date, note: str) -> Iterator[Triple]:
    node = NamedNode(D + "state")
    yield Triple(node, NamedNode(D + "applied"), Value(state.seq))
    yield Triple(node, NamedNode(D + "day"), Value(day.isoformat(), datatype=_XSD_DATE))
    yield Triple(node, NamedNode(D + "holds"), Value(note))


_XSD_DATE = NamedNode(XSD + "date")
_XSD_TIME = NamedNode(XSD + "dateTime")


def _provenance(kept: Kept) -> Iterator[Triple]:
    """Tell who a graph comes from and what it was made of (PROV-O)."""
    graph = NamedNode(kept.graph or "")
    act = NamedNode(f"{kept.graph}/acceptance")
    raw, form = NamedNode(f"urn:sha256:{kept.raw}"), NamedNode(f"urn:sha256:{kept.canonical}")
    at = Value(kept.at["accepted"], datatype=_XSD_TIME)

    def says(subject: NamedNode, predicate: str, value: NamedNode | Value) -> Triple:
        return Triple(subject, NamedNode(_PROV + predicate), value)

    yield Triple(graph, NamedNode(RDF_TYPE), NamedNode(_PROV + "Entity"))
    yield says(graph, "wasGeneratedBy", act)
    yield says(graph, "generatedAtTime", at)
    yield says(graph, "wasDerivedFrom", raw)
    yield says(graph, "alternateOf", form)
    yield Triple(act, NamedNode(RDF_TYPE), NamedNode(_PROV + "Activity"))
    yield says(act, "used", raw)
    yield says(act, "endedAtTime", at)
    if kept.organisation is not None:
        who = NamedNode(kept.organisation)
        yield says(graph, "wasAttributedTo", who)
        yield says(act, "wasAssociatedWith", who)
