"""Every rule file is whole, parses with two engines and keeps to portable SPARQL 1.1."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from rdflib.plugins.sparql import prepareQuery

from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rdf import FORMATS, parse_bytes
from kg.rules.bind import bind
from kg.rules.catalogue import load_catalogue
from kg.rules.program import compile_program
from kg.store import MemoryStore
from kg.store.oxigraph import insert_form

if TYPE_CHECKING:
    from kg.rules.header import Header

NOW = dt.date(2026, 1, 1)
RULES = load_catalogue().rules
CONTRACT = """opposed rival actual disservice externality chain-harm chain-potential
missing-coordination orphan-theme headless-theme meta-gap regress-open meta-cycle
single-customer-account one-sided-responsibility missing-cocreator underused-capability
issue-without-ecosystem financing-incentive fragmented-life-event hobby-change
untouched-interaction blind-spot control-loss parallel-suppliers staff-led effects-unheard"""
EVERY = pytest.mark.parametrize("rule", RULES, ids=lambda h: h.id)
COMMENT = re.compile(r"^#[^\n]*$", re.MULTILINE)


def body(rule: Header) -> str:
    return COMMENT.sub("", bind(rule, {}, NOW))


@EVERY
def test_parses_with_two_engines(rule: Header) -> None:
    text = bind(rule, {}, NOW)
    store = MemoryStore()
    assert list(store.select(text) if rule.is_finding else store.construct(text)) == []
    prepareQuery(text)


@EVERY
def test_names_its_graphs(rule: Header) -> None:
    text = body(rule)
    if rule.stage == "10-voice":
        assert "FROM" not in text
        assert "GRAPH g:" in text
    else:
        assert re.findall(r"\bFROM (\S+)", text) == ["g:current", "g:derived"]
        assert "GRAPH" not in text


@EVERY
def test_uses_nothing_that_other_engines_lack(rule: Header) -> None:
    text = body(rule)
    assert not re.search(r"\b(LATERAL|COALESCE|SERVICE)\b|<<", text)
    assert not re.search(r"\bIF\s*\([^()]*\bEXISTS\b", text), "no EXISTS inside IF"
    assert not re.search(r"\bCONCAT \(|\bIRI \(|\bSHA1 \(", text), "no space before arguments"
    for start, path in re.findall(r"(\?\w+)\s+\S+\+\s+(\?\w+)", text):
        assert text.count(start) > 1, f"{start} {path}: a path open at both ends"


@EVERY
def test_time_is_looked_at_in_the_first_stage_only(rule: Header) -> None:
    assert ("$now" in rule.text) <= (rule.stage == "10-voice")


@pytest.mark.parametrize("rule", [r for r in RULES if not r.is_finding], ids=lambda h: h.id)
def test_edges_can_be_made_inside_the_engine(rule: Header) -> None:
    store = MemoryStore()
    store.materialise("urn:g", bind(rule, {}, NOW))
    assert "INSERT" in insert_form("urn:g", body(rule))


@pytest.mark.parametrize("rule", [r for r in RULES if r.is_finding], ids=lambda h: h.id)
def test_one_rule_alone_runs_what_it_rests_on(rule: Header) -> None:
    steps = [s.header.id for s in compile_program(load_catalogue(), NOW, only=[rule.id]).steps]
    assert rule.id in steps
    assert steps == [h.id for h in RULES if h.id in steps], "in the same order"
    bare = compile_program(load_catalogue(), NOW, only=[rule.id], bare=True).steps
    assert {s.header.id for s in bare} <= set(steps)


def test_ids_are_what_the_contract_names() -> None:
    names = {h.rule for h in RULES if h.is_finding}
    assert names == set(re.findall(r"[a-z-]+", CONTRACT))


def test_a_confidence_of_many_digits_does_not_lose_the_harm() -> None:
    data = b"""@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
        :p sam:ofService :s ; sam:supplier :a ; sam:customer :c .
        :i sam:heldBy :c ; sam:concerns :x ; sam:direction sam:Increase ; sam:priority 77 .
        :e sam:causedBy :s ; sam:onInterest :i ; sam:contribution -83 ;
          sam:confidence 0.777777777777777777 ."""
    said = make_submission(parse_bytes(data, FORMATS[".ttl"]), "one.ttl")
    (harm,) = [f for f in find([said], as_of=NOW).findings if f.rule == "disservice"]
    assert harm.severity == pytest.approx(77 * 83 * 0.7777777777777778 / 100, abs=1e-3)
