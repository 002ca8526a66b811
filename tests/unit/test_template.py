"""The template: columns from the shapes, help in the language, nothing that computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl.workbook.defined_name import DefinedName

from kg.cli import main
from kg.errors import OptionError
from kg.intake.sheets import Choice, Order, catalogue, choices_of, make_template
from kg.rdf import parse_bytes, parse_file
from kg.rdf.parse import FORMATS
from kg.resources import ontology_dir
from kg.terms import SAM
from kg.text import Text

from .workbooks import CLASSES, WHO, fill, headings, opened, read, saved, template

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

    from kg.rdf import Triple
    from kg.text import Lang


def examples() -> list[Triple]:
    """Every valid example, except of what nobody hands in."""
    files = sorted((ontology_dir() / "examples").glob("*/valid/*.ttl"))
    return [t for f in files if f.parts[-3] != "finding" for t in parse_file(f)]


def test_columns_follow_the_shapes_and_merge_what_speaks_of_one_property() -> None:
    book = opened(template("Effect"))
    assert list(headings(book, "Effect")) == [
        "Kenmerk", "Veroorzaakt door", "Op belang", "Bijdrage", "Zekerheid", "Beweerd door",
        "Bewijs", "Geldig vanaf", "Geldig tot",
    ]  # fmt: skip


def test_required_columns_are_marked_and_no_others() -> None:
    starred = [str(c.value) for c in opened(template("Effect"))["Effect"][1] if "*" in str(c.value)]
    assert starred == ["Veroorzaakt door *", "Op belang *", "Bijdrage *"]


def test_what_must_stay_empty_and_longer_paths_have_no_column() -> None:
    actor = headings(opened(template("Actor")), "Actor")
    assert not {"Levert in", "Klant in", "Biedt", "Ontvangt", "Klant van"} & set(actor)
    assert "Bijdragers" not in headings(opened(template("ValueCoCreation")), "Waardecocreatie")


@pytest.mark.parametrize(
    ("language", "sheet", "name", "other"),
    [("nl", "Dienst", "Naam in het Nederlands", "Naam in het Engels"),
     ("en", "Service", "Name in Dutch", "Name in English")],
)  # fmt: skip
def test_headings_and_help_are_in_the_language(
    language: Lang, sheet: str, name: str, other: str
) -> None:
    book = opened(template("Service", language=language))
    columns = headings(book, sheet)
    assert {name, other} <= set(columns)
    for cell in book[sheet][1]:
        assert cell.comment is not None, cell.value
        assert cell.comment.text.strip(), cell.value


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_class_has_a_sheet_in_both_languages(language: Lang) -> None:
    terms = catalogue()
    book = opened(make_template(Order(terms.classes(), language, WHO), terms))
    assert len(book.sheetnames) == len(terms.classes()) + 3
    for cls in terms.classes():
        names = [c.name.to(language) for c in terms.sheet(cls).columns]
        assert len(names) == len(set(names)) > 2, cls


def test_nothing_that_is_only_inferred_can_be_filled_in() -> None:
    local = {c.removeprefix(SAM) for c in catalogue().classes()}
    assert not {"Supplier", "Customer", "Outsourcing", "MetaTheme", "Conflict", "Finding"} & local
    with pytest.raises(OptionError, match="is called"):
        catalogue().find("Supplier")


def drop_down(book: Workbook, sheet: str, heading: str) -> list[str]:
    """Give what a drop-down offers, following its name to the cells."""
    number = headings(book, sheet)[heading]
    for check in book[sheet].data_validations.dataValidation:
        if check.type == "list" and any(r.min_col == number for r in check.sqref.ranges):
            source = str(check.formula1).lstrip("=")
            if source.startswith('"'):
                return source.strip('"').split(",")
            name = book.defined_names[source]
            assert isinstance(name, DefinedName)
            ((title, cells),) = name.destinations
            return [str(c.value) for (c,) in book[title][cells] if c.value is not None]
    return []


def test_drop_downs_come_from_the_shapes_from_other_sheets_and_from_vocabularies() -> None:
    terms = catalogue()
    concept = "http://www.w3.org/2004/02/skos/core#Concept"
    choice = Choice("https://example.org/ruimte", Text("ruimte", "space"), concept)
    order = Order([SAM + "Interest", SAM + "Actor", SAM + "Service"], "nl", WHO, choices=[choice])
    data = fill(
        make_template(order, terms), {"Actor": [{"Naam in het Nederlands": "Hockeyclub Het Veld"}]}
    )
    book = opened(data)
    assert drop_down(book, "Belang", "Richting") == ["meer", "minder"]
    assert drop_down(book, "Belang", "Belang van") == ["Hockeyclub Het Veld"]
    assert drop_down(book, "Dienst", "Raakt") == ["ruimte"]


def test_without_a_vocabulary_cells_choose_from_the_aspects_that_ship() -> None:
    terms = catalogue()
    book = opened(make_template(Order([SAM + "Interest"], "nl", WHO), terms))
    general = {terms.label(iri).nl for iri in terms.aspects()}
    assert "beheersing" in general
    assert set(drop_down(book, "Belang", "Betreft")) == general


def test_days_and_numbers_are_checked_while_typing_within_the_bounds_of_the_shapes() -> None:
    book = opened(template("Effect"))
    columns = headings(book, "Effect")
    found = {
        name: (check.type, check.formula1, check.formula2)
        for name, number in columns.items()
        for check in book["Effect"].data_validations.dataValidation
        if any(r.min_col == number for r in check.sqref.ranges)
    }
    assert found["Bijdrage"] == ("whole", "-100", "100")
    assert found["Zekerheid"] == ("decimal", "0.0", "1.0")
    assert found["Geldig vanaf"][0] == "date"


def test_a_template_holds_no_live_formula() -> None:
    known = parse_bytes(
        b"@prefix sam: <https://w3id.org/samenspel/def#> . @prefix rdfs: "
        b"<http://www.w3.org/2000/01/rdf-schema#> . <https://example.org/gemeente/service/a> "
        b'a sam:Service ; rdfs:label "=HYPERLINK(\\"http://evil\\")"@nl , "@SUM(1)"@en .',
        FORMATS[".ttl"],
    )
    terms = catalogue()
    book = opened(make_template(Order(terms.classes(), "nl", WHO, known=known), terms))
    cells = [c for s in book.worksheets for row in s.iter_rows() for c in row]
    dangerous = [c for c in cells if str(c.value)[:1] in "=+-@" and c.value]
    assert len(dangerous) == 2
    assert all(c.data_type == "s" and c.quotePrefix for c in dangerous)


def test_the_example_row_is_not_data_until_somebody_changes_it() -> None:
    data = template(*CLASSES)
    assert read(data).triples == ()
    assert read(data).problems == ()
    book = opened(data)
    book["Dienst"]["B2"].value = "Groenbeheer"
    (problem,) = read(saved(book)).problems
    assert (problem.code, problem.place.cell) == ("KG-C016", "Dienst!A2")


def test_valid_examples_survive_the_way_through_sheets() -> None:
    """Only inferred kinds, nodes without IRI and things of a kind without sheet stay behind."""
    terms, known = catalogue(), examples()
    for language in ("nl", "en"):
        order = Order(terms.classes(), language, "https://example.org/voorbeeld", known=known)
        back = read(make_template(order, terms))
        assert back.problems == ()
        lost = set(known) - set(back.triples)
        assert set(back.triples) <= set(known)
        inferred = {"Supplier", "Customer", "Outsourcing", "MetaTheme"}
        outside = {"moving-house", "public-space"}
        unexplained = [
            t
            for t in map(str, lost)
            if "_:" not in t
            and not any(f"def#{kind}>" in t for kind in inferred)
            and not any(t.startswith(f"<https://example.org/voorbeeld/{x}>") for x in outside)
        ]
        assert unexplained == []
        assert len(back.triples) > 330


def test_others_nodes_are_offered_but_not_filled_in() -> None:
    known = parse_file(ontology_dir() / "examples" / "core" / "valid" / "cast.ttl")
    terms = catalogue()
    order = Order(
        [SAM + "Actor", SAM + "Interest"], "nl", "https://example.org/voorbeeld/club-a", known=known
    )
    book = opened(make_template(order, terms))
    names = [c.value for c in book["Actor"]["B"][2:]]
    assert [n for n in names if n] == ["Voetbalclub De Pauwen"]
    assert "gegevensdeling" in drop_down(book, "Belang", "Betreft")
    filled = fill(
        make_template(order, terms),
        {"Belang": [{"Belang van": "Voetbalclub De Pauwen", "Betreft": "velduren",
                     "Richting": "meer"}]},
    )  # fmt: skip
    back = read(filled)
    assert back.problems == ()
    assert any(str(t.object) == "<https://example.org/voorbeeld/field-hours>" for t in back.triples)


def test_choices_of_a_file_are_its_named_things() -> None:
    known = parse_file(ontology_dir() / "examples" / "core" / "valid" / "cast.ttl")
    labels = {c.label.nl for c in choices_of(known, catalogue())}
    assert {"Buurtbewoners", "openbare ruimte", "Verhuizen"} <= labels


def test_the_command_writes_a_workbook_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "a.xlsx"
    call = ["template", "dienst", "Actor", "-o", str(target), "--lang", "nl"]
    assert main(call) == 0
    assert opened(target.read_bytes()).sheetnames[:3] == ["Uitleg", "Dienst", "Actor"]
    before = target.read_bytes()
    assert main(call) == 2
    assert "bestaat al" in capsys.readouterr().err
    assert target.read_bytes() == before
    assert main(["template", "dienstje", "-o", str(tmp_path / "b.xlsx")]) == 2
