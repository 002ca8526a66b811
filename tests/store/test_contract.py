"""What every graph store must do; one body of tests for every adapter.

The expectations follow the port (``kg.store.port``) and SPARQL 1.1, not an engine.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from kg.errors import RuleError, WorkspaceError
from kg.resources import queries_dir
from kg.store import EmbeddedStore, GraphStore, StoreError

from .small import BrokenOffError, G, H, broken_off, numbers, triple

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.date(2026, 1, 1)
CONFLICT = """
@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
:green a sam:Service ; sam:touches :say . :say a sam:Aspect .
:p a sam:ServiceProvision ; sam:ofService :green ;
   sam:supplier :town ; sam:customer :club, :school .
:i a sam:Interest ; sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Increase .
:j a sam:Interest ; sam:heldBy :school ; sam:concerns :say ; sam:direction sam:Decrease .
"""


def test_every_adapter_is_a_graph_store(store: GraphStore) -> None:
    assert isinstance(store, GraphStore)


def test_what_was_added_stands_in_its_graph_only(store: GraphStore) -> None:
    store.add(G, [triple("a", 1), triple("b", 2)])
    store.add(H, [triple("c", 3)])
    assert list(store.graphs()) == [G, H]
    assert set(store.triples(G)) == {triple("a", 1), triple("b", 2)}
    assert numbers(store, f"FROM <{H}>") == ["3"]


def test_adding_keeps_what_was_there(store: GraphStore) -> None:
    store.add(G, [triple("a", 1)])
    store.add(G, [triple("a", 1), triple("b", 2)])
    assert numbers(store, f"FROM <{G}>") == ["1", "2"]


def test_a_query_sees_only_the_graphs_it_names(store: GraphStore) -> None:
    store.add(G, [triple("a", 1)])
    assert numbers(store, f"FROM <{H}>") == []


def test_what_a_query_sees_that_names_no_graph(store: GraphStore, engine: str) -> None:
    """Pinned: SPARQL 1.1, section 13.1, leaves it to the engine; ours never ask that way."""
    store.add(G, [triple("a", 1)])
    count = "SELECT ?n WHERE { ?s <https://example.org/has> ?n }"
    seen = [row["n"].value for row in store.select(count)]
    assert seen == (["1"] if engine == "remote-virtuoso" else [])


def test_several_graphs_are_read_as_one(store: GraphStore) -> None:
    store.add(G, [triple("a", 1)])
    store.add(H, [triple("b", 2)])
    assert numbers(store, f"FROM <{G}> FROM <{H}>") == ["1", "2"]


def test_a_statement_made_twice_is_counted_once_in_current(store: GraphStore) -> None:
    """Two organisations say the same; the merge must hold it once (an engine may not merge)."""
    from kg.intake.authority import authorise  # noqa: PLC0415
    from kg.intake.load import load  # noqa: PLC0415
    from kg.intake.submission import make_submission  # noqa: PLC0415
    from kg.terms import CURRENT  # noqa: PLC0415

    said = [triple("a", 1)]
    twice = [
        make_submission(said, "one.ttl", "https://example.org/a"),
        make_submission(said, "two.ttl", "https://example.org/a"),
    ]
    load(store, authorise(twice), operator="https://example.org/operator")
    count = f"SELECT (COUNT(*) AS ?n) FROM <{CURRENT}> WHERE {{ ?s <https://example.org/has> ?o }}"
    assert [row["n"].value for row in store.select(count)] == ["1"]


def test_a_triple_in_two_named_graphs_is_counted_twice_by_this_engine(store: GraphStore) -> None:
    """Pinned deviation of pyoxigraph 0.5: SPARQL 1.1, section 13.2, asks for a merge (one)."""
    store.add(G, [triple("a", 1)])
    store.add(H, [triple("a", 1)])
    assert numbers(store, f"FROM <{G}> FROM <{H}>") == ["1", "1"]


def test_no_statement_stands_in_both_graphs_that_the_rules_read(store: GraphStore) -> None:
    """Because of the deviation above; two organisations make the same statements here."""
    from kg.intake.submission import make_submission  # noqa: PLC0415
    from kg.pipeline import find  # noqa: PLC0415
    from kg.rdf import FORMATS, parse_bytes  # noqa: PLC0415
    from kg.terms import CURRENT, DERIVED  # noqa: PLC0415

    said = parse_bytes(CONFLICT.encode(), FORMATS[".ttl"])
    twice = [
        make_submission(said, "town.ttl", "https://example.org/town"),
        make_submission(said, "club.ttl", "https://example.org/club"),
    ]
    once = find(twice[:1], as_of=NOW)
    both = find(twice, as_of=NOW, store=store)
    assert not set(store.triples(CURRENT)) & set(store.triples(DERIVED))
    assert [f.severity for f in both.findings if f.rule == "opposed"] == [50.0]
    assert {(f.iri, f.severity, f.count) for f in both.findings if f.cls == "conflict"} == {
        (f.iri, f.severity, f.count) for f in once.findings if f.cls == "conflict"
    }


def test_replacing_leaves_exactly_what_was_given(store: GraphStore) -> None:
    store.add(G, [triple("a", 1), triple("b", 2)])
    store.add(H, [triple("c", 3)])
    store.replace(G, [triple("b", 2), triple("d", 4)])
    assert numbers(store, f"FROM <{G}>") == ["2", "4"]
    assert numbers(store, f"FROM <{H}>") == ["3"]
    store.replace(G, [])
    assert numbers(store, f"FROM <{G}>") == []


@pytest.mark.parametrize("way", ["add", "replace"])
def test_writing_is_all_or_nothing(store: GraphStore, way: str) -> None:
    store.add(G, [triple("a", 1)])
    with pytest.raises(BrokenOffError):
        getattr(store, way)(G, broken_off())
    assert numbers(store, f"FROM <{G}>") == ["1"]


def test_unbound_variables_are_absent_from_a_row(store: GraphStore) -> None:
    store.add(G, [triple("a", 1)])
    [row] = store.select(
        f"SELECT ?s ?x FROM <{G}> WHERE {{ ?s ?p ?o OPTIONAL {{ ?s <urn:no> ?x }} }}"
    )
    assert set(row) == {"s"}


def test_ask_and_construct(store: GraphStore) -> None:
    store.add(G, [triple("a", 1)])
    assert store.ask(f"ASK FROM <{G}> {{ ?s ?p 1 }}")
    assert not store.ask(f"ASK FROM <{G}> {{ ?s ?p 2 }}")
    built = store.construct(f"CONSTRUCT {{ ?s ?p 5 }} FROM <{G}> WHERE {{ ?s ?p ?o }}")
    assert list(built) == [triple("a", 5)]


@pytest.mark.parametrize(
    ("method", "query"),
    [("select", "ASK { ?s ?p ?o }"), ("ask", "SELECT * { ?s ?p ?o }"), ("construct", "ASK { }")],
)
def test_the_wrong_form_of_query_is_refused(store: GraphStore, method: str, query: str) -> None:
    with pytest.raises(RuleError) as caught:
        list(getattr(store, method)(query) or [])
    assert caught.value.code == "KG-Q002"


def test_a_syntax_error_says_so(store: GraphStore) -> None:
    with pytest.raises(RuleError) as caught:
        list(store.select("SELECT ?s WHERE { ?s ?p"))
    assert caught.value.code == "KG-Q001"


def test_a_query_cannot_write(store: GraphStore) -> None:
    store.add(G, [triple("a", 1)])
    with pytest.raises(RuleError):
        list(store.select(f"DELETE WHERE {{ GRAPH <{G}> {{ ?s ?p ?o }} }}"))
    assert numbers(store, f"FROM <{G}>") == ["1"]


def test_every_query_of_the_product_names_its_graphs() -> None:
    """Nothing depends on what an engine takes for its default graph."""
    from kg.insight.query import tokens_of  # noqa: PLC0415

    files = sorted(queries_dir().rglob("*.rq"))
    assert len(files) > 50
    for file in files:
        words = {t.text for t in tokens_of(file.read_text(encoding="utf-8")) if t.kind == "word"}
        assert words & {"FROM", "GRAPH"}, file.name


def test_an_embedded_store_keeps_its_data(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "store") as first:
        first.add(G, [triple("a", 1)])
    with EmbeddedStore(tmp_path / "store") as second:
        assert numbers(second, f"FROM <{G}>") == ["1"]


def test_read_only_reads_and_does_not_write(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "store") as first:
        first.add(G, [triple("a", 1)])
    with EmbeddedStore(tmp_path / "store", read_only=True) as reader:
        assert numbers(reader, f"FROM <{G}>") == ["1"]
        with pytest.raises(StoreError) as caught:
            reader.add(G, [triple("b", 2)])
        assert caught.value.code == "KG-T001"
        assert numbers(reader, f"FROM <{G}>") == ["1"]


def test_a_second_writer_is_told_that_the_store_is_in_use(tmp_path: Path) -> None:
    code = textwrap.dedent("""
        import pathlib, sys
        from kg.errors import WorkspaceError
        from kg.store import EmbeddedStore
        try:
            EmbeddedStore(pathlib.Path(sys.argv[1]))
        except WorkspaceError as e:
            print(e.code)
    """)
    with EmbeddedStore(tmp_path / "store"):
        other = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "store")],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": ":".join(sys.path)},
        )
    assert other.stdout.strip() == "KG-W001"


def test_a_place_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no store")
    with pytest.raises(WorkspaceError):
        EmbeddedStore(tmp_path / "file")
