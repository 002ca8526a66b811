"""What a mapping says: which rows become which things, and which cells which values.

``things`` lists what each row describes. A thing has a ``class``, an identity (``iri`` with names
of columns in braces, or a ``column`` that holds whole IRIs ``under`` a namespace) and
``properties``. A property has one source: ``column``, ``iri``, ``value`` (a fixed IRI) or ``text``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.intake.tabular.checks import Checks
from kg.intake.tabular.config import Config, Route, read_config
from kg.intake.tabular.lookup import Lookup, read_lookup

if TYPE_CHECKING:
    from collections.abc import Mapping as Map
    from pathlib import Path

    from kg.rdf import NamedNode
    from kg.text import Text

_HOLE = re.compile(r"\{([^{}]*)\}")
_SLUG = "|slug"
_ROOT_KEYS = ("register", "title", "source", "prefixes", "lookups", "things")
_THING_KEYS = ("class", "iri", "column", "under", "pattern", "lookup", "when", "properties")
_PROPERTY_KEYS = (
    "property", "column", "iri", "value", "text", "under", "pattern", "lookup", "language",
    "datatype", "format", "decimal", "split", "when", "required",
)  # fmt: skip
_WHEN_KEYS = ("column", "is", "is_not", "empty", "matches")


@dataclass(frozen=True, slots=True)
class Template:
    """An IRI with holes for cells.

    Attributes:
        parts: Fixed text and, in turn, the column of a hole with whether it becomes a slug.
    """

    parts: tuple[str | tuple[str, bool], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it needs."""
        return tuple(p[0] for p in self.parts if not isinstance(p, str))


@dataclass(frozen=True, slots=True)
class When:
    """A condition on one cell of the row."""

    column: str
    equal: str | None = None
    unequal: str | None = None
    empty: bool | None = None
    matches: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from; exactly one of ``column``, ``template`` and ``fixed`` is there.

    Attributes:
        column: The column whose cell it is.
        template: An IRI made from cells.
        fixed: An IRI or text that is always the same.
        under: The namespace of the whole IRIs in the column; None for text.
        pattern: What the cell must look like.
        lookup: What turns the cell into an IRI or another text.
    """

    column: str | None = None
    template: Template | None = None
    fixed: NamedNode | str | None = None
    under: str | None = None
    pattern: re.Pattern[str] | None = None
    lookup: Lookup | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a thing.

    Attributes:
        predicate: The property.
        source: Where its value comes from.
        language: Language of a text.
        datatype: Datatype of a text.
        format: How a date is written in the table.
        decimal: The decimal mark in the table.
        split: What separates several values in one cell.
        required: Whether an empty cell is a problem.
        when: On which rows.
    """

    predicate: NamedNode
    source: Source
    language: str | None
    datatype: str | None
    format: str | None
    decimal: str
    split: str | None
    required: bool
    when: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a row describes."""

    cls: NamedNode
    identity: Source
    properties: tuple[Property, ...]
    when: tuple[When, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping.

    Attributes:
        config: Where it was read, for places in messages.
        register: Name of the register that speaks; None to use the name of the table.
        title: Name of the register for people.
        source: Where the table comes from.
        things: What each row describes.
        columns: Every column it names, with where in the mapping.
    """

    config: Config
    register: str | None
    title: Text | None
    source: str | None
    things: tuple[Thing, ...]
    columns: Map[str, Route] = field(default_factory=dict)


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping.

    Args:
        path: A YAML or TOML file; files it names stand beside it.

    Raises:
        MappingError: ``KG-X120`` to ``KG-X126``, with the line.
    """
    return _Reader(read_config(path), path.parent).read()


class _Reader:
    def __init__(self, config: Config, folder: Path) -> None:
        self._config = config
        self._folder = folder
        self._checks = Checks(config)
        self._columns: dict[str, Route] = {}
        self._lookups: dict[str, Lookup] = {}

    def read(self) -> Mapping:
        checks, raw = self._checks, self._config.data
        checks.keys(raw, (), _ROOT_KEYS, needed=("things",))
        checks.learn_prefixes(raw.get("prefixes", {}))
        for name, given in checks.table(raw.get("lookups", {}), ("lookups",)).items():
            self._lookups[str(name)] = read_lookup(checks, given, ("lookups", name), self._folder)
        title = raw.get("title")
        things = checks.listed(raw["things"], ("things",))
        return Mapping(
            config=self._config,
            register=checks.optional_text(raw, (), "register"),
            title=checks.bilingual(title, ("title",)) if title is not None else None,
            source=checks.optional_text(raw, (), "source"),
            things=tuple(self._thing(t, ("things", n)) for n, t in enumerate(things)),
            columns=self._columns,
        )

    def _thing(self, raw: object, route: Route) -> Thing:
        given = self._checks.table(raw, route)
        self._checks.keys(given, route, _THING_KEYS, needed=("class",))
        self._checks.one_of(given, route, ("iri", "column"))
        properties = self._checks.listed(given.get("properties", []), (*route, "properties"))
        identity = self._source(given, route)
        if identity.column and identity.under is None and identity.lookup is None:
            self._checks.missing(route, "under")
        return Thing(
            cls=self._checks.iri(given["class"], (*route, "class")),
            identity=identity,
            properties=tuple(
                self._property(p, (*route, "properties", n)) for n, p in enumerate(properties)
            ),
            when=self._when(given, route),
        )

    def _property(self, raw: object, route: Route) -> Property:
        checks = self._checks
        given = checks.table(raw, route)
        checks.keys(given, route, _PROPERTY_KEYS, needed=("property",))
        checks.one_of(given, route, ("column", "iri", "value", "text"))
        datatype = given.get("datatype")
        return Property(
            predicate=checks.iri(given["property"], (*route, "property")),
            source=self._source(given, route),
            language=checks.language(given, route),
            datatype=checks.iri(datatype, (*route, "datatype")).value if datatype else None,
            format=checks.optional_text(given, route, "format"),
            decimal=checks.optional_text(given, route, "decimal") or ".",
            split=checks.optional_text(given, route, "split"),
            required=bool(given.get("required", False)),
            when=self._when(given, route),
        )

    def _source(self, given: Map[str, Any], route: Route) -> Source:
        checks = self._checks
        if "iri" in given:
            return Source(template=self._template(given["iri"], (*route, "iri")))
        if "value" in given:
            return Source(fixed=checks.iri(given["value"], (*route, "value")))
        if "text" in given:
            return Source(fixed=checks.text(given["text"], (*route, "text")))
        under = given.get("under")
        return Source(
            column=self._column(given["column"], (*route, "column")),
            under=checks.namespace(under, (*route, "under")) if under is not None else None,
            pattern=checks.pattern(given, route, "pattern"),
            lookup=self._lookup(given, route),
        )

    def _lookup(self, given: Map[str, Any], route: Route) -> Lookup | None:
        if "lookup" not in given:
            return None
        name = str(given["lookup"])
        if name not in self._lookups:
            self._checks.unknown((*route, "lookup"), name, self._lookups)
        return self._lookups[name]

    def _column(self, name: object, route: Route) -> str:
        text = self._checks.text(name, route)
        self._columns.setdefault(text, route)
        return text

    def _template(self, raw: object, route: Route) -> Template:
        text = self._checks.expand(self._checks.text(raw, route))
        parts: list[str | tuple[str, bool]] = []
        end = 0
        for hole in _HOLE.finditer(text):
            column = hole[1].strip()
            parts.append(text[end : hole.start()])
            name = column.removesuffix(_SLUG).strip()
            parts.append((self._column(name, route), column.endswith(_SLUG)))
            end = hole.end()
        parts.append(text[end:])
        fixed = "".join(p for p in parts if isinstance(p, str))
        self._checks.template(text, fixed, str(parts[0]), route)
        return Template(tuple(p for p in parts if p))

    def _when(self, given: Map[str, Any], route: Route) -> tuple[When, ...]:
        raw = given.get("when", [])
        several = raw if isinstance(raw, list) else [raw]
        out = []
        for number, one in enumerate(several):
            at = (*route, "when", number) if isinstance(raw, list) else (*route, "when")
            said = self._checks.table(one, at)
            self._checks.keys(said, at, _WHEN_KEYS, needed=("column",))
            self._checks.one_of(said, at, _WHEN_KEYS[1:])
            out.append(
                When(
                    self._column(said["column"], (*at, "column")),
                    self._checks.optional_text(said, at, "is"),
                    self._checks.optional_text(said, at, "is_not"),
                    said.get("empty"),
                    self._checks.pattern(said, at, "matches"),
                )
            )
        return tuple(out)
