"""`kg history`: what was handed in, when, by whom, and what became of it."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from kg.cli import options
from kg.cli.console import put, put_table
from kg.cli.help import both
from kg.cli.submit import TOKEN_FILE, URL, check_place
from kg.cli.there import There, open_service
from kg.insight.labels import local_name
from kg.journal.log import read_journal
from kg.settings import read_settings
from kg.text import Text
from kg.workspace.generations import Generations
from kg.workspace.history import read_state
from kg.workspace.intake import STAGES
from kg.workspace.keeper import JOURNAL, refuse_other
from kg.workspace.receipts import receipt

_HEAD = (
    Text("nr", "no"),
    Text("wanneer", "when"),
    Text("namens", "for"),
    Text("bestand", "file"),
    Text("stadium", "stage"),
    Text("aantal", "count"),
)
_NOBODY = Text("(zonder bron)", "(no source)")
_MINUTES = 16


def history(
    *,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    organisation: Annotated[
        str | None,
        Parameter(help=both("Alleen van deze organisatie (IRI).", "Only of this organisation.")),
    ] = None,
    format: Annotated[
        Literal["text", "json"],
        Parameter(help=both("Vorm van de uitvoer.", "Form of the output.")),
    ] = "text",
    lang: options.LANG = None,
) -> int:
    """List the submissions, the first first; give the exit code."""
    spoken = options.language(lang)
    who = None if organisation is None else options.iri("--organisation", organisation)
    if url is None:
        home = at or read_settings().home
        refuse_other(home)
        found = _here(home)
    else:
        check_place(at)
        found = _there(open_service(url, token_file, spoken), who)
    shown = [s for s in found if who in {None, s["organisation"]}]
    if format == "json":
        put(json.dumps({"submissions": shown}, indent=2, ensure_ascii=False) + "\n")
        return 0
    rows = [
        (
            s["id"],
            _when(s),
            local_name(s["organisation"]) if s["organisation"] else _NOBODY.to(spoken),
            local_name(s["file"]),
            STAGES[s["stage"]].to(spoken),
            str(s["triples"]),
        )
        for s in shown
    ]
    put_table([title.to(spoken) for title in _HEAD], rows)
    return 0


def _when(submission: dict[str, Any]) -> str:
    return str(submission["at"]["received"])[:_MINUTES].replace("T", " ")


def _here(home: Path) -> list[dict[str, Any]]:
    """Read the journal; needs no lock, so a service may go on meanwhile."""
    state = read_state(read_journal(home / JOURNAL).records)
    now = Generations(home / "generations").current()
    seen = 0 if now is None else now.seq
    return [receipt(kept, seen) for kept in state.submissions.values()]


def _there(service: There, who: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    parameters = {} if who is None else {"organisation": who}
    while True:
        page = service.json("GET", "/submissions", parameters=parameters)
        found += page["submissions"]
        if page["next"] is None:
            return found[::-1]
        parameters["before"] = page["next"]
