"""The two adapters over pyoxigraph: in memory, and embedded on disk.

Facts that shape them (measured on 0.5.13): a triple that stands in two ``FROM`` graphs is counted
twice, so no triple may stand in both graphs that the rules read; the engine has no statistics and
keeps the written order of patterns; ``extend`` and a multi-operation update are atomic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox

from kg.errors import RuleError, WorkspaceError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.store.port import Row


class _OxigraphStore:
    """What both adapters share: SPARQL over named graphs."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def select(self, query: str) -> Iterator[Row]:
        """Give the solutions of a SELECT query, one row each."""
        answer = self._run(query)
        if not isinstance(answer, ox.QuerySolutions):
            raise _wrong_form("SELECT")
        names = [v.value for v in answer.variables]
        for solution in answer:
            row: Row = {}
            for name in names:
                term = solution[name]
                if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal):
                    row[name] = term
            yield row

    def ask(self, query: str) -> bool:
        """Give the answer to an ASK query."""
        answer = self._run(query)
        if not isinstance(answer, ox.QueryBoolean):
            raise _wrong_form("ASK")
        return bool(answer)

    def construct(self, query: str) -> Iterator[ox.Triple]:
        """Give the triples of a CONSTRUCT or DESCRIBE query."""
        answer = self._run(query)
        if not isinstance(answer, ox.QueryTriples):
            raise _wrong_form("CONSTRUCT")
        yield from answer

    def _run(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        try:
            return self._store.query(query)
        except SyntaxError as e:
            raise _syntax(e) from e

    def materialise(self, graph: str, construct: str) -> None:
        """Add to a named graph what a CONSTRUCT query gives, without leaving the engine."""
        try:
            self._store.update(insert_form(graph, construct))
        except SyntaxError as e:
            raise _syntax(e) from e

    def add(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Add triples to a named graph, all or nothing."""
        name = ox.NamedNode(graph)
        self._store.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)

    def replace(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Make a named graph hold exactly these triples.

        What cannot be read is noticed before anything is removed.
        """
        triples = list(triples)
        self._store.clear_graph(ox.NamedNode(graph))
        self.add(graph, triples)

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """Give the triples of one named graph."""
        for quad in self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
            yield quad.triple

    def graphs(self) -> Sequence[str]:
        """Give the IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))


_CONSTRUCT = re.compile(
    r"^(?P<head>.*?)\bCONSTRUCT\s*\{(?P<template>[^{}]*)\}(?P<graphs>[^{}]*?)WHERE\b(?P<where>.*)$",
    re.DOTALL,
)


def insert_form(graph: str, construct: str) -> str:
    """Give the update that adds to a graph what a CONSTRUCT query gives.

    >>> insert_form("urn:g", "CONSTRUCT { ?s ?p ?o } FROM <urn:h> WHERE { ?s ?p ?o }")
    'INSERT { GRAPH <urn:g> { ?s ?p ?o } } USING <urn:h> WHERE { ?s ?p ?o }'

    Raises:
        RuleError: ``KG-Q002`` when the text is no CONSTRUCT with a template.
    """
    match = _CONSTRUCT.match(construct)
    if match is None:
        raise _wrong_form("CONSTRUCT")
    using = match["graphs"].replace("FROM", "USING")
    target = ox.NamedNode(graph)
    return (
        f"{match['head']}INSERT {{ GRAPH {target} {{{match['template']}}} }}{using}"
        f"WHERE{match['where']}"
    )


def _syntax(error: SyntaxError) -> RuleError:
    return RuleError(
        "KG-Q001", Text(f"SPARQL-syntaxfout: {error.msg}", f"SPARQL syntax error: {error.msg}")
    )


def _wrong_form(expected: str) -> RuleError:
    return RuleError(
        "KG-Q002",
        Text(f"deze vraag moet een {expected} zijn", f"this query must be a {expected}"),
    )


class MemoryStore(_OxigraphStore):
    """A store that lives in memory: tests, small sets, one-shot commands.

    >>> from kg.rdf import Literal, NamedNode, Triple
    >>> store = MemoryStore()
    >>> store.add("urn:g", [Triple(NamedNode("urn:a"), NamedNode("urn:b"), Literal(1))])
    >>> [row["n"].value for row in store.select("SELECT ?n FROM <urn:g> { ?s ?p ?n }")]
    ['1']
    """

    def __init__(self) -> None:
        super().__init__(ox.Store())

    def close(self) -> None:
        """Forget the data."""
        self._store.clear()


class EmbeddedStore(_OxigraphStore):
    """A store on disk in one directory, one writer at a time.

    Args:
        path: The directory; made when absent.
        read_only: Open without the writer's lock; only for a directory that nobody writes.

    Raises:
        WorkspaceError: If another process has it open, or the directory cannot be used.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        try:
            store = ox.Store.read_only(str(path)) if read_only else ox.Store(str(path))
        except OSError as e:
            raise WorkspaceError(
                "KG-W001",
                Text(f"{path}: opslag is niet te openen: {e}", f"{path}: cannot open store: {e}"),
                Text(
                    "sluit het andere kg-proces op deze werkmap, of kies een andere met --at",
                    "stop the other kg process on this workspace, or choose another with --at",
                ),
            ) from e
        super().__init__(store)
        self._read_only = read_only

    def close(self) -> None:
        """Write everything out and let go of the directory."""
        if not self._read_only:
            self._store.flush()
        del self._store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
