"""The one writer of a workspace: takes submissions in, decides, applies and publishes.

Whoever holds a ``Keeper`` holds the lock. A decision counts from the moment its record is synced;
the store follows, and after a crash catches up. When a write fails the keeper stops: the store and
the journal are opened anew and what was acknowledged is applied again.
"""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from kg.errors import KgError, NotFoundError, WorkspaceError
from kg.journal import Content, Journal, JournalError, Lock
from kg.store import EmbeddedStore, StoreError
from kg.text import Text
from kg.workspace import scratch
from kg.workspace.generations import Generations
from kg.workspace.history import FORMAT, State, read_state
from kg.workspace.intake import Intake
from kg.workspace.notes import is_of, key_of
from kg.workspace.project import aim, applied, apply, force_digest, read_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kg.errors import RuleError
    from kg.intake.submission import Submission
    from kg.journal import Record
    from kg.store import GraphStore
    from kg.workspace.generations import Generation
    from kg.workspace.history import Kept, Token
    from kg.workspace.project import Outcome

JOURNAL, CONTENT, STORE, LOCK = "journal.log", "content", "store", "lock"
"""Names within a workspace."""


class Keeper(Intake):
    """A workspace opened for writing.

    Args:
        root: Its directory.
        store: Where the graphs are when not in the directory itself: a cluster.
        today: Gives the date; for tests.

    Raises:
        WorkspaceError: ``KG-W001`` when another process writes, ``KG-W002`` when it is no
            workspace, ``KG-W003`` when it was made by another version.
        JournalError: ``KG-J001`` damaged, ``KG-J005`` shorter than what the store holds.
    """

    def __init__(
        self,
        root: Path,
        *,
        store: GraphStore | None = None,
        today: Callable[[], dt.date] | None = None,
    ) -> None:
        refuse_other(root)
        self.root = root
        self._today = today or (lambda: dt.datetime.now(tz=dt.UTC).date())
        self._lock = Lock(root / LOCK)
        self._applying = threading.Lock()
        self._given = store
        self._read: dict[str, Submission] = {}
        try:
            self.journal = Journal(root / JOURNAL)
            super().__init__(read_state(self.journal.records), Content(root / CONTENT))
            _refuse_version(self.journal.records, root)
            self.generations = Generations(root / "generations")
            self._store: GraphStore | None = None
            now = self.generations.current()
            self._refuse_shorter(0 if now is None else now.seq)
        except BaseException:
            self._lock.close()
            raise

    @classmethod
    def create(cls, root: Path, settings: Mapping[str, Any]) -> None:
        """Make a workspace in a directory that holds none.

        Args:
            root: The directory; made when absent.
            settings: ``operator``, ``prefixes``, ``asOf``, ``scratch``; all may be left out.

        Raises:
            WorkspaceError: ``KG-W004`` when there is one already or the place cannot be used.
        """
        if is_workspace(root):
            raise WorkspaceError(
                "KG-W004",
                Text(f"{root} is al een werkmap", f"{root} is a workspace already"),
                Text("kies een andere map", "choose another directory"),
            )
        try:
            root.mkdir(parents=True, exist_ok=True)
            with Lock(root / LOCK):
                journal = Journal(root / JOURNAL)
                journal.append(("created", {"format": FORMAT, **settings}))
                journal.close()
        except (OSError, JournalError) as e:
            raise WorkspaceError(
                "KG-W004",
                Text(f"{root}: geen werkmap te maken: {e}", f"{root}: cannot make one: {e}"),
                Text("kies een map waarin u mag schrijven", "choose a directory you may write in"),
            ) from e

    @property
    def store(self) -> GraphStore:
        """The graphs; opened when first asked for.

        Raises:
            JournalError: ``KG-J005`` when they are further than the journal.
        """
        if self._store is None:
            self._store = self._given or _embedded(self.root / STORE)
            self._refuse_shorter(applied(self._store))
        return self._store

    # --- deciding --------------------------------------------------------------------------

    def _write(self, *entries: tuple[str, Mapping[str, Any]]) -> tuple[Record, ...]:
        """Append records and take them into account; when this returns they are durable."""
        records = self.journal.append(*entries)
        with self._guard:
            for record in self.journal.records[self.state.seq : records[-1].seq]:
                self.state.take(record)
        return records

    def configure(self, **settings: Any) -> None:  # noqa: ANN401 - plain JSON values
        """Change ``fourEyes`` (boolean) or ``publish`` (``auto`` or ``manual``)."""
        self._write(("set", settings))

    def register(self, prefix: str, organisation: str) -> None:
        """Register an IRI prefix for an organisation."""
        self._write(("registered", {"prefix": prefix, "organisation": organisation}))

    def add_token(self, token: Token) -> None:
        """Keep a token; only the hash of its secret comes in here."""
        self._write(("token", asdict(token)))

    def revoke_token(self, id_: str) -> None:
        """Call a token back.

        Raises:
            NotFoundError: ``KG-N012`` when there is no such token.
        """
        if id_ not in self.state.tokens:
            raise NotFoundError(
                "KG-N012",
                Text(f"er is geen token {id_}", f"there is no token {id_}"),
                Text("`kg token list` noemt ze", "`kg token list` lists them"),
            )
        self._write(("revoked", {"id": id_}))

    def change_freely(self, text: str, by: str | None = None) -> None:
        """Carry out an update on a scratch workspace, journalled like all else.

        Raises:
            RuleError: When it cannot be carried out; then it changed nothing.
        """
        sha256 = self.content.put(text.encode())
        with self._applying:
            (record,) = self._write(("updated", {"content": sha256, "by": by}))
            failures: dict[int, RuleError] = {}
            scratch.replay(self.store, self.content, self.state, failures)
        if record.seq in failures:
            raise failures[record.seq]

    def tick(self) -> bool:
        """Note that the date has changed.

        Returns:
            Whether it had.
        """
        today = self._today()
        if self.state.fixed is not None or (self.state.day is not None and today <= self.state.day):
            return False
        self._write(("ticked", {"day": today.isoformat()}))
        return True

    # --- applying and publishing -----------------------------------------------------------

    def settle(self, *, progress: Callable[[int, int], None] | None = None) -> Generation | None:
        """Bring the store and what readers see up to date with the journal.

        Returns:
            The generation in force; None over a remote store, which readers ask directly.

        Raises:
            StoreError: When the store cannot be written, also after opening it anew.
        """
        with self._applying:
            try:
                return self._settle(progress)
            except (StoreError, OSError):
                self._reopen_store()
                return self._settle(progress)

    def _settle(self, progress: Callable[[int, int], None] | None) -> Generation | None:
        with self._guard:
            state = read_state(self.journal.records[: self._until()])
        outcome = self._apply(state, progress)
        if not isinstance(self.store, EmbeddedStore):
            return None
        now = self.generations.current()
        mark = applied(self.store)
        if now is not None and now.seq == mark and outcome == "same":
            return now
        if outcome == "removed":
            # What was taken away must not linger in the files that readers can open.
            self.store.optimise()
        return self.generations.publish(self.store, mark)

    def _until(self) -> int:
        """How far readers may see: where publishing is a decision, up to the last one."""
        return self.state.seq if self.state.publish == "auto" else self.state.published

    def _apply(self, state: State, progress: Callable[[int, int], None] | None) -> Outcome:
        if state.scratch:
            return scratch.replay(self.store, self.content, state)
        day = state.look_day or self._today()
        if is_of(self.store, key_of(day, force_digest(state), {})):
            return "same"
        submissions = [self._statements(k) for k in state.in_force()]
        self._read = {k.id: s for k, s in zip(state.in_force(), submissions, strict=True)}
        return apply(self.store, aim(state, submissions, day, progress=progress))

    def _statements(self, kept: Kept) -> Submission:
        return self._read.get(kept.id) or read_kept(self.content, kept)

    def publish(self, by: str | None = None) -> None:
        """Decide that all that was accepted so far may be seen; only where that is manual."""
        self._write(("published", {"by": by}))

    def rebuild(self, *, progress: Callable[[int, int], None] | None = None) -> Generation | None:
        """Throw the store and all generations away and make them anew from the journal."""
        with self._applying:
            self._drop_store()
            return self._settle(progress)

    def recover(self) -> None:
        """Open the journal and the store anew after a write failed; acknowledged work stays.

        Raises:
            JournalError: When the disk still does not take writing.
        """
        with self._applying, self._guard:
            self.journal.close()
            self.journal = Journal(self.root / JOURNAL)
            self.state = read_state(self.journal.records)
            self._reopen_store()

    def _reopen_store(self) -> None:
        if self._given is None and self._store is not None:
            with suppress(KgError, OSError):
                self._store.close()
            self._store = None

    def _drop_store(self) -> None:
        if self._given is not None:
            for name in self._given.graphs():
                self._given.replace(name, ())
            return
        self._reopen_store()
        shutil.rmtree(self.root / STORE, ignore_errors=True)
        self.generations.clear()

    def _refuse_shorter(self, seq: int) -> None:
        if seq <= self.journal.seq:
            return
        raise JournalError(
            "KG-J005",
            Text(
                f"{self.root}: de opslag is verder ({seq}) dan het journaal ({self.journal.seq})",
                f"{self.root}: the store is further ({seq}) than the journal ({self.journal.seq})",
            ),
            Text(
                "zet een reservekopie van het journaal terug met `kg restore`",
                "put a backup of the journal back with `kg restore`",
            ),
        )

    def close(self) -> None:
        """Let go of everything."""
        self._reopen_store()
        self.journal.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _embedded(path: Path) -> EmbeddedStore:
    store = EmbeddedStore(path)
    for old in path.glob("LOG.old.*"):
        old.unlink(missing_ok=True)  # the engine leaves one at every start
    return store


def is_workspace(root: Path) -> bool:
    """Whether a directory holds a workspace."""
    return (root / JOURNAL).is_file() and (root / JOURNAL).stat().st_size > 0


def refuse_other(root: Path) -> None:
    """Refuse a directory that holds no workspace.

    Raises:
        WorkspaceError: ``KG-W002``.
    """
    if not is_workspace(root):
        raise WorkspaceError(
            "KG-W002",
            Text(f"{root} is geen werkmap", f"{root} is no workspace"),
            Text(
                "maak er een met `kg demo` of `kg import`, of wijs er een aan met --at",
                "make one with `kg demo` or `kg import`, or point to one with --at",
            ),
        )


def _refuse_version(records: list[Record], root: Path) -> None:
    found = records[0].data.get("format") if records else None
    if found != FORMAT:
        raise WorkspaceError(
            "KG-W003",
            Text(
                f"{root}: vorm {found}, niet {FORMAT}",
                f"{root}: format {found}, not {FORMAT}",
            ),
            Text(
                "gebruik de versie van kg die de werkmap maakte, of maak een nieuwe",
                "use the version of kg that made the workspace, or make a new one",
            ),
        )
