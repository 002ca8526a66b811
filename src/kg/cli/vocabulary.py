"""`kg vocabulary`: reference vocabularies of a workspace, their versions and what changes."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from kg.cli import vocabulary_report as report
from kg.cli.console import progress, tell
from kg.cli.help import both
from kg.cli.options import AT, LANG, language
from kg.cli.options import day as read_day
from kg.errors import KgError, NotFoundError
from kg.intake.registers import REGISTERS
from kg.rdf import FORMATS, Triple
from kg.settings import read_settings
from kg.text import Lang, Text
from kg.vocabularies.difference import difference
from kg.vocabularies.fetch import INCOMING, Fetched, fetch
from kg.vocabularies.home import Home, known_sources, shipped_home
from kg.vocabularies.lock import LOCK, Locked
from kg.vocabularies.own import own_locked
from kg.vocabularies.reading import Reading, read_vocabulary
from kg.vocabularies.update import Plan, add, carry_out, described, plan
from kg.workspace import Workspace

vocabulary = App(
    name="vocabulary", help=both("Beheert vocabulaires.", "Keeps reference vocabularies.")
)
Form = Annotated[
    Literal["text", "json"],
    Parameter(help=both("Vorm van de uitvoer.", "Form of the output.")),
]
Name = Annotated[
    str | None, Parameter(name="--id", help=both("Id van de vocabulaire.", "Id of the vocabulary."))
]
Version = Annotated[
    str | None, Parameter(help=both("Welke versie het is.", "Which version it is."))
]
Lenient = Annotated[
    bool,
    Parameter(
        negative_bool=(),
        help=both(
            "Lees ook IRI's en taalcodes die tegen de regels zijn.",
            "Also read IRIs and language tags that break their rules.",
        ),
    ),
]
ReadAs = Annotated[
    Literal["rdf", "owms", "sdg", "upl", "roo"] | None,
    Parameter(help=both("Hoe het bestand te lezen is.", "How to read the file.")),
]
_READING = Text("Vocabulaire lezen", "Reading the vocabulary")
FINE, FOUND = 0, 1


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class About:
    """What is known of a vocabulary that is taken in."""

    title: Annotated[
        str | None, Parameter(help=both("Hoe de vocabulaire heet.", "What it is called."))
    ] = None
    licence: Annotated[
        str | None, Parameter(help=both("IRI van de licentie.", "IRI of its licence."))
    ] = None
    attribution: Annotated[
        str | None,
        Parameter(help=both("Regel die de licentie vraagt.", "The line its licence asks for.")),
    ] = None
    source: Annotated[
        str | None, Parameter(help=both("Adres van de bron.", "Address it comes from."))
    ] = None
    part: Annotated[
        bool,
        Parameter(
            negative_bool=(),
            help=both(
                "Het is een uittreksel: wat ontbreekt, kan bestaan.",
                "It is an excerpt: what it lacks may exist.",
            ),
        ),
    ] = False

    def on(self, known: Locked) -> Locked:
        """Give what is known with what was said here on top."""
        title, line = self.title, self.attribution
        return replace(
            known,
            title=Text(title, title) if title else known.title,
            licence=self.licence or known.licence,
            attribution=Text(line, line) if line else known.attribution,
            source=self.source or known.source,
            part=self.part or known.part,
        )


@vocabulary.command(
    name="list",
    help=both(
        "Toont de vocabulaires van de werkmap en wat is meegeleverd.",
        "Lists the vocabularies of the workspace and what ships.",
    ),
)
def list_(
    *,
    known: Annotated[
        bool,
        Parameter(
            negative_bool=(),
            help=both(
                "Toon bekende bronnen die er nog niet zijn.", "List known sources not there."
            ),
        ),
    ] = False,
    at: AT = None,
    lang: LANG = None,
    format: Form = "text",
) -> int:
    """List vocabularies; give the exit code."""
    home = _home(at)
    mine = list(home.lock.vocabularies.values())
    here = {v.id for v in mine}
    if known:
        rows = [("known", v) for v in known_sources().vocabularies.values() if v.id not in here]
    else:
        shipped = [*shipped_home().lock.vocabularies.values(), *own_locked()]
        rows = [("loaded", v) for v in mine]
        rows += [("shipped", v) for v in shipped if v.id not in here]
    report.listing(rows, language(lang), as_json=format == "json")
    if format == "text" and not known:
        report.attributions(home.lock, language(lang))
    return FINE


@vocabulary.command(
    name="add",
    help=both("Neemt een vocabulaire op uit een bestand.", "Takes a vocabulary in from a file."),
)
def add_(
    file: Annotated[Path, Parameter(help=both("Het bestand.", "The file."))],
    *,
    id_: Name = None,
    version: Version = None,
    about: About | None = None,
    reader: ReadAs = None,
    lenient: Lenient = False,
    at: AT = None,
    lang: LANG = None,
    format: Form = "text",
) -> int:
    """Take a vocabulary in; give the exit code."""
    spoken, home = language(lang), _home(at)
    meant = (about or About()).on(described(str(file), home, id_ or ""))
    reading = _read(file, meant, reader, spoken, lenient=lenient)
    now = add(meant, reading, home, _today(), version or "")
    report.added(now, reading, home.path, spoken, as_json=format == "json")
    _publish(at)
    return FINE


@vocabulary.command(
    name="fetch",
    help=both(
        "Haalt vocabulaires op van hun bron; alleen deze opdracht gebruikt het netwerk.",
        "Fetches vocabularies from their source; only this command uses the network.",
    ),
)
def fetch_(
    *ids: Annotated[
        str,
        Parameter(
            help=both("Id's; anders alles in de werkmap.", "Ids; else all in the workspace.")
        ),
    ],
    at: AT = None,
    lang: LANG = None,
    format: Form = "text",
) -> int:
    """Fetch vocabularies; give the exit code: 1 when a source gives something else than before."""
    spoken, home = language(lang), _home(at)
    known = known_sources().vocabularies
    names = ids or tuple(v.id for v in home.lock.vocabularies.values() if v.source)
    if not names:
        raise NotFoundError(
            "KG-K101",
            Text("er is nog niets om op te halen", "there is nothing to fetch yet"),
            Text(f"noem een id: {', '.join(known)}", f"name an id: {', '.join(known)}"),
        )
    told, code = [], FINE
    for name in names:
        meant = _meant(name, home, known)
        try:
            found = fetch(meant, home)
            told.append(_keep(found, meant, home, spoken))
        except KgError as e:
            tell(e.to(spoken))
            code = FOUND
    report.fetched(told, home.path, spoken, as_json=format == "json")
    _publish(at)
    return FOUND if any(f.outcome == "changed" for f in told) else code


def _meant(name: str, home: Home, known: Mapping[str, Locked]) -> Locked:
    """Give a vocabulary with the address the product knows, else that of the lock."""
    there = home.lock.vocabularies.get(name)
    listed = known.get(name)
    if there is None:
        return listed or home.lock.get(name)
    return replace(there, source=(listed.source if listed else "") or there.source)


def _keep(found: Fetched, meant: Locked, home: Home, lang: Lang) -> Fetched:
    """Take a first file in; a file with the statements that are there already changes nothing."""
    if found.outcome == "same":
        found.file.unlink(missing_ok=True)
        return found
    reading = _read(found.file, meant, None, lang)
    if found.outcome != "changed":
        add(meant, reading, home, _today())
    elif meant.snapshot().canonical != reading.canonical:
        return found
    found.file.unlink(missing_ok=True)
    return replace(found, outcome="same") if found.outcome == "changed" else found


@vocabulary.command(
    name="update",
    help=both(
        "Toont wat een nieuwere versie verandert, ook aan uw verwijzingen, en neemt haar op.",
        "Shows what a newer version changes, also for your references, and takes it in.",
    ),
)
def update(
    *files: Annotated[
        str,
        Parameter(
            help=both(
                "Bestanden, of id's van wat is opgehaald; anders al wat wacht.",
                "Files, or ids of what was fetched; else all that waits.",
            )
        ),
    ],
    id_: Name = None,
    version: Version = None,
    dry_run: Annotated[
        bool,
        Parameter(negative_bool=(), help=both("Verander niets.", "Change nothing.")),
    ] = False,
    yes: Annotated[
        bool,
        Parameter(
            negative_bool=(),
            help=both(
                "Neem ook op wat eigen verwijzingen raakt.", "Also take in what touches references."
            ),
        ),
    ] = False,
    reader: ReadAs = None,
    lenient: Lenient = False,
    at: AT = None,
    lang: LANG = None,
    format: Form = "text",
) -> int:
    """Bring vocabularies up to date; give the exit code: 1 when references held it back."""
    spoken, home = language(lang), _home(at)
    statements = list(_statements(at or read_settings().home))
    plans: list[tuple[Path, Plan]] = []
    for file in _waiting(files, home):
        meant = _known(file, home, id_)
        reading = _read(file, meant, reader, spoken, lenient=lenient)
        ready = plan(meant, reading, home, statements, _today(), version=version or "")
        plans.append((file, ready))
    held = [ready.about.id for _, ready in plans if ready.effects and not yes]
    shown = [ready for _, ready in plans]
    report.plans(shown, spoken, held=held, done=not dry_run, as_json=format == "json")
    if dry_run:
        return FINE
    for file, ready in plans:
        if ready.about.id not in held:
            carry_out(ready, home, _today())
            if file.parent == home.path / INCOMING:
                file.unlink(missing_ok=True)
    _publish(at)
    return FOUND if held else FINE


def _known(file: Path, home: Home, name: str | None) -> Locked:
    """Give the vocabulary a newer file is of; it must be there already."""
    waits = file.parent == home.path / INCOMING
    meant = described(str(file), home, name or (file.name.partition(".")[0] if waits else ""))
    home.lock.get(meant.id)
    return meant


def _waiting(files: Sequence[str], home: Home) -> list[Path]:
    """Give the files that are meant: by path, by id of what was fetched, or all that wait."""
    incoming = {f.name.partition(".")[0]: f for f in sorted((home.path / INCOMING).glob("*"))}
    if files:
        return [incoming.get(f, Path(f)) for f in files]
    return list(incoming.values())


@vocabulary.command(
    name="diff",
    help=both("Vergelijkt twee versies van een vocabulaire.", "Compares two versions."),
)
def diff(
    id_: Annotated[
        str, Parameter(name="ID", help=both("Id van de vocabulaire.", "Id of the vocabulary."))
    ],
    older: Annotated[str, Parameter(name="A", help=both("Oudere versie.", "Older version."))],
    newer: Annotated[str, Parameter(name="B", help=both("Nieuwere versie.", "Newer version."))],
    *,
    at: AT = None,
    lang: LANG = None,
    format: Form = "text",
) -> int:
    """Compare two versions; give the exit code."""
    home = _home(at)
    found = difference(home.facts(id_, older), home.facts(id_, newer))
    report.change(id_, (older, newer), found, language(lang), as_json=format == "json")
    return FINE


@vocabulary.command(
    name="check",
    help=both(
        "Controleert of elke versie is wat er is opgenomen, en hoe oud zij is; 1 bij een fout.",
        "Checks that every version is what was taken in, and its age; ends with 1 at a fault.",
    ),
)
def check(
    *,
    as_of: Annotated[
        str | None, Parameter(help=both("Datum; anders vandaag.", "Date; today otherwise."))
    ] = None,
    at: AT = None,
    lang: LANG = None,
    format: Form = "text",
) -> int:
    """Verify a home; give the exit code."""
    home = _home(at)
    faults = list(home.check(read_day(as_of) or _today()))
    report.checked(home.lock, faults, language(lang), as_json=format == "json")
    return FOUND if any(f.grave for f in faults) else FINE


def _home(at: Path | None) -> Home:
    """Give the vocabularies of a workspace, or of a folder that is a home itself."""
    path = at or read_settings().home
    return Home(path if (path / LOCK).is_file() else path / "vocabularies")


def _publish(at: Path | None) -> None:
    """Let who reads the workspace see the vocabularies too, as graphs beside its data."""
    path = at or read_settings().home
    if Workspace.is_at(path):
        Workspace(path).publish()


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).date()


def _read(
    file: Path, about: Locked, reader: str | None, lang: Lang, *, lenient: bool = False
) -> Reading:
    registers = {name: _importer(name) for name in ("roo", "upl")}
    how = reader or ("" if file.suffix.lower() in FORMATS else about.reader)
    with progress(_READING, lang):
        return read_vocabulary(file, reader=how, lenient=lenient, registers=registers)


def _importer(name: str) -> Callable[[Path], Sequence[Triple]]:
    return lambda path: REGISTERS[name](path).triples


def _statements(path: Path) -> Iterator[Triple]:
    """Give what the workspace says, when there is one."""
    if Workspace.is_at(path):
        with Workspace(path) as workspace:
            for submission in workspace.submissions:
                yield from submission.triples
