"""Questions for a page: the catalogue, an answer to a report, and a person's own SPARQL."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError
from kg.insight.query import answer
from kg.insight.results import write_answer
from kg.rdf import BlankNode, Literal, NamedNode
from kg.rules.bind import bind, to_term
from kg.rules.catalogue import load_catalogue
from kg.store.answering import TURTLE, Caps
from kg.text import Text
from kg.workspace.pages_data.look import look
from kg.workspace.pages_data.told import told_term
from kg.workspace.reading import opened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.rdf import Term
    from kg.rules.header import Header, Parameter
    from kg.text import Lang

_ROWS = 500
"""Rows of an answer that a page shows; the downloads give all."""
_JSON = "application/sparql-results+json"
_BYTES = 2 * 1024 * 1024


def catalogue(_: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Give the questions of the catalogue by the job they help with."""
    reports = sorted(load_catalogue().reports, key=lambda h: (h.stage, h.id))
    return {
        "jobs": [
            {
                "job": job,
                "reports": [
                    {"id": h.id, "title": h.title.to(lang), "question": h.question.to(lang)}
                    for h in group
                ],
            }
            for job, group in groupby(reports, key=lambda h: h.stage)
        ],
        "count": len(reports),
    }


def report(asked: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Answer a question of the catalogue.

    Args:
        asked: ``name``; ``values`` (parameters as text; an empty one takes its default); perhaps
            ``asOf``.
        lang: The reader's language.

    Returns:
        The question with its parameters; ``answer`` when every parameter has a value.

    Raises:
        NotFoundError: ``KG-N001`` when there is no such question.
        ParameterError: When a value is not of its type.
    """
    header = _report(str(asked["name"]))
    values = _values(asked, header)
    told: dict[str, Any] = {
        "id": header.id,
        "job": header.stage,
        "title": header.title.to(lang),
        "question": header.question.to(lang),
        "parameters": [_parameter(p, lang) for p in header.parameters.values()],
        "columns": [title.to(lang) for title in header.columns.values()],
        "source": header.text,
        "anchors": list(header.anchors),
    }
    for name, given in values.items():
        to_term(header.parameters[name], given)
    missing = [
        p.name for p in header.parameters.values() if not values.get(p.name) and p.default is None
    ]
    if missing or asked.get("describe"):
        return told | {"answer": None, "missing": missing}
    seen = look(asked.get("asOf"))
    found = answer(seen.store, header, values, seen.findings.as_of, lang=lang)
    names = [c.name for c in found.columns]
    return told | {
        "missing": [],
        "sparql": bind(header, values, seen.findings.as_of),
        "asOf": seen.findings.as_of.isoformat(),
        "answer": {
            "columns": [{"name": c.name, "title": c.title.to(lang)} for c in found.columns],
            "rows": [
                [told_term(seen, row.get(n), lang) for n in names] for row in found.terms[:_ROWS]
            ],
            "total": len(found.terms),
            "capped": len(found.terms) > _ROWS,
        },
    }


def table(asked: Mapping[str, Any], lang: Lang) -> str:
    """Give all rows of an answer as CSV, safe to open in a spreadsheet program."""
    header = _report(str(asked["name"]))
    seen = look(asked.get("asOf"))
    values = _values(asked, header)
    found = answer(seen.store, header, values, seen.findings.as_of, lang=lang)
    return write_answer(found, "csv", spreadsheet=True)


def _values(asked: Mapping[str, Any], header: Header) -> dict[str, str]:
    given = dict(asked.get("values") or {})
    return {k: str(v) for k, v in given.items() if v and k in header.parameters}


def _report(name: str) -> Header:
    found = load_catalogue().get(name)
    if found.kind != "report":
        raise NotFoundError(
            "KG-N001",
            Text(f"er is geen vraag {name}", f"there is no query {name}"),
        )
    return found


def _parameter(parameter: Parameter, lang: Lang) -> dict[str, Any]:
    default = parameter.default
    return {
        "name": parameter.name,
        "type": parameter.type,
        "default": ""
        if default is None
        else str(default).lower()
        if isinstance(default, bool)
        else str(default),
        "about": parameter.about.to(lang),
        "required": default is None,
    }


def question(asked: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Answer a person's own query, for a page: not more than a person reads.

    Args:
        asked: ``query``; ``named`` whether it names its data set.
        lang: The reader's language.

    Raises:
        QuerySyntaxError: ``KG-Q001`` with line and column.
    """
    here = opened()
    named = bool(asked.get("named"))
    written = here.answering.query(
        str(asked["query"]),
        media=(_JSON, TURTLE),
        caps=Caps(rows=_ROWS, size=_BYTES),
        default_graphs=None if named else here.default_graphs,
        named_graphs=None if named else here.named_graphs,
    )
    told: dict[str, Any] = {"form": written.form, "capped": written.truncated, "rows": written.rows}
    if written.form == "CONSTRUCT":
        return told | {"text": written.body.decode()}
    document = json.loads(written.body)
    if written.form == "ASK":
        return told | {"truth": bool(document["boolean"])}
    seen = look()
    names = document["head"]["vars"]
    lines = [
        [told_term(seen, _term(row.get(n)), lang) for n in names]
        for row in document["results"]["bindings"]
    ]
    return told | {
        "answer": {
            "columns": [{"name": n, "title": "?" + n} for n in names],
            "rows": lines,
            "total": len(lines),
            "capped": written.truncated is not None,
        }
    }


def _term(told: Mapping[str, str] | None) -> Term | None:
    """Read a term of the SPARQL results JSON; what no store would hold becomes text."""
    if told is None:
        return None
    if told["type"] == "uri":
        return NamedNode(told["value"])
    if told["type"] == "bnode":
        return BlankNode(told["value"])
    if told["type"] != "literal":
        return Literal(json.dumps(told["value"]))
    language, kind = told.get("xml:lang"), told.get("datatype")
    if language:
        return Literal(told["value"], language=language)
    return Literal(told["value"], datatype=NamedNode(kind)) if kind else Literal(told["value"])
