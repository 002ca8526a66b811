"""The keeper: whatever happens in whatever order, the graphs are what the journal says."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import resource
import shutil
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KgError, NotFoundError, RuleError, WorkspaceError
from kg.insight.publish import to_json
from kg.journal import Content, JournalError
from kg.rdf import FORMATS, NamedNode, parse_bytes, to_ntriples
from kg.rdf.skolem import canonical
from kg.rules.findings import read_findings
from kg.rules.weights import load_weights
from kg.store import EmbeddedStore, MemoryStore
from kg.terms import CURRENT, DERIVED, PROVENANCE, D
from kg.workspace import scratch
from kg.workspace.history import read_state
from kg.workspace.intake import Offer
from kg.workspace.keeper import JOURNAL, Keeper
from kg.workspace.maintain import verify
from kg.workspace.notes import STATE
from kg.workspace.project import aim, applied, apply, read_kept
from kg.workspace.refusal import ConflictError, ForbiddenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.rdf import Triple
    from kg.store import GraphStore
    from kg.workspace.history import Kept

TOWN, CLUB, SCHOOL = (f"https://example.org/{n}" for n in ("town", "club", "school"))
NOW = dt.date(2026, 1, 1)
DAY = dt.timedelta(days=1)
HEAD = "@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .\n"
SUPPLY = HEAD + (
    ":green a sam:Service ; sam:touches :say . :say a sam:Aspect .\n"
    ":p a sam:ServiceProvision ; sam:ofService :green ; sam:supplier :town ;"
    " sam:customer :club , :school .\n"
)
MORE = HEAD + ":i sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Increase .\n"
LESS = HEAD + ":j sam:heldBy :school ; sam:concerns :say ; sam:direction sam:Decrease .\n"
UNTIL = LESS + ':j sam:validUntil "2026-01-03"^^<http://www.w3.org/2001/XMLSchema#date> .\n'
SHARED = HEAD + ":green a sam:Service .\n"
NAMELESS = HEAD + "[] sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Decrease .\n"
FOREIGN = MORE + ":j sam:priority 3 .\n"
TEXTS = (SUPPLY, MORE, LESS, UNTIL, SHARED, NAMELESS, FOREIGN, HEAD)


@dataclass
class Clock:
    """A calendar that goes on when it is told to."""

    day: dt.date = NOW

    def __call__(self) -> dt.date:
        return self.day


@contextmanager
def workspace(**given: object) -> Iterator[Path]:
    """Give the place of a new workspace."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "ws"
        Keeper.create(root, given)
        yield root


def form_of(text: str) -> tuple[bytes, int]:
    triples = canonical(parse_bytes(text.encode(), FORMATS[".ttl"]))
    return to_ntriples(triples).encode(), len(triples)


def offer(
    text: str,
    who: str | None = TOWN,
    dataset: str = "set",
    *,
    file: str = "set.ttl",
    key: str | None = None,
    by: str | None = None,
) -> Offer:
    return Offer(who, dataset, file, "text/turtle", text.encode(), key, by)


def hand_in(keeper: Keeper, text: str, who: str | None = TOWN, dataset: str = "set") -> Kept:
    """Receive, read and accept."""
    kept = keeper.receive(offer(text, who, dataset))
    keeper.read(kept.id, *form_of(text))
    return keeper.accept(kept.id)


def graphs_of(store: GraphStore) -> dict[str, set[Triple]]:
    """Give all graphs; without the mark, which tells the way and not what is there."""
    mark = NamedNode(D + "applied")
    return {
        name: {t for t in store.triples(name) if name != STATE or t.predicate != mark}
        for name in store.graphs()
    }


def made_anew(keeper: Keeper) -> dict[str, set[Triple]]:
    """Give all graphs as a store that never held anything gets them from the journal."""
    store = MemoryStore()
    state = read_state(keeper.journal.records[: keeper._until()])
    state.day = keeper.state.day  # the date goes on where publishing is a decision
    day = state.look_day or keeper._today()
    apply(store, aim(state, [read_kept(keeper.content, k) for k in state.in_force()], day))
    return graphs_of(store)


def findings_of(keeper: Keeper, day: dt.date = NOW) -> str:
    return to_json(read_findings(keeper.store, day, load_weights()))


def rules_of(keeper: Keeper, day: dt.date) -> Counter[str]:
    return Counter(f.rule for f in read_findings(keeper.store, day, load_weights()))


# --- whatever happens -------------------------------------------------------------------------


places = st.tuples(st.sampled_from([TOWN, CLUB, SCHOOL, None]), st.sampled_from(["a", "b"]))
steps = st.one_of(
    st.tuples(st.just("hand in"), places, st.sampled_from(TEXTS)),
    st.tuples(st.just("hand in"), places, st.sampled_from(TEXTS)),
    st.tuples(st.just("receive"), places, st.sampled_from(TEXTS)),
    st.tuples(st.just("accept"), st.integers(0, 9)),
    st.tuples(st.just("decline"), st.integers(0, 9)),
    st.tuples(st.just("withdraw"), st.integers(0, 9)),
    st.tuples(st.just("register"), st.sampled_from(["i", "j", "green"]), st.sampled_from([CLUB])),
    st.tuples(st.just("tick"), st.integers(1, 2)),
    st.tuples(st.just("configure"), st.sampled_from(["manual", "auto"])),
    st.tuples(st.just("publish")),
    st.tuples(st.just("settle")),
    st.tuples(st.just("settle")),
    st.tuples(st.just("restart")),
)


class Story:
    """A keeper to which things happen."""

    def __init__(self, root: Path, store: GraphStore | None) -> None:
        self.root, self.given, self.clock = root, store, Clock()
        self.keeper = self.open()

    def open(self) -> Keeper:
        return Keeper(self.root, store=self.given, today=self.clock)

    def do(self, step: Sequence[object]) -> None:
        kind, *what = step
        try:
            getattr(self, str(kind).replace(" ", "_"))(*what)
        except (ConflictError, IndexError):
            return  # asked for what cannot be: that changes nothing

    def hand_in(self, place: tuple[str | None, str], text: str) -> None:
        hand_in(self.keeper, text, *place)

    def receive(self, place: tuple[str | None, str], text: str) -> None:
        kept = self.keeper.receive(offer(text, *place))
        self.keeper.read(kept.id, *form_of(text))

    def _id(self, which: int) -> str:
        return list(self.keeper.state.submissions)[which]

    def accept(self, which: int) -> None:
        self.keeper.accept(self._id(which))

    def decline(self, which: int) -> None:
        self.keeper.decline(self._id(which))

    def withdraw(self, which: int) -> None:
        self.keeper.withdraw(self._id(which))

    def register(self, name: str, organisation: str) -> None:
        self.keeper.register(f"https://example.org/{name}", organisation)

    def tick(self, days: int) -> None:
        self.clock.day += days * DAY
        assert self.keeper.tick()

    def configure(self, publish: str) -> None:
        self.keeper.configure(publish=publish)

    def publish(self) -> None:
        self.keeper.publish()

    def settle(self) -> None:
        self.keeper.settle()

    def restart(self) -> None:
        self.keeper.close()
        self.keeper = self.open()


def play(story: Sequence[Sequence[object]], store: GraphStore | None) -> None:
    with workspace() as root:
        told = Story(root, store)
        told.keeper.tick()
        for step in story:
            told.do(step)
        told.settle()
        try:
            assert graphs_of(told.keeper.store) == made_anew(told.keeper)
            assert not set(told.keeper.store.triples(CURRENT)) & set(
                told.keeper.store.triples(DERIVED)
            )
            if store is None:
                assert verify(root).problems == []
        finally:
            told.keeper.close()


@given(st.lists(steps, max_size=14))
def test_step_by_step_gives_what_all_at_once_gives(story: list[tuple[object, ...]]) -> None:
    play(story, MemoryStore())


@settings(max_examples=12)
@given(st.lists(steps, min_size=4, max_size=10))
def test_step_by_step_on_disk_gives_what_all_at_once_gives(
    story: list[tuple[object, ...]],
) -> None:
    play(story, None)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_in_which_organisations_come_does_not_matter(seed: int) -> None:
    said = [(SUPPLY, TOWN), (FOREIGN, CLUB), (LESS, SCHOOL), (NAMELESS, None), (SHARED, SCHOOL)]
    said = [(t, w, f"set {i}") for i, (t, w) in enumerate(said)]  # type: ignore[misc]
    outcomes = set()
    for order in itertools.islice(itertools.permutations(said), seed, None, 31):
        with workspace(asOf="2026-01-01") as root, Keeper(root, store=MemoryStore()) as keeper:
            for text, who, dataset in order:  # type: ignore[misc]
                hand_in(keeper, text, who, dataset)
            keeper.settle()
            merged = sorted(map(str, keeper.store.triples(CURRENT)))
            outcomes.add((tuple(merged), findings_of(keeper)))
    assert len(outcomes) == 1
    assert '"opposed"' in next(iter(outcomes))[1]


def test_what_two_say_stays_when_one_takes_it_back() -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root) as keeper:
        first, second = hand_in(keeper, SHARED, TOWN), hand_in(keeper, SHARED, CLUB)
        keeper.settle()
        (said,) = keeper.store.triples(first.graph or "")
        keeper.withdraw(first.id)
        keeper.settle()
        assert set(keeper.store.triples(CURRENT)) == {said}
        assert first.graph not in keeper.store.graphs()
        keeper.withdraw(second.id)
        keeper.settle()
        assert set(keeper.store.triples(CURRENT)) == set()


def test_who_is_registered_later_counts_for_what_was_said_before() -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root, store=MemoryStore()) as keeper:
        hand_in(keeper, FOREIGN, TOWN)
        keeper.settle()
        before = set(keeper.store.triples(CURRENT))
        assert any("priority" in str(t) for t in before)
        keeper.register("https://example.org/j", CLUB)
        keeper.settle()
        after = set(keeper.store.triples(CURRENT))
        assert after < before
        assert not any("priority" in str(t) for t in after)


def test_a_new_version_takes_the_place_of_the_old_of_the_same_data_set_only() -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root, store=MemoryStore()) as keeper:
        old, other = hand_in(keeper, MORE, CLUB, "a"), hand_in(keeper, SHARED, CLUB, "b")
        elsewhere = hand_in(keeper, LESS, SCHOOL, "a")
        new = hand_in(keeper, NAMELESS, CLUB, "a")
        assert keeper.state.submissions[old.id].stage == "superseded"
        assert keeper.state.submissions[old.id].replaced_by == new.id
        assert new.replaces == old.id
        assert [k.id for k in keeper.state.in_force()] == [other.id, elsewhere.id, new.id]
        keeper.withdraw(new.id)
        assert keeper.state.current(CLUB, "a") is None, "what was replaced does not come back"


def test_a_day_that_passes_changes_what_is_found() -> None:
    clock = Clock()
    with workspace() as root, Keeper(root, today=clock) as keeper:
        assert keeper.tick()
        assert not keeper.tick(), "once a day"
        for text, who in ((SUPPLY, TOWN), (MORE, CLUB), (UNTIL, SCHOOL)):
            hand_in(keeper, text, who)
        first = keeper.settle()
        assert rules_of(keeper, NOW)["opposed"] == 1
        clock.day += DAY
        assert keeper.tick()
        assert keeper.settle() != first
        assert rules_of(keeper, clock.day)["opposed"] == 1
        clock.day += DAY
        assert keeper.tick()
        keeper.settle()
        assert rules_of(keeper, clock.day)["opposed"] == 0
        clock.day = NOW
        assert not keeper.tick(), "time does not go back"


def test_a_fixed_date_stays() -> None:
    clock = Clock(dt.date(2027, 5, 5))
    with workspace(asOf="2026-01-01") as root, Keeper(root, today=clock) as keeper:
        assert not keeper.tick()
        assert keeper.state.look_day == NOW


def test_provenance_tells_who_and_from_what() -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root) as keeper:
        kept = hand_in(keeper, SUPPLY, TOWN)
        keeper.settle()
        prov = "http://www.w3.org/ns/prov#"
        for predicate, node in {
            "wasAttributedTo": TOWN,
            "wasDerivedFrom": f"urn:sha256:{hashlib.sha256(SUPPLY.encode()).hexdigest()}",
            "alternateOf": f"urn:sha256:{hashlib.sha256(form_of(SUPPLY)[0]).hexdigest()}",
        }.items():
            assert keeper.store.ask(
                f"ASK FROM <{PROVENANCE}> {{ <{kept.graph}> <{prov}{predicate}> <{node}> }}"
            ), predicate


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["at once", "after a restart"])
def test_the_same_key_and_bytes_give_the_same_submission(way: str) -> None:
    with workspace() as root:
        keeper = Keeper(root)
        first = keeper.receive(offer(MORE, key="k", by="t"))
        seq = keeper.journal.seq
        if way == "after a restart":
            keeper.close()
            keeper = Keeper(root)
        again = keeper.receive(offer(MORE, key="k", by="t", file="renamed.ttl"))
        assert again == first
        assert keeper.journal.seq == seq
        keeper.accept(keeper.read(first.id, *form_of(MORE)).id)
        assert keeper.receive(offer(MORE, key="k", by="t")).stage == "accepted"
        keeper.close()


@pytest.mark.parametrize("way", ["at once", "after a restart"])
@pytest.mark.parametrize(
    "other",
    [
        {"data": LESS.encode()},
        {"organisation": CLUB},
        {"dataset": "another"},
        {"media": "application/n-triples"},
    ],
    ids=lambda o: next(iter(o)),
)
def test_the_same_key_for_something_else_is_refused(other: dict[str, object], way: str) -> None:
    with workspace() as root:
        keeper = Keeper(root)
        keeper.receive(offer(MORE, key="k", by="t"))
        seq = keeper.journal.seq
        if way == "after a restart":
            keeper.close()
            keeper = Keeper(root)
        with pytest.raises(ConflictError) as caught:
            keeper.receive(replace(offer(MORE, key="k", by="t"), **other))  # type: ignore[arg-type]
        assert caught.value.code == "KG-W008"
        assert keeper.journal.seq == seq
        keeper.close()


def test_keys_of_different_clients_are_different_keys() -> None:
    with workspace() as root, Keeper(root) as keeper:
        kept = {keeper.receive(offer(MORE, key="k", by=by)).id for by in ("t", "u", None)}
        assert len(kept) == 3
        assert keeper.receive(offer(MORE)).id != keeper.receive(offer(MORE)).id


def test_many_threads_with_one_key_make_one_submission() -> None:
    form = form_of(MORE)
    with workspace() as root, Keeper(root) as keeper, ThreadPoolExecutor(8) as threads:
        for i in range(10):
            start = threading.Barrier(8)

            def submit(_: int, key: str = f"k{i}", start: threading.Barrier = start) -> str:
                start.wait()
                kept = keeper.receive(offer(MORE, dataset=key, key=key))
                keeper.read(kept.id, *form)
                keeper.judge(kept.id, {"conforms": True}, conforms=True)
                return keeper.accept(kept.id).id

            assert len(set(threads.map(submit, range(8)))) == 1
        kinds = Counter(r.kind for r in keeper.journal.records)
    assert [kinds[k] for k in ("received", "parsed", "validated", "accepted")] == [10] * 4


# --- deciding ------------------------------------------------------------------------------------


def test_four_eyes_are_two_people() -> None:
    with workspace() as root, Keeper(root) as keeper:
        keeper.configure(fourEyes=True)
        kept = keeper.receive(offer(MORE, by="anna"))
        keeper.read(kept.id, *form_of(MORE))
        with pytest.raises(ForbiddenError) as caught:
            keeper.accept(kept.id, "anna")
        assert caught.value.code == "KG-W009"
        assert keeper.state.submissions[kept.id].stage == "parsed"
        assert keeper.accept(kept.id, "ben").accepted_by == "ben"


def test_what_cannot_be_decided_any_more_is_refused() -> None:
    with workspace() as root, Keeper(root) as keeper:
        raw = keeper.receive(offer(MORE))
        with pytest.raises(ConflictError) as caught:
            keeper.accept(raw.id)
        assert caught.value.code == "KG-W010"
        kept = hand_in(keeper, MORE)
        assert keeper.accept(kept.id) == kept, "accepting again changes nothing"
        for refused in (keeper.decline,):
            with pytest.raises(ConflictError):
                refused(kept.id)
        assert keeper.withdraw(kept.id).stage == "withdrawn"
        assert keeper.withdraw(kept.id).stage == "withdrawn"
        for refused in (keeper.accept, keeper.decline):
            with pytest.raises(ConflictError):
                refused(kept.id)
        with pytest.raises(NotFoundError) as absent:
            keeper.accept("99")
        assert absent.value.code == "KG-N007"


def test_a_bad_verdict_rejects_and_is_kept() -> None:
    with workspace() as root, Keeper(root) as keeper:
        kept = keeper.receive(offer(MORE))
        keeper.read(kept.id, *form_of(MORE))
        judged = keeper.judge(kept.id, {"why": "no"}, conforms=False)
        assert judged.stage == "rejected"
        assert keeper.content.get(judged.report or "") == b'{"why": "no"}'
        assert keeper.judge(kept.id, {"why": "no"}, conforms=False) == judged
        with pytest.raises(ConflictError):
            keeper.judge(kept.id, {"why": "yes"}, conforms=True)
        keeper.settle()
        assert set(keeper.store.triples(CURRENT)) == set()


def test_a_second_writer_is_refused() -> None:
    with workspace() as root, Keeper(root):
        with pytest.raises(WorkspaceError) as caught:
            Keeper(root)
        assert caught.value.code == "KG-W001"


def test_a_workspace_is_not_made_over_another() -> None:
    with workspace() as root:
        before = (root / JOURNAL).read_bytes()
        with pytest.raises(WorkspaceError) as caught:
            Keeper.create(root, {})
        assert caught.value.code == "KG-W004"
        assert (root / JOURNAL).read_bytes() == before


# --- publishing ----------------------------------------------------------------------------------


def secret(i: int) -> str:
    """Give a text with something in it that no compression hides."""
    word = hashlib.sha256(b"%d" % i).hexdigest()
    return HEAD + f':n{i} a sam:Service ; sam:note "{word}" .\n'


def holds(directory: Path, i: int) -> bool:
    """Tell whether the files in a directory hold the secret."""
    word = hashlib.sha256(b"%d" % i).hexdigest().encode()
    return any(word in p.read_bytes() for p in directory.rglob("*") if p.is_file())


def test_what_is_not_published_is_not_in_the_files_readers_open() -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root) as keeper:
        hand_in(keeper, secret(1), TOWN)
        keeper.settle()
        keeper.configure(publish="manual")
        hand_in(keeper, secret(2), CLUB)
        generation = keeper.settle()
        assert generation is not None
        assert holds(generation.path, 1), "what was seen before it became a decision stays"
        assert not holds(root / "generations", 2)
        assert not holds(root / "store", 2)
        keeper.publish()
        generation = keeper.settle()
        assert generation is not None
        assert holds(generation.path, 1)
        assert holds(generation.path, 2)
        hand_in(keeper, secret(3), CLUB, "later")
        keeper.configure(publish="auto")
        generation = keeper.settle()
        assert generation is not None
        assert holds(generation.path, 3)


@pytest.mark.parametrize("way", ["withdraw", "replace"])
@pytest.mark.parametrize("who", [TOWN, None])
def test_what_was_taken_back_is_gone_from_the_files_readers_open(way: str, who: str | None) -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root) as keeper:
        hand_in(keeper, secret(1), CLUB if who else None, "other")
        kept = hand_in(keeper, secret(2), who)
        before = keeper.settle()
        assert before is not None
        assert holds(before.path, 2)
        if way == "withdraw":
            keeper.withdraw(kept.id)
        else:
            hand_in(keeper, secret(3), who)
        after = keeper.settle()
        assert after is not None
        assert holds(after.path, 1)
        assert not holds(after.path, 2)
        assert not holds(root / "store", 2)
        assert verify(root).problems == []


def test_a_generation_does_not_change_when_the_store_does() -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root) as keeper:
        hand_in(keeper, SUPPLY, TOWN)
        first = keeper.settle()
        assert first is not None
        with EmbeddedStore(first.path, read_only=True) as seen:
            before = graphs_of(seen)
            hand_in(keeper, MORE, CLUB)
            second = keeper.settle()
            assert graphs_of(seen) == before
        assert second is not None
        assert keeper.generations.current() == second
        assert keeper.settle() == second, "nothing new, nothing published"
        with EmbeddedStore(second.path, read_only=True) as seen:
            assert graphs_of(seen) == graphs_of(keeper.store) != before


def test_only_the_last_generations_are_kept() -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root) as keeper:
        for i in range(6):
            hand_in(keeper, secret(i), TOWN, f"set {i}")
            keeper.settle()
        found = sorted(p.name for p in (root / "generations").iterdir() if p.is_dir())
        now = keeper.generations.current()
        assert now is not None
        assert len(found) == 3
        assert found[-1] == now.path.name


@pytest.mark.parametrize("bit", range(0, 13 * 8, 5))
def test_a_damaged_name_of_the_generation_leads_nowhere_wrong(bit: int) -> None:
    with workspace(asOf="2026-01-01") as root:
        with Keeper(root) as keeper:
            hand_in(keeper, SUPPLY, TOWN)
            keeper.settle()
            want = graphs_of(keeper.store)
        name = root / "generations" / "current"
        spoiled = bytearray(name.read_bytes())
        spoiled[bit // 8 % len(spoiled)] ^= 1 << bit % 8
        name.write_bytes(spoiled)
        with Keeper(root) as keeper:
            now = keeper.settle()
            assert now is not None
            with EmbeddedStore(now.path, read_only=True) as seen:
                assert graphs_of(seen) == want


# --- after a crash -------------------------------------------------------------------------------


def test_what_was_acknowledged_is_applied_at_the_next_start_once() -> None:
    with workspace(asOf="2026-01-01") as root:
        with Keeper(root) as keeper:
            hand_in(keeper, SUPPLY, TOWN)
            keeper.settle()
            hand_in(keeper, MORE, CLUB)
            hand_in(keeper, LESS, SCHOOL)
        with Keeper(root) as keeper:
            assert applied(keeper.store) == 4
            first = keeper.settle()
            assert applied(keeper.store) == keeper.journal.seq
            assert rules_of(keeper, NOW)["opposed"] == 1
            assert keeper.settle() == first
            assert graphs_of(keeper.store) == made_anew(keeper)


def test_a_store_of_an_earlier_moment_catches_up() -> None:
    with workspace(asOf="2026-01-01") as root:
        with Keeper(root) as keeper:
            first = hand_in(keeper, SUPPLY, TOWN)
            keeper.settle()
        shutil.copytree(root / "store", root / "old")
        with Keeper(root) as keeper:
            hand_in(keeper, MORE, CLUB)
            keeper.withdraw(first.id)
            keeper.settle()
        shutil.rmtree(root / "store")
        (root / "old").rename(root / "store")
        with Keeper(root) as keeper:
            keeper.settle()
            assert graphs_of(keeper.store) == made_anew(keeper)


@pytest.mark.parametrize("part", ["store", "generations"])
def test_a_journal_shorter_than_what_was_made_of_it_is_refused(part: str) -> None:
    with workspace(asOf="2026-01-01") as root:
        with Keeper(root) as keeper:
            hand_in(keeper, SUPPLY, TOWN)
            hand_in(keeper, MORE, CLUB)
            keeper.settle()
        lines = (root / JOURNAL).read_bytes().splitlines(keepends=True)
        (root / JOURNAL).write_bytes(b"".join(lines[:-3]))
        shutil.rmtree(root / ("generations" if part == "store" else "store"))
        if part == "generations":
            with pytest.raises(JournalError) as caught:
                Keeper(root)
            assert caught.value.code == "KG-J005"
            return
        with Keeper(root) as keeper:
            for _ in range(3):  # and it stays refused
                with pytest.raises(JournalError) as caught:
                    keeper.settle()
                assert caught.value.code == "KG-J005"


def test_after_a_failed_write_the_keeper_recovers_what_it_acknowledged() -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root) as keeper:
        kept = hand_in(keeper, SUPPLY, TOWN)
        keeper.settle()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, ((root / JOURNAL).stat().st_size + 20, hard))
        try:
            with pytest.raises(JournalError) as caught:
                keeper.register("https://example.org/x", CLUB)
            assert caught.value.code == "KG-J004"
            with pytest.raises(JournalError):
                hand_in(keeper, MORE, CLUB)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        with pytest.raises(JournalError):
            hand_in(keeper, MORE, CLUB)
        keeper.recover()
        assert "https://example.org/x" not in keeper.state.prefixes
        assert list(keeper.state.submissions) == [kept.id]
        hand_in(keeper, MORE, CLUB)
        keeper.settle()
        assert graphs_of(keeper.store) == made_anew(keeper)


def test_missing_content_is_told_and_nothing_is_published() -> None:
    with workspace(asOf="2026-01-01") as root:
        with Keeper(root) as keeper:
            hand_in(keeper, SUPPLY, TOWN)
            before = keeper.settle()
            kept = hand_in(keeper, MORE, CLUB)
        Content(root / "content").path(kept.canonical or "").unlink()
        with Keeper(root) as keeper:
            with pytest.raises(JournalError) as caught:
                keeper.settle()
            assert caught.value.code == "KG-J003"
            assert keeper.generations.current() == before


def test_a_rebuilt_store_holds_the_same() -> None:
    with workspace(asOf="2026-01-01") as root, Keeper(root) as keeper:
        for text, who in ((SUPPLY, TOWN), (MORE, CLUB), (LESS, SCHOOL)):
            hand_in(keeper, text, who)
        keeper.settle()
        before = graphs_of(keeper.store)
        now = keeper.rebuild()
        assert graphs_of(keeper.store) == before
        assert now is not None
        with EmbeddedStore(now.path, read_only=True) as seen:
            assert graphs_of(seen) == before
        assert not (root / "store.gone").exists()


# --- trying out ----------------------------------------------------------------------------------


INSERT = "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:n> %d } }"
COUNT = (
    "DELETE { GRAPH <urn:c> { <urn:c> <urn:n> ?n } }"
    " INSERT { GRAPH <urn:c> { <urn:c> <urn:n> ?m } }"
    " WHERE { GRAPH <urn:c> { <urn:c> <urn:n> ?n } BIND (?n + 1 AS ?m) }"
)
START = "INSERT DATA { GRAPH <urn:c> { <urn:c> <urn:n> 0 } }"


@pytest.mark.parametrize(
    "text",
    [
        INSERT % 1,
        INSERT % 1 + " ;",
        INSERT % 1 + " ; # and no more",
        "# first\n" + INSERT % 1 + "\n# last",
        "PREFIX : <urn:> INSERT DATA { GRAPH :g { :a :n 1 } } ; CREATE GRAPH :h",
    ],
)
def test_an_update_is_carried_out_however_it_ends(text: str) -> None:
    with workspace(scratch=True) as root, Keeper(root) as keeper:
        keeper.change_freely(text)
        keeper.settle()
        assert [str(t.object) for t in keeper.store.triples("urn:g")] != []
        assert applied(keeper.store) == keeper.journal.seq


@pytest.mark.parametrize("text", ["", "  ", "# nothing", "PREFIX : <urn:>"])
def test_an_update_of_nothing_changes_nothing(text: str) -> None:
    with workspace(scratch=True) as root, Keeper(root) as keeper:
        keeper.change_freely(text)
        assert applied(keeper.store) == keeper.journal.seq


def test_updates_are_applied_once_whatever_they_do_to_the_mark() -> None:
    with workspace(scratch=True) as root:
        for texts in ([START, COUNT, COUNT], [COUNT], ["DROP ALL", START, COUNT], [COUNT, COUNT]):
            with Keeper(root) as keeper:
                keeper.settle()
                for text in texts:
                    keeper.change_freely(text)
        with Keeper(root) as keeper:
            keeper.settle()
            assert [t.object.value for t in keeper.store.triples("urn:c")] == ["3"]  # type: ignore[union-attr]
            keeper.rebuild()
            assert [t.object.value for t in keeper.store.triples("urn:c")] == ["3"]  # type: ignore[union-attr]


def test_an_update_that_fails_changes_nothing_and_does_not_stop_the_next() -> None:
    with workspace(scratch=True) as root, Keeper(root) as keeper:
        for bad in ("DROP GRAPH <urn:absent>", INSERT % 1 + " ; DROP GRAPH <urn:absent>", "what"):
            with pytest.raises(RuleError):
                keeper.change_freely(bad)
        keeper.change_freely(INSERT % 2)
        assert [t.object.value for t in keeper.store.triples("urn:g")] == ["2"]  # type: ignore[union-attr]
        keeper.rebuild()
        assert [t.object.value for t in keeper.store.triples("urn:g")] == ["2"]  # type: ignore[union-attr]


def test_an_update_that_would_reach_outside_is_refused() -> None:
    for text in ("LOAD <file:///etc/passwd>", "INSERT {} WHERE { SERVICE <urn:x> { ?s ?p ?o } }"):
        with pytest.raises(KgError) as caught:
            scratch.compose(text)
        assert caught.value.code == "KG-Q006"
