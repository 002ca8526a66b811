"""Puts typed terms in place of ``$name`` tokens: user text never becomes query text.

Works on SPARQL tokens, never on raw text: strings, IRIs and comments are left alone. A ``VALUES``
block was tried and does not reach into nested groups; the engine's own substitutions work for
projected variables only (measured).
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from kg.errors import ParameterError
from kg.rdf import Literal, NamedNode
from kg.terms import XSD
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.rules.header import Header, Parameter, Value

_TOKEN = re.compile(
    r"""
    (?P<skip>
        <[^<>"{}|^`\\\x00-\x20]*>                        # IRI
      | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"               # long strings
      | '''(?:[^'\\]|\\.|'(?!''))*'''
      | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'         # strings
      | \#[^\n]*                                          # comment
    )
    | \$(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    """,
    re.VERBOSE,
)
_BOOLEANS = {"true": True, "false": False, "ja": True, "nee": False}
_MAX_TEXT = 4096


def bind(header: Header, values: Mapping[str, Value], now: dt.date) -> str:
    """Give the query of a rule with every parameter filled in.

    Args:
        header: The rule or report.
        values: Values by parameter name, typed or as text a user wrote; missing ones take their
            default.
        now: The date at which the data is looked at; the value of ``$now``.

    Returns:
        SPARQL 1.1 text without ``$`` parameters.

    Raises:
        ParameterError: ``KG-P001`` unknown parameter, ``KG-P002`` wrong type, ``KG-P003`` missing.
    """
    unknown = sorted(set(values) - set(header.parameters) - {"now"})
    if unknown:
        known = ", ".join(header.parameters) or "-"
        raise ParameterError(
            "KG-P001",
            Text(
                f"{header.id}: onbekende parameter {unknown[0]}",
                f"{header.id}: unknown parameter {unknown[0]}",
            ),
            Text(f"bekend zijn: {known}", f"known are: {known}"),
        )
    terms = {"now": str(_date(now))}
    for name, parameter in header.parameters.items():
        value = values.get(name, parameter.default)
        term = to_term(parameter, value)
        terms[name] = str(_years_after(now, int(term.value)) if parameter.type == "years" else term)

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        return terms.get(name, match[0]) if name else match[0]

    return _TOKEN.sub(fill, header.text)


def to_term(parameter: Parameter, value: Value | None) -> NamedNode | Literal:
    """Give the RDF term for one parameter value.

    Args:
        parameter: What is expected.
        value: A typed value, or text as a user writes it.

    Returns:
        The term; its string form is its SPARQL form.

    Raises:
        ParameterError: ``KG-P002`` wrong type, ``KG-P003`` missing.
    """
    if value is None:
        raise ParameterError(
            "KG-P003",
            Text(f"parameter {parameter.name} ontbreekt", f"parameter {parameter.name} is missing"),
        )
    try:
        return _TO_TERM[parameter.type](value)
    except (ValueError, InvalidOperation, KeyError) as e:
        raise ParameterError(
            "KG-P002",
            Text(
                f"parameter {parameter.name}: {value!s:.80} is geen {parameter.type}",
                f"parameter {parameter.name}: {value!s:.80} is not of type {parameter.type}",
            ),
        ) from e


def _date(value: Value) -> Literal:
    day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    return Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))


def _years_after(now: dt.date, years: int) -> Literal:
    year = min(now.year + years, dt.MAXYEAR)
    day = 28 if (now.month, now.day) == (2, 29) else now.day
    return _date(dt.date(year, now.month, day))


def _integer(value: Value) -> Literal:
    return Literal(int(str(value)))


def _decimal(value: Value) -> Literal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return Literal(format(number, "f"), datatype=NamedNode(XSD + "decimal"))


def _boolean(value: Value) -> Literal:
    return Literal(_BOOLEANS[str(value).lower()])


def _iri(value: Value) -> NamedNode:
    node = NamedNode(str(value))
    if ":" not in node.value or len(node.value) > _MAX_TEXT:
        raise ValueError(value)
    return node


def _string(value: Value) -> Literal:
    if len(str(value)) > _MAX_TEXT:
        raise ValueError(value)
    return Literal(str(value))


_TO_TERM: Mapping[str, Callable[[Value], NamedNode | Literal]] = {
    "date": _date,
    "integer": _integer,
    "years": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "iri": _iri,
    "string": _string,
}
