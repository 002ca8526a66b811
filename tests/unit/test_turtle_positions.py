"""Every statement of Turtle and N-Triples is found where it was written; so is every mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KgError
from kg.intake.read import read_document
from kg.rdf.positions import Lines, PlacedError, excerpt, same_statements
from kg.rdf.prefixes import KNOWN_PREFIXES

if TYPE_CHECKING:
    from kg.rdf import Triple

SPACES = st.sampled_from([" ", "  ", "\n", "\r\n", "\t", ' # een opmerking " < [\n', "\n\n  "])
WORDS = st.text(alphabet="abé😀\"'\\\n\t#<[({.;@ ", max_size=8)
HEAD = "@prefix : <https://example.org/> .\n@prefix s: <urn:s#> .\n"


def quoted(word: str, style: int) -> str:
    body = word.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")
    if style == 0:
        return '"""' + body + '"""'
    return '"' + body.replace("\n", "\\n").replace("\t", "\\t") + '"@nl'


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, tuple[int, int]]]:
    """A document, and per statement (by its number, in its predicate) where its value stands."""
    text, expected, count = HEAD, {}, 0

    def value(depth: int) -> str:
        kind = draw(st.integers(0, 7 if depth else 5))
        if kind < 2:
            return quoted(draw(WORDS), kind)
        return (
            draw(st.sampled_from([":o", "s:a.b", "<https://example.org/é#x>", "_:b1", "()"])),
            draw(st.sampled_from(["12", "-1.5", "3e2", "true"])),
            '"2026-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
            "'x'",
            "[",
            "(",
        )[kind - 2]

    def properties(depth: int) -> None:
        nonlocal text, count
        for i in range(draw(st.integers(1, 3))):
            text += (draw(SPACES) + ";" + draw(SPACES)) if i else ""
            count += 1
            name = f"p{count}"
            text += f":{name}" + draw(SPACES)
            expected[name] = Lines(text).at(len(text))
            item = value(depth)
            text += item
            if item == "[":
                properties(depth - 1)
                text += draw(SPACES) + "]"
            elif item == "(":
                text += ' 1 "x" :y )'

    for _ in range(draw(st.integers(1, 4))):
        text += draw(SPACES) + draw(st.sampled_from([":s", "<urn:x>", "_:b1", "s:"])) + draw(SPACES)
        properties(2)
        text += draw(SPACES) + "." + draw(SPACES)
    return text, expected


@settings(max_examples=150, deadline=None)
@given(documents())
def test_every_value_is_found_where_it_was_written(
    case: tuple[str, dict[str, tuple[int, int]]],
) -> None:
    text, expected = case
    document = read_document(text.encode(), name="a.ttl")
    found = {}
    for triple in document.triples:
        place = document.places(triple)
        assert place is not None
        name = triple.predicate.value.rpartition("/")[2]
        if name in expected:
            found[name] = (place.line, place.column)
    assert found == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), WORDS, st.sampled_from(["", " ", "\t"])), min_size=1),
    st.sampled_from(["\n", "\r\n"]),
)
def test_ntriples_are_found_on_their_line(rows: list[tuple[int, str, str]], newline: str) -> None:
    lines, columns = [], []
    for number, (subject, word, space) in enumerate(rows):
        head = f"{space}<urn:s{subject}> {space}<urn:p{number}> {space}"
        columns.append(len(head) + 1)
        lines.append(head + quoted(word, 1) + " .")
    text = newline.join(lines)
    document = read_document(text.encode(), name="a.nt")
    places = [document.places(t) for t in document.triples]
    assert [(p.line, p.column) for p in places if p] == [
        (i, c) for i, c in enumerate(columns, start=1)
    ]


MISTAKES = {
    "KG-R010": "skos:x",
    "KG-R013": "“tekst”",
    "KG-R014": "<een spatie>",
    "KG-R015": '"x"@nl_BE',
    "KG-R016": '"a\\d"',
    "KG-R018": "False",
}
INSIDE = {"KG-R015": 3, "KG-R016": 2}
"""How far into the planted text the mistake itself stands."""


@settings(max_examples=80, deadline=None)
@given(documents(), st.sampled_from(sorted(MISTAKES)), SPACES)
def test_a_planted_mistake_is_found_where_it_was_planted(
    case: tuple[str, dict[str, tuple[int, int]]], code: str, space: str
) -> None:
    before = case[0] + space + ":mis :take" + space
    text = before + MISTAKES[code] + " .\n" + ":na :de :fout .\n"
    with pytest.raises(PlacedError) as caught:
        read_document(text.encode(), name="a.ttl")
    assert caught.value.code == code
    place = caught.value.place
    assert (place.line, place.column) == Lines(text).at(len(before) + INSIDE.get(code, 0))
    assert "^" in caught.value.message.nl


@pytest.mark.parametrize(
    ("text", "code", "place", "mend"),
    [
        (":s skos:p 1 .", "KG-R010", "3:4", f"@prefix skos: <{KNOWN_PREFIXES['skos']}> ."),
        (":s skso:p 1 .", "KG-R010", "3:4", "'skos:'"),
        (":s :p 1\n:t :p 2 .", "KG-R011", "3:8", "punt"),
        (":s :p 1", "KG-R011", "3:8", "punt"),
        (':s :p "abc .\n:t :p 2 .', "KG-R012", "3:7", '"'),
        (':s :p """abc .\n:t :p 2 .', "KG-R012", "3:7", '"""'),
        (":s :p <a b> .", "KG-R014", "3:7", "<a%20b>"),
        (":s :p <a{b}> .", "KG-R014", "3:7", "https:"),
        (":s :p <https://x\n", "KG-R014", "3:7", "https:"),
        (':s :p "x"@nl-be-x-generated-informal .', "KG-R015", "3:10", "'generated'"),
        (":s :p True .", "KG-R018", "3:7", "true"),
        (":s :p Jan .", "KG-R018", "3:7", '"Jan"'),
        (":s :p [ :q 1 .", "KG-R019", "3:14", "]"),
        (":s :p ( 1 2", "KG-R019", "3:12", ")"),
        (":s :p .", "KG-R017", "3:7", "waarde"),
        (":s .", "KG-R017", "3:4", "eigenschap"),
        ("1 :p 2 .", "KG-R017", "3:1", "punt"),
        ("{ :s :p 1 }", "KG-R018", "3:1", "accolades"),
        ("@prefix skos <x> .", "KG-R018", "3:9", "voorbeeld"),
    ],
)
def test_a_mistake_is_told_with_its_mend(text: str, code: str, place: str, mend: str) -> None:
    with pytest.raises(PlacedError) as caught:
        read_document((HEAD + text).encode(), name="a.ttl")
    error = caught.value
    assert (error.code, str(error.place)) == (code, f"a.ttl:{place}")
    assert error.advice is not None
    assert mend in error.advice.nl
    assert error.message.nl != error.message.en
    assert error.advice.nl != error.advice.en


def test_a_wrong_date_is_data_and_no_syntax_error() -> None:
    text = '<a:s> <a:p> "2011-11"^^<http://www.w3.org/2001/XMLSchema#date> .'
    assert len(read_document(text.encode(), name="a.ttl").triples) == 1


def test_what_the_second_reader_does_not_know_has_no_place() -> None:
    document = read_document(b"<a:s> <a:p> <<( <a:x> <a:y> 1 )>> .", name="a.ttl")
    assert [document.places(t) for t in document.triples] == [None]


def test_entries_of_a_list_stand_where_they_were_written() -> None:
    document = read_document(b'<a:s> <a:p> ( 1\n "x" ( <a:y> ) ) .', name="a.ttl")
    places = {
        str(getattr(t.object, "value", "")): str(document.places(t))
        for t in document.triples
        if t.predicate.value.endswith("first")
    }
    assert places["1"] == "a.ttl:1:15"
    assert places["x"] == "a.ttl:2:2"
    assert places["a:y"] == "a.ttl:2:8"


def test_two_readings_that_differ_are_never_taken_for_one() -> None:
    def triples(text: str) -> list[Triple]:
        return list(read_document(text.encode(), name="a.ttl").triples)

    first = triples("_:a <a:p> _:b . _:b <a:q> 1 . <a:s> <a:p> 1 .")
    names = same_statements(first, triples("_:x <a:q> 1 . _:y <a:p> _:x . <a:s> <a:p> 1 ."))
    assert names is not None
    assert len(names) == 2
    for other in (
        "_:a <a:p> _:b . _:b <a:q> 1 . <a:s> <a:p> 2 .",
        "_:a <a:p> _:b . _:b <a:q> 2 . <a:s> <a:p> 1 .",
        "_:b <a:p> _:b . _:b <a:q> 1 . <a:s> <a:p> 1 .",
        "_:a <a:p> _:b . _:b <a:q> 1 .",
        "_:a <a:p> _:b . <a:s> <a:p> 1 , 1 .",
    ):
        assert same_statements(first, triples(other)) is None
    rings = "_:a <a:p> _:b . _:b <a:p> _:c . _:c <a:p> _:a . _:d <a:p> _:e . _:e <a:p> _:f . "
    two, six = (
        triples(rings + "_:f <a:p> _:d ."),
        triples(rings.replace("_:c <a:p> _:a", "_:c <a:p> _:d") + "_:f <a:p> _:a ."),
    )
    assert same_statements(two, six) is None


def test_lenient_reading_accepts_what_real_files_hold() -> None:
    text = '<a:s> <a:p> <Digital document>, "x"@nl-be-x-generated-informal .'
    document = read_document(text.encode(), name="a.ttl", lenient=True)
    assert len(document.triples) == 2
    with pytest.raises(KgError):
        read_document(text.encode(), name="a.ttl")


def test_a_graph_of_ones_own_is_refused_and_the_default_graph_is_not() -> None:
    good = read_document(b"@prefix : <a:> . { :s :p :o . :t :p :o } :u :p :o .", name="a.trig")
    assert [str(good.places(t)) for t in good.triples] == ["a.trig:1:26", "a.trig:1:37",
                                                           "a.trig:1:48"]  # fmt: skip
    for text, name, place in (
        (b"@prefix : <a:> .\n:g { :s :p :o }", "a.trig", "a.trig:2:4"),
        (b"@prefix : <a:> .\nGRAPH :g { :s :p :o }", "a.trig", "a.trig:2:1"),
        (b'<a:s> <a:p> "x" .\n<a:s> <a:p> "x" <a:g> .', "a.nq", "a.nq:2:17"),
    ):
        with pytest.raises(PlacedError) as caught:
            read_document(text, name=name)
        assert (caught.value.code, str(caught.value.place)) == ("KG-R025", place)


def test_blank_nodes_of_two_files_never_meet() -> None:
    first, second = (read_document(b"_:a <a:p> _:a .", name="a.nt") for _ in range(2))
    assert first.triples[0].subject == first.triples[0].object
    assert first.triples[0].subject != second.triples[0].subject


def test_what_is_not_utf8_is_told_with_its_place() -> None:
    with pytest.raises(PlacedError) as caught:
        read_document(b'\xef\xbb\xbf<a:s>\n<a:p> "caf\xe9" .', name="a.ttl")
    assert (caught.value.code, str(caught.value.place)) == ("KG-R020", "a.ttl:2:11")


def test_rdf_xml_knows_lines() -> None:
    text = (
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
        b"<r:Description>\n<e:p>1</e:p>\n<e:q>2</e:q>\n</r:Description></r:RDF>"
    )
    document = read_document(text, name="a.rdf")
    assert [str(document.places(t)) for t in document.triples] == ["a.rdf:3", "a.rdf:4"]


def test_an_excerpt_cannot_steer_a_terminal() -> None:
    shown = excerpt(Lines("a \x1b[31m\u202e\tb" + "x" * 500), 3)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert max(len(line) for line in shown.splitlines()) < 110
