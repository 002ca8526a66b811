"""The one writer of a workspace: takes submissions in, decides, applies and publishes.

Whoever holds a ``Keeper`` holds the lock. A decision counts from the moment its record is synced;
the store follows, and after a crash catches up. When a write fails the keeper stops: the store and
the journal are opened anew and what was acknowledged is applied again.
"""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from contextlib import ExitStack, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from kg.errors import KgError, NotFoundError, WorkspaceError
from kg.journal import Content, Journal, JournalError, Lock
from kg.journal.content import cannot_write, is_full
from kg.store import EmbeddedStore, StoreError
from kg.text import Text
from kg.workspace import scratch
from kg.workspace.generations import Generations
from kg.workspace.history import FORMAT, State, read_state
from kg.workspace.intake import Intake
from kg.workspace.notes import is_of, key_of
from kg.workspace.project import (
    aim,
    applied,
    apply,
    force_digest,
    forgets,
    has_shelf,
    read_kept,
)
from kg.workspace.shelf import shelf

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
_GONE = "store.gone"
"""Name of a store that is being thrown away."""


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
        with ExitStack() as undo:
            undo.callback(self._lock.close)
            self.journal = Journal(root / JOURNAL)
            undo.callback(self.journal.close)
            super().__init__(read_state(self.journal.records), Content(root / CONTENT))
            self.generations = Generations(root / "generations")
            self._store: GraphStore | None = None
            now = self.generations.current()
            self._refuse_shorter(0 if now is None else now.seq)
            undo.pop_all()

    @classmethod
    def create(cls, root: Path, settings: Mapping[str, Any]) -> None:
        """Make a workspace in a directory that holds none.

        Args:
            root: The directory; made when absent.
            settings: ``operator``, ``prefixes``, ``asOf``, ``scratch``; all may be left out.

        Raises:
            WorkspaceError: ``KG-W004`` when there is one already or the place cannot be used.
        """
        try:
            root.mkdir(parents=True, exist_ok=True)
            with Lock(root / LOCK):
                if is_workspace(root):
                    raise WorkspaceError(
                        "KG-W004",
                        Text(f"{root} is al een werkmap", f"{root} is a workspace already"),
                        Text("kies een andere map", "choose another directory"),
                    )
                Journal.create(root / JOURNAL, "created", {"format": FORMAT, **settings})
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
            store = self._given or _embedded(self.root / STORE)
            try:
                self._refuse_shorter(applied(store))
            except JournalError:
                if isinstance(store, EmbeddedStore):
                    store.close()
                raise
            self._store = store
        return self._store

    # --- deciding --------------------------------------------------------------------------

    def _write(self, *entries: tuple[str, Mapping[str, Any]]) -> tuple[Record, ...]:
        """Append records and take them into account; when this returns they are durable."""
        records = self.journal.append(*entries)
        with self._guard:
            for record in self.journal.records[self.state.seq : records[-1].seq]:
                self.state.take(record)
        return records

    def configure(self, by: str | None = None, **settings: Any) -> None:  # noqa: ANN401 - JSON
        """Change ``fourEyes`` (boolean) or ``publish`` (``auto`` or ``manual``)."""
        self._write(("set", settings | _by(by)))

    def register(self, prefix: str, organisation: str, by: str | None = None) -> None:
        """Register an IRI prefix for an organisation."""
        given = {"prefix": prefix, "organisation": organisation}
        self._write(("registered", given | _by(by)))

    def add_token(self, token: Token, by: str | None = None) -> None:
        """Keep a token; only the hash of its secret comes in here."""
        self._write(("token", asdict(token) | _by(by)))

    def revoke_token(self, id_: str, by: str | None = None) -> None:
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
        self._write(("revoked", {"id": id_} | _by(by)))

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
            with suppress(StoreError, OSError, RuntimeError):
                return self._settle(progress)
            # Not in a handler: what the failure still held of the store is let go by now.
            self._reopen_store()
            try:
                return self._settle(progress)
            except (OSError, RuntimeError) as e:
                # The system gives a number with its errors, the engine does not.
                full = getattr(e, "errno", None) or is_full(self.root)
                raise (cannot_write(self.root, e) if full else _damaged(self.root, e)) from e

    def _settle(self, progress: Callable[[int, int], None] | None) -> Generation | None:
        with self._guard:
            state = read_state(self.journal.records[: self._until()])
            state.day = self.state.day  # the date goes on, also where publishing is a decision
        outcome = self._apply(state, progress)
        if not isinstance(self.store, EmbeddedStore):
            return None
        now = self.generations.current()
        mark = applied(self.store)
        if now is not None and now.seq == mark and outcome == "same":
            return now
        return self.generations.publish(self.store, mark, alone=outcome == "renewed")

    def is_behind(self) -> bool:
        """Whether the vocabularies of the workspace changed since the store was brought up."""
        return not self.state.scratch and not has_shelf(self.store, shelf(self.root))

    def _until(self) -> int:
        """How far readers may see: where publishing is a decision, up to the last one."""
        return self.state.seq if self.state.publish == "auto" else self.state.published

    def _apply(self, state: State, progress: Callable[[int, int], None] | None) -> Outcome:
        if state.scratch:
            return scratch.replay(self.store, self.content, state)
        day = state.look_day or self._today()
        books = shelf(self.root)
        known = is_of(self.store, key_of(day, force_digest(state), {}))
        if known and has_shelf(self.store, books):
            return "same"
        submissions = [self._statements(k) for k in state.in_force()]
        self._read = {k.id: s for k, s in zip(state.in_force(), submissions, strict=True)}
        target = aim(state, submissions, day, shelf=books, progress=progress)
        if self._given is None and forgets(self.store, target):
            # The engine keeps every text it ever held; only a store that never held it is free
            # of it, and so are the files that readers can open.
            self._discard_store()
            apply(self.store, target)
            return "renewed"
        return apply(self.store, target)

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
            if not self.journal.is_broken:
                return  # somebody else was first
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
        self._discard_store()
        self.generations.clear()

    def _discard_store(self) -> None:
        """Throw the store away; a crash leaves it whole or gone, never half of it."""
        self._reopen_store()
        gone = self.root / _GONE
        shutil.rmtree(gone, ignore_errors=True)
        with suppress(FileNotFoundError):
            (self.root / STORE).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

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


def _by(actor: str | None) -> dict[str, str]:
    """Give what a record says of who asked for it; nothing of who works on the machine itself."""
    return {} if actor is None else {"by": actor}


def _embedded(path: Path) -> EmbeddedStore:
    shutil.rmtree(path.with_name(_GONE), ignore_errors=True)
    try:
        store = EmbeddedStore(path)
    except (WorkspaceError, RuntimeError) as e:
        # Nobody else has it open: who gets here holds the lock.
        raise _damaged(path.parent, e.__cause__ or e) from e
    for old in path.glob("LOG.old.*"):
        old.unlink(missing_ok=True)  # the engine leaves one at every start
    return store


def _damaged(root: Path, error: BaseException) -> WorkspaceError:
    return WorkspaceError(
        "KG-W016",
        Text(
            f"{root}: de opslag is beschadigd of niet te openen: {error}",
            f"{root}: the store is damaged or cannot be opened: {error}",
        ),
        Text(
            "`kg rebuild` maakt de opslag opnieuw uit het journaal",
            "`kg rebuild` makes the store anew from the journal",
        ),
    )


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
                "maak er een met `kg init` of `kg demo`, of wijs er een aan met --at",
                "make one with `kg init` or `kg demo`, or point to one with --at",
            ),
        )
