"""One writer at a time: a lock that the system lets go of when its holder dies."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING, Self

from kg.errors import WorkspaceError
from kg.text import Text

if TYPE_CHECKING:
    from pathlib import Path


class Lock:
    """The right to write in a directory, held until closed.

    Args:
        path: The lock file; made when absent.

    Raises:
        WorkspaceError: ``KG-W001`` when another process holds it, or it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as e:
            raise _taken(path, e) from e
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            os.close(self._fd)
            raise _taken(path, e) from e

    def close(self) -> None:
        """Let go."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _taken(path: Path, error: OSError) -> WorkspaceError:
    where = path.parent
    why = Text(error.strerror or "", error.strerror or "")
    if isinstance(error, BlockingIOError):
        why = Text("een ander kg-proces schrijft erin", "another kg process is writing in it")
    return WorkspaceError(
        "KG-W001",
        Text(
            f"{where}: er kan niet worden geschreven: {why.nl}",
            f"{where}: cannot be written: {why.en}",
        ),
        Text(
            "sluit het andere kg-proces op deze werkmap, of kies een andere met --at",
            "stop the other kg process on this workspace, or choose another with --at",
        ),
    )
