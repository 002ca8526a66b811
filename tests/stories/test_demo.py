"""The demo stories are valid, readable in two languages, and show what the golden case shows."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import RDFS, SKOS, Graph, URIRef
from rdflib.namespace import RDF

from kg.checking.shacl import validate_graph
from kg.intake.story import read_story
from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.resources import demo_dir, ontology_dir
from kg.terms import FINDING, SAM

from .telling import row_of

if TYPE_CHECKING:
    from kg.intake.story import Story
    from kg.model import Findings

GOLDEN = Path(__file__).resolve().parents[3] / "shared/prototype/semantics/golden/expected.json"
NAMES = sorted(p.parent.name for p in demo_dir().glob("*/story.toml"))
MAX_LINES = 450

each_story = pytest.mark.parametrize("name", NAMES)


def told(name: str) -> Story:
    return read_story(demo_dir() / name)


@cache
def findings(*names: str) -> Findings:
    stories = [told(name) for name in names]
    said = [s for story in stories for s in story.submissions]
    return find(said, as_of=stories[0].as_of, registry=stories[0].registry).findings


@cache
def graph(*paths: Path) -> Graph:
    merged = Graph()
    for path in paths:
        merged.parse(path)
    return merged


def files(name: str) -> list[Path]:
    return sorted((demo_dir() / name).glob("*.ttl"))


@cache
def ontology() -> Graph:
    return graph(*sorted(ontology_dir().glob("*.ttl")))


@cache
def shapes() -> Graph:
    return graph(*sorted((ontology_dir() / "shapes").glob("*.ttl")))


def test_there_are_two_stories() -> None:
    assert NAMES == ["gemeente", "veiligheid"]


@each_story
def test_every_file_has_a_speaker(name: str) -> None:
    named = [s.source.file for s in told(name).submissions]
    assert sorted(named) == [f"{name}/{p.name}" for p in files(name)]
    assert all(s.source.organisation for s in told(name).submissions)


@each_story
def test_story_is_valid(name: str) -> None:
    """Nothing must be mended, neither in the whole nor in the file of one organisation."""
    whole = graph(*files(name))
    results = validate_graph(whole, shapes(), background=ontology())
    for path in files(name):
        results += validate_graph(graph(path), shapes(), background=ontology() + whole)
    faults = [r for r in results if r.severity == "Violation"]
    assert not faults, [(r.focus, r.messages["en"]) for r in faults]


@each_story
def test_everything_a_reader_meets_has_a_name_in_two_languages(name: str) -> None:
    whole = graph(*files(name)) + ontology()
    met = {
        iri
        for f in findings(name)
        for iri in (*f.involves, *f.because, *(v for k, v in f.keys.items() if k != "reason"))
        if not iri.startswith(FINDING)
    }
    assert met
    for iri in sorted(met):
        labels = [
            *whole.objects(URIRef(iri), RDFS.label),
            *whole.objects(URIRef(iri), SKOS.prefLabel),
        ]
        assert {getattr(label, "language", None) for label in labels} == {"nl", "en"}, iri


@each_story
def test_every_aspect_says_what_more_of_it_means(name: str) -> None:
    whole = graph(*files(name))
    for aspect in whole.subjects(RDF.type, URIRef(SAM + "Aspect")):
        said = whole.objects(aspect, URIRef(SAM + "moreMeans"))
        assert sorted(getattr(text, "language", "") for text in said) == ["en", "nl"], aspect


@each_story
def test_story_stays_short_enough_to_read(name: str) -> None:
    lines = sum(len(p.read_text(encoding="utf-8").splitlines()) for p in files(name))
    assert lines <= MAX_LINES


def test_together_the_stories_find_what_each_finds_alone() -> None:
    apart = Counter(f.iri for name in NAMES for f in findings(name))
    assert Counter(f.iri for f in findings(*NAMES)) == apart


@pytest.mark.skipif(not GOLDEN.is_file(), reason="the golden situation is not in ../shared")
def test_every_rule_and_reason_of_the_golden_case_occurs() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    rules = {k.partition("-")[2] for k, rows in golden.items() if rows} - {"conflicts"}
    rules |= {row[0] for row in golden["30-conflicts"]}
    rows = [row_of(f) for f in findings(*NAMES)]
    assert rules <= {row["rule"] for row in rows}
    reasons = {row[2] for row in golden["31-missing-coordination"]}
    assert reasons <= {row["keys"].get("reason") for row in rows}
    severities = Counter((row[0], row[3]) for row in golden["30-conflicts"])
    assert severities <= Counter((row["rule"], row["severity"]) for row in rows)


def test_voices_are_mixed_and_one_conflict_is_well_coordinated() -> None:
    rows = [row_of(f) for f in findings(*NAMES)]
    conflicts = [row for row in rows if "coordination" in row]
    assert Counter(row["voice"] for row in conflicts) == {
        "confirmed": 9,
        "claimed": 1,
        "presumed": 1,
    }
    adequate = [row["keys"] for row in conflicts if row["coordination"] == "adequate"]
    assert adequate == [{"service": "fields", "subject": "field-hours"}]


def test_without_sources_the_stories_still_hold() -> None:
    said = [
        make_submission(s.triples, s.source.file) for name in NAMES for s in told(name).submissions
    ]
    found = find(said, as_of=told(NAMES[0]).as_of).findings
    assert {f.voice for f in found} == {"unattributed"}
    of_voice = {"effects-unheard", "blind-spot", "missing-coordination"}
    plain = {f.iri for f in found if f.rule not in of_voice}
    assert plain == {f.iri for f in findings(*NAMES) if f.rule not in of_voice}
