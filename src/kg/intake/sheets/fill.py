"""Statements to the rows of sheets: a template that already holds what is known.

What a column cannot hold (a path of more steps, a node without an IRI) is left out; the rest reads
back as the same statements.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kg.intake.sheets.columns import ID
from kg.intake.sheets.identity import base_of, under
from kg.intake.sheets.names import Choice
from kg.rdf import BlankNode, Literal, NamedNode, value
from kg.terms import RDF_TYPE, RDFS_LABEL, SAM, SKOS_PREF_LABEL
from kg.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.intake.sheets.catalogue import Catalogue
    from kg.intake.sheets.columns import Column, Sheet
    from kg.rdf import Term, Triple
    from kg.text import Lang

_YES_NO = Text("ja", "yes"), Text("nee", "no")


def choices_of(triples: Iterable[Triple], catalogue: Catalogue) -> tuple[Choice, ...]:
    """Give the named things in statements as things that cells may name."""
    return tuple(Known(triples, catalogue).outside())


def general_aspects(catalogue: Catalogue) -> tuple[Choice, ...]:
    """Give the aspects that ship with the ontology, which any cell may name."""
    return tuple(Choice(x, catalogue.label(x), SAM + "Aspect") for x in catalogue.aspects())


class Known:
    """Statements by node, with the names of the nodes."""

    def __init__(
        self,
        triples: Iterable[Triple],
        catalogue: Catalogue,
        *,
        classes: Sequence[str] = (),
        own: Sequence[str] = (),
    ) -> None:
        """Look at statements.

        Args:
            triples: The statements.
            catalogue: The classes.
            classes: Classes that have a sheet.
            own: What the IRIs of one's own nodes start with; all are own if left out.
        """
        self._catalogue = catalogue
        self._classes = classes
        self._own = own
        self._nodes: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for t in triples:
            if isinstance(t.subject, NamedNode) and not isinstance(t.object, type(t)):
                self._nodes[t.subject.value][t.predicate.value].append(t.object)
        self._labels: dict[str, set[str]] = defaultdict(set)
        for node in self._nodes:
            for x in LANGUAGES:
                self._labels[self.label(node).to(x)].add(node)

    def label(self, iri: str) -> Text:
        """Give the name of a node; else what the ontology calls it, else the end of its IRI."""
        found = self._nodes.get(iri, {})
        words = {
            x.language or "": x.value
            for p in (SKOS_PREF_LABEL, RDFS_LABEL)
            for x in found.get(p, ())
            if isinstance(x, Literal)
        }
        if not words:
            return self._catalogue.label(iri)
        spare = next(iter(words.values()))
        return Text(*(words.get(x, words.get("", spare)) for x in LANGUAGES))

    def rows(self, sheet: Sheet, organisation: str | None, language: Lang) -> list[list[str]]:
        """Give the rows of one sheet: one's own nodes.

        Args:
            sheet: The sheet.
            organisation: Who speaks: IRIs below it are written short.
            language: Language for the names of what is referred to.
        """
        return [
            [self._cell(node, column, sheet, organisation, language) for column in sheet.columns]
            for node in sorted(self._nodes)
            if self._sheet_of(node) == sheet.cls
        ]

    def outside(self) -> Iterator[Choice]:
        """Give the named things that have no row on a sheet."""
        for node in sorted(self._nodes):
            if self._has_label(node) and self._sheet_of(node) is None:
                for kind in sorted(value(k) for k in self._nodes[node][RDF_TYPE]):
                    yield Choice(node, self.label(node), kind)

    def _sheet_of(self, node: str) -> str | None:
        """Give the narrowest of the classes that a node of one's own belongs to."""
        if self._own and not any(under(node, prefix) for prefix in self._own):
            return None
        kinds = [value(k) for k in self._nodes[node][RDF_TYPE]]
        fits = [c for c in self._classes if any(self._catalogue.is_a(k, c) for k in kinds)]
        narrow = [c for c in fits if not any(o != c and self._catalogue.is_a(o, c) for o in fits)]
        return min(narrow, default=None)

    def _cell(
        self, node: str, column: Column, sheet: Sheet, organisation: str | None, language: Lang
    ) -> str:
        if column.path == ID:
            base = base_of(organisation, sheet.cls)
            local = node.removeprefix(base)
            return local if local != node and "/" not in local else node
        found = self._nodes[node][column.path]
        if column.kind == "kind":
            kinds = sorted(value(k) for k in found if value(k) in column.options)
            return "" if kinds == [sheet.cls] else self._listed(kinds, language)
        if column.language is not None:
            words = (x for x in found if isinstance(x, Literal) and x.language == column.language)
            return next((x.value for x in words), "")
        if column.kind == "choice":
            return self._listed([value(x) for x in found], language)
        if column.kind == "boolean":
            return "; ".join(_YES_NO[value(x) == "false"].to(language) for x in found)
        named = (x for x in found if not isinstance(x, BlankNode))
        return "; ".join(self._referred(x, column, language) for x in named)

    def _listed(self, iris: Sequence[str], language: Lang) -> str:
        return "; ".join(self._catalogue.label(x).to(language) for x in iris)

    def _referred(self, term: Term, column: Column, language: Lang) -> str:
        iri = value(term)
        if column.kind != "reference" or iri not in self._nodes:
            return iri
        label = self.label(iri).to(language)
        certain = self._labels[label] == {iri} and self._has_label(iri) and ";" not in label
        return label if certain else iri

    def _has_label(self, iri: str) -> bool:
        return bool(self._nodes[iri][RDFS_LABEL] or self._nodes[iri][SKOS_PREF_LABEL])
