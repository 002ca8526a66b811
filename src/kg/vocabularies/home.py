"""A vocabulary home: a folder with the snapshots that were taken in, and their lock.

``vocab.lock`` names them; ``<id>/<version>.nt`` holds each in canonical form; ``index/`` holds what
each comes down to, by checksum, and can always be made anew. Each snapshot is a graph of its own,
and the one in use is also the graph of the vocabulary itself.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from kg.errors import UnreadableInputError
from kg.rdf import value
from kg.rdf.skolem import name_blanks
from kg.resources import demo_dir
from kg.text import Text
from kg.vocabularies.compact import FORM, from_json, to_json
from kg.vocabularies.entries import read_facts
from kg.vocabularies.folder import excerpts
from kg.vocabularies.kept import Kept
from kg.vocabularies.lock import (
    LOCK,
    Lock,
    Locked,
    Snapshot,
    VocabularyError,
    check_version,
    read_lock,
    write_lock,
)
from kg.vocabularies.own import own_sources
from kg.vocabularies.reading import from_canonical
from kg.vocabularies.view import Source, Vocabularies

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kg.rdf import Triple
    from kg.vocabularies.entries import Facts
    from kg.vocabularies.reading import Reading

KNOWN = "known.toml"
"""Name of the list of known sources that ships with the product."""


def shipped_dir() -> Path:
    """Give the folder with what ships: known sources and a few small vocabularies."""
    return demo_dir().parent / "vocabularies"


def known_sources() -> Lock:
    """Give the sources that the product knows, without snapshots.

    >>> known_sources().get("tooi-gemeenten").source.partition("/waardelijsten/")[2]
    'rwc_gemeenten_compleet/5/json/rwc_gemeenten_compleet_5.json'
    """
    return read_lock(shipped_dir() / KNOWN)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a home that is not as the lock says, or that may be out of date.

    Attributes:
        id: Which vocabulary.
        version: Which snapshot.
        message: What is the matter.
        advice: What to do about it.
        grave: Whether the snapshot cannot be used; else it may be out of date.
    """

    id: str
    version: str
    message: Text
    advice: Text
    grave: bool = True


class Home:
    """The vocabularies in one folder.

    Args:
        path: The folder; it need not exist yet.
        indexed: Whether what snapshots come down to is kept beside them.

    Attributes:
        path: The folder.
        lock: What was taken in.

    Raises:
        VocabularyError: ``KG-K104`` when its lock cannot be read.
    """

    def __init__(self, path: Path, *, indexed: bool = True) -> None:
        self.path = path
        self._indexed = indexed
        self.lock = read_lock(path / LOCK)

    @staticmethod
    def is_at(path: Path) -> bool:
        """Tell whether a folder is a vocabulary home."""
        return (path / LOCK).is_file()

    def file(self, name: str, version: str) -> Path:
        """Give where a snapshot is kept."""
        return self.path / name / f"{version}.nt"

    def add(self, about: Locked, reading: Reading, *, version: str, day: dt.date) -> Locked:
        """Keep what was read as the snapshot in use.

        Args:
            about: The vocabulary; known snapshots of it stay.
            reading: What its file says.
            version: Which version it is.
            day: The day on which it was retrieved.

        Returns:
            The vocabulary as it stands in the lock now.

        Raises:
            VocabularyError: ``KG-K103`` for a version that cannot be one, ``KG-K109`` when that
                version is there with other content.
        """
        old = self.lock.vocabularies.get(about.id)
        kept = old.snapshots if old is not None else ()
        same = self.same(about.id, version, reading)
        about = replace(about, snapshots=kept, reader=reading.reader, media=reading.media)
        if same is not None:
            now = replace(about, current=version, pinned="")
        else:
            snapshot = Snapshot(
                version, day, reading.sha256, reading.canonical, reading.triples, reading.lenient
            )
            file = self.file(about.id, version)
            file.parent.mkdir(parents=True, exist_ok=True)
            _write(file, reading.text)
            now = about.with_snapshot(snapshot)
        self.keep(now)
        return now

    def same(self, name: str, version: str, reading: Reading) -> Snapshot | None:
        """Give the snapshot of a version when it is there with this content; None if it is not.

        Raises:
            VocabularyError: As ``add``.
        """
        check_version(version)
        vocabulary = self.lock.vocabularies.get(name)
        kept = vocabulary.snapshots if vocabulary is not None else ()
        found = next((s for s in kept if s.version == version), None)
        if found is not None and found.canonical != reading.canonical:
            raise _other_content(name, version)
        return found

    def keep(self, vocabulary: Locked) -> None:
        """Write one vocabulary to the lock."""
        self.lock = self.lock.put(vocabulary)
        self.path.mkdir(parents=True, exist_ok=True)
        write_lock(self.path / LOCK, self.lock)

    def statements(self, name: str, version: str = "") -> list[Triple]:
        """Give what a snapshot says; that in use when no version is named.

        Raises:
            NotFoundError: ``KG-K101`` or ``KG-K102``.
            UnreadableInputError: ``KG-R001`` when its file cannot be read.
            VocabularyError: ``KG-K110`` when the file is not what was taken in.
        """
        snapshot = self.lock.get(name).snapshot(version)
        file = self.file(name, snapshot.version)
        text = _text(file)
        if hashlib.sha256(text.encode()).hexdigest() != snapshot.canonical:
            raise _changed(file)
        return from_canonical(text)

    def facts(self, name: str, version: str = "") -> Facts:
        """Give what a snapshot comes down to; made once and kept."""
        snapshot = self.lock.get(name).snapshot(version)
        kept = self.path / "index" / f"{snapshot.canonical}.{FORM}.json"
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return from_json(kept.read_text(encoding="utf-8"), vocabulary=name)
        facts = read_facts(self.statements(name, snapshot.version), vocabulary=name)
        if self._indexed:
            # A home on a disk that cannot be written works too; it is only slower.
            with contextlib.suppress(OSError):
                kept.parent.mkdir(exist_ok=True)
                _write(kept, to_json(facts))
        return facts

    def source(self, name: str, version: str = "") -> Source:
        """Give a snapshot as a source of a view; its statements stay on disk until asked for."""
        vocabulary = self.lock.get(name)
        snapshot = vocabulary.snapshot(version)
        return Source(
            name=name,
            version=snapshot.version,
            whole=not vocabulary.part,
            read=partial(self.statements, name, snapshot.version),
            compact=self.facts(name, snapshot.version),
            find=self._finder(name, snapshot),
        )

    def _finder(self, name: str, snapshot: Snapshot) -> Callable[[str], Sequence[Triple]]:
        """Give what finds statements by subject; the file is opened now, and read when asked."""
        file = self.file(name, snapshot.version)
        try:
            kept = Kept(file, snapshot.canonical)
        except OSError:
            return lambda iri: [
                t for t in self.statements(name, snapshot.version) if value(t.subject) == iri
            ]

        def find(iri: str) -> Sequence[Triple]:
            if not kept.is_whole():
                raise _changed(file)
            return kept.about(iri)

        return find

    def sources(self) -> tuple[Source, ...]:
        """Give every vocabulary that has a snapshot in use."""
        return tuple(self.source(v.id) for v in self.lock.vocabularies.values() if v.current)

    def graphs(self, name: str) -> Iterator[tuple[str, list[Triple]]]:
        """Give the graphs of one vocabulary: that of the vocabulary itself, and each snapshot's.

        Nodes without a name get one, so that a store can take the statements away again.
        """
        vocabulary = self.lock.get(name)
        for snapshot in vocabulary.snapshots:
            graph = vocabulary.graph_of(snapshot.version)
            triples = name_blanks(self.statements(name, snapshot.version), graph)
            yield graph, triples
            if snapshot.version == vocabulary.current:
                yield vocabulary.graph, triples

    def check(self, day: dt.date) -> Iterator[Fault]:
        """Verify every snapshot: its file, checksum and number of statements, and its age.

        Args:
            day: Today.
        """
        for vocabulary in self.lock.vocabularies.values():
            for snapshot in vocabulary.snapshots:
                yield from self._check(vocabulary, snapshot)
            if vocabulary.current:
                yield from _aged(vocabulary, vocabulary.snapshot(), day)

    def _check(self, vocabulary: Locked, snapshot: Snapshot) -> Iterator[Fault]:
        try:
            count = len(self.statements(vocabulary.id, snapshot.version))
        except (UnreadableInputError, VocabularyError) as e:
            yield Fault(vocabulary.id, snapshot.version, e.message, e.advice or _AGAIN)
            return
        if count != snapshot.triples:
            yield Fault(
                vocabulary.id,
                snapshot.version,
                Text(
                    f"{count} uitspraken, volgens de lock {snapshot.triples}",
                    f"{count} statements, {snapshot.triples} according to the lock",
                ),
                _AGAIN,
            )


def load_home(path: Path, *, shipped: bool = True) -> Vocabularies:
    """Load what a vocabulary home has in use.

    Args:
        path: The home; a folder without a lock is an empty one.
        shipped: Whether what ships with the product is in the view too.

    Returns:
        One view; entries of what the home has go before what ships.
    """
    mine = Home(path).sources()
    names = {source.name for source in mine}
    theirs = (*shipped_home().sources(), *own_sources(), *excerpts()) if shipped else ()
    return Vocabularies([*mine, *(s for s in theirs if s.name not in names)])


def shipped_home() -> Home:
    """Give the vocabularies that ship with the product."""
    return Home(shipped_dir(), indexed=False)


_AGAIN = Text("neem de vocabulaire opnieuw op", "take the vocabulary in again")


def _aged(vocabulary: Locked, snapshot: Snapshot, day: dt.date) -> Iterator[Fault]:
    age = (day - snapshot.retrieved).days
    if not vocabulary.days or age <= vocabulary.days:
        return
    yield Fault(
        vocabulary.id,
        snapshot.version,
        Text(
            f"{age} dagen oud; hierin komt om de {vocabulary.days} dagen iets nieuws",
            f"{age} days old; this changes every {vocabulary.days} days or so",
        ),
        Text(f"kg vocabulary fetch {vocabulary.id}", f"kg vocabulary fetch {vocabulary.id}"),
        grave=False,
    )


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", errors="replace")
    except OSError as e:
        raise UnreadableInputError(
            "KG-R001",
            Text(f"{file}: bestand is niet te lezen", f"{file}: cannot read the file"),
            _AGAIN,
        ) from e


def _write(file: Path, text: str) -> None:
    new = file.with_name(file.name + ".new")
    new.write_bytes(text.encode())
    new.replace(file)


def _changed(file: Path) -> VocabularyError:
    return VocabularyError(
        "KG-K110",
        Text(
            f"{file}: dit is niet meer wat er is opgenomen",
            f"{file}: this is no longer what was taken in",
        ),
        _AGAIN,
    )


def _other_content(name: str, version: str) -> VocabularyError:
    return VocabularyError(
        "KG-K109",
        Text(
            f"{name} heeft al een versie {version}, met andere inhoud",
            f"{name} has a version {version} already, with other content",
        ),
        Text("geef de nieuwe een eigen --version", "give the new one a --version of its own"),
    )
