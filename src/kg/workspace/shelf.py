"""The reference vocabularies of a workspace, as graphs beside what organisations said.

Each snapshot that was taken in is a named graph, and what is in use is one too. They come from the
vocabulary home of the workspace, not from its journal: anyone can fetch them again by their lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kg.rdf.skolem import name_blanks
from kg.store import MemoryStore
from kg.terms import VOCABULARY
from kg.vocabularies.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kg.rdf import Triple

FOLDER = "vocabularies"
"""Name of the vocabulary home within a workspace."""


@dataclass(frozen=True, slots=True)
class Held:
    """One graph of a vocabulary, not read yet.

    Attributes:
        digest: What changes when its content changes.
        read: Gives its statements.
    """

    digest: str
    read: Callable[[], Sequence[Triple]]

    def dump(self) -> bytes:
        """Give its statements as N-Triples, as the engine writes them."""
        store = MemoryStore()
        store.add(VOCABULARY, self.read())
        return store.dump(VOCABULARY)


def shelf(root: Path) -> Mapping[str, Held]:
    """Give the vocabulary graphs that a workspace should hold, by their IRIs."""
    folder = root / FOLDER
    if not Home.is_at(folder):
        return {}
    home = Home(folder)
    found: dict[str, Held] = {}
    for vocabulary in home.lock.vocabularies.values():
        for snapshot in vocabulary.snapshots:
            graph = vocabulary.graph_of(snapshot.version)
            read = partial(_read, home, vocabulary.id, snapshot.version, graph)
            held = Held(f"{snapshot.canonical} {snapshot.version}", read)
            found[graph] = held
            if snapshot.version == vocabulary.current:
                found[vocabulary.graph] = held
    return found


def _read(home: Home, name: str, version: str, graph: str) -> Sequence[Triple]:
    """Give a snapshot; nodes without a name get one, so that they can be taken away again."""
    return name_blanks(home.statements(name, version), graph)
