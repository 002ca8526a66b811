"""The writer as a process of its own: ``python -m kg.workspace.service DIR``.

Holds the journal and the store, and never reads what others sent but as canonical statements whose
hash it checks. Commands and replies are frames on its standard streams, one line of JSON and then
bytes; whoever started it closes the stream to end it. Applying and publishing follow the
acknowledgement, one at a time, for all that was acknowledged meanwhile.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KgError, NotFoundError, RuleError, WorkspaceError
from kg.journal import JournalError
from kg.sandbox import frames
from kg.sandbox.frames import COMMAND, EVENT, FAULT, REPLY
from kg.store import StoreError
from kg.text import Text
from kg.workspace.commands import COMMANDS, WAITING, Desk
from kg.workspace.keeper import Keeper, is_workspace
from kg.workspace.receipts import announcement, elsewhere
from kg.workspace.refusal import ConflictError, ForbiddenError
from kg.workspace.shelf import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.store import GraphStore

_MOST = 256 * 1024 * 1024
_HANDS = 8
_DAY_CHECK_SECONDS = 30.0
_BROKEN = 70
_LOG = logging.getLogger("kg.writer")
_STATUS: tuple[tuple[type[KgError], int], ...] = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (ConflictError, 409),
    (JournalError, 503),
    (StoreError, 503),
    (WorkspaceError, 409),
    (RuleError, 400),
)


class Writer:
    """Serves commands on a keeper.

    Args:
        keeper: The workspace, opened for writing.
        inward: File descriptor to read commands from.
        outward: File descriptor to write replies and events to.
        query_url: Where the graphs can be asked when they are on a server.
    """

    def __init__(self, keeper: Keeper, inward: int, outward: int, *, query_url: str = "") -> None:
        self._keeper = keeper
        self._query_url = query_url
        self._desk = Desk(keeper)
        self._in, self._out = inward, outward
        self._sending = threading.Lock()
        self._changed = threading.Condition()
        self._wanted = self._done = 0
        self._ending = False
        self._failure: KgError | None = None
        self._told: dict[str, Any] = {}

    def serve(self) -> None:
        """Publish what there is, then serve until the other side closes; all work is finished."""
        self._keeper.tick()
        self._publish()
        settler = threading.Thread(target=self._settle_or_end, daemon=True)
        settler.start()
        with ThreadPoolExecutor(_HANDS) as hands:
            while True:
                try:
                    kind, body = frames.receive(self._in, most=_MOST)
                except frames.ClosedError:
                    break
                if kind == COMMAND:
                    hands.submit(self._handle, body)
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        settler.join()

    def _handle(self, body: bytes) -> None:
        head, _, payload = body.partition(b"\n")
        message = json.loads(head)
        number, name = message["id"], str(message["command"])
        try:
            self._recover()
            result, data = self._do(name, message.get("arguments", {}), payload)
        except KgError as e:
            self._send(FAULT, {"id": number, "error": _plain(e)})
        except Exception:
            _LOG.exception("command %s failed", name)
            self._send(FAULT, {"id": number, "error": _plain(_unexpected())})
            raise
        else:
            self._send(REPLY, {"id": number, "result": result}, data)

    def _do(
        self, name: str, arguments: Mapping[str, Any], payload: bytes
    ) -> tuple[dict[str, Any], bytes]:
        command = COMMANDS.get(name)
        if command is None:
            raise NotFoundError("KG-N008", Text(f"geen opdracht {name}", f"no command {name}"))
        before = self._keeper.journal.seq
        result, data = command(self._desk, arguments, payload)
        after = self._keeper.journal.seq
        if after > before:
            self._want(after)
            if name in WAITING or arguments.get("wait"):
                self._await(after)
                if "id" in result and "stage" in result:
                    result = self._desk.receipt(str(result["id"]))
        return result, data

    def _recover(self) -> None:
        """After a failed write, start anew from what is on disk before taking anything more."""
        if self._keeper.journal.is_broken:
            self._keeper.recover()

    # --- applying and publishing, behind the acknowledgement ------------------------------

    def _want(self, seq: int) -> None:
        with self._changed:
            self._wanted = max(self._wanted, seq)
            self._changed.notify_all()

    def _await(self, seq: int) -> None:
        with self._changed:
            self._failure = None
            self._changed.wait_for(lambda: self._done >= seq or self._failure or self._ending)
            if self._done < seq and self._failure is not None:
                raise self._failure

    def _settle_or_end(self) -> None:
        """Settle; when that breaks off, end the process: it is started anew and catches up."""
        try:
            self._settle_for_ever()
        finally:
            if not self._ending:
                _LOG.critical("settling broke off")
                os._exit(_BROKEN)

    def _settle_for_ever(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._wanted > self._done or self._ending, _DAY_CHECK_SECONDS
                )
                if self._ending and self._wanted <= self._done:
                    return
            try:
                if self._keeper.tick():
                    self._want(self._keeper.journal.seq)
                if self._wanted > self._done or self._keeper.is_behind():
                    self._publish()
            except KgError as e:
                _LOG.error("settling failed: %s", e.to("en"))
                if not self._note_failure(e):
                    return

    def _note_failure(self, error: KgError) -> bool:
        """Tell who waits; wait a little before trying again; give False when it is over."""
        with self._changed:
            self._failure = error
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._ending, 1.0)
            return not self._ending

    def _publish(self) -> None:
        seq = self._keeper.journal.seq
        generation = self._keeper.settle()
        self._tell({"event": "tokens", "tokens": self._desk.tokens()})
        if generation is not None:
            self._tell(announcement(generation, self._keeper.state))
        elif self._query_url:
            home = str((self._keeper.root / FOLDER).resolve())
            self._tell(elsewhere(self._query_url, home, self._keeper.state))
        with self._changed:
            self._done = seq
            self._desk.seen = seq if generation is None else generation.seq
            self._changed.notify_all()

    def _tell(self, event: dict[str, Any]) -> None:
        """Send an event when it says something new."""
        if self._told.get(event["event"]) != event:
            self._told[event["event"]] = event
            self._send(EVENT, event)

    def _send(self, kind: int, message: Mapping[str, Any], data: bytes = b"") -> None:
        line = json.dumps(message, ensure_ascii=False).encode() + b"\n"
        with self._sending:
            try:
                frames.send(self._out, kind, line + data)
            except frames.ClosedError:
                return


def _plain(error: KgError) -> dict[str, Any]:
    status = next((s for cls, s in _STATUS if isinstance(error, cls)), 400)
    advice = None if error.advice is None else [error.advice.nl, error.advice.en]
    message = [error.message.nl, error.message.en]
    return {"code": error.code, "message": message, "advice": advice, "status": status}


def _unexpected() -> WorkspaceError:
    return WorkspaceError(
        "KG-W011",
        Text(
            "de opdracht is misgegaan; niets is bevestigd", "the command failed; not acknowledged"
        ),
        Text("probeer het opnieuw, en meld het met het logboek", "try again, and report it"),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the writer; give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg.workspace.service")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--scratch", action="store_true")
    parser.add_argument("--store-query")
    parser.add_argument("--store-update")
    given = parser.parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(stream=sys.stderr, format=_JSON_LOG, level=logging.INFO)
    inward, outward = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    try:
        if not is_workspace(given.directory):
            Keeper.create(given.directory, {"scratch": given.scratch})
        with Keeper(given.directory, store=_remote(given)) as keeper:
            Writer(keeper, inward, outward, query_url=given.store_query or "").serve()
    except KgError as e:
        line = json.dumps({"id": None, "error": _plain(e)}, ensure_ascii=False).encode() + b"\n"
        with suppress(frames.ClosedError):
            frames.send(outward, FAULT, line)
        return 2
    return 0


_JSON_LOG = '{"at": "%(asctime)s", "level": "%(levelname)s", "writer": "%(message)s"}'


def _remote(given: argparse.Namespace) -> GraphStore | None:
    """Open the cluster where the graphs are; its keys come from the environment only."""
    if not given.store_query:
        return None
    from kg.store.remote import open_remote  # noqa: PLC0415 - only when asked for

    return open_remote(given.store_query, given.store_update or given.store_query, os.environ)


if __name__ == "__main__":
    raise SystemExit(main())
