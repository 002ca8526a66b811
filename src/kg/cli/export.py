"""`kg export`: what a graph holds, in the terms of others, with what those cannot express."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from cyclopts import Parameter

from kg.cli.ask import open_graph
from kg.cli.console import progress, put, put_table, tell
from kg.cli.help import both
from kg.cli.options import Given, iri, language
from kg.errors import OptionError
from kg.exchange import PLACE, as_json, as_text, load_profile, profile_names, write
from kg.exchange import export as export_graph
from kg.rdf import Triple
from kg.settings import read_settings
from kg.store import GraphStore
from kg.text import Lang, Text

Format = Literal["turtle", "jsonld", "xml", "nt", "csv"]
_ENDINGS: dict[str, Format] = {
    ".ttl": "turtle",
    ".jsonld": "jsonld",
    ".json": "jsonld",
    ".rdf": "xml",
    ".xml": "xml",
    ".nt": "nt",
    ".csv": "csv",
}
_WORKING = Text("Regels uitvoeren", "Running the rules")
_HEAD = (Text("profiel", "profile"), Text("wat", "what"))
_SHOWN = 8
_CATALOGUE = "catalogue"


def export(
    profile: Annotated[
        str | None,
        Parameter(
            help=both(
                "Voor wie: cpsv-ap-3.2.0, cpov, org, skos, rdf of catalogue; zonder naam: de"
                " lijst.",
                "For whom: cpsv-ap-3.2.0, cpov, org, skos, rdf or catalogue; without a name: the"
                " list.",
            )
        ),
    ] = None,
    *files: Annotated[Path, Parameter(help=both("RDF-bestanden.", "RDF files."))],
    given: Given | None = None,
    output: Annotated[
        Path | None,
        Parameter(
            name=["--output", "-o"], help=both("Waar het komt te staan.", "Where to write it.")
        ),
    ] = None,
    format: Annotated[
        Format | None,
        Parameter(
            help=both(
                "Vorm van de uitvoer; anders volgens de naam van het bestand, of turtle.",
                "Form of the output; else by the name of the file, or turtle.",
            )
        ),
    ] = None,
    typed_references: Annotated[
        bool,
        Parameter(
            negative_bool=(),
            help=both(
                "Zeg ook wat alles is waarnaar verwezen wordt, en vul aan wat de ontvanger eist.",
                "Also say what everything referred to is, and fill in what the receiver asks.",
            ),
        ),
    ] = False,
    place: Annotated[
        str,
        Parameter(
            help=both(
                "Gebied van organisaties zonder gebied, bij --typed-references.",
                "Area of organisations without one, with --typed-references.",
            )
        ),
    ] = PLACE,
    base: Annotated[
        str | None,
        Parameter(
            help=both(
                "Adres van de dienst die deze werkmap toont, bij catalogue.",
                "Address of the service that shows this workspace, with catalogue.",
            )
        ),
    ] = None,
    report: Annotated[
        Path | None,
        Parameter(
            help=both(
                "Schrijf wat niet meeging naar een bestand: .json of tekst.",
                "Write what was left out to a file: .json or text.",
            )
        ),
    ] = None,
) -> int:
    """Export; give the exit code."""
    given = given or Given()
    lang = language(given.lang)
    if profile is None:
        return _list(lang)
    chosen = None if profile == _CATALOGUE else load_profile(profile)
    area = iri("--place", place)
    graph = open_graph(given, files)
    with progress(_WORKING, lang) as tick:
        look = graph.look(progress=tick)
    kind = format or (_ENDINGS.get(output.suffix.lower(), "turtle") if output else "turtle")
    if chosen is None:
        home = given.at or read_settings().home
        _describe(look.store, home, base, _Target(output, kind), lang)
        return 0
    done = export_graph(look.store, chosen, typed=typed_references, place=area)
    _Target(output, kind).write(done.triples, chosen.prefixes)
    if report is not None:
        _save(report, as_json(done) if report.suffix == ".json" else as_text(done, lang))
    tell(as_text(done, lang, most=_SHOWN).rstrip("\n"))
    return 0


class _Target(NamedTuple):
    """Where to write, and in which form."""

    output: Path | None
    kind: Format

    def write(self, triples: Sequence[Triple], prefixes: Mapping[str, str]) -> None:
        text = write(triples, self.kind, prefixes)
        if self.output is None:
            put(text)
        else:
            _save(self.output, text)


def _list(lang: Lang) -> int:
    from kg.exchange.catalogue import ABOUT  # noqa: PLC0415 - slow to load, and rarely asked

    rows = [[n, load_profile(n).about.to(lang)] for n in profile_names()]
    put_table([h.to(lang) for h in _HEAD], [*rows, [_CATALOGUE, ABOUT.to(lang)]])
    return 0


def _describe(store: GraphStore, home: Path, base: str | None, target: _Target, lang: Lang) -> None:
    """Write what the workspace says of itself, and name whom licences ask to name."""
    from kg.exchange.catalogue import BASE, PREFIXES, describe  # noqa: PLC0415 - as above

    address = iri("--base", base) if base is not None else BASE
    said = describe(store, home / "vocabularies", address)
    target.write(said.triples, PREFIXES)
    for line in said.attribution:
        tell(line.to(lang))


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as e:
        raise OptionError(
            "KG-X104",
            Text(f"{path}: kan hier niet schrijven", f"{path}: cannot write here"),
            Text(
                "kies een map die bestaat en van u is", "choose a folder that exists and is yours"
            ),
        ) from e
