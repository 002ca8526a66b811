"""What the terms of a JSON-LD document mean (JSON-LD 1.1 API, sections 4 and 5).

In so far as places need it: what this module does not know, gives no place instead of a wrong
one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.rdf.turtle import resolve_iri

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYWORDS = frozenset({
    "@base", "@container", "@context", "@direction", "@graph", "@id", "@import", "@included",
    "@index", "@json", "@language", "@list", "@nest", "@none", "@prefix", "@propagate",
    "@protected", "@reverse", "@set", "@type", "@value", "@version", "@vocab",
})  # fmt: skip
_CONTAINERS = frozenset({"@list", "@set", "@language", "@index"})
_ENDS = ":/?#[]@"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_IGNORED = frozenset({"@version", "@protected", "@vocab", "@base", "@language"})
_IN_TERM = frozenset({"@id", "@type", "@container", "@language", "@reverse", "@prefix",
                      "@protected", "@context", "@index"})  # fmt: skip


class UnsupportedError(Exception):
    """A part of JSON-LD that this reader leaves to the engine: no places."""


@dataclass(frozen=True, slots=True)
class Term:
    """What one term means; fields as in JSON-LD 1.1, section 9.1.

    Attributes:
        iri: IRI or keyword; None if the term is switched off.
        type: Coercion: an IRI, ``@id``, ``@vocab`` or None.
        container: ``@list``, ``@set``, ``@language``, ``@index`` or nothing.
        language: Language of strings; None if there is none, False if the context decides.
        reverse: Whether it is a reverse property.
        prefix: Whether it may stand before a colon.
        scoped: Whether it brings a context of its own.
    """

    iri: str | None
    type: str | None = None
    container: str | None = None
    language: str | bool | None = False
    reverse: bool = False
    prefix: bool = False
    scoped: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The terms in force at one place of a document.

    Attributes:
        base: Base IRI.
        vocab: What terms without a meaning are appended to.
        language: Default language.
        terms: Term to meaning.
    """

    base: str | None
    vocab: str | None = None
    language: str | None = None
    terms: Mapping[str, Term] = field(default_factory=dict)

    def extend(self, local: object) -> Context:
        """Give the context that holds after a ``@context``."""
        if local is None:
            return Context(self.base)
        if isinstance(local, list):
            context = self
            for part in local:
                context = context.extend(part)
            return context
        if not isinstance(local, dict) or "@import" in local or "@propagate" in local:
            raise UnsupportedError
        return _Definer(self, local).run()

    def iri(self, value: str, *, vocab: bool = False, document: bool = False) -> str | None:
        """Expand a term, compact IRI or IRI; None if it means nothing."""
        if value in KEYWORDS or (value.startswith("@") and value[1:].isalpha()):
            return value if value in KEYWORDS else None
        if vocab and value in self.terms:
            return self.terms[value].iri
        if ":" in value[1:]:
            whole = self._compact(value)
            if whole is not None:
                return whole
        if vocab and self.vocab is not None:
            return self.vocab + value
        if document:
            return _resolve(value, self.base)
        return value

    def _compact(self, value: str) -> str | None:
        prefix, suffix = value.split(":", 1)
        if prefix == "_" or suffix.startswith("//"):
            return value
        term = self.terms.get(prefix)
        if term is not None and term.iri is not None and term.prefix:
            return term.iri + suffix
        return value if _SCHEME.match(value) else None


def _resolve(value: str, base: str | None) -> str:
    try:
        return resolve_iri(value, base).value
    except ValueError as e:
        raise UnsupportedError(value) from e


class _Definer:
    """Builds the terms of one context; terms may use each other in any order."""

    def __init__(self, before: Context, local: Mapping[str, object]) -> None:
        self.local = local
        self.busy: set[str] = set()
        self.done: set[str] = set()
        self.terms = dict(before.terms)
        base, language = before.base, before.language
        if "@base" in local:
            value = _text(local["@base"])
            base = None if value is None else _resolve(value, before.base)
        if "@language" in local:
            language = _text(local["@language"])
        self.context = replace(before, base=base, language=language, terms=self.terms)

    def run(self) -> Context:
        if "@vocab" in self.local:
            value = _text(self.local["@vocab"])
            vocab = value
            if value is not None and value != "":
                vocab = self._iri(value)
            elif value == "":
                raise UnsupportedError
            self.context = replace(self.context, vocab=vocab)
        for term in self.local:
            if term in KEYWORDS:
                if term not in _IGNORED:
                    raise UnsupportedError(term)
            else:
                self._define(term)
        return self.context

    def _iri(self, value: str) -> str | None:
        if value in self.local and value not in KEYWORDS:
            self._define(value)
        prefix = value.split(":", 1)[0]
        if ":" in value[1:] and prefix in self.local and prefix != value:
            self._define(prefix)
        return self.context.iri(value, vocab=True)

    def _define(self, term: str) -> None:
        if term in self.done:
            return
        if term in self.busy:
            raise UnsupportedError(term)
        self.busy.add(term)
        self.terms.pop(term, None)
        value = self.local[term]
        if isinstance(value, str):
            value = {"@id": value, "": True}
        if value is None:
            self.terms[term] = Term(None)
        elif isinstance(value, dict):
            self.terms[term] = self._term(term, value)
        else:
            raise UnsupportedError(term)
        self.done.add(term)

    def _term(self, term: str, value: Mapping[str, object]) -> Term:
        short = "" in value
        if not set(value) - {""} <= _IN_TERM:
            raise UnsupportedError(term)
        reverse = "@reverse" in value
        named = _text(value.get("@reverse", value.get("@id", term)))
        if named is None:
            return Term(None)
        iri = self._own(term) if named == term else self._iri(named)
        kind = _text(value.get("@type"))
        if kind is not None and kind not in ("@id", "@vocab", "@none"):
            kind = self._iri(kind)
        if kind == "@json":
            raise UnsupportedError(term)
        prefix = value.get("@prefix") is True or (
            short and iri is not None and (iri[-1:] in _ENDS or iri.startswith("_:"))
        )
        return Term(
            iri,
            type=None if kind == "@none" else kind,
            container=_container(value.get("@container")),
            language=_text(value["@language"]) if "@language" in value else False,
            reverse=reverse,
            prefix=prefix,
            scoped="@context" in value or "@index" in value,
        )

    def _own(self, term: str) -> str | None:
        if ":" in term[1:]:
            prefix = term.split(":", 1)[0]
            if prefix in self.local:
                self._define(prefix)
            return self.context.iri(term)
        if self.context.vocab is None:
            raise UnsupportedError(term)
        return self.context.vocab + term


def _container(value: object) -> str | None:
    found = [v for v in (value if isinstance(value, list) else [value]) if v is not None]
    if any(v not in _CONTAINERS for v in found):
        raise UnsupportedError(str(value))
    names = [str(v) for v in found if v != "@set"]
    if len(names) > 1:
        raise UnsupportedError(str(value))
    return names[0] if names else None


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise UnsupportedError(str(value))
