"""The lock: which vocabularies there are, from where, under which licence, with which checksums.

In: ``vocab.lock`` (TOML). Out: ``Lock``. Written back in one order, so that a version of it can be
compared with another line by line. A list of known sources has the same form, without snapshots.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kg.errors import KgError, NotFoundError
from kg.terms import VOCABULARY
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOCK: Final = "vocab.lock"
"""Name of the lock in a vocabulary home."""
NO_TEXT: Final = Text("", "")
_FORM: Final = 1
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_SHA = re.compile(r"[0-9a-f]{64}|")


class VocabularyError(KgError):
    """A vocabulary that cannot be used as asked (codes ``KG-K…``)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a vocabulary, as it was taken in.

    Attributes:
        version: Its version; unique within the vocabulary.
        retrieved: The day on which it was taken in.
        sha256: Checksum of the file as it came.
        canonical: Checksum of its statements in canonical form, which is how they are kept.
        triples: How many statements it has.
        lenient: Whether it was read with IRIs and language tags that break their rules.
    """

    version: str
    retrieved: dt.date
    sha256: str
    canonical: str
    triples: int
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Locked:
    """One vocabulary in the lock.

    Attributes:
        id: Its name, for commands.
        title: What people call it.
        source: Address it comes from; empty for a file that was handed over.
        licence: IRI or words of its licence; empty when not known.
        attribution: The line its licence asks for.
        media: Media type of its source.
        reader: How its file is read: ``rdf``, ``owms``, ``sdg``, ``upl`` or ``roo``.
        part: Whether it holds only a part of its schemes: what it lacks may exist.
        days: After how many days a newer version may be expected; 0 for never.
        pinned: Checksum that the source must have, where that is known beforehand.
        current: Version of the snapshot in use.
        snapshots: What was taken in, oldest first.
    """

    id: str
    title: Text
    source: str = ""
    licence: str = ""
    attribution: Text = NO_TEXT
    media: str = ""
    reader: str = "rdf"
    part: bool = False
    days: int = 0
    pinned: str = ""
    current: str = ""
    snapshots: tuple[Snapshot, ...] = ()

    @property
    def graph(self) -> str:
        """IRI of the graph with the snapshot in use."""
        return VOCABULARY + self.id

    def graph_of(self, version: str) -> str:
        """Give the IRI of the graph with one snapshot."""
        return f"{self.graph}/{version}"

    def snapshot(self, version: str = "") -> Snapshot:
        """Give a snapshot; the one in use when no version is named.

        Raises:
            NotFoundError: ``KG-K102`` when there is no such version.
        """
        wanted = version or self.current
        for snapshot in self.snapshots:
            if snapshot.version == wanted:
                return snapshot
        known = ", ".join(s.version for s in self.snapshots) or "-"
        raise NotFoundError(
            "KG-K102",
            Text(
                f"{self.id} heeft geen versie {wanted or '-'}",
                f"{self.id} has no version {wanted or '-'}",
            ),
            Text(f"kies uit {known}", f"choose from {known}"),
        )

    def with_snapshot(self, snapshot: Snapshot) -> Locked:
        """Give the same vocabulary with a snapshot added and in use."""
        return replace(
            self, current=snapshot.version, snapshots=(*self.snapshots, snapshot), pinned=""
        )


@dataclass(frozen=True, slots=True)
class Lock:
    """The vocabularies of one home, by id.

    Attributes:
        vocabularies: Id to vocabulary, sorted.
    """

    vocabularies: Mapping[str, Locked]

    def get(self, name: str) -> Locked:
        """Give one vocabulary.

        Raises:
            NotFoundError: ``KG-K101``.
        """
        found = self.vocabularies.get(name)
        if found is None:
            known = ", ".join(self.vocabularies) or "-"
            raise NotFoundError(
                "KG-K101",
                Text(f"er is geen vocabulaire {name}", f"there is no vocabulary {name}"),
                Text(f"kies uit {known}", f"choose from {known}"),
            )
        return found

    def put(self, vocabulary: Locked) -> Lock:
        """Give the lock with one vocabulary added or replaced."""
        found = {**self.vocabularies, vocabulary.id: vocabulary}
        return Lock(dict(sorted(found.items())))


def check_id(name: str) -> str:
    """Give an id when it can be one: small letters, digits and hyphens.

    Raises:
        VocabularyError: ``KG-K103``.

    >>> check_id("tooi-gemeenten")
    'tooi-gemeenten'
    """
    if _ID.fullmatch(name):
        return name
    raise _unfit(
        name, Text("kleine letters, cijfers en streepjes", "small letters, digits, hyphens")
    )


def check_version(version: str) -> str:
    """Give a version when it can be one: it becomes part of a file name and of an IRI.

    Raises:
        VocabularyError: ``KG-K103``.
    """
    if _VERSION.fullmatch(version):
        return version
    raise _unfit(version, Text("letters, cijfers en . _ + -", "letters, digits and . _ + -"))


def _unfit(name: str, allowed: Text) -> VocabularyError:
    return VocabularyError(
        "KG-K103",
        Text(f"{name!r} kan geen naam zijn", f"{name!r} cannot be a name"),
        Text(f"gebruik {allowed.nl}", f"use {allowed.en}"),
    )


def read_lock(path: Path) -> Lock:
    """Read a lock, or a list of known sources; a file that is not there is an empty lock.

    Raises:
        VocabularyError: ``KG-K104`` when it is no lock or was made by a newer version.
    """
    if not path.is_file():
        return Lock({})
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        _check_form(document.get("format"))
        found = [_vocabulary(plain) for plain in document.get("vocabulary", [])]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as e:
        raise VocabularyError(
            "KG-K104",
            Text(f"{path}: dit is geen vocab.lock: {e}", f"{path}: this is no vocab.lock: {e}"),
            Text(
                "zet het bestand terug uit een reservekopie, of haal de vocabulaires opnieuw op",
                "put the file back from a backup, or fetch the vocabularies again",
            ),
        ) from e
    return Lock({v.id: v for v in sorted(found, key=lambda v: v.id)})


def _check_form(form: object) -> None:
    if form != _FORM:
        msg = f"format = {form!r}"
        raise ValueError(msg)


def _vocabulary(plain: Mapping[str, Any]) -> Locked:
    held = {name: plain[name] for name in _TEXTS if name in plain}
    if not all(isinstance(value, str) for value in held.values()):
        raise TypeError(plain["id"])
    return Locked(
        id=check_id(plain["id"]),
        title=_text(plain["title"]),
        attribution=_text(plain.get("attribution", {"nl": "", "en": ""})),
        part=bool(plain.get("part", False)),
        days=int(plain.get("days", 0)),
        pinned=_sha(plain.get("pinned", "")),
        snapshots=tuple(_snapshot(s) for s in plain.get("snapshot", [])),
        **held,
    )


_TEXTS: Final = ("source", "licence", "media", "reader", "current")


def _snapshot(plain: Mapping[str, Any]) -> Snapshot:
    day = plain["retrieved"]
    if not isinstance(day, dt.date):
        raise TypeError(day)
    return Snapshot(
        version=check_version(plain["version"]),
        retrieved=day,
        sha256=_sha(plain["sha256"]),
        canonical=_sha(plain["canonical"]),
        triples=int(plain["triples"]),
        lenient=bool(plain.get("lenient", False)),
    )


def _text(plain: Mapping[str, str]) -> Text:
    return Text(str(plain["nl"]), str(plain["en"]))


def _sha(text: str) -> str:
    if not _SHA.fullmatch(text):
        raise ValueError(text)
    return text


def write_lock(path: Path, lock: Lock) -> None:
    """Write a lock, whole or not at all."""
    new = path.with_name(path.name + ".new")
    new.write_text(to_toml(lock), encoding="utf-8")
    new.replace(path)


def to_toml(lock: Lock) -> str:
    """Give a lock as text; equal locks give equal text."""
    parts = [f"# What `kg vocabulary` took in; made by that command.\nformat = {_FORM}\n"]
    for v in lock.vocabularies.values():
        lines = ["", "[[vocabulary]]", f"id = {_quoted(v.id)}"]
        lines += [f"title.{lang} = {_quoted(v.title.to(lang))}" for lang in ("nl", "en")]
        lines += [f"{n} = {_quoted(getattr(v, n))}" for n in (*_TEXTS, "pinned") if getattr(v, n)]
        if v.attribution.nl:
            said = v.attribution
            lines += [f"attribution.{lang} = {_quoted(said.to(lang))}" for lang in ("nl", "en")]
        lines += [f"part = {str(v.part).lower()}", f"days = {v.days}"]
        lines.append(f"graph = {_quoted(v.graph)}")
        for snapshot in v.snapshots:
            lines += ["", "[[vocabulary.snapshot]]", *_lines_of(snapshot)]
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def _lines_of(snapshot: Snapshot) -> list[str]:
    return [
        f"version = {_quoted(snapshot.version)}",
        f"retrieved = {snapshot.retrieved.isoformat()}",
        f"sha256 = {_quoted(snapshot.sha256)}",
        f"canonical = {_quoted(snapshot.canonical)}",
        f"triples = {snapshot.triples}",
        *(["lenient = true"] if snapshot.lenient else []),
    ]


def _quoted(text: str) -> str:
    """Write a text as a TOML basic string, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
