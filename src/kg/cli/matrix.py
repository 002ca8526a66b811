"""`kg matrix`: customers against services, as csv, html or svg."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from kg.cli.ask import open_graph
from kg.cli.console import put, tell
from kg.cli.help import both
from kg.cli.options import Given, Spreadsheet, iri, language
from kg.insight.diagram import to_svg
from kg.insight.drawing import to_html
from kg.text import Text


def matrix(
    *files: Annotated[Path, Parameter(help=both("RDF-bestanden.", "RDF files."))],
    given: Given | None = None,
    format: Annotated[
        Literal["csv", "html", "svg"],
        Parameter(help=both("Vorm van de uitvoer.", "Form of the output.")),
    ] = "csv",
    service: Annotated[
        list[str] | None,
        Parameter(
            negative_iterable=(),
            help=both("Alleen deze diensten (IRI).", "Only these services (IRI)."),
        ),
    ] = None,
    spreadsheet: Spreadsheet = False,
) -> int:
    """Write the matrix; give the exit code."""
    given = given or Given()
    lang = language(given.lang)
    wanted = [iri("--service", s) for s in service or ()]
    shown = open_graph(given, files).matrix(service=wanted, lang=lang)
    if format == "csv":
        put(shown.to_csv(spreadsheet=spreadsheet))
    elif format == "html":
        put(to_html(shown))
    else:
        put(to_svg(shown))
    customers, services = shown.fitting().hidden
    if format == "html" and (customers or services):
        tell(
            Text(
                f"de csv heeft ook {customers} klanten en {services} diensten zonder spanning",
                f"the csv also has {customers} customers and {services} services without tension",
            ).to(lang)
        )
    return 0
