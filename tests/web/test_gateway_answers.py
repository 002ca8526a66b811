"""Answers are cut where a cap says so, stay well formed, and say that they were cut."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from kg.errors import RuleError
from kg.rdf import Literal, NamedNode, Triple
from kg.store import MemoryStore
from kg.store.answering import (
    JSON_LD,
    ROW_MEDIA,
    TRIPLE_MEDIA,
    Answering,
    Caps,
    Written,
)
from kg.store.cutting import CSV, JSON, TSV, XML

GRAPH = "urn:g"
ODD = (
    "plain", 'a},{"s":{"type":"uri"', "},{", "}},{", '"}},{"', "a\r\nb", "x\ty\nz", "<result>",
    '"', "\\", '\\"},{', "", "a,b", "{}", "</result></results>", "é 🎈",
)  # fmt: skip
COUNT = 320


@pytest.fixture(scope="module")
def answering() -> Answering:
    store = MemoryStore()
    store.add(
        GRAPH,
        [
            Triple(NamedNode(f"urn:s{n:04}"), NamedNode("urn:p"), Literal(ODD[n % len(ODD)]))
            for n in range(COUNT)
        ],
    )
    return Answering(store)


def rows(written: Written) -> list[list[str]]:
    """Read an answer back with other readers than the one that wrote it."""
    body = written.body.decode()
    if written.media == JSON:
        found = json.loads(body)["results"]["bindings"]
        return [[t["value"] for t in row.values()] for row in found]
    if written.media == XML:
        name = "{http://www.w3.org/2005/sparql-results#}"
        results = ET.fromstring(body).iter(name + "result")  # noqa: S314 - our own
        return [["".join(b.itertext()) for b in r] for r in results]
    if written.media == CSV:
        return list(csv.reader(io.StringIO(body, newline="")))[1:]
    assert written.media == TSV
    return [line.split("\t") for line in body.split("\n")[1:-1]]


def ask(answering: Answering, query: str, media: str, caps: Caps) -> Written:
    return answering.query(query, media=(media, media), caps=caps, default_graphs=[GRAPH])


ALL = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s"


@pytest.mark.parametrize("media", ROW_MEDIA)
def test_rows_are_counted_whatever_is_in_them(answering: Answering, media: str) -> None:
    written = ask(answering, ALL, media, Caps())
    assert written.rows == len(rows(written)) == COUNT
    assert written.truncated is None
    assert written.variables == ("s", "o")


@pytest.mark.parametrize("media", ROW_MEDIA)
@pytest.mark.parametrize("most", [0, 1, 2, 3, 15, 16, 17, 100, COUNT - 1])
def test_too_many_rows_are_cut_between_rows(answering: Answering, media: str, most: int) -> None:
    whole = rows(ask(answering, ALL, media, Caps()))
    written = ask(answering, ALL, media, Caps(rows=most))
    assert (written.rows, written.truncated) == (most, "rows")
    assert rows(written) == whole[:most]


@pytest.mark.parametrize("media", ROW_MEDIA)
def test_exactly_as_many_rows_as_may_are_whole(answering: Answering, media: str) -> None:
    assert ask(answering, ALL, media, Caps(rows=COUNT)).truncated is None


@pytest.mark.parametrize("media", ROW_MEDIA)
@pytest.mark.parametrize("size", [400, 1000, 5000, 9000])
def test_too_many_bytes_are_cut_between_rows(answering: Answering, media: str, size: int) -> None:
    whole = ask(answering, ALL, media, Caps())
    written = ask(answering, ALL, media, Caps(size=size))
    assert len(written.body) <= size
    assert rows(written) == rows(whole)[: written.rows]
    assert written.truncated == ("bytes" if len(whole.body) > size else None)


@pytest.mark.parametrize("media", ROW_MEDIA)
@pytest.mark.parametrize("count", [1, 3])
def test_rows_without_values_count_too(answering: Answering, media: str, count: int) -> None:
    query = "SELECT ?x ?y { ?s ?p ?o } LIMIT 5"
    written = ask(answering, query, media, Caps(rows=count))
    assert (written.rows, written.truncated) == (count, "rows")
    assert len(rows(written)) == count
    mixed = "SELECT ?x ?s { { ?s ?p ?o } UNION { ?a ?b ?c } } LIMIT 640"
    assert ask(answering, mixed, media, Caps()).rows == 640


@pytest.mark.parametrize("media", ROW_MEDIA)
def test_no_rows_is_a_whole_answer(answering: Answering, media: str) -> None:
    written = ask(answering, "SELECT ?s { ?s <urn:none> ?o }", media, Caps(rows=1))
    assert (written.rows, written.truncated, rows(written)) == (0, None, [])


@pytest.mark.parametrize("media", TRIPLE_MEDIA)
@pytest.mark.parametrize("most", [0, 1, 50, COUNT, COUNT + 1])
def test_triples_are_cut_and_closed(answering: Answering, media: str, most: int) -> None:
    written = ask(answering, "CONSTRUCT WHERE { ?s ?p ?o }", media, Caps(rows=most))
    assert written.rows == min(most, COUNT)
    assert written.truncated == ("rows" if most < COUNT else None)
    read = ox.parse(written.body, ox.RdfFormat.from_media_type(media))
    assert len({str(quad.triple) for quad in read}) == written.rows


@pytest.mark.parametrize("media", TRIPLE_MEDIA)
def test_triples_stop_at_bytes(answering: Answering, media: str) -> None:
    written = ask(answering, "CONSTRUCT WHERE { ?s ?p ?o }", media, Caps(size=2000))
    assert written.truncated == "bytes"
    assert len(written.body) < 20_000  # the engine writes in blocks
    assert written.rows is not None
    assert 0 < written.rows < COUNT


def test_a_truth_is_never_cut(answering: Answering) -> None:
    for media in ROW_MEDIA:
        written = ask(answering, "ASK { ?s ?p ?o }", media, Caps(rows=0, size=1))
        assert b"true" in written.body
        assert written.truncated is None


def test_what_a_format_cannot_hold_is_refused(answering: Answering) -> None:
    query = "CONSTRUCT { ?s ?p <<( ?s ?p ?o )>> } WHERE { ?s ?p ?o }"
    with pytest.raises(RuleError) as caught:
        ask(answering, query, JSON_LD, Caps())
    assert caught.value.code == "KG-H106"


def test_an_unknown_function_is_no_syntax_error(answering: Answering) -> None:
    with pytest.raises(RuleError) as caught:
        ask(answering, "SELECT (<urn:f>(1) AS ?x) {}", JSON, Caps())
    assert caught.value.code == "KG-H117"
