"""What a newer version changes, what that touches, and that nothing happens before it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.errors import KgError
from kg.vocabularies.difference import difference, effects
from kg.vocabularies.entries import read_facts
from kg.vocabularies.home import Home
from kg.vocabularies.lock import LOCK
from kg.vocabularies.update import add, carry_out, described, plan, version_of
from kg.vocabularies.view import Source
from vocabularies.lists import DAY, GM, NEWER, OLDER, PREFIXES, about, filled, reading, triples

if TYPE_CHECKING:
    from pathlib import Path

    from kg.vocabularies.difference import Effect

OURS = (
    PREFIXES
    + """
ex:a dct:spatial gm:gm0003 . ex:b dct:spatial gm:gm0003 .
ex:c dct:spatial gm:gm0002 . gm:gm0002 rdfs:label "wij"@nl .
ex:d dct:spatial gm:gm0004 , gm:gm0001 .
ex:e a gm:gm0003 .
"""
)


def iris(entries: object) -> list[str]:
    return [getattr(e, "after", e).iri.removeprefix(GM) for e in entries]  # type: ignore[attr-defined]


def test_each_kind_of_change_is_told() -> None:
    found = difference(read_facts(triples(OLDER)), read_facts(triples(NEWER)))
    assert iris(found.added) == ["gm0005", "gm0006"]
    assert iris(found.removed) == ["gm0002"]
    assert iris(found.relabelled) == ["gm0004"]
    assert iris(found.ended) == ["gm0003"]
    assert iris(found.succeeded) == ["gm0003"]
    assert iris(found.deprecated) == []
    assert not found.is_empty


def test_the_other_way_round_is_no_end() -> None:
    found = difference(read_facts(triples(NEWER)), read_facts(triples(OLDER)))
    assert iris(found.ended) == []
    assert iris(found.added) == ["gm0002"]


def test_the_same_twice_changes_nothing() -> None:
    facts = read_facts(triples(NEWER))
    assert difference(facts, facts).is_empty


def test_advice_against_is_a_change() -> None:
    newer = read_facts(triples(OLDER + "gm:gm0001 owl:deprecated true ."))
    found = difference(read_facts(triples(OLDER)), newer)
    assert iris(found.deprecated) == ["gm0001"]
    assert not found.is_empty


def told(newer: str, ours: str = OURS, others: tuple[Source, ...] = ()) -> dict[str, Effect]:
    facts = read_facts(triples(newer))
    change = difference(read_facts(triples(OLDER)), facts)
    found = effects(change, facts, triples(ours), DAY, others)
    return {e.iri.removeprefix(GM): e for e in found}


def test_what_ends_is_told_for_each_reference_with_its_successor() -> None:
    found = told(NEWER)
    assert list(found) == ["gm0002", "gm0003"]
    ended = found["gm0003"]
    assert (ended.kind, ended.uses, ended.proposals) == ("ended", 2, (f"{GM}gm0005",))
    assert ended.examples[0] == ("https://example.org/a", "http://purl.org/dc/terms/spatial")


def test_what_goes_without_a_word_gets_the_one_of_its_name_and_kind() -> None:
    gone = told(NEWER)["gm0002"]
    assert (gone.kind, gone.uses, gone.proposals) == ("removed", 2, (f"{GM}gm0006",))
    other_kind = NEWER.replace("gm:gm0006 a tooiont:Gemeente", "gm:gm0006 a tooiont:Provincie")
    assert told(other_kind)["gm0002"].proposals == ()


def test_a_split_gives_a_choice() -> None:
    split = NEWER.replace("prov:generated gm:gm0005", "prov:generated gm:gm0005 , gm:gm0006")
    assert told(split)["gm0003"].proposals == (f"{GM}gm0005", f"{GM}gm0006")


def test_a_successor_may_stand_in_another_vocabulary() -> None:
    elsewhere = Source("other", "1", tuple(triples(PREFIXES + "ex:new rdfs:label 'nieuw' .")))
    newer = NEWER.replace("prov:generated gm:gm0005", "prov:generated ex:new")
    assert told(newer, others=(elsewhere,))["gm0003"].proposals == ("https://example.org/new",)
    assert told(newer)["gm0003"].proposals == ()


def test_a_workspace_that_says_nothing_of_it_is_not_touched() -> None:
    assert told(NEWER, PREFIXES + "ex:d dct:spatial gm:gm0001 .") == {}


def test_a_plan_writes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "vocabularies")
    add(about(), reading(tmp_path, OLDER), home, DAY)
    home.facts("list")
    before = {f: f.read_bytes() for f in home.path.rglob("*") if f.is_file()}
    found = plan(about(), reading(tmp_path, NEWER), home, triples(OURS), DAY)
    assert {f: f.read_bytes() for f in home.path.rglob("*") if f.is_file()} == before
    assert (found.version, len(found.effects)) == ("1.1", 2)
    carry_out(found, home, DAY)
    now = Home(home.path).lock.get("list")
    assert (now.current, [s.version for s in now.snapshots]) == ("1.1", ["1.0", "1.1"])


def test_the_same_file_is_no_plan(tmp_path: Path) -> None:
    home = filled(tmp_path)
    lock = (home.path / LOCK).read_bytes()
    found = plan(about(), reading(tmp_path, NEWER, "again.ttl"), home, triples(OURS), DAY)
    assert found.change is None
    carry_out(found, home, DAY)
    assert (home.path / LOCK).read_bytes() == lock


def test_a_version_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    home = filled(tmp_path)
    other = NEWER.replace("Vijf", "Zes")
    assert plan(about(), reading(tmp_path, other), home, [], DAY).version == "1.1-2"


def test_a_version_that_a_person_names_must_be_free(tmp_path: Path) -> None:
    home = filled(tmp_path)
    with pytest.raises(KgError) as caught:
        plan(about(), reading(tmp_path, NEWER.replace("Vijf", "Zes")), home, [], DAY, version="1.0")
    assert caught.value.code == "KG-K109"


def test_adding_never_replaces(tmp_path: Path) -> None:
    home = Home(tmp_path / "vocabularies")
    first = add(about(), reading(tmp_path, OLDER), home, DAY)
    assert add(about(), reading(tmp_path, OLDER), home, DAY) == first
    with pytest.raises(KgError) as caught:
        add(about(), reading(tmp_path, NEWER), home, DAY)
    assert caught.value.code == "KG-K111"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("data/rwc_gemeenten_compleet_4.json", "tooi-gemeenten"),
        ("rwc_gemeenten_compleet_12.json", "tooi-gemeenten"),
        ("UPL-actueel.csv", "upl"),
        ("Gemeente.xml", "owms-gemeente"),
        ("roo.jsonl.gz", "roo"),
        ("Mijn Lijst v2.ttl", "mijn-lijst-v2"),
    ],
)
def test_a_file_is_known_by_its_name(tmp_path: Path, file: str, name: str) -> None:
    assert described(file, Home(tmp_path)).id == name


def test_what_the_lock_says_goes_before_what_is_known(tmp_path: Path) -> None:
    home = Home(tmp_path / "vocabularies")
    add(about("upl"), reading(tmp_path, OLDER), home, DAY)
    assert described("x.csv", home, "upl").title.nl == "Lijst"


def test_a_version_is_given_stated_or_the_day(tmp_path: Path) -> None:
    stated = reading(tmp_path, OLDER)
    several = reading(tmp_path, OLDER + '<https://example.org/list> owl:versionInfo "2.0" .')
    sentence = reading(
        tmp_path, OLDER.replace('"1.0"', '"Herindeling van 1 januari 2023 verwerkt"')
    )
    assert version_of(stated, DAY) == "1.0"
    assert version_of(stated, DAY, "mine") == "mine"
    assert version_of(several, DAY) == version_of(sentence, DAY) == "2026-03-01"
