"""The answers behind ``/v1`` that need the graphs: findings, their proof, questions, the matrix.

Runs inside a query worker, on the generation that it opened: what was submitted and did not count,
was withdrawn or waits is not there to be found. Another date than that of the generation is derived
in memory, from what counts.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError, ParameterError
from kg.insight.diagram import to_svg
from kg.insight.drawing import to_html
from kg.insight.explain import Explainer
from kg.insight.labels import ontology_labels
from kg.insight.matrix import read_matrix
from kg.insight.publish import to_csv
from kg.insight.query import answer
from kg.insight.results import write_answer
from kg.insight.views import ExplanationView, FindingList
from kg.intake.authority import OPERATOR_IRI, Authorised
from kg.rules.catalogue import load_catalogue
from kg.rules.reasons import load_reasons
from kg.rules.weights import load_weights
from kg.terms import FINDING
from kg.text import Text
from kg.workspace.graph import check_rules
from kg.workspace.reading import opened, pack
from kg.workspace.said import Heard
from kg.workspace.seen import View, desk, on_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.model import Explanation, Finding
    from kg.text import Lang


PAGE, MOST = 100, 1000
"""How many findings stand on a page when nobody says, and at most."""

# --- findings ------------------------------------------------------------------------------


def findings(payload: bytes) -> bytes:
    """Give a page of findings, gravest first.

    Args:
        payload: JSON; all may be left out: ``asOf``, ``rule``, ``class``, ``voice`` (lists),
            ``organisation``, ``service`` (IRIs), ``minSeverity``, ``after`` (the ``next`` of the
            page before), ``limit``, ``format`` (``json`` or ``csv``; csv has no pages).

    Returns:
        A header with ``mediaType`` and ``next``, and JSON: ``asOf``, ``findings``, ``total`` (that
        fit), ``withheld`` and ``next``.

    Raises:
        NotFoundError: ``KG-N003`` for an unknown rule.
        ParameterError: ``KG-A010`` for a key of a page that is none.
    """
    asked = json.loads(payload)
    check_rules(asked.get("rule") or ())
    found = desk().view(_day(asked)).findings
    fitting = [f for f in found if _fits(f, asked)]
    if asked.get("format") == "csv":
        return pack({"mediaType": "text/csv"}, to_csv(fitting).encode())
    page, more = _page(fitting, asked)
    document = {
        "asOf": found.as_of.isoformat(),
        "findings": [f.as_dict() for f in page],
        "total": len(fitting),
        "withheld": found.withheld,
        "next": _key(page[-1]) if more else None,
    }
    return _json(document)


def _fits(finding: Finding, asked: Mapping[str, Any]) -> bool:
    parties = {*finding.involves, *finding.keys.values()}
    return (
        (not asked.get("rule") or finding.rule in asked["rule"])
        and (not asked.get("class") or finding.cls in asked["class"])
        and (not asked.get("voice") or finding.voice in asked["voice"])
        and finding.severity >= float(asked.get("minSeverity") or 0)
        and asked.get("organisation") in {None, *parties}
        and asked.get("service") in {None, finding.keys.get("service")}
    )


def _page(found: Sequence[Finding], asked: Mapping[str, Any]) -> tuple[list[Finding], bool]:
    limit = max(1, min(int(asked.get("limit") or PAGE), MOST))
    after = asked.get("after")
    rest = found if after is None else _beyond(found, str(after))
    return list(rest[:limit]), len(rest) > limit


def _place(finding: Finding) -> tuple[float, float, str, str]:
    return (-finding.rank, -finding.severity, finding.rule, finding.iri)


def _key(finding: Finding) -> str:
    """Give where a page ends: a place in the order, which also holds when the finding is gone."""
    text = json.dumps(_place(finding), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _beyond(found: Sequence[Finding], key: str) -> Sequence[Finding]:
    try:
        text = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
        rank, severity, rule, iri = json.loads(text)
        place = (float(rank), float(severity), str(rule), str(iri))
    except (ValueError, TypeError, binascii.Error) as e:
        raise ParameterError(
            "KG-A010",
            Text("after wijst geen bladzijde aan", "after points to no page"),
            Text("neem over wat onder next stond", "take over what stood under next"),
        ) from e
    return [f for f in found if _place(f) > place]


def finding(payload: bytes) -> bytes:
    """Give one finding, with its sentence in both languages.

    Args:
        payload: JSON with ``rule``, ``hash`` and maybe ``asOf``.

    Raises:
        NotFoundError: ``KG-N002`` when there is no such finding on that date.
    """
    asked = json.loads(payload)
    view = desk().view(_day(asked))
    found = _one(view, asked)
    told = FindingList(view.findings, view.store)
    words = told.wording
    return _json(
        {
            "asOf": view.findings.as_of.isoformat(),
            "finding": found.as_dict(),
            "title": words.title(found)._asdict(),
            "sentence": words.sentence(found)._asdict(),
        }
    )


def _one(view: View, asked: Mapping[str, Any]) -> Finding:
    iri = f"{FINDING}{asked['rule']}/{asked['hash']}"
    found = next((f for f in view.findings if f.iri == iri), None)
    if found is None:
        raise NotFoundError(
            "KG-N002",
            Text(f"er is geen bevinding {iri}", f"there is no finding {iri}"),
            Text(
                "kijk onder /v1/findings welke er op deze datum zijn",
                "see under /v1/findings which there are at this date",
            ),
        )
    return found


def explanation(payload: bytes) -> bytes:
    """Give the proof of one finding.

    Args:
        payload: JSON with ``rule``, ``hash``, maybe ``asOf``, ``format`` (``json`` or ``html``)
            and ``lang`` (for html).

    Raises:
        NotFoundError: ``KG-N002`` when there is no such finding on that date.
    """
    asked = json.loads(payload)
    here = desk()
    view = here.view(_day(asked))
    found = _one(view, asked)
    explainer = Explainer(
        view.store,
        view.findings,
        here.said.authorised,
        dict(load_weights().parameters),
        load_weights(),
        operator=here.said.operator,
    )
    told = explainer.explain(found.iri)
    if asked.get("format") == "html":
        shown = ExplanationView(told, view.labels, _lang(asked))._repr_html_()
        return pack({"mediaType": "text/html"}, shown.encode())
    return _json(explained(told))


def explained(told: Explanation) -> dict[str, Any]:
    """Give an explanation as plain values; the same as ``kg explain --format json``."""
    return {
        "finding": told.finding.as_dict(),
        "title": told.title._asdict(),
        "sentence": told.sentence._asdict(),
        "factors": [t._asdict() for t in told.factors],
        "statements": [
            {
                "subject": s.subject,
                "predicate": s.predicate,
                "object": s.object,
                "sources": [{"file": x.file, "organisation": x.organisation} for x in s.sources],
                "voice": s.voice,
            }
            for s in told.statements
        ],
        "absent": [t._asdict() for t in told.absent],
        "repairs": [t._asdict() for t in told.repairs],
        "rule": told.rule_text,
    }


# --- questions and the matrix --------------------------------------------------------------

_ANSWERS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}


def query(payload: bytes) -> bytes:
    """Answer a question of the catalogue.

    Args:
        payload: JSON with ``name``, ``parameters`` (name to text), ``format`` (``json``, ``xml``,
            ``csv`` or ``tsv``), and maybe ``asOf`` and ``lang``.

    Raises:
        NotFoundError: ``KG-N001``.
        ParameterError: ``KG-P001`` to ``KG-P003``.
        RuleError: ``KG-Q003`` when it is a rule.
    """
    asked = json.loads(payload)
    header = load_catalogue().get(str(asked["name"]))
    view = desk().view(_day(asked))
    given = asked.get("parameters") or {}
    found = answer(view.store, header, given, view.findings.as_of, lang=_lang(asked))
    kind = str(asked.get("format") or "json")
    return pack(
        {"mediaType": _ANSWERS[kind], "rows": len(found)}, write_answer(found, kind).encode()
    )


def matrix(payload: bytes) -> bytes:
    """Give customers against services.

    Args:
        payload: JSON with ``format`` (``json``, ``csv``, ``html`` or ``svg``), and maybe
            ``service`` (a list of IRIs), ``asOf`` and ``lang``.

    Raises:
        NotFoundError: ``KG-N004`` for a service that is not supplied.
    """
    asked = json.loads(payload)
    view, lang = desk().view(_day(asked)), _lang(asked)
    services = tuple(asked.get("service") or ())
    shown = read_matrix(view.store, view.findings, services=services, lang=lang)
    kind = str(asked.get("format") or "json")
    if kind == "csv":
        return pack({"mediaType": "text/csv"}, shown.to_csv().encode())
    if kind == "html":
        return pack({"mediaType": "text/html"}, to_html(shown).encode())
    if kind == "svg":
        return pack({"mediaType": "image/svg+xml"}, to_svg(shown).encode())
    cells = [
        {
            "customer": customer,
            "service": service,
            "suppliers": list(cell.suppliers),
            "conflicts": [f.iri for f in cell.conflicts],
            "gaps": [f.iri for f in cell.gaps],
            "severity": max((f.severity for f in (*cell.conflicts, *cell.gaps)), default=0.0),
        }
        for (customer, service), cell in sorted(shown.cells.items())
    ]
    names = {n: shown.name(n).text for n in (*shown.customers, *shown.services)}
    return _json(
        {
            "asOf": view.findings.as_of.isoformat(),
            "customers": [{"iri": c, "name": names[c]} for c in shown.customers],
            "services": [{"iri": s, "name": names[s]} for s in shown.services],
            "cells": cells,
        }
    )


# --- shared --------------------------------------------------------------------------------


def _day(asked: Mapping[str, Any]) -> dt.date:
    given = asked.get("asOf")
    return dt.date.fromisoformat(given) if given else opened().as_of


def _lang(asked: Mapping[str, Any]) -> Lang:
    return "en" if asked.get("lang") == "en" else "nl"


def _json(document: Mapping[str, Any]) -> bytes:
    body = json.dumps(document, ensure_ascii=False).encode() + b"\n"
    return pack({"mediaType": "application/json"}, body)


def warm() -> None:
    """Read what these answers need from files, before the doors of a worker close."""
    nothing = Heard(Authorised((), (), {}), OPERATOR_IRI)
    view = on_day(dt.date(2026, 1, 1), nothing)
    load_reasons()
    ontology_labels()
    shown = read_matrix(view.store, view.findings)
    for write in (to_html, to_svg):
        write(shown)
    report = load_catalogue().reports[0]
    found = answer(view.store, report, {}, view.findings.as_of)
    for kind in _ANSWERS:
        write_answer(found, kind)
