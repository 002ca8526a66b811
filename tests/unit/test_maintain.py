"""What is wrong with a workspace is seen, and what can be made anew is made anew."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from kg.cli import main
from kg.journal import JournalError
from kg.store import EmbeddedStore
from kg.terms import CURRENT
from kg.workspace import Workspace
from kg.workspace.generations import Generations
from kg.workspace.keeper import Keeper
from kg.workspace.maintain import backup, hashes_of, restore, rewind, verify

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.date(2026, 1, 1)
TEXT = """@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
:{n} a sam:Service ; sam:touches :say , [ a sam:Aspect ] .
"""


@pytest.fixture
def made(tmp_path: Path) -> Path:
    root = tmp_path / "ws"
    workspace = Workspace.create(root, as_of=NOW)
    for name in ("one", "two", "three"):
        file = tmp_path / f"{name}.ttl"
        file.write_text(TEXT.format(n=name))
        workspace.add(file, f"https://example.org/{name}")
    workspace.look()
    return root


def graphs(root: Path) -> dict[str, str]:
    generation = Generations(root / "generations").current()
    assert generation is not None
    with EmbeddedStore(generation.path, read_only=True) as store:
        return {n: h for n, h in hashes_of(store).items() if not n.endswith("/state")}


def test_a_whole_workspace_is_well(made: Path) -> None:
    health = verify(made)
    assert health.problems == []
    assert (health.records, health.contents) == (10, 6)
    assert CURRENT in health.graphs


def test_a_statement_slipped_into_the_store_is_seen(made: Path) -> None:
    with EmbeddedStore(made / "store") as store:
        store.update(f"INSERT DATA {{ GRAPH <{CURRENT}> {{ <urn:a> <urn:b> <urn:c> }} }}")
    problems = verify(made).problems
    assert [CURRENT in p.en for p in problems] == [True]
    assert main(["verify", "--at", str(made)]) == 1
    assert main(["rebuild", "--at", str(made)]) == 0
    assert verify(made).problems == []


def test_changed_content_is_seen(made: Path) -> None:
    victim = next((made / "content").rglob("????????????*"))
    victim.write_bytes(victim.read_bytes() + b" ")
    assert [victim.name in p.nl for p in verify(made).problems] == [True]


def test_a_backup_gives_the_same_graphs(made: Path, tmp_path: Path) -> None:
    assert backup(made, tmp_path / "copy") == 10
    assert restore(tmp_path / "copy", tmp_path / "again") == 10
    assert graphs(tmp_path / "again") == graphs(made)


def test_vocabularies_and_mappings_go_along(made: Path, tmp_path: Path) -> None:
    (tmp_path / "list.ttl").write_text(
        "<urn:x> <http://www.w3.org/2004/02/skos/core#prefLabel> 'x'@en ."
    )
    add = ["vocabulary", "add", str(tmp_path / "list.ttl"), "--id", "list", "--at", str(made)]
    assert main(add) == 0
    (made / "mappings.sssom.tsv").write_text("#\n")
    backup(made, tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "again")
    assert "https://w3id.org/samenspel/graph/vocabulary/list" in graphs(tmp_path / "again")
    assert (tmp_path / "again" / "mappings.sssom.tsv").read_text() == "#\n"


def test_an_empty_workspace_takes_submissions(tmp_path: Path) -> None:
    home = tmp_path / "new"
    options = ["--operator", "https://example.org/op", "--prefix", "https://example.org/a=urn:a:"]
    assert main(["init", str(home), *options, "--as-of", "2026-01-01"]) == 0
    state = Workspace(home).state
    assert (state.operator, state.prefixes) == (
        "https://example.org/op",
        {"urn:a:": "https://example.org/a"},
    )
    assert state.fixed == NOW
    assert main(["init", str(home)]) == 2


def test_a_backup_grows_and_refuses_strangers(made: Path, tmp_path: Path) -> None:
    backup(made, tmp_path / "copy")
    with Keeper(made) as keeper:
        keeper.register("https://example.org/four/", "https://example.org/four")
    assert backup(made, tmp_path / "copy") == 11
    Workspace.create(tmp_path / "other")
    with pytest.raises(JournalError, match="something else") as refused:
        backup(tmp_path / "other", tmp_path / "copy")
    assert refused.value.code == "KG-J006"


def test_a_damaged_backup_is_refused_before_anything_is_written(made: Path, tmp_path: Path) -> None:
    backup(made, tmp_path / "copy")
    next((tmp_path / "copy" / "content").rglob("????????????*")).write_bytes(b"")
    with pytest.raises(JournalError) as refused:
        restore(tmp_path / "copy", tmp_path / "again")
    assert refused.value.code == "KG-J003"
    assert not (tmp_path / "again").exists()


def test_an_earlier_state_beside_the_present_one(made: Path, tmp_path: Path) -> None:
    before = graphs(made)
    assert rewind(made, 4, tmp_path / "old") == 4
    old = Workspace(tmp_path / "old")
    assert [k.file.endswith("one.ttl") for k in old.state.in_force()] == [True]
    assert graphs(made) == before
    with pytest.raises(JournalError):
        rewind(made, 4, tmp_path / "old")
