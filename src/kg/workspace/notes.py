"""Remembers of what data, rules and date a derived graph is, so that asking again is quick.

What is remembered stands in a graph of the store itself, and changes in the same update as what it
is about.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from kg.resources import queries_dir
from kg.rules.findings import read_findings
from kg.rules.weights import load_weights
from kg.terms import GRAPH, D
from kg.text import Text
from kg.workspace.graph import SHOWN, Look, Refused, as_refused

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from kg.pipeline import Result
    from kg.rules.header import Value
    from kg.store import GraphStore

STATE = GRAPH + "state"
_READ = f"SELECT ?o FROM <{STATE}> WHERE {{ <{D}state> <{D}holds> ?o }}"
_VERSION = "1"
"""Raised when the program derives differently from the same rule files."""

Rules = tuple[str, ...] | None
"""Identifiers of the rules that ran; None when all did."""


def key_of(now: dt.date, data: str, parameters: Mapping[str, Value]) -> str:
    """Give a hash of all that the derived graph depends on.

    Args:
        now: The as-of date.
        data: A hash of what was said and by whom.
        parameters: Values for rule parameters.
    """
    parts = [_VERSION, now.isoformat(), data, *(f"{k}={parameters[k]}" for k in sorted(parameters))]
    digest = hashlib.sha256("\n".join(parts).encode())
    rules = queries_dir()
    for file in [rules / "weights.toml", *sorted((rules / "rules").rglob("*"))]:
        if file.is_file():
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def note_of(key: str, rules: Rules, result: Result) -> str:
    """Give what is remembered of a derived graph, as text."""
    refused = [as_refused(r) for r in result.authorised.refused[:SHOWN]]
    note = {
        "key": key,
        "rules": rules,
        "cut": dict(result.findings.cut),
        "refused": [[r.file, r.statement, *r.message, *r.advice] for r in refused],
        "refusedCount": len(result.authorised.refused),
    }
    return json.dumps(note, sort_keys=True)


def is_of(store: GraphStore, key: str) -> bool:
    """Tell whether the derived graph of a store is of certain data, rules and date."""
    note = _note(store)
    return note is not None and note["key"] == key and note["rules"] is None


def recall(
    store: GraphStore,
    key: str,
    now: dt.date,
    rules: Rules,
    parameters: Mapping[str, Value],
) -> Look | None:
    """Give what was found before, when the derived graph is of the same data, rules and date.

    Returns:
        The findings, or None when they have to be derived.
    """
    note = _note(store)
    if note is None or note["key"] != key or not _covers(note["rules"], rules):
        return None
    weights = load_weights()
    values = {**weights.parameters, **parameters}
    findings = read_findings(
        store,
        now,
        weights,
        min_group=int(str(values["minGroup"])),
        cut={k: n for k, n in note["cut"].items() if rules is None or k in rules},
        rules=rules,
    )
    refused = tuple(
        Refused(file, statement, Text(nl, en), Text(advice_nl, advice_en))
        for file, statement, nl, en, advice_nl, advice_en in note["refused"]
    )
    return Look(findings, store, parameters, refused, note["refusedCount"])


def _note(store: GraphStore) -> dict[str, Any] | None:
    for row in store.select(_READ):
        return dict(json.loads(row["o"].value))
    return None


def _covers(ran: list[str] | None, wanted: Rules) -> bool:
    return ran is None or (wanted is not None and set(wanted) <= set(ran))
