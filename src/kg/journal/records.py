r"""One record of the journal, and its line on disk.

A line is a CRC-32 of what follows, a space, one JSON object and a line feed, so that an auditor can
read the file with any tool. The object holds its place (``seq``), the SHA-256 of the object before
it (``prev``), when it was written (``at``) and what happened (``kind`` and further fields).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.errors import KgError

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST = "0" * 64
"""What the first record has for the hash of the one before it."""
_CRC = 8
_OWN = ("seq", "prev", "at", "kind")


class JournalError(KgError):
    """A journal that is damaged or cannot be written (codes ``KG-J…``)."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened.

    Attributes:
        seq: Its place, from 1.
        at: When it was written, in UTC (ISO 8601); for people, never to order by.
        kind: What happened.
        data: The rest of it; plain JSON values.
        prev: SHA-256 of the record before it.
    """

    seq: int
    at: str
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    prev: str = FIRST

    def body(self) -> bytes:
        """Give the JSON object that is written and hashed."""
        own = {"seq": self.seq, "prev": self.prev, "at": self.at, "kind": self.kind}
        return json.dumps(
            {**self.data, **own}, sort_keys=True, ensure_ascii=True, separators=(",", ":")
        ).encode()

    def line(self) -> bytes:
        """Give the line that is written."""
        body = self.body()
        return b"%08x " % zlib.crc32(body) + body + b"\n"

    def digest(self) -> str:
        """Give the hash that the next record carries."""
        return hashlib.sha256(self.body()).hexdigest()


def read_line(line: bytes) -> Record | None:
    """Read one line without its line feed; None when it is not whole.

    >>> record = Record(1, "2026-01-01T00:00:00Z", "created", {"operator": "urn:o"})
    >>> read_line(record.line()[:-1]) == record
    True
    >>> read_line(record.line()[:-2]) is None
    True
    """
    head, _, body = line.partition(b" ")
    if len(head) != _CRC or b"%08x" % zlib.crc32(body) != head:
        return None
    try:
        found: dict[str, Any] = dict(json.loads(body))
        seq, prev, at, kind = (found.pop(name) for name in _OWN)
        return Record(int(seq), str(at), str(kind), found, str(prev))
    except (ValueError, TypeError, KeyError):
        return None  # whoever wrote this knows the checksum, but not what a record is
