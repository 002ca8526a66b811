"""``/sparql``: the SPARQL 1.1 Protocol (W3C, 2013) for queries; updates only where one tries out.

A query comes by GET, as a form or as itself; without one the service describes itself.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.responses import Response

from kg.text import Text
from kg.web.access import require
from kg.web.answers import address, answered, backend_of, caps, negotiate, settings_of
from kg.web.guard import Asked, check_query, check_update
from kg.web.mending import mend
from kg.web.negotiation import choose
from kg.web.problems import Problem, not_allowed
from kg.web.tasks import SERVICE, SPARQL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    Page = Callable[[Request], Awaitable[Response]]

ROWS = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
TRIPLES = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
METHODS = "GET, HEAD, POST, OPTIONS"
_FORM = "application/x-www-form-urlencoded"
_QUERY, _UPDATE = "application/sparql-query", "application/sparql-update"
_MOST_PARAMETERS = 1000
_HTML = "text/html"


@dataclass(slots=True)
class Operation:
    """What a request asks for (SPARQL 1.1 Protocol, 2.1 and 2.2).

    Attributes:
        kind: ``query`` or ``update``; empty when the request holds neither.
        text: The query or update.
        parameters: The other parameters, in order.
    """

    kind: str = ""
    text: str = ""
    parameters: dict[str, list[str]] = field(default_factory=dict)

    def graphs(self, name: str) -> list[str]:
        """Give the graphs that a parameter names."""
        return self.parameters.get(name, [])


async def endpoint(request: Request) -> Response:
    """Answer a query, carry out an update, or describe the service."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": METHODS})
    if request.method not in {"GET", "HEAD", "POST"}:
        raise not_allowed(METHODS)
    operation = await read_operation(request)
    if operation.kind == "update":
        return await _update(request, operation)
    if operation.kind == "query":
        return await (_page_of(request, operation) or _query(request, operation))
    if request.method != "POST" and not operation.parameters:
        return await _describe(request)
    raise _bad(Text("er is geen query in dit verzoek", "there is no query in this request"))


async def read_operation(request: Request) -> Operation:
    """Read the parameters and the body of a request.

    Raises:
        Problem: ``KG-H109`` when it is not as the protocol says, ``KG-H115`` (415) for a body of
            another kind.
    """
    pairs = _pairs(request.scope["query_string"])
    if request.method != "POST":
        if any(name == "update" for name, _ in pairs):
            raise _bad(Text("een wijziging gaat met POST", "an update goes by POST"))
        return _operation(pairs)
    media, _, rest = request.headers.get("content-type", "").partition(";")
    media = media.strip().lower()
    if media not in {_FORM, _QUERY, _UPDATE}:
        raise Problem(
            415,
            "KG-H115",
            Text(f"een vraag komt niet als '{media}'", f"a query does not come as '{media}'"),
            Text(f"stuur {_QUERY} of {_FORM}", f"send {_QUERY} or {_FORM}"),
            headers={"Accept-Post": f"{_QUERY}, {_UPDATE}, {_FORM}"},
        )
    text = _decoded(await request.body(), rest)
    if media == _FORM:
        return _operation([*pairs, *_pairs(text.encode())])
    if any(name in {"query", "update"} for name, _ in pairs):
        raise _bad(Text("de vraag staat er twee keer", "the query is there twice"))
    found = _operation(pairs)
    found.kind, found.text = ("query" if media == _QUERY else "update"), text
    return found


def _operation(pairs: list[tuple[str, str]]) -> Operation:
    asked = [(name, value) for name, value in pairs if name in {"query", "update"}]
    if len(asked) > 1:
        raise _bad(Text("stel één vraag per verzoek", "ask one query per request"))
    found = Operation(*(asked[0] if asked else ()))
    for name, value in pairs:
        if name not in {"query", "update"}:
            found.parameters.setdefault(name, []).append(value)
    return found


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode("ascii", "surrogateescape"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError as e:
        raise _bad(Text("het verzoek is geen UTF-8", "the request is not UTF-8")) from e


def _decoded(body: bytes, parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and not _is_utf8(value.strip().strip('"')):
            raise _bad(Text("alleen UTF-8 wordt gelezen", "only UTF-8 is read"))
    try:
        return body.decode()
    except UnicodeDecodeError as e:
        raise _bad(Text("het verzoek is geen UTF-8", "the request is not UTF-8")) from e


def _is_utf8(name: str) -> bool:
    try:
        return codecs.lookup(name).name in {"utf-8", "ascii"}
    except LookupError:
        return False


async def _query(request: Request, operation: Operation) -> Response:
    settings = settings_of(request)
    asked = check_query(operation.text, settings)
    media = negotiate(request, TRIPLES if asked.graph else ROWS)
    try:
        return await answered(request, SPARQL, _request(request, operation, asked, media))
    except Problem as e:
        raise mended(e, operation.text) from e


def _page_of(request: Request, operation: Operation) -> Awaitable[Response] | None:
    """Give the page of an answer, where somebody opened the address in a browser."""
    page: Page | None = getattr(request.app.state, "sparql_answer_page", None)
    data = set(operation.parameters) - {"lang"} or request.method == "POST"
    if (
        page is None
        or data
        or choose(request.headers.get("accept"), (*ROWS, *TRIPLES, _HTML)) != _HTML
    ):
        return None
    return page(request)


def _request(request: Request, operation: Operation, asked: Asked, media: str) -> dict[str, object]:
    return {
        "query": asked.text,
        "media": ROWS[0] if asked.graph else media,
        "tripleMedia": media if asked.graph else TRIPLES[0],
        "base": address(request, "/sparql"),
        "defaultGraphs": operation.graphs("default-graph-uri") or None,
        "namedGraphs": operation.graphs("named-graph-uri") or None,
        "named": asked.named,
        **caps(settings_of(request)),
    }


def mended(problem: Problem, text: str) -> Problem:
    """Give a syntax error with what was probably meant; other problems as they are."""
    if problem.code != "KG-Q001":
        return problem
    line, column = problem.extra.get("line"), problem.extra.get("column")
    found = mend(
        text,
        line if isinstance(line, int) else None,
        column if isinstance(column, int) else None,
    )
    where = f"{found.line}:{found.column}"
    return Problem(
        400,
        "KG-Q001",
        Text(f"{where}: {found.message.nl}", f"{where}: {found.message.en}"),
        found.advice,
        extra={
            "line": found.line,
            "column": found.column,
            "excerpt": found.excerpt,
            "engine": problem.message.en,
        },
    )


async def _update(request: Request, operation: Operation) -> Response:
    backend = backend_of(request)
    if not backend.generation.scratch:
        raise Problem(
            403,
            "KG-H105",
            Text(
                "hier wordt alleen gevraagd; gegevens komen als inzending van een organisatie",
                "here one only asks; data comes as a submission of an organisation",
            ),
            Text("bied gegevens aan met POST /v1/submissions", "submit data: POST /v1/submissions"),
        )
    require(request, "admin")
    using = operation.graphs("using-graph-uri")
    named = operation.graphs("using-named-graph-uri")
    check_update(operation.text, settings_of(request), protocol_graphs=bool(using or named))
    arguments = {
        "base": address(request, "/sparql"),
        "usingGraphs": using,
        "usingNamedGraphs": named,
        "actor": request.scope["kg.principal"].id,
    }
    await backend.tell("update", arguments, operation.text.encode())
    return Response(status_code=204)


async def _describe(request: Request) -> Response:
    page = getattr(request.app.state, "sparql_page", None)
    offered = (*TRIPLES, _HTML) if page is not None else TRIPLES
    media = negotiate(request, offered)
    if page is not None and media == _HTML:
        found: Response = await page(request)
        return found
    here = address(request, "/sparql")
    response = await answered(
        request, SERVICE, {"endpoint": here, "media": media, **caps(settings_of(request))}
    )
    response.headers["Link"] = f'<{address(request, "/void")}>; rel="describedby"'
    return response


def wants_html(request: Request) -> bool:
    """Whether a client wants a page rather than data."""
    return choose(request.headers.get("accept"), (*TRIPLES, _HTML)) == _HTML


def _bad(message: Text) -> Problem:
    return Problem(
        400,
        "KG-H109",
        message,
        Text(
            "zie https://www.w3.org/TR/sparql11-protocol/",
            "see https://www.w3.org/TR/sparql11-protocol/",
        ),
    )
