"""`kg import`: takes what others keep into a workspace: registers, catalogues, tables."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kg.cli.console import progress, put, tell
from kg.cli.help import both
from kg.cli.options import AT, LANG, iri, language
from kg.errors import NotFoundError, OptionError, UnreadableInputError
from kg.intake.cpsv import import_cpsv
from kg.intake.read import Document
from kg.intake.registers import REGISTERS, Imported, ImportReport, Progress
from kg.intake.sandboxed import read_sandboxed
from kg.intake.submission import make_submission
from kg.intake.tabular import import_table, read_mapping
from kg.settings import read_settings
from kg.text import Lang, Text
from kg.workspace import Workspace

_WORKING = Text("Bestand lezen", "Reading the file")
_CATALOGUE, _TABLE = "cpsv-ap", "csv"
SOURCES = (*REGISTERS, _CATALOGUE, _TABLE)
"""What can be imported."""
_SHOWN = 12
"""So many kinds of problems are told; the others are counted, and are all in the report."""


def import_register(
    source: Annotated[
        str,
        Parameter(
            help=both(
                "Wat het is: roo, tooi, upl, cpsv-ap (2.x en 3.x) of csv.",
                "What it is: roo, tooi, upl, cpsv-ap (2.x and 3.x) or csv.",
            )
        ),
    ],
    file: Annotated[Path, Parameter(help=both("Het bestand.", "The file."))],
    *,
    mapping: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Bij csv: welke kolom wat wordt (.yaml of .toml).",
                "With csv: which column becomes what (.yaml or .toml).",
            )
        ),
    ] = None,
    organisation: Annotated[
        str | None,
        Parameter(
            help=both(
                "IRI van wie hierin zelf spreekt; anders spreekt het bestand als register.",
                "IRI of who speaks in it itself; else the file speaks as a register.",
            )
        ),
    ] = None,
    lenient: Annotated[
        bool,
        Parameter(
            negative_bool=(),
            help=both(
                "Neem IRI's en taalmerken die niet kloppen toch aan.",
                "Accept IRIs and language tags that break their rules.",
            ),
        ),
    ] = False,
    report: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Schrijf alles wat niet overgenomen is naar een JSON-bestand.",
                "Write all that was not taken over to a JSON file.",
            )
        ),
    ] = None,
    at: AT = None,
    lang: LANG = None,
) -> int:
    """Take a file in; give the exit code."""
    spoken = language(lang)
    _check(source, mapping, organisation)
    who = iri("--organisation", organisation) if organisation is not None else None
    with progress(_WORKING, spoken) as tick:
        imported = _imported(source, file, mapping, who, lang=spoken, lenient=lenient, tick=tick)
    home = at or read_settings().home
    if not Workspace.is_at(home):
        Workspace.create(home).close()
    with Workspace(home) as workspace:
        said = make_submission(imported.triples, str(file.name), imported.report.register)
        triples = workspace.add_submission(said)
    if report is not None:
        _save(imported.report, report)
    _tell(imported.report, triples, home, spoken)
    return 0


def _check(source: str, mapping: Path | None, organisation: str | None) -> None:
    """Refuse a source nobody knows, and options that do not go with it."""
    if source not in SOURCES:
        known = ", ".join(SOURCES)
        raise NotFoundError(
            "KG-N005",
            Text(f"er is geen register {source}", f"there is no register {source}"),
            Text(f"kies uit {known}", f"choose from {known}"),
        )
    if (mapping is None) is (source == _TABLE):
        raise OptionError(
            "KG-X105",
            Text("--mapping hoort bij csv, en csv bij --mapping",
                 "--mapping goes with csv, and csv with --mapping"),
            Text("schrijf kg import csv tabel.csv --mapping mapping.yaml",
                 "write kg import csv table.csv --mapping mapping.yaml"),
        )  # fmt: skip
    if organisation is not None and source in REGISTERS:
        raise OptionError(
            "KG-X106",
            Text(f"{source} spreekt altijd als zichzelf", f"{source} always speaks as itself"),
            Text("laat --organisation weg", "leave out --organisation"),
        )


def _imported(
    source: str,
    file: Path,
    mapping: Path | None,
    who: str | None,
    *,
    lang: Lang,
    lenient: bool,
    tick: Progress,
) -> Imported:
    if mapping is not None:
        rules = read_mapping(mapping)
        document = _read(file, lang, media="text/csv", lenient=lenient)
        return import_table(document.tables[0], rules, organisation=who)
    if source == _CATALOGUE:
        return import_cpsv(_read(file, lang, media=None, lenient=lenient), organisation=who)
    return REGISTERS[source](file, progress=tick)


def _read(file: Path, lang: Lang, *, media: str | None, lenient: bool) -> Document:
    """Read a file of others in a limited process."""
    try:
        data = file.read_bytes()
    except OSError as e:
        raise UnreadableInputError(
            "KG-R001",
            Text(f"{file}: bestand is niet te lezen", f"{file}: cannot read the file"),
            Text("controleer naam en rechten", "check its name and permissions"),
        ) from e
    reading = read_sandboxed(data, name=file.name, media=media, lenient=lenient)
    if reading.document is None:
        raise reading.problems[0]
    for warning in reading.problems:
        tell(warning.message.to(lang))
    return reading.document


def _save(found: ImportReport, path: Path) -> None:
    document = {
        "register": found.register,
        "read": found.read,
        "written": dict(found.written),
        "problems": [
            {
                "kind": p.kind,
                "count": p.count,
                "place": p.place,
                "message": p.message._asdict(),
                "advice": p.advice._asdict(),
            }
            for p in found.problems
        ],
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as e:
        raise OptionError(
            "KG-X104",
            Text(f"{path}: kan hier niet schrijven", f"{path}: cannot write here"),
            Text(
                "kies een map die bestaat en van u is", "choose a folder that exists and is yours"
            ),
        ) from e


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
    said = None
    for problem in report.problems[:_SHOWN]:
        tell(f"{problem.place}: {problem.message.to(lang)}")
        if problem.advice != said:
            tell(f"  {_HELP.to(lang)}: {problem.advice.to(lang)}")
        said = problem.advice
    if len(report.problems) > _SHOWN:
        more = report.problems[_SHOWN:]
        tell(_MORE.to(lang).format(kinds=len(more), count=sum(p.count for p in more)))
    tell(_NEXT.to(lang).format(home=home))


_KINDS = {
    "actors": Text("actoren", "actors"),
    "actorsWithoutRecord": Text(
        "daarvan alleen genoemd in een regeling", "of which only named in an arrangement"
    ),
    "services": Text("diensten", "services"),
    "provisions": Text("dienstverleningen", "provisions"),
    "interfaces": Text("koppelvlakken", "interfaces"),
    "events": Text("levensgebeurtenissen", "life events"),
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
_MORE = Text(
    "nog {kinds} soorten, samen {count} keer; --report BESTAND.json geeft ze alle",
    "{kinds} more kinds, {count} times in all; --report FILE.json gives them all",
)
_NEXT = Text("Kijk verder: kg findings --at {home}", "Look further: kg findings --at {home}")
