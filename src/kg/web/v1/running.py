"""Running the service: the journal, who is registered, tokens, publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from kg.web.v1.looking import generation_as_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from kg.web.v1.asking import Call

_NO_STORE = {"Cache-Control": "no-store"}


async def history(call: Call) -> Response:
    """Give a page of the journal."""
    call.allow()
    found = await call.backend.tell("history", call.given("after", "limit"))
    records: list[dict[str, Any]] = found["records"]
    last = records[-1]["seq"] if records else found["last"]
    page = {"records": records, "next": last if last < found["last"] else None}
    return JSONResponse(page, headers=_NO_STORE)


async def organisations(call: Call) -> Response:
    """Say whose addresses are whose."""
    state = await call.backend.tell("state", {})
    registered = [
        {"prefix": prefix, "organisation": who} for prefix, who in sorted(state["prefixes"].items())
    ]
    return JSONResponse({"operator": state["operator"], "registered": registered})


async def register(call: Call) -> Response:
    """Register a prefix for an organisation."""
    call.allow()
    given = await call.document()
    return JSONResponse(await call.backend.tell("register", {**given, "actor": call.actor}), 201)


async def tokens(call: Call) -> Response:
    """List the tokens, without their secrets."""
    call.allow()
    return JSONResponse(await call.backend.tell("tokens", {}), headers=_NO_STORE)


async def create_token(call: Call) -> Response:
    """Make a token; its secret stands in this answer only."""
    call.allow()
    given = {**await call.document(), "actor": call.actor}
    return JSONResponse(await call.backend.tell("token-create", given), 201, headers=_NO_STORE)


async def revoke_token(call: Call) -> Response:
    """Revoke a token."""
    call.allow()
    await call.backend.tell("token-revoke", {"id": call.values["token"], "actor": call.actor})
    return Response(status_code=204)


async def settings(call: Call) -> Response:
    """Say how submissions come to count and to be seen."""
    call.allow()
    return _settings(await call.backend.tell("state", {}))


async def configure(call: Call) -> Response:
    """Change how submissions come to count and to be seen."""
    call.allow()
    given = {**await call.document(), "actor": call.actor}
    return _settings(await call.backend.tell("configure", given))


def _settings(state: Mapping[str, Any]) -> Response:
    shown = {name: state[name] for name in ("fourEyes", "publish")}
    return JSONResponse(shown, headers=_NO_STORE)


async def publish(call: Call) -> Response:
    """Make what was accepted visible."""
    call.allow()
    await call.backend.tell("publish", {"actor": call.actor})
    return JSONResponse(generation_as_json(call.backend.generation), 201)


HANDLERS: Mapping[str, Callable[[Call], Awaitable[Response]]] = {
    "getHistory": history,
    "listOrganisations": organisations,
    "registerOrganisation": register,
    "listTokens": tokens,
    "createToken": create_token,
    "revokeToken": revoke_token,
    "getSettings": settings,
    "configure": configure,
    "publish": publish,
}
