"""Finds personal data that does not belong in a submission.

Three things: a citizen service number (told by property, scheme or the words in front of it; its
digits alone say nothing, since an RSIN has the same form), the e-mail address of a person rather
than of a desk, and a human being where a role, a unit or a community is meant. The value itself
is never repeated in a result.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.checking.identifiers import kind_of
from kg.checking.material import Check, Draft, draft, spelled_subject
from kg.checking.words import local_name
from kg.rdf import Literal, NamedNode, value
from kg.terms import RDF_TYPE, SAM
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.checking.material import Material
    from kg.rdf import Triple

BSN = Check("bsn", "KG-V301", "must-fix")
EMAIL = Check("personal-email", "KG-V302", "must-fix")
MAYBE_EMAIL = Check("maybe-personal-email", "KG-V303", "should-fix")
PERSON = Check("person", "KG-V304", "should-fix")
DETAIL = Check("personal-detail", "KG-V305", "must-fix")

_PERSONS = frozenset(
    {
        "http://xmlns.com/foaf/0.1/Person",
        "http://schema.org/Person",
        "https://schema.org/Person",
        "http://www.w3.org/ns/person#Person",
        "http://www.w3.org/2006/vcard/ns#Individual",
        "http://www.w3.org/ns/prov#Person",
    }
)
_ANY_PERSON = _PERSONS | {SAM + "Person"}
_PERSON_NAMESPACES = (
    "http://xmlns.com/foaf/0.1/",
    "http://schema.org/",
    "https://schema.org/",
    "http://www.w3.org/ns/person#",
    "http://www.w3.org/2006/vcard/ns#",
)
_DETAILS = frozenset(
    {
        "birthdate", "birthday", "bday", "birthplace", "placeofbirth", "countryofbirth",
        "dateofbirth", "deathdate", "dateofdeath", "gender", "hasgender", "citizenship",
        "nationality", "residency", "age", "spouse", "children", "parent", "taxid", "religion",
    }
)  # fmt: skip
"""Properties of human beings that no submission needs, in the namespaces above."""
_NAMES = frozenset(
    {
        "givenname", "given-name", "familyname", "family-name", "firstname", "lastname",
        "surname", "patronymicname", "birthname", "additionalname", "additional-name",
        "honorific-prefix", "honorificprefix",
    }
)  # fmt: skip
_IN_TEXT = re.compile(
    r"\b(?:bsn|burgerservice-?nummer|sofi-?nummer)\b[^0-9]{0,12}(?:[0-9][ .]?){8,9}(?![0-9])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_INITIALS = re.compile(
    r"[a-z]{1,2}(?:\.[a-z]{1,2}){0,3}[._-](?:(?:van|de|der|den|ten|ter|te|la)[._-]?)*[a-z-]{2,}"
)
_TWO_NAMES = re.compile(r"[a-z]{2,}(?:[._][a-z-]{2,}){1,4}")
_DESK_WORDS = (
    "info contact post postbus mail klant klantenservice service secretariaat griffie loket balie "
    "help helpdesk support admin beheer beheerder webmaster privacy fg dpo avg woo pers "
    "communicatie noreply no-reply reply receptie bestuur directie redactie team teams afdeling "
    "dienst diensten gemeente burgers vergunning vergunningen handhaving wijk zorg wmo sociaal "
    "domein jeugd werk inkomen belasting belastingen financien inkoop hrm personeel juridisch "
    "data open register archief meldpunt melding klacht klachten project programma bureau office "
    "desk press staff board department council hello enquiries question vraag vragen aanvraag "
    "digitaal ict tooi kennis centrum center centre stichting vereniging club bewoners informatie "
    "information wijkteam noord oost zuid west stad provincie waterschap ministerie"
)
_DESKS = frozenset(_DESK_WORDS.split())
_STEMS = (
    "gemeente", "burger", "vergunning", "belasting", "secretari", "klanten", "communicatie",
    "informati", "vereniging", "stichting", "provincie", "waterschap", "ministeri", "financi",
)  # fmt: skip
"""Beginnings of longer words that name a desk; a surname is seldom two letters longer."""
_OPEN_MAIL = re.compile(
    r"(?:gmail|hotmail|outlook|live|icloud|yahoo|ziggo|kpnmail|planet|xs4all|hetnet|home|upcmail"
    r"|protonmail|proton)\.[a-z.]+"
)


def check_privacy(material: Material) -> Iterator[Draft]:
    """Give the personal data in a submission.

    Args:
        material: What is checked.
    """
    for triple in material.triples:
        yield from _number(material, triple)
        yield from _mail(material, triple)
        yield from _person(material, triple)
        yield from _detail(material, triple)


def mailbox(address: str) -> str | None:
    """Tell whose an e-mail address looks: ``person``, ``maybe``, or None for a desk.

    >>> mailbox("j.de.vries@example.org"), mailbox("info@example.org")
    ('person', None)
    >>> mailbox("anna.bakker@example.org"), mailbox("team.noord@example.org")
    ('maybe', None)
    """
    found = _ADDRESS.search(address.casefold())
    if found is None:
        return None
    name, domain = found[1], found[2]
    if _is_desk(name):
        return None
    if _INITIALS.fullmatch(name):
        return "person"
    if _TWO_NAMES.fullmatch(name) or _OPEN_MAIL.fullmatch(domain):
        return "maybe"
    return None


def _is_desk(name: str) -> bool:
    parts = [part for part in re.split(r"[._+\-0-9]", name) if part]
    return name in _DESKS or any(
        part in _DESKS or any(part.startswith(s) and len(part) > len(s) + 2 for s in _STEMS)
        for part in parts
    )


def _number(material: Material, triple: Triple) -> Iterator[Draft]:
    if not isinstance(triple.object, Literal):
        return
    stated = kind_of(triple, material) == "bsn"
    if stated or _IN_TEXT.search(triple.object.value):
        yield draft(
            material, BSN, triple,
            Text(
                "Hier staat een burgerservicenummer. Haal het weg: het mag hier niet staan en is "
                "nergens voor nodig.",
                "This is a citizen service number. Remove it: it may not be here and is not "
                "needed for anything.",
            ),
            secret=True,
        )  # fmt: skip


def _mail(material: Material, triple: Triple) -> Iterator[Draft]:
    if not isinstance(triple.object, Literal | NamedNode):
        return
    owner = mailbox(value(triple.object)) if "@" in value(triple.object) else None
    if owner is None:
        return
    person = owner == "person"
    yield draft(
        material, EMAIL if person else MAYBE_EMAIL, triple,
        Text(
            f"Dit {'is' if person else 'lijkt'} het e-mailadres van een persoon. "
            "Geef het adres van een loket, team of functie, zoals info@….",
            f"This {'is' if person else 'looks like'} the e-mail address of a person. "
            "Give the address of a desk, team or function, such as info@….",
        ),
        expected=Text("een adres zonder persoonsnaam", "an address without a personal name"),
        secret=True,
    )  # fmt: skip


def _person(material: Material, triple: Triple) -> Iterator[Draft]:
    if triple.predicate.value == RDF_TYPE and value(triple.object) in _PERSONS:
        yield draft(
            material, PERSON, triple,
            Text(
                "Hier staat een mens. Beschrijf liever de rol, de eenheid of de gemeenschap: "
                "dan zijn er geen persoonsgegevens nodig.",
                "This is a human being. Rather describe the role, the unit or the community: "
                "then no personal data are needed.",
            ),
            expected=Text(
                "een rol, eenheid of gemeenschap (sam:Community)",
                "a role, unit or community (sam:Community)",
            ),
        )  # fmt: skip


def _detail(material: Material, triple: Triple) -> Iterator[Draft]:
    predicate = triple.predicate.value
    if not predicate.startswith(_PERSON_NAMESPACES):
        return
    name = local_name(predicate).casefold()
    types = material.types.get(spelled_subject(triple), set())
    human = bool(types & _ANY_PERSON)
    if (name in _DETAILS and (human or not types)) or (name in _NAMES and not human):
        yield draft(
            material, DETAIL, triple,
            Text(
                "Dit is een gegeven over een mens, niet over een organisatie of groep. "
                "Haal het weg.",
                "This is about a human being, not about an organisation or group. Remove it.",
            ),
            secret=True,
        )  # fmt: skip
