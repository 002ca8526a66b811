"""From what shapes say to what it means for the submission.

Severity gives the bin, with one exception: when a shape asks for a kind (``sh:class``) and the
value is an IRI that nothing loaded describes, nobody can tell whether it is wrong. That is an
unknown reference and never a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.collection import Collection

from kg.checking.graphs import spelled, to_term
from kg.checking.material import Draft
from kg.checking.repairs import propose
from kg.checking.report import Result
from kg.checking.shacl import check_graph
from kg.checking.words import sentence_of
from kg.rdf import BlankNode, Literal, NamedNode, Triple
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rdflib.term import Node

    from kg.checking.material import Material, Proposal
    from kg.checking.report import Bin
    from kg.checking.shacl import Outcome, Severity, ShaclResult
    from kg.rdf import Term

UNDESCRIBED = "KG-V201"
"""Code of a reference that a shape needs described and nothing describes."""

_BINS: Mapping[Severity, Bin] = {
    "Violation": "must-fix",
    "Warning": "should-fix",
    "Info": "information",
}
_STEP = re.compile(r"(\^?)<([^>]*)>")
_NESTED = (SH["or"], SH.xone, SH["and"], SH.node, SH.qualifiedValueShape)
_DEEP = 5


@dataclass(frozen=True, slots=True)
class Shaped:
    """What the shapes say.

    Attributes:
        drafts: What they say, in the order of the engine.
        outcome: What the engine gave.
        passed: Number of pairs of a property shape and a focus node without a result.
        looked_at: Names of the nodes that a shape looked at.
    """

    drafts: tuple[Draft, ...]
    outcome: Outcome
    passed: int
    looked_at: frozenset[str]


def check_shapes(material: Material, focus: Sequence[str] | None = None) -> Shaped:
    """Give what the shapes of the profile say about a submission.

    Args:
        material: What is checked, in which context.
        focus: Look at these nodes only; None looks at all.

    Raises:
        ShapesError: If the shapes themselves are broken.
    """
    outcome = check_graph(
        material.data, material.setting.profile.shapes, background=material.context, focus=focus
    )
    maker = _Maker(material, outcome)
    drafts = tuple(maker.draft(result, node) for result, node in outcome.results)
    looked_at = {str(to_term(node)) for node in outcome.aimed.objects(None, SH.targetNode)}
    return Shaped(drafts, outcome, _passed(outcome), frozenset(looked_at))


def _passed(outcome: Outcome) -> int:
    """Count (property shape, focus node) pairs that were looked at and gave no result.

    A pair counts once for each property shape a targeted shape names directly, or that is
    targeted itself; shapes inside property shapes are part of these and not counted apart.
    """
    aimed, report = outcome.aimed, outcome.report
    looked = set()
    for shape, node in aimed.subject_objects(SH.targetNode):
        if _is_off(aimed, shape):
            continue
        own = {shape} if (shape, SH.path, None) in aimed else set()
        for part in own | set(aimed.objects(shape, SH.property)):
            if not _is_off(aimed, part):
                looked.add((part, node))
    failed = {
        (report.value(r, SH.sourceShape), report.value(r, SH.focusNode)) for _, r in outcome.results
    }
    return len(looked - failed)


def _is_off(shapes: Graph, shape: Node) -> bool:
    return any(
        isinstance(v, RdfLiteral) and v.toPython() is True
        for v in shapes.objects(shape, SH.deactivated)
    )


class _Maker:
    """Turns results of the engine into drafts."""

    def __init__(self, material: Material, outcome: Outcome) -> None:
        self._material = material
        self._words = material.words
        self._shapes = material.setting.profile.shapes
        self._report = outcome.report

    def draft(self, result: ShaclResult, node: Node) -> Draft:
        shape = self._report.value(node, SH.sourceShape) or URIRef(result.shape)
        focus = self._report.value(node, SH.focusNode) or URIRef(result.focus)
        value = self._report.value(node, SH.value)
        focus_term = to_term(focus)
        value_term = None if value is None else to_term(value)
        path = self._words.path(result.path, shape)
        expected = self._words.expected(result.constraint, shape)
        own = result.messages if self._speaks(shape, node) else {}
        message = self._words.message(result.constraint, path=path, expected=expected, own=own)
        bin_, code = _BINS[result.severity], sentence_of(result.constraint).code
        if value_term is not None and self._is_undescribed(result, shape, value_term):
            bin_, code = "unknown-reference", UNDESCRIBED
            message = _undescribed(str(value), path, expected)
        triple = self._triple(result.path, focus_term, value_term)
        return Draft(
            Result(
                bin=bin_,
                message=message,
                focus=result.focus,
                shape=result.shape,
                constraint=result.constraint,
                code=code,
                path=result.path or "",
                value="" if value_term is None else str(value_term),
                focus_label=self._words.label(focus),
                path_words=path,
                expected=expected,
            ),
            triple,
            None if isinstance(focus_term, Literal) else focus_term,
            self._proposals(result, shape, triple, value_term),
        )

    def _speaks(self, shape: Node, node: Node) -> bool:
        """Tell whether the messages come from the shapes and not from the engine."""
        query = self._report.value(node, SH.sourceConstraint)
        speakers = [shape] if query is None else [shape, query]
        return any((s, SH.message, None) in self._shapes for s in speakers)

    def _is_undescribed(self, result: ShaclResult, shape: Node, value: Term) -> bool:
        if not self._material.setting.reference_states or not isinstance(value, NamedNode):
            return False
        if result.constraint == "sh:ClassConstraintComponent":
            asks = True
        else:
            asks = self._asks_class(result.constraint, shape)
        return asks and value.value != result.focus and not self._material.describes(value.value)

    def _asks_class(self, component: str, shape: Node) -> bool:
        """Tell whether a constraint made of other shapes asks for a kind somewhere inside."""
        name = component.removeprefix("sh:").removesuffix("ConstraintComponent")
        parameter = URIRef(f"{SH}{name[0].lower()}{name[1:]}")
        return parameter in _NESTED and any(
            self._has_class(part, _DEEP) for part in self._shapes.objects(shape, parameter)
        )

    def _has_class(self, node: Node, depth: int) -> bool:
        if depth == 0:
            return False
        if (node, SH["class"], None) in self._shapes:
            return True
        parts = [p for nested in _NESTED for p in self._shapes.objects(node, nested)]
        if isinstance(node, BNode) and (node, RDF.first, None) in self._shapes:
            parts += list(Collection(self._shapes, node))
        return any(self._has_class(part, depth - 1) for part in parts)

    def _triple(self, path: str | None, focus: Term, value: Term | None) -> Triple | None:
        """Give the statement a result is about; without a value the last one of the property."""
        if path is None or isinstance(focus, Literal):
            return None
        for inverse, iri in _STEP.findall(path) or [("", path)]:
            predicate = NamedNode(iri)
            if value is None:
                said = [
                    t
                    for t in self._material.about.get(spelled(focus), [])
                    if t.predicate == predicate and not inverse
                ]
                if said:
                    return said[-1]
            else:
                triple = _statement(focus, predicate, value, inverse=bool(inverse))
                if triple in self._material.present:
                    return triple
        return None

    def _proposals(
        self, result: ShaclResult, shape: Node, triple: Triple | None, value: Term | None
    ) -> tuple[Proposal, ...]:
        if triple is None or value is None or triple.object != value:
            return ()
        datatype = self._shapes.value(shape, SH.datatype)
        options: dict[Term, Text] = {}
        for head in self._shapes.objects(shape, SH["in"]):
            for member in Collection(self._shapes, head):
                options[to_term(member)] = self._words.name(member)
        return propose(
            result.constraint,
            triple,
            datatype=None if datatype is None else str(datatype),
            options=options,
        )


def _statement(
    focus: NamedNode | BlankNode, predicate: NamedNode, value: Term, *, inverse: bool
) -> Triple | None:
    if not inverse:
        return Triple(focus, predicate, value)
    return None if isinstance(value, Literal) else Triple(value, predicate, focus)


def _undescribed(iri: str, path: Text, expected: Text | None) -> Text:
    kind = expected or Text("de gevraagde soort", "the kind that is asked for")
    return Text(
        f"‘{path.nl}’ verwijst naar {iri}, en niets wat is geladen beschrijft dat. Of het van de "
        f"soort {kind.nl} is, is daarom niet nagekeken. Lever de beschrijving mee of laad de lijst "
        "waar het in staat.",
        f"‘{path.en}’ refers to {iri}, and nothing loaded describes that. Whether it is of the "
        f"kind {kind.en} was therefore not checked. Hand in its description too, or load the list "
        "it is in.",
    )
