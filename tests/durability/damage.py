"""Damage to every kind of file of a workspace: nothing may ever be silently wrong."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.insight.publish import to_json
from kg.store import EmbeddedStore
from kg.workspace import Workspace
from kg.workspace.generations import Generations
from kg.workspace.intake import Offer
from kg.workspace.keeper import JOURNAL, Keeper
from kg.workspace.maintain import hashes_of, verify

from . import apart, disks
from .work import STATEMENTS, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PARTS = {
    "journal": ["journal.log"],
    "content": ["content/??/*"],
    "store, log": ["store/*.log"],
    "store, tables": ["store/*.sst"],
    "store, manifest": ["store/MANIFEST-*", "store/CURRENT", "store/OPTIONS-*"],
    "generation, tables": ["generations/*/*.sst"],
    "generation, manifest": ["generations/*/MANIFEST-*", "generations/*/CURRENT"],
    "generation, name": ["generations/current"],
}
KINDS = ("flip", "cut", "remove")
_DAY = dt.date(2026, 1, 1)
_LEFT_OPEN: list[Keeper] = []
"""Keepers that are never closed: the process ends first."""
_HEAD = "@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .\n"
_TEXT = """
:green a sam:Service ; sam:touches :say . :say a sam:Aspect .
:p sam:ofService :green ; sam:supplier :town ; sam:customer :club , :school .
:i sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Increase .
:j sam:heldBy :school ; sam:concerns :say ; sam:direction sam:Decrease .
"""


class ReadError(Exception):
    """The engine would not read what this test asked of it, outside the writer's own work."""


@dataclass(slots=True)
class Damage:
    """What damage to one part came to.

    Attributes:
        harmless: All was there.
        told: A coded error said so; by code.
        engine: The engine itself refused a reader, without a code of ours.
        uncoded: The writer stopped without a code of ours: never allowed.
        wrong: Nothing was said and something was missing or other: never allowed.
        mended: How often the store was damaged and made anew from the journal.
        unmended: What making it anew did not put right: never allowed.
    """

    harmless: int = 0
    told: dict[str, int] = field(default_factory=dict)
    engine: dict[str, int] = field(default_factory=dict)
    uncoded: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    mended: int = 0
    unmended: list[str] = field(default_factory=list)


def make_template(root: Path) -> dict[str, Any]:
    """Make a workspace with findings and several versions, and leave it as a kill leaves it.

    The last submissions are in the store, in its log only, and not yet in a generation.
    """
    Workspace.create(root, as_of=_DAY).close()
    text = root.parent / "said.ttl"
    text.write_text(_HEAD + _TEXT)
    with Workspace(root) as workspace:
        workspace.add(text)
        workspace.look()
    keeper = Keeper(root)
    _LEFT_OPEN.append(keeper)
    for number in range(11):
        _hand_in(keeper, Task(number))
        if number % 5 == 4:
            keeper.settle()
    generation = keeper.settle()
    assert generation is not None
    for number in range(14, 20):
        _hand_in(keeper, Task(number))
    keeper._apply(keeper.state, None)  # and here the crash comes
    return {
        "graphs": hashes_of(keeper.store),
        "ids": list(keeper.state.submissions),
        **seen_in_files(root),
    }


def _hand_in(keeper: Keeper, task: Task) -> None:
    who, what = task.organisation, task.dataset
    kept = keeper.receive(Offer(who, what, what, "application/n-triples", task.data, task.key))
    keeper.read(kept.id, task.data, STATEMENTS)
    keeper.accept(kept.id)


def seen_by_all(root: Path) -> dict[str, Any]:
    """Give what a reader of the command line gets: the findings."""
    with Workspace(root) as workspace:
        return {"findings": to_json(workspace.look().findings)}


def seen_in_files(root: Path) -> dict[str, Any]:
    """Give what a query worker of the service gets: the graphs of the generation."""
    generation = Generations(root / "generations").current()
    if generation is None:
        return {"refused": "no generation"}
    with EmbeddedStore(generation.path, read_only=True) as store:
        return {"generation": hashes_of(store)}


def seen_by_writer(root: Path) -> dict[str, Any]:
    """Give what the writer holds after its start."""
    with Keeper(root) as keeper:
        keeper.settle()
        for kept in keeper.state.submissions.values():
            keeper.content.get(kept.raw)
        try:
            graphs = hashes_of(keeper.store)
        except (OSError, RuntimeError) as e:
            raise ReadError from e
        return {"graphs": graphs, "ids": list(keeper.state.submissions)}


def made_anew(root: Path) -> dict[str, Any]:
    """Give what the writer holds after it made the store anew."""
    with Keeper(root) as keeper:
        keeper.rebuild()
        graphs = hashes_of(keeper.store)
    return {"graphs": graphs, "problems": [p.en for p in verify(root).problems]}


_VIEWS = (seen_by_all, seen_in_files, seen_by_writer)


def harm(place: Path, times: int, rng: random.Random) -> Iterator[tuple[str, str, Damage]]:
    """Damage every part in every way, so many times; gives part, kind and what it came to."""
    template = place / "template"
    want = apart.call(lambda: make_template(template))
    copy = place / "copy"
    disks.run("cp", "-a", str(template), str(copy))
    want.update(apart.call(lambda: seen_by_all(copy)))
    for part, patterns in PARTS.items():
        for kind in KINDS:
            found = Damage()
            for _ in range(times):
                seed = rng.random()
                for view in _VIEWS:
                    label = _spoil(template, copy, patterns, kind, seed)
                    _note(found, _outcome(view, copy), want, f"{view.__name__}: {label}")
                if part.startswith(("store", "generation")):
                    label = _spoil(template, copy, patterns, kind, seed)
                    _mend(found, copy, want, label)
            yield part, kind, found


def _spoil(template: Path, copy: Path, patterns: list[str], kind: str, seed: float) -> str:
    """Copy the workspace, links and all, and damage one file of the copy; same seed, same place."""
    rng = random.Random(seed)  # noqa: S311 - chooses a place, keeps no secret
    shutil.rmtree(copy, ignore_errors=True)
    disks.run("cp", "-a", str(template), str(copy))
    files = sorted(p for pattern in patterns for p in copy.glob(pattern) if p.stat().st_size)
    file = rng.choice(files)
    data = bytearray(file.read_bytes())
    at = rng.randrange(len(data))
    if kind == "flip":
        data[at] ^= 1 << rng.randrange(8)
        with file.open("r+b") as out:
            out.write(data)
    elif kind == "cut":
        with file.open("r+b") as out:
            out.truncate(at)
    else:
        file.unlink()
    return f"{kind} {file.relative_to(copy)} at {at} of {len(data)}"


def _outcome(view: Callable[[Path], dict[str, Any]], root: Path) -> dict[str, Any]:
    def attempt() -> dict[str, Any]:
        try:
            return view(root)
        except KgError as e:
            return {"refused": e.code}
        except ReadError as e:
            return {"unread": type(e.__cause__).__name__}
        except (OSError, RuntimeError) as e:
            return {"engine": f"{type(e).__name__}: {e}"}

    return apart.call(attempt)


def _note(found: Damage, outcome: dict[str, Any], want: dict[str, Any], label: str) -> None:
    if "refused" in outcome:
        _count(found.told, outcome["refused"])
    elif "unread" in outcome:
        _count(found.engine, outcome["unread"])
    elif "engine" in outcome and label.startswith(seen_by_writer.__name__):
        found.uncoded.append(f"{label}: {outcome['engine']}")
    elif "engine" in outcome:
        _count(found.engine, outcome["engine"].split(":")[0])
    elif all(outcome[name] == want[name] for name in outcome):
        found.harmless += 1
    else:
        found.wrong.append(label)


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _mend(found: Damage, copy: Path, want: dict[str, Any], label: str) -> None:
    outcome = _outcome(made_anew, copy)
    if outcome.get("graphs") == want["graphs"] and not outcome["problems"]:
        found.mended += 1
    else:
        found.unmended.append(f"{label}: {outcome}")


def shorten(place: Path) -> dict[str, Any]:
    """Take whole records from the end of the journal while the store is further; tell the code."""
    root = place / "short"
    apart.call(lambda: make_template(root))
    lines = (root / JOURNAL).read_bytes().splitlines(keepends=True)
    (root / JOURNAL).write_bytes(b"".join(lines[:-2]))
    return _outcome(seen_by_writer, root)
