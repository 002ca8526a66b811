"""The journal keeps all it acknowledged, and damage to it is never taken for an end."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import tempfile
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.journal import Content, Journal, JournalError, Record
from kg.journal.log import read_journal
from kg.journal.records import FIRST, read_line

if TYPE_CHECKING:
    from collections.abc import Iterator

HOLE = bytes(64)


def make(path: Path, *kinds: str) -> list[Record]:
    """Write a journal with a first record and one of each kind; give what was acknowledged."""
    Journal.create(path, "created", {"format": 2})
    journal = Journal(path)
    for kind in kinds:
        journal.append((kind, {"said": kind * 3}))
    journal.close()
    return journal.records


def reopened(path: Path) -> list[Record]:
    journal = Journal(path)
    journal.close()
    return journal.records


def code_of(path: Path) -> str:
    with pytest.raises(JournalError) as caught:
        Journal(path)
    return caught.value.code


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Let no file grow beyond a size; the system then refuses the write, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# --- records --------------------------------------------------------------------------------


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=6), plain, max_size=4), st.text(max_size=9))
def test_what_is_written_is_read_back(data: dict[str, object], kind: str) -> None:
    own = {k: v for k, v in data.items() if k not in {"seq", "prev", "at", "kind"}}
    record = Record(7, "2026-01-01T00:00:00Z", kind, own, "ab" * 32)
    assert record.line().count(b"\n") == 1
    assert read_line(record.line()[:-1]) == record


@pytest.mark.parametrize("body", [b"[]", b"{}", b"1", b"null", b"no json", b'{"seq":"x"}', b"\xff"])
def test_a_right_checksum_over_no_record_is_damage(tmp_path: Path, body: bytes) -> None:
    make(tmp_path / "j", "one")
    with (tmp_path / "j").open("ab") as file:
        file.write(b"%08x %s\n" % (zlib.crc32(body), body))
    assert code_of(tmp_path / "j") == "KG-J001"


def test_every_record_carries_the_hash_of_the_one_before(tmp_path: Path) -> None:
    records = make(tmp_path / "j", "one", "two")
    bodies = [line.partition(b" ")[2] for line in (tmp_path / "j").read_bytes().splitlines()]
    assert [r.prev for r in records] == [FIRST, *(hashlib.sha256(b).hexdigest() for b in bodies)][
        :-1
    ]


def test_a_record_changed_with_its_checksum_breaks_the_chain(tmp_path: Path) -> None:
    make(tmp_path / "j", "one", "two")
    lines = (tmp_path / "j").read_bytes().splitlines(keepends=True)
    forged = json.loads(lines[1].partition(b" ")[2])
    forged["said"] = "something else"
    body = json.dumps(forged, sort_keys=True, separators=(",", ":")).encode()
    lines[1] = b"%08x %s\n" % (zlib.crc32(body), body)
    (tmp_path / "j").write_bytes(b"".join(lines))
    assert code_of(tmp_path / "j") == "KG-J001"


@pytest.mark.parametrize("order", [(0, 2), (1, 2), (0, 2, 1), (0, 1, 1, 2), (2, 1, 0)])
def test_records_left_out_moved_or_doubled_are_damage(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    make(tmp_path / "j", "one", "two")
    lines = (tmp_path / "j").read_bytes().splitlines(keepends=True)
    (tmp_path / "j").write_bytes(b"".join(lines[i] for i in order))
    assert code_of(tmp_path / "j") == "KG-J001"


# --- crashes and damage -----------------------------------------------------------------------


def test_a_write_torn_at_any_byte_is_cut_and_what_came_before_stays(tmp_path: Path) -> None:
    records = make(tmp_path / "j", "one", "two")
    whole = (tmp_path / "j").read_bytes()
    last = len(records[-1].line())
    for left in range(last):
        (tmp_path / "j").write_bytes(whole[: len(whole) - last + left])
        kept = records if left == last - 1 else records[:-1]
        assert reopened(tmp_path / "j") == kept, left
        expected = whole if left == last - 1 else whole[: len(whole) - last]
        assert (tmp_path / "j").read_bytes() == expected, left


def test_a_torn_write_with_holes_is_cut(tmp_path: Path) -> None:
    records = make(tmp_path / "j", "one", "two")
    whole = (tmp_path / "j").read_bytes()
    last = len(records[-1].line())
    for start in (0, 1, 20, last - 20):
        torn = bytearray(whole)
        at = len(whole) - last + start
        torn[at : at + 20] = bytes(20)
        (tmp_path / "j").write_bytes(torn)
        assert reopened(tmp_path / "j") == records[:-1], start


def test_a_hole_before_a_whole_record_is_damage(tmp_path: Path) -> None:
    records = make(tmp_path / "j", "one", "two")
    whole = (tmp_path / "j").read_bytes()
    at = len(records[0].line())
    (tmp_path / "j").write_bytes(whole[:at] + HOLE + whole[at + len(HOLE) :])
    assert code_of(tmp_path / "j") == "KG-J001"


@pytest.mark.parametrize("bit", [0, 2, 5, 7])
def test_one_flipped_bit_in_any_byte_is_refused_and_left_as_found(tmp_path: Path, bit: int) -> None:
    make(tmp_path / "j", "one", "two")
    whole = (tmp_path / "j").read_bytes()
    for at in range(len(whole)):
        spoiled = bytearray(whole)
        spoiled[at] ^= 1 << bit
        (tmp_path / "j").write_bytes(spoiled)
        assert code_of(tmp_path / "j") == "KG-J001", at
        assert (tmp_path / "j").read_bytes() == spoiled, at


@pytest.mark.parametrize("text", [b"not json", b"{}", b"notes of somebody\n", HOLE, b"\n"])
def test_a_file_that_is_no_journal_is_refused_and_left_alone(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "j").write_bytes(text)
    assert code_of(tmp_path / "j") == "KG-J001"
    assert (tmp_path / "j").read_bytes() == text


def test_a_journal_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(JournalError) as caught:
        read_journal(tmp_path / "j")
    assert caught.value.code == "KG-J002"


@given(st.binary(max_size=200), st.sampled_from([b"", b"\n"]))
def test_no_bytes_behind_a_journal_shorten_what_was_acknowledged(tail: bytes, end: bytes) -> None:
    first = Record(1, "2026-01-01T00:00:00Z", "created", {}, FIRST)
    second = Record(2, "2026-01-01T00:00:00Z", "said", {"n": 1}, first.digest())
    data = first.line() + second.line() + tail + end
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "j"
        path.write_bytes(data)
        try:
            found, code = list(read_journal(path).records[:2]), None
        except JournalError as e:
            found, code = [], e.code
        assert found == [first, second] or code == "KG-J001"


# --- writing together -------------------------------------------------------------------------


def test_many_threads_write_one_chain(tmp_path: Path) -> None:
    Journal.create(tmp_path / "j", "created", {})
    journal = Journal(tmp_path / "j")
    start = threading.Barrier(8)

    def write(worker: int) -> list[Record]:
        start.wait()
        made: list[Record] = []
        for i in range(25):
            both = journal.append(("a", {"of": [worker, i]}), ("b", {"of": [worker, i]}))
            assert [r.seq - both[0].seq for r in both] == [0, 1], "they stand together"
            made += both
        return made

    with ThreadPoolExecutor(8) as threads:
        made = [r for records in threads.map(write, range(8)) for r in records]
    journal.close()
    records = reopened(tmp_path / "j")
    assert sorted(made, key=lambda r: r.seq) == records[1:]
    assert [r.seq for r in records] == list(range(1, 402))


def test_records_that_come_together_are_synced_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one sync is under way, all who come wait for the next one, together."""
    Journal.create(tmp_path / "j", "created", {})
    journal = Journal(tmp_path / "j")
    real, syncs = os.fdatasync, 0

    def slow(fd: int) -> None:
        nonlocal syncs
        syncs += 1
        time.sleep(0.05)
        real(fd)

    monkeypatch.setattr(os, "fdatasync", slow)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda i: journal.append(("n", {"i": i})), range(64)))
    journal.close()
    assert journal.seq == 65
    assert syncs < 40, "far fewer than the 64 it takes one by one"


# --- writes that fail ---------------------------------------------------------------------------


def test_after_a_failed_write_nothing_is_taken_until_it_is_opened_anew(tmp_path: Path) -> None:
    records = make(tmp_path / "j", "one")
    size = (tmp_path / "j").stat().st_size
    journal = Journal(tmp_path / "j")
    with at_most(size + 50), pytest.raises(JournalError) as caught:
        journal.append(("large", {"said": "x" * 500}))
    assert caught.value.code == "KG-J004"
    assert journal.is_broken
    assert (tmp_path / "j").stat().st_size == size, "no half record stays behind"
    with pytest.raises(JournalError):
        journal.append(("small", {}))
    assert journal.seq == len(records)
    journal.close()
    again = Journal(tmp_path / "j")
    assert again.records == records
    again.append(("small", {}))
    again.close()
    assert [r.kind for r in reopened(tmp_path / "j")] == ["created", "one", "small"]


def test_a_failed_write_fails_for_all_who_waited_for_it(tmp_path: Path) -> None:
    make(tmp_path / "j")
    size = (tmp_path / "j").stat().st_size
    journal = Journal(tmp_path / "j")
    acknowledged: list[int] = []
    refused: set[str] = set()

    def write(i: int) -> None:
        try:
            (record,) = journal.append(("n", {"i": i, "said": "x" * 200}))
        except JournalError as e:
            refused.add(e.code)
        else:
            acknowledged.append(record.seq)

    with at_most(size + 4000), ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(60)))
    journal.close()
    assert refused == {"KG-J004"}
    found = [r.seq for r in reopened(tmp_path / "j")]
    assert sorted(acknowledged) == found[1:]


def test_a_closed_journal_takes_nothing(tmp_path: Path) -> None:
    make(tmp_path / "j")
    journal = Journal(tmp_path / "j")
    journal.close()
    with pytest.raises(JournalError) as caught:
        journal.append(("late", {}))
    assert caught.value.code == "KG-J004"
    assert [r.kind for r in reopened(tmp_path / "j")] == ["created"]


# --- content ------------------------------------------------------------------------------------


@given(st.binary(max_size=300))
def test_content_comes_back_as_it_went_in(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as directory:
        content = Content(Path(directory) / "content")
        sha256 = content.put(data)
        assert sha256 == content.put(data) == hashlib.sha256(data).hexdigest()
        assert content.get(sha256) == data
        assert list(content) == [sha256]


@pytest.mark.parametrize("spoiled", [None, b"", b"hellp", b"hello\n"])
def test_content_that_is_gone_or_changed_is_refused_and_mended_by_the_same_bytes(
    tmp_path: Path, spoiled: bytes | None
) -> None:
    content = Content(tmp_path / "content")
    sha256 = content.put(b"hello")
    if spoiled is None:
        content.path(sha256).unlink()
    else:
        content.path(sha256).write_bytes(spoiled)
    with pytest.raises(JournalError) as caught:
        content.get(sha256)
    assert caught.value.code == "KG-J003"
    assert content.get(content.put(b"hello")) == b"hello"


def test_content_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    content = Content(tmp_path / "content")
    content.put(b"small")
    with at_most(1000), pytest.raises(JournalError) as caught:
        content.put(b"x" * 5000)
    assert caught.value.code == "KG-J004"
    assert len([p for p in (tmp_path / "content").rglob("*") if p.is_file()]) == 1


def test_the_same_bytes_from_many_threads_are_kept_whole(tmp_path: Path) -> None:
    content = Content(tmp_path / "content")
    start = threading.Barrier(8)

    def put(data: bytes) -> bytes:
        start.wait()
        return content.get(content.put(data))

    with ThreadPoolExecutor(8) as threads:
        for i in range(30):
            data = b"%d" % i * 50_000
            assert set(threads.map(put, [data] * 8)) == {data}
