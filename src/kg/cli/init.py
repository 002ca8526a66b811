"""`kg init`: an empty workspace, ready for submissions."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kg.cli import options
from kg.cli.console import put
from kg.cli.help import both
from kg.cli.options import LANG, language
from kg.intake.authority import OPERATOR_IRI, Registry
from kg.settings import read_settings
from kg.text import Text
from kg.workspace import Workspace


def init(
    directory: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Waar de werkmap komt; anders die van KG_HOME of kg-data.",
                "Where the workspace goes; else that of KG_HOME or kg-data.",
            )
        ),
    ] = None,
    *,
    operator: Annotated[
        str | None,
        Parameter(help=both("IRI van de beheerder.", "IRI of the operator.")),
    ] = None,
    prefix: Annotated[
        list[str] | None,
        Parameter(
            metavar="ORGANISATION=IRI",
            negative_iterable=(),
            help=both(
                "Begin van de IRI's die van een organisatie zijn.",
                "Start of the IRIs that belong to an organisation.",
            ),
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        Parameter(
            help=both(
                "Kijk altijd op deze datum (2026-01-31); anders vandaag.",
                "Always look at this date (2026-01-31); today otherwise.",
            )
        ),
    ] = None,
    lang: LANG = None,
) -> int:
    """Make an empty workspace; give the exit code."""
    spoken, home = language(lang), directory or read_settings().home
    who = options.iri("--operator", operator or OPERATOR_IRI)
    registry = Registry(options.prefixes(prefix or [], who), who)
    Workspace.create(home, registry, as_of=options.day(as_of)).close()
    put(_MADE.to(spoken).format(home=home))
    return 0


_MADE = Text(
    "{home} is klaar voor inzendingen.\n"
    "  kg submit BESTAND --organisation IRI --at {home}\n  kg serve --at {home}\n",
    "{home} is ready for submissions.\n"
    "  kg submit FILE --organisation IRI --at {home}\n  kg serve --at {home}\n",
)
