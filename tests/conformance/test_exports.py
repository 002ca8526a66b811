"""What we export passes the validator of the receiver, and what others publish comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from exchange.demo import CPOV, CPSV, SHARED, TODAY, exported, text_of
from kg.checking.check import check
from kg.checking.profiles import default_profile, find_profile
from kg.exchange import export, load_profile
from kg.intake.cpsv import import_cpsv
from kg.intake.read import Document, read_document
from kg.intake.registers import import_roo
from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rdf import to_turtle
from kg.terms import SAM

if TYPE_CHECKING:
    from pathlib import Path

    from kg.checking.report import Report
    from kg.exchange import Export

LPDC = SHARED / "data/lblod-lpdc/migration-scripts/tests-shacl/instances-concepts"
RONL = SHARED / "data/ronl/apps/register"
RECEIVERS = {
    "cpsv-ap-3.2.0": CPSV / "3.2.0",
    "cpov": CPOV / "2.1.2",
    "skos": SHARED / "data/nl-sbb/profiles",
}
needs_cpsv = pytest.mark.skipif(not CPSV.is_dir(), reason="../shared/conformance is not there")


def verdict(done: Export, text: str) -> Report:
    if not RECEIVERS[done.profile.name].is_dir():
        pytest.skip("the shapes of the receiver are not beside the checkout (../shared)")
    return check(
        [read_document(text.encode(), name="export.ttl")],
        organisation=None,
        shapes=find_profile(done.profile.receiver, SHARED),
        as_of=TODAY,
        reference_states=False,
    )


@pytest.mark.parametrize("name", RECEIVERS)
def test_the_demo_passes_the_official_shapes_with_zero_results(name: str) -> None:
    done = exported(name)
    report = verdict(done, text_of(done))
    assert report.results == ()
    assert report.conforms
    assert report.passed > 100


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cpsv-ap-3.2.0", "cpov"])
def test_the_whole_register_passes_too(name: str) -> None:
    """Thousands of organisations and services of the register, not only what we wrote ourselves."""
    register = SHARED / "data/roo/organisations.jsonl.gz"
    if not register.is_file():
        pytest.skip("../shared/data/roo is not there")
    said = import_roo(register)
    result = find(
        [make_submission(said.triples, "roo", said.report.register)], as_of=TODAY, rules=["opposed"]
    )
    done = export(result.store, load_profile(name), typed=True)
    assert len(done.triples) > 5000
    assert verdict(done, text_of(done)).results == ()


def test_without_typed_references_the_official_shapes_do_find_faults() -> None:
    done = exported("cpsv-ap-3.2.0", typed=False)
    report = verdict(done, text_of(done))
    found = {r.constraint for r in report.results}
    assert found >= {"sh:ClassConstraintComponent", "sh:MinCountConstraintComponent"}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("cpsv-ap-3.2.0", "<urn:s> a <http://purl.org/vocab/cpsv#PublicService> ."),
        ("cpov", '<urn:o> a cv:PublicOrganisation ; skos:prefLabel "a" .'),
        ("skos", "<urn:c> a skos:Concept ."),
    ],
)
def test_a_planted_fault_is_found(name: str, line: str) -> None:
    done = exported(name)
    assert not verdict(done, text_of(done) + "\n" + line).conforms


def read(path: Path) -> Document:
    if not path.is_file():
        pytest.skip(f"../shared is not there: {path.name}")
    return read_document(path.read_bytes(), name=path.name, lenient=True)


SAMPLES = {
    CPSV / "3.2.0/html/examples/example-rdf_public_service.ttl": (1, 1, 0),
    LPDC / "instance-data/instance-published.ttl": (1, 4, 2),
    LPDC / "instance-data/instance-published.json": (1, 4, 2),
    LPDC / "instance-data/instance-published-2.ttl": (1, 1, 0),
    LPDC / "instance-data/instance-published-3.ttl": (1, 1, 0),
    LPDC / "instance-data/instance-published-4.ttl": (1, 3, 1),
    LPDC / "concept-data/concept-from-ldes-stream.ttl": (1, 2, 0),
    LPDC / "concept-data/concept-from-ldes-stream-2.ttl": (1, 1, 0),
    RONL / "concordialegal/AOW/AOW-CPSV-AP-RONL.ttl": (1, 2, 0),
    RONL / "concordialegal/AOW/AOW-CPSV-AP-RONL.rdf": (1, 3, 0),
    RONL / "concordialegal/AOW/AOW-CPSV-AP-RONL.json": (1, 3, 0),
    RONL / "CPSV-AP-RONL/Sandbox/Example-CPSV.ttl": (1, 1, 0),
}
"""Services, actors and provisions in what others publish."""
SLIPS = {"<https://standaarden.overheid.nl/owms/terms/aow-leeftijd>"}
"""References that are wrong in the source; they come in as they are, and the check finds them."""


@pytest.mark.parametrize(("path", "figures"), SAMPLES.items(), ids=lambda x: getattr(x, "name", ""))
def test_what_others_publish_comes_in(path: Path, figures: tuple[int, int, int]) -> None:
    document = read(path)
    report = import_cpsv(document).report
    written = report.written
    assert (written["services"], written["actors"], written["provisions"]) == figures
    unmatched = sum(p.count for p in report.problems if p.kind.startswith("no-counterpart"))
    assert 0 < unmatched < len(document.triples)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_what_comes_in_is_valid_by_our_own_shapes(path: Path) -> None:
    """Nothing must be mended: what is unknown stays a warning or an unknown reference."""
    triples = import_cpsv(read(path)).triples
    report = check(
        [read_document(to_turtle(triples).encode(), name="import.ttl")],
        organisation=None,
        shapes=default_profile(),
        as_of=TODAY,
    )
    faults = [r for r in report.results if r.bin == "must-fix" and r.value not in SLIPS]
    assert [r.message.en for r in faults] == []


@needs_cpsv
def test_the_official_example_gives_what_it_says() -> None:
    done = import_cpsv(read(next(iter(SAMPLES))))
    said = {(t.subject, t.predicate.value, str(t.object)) for t in done.triples}
    service = [s for s, p, o in said if o == f"<{SAM}Service>"]
    assert len(service) == 1
    assert any(p.endswith("hasChannel") and s == service[0] for s, p, _ in said)
    kinds = {p.kind for p in done.report.problems}
    assert "no-customer" in kinds
    assert "no-counterpart http://data.europa.eu/m8g/Requirement" in kinds
