"""The W3C tests of the SPARQL 1.1 Protocol, over HTTP on a scratch workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from web.w3c import TESTS, Case, cases, run

if TYPE_CHECKING:
    from web.running import Service

MANIFEST = TESTS / "sparql11/protocol/manifest.ttl"
CASES = cases(MANIFEST)

pytestmark = pytest.mark.skipif(not MANIFEST.is_file(), reason=f"{MANIFEST} is not there")


def rewrite(path: str) -> str:
    return "/sparql" + path.removeprefix("/sparql/") if path.startswith("/sparql/") else path


def test_all_tests_are_there() -> None:
    assert len(CASES) == 34


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_protocol(scratch: Service, case: Case) -> None:
    assert scratch.update("DROP ALL").status == 204
    for name, path in case.graphs.items():
        put = scratch.put(name, path.read_bytes(), "application/n-triples")
        assert put.status in {201, 204}, put.text
    run(scratch, case, rewrite)
