"""A workspace keeps what was said, remembers what was found, and refuses what it cannot trust."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import pytest

import kg
from kg.errors import KgError, ParameterError, UnreadableInputError, WorkspaceError
from kg.insight.publish import to_json
from kg.intake.authority import Registry
from kg.journal import Journal, JournalError
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
    """Give a workspace that looks at one date always."""
    with Workspace.create(tmp_path / "ws", as_of=NOW) as workspace:
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
    monkeypatch.setattr("kg.workspace.project.find", counted)
    return seen


def test_asking_again_does_not_run_the_rules_again(made: Path, runs: list[dt.date]) -> None:
    with kg.open(made) as workspace:
        first = to_json(workspace.look(as_of=NOW).findings)
    with kg.open(made) as workspace:
        second = to_json(workspace.look(as_of=NOW).findings)
        workspace.look(as_of=NOW, rules=["opposed"])
    assert first == second
    assert runs == [NOW]


def test_other_data_runs_the_rules_again(made: Path, tmp_path: Path, runs: list[dt.date]) -> None:
    with kg.open(made) as workspace:
        workspace.look()
        (tmp_path / "more.ttl").write_text(HEAD + ":new a sam:Service .")
        workspace.add(tmp_path / "more.ttl")
        workspace.look()
    with kg.open(made) as workspace:
        workspace.look()
    assert runs == [NOW, NOW]


def test_another_date_or_threshold_is_looked_at_apart_and_not_remembered(
    made: Path, runs: list[dt.date]
) -> None:
    later = dt.date(2026, 2, 1)
    for _ in range(2):
        with kg.open(made) as workspace:
            workspace.look(as_of=later)
        with kg.open(made, parameters={"minShared": 2}) as workspace:
            workspace.look()
    assert runs == [later, NOW, later, NOW]
    with kg.open(made) as workspace:
        assert workspace.look().findings.as_of == NOW


def test_a_workspace_without_a_date_remembers_what_it_found_today(
    tmp_path: Path, files: tuple[Path, Path], runs: list[dt.date]
) -> None:
    with Workspace.create(tmp_path / "ws") as workspace:
        workspace.add(files[0])
        first = workspace.look().findings
    with kg.open(tmp_path / "ws") as workspace:
        again = workspace.look().findings
        workspace.look(as_of=NOW)
    assert to_json(first) == to_json(again)
    assert runs == [first.as_of, NOW]
    assert first.as_of > NOW


def test_some_rules_are_taken_from_what_all_of_them_found(made: Path, runs: list[dt.date]) -> None:
    with kg.open(made) as workspace:
        few = workspace.look(rules=["opposed"]).findings
        all_of_them = workspace.look().findings
        assert to_json(workspace.look(rules=["opposed"]).findings) == to_json(few)
    assert {f.rule for f in few} == {"opposed"}
    assert len(all_of_them) > len(few)
    assert runs == [NOW, NOW], "the few alone, then all; not the few again"


def test_an_interrupted_run_is_not_taken_for_a_whole_one(made: Path, runs: list[dt.date]) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with kg.open(made) as workspace, pytest.raises(KeyboardInterrupt):
        workspace.look(progress=stop)
    with kg.open(made) as workspace:
        again = workspace.look().findings
    assert "opposed" in {f.rule for f in again}
    assert runs == [NOW, NOW]


def test_who_may_not_write_still_gets_the_right_answer(made: Path, runs: list[dt.date]) -> None:
    with kg.open(made) as workspace, workspace.writing():
        first = kg.open(made).look().findings
        second = kg.open(made).look().findings
    assert to_json(first) == to_json(second)
    assert "opposed" in {f.rule for f in first}
    assert runs == [NOW, NOW], "nothing could be remembered while another held the lock"


def test_refused_statements_are_remembered_too(tmp_path: Path, files: tuple[Path, Path]) -> None:
    (tmp_path / "forged.ttl").write_text(HEAD + ":i sam:priority 1 .")
    registry = Registry({CLUB: CLUB, "https://example.org/i": CLUB})
    with Workspace.create(tmp_path / "ws", registry, as_of=NOW) as workspace:
        workspace.add(files[1], CLUB)
        workspace.add(tmp_path / "forged.ttl", TOWN)
        first = workspace.look(as_of=NOW)
    with kg.open(tmp_path / "ws") as workspace:
        second = workspace.look(as_of=NOW)
    assert first.refused_count == second.refused_count == 1
    assert first.refused == second.refused
    assert "priority" in second.refused[0].statement


def test_the_bytes_are_kept_as_they_came(made: Path, files: tuple[Path, Path]) -> None:
    with kg.open(made) as workspace:
        kept = workspace.state.in_force()
    assert [k.file for k in kept] == [str(f) for f in files]
    for entry, file in zip(kept, files, strict=True):
        found = made / "content" / entry.raw[:2] / entry.raw
        assert found.read_bytes() == file.read_bytes()


def test_the_same_file_again_is_not_a_new_submission(made: Path, files: tuple[Path, Path]) -> None:
    before = (made / "journal.log").read_bytes()
    with kg.open(made) as workspace:
        workspace.add(files[0])
    assert (made / "journal.log").read_bytes() == before


def test_a_file_taken_in_again_takes_the_place_of_the_old(
    made: Path, files: tuple[Path, Path]
) -> None:
    files[1].write_text(HEAD)
    with kg.open(made) as workspace:
        workspace.add(files[1])
        assert len(workspace.submissions) == 2
        assert not [f for f in workspace.findings(as_of=NOW) if f.rule == "opposed"]


@pytest.mark.parametrize("as_of", [NOW, dt.date(2026, 2, 1)])
def test_changed_bytes_are_noticed(made: Path, as_of: dt.date) -> None:
    for path in (made / "content").glob("??/*"):
        path.write_bytes(b"# something else\n")
    with kg.open(made) as workspace, pytest.raises(JournalError) as caught:
        workspace.look(as_of=as_of)
    assert caught.value.code == "KG-J003"


def test_an_unreadable_file_is_not_kept(made: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("this is no turtle")
    before = (made / "journal.log").read_bytes()
    with kg.open(made) as workspace, pytest.raises(UnreadableInputError):
        workspace.add(tmp_path / "bad.ttl")
    assert (made / "journal.log").read_bytes() == before


@pytest.mark.parametrize("name", ["manifest.json", "notes.txt", None])
def test_a_directory_without_a_journal_is_no_workspace(tmp_path: Path, name: str | None) -> None:
    if name is not None:
        (tmp_path / name).write_text('{"format": 1}')
    with pytest.raises(WorkspaceError) as caught:
        kg.open(tmp_path)
    assert caught.value.code == "KG-W002"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "KG-W002"), (b"not a journal", "KG-J001"), (b'{"format": 2}\n', "KG-J001")],
)
def test_a_journal_that_is_none_is_refused_and_left_alone(
    tmp_path: Path, content: bytes, code: str
) -> None:
    (tmp_path / "journal.log").write_bytes(content)
    with pytest.raises(KgError) as caught:
        kg.open(tmp_path)
    assert caught.value.code == code
    assert (tmp_path / "journal.log").read_bytes() == content


@pytest.mark.parametrize("settings", [{}, {"format": 1}, {"format": 99}])
def test_a_workspace_of_another_version_is_refused(
    tmp_path: Path, settings: dict[str, int]
) -> None:
    Journal.create(tmp_path / "journal.log", "created", settings)
    with pytest.raises(WorkspaceError) as caught:
        kg.open(tmp_path)
    assert caught.value.code == "KG-W003"


@pytest.mark.parametrize("part", ["store", "generations"])
@pytest.mark.parametrize("harm", ["gone", "emptied", "garbled"])
def test_what_is_made_from_the_journal_may_be_lost(made: Path, part: str, harm: str) -> None:
    with kg.open(made) as workspace:
        first = to_json(workspace.look().findings)
    for path in [p for p in (made / part).rglob("*") if p.is_file()]:
        size = path.stat().st_size
        path.unlink()  # not through the link that another part may have to it
        if harm != "gone":
            path.write_bytes(b"" if harm == "emptied" else os.urandom(size))
    with kg.open(made) as workspace:
        assert to_json(workspace.look().findings) == first


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
