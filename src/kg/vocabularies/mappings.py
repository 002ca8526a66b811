"""Mappings between vocabularies: what is the same or nearly so, why, and who says so.

The names are those of SSSOM, a simple standard for sharing ontological mappings. In memory every
identifier is a whole IRI.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from kg.rdf import Literal, NamedNode, Triple
from kg.rdf.prefixes import KNOWN_PREFIXES
from kg.terms import ID, RDF_TYPE, XSD

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

SKOS = "http://www.w3.org/2004/02/skos/core#"
SEMAPV = "https://w3id.org/semapv/vocab/"
SSSOM = "https://w3id.org/sssom/"
EXACT_MATCH = SKOS + "exactMatch"
MATCHES = tuple(
    SKOS + name
    for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
)
"""The relations a mapping may have here. Two organisations are never declared to be the same
thing (``owl:sameAs``): a merger would make that false, and it would hide who said what."""
BY_HAND = SEMAPV + "ManualMappingCuration"
BY_NAME = SEMAPV + "LexicalMatching"
LITERAL = "rdfs literal"
NEGATED = "Not"
_OWL = "http://www.w3.org/2002/07/owl#"
_PAV = "http://purl.org/pav/"


@dataclass(frozen=True, slots=True)
class Match:
    """One mapping; the names are those of SSSOM.

    Attributes:
        subject_id: IRI of what is mapped; empty for a name only (then ``subject_type`` says so).
        predicate_id: IRI of the relation.
        object_id: IRI of what it is mapped to.
        mapping_justification: IRI of why it holds.
        subject_label: Name of what is mapped.
        object_label: Name of what it is mapped to.
        predicate_modifier: ``Not`` when the relation does not hold.
        author_id: IRIs of who says so.
        subject_type: ``rdfs literal`` for a name only.
        subject_source: IRI of the set it is from.
        subject_source_version: Its version.
        object_source: IRI of the vocabulary it is mapped to.
        object_source_version: Its version.
        mapping_tool: What found it.
        mapping_date: When it was said.
        confidence: How sure it is, 0 to 1.
        comment: What else is to be said.
        extra: Other columns that the file itself declares, by name.
    """

    subject_id: str
    predicate_id: str
    object_id: str
    mapping_justification: str
    subject_label: str = ""
    object_label: str = ""
    predicate_modifier: str = ""
    author_id: tuple[str, ...] = ()
    subject_type: str = ""
    subject_source: str = ""
    subject_source_version: str = ""
    object_source: str = ""
    object_source_version: str = ""
    mapping_tool: str = ""
    mapping_date: dt.date | None = None
    confidence: float | None = None
    comment: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def key(self) -> tuple[str, str, str]:
        """What is mapped to what: two mappings with one key say something about the same pair."""
        return (self.subject_id or self.subject_label, self.object_id, self.predicate_modifier)


def mapping_triples(matches: Iterable[Match]) -> tuple[Triple, ...]:
    """Give mappings as statements: the SKOS match, and a node that says why and who says so.

    A mapping that is denied, or of which the subject is only a name, has the node alone.

    Args:
        matches: The mappings.
    """
    found: dict[Triple, None] = {}
    for match in matches:
        node = NamedNode(f"{ID}mapping/{_hash(match)}")
        if match.subject_id and not match.predicate_modifier:
            subject, target = NamedNode(match.subject_id), NamedNode(match.object_id)
            found[Triple(subject, NamedNode(match.predicate_id), target)] = None
        found.update(dict.fromkeys(_about(node, match)))
    return tuple(found)


_AS_IRI = {
    "subject_id": _OWL + "annotatedSource",
    "predicate_id": _OWL + "annotatedProperty",
    "object_id": _OWL + "annotatedTarget",
    "mapping_justification": SSSOM + "mapping_justification",
    "subject_source": SSSOM + "subject_source",
    "object_source": SSSOM + "object_source",
}
_AS_TEXT = {
    "subject_label": SSSOM + "subject_label",
    "object_label": SSSOM + "object_label",
    "predicate_modifier": SSSOM + "predicate_modifier",
    "subject_source_version": SSSOM + "subject_source_version",
    "object_source_version": SSSOM + "object_source_version",
    "mapping_tool": SSSOM + "mapping_tool",
    "comment": KNOWN_PREFIXES["rdfs"] + "comment",
}
_ATTRIBUTED = KNOWN_PREFIXES["prov"] + "wasAttributedTo"


def _about(node: NamedNode, match: Match) -> Iterator[Triple]:
    yield Triple(node, NamedNode(RDF_TYPE), NamedNode(SSSOM + "Mapping"))
    for name, predicate in _AS_IRI.items():
        if value := getattr(match, name):
            yield Triple(node, NamedNode(predicate), NamedNode(value))
    for name, predicate in _AS_TEXT.items():
        if value := getattr(match, name):
            yield Triple(node, NamedNode(predicate), Literal(value))
    for author in match.author_id:
        yield Triple(node, NamedNode(_PAV + "authoredBy"), NamedNode(author))
        yield Triple(node, NamedNode(_ATTRIBUTED), NamedNode(author))
    if match.mapping_date is not None:
        date = Literal(match.mapping_date.isoformat(), datatype=NamedNode(XSD + "date"))
        yield Triple(node, NamedNode(_PAV + "authoredOn"), date)
    if match.confidence is not None:
        number = Literal(format(match.confidence, ".3g"), datatype=NamedNode(XSD + "double"))
        yield Triple(node, NamedNode(SSSOM + "confidence"), number)


def _hash(match: Match) -> str:
    said = "\n".join((*match.key, match.predicate_id, *match.author_id))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def joined(old: Iterable[Match], new: Iterable[Match]) -> tuple[Match, ...]:
    """Give mappings with new ones added; a new one about the same pair takes the old one's place.

    Args:
        old: What there was.
        new: What is added.
    """
    kept = {m.key: m for m in old}
    kept.update({m.key: m for m in new})
    return tuple(kept.values())


def per_relation(matches: Iterable[Match]) -> Counter[str]:
    """Count mappings per relation."""
    return Counter(m.predicate_id for m in matches)
