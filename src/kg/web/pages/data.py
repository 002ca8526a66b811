"""Asks a query worker for what a page shows, and turns what goes wrong into a page."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.web.pages.problems import problem_page
from kg.web.pages.words import spoken
from kg.web.problems import as_problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    Handler = Callable[[Request], Awaitable[Response]]


async def ask(
    request: Request, task: str, *, wall: float | None = None, **asked: object
) -> dict[str, Any]:
    """Give what a task says, in the language of the reader.

    Args:
        request: What was asked, for the language and the backend.
        task: One of the tasks of pages.
        wall: Seconds it may take, if other than the settings say.
        asked: What the task needs.

    Raises:
        Problem: Why there is no answer.
    """
    given = {"lang": spoken(request), **asked}
    answer = await request.app.state.backend.ask(task, given, wall=wall)
    found: dict[str, Any] = json.loads(await answer.read())
    return found


def page(handler: Handler) -> Handler:
    """Let a handler answer with a page also when something goes wrong."""

    @functools.wraps(handler)
    async def whole(request: Request) -> Response:
        try:
            return await handler(request)
        except KgError as e:
            return problem_page(request, as_problem(e))

    return whole
