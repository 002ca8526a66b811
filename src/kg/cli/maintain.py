"""`kg rebuild`, `kg verify`, `kg backup`, `kg restore`: look after a workspace."""

import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from kg.cli.console import progress, put, tell
from kg.cli.help import both
from kg.cli.options import AT, LANG, language
from kg.errors import OptionError
from kg.settings import read_settings
from kg.text import Text
from kg.workspace.keeper import Keeper
from kg.workspace.maintain import backup as copy_out
from kg.workspace.maintain import restore as copy_in
from kg.workspace.maintain import rewind
from kg.workspace.maintain import verify as check

_WORKING = Text("Regels uitvoeren", "Running the rules")


def rebuild(
    *,
    at: AT = None,
    until: Annotated[
        int | None,
        Parameter(
            help=both(
                "Maak de werkmap zoals zij was na dit record; vraagt om --to.",
                "Make the workspace as it was after this record; needs --to.",
            )
        ),
    ] = None,
    to: Annotated[
        Path | None,
        Parameter(help=both("Lege map voor die oude stand.", "Empty directory for that state.")),
    ] = None,
    lang: LANG = None,
) -> int:
    """Make store and generations anew from the journal; give the exit code."""
    spoken, home = language(lang), at or read_settings().home
    if (until is None) != (to is None):
        raise OptionError(
            "KG-O005",
            Text("--until en --to horen bij elkaar", "--until and --to go together"),
            Text(
                "geef beide: kg rebuild --until 40 --to MAP",
                "give both: kg rebuild --until 40 --to DIRECTORY",
            ),
        )
    if until is not None and to is not None:
        count = rewind(home, until, to)
        put(Text(f"{to}: {count} records\n", f"{to}: {count} records\n").to(spoken))
        return 0
    with Keeper(home) as keeper, progress(_WORKING, spoken) as tick:
        keeper.rebuild(progress=tick)
        count = keeper.journal.seq
    put(
        Text(
            f"{home}: opnieuw gemaakt uit {count} records\n",
            f"{home}: made anew from {count} records\n",
        ).to(spoken)
    )
    return 0


def verify(
    *,
    at: AT = None,
    format: Annotated[Literal["text", "json"], Parameter(help=both("Vorm.", "Form."))] = "text",
    lang: LANG = None,
) -> int:
    """Compare journal, content, store and generation; 1 when something is wrong."""
    spoken, home = language(lang), at or read_settings().home
    health = check(home)
    if format == "json":
        problems = [{"nl": p.nl, "en": p.en} for p in health.problems]
        found = {
            "records": health.records,
            "contents": health.contents,
            "graphs": health.graphs,
            "problems": problems,
        }
        put(json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
        return 1 if health.problems else 0
    put(
        Text(
            f"{health.records} records, {health.contents} bestanden, {len(health.graphs)} grafen\n",
            f"{health.records} records, {health.contents} files, {len(health.graphs)} graphs\n",
        ).to(spoken)
    )
    for problem in health.problems:
        put(f"  ✕ {problem.to(spoken)}\n")
    if not health.problems:
        put(Text("  alles klopt\n", "  all is well\n").to(spoken))
        return 0
    tell(_MEND.to(spoken))
    return 1


def backup(
    target: Annotated[Path, Parameter(help=both("Map voor de kopie.", "Directory for the copy."))],
    *,
    at: AT = None,
    lang: LANG = None,
) -> int:
    """Copy journal and content; give the exit code."""
    count = copy_out(at or read_settings().home, target)
    put(Text(f"{target}: {count} records\n", f"{target}: {count} records\n").to(language(lang)))
    return 0


def restore(
    source: Annotated[Path, Parameter(help=both("Map met de kopie.", "Directory with the copy."))],
    *,
    at: AT = None,
    lang: LANG = None,
) -> int:
    """Make a workspace of a backup; give the exit code."""
    home = at or read_settings().home
    count = copy_in(source, home)
    put(Text(f"{home}: {count} records\n", f"{home}: {count} records\n").to(language(lang)))
    return 0


_MEND = Text(
    "hulp: `kg rebuild` maakt opslag en generatie opnieuw uit het journaal; is het journaal of de "
    "inhoud zelf beschadigd, zet dan een kopie terug met `kg restore`",
    "help: `kg rebuild` makes store and generation anew from the journal; if the journal or the "
    "content itself is damaged, put a copy back with `kg restore`",
)
