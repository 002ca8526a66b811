"""Looks after a workspace: compares it with its journal, makes it anew, copies it and puts it back.

The journal and the content it speaks of are all there is to keep; a backup is a copy of those, and
can be made while a service writes, for both only grow.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.journal import Content, Journal, JournalError, Lock
from kg.journal.content import sync_directory, write_whole
from kg.journal.log import read_journal
from kg.store import EmbeddedStore
from kg.terms import GRAPH
from kg.text import Text
from kg.workspace.generations import Generations
from kg.workspace.history import read_state
from kg.workspace.keeper import CONTENT, JOURNAL, LOCK, STORE, Keeper, is_workspace
from kg.workspace.project import aim, applied, day_of, digest_of, lines_of, read_kept
from kg.workspace.shelf import FOLDER, shelf

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kg.journal import Record
    from kg.store import GraphStore

_CONTENTS = ("raw", "canonical", "report", "content")
"""Fields of records that name content."""


@dataclass(slots=True)
class Health:
    """What a check of a workspace found.

    Attributes:
        records: How many records are whole.
        contents: How many pieces of content are whole.
        graphs: Hash of each graph as the journal says it should be.
        problems: What is wrong, in words; empty when nothing is.
    """

    records: int = 0
    contents: int = 0
    graphs: dict[str, str] = field(default_factory=dict)
    problems: list[Text] = field(default_factory=list)


def verify(root: Path) -> Health:
    """Check the journal, the content, the store and what readers see against each other.

    Reads only. The store is left out while a service holds it; what readers see is always checked.
    """
    health = Health()
    try:
        records = read_journal(root / JOURNAL).records
    except JournalError as e:
        health.problems.append(e.message)
        return health
    health.records = len(records)
    _check_contents(Content(root / CONTENT), records, health)
    if health.problems or read_state(records).scratch:
        return health
    generation = Generations(root / "generations").current()
    if generation is not None:
        _check_graphs(root, records, generation.path, Text("generatie", "generation"), health)
    if (root / STORE).is_dir() and _is_free(root):
        _check_graphs(root, records, root / STORE, Text("opslag", "store"), health)
    return health


def _check_contents(content: Content, records: Iterable[Record], health: Health) -> None:
    for sha256 in sorted(contents_of(records)):
        try:
            content.get(sha256)
            health.contents += 1
        except JournalError as e:
            health.problems.append(e.message)


def contents_of(records: Iterable[Record]) -> set[str]:
    """Give the hashes of all content that records speak of."""
    return {str(r.data[name]) for r in records for name in _CONTENTS if r.data.get(name)}


def _check_graphs(
    root: Path, records: tuple[Record, ...], path: Path, what: Text, health: Health
) -> None:
    """Compare every graph of a store with what the journal says at the place where it is."""
    try:
        store = EmbeddedStore(path, read_only=True)
    except KgError as e:
        health.problems.append(e.message)
        return
    try:
        found = hashes_of(store)
        want = _wanted(root, records, applied(store), day_of(store))
    except (OSError, KgError, JournalError) as e:
        health.problems.append(Text(f"{what.nl}: {e}", f"{what.en}: {e}"))
        return
    finally:
        store.close()
    health.graphs = dict(want)
    for name in sorted({*found, *want}):
        if found.get(name) != want.get(name):
            health.problems.append(
                Text(
                    f"{what.nl}: graaf {name} is niet wat het journaal zegt",
                    f"{what.en}: graph {name} is not what the journal says",
                )
            )


def _wanted(
    root: Path, records: tuple[Record, ...], seq: int, day: dt.date | None
) -> Mapping[str, str]:
    state = read_state(records[:seq])
    if day is None:
        return {}
    content = Content(root / CONTENT)
    books = shelf(root)
    target = aim(state, [read_kept(content, k) for k in state.in_force()], day, shelf=books)
    names = {*target.graphs, *books}
    return {name: digest_of(lines) for name in names if (lines := target.lines(name))}


def hashes_of(store: GraphStore) -> dict[str, str]:
    """Give a hash of every graph of a store, whatever order it keeps them in."""
    names = (n for n in store.graphs() if n.startswith(GRAPH))
    return {name: digest_of(lines_of(store, name)) for name in names}


def _is_free(root: Path) -> bool:
    try:
        Lock(root / LOCK).close()
    except KgError:
        return False
    return True


def backup(root: Path, target: Path) -> int:
    """Copy journal, content, vocabularies and mappings to a directory.

    Content that is there already is not copied again.

    Works while a service writes: the copy holds all that was acknowledged when it started.

    Returns:
        How many records the backup holds.

    Raises:
        JournalError: ``KG-J006`` when the target holds another workspace, ``KG-J003`` when content
            is damaged, ``KG-J004`` when the target cannot be written.
    """
    reading = read_journal(root / JOURNAL)
    data = (root / JOURNAL).read_bytes()[: reading.size]
    _refuse_other(target, data)
    try:
        target.mkdir(parents=True, exist_ok=True)
        source, copy = Content(root / CONTENT), Content(target / CONTENT)
        for sha256 in sorted(contents_of(reading.records)):
            if not copy.path(sha256).is_file():
                copy.put(source.get(sha256))
        _copy_beside(root, target)
        # Last, so that a backup never names content it does not hold.
        write_whole(target / JOURNAL, data)
        sync_directory(target)
    except OSError as e:
        raise JournalError(
            "KG-J004", Text(f"{target}: schrijven lukt niet: {e}", f"{target}: cannot write: {e}")
        ) from e
    return len(reading.records)


def _copy_beside(root: Path, target: Path) -> None:
    """Copy what stands beside the journal: vocabularies with their lock, and accepted mappings."""
    if (root / FOLDER).is_dir():
        shutil.copytree(root / FOLDER, target / FOLDER, dirs_exist_ok=True)
    for file in root.glob("mappings.*"):
        shutil.copyfile(file, target / file.name)


def _refuse_other(target: Path, data: bytes) -> None:
    """Refuse to copy over a backup that is not an earlier state of the same journal."""
    if target.exists() and any(target.iterdir()):
        old = (target / JOURNAL).read_bytes() if (target / JOURNAL).is_file() else None
        if old is None or not data.startswith(old):
            raise JournalError(
                "KG-J006",
                Text(
                    f"{target}: hier staat iets anders dan een reservekopie van deze werkmap",
                    f"{target}: holds something else than a backup of this workspace",
                ),
                Text("kies een lege map", "choose an empty directory"),
            )


def restore(source: Path, root: Path) -> int:
    """Make a workspace of a backup, in a directory that holds none, and build its store.

    Returns:
        How many records it holds.

    Raises:
        JournalError: ``KG-J001`` or ``KG-J003`` when the backup is damaged, ``KG-J006`` when the
            place is in use; nothing is written then.
    """
    if root.exists() and any(root.iterdir()):
        raise JournalError(
            "KG-J006",
            Text(f"{root}: deze map is niet leeg", f"{root}: this directory is not empty"),
            Text("zet de kopie terug in een lege map", "restore into an empty directory"),
        )
    records = read_journal(source / JOURNAL).records
    content = Content(source / CONTENT)
    for sha256 in contents_of(records):
        content.get(sha256)
    backup(source, root)
    with Keeper(root) as keeper:
        keeper.settle()
    return len(records)


def rewind(root: Path, seq: int, target: Path) -> int:
    """Make a workspace as it was when a record had just been written.

    Args:
        root: The workspace; it is not changed.
        seq: Place of the last record that counts.
        target: An empty directory for the other one.

    Returns:
        How many records the other one holds.
    """
    reading = read_journal(root / JOURNAL, until=seq)
    if is_workspace(target) or (target.exists() and any(target.iterdir())):
        return restore(root, target)  # says what is wrong with the place
    target.mkdir(parents=True, exist_ok=True)
    for sha256 in contents_of(reading.records):
        Content(target / CONTENT).put(Content(root / CONTENT).get(sha256))
    write_whole(target / JOURNAL, b"".join(_lines(reading.records)))
    Journal(target / JOURNAL).close()
    with Keeper(target) as keeper:
        keeper.settle()
    return len(reading.records)


def _lines(records: Iterable[Record]) -> Iterator[bytes]:
    return (r.line() for r in records)
