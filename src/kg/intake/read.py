"""Reads what people hand in: bytes to statements or tables, with places on demand.

In: bytes and a name. Out: a ``Document``. Writes: nothing. Refuses: what breaks a bound, what is
not whole, and what chooses its graph or a context that does not ship. The same in a limited
process: :mod:`kg.intake.sandboxed`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from kg.errors import UnreadableInputError
from kg.intake.csvfile import read_csv_bytes
from kg.intake.jsonld import check_json, inline_contexts, pointer_offsets, shipped_contexts
from kg.intake.jsonld_places import pointed
from kg.intake.tables import Table, formulas
from kg.rdf.bounds import BASE, LINES, Bounds, check_nesting, decode, read_triples, too_large
from kg.rdf.positions import Lines, Place
from kg.rdf.turtle import places as turtle_places
from kg.rdf.xml_lines import xml_lines
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg.rdf import BlankNode, NamedNode, Triple
    from kg.rdf.positions import PlacedError

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSONLD = "application/ld+json"
MEDIA: dict[str, str] = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".trig": "application/trig",
    ".nq": "application/n-quads",
    ".jsonld": JSONLD,
    ".json": JSONLD,
    ".rdf": "application/rdf+xml",
    ".owl": "application/rdf+xml",
    ".xml": "application/rdf+xml",
    ".csv": CSV,
    ".xlsx": XLSX,
}
"""File endings and the media types they stand for."""
_ALSO = {"application/json": JSONLD, "application/xml": "application/rdf+xml"}

Whereabouts = tuple["Triple", Place, Place]
"""A statement, the place of its value and the place of its subject."""


class Index:
    """Places of the statements of one document; found when first asked for."""

    def __init__(self, find: Callable[[], Iterable[Whereabouts] | None]) -> None:
        self._find = find
        self._known = False
        self._values: dict[Triple, Place] = {}
        self._nodes: dict[object, Place] = {}

    def of(self, triple: Triple) -> Place | None:
        """Give the place of a statement: of its value, at its first mention."""
        self._look()
        return self._values.get(triple)

    def of_node(self, node: NamedNode | BlankNode) -> Place | None:
        """Give the place where a node is first described."""
        self._look()
        return self._nodes.get(node)

    def _look(self) -> None:
        if self._known:
            return
        self._known = True
        for triple, value, node in self._find() or ():
            self._values.setdefault(triple, value)
            self._nodes.setdefault(triple.subject, node)


@dataclass(frozen=True, slots=True)
class Document:
    """What one file says.

    Attributes:
        name: What the file is called in messages.
        media: Its media type.
        triples: Its statements, in file order; blank nodes never meet those of another file.
        places: Gives the place of a statement, or None where that cannot be known for certain.
        nodes: Gives the place where a node is first described.
        tables: For spreadsheets: the sheets, with the place of each cell.
        warnings: What was read, but probably not as meant.
    """

    name: str
    media: str
    triples: tuple[Triple, ...]
    places: Callable[[Triple], Place | None]
    nodes: Callable[[NamedNode | BlankNode], Place | None]
    tables: tuple[Table, ...] = ()
    warnings: tuple[PlacedError, ...] = ()


def media_type(name: str, media: str | None = None) -> str:
    """Give the media type of a file from what was said about it, else from its ending.

    Args:
        name: Name of the file.
        media: Media type, with or without parameters.

    Raises:
        UnreadableInputError: ``KG-R002`` if this kind of file is not known.

    >>> media_type("a.ttl"), media_type("-", "text/turtle; charset=utf-8")
    ('text/turtle', 'text/turtle')
    """
    if media is None:
        found = MEDIA.get(PurePath(name).suffix.lower())
    else:
        plain = media.partition(";")[0].strip().lower()
        plain = _ALSO.get(plain, plain)
        found = plain if plain in MEDIA.values() else None
    if found is None:
        known = ", ".join(MEDIA)
        raise UnreadableInputError(
            "KG-R002",
            Text(f"{name}: onbekende bestandssoort", f"{name}: unknown kind of file"),
            Text(f"geef een bestand dat eindigt op {known}", f"give a file ending in {known}"),
        )
    return found


def read_document(
    data: bytes,
    *,
    name: str,
    media: str | None = None,
    lenient: bool = False,
    bounds: Bounds | None = None,
    contexts: Mapping[str, str] | None = None,
) -> Document:
    """Read one document in this process; for bytes of others use ``read_sandboxed``.

    Args:
        data: The file.
        name: What to call it in messages; its ending gives the kind if ``media`` does not.
        media: Its media type.
        lenient: Accept IRIs and language tags that break their rules.
        bounds: How large it may be.
        contexts: JSON-LD contexts by IRI, instead of those that ship.

    Returns:
        Its statements or its tables.

    Raises:
        KgError: What is wrong, where, and how to mend it (codes ``KG-R…``).
    """
    kind = media_type(name, media)
    bounds = bounds or Bounds()
    if kind == XLSX:
        if len(data) > bounds.size:
            raise too_large(name, len(data), bounds.size)
        # What opens workbooks is slow to load, and other files need not wait for it.
        from kg.intake.workbook import read_workbook  # noqa: PLC0415

        return _tabular(name, kind, read_workbook(data, name=name))
    if kind == CSV:
        table, warnings = read_csv_bytes(data, name=name, bounds=bounds)
        return _tabular(name, kind, (table,), warnings)
    text = decode(data, name=name, bounds=bounds)
    whole = text
    if kind == JSONLD:
        check_nesting(text, media=kind, name=name, bounds=bounds)
        check_json(text, name=name)
        known = shipped_contexts() if contexts is None else contexts
        whole = inline_contexts(text, name=name, contexts=known)
    triples = tuple(read_triples(whole, media=kind, name=name, bounds=bounds, lenient=lenient))
    index = Index(lambda: locate(text, whole, triples, media=kind, name=name))
    return Document(name, kind, triples, index.of, index.of_node)


def _tabular(
    name: str, media: str, tables: tuple[Table, ...], warnings: tuple[PlacedError, ...] = ()
) -> Document:
    index = Index(lambda: None)
    told = (*warnings, *formulas(tables))
    return Document(name, media, (), index.of, index.of_node, tables, told)


def locate(
    text: str, whole: str, triples: tuple[Triple, ...], *, media: str, name: str
) -> list[Whereabouts] | None:
    """Give the places of statements, or None if they cannot be known for certain.

    Args:
        text: The document as it was handed in.
        whole: The same with its JSON-LD contexts put in place.
        triples: What the engine read from it.
        media: Its media type.
        name: What to call it.
    """
    lines = Lines(text)
    if media == JSONLD:
        return _in_json(text, whole, triples, lines, name)
    if media == "application/rdf+xml":
        found = xml_lines(text, triples, base=BASE)
        return None if found is None else [
            (t, Place(name, line), Place(name, line)) for t, line in found
        ]  # fmt: skip
    base = None if media in LINES else BASE
    placed = turtle_places(text, triples, base=base, trig=media == "application/trig")
    return None if placed is None else [
        (x.triple, Place(name, *lines.at(x.at)), Place(name, *lines.at(x.node))) for x in placed
    ]  # fmt: skip


def _in_json(
    text: str, whole: str, triples: tuple[Triple, ...], lines: Lines, name: str
) -> list[Whereabouts] | None:
    found = pointed(json.loads(whole), triples, base=BASE)
    if found is None:
        return None
    offsets = pointer_offsets(text)

    def place(pointer: str) -> Place:
        return Place(name, *lines.at(offsets[pointer]), pointer=pointer)

    return [(x.triple, place(x.at), place(x.node)) for x in found]
