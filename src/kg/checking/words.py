"""Says in words what SHACL says in terms: properties, constraints and what was expected.

Shapes of others seldom speak Dutch and often speak jargon, so every constraint component has a
sentence of its own here. Their own message is quoted behind it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rdflib import DCTERMS, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF

from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rdflib.term import Node

_LABELS = (RDFS.label, SKOS.prefLabel, DCTERMS.title)
_MOST = 8
_IRI = re.compile(r"<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one constraint component says.

    Attributes:
        code: Stable code, documented on a page of its own.
        message: What is wrong; ``{path}`` and ``{expected}`` are filled.
        parameter: Local name of the parameter that says what was expected; empty when none does.
        expected: What was expected; ``{given}`` is the parameter in words.
    """

    code: str
    message: Text
    parameter: str
    expected: Text


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, Sentence]:
    """Give the sentences by constraint component, without ``ConstraintComponent``."""
    table = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
    return {
        name: Sentence(
            code=row["code"],
            message=Text(row["nl"], row["en"]),
            parameter=row.get("parameter", ""),
            expected=Text(row.get("expected_nl", "{given}"), row.get("expected_en", "{given}")),
        )
        for name, row in table.items()
    }


_KINDS: Mapping[Node, Text] = {
    SH.IRI: Text("een webadres (IRI)", "a web address (IRI)"),
    SH.Literal: Text("een tekst, getal of datum", "a text, number or date"),
    SH.BlankNode: Text("een beschrijving zonder eigen naam", "a description without its own name"),
    SH.BlankNodeOrIRI: Text("een ding, geen tekst", "a thing, not a text"),
    SH.IRIOrLiteral: Text("een webadres of een tekst", "a web address or a text"),
    SH.BlankNodeOrLiteral: Text("een beschrijving of een tekst", "a description or a text"),
    XSD.string: Text("een tekst zonder taal", "a text without a language"),
    RDF.langString: Text("een tekst met een taal (nl of en)", "a text with a language (nl or en)"),
    XSD.integer: Text("een heel getal", "a whole number"),
    XSD.nonNegativeInteger: Text("een heel getal van 0 of meer", "a whole number of 0 or more"),
    XSD.decimal: Text("een getal, zoals 12.5", "a number, such as 12.5"),
    XSD.double: Text("een getal, zoals 12.5", "a number, such as 12.5"),
    XSD.boolean: Text("waar of onwaar (true of false)", "true or false"),
    XSD.date: Text("een datum, zoals 2026-01-31", "a date, such as 2026-01-31"),
    XSD.dateTime: Text(
        "een tijdstip, zoals 2026-01-31T09:00:00", "a time, such as 2026-01-31T09:00:00"
    ),
    XSD.gYear: Text("een jaartal", "a year"),
    XSD.duration: Text("een duur, zoals P1Y", "a duration, such as P1Y"),
    XSD.anyURI: Text("een webadres", "a web address"),
}
_NODE = Text("deze beschrijving", "this description")


class Words:
    """Finds names in graphs, the first graph first.

    Args:
        shapes: The shapes.
        graphs: Data, ontology and vocabularies.
    """

    def __init__(self, shapes: Graph, graphs: Sequence[Graph]) -> None:
        self._shapes = shapes
        self._graphs = graphs

    def label(self, node: Node) -> Text | None:
        """Give the name of a node, None when it has none."""
        for predicate in _LABELS:
            found = self._texts(node, predicate)
            if found is not None:
                return found
        return None

    def name(self, node: Node) -> Text:
        """Give the name of a node, or else its text or the last part of its IRI."""
        if isinstance(node, Literal):
            return Text(f"‘{node}’", f"‘{node}’")
        return _KINDS.get(node) or self.label(node) or same(local_name(str(node)))

    def path(self, path: str | None, shape: Node | None = None) -> Text:
        """Give a property path in words.

        Args:
            path: An IRI or a SPARQL property path; None for the node as a whole.
            shape: The property shape, whose ``sh:name`` goes first.
        """
        if path is None:
            return _NODE
        own = None if shape is None else _text(self._shapes, shape, SH.name)
        if own is not None:
            return own
        names = [self.name(URIRef(iri)) for iri in _IRI.findall(path)] or [self.name(URIRef(path))]
        return Text(
            " → ".join(dict.fromkeys(n.nl for n in names)),
            " → ".join(dict.fromkeys(n.en for n in names)),
        )

    def expected(self, component: str, shape: Node) -> Text | None:
        """Give what a constraint expected, in words; None when that says nothing more."""
        sentence = sentence_of(component)
        given = [] if not sentence.parameter else list(
            self._shapes.objects(shape, SH[sentence.parameter])
        )  # fmt: skip
        if not given:
            return None
        names = [self.name(node) for value in given for node in self._members(value)]
        more = len(names) > _MOST
        words = Text(
            ", ".join(n.nl for n in names[:_MOST]) + (" …" if more else ""),
            ", ".join(n.en for n in names[:_MOST]) + (" …" if more else ""),
        )
        if isinstance(given[0], Literal):
            words = Text(words.nl.strip("‘’"), words.en.strip("‘’"))
        return Text(
            sentence.expected.nl.replace("{given}", words.nl),
            sentence.expected.en.replace("{given}", words.en),
        )

    def message(
        self, component: str, *, path: Text, expected: Text | None, own: Mapping[str, str]
    ) -> Text:
        """Give the message of a result.

        Args:
            component: The constraint component, as ``sh:…``.
            path: The property in words.
            expected: What was expected, in words.
            own: Messages of the shape by language; used as they are when both are there, behind
                our own sentence when a value is of another kind: a shape often speaks of how many.
        """
        sentence = sentence_of(component)
        hole = expected or Text("de afspraak", "what was agreed")
        if "nl" in own and "en" in own:
            kind = component == "sh:ClassConstraintComponent"
            nl = _filled(sentence.message.nl, path.nl, hole.nl) + " " if kind else ""
            en = _filled(sentence.message.en, path.en, hole.en) + " " if kind else ""
            return Text(nl + own["nl"], en + own["en"])
        said = own.get("nl") or own.get("en") or own.get("") or next(iter(own.values()), "")
        tail = Text(f" Het profiel zegt: “{said}”", f" The profile says: “{said}”")
        return Text(
            _filled(sentence.message.nl, path.nl, hole.nl) + (tail.nl if said else ""),
            _filled(sentence.message.en, path.en, hole.en) + (tail.en if said else ""),
        )

    def _texts(self, node: Node, predicate: Node) -> Text | None:
        return next((t for g in self._graphs if (t := _text(g, node, predicate))), None)

    def _members(self, node: Node) -> list[Node]:
        if isinstance(node, BNode) and (node, RDF.first, None) in self._shapes:
            return list(Collection(self._shapes, node))
        return [node]


def sentence_of(component: str) -> Sentence:
    """Give what a constraint component says.

    >>> sentence_of("sh:MinCountConstraintComponent").code
    'KG-V101'
    """
    name = component.removeprefix("sh:").removesuffix("ConstraintComponent")
    return sentences().get(name, sentences()["Other"])


def same(text: str) -> Text:
    """Give one text in both languages: for names that have only one."""
    return Text(text, text)


def local_name(iri: str) -> str:
    """Give the last part of an IRI, readable.

    >>> local_name("https://example.org/def#hasName")
    'hasName'
    """
    return unquote(re.split(r"[/#]", iri.rstrip("/#"))[-1]) or iri


def _filled(text: str, path: str, expected: str) -> str:
    return text.replace("{path}", path).replace("{expected}", expected)


def _text(graph: Graph, node: Node, predicate: Node) -> Text | None:
    found = {
        (value.language or "").partition("-")[0]: str(value)
        for value in sorted(v for v in graph.objects(node, predicate) if isinstance(v, Literal))
    }
    if not found:
        return None
    other = found.get("") or next(iter(found.values()))
    return Text(
        found.get("nl") or found.get("en") or other, found.get("en") or found.get("nl") or other
    )
