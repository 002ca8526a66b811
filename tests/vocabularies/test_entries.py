"""What a vocabulary says of an IRI, and that the compact form says the same."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg.intake.registers import REGISTERS
from kg.text import Text
from kg.vocabularies import Source, Vocabularies, load_home
from kg.vocabularies.compact import from_json, to_json
from kg.vocabularies.entries import Facts, read_facts
from kg.vocabularies.home import Home
from kg.vocabularies.reading import read_vocabulary
from vocabularies.lists import DATA, DAY, GM, NEWER, OLDER, PREFIXES, about, needs_data, triples

if TYPE_CHECKING:
    from pathlib import Path

    from kg.vocabularies import Entry


def facts(turtle: str) -> Facts:
    return read_facts(triples(turtle), vocabulary="list")


def one(turtle: str) -> Entry:
    found = facts(PREFIXES + turtle).entries
    return found["https://example.org/a"]


def test_an_entry_has_what_a_matcher_needs() -> None:
    entry = facts(OLDER).entries[f"{GM}gm0001"]
    assert entry.label == Text("gemeente Een", "gemeente Een")
    assert entry.labels == {"": "gemeente Een"}
    assert entry.alternatives == ("Een", "gemeente Een-oud")
    assert entry.names == ("gemeente Een", "Een", "gemeente Een-oud")
    assert entry.types == ("https://identifier.overheid.nl/tooi/def/ont/Gemeente",)
    assert entry.places == ("https://identifier.overheid.nl/tooi/id/provincie/pv24",)
    assert (entry.scheme, entry.codes, entry.vocabulary) == (GM, ("gm0001",), "list")
    assert (
        entry.begun is None
    )  # an older state has no start, so this start is not that of the whole


def test_a_start_counts_when_no_older_state_is_without_one() -> None:
    stated = 'gm:hv_1 tooiont:begindatum "1980-01-01"^^xsd:date .'
    entry = facts(OLDER + stated).entries[f"{GM}gm0001"]
    assert entry.begun == dt.date(1990, 1, 1)
    assert not entry.existed(dt.date(1989, 12, 31))
    assert entry.existed(dt.date(1990, 1, 1))
    assert entry.in_force(dt.date(1989, 12, 31))


@pytest.mark.parametrize(
    ("turtle", "field", "value"),
    [
        ('ex:a skos:prefLabel "één"@nl , "one"@en .', "label", Text("één", "one")),
        ('ex:a skos:prefLabel "one"@en .', "label", Text("one", "one")),
        ('ex:a skos:prefLabel "uno"@it .', "label", Text("uno", "uno")),
        ('ex:a skos:prefLabel "P"@nl ; rdfs:label "R"@nl .', "labels", {"nl": "P"}),
        ('ex:a skos:prefLabel "P"@nl ; rdfs:label "R"@nl .', "alternatives", ("R",)),
        ('ex:a rdfs:label " " .', "label", None),
        ('ex:a skos:hiddenLabel "h" ; dct:alternative "d" .', "alternatives", ("d", "h")),
        ("ex:a skos:inScheme ex:s2 , ex:s1 .", "scheme", "https://example.org/s1"),
        ('ex:a dct:identifier "7" ; skos:notation "x" .', "codes", ("7", "x")),
        ('ex:a <http://purl.org/dc/elements/1.1/identifier> "NLD" .', "codes", ("NLD",)),
        ('ex:a tooiont:einddatum "2020-12-31" .', "ended", dt.date(2021, 1, 1)),
        ('ex:a tooiont:einddatum "9999-12-31" .', "ended", None),
        ('ex:a prov:invalidatedAtTime "2020-05-01T00:00:00" .', "ended", dt.date(2020, 5, 1)),
        ('ex:a tooiont:begindatum "1900-01-01" .', "begun", None),
        ('ex:a tooiont:begindatum "soon" .', "begun", None),
        ("ex:a owl:deprecated true .", "deprecated", True),
        ("ex:a owl:deprecated false .", "deprecated", False),
    ],
)
def test_each_field_is_read_from_what_states_it(turtle: str, field: str, value: object) -> None:
    assert getattr(one(turtle), field) == value


def test_succession_is_told_in_three_ways() -> None:
    found = facts(
        PREFIXES
        + "ex:a dct:isReplacedBy ex:b . ex:c dct:replaces ex:b . "
        + "[] prov:invalidated ex:c , ex:x ; prov:generated ex:d ; prov:used ex:x ."
    )
    e = "https://example.org/"
    assert {k: set(v) for k, v in found.after.items()} == {
        f"{e}a": {f"{e}b"}, f"{e}b": {f"{e}c"}, f"{e}c": {f"{e}d"}, f"{e}x": {f"{e}d"},
    }  # fmt: skip


@pytest.mark.parametrize("turtle", [OLDER, NEWER])
def test_the_compact_form_says_the_same(turtle: str) -> None:
    found = facts(turtle)
    again = from_json(to_json(found), vocabulary="list")
    assert again == found
    assert to_json(again) == to_json(found)
    assert all(not name.startswith("_:") for name in found.entries)


@pytest.mark.parametrize("text", ["", "[]", '{"entries": [[1]]}', '{"entries": []}'])
def test_another_text_is_no_compact_form(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_json(text, vocabulary="list")


def test_a_view_joins_what_two_vocabularies_say() -> None:
    first = Source("one", "1", tuple(triples(OLDER)))
    more = PREFIXES + f'<{GM}gm0001> skos:prefLabel "Municipality One"@en ; a ex:Other .'
    second = Source("two", "1", tuple(triples(more)))
    entry = Vocabularies([first, second]).entry(f"{GM}gm0001")
    assert entry is not None
    assert entry.vocabulary == "one"
    assert entry.label == Text("Municipality One", "Municipality One")
    assert "https://example.org/Other" in entry.types
    assert "gemeente Een-oud" in entry.alternatives


def test_entries_are_what_has_a_name_and_is_no_older_state() -> None:
    view = Vocabularies([Source("one", "1", tuple(triples(NEWER)))])
    names = sorted(e.iri.removeprefix(GM) for e in view.entries())
    assert names == ["gm0001", "gm0003", "gm0004", "gm0005", "gm0006"]
    assert view.entry(f"{GM}hv_1") is not None
    ended = view.entry(f"{GM}gm0003")
    assert ended is not None
    assert ended.successors == (f"{GM}gm0005",)
    assert view.current(f"{GM}gm0003", DAY) == (f"{GM}gm0005",)
    assert len(view.statements(f"{GM}gm0005")) == 2


@needs_data
def test_all_dutch_registers_load_in_a_moment(tmp_path: Path) -> None:
    home = Home(tmp_path)
    registers = {name: (lambda path, n=name: REGISTERS[n](path).triples) for name in ("upl", "roo")}
    for name, file in {
        "tooi": "tooi/tooi-registers.ttl",
        "upl": "upl/data/UPL-actueel.csv",
        "owms": "upl/data/Gemeente.xml",
        "roo": "roo/organisations.jsonl.gz",
    }.items():
        read = read_vocabulary(DATA / file, registers=registers)
        home.add(replace(about(name), part=name != "tooi"), read, version="1", day=DAY)
    first = load_home(tmp_path)
    start = time.perf_counter()
    again = load_home(tmp_path)
    seconds = time.perf_counter() - start
    assert list(again.entries()) == list(first.entries())
    assert len(again) > 10_000
    assert seconds < 4.0
    indexes = sorted((tmp_path / "index").glob("*.json"))
    assert len(indexes) == 4
    assert all(json.loads(f.read_text(encoding="utf-8"))["entries"] for f in indexes)
