"""The Python API for notebooks: what it gives, in which types, and how it is shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

import kg
from kg.errors import NotFoundError, ParameterError
from kg.insight.answers import to_python
from kg.insight.dossiers import into_dossiers
from kg.insight.labels import Labels
from kg.insight.publish import to_json
from kg.model import Finding
from kg.rdf import Literal, NamedNode, Triple
from kg.store import MemoryStore
from kg.terms import CURRENT, RDFS_LABEL, XSD

NOW = dt.date(2026, 1, 1)
E = "https://example.org/"
DATA = """
@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:green a sam:Service ; rdfs:label "<script>alert(1)</script>"@nl ; sam:touches :say .
:say a sam:Aspect .
:p a sam:ServiceProvision ; sam:ofService :green ;
   sam:supplier :town ; sam:customer :club, :school .
:j a sam:Interest ; sam:heldBy :school ; sam:concerns :say ; sam:direction sam:Decrease .
:i a sam:Interest ; sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Increase .
"""


@pytest.fixture
def graph(tmp_path: Path) -> kg.Graph:
    file = tmp_path / "data.ttl"
    file.write_text(DATA)
    return kg.read(file, as_of=NOW)


def test_findings_are_a_sequence(graph: kg.Graph) -> None:
    found = graph.findings(rule="opposed")
    assert len(found) == 1
    assert isinstance(found[0], Finding)
    assert found[0].severity == 50.0
    assert found.to_json() == to_json(graph.look(rules=["opposed"]).findings)


def test_a_question_gives_typed_values(graph: kg.Graph) -> None:
    rows = graph.query("tension-per-service")
    [row] = rows
    assert row["service"] == E + "green"
    assert row["conflicts"] == 1
    assert row["severity"] == Decimal(50)
    assert isinstance(row["severity"], Decimal)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("7", "integer", 7),
        ("0.5", "decimal", Decimal("0.5")),
        ("true", "boolean", True),
        ("2026-01-31", "date", NOW.replace(day=31)),
        ("31 januari", "date", "31 januari"),
        ("x", "string", "x"),
    ],
)
def test_values_become_python(text: str, kind: str, expected: object) -> None:
    assert to_python(Literal(text, datatype=NamedNode(XSD + kind))) == expected


def test_what_is_not_there_is_said(graph: kg.Graph) -> None:
    with pytest.raises(NotFoundError):
        graph.query("no-such-question")
    with pytest.raises(ParameterError):
        graph.query("tension-per-service", wrong=1)
    with pytest.raises(NotFoundError):
        graph.findings(rule="no-such-rule")
    with pytest.raises(NotFoundError):
        graph.explain(E + "no-finding")


def test_notebooks_get_escaped_tables(graph: kg.Graph) -> None:
    finding = graph.findings(rule="opposed")[0]
    shown = [
        graph._repr_html_(),
        graph.findings()._repr_html_(),
        graph.explain(finding.iri)._repr_html_(),
        graph.query("tension-per-service")._repr_html_(),
        graph.matrix()._repr_html_(),
        graph.matrix()._repr_svg_(),
    ]
    for text in shown:
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)" in text
        assert "style=" not in text


def test_notebooks_speak_both_languages(graph: kg.Graph) -> None:
    assert "Tegengestelde belangen" in graph.findings()._repr_html_()
    english = graph.findings(lang="en")._repr_html_()
    assert "Opposed interests" in english
    assert 'lang="en"' in english


def test_sources_are_attributed(tmp_path: Path) -> None:
    file = tmp_path / "data.ttl"
    file.write_text(DATA)
    said = kg.read(sources={E + "club": file}, as_of=NOW)
    assert said.findings(rule="opposed")[0].voice != "unattributed"


def label(node: str, text: str, lang: str | None) -> Triple:
    return Triple(NamedNode(node), NamedNode(RDFS_LABEL), Literal(text, language=lang))


def test_labels_are_chosen_by_language_then_dutch_english_none_name() -> None:
    store = MemoryStore()
    store.add(
        CURRENT,
        [
            label(E + "a", "nl-a", "nl"), label(E + "a", "en-a", "en"),
            label(E + "b", "nl-b", "nl"), label(E + "b", "plain-b", None),
            label(E + "c", "en-c", "en"), label(E + "c", "plain-c", None),
            label(E + "d", "plain-d", None), label(E + "d", "de-d", "de"),
        ],
    )  # fmt: skip
    labels = Labels(store)
    nodes = [E + name for name in "abcde"]
    assert [labels.of(n, "en") for n in nodes] == [
        ("en-a", "en"), ("nl-b", "nl"), ("en-c", "en"), ("plain-d", ""), ("e", "")
    ]  # fmt: skip
    assert [labels.text(n, "nl") for n in nodes] == ["nl-a", "nl-b", "en-c", "plain-d", "e"]


def finding(iri: str, parties: tuple[str, ...], rank: float = 0, **keys: str) -> Finding:
    return Finding(iri, "opposed", "conflict", rank, keys, parties, rank=rank)


def test_dossiers_share_a_service_or_aspect_and_the_parties() -> None:
    one = finding("f1", ("a", "b"), 9, service="s1", subject="t")
    other_service = finding("f2", ("a", "b"), 8, service="s2", subject="t")
    other_party = finding("f3", ("a", "c"), 7, service="s1", subject="t")
    apart = finding("f4", ("a", "b"), 6, service="s3", subject="u")
    made = into_dossiers([one, other_service, other_party, apart])
    assert [[f.iri for f in d.findings] for d in made] == [["f1", "f2"], ["f3"], ["f4"]]
    assert made[0].topics == ("s1", "s2", "t")


GOLDEN = Path(__file__).parents[3] / "shared/prototype/semantics/golden/example.ttl"


@pytest.mark.skipif(not GOLDEN.exists(), reason="the golden case is not beside the checkout")
def test_golden_case_answers_every_question() -> None:
    golden = kg.read(GOLDEN, as_of=NOW)
    assert len(golden.findings()) > 35
    for found in golden.findings():
        assert golden.findings().sentence(found)
