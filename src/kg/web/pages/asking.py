"""Pages to ask on: the catalogue of questions with their forms, and SPARQL of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.errors import ParameterError
from kg.terms import CURRENT, DERIVED, PROVENANCE, SAM, D
from kg.web.guard import check_query
from kg.web.pages import tasks
from kg.web.pages.data import ask as ask_worker
from kg.web.pages.data import page
from kg.web.pages.frame import address, render
from kg.web.pages.words import spoken
from kg.web.problems import Problem, as_problem
from kg.web.settings import ServiceSettings
from kg.web.sparql import mended

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_JOBS = ("interests", "services", "coordination", "co-creation", "quality", "change")
_INPUTS = {
    "integer": ("number", "1"),
    "years": ("number", "1"),
    "decimal": ("number", "any"),
    "date": ("date", ""),
    "iri": ("url", ""),
    "string": ("text", ""),
}
_STOPPED = 500


@page
async def queries(request: Request) -> Response:
    """The questions one may ask, by what one is working on."""
    found = await ask_worker(request, tasks.CATALOGUE)
    jobs = sorted(
        found["jobs"], key=lambda j: _JOBS.index(j["job"]) if j["job"] in _JOBS else len(_JOBS)
    )
    return render(request, "queries.html", {**found, "jobs": jobs})


@page
async def query(request: Request) -> Response:
    """One question: its form, and the answer when its values are there."""
    name = request.path_params["name"]
    values = {k: v for k, v in request.query_params.items() if k not in {"lang", "name"}}
    error: Problem | None = None
    try:
        found = await ask_worker(request, tasks.REPORT, name=name, values=values)
    except (ParameterError, Problem) as e:
        error = as_problem(e)
        if not error.code.startswith("KG-P"):
            raise
        found = await ask_worker(request, tasks.REPORT, name=name, describe=True)
    lang = spoken(request)
    given = {p["name"]: values.get(p["name"], "") for p in found["parameters"]}
    shown: dict[str, Any] = {
        **found,
        "given": given,
        "inputs": _INPUTS,
        "error": None if error is None else error.to(lang).partition(": ")[2].splitlines()[0],
        "downloads": [
            ("csv", address(f"/queries/{name}.csv", **given)),
            ("json", address(f"/v1/queries/{name}", **given)),
        ],
    }
    return render(request, "query.html", shown, status=200 if error is None else 400)


async def sparql_page(request: Request) -> Response:
    """The form for a query of one's own; for who opens ``/sparql`` in a browser."""
    return _form(request, request.query_params.get("query", ""))


@page
async def ask(request: Request) -> Response:
    """A query of one's own and its answer."""
    text = request.query_params.get("query", "")
    if not text.strip():
        return _form(request, "")
    settings = getattr(request.app.state, "settings", None) or ServiceSettings()
    try:
        asked = check_query(text, settings)
        found = await ask_worker(request, tasks.QUESTION, query=text, named=asked.named)
    except Problem as e:
        return _refused(request, text, mended(e, text))
    return _form(request, text, found=found)


def _refused(request: Request, text: str, problem: Problem) -> Response:
    """Show what is wrong at its place, with the query still in the field."""
    lang = spoken(request)
    message, place = problem.message.to(lang), problem.extra
    line, column = place.get("line"), place.get("column")
    told = {
        "stopped": problem.status >= _STOPPED,
        "message": message.removeprefix(f"{line}:{column}: "),
        "advice": None if problem.advice is None else problem.advice.to(lang),
        "line": line,
        "column": column,
        "excerpt": place.get("excerpt"),
        "code": problem.code,
    }
    request.scope["kg.code"] = problem.code
    return _form(request, text, error=told, status=problem.status)


def _form(
    request: Request,
    text: str,
    *,
    found: dict[str, Any] | None = None,
    error: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    values = {
        "query": text,
        "found": found,
        "error": error,
        "examples": EXAMPLES,
        "download": address("/ask/answer", query=text),
    }
    return render(request, "sparql.html", values, status=status)


_HEAD = (
    f"PREFIX sam: <{SAM}>\nPREFIX d: <{D}>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
)
EXAMPLES = (
    (
        "sparql.example.findings",
        _HEAD + "SELECT ?finding ?rule ?severity\n"
        f"FROM <{DERIVED}>\n"
        "WHERE { ?finding sam:rule ?rule ; sam:severity ?severity }\n"
        "ORDER BY DESC(?severity) ?rule ?finding\nLIMIT 20\n",
    ),
    (
        "sparql.example.services",
        _HEAD + "SELECT ?service ?supplier ?customer\n"
        f"FROM <{CURRENT}>\nFROM <{DERIVED}>\n"
        "WHERE { ?service d:supplier ?supplier ; d:customer ?customer }\n"
        "ORDER BY ?service ?customer\nLIMIT 100\n",
    ),
    (
        "sparql.example.interests",
        _HEAD + "SELECT ?party ?direction ?aspect ?priority\n"
        f"FROM <{CURRENT}>\n"
        "WHERE { ?interest sam:heldBy ?party ; sam:direction ?direction ; sam:concerns ?aspect\n"
        "  OPTIONAL { ?interest sam:priority ?priority } }\n"
        "ORDER BY ?aspect ?direction ?party\nLIMIT 100\n",
    ),
    (
        "sparql.example.speakers",
        _HEAD + "SELECT ?organisation ?file (COUNT(*) AS ?statements)\n"
        f"WHERE {{ GRAPH <{PROVENANCE}> {{ ?graph d:by ?organisation ; d:file ?file }}\n"
        "  GRAPH ?graph { ?s ?p ?o } }\n"
        "GROUP BY ?organisation ?file\nORDER BY ?organisation ?file\n",
    ),
)
"""Queries to start from; the form shows them with their names."""
