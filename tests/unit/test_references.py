"""References: known, ended, split, deprecated, unknown, badly written, or not loaded."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from rdflib import Graph

from kg.checking.material import Draft, Material, Setting
from kg.checking.profiles import Profile
from kg.checking.references import check_references, look_up
from kg.errors import NotFoundError
from kg.intake.read import read_document
from kg.vocabularies import Vocabularies, canonical, load_vocabularies

REGISTERS = Path(__file__).parents[3] / "shared" / "data" / "tooi"
RONL = Path(__file__).parents[3] / "shared" / "data" / "ronl"
DAY = dt.date(2026, 1, 1)
TOOI = "https://identifier.overheid.nl/tooi/id/gemeente/"
EU = "http://publications.europa.eu/resource/authority/"
OWMS = "http://standaarden.overheid.nl/owms/terms/"
LISTS = f"""
@prefix gm: <{TOOI}> .
@prefix owms: <{OWMS}> .
@prefix freq: <{EU}frequency/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix at: <http://publications.europa.eu/ontology/authority/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tooiont: <https://identifier.overheid.nl/tooi/def/ont/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
gm:gm0001 a tooiont:Gemeente ; rdfs:label "gemeente Een" ;
  tooiont:owmsId "{OWMS}Een_(gemeente)"^^xsd:anyURI .
gm:gm0002 a tooiont:Gemeente ; rdfs:label "gemeente Twee" ; prov:invalidatedAtTime
  "2010-01-01T00:00:00"^^xsd:dateTime .
gm:gm0003 a tooiont:Gemeente ; rdfs:label "gemeente Drie" ;
  tooiont:einddatum "2020-12-31"^^xsd:date .
gm:gm0004 a tooiont:Gemeente .
gm:gm0005 a tooiont:Gemeente ; prov:invalidatedAtTime "2010-01-01T00:00:00"^^xsd:dateTime .
gm:gm0006 a tooiont:Gemeente ; prov:invalidatedAtTime "2000-01-01T00:00:00"^^xsd:dateTime ;
  dct:isReplacedBy gm:gm0002 .
<urn:merger> prov:invalidated gm:gm0002 ; prov:generated gm:gm0003 .
<urn:split> prov:invalidated gm:gm0003 ; prov:generated gm:gm0001 , gm:gm0004 .
owms:adoptie a skos:Concept .
freq:DAILY a skos:Concept .
freq:OLD a skos:Concept ; at:deprecated "true" ; dct:isReplacedBy freq:DAILY .
"""


@pytest.fixture
def lists(tmp_path: Path) -> Vocabularies:
    (tmp_path / "lists.ttl").write_text(LISTS, encoding="utf-8")
    return load_vocabularies(tmp_path)


@pytest.mark.parametrize(
    ("iri", "day", "state", "proposals"),
    [
        (f"{TOOI}gm0001", DAY, "known", ()),
        (f"{TOOI}gm0002", dt.date(2009, 12, 31), "known", ()),
        (f"{TOOI}gm0002", dt.date(2010, 1, 1), "ended", (f"{TOOI}gm0003",)),
        (f"{TOOI}gm0006", dt.date(2015, 1, 1), "ended", (f"{TOOI}gm0003",)),
        (f"{TOOI}gm0003", dt.date(2020, 12, 31), "known", ()),
        (f"{TOOI}gm0003", dt.date(2021, 1, 1), "ambiguous", (f"{TOOI}gm0001", f"{TOOI}gm0004")),
        (f"{TOOI}gm0002", DAY, "ambiguous", (f"{TOOI}gm0001", f"{TOOI}gm0004")),
        (f"{TOOI}gm0005", DAY, "ambiguous", ()),
        (f"{TOOI}gm9999", DAY, "unknown", ()),
        (f"{TOOI}gm1", DAY, "malformed", (f"{TOOI}gm0001",)),
        (f"{TOOI}GM0001", DAY, "malformed", (f"{TOOI}gm0001",)),
        (f"{TOOI}gm0001/", DAY, "malformed", (f"{TOOI}gm0001",)),
        (f"{TOOI}amsterdam", DAY, "malformed", ()),
        (TOOI.replace("https", "http") + "gm0001", DAY, "malformed", (f"{TOOI}gm0001",)),
        ("https://identifier.overheid.nl/tooi/id/so/so0001", DAY, "not-loaded", ()),
        (f"{EU}frequency/OLD", DAY, "deprecated", (f"{EU}frequency/DAILY",)),
        (f"{EU}frequency/daily", DAY, "malformed", (f"{EU}frequency/DAILY",)),
        (f"{EU}language/NLD", DAY, "known", ()),
        (f"{EU}language/nl", DAY, "malformed", (f"{EU}language/NLD",)),
        (f"{EU}atu/NL", DAY, "malformed", (f"{EU}atu/NLD",)),
        (f"{EU}language/XYZ", DAY, "not-loaded", ()),
        (EU.replace("http", "https") + "place/NLD_AMS", DAY, "malformed", (f"{EU}place/NLD_AMS",)),
        (f"{EU}main-activity/gas-oil", DAY, "not-loaded", ()),
        (f"{OWMS}adoptie", DAY, "known", ()),
        (f"{OWMS}adopti", DAY, "unknown", (f"{OWMS}adoptie",)),
        (OWMS.replace("http", "https") + "aow-leeftijd", DAY, "unknown", ()),
        (f"{OWMS}Een_(gemeente)", DAY, "deprecated", (f"{TOOI}gm0001",)),
    ],
)
def test_the_state_of_a_reference(
    lists: Vocabularies, iri: str, day: dt.date, state: str, proposals: tuple[str, ...]
) -> None:
    found = look_up(iri, lists, day)
    assert found is not None
    assert (found.state, found.proposals) == (state, proposals)


@pytest.mark.parametrize("iri", ["https://example.org/x", "mailto:info@example.org", "urn:x"])
def test_other_iris_are_left_alone(lists: Vocabularies, iri: str) -> None:
    assert look_up(iri, lists, DAY) is None


def test_what_is_written_well_stays_as_it_is() -> None:
    for iri in (f"{TOOI}gm0034", f"{EU}language/NLD", f"{OWMS}adoptie"):
        assert canonical(iri) == iri


# --- in a submission -----------------------------------------------------------------------

PREFIXES = f"""
@prefix : <https://example.org/> .
@prefix gm: <{TOOI}> .
@prefix d: <https://w3id.org/samenspel/derived#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sam: <https://w3id.org/samenspel/def#> .
"""


def found(turtle: str, lists: Vocabularies) -> list[Draft]:
    document = read_document((PREFIXES + turtle).encode(), name="a.ttl")
    setting = Setting(Profile("none", "1", Graph(), Graph(), own=True), lists, DAY)
    return list(check_references(Material(document.triples, setting)))


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        (":x :for gm:gm0001 .", []),
        (":x :for gm:gm0006 .", [("KG-V204", "should-fix", 2)]),
        (":x :for gm:gm9999 .", [("KG-V202", "unknown-reference", 0)]),
        (":x :for gm:gm1 .", [("KG-V206", "must-fix", 1)]),
        (f":x :for <{TOOI[:-9]}so/so0001> .", [("KG-V207", "information", 0)]),
        ("gm:gm1 a :Thing ; :size 3 .", [("KG-V206", "must-fix", 1)]),
        (":x a sam:Actor ; sam:partOf :y .", []),
        (":x a sam:Actr .", [("KG-V208", "must-fix", 1)]),
        (":x a sam:Belang .", [("KG-V208", "must-fix", 1)]),
        (":x sam:heldby :y .", [("KG-V208", "must-fix", 1)]),
        (":x sam:zzzzzz :y .", [("KG-V208", "must-fix", 0)]),
        (":x a <http://w3id.org/samenspel/def#Actor> .", [("KG-V208", "must-fix", 1)]),
        (":x d:agreed :y .", [("KG-V209", "must-fix", 1)]),
        ('sam:Actor rdfs:label "mijn actor"@nl .', [("KG-V210", "must-fix", 0)]),
        ("sam:Organisation rdfs:subClassOf sam:Community .", [("KG-V210", "must-fix", 0)]),
    ],
)  # fmt: skip
def test_what_is_said_of_references(
    lists: Vocabularies, turtle: str, expected: list[tuple[str, str, int]]
) -> None:
    drafts = found(turtle, lists)
    assert [(d.result.code, d.result.bin, len(d.proposals)) for d in drafts] == expected
    assert all(d.result.message.nl != d.result.message.en for d in drafts)


def test_a_scheme_that_is_not_loaded_is_told_once_per_reference(lists: Vocabularies) -> None:
    so = "<https://identifier.overheid.nl/tooi/id/so/so0001>"
    assert len(found(f":x :for {so} . :y :for {so} .", lists)) == 1


def test_a_badly_written_subject_is_renamed_as_a_whole(lists: Vocabularies) -> None:
    (draft,) = found("gm:gm1 a :Thing ; :size 3 .", lists)
    (proposal,) = draft.proposals
    assert len(proposal.remove) == len(proposal.add) == 2
    assert {str(t.subject) for t in proposal.add} == {f"<{TOOI}gm0001>"}


def test_an_excerpt_does_not_make_the_rest_unknown(tmp_path: Path) -> None:
    (tmp_path / "lists.ttl").write_text(LISTS, encoding="utf-8")
    part = look_up(f"{TOOI}gm9999", load_vocabularies(tmp_path, excerpts={"lists"}), DAY)
    assert part is not None
    assert part.state == "not-loaded"


def test_a_missing_folder_is_an_error_with_advice(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        load_vocabularies(tmp_path / "none")
    assert caught.value.code == "KG-N020"


# --- real registers ------------------------------------------------------------------------


@pytest.mark.skipif(not REGISTERS.is_dir(), reason="the TOOI registers are not beside (../shared)")
def test_every_ended_municipality_has_a_successor_and_few_have_several() -> None:
    registers = load_vocabularies(REGISTERS)
    codes = (f"{TOOI}gm{n:04d}" for n in range(1, 10_000))
    states = [look_up(iri, registers, DAY) for iri in codes]
    ended = [s for s in states if s is not None and s.state in {"ended", "ambiguous"}]
    single = [s for s in ended if len(s.proposals) == 1]
    assert (len(ended), len(single), min(len(s.proposals) for s in ended)) == (263, 259, 1)


@pytest.mark.skipif(not RONL.is_dir(), reason="the Dutch CPSV-AP files are not beside (../shared)")
def test_mislinks_in_published_dutch_data_are_found_with_their_repair() -> None:
    found: dict[str, str] = {}
    for path in sorted(RONL.rglob("*-CPSV-AP-RONL.ttl")):
        document = read_document(path.read_bytes(), name=path.name, lenient=True)
        setting = Setting(Profile("none", "1", Graph(), Graph()), load_vocabularies(), DAY)
        for draft in check_references(Material(document.triples, setting)):
            if draft.result.code == "KG-V206":
                found[draft.result.value] = str(draft.proposals[0].add[0].object)
    written = OWMS.replace("http", "https")
    assert found == {
        f"<{written}aow-leeftijd>": f"<{OWMS}aow-leeftijd>",
        f"<{written}zorgtoeslag>": f"<{OWMS}zorgtoeslag>",
    }
