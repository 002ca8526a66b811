"""Services, who supplies them to whom, and what they refer to.

In: a document with CPSV-AP. Out: our statements and a report. The competent authority counts as
supplier unless an executing authority is named. An audience is a community that is served. Where
several parties supply, nobody said who supplies whom, and no provision is made up.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from kg.errors import UnreadableInputError
from kg.intake.cpsv import terms as t
from kg.intake.cpsv.actors import Actors
from kg.intake.cpsv.foreign import Foreign
from kg.intake.cpsv.parts import Parts
from kg.intake.cpsv.unmatched import without_counterpart
from kg.intake.cpsv.writer import Writer
from kg.intake.registers.report import Imported, ImportReport, Kind, ProblemLog
from kg.intake.registers.statements import REGISTER, slug
from kg.rdf import BlankNode, Literal, NamedNode, value
from kg.terms import ID, SAM
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.intake.read import Document
    from kg.rdf import Subject

_PUBLISHER = Kind(
    "publisher-as-authority",
    Text("een dienst zonder bevoegde instantie", "a service without a competent authority"),
    Text(
        "de uitgever of maker van de beschrijving is als leverancier genomen",
        "the publisher or creator of the description was taken as supplier",
    ),
)
_NO_SUPPLIER = Kind(
    "no-supplier",
    Text(
        "een dienst waarvan niemand zegt wie haar levert",
        "a service of which nobody says who supplies it",
    ),
    Text(
        "er zijn geen dienstverleningen van gemaakt; vul de bevoegde instantie aan",
        "no provisions were made of it; add the competent authority",
    ),
)
_NO_CUSTOMER = Kind(
    "no-customer",
    Text(
        "een dienst waarvan niemand zegt wie haar ontvangt",
        "a service of which nobody says who receives it",
    ),
    Text(
        "er zijn geen dienstverleningen van gemaakt; vul de klanten of de doelgroep aan",
        "no provisions were made of it; add the customers or the audience",
    ),
)
_SEVERAL = Kind(
    "several-suppliers",
    Text(
        "een dienst met meer leveranciers: niemand zegt wie aan wie levert",
        "a service with several suppliers: nobody says who supplies whom",
    ),
    Text(
        "er zijn geen dienstverleningen van gemaakt; vul ze zelf aan",
        "no provisions were made of it; add them yourself",
    ),
)
_ROLE = Kind(
    "unknown-role",
    Text(
        "een deelname in een rol die geen klant of leverancier is",
        "a participation in a role that is neither customer nor supplier",
    ),
    Text("de deelname is niet overgenomen", "the participation was not taken over"),
)


def import_cpsv(document: Document, *, organisation: str | None = None) -> Imported:
    """Give what a catalogue of services says, in our terms.

    Args:
        document: RDF with services.
        organisation: IRI of who speaks; a register of its own, named after the file, when None.

    Returns:
        Statements and report; equal input gives equal output but for names of blank nodes.

    Raises:
        UnreadableInputError: ``KG-X110`` when it describes no service and no organisation.
    """
    log = ProblemLog()
    catalogue = _Catalogue(Foreign(document), log)
    services = catalogue.write()
    out = catalogue.out
    if not services and not out.count(*_ACTORS):
        raise UnreadableInputError(
            "KG-X110",
            Text(
                f"{document.name}: hierin staat geen dienst en geen organisatie",
                f"{document.name}: holds no service and no organisation",
            ),
            Text(
                "geef een bestand met cpsv:PublicService of cv:PublicOrganisation",
                "give a file with cpsv:PublicService or cv:PublicOrganisation",
            ),
        )
    speaker = organisation or register_of(document.name)
    triples = out.triples()
    written = {
        "services": services,
        "actors": out.count(*_ACTORS),
        "provisions": out.count(SAM + "ServiceProvision"),
        "interfaces": out.count(SAM + "Interface"),
        "events": out.count(*t.EVENTS),
        "legalGrounds": out.count(t.ELI + "LegalResource"),
        "concepts": out.count(t.SKOS + "Concept"),
        "statements": len(triples),
    }
    problems = (*log.problems(), *without_counterpart(catalogue.foreign))
    report = ImportReport(speaker, len(document.triples), written, problems)
    return Imported(triples, report)


def register_of(name: str) -> str:
    """Give the IRI of the register that a file speaks as.

    >>> register_of("data/Diensten 2026.ttl")
    'https://w3id.org/samenspel/id/register/diensten-2026'
    """
    stem = name.replace("\\", "/").rpartition("/")[2].partition(".")[0]
    return REGISTER + (slug(stem) or "catalogue")


_ACTORS = tuple(
    SAM + name
    for name in ("Organisation", "OrganisationalUnit", "Collaboration", "Community", "Actor")
)


class _Catalogue:
    def __init__(self, foreign: Foreign, log: ProblemLog) -> None:
        self.foreign = foreign
        self.out = Writer()
        self._log = log
        self._actors = Actors(foreign, self.out, log)
        self._parts = Parts(foreign, self.out)

    def write(self) -> int:
        """Write everything; give how many services there are."""
        services = list(self.foreign.nodes(t.SERVICES))
        self._actors.write_all()
        for service in services:
            self._service(service)
        self._parts.concepts()
        return len(services)

    def _service(self, service: Subject) -> None:
        foreign, out = self.foreign, self.out
        foreign.understand_kind(service, t.SERVICES)
        kinds = {value(kind) for kind in foreign.take_nodes(service, (t.DCT + "type",))}
        coordination = SAM + "CoordinationService"
        out.a(service, coordination if coordination in kinds else SAM + "Service")
        out.names(service, foreign.take(service, t.TITLES))
        out.text(service, t.DCT + "description", foreign.take(service, t.DESCRIPTION))
        for said in foreign.take(service, t.IDENTIFIER):
            out.add(service, t.DCT + "identifier", said)
        out.day(service, "validFrom", foreign.take(service, t.STARTS))
        out.day(service, "validUntil", foreign.take(service, t.ENDS), plus=1)
        for needed in foreign.take_nodes(service, t.REQUIRES):
            out.add(service, SAM + "requires", needed)
        self._parts.references(service)
        self._parts.events(service)
        self._parts.grounds(service)
        self._provisions(service, self._parts.channels(service))

    def _provisions(self, service: Subject, channels: Sequence[Subject]) -> None:
        place = f"{self.foreign.document.name}: {value(service)}"
        by_role = self._participations(service)
        suppliers = self._suppliers(service, [a for _, a in by_role["supplier"]], place)
        customers: list[tuple[Subject | None, Subject]] = [*by_role["customer"]]
        customers += [(None, c) for c in self._audience(service)]
        if not suppliers:
            self._log.add(_NO_SUPPLIER, place)
        elif not customers:
            self._log.add(_NO_CUSTOMER, place)
        elif len(suppliers) > 1:
            self._log.add(_SEVERAL, place)
        else:
            for node, customer in customers:
                if customer != suppliers[0]:
                    self._provision(node, service, suppliers[0], customer, channels)

    def _provision(
        self,
        said: Subject | None,
        service: Subject,
        supplier: Subject,
        customer: Subject,
        channels: Sequence[Subject],
    ) -> None:
        """State one cell of the matrix; the channel only where there is no choice."""
        out = self.out
        node = said or _minted(service, supplier, customer)
        out.a(node, SAM + "ServiceProvision")
        out.add(node, SAM + "supplier", supplier)
        out.add(node, SAM + "customer", customer)
        out.add(node, SAM + "ofService", service)
        if said is not None:
            known = {value(name) for name in self.foreign.take(customer, t.NAMES)}
            texts = self.foreign.take(said, t.DESCRIPTION)
            out.names(node, [text for text in texts if value(text) not in known])
            for number in self.foreign.take(said, t.IDENTIFIER):
                if value(number) != value(said):
                    out.add(node, t.DCT + "identifier", number)
        if len(channels) == 1:
            out.add(node, SAM + "viaInterface", channels[0])

    def _suppliers(self, service: Subject, in_role: list[Subject], place: str) -> list[Subject]:
        competent = self.foreign.take_nodes(service, t.AUTHORITY)
        executing = self.foreign.take_nodes(service, t.EXECUTING)
        for node in competent:
            self.out.add(service, t.CV + "hasCompetentAuthority", node)
        found = in_role or executing or competent
        if not found:
            found = self.foreign.take_nodes(service, t.PUBLISHER)[:1]
            if found:
                self._log.add(_PUBLISHER, place)
        parties = [*found, *competent]
        able = [n for n in dict.fromkeys(parties) if self._actors.write(n, "Organisation")]
        return [n for n in dict.fromkeys(found) if n in able]

    def _participations(self, service: Subject) -> dict[str, list[tuple[Subject, Subject]]]:
        """Give the participations by role: the node and who takes part."""
        out: dict[str, list[tuple[Subject, Subject]]] = {"supplier": [], "customer": []}
        for node in self.foreign.take_nodes(service, t.PARTICIPATION):
            role = self._role(node)
            if role is None:
                self._log.add(_ROLE, f"{self.foreign.document.name}: {value(node)}")
                continue
            self.foreign.understand_kind(node, t.PARTICIPATIONS)
            self.foreign.take(node, t.ROLE)
            who = self.foreign.take_nodes(node, t.PARTICIPANT)
            who += self.foreign.take_from(node, t.PARTICIPATES)
            for actor in dict.fromkeys(who):
                if self._actors.write(actor):
                    out[role].append((node, actor))
        return out

    def _role(self, participation: Subject) -> str | None:
        for concept in self.foreign.take_nodes(participation, t.ROLE):
            names = self.foreign.take(concept, t.TITLES)
            words = " ".join([value(concept), *map(value, names)]).lower()
            for role, known in (("customer", t.CUSTOMER_ROLES), ("supplier", t.SUPPLIER_ROLES)):
                if any(word.lower() in words for word in known):
                    return role
        return None

    def _audience(self, service: Subject) -> list[Subject]:
        """Give the communities that stand for the audiences of a service."""
        found: list[Subject] = []
        for concept in self.foreign.take_nodes(service, t.AUDIENCE):
            self.out.add(service, t.DCT + "audience", concept)
            last = value(concept).rstrip("/#").replace("#", "/").rpartition("/")[2]
            mark = hashlib.sha256(value(concept).encode()).hexdigest()[:8]
            community = NamedNode(f"{ID}audience/{slug(last)}-{mark}")
            names = self.foreign.take(concept, t.TITLES)
            self.out.a(community, SAM + "Community")
            self.out.names(community, names or [Literal(last, language="und")])
            found.append(community)
        return found


def _minted(service: Subject, supplier: Subject, customer: Subject) -> Subject:
    """Name a provision that has no name, from who and what; nameless where those are."""
    parts = (service, supplier, customer)
    if any(isinstance(p, BlankNode) for p in parts):
        return BlankNode()
    mark = hashlib.sha256(" ".join(value(p) for p in parts).encode()).hexdigest()[:16]
    return NamedNode(f"{ID}provision/{mark}")
