"""Checks the parts of a mapping, and says at which line what is wrong and what was meant."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, NoReturn

from kg.rdf import NamedNode
from kg.rdf.prefixes import KNOWN_PREFIXES
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.intake.tabular.config import Config, Route

_ABSOLUTE = re.compile(r"https?://[^/{}]+/|urn:[A-Za-z0-9-]+:")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_FORBIDDEN = re.compile(r"""[\x00-\x20<>"{}|^`\\]""")


class Checks:
    """Reads parts of one mapping.

    Args:
        config: The file.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._prefixes = dict(KNOWN_PREFIXES)

    def learn_prefixes(self, given: object) -> None:
        """Add the prefixes of the mapping to the known ones."""
        for name, iri in self.table(given, ("prefixes",)).items():
            self._prefixes[str(name)] = self.namespace(iri, ("prefixes", name))

    def keys(
        self, given: Mapping[str, Any], route: Route, known: Sequence[str], *, needed: Sequence[str]
    ) -> None:
        """Refuse keys that mean nothing, and keys that are missing."""
        for key in given:
            if key not in known:
                self.unknown((*route, key), str(key), known)
        for key in needed:
            if key not in given:
                self.missing(route, key)

    def one_of(self, given: Mapping[str, Any], route: Route, names: Sequence[str]) -> None:
        """Refuse when not exactly one of these keys is there."""
        found = [n for n in names if n in given]
        if len(found) == 1:
            return
        listed, has = ", ".join(names), ", ".join(found) or "-"
        self._config.refuse(
            "KG-X122",
            (*route, found[1]) if found else route,
            Text(f"hier hoort precies een van {listed}; nu: {has}",
                 f"exactly one of {listed} belongs here; now: {has}"),
            Text("laat de andere weg, of voeg er een toe", "leave out the others, or add one"),
        )  # fmt: skip

    def unknown(self, route: Route, name: str, known: Iterable[str]) -> NoReturn:
        """Refuse a name that nobody knows, with the nearest one."""
        names = list(known)
        near = difflib.get_close_matches(name, names, n=1)
        listed = ", ".join(names) or "-"
        self._config.refuse(
            "KG-X122",
            route,
            Text(f"onbekend: {name}", f"unknown: {name}"),
            Text(f"bedoelde u {near[0]}?", f"did you mean {near[0]}?")
            if near
            else Text(f"bekend zijn: {listed}", f"known are: {listed}"),
        )

    def missing(self, route: Route, key: str) -> NoReturn:
        """Refuse a part without a key that it needs."""
        self._config.refuse(
            "KG-X122",
            route,
            Text(f"hier ontbreekt {key}", f"{key} is missing here"),
            Text(f"voeg {key} toe", f"add {key}"),
        )

    def table(self, given: object, route: Route) -> dict[str, Any]:
        """Give a part that must hold keys."""
        if not isinstance(given, dict):
            self._kind(route, Text("namen met waarden", "names with values"))
        return given

    def listed(self, given: object, route: Route) -> list[Any]:
        """Give a part that must be a list."""
        if not isinstance(given, list):
            self._kind(route, Text("een lijst", "a list"))
        return given

    def text(self, given: object, route: Route) -> str:
        """Give a part that must be a text; a number will do."""
        if isinstance(given, bool) or not isinstance(given, str | int | float) or given == "":
            self._kind(route, Text("een tekst", "a text"))
        return str(given)

    def optional_text(self, given: Mapping[str, Any], route: Route, key: str) -> str | None:
        """Give a text that may be left out."""
        return self.text(given[key], (*route, key)) if key in given else None

    def bilingual(self, given: object, route: Route) -> Text:
        """Give a text in both languages."""
        both = self.table(given, route)
        self.keys(both, route, ("nl", "en"), needed=("nl", "en"))
        return Text(self.text(both["nl"], route), self.text(both["en"], route))

    def language(self, given: Mapping[str, Any], route: Route) -> str | None:
        """Give a language tag that may be left out."""
        tag = self.optional_text(given, route, "language")
        if tag is not None and not _LANGUAGE.fullmatch(tag):
            self._kind((*route, "language"), Text("een taal, zoals nl", "a language, such as en"))
        return tag

    def pattern(self, given: Mapping[str, Any], route: Route, key: str) -> re.Pattern[str] | None:
        """Give a regular expression that may be left out."""
        text = self.optional_text(given, route, key)
        if text is None:
            return None
        try:
            return re.compile(text)
        except re.error as e:
            self._config.refuse(
                "KG-X122",
                (*route, key),
                Text(f"dit patroon klopt niet: {e}", f"this pattern is wrong: {e}"),
                Text("herstel de reguliere expressie", "mend the regular expression"),
            )

    def expand(self, text: str) -> str:
        """Put a namespace in place of a prefix, where there is one."""
        prefix, mark, rest = text.partition(":")
        if mark and not rest.startswith("//") and prefix in self._prefixes:
            return self._prefixes[prefix] + rest
        return text

    def iri(self, given: object, route: Route) -> NamedNode:
        """Give an IRI, in full or with a prefix.

        Raises:
            MappingError: ``KG-X123``.
        """
        text = self.text(given, route)
        full = self.expand(text)
        if _FORBIDDEN.search(full) or not _ABSOLUTE.match(full):
            prefix = text.partition(":")[0]
            near = difflib.get_close_matches(prefix, self._prefixes, n=1)
            self._config.refuse(
                "KG-X123",
                route,
                Text(f"{text} is geen IRI", f"{text} is no IRI"),
                Text(f"bedoelde u {near[0]}:?", f"did you mean {near[0]}:?")
                if near and near[0] != prefix
                else Text("schrijf hem voluit, of zet het voorvoegsel onder prefixes",
                          "write it in full, or put the prefix under prefixes"),
            )  # fmt: skip
        return NamedNode(full)

    def namespace(self, given: object, route: Route) -> str:
        """Give the start of IRIs.

        Raises:
            MappingError: ``KG-X123``.
        """
        text = self.expand(self.text(given, route))
        if _FORBIDDEN.search(text) or not _ABSOLUTE.match(text):
            self._config.refuse(
                "KG-X123",
                route,
                Text(f"{text} is niet het begin van een IRI", f"{text} is not the start of an IRI"),
                Text("schrijf bijvoorbeeld https://example.org/id/",
                     "write for example https://example.org/id/"),
            )  # fmt: skip
        return text

    def template(self, text: str, fixed: str, start: str, route: Route) -> None:
        """Refuse a template in which a cell would decide the scheme or host of the IRI.

        Raises:
            MappingError: ``KG-X125``.
        """
        if _ABSOLUTE.match(start) and not _FORBIDDEN.search(fixed):
            return
        self._config.refuse(
            "KG-X125",
            route,
            Text(f"zo wordt {text} geen veilige IRI", f"{text} makes no safe IRI"),
            Text(
                "begin met een vaste naamruimte tot en met de eerste schuine streep, zoals "
                "https://example.org/{kolom}, en sluit elke accolade",
                "start with a fixed namespace up to and including the first slash, such as "
                "https://example.org/{column}, and close every brace",
            ),
        )

    def _kind(self, route: Route, wanted: Text) -> NoReturn:
        self._config.refuse(
            "KG-X122",
            route,
            Text(f"hier hoort {wanted.nl}", f"{wanted.en} belongs here"),
            Text(
                "kijk naar het voorbeeld in de uitleg", "look at the example in the documentation"
            ),
        )
