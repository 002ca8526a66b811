"""The short form of the crash tests, in a process of its own; the full one is ``tests.durability``.

Forking is only safe where the engine has no threads yet, so nothing of it runs in this process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .report import failures, table

ROOT = Path(__file__).parents[2]
KILLS, CUTS = 60, 10
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give what the short form found."""
    told = tmp_path_factory.mktemp("durability") / "found.json"
    given = ["--kills", str(KILLS), "--cuts", str(CUTS), "--damage", "1", "--json", str(told)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.durability", *given],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.exists(), done.stdout + done.stderr
    result: dict[str, Any] = json.loads(told.read_text())
    result["exit"] = done.returncode
    return result


def test_nothing_acknowledged_is_lost_partial_doubled_or_silently_wrong(
    found: dict[str, Any],
) -> None:
    assert failures(found) == []
    assert found["exit"] == 0


def test_the_writer_was_killed_at_work(found: dict[str, Any]) -> None:
    kills = found["kills"]
    assert kills["crashes"] == KILLS
    assert kills["acknowledged"] > 5 * KILLS
    assert kills["repeated"] > 0, "something was sent again with the same key"
    assert kills["replayed"] > 0, "some crash came before the store had caught up"
    assert kills["amid"] > 2, "some crashes came while a generation was being made"


def test_the_power_was_cut_at_work(found: dict[str, Any]) -> None:
    if found["no disks"] is not None:
        pytest.skip(f"no file can be mounted as a disk here: {found['no disks']}")
    cuts = found["cuts"]
    assert cuts["crashes"] == CUTS
    assert cuts["acknowledged"] > CUTS
    assert cuts["replayed"] > 0


def test_damage_is_noticed_or_harmless(found: dict[str, Any]) -> None:
    noticed = [row for row in found["damage"] if row["told"]]
    assert {row["part"] for row in noticed} >= {"journal", "content"}
    assert all(row["mended"] for row in found["damage"] if row["part"].startswith("store"))
    assert "silently wrong" in table(found)


@pytest.mark.parametrize("what", ["lost", "partial", "doubled", "wrong"])
def test_whatever_is_found_is_told(found: dict[str, Any], what: str) -> None:
    spoiled = {**found, "kills": {**found["kills"], what: ["submission 3"]}}
    assert f"kills: {what}: submission 3" in failures(spoiled)
