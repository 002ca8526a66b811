"""Changing what a store holds: one atomic change, and updates; the contract for every adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.errors import RuleError
from kg.rdf import BlankNode, Literal, NamedNode, Quad
from kg.store import StoreError

from .small import BrokenOffError, G, H, broken_off, numbers, quad, triple

if TYPE_CHECKING:
    from kg.store import GraphStore

A, P = NamedNode("https://example.org/a"), NamedNode("https://example.org/p")


def test_a_change_takes_away_and_adds(store: GraphStore) -> None:
    store.add(G, [triple("a", 1), triple("b", 2)])
    store.change([quad("a", 1), quad("no", 9)], [quad("c", 3), quad("d", 4, H)])
    assert set(store.triples(G)) == {triple("b", 2), triple("c", 3)}
    assert set(store.triples(H)) == {triple("d", 4)}
    store.change([], [quad("e", 5)])
    store.change([quad("b", 2)], [])
    store.change([], [])
    assert set(store.triples(G)) == {triple("c", 3), triple("e", 5)}


def test_what_is_taken_away_and_added_stays(store: GraphStore) -> None:
    store.add(G, [triple("a", 1)])
    store.change([quad("a", 1)], [quad("a", 1)])
    assert set(store.triples(G)) == {triple("a", 1)}


TEXTS = [
    "", " ", '"', "'''", "\\", "a\nb\r\tc", "} } ; DROP ALL #", "é 😀 \u2028", "\\u0041", "{|",
]  # fmt: skip


def test_text_is_kept_as_it_is(store: GraphStore) -> None:
    terms = [Literal(t) for t in TEXTS] + [Literal(t, language="nl") for t in TEXTS]
    quads = [Quad(A, P, term, NamedNode(G)) for term in terms]
    store.change([quad("gone", 1)], quads)
    assert {t.object for t in store.triples(G)} == set(terms)
    store.change(quads, [])
    assert list(store.triples(G)) == []


@pytest.mark.parametrize("way", ["removed", "added"])
def test_a_node_without_a_name_is_refused(store: GraphStore, way: str) -> None:
    store.add(G, [triple("a", 1)])
    lists = {"removed": [quad("a", 1)], "added": [quad("b", 2)]}
    lists[way].append(Quad(BlankNode(), P, Literal(1), NamedNode(G)))
    with pytest.raises(StoreError) as caught:
        store.change(lists["removed"], lists["added"])
    assert caught.value.code == "KG-T002"
    assert numbers(store, f"FROM <{G}>") == ["1"]


@pytest.mark.parametrize("way", ["removed", "added"])
@pytest.mark.parametrize(
    "line",
    [
        f"<urn:x>}}}}CLEAR> <urn:p> <urn:o> <{G}> .",
        f"<urn:x> <urn:p> <urn:{{y}}> <{G}> .",
        f'<urn:x> <urn:p> "1"^^<urn:a|b> <{G}> .',
    ],
)
def test_an_iri_cannot_break_out_of_its_place(store: GraphStore, way: str, line: str) -> None:
    line = line.replace("<urn:x>}}CLEAR>", "<urn:x\\u003E}}CLEAR>")
    [evil] = ox.parse(line, format=ox.RdfFormat.N_QUADS, lenient=True)
    store.add(G, [triple("a", 1)])
    lists = {"removed": [quad("a", 1)], "added": [quad("b", 2)]}
    lists[way].append(evil)
    with pytest.raises(StoreError) as caught:
        store.change(lists["removed"], lists["added"])
    assert caught.value.code == "KG-T003"
    assert numbers(store, f"FROM <{G}>") == ["1"]


def test_a_change_that_breaks_off_changes_nothing(store: GraphStore) -> None:
    store.add(G, [triple("a", 1)])
    with pytest.raises(BrokenOffError):
        store.change([quad("a", 1)], (quad("b", 2) for _ in broken_off()))
    assert numbers(store, f"FROM <{G}>") == ["1"]


def test_an_update_is_carried_out_as_one(store: GraphStore) -> None:
    store.update(
        f"INSERT DATA {{ GRAPH <{G}> {{ <urn:a> <urn:p> 1 }} }} ;"
        f"INSERT {{ GRAPH <{H}> {{ ?s ?p 2 }} }} WHERE {{ GRAPH <{G}> {{ ?s ?p 1 }} }}"
    )
    assert numbers(store, f"FROM <{H}>") == ["2"]


@pytest.mark.parametrize("text", ["INSERT DATA { <urn:a>", "SELECT * { ?s ?p ?o }", "FORGET"])
def test_what_is_no_update_is_refused(store: GraphStore, text: str) -> None:
    with pytest.raises(RuleError) as caught:
        store.update(text)
    assert caught.value.code == "KG-Q001"


FAILING = f"INSERT DATA {{ GRAPH <{G}> {{ <urn:a> <urn:p> 2 }} }} ; CREATE GRAPH <{H}>"


def test_an_update_of_which_a_part_fails_changes_nothing(store: GraphStore, engine: str) -> None:
    """SPARQL 1.1 Update, section 3: a request should be atomic; Virtuoso keeps the first part."""
    store.update(f"CREATE SILENT GRAPH <{H}>")
    store.add(G, [triple("a", 1)])
    with pytest.raises((RuleError, StoreError)):
        store.update(FAILING)
    assert numbers(store, f"FROM <{G}>") == (["1", "2"] if engine == "remote-virtuoso" else ["1"])


def test_a_number_that_becomes_a_truth_value(store: GraphStore, engine: str) -> None:
    """Pinned: Virtuoso holds 1 and true to be the same, and keeps the one it has."""
    one, true = (Quad(A, P, Literal(v), NamedNode(G)) for v in (1, True))
    store.change([], [one])
    store.change([one], [true])
    kept = Literal(1) if engine == "remote-virtuoso" else Literal(value=True)
    assert [t.object for t in store.triples(G)] == [kept]
