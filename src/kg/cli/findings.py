"""`kg findings`: what the rules find, as text for people or as data."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from kg.cli.ask import open_graph
from kg.cli.console import progress, put, tell
from kg.cli.help import both
from kg.cli.options import Given, Spreadsheet, language
from kg.cli.report import notes, text_of
from kg.insight.publish import to_csv, to_json, to_rdf
from kg.insight.views import FindingList
from kg.model import Finding, Findings
from kg.text import Text

Class = Literal["conflict", "gap", "signal"]
Voice = Literal["confirmed", "claimed", "presumed", "unattributed"]
FailOn = Literal["conflict", "gap", "signal", "never"]
_WORKING = Text("Regels uitvoeren", "Running the rules")


def findings(
    *files: Annotated[Path, Parameter(help=both("RDF-bestanden.", "RDF files."))],
    given: Given | None = None,
    rule: Annotated[
        list[str] | None,
        Parameter(negative_iterable=(), help=both("Alleen deze regels.", "Only these rules.")),
    ] = None,
    class_: Annotated[
        list[Class] | None,
        Parameter(
            name="--class",
            negative_iterable=(),
            help=both(
                "Alleen conflicten, lacunes of signalen.", "Only conflicts, gaps or signals."
            ),
        ),
    ] = None,
    min_severity: Annotated[
        float, Parameter(help=both("Alleen vanaf deze ernst.", "Only from this severity on."))
    ] = 0,
    voice: Annotated[
        list[Voice] | None,
        Parameter(negative_iterable=(), help=both("Alleen met deze stem.", "Only in this voice.")),
    ] = None,
    fail_on: Annotated[
        list[FailOn] | None,
        Parameter(
            negative_iterable=(),
            help=both(
                "Eindig met 1 als er zulke bevindingen zijn.",
                "End with 1 when there are such findings.",
            ),
        ),
    ] = None,
    format: Annotated[
        Literal["text", "json", "csv", "turtle"],
        Parameter(help=both("Vorm van de uitvoer.", "Form of the output.")),
    ] = "text",
    spreadsheet: Spreadsheet = False,
) -> int:
    """Show what was found; give the exit code."""
    given = given or Given()
    lang = language(given.lang)
    graph = open_graph(given, files)
    with progress(_WORKING, lang) as tick:
        look = graph.look(rules=rule, progress=tick)
    chosen = _choose(look.findings, class_, min_severity, voice)
    if format == "text":
        put(text_of(FindingList(chosen, look.store, lang), lang))
    elif format == "json":
        put(to_json(chosen))
    elif format == "csv":
        put(to_csv(chosen, spreadsheet=spreadsheet))
    else:
        put(to_rdf(chosen))
    for line in notes(look, lang):
        tell(line)
    return int(any(f.cls in (fail_on or ()) for f in chosen))


def _choose(
    found: Findings,
    classes: list[Class] | None,
    min_severity: float,
    voices: list[Voice] | None,
) -> Findings:
    def fits(finding: Finding) -> bool:
        return (
            (not classes or finding.cls in classes)
            and (not voices or finding.voice in voices)
            and finding.severity >= min_severity
        )

    return Findings(found.as_of, tuple(filter(fits, found)), found.withheld, found.cut)
