"""Reads export profiles: what becomes what, in which query, and what has no place.

A profile is a folder: ``profile.toml`` says what it is for and why terms are left behind, and each
``.rq`` file is one CONSTRUCT under a ``#+`` header (YAML) that lists the terms it keeps. Parts with
``when: typed`` run over the export itself and add what a receiver's validator asks of references.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from kg.errors import NotFoundError, RuleError
from kg.resources import queries_dir
from kg.terms import SAM
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALL = "*"
"""Stands for every term: kept whole, or the reason for whatever no other reason names."""
_FOLDER = "exports"
_MARK = "#+"
_PREFIX = re.compile(r"^PREFIX\s+(\w*):\s*<([^>]*)>", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Kept:
    """A term of ours and what it becomes.

    Attributes:
        ours: IRI of our term.
        theirs: Their term, as people write it.
        note: What is lost on the way; None when nothing is.
    """

    ours: str
    theirs: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One query of a profile.

    Attributes:
        id: The file name without ending.
        title: What it writes.
        query: SPARQL, with ``$name`` where a parameter goes.
        typed: Whether it runs over the export itself, for typed references.
        kept: The terms it keeps.
        completes: What it fills in that nobody stated; None when it only says kinds.
    """

    id: str
    title: Text
    query: str
    typed: bool
    kept: tuple[Kept, ...]
    completes: Text | None


@dataclass(frozen=True, slots=True)
class Lost:
    """Terms without a place in the target, and why."""

    terms: frozenset[str]
    why: Text


@dataclass(frozen=True, slots=True)
class Profile:
    """What others read, and how to write it.

    Attributes:
        name: What users call it.
        title: What it is.
        about: What is in it.
        receiver: Name of the validation profile of the receiver; empty when there is none.
        notes: What anyone must know who hands the export over.
        prefixes: Prefixes for the output.
        parts: The queries, in order.
        lost: What cannot be expressed.
    """

    name: str
    title: Text
    about: Text
    receiver: str
    notes: tuple[Text, ...]
    prefixes: Mapping[str, str]
    parts: tuple[Part, ...]
    lost: tuple[Lost, ...]

    @property
    def kept(self) -> Mapping[str, tuple[Kept, ...]]:
        """What is kept, by IRI of our term."""
        out: dict[str, tuple[Kept, ...]] = {}
        for part in self.parts:
            for kept in part.kept:
                out[kept.ours] = (*out.get(kept.ours, ()), kept)
        return out

    def why_lost(self, term: str) -> Text | None:
        """Give the reason why a term has no place; None when the profile keeps everything."""
        named = next((x for x in self.lost if term in x.terms), None)
        other = next((x for x in self.lost if ALL in x.terms), None)
        found = named or other
        return found.why if found else None


def profile_names() -> tuple[str, ...]:
    """Give the names of the profiles that ship.

    >>> "cpov" in profile_names()
    True
    """
    root = queries_dir() / _FOLDER
    return tuple(sorted(p.parent.name for p in root.glob("*/profile.toml")))


@cache
def load_profile(name: str) -> Profile:
    """Give a profile by its name.

    Raises:
        NotFoundError: ``KG-X101`` when there is no such profile.
        RuleError: ``KG-X102`` when a file of it is not whole.
    """
    names = profile_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        listed = ", ".join(near or names)
        raise NotFoundError(
            "KG-X101",
            Text(f"er is geen profiel {name}", f"there is no profile {name}"),
            Text(f"kies uit: {listed}", f"choose from: {listed}"),
        )
    return read_profile(queries_dir() / _FOLDER / name)


def read_profile(folder: Path) -> Profile:
    """Read a profile from a folder.

    Raises:
        RuleError: ``KG-X102``.
    """
    path = folder / "profile.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        spaces = {"sam": SAM, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"} | raw["prefixes"]
        lost = tuple(
            Lost(frozenset(_iri(t, spaces) for t in group["terms"]), Text(**group["why"]))
            for group in raw.get("lost", ())
        )
        return Profile(
            name=folder.name,
            title=Text(**raw["title"]),
            about=Text(**raw["about"]),
            receiver=str(raw.get("receiver", "")),
            notes=tuple(Text(**note) for note in raw["notes"]),
            prefixes=raw["prefixes"],
            parts=tuple(_part(p) for p in sorted(folder.glob("*.rq"))),
            lost=lost,
        )
    except (OSError, KeyError, TypeError, ValueError) as e:
        raise _not_whole(path, e) from e


def _part(path: Path) -> Part:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    head = "\n".join(x.removeprefix(_MARK)[1:] for x in lines if x.startswith(_MARK))
    query = "\n".join(x for x in lines if not x.startswith(_MARK)) + "\n"
    try:
        raw: dict[str, Any] = yaml.safe_load(head)
        spaces = dict(_PREFIX.findall(query))
        completes = raw.get("completes")
        return Part(
            id=path.stem,
            title=Text(**raw["title"]),
            query=query,
            typed=raw.get("when") == "typed",
            kept=tuple(_kept(k, spaces) for k in raw.get("kept", ())),
            completes=Text(**completes) if completes else None,
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as e:
        raise _not_whole(path, e) from e


def _kept(raw: Mapping[str, Any], prefixes: Mapping[str, str]) -> Kept:
    note = raw.get("note")
    return Kept(_iri(raw["ours"], prefixes), raw["theirs"], Text(**note) if note else None)


def _iri(curie: str, prefixes: Mapping[str, str]) -> str:
    if curie == ALL:
        return ALL
    prefix, _, local = curie.partition(":")
    return prefixes[prefix] + local


def _not_whole(path: Path, error: Exception) -> RuleError:
    name = f"{path.parent.name}/{path.name}"
    return RuleError(
        "KG-X102",
        Text(
            f"{name}: dit deel van een profiel is niet heel: {error}",
            f"{name}: this part of a profile is not whole: {error}",
        ),
        Text("zie queries/exports voor een voorbeeld", "see queries/exports for an example"),
    )
