"""One tick confirms a seat or an agreement and restates its terms.

Consent counts only in one's own voice, with its terms beside it: the theme, the services and the
review date of an agreement; the theme of a seat. The sheet shows them as others stated them; the
tick states them again in the words of who ticks. Nobody has to type a term.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kg.intake.sheets.columns import plain
from kg.intake.sheets.identity import base_of, slug, under
from kg.intake.sheets.mapping import CONFIRM, TERMS, cells_of
from kg.intake.sheets.names import is_address
from kg.intake.sheets.problems import Fault, at, cell_of
from kg.intake.sheets.values import truth
from kg.intake.tables import letters
from kg.rdf import Literal as RdfLiteral
from kg.rdf import NamedNode, Triple, value
from kg.terms import RDF_TYPE, SAM, XSD
from kg.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kg.intake.sheets.problems import CellProblem
    from kg.intake.tables import Cell, Row, Table
    from kg.rdf.positions import Place
    from kg.text import Lang

HEADINGS = (
    Text("Nr", "No"), Text("Soort", "Kind"), Text("Wat", "What"), Text("Thema", "Theme"),
    Text("Diensten", "Services"), Text("Herzien voor", "Review by"),
    Text("Mag beslissen", "May decide"), Text("Akkoord", "Agreed"),
)  # fmt: skip
NUMBER, MANDATE, AGREED = HEADINGS[0], HEADINGS[6], HEADINGS[7]
_SHOWN = HEADINGS[1:6]
_KIND = {"agreement": Text("afspraak", "agreement"), "seat": Text("zetel", "seat")}


@dataclass(frozen=True, slots=True)
class Request:
    """Something one party may confirm.

    Attributes:
        kind: An agreement or a seat.
        node: The compromise, or the consultation with the seat.
        party: Who agrees or takes the seat: the organisation or one of its units.
        theme: The theme.
        services: What the theme addresses.
        review: The review date of an agreement.
    """

    kind: Literal["agreement", "seat"]
    node: str
    party: str
    theme: str
    services: tuple[str, ...] = ()
    review: str = ""

    def shown(self, label: Callable[[str], Text], language: Lang) -> list[str]:
        """Give what the sheet shows of it, for the columns between number and answers."""
        return [
            _KIND[self.kind].to(language),
            label(self.node).to(language),
            label(self.theme).to(language),
            "; ".join(label(s).to(language) for s in self.services),
            self.review,
        ]

    def terms(self) -> list[str]:
        """Give what the hidden sheet keeps of it."""
        services = " ".join(self.services)
        return [self.kind, self.node, self.party, self.theme, services, self.review]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was ticked.

    Attributes:
        triples: The statements with the cell of their tick.
        problems: Ticks that are no yes or no, and terms that were changed.
    """

    triples: tuple[tuple[Triple, Place], ...]
    problems: tuple[CellProblem, ...]


def requests(triples: Iterable[Triple], organisation: str) -> tuple[Request, ...]:
    """Give what an organisation may confirm, from what others stated.

    Args:
        triples: What is known, of all parties.
        organisation: Who is asked; its units stand under its IRI.

    Returns:
        The compromises that name it or that are about services it gives or takes, and the seats
        that others keep for it.
    """
    known: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for t in triples:
        known[value(t.subject)][t.predicate.value.removeprefix(SAM)].append(value(t.object))
    found = [*_agreements(known, organisation), *_seats(known, organisation)]
    return tuple(sorted(set(found), key=lambda r: (r.kind, r.node, r.theme, r.party)))


def _agreements(
    known: Mapping[str, Mapping[str, list[str]]], organisation: str
) -> Iterator[Request]:
    served = {
        s
        for node in known.values()
        if any(under(x, organisation) for x in (*node["supplier"], *node["customer"]))
        for s in node["ofService"]
    }
    for name, node in list(known.items()):
        if SAM + "Compromise" not in node[RDF_TYPE]:
            continue
        parties = [x for x in node["agreedBy"] if under(x, organisation)]
        for theme in node["forTheme"]:
            services = tuple(sorted(known[theme]["addresses"])) if theme in known else ()
            if parties or served & set(services):
                party = parties[0] if parties else organisation
                review = min(node["reviewBy"], default="")
                yield Request("agreement", name, party, theme, services, review)


def _seats(known: Mapping[str, Mapping[str, list[str]]], organisation: str) -> Iterator[Request]:
    for name, node in list(known.items()):
        for seat in node["hasParticipation"]:
            holders = known[seat]["participant"] if seat in known else []
            for party in (x for x in holders if under(x, organisation)):
                for theme in node["forTheme"]:
                    yield Request("seat", name, party, theme)


# --- reading the ticks ---------------------------------------------------------------------


def confirmations(tables: Sequence[Table], organisation: str | None) -> Confirmed:
    """Read the ticks.

    Args:
        tables: The tables of a workbook.
        organisation: Who speaks.
    """
    table = next((t for t in tables if t.name in CONFIRM), None)
    hidden = next((t for t in tables if t.name == TERMS), None)
    if table is None or hidden is None:
        return Confirmed((), ())
    columns = {
        heading: number
        for number, cell in table.headings.items()
        for heading in HEADINGS
        if plain(cell.text) in {plain(heading.to(x)) for x in LANGUAGES}
    }
    terms = {cells[0]: cells[1:] for cells in map(cells_of, hidden.rows) if cells}
    triples: list[tuple[Triple, Place]] = []
    problems: list[CellProblem] = []
    for row in table.rows:
        fault = _judge(row, columns, terms)
        tick = _cell(row, columns, AGREED)
        if fault is not None:
            place = _place(row, columns, AGREED)
            text = tick.text if tick is not None else ""
            problems.append(at(fault, place, column=AGREED, value=text))
        elif tick is not None and truth(tick.text):
            request = _request(terms[_text(row, columns, NUMBER)])
            mandate = truth(_text(row, columns, MANDATE))
            triples += [(t, tick.place) for t in _stated(request, organisation, mandate=mandate)]
    return Confirmed(tuple(triples), tuple(problems))


def _cell(row: Row, columns: Mapping[Text, int], heading: Text) -> Cell | None:
    return row.cells.get(columns.get(heading, 0))


def _text(row: Row, columns: Mapping[Text, int], heading: Text) -> str:
    cell = _cell(row, columns, heading)
    return cell.text if cell is not None else ""


def _place(row: Row, columns: Mapping[Text, int], heading: Text) -> Place:
    number = columns.get(heading, min(row.cells))
    return cell_of(row, number, letters(number))


def _request(cells: Sequence[str]) -> Request:
    kind, node, party, theme, services, review = [*cells, "", "", "", "", "", ""][:6]
    of: Literal["agreement", "seat"] = "seat" if kind == "seat" else "agreement"
    return Request(of, node, party, theme, tuple(services.split()), review)


def _judge(
    row: Row, columns: Mapping[Text, int], terms: Mapping[str, Sequence[str]]
) -> Fault | None:
    """Give what is wrong with a tick, None when it can be read or is not there."""
    tick = _cell(row, columns, AGREED)
    if tick is None:
        return None
    answer = truth(tick.text) if tick.kind not in {"formula", "error"} else None
    if answer is None:
        return Fault(
            "KG-C019",
            Text(f"‘{tick.text}’ is geen ja of nee", f"‘{tick.text}’ is not yes or no"),
            Text("schrijf ja om te bevestigen, of laat de cel leeg",
                 "write yes to confirm, or leave the cell empty"),
        )  # fmt: skip
    cells = terms.get(_text(row, columns, NUMBER))
    if answer and (cells is None or not _whole(cells) or not _as_shown(row, columns, cells)):
        return Fault(
            "KG-C020",
            Text("de regels van deze afspraak zijn in het werkboek veranderd",
                 "the terms of this agreement were changed in the workbook"),
            Text("een vinkje bevestigt alleen wat er stond; haal een nieuw werkboek op, of vraag "
                 "de eigenaar om de afspraak te wijzigen",
                 "a tick confirms only what stood there; fetch a new workbook, or ask the owner "
                 "to change the agreement"),
        )  # fmt: skip
    return None


def _whole(cells: Sequence[str]) -> bool:
    request = _request(cells)
    named = (request.node, request.party, request.theme, *request.services)
    return all(is_address(x) and " " not in x for x in named)


def _as_shown(row: Row, columns: Mapping[Text, int], cells: Sequence[str]) -> bool:
    """Tell whether the row still shows what it showed: kind, what, theme, services, review."""
    shown = [_text(row, columns, heading) for heading in _SHOWN]
    return shown == [*cells, "", "", "", "", ""][6:11]


def _stated(
    request: Request, organisation: str | None, *, mandate: bool | None
) -> Iterator[Triple]:
    """Give the statements that one tick makes."""
    node, party, theme = (NamedNode(x) for x in (request.node, request.party, request.theme))
    if request.kind == "agreement":
        yield Triple(node, NamedNode(SAM + "agreedBy"), party)
        yield Triple(node, NamedNode(SAM + "forTheme"), theme)
        if request.review:
            day = RdfLiteral(request.review, datatype=NamedNode(XSD + "date"))
            yield Triple(node, NamedNode(SAM + "reviewBy"), day)
        for service in request.services:
            yield Triple(theme, NamedNode(SAM + "addresses"), NamedNode(service))
        return
    local = f"{slug(request.node.rpartition('/')[2])}-{slug(request.party.rpartition('/')[2])}"
    seat = NamedNode(base_of(organisation or request.party, SAM + "Participation") + local)
    yield Triple(node, NamedNode(SAM + "forTheme"), theme)
    yield Triple(node, NamedNode(SAM + "hasParticipation"), seat)
    yield Triple(seat, NamedNode(RDF_TYPE), NamedNode(SAM + "Participation"))
    yield Triple(seat, NamedNode(SAM + "participant"), party)
    yield Triple(seat, NamedNode(SAM + "forTheme"), theme)
    if mandate is not None:
        word = RdfLiteral("true" if mandate else "false", datatype=NamedNode(XSD + "boolean"))
        yield Triple(seat, NamedNode(SAM + "mandated"), word)
