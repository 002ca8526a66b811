"""`kg vocabulary`: in both languages, for people and for programs, with exit codes for scripts."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from kg.cli import main
from kg.intake.submission import make_submission
from kg.vocabularies.fetch import INCOMING
from kg.vocabularies.home import Home
from kg.workspace import Workspace
from vocabularies.lists import DATA, GM, NEWER, OLDER, needs_data, triples
from vocabularies.test_fetch import Site, site
from vocabularies.test_update import OURS

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["site"]


@pytest.fixture
def at(tmp_path: Path) -> Path:
    """Give a place with an older and a newer list beside it."""
    (tmp_path / "list.ttl").write_text(OLDER, encoding="utf-8")
    (tmp_path / "newer.ttl").write_text(NEWER, encoding="utf-8")
    return tmp_path / "work"


class Command:
    """Runs `kg vocabulary` at one place."""

    def __init__(self, at: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.at = at
        self._capsys = capsys

    def __call__(self, *tokens: str, code: int = 0) -> str:
        words = ["vocabulary", *tokens, "--at", str(self.at)]
        found = main(words if "--lang" in tokens else [*words, "--lang", "en"])
        said = self._capsys.readouterr()
        assert found == code, said.out + said.err
        return said.out + said.err

    def json(self, *tokens: str, code: int = 0) -> Any:  # noqa: ANN401 - as JSON has it
        words = ["vocabulary", *tokens, "--at", str(self.at), "--format", "json"]
        found = main(words)
        said = self._capsys.readouterr()
        assert found == code, said.err
        return json.loads(said.out)


@pytest.fixture
def kg(at: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(at, capsys)


def test_a_file_is_taken_in_and_listed(at: Path, kg: Command) -> None:
    file = str(at.parent / "list.ttl")
    said = kg("add", file, "--licence", "https://example.org/l", "--attribution", "Bron: wij")
    assert said.startswith("list 1.0: ")
    lock = tomllib.loads((at / "vocabularies" / "vocab.lock").read_text("utf-8"))
    (entry,) = lock["vocabulary"]
    assert entry["licence"] == "https://example.org/l"
    assert entry["graph"] == "https://w3id.org/samenspel/graph/vocabulary/list"
    assert entry["snapshot"][0]["version"] == "1.0"
    listed = {v["id"]: v for v in kg.json("list")}
    assert listed["list"]["state"] == "loaded"
    assert listed["list"]["attribution"] == {"nl": "Bron: wij", "en": "Bron: wij"}
    assert {"org", "samenspel", "prefixes"} <= {
        k for k, v in listed.items() if v["state"] == "shipped"
    }
    assert "list" in kg("list")


def test_a_licence_that_is_not_known_is_asked_for(at: Path, kg: Command) -> None:
    assert "--licence" in kg("add", str(at.parent / "list.ttl"))


def test_known_sources_are_listed_until_they_are_there(at: Path, kg: Command) -> None:
    assert {v["state"] for v in kg.json("list", "--known")} == {"known"}
    kg("add", str(at.parent / "list.ttl"), "--id", "upl")
    assert "upl" not in {v["id"] for v in kg.json("list", "--known")}
    assert "op te halen" in kg("list", "--known", "--lang", "nl")


def test_adding_twice_points_to_update(at: Path, kg: Command) -> None:
    kg("add", str(at.parent / "list.ttl"))
    said = kg("add", str(at.parent / "newer.ttl"), "--id", "list", code=2)
    assert "KG-K111" in said
    assert "--dry-run" in said


def say(at: Path) -> None:
    with Workspace.create(at) as workspace:
        workspace.add_submission(make_submission(triples(OURS), "ours.ttl", None))


def test_a_dry_run_shows_what_is_touched_and_changes_nothing(at: Path, kg: Command) -> None:
    say(at)
    kg("add", str(at.parent / "list.ttl"))
    before = (at / "vocabularies" / "vocab.lock").read_bytes()
    newer = str(at.parent / "newer.ttl")
    said = kg("update", newer, "--id", "list", "--dry-run")
    assert (at / "vocabularies" / "vocab.lock").read_bytes() == before
    for part in ("1.0 → 1.1", "1 gone", "2 new", "1 renamed", "1 ended", "(2026-01-01)",
                 f"gemeente Drie <{GM}gm0003>: ends, 2 statements", f"proposal: <{GM}gm0005>",
                 "Nothing was changed"):  # fmt: skip
        assert part in said
    assert "eindigt" in kg("update", newer, "--id", "list", "--dry-run", "--lang", "nl")
    (plain,) = kg.json("update", newer, "--id", "list", "--dry-run")
    assert {e["iri"]: e["proposals"] for e in plain["effects"]} == {
        f"{GM}gm0002": [f"{GM}gm0006"], f"{GM}gm0003": [f"{GM}gm0005"],
    }  # fmt: skip
    assert not plain["takenIn"]


def test_what_touches_references_waits_for_a_yes(at: Path, kg: Command) -> None:
    say(at)
    kg("add", str(at.parent / "list.ttl"))
    newer = str(at.parent / "newer.ttl")
    assert "--yes" in kg("update", newer, "--id", "list", code=1)
    assert Home(at / "vocabularies").lock.get("list").current == "1.0"
    assert "Taken in" in kg("update", newer, "--id", "list", "--yes")
    assert Home(at / "vocabularies").lock.get("list").current == "1.1"
    assert "unchanged" in kg("update", newer, "--id", "list")


def test_what_touches_nothing_is_taken_in_at_once(at: Path, kg: Command) -> None:
    kg("add", str(at.parent / "list.ttl"))
    said = kg("update", str(at.parent / "newer.ttl"), "--id", "list")
    assert "none touched" in said
    assert Home(at / "vocabularies").lock.get("list").current == "1.1"


def test_two_versions_are_compared(at: Path, kg: Command) -> None:
    kg("add", str(at.parent / "list.ttl"))
    kg("update", str(at.parent / "newer.ttl"), "--id", "list")
    found = kg.json("diff", "list", "1.0", "1.1")
    assert [e["iri"] for e in found["removed"]] == [f"{GM}gm0002"]
    assert "gemeente Vier → gemeente Vier-Vijf" in kg("diff", "list", "1.0", "1.1")
    assert "KG-K102" in kg("diff", "list", "1.0", "9", code=2)
    assert "KG-K101" in kg("diff", "other", "1", "2", code=2)


def test_check_ends_with_one_when_a_file_was_edited(at: Path, kg: Command) -> None:
    kg("add", str(at.parent / "list.ttl"))
    assert "0 faults" in kg("check")
    assert kg.json("check") == []
    file = Home(at / "vocabularies").file("list", "1.0")
    file.write_text(file.read_text("utf-8") + "<a:b> <a:c> <a:d> .\n", "utf-8")
    assert "1 fouten" in kg("check", "--lang", "nl", code=1)
    (fault,) = kg.json("check", code=1)
    assert fault["grave"]


def test_lenient_reading_is_an_option(at: Path, kg: Command) -> None:
    odd = at.parent / "odd.nt"
    odd.write_text('<a:b> <a:c> "x"@nl-be-x-generated-informal .', encoding="utf-8")
    assert "KG-R015" in kg("add", str(odd), code=2)
    assert "odd" in kg("add", str(odd), "--lenient")


def locked(at: Path, kg: Command, site: Site) -> None:
    """Take a list in that names its source on this machine."""
    kg("add", str(at.parent / "list.ttl"), "--source", f"{site.address}/list.ttl")


def test_fetch_says_what_it_trusts_and_refuses_what_changed(
    at: Path, kg: Command, site: Site
) -> None:
    locked(at, kg, site)
    assert "list: unchanged" in kg("fetch")
    assert not list((at / "vocabularies" / INCOMING).iterdir())
    site.body = NEWER.encode()
    said = kg("fetch", "list", code=1)
    assert "kg vocabulary update list --dry-run" in said
    assert Home(at / "vocabularies").lock.get("list").current == "1.0"
    assert "1.0 → 1.1" in kg("update", "list", "--dry-run")
    assert "Taken in" in kg("update")
    assert Home(at / "vocabularies").lock.get("list").current == "1.1"
    assert not list((at / "vocabularies" / INCOMING).iterdir())
    assert "list: unchanged" in kg("fetch")


def test_the_same_statements_in_another_file_change_nothing(
    at: Path, kg: Command, site: Site
) -> None:
    locked(at, kg, site)
    site.body = OLDER.encode() + b"\n# only a remark\n"
    assert "list: unchanged" in kg("fetch", "list")


def test_a_first_fetch_writes_its_checksum_down(at: Path, kg: Command, site: Site) -> None:
    lock = at / "vocabularies" / "vocab.lock"
    lock.parent.mkdir(parents=True)
    lock.write_text(
        f'format = 1\n[[vocabulary]]\nid = "list"\ntitle = {{ nl = "l", en = "l" }}\n'
        f'source = "{site.address}/list.ttl"\n',
        encoding="utf-8",
    )
    said = kg("fetch", "list")
    assert "was not known and has been written down now" in said
    assert Home(at / "vocabularies").lock.get("list").current == "1.0"


def test_one_source_that_fails_does_not_stop_the_others(at: Path, kg: Command, site: Site) -> None:
    locked(at, kg, site)
    kg("add", str(at.parent / "newer.ttl"), "--source", f"{site.address}/none")
    said = kg("fetch", code=1)
    assert "list: unchanged" in said
    assert "KG-K121" in said


def test_fetching_nothing_names_what_there_is(kg: Command) -> None:
    assert "tooi-gemeenten" in kg("fetch", code=2)


def test_no_other_command_fetches(at: Path, kg: Command, site: Site) -> None:
    locked(at, kg, site)
    for words in (["list"], ["check"], ["update"], ["diff", "list", "1.0", "1.0"]):
        kg(*words)
    kg("update", str(at.parent / "newer.ttl"), "--id", "list")
    assert site.asked == []


@needs_data
def test_real_registers_are_known_by_their_file_names(kg: Command) -> None:
    kg("add", str(DATA / "tooi/mdto/data/rwc_gemeenten_compleet_4.json"))
    kg("add", str(DATA / "upl/data/UPL-actueel.csv"))
    found = {v["id"]: v for v in kg.json("list") if v["state"] == "loaded"}
    assert found["tooi-gemeenten"]["version"] == "4"
    assert found["tooi-gemeenten"]["triples"] == 9207
    assert found["upl"]["reader"] == "upl"
