"""The W3C SHACL test suite through our own checking path, compared strictly.

Each test is read by our reader and checked by ``check_shapes``, as a submission is. What comes back
is compared as a multiset of focus node, path, value, constraint component, severity and source
shape; only the names of blank nodes do not count.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from kg.checking.bins import check_shapes
from kg.checking.graphs import to_graph, to_term
from kg.checking.material import Material, Setting
from kg.checking.profiles import Profile
from kg.checking.shacl import ShapesError
from kg.rdf import parse_file
from kg.vocabularies import Vocabularies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark.structures import ParameterSet
    from rdflib.term import Node

SUITE = Path(__file__).parents[3] / "shared" / "conformance" / "data-shapes" / "tests"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
BASE = "https://w3id.org/samenspel/base/"

KNOWN_FAILURES: dict[str, str] = {
    "sparql/pre-binding/shapesGraph-001": "pySHACL 0.40 does not support $shapesGraph, which SHACL "
    "1.0 leaves optional (section 5.3.1); our path refuses such shapes with KG-S010",
}
"""Tests that fail, and why; a test that starts to pass must be taken out of this list."""

pytestmark = pytest.mark.skipif(
    not SUITE.is_dir(), reason="the W3C SHACL tests are not beside the checkout (../shared)"
)


class Expectation(NamedTuple):
    """One result, in words that do not depend on the names of blank nodes."""

    focus: str
    path: str
    value: str
    component: str
    severity: str
    shape: str


def files(part: str) -> list[Path]:
    return [
        path
        for path in sorted((SUITE / part).rglob("*.ttl"))
        if path.name != "manifest.ttl" and "sht:Validate" in path.read_text(encoding="utf-8")
    ]


def read(path: Path) -> Graph:
    return to_graph(parse_file(path))


def beside(path: Path, name: Node | None) -> Path:
    assert isinstance(name, URIRef)
    local = str(name).removeprefix(BASE)
    return path.parent / local if local else path


def wanted(path: Path) -> tuple[Path, Path, Counter[Expectation] | None, bool]:
    """Give data file, shapes file, expected results (None for a failure) and ``sh:conforms``."""
    manifest = read(path)
    (test,) = manifest.subjects(RDF.type, SHT.Validate)
    action = manifest.value(test, MF.action)
    result = manifest.value(test, MF.result)
    assert action is not None
    data = beside(path, manifest.value(action, SHT.dataGraph))
    shapes = beside(path, manifest.value(action, SHT.shapesGraph))
    if result == SHT.Failure:
        return data, shapes, None, False
    assert result is not None
    conforms = manifest.value(result, SH.conforms)
    assert isinstance(conforms, Literal)
    found = Counter(expectation(manifest, node) for node in manifest.objects(result, SH.result))
    return data, shapes, found, bool(conforms.toPython())


def expectation(graph: Graph, node: Node) -> Expectation:
    path = graph.value(node, SH.resultPath)
    return Expectation(
        focus=term(graph.value(node, SH.focusNode)),
        path="" if path is None else path_of(graph, path),
        value=term(graph.value(node, SH.value)),
        component=term(graph.value(node, SH.sourceConstraintComponent)),
        severity=term(graph.value(node, SH.resultSeverity)),
        shape=term(graph.value(node, SH.sourceShape)),
    )


def term(node: Node | None) -> str:
    if node is None:
        return ""
    return "_:" if isinstance(node, BNode) else str(to_term(node))


def path_of(graph: Graph, path: Node) -> str:
    """Give a property path as SPARQL writes it, every step in brackets."""
    if isinstance(path, URIRef):
        return f"<{path}>"
    for predicate, before, after in (
        (SH.inversePath, "^", ""),
        (SH.zeroOrMorePath, "", "*"),
        (SH.oneOrMorePath, "", "+"),
        (SH.zeroOrOnePath, "", "?"),
    ):
        inner = graph.value(path, predicate)
        if inner is not None:
            return f"({before}{path_of(graph, inner)}{after})"
    choice = graph.value(path, SH.alternativePath)
    joint, head = ("/", path) if choice is None else ("|", choice)
    return f"({joint.join(path_of(graph, m) for m in Collection(graph, head))})"


def checked(data: Path, shapes: Path) -> tuple[Counter[Expectation], list[str]]:
    """Give what our path finds, and the places where its own words differ from the report."""
    setting = Setting(
        profile=Profile("suite", "1", read(shapes), Graph()),
        vocabularies=Vocabularies(),
        as_of=dt.date(2026, 1, 1),
        reference_states=False,
    )
    shaped = check_shapes(Material(parse_file(data), setting))
    report = shaped.outcome.report
    found: Counter[Expectation] = Counter()
    wrong = []
    for draft, (_, node) in zip(shaped.drafts, shaped.outcome.results, strict=True):
        whole = expectation(report, node)
        found[whole] += 1
        result = draft.result
        ours = ("_:" if result.value.startswith("_:") else result.value, component_of(result))
        if ours != (whole.value, whole.component):
            wrong.append(f"{ours} is not {whole}")
    return found, wrong


def component_of(result: object) -> str:
    name = str(getattr(result, "constraint", "")).removeprefix("sh:")
    return f"<{name}>" if ":" in name else f"<{SH}{name}>"


def verdict(path: Path) -> str:
    """Give an empty text when a test passes, else what differs."""
    data, shapes, expected, conforms = wanted(path)
    try:
        found, wrong = checked(data, shapes)
    except ShapesError as error:
        return "" if expected is None else f"refused: {error}"
    if expected is None:
        return "not refused"
    if conforms == bool(found):
        return f"conforms should be {conforms}"
    missing, extra = expected - found, found - expected
    return f"missing {list(missing)} extra {list(extra)}" if missing or extra else "".join(wrong)


def cases() -> Iterator[ParameterSet]:
    for part in ("core", "sparql"):
        for path in files(part):
            name = path.relative_to(SUITE).with_suffix("").as_posix()
            known = KNOWN_FAILURES.get(name)
            marks = [pytest.mark.xfail(reason=known, strict=True)] if known else []
            yield pytest.param(path, id=name, marks=marks)


@pytest.mark.parametrize("path", list(cases()))
def test_result_by_result(path: Path) -> None:
    assert verdict(path) == ""


@pytest.mark.parametrize(("part", "tests", "least"), [("core", 98, 97), ("sparql", 23, 22)])
def test_the_suite_is_whole_and_the_pinned_list_short(part: str, tests: int, least: int) -> None:
    assert len(files(part)) == tests
    assert tests - sum(name.startswith(part) for name in KNOWN_FAILURES) >= least
