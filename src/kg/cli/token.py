"""`kg token`: keys to the service; made here or there, shown once, kept as a hash."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from cyclopts import App, Parameter

from kg.cli import options
from kg.cli.console import put, put_table, tell
from kg.cli.help import both
from kg.cli.here import writing
from kg.cli.submit import TOKEN_FILE, URL, check_place
from kg.cli.there import There, open_service
from kg.journal.log import read_journal
from kg.settings import read_settings
from kg.text import Lang, Text
from kg.workspace.history import read_state
from kg.workspace.keeper import JOURNAL, refuse_other

token = App(name="token", help=both("Beheert tokens.", "Keeps tokens."))
_ONCE = Text(
    "Dit token is maar één keer te zien; het opent {scopes} tot {expires}.",
    "This token is shown only once; it opens {scopes} until {expires}.",
)
_GONE = Text("Token {id} opent niets meer.", "Token {id} opens nothing any more.")
_HEAD = (
    Text("token", "token"),
    Text("opent", "opens"),
    Text("tot", "until"),
    Text("waarvoor", "what for"),
)


@token.command(help=both("Maakt een token.", "Makes a token."))
def create(
    *,
    scope: Annotated[
        list[str],
        Parameter(
            negative_iterable=(),
            help=both(
                "Wat het opent: query, submit:IRI, accept:IRI, publish of admin.",
                "What it opens: query, submit:IRI, accept:IRI, publish or admin.",
            ),
        ),
    ],
    days: Annotated[
        int, Parameter(help=both("Na hoeveel dagen het vervalt.", "After how many days it ends."))
    ] = 365,
    note: Annotated[str, Parameter(help=both("Waarvoor het is.", "What it is for."))] = "",
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    lang: options.LANG = None,
) -> int:
    """Make a token; the token itself goes to stdout."""
    spoken = options.language(lang)
    given: dict[str, Any] = {"scopes": scope, "days": days, "note": note}
    made: dict[str, Any]
    if url is None:
        with writing(at or read_settings().home) as here:
            made = here.do("token-create", **given)
    else:
        made = _service(url, at, token_file, spoken).send("/tokens", given)
    put(made["token"] + "\n")
    told = _ONCE.format(scopes=", ".join(made["scopes"]), expires=made["expires"])
    tell(told.to(spoken))
    return 0


@token.command(name="list", help=both("Noemt de tokens.", "Lists the tokens."))
def list_tokens(
    *,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    format: Annotated[
        Literal["text", "json"],
        Parameter(help=both("Vorm van de uitvoer.", "Form of the output.")),
    ] = "text",
    lang: options.LANG = None,
) -> int:
    """List the tokens that open something, without their secrets."""
    spoken = options.language(lang)
    if url is None:
        found = _kept(at or read_settings().home)
    else:
        found = _service(url, at, token_file, spoken).json("GET", "/tokens")
    if format == "json":
        put(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        return 0
    rows = [(t["id"], ", ".join(t["scopes"]), t["expires"], t["note"]) for t in found["tokens"]]
    put_table([title.to(spoken) for title in _HEAD], rows)
    return 0


@token.command(help=both("Trekt een token in.", "Revokes a token."))
def revoke(
    id: Annotated[str, Parameter(help=both("Naam van het token.", "Name of the token."))],
    *,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    lang: options.LANG = None,
) -> int:
    """Let a token open nothing any more."""
    spoken = options.language(lang)
    if url is None:
        with writing(at or read_settings().home) as here:
            here.do("token-revoke", id=id)
    else:
        _service(url, at, token_file, spoken).call("DELETE", f"/tokens/{quote(id, safe='')}")
    tell(_GONE.format(id=id).to(spoken))
    return 0


def _kept(home: Path) -> dict[str, Any]:
    """Read the tokens from the journal; needs no lock, so a service may go on meanwhile."""
    refuse_other(home)
    kept = read_state(read_journal(home / JOURNAL).records).tokens.values()
    shown = [
        {"id": t.id, "scopes": list(t.scopes), "expires": t.expires, "note": t.note}
        for t in kept
        if not t.revoked
    ]
    return {"tokens": shown}


def _service(url: str, at: Path | None, token_file: Path | None, lang: Lang) -> There:
    check_place(at)
    return open_service(url, token_file, lang)
