"""All rows or an error, from servers that give at most so many at once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.rdf import Literal, NamedNode, Triple
from kg.store import StoreError
from kg.store.changes import in_graph
from kg.store.remote import RemoteStore
from kg.store.shape import first_word, shape_of

from .conftest import at_virtuoso
from .fake import Asked, Reply, fake
from .servers import VIRTUOSO, virtuoso
from .small import G, triple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.store import GraphStore

ALL = f"SELECT ?s ?p ?o FROM <{G}> WHERE {{ ?s ?p ?o }}"
CAP = 50


def capped(engine: ox.Store, cap: int, *, told: bool) -> Callable[[Asked], Reply]:
    """Answer with at most so many rows, with or without the header that Virtuoso sends."""

    def reply(asked: Asked) -> Reply:
        if "INSERT" in asked.text:
            engine.update(asked.text)
            return Reply(b"", 204)
        answer = engine.query(asked.text)
        assert isinstance(answer, ox.QuerySolutions)
        whole = answer.serialize(format=ox.QueryResultsFormat.JSON)
        assert whole is not None
        table = json.loads(whole)
        rows = table["results"]["bindings"]
        over = len(rows) > cap
        table["results"]["bindings"] = rows[:cap]
        headers = {"X-SPARQL-MaxRows": str(cap)} if told and over else {}
        return Reply(json.dumps(table).encode(), headers=headers)

    return reply


def people(most: int) -> list[Triple]:
    """Give subjects of which the first has many objects, and one has many of one predicate."""
    found = [triple(f"s{n:03}", n % 7) for n in range(most)]
    hub, p = NamedNode("https://example.org/hub"), "https://example.org/p"
    found += [Triple(hub, NamedNode(f"{p}{n}"), Literal(n)) for n in range(70)]
    found += [Triple(hub, NamedNode(p), Literal(f"{n:03}")) for n in range(120)]
    return [*found, Triple(hub, NamedNode(p), Literal("quote \" and \\ and '"))]


@pytest.fixture
def full() -> ox.Store:
    """Give an engine with more than fits in one answer."""
    made = ox.Store()
    made.extend(in_graph(G, people(300)))
    return made


@pytest.mark.parametrize(("told", "known"), [(True, None), (False, CAP), (True, CAP)])
def test_all_triples_come_in_parts(full: ox.Store, told: bool, known: int | None) -> None:  # noqa: FBT001
    with fake(capped(full, CAP, told=told)) as server:
        found = list(RemoteStore(server.url, row_cap=known).triples(G))
        sizes = [re.findall(r"LIMIT (\d+)", one.text) for one in server.asked]
    assert len(found) == 491
    assert set(found) == set(people(300))
    assert max(int(s) for size in sizes for s in size) <= 50


def test_a_round_number_of_rows_is_looked_into() -> None:
    made = ox.Store()
    made.extend(in_graph(G, [triple(f"s{n}", n) for n in range(2500)]))
    with fake(capped(made, 1000, told=False)) as server:
        assert len(list(RemoteStore(server.url).select(ALL))) == 2500
    made.update(f"DELETE WHERE {{ GRAPH <{G}> {{ ?s ?p 7 }} }}")
    with fake(capped(made, 10_000, told=False)) as server:
        assert len(list(RemoteStore(server.url).select(ALL))) == 2499
        assert len(server.asked) == 1


def test_rows_are_kept_as_often_as_they_occur(full: ox.Store) -> None:
    query = f"SELECT ?p FROM <{G}> WHERE {{ ?s ?p ?o }}"
    with fake(capped(full, 400, told=True)) as server:
        found = [row["p"].value for row in RemoteStore(server.url).select(query)]
    expected = [row["p"].value for row in _rows(full, query)]
    assert sorted(found) == sorted(expected)
    assert len(found) == 491


def _rows(full: ox.Store, query: str) -> Iterator[dict[str, ox.NamedNode]]:
    answer = full.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    return ({v.value: s[v.value] for v in answer.variables} for s in answer)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (ALL + " ORDER BY ?o", "KG-T016"),
        (f"SELECT ?p FROM <{G}> WHERE {{ ?s ?p ?o }}", "KG-T016"),
        (f"SELECT ?no FROM <{G}> WHERE {{ ?s ?p ?o }}", "KG-T016"),
    ],
)
def test_what_cannot_be_asked_in_parts_fails(full: ox.Store, query: str, code: str) -> None:
    with fake(capped(full, CAP, told=True)) as server, pytest.raises(StoreError) as caught:
        RemoteStore(server.url).select(query)
    assert caught.value.code == code


def test_a_server_that_gives_less_than_it_counts(full: ox.Store) -> None:
    """Rows that are lost between the count and the parts are noticed."""
    full.update(f"DELETE WHERE {{ GRAPH <{G}> {{ <https://example.org/hub> ?p ?o }} }}")
    honest = capped(full, CAP, told=True)

    def losing(asked: Asked) -> Reply:
        if "/s1" in asked.text:
            return Reply(b'{"head":{"vars":[]},"results":{"bindings":[]}}')
        return honest(asked)

    with fake(honest) as server:
        assert len(list(RemoteStore(server.url).triples(G))) == 300
    with fake(losing) as server, pytest.raises(StoreError) as caught:
        RemoteStore(server.url).triples(G)
    assert caught.value.code == "KG-T014"


def test_a_server_that_is_written_to_meanwhile(full: ox.Store) -> None:
    """What was given is of no one moment."""
    honest = capped(full, CAP, told=True)

    def growing(asked: Asked) -> Reply:
        reply = honest(asked)
        if "FILTER" in asked.text:  # behind the place where the reader is
            full.extend(in_graph(G, [triple("late", 0)]))
        return reply

    with fake(growing) as server, pytest.raises(StoreError) as caught:
        RemoteStore(server.url).triples(G)
    assert caught.value.code == "KG-T014"


def test_a_server_that_counts_less_than_it_gives(full: ox.Store) -> None:
    full.update(f"DELETE WHERE {{ GRAPH <{G}> {{ <https://example.org/hub> ?p ?o }} }}")
    honest = capped(full, CAP, told=True)

    def miscounting(asked: Asked) -> Reply:
        reply = honest(asked)
        reply.body = reply.body.replace(b'"300"', b'"298"')
        return reply

    with fake(miscounting) as server, pytest.raises(StoreError) as caught:
        RemoteStore(server.url).triples(G)
    assert caught.value.code == "KG-T014"


def test_a_construct_is_whole(full: ox.Store) -> None:
    query = (
        f"PREFIX e: <https://example.org/> CONSTRUCT {{ ?s e:seen ?o ; e:in [ e:x ?o ] }} "
        f"FROM <{G}> WHERE {{ ?s e:has ?o }}"
    )
    with fake(capped(full, CAP, told=True)) as server:
        store = RemoteStore(server.url)
        built = list(store.construct(query))
        short = list(store.construct(f"CONSTRUCT FROM <{G}> WHERE {{ ?s <urn:no> ?o }}"))
    seen = [t for t in built if t.predicate.value.endswith("seen")]
    assert len(seen) == 300
    assert len(built) == 900
    assert short == []


@pytest.mark.skipif(
    VIRTUOSO is None, reason="no virtuoso-t here: apt-get install virtuoso-opensource-7-bin"
)
def test_all_triples_from_a_real_server_with_a_maximum(tmp_path: Path) -> None:
    with virtuoso(tmp_path, rows=CAP) as base:
        store = at_virtuoso(base)
        store.add(G, people(300))
        assert set(store.triples(G)) == set(people(300))
        assert len(list(store.select(ALL))) == 491
        built = store.construct(f"CONSTRUCT {{ ?o ?p ?s }} FROM <{G}> WHERE {{ ?s ?p ?o }}")
        assert list(built) == []  # no literal can be a subject
        built = store.construct(f"CONSTRUCT {{ ?s <urn:q> ?o }} FROM <{G}> WHERE {{ ?s ?p ?o }}")
        assert len(list(built)) == len({(t.subject, t.object) for t in people(300)})
        with pytest.raises(StoreError):
            store.select(ALL + " ORDER BY ?o")


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 3500])
def test_much_is_loaded_whole(store: GraphStore, size: int) -> None:
    many = [triple(f"n{n}", n) for n in range(size)]
    store.add(G, [triple("old", -1)])
    store.add(G, many)
    assert set(store.triples(G)) == {triple("old", -1), *many}
    store.replace(G, many)
    assert set(store.triples(G)) == set(many)
    assert not many or list(store.graphs()) == [G]


SHAPES = [
    ("SELECT * FROM <urn:g> WHERE { ?s ?p ?o }", "SELECT", "FROM <urn:g> ", False),
    ("select ?s { ?s ?p '} FROM <x>' } order by ?s", "SELECT", "", True),
    ("# ASK {\nPREFIX from: <urn:f#>\nASK FROM from:x { ?s ?p ?o }", "ASK", "FROM from:x ", False),
    ("SELECT (COUNT(?order) AS ?n) FROM NAMED <urn:g> { ?a ?b ?c }", "SELECT",
     "FROM NAMED <urn:g> ", False),
    ("CONSTRUCT { ?s ?p ?o } FROM <urn:g> FROM <urn:h> WHERE { { SELECT * { ?s ?p ?o } "
     "ORDER BY ?s } }", "CONSTRUCT", "FROM <urn:g> FROM <urn:h> ", False),
    ('SELECT ?s { ?s ?p """a } " { ORDER BY""" FILTER(?a<?b && ?c>?d) }', "SELECT", "", False),
]  # fmt: skip


@pytest.mark.parametrize(("query", "form", "graphs", "ordered"), SHAPES)
def test_the_shape_of_a_query(query: str, form: str, graphs: str, ordered: bool) -> None:  # noqa: FBT001
    shape = shape_of(query)
    assert shape is not None
    assert (shape.form, shape.graphs, shape.ordered) == (form, graphs, ordered)
    assert re.sub(r"\s+", "", shape.text).upper() == re.sub(r"\s+", "", query).upper()
    if form == "SELECT":
        ox.Store().query(shape.count())
        ox.Store().query(shape.part("", "s", 5))


@pytest.mark.parametrize("text", ["", "{", "DELETE WHERE { }", "PREFIX a: <urn:a> INSERT DATA {}"])
def test_what_is_no_query_has_no_shape(text: str) -> None:
    assert shape_of(text) is None


def test_every_query_of_the_product_has_a_shape() -> None:
    from kg.resources import queries_dir  # noqa: PLC0415

    texts = [f.read_text(encoding="utf-8") for f in (queries_dir() / "rules").rglob("*.rq")]
    assert len(texts) > 50
    assert {first_word(text) for text in texts} == {"SELECT", "CONSTRUCT"}
    assert all(shape_of(text) for text in texts)
