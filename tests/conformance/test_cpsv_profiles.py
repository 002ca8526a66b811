"""SEMIC's own CPSV-AP example against three profiles, with and without reference states."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.checking.check import check
from kg.checking.profiles import KNOWN, find_profile
from kg.intake.read import read_document

if TYPE_CHECKING:
    from kg.checking.report import Report

SHARED = Path(__file__).parents[3] / "shared"
EXAMPLE = SHARED / "conformance/cpsv-ap/releases/3.2.0/html/examples/example-rdf_public_service.ttl"
COUNTS = {"cpsv-ap-3.2.0": 6, "cpsv-ap-2.2.1": 3, "cpov-2.1.2": 3}

pytestmark = pytest.mark.skipif(
    not EXAMPLE.is_file(), reason="the SEMIC releases are not beside the checkout (../shared)"
)


def verdict(profile: str, *, reference_states: bool) -> Report:
    return check(
        [read_document(EXAMPLE.read_bytes(), name=EXAMPLE.name)],
        organisation=None,
        shapes=find_profile(profile, SHARED),
        as_of=dt.date(2026, 1, 1),
        reference_states=reference_states,
    )


@pytest.mark.parametrize(("profile", "count"), COUNTS.items())
def test_without_reference_states_the_number_is_that_of_the_definition(
    profile: str, count: int
) -> None:
    report = verdict(profile, reference_states=False)
    assert sum(group.total for group in report.groups) == len(report.results) == count
    assert "unknown-reference" not in {r.bin for r in report.results}
    assert not report.conforms


@pytest.mark.parametrize("profile", COUNTS)
def test_a_class_nobody_can_look_up_is_unknown_and_never_wrong(profile: str) -> None:
    by_definition = verdict(profile, reference_states=False)
    report = verdict(profile, reference_states=True)
    asked = [r for r in by_definition.results if r.constraint == "sh:ClassConstraintComponent"]
    found = [r for r in report.results if r.constraint == "sh:ClassConstraintComponent"]
    assert {(r.focus, r.path, r.value) for r in found} == {
        (r.focus, r.path, r.value) for r in asked
    }
    assert {r.bin for r in found} == {"unknown-reference"}
    assert {r.code for r in found} == {"KG-V201"}


def test_the_one_true_fault_stays() -> None:
    report = verdict("cpsv-ap-2.2.1", reference_states=True)
    (fault,) = [r for r in report.results if r.bin == "must-fix"]
    assert fault.constraint == "sh:MaxCountConstraintComponent"
    assert fault.path == "http://www.w3.org/2004/02/skos/core#prefLabel"
    assert fault.source is not None
    line = EXAMPLE.read_text(encoding="utf-8").splitlines()[(fault.source.line or 0) - 1]
    assert '"Foderaler Offentlicher Dienst FINANZEN"@de' in line


@pytest.mark.parametrize("profile", ["cpsv-ap-3.2.0", "cpov-2.1.2"])
def test_where_only_classes_fail_nothing_must_be_mended(profile: str) -> None:
    report = verdict(profile, reference_states=True)
    assert report.conforms
    assert Counter(r.bin for r in report.results)["unknown-reference"] == COUNTS[profile]


def test_every_result_speaks_both_languages_and_has_a_place() -> None:
    for profile in COUNTS:
        for result in verdict(profile, reference_states=True).results:
            assert result.message.nl != result.message.en
            assert result.path_words is not None
            assert result.source is not None
            assert result.source.line is not None


@pytest.mark.parametrize("profile", KNOWN)
def test_each_known_profile_is_found_and_runs(profile: str) -> None:
    report = verdict(profile, reference_states=False)
    assert profile in report.versions
    assert isinstance(report.passed, int)


def test_sbb_finds_a_thesaurus_of_its_keeper_without_faults() -> None:
    thesaurus = SHARED / "data/nl-sbb/concepts/thesaurus.ttl"
    report = check(
        [read_document(thesaurus.read_bytes(), name=thesaurus.name)],
        organisation=None,
        shapes=find_profile("nl-sbb", SHARED),
        as_of=dt.date(2026, 1, 1),
        reference_states=False,
    )
    assert report.passed > 0
    assert report.conforms
