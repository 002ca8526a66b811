"""A folder is a story: what was said, and exactly what follows from it.

``given.ttl`` is a file without a source; ``story.toml`` lists who says what. ``expected.json``
holds every finding with local names, and the near misses: what the same rule must not find in
this story, and why.
"""

from __future__ import annotations

import difflib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.intake.story import Story, read_story
from kg.intake.submission import read_submission
from kg.pipeline import find
from kg.rdf import value
from kg.resources import demo_dir
from kg.rules.catalogue import load_catalogue

from .telling import AS_OF, local, matches, row_of, rule_id

if TYPE_CHECKING:
    from kg.pipeline import Result

HERE = Path(__file__).resolve().parent
FOLDERS = sorted(p.parent for p in HERE.glob("*/expected.json"))
RULES = sorted(h.id for h in load_catalogue().rules if h.is_finding)
REASONS = {
    "NO_THEME", "NO_CONSULTATION", "PARTY_MISSING", "NO_MANDATE", "STAFF_ONLY", "NOT_CROSS_UNIT",
    "NO_COMPROMISE", "STALE_COMPROMISE", "PARTY_NOT_IN_COMPROMISE", "NO_COMMON_COMPROMISE",
    "NO_COORDINATION_SERVICE", "UNCONFIRMED", "NOT_COVERED", "REVIEW_TOO_FAR",
}  # fmt: skip
VOICES = ("confirmed", "claimed", "presumed")

every_story = pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)


@cache
def expected(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return told


def story(folder: Path) -> Story | None:
    """Give the story of a folder: its own, or for ``demo-*`` the one that ships."""
    for place in (folder, demo_dir() / folder.name.removeprefix("demo-")):
        if (place / "story.toml").is_file():
            return read_story(place)
    return None


@cache
def outcome(folder: Path) -> Result:
    told = story(folder)
    if told is None:
        return find([read_submission(folder / "given.ttl")], as_of=AS_OF)
    return find(told.submissions, as_of=told.as_of, registry=told.registry)


def lines(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@every_story
def test_story_ends_exactly_as_expected(folder: Path) -> None:
    found = outcome(folder).findings
    want, got = lines(expected(folder)["findings"]), lines([row_of(f) for f in found])
    difference = "\n".join(difflib.unified_diff(want, got, "expected", "found", lineterm=""))
    assert not difference, f"{folder.name}\n{difference}"
    assert found.withheld == expected(folder).get("withheld", 0)


@every_story
def test_everything_said_counts_unless_expected_otherwise(folder: Path) -> None:
    refused = outcome(folder).authorised.refused
    assert len(refused) == expected(folder).get("refused", 0), refused


@every_story
def test_near_misses_are_near_and_missed(folder: Path) -> None:
    result = outcome(folder)
    said = {local(value(n)) for s in result.authorised.submissions for t in s[1] for n in t}
    for miss in expected(folder).get("nearMisses", ()):
        names = {name for key, name in miss["keys"].items() if key != "reason"}
        assert names <= said, f"{names - said} does not occur in {folder.name}"
        assert not [f for f in result.findings if matches(f, miss["rule"], miss["keys"])]


@every_story
def test_story_opens_with_one_sentence(folder: Path) -> None:
    for file in folder.glob("*.ttl"):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert re.fullmatch(r"# .{20,160}\.", first), f"{file.name}: {first}"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_fires_in_a_story_and_stays_silent_in_a_near_miss(rule: str) -> None:
    fires = [f for d in FOLDERS for f in expected(d)["findings"] if rule_id(f) == rule]
    silent = [m for d in FOLDERS for m in expected(d).get("nearMisses", ()) if rule_id(m) == rule]
    assert fires, f"no story in which {rule} fires"
    assert silent, f"no near miss for {rule}"


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_occurs_in_a_story(reason: str) -> None:
    assert [
        f for d in FOLDERS for f in expected(d)["findings"] if f["keys"].get("reason") == reason
    ]


def test_no_rule_gives_a_reason_that_is_not_listed() -> None:
    rules = [h for h in load_catalogue().rules if "adequacy" in h.stage or "reason" in h.key]
    given = re.findall(r'"([A-Z]+(?:_[A-Z]+)+|UNCONFIRMED)"', " ".join(h.text for h in rules))
    assert set(given) == REASONS


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_occurs_in_a_story(voice: str) -> None:
    assert [f for d in FOLDERS for f in expected(d)["findings"] if f.get("voice") == voice]
