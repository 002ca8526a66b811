"""The matrix of the first essay: customers against services, and where it strains.

In: the report ``matrix-cells`` and the findings. Out: rows, columns and cells for csv, html and
svg. A cell tells what is supplied by whom, in which conflicts this customer has a part and what
is missing in coordination around it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.errors import NotFoundError
from kg.insight.labels import Labels
from kg.insight.publish import write_csv
from kg.rules.bind import bind
from kg.rules.catalogue import load_catalogue
from kg.terms import CURRENT, SAM
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.insight.labels import Label
    from kg.model import Finding, Findings
    from kg.store import GraphStore
    from kg.text import Lang

_Pair = tuple[str, str]
MOST_CELLS = 20_000
"""Beyond this only rows and columns with tension are shown: more takes a browser seconds."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What holds between one customer and one service.

    Attributes:
        suppliers: IRIs of who supplies the service to this customer, sorted; maybe nobody.
        conflicts: Conflicts at this service in which this customer has a part.
        gaps: What is missing at this service and concerns this customer, such as coordination.
    """

    suppliers: tuple[str, ...] = ()
    conflicts: tuple[Finding, ...] = ()
    gaps: tuple[Finding, ...] = ()

    @property
    def is_tense(self) -> bool:
        """Whether there is a conflict or a gap."""
        return bool(self.conflicts or self.gaps)


@dataclass(frozen=True, eq=False, slots=True)
class Matrix:
    """Customers against services.

    Attributes:
        customers: IRIs of the rows; those in the gravest trouble first.
        services: IRIs of the columns, likewise.
        cells: What holds, by (customer, service); absent where nothing does.
        labels: Names.
        lang: The reader's language.
        hidden: How many customers and services without tension are left out for size.
    """

    customers: tuple[str, ...]
    services: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    labels: Labels = field(repr=False)
    lang: Lang = "nl"
    hidden: tuple[int, int] = (0, 0)

    def cell(self, customer: str, service: str) -> Cell:
        """Give what holds between a customer and a service."""
        return self.cells.get((customer, service), _NOTHING)

    def name(self, node: str) -> Label:
        """Give the name of a customer or service."""
        return self.labels.of(node, self.lang)

    def tension(self) -> Matrix:
        """Give only the customers and services between which there is tension."""
        tense = [pair for pair, cell in self.cells.items() if cell.is_tense]
        rows, columns = {pair[0] for pair in tense}, {pair[1] for pair in tense}
        return Matrix(
            tuple(c for c in self.customers if c in rows),
            tuple(s for s in self.services if s in columns),
            {p: cell for p, cell in self.cells.items() if p[0] in rows and p[1] in columns},
            self.labels,
            self.lang,
            (len(self.customers) - len(rows), len(self.services) - len(columns)),
        )

    def fitting(self) -> Matrix:
        """Give the whole matrix where a page can hold it, and else its tension."""
        return self if len(self.customers) * len(self.services) <= MOST_CELLS else self.tension()

    def to_csv(self, *, spreadsheet: bool = False) -> str:
        """Write the cells as CSV, one line per customer and service.

        Args:
            spreadsheet: Make it safe to open in a spreadsheet program.
        """
        head = ["customer", "customerName", "service", "serviceName", "suppliers"]
        head += ["conflicts", "gaps", "severity"]
        row, column = _places(self.customers), _places(self.services)
        ordered = sorted(self.cells, key=lambda pair: (row[pair[0]], column[pair[1]]))
        rows = [list(self._line(*pair)) for pair in ordered]
        return write_csv(head, rows, spreadsheet=spreadsheet)

    def _line(self, customer: str, service: str) -> Iterator[str]:
        cell = self.cell(customer, service)
        yield from (customer, self.name(customer).text, service, self.name(service).text)
        yield " ".join(cell.suppliers)
        yield str(len(cell.conflicts))
        yield str(len(cell.gaps))
        yield f"{max((f.severity for f in (*cell.conflicts, *cell.gaps)), default=0):g}"

    def _repr_html_(self) -> str:
        from kg.insight.drawing import to_html  # noqa: PLC0415 - a drawing knows the matrix

        return to_html(self, standalone=False)

    def _repr_svg_(self) -> str:
        from kg.insight.diagram import to_svg  # noqa: PLC0415 - a drawing knows the matrix

        return to_svg(self)


_NOTHING = Cell()


_GROUPS = f"SELECT ?group ?member FROM <{CURRENT}> WHERE {{ ?group <{SAM}hasMember> ?member }}"


def read_matrix(
    store: GraphStore, findings: Findings, *, services: Sequence[str] = (), lang: Lang = "nl"
) -> Matrix:
    """Give the matrix of a store.

    Args:
        store: After the rules have run.
        findings: What they found.
        services: IRIs of the services wanted; all when empty.
        lang: The reader's language.

    Raises:
        NotFoundError: ``KG-N004`` when a service wanted is not in the matrix.
    """
    board = _Board(store, findings)
    missing = sorted(set(services) - board.services())
    if missing:
        raise NotFoundError(
            "KG-N004",
            Text(f"geen dienst {missing[0]}", f"no service {missing[0]}"),
            Text("geef de IRI van een dienst die nu geleverd wordt",
                 "give the IRI of a service that is supplied now"),
        )  # fmt: skip
    for cls in ("conflict", "gap"):
        for finding in findings:
            if finding.cls == cls and "service" in finding.keys:
                board.mark(finding)
    cells = {p: c for p, c in board.cells().items() if not services or p[1] in services}
    labels = Labels(store)

    def ordered(at: int) -> tuple[str, ...]:
        worst: dict[str, float] = {}
        for pair, cell in cells.items():
            grave = max((f.rank for f in (*cell.conflicts, *cell.gaps)), default=-1.0)
            worst[pair[at]] = max(worst.get(pair[at], -1.0), grave)
        names = {n: labels.text(n, lang).casefold() for n in worst}
        return tuple(sorted(worst, key=lambda n: (-worst[n], names[n], n)))

    return Matrix(ordered(0), ordered(1), cells, labels, lang)


class _Board:
    """The cells while they are filled: first what is supplied, then what the findings say."""

    def __init__(self, store: GraphStore, findings: Findings) -> None:
        self._supplied: dict[_Pair, set[str]] = defaultdict(set)
        self._suppliers: dict[str, set[str]] = defaultdict(set)
        self._groups: dict[str, set[str]] = defaultdict(set)
        self._marks: dict[_Pair, dict[str, Finding]] = defaultdict(dict)
        report = load_catalogue().get("matrix-cells")
        for row in store.select(bind(report, {}, findings.as_of)):
            service, supplier = row["service"].value, row["supplier"].value
            self._supplied[row["customer"].value, service].add(supplier)
            self._suppliers[service].add(supplier)
        for row in store.select(_GROUPS):
            self._groups[row["member"].value].add(row["group"].value)

    def services(self) -> set[str]:
        """Give the services that are supplied."""
        return set(self._suppliers)

    def mark(self, finding: Finding) -> None:
        """Put a finding in the cells of those it concerns; a member counts for its group.

        Whoever a conflict harms without being a customer gets a cell too; a gap only joins what is
        there, and stands with all its parties where the one it names has no cell (a unit of the
        supplier is no customer).
        """
        service = finding.keys["service"]
        named = (finding.keys["party"],) if "party" in finding.keys else ()
        rows = [row for party in named for row in self._rows_of(party, service)]
        if finding.cls == "gap":
            rows = [row for row in rows if self._is_cell(row, service)]
        for party in () if rows else finding.involves:
            rows += self._rows_of(party, service)
        for row in rows:
            if finding.cls == "conflict" or self._is_cell(row, service):
                self._marks[row, service][finding.iri] = finding

    def _is_cell(self, row: str, service: str) -> bool:
        return (row, service) in self._supplied or (row, service) in self._marks

    def _rows_of(self, party: str, service: str) -> Iterable[str]:
        rows = [n for n in (party, *self._groups[party]) if (n, service) in self._supplied]
        return rows or (() if party in self._suppliers[service] else (party,))

    def cells(self) -> dict[_Pair, Cell]:
        """Give what holds, by customer and service."""
        return {
            pair: Cell(
                tuple(sorted(self._supplied.get(pair, ()))),
                tuple(f for f in self._marks.get(pair, {}).values() if f.cls == "conflict"),
                tuple(f for f in self._marks.get(pair, {}).values() if f.cls == "gap"),
            )
            for pair in {**self._supplied, **self._marks}
        }


def _places(nodes: Iterable[str]) -> dict[str, int]:
    return {node: at for at, node in enumerate(nodes)}
