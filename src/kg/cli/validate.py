"""`kg validate`: what is wrong in files, where, and how to mend it; `kg explain-code` tells why."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from kg.cli import options
from kg.cli.help import both
from kg.errors import OptionError
from kg.intake.tasks import tasks_for
from kg.sandbox import Pool
from kg.text import Text

WRITABLE = (".ttl", ".nt")
"""Endings of files that ``--fix`` can write."""
_SELDOM = 100_000


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Context:
    """In which context files are checked."""

    organisation: Annotated[
        str | None,
        Parameter(
            help=both(
                "IRI van wie er spreekt; dan wordt ook nagegaan wat die mag zeggen.",
                "IRI of who speaks; what they may say is then checked too.",
            )
        ),
    ] = None
    shapes: Annotated[
        str,
        Parameter(
            help=both(
                "Vormen: samenspel, een bekend profiel, of een bestand met SHACL.",
                "Shapes: samenspel, a known profile, or a file with SHACL.",
            )
        ),
    ] = "samenspel"
    profiles: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Map met de uitgaven van profielen van anderen.",
                "Folder with releases of the profiles of others.",
            )
        ),
    ] = None
    vocabularies: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Map met lijsten; anders die van de werkmap, en wat is meegeleverd.",
                "Folder with lists; else those of the workspace, and what ships.",
            )
        ),
    ] = None
    as_of: Annotated[
        str | None,
        Parameter(
            help=both(
                "Datum waarop verwijzingen moeten kloppen; anders vandaag.",
                "Date on which references must hold; today otherwise.",
            )
        ),
    ] = None
    at: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Werkmap waarvan gegevens en lijsten als omgeving tellen.",
                "Workspace whose data and lists count as context.",
            )
        ),
    ] = None
    prefix: Annotated[
        list[str],
        Parameter(
            negative_iterable=(),
            help=both(
                "ORGANISATIE=IRI: begin van IRI's die van een organisatie zijn.",
                "ORGANISATION=IRI: start of the IRIs that belong to an organisation.",
            ),
        ),
    ] = field(default_factory=list)
    lenient: Annotated[
        bool,
        Parameter(
            negative_bool=(),
            help=both(
                "Neem ook IRI's en taalcodes aan die hun regels breken.",
                "Accept IRIs and language tags that break their rules.",
            ),
        ),
    ] = False
    reference_states: Annotated[
        bool,
        Parameter(
            help=both(
                "Ga naast de vormen ook verwijzingen, privacy en nummers na.",
                "Check references, privacy and numbers beside the shapes.",
            )
        ),
    ] = True


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Output:
    """How the verdict is given."""

    format: Annotated[
        Literal["text", "json", "sarif", "junit", "github", "html", "turtle", "jsonld", "xlsx"],
        Parameter(help=both("Vorm van het verslag.", "Form of the report.")),
    ] = "text"
    output: Annotated[
        Path | None,
        Parameter(
            name=["--output", "-o"],
            help=both("Schrijf het verslag in dit bestand.", "Write the report to this file."),
        ),
    ] = None
    fix: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Schrijf het bestand met nagegane herstellingen hierheen.",
                "Write the file with checked repairs here.",
            )
        ),
    ] = None
    overwrite: Annotated[
        bool,
        Parameter(
            negative=(),
            help=both("Vervang een bestand dat er al is.", "Replace a file that exists already."),
        ),
    ] = False
    fail_on: Annotated[
        Literal["must-fix", "should-fix", "unknown-reference", "information", "never"],
        Parameter(
            help=both(
                "Vanaf welk soort resultaat de uitgangscode 1 is.",
                "From which kind of result on the exit code is 1.",
            )
        ),
    ] = "must-fix"
    limit: Annotated[
        int | None,
        Parameter(
            help=both(
                "Hoeveel resultaten per regel worden getoond.",
                "How many results per rule are shown.",
            )
        ),
    ] = None
    lang: options.LANG = None


def validate(
    *files: Annotated[
        Path,
        Parameter(help=both("Bestanden; - is de invoer.", "Files; - is standard input.")),
    ],
    media: Annotated[
        str | None,
        Parameter(
            help=both(
                "Soort van de invoer, zoals text/turtle; anders zegt de naam het.",
                "Kind of the input, such as text/turtle; else its name tells.",
            )
        ),
    ] = None,
    context: Context | None = None,
    output: Output | None = None,
) -> int:
    """Check files together as one submission; give the exit code."""
    context, output = context or Context(), output or Output()
    lang = options.language(output.lang)
    _check_options(files, output)
    organisation = context.organisation
    if organisation is not None:
        organisation = options.iri("--organisation", organisation)
    # The first worker warms up while this process loads what checks.
    with _few_collections(), Pool(tasks_for([f.name for f in files]), ahead=len(files)) as pool:
        from kg.cli.verdict import Asked, answer  # noqa: PLC0415

        return answer(files, Asked(context, output, organisation, media, lang), pool)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for garbage less often: loading makes many objects that all stay."""
    usual = gc.get_threshold()
    gc.set_threshold(_SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _check_options(files: Sequence[Path], output: Output) -> None:
    if not files:
        raise OptionError(
            "KG-O000",
            Text("er is geen bestand genoemd", "no file was named"),
            Text("noem er een: kg validate diensten.ttl", "name one: kg validate services.ttl"),
        )
    for path in (output.output, output.fix):
        if path is not None and path.exists() and not output.overwrite:
            raise OptionError(
                "KG-O011",
                Text(f"{path} bestaat al", f"{path} exists already"),
                Text(
                    "kies een andere naam, of vraag erom met --overwrite",
                    "choose another name, or ask for it with --overwrite",
                ),
            )
    one_only = output.fix is not None or output.format == "xlsx"
    if (one_only and len(files) != 1) or (output.format == "xlsx" and output.output is None):
        raise _one_file(output)
    if output.format == "xlsx" and files[0].suffix.lower() not in {".xlsx", ".csv"}:
        raise OptionError(
            "KG-O005",
            Text(
                "--format xlsx geeft een rekenblad terug met opmerkingen in de cellen, en "
                f"{files[0]} is geen rekenblad",
                "--format xlsx gives a spreadsheet back with comments in its cells, and "
                f"{files[0]} is not a spreadsheet",
            ),
            Text("kies --format html of text", "choose --format html or text"),
        )
    if output.fix is not None and output.fix.suffix.lower() not in WRITABLE:
        raise _one_file(output)


def _one_file(output: Output) -> OptionError:
    if output.format == "xlsx":
        return OptionError(
            "KG-O005",
            Text("--format xlsx gaat per bestand", "--format xlsx goes per file"),
            Text(
                "geef één bestand en --output ANTWOORD.xlsx", "give one file and --output FILE.xlsx"
            ),
        )
    return OptionError(
        "KG-O005",
        Text("--fix gaat per bestand en schrijft .ttl of .nt", "--fix goes per file: .ttl or .nt"),
        Text("geef één bestand en --fix NIEUW.ttl", "give one file and --fix NEW.ttl"),
    )
