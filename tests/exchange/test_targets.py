"""What each target gets, statement by statement, from a graph with one of everything."""

from __future__ import annotations

import re
from functools import cache

import pytest

from exchange.demo import TODAY
from kg.exchange import Export, export, load_profile
from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rdf import FORMATS, parse_bytes, value

DATA = """
@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix cv: <http://data.europa.eu/m8g/> . @prefix org: <http://www.w3.org/ns/org#> .
:ministry a sam:Organisation ; rdfs:label "Ministerie"@nl, "Ministry"@en ; skos:altLabel "Min"@nl, "Mi"@nl ;
  dct:identifier "0007"^^:oin ; org:classification :rijk ; dct:description "Doet veel"@nl .
:agency a sam:Organisation ; rdfs:label "Dienst"@nl ; sam:partOf :ministry .
:team a sam:OrganisationalUnit ; rdfs:label "Team"@nl ; sam:partOf :agency ; sam:organisedAround :theme .
:staff a sam:StaffUnit ; rdfs:label "Staf"@nl ; sam:partOf :ministry .
:region a sam:Collaboration ; rdfs:label "Regio"@nl ; sam:hasMember :ministry, :people .
:clients a sam:CustomerConfiguration ; sam:hasMember :people .
:people a sam:Community ; rdfs:label "Inwoners"@nl .
:alderman a sam:Person ; rdfs:label "Wethouder"@nl .
:before a sam:Organisation ; rdfs:label "Voorheen"@nl ; sam:validUntil "2020-01-01"^^xsd:date ;
  dct:isReplacedBy :agency .
:call a sam:Interaction ; sam:interactionOf :help ; sam:inRole :telephonist .
:help a sam:Service ; rdfs:label "Hulp"@nl, "Help"@en ; dct:description "Bij schulden"@nl ;
  dct:identifier "h1" ; sam:touches :say ; sam:rivalrousIn :hours ; cv:isClassifiedBy :upl .
:cell a sam:ServiceProvision ; sam:supplier :agency ; sam:customer :people ; sam:ofService :help ;
  sam:viaInterface :desk .
:hosting-cell a sam:ServiceProvision ; sam:supplier :ministry ; sam:customer :agency ;
  sam:ofService :hosting ; sam:enables :help .
:hosting a sam:Service ; rdfs:label "Hosting"@nl .
:orphan a sam:Service ; rdfs:label "Van niemand"@nl .
:club-cell a sam:ServiceProvision ; sam:supplier :people ; sam:customer :agency ; sam:ofService :barbecue .
:barbecue a sam:Service ; rdfs:label "Buurtbarbecue"@nl .
:desk a sam:Interface ; rdfs:label "Balie"@nl .
:say a sam:Aspect ; skos:prefLabel "zeggenschap"@nl ; sam:moreMeans "Meer is meer."@nl ; skos:broader :upl .
:hours a sam:Aspect ; skos:prefLabel "uren"@nl .
:upl a skos:Concept ; skos:prefLabel "Schuldhulp"@nl ; skos:inScheme :list .
:list a skos:ConceptScheme ; skos:prefLabel "Lijst"@nl .
:wish a sam:Interest ; sam:heldBy :people ; sam:concerns :say ; sam:direction sam:Increase .
"""  # noqa: E501 - one thing on one line


@cache
def done(name: str, *, typed: bool = False) -> Export:
    triples = parse_bytes(DATA.encode(), FORMATS[".ttl"])
    result = find([make_submission(triples, "all.ttl")], as_of=TODAY, rules=["opposed"])
    return export(result.store, load_profile(name), typed=typed)


def said(name: str, *, typed: bool = False) -> set[str]:
    """The statements in short: ``subject property value``."""

    def last(text: str) -> str:
        return re.split(r"[#/](?=[^#/]*$)", text)[-1]

    return {
        f"{last(value(t.subject))} {last(t.predicate.value)} "
        + (str(t.object) if str(t.object).startswith('"') else last(value(t.object)))
        for t in done(name, typed=typed).triples
    }


def test_org() -> None:
    assert said("org") >= {
        "ministry type Organization",
        'ministry prefLabel "Ministry"@en',
        'ministry altLabel "Mi"@nl',
        'ministry altLabel "Min"@nl',
        "ministry classification rijk",
        'ministry identifier "0007"^^<https://example.org/oin>',
        "agency subOrganizationOf ministry",
        "ministry hasSubOrganization agency",
        "team type OrganizationalUnit",
        "team unitOf agency",
        "team purpose theme",
        "staff type OrganizationalUnit",
        "region type OrganizationalCollaboration",
        "region hasMember people",
        "clients type OrganizationalCollaboration",
        "people type Group",
        'people name "Inwoners"@nl',
        "alderman type Person",
        "telephonist type Role",
        "before type Organization",
    }
    assert any(s.startswith("before changedBy before#change-") or " changedBy change-" in s
               for s in said("org"))  # fmt: skip


def test_cpov() -> None:
    found = said("cpov")
    assert found >= {
        "ministry type PublicOrganisation",
        'ministry prefLabel "Ministerie"@nl',
        'ministry altLabel "Mi"@nl',
        'ministry description "Doet veel"@nl',
        "ministry classification rijk",
        "agency subOrganizationOf ministry",
        "ministry hasSubOrganization agency",
        "team unitOf agency",
        "agency hasUnit team",
        "region hasMember ministry",
        "before type PublicOrganisation",
    }
    assert 'ministry altLabel "Min"@nl' not in found, "CPOV allows one per language"
    assert "region hasMember people" not in found, "no organisation"
    assert not any(s.startswith(("people ", "alderman ", "clients ", "help ")) for s in found)
    notation = 'notation "0007"^^<https://example.org/oin>'
    assert any(s.startswith("identifier-") and s.endswith(notation) for s in found)


def test_cpsv_ap() -> None:
    found = said("cpsv-ap-3.2.0")
    assert found >= {
        "help type PublicService",
        'help title "Hulp"@nl',
        'help description "Bij schulden"@nl',
        'help identifier "h1"',
        "help hasCompetentAuthority agency",
        "agency type PublicOrganisation",
        "help hasParticipation cell",
        "cell role Customer",
        "cell hasParticipant people",
        "people type Agent",
        "people type Group",
        "help hasChannel desk",
        "desk ownedBy agency",
        'desk description "Balie"@nl',
        "help requires hosting",
        "help isClassifiedBy upl",
        'upl prefLabel "Schuldhulp"@nl',
    }
    assert not any(s.startswith(("orphan ", "barbecue ", "alderman ")) for s in found)
    assert not any("say" in s for s in found)


def test_skos() -> None:
    found = said("skos", typed=True)
    assert found >= {
        "say type Concept",
        'say scopeNote "Meer is meer."@nl',
        "say broader upl",
        "upl inScheme list",
        "list type ConceptScheme",
        "help subject say",
        "help subject hours",
        "wish subject say",
        "say inScheme concepts",
    }
    assert "upl inScheme concepts" not in found
    assert "list inScheme concepts" not in found


@pytest.mark.parametrize("name", ["cpsv-ap-3.2.0", "cpov", "org", "skos"])
def test_everything_referred_to_has_a_kind_with_typed_references(name: str) -> None:
    triples = done(name, typed=True).triples
    typed = {value(t.subject) for t in triples if t.predicate.value.endswith("#type")}
    plain = {"org:purpose", "theme"}
    referred = {
        value(t.object)
        for t in triples
        if str(t.object).startswith("<https://example.org/") and "#type" not in t.predicate.value
    }
    assert {r for r in referred if r.rpartition("/")[2] not in plain} <= typed


def test_why_a_service_stays_behind_is_told() -> None:
    (loss,) = [x for x in done("cpsv-ap-3.2.0").losses if x.term.endswith("#Service")]
    assert (loss.total, loss.kept) == (4, 2)
    assert loss.why is not None
