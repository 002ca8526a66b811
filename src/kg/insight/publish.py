"""Findings as data: JSON as in the contract (architecture, section 6), CSV and Turtle."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from kg.model import KEY_NAMES
from kg.rdf import Literal, NamedNode, Triple, to_turtle
from kg.terms import RDF_TYPE, SAM, XSD, D

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.model import Finding, Findings

_BOM = "\ufeff"
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def to_json(findings: Findings) -> str:
    """Write findings as the JSON of the contract: two keys, ``asOf`` and ``findings``."""
    document = {"asOf": findings.as_of.isoformat(), "findings": [f.as_dict() for f in findings]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def to_csv(findings: Iterable[Finding], *, spreadsheet: bool = False) -> str:
    """Write findings as CSV, one line each; lists are separated by spaces.

    Args:
        findings: The findings.
        spreadsheet: Make it safe to open in a spreadsheet program (see ``write_csv``).
    """
    head = ["iri", "rule", "class", "severity", *KEY_NAMES]
    head += ["involves", "because", "voice", "coordination", "count"]
    rows = [
        [
            *(f.iri, f.rule, f.cls, f"{f.severity:g}"),
            *(f.keys.get(name, "") for name in KEY_NAMES),
            *(" ".join(f.involves), " ".join(f.because), f.voice),
            *(f.coordination or "", "" if f.count is None else str(f.count)),
        ]
        for f in findings
    ]
    return write_csv(head, rows, spreadsheet=spreadsheet)


def write_csv(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, spreadsheet: bool = False
) -> str:
    """Write a table as CSV (RFC 4180).

    Args:
        head: Names of the columns.
        rows: The cells.
        spreadsheet: Start with a byte order mark, so that accents survive, and put an apostrophe
            before a cell that a spreadsheet program would run as a formula.

    >>> write_csv(["a"], [["=1+1"], ["-5"]], spreadsheet=True).splitlines()[1:]
    ["'=1+1", '-5']
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([_safe(cell) for cell in row] if spreadsheet else row)
    return (_BOM if spreadsheet else "") + out.getvalue()


def _safe(cell: str) -> str:
    return "'" + cell if cell.startswith(_RISKY) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def to_rdf(findings: Iterable[Finding]) -> str:
    """Write findings as Turtle in the terms of the finding module."""
    return to_turtle(t for f in findings for t in _triples(f))


def _triples(finding: Finding) -> Iterator[Triple]:
    node = NamedNode(finding.iri)

    def say(name: str, term: NamedNode | Literal) -> Triple:
        return Triple(node, NamedNode(name if ":" in name else SAM + name), term)

    yield say(RDF_TYPE, NamedNode(SAM + finding.cls.capitalize()))
    yield say("rule", Literal(finding.rule))
    yield say("severity", Literal(str(finding.severity), datatype=NamedNode(XSD + "decimal")))
    yield say("voice", Literal(finding.voice))
    if finding.coordination is not None:
        yield say("coordination", Literal(finding.coordination))
    if finding.count is not None:
        yield say("count", Literal(finding.count))
    for name, key in finding.keys.items():
        term = Literal(key) if name == "reason" else NamedNode(key)
        yield say(D + "at" + name.capitalize(), term)
    yield from (say("involves", NamedNode(actor)) for actor in finding.involves)
    yield from (say("because", NamedNode(reason)) for reason in finding.because)
