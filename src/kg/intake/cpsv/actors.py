"""Organisations and other parties that a catalogue of services names."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from kg.intake.cpsv import terms as t
from kg.intake.registers.report import Kind
from kg.rdf import Literal, NamedNode, value
from kg.terms import SAM
from kg.text import Text

if TYPE_CHECKING:
    from kg.intake.cpsv.foreign import Foreign
    from kg.intake.cpsv.writer import Writer
    from kg.intake.registers.report import ProblemLog
    from kg.rdf import Subject

PERSON = Kind(
    "person",
    Text("een persoon in het bestand", "a person in the file"),
    Text(
        "personen worden niet overgenomen; noem de organisatie of de rol",
        "persons are not taken over; name the organisation or the role",
    ),
)
NAME_FROM_IRI = Kind(
    "name-from-iri",
    Text("een partij zonder naam in het bestand", "a party without a name in the file"),
    Text(
        "het laatste deel van de IRI is als naam gebruikt; laad ook het register met de namen",
        "the last part of the IRI was used as name; load the register with the names too",
    ),
)


class Actors:
    """Writes each party once.

    Args:
        foreign: Where they are named.
        out: Where they are written.
        log: For what could not be taken over.
    """

    def __init__(self, foreign: Foreign, out: Writer, log: ProblemLog) -> None:
        self._foreign = foreign
        self._out = out
        self._log = log
        self._known: dict[Subject, bool] = {}

    def write_all(self) -> None:
        """Write every party the document describes."""
        for node in self._foreign.nodes(t.ACTORS):
            self.write(node)
        for event in self._foreign.nodes(t.CHANGES):
            self._succession(event)
        for node in list(self._known):
            for later in self._foreign.take_nodes(node, t.LATER):
                self._replaced(node, later)
            for earlier in self._foreign.take_nodes(node, t.EARLIER):
                self._replaced(earlier, node)

    def write(self, node: Subject, otherwise: str = "Actor") -> bool:
        """Write a party with its names, identifiers and place in the whole.

        Args:
            node: The party.
            otherwise: What it is when the document does not say: a class of ours.

        Returns:
            False for a person, who is not taken over.
        """
        if node not in self._known:
            kinds = self._foreign.kinds(node)
            self._known[node] = not kinds & t.PERSONS
            if kinds & t.PERSONS:
                self._log.add(PERSON, f"{self._foreign.document.name}: {value(node)}")
            else:
                self._write(node, _kind(kinds, otherwise))
        elif self._known[node] and otherwise != "Actor" and not self._foreign.kinds(node):
            self._out.a(node, SAM + otherwise)
        return self._known[node]

    def _write(self, node: Subject, cls: str) -> None:
        foreign, out = self._foreign, self._out
        foreign.understand_kind(node, t.ACTORS)
        out.a(node, SAM + cls)
        named = out.names(node, foreign.take(node, t.NAMES))
        for other in foreign.take(node, (t.SKOS + "altLabel",)):
            out.add(node, t.SKOS + "altLabel", other)
        if not named:
            self._name_from_iri(node)
        out.text(node, t.DCT + "description", foreign.take(node, t.DESCRIPTION))
        for said in foreign.take(node, t.IDENTIFIER):
            out.add(node, t.DCT + "identifier", said)
        for given in foreign.take_nodes(node, (t.ADMS + "identifier",)):
            foreign.understand_kind(given, {t.ADMS + "Identifier"})
            for said in foreign.take(given, (t.SKOS + "notation",)):
                out.add(node, t.DCT + "identifier", said)
        for name in (t.DCT + "spatial", t.ORG + "classification", t.FOAF + "homepage"):
            for place in foreign.take_nodes(node, (name,)):
                out.add(node, name, place)
        self._whole(node)

    def _whole(self, node: Subject) -> None:
        """State of what it is part of, from either side, what it is for, and who is in it."""
        foreign, out = self._foreign, self._out
        wholes = [*foreign.take_nodes(node, t.WHOLE), *foreign.take_from(node, t.PARTS)]
        for whole in dict.fromkeys(wholes):
            if self.write(whole, "Organisation"):
                out.add(node, SAM + "partOf", whole)
        if foreign.kinds(node) & t.UNITS:
            for purpose in foreign.take_nodes(node, t.PURPOSE):
                out.add(node, SAM + "organisedAround", purpose)
        if foreign.kinds(node) & t.COLLABORATIONS:
            for member in foreign.take_nodes(node, t.MEMBER):
                if self.write(member):
                    out.add(node, SAM + "hasMember", member)

    def _succession(self, event: Subject) -> None:
        """State who came after whom, from a change of organisations."""
        foreign = self._foreign
        foreign.understand_kind(event, t.CHANGES)
        before = [*foreign.take_nodes(event, t.BEFORE), *foreign.take_from(event, t.ENDED_BY)]
        after = [*foreign.take_nodes(event, t.AFTER), *foreign.take_from(event, t.BEGUN_BY)]
        for old, new in itertools.product(dict.fromkeys(before), dict.fromkeys(after)):
            self._replaced(old, new)

    def _replaced(self, old: Subject, new: Subject) -> None:
        if self.write(old, "Organisation") and self.write(new, "Organisation"):
            self._out.add(old, t.DCT + "isReplacedBy", new)

    def _name_from_iri(self, node: Subject) -> None:
        last = value(node).rstrip("/#").replace("#", "/").rpartition("/")[2]
        if isinstance(node, NamedNode) and last:
            self._out.names(node, [Literal(last, language="und")])
            self._log.add(NAME_FROM_IRI, f"{self._foreign.document.name}: {node.value}")


def _kind(kinds: frozenset[str], otherwise: str) -> str:
    """Give our class for theirs: the narrowest that they say."""
    for theirs, ours in (
        (t.UNITS, "OrganisationalUnit"),
        (t.COLLABORATIONS, "Collaboration"),
        (t.ORGANISATIONS, "Organisation"),
        (t.GROUPS, "Community"),
    ):
        if kinds & theirs:
            return ours
    return otherwise
