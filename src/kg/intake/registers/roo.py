"""The register of government organisations (ROO): organisations and joint arrangements.

Organisations become actors. A joint arrangement (a record with ``gr_meta``) becomes a service
with one provision per participant. Names with a later end or none are current; of several, the
one that started last, and of those the first. Dates in the register are kept as they stand, save
that the placeholder 1900-01-01 is no date. For an organisation the register is not of one mind
about its end: of 238 ended bodies in the snapshot looked at, 205 give the last day (as TOOI
does) and 33 the day after, so that the end of an actor may be off by one day. The end of an
arrangement is the first day it no longer holds: 135 of 137 newer versions start on that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.registers.arrangements import (
    Arrangement,
    ArrangementWriter,
    starts_of_newer_versions,
)
from kg.intake.registers.fields import Fields
from kg.intake.registers.identity import ROO_ID, Identities, mentions
from kg.intake.registers.reading import json_records, refuse
from kg.intake.registers.report import Imported, ImportReport, Kind, ProblemLog, stepwise
from kg.intake.registers.statements import (
    CLASSIFICATION,
    IS_REPLACED_BY,
    ORGANISATION,
    REPLACES,
    SUBJECT,
    Statements,
    slug,
)
from kg.rdf import NamedNode
from kg.terms import SAM
from kg.text import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.intake.registers.report import Progress

UNIT = NamedNode(SAM + "OrganisationalUnit")
PART_OF = NamedNode(SAM + "partOf")

_SCHEMES = ("roo_id", "organisatiecode", "owms", "oin", "rsin", "kvk", "wikidata")
_LAST_DAY = "9999-12-31"

_NO_NAME = Kind(
    "no-name",
    Text("record zonder naam", "record without a name"),
    Text("het record is overgeslagen", "the record was passed over"),
)
_SAME_ID = Kind(
    "same-identifier",
    Text(
        "tweede record met hetzelfde nummer als een ander",
        "second record with the same number as another",
    ),
    Text(
        "alleen de namen zijn overgenomen; de rest komt uit het record dat het langst geldt",
        "only its names were taken; the rest comes from the record that is valid longest",
    ),
)
_NO_PARENT = Kind(
    "parent-not-in-file",
    Text(
        "onderdeel van een organisatie die niet in het bestand staat",
        "part of an organisation that is not in the file",
    ),
    Text(
        "de eenheid is opgenomen zonder bovenliggende organisatie",
        "the unit was taken in without the organisation it is part of",
    ),
)
_UNIT_ALONE = Kind(
    "unit-without-parent",
    Text("onderdeel zonder bovenliggende organisatie", "unit that names no parent organisation"),
    Text("de eenheid is opgenomen zoals zij is", "the unit was taken in as it is"),
)
_NO_SUCCESSOR = Kind(
    "successor-not-in-file",
    Text(
        "voorganger of opvolger staat niet in het bestand",
        "predecessor or successor is not in the file",
    ),
    Text("de verwijzing is overgeslagen", "the reference was passed over"),
)


def import_roo(path: Path, *, progress: Progress | None = None) -> Imported:
    """Give the statements of the register of government organisations.

    Args:
        path: A gzip file with one JSON record per line.
        progress: Told how many records are done, and how many there are.

    Returns:
        Triples and report; equal input gives equal output.

    Raises:
        RegisterError: When the file as a whole cannot be read (codes ``KG-I…``). A record that
            cannot be used is reported and passed over; the rest is kept.
    """
    log = ProblemLog()
    records = [Fields(values, f"{path.name}:{line}", log) for line, values in json_records(path)]
    if not records:
        refuse(
            "KG-I010",
            Text(f"{path}: geen records", f"{path}: no records"),
            Text("controleer of dit het juiste bestand is", "check that this is the right file"),
        )
    out = Statements()
    register = out.register(
        "roo",
        "Register van Overheidsorganisaties",
        "Register of government organisations",
        "https://organisaties.overheid.nl/",
    )
    book = _Book(records)
    writer = _Writer(out, book)
    for record in stepwise(book.records, len(book.records), progress):
        writer.write(record)
    writer.finish()
    report = ImportReport(register.value, len(records), writer.counts(), log.problems())
    return Imported(out.triples(), report)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record with its actor; ``names`` starts with the current one."""

    fields: Fields
    actor: NamedNode
    names: tuple[str, ...]


class _Book:
    """All records of one file, each organisation once, and how they refer to each other."""

    def __init__(self, records: list[Fields]) -> None:
        self.identities = Identities()
        for part in _identifying(records):
            self.identities.learn(part)
        self.actor_of: dict[str, NamedNode] = {}
        by_actor: dict[NamedNode, _Record] = {}
        for fields in records:
            record = self._named(fields)
            if record is None:
                continue
            self.actor_of[fields.text("id")] = self._speaker(record)
            other = by_actor.get(record.actor)
            by_actor[record.actor] = record if other is None else _merged(other, record)
        self.records = list(by_actor.values())

    def _named(self, fields: Fields) -> _Record | None:
        names = _names(fields)
        if not names:
            fields.log.add(_NO_NAME, fields.place)
            return None
        return _Record(fields, self.identities.of_record(fields, names[0]), names)

    def _speaker(self, record: _Record) -> NamedNode:
        """Give the body of an arrangement that has one, else the record's own actor."""
        terms = record.fields.unlogged().child("gr_meta")
        body = terms.child("regionaal_samenwerkingsorgaan") if terms is not None else None
        return (self.identities.of_mention(body) if body is not None else None) or record.actor

    def newer_versions(self) -> Mapping[str, dt.date]:
        """Give per ROO number of an arrangement when a newer version of it starts."""
        quiet = [record.fields.unlogged() for record in self.records if "gr_meta" in record.fields]
        return starts_of_newer_versions(quiet)


def _identifying(records: list[Fields]) -> Iterator[Fields]:
    for record in records:
        identifiers = record.child("identifiers")
        if identifiers is not None:
            yield identifiers
    for record in records:
        yield from mentions(record.unlogged())


def _names(record: Fields) -> tuple[str, ...]:
    """Give all names and abbreviations, the current name first."""
    dated = [
        (name.text("valid_until") or _LAST_DAY, name.text("valid_from"), name.text("value"))
        for name in record.children("names")
        if name.text("value")
    ]
    if not dated:
        return ()
    current = max(dated, key=lambda name: name[:2])[2]
    short = [name.text("abbr") for name in record.unlogged().children("names")]
    return tuple(dict.fromkeys(text for text in (current, *(d[2] for d in dated), *short) if text))


def _merged(one: _Record, other: _Record) -> _Record:
    """Give the record that is valid longest, with the names of both."""
    other.fields.log.add(_SAME_ID, f"{one.fields.place} = {other.fields.place}")
    best = max(one, other, key=lambda r: _lasting(r.fields.unlogged()))
    names = dict.fromkeys((*best.names, *one.names, *other.names))
    return _Record(best.fields, best.actor, tuple(names))


def _lasting(record: Fields) -> tuple[str, str]:
    return (record.text("valid_until") or _LAST_DAY, record.text("valid_from"))


class _Writer:
    """Writes records as statements and counts them."""

    def __init__(self, out: Statements, book: _Book) -> None:
        self._out = out
        self._book = book
        self._arrangements = ArrangementWriter(out, book.identities, book.newer_versions())
        self._organisations: set[NamedNode] = set()
        self._unrecorded = 0

    def write(self, record: _Record) -> None:
        """State one record: a joint arrangement, or another organisation."""
        terms = record.fields.child("gr_meta")
        if terms is not None:
            self._arrangements.write(Arrangement(record.fields, terms, record.actor, record.names))
        else:
            self._organisation(record)

    def finish(self) -> None:
        """State what arrangements say of those who have no record of their own."""
        described = self._organisations | self._arrangements.collaborations
        for actor, said in self._arrangements.mentioned.items():
            if actor not in described:
                self._from_mentions(actor, said)
        self._arrangements.finish()

    def counts(self) -> dict[str, int]:
        """Give how many things of each kind were written."""
        actors = len(self._organisations) + len(self._arrangements.collaborations)
        return {
            "actors": actors + self._unrecorded,
            "actorsWithoutRecord": self._unrecorded,
            **self._arrangements.counts,
            "statements": len(self._out.triples()),
        }

    def _organisation(self, record: _Record) -> None:
        fields, actor = record.fields, record.actor
        kind = fields.text("type")
        self._out.a(actor, UNIT if kind == "organisatieonderdeel" else ORGANISATION)
        self._out.names(actor, record.names[0], record.names)
        self._identifiers(actor, fields.child("identifiers"))
        self._out.period(actor, fields.day("valid_from"), fields.day("valid_until"))
        if kind:
            concept = NamedNode(f"{ROO_ID}soort/{slug(kind)}")
            self._out.concept(concept, kind)
            self._out.add(actor, CLASSIFICATION, concept)
        self._arrangements.topics(fields, actor, SUBJECT)
        self._arrangements.belongs_to(fields, actor)
        self._parent(fields, actor)
        self._succession(fields, actor)
        self._organisations.add(actor)

    def _identifiers(self, actor: NamedNode, identifiers: Fields | None) -> None:
        if identifiers is None:
            return
        for scheme in _SCHEMES:
            value = identifiers.text(scheme)
            if value:
                self._out.identifier(actor, scheme.removesuffix("_id"), value)

    def _parent(self, fields: Fields, actor: NamedNode) -> None:
        parent = fields.text("parent_id")
        above = self._book.actor_of.get(parent)
        if above is not None and above != actor:
            self._out.add(actor, PART_OF, above)
        elif parent:
            fields.log.add(_NO_PARENT, f"{fields.place}: {parent}")
        elif fields.text("type") == "organisatieonderdeel":
            fields.log.add(_UNIT_ALONE, fields.place)

    def _succession(self, fields: Fields, actor: NamedNode) -> None:
        links = [(IS_REPLACED_BY, fields.text("successor_id"))]
        links += [(REPLACES, text) for text in fields.texts("predecessor_id")]
        for predicate, text in links:
            other = self._book.actor_of.get(text)
            if other is not None and other != actor:
                self._out.add(actor, predicate, other)
            elif text:
                fields.log.add(_NO_SUCCESSOR, f"{fields.place}: {text}")

    def _from_mentions(self, actor: NamedNode, said: list[Fields]) -> None:
        names = dict.fromkeys(name for mention in said if (name := mention.text("naam")))
        self._out.a(actor, ORGANISATION)
        if names:
            self._out.names(actor, next(iter(names)), names)
        for mention in said:
            self._identifiers(actor, mention)
        self._unrecorded += 1
