"""The append-only log: records in order, each carrying the hash of the one before.

A record counts from the moment its bytes are synced; only then may anyone hear of it. Records that
come in at the same time are synced together. A torn last line, left by a crash before its sync, is
cut at the next start; anything else that does not fit is damage, and damage stops the work.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.journal.content import cannot_write, sync_directory, write_whole
from kg.journal.records import FIRST, JournalError, Record, read_line
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_HOLE = bytes(16)
"""Pages that were never written read as zeros; a single zero byte is a changed one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in a journal.

    Attributes:
        records: The records, in order.
        size: Length in bytes of what is whole.
        torn: Length in bytes of a torn last line; 0 when there is none.
        unended: Whether only the line feed of the last record is missing.
    """

    records: tuple[Record, ...]
    size: int
    torn: int = 0
    unended: bool = False


class Journal:
    """A journal opened for writing; whoever opens it holds the lock of its directory.

    Args:
        path: The file; made when absent.

    Raises:
        JournalError: ``KG-J001`` when it is damaged, ``KG-J004`` when it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._order = threading.Lock()
        self._disk = threading.Lock()
        self._waiting: list[bytes] = []
        self._broken: JournalError | None = None
        try:
            is_new = not path.exists()
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
            if is_new:
                sync_directory(path.parent)
        except OSError as e:
            raise cannot_write(path, e) from e
        try:
            reading = read_journal(path)
            if reading.torn:
                os.ftruncate(self._fd, reading.size)
            if reading.unended:
                _write_all(self._fd, b"\n")
            # What was read may have been written by a process that died before its sync.
            os.fsync(self._fd)
        except OSError as e:
            os.close(self._fd)
            raise cannot_write(path, e) from e
        except JournalError:
            os.close(self._fd)
            raise
        self.records = list(reading.records)
        self._synced = len(self.records)
        self._size = reading.size + reading.unended

    @property
    def seq(self) -> int:
        """The place of the last record that was synced; 0 when there is none."""
        return self._synced

    @property
    def is_broken(self) -> bool:
        """Whether a write failed, so that it must be opened anew."""
        return self._broken is not None

    def append(self, *entries: tuple[str, Mapping[str, Any]]) -> tuple[Record, ...]:
        """Write records; when this returns they survive a power cut.

        Args:
            entries: Kind and further fields of each; they stand together, in this order.

        Returns:
            The records as written.

        Raises:
            JournalError: ``KG-J004`` when they could not be written. From then on the journal
                takes nothing until it is opened anew: what the system still holds of a failed
                write is not to be trusted.
        """
        with self._order:
            self._refuse_when_broken()
            made = []
            for kind, data in entries:
                prev = self.records[-1].digest() if self.records else FIRST
                now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="milliseconds")
                record = Record(len(self.records) + 1, now, kind, dict(data), prev)
                self.records.append(record)
                self._waiting.append(record.line())
                made.append(record)
        self._sync(made[-1].seq)
        return tuple(made)

    def _sync(self, seq: int) -> None:
        """Write everything that waits; whoever comes first does it for all."""
        with self._disk:
            if self._synced >= seq:
                return
            self._refuse_when_broken()
            with self._order:
                lines, self._waiting = b"".join(self._waiting), []
                last = len(self.records)
            try:
                _write_all(self._fd, lines)
                os.fdatasync(self._fd)
            except OSError as e:
                self._broken = cannot_write(self._path, e)
                self._undo()
                raise self._broken from e
            self._synced, self._size = last, self._size + len(lines)

    def _undo(self) -> None:
        """Take back what was not synced, so that it cannot come to life later."""
        try:
            os.ftruncate(self._fd, self._size)
            os.fdatasync(self._fd)
        except OSError:
            return  # The next start decides by what it reads.

    def _refuse_when_broken(self) -> None:
        if self._broken is not None:
            raise self._broken

    @classmethod
    def create(cls, path: Path, kind: str, data: Mapping[str, Any]) -> None:
        """Make a journal with its first record; it is there whole or not at all.

        Raises:
            JournalError: ``KG-J004`` when it cannot be written.
        """
        now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="milliseconds")
        try:
            write_whole(path, Record(1, now, kind, dict(data)).line())
        except OSError as e:
            raise cannot_write(path, e) from e

    def close(self) -> None:
        """Close the file, once who is writing has finished."""
        with self._disk:
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1


def read_journal(path: Path, *, until: int | None = None) -> Reading:
    """Read and check a journal without changing it.

    Args:
        path: The file.
        until: The last record wanted; all when None.

    Raises:
        JournalError: ``KG-J001`` when it is damaged, ``KG-J002`` when it is not there.
    """
    try:
        data = path.read_bytes()
    except OSError as e:
        raise JournalError(
            "KG-J002",
            Text(f"{path}: het journaal is niet te lezen", f"{path}: cannot read the journal"),
            Text(
                "wijs een werkmap aan met --at, of zet een reservekopie terug",
                "point to a workspace with --at, or put a backup back",
            ),
        ) from e
    records: list[Record] = []
    start = 0
    while start < len(data) and (until is None or len(records) < until):
        end = data.find(b"\n", start)
        record = _whole(data, start, end)
        # The first record is put in place whole, so a file without any is no journal of ours.
        if record is None and records and _is_torn(data, start, end):
            return Reading(tuple(records), start, len(data) - start)
        if record is None or not _follows(record, records):
            raise _damaged(path, len(records) + 1, start)
        records.append(record)
        start = len(data) if end < 0 else end + 1
    unended = start == len(data) > 0 and not data.endswith(b"\n")
    return Reading(tuple(records), start, unended=unended)


def _whole(data: bytes, start: int, end: int) -> Record | None:
    return read_line(data[start:] if end < 0 else data[start:end])


def _is_torn(data: bytes, start: int, end: int) -> bool:
    """Tell a write that a crash broke off from damage.

    A broken-off write is the last thing in the file, and lacks its end or has holes where the
    system had not written yet. A last line that is there from end to end was changed later.
    """
    rest = data[start:]
    if _HOLE in rest:
        return not any(read_line(line) for line in rest.split(b"\n")[1:])
    if end >= 0:
        return False
    # A whole record whose line feed was changed is damage: it may have been acknowledged.
    return read_line(rest[:-1]) is None


def _follows(record: Record, before: Sequence[Record]) -> bool:
    prev = before[-1].digest() if before else FIRST
    return record.seq == len(before) + 1 and record.prev == prev


def _damaged(path: Path, seq: int, offset: int) -> JournalError:
    return JournalError(
        "KG-J001",
        Text(
            f"{path}: beschadigd bij record {seq} (byte {offset}); er wordt niets geschreven",
            f"{path}: damaged at record {seq} (byte {offset}); nothing is written",
        ),
        Text(
            "zet een reservekopie terug met `kg restore`; `kg verify` zegt wat nog heel is",
            "put a backup back with `kg restore`; `kg verify` says what is still whole",
        ),
    )


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
