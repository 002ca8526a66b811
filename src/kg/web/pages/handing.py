"""Pages to hand in on: templates to fill in, and a check of a file, which keeps nothing."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.errors import KgError, OptionError
from kg.intake.examining import (
    EXAMINE,
    REFUSE,
    RENDER,
    File,
    asked,
    refused,
    rendered,
    told,
)
from kg.sandbox import SandboxError
from kg.text import LANGUAGES
from kg.web.meter import charge
from kg.web.pages.data import page
from kg.web.pages.frame import render
from kg.web.pages.problems import problem_page
from kg.web.pages.words import spoken, word
from kg.web.problems import as_problem, not_found

if TYPE_CHECKING:
    from starlette.requests import Request

    from kg.text import Lang
    from kg.web.backend import Backend

MOST = 8 * 1024 * 1024
"""Bytes of a file that is handed in through the form."""
_ROOM = 64 * 1024
"""For the other fields of the form and the lines between them."""
_LONGEST, _LONGEST_NAME = 2000, 200
_NOT_STARTED = "KG-S004"
_USUAL = "main"
"""The data set that a file is a version of when nobody says which."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRST = ("Organisation", "Service", "ServiceProvision", "Interest", "Effect", "Participation")
"""Templates that most organisations start with, in the order in which they are filled in."""


@page
async def submit(request: Request) -> Response:
    """How to hand in: a template, filling it in, and having it checked."""
    return await _form(request)


async def _form(request: Request, error: str | None = None, *, status: int = 200) -> Response:
    lang = spoken(request)
    public = getattr(getattr(request.app.state, "settings", None), "public_url", "")
    first, others = await run_in_threadpool(_classes, lang)
    values = {
        "first": first,
        "others": others,
        "size": MOST // 1024 // 1024,
        "url": public or str(request.base_url).rstrip("/"),
        "error": error,
    }
    return render(request, "submit.html", values, status=status)


@lru_cache(maxsize=len(LANGUAGES))
def _classes(lang: Lang) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Give name and label of the classes one may hand in: those to start with, and the rest."""
    from kg.intake.sheets import catalogue  # noqa: PLC0415 - slow to load, and seldom needed

    terms = catalogue()
    named = {iri.rpartition("#")[2]: terms.label(iri).to(lang) for iri in terms.classes()}
    first = [(name, named.pop(name)) for name in _FIRST if name in named]
    return first, sorted(named.items(), key=lambda item: item[1].casefold())


@page
async def template(request: Request) -> Response:
    """A workbook to fill in, made from the shapes."""
    name = request.path_params["name"]
    try:
        local, data = await run_in_threadpool(_workbook, name, spoken(request))
    except OptionError as e:
        raise not_found(name[:80]) from e
    headers = {
        "Content-Disposition": f'attachment; filename="{local}.xlsx"',
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Cookie",
    }
    return Response(data, headers=headers, media_type=_XLSX)


@lru_cache(maxsize=128)
def _workbook(name: str, lang: Lang) -> tuple[str, bytes]:
    """Give the local name of a class and its template.

    Raises:
        OptionError: ``KG-O010`` when no class one may hand in is called so.
    """
    from kg.intake.sheets import Order, catalogue, make_template  # noqa: PLC0415 - as above

    terms = catalogue()
    iri = terms.find(name)
    return iri.rpartition("#")[2], make_template(Order((iri,), lang), terms)


@page
async def validate(request: Request) -> Response:
    """The verdict on a file; nothing is kept of it."""
    lang = spoken(request)
    try:
        file = await _read(request)
    except _RefusedError as e:
        return await _form(request, word(e.name, lang, size=MOST // 1024 // 1024), status=e.status)
    try:
        verdict = await _examined(request, file)
    except KgError as e:
        return problem_page(request, as_problem(e))
    return render(request, "verdict.html", {"verdict": verdict})


class _RefusedError(Exception):
    """A form that is not filled in as it should be."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(name)
        self.name, self.status = name, status


async def _read(request: Request) -> File:
    """Give the file in a form, and who speaks.

    Raises:
        _RefusedError: When there is no file, or too much of it.
    """
    announced = request.headers.get("content-length", "")
    if not (announced.isascii() and announced.isdecimal()):
        raise _RefusedError("submit.badform", 411)
    if int(announced) > MOST + _ROOM:
        raise _RefusedError("submit.toolarge", 413)
    try:
        async with request.form(max_files=1, max_fields=4, max_part_size=_LONGEST) as form:
            return await _file(form)
    except HTTPException as e:
        raise _RefusedError("submit.badform", 400) from e


async def _file(form: FormData) -> File:
    sent, organisation = form.get("file"), str(form.get("organisation") or "").strip()
    data = await sent.read() if isinstance(sent, UploadFile) and sent.filename else b""
    if not data or not isinstance(sent, UploadFile):
        raise _RefusedError("submit.nofile", 400)
    if organisation and not organisation.startswith(("https://", "http://", "urn:")):
        raise _RefusedError("submit.badorganisation", 400)
    name = str(sent.filename).replace("\\", "/").rpartition("/")[2]
    return File(data, name[:_LONGEST_NAME], None, organisation or None)


async def _before(backend: Backend, file: File) -> list[str]:
    """Give the graphs of what it would replace, so that a file is not held against its past."""
    if file.organisation is None:
        return []
    found = await backend.tell("submissions", {"organisation": file.organisation})
    return [k["graph"] for k in found["submissions"] if k["dataset"] == _USUAL and k["graph"]]


async def _examined(request: Request, file: File) -> Markup:
    """Let limited processes read the file and write the verdict, and give its main part.

    Raises:
        KgError: When no such process can be had.
    """
    backend = request.app.state.backend
    day, started = backend.generation.as_of, time.monotonic()
    state = await backend.tell("state", {})
    try:
        try:
            question = asked(file, as_of=day, state=state, replaces=await _before(backend, file))
            found = told(await backend.intake(EXAMINE, question))
        except SandboxError as e:
            if e.code == _NOT_STARTED:
                raise
            found = told(await backend.intake(REFUSE, refused(file, e, as_of=day)))
        form = rendered(found.report, "html", spoken(request), file.data)
        html = (await backend.intake(RENDER, form)).decode()
    finally:
        charge(time.monotonic() - started)
    start, end = html.index("<main>") + len("<main>"), html.rindex("</main>")
    # Written by the renderer of verdicts, which escapes all that comes from the file.
    return Markup(html[start:end])  # noqa: S704
