"""`kg withdraw`: take a submission back, so that what only it says no longer counts."""

from typing import Annotated, Any
from urllib.parse import quote

from cyclopts import Parameter

from kg.cli import options
from kg.cli.console import progress, put
from kg.cli.help import both
from kg.cli.here import writing
from kg.cli.submit import TOKEN_FILE, URL, check_place
from kg.cli.there import open_service
from kg.settings import read_settings
from kg.text import Text
from kg.workspace.intake import STAGES

_DONE = Text("Inzending {id}: {stage}", "Submission {id}: {stage}")
_WORKING = Text("Regels uitvoeren", "Running the rules")


def withdraw(
    id: Annotated[
        str,
        Parameter(help=both("Nummer van de inzending.", "Number of the submission.")),
    ],
    *,
    at: options.AT = None,
    url: URL = None,
    token_file: TOKEN_FILE = None,
    lang: options.LANG = None,
) -> int:
    """Take a submission back; give the exit code."""
    spoken = options.language(lang)
    receipt: dict[str, Any]
    if url is None:
        home = at or read_settings().home
        with writing(home) as here, progress(_WORKING, spoken) as tick:
            receipt = here.do("withdraw", id=id, actor=None)
            here.publish(tick)
    else:
        check_place(at)
        service = open_service(url, token_file, spoken)
        where = f"/submissions/{quote(id, safe='')}/withdrawal"
        receipt = service.json("POST", where, parameters={"wait": "true"}, body=b"")
    stage = STAGES[receipt["stage"]].to(spoken)
    put(_DONE.format(id=receipt["id"], stage=stage).to(spoken) + "\n")
    return 0
