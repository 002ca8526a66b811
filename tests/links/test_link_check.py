"""Links of a file: their state, the counts, and patches that change nothing else."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from rdflib.compare import graph_diff, to_isomorphic

from kg.checking.check import check
from kg.checking.graphs import to_graph
from kg.checking.links import LinkReport, check_links, mended, patch, placeholder
from kg.checking.profiles import find_profile
from kg.cli import main
from kg.errors import UnreadableInputError
from kg.intake.read import Document, read_document
from kg.intake.registers import REGISTERS
from kg.rdf import FORMATS, parse_bytes, parse_file
from kg.vocabularies import Vocabularies
from kg.vocabularies.home import shipped_home
from kg.vocabularies.view import Source
from links.registers import DATA, needs_data

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

DAY = dt.date(2026, 1, 1)
_TURTLE = FORMATS[".ttl"]
GM = "https://identifier.overheid.nl/tooi/id/gemeente/"
EU = "http://publications.europa.eu/resource/authority/"
OWMS = "http://standaarden.overheid.nl/owms/terms/"
LIST = f"""
@prefix gm: <{GM}> .
@prefix owms: <{OWMS}> .
@prefix freq: <{EU}frequency/> .
@prefix lang: <{EU}language/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix at: <http://publications.europa.eu/ontology/authority/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ont: <https://identifier.overheid.nl/tooi/def/ont/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
gm:gm0001 a ont:Gemeente ; rdfs:label "Een" .
gm:gm0002 a ont:Gemeente ; rdfs:label "Twee" ; ont:einddatum "2009-12-31"^^xsd:date .
gm:gm0003 a ont:Gemeente ; rdfs:label "Drie" ; ont:einddatum "2009-12-31"^^xsd:date .
gm:gm0004 a ont:Gemeente ; rdfs:label "Vier" .
<urn:e1> prov:invalidated gm:gm0002 ; prov:generated gm:gm0001 .
<urn:e2> prov:invalidated gm:gm0003 ; prov:generated gm:gm0001 , gm:gm0004 .
owms:adoptie a skos:Concept ; skos:prefLabel "adoptie"@nl .
freq:DAILY a skos:Concept ; skos:prefLabel "daily"@en .
freq:OLD a skos:Concept ; skos:prefLabel "old"@en ; at:deprecated "true" ;
  dct:isReplacedBy freq:DAILY .
lang:NLD a skos:Concept ; skos:prefLabel "Dutch"@en ; skos:notation "nl" .
"""
MISTAKES = f"""@prefix : <https://example.org/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix gm: <{GM}> .
# A remark that stays.
:s a :Service ;
  dct:language <{EU.replace("http", "https")}language/NLD> , <{EU}language/NL> ;
  dct:type <{OWMS}adoptie> ,   <{OWMS.replace("http", "https")}adoptie> ;
  dct:subject <{OWMS.replace("http", "https")}aow-leeftijd> ;
  dct:publisher gm:gm0002 ; dct:creator gm:gm0003 ;
  dct:accrualPeriodicity <{EU}frequency/OLD> ;
  dct:relation <https://identifier.overheid.nl/tooi/id/so/so0001> , <https://example.com/x> ,
    <https://organisaties.overheid.nl/test-org-001> , <https://wetten.overheid.nl/BWBR9999999> ,
    <https://wetten.overheid.nl/BWBR0018451> ;
  dct:conformsTo <{EU}language> .
"""


@pytest.fixture(scope="module")
def lists() -> Vocabularies:
    return Vocabularies([Source("l", "1", tuple(parse_bytes(LIST.encode(), FORMATS[".ttl"])))])


def read(turtle: str, name: str = "a.ttl") -> Document:
    return read_document(turtle.encode(), name=name)


def test_every_link_gets_its_state(lists: Vocabularies) -> None:
    report = check_links(read(MISTAKES), lists, DAY)
    assert dict(report.states) == {
        "malformed": 5,
        "unknown-in-known-scheme": 1,
        "ended-with-successor": 1,
        "ended-ambiguous": 1,
        "deprecated": 1,
        "scheme-not-loaded": 1,
        "ok": 1,
    }
    assert report.elsewhere == 3
    assert report.wrong
    names = {s.en: sum(n.values()) for s, n in report.schemes.items()}
    assert names["TOOI register gemeente"] == 2
    assert names["UPL and OWMS"] == 3


def test_a_link_stands_where_it_stands_and_says_what_to_do(lists: Vocabularies) -> None:
    report = check_links(read(MISTAKES), lists, DAY)
    first = next(link for link in report.links if link.state == "malformed")
    assert first.place is not None
    assert (first.place.line, first.place.column) == (6, 16)
    assert first.proposals == (f"{EU}language/NLD",)
    choices = next(link for link in report.links if link.state == "ended-ambiguous")
    assert choices.proposals == (f"{GM}gm0001", f"{GM}gm0004")
    assert choices.repair is None, "several successors are asked, never chosen"
    for link in report.links:
        if link.state != "ok":
            assert link.message is not None
            assert link.message.nl != link.message.en


def test_before_it_ended_nothing_is_said(lists: Vocabularies) -> None:
    states = check_links(read(MISTAKES), lists, dt.date(2009, 12, 31)).states
    assert "ended-with-successor" not in states
    assert states["ok"] == 3


def test_a_patch_mends_and_changes_nothing_else(lists: Vocabularies) -> None:
    document = read(MISTAKES)
    report = check_links(document, lists, DAY)
    done = mended(document, MISTAKES, report)
    assert done.kept
    assert "# A remark that stays." in done.text
    before, after = set(document.triples), set(read(done.text).triples)
    swapped = {(str(t.subject), t.predicate.value) for t in before - after}
    added = {(str(t.subject), t.predicate.value) for t in after - before}
    assert added <= swapped
    assert {t.object.value for t in before - after} == {  # type: ignore[union-attr]
        EU.replace("http", "https") + "language/NLD", f"{EU}language/NL",
        OWMS.replace("http", "https") + "adoptie", f"{GM}gm0002", f"{EU}frequency/OLD",
    }  # fmt: skip
    assert {t.object.value for t in after - before} == {  # type: ignore[union-attr]
        f"{EU}language/NLD", f"{GM}gm0001", f"{EU}frequency/DAILY",
    }  # fmt: skip
    again = check_links(read(done.text), lists, DAY)
    assert not {"ended-with-successor", "deprecated"} & again.states.keys()
    assert again.states["malformed"] == 2, "the two numbers that stand for none"
    assert not patch(again)


def test_the_changes_alone_are_lines_out_and_in(lists: Vocabularies) -> None:
    lines = patch(check_links(read(MISTAKES), lists, DAY)).splitlines()
    assert len([x for x in lines if x.startswith("- ")]) == 5
    assert f"+ <https://example.org/s> <http://purl.org/dc/terms/publisher> <{GM}gm0001> ." in lines


@pytest.mark.parametrize(
    ("iri", "is_one"),
    [
        ("https://wetten.overheid.nl/jci1.3:c:BWBR0018451&artikel=1", False),
        ("https://wetten.overheid.nl/BWBR0000000/2020-01-01", True),
        ("https://wetten.overheid.nl/BWBR1234567", True),
        ("https://wetten.overheid.nl/BWBR123", True),
        ("https://wetten.overheid.nl/zoeken", False),
        ("https://organisaties.overheid.nl/28212263/Sociale_Verzekeringsbank", False),
        ("https://organisaties.overheid.nl/test-org-001", True),
        ("https://organisaties.overheid.nl/", False),
        ("https://example.org/test-org-001", False),
    ],
)
def test_numbers_that_stand_for_none(iri: str, is_one: bool) -> None:  # noqa: FBT001
    assert placeholder(iri) is is_one


def test_lists_that_are_loaded_count_however_their_iris_are_written() -> None:
    turtle = """
@prefix c: <https://code.example/nuts/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
c:A a skos:Concept ; skos:prefLabel "A" ; dct:isReplacedBy c:B .
c:B a skos:Concept ; skos:prefLabel "B" .
"""
    loaded = Vocabularies([Source("nuts", "1", tuple(parse_bytes(turtle.encode(), _TURTLE)))])
    said = "<urn:x:a> <urn:x:p> <https://code.example/nuts/A> , <https://code.example/nuts/B> ."
    report = check_links(read(said), loaded, DAY)
    assert dict(report.states) == {"deprecated": 1, "ok": 1}
    assert next(x for x in report.links if x.state == "deprecated").repair is not None
    assert [s.en for s in report.schemes] == ["nuts"]
    assert dict(check_links(read(said), Vocabularies(), DAY).states) == {}


# --- real files ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dutch() -> Vocabularies:
    excerpts = [
        Source(path.stem, "1", tuple(parse_file(path)), whole=False)
        for path in sorted((DATA / "eu-authority").rglob("*.rdf"))
    ]
    upl = REGISTERS["upl"](DATA / "upl/data/UPL-actueel.csv").triples
    tooi = parse_file(DATA / "tooi/tooi-registers.ttl")
    return Vocabularies([
        *shipped_home().sources(), *excerpts,
        Source("upl", "2021", tuple(upl)), Source("tooi", "4", tuple(tooi)),
    ])  # fmt: skip


def service_files() -> list[Path]:
    places = (DATA / "ronl", DATA / "lblod-lpdc/migration-scripts/tests-shacl/instances-concepts")
    return [p for place in places for end in ("*.ttl", "*.rdf") for p in sorted(place.rglob(end))]


@needs_data
def test_the_known_mistakes_in_real_service_files_are_found_and_mended(dutch: Vocabularies) -> None:
    states: dict[str, int] = {}
    patched = 0
    for path in service_files():
        try:
            document = read_document(path.read_bytes(), name=path.name)
        except UnreadableInputError:
            continue
        report = check_links(document, dutch, DAY)
        for state, n in report.states.items():
            states[state] = states.get(state, 0) + n
        if patch(report):
            patched += 1
            _check_patch(path, document, report, dutch)
    assert patched >= 1
    assert states["malformed"] >= 1, "https for http in the uniform list of products"
    assert states["unknown-in-known-scheme"] >= 4, "aow-leeftijd is in no list"
    assert states["scheme-not-loaded"] > 10
    assert states["ok"] >= 3


@needs_data
def test_flemish_files_are_looked_up_in_the_lists_they_come_with() -> None:
    lists = DATA / "lblod-lpdc/config/migrations"
    named = ("codelist", "bestuurseenheden", "nuts")
    loaded = Vocabularies([
        Source(p.stem, "1", tuple(parse_file(p)))
        for p in sorted(lists.rglob("*.ttl")) if any(n in str(p) for n in named)
    ])  # fmt: skip
    states: dict[str, int] = {}
    for path in service_files():
        if "lblod" in str(path):
            document = read_document(path.read_bytes(), name=path.name, lenient=True)
            for state, n in check_links(document, loaded, DAY).states.items():
                states[state] = states.get(state, 0) + n
    assert states["ok"] >= 60
    assert not {"malformed", "unknown-in-known-scheme"} & states.keys()


def _check_patch(path: Path, document: Document, report: LinkReport, lists: Vocabularies) -> None:
    text = path.read_text(encoding="utf-8")
    done = mended(document, text, report)
    new = read_document(done.text.encode(), name=path.with_suffix(".ttl").name)
    _, gone, come = graph_diff(*(to_isomorphic(to_graph(d.triples)) for d in (document, new)))
    lines = patch(report).splitlines()
    assert _lines(gone) == {x[2:] for x in lines if x.startswith("- ")}
    assert _lines(come) == {x[2:] for x in lines if x.startswith("+ ")}
    profile = find_profile("cpsv-ap-3.2.0", DATA.parent / "conformance/cpsv-ap")
    counts = [
        sum(
            g.total
            for g in check([d], organisation=None, as_of=DAY, shapes=profile,
                           vocabularies=lists).groups
            if g.results[0].bin == "must-fix"
        )
        for d in (document, new)
    ]  # fmt: skip
    assert counts[1] < counts[0]


def _lines(graph: Graph) -> set[str]:
    return {line for line in graph.serialize(format="nt").splitlines() if line}


# --- the command ---------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "l.ttl").write_text(LIST, encoding="utf-8")
    (tmp_path / "a.ttl").write_text(MISTAKES, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main([
        "link", "check", str(folder / "a.ttl"), "--vocabularies", str(folder / "lists"),
        "--as-of", "2026-01-01", *words,
    ])  # fmt: skip


def test_the_command_tells_and_mends(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new, changes = folder / "b.ttl", folder / "b.txt"
    assert run(folder, "--lang", "nl", "--fix", str(new), "--patch", str(changes)) == 1
    out = capsys.readouterr()
    assert "a.ttl:6:16" in out.out
    assert "verkeerd geschreven" in out.out
    assert "5 hersteld" in out.err
    assert read(new.read_text(encoding="utf-8")).triples
    assert changes.read_text(encoding="utf-8").count("\n- ") == 4
    assert run(folder, "--fix", str(new)) == 2, "it is not replaced unasked"


def test_the_command_speaks_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--format", "json") == 1
    said = json.loads(capsys.readouterr().out)["reports"][0]
    assert said["states"]["malformed"] == 5
    assert len(said["links"]) == sum(said["states"].values())
    repaired = [x for x in said["links"] if x["repair"]]
    assert len(repaired) == 5
    assert repaired[0]["place"]["line"] == 6


def test_what_breaks_its_rules_is_read_when_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'<urn:x:a> <urn:x:p> "x"@nl-be-x-generated-informal ; <urn:x:q> <{GM}gm1> .'
    (folder / "a.ttl").write_text(text, encoding="utf-8")
    assert run(folder) == 2
    assert run(folder, "--lenient", "--lang", "en", "--fix", str(folder / "b.ttl")) == 1
    assert "badly written" in capsys.readouterr().out
    assert "gm0001" in (folder / "b.ttl").read_text(encoding="utf-8")


def test_exit_codes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = f"@prefix gm: <{GM}> .\n<urn:x:a> <urn:x:p> gm:gm0001 , gm:gm0002 .\n"
    (folder / "a.ttl").write_text(good, encoding="utf-8")
    assert run(folder) == 0, "what ended is a warning"
    (folder / "a.ttl").write_text("<urn:x:a> ex:p", encoding="utf-8")
    assert run(folder) == 2
    assert "a.ttl:1" in capsys.readouterr().err
    assert run(folder, "--fix", str(folder / "b.rdf")) == 2
