"""Who a ROO record or mention is: one IRI per organisation, the same wherever it is named.

The TOOI IRI where there is one; else an IRI minted from the ROO identifier; else one from the
name, which is reported because a name is no identifier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.intake.registers.report import Kind
from kg.intake.registers.statements import iri, slug
from kg.rdf import NamedNode
from kg.terms import ID
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.intake.registers.fields import Fields

TOOI_ID = "https://identifier.overheid.nl/tooi/id/"
TOOI_THESAURUS = "https://identifier.overheid.nl/tooi/def/thes/"
ROO_ID = ID + "roo/"

_BAD_TOOI = Kind(
    "bad-tooi",
    Text("geen geldige TOOI-IRI", "not a valid TOOI IRI"),
    Text("het ROO-nummer of de naam is gebruikt", "the ROO number or the name was used"),
)
_TOOI_DIFFERS = Kind(
    "tooi-differs",
    Text(
        "een andere TOOI-IRI dan het register elders bij dit ROO-nummer geeft",
        "another TOOI IRI than the register gives elsewhere for this ROO number",
    ),
    Text("de eerst genoemde is gebruikt", "the one named first was used"),
)
_FROM_NAME = Kind(
    "identified-by-name",
    Text(
        "zonder TOOI-IRI en ROO-nummer: de identiteit komt uit de naam",
        "no TOOI IRI and no ROO number: the identity comes from the name",
    ),
    Text(
        "vraag de registerhouder om een nummer; een naam kan wijzigen",
        "ask the keeper of the register for a number; a name may change",
    ),
)


class Identities:
    """The IRIs of all organisations in one ROO file."""

    def __init__(self) -> None:
        self._tooi_of: dict[str, NamedNode] = {}

    def learn(self, part: Fields) -> None:
        """Remember which TOOI IRI belongs to a ROO number; the first one named holds.

        Args:
            part: The identifiers of a record, or a mention of an organisation.
        """
        roo_id, text = part.text("roo_id"), part.text("tooi")
        if not text:
            return
        tooi = iri(text, under=TOOI_ID)
        if tooi is None:
            part.log.add(_BAD_TOOI, f"{part.place}: {text[:80]!r}")
        elif roo_id and self._tooi_of.setdefault(roo_id, tooi) != tooi:
            part.log.add(_TOOI_DIFFERS, f"{part.place}: {text}")

    def of_record(self, record: Fields, name: str) -> NamedNode:
        """Give the IRI of a record's organisation.

        Args:
            record: The record; its own ``id`` stands in for the name, which often recurs.
            name: Its current name.
        """
        known = self._known(record.child("identifiers"))
        if known is not None:
            return known
        record.log.add(_FROM_NAME, f"{record.place}: {name}")
        return NamedNode(f"{ROO_ID}naam/{slug(record.text('id').removeprefix('org:') or name)}")

    def of_mention(self, mention: Fields) -> NamedNode | None:
        """Give the IRI of an organisation that an arrangement names, None when it says nothing."""
        known = self._known(mention)
        if known is not None:
            return known
        name = mention.text("naam")
        if not name:
            return None
        mention.log.add(_FROM_NAME, f"{mention.place}: {name}")
        return NamedNode(f"{ROO_ID}naam/{slug(name)}")

    def _known(self, part: Fields | None) -> NamedNode | None:
        if part is None:
            return None
        roo_id = part.text("roo_id")
        tooi = self._tooi_of.get(roo_id) or iri(part.text("tooi"), under=TOOI_ID)
        if tooi is not None:
            return tooi
        return NamedNode(ROO_ID + slug(roo_id)) if roo_id else None


def key_of(actor: NamedNode) -> str:
    """Give the last part of an actor's IRI, to mint IRIs from.

    >>> key_of(NamedNode("https://identifier.overheid.nl/tooi/id/gemeente/gm0200"))
    'gm0200'
    """
    return slug(actor.value.rsplit("/", 1)[-1])


def mentions(record: Fields) -> Iterable[Fields]:
    """Give the parts of a joint arrangement that name an organisation."""
    arrangement = record.child("gr_meta")
    if arrangement is None:
        return
    body = arrangement.child("regionaal_samenwerkingsorgaan")
    if body is not None:
        yield body
    yield from arrangement.children("deelnemende_organisaties")
