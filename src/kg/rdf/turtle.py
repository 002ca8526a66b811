"""Reads Turtle (and N-Triples, and TriG without named graphs) with the place of each statement.

Slower than the engine and never believed alone: :func:`places` gives places only if this reader
found exactly the statements of the engine. It also finds where a text goes wrong and why, in
terms a person can act on. Turtle 1.1; the triple terms of 1.2 are refused, and then there are
no places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.rdf.positions import Located, rename, same_statements
from kg.rdf.turtle_tokens import Fault, Token, TurtleError, next_token, unescape

if TYPE_CHECKING:
    from collections.abc import Sequence

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = ox.NamedNode(_RDF + "type")
_FIRST = ox.NamedNode(_RDF + "first")
_REST = ox.NamedNode(_RDF + "rest")
_NIL = ox.NamedNode(_RDF + "nil")
_NUMBERS = {k: ox.NamedNode(_XSD + k) for k in ("integer", "decimal", "double")}
_BOOLEAN = ox.NamedNode(_XSD + "boolean")
_DEPTH = 128
"""How deep this reader follows brackets; the limit on documents is lower."""
_LONGEST_SUBTAG = 8

_Node = ox.NamedNode | ox.BlankNode
_Object = ox.NamedNode | ox.BlankNode | ox.Literal


def read_turtle(text: str, *, base: str | None = None, trig: bool = False) -> list[Located]:
    """Read Turtle with the place of each statement.

    Args:
        text: The document.
        base: IRI against which relative IRIs are resolved.
        trig: Whether ``{ … }`` around statements of the default graph is allowed (TriG).

    Returns:
        The statements in file order, with offsets.

    Raises:
        TurtleError: Where the text goes wrong.

    >>> [x.at for x in read_turtle("<a:s> <a:p> 1, 2 .")]
    [12, 15]
    """
    return _Reader(text, base, trig=trig).read()


def places(
    text: str, triples: Sequence[ox.Triple], *, base: str | None = None, trig: bool = False
) -> list[Located] | None:
    """Give the places of statements that the engine read from this text.

    Args:
        text: The document.
        triples: What the engine read from it.
        base: The base IRI the engine used.
        trig: Whether the document is TriG.

    Returns:
        The same statements with their offsets and the engine's blank nodes; None if this reader
        sees anything else than the engine, so that no place can be trusted.
    """
    try:
        found = read_turtle(text, base=base, trig=trig)
    except TurtleError:
        return None
    names = same_statements([x.triple for x in found], triples)
    if names is None:
        return None
    return [Located(rename(x.triple, names), x.at, x.node) for x in found]


class _Reader:
    """Recursive descent over the tokens (Turtle 1.1, section 6.5)."""

    def __init__(self, text: str, base: str | None, *, trig: bool) -> None:
        self.text = text
        self.base = base
        self.trig = trig
        self.prefixes: dict[str, str] = {}
        self.out: list[Located] = []
        self._labels: dict[str, ox.BlankNode] = {}
        self._iris: dict[tuple[str | None, str], ox.NamedNode] = {}
        self._depth = 0
        self._past = 0
        self.token = next_token(text, 0)

    def read(self) -> list[Located]:
        while self.token.kind != "end":
            self._statement(closing="")
        return self.out

    def _next(self) -> Token:
        token = self.token
        self._past = token.end
        self.token = next_token(self.text, token.end)
        return token

    def _fail(self, fault: Fault, detail: str | None = None) -> TurtleError:
        if fault == "dot":
            return TurtleError(fault, self._past, self._past + 1, self.token.text)
        text = self.token.text if detail is None else detail
        return TurtleError(fault, self.token.start, self.token.end, text)

    def _mark(self, text: str) -> bool:
        return self.token.kind == "mark" and self.token.text == text

    def _statement(self, closing: str) -> None:
        token = self.token
        if token.text in ("@prefix", "@base") or self._is_directive(token):
            self._directive()
            return
        if self.trig and self._mark("{") and not closing:
            self._block()
            return
        opened = self._mark("[")
        start = self.token.start
        subject = self._subject()
        alone = opened and isinstance(subject, ox.BlankNode) and (
            self._mark(".") or (closing and self._mark(closing))
        )  # fmt: skip
        if not alone or self.out == [] or self.out[-1].node < start:
            self._properties(subject, start)
        if closing and self._mark(closing):
            return
        if not self._mark("."):
            raise self._fail("graph" if self._mark("{") else "dot")
        self._next()

    def _block(self) -> None:
        """Read ``{ … }`` around statements of the default graph (TriG 1.1, section 2.2)."""
        self._next()
        while not self._mark("}"):
            if self.token.kind == "end":
                raise self._fail("bracket", "}")
            self._statement(closing="}")
        self._next()

    @staticmethod
    def _is_directive(token: Token) -> bool:
        return token.kind == "word" and token.text.upper() in ("PREFIX", "BASE")

    def _directive(self) -> None:
        word = self._next()
        if word.text.lstrip("@").upper() == "PREFIX":
            if self.token.kind != "name" or self.token.text.find(":") != len(self.token.text) - 1:
                raise self._fail("directive")
            prefix = self._next().text[:-1]
            self.prefixes[prefix] = self._directive_iri()
        else:
            self.base = self._directive_iri()
        if word.text.startswith("@"):
            if not self._mark("."):
                raise self._fail("dot")
            self._next()

    def _directive_iri(self) -> str:
        if self.token.kind != "iri":
            raise self._fail("directive")
        return self._iri(self._next()).value

    def _subject(self) -> _Node:
        if self.token.kind in ("iri", "name", "blank") or self._mark("[") or self._mark("("):
            term = self._object()
            if not isinstance(term, ox.Literal):
                return term
        raise self._fail("graph" if self._mark("{") and not self.trig else "subject")

    def _predicate(self) -> ox.NamedNode:
        if self.token.kind == "word" and self.token.text == "a":
            self._next()
            return _TYPE
        if self.token.kind in ("iri", "name"):
            return self._iri(self._next())
        raise self._fail("predicate")

    def _properties(self, subject: _Node, start: int) -> None:
        while True:
            predicate = self._predicate()
            while True:
                at = self.token.start
                term = self._object()
                self.out.append(Located(ox.Triple(subject, predicate, term), at, start))
                if not self._mark(","):
                    break
                self._next()
            if not self._mark(";"):
                return
            while self._mark(";"):
                self._next()
            if self.token.kind == "mark" and self.token.text in ".]}":
                return

    def _object(self) -> _Object:
        kind = self.token.kind
        if kind in ("iri", "name"):
            return self._iri(self._next())
        if kind == "blank":
            return self._labels.setdefault(self._next().text, ox.BlankNode())
        if kind in ("short", "long"):
            return self._literal()
        if kind in _NUMBERS:
            return ox.Literal(self._next().text, datatype=_NUMBERS[kind])
        if kind == "word" and self.token.text in ("true", "false"):
            return ox.Literal(self._next().text, datatype=_BOOLEAN)
        if self._mark("[") or self._mark("("):
            return self._bracketed()
        raise self._fail("word" if kind == "word" else "object")

    def _bracketed(self) -> _Node:
        self._depth += 1
        if self._depth > _DEPTH:
            raise self._fail("nesting")
        node = self._anonymous() if self.token.text == "[" else self._collection()
        self._depth -= 1
        return node

    def _anonymous(self) -> ox.BlankNode:
        start = self._next().start
        node = ox.BlankNode()
        if not self._mark("]"):
            self._properties(node, start)
        if not self._mark("]"):
            raise self._fail("bracket", "]")
        self._next()
        return node

    def _collection(self) -> _Node:
        self._next()
        items: list[tuple[_Object, int]] = []
        while not self._mark(")"):
            if self.token.kind == "end":
                raise self._fail("bracket", ")")
            at = self.token.start
            items.append((self._object(), at))
        self._next()
        nodes: list[_Node] = [*(ox.BlankNode() for _ in items), _NIL]
        for i, (term, at) in enumerate(items):
            self.out.append(Located(ox.Triple(nodes[i], _FIRST, term), at, at))
            self.out.append(Located(ox.Triple(nodes[i], _REST, nodes[i + 1]), at, at))
        return nodes[0]

    def _literal(self) -> ox.Literal:
        token = self._next()
        cut = 3 if token.kind == "long" else 1
        body = token.text[cut:-cut]
        try:
            value = unescape(body)
            value.encode()
        except (ValueError, OverflowError) as e:
            raise TurtleError("escape", token.start, token.end, "\\u") from e
        if self.token.kind == "language":
            return self._tagged(value)
        if self.token.kind == "datatype":
            self._next()
            if self.token.kind not in ("iri", "name"):
                raise self._fail("object")
            return ox.Literal(value, datatype=self._iri(self._next()))
        return ox.Literal(value)

    def _tagged(self, value: str) -> ox.Literal:
        tag = self.token
        name = tag.text[1:]
        follows = self.text[tag.end : tag.end + 1]
        if follows == "_" or any(len(s) > _LONGEST_SUBTAG for s in name.split("-")):
            raise TurtleError("language", tag.start, tag.end, name)
        self._next()
        try:
            return ox.Literal(value, language=name.lower())
        except ValueError as e:
            raise TurtleError("language", tag.start, tag.end, name) from e

    def _iri(self, token: Token) -> ox.NamedNode:
        prefix = self._declared(token) if token.kind == "name" else None
        scope = self.base if prefix is None else self.prefixes[prefix]
        key = (scope, token.text)
        if key not in self._iris:
            try:
                self._iris[key] = (
                    resolve_iri(unescape(token.text[1:-1]), self.base)
                    if prefix is None
                    else ox.NamedNode(f"{scope}{_local(token.text[len(prefix) + 1 :])}")
                )
            except (ValueError, OverflowError) as e:
                raise TurtleError("iri", token.start, token.end, token.text) from e
        return self._iris[key]

    def _declared(self, token: Token) -> str:
        prefix = token.text.split(":", 1)[0]
        if prefix not in self.prefixes:
            raise TurtleError("prefix", token.start, token.start + len(prefix) + 1, prefix)
        return prefix


def _local(name: str) -> str:
    return name.replace("\\", "")


def resolve_iri(iri: str, base: str | None) -> ox.NamedNode:
    """Resolve an IRI exactly as the engine does, by asking the engine.

    Args:
        iri: An IRI, possibly relative.
        base: What it is relative to; None if nothing.

    Raises:
        ValueError: If it is not an IRI.

    >>> resolve_iri("../x", "https://example.org/a/b").value
    'https://example.org/x'
    """
    if any(c <= " " or c in '<>"{}|^`\\' for c in iri):
        raise ValueError(iri)
    try:
        text = f"<{iri}> a <a:b> .".encode()
        quad = next(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base))
    except SyntaxError as e:
        raise ValueError(str(e)) from e
    if not isinstance(quad.subject, ox.NamedNode):
        raise TypeError(iri)
    return quad.subject
