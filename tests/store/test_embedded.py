"""What the store on disk can do besides the contract: snapshots, large changes, a full disk."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

import kg.store.oxigraph as adapter
from kg.errors import RuleError
from kg.store import EmbeddedStore, StoreError

from .small import G, H, numbers, quad, triple

if TYPE_CHECKING:
    from pathlib import Path


def test_a_snapshot_is_not_touched_by_later_changes(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "store") as store:
        store.change([], [quad("a", 1)])
        store.snapshot(tmp_path / "generation")
        store.change([quad("a", 1)], [quad("b", 2)])
        store.optimise()
        store.flush()
        with EmbeddedStore(tmp_path / "generation", read_only=True) as seen:
            assert numbers(seen, f"FROM <{G}>") == ["1"]
        assert numbers(store, f"FROM <{G}>") == ["2"]


def test_a_snapshot_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with EmbeddedStore(tmp_path / "store") as store, pytest.raises(StoreError) as caught:
        store.snapshot(tmp_path / "there")
    assert caught.value.code == "KG-T004"


def test_a_snapshot_opened_for_writing_is_a_branch(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "store") as store:
        store.change([], [quad("a", 1)])
        store.snapshot(tmp_path / "branch")
        with EmbeddedStore(tmp_path / "branch") as branch:
            branch.change([quad("a", 1)], [])
            assert numbers(branch, f"FROM <{G}>") == []
        assert numbers(store, f"FROM <{G}>") == ["1"]


@pytest.mark.parametrize("holder", [G, H])
def test_a_large_change_is_the_same_as_a_small_one(
    tmp_path: Path, holder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "BULK", 10)
    with EmbeddedStore(tmp_path / "store") as store:
        store.add(holder, [triple("s1", 1)])
        store.change([], [quad(f"s{n % 20}", n % 20) for n in range(40)])
        assert len(set(store.triples(G))) == 20
        store.change([quad("s3", 3)], [])
    with EmbeddedStore(tmp_path / "store") as store:
        assert len(list(store.triples(G))) == 19


def test_replacing_survives_only_as_a_whole(tmp_path: Path) -> None:
    """A process that is killed while it replaces leaves the old or the new, never a part."""
    code = textwrap.dedent("""
        import os, pathlib, sys
        import kg.store.oxigraph as adapter
        from kg.rdf import Literal, NamedNode, Triple
        store = adapter.EmbeddedStore(pathlib.Path(sys.argv[1]))
        a, p, g = NamedNode("urn:a"), NamedNode("urn:p"), "https://example.org/g"
        store.add(g, [Triple(a, p, Literal(n)) for n in range(5)])
        written = []
        for name in ("extend", "update", "clear_graph", "bulk_extend", "remove_graph"):
            real = getattr(store._store, name)
            def spy(*args, real=real, name=name):
                real(*args)
                os._exit(9)
            written.append((name, spy))
        class Spied:
            def __init__(self, real):
                self.real = real
            def __getattr__(self, name):
                return dict(written).get(name) or getattr(self.real, name)
        store._store = Spied(store._store)
        store.replace(g, [Triple(a, p, Literal(n)) for n in range(3, 9)])
    """)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "store")],
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.returncode == 9
    with EmbeddedStore(tmp_path / "store") as store:
        assert numbers(store, f"FROM <{G}>") == [str(n) for n in range(3, 9)]


def test_a_full_disk_is_told_and_the_store_opens_again(tmp_path: Path) -> None:
    code = textwrap.dedent("""
        import pathlib, resource, signal, sys
        from kg.rdf import Literal, NamedNode, Quad
        from kg.store import EmbeddedStore, StoreError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        path = pathlib.Path(sys.argv[1])
        p, g = NamedNode("urn:p"), NamedNode("https://example.org/g")
        def batch(i):
            return [Quad(NamedNode(f"urn:{i}/{j}"), p, Literal("x" * 40), g) for j in range(200)]
        store = EmbeddedStore(path)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        kept = 0
        try:
            for i in range(100):
                store.change([], batch(i))
                kept += 1
        except StoreError as e:
            print(e.code)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        for write in (lambda: store.change([], batch(kept)), store.flush, store.close):
            try:
                write()
            except StoreError as e:
                print(e.code)
        store = EmbeddedStore(path)
        print(kept > 0, len(list(store.triples(g.value))) == 200 * kept)
        store.change([], batch(kept))
        print(len(list(store.triples(g.value))) == 200 * (kept + 1))
    """)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "store")],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.split() == ["KG-T001"] * 4 + ["True", "True", "True"]


def test_an_impossible_update_is_no_failure_of_the_disk(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "store") as store:
        with pytest.raises(RuleError) as caught:
            store.update("DROP GRAPH <urn:not-there>")
        assert caught.value.code == "KG-T005"
        store.update("DROP SILENT GRAPH <urn:not-there>")
