"""Pages for what goes wrong, in both languages, for who reads pages and not data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.codes import find_code
from kg.web.negotiation import choose
from kg.web.pages.frame import render
from kg.web.pages.words import load_words, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from kg.web.problems import Problem

_DATA = ("/v1/", "/rdf-graph-store")
"""Addresses that programs speak to, whatever they say they accept."""
_SERVER = 500


def reads_pages(request: Request) -> bool:
    """Whether who asks is better off with a page than with data."""
    if request.url.path.startswith(_DATA):
        return False
    accept = request.headers.get("accept")
    return choose(accept, ("application/problem+json", "text/html")) == "text/html"


def problem_page(request: Request, problem: Problem) -> Response:
    """Give the page of a problem.

    Args:
        request: What was asked.
        problem: What is wrong.
    """
    lang, words = spoken(request), load_words()
    status = str(problem.status)
    heading = words.get(f"problem.{status}")
    if heading is None:
        known = "problem.500" if problem.status >= _SERVER else "problem.400"
        heading = words[known]
    note = words.get(f"problem.note.{status}")
    code = find_code(problem.code)
    request.scope["kg.code"] = problem.code
    values = {
        "heading": heading.to(lang),
        "status": status,
        "message": _sentence(problem.message.to(lang)),
        "advice": None if problem.advice is None else _sentence(problem.advice.to(lang)),
        "note": None if note is None or problem.advice is not None else note.to(lang),
        "code": None if code is None else code.code,
        "identity": request.scope.get("kg.request"),
    }
    headers: Mapping[str, str] = {"Cache-Control": "no-store", **problem.headers}
    return render(request, "problem.html", values, status=problem.status, headers=headers)


def _sentence(text: str) -> str:
    text = text.strip()
    return (text[:1].upper() + text[1:]).rstrip(".") + "."


def page_if_read(request: Request, problem: Problem) -> Response | None:
    """Give the page of a problem to who reads pages; None for programs."""
    return problem_page(request, problem) if reads_pages(request) else None
