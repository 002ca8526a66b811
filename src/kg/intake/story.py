"""Reads a story: a folder with what each organisation says, and a list of who says what.

In: a folder with ``story.toml`` and the files it names. Out: one submission per file, with the
registry they need. Writes: nothing. Refuses: a list that is not whole, and files outside the
folder.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import UnreadableInputError
from kg.intake.authority import OPERATOR_IRI, Registry
from kg.intake.submission import Submission, make_submission
from kg.rdf import parse_file
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LIST = "story.toml"
"""The file that lists the title, the date, the sources and the registered prefixes."""


@dataclass(frozen=True, slots=True)
class Story:
    """What several organisations say about one situation.

    Attributes:
        title: What the story is about.
        as_of: The date at which it is told.
        submissions: What is said, in the order of the list.
        registry: Registered prefixes and the operator.
    """

    title: Text
    as_of: dt.date
    submissions: tuple[Submission, ...]
    registry: Registry


def read_story(folder: Path) -> Story:
    """Read a story.

    Args:
        folder: Holds ``story.toml``: ``title`` (``nl``, ``en``), ``as_of`` (a date), optionally
            ``prefixes`` (IRI prefix to organisation), and per source a ``file``, the
            ``organisation`` that speaks in it (none for a file without a source) and
            ``operator = true`` for the file of the operator.

    Returns:
        The story; files are named ``<folder>/<file>``, so that it reads the same everywhere.

    Raises:
        UnreadableInputError: ``KG-R006`` no list or no TOML, ``KG-R007`` a part of the list is
            missing or wrong; and what reading one of its files may raise.
    """
    told = _Told(folder)
    return Story(told.title(), told.as_of(), told.submissions(), told.registry())


class _Told:
    """The list of one story, read part by part; says which part is wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._where = f"{folder.name}/{LIST}"
        self._list: Mapping[str, Any] = self._read()
        self._sources = [self._source(one) for one in self._part("sources", list)]

    def title(self) -> Text:
        names = self._part("title", dict)
        if not all(isinstance(names.get(lang), str) for lang in ("nl", "en")):
            raise self._wrong("title")
        return Text(names["nl"], names["en"])

    def as_of(self) -> dt.date:
        day = self._part("as_of", dt.date)
        if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
            raise self._wrong("as_of")
        return day

    def submissions(self) -> tuple[Submission, ...]:
        return tuple(
            make_submission(
                parse_file(self._folder / one["file"]),
                f"{self._folder.name}/{one['file']}",
                one.get("organisation"),
            )
            for one in self._sources
        )

    def registry(self) -> Registry:
        operators = {one["organisation"] for one in self._sources if one.get("operator")}
        if len(operators) > 1:
            raise self._wrong("operator")
        prefixes = self._part("prefixes", dict) if "prefixes" in self._list else {}
        if not all(isinstance(who, str) for who in prefixes.values()):
            raise self._wrong("prefixes")
        return Registry(prefixes, operator=next(iter(operators), OPERATOR_IRI))

    def _read(self) -> Mapping[str, Any]:
        try:
            return tomllib.loads((self._folder / LIST).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
            raise UnreadableInputError(
                "KG-R006",
                Text(f"{self._where}: niet te lezen: {e}", f"{self._where}: cannot be read: {e}"),
                Text(
                    "een verhaal is een map met story.toml en de bestanden die daarin staan",
                    "a story is a folder with story.toml and the files it names",
                ),
            ) from e

    def _source(self, one: object) -> Mapping[str, Any]:
        if not isinstance(one, dict) or not isinstance(one.get("file"), str):
            raise self._wrong("sources: file")
        if not (self._folder / one["file"]).resolve().is_relative_to(self._folder.resolve()):
            raise self._wrong("sources: file " + one["file"])
        who = one.get("organisation")
        if not (who is None or isinstance(who, str)) or (one.get("operator") and who is None):
            raise self._wrong("sources: organisation")
        return one

    def _part(self, name: str, kind: type) -> Any:  # noqa: ANN401 - of the kind asked for
        part = self._list.get(name)
        if not isinstance(part, kind):
            raise self._wrong(name)
        return part

    def _wrong(self, part: str) -> UnreadableInputError:
        return UnreadableInputError(
            "KG-R007",
            Text(
                f"{self._where}: '{part}' ontbreekt of klopt niet",
                f"{self._where}: '{part}' is missing or wrong",
            ),
            Text(
                "nodig zijn title (nl, en), as_of (een datum) en per bron een file",
                "needed are title (nl, en), as_of (a date) and for each source a file",
            ),
        )
