"""A free data set for trying out: updates as they come, journalled and applied exactly once.

Only for workspaces made as scratch. Each update and the mark of how far the store is form one
transaction, so that a crash in between never applies an update twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import RuleError
from kg.insight.query import tokens_of
from kg.rdf import NamedNode
from kg.terms import D
from kg.text import Text
from kg.workspace.notes import STATE
from kg.workspace.project import applied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.journal import Content
    from kg.store import GraphStore
    from kg.workspace.history import State
    from kg.workspace.project import Outcome


_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})


def compose(
    text: str, *, base: str | None = None, using: Sequence[str] = (), named: Sequence[str] = ()
) -> str:
    """Give one update text of what the protocol sends in parts (SPARQL 1.1 Protocol, 2.2.3).

    Args:
        text: The update.
        base: What relative IRIs in it are relative to.
        using: IRIs of ``using-graph-uri``.
        named: IRIs of ``using-named-graph-uri``.

    Raises:
        RuleError: ``KG-Q006`` when it would reach outside.

    >>> compose("DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", using=["urn:g"])
    'DELETE { ?s ?p 1 } USING <urn:g> WHERE { ?s ?p 1 }'
    """
    tokens = list(tokens_of(text))
    words = [t for t in tokens if t.kind == "word"]
    if any(t.text in {"LOAD", "SERVICE"} for t in words):
        raise RuleError(
            "KG-Q006",
            Text("LOAD en SERVICE zijn hier niet toegestaan", "LOAD and SERVICE are not allowed"),
            Text("stuur de gegevens zelf mee", "send the data itself along"),
        )
    clauses = "".join(f"USING {NamedNode(g)} " for g in using)
    clauses += "".join(f"USING NAMED {NamedNode(g)} " for g in named)
    if clauses:
        for at in reversed(list(_outer_where(text))):
            text = text[:at] + clauses + text[at:]
    return f"BASE {NamedNode(base)}\n{text}" if base else text


def _outer_where(text: str) -> Iterator[int]:
    depth, before = 0, ""
    for token in tokens_of(text):
        if depth == 0 and token.text == "WHERE" and before != "DELETE":
            yield token.start
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        before = token.text


def replacing(graph: str | None, ntriples: str, *, keep: bool) -> str:
    """Give the update that puts statements in a graph (Graph Store Protocol, 5.3 and 5.5).

    Args:
        graph: Its IRI; None for the default graph.
        ntriples: The statements, which are SPARQL as they stand.
        keep: Whether to keep what is there (POST) or not (PUT).
    """
    where = "DEFAULT" if graph is None else f"GRAPH {NamedNode(graph)}"
    data = ntriples if graph is None else f"{where} {{ {ntriples} }}"
    made = [] if graph is None else [f"CREATE SILENT {where}"]
    steps = [*([] if keep else [f"DROP SILENT {where}"]), *made, f"INSERT DATA {{ {data} }}"]
    return " ;\n".join(steps)


def dropping(graph: str | None) -> str:
    """Give the update that removes a graph (Graph Store Protocol, 5.4)."""
    return "DROP SILENT " + ("DEFAULT" if graph is None else f"GRAPH {NamedNode(graph)}")


def holds(store: GraphStore, graph: str | None) -> bool:
    """Tell whether a graph is there; the default graph always is."""
    return graph is None or graph in store.graphs()


def replay(
    store: GraphStore,
    content: Content,
    state: State,
    failures: dict[int, RuleError] | None = None,
) -> Outcome:
    """Apply the updates that a store does not have yet, each exactly once.

    An update that cannot be carried out is passed over: it fails the same way every time.

    Args:
        store: The store.
        content: Where the texts of the updates are kept.
        state: What the journal adds up to.
        failures: Gets the errors of updates that could not be carried out, by their place.
    """
    done = applied(store)
    waiting = [(seq, data) for seq, data in state.updates if seq > done]
    for seq, data in waiting:
        text = content.get(str(data["content"])).decode()
        try:
            store.update(_join(text, _mark(seq)))
        except RuleError as e:
            store.update(_mark(seq))
            if failures is not None:
                failures[seq] = e
    if not state.updates and not done:
        store.update(_mark(state.seq))
        return "changed"
    return "changed" if waiting else "same"


def _join(text: str, mark: str) -> str:
    """Put the mark behind an update, which may end with a semicolon or a prologue of its own."""
    depth, unended = 0, False
    for token in tokens_of(text):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.text == ";":
            unended = False
        elif token.kind == "word" and token.text not in _PROLOGUE:
            unended = True
    return f"{text}\n;\n{mark}" if unended else f"{text}\n{mark}"


def _mark(seq: int) -> str:
    node, place = f"<{D}state> <{D}applied>", f"GRAPH <{STATE}>"
    return (
        f"DELETE WHERE {{ {place} {{ {node} ?o }} }} ;\n"
        f"INSERT DATA {{ {place} {{ {node} {seq} }} }}"
    )
