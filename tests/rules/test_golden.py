"""The golden situation gives exactly the rows worked out by hand, and each edit what it should."""

from __future__ import annotations

import pytest

from .golden import FOLDER, NEEDS_GOLDEN, Rows, difference, load_json, rows, unattributed

pytestmark = NEEDS_GOLDEN

EXPECTED = load_json("expected.json") if FOLDER.is_dir() else {}
EDITS = load_json("what-if.json") if FOLDER.is_dir() else {}


def report(name: str) -> str:
    """Give the rule of a report set: ``31-missing-coordination`` is ``missing-coordination``."""
    return name.partition("-")[2]


@pytest.fixture(scope="module")
def base() -> Rows:
    return rows(unattributed().findings)


@pytest.mark.parametrize("name", EXPECTED)
def test_report_set_is_exact(name: str, base: Rows) -> None:
    assert base.get(report(name), frozenset()) == {tuple(row) for row in EXPECTED[name]}


def test_all_report_sets_are_compared(base: Rows) -> None:
    assert len(EXPECTED) == 18
    assert set(base) - {report(name) for name in EXPECTED} == {"staff-led"}


@pytest.mark.parametrize("name", EDITS)
def test_edit_changes_exactly_the_rows_listed(name: str, base: Rows) -> None:
    edit = dict(EDITS[name])
    after = rows(unattributed(edit.pop("add")).findings)
    changed = {
        rule: {part: {tuple(row) for row in listed} for part, listed in change.items()}
        for rule, change in ((report(k), v) for k, v in edit.items())
    }
    assert difference(base, after) == changed


def test_all_nine_edits_are_tried() -> None:
    assert len(EDITS) == 9


def test_findings_are_unattributed() -> None:
    assert {f.voice for f in unattributed().findings} == {"unattributed"}
