"""Names for people: the label of a thing, in the language of the reader where there is one.

The order of choice is the reader's language, Dutch, English, a label without language, and else
the last part of the IRI. A label in another language than the reader's keeps its own ``lang``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from kg.rdf import FORMATS, Literal, parse_bytes, value
from kg.resources import ontology_dir
from kg.terms import CURRENT, RDFS_LABEL, SAM, SKOS_PREF_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.rdf import Term
    from kg.store import GraphStore
    from kg.text import Lang

_FROM_STORE = f"""
SELECT ?node ?label ?first FROM <{CURRENT}> WHERE {{
  {{ ?node <{RDFS_LABEL}> ?label BIND ( 1 AS ?first ) }}
  UNION {{ ?node <{SKOS_PREF_LABEL}> ?label BIND ( 2 AS ?first ) }}
  UNION {{ ?node <http://purl.org/dc/terms/title> ?label BIND ( 3 AS ?first ) }} }}
"""
_ABBREVIATIONS: Mapping[str, str] = {SAM: "sam:"}


class Label(NamedTuple):
    """A name and the language it is in.

    Attributes:
        text: The name.
        lang: Language tag; empty when the name has none.
    """

    text: str
    lang: str


class Labels:
    """The names of everything in a store.

    Args:
        store: Its ``current`` graph holds the labels; terms of the ontology have theirs in the
            ontology that ships with the product.
    """

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._loaded: dict[str, dict[str, tuple[int, str]]] | None = None

    def of(self, node: str, lang: Lang) -> Label:
        """Give the name of a node for a reader.

        Args:
            node: An IRI.
            lang: The reader's language.

        Returns:
            The best label there is; the last part of the IRI where there is none.
        """
        known = self._known().get(node)
        if not known:
            return Label(local_name(node), "")
        return choose({tag: text for tag, (_, text) in known.items()}, lang)

    def text(self, node: str, lang: Lang) -> str:
        """Give only the text of the name."""
        return self.of(node, lang).text

    def listed(self, nodes: Iterable[str], lang: Lang, *, most: int = 6) -> str:
        """Give several names in one phrase, the rest counted beyond ``most``."""
        names = sorted({self.text(n, lang) for n in nodes}, key=str.casefold)
        joint = " en " if lang == "nl" else " and "
        if len(names) > most:
            more = len(names) - most + 1
            rest = f"{more} anderen" if lang == "nl" else f"{more} others"
            names = [*names[: most - 1], rest]
        return joint.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    def _known(self) -> dict[str, dict[str, tuple[int, str]]]:
        if self._loaded is None:
            self._loaded = {}
            for node, label, first in ontology_labels():
                self._learn(node, label, first)
            for row in self._store.select(_FROM_STORE):
                self._learn(row["node"].value, row["label"], int(row["first"].value))
        return self._loaded

    def _learn(self, node: str, label: Term, first: int) -> None:
        if not isinstance(label, Literal) or not label.value.strip() or self._loaded is None:
            return
        per_lang = self._loaded.setdefault(node, {})
        tag, entry = (label.language or "").lower(), (first, label.value)
        per_lang[tag] = min(per_lang.get(tag, entry), entry)


def choose(labels: Mapping[str, str], lang: Lang) -> Label:
    """Choose among labels by language: the reader's, nl, en, none, then any.

    Args:
        labels: Language tag (empty for none) to label; at least one.
        lang: The reader's language.

    >>> choose({"en": "green", "fy": "grien"}, "nl")
    Label(text='green', lang='en')
    >>> choose({"nl-NL": "groen"}, "nl").text
    'groen'
    """
    for wanted in (lang, "nl", "en", ""):
        for tag in sorted(labels):
            if tag == wanted or (wanted and tag.lower().startswith(wanted + "-")):
                return Label(labels[tag], tag)
    tag = min(labels)
    return Label(labels[tag], tag)


def local_name(node: str) -> str:
    """Give the last part of an IRI, readable.

    >>> local_name("https://example.org/golden/s-picture")
    's-picture'
    >>> local_name("https://w3id.org/samenspel/def#Control")
    'sam:Control'
    """
    for namespace, prefix in _ABBREVIATIONS.items():
        if node.startswith(namespace):
            return prefix + node.removeprefix(namespace)
    parts = [p for p in re.split(r"[/#]", unquote(node)) if p]
    return parts[-1] if parts else node


@cache
def ontology_labels() -> tuple[tuple[str, Term, int], ...]:
    """Give the labels of the ontology; read once, before the doors of a worker close.

    Returns:
        Node, label and how early the label counts.
    """
    wanted = {RDFS_LABEL: 1, SKOS_PREF_LABEL: 2}
    found: list[tuple[str, Term, int]] = []
    for path in sorted(ontology_dir().glob("*.ttl")):
        for triple in parse_bytes(path.read_bytes(), FORMATS[".ttl"], name=path.name):
            first = wanted.get(triple.predicate.value)
            if first and isinstance(triple.object, Literal):
                found.append((value(triple.subject), triple.object, first))
    return tuple(found)
