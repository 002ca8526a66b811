"""The outer shape of a query: its form, its graphs and its body, so that it can be asked in parts.

A server that gives at most so many rows has to be asked how many there are, and then for one part
after another. Both are the same query inside another one. Only the outer shape is read here; what
stands between the braces is left as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["QUERY_FORMS", "UPDATE_FORMS", "Shape", "first_word", "shape_of"]

QUERY_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATE_FORMS: Final = frozenset(
    {"INSERT", "DELETE", "WITH", "CREATE", "DROP", "CLEAR", "LOAD", "COPY", "MOVE", "ADD"}
)
COUNT: Final = "kgCount"
"""The variable that holds how many rows there are."""

_TOKEN: Final = re.compile(
    r"""(?P<skip>\#[^\r\n]*|\s+)
    |(?P<iri><[^\x00-\x20<>"{}|^`\\]*>)
    |(?P<text>\"{3}(?:[^\\"]|\\.|\"{1,2}(?!\"))*\"{3}|'{3}(?:[^\\']|\\.|'{1,2}(?!'))*'{3}
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<var>[?$]\w+)
    |(?P<name>[^\W\d_][\w.-]*:[^\s(){}\[\]<>,;"']*|:[^\s(){}\[\]<>,;"']*|_:[\w.-]+)
    |(?P<word>[^\W\d_][\w-]*)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A query in parts.

    Attributes:
        prologue: ``PREFIX`` and ``BASE``.
        form: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.
        head: What stands between the form and the graphs: variables, or a template in braces.
        graphs: The ``FROM`` clauses.
        body: From ``WHERE`` to the end.
        ordered: Whether the answers come in an order asked for.
    """

    prologue: str
    form: str
    head: str
    graphs: str
    body: str
    ordered: bool

    def count(self, narrowed: str = "") -> str:
        """Give the query that counts the solutions, those that fit a filter."""
        return self._around(f"(COUNT(*) AS ?{COUNT})", narrowed, "")

    def part(self, narrowed: str, key: str, most: int) -> str:
        """Give the query for the first solutions that fit a filter, in the order of a variable."""
        return self._around("*", narrowed, f"ORDER BY STR(?{key}) LIMIT {most}")

    def _around(self, head: str, narrowed: str, tail: str) -> str:
        return (
            f"{self.prologue}SELECT {head} {self.graphs}\n"
            f"WHERE {{ {{ SELECT {self.head} {self.body}\n}} {narrowed} }} {tail}"
        )

    def solutions(self) -> Shape | None:
        """Give the SELECT whose rows fill the template of a CONSTRUCT; None for other forms."""
        if self.form != "CONSTRUCT":
            return None
        used = dict.fromkeys(f"?{w[1:]}" for w, k, _, _ in _tokens(self.template) if k == "var")
        head = f" {' '.join(used) or '*'} "
        return Shape(self.prologue, "SELECT", head, self.graphs, self.body, ordered=False)

    @property
    def text(self) -> str:
        """The query again."""
        return f"{self.prologue}{self.form} {self.head} {self.graphs} {self.body}"

    @property
    def template(self) -> str:
        """The template of a CONSTRUCT, in braces; that of the short form is its body."""
        return self.head.strip() or self.body[self.body.index("{") : self.body.rindex("}") + 1]


def _tokens(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Give (word or sign in capitals, kind, depth of braces, position), comments left out."""
    depth = 0
    for match in _TOKEN.finditer(text):
        kind, found = str(match.lastgroup), match[0]
        if kind == "skip":
            continue
        depth -= found in {"}", ")"}
        yield (found.upper() if kind == "word" else found), kind, depth, match.start()
        depth += found in {"{", "("}


def first_word(text: str) -> str:
    """Give the word with which a query or update starts, after its prefixes; empty when none.

    >>> first_word("PREFIX s: <urn:s#> ask { ?s ?p ?o }")
    'ASK'
    """
    prologue = False
    for word, kind, _, _ in _tokens(text):
        if kind == "word" and word in {"PREFIX", "BASE"}:
            prologue = True
        elif not (prologue and kind in {"name", "iri"}):
            return word if kind == "word" else ""
    return ""


def shape_of(query: str) -> Shape | None:
    """Give the outer shape of a query; None when it has none that can be seen.

    >>> shape = shape_of("SELECT ?s FROM <urn:g> WHERE { ?s ?p ?o } LIMIT 5")
    >>> (shape.head, shape.graphs, shape.body)
    (' ?s ', 'FROM <urn:g> ', 'WHERE { ?s ?p ?o } LIMIT 5')
    """
    form = first_word(query)
    if form not in QUERY_FORMS:
        return None
    tokens = list(_tokens(query))
    start = next(i for i, t in enumerate(tokens) if t[0] == form and t[1] == "word")
    at = start + 1
    if form == "CONSTRUCT" and at < len(tokens) and tokens[at][0] == "{":
        at = _closing(tokens, at)
    graphs = _position(tokens, at, {"FROM", "WHERE", "{"})
    body = _position(tokens, at, {"WHERE", "{"})
    if body is None and form == "DESCRIBE":
        body = len(query)
    if body is None:
        return None
    graphs, begin = body if graphs is None else graphs, tokens[start][3]
    return Shape(
        prologue=query[:begin],
        form=form,
        head=query[begin + len(form) : graphs],
        graphs=query[graphs:body],
        body=query[body:],
        ordered=any(w == "ORDER" and k == "word" and d == 0 for w, k, d, _ in tokens),
    )


_Tokens = list[tuple[str, str, int, int]]


def _closing(tokens: _Tokens, at: int) -> int:
    depth = tokens[at][2]
    later = (i for i, t in enumerate(tokens) if i > at and t[0] == "}" and t[2] == depth)
    return next(later, at) + 1


def _position(tokens: _Tokens, at: int, words: set[str]) -> int | None:
    return next((p for w, k, d, p in tokens[at:] if d == 0 and k != "text" and w in words), None)
