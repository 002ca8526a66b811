"""A service that everybody uses gives as many findings as there are things to say, not pairs.

Five hundred customers of whom half want more and half want less are 62,500 opposed pairs. What a
reader needs is one finding for each subject on which they differ.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest

from kg.pipeline import find

from .statements import NOW, iri, short, submission

if TYPE_CHECKING:
    from kg.model import Findings

    from .statements import Statement

CUSTOMERS = 500
SUBJECTS = ("hours", "price")


def hub(customers: int, themes: int = 0) -> list[Statement]:
    """One service that touches two subjects; odd customers want more of both, even ones less.

    The supplier wants more too. Each theme addresses the service and has a consultation in which
    the supplier sits alone.
    """
    said: list[Statement] = [("hub", "touches", subject) for subject in SUBJECTS]
    parties = ["supplier", *(f"c{n}" for n in range(customers))]
    for n, party in enumerate(parties):
        for subject in SUBJECTS:
            wish = f"{party}-{subject}"
            said.append((wish, "heldBy", party))
            said.append((wish, "concerns", subject))
            said.append((wish, "direction", "Decrease" if n % 2 else "Increase"))
    for n, party in enumerate(parties[1:]):
        said.append((f"p{n}", "ofService", "hub"))
        said.append((f"p{n}", "supplier", "supplier"))
        said.append((f"p{n}", "customer", party))
    for n in range(themes):
        said.append((f"theme{n}", "a", "CoordinationTheme"))
        said.append((f"theme{n}", "addresses", "hub"))
        said.append((f"talks{n}", "a", "Consultation"))
        said.append((f"talks{n}", "forTheme", f"theme{n}"))
        said.append((f"talks{n}", "hasParticipation", f"seat{n}"))
        said.append((f"seat{n}", "participant", "supplier"))
        said.append((f"seat{n}", "mandated", True))
    return said


@cache
def found(customers: int, themes: int = 0) -> Findings:
    return find([submission(hub(customers, themes))], as_of=NOW).findings


def per_rule(customers: int, themes: int) -> Counter[str]:
    return Counter(f.rule for f in found(customers, themes).items)


def test_one_finding_per_subject_and_not_per_pair() -> None:
    opposed = [f for f in found(CUSTOMERS).items if f.rule == "opposed"]
    assert sorted(short(f.keys["subject"]) for f in opposed) == sorted(SUBJECTS)
    assert {f.keys["service"] for f in opposed} == {iri("hub")}


def test_every_party_is_named_once_in_it() -> None:
    everyone = {iri("supplier")} | {iri(f"c{n}") for n in range(CUSTOMERS)}
    for finding in found(CUSTOMERS).items:
        if finding.rule == "opposed":
            assert len(finding.involves) == CUSTOMERS + 1
            assert set(finding.involves) == everyone
            assert len(finding.because) == CUSTOMERS + 1


def test_the_size_of_the_hub_does_not_change_the_number_of_conflicts() -> None:
    few, many = (
        Counter(f.rule for f in found(n).items if f.cls == "conflict") for n in (10, CUSTOMERS)
    )
    assert few == many == {"opposed": len(SUBJECTS)}


@pytest.mark.parametrize("customers", [50, 100])
def test_gaps_grow_with_themes_and_parties_and_no_faster(customers: int) -> None:
    """Three themes times the parties, plus what does not depend on their number."""
    small, middle, large = (per_rule(n * customers, 3) for n in (1, 2, 3))
    assert sum(small.values()) >= 3 * customers, "the themes must give findings for the parties"
    assert {r: middle[r] - small[r] for r in small} == {r: large[r] - middle[r] for r in small}
    assert small.keys() == large.keys()


def test_gaps_grow_with_the_number_of_themes_and_no_faster() -> None:
    two, three, four = (per_rule(100, themes) for themes in (2, 3, 4))
    assert {r: three[r] - two[r] for r in four} == {r: four[r] - three[r] for r in four}
    assert four["missing-coordination"] - three["missing-coordination"] > 100
