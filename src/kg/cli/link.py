"""`kg link`: check references, find what things correspond to, and keep what was chosen."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from kg.cli import options
from kg.cli.help import both

link = App(
    name="link",
    help=both(
        "Kijkt verwijzingen na en legt verbanden met bekende lijsten.",
        "Checks references and links things to known lists.",
    ),
)

FILE = Annotated[
    Path,
    Parameter(help=both("Een bestand of een werkmap.", "A file or a workspace.")),
]
OVERWRITE = Annotated[
    bool,
    Parameter(
        negative=(),
        help=both("Vervang een bestand dat er al is.", "Replace a file that exists already."),
    ),
]
AUTHOR = Annotated[
    str | None,
    Parameter(help=both("IRI van wie er kiest.", "IRI of who chooses.")),
]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Lists:
    """With which lists, and on what day."""

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
    at: options.AT = None
    lang: options.LANG = None


@link.command(
    name="check",
    help=both(
        "Zegt van elke verwijzing of zij nog klopt en herstelt wat zeker is.",
        "Says of every reference whether it still holds and mends what is certain.",
    ),
)
def check(
    file: FILE,
    *,
    lists: Lists | None = None,
    fix: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Schrijf het bestand met nagegane herstellingen hierheen (.ttl of .nt).",
                "Write the file with checked repairs here (.ttl or .nt).",
            )
        ),
    ] = None,
    patch: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Schrijf alleen de wijzigingen hierheen: regels N-Triples met - en +.",
                "Write only the changes here: lines of N-Triples with - and +.",
            )
        ),
    ] = None,
    format: Annotated[
        Literal["text", "json"],
        Parameter(help=both("Vorm van het verslag.", "Form of the report.")),
    ] = "text",
    overwrite: OVERWRITE = False,
    lenient: Annotated[
        bool,
        Parameter(
            negative=(),
            help=both(
                "Neem ook IRI's en taalcodes aan die hun regels breken.",
                "Accept IRIs and language tags that break their rules.",
            ),
        ),
    ] = False,
) -> int:
    """Check the links of a file or a workspace; give the exit code."""
    from kg.cli.link_check import Wish, run_check  # noqa: PLC0415 - slow to load

    wish = Wish(fix=fix, patch=patch, form=format, overwrite=overwrite, lenient=lenient)
    return run_check(file, lists or Lists(), wish)


@link.command(
    name="suggest",
    help=both(
        "Zoekt bij elk ding met een naam wat het is in een lijst, met redenen.",
        "Finds for everything with a name what it is in a list, with reasons.",
    ),
)
def suggest(
    file: FILE,
    *,
    to: Annotated[
        str,
        Parameter(
            help=both(
                "In welke lijst: een naam, een register zoals gemeente, of het begin van IRI's.",
                "In which list: a name, a register such as gemeente, or the start of IRIs.",
            )
        ),
    ],
    type_: Annotated[
        str | None,
        Parameter(
            name="--type",
            help=both(
                "Van welke soort de dingen zijn, zoals gemeente; zoekt alleen die soort.",
                "Of which type the things are, such as gemeente; finds that type only.",
            ),
        ),
    ] = None,
    column: Annotated[
        str | None,
        Parameter(
            help=both("Van een CSV: de kolom met namen.", "Of a CSV: the column with names.")
        ),
    ] = None,
    output: Annotated[
        Path | None,
        Parameter(
            name=["--output", "-o"],
            help=both(
                "Schrijf een tabel om na te lopen; zonder vraagt de terminal het u.",
                "Write a table to review; without it the terminal asks you.",
            ),
        ),
    ] = None,
    lists: Lists | None = None,
    author: AUTHOR = None,
    overwrite: OVERWRITE = False,
) -> int:
    """Find matches; give the exit code."""
    from kg.cli.link_suggest import Search, run_suggest  # noqa: PLC0415 - slow to load

    wanted = Search(to=to, type=type_, column=column, author=author)
    return run_suggest(file, wanted, lists or Lists(), output=output, overwrite=overwrite)


@link.command(
    name="accept",
    help=both(
        "Bewaart wat in een nagelopen tabel gekozen is, of een set verbanden (SSSOM).",
        "Keeps what was chosen in a reviewed table, or a set of mappings (SSSOM).",
    ),
)
def accept(
    file: Annotated[
        Path,
        Parameter(help=both("De tabel (SSSOM/TSV).", "The table (SSSOM/TSV).")),
    ],
    *,
    at: options.AT = None,
    into: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Bewaar in dit bestand in plaats van in een werkmap (.sssom.tsv).",
                "Keep in this file instead of in a workspace (.sssom.tsv).",
            )
        ),
    ] = None,
    author: AUTHOR = None,
    lang: options.LANG = None,
) -> int:
    """Keep mappings; give the exit code."""
    from kg.cli.link_suggest import run_accept  # noqa: PLC0415 - slow to load

    return run_accept(file, at=at, into=into, author=author, lang=lang)
