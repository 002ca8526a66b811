"""What a page shows, to take along as CSV: it opens in a spreadsheet program and runs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from kg.web.answers import caps
from kg.web.guard import check_query
from kg.web.pages import tasks
from kg.web.pages.data import page
from kg.web.pages.looking import FILTERS
from kg.web.pages.words import spoken
from kg.web.settings import ServiceSettings
from kg.web.tasks import SPARQL

if TYPE_CHECKING:
    from starlette.requests import Request

_ENDINGS = {"text/csv": ".csv", "text/turtle": ".ttl"}


@page
async def findings(request: Request) -> Response:
    """The list of findings as it is filtered."""
    given = {name: request.query_params.get(name, "").strip() for name in FILTERS}
    return await _table(request, "findings", tasks.FINDINGS_TABLE, **given)


@page
async def matrix(request: Request) -> Response:
    """The whole matrix."""
    return await _table(request, "matrix", tasks.MATRIX_TABLE)


@page
async def report(request: Request) -> Response:
    """All rows of the answer to a question."""
    name = request.path_params["name"]
    values = {k: v for k, v in request.query_params.items() if k != "lang"}
    return await _table(request, "answer", tasks.REPORT_TABLE, name=name, values=values)


@page
async def answer(request: Request) -> Response:
    """The whole answer to a query of one's own: rows as CSV, a graph as Turtle."""
    settings = getattr(request.app.state, "settings", None) or ServiceSettings()
    asked = check_query(request.query_params.get("query", ""), settings)
    given = {
        "query": asked.text,
        "media": "text/csv",
        "tripleMedia": "text/turtle",
        "named": asked.named,
        **caps(settings),
    }
    found = await request.app.state.backend.ask(SPARQL, given)
    media = str(found.header["mediaType"])
    headers = {
        "Content-Disposition": f'attachment; filename="answer{_ENDINGS[media]}"',
        "Cache-Control": "no-cache",
    }
    if found.header.get("truncated"):
        headers["Samenspel-Truncated"] = str(found.header["truncated"])
    return Response(await found.read(), headers=headers, media_type=f"{media}; charset=utf-8")


async def _table(request: Request, file: str, task: str, **asked: object) -> Response:
    answer = await request.app.state.backend.ask(task, {"lang": spoken(request), **asked})
    headers = {
        "Content-Disposition": f'attachment; filename="{file}.csv"',
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Cookie",
    }
    return Response(await answer.read(), headers=headers, media_type="text/csv; charset=utf-8")
