"""Quality gates of the ontology: one hygiene query per file, and OWL DL consistency.

What is wrong with the ontology comes back as faults with file, line and term; only a folder that
is no ontology at all, or a hygiene rule that is not whole, is an error. A person adds a gate by
adding a file under ``ontology/hygiene/``; no Python changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib import OWL, RDF, SKOS, Graph, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax

from kg.checking.hygiene import hygiene_rules, run_rule
from kg.checking.reasoning import Verdict, apart, clashes, reason_over
from kg.errors import NotFoundError
from kg.terms import SAM
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.checking.hygiene import HygieneRule

__all__ = [
    "OntologyFault",
    "OntologyFigures",
    "OntologyReport",
    "check_ontology",
]

_TERM_KINDS = (
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    SKOS.Concept,
    SKOS.ConceptScheme,
    URIRef(SAM + "Aspect"),
)
_NOT_ASKED = Text("Er is niet om gevraagd.", "It was not asked for.")
_HIDDEN_CAUSE = Text(
    "De gegevens spreken de ontologie tegen; de reasoner noemt geen knoop.",
    "The data contradict the ontology; the reasoner names no node.",
)
_COMBINATION = Text(
    "Elk bestand op zichzelf klopt, maar samen spreken zij elkaar tegen.",
    "Each file is consistent on its own, but together they contradict each other.",
)
_CLASH = Text(
    "{node} is zowel {one} als {other}, en die sluiten elkaar uit.",
    "{node} is both {one} and {other}, and these exclude each other.",
)
_CLASH_ADVICE = Text(
    "Kies één van de twee, of maak er twee dingen van met elk een eigen naam.",
    "Choose one of the two, or make two things of it, each with its own name.",
)
_EMPTY_CLASS = Text(
    "De klasse {term} kan nooit een lid hebben.", "The class {term} can never have a member."
)
_EMPTY_ADVICE = Text(
    "Kijk welke superklassen of uitsluitingen elkaar tegenspreken en haal er een weg.",
    "Find which superclasses or disjointness axioms contradict each other and remove one.",
)
_NO_FILE = Text("het bestand {file} is er niet", "there is no file {file}")
_UNREADABLE = Text("Het bestand is geen geldige Turtle: {detail}", "Not valid Turtle: {detail}")
_UNREADABLE_ADVICE = Text("Herstel de schrijfwijze op deze regel.", "Correct the syntax here.")


@dataclass(frozen=True, slots=True)
class OntologyFault:
    """One thing wrong with the ontology.

    Attributes:
        rule: Identifier of the rule.
        term: IRI of the term, file header or node.
        file: Where it is described, relative to the folder above the ontology.
        line: Where it first stands as subject; None when nowhere at the start of a line.
        message: What is wrong.
        advice: What to do about it.
    """

    rule: str
    term: str
    file: str
    line: int | None
    message: Text
    advice: Text


@dataclass(frozen=True, slots=True)
class OntologyFigures:
    """How large the ontology is; the alignments and shapes are not counted.

    Attributes:
        classes: Number of our classes.
        properties: Number of our object, datatype and annotation properties.
        terms: Number of our classes, properties, concepts and concept schemes.
        triples: Number of statements in the modules.
    """

    classes: int
    properties: int
    terms: int
    triples: int


@dataclass(frozen=True, slots=True)
class OntologyReport:
    """What the quality gates found.

    Attributes:
        faults: All faults, sorted by file, line, rule and term.
        consistent: What HermiT says, or None when it did not run.
        reason: Why HermiT did not run.
        rules: Identifiers of the hygiene rules that ran, sorted.
        figures: How large the ontology is.
    """

    faults: tuple[OntologyFault, ...]
    consistent: bool | None
    reason: Text | None
    rules: tuple[str, ...]
    figures: OntologyFigures


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str
    graph: Graph


def check_ontology(
    root: Path, extra_data: Sequence[Path] = (), *, reasoning: bool = True
) -> OntologyReport:
    """Check hygiene and OWL DL consistency.

    Args:
        root: The folder with the modules, ``alignments``, ``shapes``, ``hygiene`` and ``examples``.
        extra_data: More data files (the demo stories) that must agree with the ontology; they
            belong together, while each example is a world of its own.
        reasoning: Whether to run HermiT too; it takes some seconds.

    Returns:
        A report; it has no faults when all is well.

    Raises:
        NotFoundError: There is no ontology in the folder (``KG-N010``), or a data file is not
            there (``KG-N011``).
        RuleError: A hygiene rule is not whole (``KG-Q020``).
    """
    modules_paths = sorted(root.glob("*.ttl"))
    if not modules_paths:
        raise NotFoundError(
            "KG-N010",
            Text(f"geen ontologie gevonden in {root.name}", f"no ontology found in {root.name}"),
            Text("Geef de map met core.ttl.", "Give the folder that holds core.ttl."),
        )
    faults: list[OntologyFault] = []
    read = _Reader(root.resolve().parent, faults)
    modules = read.all(modules_paths)
    alignments = read.all(sorted(root.glob("alignments/*.ttl")))
    shapes = read.all(sorted(root.glob("shapes/*.ttl")))
    examples = read.all(sorted(root.glob("examples/**/valid/*.ttl")))
    extra = read.all(extra_data)

    rules = hygiene_rules(root / "hygiene")
    faults += _hygiene(rules, [*modules, *alignments, *shapes], [*examples, *extra])
    verdict = Verdict(None, _NOT_ASKED)
    if reasoning:
        verdict = _reason([*modules, *alignments], examples, extra, faults)
    return OntologyReport(
        faults=tuple(
            sorted(faults, key=lambda f: (f.file, f.line or 0, f.rule, f.term, f.message))
        ),
        consistent=verdict.consistent,
        reason=verdict.reason,
        rules=tuple(rule.id for rule in rules),
        figures=_figures(_merged(modules)),
    )


class _Reader:
    """Reads files, and notes those that cannot be read as faults."""

    def __init__(self, base: Path, faults: list[OntologyFault]) -> None:
        self._base = base
        self._faults = faults

    def all(self, paths: Iterable[Path]) -> list[_File]:
        return [file for path in paths if (file := self._one(path.resolve())) is not None]

    def _one(self, path: Path) -> _File | None:
        inside = path.is_relative_to(self._base)
        name = path.relative_to(self._base).as_posix() if inside else path.name
        if not path.is_file():
            raise NotFoundError("KG-N011", _NO_FILE.format(file=name))
        try:
            text = path.read_text(encoding="utf-8")
            graph = Graph().parse(data=text, format="turtle")
        except BadSyntax as error:
            self._unreadable(name, error.lines + 1, error.message)
        except UnicodeDecodeError as error:
            self._unreadable(name, None, f"UTF-8, byte {error.start}")
        else:
            return _File(name, text, graph)
        return None

    def _unreadable(self, name: str, line: int | None, detail: str) -> None:
        message = _UNREADABLE.format(detail=detail)
        fault = OntologyFault("unreadable", name, name, line, message, _UNREADABLE_ADVICE)
        self._faults.append(fault)


def _merged(files: Iterable[_File]) -> Graph:
    merged = Graph()
    for file in files:
        merged += file.graph
    return merged


def _hygiene(
    rules: Iterable[HygieneRule], ontology: list[_File], data: list[_File]
) -> Iterator[OntologyFault]:
    own = _merged(ontology)
    everything = own + _merged(data)
    for rule in rules:
        for term, detail in run_rule(rule, own if rule.scope == "ontology" else everything):
            file, line = _place([*ontology, *data], term)
            message = rule.message.format(fault=detail)
            yield OntologyFault(rule.id, term, file, line, message, rule.advice)


def _place(files: Sequence[_File], term: str) -> tuple[str, int | None]:
    """Give the file and line where a term is described, or else first mentioned."""
    described = [file for file in files if (URIRef(term), None, None) in file.graph]
    for pattern in (r"^{}(?=\s|$)", r"(?<![\w:-]){}(?![\w-])"):
        for file in described or files:
            names = "|".join(re.escape(name) for name in _names(file, term))
            found = re.search(pattern.format(f"(?:{names})"), file.text, re.MULTILINE)
            if found:
                return file.name, file.text.count("\n", 0, found.start()) + 1
    return (described[0].name, None) if described else ("", None)


def _names(file: _File, term: str) -> Iterator[str]:
    """Give the ways in which a file may write an IRI."""
    yield f"<{term}>"
    for prefix, namespace in file.graph.namespaces():
        if term.startswith(namespace):
            yield f"{prefix}:{term.removeprefix(namespace)}"


def _reason(
    ontology: list[_File],
    examples: list[_File],
    extra: list[_File],
    faults: list[OntologyFault],
) -> Verdict:
    """Run HermiT on everything; when that fails, find which file is to blame."""
    own = _merged(ontology)
    worlds = [([file], apart(file.graph, n)) for n, file in enumerate(examples)]
    if extra:
        worlds.append((extra, _merged(extra)))
    everything = own + Graph()
    for _, world in worlds:
        everything += world
    verdict = reason_over(everything)
    for term in verdict.unsatisfiable:
        file, line = _place(ontology, term)
        faults.append(
            OntologyFault(
                "unsatisfiable-class",
                term,
                file,
                line,
                _EMPTY_CLASS.format(term=_short(term)),
                _EMPTY_ADVICE,
            )
        )
    if verdict.consistent is False:
        faults += _blame(own, ontology, worlds)
    return verdict


def _blame(
    own: Graph, ontology: list[_File], worlds: list[tuple[list[_File], Graph]]
) -> list[OntologyFault]:
    if reason_over(own).consistent is False:
        return _explain(own, ontology)
    faults = []
    for files, world in worlds:
        if reason_over(own + world).consistent is False:
            faults += _explain(own, files)
    if faults:
        return faults
    names = ", ".join(file.name for files, _ in worlds for file in files)
    return [OntologyFault("inconsistent", names, names, None, _COMBINATION, _CLASH_ADVICE)]


def _explain(own: Graph, files: list[_File]) -> list[OntologyFault]:
    faults = []
    for clash in clashes(own, _merged(files)):
        file, line = _place(files, clash.node)
        message = _CLASH.format(node=clash.node, one=_short(clash.one), other=_short(clash.other))
        faults.append(OntologyFault("inconsistent", clash.node, file, line, message, _CLASH_ADVICE))
    if faults:
        return faults
    return [
        OntologyFault("inconsistent", f.name, f.name, None, _HIDDEN_CAUSE, _CLASH_ADVICE)
        for f in files
    ]


def _short(iri: str) -> str:
    return f"sam:{iri.removeprefix(SAM)}" if iri.startswith(SAM) else iri


def _figures(modules: Graph) -> OntologyFigures:
    def ours(*kinds: URIRef) -> set[str]:
        found = {str(term) for kind in kinds for term in modules.subjects(RDF.type, kind)}
        return {term for term in found if term.startswith(SAM)}

    return OntologyFigures(
        classes=len(ours(OWL.Class)),
        properties=len(ours(OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)),
        terms=len(ours(*_TERM_KINDS)),
        triples=len(modules),
    )
