"""Keeps bytes under their SHA-256, there whole or not at all, and never changed."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kg.journal.records import JournalError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN = 2
_ROOM = 1024 * 1024


class Content:
    """A directory of immutable content.

    Args:
        root: The directory; made when the first content comes.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Give where content stands."""
        return self.root / sha256[:_SHOWN] / sha256

    def put(self, data: bytes) -> str:
        """Keep bytes; when this returns they are on disk.

        Returns:
            Their SHA-256, in hexadecimal.

        Raises:
            JournalError: ``KG-J004`` when they cannot be written; nothing is kept then.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        try:
            if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
                # A crash may have come between the name and its sync.
                sync_directory(path.parent)
                return sha256
            made = [d for d in (path.parent, self.root) if not d.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
            for directory in made:
                sync_directory(directory.parent)
        except OSError as e:
            raise cannot_write(path, e) from e
        return sha256

    def get(self, sha256: str) -> bytes:
        """Give bytes as they came.

        Raises:
            JournalError: ``KG-J003`` when they are gone or were changed.
        """
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != sha256:
            raise JournalError(
                "KG-J003",
                Text(
                    f"{path}: de bewaarde inhoud is weg of veranderd",
                    f"{path}: the kept content is gone or was changed",
                ),
                Text(
                    "zet een reservekopie terug met `kg restore`",
                    "put a backup back with `kg restore`",
                ),
            )
        return data

    def __iter__(self) -> Iterator[str]:
        for path in sorted(self.root.glob("??/*")):
            if not path.name.endswith(".part"):
                yield path.name


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    # Two threads may bring the same bytes at once; each writes a file of its own.
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory survive a power cut."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def is_full(path: Path) -> bool:
    """Tell whether a disk has no room left; the engine does not say it apart from damage."""
    return shutil.disk_usage(path).free < _ROOM


def cannot_write(path: Path, error: Exception) -> JournalError:
    """Give the error for a place that takes no more writing."""
    why = getattr(error, "strerror", None) or os.strerror(errno.ENOSPC)
    return JournalError(
        "KG-J004",
        Text(
            f"{path}: schrijven lukt niet: {why}; niets is bevestigd",
            f"{path}: cannot be written: {why}; nothing was acknowledged",
        ),
        Text(
            "maak schijfruimte vrij of herstel de rechten, en probeer het opnieuw",
            "free disk space or mend the permissions, and try again",
        ),
    )
