"""`kg ontology check`: the quality gates of the ontology."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from kg.checking.ontology import OntologyReport, check_ontology
from kg.cli.console import progress, put, tell
from kg.cli.help import both
from kg.cli.options import LANG, language
from kg.resources import demo_dir, ontology_dir
from kg.text import Lang, Text

ontology = App(name="ontology", help=both("Toetst de ontologie.", "Checks the ontology."))
_WORKING = Text("Ontologie toetsen", "Checking the ontology")


@ontology.command(
    name="check",
    help=both(
        "Toetst de ontologie op samenhang en volledigheid; eindigt met 1 bij een fout.",
        "Checks consistency and completeness of the ontology; ends with 1 at a fault.",
    ),
)
def check(
    *data: Annotated[
        Path,
        Parameter(help=both("Meer gegevens om mee te toetsen.", "More data to check with.")),
    ],
    lang: LANG = None,
    reasoning: Annotated[
        bool,
        Parameter(
            help=both(
                "Laat ook een reasoner zoeken naar tegenspraak (vraagt Java).",
                "Also let a reasoner look for contradictions (needs Java).",
            )
        ),
    ] = True,
) -> int:
    """Check the ontology; give the exit code."""
    spoken = language(lang)
    files = [*sorted(demo_dir().rglob("*.ttl")), *data]
    with progress(_WORKING, spoken):
        report = check_ontology(ontology_dir(), files, reasoning=reasoning)
    for fault in report.faults:
        place = f"{fault.file}:{fault.line}" if fault.line else fault.file
        put(f"{place}: {fault.term}: {fault.message.to(spoken)} [{fault.rule}]\n")
        if fault.advice is not None:
            tell(f"  {fault.advice.to(spoken)}")
    _summary(report, spoken)
    return int(bool(report.faults) or report.consistent is False)


def _summary(report: OntologyReport, lang: Lang) -> None:
    n = len(report.faults)
    put(
        Text(
            f"{len(report.rules)} toetsen, {n} fouten\n",
            f"{len(report.rules)} checks, {n} faults\n",
        ).to(lang)
    )
    if report.consistent is None and report.reason is not None:
        tell(f"{_NO_REASONING.to(lang)} {report.reason.to(lang)}")
    elif report.consistent is not None:
        put(_VERDICT[report.consistent].to(lang) + "\n")


_NO_REASONING = Text("Niet op tegenspraak getoetst.", "Not checked for contradictions.")
_VERDICT = {
    True: Text("Geen tegenspraak (HermiT)", "No contradiction (HermiT)"),
    False: Text("Er is een tegenspraak (HermiT)", "There is a contradiction (HermiT)"),
}
