"""Keeps answers of one generation: what does not change need not be asked twice."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

Kept = tuple[dict[str, Any], bytes]
_SHARE = 16


class Cache:
    """Answers by request, the longest unused going first.

    >>> cache = Cache(160)
    >>> cache.put(b"a", ({}, b"12345")); cache.get(b"a")
    ({}, b'12345')
    """

    def __init__(self, size: int) -> None:
        """Start empty.

        Args:
            size: Bytes to keep; one answer may take a sixteenth of it.
        """
        self._most = size
        self._size = 0
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()

    def get(self, key: bytes) -> Kept | None:
        """Give what is kept under a key."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: bytes, answer: Kept) -> None:
        """Keep an answer, unless it is large."""
        size = len(key) + len(answer[1])
        if size > self._most // _SHARE or key in self._kept:
            return
        self._kept[key] = answer
        self._size += size
        while self._size > self._most:
            old, (_, body) = self._kept.popitem(last=False)
            self._size -= len(old) + len(body)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._size = 0
