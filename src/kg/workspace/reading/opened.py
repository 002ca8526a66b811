"""The generation that this process reads from."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.store import EmbeddedStore
from kg.store.answering import Answering
from kg.store.relaying import Relaying
from kg.store.remote import open_remote
from kg.terms import CURRENT, DERIVED, GRAPH
from kg.vocabularies.description import loaded
from kg.vocabularies.home import Home
from kg.vocabularies.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.store import GraphStore

STATE = GRAPH + "state"
"""Where a store notes how far it is; no part of a scratch data set."""
_NUMBERS = Path("/proc/self/fd")
_DEFAULT = (CURRENT, DERIVED)
_SOCKETS = 8
"""So many connections to a store elsewhere, and what looking up its name opens."""


@dataclass(slots=True)
class Opened:
    """A generation, open.

    Attributes:
        store: For reading only.
        as_of: The date its findings are about.
        scratch: Whether it is a free data set.
        lock: The vocabularies of the workspace and those that ship.
    """

    store: GraphStore
    as_of: dt.date
    scratch: bool
    answering: Answering | Relaying = field(init=False)
    named_graphs: Sequence[str] = field(init=False)
    lock: Lock = field(default_factory=lambda: Lock({}))

    def __post_init__(self) -> None:
        here = self.store
        self.answering = Answering(here) if isinstance(here, EmbeddedStore) else Relaying(here)
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
        payload: JSON with ``path``, ``asOf`` (a date) and ``scratch``; or instead of the path
            ``store``: where queries go, with ``environment``: the credentials for it.

    Returns:
        JSON with ``files``: how many table files the engine has not opened yet. It opens a few at
        once and the others when a query needs them.

    Raises:
        WorkspaceError: ``KG-W001`` when it cannot be opened.
    """
    given: dict[str, Any] = json.loads(payload)
    path = Path(given["path"])
    if given.get("store"):
        store: GraphStore = open_remote(given["store"], None, given["environment"])
        files = _SOCKETS
    else:
        store, files = EmbeddedStore(path, read_only=True), _unopened(path)
    found = Opened(store, dt.date.fromisoformat(given["asOf"]), bool(given["scratch"]))
    if not found.scratch:
        home = given.get("home") or path.parent.parent / "vocabularies"
        found.lock = loaded(Home(Path(home)))
    _OPEN[:] = [found]
    return json.dumps({"files": files}).encode()


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
