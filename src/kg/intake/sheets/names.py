"""Finds what a cell refers to: by address, by name within the workbook, or in a list.

A name that nobody knows is answered with the nearest that is known; nothing is accepted on
likeness alone.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.sheets.columns import plain
from kg.intake.sheets.problems import Fault
from kg.rdf import NamedNode
from kg.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.intake.sheets.catalogue import Catalogue
    from kg.intake.sheets.columns import Column

MAX_SUGGESTIONS = 200
"""For so many different unknown names the nearest is looked for; that is slow work."""
_SHOWN = 8
_LIKE = 0.72
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")
_SCHEMES = ("http:", "https:", "urn:")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something outside the workbook that its cells may name.

    Attributes:
        iri: What it is.
        label: How it is called.
        cls: IRI of its class.
    """

    iri: str
    label: Text
    cls: str


class Names:
    """Who is called what."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._called: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._shown: dict[str, str] = {}
        self._near: dict[tuple[str, tuple[str, ...]], str] = {}

    def add(self, name: str, iri: str, classes: Iterable[str]) -> None:
        """Remember a name of something of some classes."""
        if name.strip():
            self._called[plain(name)][iri].update(classes)
            self._shown.setdefault(plain(name), name.strip())

    def add_choice(self, choice: Choice) -> None:
        """Remember something outside the workbook."""
        for x in LANGUAGES:
            self.add(choice.label.to(x), choice.iri, (choice.cls,))

    def knows(self, text: str) -> bool:
        """Tell whether a whole text is a name, semicolons and all."""
        return plain(text) in self._called

    def refer(self, text: str, column: Column) -> NamedNode | Fault:
        """Give what a cell of a reference column names."""
        if is_address(text):
            return address(text)
        found = self._called.get(plain(text), {})
        fitting = [iri for iri, own in found.items() if self._fits(own, column.classes)]
        if len(fitting) == 1:
            return NamedNode(fitting[0])
        if fitting:
            return Fault(
                "KG-C008",
                Text(f"meer dan één heet ‘{text}’", f"more than one is called ‘{text}’"),
                Text("schrijf het kenmerk of het webadres in plaats van de naam",
                     "write the identifier or the web address instead of the name"),
            )  # fmt: skip
        if found:
            return self._misfit(text, set().union(*found.values()), column)
        return self._unknown(text, column)

    def _fits(self, own: set[str], wanted: Sequence[str]) -> bool:
        return not wanted or any(self._catalogue.is_a(c, w) for c in own for w in wanted)

    def _misfit(self, text: str, own: set[str], column: Column) -> Fault:
        is_now, is_asked = self._words(sorted(own)), self._words(column.classes)
        return Fault(
            "KG-C009",
            Text(f"‘{text}’ is hier geen {is_asked.nl} maar: {is_now.nl}",
                 f"‘{text}’ is not of the kind {is_asked.en} but: {is_now.en}"),
            Text(
                f"kies iets van de soort {is_asked.nl}",
                f"choose something of the kind {is_asked.en}",
            ),
        )  # fmt: skip

    def _words(self, classes: Sequence[str]) -> Text:
        labels = [self._catalogue.label(c) for c in classes]
        return Text(" of ".join(x.nl for x in labels), " or ".join(x.en for x in labels))

    def _unknown(self, text: str, column: Column) -> Fault:
        near = self._nearest(text, column)
        sheets = [c for c in column.classes if c in self._catalogue.classes()]
        if sheets:
            kind = self._words(sheets)
            advice = Text(
                f"zet een {kind.nl} met die naam op het eigen blad, of schrijf het webadres",
                f"put a row of the kind {kind.en} with that name on its own sheet, or write the "
                "web address",
            )
        else:
            advice = Text("schrijf een naam uit dit werkboek of een webadres",
                          "write a name from this workbook or a web address")  # fmt: skip
        if near:
            advice = Text(
                f"bedoelde u ‘{near}’? Anders: {advice.nl}",
                f"did you mean ‘{near}’? If not: {advice.en}",
            )
        return Fault(
            "KG-C007",
            Text(
                f"‘{text}’ komt in dit werkboek niet voor",
                f"‘{text}’ is not found in this workbook",
            ),
            advice,
            near,
        )  # fmt: skip

    def _nearest(self, text: str, column: Column) -> str:
        key = (plain(text), column.classes)
        if key not in self._near and len(self._near) < MAX_SUGGESTIONS:
            names = [
                name
                for name, found in self._called.items()
                if any(self._fits(own, column.classes) for own in found.values())
            ]
            self._near[key] = nearest(text, [self._shown[n] for n in names])
        return self._near.get(key, "")

    def choose(self, text: str, column: Column) -> NamedNode | Fault:
        """Give what a cell of a column with a fixed list names."""
        labels = {iri: self._catalogue.label(iri) for iri in column.options}
        for iri, label in labels.items():
            local = iri.rpartition("#")[2].rpartition("/")[2]
            if text == iri or plain(text) in {plain(x) for x in (*label, local)}:
                return NamedNode(iri)
        near = Text(*(nearest(text, [x.to(y) for x in labels.values()]) for y in LANGUAGES))
        shown = list(labels.values())[:_SHOWN]
        among = Text(*(", ".join(x.to(y) for x in shown) for y in LANGUAGES))
        meant = Text(
            f"bedoelde u ‘{near.nl}’? " if near.nl else "",
            f"did you mean ‘{near.en}’? " if near.en else "",
        )
        return Fault(
            "KG-C006",
            Text(f"‘{text}’ staat niet in de lijst", f"‘{text}’ is not in the list"),
            Text(f"{meant.nl}kies uit: {among.nl}", f"{meant.en}choose from: {among.en}"),
            near.nl or near.en,
        )


def is_address(text: str) -> bool:
    """Tell whether a text was meant as a web address or another IRI.

    >>> is_address("https://example.org/a"), is_address("www.example.org"), is_address("Zaak: A")
    (True, False, False)
    """
    return text.lower().startswith(_SCHEMES)


def address(text: str) -> NamedNode | Fault:
    """Give an IRI, or what is wrong with it."""
    good = None
    if _ADDRESS.fullmatch(text):
        with suppress(ValueError):
            good = NamedNode(text)
    return good or Fault(
        "KG-C010",
        Text(f"‘{text}’ is geen goed webadres", f"‘{text}’ is not a proper web address"),
        Text(
            "schrijf het adres zonder spaties, zoals https://example.org/rapport",
            "write the address without spaces, such as https://example.org/report",
        ),
    )


def nearest(text: str, names: Sequence[str]) -> str:
    """Give the name most like a text, empty when none is much like it.

    >>> nearest("Politei", ["Politie", "Gemeente"])
    'Politie'
    """
    words = {plain(n): n for n in names if n}
    found = difflib.get_close_matches(plain(text), words, n=1, cutoff=_LIKE)
    return words[found[0]] if found else ""
