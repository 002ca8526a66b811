"""What the commands under `kg link` share: which lists, which day, reading and writing files."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from kg.cli import options
from kg.errors import OptionError, UnreadableInputError
from kg.settings import read_settings
from kg.text import Text
from kg.vocabularies import load_vocabularies
from kg.vocabularies.home import Home

if TYPE_CHECKING:
    from pathlib import Path

    from kg.cli.link import Lists
    from kg.vocabularies import Vocabularies

MAPPINGS = "mappings.sssom.tsv"
"""Name of the mappings in a workspace; the same as statements stand beside it, in Turtle."""


def day_of(lists: Lists) -> dt.date:
    """Give the day on which things must hold."""
    return options.day(lists.as_of) or dt.datetime.now(tz=dt.UTC).date()


def vocabularies_of(lists: Lists, workspace: Path | None) -> Vocabularies:
    """Give the lists that were named, else those of the workspace, and what ships.

    Args:
        lists: What was asked.
        workspace: The workspace that is looked at, if it is one.
    """
    if lists.vocabularies is not None:
        return load_vocabularies(lists.vocabularies)
    at = workspace or lists.at or read_settings().home
    return load_vocabularies(next((p for p in (at / "vocabularies", at) if Home.is_at(p)), None))


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        UnreadableInputError: ``KG-R001``.
    """
    try:
        return path.read_bytes()
    except OSError as e:
        raise UnreadableInputError(
            "KG-R001",
            Text(f"{path}: bestand is niet te lezen", f"{path}: cannot read the file"),
            Text("controleer naam en rechten", "check its name and permissions"),
        ) from e


def write(path: Path, text: str) -> None:
    """Write a file, in UTF-8 and with line feeds.

    Raises:
        OptionError: ``KG-O012``.
    """
    try:
        path.write_bytes(text.encode())
    except OSError as e:
        raise OptionError(
            "KG-O012",
            Text(f"{path} is niet te schrijven", f"{path} cannot be written"),
            Text("controleer map en rechten", "check folder and permissions"),
        ) from e


def refuse_existing(path: Path | None, *, overwrite: bool) -> None:
    """Refuse to replace a file that nobody asked to replace.

    Raises:
        OptionError: ``KG-O011``.
    """
    if path is not None and path.exists() and not overwrite:
        raise OptionError(
            "KG-O011",
            Text(f"{path} bestaat al", f"{path} exists already"),
            Text(
                "kies een andere naam, of vraag erom met --overwrite",
                "choose another name, or ask for it with --overwrite",
            ),
        )
