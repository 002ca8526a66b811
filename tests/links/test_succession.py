"""What reorganised bodies became, on the real register and on a small one."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.rdf import FORMATS, parse_bytes
from kg.vocabularies import Vocabularies
from kg.vocabularies.succession import follow, told
from kg.vocabularies.view import Source
from links.registers import REGISTER_DAY, TOOI, needs_data, tooi

DAY = dt.date(2026, 1, 1)
GM = TOOI + "gemeente/"
SMALL = f"""
@prefix gm: <{GM}> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ont: <https://identifier.overheid.nl/tooi/def/ont/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
gm:gm0001 a ont:Gemeente ; rdfs:label "Een" ; ont:einddatum "2009-12-31"^^xsd:date .
gm:gm0002 a ont:Gemeente ; rdfs:label "Twee" ; ont:einddatum "2019-12-31"^^xsd:date .
gm:gm0003 a ont:Gemeente ; rdfs:label "Drie" .
gm:gm0004 a ont:Gemeente ; rdfs:label "Vier" .
gm:gm0005 a ont:Gemeente ; rdfs:label "Vijf" ; ont:einddatum "2009-12-31"^^xsd:date .
gm:gm0006 a ont:Gemeente ; rdfs:label "Zes" ; ont:einddatum "2009-12-31"^^xsd:date ;
  dct:isReplacedBy gm:gm0007 .
gm:gm0007 a ont:Gemeente ; rdfs:label "Zeven" ; ont:einddatum "2010-12-31"^^xsd:date ;
  dct:isReplacedBy gm:gm0006 .
gm:wzg_1 a ont:Samenvoeging ; prov:invalidated gm:gm0001 ; prov:generated gm:gm0002 .
gm:wzg_2 a ont:Herschikking ; prov:invalidated gm:gm0002 ; prov:used gm:gm0003 ;
  prov:generated gm:gm0004 .
"""


def small() -> Vocabularies:
    return Vocabularies([Source("s", "1", tuple(parse_bytes(SMALL.encode(), FORMATS[".ttl"])))])


@pytest.mark.parametrize(
    ("code", "day", "outcome", "current"),
    [
        ("gm0003", DAY, "in-force", ["gm0003"]),
        ("gm0001", dt.date(2009, 12, 31), "in-force", ["gm0001"]),
        ("gm0001", dt.date(2010, 1, 1), "one", ["gm0002"]),
        ("gm0001", DAY, "several", ["gm0003", "gm0004"]),
        ("gm0005", DAY, "none", []),
        ("gm0006", DAY, "none", []),
    ],
)
def test_events_are_followed_to_what_is_in_force(
    code: str, day: dt.date, outcome: str, current: list[str]
) -> None:
    found = follow(small(), GM + code, day)
    assert found is not None
    assert (found.outcome, [c.removeprefix(GM) for c in found.current]) == (outcome, current)


def test_the_way_is_told_with_its_days() -> None:
    vocabularies = small()
    found = follow(vocabularies, GM + "gm0001", DAY)
    assert found is not None
    assert [t.nl for t in told(vocabularies, found)] == [
        "Een (tot 2010-01-01) → Twee (tot 2020-01-01) → Drie",
        "Een (tot 2010-01-01) → Twee (tot 2020-01-01) → Vier",
    ]
    assert follow(vocabularies, GM + "gm9999", DAY) is None


@needs_data
def test_every_ended_municipality_reaches_a_current_one() -> None:
    register = tooi()
    codes = [e.iri for e in register.entries() if e.iri.startswith(GM + "gm")]
    assert len(codes) == 605
    outcomes: Counter[str] = Counter()
    for iri in codes:
        found = follow(register, iri, dt.date(2023, 1, 1))
        assert found is not None
        outcomes[found.outcome] += 1
        assert set(found.current) == (
            {iri}
            if found.outcome == "in-force"
            else set(register.current(iri, dt.date(2023, 1, 1)))
        )
        for current in found.current:
            entry = register.entry(current)
            assert entry is not None
            assert entry.ended is None
    assert outcomes == {"in-force": 342, "one": 259, "several": 4}


@needs_data
@given(st.integers(0, 604), st.dates(dt.date(1995, 1, 1), REGISTER_DAY))
def test_on_any_day_successors_are_in_force_and_ways_are_chains(n: int, day: dt.date) -> None:
    register = tooi()
    iri = sorted(e.iri for e in register.entries() if e.iri.startswith(GM + "gm"))[n]
    found = follow(register, iri, day)
    assert found is not None
    for current, path in zip(found.current, found.path, strict=True):
        assert (path[0], path[-1]) == (iri, current)
        assert len(set(path)) == len(path)
        entry = register.entry(current)
        assert entry is not None
        assert entry.in_force(day)
        for older, newer in itertools.pairwise(path):
            assert newer in register.successors(older)
