"""The lock: what is written is what is read, and what is no lock is refused."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import NotFoundError
from kg.text import Text
from kg.vocabularies.home import known_sources, shipped_dir
from kg.vocabularies.lock import (
    LOCK,
    Lock,
    Locked,
    Snapshot,
    VocabularyError,
    check_id,
    check_version,
    read_lock,
    to_toml,
    write_lock,
)

if TYPE_CHECKING:
    from pathlib import Path

SHA = "0" * 64
SNAPSHOT = Snapshot("1", dt.date(2026, 1, 31), SHA, SHA, 7, lenient=True)
words = st.text(st.characters(codec="utf-8"), max_size=30)
locked = st.builds(
    Locked,
    id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    title=st.builds(Text, words, words),
    source=words,
    licence=words,
    attribution=st.builds(Text, words.filter(bool), words),
    media=words,
    reader=st.sampled_from(["rdf", "owms"]),
    part=st.booleans(),
    days=st.integers(0, 1000),
    pinned=st.sampled_from(["", SHA]),
    current=st.just("1"),
    snapshots=st.lists(st.just(SNAPSHOT), max_size=2).map(tuple),
)


@given(st.lists(locked, max_size=3))
def test_a_lock_comes_back_as_it_was_written(found: list[Locked]) -> None:
    lock = Lock({v.id: v for v in sorted(found, key=lambda v: v.id)})
    text = to_toml(lock)
    plain = tomllib.loads(text)
    assert [v["graph"] for v in plain.get("vocabulary", [])] == [
        v.graph for v in lock.vocabularies.values()
    ]


@given(locked)
def test_reading_gives_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, v: Locked
) -> None:
    path = tmp_path_factory.mktemp("lock") / LOCK
    write_lock(path, Lock({v.id: v}))
    assert read_lock(path) == Lock({v.id: v})


def test_a_lock_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_lock(tmp_path / LOCK) == Lock({})


GOOD = to_toml(Lock({"a": Locked("a", Text("a", "a"), current="1", snapshots=(SNAPSHOT,))}))


@pytest.mark.parametrize(
    "text",
    [
        "= 1",
        "format = 2\n",
        GOOD.replace('id = "a"', 'id = "../a"'),
        GOOD.replace('version = "1"', 'version = "../1"'),
        GOOD.replace(SHA, "abc"),
        GOOD.replace("2026-01-31", '"2026-01-31"'),
        GOOD.replace('title.en = "a"\n', ""),
        GOOD.replace('current = "1"', "current = 1"),
        'format = 1\nvocabulary = "a"\n',
    ],
)
def test_what_is_no_lock_is_refused(tmp_path: Path, text: str) -> None:
    assert text != GOOD
    (tmp_path / LOCK).write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError) as caught:
        read_lock(tmp_path / LOCK)
    assert caught.value.code in {"KG-K103", "KG-K104"}


@pytest.mark.parametrize("name", ["", "A", "a/b", "..", "a b", "-a", "x" * 65])
def test_an_id_leads_nowhere_else(name: str) -> None:
    with pytest.raises(VocabularyError):
        check_id(name)


@pytest.mark.parametrize("version", ["", "..", "../1", "a/b", "1 2", "\u00e9", "x" * 65])
def test_a_version_leads_nowhere_else(version: str) -> None:
    with pytest.raises(VocabularyError):
        check_version(version)


def test_asking_for_what_is_not_there_names_what_is() -> None:
    lock = read_lock(shipped_dir() / LOCK)
    with pytest.raises(NotFoundError, match="nothing") as caught:
        lock.get("nothing")
    assert "org" in (caught.value.advice or Text("", "")).en
    with pytest.raises(NotFoundError) as caught:
        lock.get("org").snapshot("9")
    assert caught.value.code == "KG-K102"


def test_a_snapshot_taken_in_is_in_use_and_unpins() -> None:
    before = Locked("a", Text("a", "a"), pinned=SHA)
    after = before.with_snapshot(SNAPSHOT).with_snapshot(replace(SNAPSHOT, version="2"))
    assert (after.current, after.pinned, [s.version for s in after.snapshots]) == (
        "2", "", ["1", "2"],
    )  # fmt: skip
    assert after.graph_of("2") == "https://w3id.org/samenspel/graph/vocabulary/a/2"


def test_known_sources_are_addresses_over_https_with_a_keeper() -> None:
    known = known_sources().vocabularies
    assert {"upl", "roo", "tooi-gemeenten", "eu-language", "cpov"} <= known.keys()
    for v in known.values():
        assert v.source.startswith("https://") or v.id == "roo"
        assert v.attribution.nl
        assert v.title.en
        assert not v.snapshots
