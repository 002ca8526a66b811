"""The list of what a workspace keeps: each file as it came, who said it, and in which order."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import WorkspaceError
from kg.intake.authority import OPERATOR_IRI
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
"""Version of the layout of a workspace; another version is refused, never guessed at."""
_NAME = "manifest.json"
_BYTES = "submissions"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that was taken in.

    Attributes:
        sha256: Of its bytes; also the name under which they are kept.
        kind: Its ending without the dot, which says its syntax.
        file: Its name as it was given.
        organisation: IRI of who speaks; None for an unattributed file.
        at: When it was taken in.
    """

    sha256: str
    kind: str
    file: str
    organisation: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a workspace keeps.

    Attributes:
        entries: The files, in the order in which they came.
        prefixes: IRI prefix to the organisation it is registered for.
        operator: IRI of the operator.
        as_of: The date to look at where a question gives none; None for today.
    """

    entries: tuple[Entry, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    operator: str = OPERATOR_IRI
    as_of: dt.date | None = None

    @classmethod
    def read(cls, root: Path) -> Manifest:
        """Read the manifest of a workspace.

        Raises:
            WorkspaceError: ``KG-W002`` when there is none, ``KG-W003`` when it cannot be read.
        """
        try:
            return _from_json(json.loads((root / _NAME).read_text(encoding="utf-8")))
        except (FileNotFoundError, NotADirectoryError) as e:
            raise WorkspaceError(
                "KG-W002",
                Text(f"{root} is geen werkmap", f"{root} is no workspace"),
                Text(
                    "maak er een met `kg demo` of `kg import`, of wijs er een aan met --at",
                    "make one with `kg demo` or `kg import`, or point to one with --at",
                ),
            ) from e
        except (OSError, ValueError, KeyError, TypeError) as e:
            raise WorkspaceError(
                "KG-W003",
                Text(f"{root / _NAME}: niet te lezen: {e}", f"{root / _NAME}: cannot be read: {e}"),
                Text(
                    "gebruik de versie van kg die de werkmap maakte, of maak een nieuwe",
                    "use the version of kg that made the workspace, or make a new one",
                ),
            ) from e

    @staticmethod
    def is_at(root: Path) -> bool:
        """Whether there is a workspace in a directory."""
        return (root / _NAME).exists()

    def create(self, root: Path) -> None:
        """Make a workspace of a directory that holds none.

        Raises:
            WorkspaceError: ``KG-W004`` when there is one already or the place cannot be used.
        """
        if self.is_at(root):
            raise WorkspaceError(
                "KG-W004",
                Text(f"{root} is al een werkmap", f"{root} is a workspace already"),
                Text("kies een andere map", "choose another directory"),
            )
        try:
            (root / _BYTES).mkdir(parents=True, exist_ok=True)
            self._write(root)
        except OSError as e:
            raise WorkspaceError(
                "KG-W004",
                Text(f"{root}: geen werkmap te maken: {e}", f"{root}: cannot make one: {e}"),
                Text("kies een map waarin u mag schrijven", "choose a directory you may write in"),
            ) from e

    def add(
        self, root: Path, data: bytes, kind: str, file: str, organisation: str | None
    ) -> Manifest:
        """Keep a file; the same bytes from the same speaker under one name are kept once.

        Returns:
            The manifest with the file in it, as it now stands on disk.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        now = dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds")
        entry = Entry(sha256, kind, file, organisation, now)
        if any(_same(entry, e) for e in self.entries):
            return self
        _write_whole(root / _BYTES / sha256, data)
        kept = tuple(e for e in self.entries if (e.file, e.organisation) != (file, organisation))
        after = replace(self, entries=(*kept, entry))
        after._write(root)
        return after

    def content(self, root: Path, entry: Entry) -> bytes:
        """Give the bytes of a file as they came.

        Raises:
            WorkspaceError: ``KG-W005`` when they are gone or were changed.
        """
        path = root / _BYTES / entry.sha256
        data = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise WorkspaceError(
                "KG-W005",
                Text(
                    f"{path}: de bewaarde inhoud van {entry.file} is weg of veranderd",
                    f"{path}: the kept content of {entry.file} is gone or was changed",
                ),
                Text(
                    "zet een reservekopie terug of neem het bestand opnieuw op",
                    "restore a backup or take the file in again",
                ),
            )
        return data

    def digest(self) -> str:
        """Give a hash of what was said and by whom, whenever it was taken in."""
        raw = _to_json(self)
        raw.pop("asOf")
        for entry in raw["entries"]:
            entry.pop("at")
        return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()

    def _write(self, root: Path) -> None:
        text = json.dumps(_to_json(self), indent=2, ensure_ascii=False, sort_keys=True)
        _write_whole(root / _NAME, text.encode() + b"\n")


def _same(one: Entry, other: Entry) -> bool:
    return replace(one, at="") == replace(other, at="")


def _to_json(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "asOf": None if manifest.as_of is None else manifest.as_of.isoformat(),
        "operator": manifest.operator,
        "prefixes": dict(manifest.prefixes),
        "entries": [asdict(e) for e in manifest.entries],
    }


def _from_json(raw: dict[str, Any]) -> Manifest:
    if raw["format"] != FORMAT:
        message = f"format {raw['format']}, not {FORMAT}"
        raise ValueError(message)
    return Manifest(
        entries=tuple(Entry(**e) for e in raw["entries"]),
        prefixes=dict(raw["prefixes"]),
        operator=str(raw["operator"]),
        as_of=None if raw["asOf"] is None else dt.date.fromisoformat(raw["asOf"]),
    )


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(part).replace(path)
