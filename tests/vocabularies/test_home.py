"""A home keeps what was taken in: by version, verified, each snapshot a graph of its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from kg.errors import KgError
from kg.rdf import BlankNode, NamedNode, value
from kg.store import MemoryStore
from kg.terms import VOCABULARY
from kg.vocabularies import load_home, load_vocabularies
from kg.vocabularies.home import Home, shipped_dir, shipped_home
from kg.vocabularies.own import own_sources
from vocabularies.lists import DAY, GM, NEWER, OLDER, about, filled, reading

if TYPE_CHECKING:
    from pathlib import Path


def code(path: Path, name: str = "list", version: str = "") -> str:
    with pytest.raises(KgError) as caught:
        Home(path).statements(name, version)
    return caught.value.code


def test_snapshots_are_kept_side_by_side(tmp_path: Path) -> None:
    home = filled(tmp_path)
    again = Home(home.path)
    assert again.lock == home.lock
    v = again.lock.get("list")
    assert (v.current, [s.version for s in v.snapshots]) == ("1.1", ["1.0", "1.1"])
    assert len(again.statements("list", "1.0")) == v.snapshot("1.0").triples
    assert again.file("list", "1.0").read_text("utf-8") == reading(tmp_path, OLDER).text
    assert sorted(f.name for f in home.path.iterdir()) == ["list", "vocab.lock"]


def test_taking_the_same_in_again_changes_nothing(tmp_path: Path) -> None:
    home = filled(tmp_path)
    before = home.lock
    home.add(about(), reading(tmp_path, NEWER), version="1.1", day=dt.date(2027, 1, 1))
    assert home.lock == before


def test_a_version_never_gets_other_content(tmp_path: Path) -> None:
    home = filled(tmp_path)
    with pytest.raises(KgError) as caught:
        home.add(about(), reading(tmp_path, NEWER), version="1.0", day=DAY)
    assert caught.value.code == "KG-K109"
    assert home.lock == Home(home.path).lock


def test_each_snapshot_is_a_graph_and_one_is_in_use(tmp_path: Path) -> None:
    home = filled(tmp_path)
    graphs = dict(home.graphs("list"))
    graph = VOCABULARY + "list"
    assert set(graphs) == {graph, f"{graph}/1.0", f"{graph}/1.1"}
    assert graphs[graph] == graphs[f"{graph}/1.1"]
    assert len(graphs[f"{graph}/1.0"]) == home.lock.get("list").snapshot("1.0").triples
    terms = [t.subject for found in graphs.values() for t in found]
    assert not any(isinstance(t, BlankNode) for t in terms)
    store = MemoryStore()
    for name, triples in graphs.items():
        store.replace(name, triples)
    ended = f"SELECT * FROM <{graph}> WHERE {{ <{GM}gm0003> ?p '2025-12-31'^^<{XSD_DATE}> }}"
    assert len(list(store.select(ended))) == 1
    assert not list(store.select(ended.replace(f"<{graph}>", f"<{graph}/1.0>")))


XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"


def test_a_file_that_was_edited_is_found_out(tmp_path: Path) -> None:
    home = filled(tmp_path)
    assert not [f for f in home.check(DAY) if f.grave]
    file = home.file("list", "1.1")
    file.write_text(file.read_text("utf-8").replace("gemeente Een", "gemeente 1"), "utf-8")
    faults = [f for f in home.check(DAY) if f.grave]
    assert [(f.id, f.version) for f in faults] == [("list", "1.1")]
    assert str(file) in faults[0].message.nl
    assert code(home.path) == "KG-K110"
    assert len(home.statements("list", "1.0")) > 0
    file.unlink()
    assert code(home.path) == "KG-R001"
    assert len([f for f in home.check(DAY) if f.grave]) == 1


def test_a_lock_with_another_number_is_found_out(tmp_path: Path) -> None:
    home = filled(tmp_path)
    lock = home.path / "vocab.lock"
    count = home.lock.get("list").snapshot("1.0").triples
    text = lock.read_text("utf-8").replace(f"triples = {count}\n", "triples = 7\n", 1)
    lock.write_text(text, "utf-8")
    assert [f.version for f in Home(home.path).check(DAY)] == ["1.0"]


def test_age_is_told_but_is_no_fault(tmp_path: Path) -> None:
    home = filled(tmp_path)
    assert list(home.check(DAY + dt.timedelta(days=31))) == []
    (old,) = home.check(DAY + dt.timedelta(days=32))
    assert not old.grave
    assert "32" in old.message.en


def test_what_cannot_be_used_as_an_index_is_made_anew(tmp_path: Path) -> None:
    home = filled(tmp_path)
    first = home.facts("list")
    (index,) = (home.path / "index").iterdir()
    for text in ("", "{}", '{"entries": [[1, 2]]}'):
        index.write_text(text, "utf-8")
        assert home.facts("list") == first


def test_a_home_that_cannot_be_written_still_loads(tmp_path: Path) -> None:
    home = filled(tmp_path)
    (home.path / "index").write_text("in the way", "utf-8")
    assert len(load_home(home.path)) > len(load_home(tmp_path / "none"))


def test_what_was_taken_in_goes_before_what_ships(tmp_path: Path) -> None:
    home = Home(tmp_path / "vocabularies")
    home.add(about("org"), reading(tmp_path, OLDER), version="mine", day=DAY)
    found = load_home(home.path)
    assert found.versions["org"] == "mine"
    assert {"samenspel", "prefixes", "skos", "eu-language-country"} <= found.versions.keys()
    assert found.entry("http://www.w3.org/ns/org#Organization") is None
    assert set(load_home(home.path, shipped=False).versions) == {"org"}


def test_validation_reads_a_home_too(tmp_path: Path) -> None:
    home = filled(tmp_path)
    found = load_vocabularies(home.path)
    assert found.versions["list"] == "1.1"
    assert found.is_loaded(GM)
    assert found.entry(f"{GM}gm0002") is None
    assert load_vocabularies(tmp_path).versions["list"] == "1.1"  # the file beside the home


def test_what_ships_is_whole_and_has_a_licence() -> None:
    home = shipped_home()
    assert list(home.check(DAY)) == []
    assert {"org", "prov", "skos", "dcat", "time", "locn", "void", "sh", "vcard"} <= set(
        home.lock.vocabularies
    )
    assert all(v.licence and v.attribution.nl for v in home.lock.vocabularies.values())
    size = sum(f.stat().st_size for f in shipped_dir().rglob("*") if f.is_file())
    assert size < 1_500_000
    assert not (shipped_dir() / "index").exists()


def test_the_own_terms_are_there() -> None:
    terms, prefixes = own_sources()
    entry = terms.facts.entries["https://w3id.org/samenspel/def#Interest"]
    assert entry.label is not None
    assert entry.label.nl != entry.label.en
    assert len(prefixes.triples) > 40


def test_what_is_said_of_one_thing_is_found_without_reading_the_rest(tmp_path: Path) -> None:
    home = filled(tmp_path)
    source, said = home.source("list"), home.statements("list")
    names = {value(t.subject) for t in said if isinstance(t.subject, NamedNode)}
    assert len(names) > 5
    for name in (*names, f"{GM}gm000", f"{GM}gm00011", "a:b", "zzz:z"):
        assert set(source.about(name)) == {t for t in said if value(t.subject) == name}


def test_an_opened_snapshot_can_be_read_when_its_file_cannot(tmp_path: Path) -> None:
    home = filled(tmp_path)
    view = load_home(home.path)
    home.file("list", "1.1").unlink()
    assert len(view.statements(f"{GM}gm0001")) > 3
    with pytest.raises(KgError) as caught:
        load_home(home.path).statements(f"{GM}gm0001")
    assert caught.value.code == "KG-R001"


def test_a_changed_snapshot_is_not_looked_things_up_in(tmp_path: Path) -> None:
    home = filled(tmp_path)
    load_home(home.path)
    file = home.file("list", "1.1")
    file.write_text(file.read_text("utf-8").replace("Een", "Eén"), encoding="utf-8")
    with pytest.raises(KgError) as caught:
        load_home(home.path).statements(f"{GM}gm0001")
    assert caught.value.code == "KG-K110"
