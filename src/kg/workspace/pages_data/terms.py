"""The terms of the ontology for a page: what they mean, and how they hang together."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError
from kg.insight.labels import choose
from kg.rdf import FORMATS, Literal, NamedNode, Triple, parse_bytes, value
from kg.resources import ontology_dir
from kg.terms import RDF_TYPE, RDFS_LABEL, SAM, SKOS_PREF_LABEL
from kg.text import Text
from kg.workspace.pages_data.told import short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.rdf import Term
    from kg.text import Lang

_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_TITLE = _DCT + "title"
_MODULES = ("core", "coordination", "cocreation", "quality", "finding")
"""In the order in which a reader needs them."""
_KINDS = {
    _OWL + "Class": "class",
    _OWL + "ObjectProperty": "relation",
    _OWL + "DatatypeProperty": "attribute",
    _SKOS + "ConceptScheme": "scheme",
}
_WORDS = (
    ("definition", _SKOS + "definition"),
    ("note", _SKOS + "scopeNote"),
    ("example", _SKOS + "example"),
    ("source", _DCT + "source"),
    ("change", _SKOS + "changeNote"),
)
_LINKS = (
    ("broader", (_RDFS + "subClassOf", _RDFS + "subPropertyOf", _SKOS + "broader")),
    ("domain", (_RDFS + "domain",)),
    ("range", (_RDFS + "range",)),
    ("inverse", (_OWL + "inverseOf",)),
    ("scheme", (_SKOS + "inScheme",)),
    ("replacedBy", (_DCT + "isReplacedBy",)),
)
_Facts = dict[str, dict[str, list["Term"]]]


@cache
def read_terms() -> _Facts:
    """Give, per node of the ontology, its properties and their values; read once."""
    facts: _Facts = {}
    for path in sorted(ontology_dir().glob("*.ttl")):
        for triple in parse_bytes(path.read_bytes(), FORMATS[".ttl"], name=path.name):
            about = facts.setdefault(value(triple.subject), defaultdict(list))
            if not isinstance(triple.object, Triple):
                about[triple.predicate.value].append(triple.object)
    return facts


def terms(_: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Give all terms by module and kind, with the first words of what they mean."""
    facts = read_terms()
    modules: list[dict[str, Any]] = []
    for module in _MODULES:
        iri = f"https://w3id.org/samenspel/{module}"
        about = facts.get(iri, {})
        mine = [
            n
            for n, f in facts.items()
            if n.startswith(SAM) and any(value(o) == iri for o in f.get(_RDFS + "isDefinedBy", ()))
        ]
        brief = [_brief(n, lang) for n in mine]
        modules.append(
            {
                "id": module,
                "title": _word(about, _TITLE, lang),
                "about": _word(about, _DCT + "description", lang),
                "terms": sorted(brief, key=lambda t: (t["order"], t["label"]["text"].casefold())),
            }
        )
    return {"modules": modules, "count": sum(len(m["terms"]) for m in modules)}


def term(asked: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Give one term.

    Args:
        asked: ``name``, the part after the ``#``.
        lang: The reader's language.

    Raises:
        NotFoundError: ``KG-N041`` when there is no such term.
    """
    iri, facts = SAM + str(asked["name"]), read_terms()
    if iri not in facts:
        raise NotFoundError(
            "KG-N041",
            Text(f"er is geen term {asked['name']:.80}", f"there is no term {asked['name']:.80}"),
            Text("de lijst van termen staat op /terms", "the list of terms is at /terms"),
        )
    about = facts[iri]
    return {
        **_brief(iri, lang),
        "other": _other(about, lang),
        "words": [
            {"name": name, "texts": found}
            for name, predicate in _WORDS
            if (found := _texts(about, predicate, lang))
        ],
        "links": [
            {"name": name, "terms": found}
            for name, predicates in _LINKS
            if (found := [_pointed(o, lang) for p in predicates for o in about.get(p, ())
                          if isinstance(o, NamedNode)])
        ],
        "narrower": _pointing(iri, (_RDFS + "subClassOf", _RDFS + "subPropertyOf"), lang),
        "properties": _pointing(iri, (_RDFS + "domain",), lang),
        "usedBy": _pointing(iri, (_RDFS + "range",), lang),
        "members": _pointing(iri, (_SKOS + "inScheme",), lang),
        "inferredOnly": any(value(o) == "true" for o in about.get(SAM + "inferredOnly", ())),
        "deprecated": any(value(o) == "true" for o in about.get(_OWL + "deprecated", ())),
        "modules": [
            {"id": value(o).rpartition("/")[2], "title": _word(facts[value(o)], _TITLE, lang)}
            for o in about.get(_RDFS + "isDefinedBy", ())
            if value(o) in facts
        ],
    }  # fmt: skip


def _brief(iri: str, lang: Lang) -> dict[str, Any]:
    about = read_terms().get(iri, {})
    types = {value(o) for o in about.get(RDF_TYPE, ())}
    kind = next((name for t, name in _KINDS.items() if t in types), "concept")
    return {
        "iri": iri,
        "name": iri.removeprefix(SAM),
        "short": short(iri),
        "kind": kind,
        "order": [*_KINDS.values(), "concept"].index(kind),
        "label": _word(about, RDFS_LABEL, lang) if RDFS_LABEL in about
        else _word(about, SKOS_PREF_LABEL, lang),
        "definition": _word(about, _SKOS + "definition", lang),
    }  # fmt: skip


def _word(about: Mapping[str, list[Term]], predicate: str, lang: Lang) -> dict[str, str]:
    said = {o.language or "": o.value for o in about.get(predicate, ()) if isinstance(o, Literal)}
    if not said:
        return {"text": "", "lang": ""}
    label = choose(said, lang)
    return {"text": label.text, "lang": label.lang}


def _other(about: Mapping[str, list[Term]], lang: Lang) -> dict[str, str]:
    """Give the name in the other language, for who reads documents in both."""
    return _word(about, RDFS_LABEL if RDFS_LABEL in about else SKOS_PREF_LABEL,
                 "en" if lang == "nl" else "nl")  # fmt: skip


def _texts(about: Mapping[str, list[Term]], predicate: str, lang: Lang) -> list[dict[str, str]]:
    said = [o for o in about.get(predicate, ()) if isinstance(o, Literal)]
    mine = [o for o in said if o.language == lang] or said
    return [{"text": o.value, "lang": o.language or ""} for o in mine]


def _pointed(node: Term, lang: Lang) -> dict[str, Any]:
    iri = value(node)
    known = iri in read_terms() and iri.startswith(SAM)
    return _brief(iri, lang) if known else {
        "iri": iri, "name": "", "short": short(iri), "label": {"text": "", "lang": ""},
    }  # fmt: skip


def _pointing(iri: str, predicates: tuple[str, ...], lang: Lang) -> list[dict[str, Any]]:
    found = [
        _brief(node, lang)
        for node, about in read_terms().items()
        if node.startswith(SAM)
        and any(value(o) == iri for p in predicates for o in about.get(p, ()))
    ]
    return sorted(found, key=lambda t: t["label"]["text"].casefold())
