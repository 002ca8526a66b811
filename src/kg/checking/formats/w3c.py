"""The verdict as a W3C SHACL validation report (SHACL 1.0, section 3.6), Turtle and JSON-LD.

``sh:conforms`` follows the W3C: false as soon as there is any result, whatever its bin. SHACL knows
no "unknown"; an unknown reference is a warning here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kg.checking.formats.terms import SH, XSD, read_path, read_term
from kg.checking.formats.visible import json_text
from kg.rdf import BlankNode, Literal, NamedNode, Triple, to_turtle
from kg.terms import RDF_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.checking.formats.terms import Path
    from kg.checking.report import Bin, Report, Result
    from kg.rdf import Subject, Term
    from kg.text import Lang

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PREFIXES = {"sh": SH, "xsd": XSD, "rdf": _RDF, "sam": "https://w3id.org/samenspel/def#"}
_SEVERITY: Mapping[Bin, str] = {
    "must-fix": "Violation",
    "should-fix": "Warning",
    "unknown-reference": "Warning",
    "information": "Info",
}
_CODE = re.compile(r"KG-[A-Z]\d{3}")
_LISTED = ("sequence", "alternativePath")


def conforms(report: Report) -> bool:
    """Whether there is no result at all (SHACL 1.0, section 3.4)."""
    return not any(group.total for group in report.groups)


def turtle(report: Report, *, lang: Lang) -> str:
    """Write the verdict as a SHACL report in Turtle; messages stand in both languages."""
    del lang
    return to_turtle(statements(report), _PREFIXES)


def statements(report: Report) -> Iterator[Triple]:
    """Give the statements of the SHACL report."""
    top = BlankNode("report")
    yield _typed(top, "ValidationReport")
    value = Literal(str(conforms(report)).lower(), datatype=NamedNode(f"{XSD}boolean"))
    yield Triple(top, _sh("conforms"), value)
    for number, result in enumerate(report.results, start=1):
        node = BlankNode(f"result{number}")
        yield Triple(top, _sh("result"), node)
        yield _typed(node, "ValidationResult")
        yield from _result(node, result)


def _result(node: BlankNode, result: Result) -> Iterator[Triple]:
    yield Triple(node, _sh("focusNode"), _term(result.focus))
    yield Triple(node, _sh("resultSeverity"), _sh(_SEVERITY[result.bin]))
    yield Triple(node, _sh("sourceConstraintComponent"), _component(result.constraint))
    yield Triple(node, _sh("sourceShape"), _term(result.shape))
    path = read_path(result.path) if result.path else None
    if path is not None:
        nodes = _Nodes(f"{node.value}path")
        yield Triple(node, _sh("resultPath"), nodes.of(path))
        yield from nodes.made
    if result.value:
        yield Triple(node, _sh("value"), _term(result.value))
    for tag, text in (("nl", result.message.nl), ("en", result.message.en)):
        yield Triple(node, _sh("resultMessage"), Literal(_whole(text), language=tag))


class _Nodes:
    """Makes the nodes of a path, with names that no other path has."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0
        self.made: list[Triple] = []

    def of(self, path: Path) -> Subject:
        if path.kind == "iri":
            return NamedNode(path.iri)
        if path.kind == "sequence":
            return self._list(path.parts)
        node = self._new()
        inner = self._list(path.parts) if path.kind in _LISTED else self.of(path.parts[0])
        self.made.append(Triple(node, _sh(path.kind), inner))
        return node

    def _list(self, parts: tuple[Path, ...]) -> Subject:
        rest: Subject = NamedNode(f"{_RDF}nil")
        for part in reversed(parts):
            node = self._new()
            self.made.append(Triple(node, NamedNode(f"{_RDF}first"), self.of(part)))
            self.made.append(Triple(node, NamedNode(f"{_RDF}rest"), rest))
            rest = node
        return rest

    def _new(self) -> BlankNode:
        self._count += 1
        return BlankNode(f"{self._name}{self._count}")


def _term(text: str) -> Term:
    found = read_term(text)
    return Literal(_whole(text)) if found is None else found


def _component(constraint: str) -> NamedNode:
    if _CODE.fullmatch(constraint):
        return NamedNode(f"urn:samenspel:code:{constraint}")
    known = constraint.startswith("sh:")
    found = read_term(SH + constraint.removeprefix("sh:") if known else constraint)
    return found if isinstance(found, NamedNode) else NamedNode("urn:samenspel:code:other")


def _whole(text: str) -> str:
    """Give the text without lone surrogates, which no RDF literal can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


def _typed(node: BlankNode, kind: str) -> Triple:
    return Triple(node, NamedNode(RDF_TYPE), _sh(kind))


# --- JSON-LD -------------------------------------------------------------------------------


def jsonld(report: Report, *, lang: Lang) -> str:
    """Write the verdict as a SHACL report in JSON-LD; the context stands in the document."""
    del lang
    document = {
        "@context": {"sh": SH, "xsd": XSD},
        "@type": "sh:ValidationReport",
        "sh:conforms": conforms(report),
        "sh:result": [_object(r) for r in report.results],
    }
    return json_text(document) + "\n"


def _object(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "sh:ValidationResult",
        "sh:focusNode": _node(_term(result.focus)),
        "sh:resultSeverity": {"@id": f"sh:{_SEVERITY[result.bin]}"},
        "sh:sourceConstraintComponent": _node(_component(result.constraint)),
        "sh:sourceShape": _node(_term(result.shape)),
    }
    path = read_path(result.path) if result.path else None
    if path is not None:
        found["sh:resultPath"] = _path(path)
    if result.value:
        found["sh:value"] = _node(_term(result.value))
    found["sh:resultMessage"] = [
        {"@value": _whole(result.message.nl), "@language": "nl"},
        {"@value": _whole(result.message.en), "@language": "en"},
    ]
    return found


def _path(path: Path) -> dict[str, Any]:
    if path.kind == "iri":
        return {"@id": path.iri}
    if path.kind == "sequence":
        return {"@list": [_path(p) for p in path.parts]}
    parts = [_path(p) for p in path.parts]
    return {f"sh:{path.kind}": {"@list": parts} if path.kind in _LISTED else parts[0]}


def _node(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"@id": term.value}
    if isinstance(term, BlankNode):
        return {"@id": str(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    return {"@value": term.value, "@type": term.datatype.value}
