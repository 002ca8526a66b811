"""`kg link suggest` and `kg link accept`: find matches, review them, keep what was chosen."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.checking.handed import read_handed
from kg.cli import options
from kg.cli.console import progress, put_table, tell
from kg.cli.link_common import (
    MAPPINGS,
    day_of,
    read_bytes,
    refuse_existing,
    vocabularies_of,
    write,
)
from kg.cli.link_review import ask, printable
from kg.errors import NotFoundError, OptionError
from kg.rdf import to_turtle
from kg.settings import read_settings
from kg.text import Text
from kg.vocabularies.mappings import joined, mapping_triples
from kg.vocabularies.reading import read_vocabulary
from kg.vocabularies.review import COLUMNS, match_of, review_rows, reviewed
from kg.vocabularies.sssom import read_sssom, write_sssom
from kg.vocabularies.suggest import (
    OUTCOMES,
    Suggester,
    asked_names,
    asked_of,
    counted,
    target_of,
    type_of,
)
from kg.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from kg.cli.link import Lists
    from kg.rdf import Triple
    from kg.text import Lang
    from kg.vocabularies.mappings import Match
    from kg.vocabularies.matching import Asked
    from kg.vocabularies.suggest import Outcome, Suggestion

FINE, FOUND = 0, 1
_TSV = ".sssom.tsv"


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for.

    Attributes:
        to: Name of the list.
        type: Name of the type of the things, and of what is found.
        column: Column of a CSV with names.
        author: IRI of who chooses.
    """

    to: str
    type: str | None = None
    column: str | None = None
    author: str | None = None


def run_suggest(
    file: Path, wanted: Search, lists: Lists, *, output: Path | None, overwrite: bool
) -> int:
    """Find matches, tell what came of it, and have them reviewed.

    Args:
        file: The file or workspace.
        wanted: What to look for.
        lists: With which lists and on what day.
        output: Where the table to review goes; without it a terminal asks.
        overwrite: Whether the table may be replaced.

    Returns:
        0.

    Raises:
        KgError: When a file, a list or an option cannot be used.
    """
    lang, day = options.language(lists.lang), day_of(lists)
    refuse_existing(output, overwrite=overwrite)
    author = options.iri("--author", wanted.author) if wanted.author else ""
    workspace = file if Workspace.is_at(file) else None
    vocabularies = vocabularies_of(lists, workspace)
    target = target_of(vocabularies, wanted.to)
    types = (type_of(target, wanted.type),) if wanted.type else ()
    asked = _asked(file, wanted, day, types, {e.iri for e in target})
    with progress(_SEARCHING, lang) as tick:
        suggester = Suggester(vocabularies, target, day)
        found = []
        for n, one in enumerate(asked, start=1):
            found.append(suggester.suggest(one, only_kind=bool(types)))
            tick(n, len(asked))
    _tell(found, lang)
    if output is not None:
        rows = review_rows(found, day=day, lang=lang)
        write(output, write_sssom(rows, ordered=False, also=COLUMNS))
        tell(_WRITTEN.format(path=output).to(lang))
        return FINE
    return _review(found, workspace or lists.at, day, lang, author)


def run_accept(
    file: Path, *, at: Path | None, into: Path | None, author: str | None, lang: Lang | None
) -> int:
    """Keep what was chosen in a table, or a finished set of mappings.

    Args:
        file: The table.
        at: The workspace.
        into: A file to keep it in instead.
        author: IRI of who reviewed it.
        lang: Language of the person.

    Returns:
        0, or 1 when a mapping was refused.

    Raises:
        KgError: When the table, the workspace or an option cannot be used.
    """
    spoken = options.language(lang)
    who = options.iri("--author", author) if author else ""
    text = read_bytes(file).decode("utf-8", "replace")
    beside = file.with_suffix("").with_suffix(".sssom.yml")
    metadata = "" if text.startswith(("#", '"#')) or not beside.is_file() else beside.read_text()
    rows = read_sssom(text, name=str(file), metadata=metadata)
    outcome = reviewed(rows, author=who, day=dt.datetime.now(tz=dt.UTC).date())
    for match, reason in outcome.refused:
        name = printable(match.subject_label or match.subject_id)
        tell(f"{name} → {match.object_id}: {reason.to(spoken)}")
    path = _keep(outcome.accepted, at, into)
    tell(
        _KEPT.format(
            n=len(outcome.accepted), path=path, refused=len(outcome.refused), open=outcome.open
        ).to(spoken)
    )
    return FOUND if outcome.refused else FINE


def _review(
    found: Sequence[Suggestion], at: Path | None, day: dt.date, lang: Lang, author: str
) -> int:
    """Keep what is sure, and ask for the rest on a terminal."""
    sure = [
        match_of(s, s.accepted, day=day, lang=lang) for s in found if s.accepted is not None
    ]  # fmt: skip
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        tell(_NO_TERMINAL.to(lang))
        return FINE
    answers = ask(found, read=input, day=day, lang=lang, author=author)
    path = _keep([*sure, *answers.matches], at, None)
    made = len(sure) + len(answers.matches)
    tell(_KEPT.format(n=made, path=path, refused=0, open=answers.left).to(lang))
    return FINE


def _keep(matches: Sequence[Match], at: Path | None, into: Path | None) -> Path:
    """Add mappings to a set, and write the same as statements beside it."""
    home = at or read_settings().home
    if into is None and not Workspace.is_at(home):
        raise NotFoundError(
            "KG-L103",
            Text(f"er is geen werkmap {home}", f"there is no workspace {home}"),
            Text(
                "noem een werkmap met --at, of een bestand met --into",
                "name a workspace with --at, or a file with --into",
            ),
        )
    path = into or home / MAPPINGS
    if not path.name.endswith(_TSV):
        raise OptionError(
            "KG-L104",
            Text(f"{path} eindigt niet op {_TSV}", f"{path} does not end in {_TSV}"),
            Text(f"noem het bestand bijvoorbeeld verbanden{_TSV}", f"call it mappings{_TSV}"),
        )
    old = read_sssom(path.read_text(encoding="utf-8"), name=str(path)) if path.is_file() else ()
    whole = joined(old, matches)
    write(path, write_sssom(whole))
    write(path.with_name(path.name.removesuffix(_TSV) + ".ttl"), to_turtle(mapping_triples(whole)))
    return path


# --- what is looked for --------------------------------------------------------------------


def _asked(
    file: Path, wanted: Search, day: dt.date, types: Sequence[str], apart: AbstractSet[str]
) -> list[Asked]:
    if wanted.column is not None:
        return asked_names(_column(file, wanted.column), day, types=types)
    return asked_of(_triples(file), day, types=types, apart=apart)


def _triples(file: Path) -> Iterable[Triple]:
    if Workspace.is_at(file):
        with Workspace(file) as workspace:
            return [t for said in workspace.submissions for t in said.triples]
    if file.suffix.lower() == ".xml":
        return read_vocabulary(file).statements()
    handed = read_handed(read_bytes(file), name=str(file))
    if handed.document is None:
        raise handed.problems[0]
    return handed.document.triples


def _column(file: Path, column: str) -> list[str]:
    """Give the values of a column of a CSV, without doubt about its separator.

    Raises:
        OptionError: ``KG-L105`` when it has no such column.
    """
    text = read_bytes(file).decode("utf-8-sig", "replace")
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    columns = [c for c in table.fieldnames or () if c]
    if column not in columns:
        raise OptionError(
            "KG-L105",
            Text(f"{file} heeft geen kolom {column}", f"{file} has no column {column}"),
            Text(f"kies uit: {', '.join(columns)}", f"choose from: {', '.join(columns)}"),
        )
    return [row[column] or "" for row in table]


# --- telling -------------------------------------------------------------------------------


def _tell(found: Sequence[Suggestion], lang: Lang) -> None:
    counts: dict[Outcome, int] = counted(found)
    rows = [(OUTCOMES[o].to(lang), str(n)) for o, n in counts.items()]
    put_table([c.to(lang) for c in _HEADS], [*rows, (_ALL.to(lang), str(len(found)))])


_HEADS = (Text("uitkomst", "outcome"), Text("aantal", "number"))
_ALL = Text("samen", "together")
_SEARCHING = Text("Zoeken", "Searching")
_WRITTEN = Text(
    "{path} geschreven. Zet een x in de kolom choice achter wat klopt, en geef het bestand aan "
    "kg link accept.",
    "Wrote {path}. Put an x in the column choice behind what is right, and hand the file to "
    "kg link accept.",
)
_NO_TERMINAL = Text(
    "Er is niets bewaard: vraag een tabel met -o nalopen.tsv, of gebruik een terminal.",
    "Nothing was kept: ask for a table with -o review.tsv, or use a terminal.",
)
_KEPT = Text(
    "{n} verbanden bewaard in {path}; {refused} geweigerd, {open} zonder keuze.",
    "Kept {n} mappings in {path}; {refused} refused, {open} without a choice.",
)
