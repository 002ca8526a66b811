"""Writes answers in the formats of the web.

SPARQL 1.1 Query Results JSON, XML, CSV and TSV (W3C recommendations of 2013); Turtle and expanded
JSON-LD 1.1 for triples.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from kg.errors import OptionError
from kg.insight.publish import write_csv
from kg.rdf import Literal, NamedNode, to_turtle
from kg.terms import RDF_TYPE, XSD
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.insight.answers import Answer
    from kg.rdf import Term

_NO_ATTRIBUTES: AttributesImpl[str] = AttributesImpl({})
_XML_NAMESPACE = "http://www.w3.org/2005/sparql-results#"


def write_answer(answer: Answer, kind: str, *, spreadsheet: bool = False) -> str:
    """Write an answer.

    Args:
        answer: What came out of the question.
        kind: ``json``, ``xml``, ``csv`` or ``tsv`` for rows and truths, ``turtle`` or ``json-ld``
            for triples.
        spreadsheet: For CSV: make it safe to open in a spreadsheet program.

    Raises:
        OptionError: ``KG-O003`` when this kind of answer cannot be written so.
    """
    if answer.form == "CONSTRUCT":
        writers: Mapping[str, Callable[[Answer], str]] = _TRIPLES
    elif answer.form == "ASK":
        writers = _TRUTH
    else:
        writers = _ROWS
    if kind == "csv" and answer.form == "SELECT":
        return to_csv(answer, spreadsheet=spreadsheet)
    if kind not in writers:
        known = ", ".join(sorted(writers))
        raise OptionError(
            "KG-O003",
            Text(
                f"het antwoord op een {answer.form} kan niet als {kind} geschreven worden",
                f"the answer to {answer.form} cannot be written as {kind}",
            ),
            Text(f"kies uit {known}", f"choose from {known}"),
        )
    return writers[kind](answer)


def to_csv(answer: Answer, *, spreadsheet: bool = False) -> str:
    """Write rows as CSV; IRIs and literals without marks."""
    names = [c.name for c in answer.columns]
    rows = [[_plain(row.get(n)) for n in names] for row in answer.terms]
    return write_csv(names, rows, spreadsheet=spreadsheet)


def _plain(term: Term | None) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _tsv(answer: Answer) -> str:
    names = [c.name for c in answer.columns]
    lines = ["\t".join("?" + n for n in names)]
    lines += ["\t".join(_exact(row.get(n)) for n in names) for row in answer.terms]
    return "".join(line + "\n" for line in lines)


def _exact(term: Term | None) -> str:
    return "" if term is None else str(term).replace("\t", "\\t")


def _json(answer: Answer) -> str:
    document: dict[str, object] = {"head": {"vars": [c.name for c in answer.columns]}}
    bindings = [{n: _json_term(t) for n, t in row.items()} for row in answer.terms]
    document["results"] = {"bindings": bindings}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if not isinstance(term, Literal):
        return {"type": "bnode", "value": term.value}
    out = {"type": "literal", "value": term.value}
    if term.language:
        out["xml:lang"] = term.language
    elif term.datatype.value != XSD + "string":
        out["datatype"] = term.datatype.value
    return out


def _xml(answer: Answer) -> str:
    out = io.StringIO()
    writer = XMLGenerator(out, "utf-8", short_empty_elements=True)
    writer.startDocument()
    writer.startElement("sparql", AttributesImpl({"xmlns": _XML_NAMESPACE}))
    writer.startElement("head", _NO_ATTRIBUTES)
    for column in answer.columns:
        writer.startElement("variable", AttributesImpl({"name": column.name}))
        writer.endElement("variable")
    writer.endElement("head")
    if answer.form == "ASK":
        _element(writer, "boolean", {}, str(bool(answer.truth)).lower())
    else:
        _xml_rows(writer, answer)
    writer.endElement("sparql")
    writer.endDocument()
    return out.getvalue() + "\n"


def _xml_rows(writer: XMLGenerator, answer: Answer) -> None:
    writer.startElement("results", _NO_ATTRIBUTES)
    for row in answer.terms:
        writer.startElement("result", _NO_ATTRIBUTES)
        for name, term in row.items():
            told = _json_term(term)
            attributes = {k: v for k, v in told.items() if k in {"xml:lang", "datatype"}}
            writer.startElement("binding", AttributesImpl({"name": name}))
            _element(writer, told["type"], attributes, told["value"])
            writer.endElement("binding")
        writer.endElement("result")
    writer.endElement("results")


def _element(writer: XMLGenerator, name: str, attributes: dict[str, str], text: str) -> None:
    writer.startElement(name, AttributesImpl(attributes))
    writer.characters(text)
    writer.endElement(name)


def _truth_json(answer: Answer) -> str:
    return json.dumps({"head": {}, "boolean": bool(answer.truth)}, indent=2) + "\n"


def _truth_text(answer: Answer) -> str:
    return str(bool(answer.truth)).lower() + "\n"


def _turtle(answer: Answer) -> str:
    return to_turtle(answer.triples)


def _json_ld(answer: Answer) -> str:
    """Write triples as expanded JSON-LD: one object per node, everything sorted."""
    nodes: dict[str, dict[str, list[object]]] = {}
    for triple in sorted(set(answer.triples), key=str):
        node = nodes.setdefault(_node_id(triple.subject), {})
        if triple.predicate.value == RDF_TYPE:
            node.setdefault("@type", []).append(_node_id(triple.object))
        else:
            node.setdefault(triple.predicate.value, []).append(_ld_value(triple.object))
    document = [{"@id": name, **nodes[name]} for name in sorted(nodes)]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _node_id(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _ld_value(term: object) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": _node_id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == XSD + "string":
        return {"@value": term.value}
    return {"@value": term.value, "@type": term.datatype.value}


_ROWS: Mapping[str, Callable[[Answer], str]] = {
    "csv": to_csv,
    "tsv": _tsv,
    "json": _json,
    "xml": _xml,
}
_TRUTH: Mapping[str, Callable[[Answer], str]] = {
    "json": _truth_json,
    "xml": _xml,
    "csv": _truth_text,
    "tsv": _truth_text,
}
_TRIPLES: Mapping[str, Callable[[Answer], str]] = {"turtle": _turtle, "json-ld": _json_ld}
