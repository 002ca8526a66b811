"""Pages to look around: the first page, the findings, why a finding is there, the matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from kg.web.backend import PROOF_SECONDS
from kg.web.pages import tasks
from kg.web.pages.data import ask, page
from kg.web.pages.frame import address, render, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

FILTERS = ("rule", "class", "party", "service", "voice", "coordination", "asOf")
"""What the list of findings may be filtered by; the names are those of ``/v1/findings``."""


@page
async def home(request: Request) -> Response:
    """Where interests strain: how much, the gravest, a drawing, and how to go on."""
    found = await ask(request, tasks.OVERVIEW)
    # Our own drawing: every name in it was escaped when it was made.
    return render(request, "home.html", {**found, "svg": Markup(show(found["svg"]))})  # noqa: S704


@page
async def findings(request: Request) -> Response:
    """The findings, filtered, in dossiers, a page at a time."""
    given = {name: request.query_params.get(name, "").strip() for name in FILTERS}
    wanted = {name: value for name, value in given.items() if value}
    number = request.query_params.get("page", "")
    turned = int(number) if number.isdecimal() else 1
    wall = PROOF_SECONDS if "asOf" in wanted else None
    found = await ask(request, tasks.FINDINGS, wall=wall, **wanted, page=turned)
    values: dict[str, Any] = {
        **found,
        "given": given,
        "filtered": bool(wanted),
        "data": _contract(wanted),
        "csv": address("/findings.csv", **wanted),
        "turn": lambda n: address("/findings", **wanted, page=n),
    }
    return render(request, "findings.html", values)


def _contract(wanted: Mapping[str, str]) -> str:
    """Give the address of the same list under ``/v1``; empty where that has no such filter."""
    if "coordination" in wanted:
        return ""
    names = {"party": "organisation"}
    return address("/v1/findings", **{names.get(k, k): v for k, v in wanted.items()})


@page
async def explanation(request: Request) -> Response:
    """Why a finding is there: numbers, statements and who said them, what would resolve it."""
    rule, digest = request.path_params["rule"], request.path_params["hash"]
    day = request.query_params.get("asOf", "")
    wanted = {"asOf": day} if day else {}
    found = await ask(
        request, tasks.EXPLANATION, wall=PROOF_SECONDS, rule=rule, hash=digest, **wanted
    )
    values = {
        **found,
        "kind": found["class"],
        "data": address(f"/v1/findings/{rule}/{digest}/explanation", **wanted),
    }
    return render(request, "explanation.html", values)


@page
async def matrix(request: Request) -> Response:
    """Customers against services."""
    theme = request.query_params.get("theme", "")
    tense = request.query_params.get("tense", "")
    found = await ask(request, tasks.MATRIX, theme=theme, tense=bool(tense))
    values = {**found, "tense": bool(tense), "csv": address("/matrix.csv")}
    return render(request, "matrix.html", values)
