"""Joint arrangements of ROO as services, provisions and customer configurations.

What an arrangement says it is for is kept as text. No interest, direction or effect is made from
it: what someone wants is theirs to say.

Versions of one arrangement are services of their own, each with its period. In the snapshot
looked at 137 pairs of versions are both present: 135 join on the day, 2 leave a gap, none
overlaps. Where one would, the older ends when the newer starts, and the report says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.registers.identity import ROO_ID, TOOI_THESAURUS, key_of
from kg.intake.registers.report import Kind
from kg.intake.registers.statements import (
    DCT,
    IS_REPLACED_BY,
    LABEL,
    ORG,
    PROV,
    REPLACES,
    dutch,
    iri,
    slug,
)
from kg.rdf import Literal, NamedNode
from kg.terms import SAM
from kg.text import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from kg.intake.registers.fields import Fields
    from kg.intake.registers.identity import Identities
    from kg.intake.registers.statements import Statements

SERVICE = NamedNode(SAM + "Service")
PROVISION = NamedNode(SAM + "ServiceProvision")
COLLABORATION = NamedNode(SAM + "Collaboration")
CONFIGURATION = NamedNode(SAM + "CustomerConfiguration")
TOUCHES = NamedNode(SAM + "touches")
SUPPLIER = NamedNode(SAM + "supplier")
CUSTOMER = NamedNode(SAM + "customer")
OF_SERVICE = NamedNode(SAM + "ofService")
HAS_MEMBER = NamedNode(SAM + "hasMember")
DESCRIPTION = NamedNode(DCT + "description")
RELATION = NamedNode(DCT + "relation")
PURPOSE = NamedNode(ORG + "purpose")
REVISION_OF = NamedNode(PROV + "wasRevisionOf")

Period = tuple["dt.date | None", "dt.date | None"]
_MIN_MEMBERS = 2

_EMPTY_PERIOD = Kind(
    "empty-period",
    Text(
        "deelname begint niet vóór de regeling eindigt",
        "participation starts no sooner than it ends",
    ),
    Text(
        "er is geen dienstverlening van gemaakt: zij gold op geen enkele dag",
        "no provision was made of it: it never held on any day",
    ),
)
_NAMELESS_MENTION = Kind(
    "participant-unknown",
    Text(
        "deelnemer of leverancier zonder TOOI-IRI, ROO-nummer en naam",
        "participant or supplier without TOOI IRI, ROO number and name",
    ),
    Text("de vermelding is overgeslagen", "the mention was passed over"),
)
_TWICE = Kind(
    "participant-twice",
    Text("deelnemer staat tweemaal in één regeling", "participant stands twice in one arrangement"),
    Text("beide deelnames zijn bewaard", "both participations were kept"),
)
_OVERLAP = Kind(
    "versions-overlap",
    Text(
        "regeling loopt door nadat een nieuwere versie is ingegaan",
        "arrangement runs on after a newer version has started",
    ),
    Text(
        "de oudere eindigt waar de nieuwere begint, zodat één regeling niet tweemaal telt",
        "the older ends where the newer starts, so that one arrangement does not count twice",
    ),
)
_TOPIC_FROM_NAME = Kind(
    "topic-from-name",
    Text("beleidsterrein zonder geldige TOOI-IRI", "policy area without a valid TOOI IRI"),
    Text("de identiteit komt uit de naam", "the identity comes from the name"),
)
_SELF_SUPPLY = Kind(
    "participant-is-supplier",
    Text("deelnemer is zelf de leverancier", "participant is itself the supplier"),
    Text(
        "er is geen dienstverlening van gemaakt: niemand is klant van zichzelf",
        "no provision was made of it: nobody is a customer of itself",
    ),
)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One joint arrangement, ready to be written.

    Attributes:
        record: The whole record.
        terms: Its ``gr_meta``.
        actor: The arrangement as an actor; it supplies where it has no body of its own.
        names: Current name and other names.
    """

    record: Fields
    terms: Fields
    actor: NamedNode
    names: tuple[str, ...]


def starts_of_newer_versions(arrangements: list[Fields]) -> Mapping[str, dt.date]:
    """Give for each arrangement that has newer versions in the file when the first of them starts.

    Both ways in which the register links versions are followed.
    """
    starts = {r: _terms_day(a, "datum_inwerkingtreding") for a in arrangements if (r := _roo_id(a))}
    newer: dict[str, dt.date] = {}
    for arrangement in arrangements:
        own = _roo_id(arrangement)
        for older, later in (
            (own, _version(arrangement, "next_version")),
            (_version(arrangement, "previous_version"), own),
        ):
            start, before = starts.get(later), starts.get(older)
            if start is not None and (before is None or start > before):
                newer[older] = min(start, newer.get(older, start))
    return newer


def _roo_id(record: Fields) -> str:
    identifiers = record.child("identifiers")
    return identifiers.text("roo_id") if identifiers is not None else ""


def _terms_day(record: Fields, key: str) -> dt.date | None:
    terms = record.child("gr_meta")
    return terms.day(key) if terms is not None else None


def _version(record: Fields, key: str) -> str:
    terms = record.child("gr_meta")
    version = terms.child(key) if terms is not None else None
    return version.text("roo_id") if version is not None else ""


class ArrangementWriter:
    """Writes joint arrangements as statements.

    Args:
        out: Where the statements go.
        identities: Who is who.
        newer: Per ROO number, when a newer version of the arrangement starts.

    Attributes:
        mentioned: Who an arrangement names, with what it says of them.
        counts: Kind of thing to how many were written.
        collaborations: Arrangements that supply themselves, for want of a body.
    """

    def __init__(
        self, out: Statements, identities: Identities, newer: Mapping[str, dt.date]
    ) -> None:
        self._out = out
        self._identities = identities
        self._newer = newer
        self.mentioned: dict[NamedNode, list[Fields]] = {}
        self.counts = {"services": 0, "provisions": 0, "configurations": 0}
        self.collaborations: set[NamedNode] = set()
        self._services: set[NamedNode] = set()
        self._named_elsewhere: dict[NamedNode, str] = {}

    def write(self, arrangement: Arrangement) -> None:
        """State one arrangement: its service, provisions and customer configuration."""
        service = service_iri(key_of(arrangement.actor))
        period = self._period(arrangement)
        title = arrangement.terms.text("citeertitel") or arrangement.names[0]
        self._out.a(service, SERVICE)
        self._out.names(service, title, arrangement.names)
        self._out.period(service, *period)
        self._purpose(arrangement, service)
        self.topics(arrangement.record, service, TOUCHES)
        self._versions(arrangement.terms, service)
        self.counts["services"] += 1
        self._services.add(service)
        supplier = self._supplier(arrangement)
        members = self._provisions(arrangement, service, supplier, period)
        if supplier == arrangement.actor:
            self._collaboration(arrangement, members, period)
        self._configuration(arrangement, service, members, period)

    def topics(self, record: Fields, subject: NamedNode, predicate: NamedNode) -> None:
        """State the policy areas of a record as topics."""
        for area in record.children("policy_areas"):
            name = area.text("naam")
            topic = iri(area.text("tooi"), under=TOOI_THESAURUS)
            if topic is None and name:
                area.log.add(_TOPIC_FROM_NAME, f"{area.place}: {name}")
                topic = NamedNode(f"{ROO_ID}beleidsterrein/{slug(name)}")
            if topic is not None:
                self._out.concept(topic, name or topic.value)
                self._out.add(subject, predicate, topic)

    def belongs_to(self, record: Fields, actor: NamedNode) -> None:
        """State to which arrangement a body belongs."""
        arrangement = record.child("hoort_bij_gemeenschappelijke_regeling")
        if arrangement is not None:
            service = self._other_service(arrangement)
            if service is not None:
                self._out.add(actor, RELATION, service)

    def finish(self) -> None:
        """State the names of arrangements that other records name but that are not in the file."""
        for service, name in self._named_elsewhere.items():
            if service not in self._services:
                self._out.add(service, LABEL, dutch(name))

    def _period(self, arrangement: Arrangement) -> Period:
        ends = (
            arrangement.record.day("valid_until"),
            arrangement.terms.day("datum_uitwerkingtreding"),
        )
        end = min((day for day in ends if day is not None), default=None)
        newer = self._newer.get(_roo_id(arrangement.record))
        if newer is not None and (end is None or end > newer):
            arrangement.record.log.add(_OVERLAP, arrangement.record.place)
            end = newer
        return arrangement.terms.day("datum_inwerkingtreding"), end

    def _purpose(self, arrangement: Arrangement, service: NamedNode) -> None:
        purpose = arrangement.terms.text("doel")
        if purpose:
            self._out.add(service, DESCRIPTION, dutch(purpose))
            self._out.add(service, PURPOSE, dutch(purpose))

    def _versions(self, terms: Fields, service: NamedNode) -> None:
        for key, predicates in (
            ("previous_version", (REVISION_OF, REPLACES)),
            ("next_version", (IS_REPLACED_BY,)),
        ):
            version = terms.child(key)
            other = self._other_service(version) if version is not None else None
            if other is not None:
                for predicate in predicates:
                    self._out.add(service, predicate, other)

    def _other_service(self, mention: Fields) -> NamedNode | None:
        actor = self._identities.of_mention(mention)
        if actor is None:
            return None
        service = service_iri(key_of(actor))
        if mention.text("naam"):
            self._named_elsewhere.setdefault(service, mention.text("naam"))
        return service

    def _supplier(self, arrangement: Arrangement) -> NamedNode:
        body = arrangement.terms.child("regionaal_samenwerkingsorgaan")
        return (self._mention(body) if body is not None else None) or arrangement.actor

    def _mention(self, mention: Fields) -> NamedNode | None:
        actor = self._identities.of_mention(mention)
        if actor is None:
            mention.log.add(_NAMELESS_MENTION, mention.place)
        else:
            self.mentioned.setdefault(actor, []).append(mention)
        return actor

    def _provisions(
        self, arrangement: Arrangement, service: NamedNode, supplier: NamedNode, period: Period
    ) -> list[NamedNode]:
        times: dict[NamedNode, int] = {}
        for entry in arrangement.terms.children("deelnemende_organisaties"):
            customer = self._mention(entry)
            if customer is None:
                continue
            if customer == supplier:
                entry.log.add(_SELF_SUPPLY, entry.place)
                continue
            times[customer] = times.get(customer, 0) + 1
            if times[customer] > 1:
                entry.log.add(_TWICE, entry.place)
            self._provision(entry, (service, supplier, customer), times[customer], period)
        return list(times)

    def _provision(
        self,
        entry: Fields,
        cell: tuple[NamedNode, NamedNode, NamedNode],
        time: int,
        period: Period,
    ) -> None:
        service, supplier, customer = cell
        starts = (entry.day("toetredings_datum"), period[0])
        start = max((day for day in starts if day is not None), default=None)
        if start is not None and period[1] is not None and start >= period[1]:
            entry.log.add(_EMPTY_PERIOD, entry.place)
            return
        again = f"-{time}" if time > 1 else ""
        base = service.value.removesuffix("/service")
        node = NamedNode(f"{base}/provision/{key_of(customer)}{again}")
        self._out.a(node, PROVISION)
        self._out.add(node, SUPPLIER, supplier)
        self._out.add(node, CUSTOMER, customer)
        self._out.add(node, OF_SERVICE, service)
        self._out.period(node, start, period[1])
        self.counts["provisions"] += 1

    def _collaboration(
        self, arrangement: Arrangement, members: list[NamedNode], period: Period
    ) -> None:
        self.collaborations.add(arrangement.actor)
        self._out.a(arrangement.actor, COLLABORATION)
        self._out.names(arrangement.actor, arrangement.names[0], arrangement.names)
        self._out.period(arrangement.actor, *period)
        for member in members:
            self._out.add(arrangement.actor, HAS_MEMBER, member)

    def _configuration(
        self,
        arrangement: Arrangement,
        service: NamedNode,
        members: list[NamedNode],
        period: Period,
    ) -> None:
        if len(members) < _MIN_MEMBERS:
            return
        node = NamedNode(service.value.removesuffix("service") + "configuration")
        self._out.a(node, CONFIGURATION)
        self._out.add(node, LABEL, dutch(f"Deelnemers van {arrangement.names[0]}"))
        english = Literal(f"Participants in {arrangement.names[0]}", language="en")
        self._out.add(node, LABEL, english)
        self._out.add(node, RELATION, service)
        self._out.period(node, *period)
        for member in members:
            self._out.add(node, HAS_MEMBER, member)
        self.counts["configurations"] += 1


def service_iri(key: str) -> NamedNode:
    """Give the IRI of an arrangement's service from the key of the arrangement."""
    return NamedNode(f"{ROO_ID}{key}/service")
