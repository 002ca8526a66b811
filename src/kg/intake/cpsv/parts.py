"""What a service refers to: channels, events, legal grounds and concepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.intake.cpsv import terms as t
from kg.intake.registers.statements import iri
from kg.rdf import Literal, NamedNode, value
from kg.terms import SAM, SKOS_PREF_LABEL

if TYPE_CHECKING:
    from kg.intake.cpsv.foreign import Foreign
    from kg.intake.cpsv.writer import Writer
    from kg.rdf import Subject

_SEE_ALSO = t.RDFS + "seeAlso"
_CONCEPT_TEXTS = ("altLabel", "definition", "notation")
_CONCEPT_NODES = ("broader", "inScheme", "exactMatch", "closeMatch", "broadMatch")


class Parts:
    """Writes what services refer to, each thing once.

    Args:
        foreign: Where it is described.
        out: Where it is written.
    """

    def __init__(self, foreign: Foreign, out: Writer) -> None:
        self._foreign = foreign
        self._out = out

    def references(self, service: Subject) -> None:
        """Keep as they are the references that need no other form."""
        foreign, out = self._foreign, self._out
        for theirs, name in t.AS_IS.items():
            for node in foreign.take_nodes(service, (theirs,)):
                if not value(node).startswith(SAM):
                    out.add(service, name, node)
                    foreign.understand_kind(node, t.IMPLIED)
        for word in foreign.take(service, (t.KEYWORD,)):
            out.add(service, t.KEYWORD, word)
        for site in foreign.take_nodes(service, (_SEE_ALSO,)):
            foreign.understand_kind(site, t.SITES)
            if not self._links(service, site):
                out.add(service, _SEE_ALSO, site)

    def channels(self, service: Subject) -> list[Subject]:
        """Write the channels of a service; give them."""
        foreign, out = self._foreign, self._out
        found = foreign.take_nodes(service, t.CHANNEL)
        for node in found:
            out.add(service, t.CV + "hasChannel", node)
            out.a(node, SAM + "Interface")
            foreign.understand_kind(node, t.CHANNELS)
            titles, texts = foreign.take(node, t.TITLES), foreign.take(node, t.DESCRIPTION)
            out.names(node, titles or texts)
            if titles:
                out.text(node, t.DCT + "description", texts)
            for said in foreign.take(node, t.IDENTIFIER):
                out.add(node, t.DCT + "identifier", said)
            for kind in foreign.take_nodes(node, (t.DCT + "type", *t.core("channelType"))):
                out.add(node, t.DCT + "type", kind)
            for owner in foreign.take_nodes(node, t.OWNER):
                out.add(node, t.CV + "ownedBy", owner)
            self._links(node, node)
        return found

    def events(self, service: Subject) -> None:
        """Write the life and business events in which a service is needed."""
        foreign, out = self._foreign, self._out
        found = foreign.take_nodes(service, t.EVENT)
        found += [
            n for n in foreign.take_from(service, t.EVENT_OF) if foreign.kinds(n) & set(t.EVENTS)
        ]
        for node in dict.fromkeys(found):
            out.add(service, t.CV + "isGroupedBy", node)
            kinds = [kind for kind in t.EVENTS if kind in foreign.kinds(node)]
            for kind in kinds or [t.CV + "Event"]:
                out.a(node, kind)
            foreign.understand_kind(node, t.EVENTS)
            out.names(node, foreign.take(node, t.TITLES))
            out.text(node, t.DCT + "description", foreign.take(node, t.DESCRIPTION))
            for said in foreign.take(node, t.IDENTIFIER):
                out.add(node, t.DCT + "identifier", said)
            for sort in foreign.take_nodes(node, (t.DCT + "type",)):
                out.add(node, t.DCT + "type", sort)

    def grounds(self, service: Subject) -> None:
        """Write the legal grounds of a service."""
        foreign, out = self._foreign, self._out
        for node in foreign.take_nodes(service, t.LEGAL_RESOURCE):
            out.add(service, t.CV + "hasLegalResource", node)
            out.a(node, t.ELI + "LegalResource")
            foreign.understand_kind(node, t.LEGAL)
            out.names(node, foreign.take(node, t.TITLES))
            out.text(node, t.DCT + "description", foreign.take(node, t.DESCRIPTION))
            for other in foreign.take_nodes(node, (t.DCT + "relation",)):
                out.add(node, t.DCT + "relation", other)
            self._links(node, node)

    def concepts(self) -> None:
        """Write the concepts that the document describes, for the references to be readable."""
        foreign, out = self._foreign, self._out
        for node in foreign.nodes(t.CONCEPTS):
            foreign.understand_kind(node, t.CONCEPTS)
            if value(node).startswith(SAM):
                foreign.take(node, t.TITLES)
                continue
            out.a(node, t.SKOS + "Concept")
            for name in foreign.take(node, (SKOS_PREF_LABEL,)):
                out.add(node, SKOS_PREF_LABEL, name)
            for local in _CONCEPT_TEXTS:
                for text in foreign.take(node, (t.SKOS + local,)):
                    out.add(node, t.SKOS + local, text)
            for local in _CONCEPT_NODES:
                for target in foreign.take_nodes(node, (t.SKOS + local,)):
                    out.add(node, t.SKOS + local, target)

    def _links(self, node: Subject, said_of: Subject) -> bool:
        """State as links of a node the addresses that stand at a node; tell whether there were."""
        found = False
        for said in self._foreign.take(said_of, t.LINK):
            target = said if isinstance(said, NamedNode) else None
            if isinstance(said, Literal):
                target = iri(said.value.strip())
            if target is not None:
                self._out.add(node, _SEE_ALSO, target)
                found = True
        return found
