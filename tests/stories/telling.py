"""How a finding is told in the expectations of a story: rule, local names of keys, numbers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from kg.rules.catalogue import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import Finding

AS_OF = dt.date(2026, 1, 1)


def local(iri: str) -> str:
    """Give the local name of an IRI."""
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def row_of(finding: Finding) -> dict[str, Any]:
    """Give a finding as an expectation writes it; parts that do not apply are left out."""
    row: dict[str, Any] = {
        "rule": finding.rule,
        "keys": {name: local(iri) for name, iri in finding.keys.items()},
        "severity": finding.severity,
        "count": finding.count,
        "coordination": finding.coordination,
        "voice": None if finding.voice == "unattributed" else finding.voice,
    }
    return {name: part for name, part in row.items() if part is not None}


def rule_id(row: Mapping[str, Any]) -> str:
    """Give the id of the rule file of a row: two files may yield findings of one rule."""
    files = [h for h in load_catalogue().rules if h.is_finding and h.rule == row["rule"]]
    if len(files) > 1:
        files = [h for h in files if set(h.key) == set(row["keys"])]
    return files[0].id


def matches(finding: Finding, rule: str, keys: Mapping[str, str]) -> bool:
    """Tell whether a finding is of this rule with at least these keys."""
    row = row_of(finding)
    wanted = rule_id({"rule": rule, "keys": keys})
    return rule_id(row) == wanted and keys.items() <= row["keys"].items()
