"""Filled sheets to statements: what becomes of each cell, and where a mistake is told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from kg.checking.shacl import validate_graph
from kg.errors import UnreadableInputError
from kg.intake.authority import authorise
from kg.intake.sheets import (
    Order,
    catalogue,
    convert,
    make_template,
    read_csv_bytes,
    requests,
)
from kg.intake.sheets.identity import slug
from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rdf import NamedNode, Triple, parse_bytes, to_ntriples
from kg.rdf.parse import FORMATS
from kg.resources import ontology_dir
from kg.terms import DERIVED, RDFS_LABEL, SAM, D

from .workbooks import CLASSES, WHO, cell, fill, opened, read, saved, template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.intake.sheets import Converted

ACTORS = [
    {"Naam in het Nederlands": "Gemeente", "Naam in het Engels": "Municipality"},
    {"Naam in het Nederlands": "Hockeyclub", "Naam in het Engels": "Hockey club"},
]
ASPECTS = [{"Naam in het Nederlands": "velduren", "Naam in het Engels": "field hours"}]
SERVICES = [{"Naam in het Nederlands": "Sportvelden", "Naam in het Engels": "Sports fields"}]
INTEREST: dict[str, object] = {
    "Naam in het Nederlands": "", "Kenmerk": "uren", "Belang van": "Hockeyclub",
    "Betreft": "velduren", "Richting": "meer", "Prioriteit": 60,
}  # fmt: skip
INTEREST.pop("Naam in het Nederlands")
EFFECT: dict[str, object] = {
    "Kenmerk": "e1", "Veroorzaakt door": "Sportvelden", "Op belang": "uren", "Bijdrage": 40,
    "Zekerheid": 0.8, "Beweerd door": "Hockeyclub", "Geldig vanaf": dt.date(2026, 1, 1),
}  # fmt: skip
TEMPLATE = template(*CLASSES)


def workbook(
    effect: Mapping[str, object] | None = None, interest: Mapping[str, object] | None = None
) -> bytes:
    rows: dict[str, list[Mapping[str, object]]] = {
        "Actor": [*ACTORS],
        "Aspect": [*ASPECTS],
        "Dienst": [*SERVICES],
        "Belang": [{**INTEREST, **(interest or {})}],
        "Effect": [{**EFFECT, **(effect or {})}],
    }
    return fill(TEMPLATE, rows)


def lines(converted: Converted) -> set[str]:
    short = to_ntriples(converted.triples).replace(f"<{WHO}/", "<").replace(SAM, "sam:")
    return set(short.splitlines())


def test_a_filled_workbook_becomes_statements() -> None:
    found = read(workbook())
    assert found.problems == ()
    assert found.organisation == WHO
    assert {
        '<actor/hockeyclub> <http://www.w3.org/2000/01/rdf-schema#label> "Hockey club"@en .',
        "<interest/uren> <sam:heldBy> <actor/hockeyclub> .",
        "<interest/uren> <sam:direction> <sam:Increase> .",
        '<effect/e1> <sam:contribution> "40"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        '<effect/e1> <sam:confidence> "0.8"^^<http://www.w3.org/2001/XMLSchema#decimal> .',
        '<effect/e1> <sam:validFrom> "2026-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .',
        "<effect/e1> <sam:causedBy> <service/sportvelden> .",
    } <= lines(found)


def test_every_statement_knows_its_cell() -> None:
    data = workbook()
    found = read(data)
    for triple in found.triples:
        place = found.place(triple)
        assert place is not None
        assert place.cell is not None
        assert place.file == "a.xlsx"
    (claim,) = (t for t in found.triples if t.predicate.value == SAM + "claimedBy")
    place = found.place(claim)
    assert place is not None
    assert place.cell == cell(data, "Effect", "Beweerd door", 3)


MISTAKES: list[tuple[str, str, object, str, str]] = [
    ("Effect", "Beweerd door", "Hockeyklub", "KG-C007", "Hockeyclub"),
    ("Effect", "Beweerd door", "Sportvelden", "KG-C009", ""),
    ("Effect", "Geldig vanaf", "31 jan 2026", "KG-C002", "2026-01-31"),
    ("Effect", "Geldig vanaf", 46053, "KG-C002", "2026-01-31"),
    ("Effect", "Geldig vanaf", "31-02-2026", "KG-C002", ""),
    ("Effect", "Geldig vanaf", "binnenkort", "KG-C002", ""),
    ("Effect", "Bijdrage", "veertig", "KG-C003", ""),
    ("Effect", "Bijdrage", 40.5, "KG-C003", ""),
    ("Effect", "Zekerheid", "80%", "KG-C004", "0.8"),
    ("Effect", "Bewijs", "https://example.org/een rapport", "KG-C010", ""),
    ("Effect", "Bewijs", "rapport 2025", "KG-C007", ""),
    ("Effect", "Kenmerk", "e 1!", "KG-C012", "e-1"),
    ("Effect", "Bijdrage", "=1+1", "KG-C001", ""),
    ("Belang", "Richting", "meerr", "KG-C006", "meer"),
    ("Belang", "Richting", "omhoog", "KG-C006", ""),
    ("Belang", "Betreft", "#REF!", "KG-C018", ""),
]


@pytest.mark.parametrize(("sheet", "heading", "value", "code", "meant"), MISTAKES)
def test_a_mistake_is_told_in_its_cell(
    sheet: str, heading: str, value: object, code: str, meant: str
) -> None:
    wrong = {heading: value}
    data = workbook(wrong) if sheet == "Effect" else workbook(interest=wrong)
    if value == "#REF!":
        book = opened(data)
        book[sheet][cell(data, sheet, heading, 3).partition("!")[2]].data_type = "e"
        data = saved(book)
    problems = read(data).problems
    found = [(p.code, p.place.cell, p.suggestion) for p in problems]
    assert found == [(code, cell(data, sheet, heading, 3), meant)]
    assert problems[0].column.nl == heading
    assert problems[0].value
    for words in (*problems[0].message, *problems[0].advice):
        assert words


def test_advice_never_names_a_sheet_that_cannot_exist() -> None:
    data = fill(TEMPLATE, {"Dienst": [{**SERVICES[0], "Raakt": "iets"}]})
    (problem,) = read(data).problems
    assert problem.advice.nl == "schrijf een naam uit dit werkboek of een webadres"
    (other,) = read(workbook({"Beweerd door": "Qqq"})).problems
    assert other.advice.nl.startswith("zet een actor met die naam op het eigen blad")


def test_nothing_is_lost_beside_a_mistake() -> None:
    right, wrong = read(workbook()), read(workbook({"Bijdrage": "veertig"}))
    (lost,) = set(right.triples) - set(wrong.triples)
    assert lost.predicate.value == SAM + "contribution"
    assert set(wrong.triples) < set(right.triples)


@pytest.mark.parametrize(
    ("value", "kept"),
    [(1, "1.0"), ("0,50", "0.5"), ("0.25", "0.25"), (1e-7, "0.0000001"), ("+1", "1.0")],
)
def test_numbers_are_written_one_way(value: object, kept: str) -> None:
    found = read(workbook({"Zekerheid": value}))
    assert found.problems == ()
    (number,) = (t.object for t in found.triples if t.predicate.value == SAM + "confidence")
    assert str(number) == f'"{kept}"^^<http://www.w3.org/2001/XMLSchema#decimal>'


def test_two_rows_about_the_same_are_told_and_never_merged() -> None:
    rows = {
        "Actor": [*ACTORS, {"Naam in het Nederlands": "Gemeente", "Naam in het Engels": "Town"}]
    }
    found = read(fill(TEMPLATE, rows))
    assert [(p.code, p.place.cell) for p in found.problems] == [("KG-C011", "Actor!B5")]
    labels = [t for t in found.triples if t.predicate.value == RDFS_LABEL]
    assert len(labels) == 4


def test_a_name_that_two_things_share_is_asked_after() -> None:
    rows = {
        "Actor": [
            {"Kenmerk": "a", "Naam in het Nederlands": "Noord"},
            {"Kenmerk": "b", "Naam in het Nederlands": "Noord"},
            {"Kenmerk": "c", "Naam in het Nederlands": "Wijk", "Onderdeel van": "Noord"},
            {"Kenmerk": "d", "Naam in het Nederlands": "Wijk 2", "Onderdeel van": "b"},
        ]
    }
    found = read(fill(TEMPLATE, rows))
    assert [(p.code, p.place.cell) for p in found.problems] == [
        ("KG-C008", cell(TEMPLATE, "Actor", "Onderdeel van", 5))
    ]
    assert "<actor/d> <sam:partOf> <actor/b> ." in lines(found)


def test_semicolons_separate_values_but_not_words() -> None:
    rows = {
        "Actor": [
            {"Naam in het Nederlands": "Straat; Groen"},
            {"Naam in het Nederlands": "Wijk"},
            {"Kenmerk": "x", "Naam in het Nederlands": "Deel", "Onderdeel van": "Straat; Groen"},
            {"Kenmerk": "y", "Naam in het Nederlands": "Deel 2",
             "Onderdeel van": "Wijk; https://example.org/elders"},
        ]
    }  # fmt: skip
    found = read(fill(TEMPLATE, rows))
    assert found.problems == ()
    assert {
        "<actor/x> <sam:partOf> <actor/straat-groen> .",
        "<actor/y> <sam:partOf> <actor/wijk> .",
        "<actor/y> <sam:partOf> <https://example.org/elders> .",
    } <= lines(found)


def test_days_as_the_dutch_write_them_are_read_in_dutch_workbooks_only() -> None:
    found = read(workbook({"Geldig vanaf": "01-02-2026"}))
    assert found.problems == ()
    assert any('"2026-02-01"' in line for line in lines(found))
    english = fill(
        template("Interface", language="en"),
        {"Interface": [{"Name in Dutch": "loket", "Valid from": "01-02-2026"}]},
    )
    assert [p.code for p in read(english).problems] == ["KG-C002"]


def test_columns_may_be_moved_renamed_sheets_and_hidden_sheet_gone() -> None:
    data = workbook()
    book = opened(data)
    del book["_kg"]
    book["Effect"].title = "Effecten 2026"
    book["Effecten 2026"].move_range("B1:B3", cols=20)
    moved = read(saved(book))
    grave = [p for p in moved.problems if p.grave]
    assert grave == []
    names = {t.replace("id/", "") for t in to_ntriples(moved.triples).splitlines()}
    assert len(names) == len(read(data).triples)


def test_what_is_not_read_is_told() -> None:
    book = opened(workbook())
    book["Effect"]["Z1"].value = "Opmerking"
    book["Effect"]["Z3"].value = "kijk hier nog naar"
    page = book.create_sheet("Kladblok")
    page["A1"].value = "losse aantekening"
    found = read(saved(book)).problems
    assert [(p.code, p.place.cell, p.grave) for p in found] == [
        ("KG-C014", "Effect!Z1", False),
        ("KG-C015", "Kladblok!A1", False),
    ]


def test_a_required_column_that_is_gone_is_told_once() -> None:
    book = opened(workbook())
    book["Effect"].delete_cols(4)
    assert [(p.code, p.place.cell) for p in read(saved(book)).problems] == [
        ("KG-C021", "Effect!I1")
    ]


def test_identifiers_do_not_depend_on_the_order_of_rows() -> None:
    again = fill(TEMPLATE, {"Actor": ACTORS[::-1]})
    assert set(read(again).triples) == set(read(fill(TEMPLATE, {"Actor": ACTORS})).triples)


# --- SHACL results find their cell ------------------------------------------------------------


def shacl(found: Converted) -> set[str]:
    shapes = Graph()
    for file in sorted((ontology_dir() / "shapes").glob("*.ttl")):
        shapes.parse(file, format="turtle")
    background = Graph()
    for file in sorted(ontology_dir().glob("*.ttl")):
        background.parse(file, format="turtle")
    data = Graph().parse(data=to_ntriples(found.triples), format="nt")
    out = set()
    for result in validate_graph(data, shapes, background=background):
        triples = [
            t
            for t in found.triples
            if (t.subject, t.predicate.value) == (NamedNode(result.focus), result.path)
            and result.value is not None
            and t.object.value == result.value  # type: ignore[union-attr]
        ]
        place = found.place(triples[0]) if triples else None
        place = place or found.place_of(result.focus, result.path or "", result.shape)
        assert place is not None
        out.add(f"{place.cell} {result.constraint}")
    return out


def test_results_of_the_shapes_find_filled_and_empty_cells() -> None:
    data = workbook({"Bijdrage": 400, "Beweerd door": None, "Bewijs": "https://example.org/r"})
    book = opened(data)
    book["Dienst"]["C3"].value = None
    found = read(saved(book))
    assert {
        f"{cell(data, 'Effect', 'Bijdrage', 3)} sh:MaxInclusiveConstraintComponent",
        f"{cell(data, 'Effect', 'Beweerd door', 3)} sh:MinCountConstraintComponent",
        "Dienst!C3 sh:QualifiedMinCountConstraintComponent",
    } <= shacl(found)


def test_a_cell_with_a_problem_explains_a_missing_value() -> None:
    found = read(workbook({"Bijdrage": "veertig"}))
    empty = found.place_of(f"{WHO}/effect/e1", SAM + "contribution")
    assert empty is not None
    assert found.explains(empty)
    other = found.place_of(f"{WHO}/effect/e1", SAM + "claimedBy")
    assert other is not None
    assert not found.explains(other)


# --- planted mistakes -------------------------------------------------------------------------

PLANTS = {
    "Geldig vanaf": ("KG-C002", "morgen"),
    "Bijdrage": ("KG-C003", "heel veel"),
    "Zekerheid": ("KG-C004", "zeker"),
    "Beweerd door": ("KG-C007", "Qqqqqq"),
    "Kenmerk": ("KG-C012", "een twee"),
    "Bewijs": ("KG-C010", "http://a b"),
}
MANY = 12


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.integers(0, MANY - 1), st.sampled_from(sorted(PLANTS))),
        unique=True,
        max_size=9,
    ),
    st.permutations(range(MANY)),
)
def test_planted_mistakes_are_told_in_their_true_cells(
    plants: list[tuple[int, str]], order: list[int]
) -> None:
    rows = [{**EFFECT, "Kenmerk": f"e{n}"} for n in order]
    for at, heading in plants:
        rows[at][heading] = PLANTS[heading][1]
    base = {"Actor": ACTORS, "Aspect": ASPECTS, "Dienst": SERVICES}
    data = fill(TEMPLATE, {**base, "Belang": [INTEREST], "Effect": rows})
    found = {(p.code, p.place.cell) for p in read(data).problems}
    nameless = {at for at, heading in plants if heading == "Kenmerk"}
    planted = {
        (PLANTS[heading][0], cell(TEMPLATE, "Effect", heading, 3 + at))
        for at, heading in plants
        if heading == "Kenmerk" or at not in nameless
    }
    assert found == planted


@given(st.text(min_size=1, max_size=40))
def test_a_slug_is_safe_and_stable(words: str) -> None:
    found = slug(words)
    assert all(c.isascii() and (c.isalnum() or c == "-") for c in found)
    assert slug(found) == found


# --- CSV ----------------------------------------------------------------------------------------

CSV = "Kenmerk;Naam in het Nederlands;Naam in het Engels\nzorg;Zorgverlening;Care\n"


@pytest.mark.parametrize(
    ("data", "warned"),
    [
        (CSV.encode(), False),
        (CSV.replace(";", ",").encode(), False),
        (b"\xef\xbb\xbf" + CSV.encode(), False),
        (CSV.replace("Care", "Caf\u00e9").encode("cp1252"), True),
    ],
)
def test_csv_is_read_as_spreadsheets_write_it(data: bytes, warned: bool) -> None:  # noqa: FBT001
    table, warnings = read_csv_bytes(data, name="zorg.csv")
    assert bool(warnings) is warned
    found = convert((table,), catalogue=catalogue(), classes=(SAM + "Service",), organisation=WHO)
    assert found.problems == ()
    assert f'<service/zorg> <{RDFS_LABEL}> "Zorgverlening"@nl .' in lines(found)
    assert [p.place.cell for p in warnings] == (["C2"] if warned else [])


def test_csv_that_does_not_say_what_it_is_is_recognised_by_its_headings() -> None:
    text = "Leverancier,Klant,Van dienst\nhttps://a.nl/x,https://a.nl/y,https://a.nl/z\n"
    table, _ = read_csv_bytes(text.encode(), name="a.csv")
    found = convert((table,), catalogue=catalogue(), organisation=WHO)
    assert found.problems == ()
    assert found.rows == {SAM + "ServiceProvision": 1}
    assert found.language == "nl"
    supplier = next(t for t in found.triples if t.predicate.value == SAM + "supplier")
    assert str(found.place(supplier)) == "a.csv:2 A2"


@pytest.mark.parametrize(
    ("name", "known"), [("map/Dienst.CSV", True), ("service.csv", True), ("los.csv", False)]
)
def test_csv_may_be_called_after_what_it_holds(name: str, known: bool) -> None:  # noqa: FBT001
    text = "Naam in het Nederlands;Naam in het Engels;Geldig vanaf\nGroen;Green;2026-01-01\n"
    table, _ = read_csv_bytes(text.encode(), name=name)
    found = convert((table,), catalogue=catalogue(), organisation=WHO)
    assert found.rows == ({SAM + "Service": 1} if known else {})
    assert [p.code for p in found.problems] == ([] if known else ["KG-C015"])


def test_csv_formulas_and_other_letters_are_refused() -> None:
    text = 'Kenmerk;Naam in het Nederlands\nzorg;=HYPERLINK("x")\n'
    table, _ = read_csv_bytes(text.encode(), name="a.csv")
    found = convert((table,), catalogue=catalogue(), classes=(SAM + "Service",))
    assert [(p.code, p.place.cell) for p in found.problems] == [("KG-C001", "B2")]
    with pytest.raises(UnreadableInputError, match="UTF-8"):
        read_csv_bytes(CSV.encode("utf-16"), name="a.csv")


# --- one tick -------------------------------------------------------------------------------------

HOST, ME = "https://example.org/stad", "https://example.org/club"
STATED = f"""
@prefix sam: <{SAM}> . @prefix rdfs: <{RDFS_LABEL.removesuffix("label")}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix h: <{HOST}/> .
<{HOST}/theme/velden> a sam:CoordinationTheme ; rdfs:label "Velden"@nl , "Fields"@en ;
  sam:addresses <{HOST}/service/sportvelden> .
<{HOST}/service/sportvelden> a sam:Service ; rdfs:label "Sportvelden"@nl , "Sports fields"@en .
<{HOST}/compromise/uren> a sam:Compromise ; sam:forTheme <{HOST}/theme/velden> ;
  sam:agreedBy <{HOST}> , <{ME}> ; sam:reviewBy "2027-06-30"^^xsd:date .
<{HOST}/table/velden> a sam:Consultation ; rdfs:label "Veldoverleg"@nl , "Field table"@en ;
  sam:forTheme <{HOST}/theme/velden> ; sam:hasParticipation <{HOST}/seat/club> .
<{HOST}/seat/club> a sam:Participation ; sam:participant <{ME}> ; sam:mandated true .
"""


def asked() -> bytes:
    known = parse_bytes(STATED.encode(), FORMATS[".ttl"])
    order = Order([SAM + "Interest"], "nl", ME, known=known, requests=requests(known, ME))
    return make_template(order, catalogue())


def ticked(**cells: str) -> Converted:
    book = opened(asked())
    for address, text in cells.items():
        book["Bevestigen"][address].value = text
    return read(saved(book))


def test_what_there_is_to_confirm_is_shown_in_words() -> None:
    page = opened(asked())["Bevestigen"]
    rows = [[c.value for c in row] for row in page.iter_rows(min_row=2)]
    assert rows == [
        ["1", "afspraak", "uren", "Velden", "Sportvelden", "2027-06-30", None, None],
        ["2", "zetel", "Veldoverleg", "Velden", None, None, None, None],
    ]


def test_without_a_tick_nothing_is_stated() -> None:
    assert ticked().triples == ()
    assert ticked(H2="nee").triples == ()


def test_one_tick_agrees_and_restates_theme_services_and_review() -> None:
    found = ticked(H2="ja")
    text = to_ntriples(found.triples)
    assert found.problems == ()
    for part in (
        f"<{HOST}/compromise/uren> <{SAM}agreedBy> <{ME}>",
        f"<{HOST}/compromise/uren> <{SAM}forTheme> <{HOST}/theme/velden>",
        f'<{HOST}/compromise/uren> <{SAM}reviewBy> "2027-06-30"',
        f"<{HOST}/theme/velden> <{SAM}addresses> <{HOST}/service/sportvelden>",
    ):
        assert part in text
    assert len(found.triples) == 4
    assert {str(found.place(t)) for t in found.triples} == {"a.xlsx Bevestigen!H2"}


def test_one_tick_takes_a_seat_of_ones_own_with_its_theme_and_mandate() -> None:
    text = to_ntriples(ticked(G3="ja", H3="ja").triples)
    seat = f"<{ME}/participation/velden-club>"
    for part in (
        f"<{HOST}/table/velden> <{SAM}hasParticipation> {seat}",
        f"<{HOST}/table/velden> <{SAM}forTheme> <{HOST}/theme/velden>",
        f"{seat} <{SAM}participant> <{ME}>",
        f'{seat} <{SAM}mandated> "true"',
    ):
        assert part in text


def test_what_a_tick_states_one_may_state() -> None:
    host = make_submission(parse_bytes(STATED.encode(), FORMATS[".ttl"]), "host.ttl", HOST)
    mine = make_submission(ticked(H2="ja", G3="ja", H3="ja").triples, "me.xlsx", ME)
    assert authorise([host, mine]).refused == ()


def test_a_tick_counts_as_consent_in_ones_own_voice() -> None:
    """The rules believe the tick, and not the host's word for it."""
    host = make_submission(parse_bytes(STATED.encode(), FORMATS[".ttl"]), "host.ttl", HOST)
    yes = ticked(H2="ja", G3="ja", H3="ja").triples
    mine = make_submission(yes, "me.xlsx", ME)
    for said, counts in (([host], False), ([host, mine], True)):
        store = find(said, as_of=dt.date(2026, 11, 21)).store
        for edge in ("agreed", "mandatedSeat"):
            where = f"<{HOST}/theme/velden> <{D}{edge}> <{ME}>"
            assert store.ask(f"ASK {{ GRAPH <{DERIVED}> {{ {where} }} }}") is counts, edge
        covers = f"?c <{D}coversService> <{HOST}/service/sportvelden> ; <{D}consentOf> <{ME}>"
        assert store.ask(f"ASK {{ GRAPH <{DERIVED}> {{ {covers} }} }}") is counts


@pytest.mark.parametrize("address", ["C2", "D2", "E2", "F2"])
def test_a_tick_confirms_only_what_stood_there(address: str) -> None:
    found = ticked(**{address: "iets anders", "H2": "ja"})
    assert found.triples == ()
    assert [(p.code, p.place.cell) for p in found.problems] == [("KG-C020", "Bevestigen!H2")]


def test_a_tick_that_is_no_yes_or_no_is_asked_after() -> None:
    assert [p.code for p in ticked(H2="misschien").problems] == ["KG-C019"]
    assert ticked(H2="misschien").triples == ()


def test_triples_are_triples() -> None:
    assert all(isinstance(t, Triple) for t in read(workbook()).triples)


def test_a_cell_may_name_an_aspect_that_ships_unless_the_workbook_has_its_own() -> None:
    text = "Belang van,Betreft,Richting\nhttps://a.nl/x,beheersing,meer\n"
    table, _ = read_csv_bytes(text.encode(), name="a.csv")
    found = convert((table,), catalogue=catalogue(), classes=(SAM + "Interest",), organisation=WHO)
    assert found.problems == ()
    assert SAM + "Control" in {getattr(t.object, "value", "") for t in found.triples}
