"""Every store that must keep to the contract: two of our own engine, two servers of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.store import EmbeddedStore, GraphStore, MemoryStore
from kg.store.remote import Digest, RemoteStore

from .servers import OXIGRAPH, PASSWORD, USER, VIRTUOSO, oxigraph, virtuoso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ENGINES = ("memory", "embedded", "remote-oxigraph", "remote-virtuoso")


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of an Oxigraph server."""
    if OXIGRAPH is None:
        pytest.skip("no oxigraph server here: pip install oxigraph")
    with oxigraph(tmp_path_factory.mktemp("oxigraph") / "data") as base:
        yield base


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a Virtuoso server."""
    if VIRTUOSO is None:
        pytest.skip("no virtuoso-t here: apt-get install virtuoso-opensource-7-bin")
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as base:
        yield base


def at_oxigraph(base: str) -> RemoteStore:
    """Give the store of an Oxigraph server, emptied."""
    store = RemoteStore(f"{base}/query", f"{base}/update", timeout=60)
    store.update("DROP ALL")
    return store


def at_virtuoso(base: str) -> RemoteStore:
    """Give the store of a Virtuoso server, emptied of what earlier tests left."""
    auth = Digest(USER, PASSWORD)
    own = (
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.w3.org/ns/ldp#",
        "http://localuriqaserver/sparql",
        "urn:activitystreams-owl:map",
        "urn:core:services:sparql",
    )
    store = RemoteStore(
        f"{base}/sparql-auth", f"{base}/sparql-auth", auth=auth, own_graphs=own, timeout=60
    )
    for graph in store.graphs():
        store.update(f"CLEAR SILENT GRAPH <{graph}> ; DROP SILENT GRAPH <{graph}>")
    return store


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], GraphStore]:
    """Give an empty store of an engine named; only its own server is started."""

    def of(engine: str) -> GraphStore:
        if engine == "memory":
            return MemoryStore()
        if engine == "embedded":
            return EmbeddedStore(tmp_path / "store")
        if engine == "remote-oxigraph":
            return at_oxigraph(request.getfixturevalue("oxigraph_server"))
        assert engine == "remote-virtuoso"
        return at_virtuoso(request.getfixturevalue("virtuoso_server"))

    return of


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Give the name of each engine in turn."""
    name: str = request.param
    return name


@pytest.fixture
def store(engine: str, opened: Callable[[str], GraphStore]) -> Iterator[GraphStore]:
    """Give an empty store of each kind."""
    made = opened(engine)
    yield made
    made.close()
