"""What a client reads when something is wrong: problem details (RFC 9457) in nl and en."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from kg.codes import find_code
from kg.errors import KgError, NotFoundError, WorkspaceError
from kg.sandbox import SandboxError
from kg.text import Text
from kg.web.negotiation import language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

MEDIA = "application/problem+json"
_FAULT = 500
_STATUS = {"N": 404, "W": 503, "J": 503}
"""The status that the letter of a code stands for, where nothing else says it; else 400."""


class Problem(KgError):  # noqa: N818 - the name of the standard
    """A request that gets no answer (codes ``KG-H…``).

    Attributes:
        status: The HTTP status.
        headers: Headers that belong to it, such as ``Allow`` or ``Retry-After``.
        extra: Further members of the document, such as ``line``.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: Text,
        advice: Text | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code, message, advice)
        self.status = status
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


def as_problem(error: KgError, *, reading: bool = False) -> Problem:
    """Give an error of the product as a problem with a status.

    Args:
        error: What was raised.
        reading: Whether it came from a query worker, where running out of time or memory says
            something about the query and not about a file.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, SandboxError):
        return _stopped(error) if reading else Problem(
            503 if error.code == "KG-S004" else 422, error.code, error.message, error.advice
        )  # fmt: skip
    status = getattr(error, "status", None)
    if not isinstance(status, int):
        status = _status(error)
    return Problem(status, error.code, error.message, error.advice, extra=_place(error))


def _status(error: KgError) -> int:
    """Give the status of an error; one from a worker has its code still, and not its class."""
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, WorkspaceError):
        return 503
    return _STATUS.get(error.code[3:4], 400)


def _place(error: KgError) -> dict[str, object]:
    place = getattr(error, "place", None)
    if place is None:
        return {}
    parts = {name: getattr(place, name) for name in ("line", "column", "pointer", "cell")}
    return {name: value for name, value in parts.items() if value is not None}


def _stopped(error: SandboxError) -> Problem:
    if error.code == "KG-S001":
        return Problem(
            503,
            "KG-H110",
            Text(
                "de vraag duurde te lang en is gestopt; er is geen antwoord, ook geen leeg",
                "the query took too long and was stopped; there is no answer, not an empty one",
            ),
            Text(
                "begin met het meest bepalende patroon, of vraag minder met LIMIT",
                "start with the most selective pattern, or ask for less with LIMIT",
            ),
            headers={"Retry-After": "60"},
        )
    if error.code == "KG-S004":
        return Problem(503, error.code, error.message, error.advice, headers={"Retry-After": "5"})
    return Problem(
        503,
        "KG-H111",
        Text(
            "de vraag vroeg meer geheugen dan is toegestaan en is gestopt; er is geen antwoord",
            "the query needed more memory than is allowed and was stopped; there is no answer",
        ),
        Text("verdeel de vraag, of vraag minder", "split the query, or ask for less"),
        headers={"Retry-After": "60"},
    )


def not_found(what: str) -> Problem:
    """Give the problem of something that is not there."""
    return Problem(
        404,
        "KG-H404",
        Text(f"{what} is hier niet", f"{what} is not here"),
        Text("controleer het adres", "check the address"),
    )


def not_allowed(allow: str) -> Problem:
    """Give the problem of a method that an address does not have."""
    return Problem(
        405,
        "KG-H405",
        Text("dit kan niet op dit adres", "this cannot be done at this address"),
        Text(f"gebruik {allow}", f"use {allow}"),
        headers={"Allow": allow},
    )


def fault() -> Problem:
    """Give the problem of a fault of ours; what it was stands in the log only."""
    return Problem(
        _FAULT,
        "KG-H500",
        Text("er ging iets mis bij ons", "something went wrong on our side"),
        Text(
            "meld het met het nummer hieronder; het staat ook in ons logboek",
            "report it with the number below; it stands in our log too",
        ),
    )


def document(problem: Problem, request: Request) -> dict[str, Any]:
    """Give the members of a problem document in the language of the client."""
    lang = language(request)
    page = find_code(problem.code)
    told: dict[str, Any] = {
        "type": f"/codes/{problem.code}",
        "title": page.title.to(lang) if page else problem.message.to(lang),
        "status": problem.status,
        "detail": problem.message.to(lang),
        "code": problem.code,
    }
    if problem.advice is not None:
        told["advice"] = problem.advice.to(lang)
    identity = request.scope.get("kg.request")
    if identity:
        told["instance"] = f"urn:uuid:{identity}"
    return told | problem.extra


def respond(problem: Problem, request: Request) -> Response:
    """Give the response of a problem: a page where one is read and there are pages, else data."""
    pages = getattr(request.scope.get("app"), "state", None)
    shown: Response | None = getattr(pages, "problem_page", lambda *_: None)(request, problem)
    if shown is not None:
        return shown
    body = json.dumps(document(problem, request), ensure_ascii=False).encode()
    headers = {
        "Content-Language": language(request),
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        **problem.headers,
    }
    request.scope["kg.code"] = problem.code
    return Response(body, problem.status, headers, MEDIA)
