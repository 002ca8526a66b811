"""`kg validate`: what is wrong in files, where, and how to mend it; `kg explain-code` tells why."""

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from kg.checking.check import LIMIT, check
from kg.checking.fix import NTRIPLES, TURTLE, fix
from kg.checking.formats import FORMATS, html, text
from kg.checking.handed import Handed, read_handed
from kg.checking.profiles import KNOWN, Profile, find_profile, read_profile
from kg.checking.report import BINS, Report
from kg.cli import options
from kg.cli.console import is_styled, put, tell
from kg.cli.help import both
from kg.errors import OptionError, UnreadableInputError
from kg.intake.authority import OPERATOR_IRI, Registry
from kg.intake.sheets import Mark, answer, answer_table
from kg.intake.submission import Submission
from kg.text import Lang, Text
from kg.vocabularies import Vocabularies
from kg.vocabularies.load import load_vocabularies
from kg.workspace import Workspace

FINE, FOUND, UNUSABLE = 0, 1, 2
STDIN = "-"
_WRITABLE = {".ttl": TURTLE, ".nt": NTRIPLES}
_PEOPLE = 20
"""How many results of one rule a person is shown."""


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
                "Map met referentielijsten; anders wat is meegeleverd.",
                "Folder with reference lists; what ships otherwise.",
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
                "Werkmap waarvan de gegevens als omgeving tellen.",
                "Workspace whose data counts as context.",
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
    handed = [
        read_handed(_bytes(f), name=str(f), media=media, organisation=organisation) for f in files
    ]
    report = _verdict(handed, context, output, organisation)
    _give(report, handed, output, lang)
    if output.fix is not None:
        _write_fixed(handed[0], report, output.fix, lang)
    if any(h.document is None for h in handed):
        return UNUSABLE
    return FOUND if _fails(report, output.fail_on) else FINE


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
    if output.fix is not None and output.fix.suffix.lower() not in _WRITABLE:
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


def _bytes(path: Path) -> bytes:
    if str(path) == STDIN:
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as e:
        raise UnreadableInputError(
            "KG-R001",
            Text(f"{path}: bestand is niet te lezen", f"{path}: cannot read the file"),
            Text("controleer naam en rechten", "check its name and permissions"),
        ) from e


def _verdict(
    handed: Sequence[Handed], context: Context, output: Output, organisation: str | None
) -> Report:
    as_of = options.day(context.as_of) or dt.datetime.now(tz=dt.UTC).date()
    limit = output.limit or (_PEOPLE if output.format in {"text", "html"} else LIMIT)
    background, registry = _surroundings(context)
    report = check(
        [h.document for h in handed if h.document is not None],
        organisation=organisation or next((h.organisation for h in handed if h.organisation), None),
        as_of=as_of,
        shapes=_shapes(context),
        background=background,
        vocabularies=_vocabularies(context),
        registry=registry,
        reference_states=context.reference_states,
        limit=limit,
    )
    for one in handed:
        report = one.completed(report)
    return replace(report, files=tuple(h.name for h in handed))


def _surroundings(context: Context) -> tuple[Sequence[Submission], Registry]:
    if context.at is None:
        return (), Registry(options.prefixes(context.prefix, OPERATOR_IRI))
    workspace = Workspace(context.at)
    return workspace.submissions, workspace.registry


def _shapes(context: Context) -> Profile:
    path = Path(context.shapes)
    if context.shapes not in {"samenspel", *KNOWN} and path.is_file():
        return read_profile([path])
    return find_profile(context.shapes, context.profiles)


def _vocabularies(context: Context) -> Vocabularies | None:
    return None if context.vocabularies is None else load_vocabularies(context.vocabularies)


def _fails(report: Report, fail_on: str) -> bool:
    if fail_on == "never":
        return False
    graver = {name for at, name in enumerate(BINS) if at <= BINS.index(fail_on)}
    return any(r.bin in graver for r in report.results)


# --- giving it -----------------------------------------------------------------------------


def _give(report: Report, handed: Sequence[Handed], output: Output, lang: Lang) -> None:
    if output.format == "xlsx" and output.output is not None:
        _write(output.output, _answered(handed[0], report, lang))
        put(text.render(report, lang=lang, colour=is_styled()))
        return
    sources = {h.name: h.text for h in handed if h.text}
    written = _rendered(report, sources, output, lang)
    if output.output is None:
        put(written)
    else:
        _write(output.output, written.encode())


def _rendered(report: Report, sources: Mapping[str, str], output: Output, lang: Lang) -> str:
    if output.format == "text":
        colour = output.output is None and is_styled()
        return text.render(report, lang=lang, sources=sources, colour=colour)
    if output.format == "html":
        return html.render(report, lang=lang, sources=sources)
    return FORMATS[output.format].render(report, lang=lang)


def _answered(handed: Handed, report: Report, lang: Lang) -> bytes:
    marks = [
        Mark(r.source, r.message, r.bin, r.repair.about if r.repair else None, r.path_words)
        for r in report.results
        if r.source is not None
    ]
    if handed.tables and handed.name.lower().endswith(".csv"):
        return answer_table(handed.tables[0], marks, language=lang)
    return answer(handed.data, marks, name=handed.name, language=lang)


def _write_fixed(handed: Handed, report: Report, path: Path, lang: Lang) -> None:
    if handed.document is None or handed.tables:
        tell(_NOT_FIXED.to(lang))
        return
    fixed = fix(handed.document, handed.text, report, media=_WRITABLE[path.suffix.lower()])
    _write(path, fixed.text.encode())
    tell(_FIXED.format(path=path, done=len(fixed.done), left=len(fixed.left)).to(lang))
    if not fixed.kept:
        tell(_ANEW.to(lang))


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as e:
        raise OptionError(
            "KG-O012",
            Text(f"{path} is niet te schrijven", f"{path} cannot be written"),
            Text("controleer map en rechten", "check folder and permissions"),
        ) from e


_NOT_FIXED = Text(
    "Niets hersteld: --fix werkt voor RDF-bestanden die te lezen zijn.",
    "Nothing mended: --fix works for RDF files that can be read.",
)
_FIXED = Text(
    "{path}: {done} hersteld, {left} nog open.", "{path}: {done} mended, {left} still open."
)
_ANEW = Text(
    "Het bestand is opnieuw geschreven; opmerkingen en indeling zijn niet behouden.",
    "The file was written anew; comments and layout were not kept.",
)
