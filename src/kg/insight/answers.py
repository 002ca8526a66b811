"""The answer to a question: rows with typed values, a truth, or triples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Literal, NamedTuple, overload

from kg.rdf import Literal as RdfLiteral
from kg.rdf import NamedNode
from kg.terms import XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.insight.labels import Labels
    from kg.rdf import Term, Triple
    from kg.store import Row
    from kg.text import Lang, Text

Python = str | int | float | bool | Decimal | dt.date | dt.datetime
"""What a cell becomes in Python; an IRI becomes its text."""


class Column(NamedTuple):
    """One column: the variable and its heading."""

    name: str
    title: Text


@dataclass(frozen=True, eq=False, slots=True)
class Answer(Sequence[Mapping[str, "Python"]]):
    """The answer to a question; a sequence of rows for a SELECT.

    Attributes:
        form: ``SELECT``, ``ASK`` or ``CONSTRUCT``.
        columns: The columns of a SELECT, in order.
        terms: The rows of a SELECT as RDF terms; unbound cells are absent.
        labels: Names for the IRIs in it.
        lang: The reader's language.
        title: Name of the report, None for a person's own query.
        truth: The answer to an ASK.
        triples: The answer to a CONSTRUCT.
    """

    form: Literal["SELECT", "ASK", "CONSTRUCT"]
    columns: tuple[Column, ...]
    terms: tuple[Row, ...]
    labels: Labels = field(repr=False)
    lang: Lang = "nl"
    title: Text | None = None
    truth: bool | None = None
    triples: tuple[Triple, ...] = ()

    def __len__(self) -> int:
        return len(self.terms)

    @overload
    def __getitem__(self, at: int) -> Mapping[str, Python]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Mapping[str, Python]]: ...
    def __getitem__(self, at: int | slice) -> Mapping[str, Python] | Sequence[Mapping[str, Python]]:
        """Give a row, or several, with values as Python has them."""
        if isinstance(at, slice):
            return [_python_row(row) for row in self.terms[at]]
        return _python_row(self.terms[at])

    def __bool__(self) -> bool:
        return bool(self.truth if self.form == "ASK" else self.terms or self.triples)

    def shown(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """Give each row as people read it: text and its language, a name instead of an IRI."""
        for row in self.terms:
            yield tuple(self._cell(row.get(column.name)) for column in self.columns)

    def _cell(self, term: Term | None) -> tuple[str, str]:
        if term is None:
            return "", ""
        if isinstance(term, NamedNode):
            label = self.labels.of(term.value, self.lang)
            return label.text, label.lang
        if isinstance(term, RdfLiteral):
            return term.value, term.language or ""
        return "_:" + term.value, ""

    def _repr_html_(self) -> str:
        if self.form != "SELECT":
            shown = self.truth if self.form == "ASK" else "\n".join(map(str, self.triples))
            return f"<pre>{escape(str(shown))}</pre>"
        caption = f"<caption>{escape(self.title.to(self.lang))}</caption>" if self.title else ""
        head = "".join(
            f'<th scope="col">{escape(c.title.to(self.lang))}</th>' for c in self.columns
        )
        body = "".join(
            "<tr>"
            + "".join(f"<td{lang_attribute(lang)}>{escape(text)}</td>" for text, lang in row)
            + "</tr>"
            for row in self.shown()
        )
        return (
            f'<table lang="{self.lang}">{caption}<thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )


def lang_attribute(lang: str) -> str:
    """Give the HTML attribute for the language of a text, empty where it has none.

    >>> lang_attribute("en")
    ' lang="en"'
    """
    return f' lang="{escape(lang)}"' if lang else ""


def to_python(term: Term) -> Python:
    """Give the Python value of an RDF term; text where its type is unknown or it is not valid.

    >>> to_python(RdfLiteral("2026-01-01", datatype=NamedNode(XSD + "date")))
    datetime.date(2026, 1, 1)
    """
    if not isinstance(term, RdfLiteral):
        return term.value
    convert = _CONVERT.get(term.datatype.value.removeprefix(XSD), str)
    try:
        return convert(term.value)
    except (ValueError, ArithmeticError):
        return term.value


def _python_row(row: Row) -> Mapping[str, Python]:
    return {name: to_python(term) for name, term in row.items()}


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}.get(text, bool(text))


_CONVERT: Mapping[str, Callable[[str], Python]] = {
    "integer": int,
    "decimal": Decimal,
    "double": float,
    "float": float,
    "boolean": _boolean,
    "date": dt.date.fromisoformat,
    "dateTime": dt.datetime.fromisoformat,
}
