"""Catalogues of services of others, versions 2 and 3: what is taken over and what is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kg.errors import UnreadableInputError
from kg.intake.cpsv import import_cpsv
from kg.intake.read import read_document
from kg.intake.submission import make_submission
from kg.rdf import value

if TYPE_CHECKING:
    from kg.intake.registers import Imported

HEAD = """
@prefix cpsv: <http://purl.org/vocab/cpsv#> . @prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix org: <http://www.w3.org/ns/org#> .
@prefix eli: <http://data.europa.eu/eli/ontology#> . @prefix schema: <http://schema.org/> .
@prefix sam: <https://w3id.org/samenspel/def#> . @prefix adms: <http://www.w3.org/ns/adms#> .
@prefix lpdc: <https://productencatalogus.data.vlaanderen.be/ns/ipdc-lpdc#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <https://example.org/> .
"""
SERVICE = ':s a cpsv:PublicService ; dct:title "Hulp"@nl ; cv:hasCompetentAuthority :a . '


def take(text: str, organisation: str | None = None) -> Imported:
    document = read_document((HEAD + text).encode(), name="diensten.ttl", lenient=True)
    return import_cpsv(document, organisation=organisation)


def said(done: Imported) -> set[tuple[str, str, str]]:
    """Statements in short: last parts of the IRIs, texts as they are."""

    def last(text: str) -> str:
        return re.split(r"[#/]", text)[-1]

    return {
        (last(value(t.subject)), last(t.predicate.value),
         str(t.object) if str(t.object).startswith('"') else last(value(t.object)))
        for t in done.triples
    }  # fmt: skip


def kinds(done: Imported) -> set[str]:
    return {p.kind.partition(" ")[0] for p in done.report.problems}


def provisions(done: Imported) -> set[tuple[str, str]]:
    """Who supplies whom."""
    found = said(done)
    cells = {s for s, p, o in found if (p, o) == ("type", "ServiceProvision")}
    return {
        (next(o for s, p, o in found if (s, p) == (c, "supplier")),
         next(o for s, p, o in found if (s, p) == (c, "customer")))
        for c in cells
    }  # fmt: skip


def test_version_three_participation_of_a_customer() -> None:
    done = take(
        SERVICE + ":s cv:hasParticipation :p . :p a cv:Participation ; cv:role :r ;"
        ' cv:hasParticipant :b ; dct:identifier "1" . :r skos:prefLabel "Afnemer"@nl .'
    )
    assert provisions(done) == {("a", "b")}
    assert ("p", "ofService", "s") in said(done)
    assert ("b", "type", "Actor") in said(done)


def test_version_two_participation_from_the_side_of_the_agent() -> None:
    done = take(
        SERVICE + ":s cv:hasParticipation :p . :p a cv:Participation ;"
        " cv:role <https://example.org/roles/ServiceUser> . :b a dct:Agent ; cv:playsRole :p ;"
        ' dct:title "Bewoners"@nl .'
    )
    assert provisions(done) == {("a", "b")}
    assert ("b", "label", '"Bewoners"@nl') in said(done)


def test_a_role_that_is_neither_is_left_out_and_said() -> None:
    done = take(
        SERVICE + ":s cv:hasParticipation :p . :p a cv:Participation ; cv:role :Toezichthouder ;"
        " cv:hasParticipant :b ."
    )
    assert provisions(done) == set()
    assert kinds(done) >= {"unknown-role", "no-customer"}


def test_an_executing_authority_supplies_and_the_competent_one_stays() -> None:
    done = take(SERVICE + ":s lpdc:hasExecutingAuthority :x ; dct:audience :jongeren .")
    assert {supplier for supplier, _ in provisions(done)} == {"x"}
    assert ("s", "hasCompetentAuthority", "a") in said(done)


def test_an_audience_is_a_community_that_is_served() -> None:
    done = take(SERVICE + ':s dct:audience :jongeren . :jongeren skos:prefLabel "Jongeren"@nl .')
    ((_, customer),) = provisions(done)
    assert (customer, "type", "Community") in said(done)
    assert (customer, "label", '"Jongeren"@nl') in said(done)
    assert customer != "jongeren"
    assert ("s", "audience", "jongeren") in said(done)


def test_with_several_suppliers_nobody_is_said_to_supply_whom() -> None:
    done = take(SERVICE + ":s cv:hasCompetentAuthority :a2 ; dct:audience :jongeren .")
    assert provisions(done) == set()
    assert "several-suppliers" in kinds(done)
    assert ("a2", "type", "Organisation") in said(done)


def test_without_an_authority_the_publisher_is_taken_and_said() -> None:
    done = take(':s a cv:PublicService ; dct:publisher :p ; dct:audience :x . :p foaf:name "P" .')
    assert {supplier for supplier, _ in provisions(done)} == {"p"}
    assert "publisher-as-authority" in kinds(done)
    assert ("p", "label", '"P"@und') in said(done)


def test_nobody_supplies_to_itself() -> None:
    done = take(
        SERVICE + ":s cv:hasParticipation :p . :p cv:role sam:Customer ; cv:hasParticipant :a ."
    )
    assert provisions(done) == set()


def test_one_channel_is_the_interface_and_of_two_nobody_chose() -> None:
    one = take(SERVICE + ':s dct:audience :x ; cv:hasChannel :c . :c dct:title "Balie"@nl .')
    assert any((p, o) == ("viaInterface", "c") for _, p, o in said(one))
    assert ("c", "label", '"Balie"@nl') in said(one)
    two = take(SERVICE + ":s dct:audience :x ; cpsv:hasChannel :c, :d .")
    assert not any(p == "viaInterface" for _, p, _ in said(two))
    assert {o for s, p, o in said(two) if p == "hasChannel"} == {"c", "d"}


@pytest.mark.parametrize(
    "link", [":s cv:isGroupedBy :e .", ":e cv:hasRelatedService :s .", ":e dct:relation :s ."]
)
def test_an_event_from_either_side(link: str) -> None:
    done = take(SERVICE + link + ' :e a cv:LifeEvent ; dct:title "Verhuizen"@nl .')
    assert said(done) >= {
        ("s", "isGroupedBy", "e"),
        ("e", "type", "LifeEvent"),
        ("e", "label", '"Verhuizen"@nl'),
    }


def test_a_legal_ground_with_its_link() -> None:
    done = take(
        SERVICE + ':s cv:hasLegalResource [ a cv:LegalResource ; dct:title "Wet"@nl ;'
        ' schema:url "https://wetten.overheid.nl/x", "geen link" ] .'
    )
    assert done.report.written["legalGrounds"] == 1
    assert {o for _, p, o in said(done) if p == "seeAlso"} == {"x"}


def test_names_one_per_language_the_plainest_first() -> None:
    done = take(':s a cpsv:PublicService ; dct:title "u"@nl-be-x-formal, "kort"@nl, "x"@en .')
    assert {o for s, p, o in said(done) if p == "label"} >= {'"kort"@nl', '"x"@en'}
    assert ("s", "altLabel", '"u"@nl') in said(done)


def test_days_of_validity_end_the_day_after_the_last() -> None:
    done = take(
        SERVICE + ':s schema:startDate "2019-04-13T00:00:00Z"^^xsd:dateTime ;'
        ' schema:endDate "2026-11-27"^^xsd:date .'
    )
    days = {p: o.partition("^")[0] for _, p, o in said(done) if p.startswith("valid")}
    assert days == {"validFrom": '"2019-04-13"', "validUntil": '"2026-11-28"'}


def test_persons_stay_out() -> None:
    done = take(SERVICE + ':jan a foaf:Person ; foaf:name "Jan" .')
    assert "person" in kinds(done)
    assert not any("Jan" in o or s == "jan" for s, _, o in said(done))


def test_organisations_with_their_parts_and_numbers() -> None:
    done = take(
        ':a a cv:PublicOrganisation ; skos:prefLabel "A"@nl ; org:hasUnit :u ;'
        ' adms:identifier [ a adms:Identifier ; skos:notation "001" ] .'
        ' :u a org:OrganizationalUnit ; skos:prefLabel "U"@nl .'
    )
    assert said(done) >= {
        ("a", "type", "Organisation"),
        ("a", "identifier", '"001"'),
        ("u", "type", "OrganisationalUnit"),
        ("u", "partOf", "a"),
    }
    assert done.report.problems == ()


def test_succession_from_a_change_and_from_a_later_one() -> None:
    done = take(
        ":old a cv:PublicOrganisation ; org:changedBy :e . :e a org:ChangeEvent ;"
        " org:originalOrganization :old, :other ; org:resultingOrganization :new ."
        " :new <http://www.w3.org/1999/xhtml/vocab#next> :newer ."
    )
    assert {(s, o) for s, p, o in said(done) if p == "isReplacedBy"} == {
        ("old", "new"),
        ("other", "new"),
        ("new", "newer"),
    }


def test_addresses_of_a_site_become_links() -> None:
    done = take(
        SERVICE + ":s <http://www.w3.org/2000/01/rdf-schema#seeAlso> :w . :w a schema:WebSite ;"
        ' schema:url "https://example.org/pagina" .'
    )
    assert ("s", "seeAlso", "pagina") in said(done)
    assert not any(p.kind.startswith("no-counterpart") for p in done.report.problems)


def test_every_statement_is_used_or_reported() -> None:
    text = SERVICE + (
        ':s cv:hasCost :k ; dct:requires :t ; dct:subject "tekst" . :k a cv:Cost ; cv:hasValue 3 .'
        " :t a cpsv:PublicService ."
    )
    done = take(text)
    unmatched = {p.kind: p for p in done.report.problems if p.kind.startswith("no-counterpart")}
    assert {k.replace("http://data.europa.eu/m8g/", "cv:") for k in unmatched} == {
        "no-counterpart http://purl.org/vocab/cpsv#PublicService cv:hasCost",
        "no-counterpart http://purl.org/vocab/cpsv#PublicService http://purl.org/dc/terms/subject",
        "no-counterpart cv:Cost",
        "no-counterpart cv:Cost cv:hasValue",
    }
    cost = unmatched["no-counterpart http://data.europa.eu/m8g/Cost"]
    assert cost.count == 1
    assert cost.place.startswith("diensten.ttl:9:")
    assert "cv:Cost" in cost.message.nl


def test_who_speaks() -> None:
    assert take(SERVICE).report.register == "https://w3id.org/samenspel/id/register/diensten"
    assert take(SERVICE, "https://example.org/a").report.register == "https://example.org/a"


def test_equal_input_gives_equal_submissions() -> None:
    text = SERVICE + ":s dct:audience :x . [] a cpsv:PublicService ; cv:hasCompetentAuthority :a ;"
    text += " dct:audience :x ."
    one, two = (make_submission(take(text).triples, "f", "urn:a") for _ in range(2))
    assert set(one.triples) == set(two.triples)
    assert len(provisions(take(text))) == 1


def test_a_file_without_services_is_refused() -> None:
    with pytest.raises(UnreadableInputError) as caught:
        take(":x a skos:Concept .")
    assert caught.value.code == "KG-X110"
