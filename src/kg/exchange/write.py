"""Writes an export as text: the syntaxes of RDF, and a table of statements."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from kg.errors import OptionError
from kg.rdf import Literal, NamedNode, to_ntriples, to_turtle, value
from kg.rdf.syntaxes import to_rdf_xml
from kg.terms import RDF_TYPE, XSD
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.rdf import Triple

FORMATS = ("turtle", "jsonld", "xml", "nt", "csv")
_HEAD = ("subject", "property", "value", "language", "datatype")


def write(triples: Sequence[Triple], kind: str, prefixes: Mapping[str, str]) -> str:
    """Write triples.

    Args:
        triples: What to write.
        kind: One of ``FORMATS``.
        prefixes: Short names for namespaces, where the syntax has them.

    Raises:
        OptionError: ``KG-X103`` when a property has no name that XML allows.
    """
    if kind == "nt":
        return to_ntriples(triples)
    if kind == "jsonld":
        return _json_ld(triples, prefixes)
    if kind == "csv":
        return _csv(triples)
    if kind == "xml":
        return _xml(triples, prefixes)
    return to_turtle(triples, prefixes)


def _xml(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> str:
    try:
        return to_rdf_xml(triples, prefixes)
    except ValueError as e:
        raise OptionError(
            "KG-X103",
            Text(
                f"niet alles kan als RDF/XML geschreven worden: {e}",
                f"not everything can be written as RDF/XML: {e}",
            ),
            Text("kies --format turtle of jsonld", "choose --format turtle or jsonld"),
        ) from e


def _csv(triples: Sequence[Triple]) -> str:
    """Write one row per statement (RFC 4180), with IRIs in full."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEAD)
    for t in sorted(set(triples), key=str):
        language = datatype = ""
        if isinstance(t.object, Literal):
            language = t.object.language or ""
            datatype = "" if language else t.object.datatype.value
        writer.writerow((value(t.subject), t.predicate.value, value(t.object), language, datatype))
    return out.getvalue()


def _json_ld(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> str:
    """Write JSON-LD 1.1: one object per node, names shortened by the context, all sorted."""
    nodes: dict[str, dict[str, Any]] = {}
    for t in sorted(set(triples), key=str):
        name = _node(t.subject)
        node = nodes.setdefault(name, {"@id": name})
        if t.predicate.value == RDF_TYPE:
            node.setdefault("@type", []).append(_short(value(t.object), prefixes))
        else:
            key = _short(t.predicate.value, prefixes)
            node.setdefault(key, []).append(_json_value(t.object, prefixes))
    document = {"@context": dict(sorted(prefixes.items())), "@graph": [*nodes.values()]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _json_value(term: object, prefixes: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": _node(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == XSD + "string":
        return {"@value": term.value}
    return {"@value": term.value, "@type": _short(term.datatype.value, prefixes)}


def _node(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    """Give a compact IRI where the rest is a plain name, so that nobody reads it otherwise."""
    for prefix, space in sorted(prefixes.items()):
        local = iri.removeprefix(space)
        if local != iri and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return iri
