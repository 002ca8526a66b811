"""HermiT on the ontology with examples, golden case and demo data; needs Java and owlready2."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest
from rdflib import Graph

from kg.checking.ontology import check_ontology
from kg.checking.reasoning import apart, clashes, reason_over
from kg.terms import SAM

ROOT = Path(__file__).parents[2]
ONTOLOGY = ROOT / "ontology"
GOLDEN = ROOT.parent / "shared" / "prototype" / "semantics" / "golden" / "example.ttl"
DEMO = sorted((ROOT / "data" / "demo").glob("*.ttl"))
PREFIXES = """\
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ready: <http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#> .
@prefix : <https://example.org/planted/> .
"""

hermit = pytest.mark.usefixtures("hermit_present")


@pytest.fixture
def hermit_present() -> None:
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine")
    if importlib.util.find_spec("owlready2") is None:
        pytest.skip("the extra 'owl' is not installed")


@pytest.fixture(scope="module")
def modules() -> Graph:
    graph = Graph()
    for path in [*ONTOLOGY.glob("*.ttl"), *ONTOLOGY.glob("alignments/*.ttl")]:
        graph.parse(path)
    return graph


def data(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


@hermit
@pytest.mark.java
def test_ontology_examples_and_demo_are_consistent() -> None:
    report = check_ontology(ONTOLOGY, DEMO)
    assert [f for f in report.faults if f.rule in {"inconsistent", "unsatisfiable-class"}] == []
    assert report.consistent is True
    assert report.reason is None


@hermit
@pytest.mark.java
def test_the_golden_case_is_consistent(modules: Graph) -> None:
    if not GOLDEN.exists():
        pytest.skip("the golden case is not beside this checkout")
    verdict = reason_over(modules + Graph().parse(GOLDEN))
    assert verdict.consistent is True
    assert verdict.unsatisfiable == ()


@hermit
@pytest.mark.java
@pytest.mark.parametrize(
    "turtle",
    [
        ":x a sam:Person, sam:Organisation .",
        ":x a sam:Community ; a sam:Person .",
        # needs reasoning: the range of supplier is an actor, and a service is none
        ":p sam:supplier :s . :s a sam:CoordinationService .",
        # a conflict of kinds through a functional property: both customers are one node
        ":p sam:customer :a, :b . :a a sam:Person . :b a sam:Organisation .",
        ":x a sam:Finding, sam:Interest .",
    ],
)
def test_a_planted_contradiction_is_inconsistent(modules: Graph, turtle: str) -> None:
    assert reason_over(modules + data(turtle)).consistent is False


@hermit
@pytest.mark.java
def test_what_is_odd_but_not_contradictory_is_consistent(modules: Graph) -> None:
    odd = """
      :north a sam:Organisation, sam:OrganisationalUnit .
      :service a sam:Service, sam:CoordinationService .
      :p sam:supplier :north ; sam:customer :north ; sam:validFrom "2020-01-01"^^xsd:date ;
        sam:validUntil "2021"^^xsd:gYear .
    """
    assert reason_over(modules + data(odd)).consistent is True


@hermit
@pytest.mark.java
def test_a_class_that_can_have_no_member_is_named(tmp_path: Path) -> None:
    root = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY, root, ignore=shutil.ignore_patterns("examples"))
    (root / "planted.ttl").write_text(
        PREFIXES + "\nsam:Ghost a owl:Class ; rdfs:subClassOf sam:Person, sam:Organisation .\n",
        encoding="utf-8",
    )
    report = check_ontology(root)
    (fault,) = [f for f in report.faults if f.rule == "unsatisfiable-class"]
    assert (fault.term, fault.file, fault.line) == (SAM + "Ghost", "ontology/planted.ttl", 8)
    assert report.consistent is True


@hermit
@pytest.mark.java
def test_the_file_to_blame_is_named(tmp_path: Path) -> None:
    root = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY, root, ignore=shutil.ignore_patterns("examples"))
    folder = root / "examples" / "core" / "valid"
    folder.mkdir(parents=True)
    (folder / "good.ttl").write_text(PREFIXES + ":x a sam:Person .", encoding="utf-8")
    (folder / "other.ttl").write_text(PREFIXES + ":x a sam:Organisation .", encoding="utf-8")
    assert check_ontology(root).consistent is True, "each example is a world of its own"

    (folder / "bad.ttl").write_text(
        PREFIXES + "\n:y a sam:Person, sam:Unit .\n:y a sam:Community ."
    )
    report = check_ontology(root)
    (fault,) = [f for f in report.faults if f.rule == "inconsistent"]
    assert report.consistent is False
    assert (fault.file, fault.line) == ("ontology/examples/core/valid/bad.ttl", 8)
    assert "sam:Community" in fault.message.nl
    assert "sam:Person" in fault.message.en


@hermit
@pytest.mark.java
def test_python_named_by_an_annotation_is_never_run(
    modules: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "ran"
    (tmp_path / "planted_module.py").write_text(
        f"open({str(mark)!r}, 'w').close()\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    trap = data(
        """
        <https://w3id.org/samenspel/merged-for-reasoning> a owl:Ontology ;
          ready:python_module "planted_module" ; owl:imports <file:///etc/hostname> .
        sam:Actor ready:python_module "planted_module" .
        """
    )
    assert reason_over(modules + trap).consistent is True
    assert not mark.exists()


def test_without_java_the_reasoner_says_why_it_did_not_run(
    modules: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.checking.reasoning.shutil.which", lambda _: None)
    verdict = reason_over(modules)
    assert verdict.consistent is None
    assert verdict.reason is not None
    assert "Java" in verdict.reason.nl


def test_without_owlready2_the_reasoner_says_what_to_install(
    modules: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.checking.reasoning.shutil.which", lambda _: "java")
    monkeypatch.setattr("kg.checking.reasoning.importlib.util.find_spec", lambda _: None)
    verdict = reason_over(modules)
    assert verdict.consistent is None
    assert verdict.reason is not None
    assert "samenspel[owl]" in verdict.reason.en


def test_a_java_that_fails_is_no_verdict(
    modules: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if importlib.util.find_spec("owlready2") is None:
        pytest.skip("the extra 'owl' is not installed")
    broken = tmp_path / "java"
    broken.write_text("#!/bin/sh\necho out of luck >&2\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr("kg.checking.reasoning.shutil.which", lambda _: str(broken))
    verdict = reason_over(modules)
    assert verdict.consistent is None
    assert verdict.reason is not None
    assert "out of luck" in verdict.reason.en


def test_a_clash_is_explained_through_domain_and_range(modules: Graph) -> None:
    (clash,) = clashes(modules, data(":p sam:supplier :s . :s a sam:CoordinationService ."))
    assert clash.node == "https://example.org/planted/s"
    assert {clash.one, clash.other} == {SAM + "Actor", SAM + "Service"}


def test_files_told_apart_share_no_node_but_keep_our_terms() -> None:
    graph = data(":i a sam:Interest ; sam:direction sam:Increase ; sam:heldBy :a .")
    one, two = apart(graph, 1), apart(graph, 2)
    assert not set(one.subjects()) & set(two.subjects())
    assert {str(o) for o in one.objects() if str(o).startswith(SAM)} == {
        SAM + "Interest",
        SAM + "Increase",
    }
