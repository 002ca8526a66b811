"""What is checked, in what context, and the first form of what is found.

Checks are functions from ``Material`` to ``Draft``s. A draft points at a statement or a node; its
place in a file is looked up later, and only for what is shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kg.checking.graphs import spelled, to_graph, to_node
from kg.checking.report import Result
from kg.checking.words import Words
from kg.rdf import BlankNode, Literal, NamedNode, Triple
from kg.terms import RDF_TYPE, SAM
from kg.vocabularies.schemes import TOOI, scheme_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from rdflib import Graph

    from kg.checking.profiles import Profile
    from kg.checking.report import Bin
    from kg.intake.authority import Registry
    from kg.intake.submission import Submission
    from kg.rdf import Subject, Term
    from kg.text import Text
    from kg.vocabularies import Vocabularies

CHECK = "urn:samenspel:check:"
"""Start of the names of our own checks, which stand where others have a shape."""


@dataclass(frozen=True, slots=True)
class Check:
    """One of our own checks.

    Attributes:
        name: Its name; with ``CHECK`` in front it stands where others have a shape.
        code: Its stable code.
        bin: What its results mean for the submission.
    """

    name: str
    code: str
    bin: Bin


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that may mend something; not yet tried.

    Attributes:
        about: What to do, in words.
        remove: Statements to take out.
        add: Statements to put in.
    """

    about: Text
    remove: tuple[Triple, ...]
    add: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Something found, before its place is known.

    Attributes:
        result: What is said about it.
        triple: The statement it is about.
        node: The node it is about.
        proposals: Changes that may mend it, the likeliest first.
        secret: Whether its value may not be shown, because it is personal.
    """

    result: Result
    triple: Triple | None = None
    node: Subject | None = None
    proposals: tuple[Proposal, ...] = ()
    secret: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two drafts the same finding, before and after a change."""
        r = self.result
        return (r.bin, r.focus, r.path, r.value, r.shape, r.constraint)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """In what context is checked.

    Attributes:
        profile: The shapes.
        vocabularies: The reference vocabularies that are loaded.
        as_of: The day on which references must hold.
        background: What others stated: context, never reported on.
        organisation: Who speaks; None when nobody was named.
        registry: Whose prefixes are registered.
        reference_states: Whether our own checks run beside the shapes.
    """

    profile: Profile
    vocabularies: Vocabularies
    as_of: dt.date
    background: Sequence[Submission] = ()
    organisation: str | None = None
    registry: Registry | None = None
    reference_states: bool = True


class Material:
    """Statements to check, with indexes that are made when first needed.

    Args:
        triples: What was handed in; each statement once, in order.
        setting: The context.
    """

    def __init__(self, triples: Sequence[Triple], setting: Setting) -> None:
        self.triples = tuple(dict.fromkeys(triples))
        self.setting = setting

    @cached_property
    def present(self) -> frozenset[Triple]:
        """All statements."""
        return frozenset(self.triples)

    @cached_property
    def about(self) -> dict[str, list[Triple]]:
        """The statements by the name of their subject."""
        found: dict[str, list[Triple]] = defaultdict(list)
        for t in self.triples:
            if isinstance(t.subject, NamedNode | BlankNode):
                found[spelled(t.subject)].append(t)
        return found

    @cached_property
    def types(self) -> dict[str, set[str]]:
        """The classes of each node."""
        found: dict[str, set[str]] = defaultdict(set)
        for t in self.triples:
            if t.predicate.value == RDF_TYPE and isinstance(t.object, NamedNode):
                found[spelled_subject(t)].add(t.object.value)
        return found

    @cached_property
    def data(self) -> Graph:
        """What is checked, for the SHACL engine."""
        return to_graph(self.triples)

    @cached_property
    def context(self) -> Graph:
        """Ontology, what others stated and what vocabularies say about the IRIs named here."""
        graph = to_graph(self._context())
        graph += self.setting.profile.ontology
        return graph

    @cached_property
    def words(self) -> Words:
        """Names of things."""
        return Words(self.setting.profile.shapes, (self.data, self.context))

    def describes(self, iri: str) -> bool:
        """Tell whether anything loaded says something about an IRI."""
        node = to_node(NamedNode(iri))
        return iri in self.about or (node, None, None) in self.context

    def _context(self) -> Iterator[Triple]:
        for submission in self.setting.background:
            yield from submission.triples
        if not self.setting.reference_states:
            return
        for iri in {t.object.value for t in self.triples if isinstance(t.object, NamedNode)}:
            known = self.setting.vocabularies.statements(iri)
            yield from known
            if known and self.setting.profile.own and iri.startswith(TOOI) and scheme_of(iri):
                yield Triple(NamedNode(iri), NamedNode(RDF_TYPE), NamedNode(SAM + "Organisation"))


def spelled_subject(triple: Triple) -> str:
    """Give the name of the subject of a statement as results write it."""
    subject = triple.subject
    return spelled(subject) if isinstance(subject, NamedNode | BlankNode) else str(subject)


def draft(
    material: Material,
    check: Check,
    triple: Triple,
    message: Text,
    *,
    expected: Text | None = None,
    proposals: tuple[Proposal, ...] = (),
    secret: bool = False,
) -> Draft:
    """Make a draft of one of our own checks about one statement.

    Args:
        material: Where names are found.
        check: Which check says it.
        triple: What it is about.
        message: What is wrong and what to do.
        expected: What was expected.
        proposals: What may mend it.
        secret: Whether the value may not be shown.
    """
    subject, target = triple.subject, triple.object
    node = subject if isinstance(subject, NamedNode | BlankNode) else None
    shown = not secret and isinstance(target, NamedNode | BlankNode | Literal)
    result = Result(
        bin=check.bin,
        message=message,
        focus=spelled_subject(triple),
        shape=CHECK + check.name,
        constraint=check.code,
        code=check.code,
        path=triple.predicate.value,
        value=str(target) if shown else "",
        focus_label=None if node is None else material.words.label(to_node(node)),
        path_words=material.words.path(triple.predicate.value),
        expected=expected,
    )
    return Draft(result, triple, node, proposals, secret)


def swapped(triple: Triple, *, target: Term) -> tuple[Triple, ...]:
    """Give a statement with another object."""
    return (Triple(triple.subject, triple.predicate, target),)
