"""Personal data: found by what it is said to be, and never repeated."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from rdflib import Graph

from kg.checking.check import check
from kg.checking.material import Draft, Material, Setting
from kg.checking.privacy import check_privacy, mailbox
from kg.checking.profiles import Profile, default_profile
from kg.intake.read import read_document
from kg.vocabularies import Vocabularies

PREFIXES = """
@prefix : <https://example.org/> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix s: <https://w3id.org/samenspel/id/scheme/> .
"""
SETTING = Setting(Profile("none", "1", Graph(), Graph()), Vocabularies(), dt.date(2026, 1, 1))
NUMBER = "111222333"
"""Passes the eleven test and belongs to nobody."""


def found(turtle: str) -> list[Draft]:
    document = read_document((PREFIXES + turtle).encode(), name="a.ttl")
    return list(check_privacy(Material(document.triples, SETTING)))


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        (f':x :bsn "{NUMBER}" .', ["KG-V301"]),
        (f':x :burgerservicenummer "{NUMBER}" .', ["KG-V301"]),
        (f':x dct:identifier "{NUMBER}"^^s:bsn .', ["KG-V301"]),
        (
            f':x adms:identifier [ skos:notation "{NUMBER}" ; adms:schemeAgency "BSN" ] .',
            ["KG-V301"],
        ),
        (f':x rdfs:comment "zijn BSN is {NUMBER}"@nl .', ["KG-V301"]),
        (f':x dct:identifier "{NUMBER}" .', []),
        (f':x dct:identifier "{NUMBER}"^^s:rsin .', []),
        (':x rdfs:comment "gebruik nooit een BSN in 2026"@nl .', []),
        (":x foaf:mbox <mailto:j.jansen@example.org> .", ["KG-V302"]),
        (':x schema:email "j.van.dijk@example.org" .', ["KG-V302"]),
        (':x schema:email "anna.postma@example.org" .', ["KG-V303"]),
        (':x schema:email "bakkertje@gmail.com" .', ["KG-V303"]),
        (':x rdfs:comment "mail p.de.boer@example.org"@nl .', ["KG-V302"]),
        (":x foaf:mbox <mailto:info@example.org> .", []),
        (':x schema:email "burgerzaken.noord@example.org" , "wmo@example.org" .', []),
        (":x a foaf:Person .", ["KG-V304"]),
        (":x a sam:Community .", []),
        (':x a sam:Community ; foaf:givenName "Anna" .', ["KG-V305"]),
        (':x a foaf:Person ; schema:birthDate "1970-01-01" .', ["KG-V304", "KG-V305"]),
        (':x a foaf:Organization ; foaf:name "Club A" .', []),
    ],
)  # fmt: skip
def test_what_is_personal(turtle: str, expected: list[str]) -> None:
    assert [d.result.code for d in found(turtle)] == expected


def test_desks_are_no_persons() -> None:
    desks = ("info", "post", "klantenservice", "team-noord", "no-reply", "griffie", "avg")
    assert [mailbox(f"{name}@example.org") for name in desks] == [None] * len(desks)


def test_a_personal_value_is_nowhere_in_the_report() -> None:
    turtle = f""":x a sam:Organisation ; rdfs:label "{NUMBER} is het BSN, BSN {NUMBER}" ;
        foaf:mbox <mailto:j.jansen@example.org> ; :bsn "{NUMBER}" ;
        sam:validFrom "BSN {NUMBER}" ."""
    report = check(
        [read_document((PREFIXES + turtle).encode(), name="a.ttl")],
        organisation=None,
        shapes=default_profile(),
        as_of=dt.date(2026, 1, 1),
    )
    assert {"KG-V301", "KG-V302", "KG-V103"} <= {r.code for r in report.results}
    shown = [(r.value, r.repair, r.alternatives, r.message, r.focus_label) for r in report.results]
    assert NUMBER not in str(shown)
    assert "jansen" not in str(shown)


REGISTERS = Path(__file__).parents[3] / "shared" / "data" / "tooi" / "tooi-registers.ttl"


@pytest.mark.skipif(not REGISTERS.is_file(), reason="the TOOI registers are not beside (../shared)")
def test_registers_of_organisations_hold_no_personal_data() -> None:
    document = read_document(REGISTERS.read_bytes(), name=REGISTERS.name)
    assert list(check_privacy(Material(document.triples, SETTING))) == []
