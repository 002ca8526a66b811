"""RDF terms as plain values for a page: what to show, in which language, and what may be a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.checking.formats.terms import read_term
from kg.insight.labels import Label, local_name
from kg.rdf import Literal, NamedNode
from kg.rdf.prefixes import KNOWN_PREFIXES
from kg.terms import CURRENT, RDF_TYPE, RDFS_LABEL, SKOS_PREF_LABEL, XSD
from kg.text import Text

if TYPE_CHECKING:
    from kg.rdf import Term
    from kg.text import Lang
    from kg.workspace.pages_data.look import Seen

_PLAIN = frozenset({XSD + name for name in ("string", "integer", "decimal", "boolean", "date")})
_COMMON = {
    RDF_TYPE: Text("is een", "is a"),
    RDFS_LABEL: Text("naam", "name"),
    SKOS_PREF_LABEL: Text("naam", "name"),
    "http://purl.org/dc/terms/description": Text("omschrijving", "description"),
    "http://purl.org/dc/terms/title": Text("titel", "title"),
    "http://purl.org/dc/terms/identifier": Text("kenmerk", "identifier"),
    "http://www.w3.org/2004/02/skos/core#broader": Text("valt onder", "comes under"),
    "http://data.europa.eu/m8g/isGroupedBy": Text("hoort bij", "belongs to"),
}
"""Names of properties of other vocabularies that most data uses."""
_NAMES = ("sam", "d", "skos", "rdf", "rdfs", "org", "dct", "prov", "xsd", "cpsv", "cv", "owl", "sh")


def short(iri: str) -> str:
    """Give an IRI with a well-known prefix, or as it is.

    >>> short("https://w3id.org/samenspel/def#Service")
    'sam:Service'
    """
    if iri == RDF_TYPE:
        return "a"
    found = next((n for n in _NAMES if iri.startswith(KNOWN_PREFIXES[n])), None)
    return iri if found is None else f"{found}:{iri.removeprefix(KNOWN_PREFIXES[found])}"


def told_term(seen: Seen, term: Term | None, lang: Lang) -> dict[str, Any]:
    """Give a term: ``kind`` ``iri``, ``literal`` or ``blank``, with ``text`` and ``lang``.

    An IRI has ``iri`` and ``short``; its text is its name where it has one.
    """
    if term is None:
        return {"kind": "none", "text": "", "lang": ""}
    if isinstance(term, NamedNode):
        label = seen.labels.of(term.value, lang)
        if term.value in _COMMON:
            label = Label(_COMMON[term.value].to(lang), lang)
        named = bool(label.lang) or label.text != local_name(term.value)
        text = label.text if named else short(term.value)
        return {
            "kind": "iri",
            "iri": term.value,
            "short": short(term.value),
            "text": text,
            "lang": label.lang if named else "",
            "named": named,
        }
    if isinstance(term, Literal):
        kind = term.datatype.value
        note = "" if term.language or kind in _PLAIN else short(kind)
        return {"kind": "literal", "text": term.value, "lang": term.language or "", "note": note}
    return {"kind": "blank", "text": "_:" + term.value, "lang": ""}


def told_subject(seen: Seen, text: str, lang: Lang) -> dict[str, Any]:
    """Give what statements are about: a node without a name is called by its kind.

    The name of a kind comes from the ontology, so it is in the reader's language.
    """
    told = told_text(seen, text, lang)
    if told["kind"] != "iri" or told["named"]:
        return told
    query = f"SELECT ?t FROM <{CURRENT}> WHERE {{ {text} a ?t }} ORDER BY ?t LIMIT 1"
    for row in seen.store.select(query):
        kind = seen.labels.of(row["t"].value, lang)
        local = local_name(str(told["iri"]))
        return told | {"text": f"{kind.text} {local}", "lang": kind.lang, "named": True}
    return told


def told_text(seen: Seen, text: str, lang: Lang) -> dict[str, Any]:
    """Give a term written as in N-Triples."""
    term = read_term(text)
    if term is None:
        return {"kind": "literal", "text": text, "lang": "", "note": ""}
    return told_term(seen, term, lang)
