"""Checks a graph against SHACL shapes, with pySHACL as the reference engine.

Bad data is a value: what does not conform comes back as results. Only shapes that are
themselves broken are an error. The background (ontology, vocabularies, what others stated) is
context for the check and is never reported on.

Two things are kept outside the engine on purpose. pySHACL changes settings of rdflib for the
whole process and leaves them changed after an error: they are put back here, whatever happens.
Its own option to check some nodes only also hides those nodes from ``sh:or``, ``sh:not`` and
``sh:node``; here the targets of the shapes are narrowed instead, which is what SHACL 1.0
(section 2.1.3, targets) means by a focus node.
"""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

import pyshacl
import rdflib
import rdflib.term
from pyparsing.exceptions import ParseBaseException
from pyshacl.errors import ReportableRuntimeError
from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.plugins import sparql

from kg.checking.graphs import empty_graph
from kg.errors import KgError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rdflib.graph import _TripleType
    from rdflib.term import Node

__all__ = ["Outcome", "Severity", "ShaclResult", "ShapesError", "check_graph", "validate_graph"]

Severity = Literal["Violation", "Warning", "Info"]
"""How grave a result is: must be mended, should be mended, good to know."""

_SEVERITIES: dict[Node | None, Severity] = {SH.Warning: "Warning", SH.Info: "Info"}
_TARGETS = frozenset({SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf})
_REPEATS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_ONE_AT_A_TIME = threading.Lock()
_BROKEN_SHAPES = (
    ReportableRuntimeError,
    IndexError,
    NotImplementedError,
    ParseBaseException,
    re.error,
)


class ShapesError(KgError):
    """Shapes that cannot be used to check with (codes ``KG-S…``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShaclResult:
    """One thing a shape says about one node.

    Attributes:
        focus: The node it is about: an IRI, or ``_:`` and a label for a blank node.
        path: The property it is about, an IRI, or a SPARQL property path; None for the node as
            a whole.
        value: The value that does not fit, if there is one.
        constraint: The kind of constraint, such as ``sh:MinCountConstraintComponent``.
        shape: The IRI of the shape that said so.
        severity: How grave it is.
        messages: What is expected and what to do, by language tag.
    """

    focus: str
    path: str | None
    value: str | None
    constraint: str
    shape: str
    severity: Severity
    messages: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run gave: the results, and the graphs they come from.

    Attributes:
        results: Each result with its node in the report, sorted as ``validate_graph`` does.
        report: The W3C validation report, with the terms themselves.
        aimed: The shapes, every target spelled out as ``sh:targetNode``.
    """

    results: tuple[tuple[ShaclResult, Node], ...]
    report: Graph
    aimed: Graph


def validate_graph(
    data: Graph,
    shapes: Graph,
    *,
    background: Graph | None = None,
    focus: Sequence[str] | None = None,
) -> list[ShaclResult]:
    """Give what the shapes say about the nodes that the data describes.

    None of the graphs is changed. Nothing is inferred; class hierarchies count when the
    background holds the ontology.

    Args:
        data: What is checked. Only its subjects are reported on.
        shapes: The shapes, from the product or the operator and never from a submitter.
        background: Context: ontology, vocabularies, what is already known.
        focus: Report on these nodes only, as IRI or ``_:label``; None reports on all.

    Returns:
        The results, sorted by node, path, shape, constraint and value; empty when all is well.

    Raises:
        ShapesError: If the shapes themselves are broken.

    >>> shapes = Graph().parse(format="turtle", data='''
    ...   @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <https://example.org/> .
    ...   :S a sh:NodeShape ; sh:targetClass :C ; sh:property :S-name .
    ...   :S-name sh:path :name ; sh:minCount 1 ; sh:message "geef een naam"@nl .''')
    >>> data = Graph().parse(format="turtle", data="<urn:x> a <https://example.org/C> .")
    >>> [(r.focus, r.path, r.messages["nl"]) for r in validate_graph(data, shapes)]
    [('urn:x', 'https://example.org/name', 'geef een naam')]
    """
    outcome = check_graph(data, shapes, background=background, focus=focus)
    return [result for result, _ in outcome.results]


def check_graph(
    data: Graph,
    shapes: Graph,
    *,
    background: Graph | None = None,
    focus: Sequence[str] | None = None,
) -> Outcome:
    """Give the same as ``validate_graph``, with the report and what was looked at.

    Args:
        data: What is checked.
        shapes: The shapes.
        background: Context.
        focus: Report on these nodes only.

    Raises:
        ShapesError: If the shapes themselves are broken.
    """
    union = _copy(data)
    if background is not None:
        union += background
    aimed = _aimed(shapes, data=data, background=background, union=union, focus=focus)
    with _settings_of_rdflib():
        report = _run(union, aimed)
    found = [(_result(report, node, shapes), node) for node in report.objects(None, SH.result)]
    return Outcome(tuple(sorted(found, key=lambda pair: _order(pair[0]))), report, aimed)


@contextmanager
def _settings_of_rdflib() -> Iterator[None]:
    """Let no query load a graph, and put back every setting that pySHACL changes."""
    booleans = rdflib.term._toPythonMapping  # no public name exists
    with _ONE_AT_A_TIME:
        normalize, boolean = rdflib.NORMALIZE_LITERALS, booleans[XSD.boolean]
        load_graphs = sparql.SPARQL_LOAD_GRAPHS
        sparql.SPARQL_LOAD_GRAPHS = False
        try:
            yield
        finally:
            rdflib.NORMALIZE_LITERALS = normalize
            booleans[XSD.boolean] = boolean
            sparql.SPARQL_LOAD_GRAPHS = load_graphs


def _run(union: Graph, shapes: Graph) -> Graph:
    try:
        _, report, text = pyshacl.validate(
            union, shacl_graph=shapes, inference="none", advanced=False, inplace=True
        )
    except _BROKEN_SHAPES as fault:
        raise _broken(str(fault)) from fault
    except Exception as fault:
        if type(fault) is Exception:  # rdflib has no type of its own for an unknown prefix
            raise _broken(str(fault)) from fault
        raise
    if not isinstance(report, Graph):
        raise _broken(text)
    return report


def _broken(reason: str) -> ShapesError:
    message = Text("de vormen kloppen niet: {reason}", "the shapes are not right: {reason}")
    return ShapesError("KG-S010", message.format(reason=reason))


def _copy(graph: Graph) -> Graph:
    copied = Graph(bind_namespaces="none")  # pySHACL needs a store with contexts for the data
    copied += graph
    return copied


# --- which nodes are looked at -------------------------------------------------------------


def _aimed(
    shapes: Graph,
    *,
    data: Graph,
    background: Graph | None,
    union: Graph,
    focus: Sequence[str] | None,
) -> Graph:
    """Give the shapes with every target spelled out as the nodes that are to be looked at.

    ``sh:uniqueLang`` counts only as ``true`` (SHACL 1.0, section 4.4.2), which pySHACL reads wider.
    """
    only = None if focus is None else {_node(name) for name in focus}
    aimed = empty_graph()
    _declare_imported(shapes, aimed)
    for triple in shapes:
        if not _is_target(shapes, triple):
            if triple[1] != SH.uniqueLang or str(triple[2]) == "true":
                aimed.add(triple)
            continue
        for node in _targets(triple, data=data, background=background, union=union):
            if only is None or node in only:
                aimed.add((triple[0], SH.targetNode, node))
    return aimed


def _declare_imported(shapes: Graph, aimed: Graph) -> None:
    """State at every prefix holder what it imports (SHACL 1.0, section 5.2.1); pySHACL does not."""
    for holder in set(shapes.objects(None, SH.prefixes)):
        for imported in shapes.transitive_objects(holder, OWL.imports):
            for declaration in shapes.objects(imported, SH.declare):
                aimed.add((holder, SH.declare, declaration))


def _is_target(shapes: Graph, triple: _TripleType) -> bool:
    """Tell whether a statement aims a shape, by name or because the shape is a class itself."""
    subject, predicate, value = triple
    if predicate in _TARGETS:
        return True
    implicit = predicate == RDF.type and value == RDFS.Class
    return implicit and (subject, RDF.type, SH.NodeShape) in shapes


def _targets(
    triple: _TripleType, *, data: Graph, background: Graph | None, union: Graph
) -> Iterator[Node]:
    shape, predicate, value = triple
    if predicate == SH.targetSubjectsOf:
        yield from data.subjects(value, unique=True)
    elif predicate in {SH.targetNode, SH.targetObjectsOf}:
        named = [value] if predicate == SH.targetNode else data.objects(None, value, unique=True)
        for node in named:
            foreign = background is not None and (node, None, None) in background
            if not foreign or (node, None, None) in data:
                yield node
    else:
        top = value if predicate == SH.targetClass else shape
        for kind in set(union.transitive_subjects(RDFS.subClassOf, top)):
            for node in union.subjects(RDF.type, kind):
                if (node, None, None) in data:
                    yield node


def _node(name: str) -> Node:
    return BNode(name[2:]) if name.startswith("_:") else URIRef(name)


# --- from report to results ----------------------------------------------------------------


def _result(report: Graph, node: Node, shapes: Graph) -> ShaclResult:
    path = report.value(node, SH.resultPath)
    value = report.value(node, SH.value)
    component = cast("Node", report.value(node, SH.sourceConstraintComponent))
    shape = cast("Node", report.value(node, SH.sourceShape))
    return ShaclResult(
        focus=_name(cast("Node", report.value(node, SH.focusNode))),
        path=None if path is None else _path(report, path),
        value=None if value is None else _name(value),
        constraint=f"sh:{str(component).removeprefix(str(SH))}",
        shape=_name(shape),
        severity=_SEVERITIES.get(report.value(node, SH.resultSeverity), "Violation"),
        messages=_messages(report, node, shapes, shape),
    )


def _messages(report: Graph, node: Node, shapes: Graph, shape: Node) -> dict[str, str]:
    """Give the messages of a result by language.

    A query speaks with its own messages, or else with those of its shape (SHACL 1.0, section
    5.3.2). pySHACL 0.40 prefers the shape and loses the languages, so both are read from the
    shapes here, with the node and the value filled in.
    """
    texts = list(report.objects(node, SH.resultMessage))
    query = report.value(node, SH.sourceConstraint)
    if query is not None:
        own = list(shapes.objects(query, SH.message))
        texts = own or list(shapes.objects(shape, SH.message)) or texts
    places = {"this": report.value(node, SH.focusNode), "value": report.value(node, SH.value)}
    found = {getattr(text, "language", None) or "": _filled(str(text), places) for text in texts}
    return dict(sorted(found.items()))


def _filled(text: str, places: Mapping[str, Node | None]) -> str:
    for name, node in places.items():
        if node is not None:
            text = text.replace(f"{{?{name}}}", _name(node)).replace(f"{{${name}}}", _name(node))
    return text


def _name(node: Node) -> str:
    return f"_:{node}" if isinstance(node, BNode) else str(node)


def _path(report: Graph, path: Node) -> str:
    """Give a property path as SPARQL writes it; one plain property as its IRI."""
    return str(path) if isinstance(path, URIRef) else _step(report, path)


def _step(report: Graph, path: Node) -> str:
    if isinstance(path, URIRef):
        return f"<{path}>"
    inverse = report.value(path, SH.inversePath)
    if inverse is not None:
        return f"^{_step(report, inverse)}"
    choice = report.value(path, SH.alternativePath)
    if choice is not None:
        return _steps(report, choice, "|")
    for predicate, mark in _REPEATS.items():
        repeated = report.value(path, predicate)
        if repeated is not None:
            return f"{_step(report, repeated)}{mark}"
    return _steps(report, path, "/")


def _steps(report: Graph, head: Node, joint: str) -> str:
    members = (_step(report, member) for member in Collection(report, cast("BNode", head)))
    return f"({joint.join(members)})"


def _order(result: ShaclResult) -> tuple[str, ...]:
    return (
        result.focus,
        result.path or "",
        result.shape,
        result.constraint,
        result.value or "",
    )
