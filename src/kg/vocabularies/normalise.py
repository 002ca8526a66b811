"""How names are compared: the same name written in several ways becomes one text.

Three forms, from strict to loose. ``normalised`` leaves only what tells names apart. ``core`` also
takes away the word that repeats the kind, such as "gemeente" before the name of a municipality.
``loose`` also takes away remarks and spells out abbreviations; it finds candidates and decides
nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.terms import SAM
from kg.vocabularies.schemes import OWMS

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOOIONT = "https://identifier.overheid.nl/tooi/def/ont/"

_KIND_WORDS: dict[str, tuple[str, ...]] = {
    "Gemeente": ("gemeente",),
    "Provincie": ("provincie",),
    "Waterschap": ("waterschap",),
    "Ministerie": ("ministerie van", "ministerie"),
    "CaribischOpenbaarLichaam": ("openbaar lichaam",),
    "Samenwerkingsorganisatie": (),
    "Zbo": (),
}
"""Name of a class in TOOI and OWMS to the words that repeat it in front of a name."""
_LOOSE_HEADS = re.compile(
    r"^(?:de |het |the )?(?:gemeente|gem|municipality of|provincie|prov|province of|waterschap"
    r"|hoogheemraadschap(?: van)?|wetterskip|ministerie(?: van)?|ministry of|openbaar lichaam"
    r"|gemeenschappelijke regeling|gr) (?=.)"
)
_LOOSE_WORDS = {
    "en": "", "and": "", "de": "", "het": "", "van": "", "der": "", "den": "", "st": "sint",
    "ad": "aan", "a": "aan", "d": "", "nh": "noord holland", "zh": "zuid holland", "l": "limburg",
    "lb": "limburg", "gld": "gelderland", "nb": "noord brabant", "ov": "overijssel",
}  # fmt: skip
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")
_MARKS_OF_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]")
_APART = re.compile(r"[\W_]+")
_MOST_REPAIRS = 2


def repaired(text: str) -> str:
    """Give a text whose letters were read in the wrong character set as it was meant.

    Only what reads as UTF-8 taken for Windows-1252 is changed; all else stays as it is.

    >>> repaired("SÃºdwest-FryslÃ¢n"), repaired("Fryslân")
    ('Súdwest-Fryslân', 'Fryslân')
    """
    for _ in range(_MOST_REPAIRS):
        if not _MARKS_OF_MOJIBAKE.search(text):
            break
        meant = _reread(text)
        if meant is None:
            break
        text = meant
    return text


@lru_cache(maxsize=65536)
def normalised(text: str) -> str:
    """Give a name without case, accents, punctuation and doubled space.

    >>> normalised("’s-Gravenhage") == normalised("'S GRAVENHAGE")
    True
    """
    plain = unicodedata.normalize("NFKD", repaired(text)).casefold()
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_APART.sub(" ", bare).split())


def core(text: str, types: Iterable[str] = ()) -> str:
    """Give a name without the word that repeats its own kind.

    Args:
        text: The name.
        types: IRIs of the classes of what has the name.

    >>> core("gemeente Almere", ["https://identifier.overheid.nl/tooi/def/ont/Gemeente"])
    'almere'
    >>> core("gemeente Almere", [])
    'gemeente almere'
    """
    plain = normalised(text)
    for kind in types:
        for word in _KIND_WORDS.get(_local(kind), ()):
            rest = plain.removeprefix(word + " ")
            if rest != plain:
                return rest
    return plain


@lru_cache(maxsize=65536)
def loose(text: str) -> str:
    """Give a name as it is looked for when nothing stricter is found.

    >>> loose("Gem. Capelle a/d IJssel") == loose("Capelle aan den IJssel (gemeente)")
    True
    """
    plain = normalised(_REMARK.sub("", repaired(text)) or text)
    return _spelled_out(_LOOSE_HEADS.sub("", plain))


@lru_cache(maxsize=65536)
def whole(text: str) -> str:
    """Give a name with abbreviations spelled out, and with everything else it says.

    >>> whole("Gemeente St. Anthonis")
    'gemeente sint anthonis'
    """
    return _spelled_out(normalised(text))


def _spelled_out(plain: str) -> str:
    words = [_LOOSE_WORDS.get(w, w) for w in plain.split()]
    return " ".join(w for w in words if w) or plain


def kinds(types: Iterable[str]) -> frozenset[str]:
    """Give classes as they are compared: those of TOOI and OWMS with one name are one.

    >>> kinds(["http://standaarden.overheid.nl/owms/terms/Gemeente"])
    frozenset({'https://identifier.overheid.nl/tooi/def/ont/Gemeente'})
    """
    return frozenset(_kind(t) for t in types)


GENERAL = frozenset(
    {
        SAM + "Organisation",
        SAM + "Actor",
        "http://www.w3.org/ns/org#Organization",
        "http://www.w3.org/ns/org#FormalOrganization",
        "http://xmlns.com/foaf/0.1/Agent",
        "http://data.europa.eu/m8g/PublicOrganisation",
        _TOOIONT + "Overheidsorganisatie",
        "http://www.w3.org/2004/02/skos/core#Concept",
        "http://www.w3.org/2002/07/owl#NamedIndividual",
        "http://www.w3.org/ns/prov#Entity",
    }
)
"""Classes that say too little to be the same kind: a match on these alone is asked."""


def _kind(iri: str) -> str:
    local = iri.removeprefix(OWMS)
    return _TOOIONT + local if local != iri and local in _KIND_WORDS else iri


def _local(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1]


def _reread(text: str) -> str | None:
    """Give a text with its letters read as UTF-8, None when they are not."""
    raw = bytearray()
    for c in text:
        try:
            raw += c.encode("cp1252")
        except UnicodeEncodeError:
            if ord(c) > 0xFF:  # noqa: PLR2004 - the last code of one byte
                return None
            raw.append(ord(c))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
