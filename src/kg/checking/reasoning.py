"""OWL DL consistency of the ontology with its examples and demo data, by HermiT.

HermiT comes with owlready2 (extra ``owl``) and needs Java; without either the answer is "not run",
with the reason. Only files that belong to the product or the operator come here, never submitted
data: owlready2 runs Python that an ontology names in an annotation and follows ``owl:imports``.
Both are taken out of the merged graph before owlready2 sees it.

Dates and years are taken out too: ``xsd:date`` is not in the OWL 2 datatype map
(OWL 2 Syntax, section 4), and HermiT stops at the first one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection

from kg.terms import SAM
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rdflib.graph import _TripleType
    from rdflib.term import Node

__all__ = ["Clash", "Verdict", "apart", "clashes", "reason_over"]

_OWLREADY = "http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#"
_UNSUPPORTED = frozenset({XSD.date, XSD.gYear, XSD.gYearMonth, XSD.gMonthDay, XSD.gDay, XSD.time})
_MERGED = "https://w3id.org/samenspel/merged-for-reasoning"
_HERMIT = Path(__file__).with_name("hermit.py")
_SECONDS = 300
_VOCABULARIES = (str(OWL), str(RDF), str(RDFS), str(XSD))

_NO_OWLREADY = Text(
    "owlready2 is niet geïnstalleerd; installeer het met: pip install 'samenspel[owl]'",
    "owlready2 is not installed; install it with: pip install 'samenspel[owl]'",
)
_NO_JAVA = Text(
    "Java is niet gevonden; HermiT heeft het nodig, de rest van de controle niet",
    "Java was not found; HermiT needs it, the rest of the check does not",
)
_TOO_LONG = Text(
    "HermiT was na {seconds} seconden niet klaar", "HermiT was not done after {seconds} seconds"
)
_FAILED = Text("HermiT kon niet draaien: {detail}", "HermiT could not run: {detail}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reasoner says of one graph.

    Attributes:
        consistent: True or False, or None when the reasoner did not run.
        reason: Why it did not run.
        unsatisfiable: IRIs of classes that can have no member, sorted.
    """

    consistent: bool | None
    reason: Text | None = None
    unsatisfiable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """A node that belongs to two classes which exclude each other.

    Attributes:
        node: The node, as an IRI or blank node label.
        one: IRI of the first class.
        other: IRI of the second class.
    """

    node: str
    one: str
    other: str


def reason_over(graph: Graph) -> Verdict:
    """Give HermiT's verdict on one merged graph.

    Args:
        graph: Ontology and data together; it is not changed.

    Returns:
        The verdict; ``consistent`` is None, with a reason, without owlready2 or Java.
    """
    java = shutil.which("java")
    if java is None:
        return Verdict(None, _NO_JAVA)
    if importlib.util.find_spec("owlready2") is None:
        return Verdict(None, _NO_OWLREADY)
    with tempfile.TemporaryDirectory(prefix="samenspel-hermit-") as folder:
        file = Path(folder, "merged.nt")
        file.write_bytes(_fit_for_hermit(graph))
        try:
            done = subprocess.run(  # noqa: S603 - our own script, on a file we wrote
                [sys.executable, str(_HERMIT), java, str(file)],
                env={**os.environ, "TMPDIR": folder},
                cwd=folder,
                capture_output=True,
                timeout=_SECONDS,
                check=True,
            )
        except subprocess.TimeoutExpired:
            return Verdict(None, _TOO_LONG.format(seconds=_SECONDS))
        except subprocess.CalledProcessError as error:
            return Verdict(None, _FAILED.format(detail=_brief(error.stderr.decode())))
    answer = json.loads(done.stdout)
    if answer["error"] is not None:
        return Verdict(None, _FAILED.format(detail=_brief(answer["error"])))
    return Verdict(answer["consistent"], unsatisfiable=tuple(answer["unsatisfiable"]))


def _brief(text: str) -> str:
    """Give the last lines of an error, which say what it was."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())[-300:]


def apart(data: Graph, number: int) -> Graph:
    """Give a copy whose own nodes are told apart from those of other files.

    Examples may use the same name for different things; each file is a world of its own.

    Args:
        data: One example file.
        number: What marks its nodes.
    """

    def renamed(node: Node) -> Node:
        ours = isinstance(node, URIRef) and str(node).startswith(SAM)
        return node if ours or not isinstance(node, URIRef) else URIRef(f"{node}~{number}")

    copy = Graph()
    for s, p, o in data:
        copy.add((renamed(s), p, o if p == RDF.type else renamed(o)))
    return copy


def clashes(ontology: Graph, data: Graph) -> tuple[Clash, ...]:
    """Give the nodes that are plainly in two classes which exclude each other.

    This explains an inconsistency in words; it does not decide. It looks at stated types and at
    the domains and ranges of the properties used, with their superclasses.

    Args:
        ontology: The modules.
        data: The statements to look at.
    """
    excluded = set(_disjoint_pairs(ontology))
    found = set()
    for node, kinds in _types(ontology, data).items():
        for one in kinds:
            for other in kinds:
                if str(one) < str(other) and frozenset((one, other)) in excluded:
                    found.add(Clash(str(node), str(one), str(other)))
    return tuple(sorted(found))


def _fit_for_hermit(graph: Graph) -> bytes:
    """Serialise what HermiT and owlready2 may see, with every foreign term declared."""
    headers = set(graph.subjects(RDF.type, OWL.Ontology))
    fit = Graph()
    for triple in graph:
        if _allowed(triple, headers):
            fit.add(triple)
    for term, kind in list(_declarations(fit)):
        fit.add((term, RDF.type, kind))
    fit.add((URIRef(_MERGED), RDF.type, OWL.Ontology))
    return fit.serialize(format="nt", encoding="utf-8")


def _allowed(triple: _TripleType, headers: set[Node]) -> bool:
    subject, predicate, value = triple
    if subject in headers or predicate == OWL.imports:
        return False
    if any(isinstance(term, URIRef) and term.startswith(_OWLREADY) for term in triple):
        return False
    if value in _UNSUPPORTED:
        return False
    return not (isinstance(value, Literal) and value.datatype in _UNSUPPORTED)


def _declarations(graph: Graph) -> Iterator[tuple[URIRef, URIRef]]:
    """Give a declaration for foreign classes and superproperties (OWL 2 Syntax, section 5.8)."""
    for predicate in (RDF.type, RDFS.subClassOf, RDFS.domain, RDFS.range):
        for term in set(graph.objects(None, predicate)):
            if isinstance(term, URIRef) and not str(term).startswith(_VOCABULARIES):
                yield term, OWL.Class
    for term, parent in graph.subject_objects(RDFS.subPropertyOf):
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
            if isinstance(parent, URIRef) and (term, RDF.type, kind) in graph:
                yield parent, kind


def _types(ontology: Graph, data: Graph) -> dict[Node, set[Node]]:
    types: dict[Node, set[Node]] = {}

    def add(node: Node, kinds: Iterable[Node]) -> None:
        for kind in kinds:
            wider = ontology.transitive_objects(kind, RDFS.subClassOf)
            types.setdefault(node, set()).update(k for k in wider if k is not None)

    for s, p, o in data:
        if p == RDF.type:
            add(s, [o])
            continue
        add(s, ontology.objects(p, RDFS.domain))
        if not isinstance(o, Literal):
            add(o, ontology.objects(p, RDFS.range))
    return types


def _disjoint_pairs(ontology: Graph) -> Iterator[frozenset[Node]]:
    for one, other in ontology.subject_objects(OWL.disjointWith):
        yield frozenset((one, other))
    for axiom in ontology.subjects(RDF.type, OWL.AllDisjointClasses):
        for head in ontology.objects(axiom, OWL.members):
            members = list(Collection(ontology, head))
            yield from (frozenset((a, b)) for a in members for b in members if a != b)
