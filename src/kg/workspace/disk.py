"""A workspace on disk: what was said is kept, what was found is remembered.

A directory with ``manifest.json`` (what was said, by whom, in which order; registered prefixes; the
operator), ``submissions/`` (the bytes as they came, by SHA-256) and ``store/`` (graphs and
findings, which can always be made anew from the other two).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from kg.intake.authority import Registry
from kg.intake.submission import make_submission, read_submission
from kg.model import Source
from kg.rdf import FORMATS, parse_bytes, to_ntriples
from kg.store import EmbeddedStore
from kg.workspace.graph import Graph
from kg.workspace.manifest import Manifest
from kg.workspace.state import forget, key_of, recall, remember

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kg.intake.submission import Submission
    from kg.rules.header import Value
    from kg.workspace.graph import Look
    from kg.workspace.manifest import Entry


class Workspace(Graph):
    """A directory that keeps what was said and what was found.

    Args:
        path: The directory.
        parameters: Values for rule parameters.

    Raises:
        WorkspaceError: ``KG-W001`` when another process works in it, ``KG-W002`` when it is no
            workspace, ``KG-W003`` when its manifest cannot be read.
    """

    def __init__(self, path: Path, *, parameters: Mapping[str, Value] | None = None) -> None:
        manifest = Manifest.read(path)
        registry = Registry(manifest.prefixes, manifest.operator)
        super().__init__((), registry=registry, parameters=parameters, as_of=manifest.as_of)
        self._submissions = None
        self.path = path
        self._manifest = manifest
        self._store = EmbeddedStore(path / "store")

    @classmethod
    def create(
        cls, path: Path, registry: Registry | None = None, *, as_of: dt.date | None = None
    ) -> Workspace:
        """Make a workspace in a directory that holds none.

        Raises:
            WorkspaceError: ``KG-W004`` when there is one already or the place cannot be used.
        """
        registry = registry or Registry()
        Manifest(prefixes=registry.prefixes, operator=registry.operator, as_of=as_of).create(path)
        return cls(path)

    @staticmethod
    def is_at(path: Path) -> bool:
        """Whether there is a workspace in a directory."""
        return Manifest.is_at(path)

    @property
    def sources(self) -> frozenset[Source]:
        """Who speaks in which file."""
        return frozenset(Source(e.file, e.organisation) for e in self._manifest.entries)

    @property
    def submissions(self) -> Sequence[Submission]:
        """What was said, read from the bytes that were kept."""
        if self._submissions is None:
            self._submissions = tuple(self._read(e) for e in self._manifest.entries)
        return self._submissions

    def _read(self, entry: Entry) -> Submission:
        data = self._manifest.content(self.path, entry)
        kind = FORMATS["." + entry.kind]
        triples = parse_bytes(data, kind, name=entry.file)
        return make_submission(triples, entry.file, entry.organisation)

    def add(self, path: Path, organisation: str | None = None) -> int:
        """Keep a file as what an organisation says.

        Args:
            path: An RDF file.
            organisation: IRI of who speaks; None for an unattributed file.

        Returns:
            How many triples it holds.

        Raises:
            UnreadableInputError: If the file cannot be read; nothing is kept then.
        """
        submission = read_submission(path, organisation)
        self._keep(path.read_bytes(), path.suffix.lower().lstrip("."), str(path), organisation)
        return len(submission.triples)

    def add_submission(self, submission: Submission) -> int:
        """Keep statements already read as what an organisation says.

        Returns:
            How many triples it holds.
        """
        data = to_ntriples(submission.triples).encode()
        self._keep(data, "nt", submission.source.file, submission.source.organisation)
        return len(submission.triples)

    def _keep(self, data: bytes, kind: str, file: str, organisation: str | None) -> None:
        self._manifest = self._manifest.add(self.path, data, kind, file, organisation)
        self._submissions = None
        self._last = None

    def _look(
        self,
        now: dt.date,
        rules: tuple[str, ...] | None,
        progress: Callable[[int, int], None] | None,
    ) -> Look:
        key = key_of(now, self._manifest.digest(), self.parameters)
        known = recall(self._store, key, now, rules, self.parameters)
        if known is not None:
            return known
        forget(self._store)
        look = self._derive(now, rules, self._store, progress)
        remember(self._store, key, rules, look)
        return look

    def close(self) -> None:
        """Let go of the directory."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
