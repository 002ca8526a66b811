"""`kg accept`, `kg reject`, `kg withdraw`: what becomes of a submission."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from cyclopts import Parameter

from kg.cli import options
from kg.cli.console import progress, put
from kg.cli.help import both
from kg.cli.here import writing
from kg.cli.submit import TOKEN_FILE, URL, check_place
from kg.cli.there import There, open_service
from kg.settings import read_settings
from kg.text import Lang, Text
from kg.workspace.intake import STAGES

_ID = Annotated[str, Parameter(help=both("Nummer van de inzending.", "Number of the submission."))]
_DONE = Text("Inzending {id}: {stage}", "Submission {id}: {stage}")
_WORKING = Text("Regels uitvoeren", "Running the rules")
_ADDRESS = {"accept": "acceptance", "reject": "rejection", "withdraw": "withdrawal"}


def accept(
    id: _ID,
    *,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    lang: options.LANG = None,
) -> int:
    """Let a submission that waits count; give the exit code."""
    spoken = options.language(lang)
    if url is None:
        return _tell(_here("accept", id, at, spoken), spoken)
    check_place(at)
    return _tell(_there("accept", id, open_service(url, token_file, spoken)), spoken)


def reject(
    id: _ID,
    *,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    lang: options.LANG = None,
) -> int:
    """Turn down a submission that waits; give the exit code."""
    spoken = options.language(lang)
    if url is None:
        return _tell(_here("reject", id, at, spoken), spoken)
    check_place(at)
    return _tell(_there("reject", id, open_service(url, token_file, spoken)), spoken)


def withdraw(
    id: _ID,
    *,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    lang: options.LANG = None,
) -> int:
    """Take a submission back; give the exit code."""
    spoken = options.language(lang)
    if url is None:
        return _tell(_here("withdraw", id, at, spoken), spoken)
    check_place(at)
    return _tell(_there("withdraw", id, open_service(url, token_file, spoken)), spoken)


def _here(decision: str, id_: str, at: Path | None, lang: Lang) -> dict[str, Any]:
    with writing(at or read_settings().home) as here, progress(_WORKING, lang) as tick:
        receipt = here.do(decision, id=id_, actor=None)
        here.publish(tick)
        return receipt


def _there(decision: str, id_: str, service: There) -> dict[str, Any]:
    where = f"/submissions/{quote(id_, safe='')}/{_ADDRESS[decision]}"
    # What was turned down changes nothing for readers, so there is nothing to wait for.
    wait = {} if decision == "reject" else {"wait": "true"}
    found: dict[str, Any] = service.json("POST", where, parameters=wait, body=b"")
    return found


def _tell(receipt: dict[str, Any], lang: Lang) -> int:
    stage = STAGES[receipt["stage"]].to(lang)
    put(_DONE.format(id=receipt["id"], stage=stage).to(lang) + "\n")
    return 0
