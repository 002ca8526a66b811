"""The W3C suites of Turtle, N-Triples and TriG: same statements as the engine, or no places.

A place is only ever given for a statement the engine read too, so the suites say how often the
second reader keeps up, and that it never says yes to another graph.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import KgError
from kg.intake.read import Document, read_document
from kg.rdf.bounds import BASE
from kg.rdf.turtle import read_turtle
from kg.rdf.turtle_tokens import TurtleError

ROOT = Path(__file__).resolve().parents[2]
SUITES = ROOT.parent / "shared/conformance/rdf-tests/rdf/rdf11"

pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason=f"{SUITES} is not there")

WITHOUT_PLACES = {"trig-kw-graph-03.trig", "trig-kw-graph-10.trig"}
"""``GRAPH { … }`` without a name, which TriG 1.1 does not have but the engine accepts."""


def files(suite: str, ending: str) -> list[Path]:
    return sorted(
        f for f in (SUITES / suite).rglob(f"*.{ending}") if not f.name.startswith("manifest")
    )


def read(file: Path) -> Document | KgError:
    try:
        return read_document(file.read_bytes(), name=file.name)
    except KgError as e:
        return e


@pytest.mark.parametrize(
    ("suite", "ending", "good", "bad"),
    [
        ("rdf-turtle", "ttl", 238, 95),
        ("rdf-n-triples", "nt", 43, 29),
        ("rdf-trig", "trig", 104, 253),
        ("rdf-n-quads", "nq", 43, 46),
    ],
)
def test_places_are_those_of_the_statements_of_the_engine(
    suite: str, ending: str, good: int, bad: int
) -> None:
    documents = {f.name: read(f) for f in files(suite, ending)}
    read_well = {n: d for n, d in documents.items() if isinstance(d, Document)}
    refused = {n: d for n, d in documents.items() if isinstance(d, KgError)}
    without = {n for n, d in read_well.items() if any(d.places(t) is None for t in d.triples)}
    assert without <= WITHOUT_PLACES
    assert (len(read_well), len(refused)) == (good, bad)
    for error in refused.values():
        assert error.code.startswith("KG-R0")
        assert error.advice is not None


def test_the_second_reader_refuses_every_invalid_turtle_file() -> None:
    for file in files("rdf-turtle", "ttl"):
        if isinstance(read(file), KgError):
            with pytest.raises(TurtleError):
                read_turtle(file.read_text(encoding="utf-8"), base=BASE)
