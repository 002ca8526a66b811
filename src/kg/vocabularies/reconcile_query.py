"""Queries of the reconciliation service, as JSON says them in version 0.2 and in the 1.0 draft.

In: JSON of anyone. Out: ``Query`` objects that are the same for both versions. Refused, with
what is wrong and where: what the JSON Schemas of the standard refuse, and what is too large.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kg.errors import KgError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Version = Literal["0.2", "1.0-draft"]
VERSIONS: tuple[Version, ...] = ("0.2", "1.0-draft")
BATCH = 50
"""How many queries there may be in one batch; the manifest says it."""
MOST_CANDIDATES = 50
DEFAULT_CANDIDATES = 5
LONGEST = 1000
"""Characters of one name or value."""
MOST_VALUES = 50
MOST_VALUES_IN_ALL = 500
"""Values of properties in one batch: each is compared with every candidate of its query."""
MOST_IDS = 1000
MOST_PROPERTIES = 20
_QUANTIFIERS = ("any", "all", "none")
_KINDS = ("name", "id", "property")
_DIGITS = re.compile(r"[0-9]{1,9}")
_OLD_KEYS = {"query", "type", "limit", "properties", "type_strict"}
_NEW_KEYS = {"type", "limit", "lang", "dir", "conditions"}


class ReconcileError(KgError):
    """A request to the reconciliation service that cannot be answered (codes ``KG-L12…``).

    Attributes:
        status: The HTTP status for it.
    """

    def __init__(self, status: int, code: str, message: Text, advice: Text | None = None) -> None:
        super().__init__(code, message, advice)
        self.status = status


@dataclass(frozen=True, slots=True)
class Condition:
    """What a property of a candidate should have.

    Attributes:
        property: Its name.
        values: IRIs or names.
        required: Whether candidates without it are left out.
        quantifier: Which of the values.
    """

    property: str
    values: tuple[str, ...]
    required: bool = False
    quantifier: str = "any"


@dataclass(frozen=True, slots=True)
class Query:
    """One question, in either version.

    Attributes:
        name: The name that is looked for; empty when only properties are given.
        ids: IRIs or codes that are looked for.
        types: Classes it should have.
        strict: Whether all of the classes are needed, one of them, or none (``should``).
        limit: How many candidates to give.
        conditions: What its properties should have.
    """

    name: str = ""
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    strict: str = "should"
    limit: int = DEFAULT_CANDIDATES
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """A question for values of properties.

    Attributes:
        ids: IRIs of the things.
        properties: The properties.
        limits: Property to how many values to give; 0 or absent for all.
    """

    ids: tuple[str, ...]
    properties: tuple[str, ...]
    limits: Mapping[str, int]


def read_batch(said: object, version: Version) -> dict[str, Query]:
    """Read a batch of queries.

    Args:
        said: The JSON.
        version: Which version it is in.

    Returns:
        Queries by their key; by their number in the 1.0 draft.

    Raises:
        ReconcileError: ``KG-L120`` when it is not as the standard asks, ``KG-L121`` when it is too
            large.
    """
    batch = _object(said, "$")
    if version == "0.2":
        _size(len(batch), BATCH, "$")
        return _bounded({key: _old(query, f"$.{key}") for key, query in batch.items()})
    queries = _list(batch.get("queries"), "$.queries")
    _size(len(queries), BATCH, "$.queries")
    return _bounded({str(n): _new(q, f"$.queries[{n}]") for n, q in enumerate(queries)})


def _bounded(batch: dict[str, Query]) -> dict[str, Query]:
    """Give a batch as long as its queries do not compare too much together."""
    values = sum(len(c.values) for q in batch.values() for c in q.conditions)
    _size(values, MOST_VALUES_IN_ALL, "$")
    return batch


def read_extension(said: object) -> Extension:
    """Read a question for values of properties.

    Raises:
        ReconcileError: ``KG-L120`` or ``KG-L121``.
    """
    asked = _object(said, "$")
    ids = [_text(i, f"$.ids[{n}]") for n, i in enumerate(_list(asked.get("ids"), "$.ids"))]
    _size(len(ids), MOST_IDS, "$.ids")
    wanted = _list(asked.get("properties"), "$.properties")
    _size(len(wanted), MOST_PROPERTIES, "$.properties")
    properties, limits = [], {}
    for n, prop in enumerate(wanted):
        place = f"$.properties[{n}]"
        about = _object(prop, place)
        name = _text(about.get("id"), f"{place}.id")
        settings = _object(about.get("settings", {}), f"{place}.settings")
        properties.append(name)
        limit = settings.get("limit") or 0
        # OpenRefine sends what was typed in a form: a number as text.
        typed = int(limit) if isinstance(limit, str) and _DIGITS.fullmatch(limit) else limit
        limits[name] = _count(typed, f"{place}.settings.limit", least=0)
    return Extension(tuple(ids), tuple(properties), limits)


# --- version 0.2 ---------------------------------------------------------------------------


def _old(said: object, place: str) -> Query:
    query = _object(said, place, _OLD_KEYS)
    conditions = tuple(
        _assignment(p, f"{place}.properties[{n}]")
        for n, p in enumerate(_list(query.get("properties", []), f"{place}.properties"))
    )
    _size(len(conditions), MOST_PROPERTIES, f"{place}.properties")
    if "query" not in query and not conditions:
        raise _wrong(place, _NOTHING)
    types = query.get("type", [])
    several = types if isinstance(types, list) else [types]
    _size(len(several), MOST_VALUES, f"{place}.type")
    return Query(
        name=_text(query.get("query", ""), f"{place}.query"),
        types=tuple(t for t in (_text(x, f"{place}.type") for x in several) if t),
        strict=_one_of(query.get("type_strict", "should"), ("any", "should", "all"),
                       f"{place}.type_strict"),
        limit=_limit(query, place),
        conditions=conditions,
    )  # fmt: skip


def _assignment(said: object, place: str) -> Condition:
    about = _object(said, place)
    if "v" not in about:
        raise _wrong(place, _MISSING, "v")
    return Condition(_text(about.get("pid"), f"{place}.pid"), _values(about["v"], f"{place}.v"))


# --- version 1.0 ---------------------------------------------------------------------------


def _new(said: object, place: str) -> Query:
    query = _object(said, place, _NEW_KEYS)
    conditions = _list(query.get("conditions"), f"{place}.conditions")
    if not conditions:
        raise _wrong(place, _NOTHING, "conditions")
    _size(len(conditions), MOST_PROPERTIES, f"{place}.conditions")
    names: list[str] = []
    ids: list[str] = []
    others: list[Condition] = []
    for n, said_condition in enumerate(conditions):
        kind, condition = _condition(said_condition, f"{place}.conditions[{n}]")
        if kind == "property":
            others.append(condition)
        else:
            (names if kind == "name" else ids).extend(condition.values)
    return Query(
        name=" ".join(names),
        ids=tuple(ids),
        types=(_text(query["type"], f"{place}.type"),) if "type" in query else (),
        limit=_limit(query, place),
        conditions=tuple(others),
    )


def _condition(said: object, place: str) -> tuple[str, Condition]:
    about = _object(said, place)
    kind = _one_of(about.get("matchType"), _KINDS, f"{place}.matchType")
    if "propertyValue" not in about:
        raise _wrong(place, _MISSING, "propertyValue")
    name = _text(about.get("propertyId"), f"{place}.propertyId") if kind == "property" else kind
    required = about.get("required", False)
    if not isinstance(required, bool):
        raise _wrong(place, _KIND, "required")
    quantifier = _one_of(
        about.get("matchQuantifier", "any"), _QUANTIFIERS, f"{place}.matchQuantifier"
    )
    values = _values(about["propertyValue"], f"{place}.propertyValue")
    return kind, Condition(name, values, required, quantifier)


# --- parts ---------------------------------------------------------------------------------


def _values(said: object, place: str) -> tuple[str, ...]:
    several = said if isinstance(said, list) else [said]
    _size(len(several), MOST_VALUES, place)
    return tuple(_value(v, place) for v in several)


def _value(said: object, place: str) -> str:
    if isinstance(said, dict):
        return _text(said.get("id"), f"{place}.id")
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, int | float):
        return str(said)
    return _text(said, place)


def _limit(query: Mapping[str, Any], place: str) -> int:
    return min(_count(query.get("limit", DEFAULT_CANDIDATES), f"{place}.limit"), MOST_CANDIDATES)


def _count(said: object, place: str, *, least: int = 1) -> int:
    if isinstance(said, bool) or not isinstance(said, int | float) or not least <= said < 2**31:
        raise _wrong(place, _KIND)
    return int(said)


def _object(said: object, place: str, keys: set[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise _wrong(place, _KIND)
    unknown = sorted(said.keys() - keys) if keys is not None else []
    if unknown:
        raise _wrong(place, _UNKNOWN, unknown[0][:40])
    return said


def _list(said: object, place: str) -> Sequence[Any]:
    if not isinstance(said, list):
        raise _wrong(place, _MISSING if said is None else _KIND)
    return said


def _text(said: object, place: str) -> str:
    if not isinstance(said, str):
        raise _wrong(place, _MISSING if said is None else _KIND)
    _size(len(said), LONGEST, place)
    return said


def _one_of(said: object, choices: Sequence[str], place: str) -> str:
    if not isinstance(said, str) or said not in choices:
        raise _wrong(place, Text(f"kies uit {', '.join(choices)}", f"choose {', '.join(choices)}"))
    return said


def _size(number: int, most: int, place: str) -> None:
    if number > most:
        raise ReconcileError(
            413,
            "KG-L121",
            Text(f"{place}: {number} is meer dan {most}", f"{place}: {number} is more than {most}"),
            Text("stuur minder per keer", "send less at once"),
        )


def _wrong(place: str, what: Text, part: str = "") -> ReconcileError:
    place = f"{place}.{part}" if part else place
    return ReconcileError(
        400,
        "KG-L120",
        Text(f"{place}: {what.nl}", f"{place}: {what.en}"),
        Text("zie de Reconciliation API", "see the Reconciliation API"),
    )


_KIND = Text("is niet van de gevraagde soort", "is not of the kind asked for")
_MISSING = Text("ontbreekt", "is missing")
_NOTHING = Text("er wordt niets gevraagd", "nothing is asked")
_UNKNOWN = Text("is niet bekend", "is not known")
