"""Gives each statement of a JSON-LD document its JSON Pointer.

A second reading of the document that remembers where it is; believed only if it finds exactly
the statements of the engine. What it does not know (scoped contexts, ``@nest``, ``@json``,
index and graph containers) ends in no places, never in wrong ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.intake.jsonld import escape_pointer
from kg.intake.jsonld_context import Context, Term, UnsupportedError
from kg.rdf import BlankNode, Literal, NamedNode, Triple
from kg.rdf.positions import rename, same_statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = NamedNode(_RDF + "type")
_FIRST = NamedNode(_RDF + "first")
_REST = NamedNode(_RDF + "rest")
_NIL = NamedNode(_RDF + "nil")
_DOUBLE = _XSD + "double"
_PLAIN_TERM = Term(None)
_LARGEST = 1e21

_Node = NamedNode | BlankNode
_Object = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class Pointed:
    """A statement, the pointer of its value and that of its node."""

    triple: Triple
    at: str
    node: str


def pointed(document: object, triples: Sequence[Triple], *, base: str) -> list[Pointed] | None:
    """Give the pointers of statements that the engine read from this document.

    Args:
        document: The JSON value, its contexts put in place.
        triples: What the engine read from it.
        base: The base IRI the engine used.

    Returns:
        The same statements with their pointers and the engine's blank nodes, or None if this
        reader sees anything else than the engine.
    """
    reader = _Reader()
    try:
        reader.top(document, Context(base))
    except (UnsupportedError, ValueError):
        return None
    names = same_statements([x.triple for x in reader.out], triples)
    if names is None:
        return None
    return [Pointed(rename(x.triple, names), x.at, x.node) for x in reader.out]


class _Reader:
    """Expansion and deserialisation in one walk (JSON-LD 1.1 API, sections 5.1 and 8.1)."""

    def __init__(self) -> None:
        self.out: list[Pointed] = []
        self._labels: dict[str, BlankNode] = {}

    def top(self, value: object, context: Context, pointer: str = "") -> None:
        for item, at in _items(value, pointer):
            if not isinstance(item, dict):
                continue
            inner = context.extend(item["@context"]) if "@context" in item else context
            keys = {inner.iri(k, vocab=True): k for k in item}
            if "@graph" not in keys:
                self._node(item, context, at)
                continue
            if set(keys) - {"@graph", "@context", None}:
                raise UnsupportedError
            key = keys["@graph"]
            self.top(item[key], inner, f"{at}/{escape_pointer(key)}")

    def _emit(self, triple: Triple, at: str, node: str) -> None:
        self.out.append(Pointed(triple, at, node))

    def _iri(self, value: object, context: Context, *, vocab: bool) -> _Node:
        if not isinstance(value, str):
            raise UnsupportedError
        iri = context.iri(value, vocab=vocab, document=True)
        if iri is None or iri.startswith("@"):
            raise UnsupportedError
        if iri.startswith("_:"):
            return self._labels.setdefault(iri, BlankNode())
        return NamedNode(iri)

    def _node(self, item: dict[str, object], outer: Context, at: str) -> _Node:
        context = outer.extend(item["@context"]) if "@context" in item else outer
        names = {k: context.iri(k, vocab=True) for k in item}
        ids = [v for k, v in item.items() if names[k] == "@id"]
        subject = self._iri(ids[0], context, vocab=False) if ids else BlankNode()
        for key, value in item.items():
            name = names[key]
            step = f"{at}/{escape_pointer(key)}"
            if name is None or name in ("@context", "@id", "@index"):
                continue
            if name.startswith("@"):
                self._keyword(name, value, subject, context, step=step, at=at)
            elif ":" in name:
                self._property(key, value, subject, context, step=step, at=at)
        return subject

    def _keyword(
        self, name: str, value: object, subject: _Node, context: Context, *, step: str, at: str
    ) -> None:
        if name == "@type":
            self._types(value, subject, context, step=step, at=at)
        elif name == "@included":
            for item, place in _items(value, step):
                self._child(item, context, place)
        elif name == "@reverse" and isinstance(value, dict):
            for key, inner in value.items():
                iri = context.iri(key, vocab=True)
                if iri is None or iri.startswith("@") or key in context.terms:
                    raise UnsupportedError
                place = f"{step}/{escape_pointer(key)}"
                self._reversed(iri, inner, subject, context, place)
        else:
            raise UnsupportedError

    def _types(
        self, value: object, subject: _Node, context: Context, *, step: str, at: str
    ) -> None:
        for item, place in _items(value, step):
            if isinstance(item, str) and item in context.terms and context.terms[item].scoped:
                raise UnsupportedError
            kind = self._iri(item, context, vocab=True)
            self._emit(Triple(subject, _TYPE, kind), place, at)

    def _child(self, item: object, context: Context, at: str) -> _Node:
        if not isinstance(item, dict):
            raise UnsupportedError
        return self._node(item, context, at)

    def _reversed(
        self, name: str, value: object, subject: _Node, context: Context, step: str
    ) -> None:
        for item, place in _items(value, step):
            child = self._child(item, context, place)
            self._emit(Triple(child, NamedNode(name), subject), place, place)

    def _property(
        self, key: str, value: object, subject: _Node, context: Context, *, step: str, at: str
    ) -> None:
        name = context.iri(key, vocab=True) or ""
        term = context.terms.get(key, _PLAIN_TERM)
        if term.scoped:
            raise UnsupportedError
        if term.reverse:
            self._reversed(name, value, subject, context, step)
            return
        predicate = NamedNode(name)
        if term.container == "@list" and not _is_list(value, context):
            head = self._list(value, term, context, step)
            self._emit(Triple(subject, predicate, head), step, at)
            return
        for found, place in self._contained(value, term, context, step):
            self._emit(Triple(subject, predicate, found), place, at)

    def _contained(
        self, value: object, term: Term, context: Context, step: str
    ) -> Iterator[tuple[_Object, str]]:
        if term.container not in ("@language", "@index") or not isinstance(value, dict):
            yield from self._values(value, term, context, step)
            return
        for key, inner in value.items():
            place = f"{step}/{escape_pointer(key)}"
            if term.container == "@index":
                yield from self._values(inner, term, context, place)
                continue
            for item, at in _items(inner, place):
                if isinstance(item, str):
                    yield _tagged(item, None if key == "@none" else key), at

    def _values(
        self, value: object, term: Term, context: Context, step: str
    ) -> Iterator[tuple[_Object, str]]:
        for item, at in _items(value, step):
            if item is None:
                continue
            if isinstance(item, dict):
                yield from self._object(item, term, context, at)
            else:
                yield self._scalar(item, term, context), at

    def _object(
        self, item: dict[str, object], term: Term, outer: Context, at: str
    ) -> Iterator[tuple[_Object, str]]:
        context = outer.extend(item["@context"]) if "@context" in item else outer
        names = {context.iri(k, vocab=True): k for k in item}
        if "@value" in names:
            if item[names["@value"]] is not None:
                parts = {str(n): item[k] for n, k in names.items()}
                yield self._value_object(parts, context), at
        elif "@list" in names:
            key = names["@list"]
            yield self._list(item[key], term, context, f"{at}/{escape_pointer(key)}"), at
        elif "@set" in names:
            key = names["@set"]
            yield from self._values(item[key], term, context, f"{at}/{escape_pointer(key)}")
        elif "@graph" in names:
            raise UnsupportedError
        else:
            yield self._node(item, outer, at), at

    def _value_object(self, parts: dict[str, object], context: Context) -> Literal:
        if "@direction" in parts:
            raise UnsupportedError
        value, language, kind = parts["@value"], parts.get("@language"), parts.get("@type")
        if isinstance(language, str) and isinstance(value, str):
            return _tagged(value, language)
        if isinstance(kind, str):
            kind = context.iri(kind, vocab=True, document=True)
            if kind is None or kind.startswith("@"):
                raise UnsupportedError
        return _literal(value, kind if isinstance(kind, str) else None)

    def _list(self, value: object, term: Term, context: Context, step: str) -> _Node:
        found = list(self._values(value, term, context, step))
        nodes: list[_Node] = [*(BlankNode() for _ in found), _NIL]
        for i, (item, at) in enumerate(found):
            self._emit(Triple(nodes[i], _FIRST, item), at, step)
            self._emit(Triple(nodes[i], _REST, nodes[i + 1]), at, step)
        return nodes[0]

    def _scalar(self, value: object, term: Term, context: Context) -> _Object:
        if isinstance(value, str):
            if term.type in ("@id", "@vocab"):
                return self._iri(value, context, vocab=term.type == "@vocab")
            if term.type is None:
                own = term.language
                return _tagged(value, context.language if own is False else _language(own))
        kind = None if term.type in ("@id", "@vocab") else term.type
        return _literal(value, kind)


def _items(value: object, pointer: str) -> Iterator[tuple[object, str]]:
    if not isinstance(value, list):
        yield value, pointer
        return
    for i, item in enumerate(value):
        yield from _items(item, f"{pointer}/{i}")


def _is_list(value: object, context: Context) -> bool:
    return isinstance(value, dict) and any(context.iri(k, vocab=True) == "@list" for k in value)


def _language(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _tagged(value: str, language: str | None) -> Literal:
    return Literal(value, language=language.lower()) if language else Literal(value)


def _literal(value: object, kind: str | None) -> Literal:
    """Write a JSON value as a literal (JSON-LD 1.1 API, section 8.2.2)."""
    if isinstance(value, bool):
        return Literal("true" if value else "false", datatype=NamedNode(kind or _XSD + "boolean"))
    if isinstance(value, int | float):
        whole = value == int(value) and abs(value) < _LARGEST
        if whole and kind != _DOUBLE:
            return Literal(str(int(value)), datatype=NamedNode(kind or _XSD + "integer"))
        return Literal(_double(float(value)), datatype=NamedNode(kind or _DOUBLE))
    if not isinstance(value, str):
        raise UnsupportedError
    return Literal(value, datatype=NamedNode(kind)) if kind else Literal(value)


def _double(value: float) -> str:
    """Write the canonical form of a double: one digit before the point, shortest after it."""
    mantissa, _, exponent = f"{value!r}".partition("e")
    sign, digits = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
    whole, _, part = digits.partition(".")
    power = int(exponent or 0) + len(whole) - 1
    every = whole + part
    lead = len(every) - len(every.lstrip("0"))
    every, power = every.lstrip("0") or "0", power - lead
    return f"{sign}{every[0]}.{every[1:].rstrip('0') or '0'}E{power if every != '0' else 0}"
