"""Text that a user reads: always in Dutch and in English."""

from __future__ import annotations

from typing import Literal, NamedTuple, Self

Lang = Literal["nl", "en"]
"""The two languages in which everything a user reads is written."""

LANGUAGES: tuple[Lang, ...] = ("nl", "en")


class Text(NamedTuple):
    """One message in both languages.

    >>> Text(nl="bestand niet gevonden", en="file not found").to("en")
    'file not found'
    """

    nl: str
    en: str

    def to(self, lang: Lang) -> str:
        """Give the text in one language."""
        return self.nl if lang == "nl" else self.en

    def format(self, **values: object) -> Self:
        """Fill named places, the same values in both languages.

        >>> Text("regel {line}", "line {line}").format(line=3).nl
        'regel 3'
        """
        return type(self)(self.nl.format(**values), self.en.format(**values))
