"""Export profiles: whole, portable, and honest about every term of the ontology."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from rdflib import OWL, RDF, Graph, URIRef
from rdflib.plugins.sparql import prepareQuery

from exchange.demo import demo, exported, text_of
from kg.checking.profiles import KNOWN
from kg.errors import KgError, NotFoundError, RuleError
from kg.exchange import FORMATS, export, load_profile, profile_names, write
from kg.exchange.profile import ALL, Part, read_profile
from kg.rdf import Literal, NamedNode, Triple, parse_bytes
from kg.rdf.parse import FORMATS as SYNTAXES
from kg.resources import ontology_dir, queries_dir
from kg.terms import SAM

if TYPE_CHECKING:
    from pathlib import Path

NAMES = profile_names()
PARTS = [part for name in NAMES for part in load_profile(name).parts]
IDS = [f"{name}/{part.id}" for name in NAMES for part in load_profile(name).parts]


def terms() -> set[str]:
    """Every class and property of the ontology that people state."""
    graph = Graph()
    for path in ontology_dir().glob("*.ttl"):
        graph.parse(path)
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    found = {str(s) for kind in kinds for s in graph.subjects(RDF.type, kind)}
    derived = {str(s) for s in graph.subjects(URIRef(SAM + "inferredOnly"))}
    return {t for t in found - derived if t.startswith(SAM)}


def test_the_profiles_that_issue_and_help_name_are_there() -> None:
    assert set(NAMES) == {"cpsv-ap-3.2.0", "cpov", "org", "skos", "rdf"}
    assert {load_profile(n).receiver for n in NAMES} - {""} <= set(KNOWN)


@pytest.mark.parametrize("part", PARTS, ids=IDS)
def test_every_part_is_portable_and_names_its_graphs(part: Part) -> None:
    query = part.query.replace("$place", "<https://example.org/place>")
    prepareQuery(query)
    body = re.sub(r"^#.*$", "", query, flags=re.MULTILINE)
    graphs = set(re.findall(r"FROM (\S+)", body))
    assert graphs == ({"g:export"} if part.typed else graphs & {"g:current", "g:derived"})
    assert graphs
    assert not re.search(r"\b(SERVICE|LATERAL|COALESCE|GRAPH)\b", body)
    assert part.title.nl != part.title.en


@pytest.mark.parametrize("part", PARTS, ids=IDS)
def test_a_part_keeps_what_its_query_reads(part: Part) -> None:
    for kept in part.kept:
        if kept.ours == ALL:
            continue
        local = re.split(r"[#/]", kept.ours)[-1]
        if not re.search(rf"\b\w+:{local}\b", part.query):
            # an abstract class is kept through those under it
            assert local in {"Actor", "Community", "Collaboration", "CustomerConfiguration",
                             "Ecosystem", "Organisation", "OrganisationalUnit", "StaffUnit",
                             "ServiceProvision", "Interface", "Outsourcing"}, kept.ours  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_term_of_the_ontology_is_kept_or_has_a_reason(name: str) -> None:
    profile = load_profile(name)
    if ALL in profile.kept:
        return
    known = terms()
    assert SAM + "Interest" in known
    reasons = {t: profile.why_lost(t) for t in known if t not in profile.kept}
    assert [t for t, why in reasons.items() if why is None] == []
    named = set().union(*(group.terms for group in profile.lost)) - {ALL}
    assert named <= known
    assert not named & set(profile.kept)


@pytest.mark.parametrize("name", NAMES)
def test_equal_input_gives_equal_bytes(name: str) -> None:
    again = export(demo().store, load_profile(name), typed=True)
    assert text_of(again) == text_of(exported(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_format_says_the_same(name: str) -> None:
    done = exported(name)
    endings = {"turtle": ".ttl", "jsonld": ".jsonld", "xml": ".xml", "nt": ".nt"}
    for kind in FORMATS:
        text = text_of(done, kind)
        if kind == "csv":
            assert text.count("\r\n") == len(done.triples) + 1
        else:
            read = parse_bytes(text.encode(), SYNTAXES[endings[kind]])
            assert set(read) == set(done.triples)


def test_xml_says_when_it_cannot() -> None:
    odd = Triple(NamedNode("urn:a"), NamedNode("https://example.org/123"), Literal("x"))
    with pytest.raises(KgError) as caught:
        write([odd], "xml", {})
    assert caught.value.code == "KG-X103"


def test_nothing_but_the_data_without_typed_references() -> None:
    plain, typed = exported("cpsv-ap-3.2.0", typed=False), exported("cpsv-ap-3.2.0")
    assert set(plain.triples) < set(typed.triples)
    assert plain.completed == ()
    assert {c.what.en for c in typed.completed} == {
        "the IRI as identifier, where there was none",
        "the name as description, where there was none",
        "the area of --place for organisations without one",
    }
    assert plain.losses == typed.losses


def test_the_place_is_a_term_and_never_query_text() -> None:
    done = export(
        demo().store, load_profile("cpsv-ap-3.2.0"), typed=True, place="https://example.org/plaats"
    )
    places = {t.object for t in done.triples if t.predicate.value.endswith("terms/spatial")}
    assert places == {NamedNode("https://example.org/plaats")}


def test_an_ended_provision_stays_behind_and_is_counted() -> None:
    done = exported("cpsv-ap-3.2.0")
    ended = "https://example.org/demo/veiligheid/supplier/tips-foreign"
    assert ended not in {getattr(t.subject, "value", "") for t in done.triples}
    (loss,) = [x for x in done.losses if x.term == SAM + "ServiceProvision"]
    assert loss.lost == 1
    assert loss.why is not None
    assert "not in force" in loss.why.en


def test_what_has_no_place_is_counted_with_its_reason() -> None:
    done = exported("cpsv-ap-3.2.0")
    found = {x.term: x for x in done.losses}
    interest = found[SAM + "Interest"]
    assert (interest.total, interest.kept) == (17, 0)
    assert interest.why is not None
    assert "never what anyone wants" in interest.why.en
    assert found[SAM + "Service"].lost == 0


def test_the_export_of_everything_loses_nothing() -> None:
    assert [x for x in exported("rdf").losses if x.lost] == []


def test_an_unknown_profile_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotFoundError) as caught:
        load_profile("cpsv-ap-3.2")
    assert caught.value.code == "KG-X101"
    assert "cpsv-ap-3.2.0" in caught.value.to("nl")


@pytest.mark.parametrize("broken", ["title", "kept"])
def test_a_broken_part_is_refused(tmp_path: Path, broken: str) -> None:
    source = queries_dir() / "exports" / "rdf"
    for path in source.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".rq":
            swap = {"title": ("title:", "titel:"), "kept": ("{ours:", "{our:")}[broken]
            text = text.replace(*swap)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        read_profile(tmp_path)
    assert caught.value.code == "KG-X102"
