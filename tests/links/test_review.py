"""From suggestion to mapping: on the terminal, and as a table that a person edits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from kg.cli.link_review import ask
from kg.errors import NotFoundError
from kg.rdf import FORMATS, parse_bytes
from kg.text import LANGUAGES
from kg.vocabularies import Vocabularies
from kg.vocabularies.mappings import BY_HAND, BY_NAME, EXACT_MATCH, LITERAL, MATCHES, SKOS
from kg.vocabularies.review import COLUMNS, review_rows, reviewed
from kg.vocabularies.sssom import read_sssom, write_sssom
from kg.vocabularies.suggest import (
    OUTCOMES,
    Suggester,
    Suggestion,
    asked_names,
    asked_of,
    target_of,
    type_of,
)
from kg.vocabularies.view import Source
from links.registers import ONT, TOOI

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = dt.date(2026, 1, 1)
GM = TOOI + "gemeente/"
LIST = f"""
@prefix gm: <{GM}> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ont: <{ONT}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
gm:gm0001 a ont:Gemeente ; rdfs:label "gemeente Almere" .
gm:gm0002 a ont:Gemeente ; rdfs:label "gemeente Bedum" ; ont:einddatum "2018-12-31"^^xsd:date .
gm:gm0003 a ont:Gemeente ; rdfs:label "gemeente Het Hogeland" .
gm:gm0004 a ont:Gemeente ; rdfs:label "gemeente Dubbel" .
gm:gm0005 a ont:Gemeente ; rdfs:label "gemeente Dubbel" .
gm:wzg_1 a ont:Samenvoeging ; prov:invalidated gm:gm0002 ; prov:generated gm:gm0003 .
"""
FILE = f"""
@prefix : <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ont: <{ONT}> .
:a a ont:Gemeente ; rdfs:label "Almere"@nl .
:b a ont:Gemeente ; rdfs:label "Bedum" .
:d a ont:Gemeente ; rdfs:label "Dubbel" .
:e rdfs:label "Almere" .
:n rdfs:label "Almeree" .
:z rdfs:label "Qqqq" .
<{GM}gm0001> rdfs:label "Almere" .
"""


@pytest.fixture(scope="module")
def vocabularies() -> Vocabularies:
    triples = tuple(parse_bytes(LIST.encode(), FORMATS[".ttl"]))
    return Vocabularies([Source("tooi-klein", "1", triples)])


@pytest.fixture(scope="module")
def found(vocabularies: Vocabularies) -> list[Suggestion]:
    target = target_of(vocabularies, "gemeente")
    suggester = Suggester(vocabularies, target, DAY)
    asked = asked_of(
        parse_bytes(FILE.encode(), FORMATS[".ttl"]), DAY, apart={e.iri for e in target}
    )
    return [suggester.suggest(a) for a in asked]


def test_each_thing_gets_the_outcome_it_should(found: list[Suggestion]) -> None:
    assert {s.asked.iri.rpartition("/")[2]: s.outcome for s in found} == {
        "a": "accepted", "b": "ended", "d": "ambiguous", "e": "same-name", "n": "near",
        "z": "none",
    }  # fmt: skip
    assert {s.outcome for s in found} == set(OUTCOMES)


def test_the_successor_stands_first(found: list[Suggestion]) -> None:
    ended = next(s for s in found if s.outcome == "ended")
    assert [c.entry.iri for c in ended.candidates[:2]] == [GM + "gm0003", GM + "gm0002"]
    assert ended.candidates[0].features[0].words.nl == "opvolger van gemeente Bedum"
    assert not any(c.sure for c in ended.candidates)


@pytest.mark.parametrize("name", ["tooi", "gemeente", "tooi-klein", GM])
def test_a_list_has_several_names(vocabularies: Vocabularies, name: str) -> None:
    assert len(target_of(vocabularies, name)) == 5


def test_what_is_not_there_is_told_with_what_is(vocabularies: Vocabularies) -> None:
    with pytest.raises(NotFoundError) as caught:
        target_of(vocabularies, "nergens")
    assert caught.value.code == "KG-L101"
    assert caught.value.advice is not None
    assert "tooi-klein" in caught.value.advice.en
    entries = list(vocabularies.entries())
    assert type_of(entries, "gemeente") == ONT + "Gemeente"
    with pytest.raises(NotFoundError) as caught:
        type_of(entries, "nergens")
    assert caught.value.code == "KG-L102"


# --- as a table ----------------------------------------------------------------------------


def table(found: list[Suggestion]) -> str:
    return write_sssom(review_rows(found, day=DAY, lang="nl"), ordered=False, also=COLUMNS)


def test_untouched_only_what_is_sure_is_accepted(found: list[Suggestion]) -> None:
    outcome = reviewed(read_sssom(table(found)))
    assert [(m.subject_id, m.object_id) for m in outcome.accepted] == [
        ("https://example.org/a", GM + "gm0001")
    ]
    assert outcome.accepted[0].mapping_justification == BY_NAME
    assert not outcome.accepted[0].extra
    assert outcome.open == 4


def test_what_a_person_marks_is_accepted_as_chosen_by_hand(found: list[Suggestion]) -> None:
    rows = [
        replace(m, extra=MappingProxyType({**m.extra, "choice": "X"}))
        if (m.subject_label, m.extra["rank"]) == ("Bedum", "1")
        else m
        for m in read_sssom(table(found))
    ]
    again = read_sssom(write_sssom(rows, ordered=False))
    outcome = reviewed(again, author="https://example.org/me", day=DAY)
    chosen = next(m for m in outcome.accepted if m.subject_label == "Bedum")
    assert chosen.object_id == GM + "gm0003"
    assert chosen.mapping_justification == BY_HAND
    assert chosen.author_id == ("https://example.org/me",)
    assert outcome.open == 3


def test_two_exact_matches_and_sameness_are_refused(found: list[Suggestion]) -> None:
    rows = list(read_sssom(table(found)))
    both = [
        replace(m, extra=MappingProxyType({**m.extra, "choice": "ja"}))
        for m in rows
        if m.subject_label == "Dubbel"
    ]
    assert len(both) == 2
    assert len(reviewed(both).refused) == 2
    close = [replace(both[0], predicate_id=SKOS + "closeMatch"), both[1]]
    assert len(reviewed(close).accepted) == 2
    same = replace(both[0], predicate_id="http://www.w3.org/2002/07/owl#sameAs")
    (refused, reason), *_ = reviewed([same]).refused
    assert refused is same
    assert "sameAs" in reason.en
    finished = replace(same, extra=MappingProxyType({}))
    assert len(reviewed([finished]).refused) == 1


def test_reasons_are_in_the_language_of_the_person(found: list[Suggestion]) -> None:
    said = {lang: [m.comment for m in review_rows(found, day=DAY, lang=lang)] for lang in LANGUAGES}
    assert said["nl"] != said["en"]
    assert "zelfde naam; zelfde soort; geldig op 2026-01-01" in said["nl"]
    assert "same name; same type; valid at 2026-01-01" in said["en"]


def test_names_alone_keep_no_iri(vocabularies: Vocabularies) -> None:
    suggester = Suggester(vocabularies, list(vocabularies.entries()), DAY)
    typed = asked_names(["Almere ", "Almere", ""], DAY, types=[ONT + "Gemeente"])
    assert len(typed) == 1
    (row,) = review_rows([suggester.suggest(a) for a in typed], day=DAY, lang="nl")
    assert (row.subject_id, row.subject_type, row.subject_label) == ("", LITERAL, "Almere")


# --- on the terminal -----------------------------------------------------------------------


def typed(*words: str) -> Callable[[str], str]:
    left = iter(words)

    def read(_: str) -> str:
        word = next(left, None)
        if word is None:
            raise EOFError
        return word

    return read


@pytest.mark.parametrize(
    ("words", "chosen", "left"),
    [
        (["1", "n", "n", "1"], {"Bedum": "gm0003", "Almeree": "gm0001"}, 0),
        (["2", "u", "1", "q"], {"Bedum": "gm0003"}, 3),
        (["u", "u", "n", "2"], {"Dubbel": "gm0005"}, 2),
        (["9", "0", "x", "", "1x", "¹", "1"], {"Bedum": "gm0003"}, 3),
        ([], {}, 4),
    ],
)
def test_a_person_chooses_undoes_and_stops(
    found: list[Suggestion],
    words: list[str],
    chosen: dict[str, str],
    left: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers = ask(found, read=typed(*words), day=DAY, lang="nl", author="urn:x:me")
    assert {m.subject_label: m.object_id.removeprefix(GM) for m in answers.matches} == chosen
    assert answers.left == left
    assert all(m.mapping_justification == BY_HAND for m in answers.matches)
    assert all(m.author_id == ("urn:x:me",) for m in answers.matches)
    assert "1/4  " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("word", "relation"),
    [("1", EXACT_MATCH), ("1c", MATCHES[1]), ("1b", MATCHES[2]), ("1s", MATCHES[3])],
)
def test_a_letter_says_which_relation(found: list[Suggestion], word: str, relation: str) -> None:
    answers = ask(found[1:2], read=typed(word), day=DAY, lang="en")
    assert [m.predicate_id for m in answers.matches] == [relation]
