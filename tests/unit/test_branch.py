"""A branch shows what a change would do, and leaves what is published alone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rdf.parse import FORMATS, parse_bytes
from kg.workspace import Workspace
from kg.workspace.branch import Branch, compare
from kg.workspace.generations import Generations
from kg.workspace.maintain import hashes_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg.intake.submission import Submission
    from kg.workspace.generations import Generation

NOW = dt.date(2026, 1, 1)
TOWN, CLUB, SCHOOL = (f"https://example.org/{n}" for n in ("town", "club", "school"))
HEAD = "@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .\n"
SUPPLY = """
:town/green a sam:Service ; sam:touches :say . :say a sam:Aspect .
:town/p a sam:ServiceProvision ; sam:ofService :town/green ;
   sam:supplier :town ; sam:customer :club, :school .
""".replace(":town/", "town:")
WISH = "{n}:i a sam:Interest ; sam:heldBy :{n} ; sam:concerns :say ; sam:direction sam:{d} .\n"


def said(who: str, text: str) -> Submission:
    prefixes = "".join(
        f"@prefix {n}: <https://example.org/{n}/> .\n" for n in ("town", "club", "school")
    )
    triples = parse_bytes((HEAD + prefixes + text).encode(), FORMATS[".ttl"])
    return make_submission(triples, who.rsplit("/", 1)[-1] + ".ttl", who)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "ws", as_of=NOW)
    made.add_submission(said(TOWN, SUPPLY))
    made.add_submission(said(CLUB, WISH.format(n="club", d="Increase")))
    made.look()
    return made


@pytest.fixture
def generation(workspace: Workspace) -> Generation:
    found = Generations(workspace.path / "generations").current()
    assert found is not None
    return found


def test_a_branch_finds_what_accepting_would(workspace: Workspace, generation: Generation) -> None:
    extra = said(SCHOOL, WISH.format(n="school", d="Decrease"))
    with Branch(generation, workspace.path / "branches") as branch:
        before = branch.findings(NOW)
        after = branch.apply(workspace.state, workspace.submissions, NOW, add=[extra])
    outcome = compare(before, after)
    assert "opposed" in {f.rule for f in outcome.new}
    whole = find([*workspace.submissions, extra], as_of=NOW).findings
    assert {f.iri: f.severity for f in after} == {f.iri: f.severity for f in whole}


def test_two_overlays_at_once_and_one_withdrawn(
    workspace: Workspace, generation: Generation
) -> None:
    extra = said(SCHOOL, WISH.format(n="school", d="Decrease"))
    club = next(s for s in workspace.submissions if s.source.organisation == CLUB)
    with Branch(generation, workspace.path / "branches") as branch:
        after = branch.apply(
            workspace.state, workspace.submissions, NOW, add=[extra], remove=[club.graph]
        )
        held = branch.store.ask(
            "ASK { GRAPH <https://w3id.org/samenspel/graph/current> "
            "{ <https://example.org/club/i> ?p ?o } }"
        )
    assert "opposed" not in {f.rule for f in after}
    assert not held


def test_the_original_is_untouched_and_nothing_stays(
    workspace: Workspace, generation: Generation
) -> None:
    from kg.store import EmbeddedStore  # noqa: PLC0415

    with EmbeddedStore(generation.path, read_only=True) as store:
        before = hashes_of(store)
    with Branch(generation, workspace.path / "branches") as branch:
        branch.apply(workspace.state, [], NOW)
    with EmbeddedStore(generation.path, read_only=True) as store:
        assert hashes_of(store) == before
    assert list((workspace.path / "branches").iterdir()) == []


def test_another_date_on_a_branch(workspace: Workspace, generation: Generation) -> None:
    later = dt.date(2030, 1, 1)
    with Branch(generation, workspace.path / "branches") as branch:
        after = branch.apply(workspace.state, workspace.submissions, later)
    assert after.as_of == later
