"""What was handed in as one file: read behind walls, a spreadsheet turned into statements.

In: bytes and a name. Out: ``Handed``, which completes a verdict with what only the file knows: why
it could not be read, and what is wrong with its cells. Writes: nothing. Refuses: nothing; a file
that cannot be read is a result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.checking.report import BINS, Group, Report, Result, sentences
from kg.intake.read import CSV, Document, media_type
from kg.intake.sandboxed import read_sandboxed
from kg.rdf import Literal
from kg.rdf.positions import Place
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.errors import KgError
    from kg.intake.sheets import Converted
    from kg.intake.tables import Table
    from kg.rdf import BlankNode, NamedNode
    from kg.rdf.positions import PlacedError
    from kg.sandbox import Pool

READING = "urn:samenspel:check:reading"
CELLS = "urn:samenspel:check:cells"
UNREAD_SHEET = "KG-C015"
"""A sheet that was not read; when nothing else was read either, the file says nothing at all."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One file that was handed in.

    Attributes:
        name: What it is called in messages.
        data: Its bytes.
        text: Its text, to show lines of; empty for a workbook.
        document: What it says; None if it could not be read.
        problems: Why it could not be read.
        converted: For a spreadsheet: the statements of its cells.
        tables: For a spreadsheet: its tables.
    """

    name: str
    data: bytes
    text: str
    document: Document | None
    problems: tuple[KgError, ...] = ()
    converted: Converted | None = None
    tables: tuple[Table, ...] = ()

    @property
    def organisation(self) -> str | None:
        """Who speaks, as the file itself says."""
        return None if self.converted is None else self.converted.organisation

    def completed(self, report: Report) -> Report:
        """Give the verdict with what only this file knows.

        Args:
            report: The verdict on what could be read.

        Returns:
            The same, with reading errors and faulty cells as results, and with missing values
            pointed at the cell they belong in.
        """
        untold = report.not_checked
        if self.document is None:
            own = [_unreadable(e, self.name) for e in self.problems]
            untold = (_unread(self.name), *untold)
        elif self.converted is not None:
            report = self._in_cells(report, self.converted)
            own = list(_faulty_cells(self.converted))
            if not self.converted.triples:
                untold = (*untold, _nothing(self.name))
        else:
            return report
        groups = [*report.groups, *_grouped(own)]
        groups.sort(key=lambda g: BINS.index(g.results[0].bin))
        return replace(report, groups=tuple(groups), not_checked=untold)

    def _in_cells(self, report: Report, converted: Converted) -> Report:
        """Point missing values at their cells; a cell that is told already is not told twice."""
        groups = []
        for group in report.groups:
            kept = []
            for result in group.results:
                mine = result.source is not None and result.source.file == self.name
                found = converted.place_of(result.focus, result.path, result.shape)
                if mine and not result.value and found is not None:
                    if converted.explains(found):
                        continue
                    kept.append(replace(result, source=found))
                else:
                    kept.append(result)
            gone = len(group.results) - len(kept)
            if kept:
                groups.append(Group(tuple(kept), group.total - gone))
        return replace(report, groups=tuple(groups))


def read_handed(
    data: bytes,
    *,
    name: str,
    media: str | None = None,
    organisation: str | None = None,
    lenient: bool = False,
    pool: Pool | None = None,
) -> Handed:
    """Read one file in a limited process.

    Args:
        data: The file.
        name: What to call it.
        media: Its media type; else its ending decides.
        organisation: IRI of who speaks; names the rows of a spreadsheet that have no address.
        lenient: Accept IRIs and language tags that break their rules.
        pool: Workers to use; a process of its own if left out.
    """
    reading = read_sandboxed(data, name=name, media=media, lenient=lenient, pool=pool)
    document = reading.document
    if document is None:
        return Handed(name, data, _text(data), None, reading.problems)
    if not document.tables:
        return Handed(name, data, _text(data), document)
    # Only spreadsheets need this, and it is slow to load.
    from kg.intake.sheets import catalogue, convert  # noqa: PLC0415

    converted = convert(document.tables, catalogue=catalogue(), organisation=organisation)

    def of_node(node: NamedNode | BlankNode) -> Place | None:
        return converted.place_of(node.value)

    whole = replace(
        document, triples=converted.triples, places=converted.place, nodes=of_node,
        tables=(), warnings=_untold(document, converted),
    )  # fmt: skip
    text = _text(data) if media_type(name, media) == CSV else ""
    return Handed(name, data, text, whole, converted=converted, tables=document.tables)


def _untold(document: Document, converted: Converted) -> tuple[PlacedError, ...]:
    """Give the warnings about cells of which nothing graver is told."""
    told = {p.place for p in converted.problems}
    return tuple(w for w in document.warnings if w.place not in told)


def _text(data: bytes) -> str:
    """Give the text to show lines of; only ever shown, never read."""
    return "" if data[:2] == b"PK" else _decoded(data).removeprefix("\ufeff")


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _unreadable(error: KgError, name: str) -> Result:
    """Give a reading error as a result; its excerpt is shown from the file itself."""
    place = getattr(error, "place", None) or Place(name)
    advice = error.advice or Text("", "")
    return Result(
        bin="must-fix",
        message=Text(
            sentences(error.message.nl, advice.nl, place),
            sentences(error.message.en, advice.en, place),
        ),
        focus=name,
        shape=READING,
        constraint=error.code,
        code=error.code,
        source=place,
    )


def _unread(name: str) -> Text:
    return Text(
        f"{name}: niet te lezen, en daarom verder niet nagegaan",
        f"{name}: cannot be read, and was therefore not checked further",
    )


def _nothing(name: str) -> Text:
    return Text(
        f"{name}: geen enkele rij is ingevuld of te lezen",
        f"{name}: not one row is filled in or can be read",
    )


def _faulty_cells(converted: Converted) -> Iterable[Result]:
    from kg.intake.sheets import marks_of  # noqa: PLC0415 - only for spreadsheets

    for problem, mark in zip(converted.problems, marks_of(converted.problems), strict=True):
        advice = problem.advice
        unread = problem.code == UNREAD_SHEET and not converted.triples
        yield Result(
            bin="must-fix" if unread else mark.grade,
            message=Text(
                sentences(problem.message.nl, advice.nl, problem.place),
                sentences(problem.message.en, advice.en, problem.place),
            ),
            focus=str(problem.place),
            path_words=problem.column if any(problem.column) else None,
            value=str(Literal(problem.value)) if problem.value else "",
            shape=CELLS,
            constraint=problem.code,
            code=problem.code,
            source=problem.place,
        )


def _grouped(results: Iterable[Result]) -> list[Group]:
    found: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        found.setdefault((result.bin, result.code), []).append(result)
    return [Group(tuple(kept), len(kept)) for kept in found.values()]
