"""A verdict as it is kept: the contract that clients read, and all that other forms need.

Kept as plain values, so that the journal can hold it; read back only where it is written for
people or editors.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.checking.formats.json_report import as_json
from kg.checking.report import Group, Repair, Report, Result
from kg.intake.examining import DETAILS
from kg.rdf.positions import Place
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def as_kept(report: Report) -> dict[str, Any]:
    """Give a verdict as it is kept.

    >>> report = Report(("a.ttl",), dt.date(2026, 1, 1), (), 3)
    >>> as_kept(report)["conforms"], from_kept(as_kept(report)) == report
    (True, True)
    """
    whole = asdict(report) | {"as_of": report.as_of.isoformat()}
    return {**as_json(report, lang="nl"), DETAILS: whole}


def from_kept(kept: Mapping[str, Any]) -> Report:
    """Read a verdict back."""
    whole = kept[DETAILS]
    return Report(
        files=tuple(whole["files"]),
        as_of=dt.date.fromisoformat(whole["as_of"]),
        groups=tuple(
            Group(tuple(_result(r) for r in g["results"]), int(g["total"])) for g in whole["groups"]
        ),
        passed=int(whole["passed"]),
        not_checked=tuple(Text(*t) for t in whole["not_checked"]),
        versions=dict(whole["versions"]),
        media=dict(whole["media"]),
    )


def _result(plain: Mapping[str, Any]) -> Result:
    texts = {
        name: None if plain[name] is None else Text(*plain[name])
        for name in ("focus_label", "path_words", "expected")
    }
    source, repair = plain["source"], plain["repair"]
    return Result(
        **{
            **plain,
            **texts,
            "message": Text(*plain["message"]),
            "source": None if source is None else Place(**source),
            "repair": None if repair is None else _repair(repair),
            "alternatives": tuple(_repair(r) for r in plain["alternatives"]),
        }
    )


def _repair(plain: Mapping[str, Any]) -> Repair:
    return Repair(
        Text(*plain["about"]), tuple(plain["remove"]), tuple(plain["add"]), bool(plain["verified"])
    )
