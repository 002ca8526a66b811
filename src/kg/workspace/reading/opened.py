"""The generation that this process reads from."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.store import EmbeddedStore
from kg.store.answering import Answering
from kg.terms import CURRENT, DERIVED, GRAPH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATE = GRAPH + "state"
"""Where a store notes how far it is; no part of a scratch data set."""
_NUMBERS = Path("/proc/self/fd")
_DEFAULT = (CURRENT, DERIVED)


@dataclass(slots=True)
class Opened:
    """A generation, open.

    Attributes:
        store: For reading only.
        as_of: The date its findings are about.
        scratch: Whether it is a free data set.
    """

    store: EmbeddedStore
    as_of: dt.date
    scratch: bool
    answering: Answering = field(init=False)
    named_graphs: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        self.answering = Answering(self.store)
        names = self.answering.named_graphs()
        self.named_graphs = [n for n in names if n != STATE] if self.scratch else names

    @property
    def default_graphs(self) -> Sequence[str] | None:
        """The graphs that a query is asked of when it names none; None: the unnamed one."""
        return None if self.scratch else _DEFAULT


_OPEN: list[Opened] = []


def open_generation(payload: bytes) -> bytes:
    """Open a generation; the set-up of a query worker.

    Args:
        payload: JSON with ``path``, ``asOf`` (a date) and ``scratch``.

    Returns:
        JSON with ``files``: how many table files the engine has not opened yet. It opens a few at
        once and the others when a query needs them.

    Raises:
        WorkspaceError: ``KG-W001`` when it cannot be opened.
    """
    given: dict[str, Any] = json.loads(payload)
    path = Path(given["path"])
    store = EmbeddedStore(path, read_only=True)
    found = Opened(store, dt.date.fromisoformat(given["asOf"]), bool(given["scratch"]))
    _OPEN[:] = [found]
    return json.dumps({"files": _unopened(path)}).encode()


def _unopened(path: Path) -> int:
    tables = {str(p.resolve()) for p in path.glob("*.sst")}
    if not _NUMBERS.is_dir():
        return len(tables)
    there = set()
    for number in _NUMBERS.iterdir():
        try:
            there.add(str(number.readlink()))
        except OSError:
            continue
    return len(tables - there)


def opened() -> Opened:
    """Give the generation of this process.

    Raises:
        RuntimeError: When none was opened: the task runs outside a query worker.
    """
    if not _OPEN:
        raise RuntimeError(open_generation.__name__)
    return _OPEN[0]


def pack(header: Mapping[str, object], body: bytes = b"") -> bytes:
    """Give a result: one line of JSON, then the body."""
    line = json.dumps({**header, "length": len(body)}, separators=(",", ":"))
    return line.encode() + b"\n" + body


def unpack(result: bytes) -> tuple[dict[str, Any], bytes]:
    """Read a result.

    >>> unpack(pack({"rows": 1}, b"body"))
    ({'rows': 1, 'length': 4}, b'body')
    """
    line, _, body = result.partition(b"\n")
    header: dict[str, Any] = json.loads(line)
    return header, body
