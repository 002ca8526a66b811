"""`kg template`: a workbook to fill in, made from the shapes."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kg.cli.console import tell
from kg.cli.help import both
from kg.cli.options import LANG, iri, language
from kg.errors import OptionError
from kg.intake.sheets import Order, catalogue, choices_of, make_template, requests
from kg.rdf import parse_file
from kg.text import Text


def template(
    *classes: Annotated[
        str,
        Parameter(
            required=True,
            help=both(
                "Soorten gegevens, zoals dienst, actor of Interest; een blad voor elk.",
                "Kinds of data, such as service, actor or Interest; a sheet for each.",
            ),
        ),
    ],
    output: Annotated[
        Path,
        Parameter(name=["--output", "-o"], help=both("Het werkboek.", "The workbook.")),
    ],
    lang: LANG = None,
    organisation: Annotated[
        str | None,
        Parameter(
            help=both(
                "IRI van wie het invult; daaronder komen de kenmerken.",
                "IRI of who fills it in; identifiers come below it.",
            )
        ),
    ] = None,
    vocabulary: Annotated[
        list[Path] | None,
        Parameter(
            negative_iterable=(),
            help=both(
                "RDF-bestand met dingen waaruit gekozen mag worden.",
                "RDF file with things to choose from.",
            ),
        ),
    ] = None,
    known: Annotated[
        list[Path] | None,
        Parameter(
            negative_iterable=(),
            help=both(
                "RDF-bestand met wat al bekend is: het komt ingevuld in het werkboek, en met "
                "--organisation ook wat er te bevestigen is.",
                "RDF file with what is known: it comes filled in, and with --organisation also "
                "what there is to confirm.",
            ),
        ),
    ] = None,
) -> int:
    """Write a workbook; give the exit code."""
    spoken = language(lang)
    if output.exists():
        raise OptionError(
            "KG-O011",
            Text(f"{output} bestaat al", f"{output} exists already"),
            Text("kies een andere naam, of verwijder het bestand eerst",
                 "choose another name, or remove the file first"),
        )  # fmt: skip
    terms = catalogue()
    who = iri("--organisation", organisation) if organisation is not None else None
    chosen = tuple(dict.fromkeys(terms.find(name) for name in classes))
    already = tuple(t for file in known or () for t in parse_file(file))
    listed = [t for file in vocabulary or () for t in parse_file(file)]
    order = Order(
        chosen,
        spoken,
        who,
        choices=choices_of(listed, terms),
        known=already,
        requests=requests(already, who) if who is not None else (),
    )
    _write(output, make_template(order, terms))
    sheets = ", ".join(terms.label(c).to(spoken) for c in chosen)
    done = Text(f"{output} is klaar om in te vullen: {sheets}", f"{output} is ready: {sheets}")
    tell(done.to(spoken))
    return 0


def _write(output: Path, data: bytes) -> None:
    try:
        output.write_bytes(data)
    except OSError as e:
        raise OptionError(
            "KG-O012",
            Text(f"{output} is niet te schrijven", f"{output} cannot be written"),
            Text("controleer map en rechten", "check folder and permissions"),
        ) from e
