"""What must be so after any crash: all that was acknowledged is there, whole, and once."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from kg.journal.log import read_journal
from kg.store import EmbeddedStore
from kg.workspace.keeper import JOURNAL, Keeper
from kg.workspace.maintain import hashes_of, verify
from kg.workspace.project import applied

from .work import Task

if TYPE_CHECKING:
    from pathlib import Path

    from kg.workspace.history import State

    from .work import Book

_UNFINISHED = (
    "Inserts are only possible on read-write",
    "Invalid argument: Column family not found",
)
"""What the engine says of a store that was being made."""
_KEPT = {"accepted", "superseded", "withdrawn"}


def is_amid(root: Path) -> bool:
    """Tell whether a generation is being made, or a store replaced."""
    return any((root / "generations").glob("building-*")) or (root / "store.gone").exists()


def check(root: Path, book: Book) -> dict[str, Any]:
    """Open a workspace as a crash left it, and count what is wrong.

    Returns:
        Counts: ``lost``, ``partial``, ``doubled``, ``wrong`` (graphs that are not what the journal
        says, before or after catching up); ``replayed``, ``amid`` (a publication was under way)
        and ``seconds`` to be ready again.
    """
    amid = is_amid(root)
    # As found: the store is at one place of the journal or another, never in between.
    wrong = _as_found(root)
    started = time.perf_counter()
    with Keeper(root) as keeper:
        replayed = keeper.journal.seq - applied(keeper.store)
        generation = keeper.settle()
        seconds = time.perf_counter() - started
        state = keeper.state
        store = hashes_of(keeper.store)
        partial = _partial(keeper, state)
    wrong += [p.en for p in verify(root).problems]
    if generation is None:
        wrong.append("no generation")
    else:
        with EmbeddedStore(generation.path, read_only=True) as seen:
            if hashes_of(seen) != store:
                wrong.append("the generation is not the store")
    return {
        "lost": _lost(state, book),
        "partial": partial,
        "doubled": _doubled(root) + book.moved,
        "wrong": wrong,
        "replayed": replayed,
        "amid": amid,
        "seconds": seconds,
    }


def _as_found(root: Path) -> list[str]:
    """Give what is wrong before the writer starts.

    A store that was being made when the crash came may not open for reading; there is nothing in
    it yet, and the writer, which comes next, must be able to open it.
    """
    try:
        problems = [p.en for p in verify(root).problems]
    except RuntimeError as e:
        problems = [str(e)]
    unfinished = (f"{root}/store: cannot open store", *_UNFINISHED)
    return [p for p in problems if not p.startswith(unfinished)]


def _lost(state: State, book: Book) -> list[str]:
    """Give what was acknowledged and is not there, or not as it was acknowledged."""
    lost = []
    for number, id_ in book.accepted.items():
        kept = state.submissions.get(id_)
        task = Task(number)
        if kept is None or (kept.raw, kept.key) != (task.sha256, task.key):
            lost.append(f"submission {number}")
        elif kept.stage not in _KEPT:
            lost.append(f"acceptance of {number}")
    lost += [f"withdrawal of {i}" for i in book.withdrawn if not _is_withdrawn(state, i)]
    lost += [f"token {t}" for t in book.tokens if t not in state.tokens]
    return lost


def _is_withdrawn(state: State, id_: str) -> bool:
    kept = state.submissions.get(id_)
    return kept is not None and kept.stage == "withdrawn"


def _partial(keeper: Keeper, state: State) -> list[str]:
    return [
        kept.id
        for kept in state.in_force()
        if sum(1 for _ in keeper.store.triples(kept.graph or "")) != kept.triples
    ]


def _doubled(root: Path) -> list[str]:
    """Give keys that made two submissions, and submissions that were accepted twice."""
    made: Counter[str] = Counter()
    for record in read_journal(root / JOURNAL).records:
        if record.kind == "received":
            made[str(record.data["key"])] += 1
        elif record.kind in {"accepted", "parsed", "withdrawn"}:
            made[f"{record.kind} {record.data['id']}"] += 1
    return [name for name, times in made.items() if times > 1]
