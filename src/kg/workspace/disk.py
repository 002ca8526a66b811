"""A workspace on disk, to read from and, one command at a time, to write to.

A directory with ``journal.log`` (what was said and decided, in order), ``content/`` (the bytes as
they came and their canonical form, by SHA-256), and what can always be made anew from these two:
``store/`` and ``generations/``. Reading needs no lock, so it goes on while a service writes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from kg.errors import KgError
from kg.intake.authority import Registry
from kg.intake.submission import read_submission
from kg.journal import Content
from kg.journal.log import read_journal
from kg.model import Source
from kg.rdf import parse_file, to_ntriples
from kg.rdf.skolem import canonical
from kg.store import EmbeddedStore
from kg.workspace.generations import Generations
from kg.workspace.graph import Graph
from kg.workspace.history import read_state
from kg.workspace.intake import Offer
from kg.workspace.keeper import CONTENT, JOURNAL, Keeper, is_workspace, refuse_other
from kg.workspace.notes import key_of, recall
from kg.workspace.project import force_digest, read_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.intake.submission import Submission
    from kg.rules.header import Value
    from kg.workspace.graph import Look
    from kg.workspace.history import Kept, State


class Workspace(Graph):
    """A directory that keeps what was said and what was found.

    Args:
        path: The directory.
        parameters: Values for rule parameters.

    Raises:
        WorkspaceError: ``KG-W002`` when it is no workspace, ``KG-W003`` when another version of
            the product made it.
        JournalError: ``KG-J001`` when its journal is damaged.
    """

    def __init__(self, path: Path, *, parameters: Mapping[str, Value] | None = None) -> None:
        refuse_other(path)
        self.path = path
        self._content = Content(path / CONTENT)
        self._opened: list[EmbeddedStore] = []
        self.state = self._read_state()
        super().__init__(
            (), registry=self.state.registry, parameters=parameters, as_of=self.state.fixed
        )
        self._submissions = None

    @classmethod
    def create(
        cls, path: Path, registry: Registry | None = None, *, as_of: dt.date | None = None
    ) -> Workspace:
        """Make a workspace in a directory that holds none.

        Raises:
            WorkspaceError: ``KG-W004`` when there is one already or the place cannot be used.
        """
        registry = registry or Registry()
        day = None if as_of is None else as_of.isoformat()
        Keeper.create(
            path,
            {"operator": registry.operator, "prefixes": dict(registry.prefixes), "asOf": day},
        )
        return cls(path)

    @staticmethod
    def is_at(path: Path) -> bool:
        """Whether there is a workspace in a directory."""
        return is_workspace(path)

    @property
    def sources(self) -> frozenset[Source]:
        """Who speaks in which file."""
        return frozenset(Source(k.file, k.organisation) for k in self.state.in_force())

    @property
    def submissions(self) -> Sequence[Submission]:
        """What was said and counts, in the order in which it was accepted."""
        if self._submissions is None:
            self._submissions = tuple(read_kept(self._content, k) for k in self.state.in_force())
        return self._submissions

    @contextmanager
    def writing(self) -> Iterator[Keeper]:
        """Hold the lock for a while; what was written is there to read afterwards.

        Raises:
            WorkspaceError: ``KG-W001`` when another process writes.
        """
        with Keeper(self.path) as keeper:
            yield keeper
        self.refresh()

    def publish(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Bring what readers see up to date, unless another process writes: that one does it."""
        self._settle(progress)

    def refresh(self) -> None:
        """Read what others have written since."""
        self.state = self._read_state()
        self.registry = self.state.registry
        self._submissions = None
        self._last = None

    def _read_state(self) -> State:
        return read_state(read_journal(self.path / JOURNAL).records)

    def add(self, path: Path, organisation: str | None = None) -> int:
        """Take in a file as what an organisation says, unchecked, at the operator's word.

        Args:
            path: An RDF file.
            organisation: IRI of who speaks; None for an unattributed file.

        Returns:
            How many triples it holds.

        Raises:
            UnreadableInputError: If the file cannot be read; nothing is kept then.
        """
        submission = read_submission(path, organisation)
        form = to_ntriples(canonical(parse_file(path))).encode()
        offer = Offer(organisation, str(path), str(path), _media(path), path.read_bytes())
        self._take(offer, form, len(submission.triples))
        return len(submission.triples)

    def add_submission(self, submission: Submission) -> int:
        """Take in statements already read as what an organisation says, at the operator's word.

        Returns:
            How many triples it holds.
        """
        form = to_ntriples(submission.triples).encode()
        who, file = submission.source.organisation, submission.source.file
        self._take(
            Offer(who, file, file, "application/n-triples", form), form, len(submission.triples)
        )
        return len(submission.triples)

    def _take(self, offer: Offer, form: bytes, triples: int) -> Kept:
        with self.writing() as keeper:
            before = keeper.state.current(offer.organisation, offer.dataset)
            if before is not None and before.raw == hashlib.sha256(offer.data).hexdigest():
                return before
            kept = keeper.receive(offer)
            keeper.read(kept.id, form, triples)
            return keeper.accept(kept.id)

    def _look(
        self,
        now: dt.date,
        rules: tuple[str, ...] | None,
        progress: Callable[[int, int], None] | None,
    ) -> Look:
        key = key_of(now, force_digest(self.state), self.parameters)
        known = self._recall(key, now, rules)
        if known is None and not self.parameters and rules is None and self._is_due(now):
            self._settle(progress)
            known = self._recall(key, now, rules)
        return known or self._derive(now, rules, None, progress)

    def _is_due(self, now: dt.date) -> bool:
        """Whether the store itself should be of this date."""
        return now == (self.state.fixed or dt.datetime.now(tz=dt.UTC).date())

    def _settle(self, progress: Callable[[int, int], None] | None) -> None:
        """Bring store and generation up to date; who may not write looks in memory instead."""
        try:
            with Keeper(self.path) as keeper:
                keeper.tick()
                keeper.settle(progress=progress)
        except KgError:
            return
        self.state = self._read_state()

    def _recall(self, key: str, now: dt.date, rules: tuple[str, ...] | None) -> Look | None:
        generation = Generations(self.path / "generations").current()
        if generation is None:
            return None
        try:
            store = EmbeddedStore(generation.path, read_only=True)
        except KgError:
            return None
        known = recall(store, key, now, rules, self.parameters)
        if known is None:
            store.close()
        else:
            self._opened.append(store)
        return known

    def close(self) -> None:
        """Let go of what was opened for reading."""
        for store in self._opened:
            store.close()
        self._opened.clear()
        self._last = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_MEDIA = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".jsonld": "application/ld+json",
    ".rdf": "application/rdf+xml",
    ".xml": "application/rdf+xml",
}


def _media(path: Path) -> str:
    return _MEDIA.get(path.suffix.lower(), "application/octet-stream")
