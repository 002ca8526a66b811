"""A workspace keeps what was said, remembers what was found, and refuses what it cannot trust."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

import kg
from kg.errors import ParameterError, UnreadableInputError, WorkspaceError
from kg.insight.publish import to_json
from kg.intake.authority import Registry
from kg.pipeline import find
from kg.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.date(2026, 1, 1)
TOWN, CLUB = "https://example.org/town", "https://example.org/club"
HEAD = """
@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
"""
SUPPLY = (
    HEAD
    + """
:green a sam:Service ; sam:touches :say . :say a sam:Aspect .
:p a sam:ServiceProvision ; sam:ofService :green ;
   sam:supplier :town ; sam:customer :club, :school .
:j a sam:Interest ; sam:heldBy :school ; sam:concerns :say ; sam:direction sam:Decrease .
"""
)
WISH = (
    HEAD
    + """
:i a sam:Interest ; sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Increase .
"""
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "town.ttl").write_text(SUPPLY)
    (tmp_path / "club.ttl").write_text(WISH)
    return tmp_path / "town.ttl", tmp_path / "club.ttl"


@pytest.fixture
def made(tmp_path: Path, files: tuple[Path, Path]) -> Path:
    with Workspace.create(tmp_path / "ws") as workspace:
        workspace.add(files[0])
        workspace.add(files[1])
    return tmp_path / "ws"


def test_a_workspace_finds_what_the_files_alone_give(made: Path, files: tuple[Path, Path]) -> None:
    alone = kg.read(*files).look(as_of=NOW).findings
    with kg.open(made) as workspace:
        kept = workspace.look(as_of=NOW).findings
    assert len(kept) > 0
    assert to_json(kept) == to_json(alone)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[dt.date]:
    """The dates of every real run of the rules."""
    seen: list[dt.date] = []

    def counted(*args: object, **options: object) -> object:
        seen.append(options["as_of"])  # type: ignore[arg-type]
        return find(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("kg.workspace.graph.find", counted)
    return seen


def test_asking_again_does_not_run_the_rules_again(made: Path, runs: list[dt.date]) -> None:
    with kg.open(made) as workspace:
        first = to_json(workspace.look(as_of=NOW).findings)
    with kg.open(made) as workspace:
        second = to_json(workspace.look(as_of=NOW).findings)
        workspace.look(as_of=NOW, rules=["opposed"])
    assert first == second
    assert runs == [NOW]


def test_another_date_data_or_threshold_runs_the_rules_again(
    made: Path, tmp_path: Path, runs: list[dt.date]
) -> None:
    later = dt.date(2026, 2, 1)
    with kg.open(made) as workspace:
        workspace.look(as_of=NOW)
        workspace.look(as_of=later)
        (tmp_path / "more.ttl").write_text(HEAD + ":new a sam:Service .")
        workspace.add(tmp_path / "more.ttl")
        workspace.look(as_of=later)
    with kg.open(made, parameters={"minShared": 2}) as workspace:
        workspace.look(as_of=later)
    assert runs == [NOW, later, later, later]


def test_some_rules_do_not_stand_for_all(made: Path, runs: list[dt.date]) -> None:
    with kg.open(made) as workspace:
        few = workspace.look(as_of=NOW, rules=["opposed"]).findings
        all_of_them = workspace.look(as_of=NOW).findings
    assert {f.rule for f in few} == {"opposed"}
    assert len(all_of_them) > len(few)
    assert len(runs) == 2


def test_an_interrupted_run_is_not_taken_for_a_whole_one(
    made: Path, runs: list[dt.date], monkeypatch: pytest.MonkeyPatch
) -> None:
    with kg.open(made) as workspace:
        workspace.look(as_of=NOW)

        def stop(_done: int, _total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            workspace.look(as_of=dt.date(2027, 1, 1), progress=stop)
    monkeypatch.undo()
    with kg.open(made) as workspace:
        again = workspace.look(as_of=NOW).findings
    assert "opposed" in {f.rule for f in again}
    assert len(runs) == 2


def test_refused_statements_are_remembered_too(tmp_path: Path, files: tuple[Path, Path]) -> None:
    (tmp_path / "forged.ttl").write_text(HEAD + ":i sam:priority 1 .")
    registry = Registry({CLUB: CLUB, "https://example.org/i": CLUB})
    with Workspace.create(tmp_path / "ws", registry) as workspace:
        workspace.add(files[1], CLUB)
        workspace.add(tmp_path / "forged.ttl", TOWN)
        first = workspace.look(as_of=NOW)
    with kg.open(tmp_path / "ws") as workspace:
        second = workspace.look(as_of=NOW)
    assert first.refused_count == second.refused_count == 1
    assert first.refused == second.refused
    assert "priority" in second.refused[0].statement


def test_the_bytes_are_kept_as_they_came(made: Path, files: tuple[Path, Path]) -> None:
    manifest = json.loads((made / "manifest.json").read_text())
    assert [e["file"] for e in manifest["entries"]] == [str(f) for f in files]
    for entry, file in zip(manifest["entries"], files, strict=True):
        assert (made / "submissions" / entry["sha256"]).read_bytes() == file.read_bytes()


def test_a_file_taken_in_again_takes_the_place_of_the_old(
    made: Path, files: tuple[Path, Path]
) -> None:
    files[1].write_text(HEAD)
    with kg.open(made) as workspace:
        workspace.add(files[1])
        assert len(workspace.submissions) == 2
        assert not [f for f in workspace.findings(as_of=NOW) if f.rule == "opposed"]


def test_changed_bytes_are_noticed(made: Path) -> None:
    [first, *_] = sorted((made / "submissions").iterdir())
    first.write_bytes(b"# something else\n")
    with kg.open(made) as workspace, pytest.raises(WorkspaceError) as caught:
        workspace.look(as_of=NOW)
    assert caught.value.code == "KG-W005"


def test_an_unreadable_file_is_not_kept(made: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("this is no turtle")
    before = (made / "manifest.json").read_bytes()
    with kg.open(made) as workspace, pytest.raises(UnreadableInputError):
        workspace.add(tmp_path / "bad.ttl")
    assert (made / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "KG-W002"),
        ("not json", "KG-W003"),
        ('{"format": 99}', "KG-W003"),
        ("[]", "KG-W003"),
        ('{"format": 1}', "KG-W003"),
    ],
)
def test_what_is_no_workspace_is_refused(tmp_path: Path, content: str | None, code: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(WorkspaceError) as caught:
        kg.open(tmp_path)
    assert caught.value.code == code


def test_a_workspace_is_not_made_twice(made: Path) -> None:
    with pytest.raises(WorkspaceError) as caught:
        Workspace.create(made)
    assert caught.value.code == "KG-W004"


@pytest.mark.parametrize(
    ("parameters", "code"), [({"minShard": 2}, "KG-P001"), ({"minShared": "two"}, "KG-P002")]
)
def test_thresholds_are_checked(made: Path, parameters: dict[str, int | str], code: str) -> None:
    with pytest.raises(ParameterError) as caught:
        kg.open(made, parameters=parameters)
    assert caught.value.code == code
