"""What organisations hand in: submissions and decisions on them, checks, previews.

No byte of a file is read here. It goes to a worker that reads it behind walls; what comes back goes
to the writer: the bytes, the statements in canonical form, and the verdict.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from kg.intake import examining
from kg.intake.examining import Examined, File, asked, refused, rendered, shown, told
from kg.sandbox import SandboxError
from kg.text import Text
from kg.web.meter import charge
from kg.web.negotiation import language
from kg.web.problems import Problem
from kg.web.v1.looking import form_of, styled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from kg.web.backend import Backend
    from kg.web.v1.asking import Call

_NOT_STARTED = "KG-S004"
_NO_STORE = {"Cache-Control": "no-store"}
_MEDIA = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "sarif": "application/sarif+json",
}
_IN_FORCE = ("published", "accepted")


# --- examining -----------------------------------------------------------------------------


async def _file(call: Call) -> File:
    media = call.media()
    data = await call.request.body()
    return File(data, str(call.values["file"]), media, call.values.get("organisation"))


async def _let(backend: Backend, task: str, payload: bytes) -> bytes:
    """Have a worker read a file; its time counts for who sent it."""
    started = time.monotonic()
    try:
        return await backend.intake(task, payload, wall=examining.EXAMINE_SECONDS)
    finally:
        charge(time.monotonic() - started)


async def _question(call: Call, file: File, state: Mapping[str, Any]) -> bytes:
    """Give what a worker is asked about a file: it is not held against the version it replaces."""
    backend, replaces = call.backend, list[str]()
    if file.organisation is not None:
        replaces = await _versions(backend, file.organisation, str(call.values["dataset"]))
    day = backend.generation.as_of
    return asked(file, as_of=day, state=state, replaces=replaces)


async def _versions(backend: Backend, organisation: str, dataset: str) -> list[str]:
    """Give the graphs of the latest versions: readers may still see one that made way already."""
    page = await backend.tell("submissions", {"organisation": organisation})
    latest = [kept for kept in page["submissions"] if kept["dataset"] == dataset]
    if page["more"] and not any(kept["stage"] in _IN_FORCE for kept in latest):
        now = await _in_force(backend, organisation, dataset)
        latest += [] if now is None else [now]
    return [kept["graph"] for kept in latest if kept["graph"] is not None]


async def _examine(call: Call, file: File, state: Mapping[str, Any]) -> Examined:
    """Have a file read and checked amid what is published; whatever it does to the worker."""
    backend = call.backend
    try:
        return told(await _let(backend, examining.EXAMINE, await _question(call, file, state)))
    except SandboxError as e:
        return await _stopped(backend, file, e)


async def _stopped(backend: Backend, file: File, error: SandboxError) -> Examined:
    """Give the verdict on a file whose reading had to be stopped."""
    if error.code == _NOT_STARTED:
        raise error
    payload = refused(file, error, as_of=backend.generation.as_of)
    return told(await backend.intake(examining.REFUSE, payload))


async def _report(
    call: Call, kept: Mapping[str, Any], raw: Callable[[], Awaitable[bytes]]
) -> Response:
    """Give a verdict in the form and the language asked for."""
    form, lang = form_of(call), language(call.request)
    if form == "json" and lang == "nl":
        return JSONResponse(shown(kept), headers=_NO_STORE)
    data = await raw() if form in {"html", "text"} else b""
    body = await call.backend.intake(examining.RENDER, rendered(kept, form, lang, data))
    headers = {**_NO_STORE, "Content-Type": _MEDIA[form], "Content-Language": lang}
    return styled(Response(body, headers=headers), form)


async def validate(call: Call) -> Response:
    """Check a file without submitting it."""
    call.allow()
    file = await _file(call)
    form_of(call)
    state = await call.backend.tell("state", {})
    examined = await _examine(call, file, state)

    async def raw() -> bytes:
        return file.data

    return await _report(call, examined.report, raw)


async def preview(call: Call) -> Response:
    """Say what a submission would change in the findings."""
    call.allow(str(call.values["organisation"]))
    file = await _file(call)
    backend, day = call.backend, call.backend.generation.as_of
    state = await backend.tell("state", {})
    try:
        found = await _let(backend, examining.PREVIEW, await _question(call, file, state))
    except SandboxError as e:
        examined = await _stopped(backend, file, e)
        document = {"asOf": day.isoformat(), "conforms": False, "report": examined.verdict}
        return JSONResponse({**document, "new": [], "resolved": [], "changed": []})
    return Response(found, media_type="application/json", headers=_NO_STORE)


async def _in_force(backend: Backend, organisation: str, dataset: str) -> dict[str, Any] | None:
    """Give the submission in force for a data set, if there is one."""
    for stage in _IN_FORCE:
        before: str | None = None
        while True:
            page = await backend.tell(
                "submissions", {"organisation": organisation, "stage": stage, "before": before}
            )
            for kept in page["submissions"]:
                if kept["dataset"] == dataset:
                    return dict(kept)
            if not page["more"]:
                break
            before = page["submissions"][-1]["id"]
    return None


# --- submitting and deciding ---------------------------------------------------------------


async def submit(call: Call) -> Response:
    """Keep a file, have it checked, and accept it where that is possible."""
    organisation = str(call.values["organisation"])
    who = call.allow(organisation)
    file, backend = await _file(call), call.backend
    before = await _came_before(call, file)
    if before is not None:
        return _receipt(before, created=True)
    state = await backend.tell("state", {})
    if state["scratch"]:
        await backend.tell("submit", {})  # refuses, and says why
    examined = await _examine(call, file, state)
    arguments, body = examined.arguments(file)
    arguments |= {
        "organisation": organisation,
        "dataset": call.values["dataset"],
        "file": file.name,
        "mediaType": file.media,
        "key": call.values["Idempotency-Key"],
        "actor": call.actor,
        "accept": bool(call.values["accept"]) and who.may(f"accept:{organisation}"),
        "wait": bool(call.values["wait"]),
    }
    return _receipt(await backend.tell("submit", arguments, body), created=True)


async def _came_before(call: Call, file: File) -> dict[str, Any] | None:
    """Give the submission that came with the same key, so that it is not read again.

    Raises:
        Problem: ``KG-A014`` (409) when that was something else.
    """
    key = call.values["Idempotency-Key"]
    found = await call.backend.tell("submission-with-key", {"key": key, "actor": call.actor})
    if not found["found"]:
        return None
    kept: dict[str, Any] = found["submission"]
    was = (kept["organisation"], kept["dataset"], kept["mediaType"], kept["sha256"])
    if was == (file.organisation, call.values["dataset"], file.media, file.sha256):
        return kept
    raise Problem(
        409,
        "KG-A014",
        Text(
            f"deze sleutel is al gebruikt voor inzending {kept['id']}, met andere inhoud",
            f"this key was used for submission {kept['id']}, with other content",
        ),
        Text("gebruik voor andere inhoud een nieuwe sleutel", "use a new key for new content"),
    )


def _receipt(kept: Mapping[str, Any], *, created: bool = False) -> Response:
    body = as_shown(kept)
    if not created:
        return JSONResponse(body, headers=_NO_STORE)
    return JSONResponse(body, 201, headers={**_NO_STORE, "Location": body["links"]["self"]})


def as_shown(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Give a submission as clients see it: with addresses for the rest."""
    here = f"/v1/submissions/{kept['id']}"
    links = {"self": here, "content": f"{here}/content"}
    if kept["hasReport"]:
        links["report"] = f"{here}/report"
    if kept["canonicalSha256"]:
        links["difference"] = f"{here}/difference"
    return {**{k: v for k, v in kept.items() if k != "hasReport"}, "links": links}


async def submissions(call: Call) -> Response:
    """List submissions, the latest first."""
    call.allow(call.values["organisation"])
    given = call.given("organisation", "stage", "before", "limit")
    page = await call.backend.tell("submissions", given)
    found = [as_shown(kept) for kept in page["submissions"]]
    following = found[-1]["id"] if page["more"] else None
    return JSONResponse({"submissions": found, "next": following}, headers=_NO_STORE)


async def _own(call: Call) -> dict[str, Any]:
    """Give the submission of the path, when it is of an organisation they may see it for."""
    kept = await call.backend.tell("submission", {"id": call.values["id"]})
    call.allow(kept["organisation"])
    return kept


async def submission(call: Call) -> Response:
    """Give one submission."""
    return _receipt(await _own(call))


async def _content(call: Call, id_: str, what: str) -> bytes:
    return (await call.backend.exchange("content", {"id": id_, "what": what}))[1]


async def report(call: Call) -> Response:
    """Give the verdict on a submission."""
    kept = await _own(call)
    found = json.loads(await _content(call, kept["id"], "report"))

    async def raw() -> bytes:
        return await _content(call, kept["id"], "raw")

    return await _report(call, found, raw)


async def content(call: Call) -> Response:
    """Give the bytes as they came, to keep and not to show."""
    kept = await _own(call)
    headers = {
        **_NO_STORE,
        "Content-Type": kept["mediaType"],
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept['file'], safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(await _content(call, kept["id"], "raw"), headers=headers)


async def difference(call: Call) -> Response:
    """Say what a submission changes against the version before."""
    kept = await _own(call)
    after = await _content(call, kept["id"], "canonical")
    before = kept["replaces"]
    if before is None and kept["at"].get("accepted") is None:
        now = await _in_force(call.backend, kept["organisation"], kept["dataset"])
        before = None if now is None else now["id"]
    old = b"" if before is None else await _content(call, before, "canonical")
    head = json.dumps({"size": len(old), "before": before, "after": kept["id"]}).encode()
    found = await call.backend.intake(examining.DIFFERENCE, head + b"\n" + old + after)
    return Response(found, media_type="application/json", headers=_NO_STORE)


def _decision(command: str) -> Callable[[Call], Awaitable[Response]]:
    async def decide(call: Call) -> Response:
        kept = await _own(call)
        given = {"id": kept["id"], "actor": call.actor, "wait": bool(call.values.get("wait"))}
        return _receipt(await call.backend.tell(command, given))

    return decide


HANDLERS: Mapping[str, Callable[[Call], Awaitable[Response]]] = {
    "submit": submit,
    "listSubmissions": submissions,
    "getSubmission": submission,
    "getReport": report,
    "getContent": content,
    "getDifference": difference,
    "acceptSubmission": _decision("accept"),
    "rejectSubmission": _decision("reject"),
    "withdrawSubmission": _decision("withdraw"),
    "validate": validate,
    "preview": preview,
}
