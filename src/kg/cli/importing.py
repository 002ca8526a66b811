"""`kg import`: takes a register that others keep into a workspace."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kg.cli.console import progress, put, tell
from kg.cli.help import both
from kg.cli.options import AT, LANG, language
from kg.errors import NotFoundError
from kg.intake.registers import REGISTERS, ImportReport
from kg.intake.submission import make_submission
from kg.settings import read_settings
from kg.text import Lang, Text
from kg.workspace import Workspace

_WORKING = Text("Register lezen", "Reading the register")


def import_register(
    source: Annotated[
        str,
        Parameter(
            help=both("Welk register: roo, tooi of upl.", "Which register: roo, tooi or upl.")
        ),
    ],
    file: Annotated[
        Path, Parameter(help=both("Het bestand van het register.", "The file of the register."))
    ],
    *,
    at: AT = None,
    lang: LANG = None,
) -> int:
    """Take a register in; give the exit code."""
    spoken = language(lang)
    if source not in REGISTERS:
        known = ", ".join(REGISTERS)
        raise NotFoundError(
            "KG-N005",
            Text(f"er is geen register {source}", f"there is no register {source}"),
            Text(f"kies uit {known}", f"choose from {known}"),
        )
    with progress(_WORKING, spoken) as tick:
        imported = REGISTERS[source](file, progress=tick)
    home = at or read_settings().home
    if not Workspace.is_at(home):
        Workspace.create(home).close()
    with Workspace(home) as workspace:
        said = make_submission(imported.triples, str(file.name), imported.report.register)
        triples = workspace.add_submission(said)
    _tell(imported.report, triples, home, spoken)
    return 0


def _tell(report: ImportReport, triples: int, home: Path, lang: Lang) -> None:
    put(
        Text(
            f"{report.register}: {report.read} records gelezen, {triples} uitspraken bewaard"
            f" in {home}\n",
            f"{report.register}: {report.read} records read, {triples} statements kept in {home}\n",
        ).to(lang)
    )
    for kind, count in report.written.items():
        put(f"  {count:>8} {_KINDS.get(kind, Text(kind, kind)).to(lang)}\n")
    for problem in report.problems:
        tell(f"{problem.place}: {problem.message.to(lang)}")
        tell(f"  {_HELP.to(lang)}: {problem.advice.to(lang)}")
    tell(_NEXT.to(lang).format(home=home))


_KINDS = {
    "actors": Text("actoren", "actors"),
    "actorsWithoutRecord": Text(
        "daarvan alleen genoemd in een regeling", "of which only named in an arrangement"
    ),
    "services": Text("diensten", "services"),
    "provisions": Text("dienstverleningen", "provisions"),
    "configurations": Text("klantconfiguraties", "customer configurations"),
    "successions": Text("opvolgingen", "successions"),
    "formerNames": Text("vroegere namen", "former names"),
    "products": Text("producten", "products"),
    "legalGrounds": Text("wettelijke grondslagen", "legal grounds"),
    "collections": Text("verzamelingen", "collections"),
    "concepts": Text("begrippen", "concepts"),
    "statements": Text("uitspraken", "statements"),
}
_HELP = Text("hulp", "help")
_NEXT = Text("Kijk verder: kg findings --at {home}", "Look further: kg findings --at {home}")
