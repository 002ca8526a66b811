"""Answers a SPARQL query from a store on a server, with the same caps and formats as our own.

The rows are asked for as the remote store asks for them, whole or not at all, and then written by
our own engine, so that an answer looks the same wherever the graphs are.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import RuleError
from kg.store.answering import Written, write, write_triples
from kg.store.shape import shape_of
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.store.answering import Caps
    from kg.store.port import GraphStore, Row

_UNBOUND = "UNDEF"


class Relaying:
    """Asks a store elsewhere, and writes what it says.

    Args:
        store: The store.
    """

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._names = tuple(store.graphs())

    def named_graphs(self) -> list[str]:
        """Give the names of all graphs, sorted."""
        return list(self._names)

    def query(
        self,
        text: str,
        *,
        media: tuple[str, str],
        caps: Caps,
        base: str | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Written:
        """Answer a query; arguments and result as those of ``Answering.query``.

        Raises:
            RuleError: ``KG-Q001`` when the server cannot read it, ``KG-H119`` when both the query
                and the request name a data set.
        """
        asked = _with_data_set(text, default_graphs, named_graphs)
        asked = f"BASE {ox.NamedNode(base)}\n{asked}" if base else asked
        shape = shape_of(asked)
        form = "" if shape is None else shape.form
        if form == "ASK":
            truth = "" if self._store.ask(asked) else "FILTER(false)"
            return write(ox.Store().query(f"ASK {{ {truth} }}"), media, caps)
        if form == "SELECT":
            rows = list(islice(self._store.select(asked), caps.rows + 1))
            return write(ox.Store().query(_values(rows, _names(asked, rows))), media, caps)
        return write_triples(self._store.construct(asked), media[1], caps)

    def graph(self, name: str | None, *, media: str, caps: Caps) -> Written | None:
        """Write one graph; None when there is no such graph."""
        if name is None or name not in self._names:
            return None
        return write_triples(self._store.triples(name), media, caps)

    def union(self, names: Sequence[str], *, media: str, caps: Caps) -> Written:
        """Write the statements of several graphs that share none."""
        triples = (t for name in names for t in self._store.triples(name))
        return write_triples(triples, media, caps)


def _with_data_set(text: str, default: Sequence[str] | None, named: Sequence[str] | None) -> str:
    """Name the graphs in the query itself: a server's own default is never relied on."""
    if default is None and named is None:
        return text
    shape = shape_of(text)
    if shape is None:
        return text
    if shape.graphs.strip():
        raise RuleError(
            "KG-H119",
            Text(
                "de vraag en het verzoek noemen allebei grafen",
                "the query and the request both name graphs",
            ),
            Text("noem ze op één plaats", "name them in one place"),
        )
    clauses = "".join(f"FROM {ox.NamedNode(g)}\n" for g in default or ())
    clauses += "".join(f"FROM NAMED {ox.NamedNode(g)}\n" for g in named or ())
    return f"{shape.prologue}{shape.form}{shape.head}\n{clauses}{shape.body}"


def _names(text: str, rows: Sequence[Row]) -> list[str]:
    """Give the columns: as the query names them, else in the order in which they come."""
    shape = shape_of(text)
    head = "" if shape is None else shape.head
    wanted = _projected(head)
    return wanted or list(dict.fromkeys(name for row in rows for name in row))


def _projected(head: str) -> list[str]:
    """Give the variables of a projection; of ``(… AS ?name)`` only the name."""
    names, depth, after_as = [], 0, False
    for word in head.replace("(", " ( ").replace(")", " ) ").split():
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word[:1] in {"?", "$"} and (depth == 0 or (depth == 1 and after_as)):
            names.append(word[1:])
        after_as = word.upper() == "AS"
    return names


def _values(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Give a query whose answer is these rows."""
    lines = (
        "(" + " ".join(str(row[n]) if n in row else _UNBOUND for n in names) + ")" for row in rows
    )
    columns = " ".join(f"?{n}" for n in names)
    return f"SELECT {columns or '*'} {{ VALUES ({columns}) {{ " + "\n".join(lines) + " } }"
