"""The file of a snapshot, opened once: what it says of an IRI is found without reading the rest.

Snapshots are kept in canonical form, of which the lines are sorted. The file is mapped, not read:
it costs no memory until someone asks, and it can still be read where no file may be opened any
more, as in the limited process that checks what is handed in.
"""

from __future__ import annotations

import hashlib
import mmap
from typing import TYPE_CHECKING

from kg.vocabularies.reading import from_canonical

if TYPE_CHECKING:
    from pathlib import Path

    from kg.rdf import Triple


class Kept:
    """One snapshot, held open.

    Args:
        file: Its file, in canonical form.
        sha256: The checksum that its lock gives.

    Raises:
        OSError: When the file cannot be opened.
    """

    def __init__(self, file: Path, sha256: str) -> None:
        with file.open("rb") as opened:
            empty = not opened.seek(0, 2)
            self._data = b"" if empty else mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        self._sha256 = sha256
        self._whole: bool | None = None

    def is_whole(self) -> bool:
        """Tell whether this is what was taken in; looked at once."""
        if self._whole is None:
            self._whole = hashlib.sha256(self._data).hexdigest() == self._sha256
        return self._whole

    def about(self, iri: str) -> list[Triple]:
        """Give what the snapshot says of an IRI."""
        start = f"<{iri}> ".encode()
        low, high = 0, len(self._data)
        while low < high:
            line = self._line(low, (low + high) // 2)
            if self._data[line : line + len(start)] < start:
                low = self._after(line)
            else:
                high = line
        end = low
        while self._data[end : end + len(start)] == start:
            end = self._after(end)
        return from_canonical(bytes(self._data[low:end]).decode("utf-8", errors="replace"))

    def _line(self, low: int, at: int) -> int:
        """Give where the line of a byte begins."""
        return max(low, self._data.rfind(b"\n", low, at) + 1)

    def _after(self, line: int) -> int:
        found = self._data.find(b"\n", line)
        return len(self._data) if found < 0 else found + 1
