"""A task gets its limits and no more; whatever it does, the next one is served."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import KgError, UnreadableInputError
from kg.intake.sandboxed import PARSE, TASKS
from kg.sandbox import Limits, Pool, SandboxError, run

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the walls are those of Linux"
)
PROBE = "kg.sandbox.probe:attempt"
MIB = 1024**2


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool([PROBE], limits=Limits(wall=2, cpu=5, memory=256 * MIB, output=1000)) as workers:
        yield workers


def attempt(pool: Pool, what: str, value: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(pool.run(PROBE, json.dumps({what: value}).encode()).result)
    return found


def test_no_file_can_be_opened_not_even_to_read(pool: Pool, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    assert attempt(pool, "open", str(secret))["done"] is False
    assert attempt(pool, "open", "/etc/passwd")["why"] == "Too many open files"


def test_no_file_can_be_written(pool: Pool, tmp_path: Path) -> None:
    target = tmp_path / "new.txt"
    assert attempt(pool, "write", str(target))["done"] is False
    assert not target.exists()


def test_no_connection_can_be_opened(pool: Pool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        assert attempt(pool, "connect", server.getsockname()[1])["done"] is False
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    ("what", "value", "code"),
    [
        ("sleep", 60, "KG-S001"),
        ("fill", 2**31, "KG-S002"),
        ("signal", 11, "KG-S002"),
        ("signal", 6, "KG-S002"),
        ("signal", 9, "KG-S002"),
        ("answer", 100_000, "KG-S003"),
        ("nonsense", 1, "KG-S002"),
    ],
)
def test_what_goes_wrong_has_a_code_in_two_languages_and_the_next_task_is_served(
    pool: Pool, what: str, value: int, code: str
) -> None:
    started = time.monotonic()
    with pytest.raises(SandboxError) as caught:
        attempt(pool, what, value)
    assert caught.value.code == code
    assert time.monotonic() - started < 4
    assert caught.value.to("nl") != caught.value.to("en")
    assert attempt(pool, "spin", 0)["done"] is True


def test_processor_time_ends_a_task_that_the_clock_would_let_go_on() -> None:
    with pytest.raises(SandboxError) as caught:
        run(PROBE, json.dumps({"spin": 30}).encode(), limits=Limits(wall=20, cpu=0))
    assert caught.value.code == "KG-S001"


def test_the_walls_that_stand_are_told() -> None:
    outcome = run(PROBE, b'{"spin": 0}')
    assert {"memory", "cpu", "write", "files"} <= outcome.walls


def test_an_error_of_the_task_comes_back_as_itself_with_its_place() -> None:
    header = b'{"name": "a.ttl", "media": "text/turtle", "lenient": false}\n'
    with pytest.raises(UnreadableInputError) as caught:
        run(PARSE, header + b"<a:b> x:c 1 .")
    assert caught.value.code == "KG-R010"
    assert str(getattr(caught.value, "place", None)) == "a.ttl:1:7"
    assert "'x:'" in caught.value.message.nl


def test_only_named_functions_of_the_product_run() -> None:
    for name in ("os:system", "kg.x:y; import os", "kgx:y", "subprocess:run"):
        with pytest.raises(ValueError, match=r"system|import|kgx|subprocess"):
            Pool([name])
    with Pool([PROBE], spares=0) as pool, pytest.raises(ValueError, match="kg"):
        pool.run(TASKS[0], b"")


def test_a_worker_serves_as_many_tasks_as_it_may_and_no_more() -> None:
    with Pool([PROBE], limits=Limits(tasks=3), spares=1) as pool:
        for _ in range(7):
            assert attempt(pool, "spin", 0)["done"] is True


def test_threads_share_a_pool() -> None:
    failures: list[BaseException] = []
    with Pool([PROBE], limits=Limits(wall=5, memory=256 * MIB), spares=1) as pool:

        def work(number: int) -> None:
            try:
                if number % 3 == 0:
                    with pytest.raises(KgError):
                        attempt(pool, "signal", 11)
                assert attempt(pool, "spin", 0)["done"] is True
            except (AssertionError, KgError) as e:
                failures.append(e)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_closed_pool_leaves_no_process() -> None:
    pool = Pool([PROBE], spares=2)
    workers = [pool._take() for _ in range(2)]
    pids = [w._process.pid for w in workers]
    for worker in workers:
        worker.close()
    pool.close()
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
