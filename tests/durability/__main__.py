"""Crash the writer again and again, damage its files, and tell whether anything was lost.

Run from the checkout::

    python -m tests.durability                          # 1,000 kills and 200 power cuts
    python -m tests.durability --kills 60 --cuts 10     # the short form

Power cuts, full and failing disks need the right to mount; without it they are left out, and that
is said. The exit code is 1 when anything acknowledged was lost, partial, doubled or silently wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import apart, crashes, damage, disks, faults
from .report import failures, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RESULTS = Path(__file__).parent / "results.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, tell, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.durability")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--damage", type=int, default=3, help="times for each part and kind")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--json", type=Path, help="write what was found here, not to results.md")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="durability-") as directory:
        found = run(Path(directory), given)
    if given.json:
        given.json.write_text(json.dumps(found), encoding="utf-8")
    else:
        RESULTS.write_text(table(found), encoding="utf-8")
    wrong = failures(found)
    _tell("\n".join(["", table(found), *wrong]))
    return 1 if wrong else 0


def run(place: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Do everything asked for; give what was found as plain values."""
    started = time.monotonic()
    rng = random.Random(given.seed)  # noqa: S311 - chooses moments, keeps no secret
    found: dict[str, Any] = {"seed": given.seed}
    found["kills"] = _last(crashes.kills(place, given.kills, rng), given.kills)
    found["two writers"] = faults.two_writers(place)
    found["damage"] = [
        {"part": part, "kind": kind, **asdict(what)}
        for part, kind, what in damage.harm(place, given.damage, rng)
    ]
    again = max(given.kills // 12, 1)
    found["rebuilds"] = _last(crashes.rebuilds(place, place / "template", again, rng), again)
    found["shortened"] = damage.shorten(place)
    found["no disks"] = disks.why_not(place)
    if found["no disks"] is None:
        found["cuts"] = _last(crashes.cuts(place, given.cuts, rng), given.cuts)
        found["full"] = faults.fill_up(place)
        found["failing"] = faults.fail(place)
        found["protected"] = _protected(place)
    found["seconds"] = round(time.monotonic() - started)
    return found


def _protected(place: Path) -> dict[str, Any]:
    template = place / "template"
    seen = faults.write_protect(place, template)
    want = apart.call(lambda: damage.seen_by_all(template))
    return {
        "right": seen["findings"] == want["findings"],
        "writer": seen["writer"],
        "later": seen["later"],
    }


def _last(tallies: Iterator[crashes.Tally], count: int) -> dict[str, Any]:
    """Go through all crashes; stop at the first that loses anything."""
    tally = crashes.Tally()
    for tally in tallies:
        _tell(f"\r{tally.crashes}/{count} ", end="")
        if not tally.is_clean:
            break
    return asdict(tally)


def _tell(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
