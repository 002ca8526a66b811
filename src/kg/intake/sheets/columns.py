"""What a sheet is: a class as columns, one per property.

A property with words in two languages has a column per language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kg.terms import RDFS_LABEL, SKOS_PREF_LABEL
from kg.text import LANGUAGES, Lang, Text

Kind = Literal["id", "kind", "text", "date", "integer", "decimal", "boolean", "choice", "reference"]
ID = ""
"""The path of the column that names the row."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        path: IRI of the property; empty for the column that names the row.
        kind: What its cells hold.
        name: The heading, without the mark for required.
        about: What to fill in.
        language: Language of its words, for a property with words in two languages.
        classes: For references: classes of which the thing must have one; empty for any.
        hints: Classes to offer where none is demanded.
        options: For choices: the IRIs to choose from.
        datatype: IRI of the datatype, for plain values.
        lowest: The least a number may be.
        highest: The most a number may be.
        required: Whether leaving it empty refuses the row.
        expected: Whether leaving it empty is remarked upon.
        many: Whether it may hold more than one value.
        shapes: IRIs of the shapes that speak about it.
    """

    path: str
    kind: Kind
    name: Text
    about: Text
    language: Lang | None = None
    classes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    datatype: str | None = None
    lowest: str | None = None
    highest: str | None = None
    required: bool = False
    expected: bool = False
    many: bool = False
    shapes: frozenset[str] = frozenset()

    @property
    def splits(self) -> bool:
        """Whether a semicolon separates values in its cells; never in words."""
        return self.kind not in {"id", "text"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One class as a sheet.

    Attributes:
        cls: IRI of the class.
        name: Its name.
        about: Its definition.
        columns: Its columns, the naming one first.
    """

    cls: str
    name: Text
    about: Text
    columns: tuple[Column, ...]

    def column(self, path: str, language: Lang | None = None) -> Column | None:
        """Give the column of a property, in one language where it has several."""
        return next((c for c in self.columns if (c.path, c.language) == (path, language)), None)

    def label(self, language: Lang) -> Column | None:
        """Give the column that holds the name of the row in one language."""
        return self.column(RDFS_LABEL, language) or self.column(SKOS_PREF_LABEL, language)

    def headed(self, heading: str) -> Column | None:
        """Give the column with a heading, in either language."""
        words = plain(heading)
        return next(
            (c for c in self.columns if words in {plain(c.name.to(x)) for x in LANGUAGES}), None
        )


def plain(heading: str) -> str:
    """Give a heading or name as it is compared: no mark, no capitals, single spaces.

    >>> plain(" Belang  van *")
    'belang van'
    """
    return re.sub(r"\s+", " ", heading.strip().removesuffix("*")).strip().casefold()


def titled(words: str) -> str:
    """Give a name as the title of a sheet: a capital, no forbidden signs, at most 31 long.

    >>> titled("dienst/verlening")
    'Dienst verlening'
    """
    clean = re.sub(r"\s+", " ", re.sub(r"[\[\]:*?/\\!']", " ", words)).strip()[:31].strip()
    return clean[:1].upper() + clean[1:]
