"""Writes mappings as SSSOM/TSV, in the canonical form of the standard; see ``sssom_read``.

A table has one mapping per line, with why it holds, how sure it is, who says so and when; a block
of YAML before it names prefixes and what holds for all lines (SSSOM 1.1, "The SSSOM/TSV
serialisation format").
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml

from kg.terms import ID
from kg.vocabularies.mappings import SSSOM, Match
from kg.vocabularies.sssom_read import (
    BUILT_IN,
    COLUMNS,
    IDENTIFIERS,
    LARGEST_HEADER,
    NEEDED,
    OURS,
    PROPAGATED,
    read_sssom,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["read_sssom", "write_sssom"]

_NO_LICENCE = SSSOM + "license/unspecified"
_EMPTY: dict[str, Any] = dict.fromkeys(PROPAGATED, "") | {"mapping_date": None}


def write_sssom(
    matches: Sequence[Match],
    *,
    set_id: str = "",
    ordered: bool = True,
    also: Sequence[str] = (),
) -> str:
    """Give mappings as SSSOM/TSV.

    Args:
        matches: The mappings.
        set_id: IRI of the set; by default one made from its content.
        ordered: Whether lines are sorted, as the canonical form asks.
        also: Columns of our own that are written even when they are empty.
    """
    common, matches = _condensed(matches)
    shortener = _Shortener(matches, common)
    rows = [_row(m, shortener) for m in matches]
    extras = sorted({name for m in matches for name in m.extra} | set(also))
    columns = [c for c in (*COLUMNS, *extras) if any(r.get(c) for r in rows)]
    for needed in ("subject_id", *NEEDED, *also):
        if needed not in columns:
            columns.append(needed)
    columns.sort(key=[*COLUMNS, *extras].index)
    if ordered:
        rows.sort(key=lambda r: [r.get(c, "") for c in columns])
    out = io.StringIO()
    table = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writerow(columns)
    table.writerows([r.get(c, "") for c in columns] for r in rows)
    body = out.getvalue()
    name = set_id or f"{ID}mappings/{hashlib.sha256(body.encode()).hexdigest()[:16]}"
    return _header(common, shortener, name, extras) + body


def _condensed(matches: Sequence[Match]) -> tuple[dict[str, Any], Sequence[Match]]:
    """Take out what all mappings have in common, to say it once."""
    common: dict[str, Any] = {}
    for name in PROPAGATED:
        values = {getattr(m, name) for m in matches}
        if len(values) == 1 and (value := values.pop()):
            common[name] = value
    blank = {name: _EMPTY[name] for name in common}
    return common, [replace(m, **blank) for m in matches]


def _row(match: Match, shortener: _Shortener) -> dict[str, str]:
    row = dict(match.extra)
    for name in COLUMNS:
        value = getattr(match, name)
        if name == "author_id":
            row[name] = "|".join(shortener(v) for v in value)
        elif name == "confidence":
            row[name] = "" if value is None else format(value, ".3g")
        elif name in IDENTIFIERS:
            row[name] = shortener(value) if value else ""
        else:
            row[name] = "" if value is None else str(value)
    return row


def _header(
    common: Mapping[str, Any], shortener: _Shortener, name: str, extras: Sequence[str]
) -> str:
    said: dict[str, Any] = {"mapping_set_id": name, "license": _NO_LICENCE}
    for slot in PROPAGATED:
        if slot in common:
            value = common[slot]
            said[slot] = shortener(value) if slot in IDENTIFIERS else value
    if extras:
        said["extension_definitions"] = [
            {"slot_name": e, "type_hint": "xsd:string"} for e in extras
        ]
    # The prefixes come first, but are known only when everything else is written.
    head = {"curie_map": dict(sorted(shortener.used.items()))} if shortener.used else {}
    text = "".join(
        yaml.safe_dump(part, sort_keys=False, allow_unicode=True, width=LARGEST_HEADER)
        for part in (head, said)
        if part
    )
    return "".join(f"#{line}\n" for line in text.splitlines())


class _Shortener:
    """Writes IRIs with prefixes, and makes prefixes for those that have none."""

    def __init__(self, matches: Iterable[Match], common: Mapping[str, Any]) -> None:
        self.used: dict[str, str] = {}
        iris = {v for m in matches for v in _iris(m)}
        iris |= {v for n, v in common.items() if n in IDENTIFIERS}
        spaces = sorted({_space(i) for i in iris if _known(i) is None})
        self._made = {space: f"ns{n}" for n, space in enumerate(spaces, start=1)}

    def __call__(self, iri: str) -> str:
        prefix, space = _known(iri) or (self._made[_space(iri)], _space(iri))
        if prefix not in BUILT_IN:
            self.used[prefix] = space
        return f"{prefix}:{iri.removeprefix(space)}"


def _iris(match: Match) -> Iterator[str]:
    for name in IDENTIFIERS:
        value = getattr(match, name)
        yield from value if isinstance(value, tuple) else [value] if value else []


def _known(iri: str) -> tuple[str, str] | None:
    for prefix, space in (*BUILT_IN.items(), *OURS.items()):
        if iri.startswith(space) and len(iri) > len(space):
            return prefix, space
    return None


def _space(iri: str) -> str:
    at = max(iri.rfind(c, 0, len(iri) - 1) for c in "/#:")
    return iri[: at + 1]
