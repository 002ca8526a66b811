"""The truth on disk: what was said and decided, in order, with the bytes that came in.

Everything else a workspace holds can be made again from these two: an append-only log of records
that hang together by their hashes, and the content they speak of, kept under its own hash.
"""

from __future__ import annotations

from kg.journal.content import Content
from kg.journal.lock import Lock
from kg.journal.log import Journal
from kg.journal.records import JournalError, Record

__all__ = ["Content", "Journal", "JournalError", "Lock", "Record"]
