"""Numbers of organisations: told by property or scheme, checked by the measured rules."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from rdflib import Graph

from kg.checking.identifiers import check_identifiers, eleven_test, kind_named
from kg.checking.material import Draft, Material, Setting
from kg.checking.profiles import Profile
from kg.intake.read import read_document
from kg.vocabularies import Vocabularies

ROO = Path(__file__).parents[3] / "shared" / "data" / "roo"
PREFIXES = """
@prefix : <https://example.org/> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix s: <https://w3id.org/samenspel/id/scheme/> .
"""
SETTING = Setting(Profile("none", "1", Graph(), Graph()), Vocabularies(), dt.date(2026, 1, 1))


def found(turtle: str) -> list[Draft]:
    document = read_document((PREFIXES + turtle).encode(), name="a.ttl")
    return list(check_identifiers(Material(document.triples, SETTING)))


def codes(turtle: str) -> list[str]:
    return [d.result.code for d in found(turtle)]


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        (':x dct:identifier "111222333"^^s:rsin .', []),
        (':x dct:identifier "111222334"^^s:rsin .', ["KG-V401"]),
        (':x dct:identifier "11122233"^^s:rsin .', ["KG-V401"]),
        (':x :rsinNummer "111222334" .', ["KG-V401"]),
        (':x dct:identifier "111222334" .', []),
        (':x :kvkNummer "12345678" .', []),
        (':x :kvkNummer "1234567" .', ["KG-V403"]),
        (':x dct:identifier "00000003123456780000"^^s:oin .', []),
        (':x dct:identifier "I0000003123456780000"^^s:oin .', ["KG-V402"]),
        (':x dct:identifier "00000001111222333000"^^s:oin , "111222333"^^s:rsin .', []),
        (':x dct:identifier "00000001111222333000"^^s:oin .', []),
        (':x dct:identifier "00000001111222334000"^^s:oin .', ["KG-V404"]),
        (':x dct:identifier "00000001111222333000"^^s:oin , "123456782"^^s:rsin .', ["KG-V404"]),
    ],
)
def test_the_rules_of_each_register(turtle: str, expected: list[str]) -> None:
    assert codes(turtle) == expected


@pytest.mark.parametrize(
    "scheme", ['adms:schemeAgency "KvK"', "dct:type <https://example.org/kvk>"]
)
def test_an_identifier_of_its_own_says_its_scheme(scheme: str) -> None:
    assert codes(f':x adms:identifier [ skos:notation "123" ; {scheme} ] .') == ["KG-V403"]


def test_numbers_at_identifiers_of_their_own_are_compared_for_the_organisation() -> None:
    turtle = """:x adms:identifier
        [ skos:notation "00000001111222333000" ; adms:schemeAgency "OIN" ] ,
        [ skos:notation "123456782" ; adms:schemeAgency "RSIN" ] ."""
    assert codes(turtle) == ["KG-V404"]


def test_a_letter_that_looks_like_a_digit_is_proposed_away() -> None:
    (draft,) = found(':x dct:identifier "I0000003123456780000"^^s:oin .')
    (proposal,) = draft.proposals
    assert "10000003123456780000" in str(proposal.add[0])


def test_spaces_are_proposed_away_only_when_the_number_is_right_then() -> None:
    assert [len(d.proposals) for d in found(':x :rsin "1112 22333" .')] == [1]
    assert [len(d.proposals) for d in found(':x :rsin "1112 22334" .')] == [0]


def test_names_of_kinds() -> None:
    assert [kind_named(n) for n in ("OIN", "burgerservicenummer", "title", "coin")] == [
        "oin", "bsn", None, None
    ]  # fmt: skip


def registered(kind: str) -> list[str]:
    numbers: list[str] = []
    for path in sorted(ROO.rglob("*.json")):
        numbers += walk(json.loads(path.read_text(encoding="utf-8")), kind)
    for path in sorted(ROO.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            numbers += [row[kind] for row in csv.DictReader(file) if row.get(kind)]
    return numbers


def walk(node: object, kind: str) -> list[str]:
    if isinstance(node, dict):
        own = [node[kind]] if isinstance(node.get(kind), str) else []
        return own + [n for child in node.values() for n in walk(child, kind)]
    return [n for child in node for n in walk(child, kind)] if isinstance(node, list) else []


@pytest.mark.skipif(not ROO.is_dir(), reason="the register is not beside the checkout (../shared)")
def test_every_rsin_of_the_register_passes() -> None:
    numbers = registered("rsin")
    assert len(numbers) > 500
    assert [n for n in numbers if not eleven_test(n)] == []
