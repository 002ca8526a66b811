"""A workspace on this machine, written to by this process: what the service does, without it.

The file is read and checked in a limited process here too; this process keeps the journal.
"""

from __future__ import annotations

import datetime as dt
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import WorkspaceError
from kg.intake import examining
from kg.intake.examining import TASKS, Examined, File, asked, refused, told
from kg.sandbox import Limits, Pool, SandboxError
from kg.text import Text
from kg.workspace.commands import COMMANDS, Desk
from kg.workspace.keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.workspace.history import Kept, State

_NOT_STARTED = "KG-S004"
HOME = "vocabularies"


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of handing a file in.

    Attributes:
        receipt: The submission as the service shows it.
        report: The verdict as it is kept; None when the same was handed in before.
        difference: What it changes against the version before; None when it is not accepted.
    """

    receipt: dict[str, Any]
    report: dict[str, Any] | None
    difference: dict[str, Any] | None


class Here:
    """A workspace opened for writing.

    Args:
        keeper: Its keeper.
    """

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self._desk = Desk(keeper)

    def do(self, command: str, body: bytes = b"", **given: object) -> dict[str, Any]:
        """Carry out a command of the writer."""
        return COMMANDS[command](self._desk, given, body)[0]

    def submit(
        self,
        file: File,
        *,
        dataset: str,
        key: str | None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Handled:
        """Keep a file, have it checked, and accept and publish it where that is possible."""
        state = self.keeper.state
        if key is not None and self.do("submission-with-key", key=key)["found"]:
            return self._again(file, dataset, key)
        with self._workers() as pool:
            examined = _examine(pool, file, state, self._versions(file, dataset))
            arguments, body = examined.arguments(file)
            before = state.current(file.organisation, dataset)
            receipt = self.do(
                "submit", body, **arguments,
                organisation=file.organisation, dataset=dataset, file=file.name,
                mediaType=file.media, key=key, actor=None, accept=True,
            )  # fmt: skip
            id_ = str(receipt["id"])
            change = self._difference(pool, before, id_) if examined.conforms else None
        self.publish(progress)
        return Handled(self._desk.receipt(id_), dict(examined.report), change)

    def _again(self, file: File, dataset: str, key: str) -> Handled:
        """Give the receipt that a key gave before; refuses when it was for something else."""
        receipt = self.do(
            "submit", file.data, rawLength=len(file.data), rawSha256=file.sha256,
            organisation=file.organisation, dataset=dataset, file=file.name,
            mediaType=file.media, key=key, actor=None, accept=False,
        )  # fmt: skip
        self.publish(None)
        return Handled(self._desk.receipt(str(receipt["id"])), None, None)

    def publish(self, progress: Callable[[int, int], None] | None) -> None:
        """Let readers see what was decided."""
        self.keeper.tick()
        now = self.keeper.settle(progress=progress)
        self._desk.seen = self.keeper.journal.seq if now is None else now.seq

    def _versions(self, file: File, dataset: str) -> list[str]:
        """Give the graphs of earlier versions, which make way."""
        kept = self.keeper.state.submissions.values()
        return [
            k.graph
            for k in kept
            if (k.organisation, k.dataset) == (file.organisation, dataset) and k.graph is not None
        ]

    def _difference(self, pool: Pool, before: Kept | None, id_: str) -> dict[str, Any]:
        content = self.keeper.content
        after = self.keeper.find(id_)
        old = b"" if before is None else content.get(before.canonical or "")
        head = {"size": len(old), "before": before and before.id, "after": id_}
        body = json.dumps(head).encode() + b"\n" + old + content.get(after.canonical or "")
        found: dict[str, Any] = json.loads(pool.run(examining.DIFFERENCE, body).result)
        return found

    @contextmanager
    def _workers(self) -> Iterator[Pool]:
        """Give limited processes that know what is published and the vocabularies."""
        now = self.keeper.generations.current()
        day = self.keeper.state.look_day or dt.datetime.now(tz=dt.UTC).date()
        told = {
            "path": None if now is None else str(now.path.resolve()),
            "asOf": day.isoformat(),
            "scratch": self.keeper.state.scratch,
            "home": str((self.keeper.root / HOME).resolve()),
        }
        seconds = examining.EXAMINE_SECONDS
        limits = Limits(wall=seconds, cpu=int(seconds))
        setup = (examining.SETUP, json.dumps(told).encode())
        with Pool(TASKS, limits=limits, setup=setup, ahead=2) as pool:
            yield pool


def _examine(pool: Pool, file: File, state: State, replaces: list[str]) -> Examined:
    day = state.look_day or dt.datetime.now(tz=dt.UTC).date()
    known = {"operator": state.operator, "prefixes": dict(state.prefixes)}
    payload = asked(file, as_of=day, state=known, replaces=replaces)
    try:
        return told(pool.run(examining.EXAMINE, payload).result)
    except SandboxError as e:
        if e.code == _NOT_STARTED:
            raise
        return told(pool.run(examining.REFUSE, refused(file, e, as_of=day)).result)


@contextmanager
def writing(home: Path) -> Iterator[Here]:
    """Hold the lock of a workspace for a while.

    Raises:
        WorkspaceError: ``KG-W001`` when another process writes, such as a service.
    """
    try:
        keeper = Keeper(home)
    except WorkspaceError as e:
        raise _in_use(home, e) from e
    with keeper:
        yield Here(keeper)


def _in_use(home: Path, error: WorkspaceError) -> WorkspaceError:
    """Say that a service may hold the workspace, and how to speak to it."""
    if not isinstance(error.__cause__, BlockingIOError):
        return error
    return WorkspaceError(
        "KG-W001",
        Text(
            f"{home} is in gebruik bij een ander proces, zoals de dienst",
            f"{home} is in use by another process, such as the service",
        ),
        Text(
            "vraag het de dienst met --url en --token-file, of stop haar even",
            "ask the service with --url and --token-file, or stop it for a moment",
        ),
    )
