"""Applies a mapping to a table: rows to statements, with a report of every cell left out.

In: a table and a mapping. Out: statements and a report. A cell that gives no value is never guessed
at: it is counted, with its place, and the rest of the row still counts.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from kg.intake.registers.report import Imported, ImportReport, Kind, ProblemLog
from kg.intake.registers.statements import REGISTER, Statements, iri, slug
from kg.intake.tabular.cells import EMPTY, Refused, holds, identity, literal, node_of
from kg.rdf import Literal, NamedNode
from kg.rdf.short import short
from kg.terms import RDFS_LABEL
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.intake.tables import Row, Table
    from kg.intake.tabular.mapping import Mapping as TableMapping
    from kg.intake.tabular.mapping import Property, Thing
    from kg.rdf import Term

_NO_IDENTITY = Kind(
    "no-identity",
    Text(
        "een rij mist wat de IRI nodig heeft: een cel is leeg of niets dan punten",
        "a row lacks what the IRI needs: a cell is empty or nothing but dots",
    ),
    Text("dit ding is op die rij overgeslagen", "this thing was passed over on that row"),
)
_NOTHING = Kind(
    "no-row",
    Text("geen enkele rij gaf iets", "not one row gave anything"),
    Text("kijk naar de voorwaarden (when) van de mapping", "look at the conditions (when)"),
)
_DATASET = NamedNode("http://www.w3.org/ns/dcat#Dataset")
_SOURCE = NamedNode("http://purl.org/dc/terms/source")


def import_table(
    table: Table, mapping: TableMapping, *, organisation: str | None = None
) -> Imported:
    """Give what a table says, by a mapping.

    Args:
        table: Headings and rows.
        mapping: What becomes what.
        organisation: IRI of who speaks; the register that the mapping names when None.

    Returns:
        Statements and report; equal input gives equal output.

    Raises:
        MappingError: ``KG-X124`` when the table lacks a column that the mapping names.
    """
    headings = {cell.text: number for number, cell in table.headings.items()}
    _must_have_columns(mapping, headings, table.name)
    writer = _Writer(mapping)
    speaker = organisation or REGISTER + slug(mapping.register or table.name.partition(".")[0])
    if organisation is None:
        writer.register(NamedNode(speaker))
    for row in table.rows:
        writer.write(row, {name: _text(row, number) for name, number in headings.items()}, headings)
    if not writer.counts:
        writer.log.add(_NOTHING, table.name)
    triples = writer.out.triples()
    written = {**{k: len(v) for k, v in writer.counts.items()}, "statements": len(triples)}
    return Imported(triples, ImportReport(speaker, len(table.rows), written, writer.log.problems()))


def _must_have_columns(mapping: TableMapping, headings: Mapping[str, int], name: str) -> None:
    for column, route in mapping.columns.items():
        if column in headings:
            continue
        near = difflib.get_close_matches(column, headings, n=1)
        listed = ", ".join(headings) or "-"
        mapping.config.refuse(
            "KG-X124",
            route,
            Text(f"kolom {column} staat niet in {name}", f"column {column} is not in {name}"),
            Text(f"bedoelde u {near[0]}?", f"did you mean {near[0]}?")
            if near
            else Text(f"de kolommen zijn: {listed}", f"the columns are: {listed}"),
        )


def _text(row: Row, number: int) -> str:
    cell = row.cells.get(number)
    return cell.text if cell else ""


class _Writer:
    def __init__(self, mapping: TableMapping) -> None:
        self._mapping = mapping
        self.out = Statements()
        self.log = ProblemLog()
        self.counts: dict[str, set[NamedNode]] = {}
        self._headings: Mapping[str, int] = {}

    def register(self, node: NamedNode) -> None:
        """State which register speaks, where the mapping says something about it."""
        title, source = self._mapping.title, self._mapping.source
        if title is None:
            return
        self.out.a(node, _DATASET)
        for language in ("nl", "en"):
            text = title.nl if language == "nl" else title.en
            self.out.add(node, NamedNode(RDFS_LABEL), Literal(text, language=language))
        site = iri(source) if source else None
        if site is not None:
            self.out.add(node, _SOURCE, site)

    def write(self, row: Row, cells: Mapping[str, str], headings: Mapping[str, int]) -> None:
        """State what one row describes."""
        self._headings = headings
        for thing in self._mapping.things:
            if holds(thing.when, cells):
                self._thing(thing, row, cells)

    def _thing(self, thing: Thing, row: Row, cells: Mapping[str, str]) -> None:
        node = identity(thing.identity, cells)
        column = thing.identity.column
        if isinstance(node, Refused):
            self._refuse(node, row, column)
            return
        if node is None:
            template = thing.identity.template
            columns = template.columns if template else (column or "",)
            empty = next((c for c in columns if not cells.get(c, "").strip(".")), column)
            self.log.add(_NO_IDENTITY, self._place(row, empty))
            return
        self.out.a(node, thing.cls)
        self.counts.setdefault(short(thing.cls.value), set()).add(node)
        for prop in thing.properties:
            if holds(prop.when, cells):
                for value in self._values(prop, row, cells):
                    self.out.add(node, prop.predicate, value)

    def _values(self, prop: Property, row: Row, cells: Mapping[str, str]) -> Iterator[Term]:
        source = prop.source
        if isinstance(source.fixed, str):
            found = literal(prop, source.fixed)
            if isinstance(found, Refused):
                self._refuse(found, row, None)
            else:
                yield found
        elif source.column is None:
            node = identity(source, cells)
            if isinstance(node, NamedNode):
                yield node
            elif prop.required:
                self.log.add(EMPTY, self._place(row, None))
        else:
            yield from self._cell_values(prop, source.column, row, cells[source.column])

    def _cell_values(self, prop: Property, column: str, row: Row, cell: str) -> Iterator[Term]:
        pieces = cell.split(prop.split) if prop.split else [cell]
        filled = [p.strip() for p in pieces if p.strip()]
        if not filled and prop.required:
            self.log.add(EMPTY, self._place(row, column))
        is_node = prop.source.under is not None or prop.source.lookup is not None
        for piece in filled:
            found = node_of(prop.source, piece) if is_node else literal(prop, piece)
            if isinstance(found, Refused):
                self._refuse(found, row, column)
            elif found is not None:
                yield found

    def _refuse(self, refused: Refused, row: Row, column: str | None) -> None:
        shown = "".join(c if c.isprintable() else " " for c in refused.text[:40])
        self.log.add(refused.kind, f"{self._place(row, column)}: {shown!r}")

    def _place(self, row: Row, column: str | None) -> str:
        """Say where: the cell of a column, else the row."""
        cell = row.cells.get(self._headings.get(column or "", 0))
        if cell is not None:
            return str(cell.place)
        first = next(iter(row.cells.values()))
        where = f" {column}" if column else ""
        return f"{first.place.file}:{row.number}{where}"
