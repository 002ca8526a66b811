"""Repairs in the text: only what was meant changes, and what is written says what was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.checking.fix import fix
from kg.checking.report import Group, Repair, Report, Result
from kg.intake.read import Document, read_document
from kg.rdf import Triple, to_ntriples
from kg.text import Text
from reports_by_hand import DATE, LABEL, LANGUAGE, REPORT, SAM, SERVICES

EX = "https://example.org/"
LABELLED = "http://www.w3.org/2000/01/rdf-schema#label"


def read(text: str, name: str = "diensten.ttl") -> Document:
    return read_document(text.encode(), name=name)


def line(subject: str, predicate: str, target: str) -> str:
    return f"<{EX}{subject}> <{predicate}> {target}"


def report(*results: Result) -> Report:
    return replace(REPORT, groups=tuple(Group((r,), 1) for r in results))


def mending(remove: list[str], add: list[str], *, verified: bool = True) -> Result:
    about = Text("doe dit", "do this")
    return replace(LABEL, repair=Repair(about, tuple(remove), tuple(add), verified))


def says(text: str, name: str = "x.ttl") -> str:
    return to_ntriples(read(text, name).triples)


def test_a_value_is_replaced_at_its_place_and_nothing_else_changes() -> None:
    fixed = fix(read(SERVICES), SERVICES, report(LANGUAGE, DATE))
    old = "<https://publications.europa.eu/resource/authority/language/NL>"
    new = "<http://publications.europa.eu/resource/authority/language/NLD>"
    assert fixed.text == SERVICES.replace(old, new)
    assert fixed.kept
    assert fixed.done == (LANGUAGE,)
    assert fixed.left == (DATE,)


def test_the_same_text_elsewhere_stays() -> None:
    text = (
        f'<{EX}a> <{LABELLED}> "x" . # "x"\n'
        f'<{EX}b> <{LABELLED}> "x" .\n'
    )  # fmt: skip
    fixed = fix(
        read(text),
        text,
        report(mending([line("b", LABELLED, '"x"')], [line("b", LABELLED, '"x"@nl')])),
    )
    assert fixed.text == text.replace(f'<{EX}b> <{LABELLED}> "x"', f'<{EX}b> <{LABELLED}> "x"@nl')


@pytest.mark.parametrize(
    ("before", "gone", "after"),
    [
        ("ex:a ex:p ex:b , ex:c .", "c", "ex:a ex:p ex:b  ."),
        ("ex:a ex:p ex:b , ex:c .", "b", "ex:a ex:p  ex:c ."),
        ("ex:a ex:q 1 ; ex:p ex:b .", "b", "ex:a ex:q 1  ."),
        ("ex:a ex:p ex:b ; ex:q 1 .", "b", "ex:a  ex:q 1 ."),
        ("ex:a ex:p ex:b . ex:c ex:q 1 .", "b", " ex:c ex:q 1 ."),
    ],
)
def test_a_value_is_taken_out_with_its_marks(before: str, gone: str, after: str) -> None:
    head = f"@prefix ex: <{EX}> .\n"
    result = mending([line("a", EX + "p", f"<{EX}{gone}>")], [])
    fixed = fix(read(head + before), head + before, report(result))
    assert fixed.text == head + after
    assert fixed.kept


def test_a_property_is_renamed_where_it_stands() -> None:
    text = f"@prefix sam: <{SAM}> . # kop\n<{EX}a> sam:touchs <{EX}b> . # staart\n"
    result = mending(
        [line("a", SAM + "touchs", f"<{EX}b>")], [line("a", SAM + "touches", f"<{EX}b>")]
    )
    assert fix(read(text), text, report(result)).text == text.replace("sam:touchs", "sam:touches")


def test_a_missing_statement_is_added_at_the_end() -> None:
    text = f"<{EX}a> <{LABELLED}> 'x'@nl ."
    result = mending([], [line("a", LABELLED, '"y"@en')])
    fixed = fix(read(text), text, report(result))
    assert fixed.text == f'{text}\n<{EX}a> <{LABELLED}> "y"@en .\n'


def test_what_cannot_be_done_in_the_text_is_written_anew() -> None:
    text = f"@prefix ex: <{EX}> .\nex:a ex:p ( 1 2 ) . # weg\n"
    document = read(text)
    two = next(t for t in document.triples if str(t.object).startswith('"2"'))
    new = str(two).replace('"2"', '"3"')
    fixed = fix(document, text, report(mending([str(two)], [new])))
    assert says(fixed.text).count('"3"') == 1
    assert says(fixed.text).count('"2"') == 0
    renamed = mending([line("a", EX + "p", f"<{EX}b>")], [line("a", EX + "r", f"<{EX}b>")])
    listed = f"@prefix ex: <{EX}> .\nex:a ex:p ex:b , ex:c . # weg\n"
    fixed = fix(read(listed), listed, report(renamed))
    assert not fixed.kept
    assert "# weg" not in fixed.text
    assert says(fixed.text) == says(f"<{EX}a> <{EX}r> <{EX}b> ; <{EX}p> <{EX}c> .")


def test_a_statement_that_stands_there_twice_is_repaired_in_both_places() -> None:
    text = f'<{EX}b> <{LABELLED}> "x" .\n<{EX}b> <{LABELLED}> "x" .\n'
    result = mending([line("b", LABELLED, '"x"')], [line("b", LABELLED, '"x"@nl')])
    fixed = fix(read(text), text, report(result))
    assert not fixed.kept
    assert says(fixed.text) == f'<{EX}b> <{LABELLED}> "x"@nl .\n'


def test_json_ld_becomes_turtle() -> None:
    text = f'{{"@id": "{EX}a", "{LABELLED}": "x"}}'
    result = mending([line("a", LABELLED, '"x"')], [line("a", LABELLED, '"x"@nl')])
    fixed = fix(read(text, "diensten.ttl".replace(".ttl", ".jsonld")), text, report(
        replace(result, source=None)
    ))  # fmt: skip
    assert (fixed.media, fixed.kept) == ("text/turtle", False)
    assert says(fixed.text) == f'<{EX}a> <{LABELLED}> "x"@nl .\n'


def test_what_is_not_verified_or_no_longer_there_is_left() -> None:
    guess = mending([line("vergunning", LABELLED, '"Vergunning verlenen"')], [], verified=False)
    gone = mending([line("vergunning", LABELLED, '"Iets anders"')], [])
    fixed = fix(read(SERVICES), SERVICES, report(guess, gone, DATE))
    assert fixed.text == SERVICES
    assert fixed.left == (guess, gone, DATE)


def test_two_repairs_of_one_statement_do_not_both_happen() -> None:
    one = mending([line("b", LABELLED, '"x"')], [line("b", LABELLED, '"x"@nl')])
    two = mending([line("b", LABELLED, '"x"')], [line("b", LABELLED, '"x"@en')])
    text = f'<{EX}b> <{LABELLED}> "x" .\n'
    fixed = fix(read(text), text, report(one, two))
    assert fixed.text == f'<{EX}b> <{LABELLED}> "x"@nl .\n'
    assert (fixed.done, fixed.left) == ((one,), (two,))


def test_results_of_another_file_are_left_alone() -> None:
    other = read(SERVICES, "andere.ttl")
    fixed = fix(other, SERVICES, report(LANGUAGE))
    assert fixed.text == SERVICES
    assert fixed.done == fixed.left == ()


_names = st.sampled_from(["a", "b", "c"])
_values = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=5).map(
        lambda t: '"' + t.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        .replace("\r", "\\r") + '"'
    ),
    _names.map(lambda n: f"<{EX}{n}>"),
    st.just('"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    st.just('"x"@nl'),
)  # fmt: skip
_statements = st.builds(lambda s, p, o: line(s, EX + p, o), _names, _names, _values)


@given(
    st.lists(_statements, min_size=1, max_size=6, unique=True),
    st.data(),
    st.sampled_from([".nt", ".ttl"]),
)
def test_the_new_text_says_exactly_what_was_meant(
    statements: list[str], data: st.DataObject, ending: str
) -> None:
    text = "".join(f"{s} .\n" for s in statements)
    document = read(text, f"diensten{ending}")
    gone = data.draw(st.sampled_from(document.triples))
    add = data.draw(st.lists(_statements, max_size=2))
    result = replace(mending([str(gone)], add), source=None)
    fixed = fix(document, text, report(result))
    meant: set[Triple] = set(document.triples) - {gone}
    meant |= set(read("".join(f"{a} .\n" for a in add), "x.nt").triples)
    assert says(fixed.text, f"x{ending}") == to_ntriples(meant)
    assert fixed.done == (result,)
