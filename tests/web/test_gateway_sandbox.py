"""Workers that are set up, serve many tasks, and hand their results on in pieces."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import pytest

from kg.errors import KgError
from kg.rdf import Literal, NamedNode, Triple
from kg.sandbox import Limits, Pool, SandboxError
from kg.sandbox.streams import Nursery, StreamPool
from kg.store import EmbeddedStore
from kg.terms import CURRENT
from kg.workspace.reading import unpack

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the walls are those of Linux"
)
SPARQL = "kg.workspace.reading.questions:sparql"
OPEN = "kg.workspace.reading:open_generation"
PROBE = "kg.sandbox.probe:attempt"
MANY = 10**6
TRIPLES = 30_000


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of many small table files: more than the engine opens at once."""
    root = tmp_path_factory.mktemp("generation")
    with EmbeddedStore(root / "store") as store:
        for part in range(6):
            store.add(
                CURRENT,
                [
                    Triple(NamedNode(f"urn:{n}"), NamedNode("urn:p"), Literal("x" * 40 + str(n)))
                    for n in range(part, TRIPLES, 6)
                ],
            )
            store._store.flush()
        store._store.backup(str(root / "copy"))
    assert len(list((root / "copy").glob("*.sst"))) > 16
    return root / "copy"


def opening(path: Path) -> bytes:
    told = {"path": str(path), "asOf": "2026-01-01", "scratch": False}
    return json.dumps(told).encode()


def asking(query: str) -> bytes:
    told = {
        "query": query,
        "media": "application/sparql-results+json",
        "tripleMedia": "text/turtle",
        "rows": 100_000,
        "bytes": 50_000_000,
    }
    return json.dumps(told).encode()


def alone(limits: Limits, path: Path, work: Callable[[StreamPool], Awaitable[None]]) -> None:
    """Run some work on a pool of its own."""

    async def run() -> None:
        nursery = Nursery([SPARQL, PROBE], limits, OPEN)
        pool = StreamPool(nursery, opening(path))
        try:
            await work(pool)
        finally:
            await pool.close()
            await nursery.close()

    asyncio.run(run())


async def ask(pool: StreamPool, query: str) -> tuple[dict[str, object], bytes]:
    result = await pool.run(SPARQL, asking(query))
    return unpack(result.first + b"".join([p async for p in result.pieces()]))


def test_every_table_of_a_generation_can_be_read_after_the_doors_closed(generation: Path) -> None:
    async def work(pool: StreamPool) -> None:
        header, _ = await ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?s ?q ?o2 }")
        assert header["rows"] == 1
        for query in ("SELECT ?s { ?s ?p 'x' }", "SELECT * { GRAPH ?g { <urn:17> ?p ?o } }"):
            await ask(pool, query)
        header, body = await ask(pool, "SELECT ?o { ?s <urn:p> ?o }")
        assert header["rows"] == TRIPLES
        assert header["length"] == len(body)

    alone(Limits(tasks=MANY), generation, work)


def test_what_was_set_up_opens_nothing_else(generation: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")

    async def work(pool: StreamPool) -> None:
        await ask(pool, "SELECT ?o { ?s <urn:p> ?o }")
        await ask(pool, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o . ?s ?q ?o2 } }")
        for what, value in (("connect", 9), ("write", str(tmp_path / "new"))):
            result = await pool.run(PROBE, json.dumps({what: value}).encode())
            told = json.loads(result.first)
            assert told["done"] is False
            if what == "connect":
                assert told["why"] in {"Permission denied", "Too many open files"}

    alone(Limits(tasks=MANY), generation, work)


def test_a_long_result_comes_in_pieces_and_the_worker_is_used_again(generation: Path) -> None:
    async def work(pool: StreamPool) -> None:
        result = await pool.run(SPARQL, asking("SELECT ?o { ?s <urn:p> ?o }"))
        before = result.whole
        pieces = [result.first] + [piece async for piece in result.pieces()]
        assert len(pieces) > 2
        assert (before, result.whole) == (False, True)
        json.loads(b"".join(pieces).partition(b"\n")[2])
        assert len(pool._idle) == 1

    alone(Limits(tasks=MANY), generation, work)


def test_who_does_not_take_the_whole_result_costs_a_worker(generation: Path) -> None:
    async def work(pool: StreamPool) -> None:
        result = await pool.run(SPARQL, asking("SELECT ?o { ?s <urn:p> ?o }"))
        await result.close()
        assert pool._idle == []
        header, _ = await ask(pool, "ASK {}")
        assert header["form"] == "ASK"

    alone(Limits(tasks=MANY), generation, work)


def test_what_goes_wrong_is_told_and_the_next_task_is_served(generation: Path) -> None:
    async def work(pool: StreamPool) -> None:
        for what, value, code in (
            ("sleep", 60, "KG-S001"),
            ("fill", 2**33, "KG-S002"),
            ("signal", 11, "KG-S002"),
            ("answer", 10**7, "KG-S003"),
        ):
            with pytest.raises(SandboxError) as caught:
                await pool.run(PROBE, json.dumps({what: value}).encode())
            assert caught.value.code == code
            assert (await ask(pool, "ASK {}"))[0]["form"] == "ASK"
        with pytest.raises(KgError) as refused:
            await ask(pool, "SELEC")
        assert refused.value.code == "KG-Q001"

    alone(Limits(tasks=MANY, wall=1, output=5 * 10**6), generation, work)


def test_a_task_that_is_given_up_leaves_no_worker_behind(generation: Path) -> None:
    async def work(pool: StreamPool) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await pool.run(PROBE, b'{"sleep": 60}')
        assert pool._idle == []
        assert (await ask(pool, "ASK {}"))[0]["form"] == "ASK"

    alone(Limits(tasks=MANY), generation, work)


def test_no_more_run_at_once_than_may(generation: Path) -> None:
    async def work(pool: StreamPool) -> None:
        await ask(pool, "ASK {}")
        first = [asyncio.create_task(pool.run(PROBE, b'{"sleep": 1}')) for _ in range(2)]
        await asyncio.sleep(0.3)
        with pytest.raises(TimeoutError):
            await pool.run(PROBE, b'{"sleep": 0}', patience=0.1)
        await asyncio.gather(*first)
        await pool.run(PROBE, b'{"sleep": 0}', patience=0.1)

    alone(Limits(tasks=MANY), generation, work)


def test_what_cannot_be_set_up_says_why(tmp_path: Path) -> None:
    async def work(pool: StreamPool) -> None:
        with pytest.raises(KgError) as caught:
            await pool.warm()
        assert caught.value.code == "KG-W001"

    alone(Limits(tasks=MANY), tmp_path / "absent", work)
    with (
        pytest.raises(KgError) as caught,
        Pool([SPARQL], setup=(OPEN, opening(tmp_path / "absent"))) as pool,
    ):
        pool.run(SPARQL, asking("ASK {}"))
    assert caught.value.code == "KG-W001"


def test_threads_can_use_workers_that_are_set_up(generation: Path) -> None:
    setup = (OPEN, opening(generation))
    with Pool([SPARQL], limits=Limits(tasks=3), setup=setup) as pool:
        walls: frozenset[str] = frozenset()
        for _ in range(4):
            outcome = pool.run(SPARQL, asking("SELECT ?o { ?s <urn:p> ?o }"))
            header, body = unpack(outcome.result)
            assert header["rows"] == TRIPLES
            assert header["length"] == len(body)
            walls = outcome.walls
        assert "sockets" in walls
