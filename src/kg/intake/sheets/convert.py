"""Filled sheets to statements, each with the cell it came from.

In: the tables of one file. Out: triples with places, and a problem for every cell that could not
become a statement. Writes: nothing. Refuses: nothing; what is wrong is told in its cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.sheets.columns import ID, plain
from kg.intake.sheets.confirm import confirmations
from kg.intake.sheets.fill import general_aspects
from kg.intake.sheets.identity import Entry, entries, named
from kg.intake.sheets.layout import language_of, layouts
from kg.intake.sheets.mapping import is_example, read_choices, read_mapping
from kg.intake.sheets.names import Names
from kg.intake.sheets.problems import Fault, at, in_reading_order
from kg.intake.sheets.values import literal
from kg.rdf import NamedNode, Triple
from kg.terms import RDF_TYPE
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kg.intake.sheets.catalogue import Catalogue
    from kg.intake.sheets.columns import Column
    from kg.intake.sheets.layout import Layout
    from kg.intake.sheets.names import Choice
    from kg.intake.sheets.problems import CellProblem
    from kg.intake.tables import Cell, Table
    from kg.rdf import Literal
    from kg.rdf.positions import Place
    from kg.text import Lang


@dataclass(frozen=True, slots=True)
class Converted:
    """What a filled workbook says.

    Attributes:
        triples: Its statements, in reading order, each once.
        problems: What could not become a statement, in reading order.
        organisation: IRI of who speaks, as given or as the template says.
        language: Language of its headings.
        rows: How many rows were read per class.
    """

    triples: tuple[Triple, ...]
    problems: tuple[CellProblem, ...]
    organisation: str | None
    language: Lang
    rows: Mapping[str, int]
    _places: Mapping[Triple, Place]
    _entries: Mapping[str, tuple[Entry, ...]]

    def place(self, triple: Triple) -> Place | None:
        """Give the cell of a statement."""
        return self._places.get(triple)

    def place_of(self, focus: str, path: str = "", shape: str = "") -> Place | None:
        """Give the cell where a value is missing or a node is described.

        Args:
            focus: IRI of the node.
            path: IRI of the property; empty for the node itself.
            shape: IRI of the shape that speaks; tells the languages of a name apart.

        Returns:
            The cell, filled or empty; the first of the row if there is no such column.
        """
        found = self._entries.get(focus, ())
        for entry in found:
            column = _speaks(entry, path, shape)
            if column is not None and entry.layout.number(column) is not None:
                return entry.place(column)
        return found[0].place(None) if found else None

    def explains(self, place: Place) -> bool:
        """Tell whether a cell has a problem already: a missing value there is its consequence."""
        return any(p.place == place and p.grave for p in self.problems)


def _speaks(entry: Entry, path: str, shape: str) -> Column | None:
    columns = entry.layout.sheet.columns
    by_shape = (c for c in columns if shape and shape in c.shapes)
    by_path = (c for c in columns if path and c.path == path)
    return next(by_shape, None) or next(by_path, None)


def convert(
    tables: Sequence[Table],
    *,
    catalogue: Catalogue,
    organisation: str | None = None,
    classes: Sequence[str] = (),
    choices: Iterable[Choice] = (),
) -> Converted:
    """Read filled sheets.

    Args:
        tables: The tables of one file, as the reader gives them.
        catalogue: The classes and their columns.
        organisation: IRI of who speaks; else what the template says.
        classes: For tables that do not say what they are about: classes to choose from.
        choices: Things outside the workbook that its cells may name.

    Returns:
        Statements with places, and problems with places.
    """
    described = read_mapping(tables)
    speaker = organisation or (described.organisation if described else None)
    laid, problems = layouts(tables, catalogue, classes)
    rows, faults = entries(laid, speaker)
    names = _names(rows, catalogue, (*choices, *read_choices(tables)))
    reader = _Reader(names, language_of(tables, laid))
    for entry in rows:
        reader.read(entry)
    confirmed = confirmations(tables, speaker)
    for triple, place in confirmed.triples:
        reader.places.setdefault(triple, place)
    problems += [*faults, *reader.problems, *confirmed.problems, *_edited_examples(tables, laid)]
    return Converted(
        tuple(reader.places),
        tuple(sorted(problems, key=in_reading_order)),
        speaker,
        reader.language,
        {x.sheet.cls: sum(e.layout.sheet.cls == x.sheet.cls for e in rows) for x in laid},
        reader.places,
        reader.entries(rows),
    )


def _names(rows: Iterable[Entry], catalogue: Catalogue, choices: Iterable[Choice]) -> Names:
    names = Names(catalogue)
    for entry in rows:
        for name in named(entry):
            names.add(name, entry.node.value, (entry.layout.sheet.cls, *_kinds(entry, names)))
    for choice in choices:
        names.add_choice(choice)
    for aspect in general_aspects(catalogue):
        if not any(names.knows(name) for name in aspect.label):
            names.add_choice(aspect)
    return names


def _kinds(entry: Entry, names: Names) -> Iterator[str]:
    """Give the kinds a row states of itself, where they can be read."""
    column = entry.layout.sheet.column(RDF_TYPE)
    cell = entry.cell(column) if column is not None else None
    if cell is not None and column is not None:
        for part in cell.text.split(";"):
            found = names.choose(part.strip(), column)
            if isinstance(found, NamedNode):
                yield found.value


class _Reader:
    """Reads cell after cell; keeps statements in reading order with the cell of each."""

    def __init__(self, names: Names, language: Lang) -> None:
        self.places: dict[Triple, Place] = {}
        self.problems: list[CellProblem] = []
        self.language = language
        self._names = names

    def entries(self, rows: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
        """Give the rows per node; a row that was left out speaks for no node."""
        out: dict[str, tuple[Entry, ...]] = {}
        for entry in rows:
            if not entry.twice:
                out[entry.node.value] = (*out.get(entry.node.value, ()), entry)
        return out

    def read(self, entry: Entry) -> None:
        """Read one row."""
        columns = sorted(entry.layout.columns.items())
        kinds = 0
        for number, column in columns:
            cell = entry.row.cells.get(number)
            if cell is None:
                continue
            if cell.kind in {"formula", "error"}:
                self._tell(_not_a_value(cell), cell, column)
            elif column.path != ID:
                stated = self._cell(entry, cell, column)
                kinds += stated if column.path == RDF_TYPE else 0
        if not kinds and not entry.twice:
            kind = entry.layout.sheet.cls
            triple = Triple(entry.node, NamedNode(RDF_TYPE), NamedNode(kind))
            self.places.setdefault(triple, entry.place(None))

    def _cell(self, entry: Entry, cell: Cell, column: Column) -> int:
        """Read one cell; gives how many statements came of it."""
        stated = 0
        for part in self._parts(cell, column):
            found = self._value(cell, part, column)
            if isinstance(found, Fault):
                self._tell(found, cell, column, part)
            elif not entry.twice:
                triple = Triple(entry.node, NamedNode(column.path), found)
                self.places.setdefault(triple, cell.place)
                stated += 1
        return stated

    def _parts(self, cell: Cell, column: Column) -> list[str]:
        whole = cell.text.strip()
        if not column.splits or (column.kind == "reference" and self._names.knows(whole)):
            return [whole]
        return [part.strip() for part in whole.split(";") if part.strip()]

    def _value(self, cell: Cell, text: str, column: Column) -> NamedNode | Literal | Fault:
        if column.kind == "reference":
            return self._names.refer(text, column)
        if column.kind in {"choice", "kind"}:
            return self._names.choose(text, column)
        return literal(cell, text, column, self.language)

    def _tell(self, fault: Fault, cell: Cell, column: Column, part: str = "") -> None:
        text = part or cell.text
        self.problems.append(at(fault, cell.place, column=column.name, value=text))


def _not_a_value(cell: Cell) -> Fault:
    if cell.kind == "error":
        return Fault(
            "KG-C018",
            Text(f"hier staat een fout van het rekenblad: {cell.text}",
                 f"this holds an error of the spreadsheet: {cell.text}"),
            Text("schrijf de waarde zelf", "write the value itself"),
        )  # fmt: skip
    return Fault(
        "KG-C001",
        Text("hier staat een formule; wij rekenen niets uit en lezen haar niet",
             "this holds a formula; we compute nothing and do not read it"),
        Text("plak de waarde zelf in de cel (plakken speciaal, waarden)",
             "paste the value itself into the cell (paste special, values)"),
    )  # fmt: skip


def _edited_examples(tables: Sequence[Table], laid: Iterable[Layout]) -> Iterator[CellProblem]:
    """Warn about an example row that somebody filled in and left marked as the example."""
    described = read_mapping(tables)
    if described is None:
        return
    for layout in laid:
        mark = layout.number(layout.sheet.columns[0])
        for row in layout.table.rows:
            if mark not in row.cells or not is_example(row.cells[mark].text):
                continue
            same = _same_as_example(layout, described.examples)
            if not all(same(n, cell) for n, cell in row.cells.items() if n != mark):
                fault = Fault(
                    "KG-C016",
                    Text("deze rij is veranderd maar heet nog voorbeeld; zij is niet gelezen",
                         "this row was changed but is still called example; it was not read"),
                    Text("haal het woord weg als de rij mee moet tellen",
                         "remove the word if the row has to count"),
                    grave=False,
                )  # fmt: skip
                yield at(fault, row.cells[mark].place, value=row.cells[mark].text)


def _same_as_example(
    layout: Layout, examples: Mapping[tuple[str, str], str]
) -> Callable[[int, Cell], bool]:
    texts = {
        number: examples.get((layout.table.name, plain(heading.text)), "")
        for number, heading in layout.table.headings.items()
    }
    return lambda number, cell: texts.get(number, "") == cell.text
