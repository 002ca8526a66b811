"""Reads, checks and answers what `kg validate` was given.

Apart from its options, so that a worker starts before the engine of the check is loaded.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.checking.check import LIMIT, check
from kg.checking.formats import FORMATS, html, text
from kg.checking.handed import read_handed
from kg.checking.profiles import KNOWN, find_profile, read_profile
from kg.checking.report import BINS
from kg.cli import options
from kg.cli.console import is_styled, put, tell
from kg.errors import OptionError, UnreadableInputError
from kg.intake.authority import OPERATOR_IRI, Registry
from kg.text import Text
from kg.vocabularies import Home, load_home, load_vocabularies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.checking.handed import Handed
    from kg.checking.profiles import Profile
    from kg.checking.report import Report
    from kg.cli.validate import Context, Output
    from kg.intake.submission import Submission
    from kg.sandbox import Pool
    from kg.text import Lang
    from kg.vocabularies import Vocabularies

FINE, FOUND, UNUSABLE = 0, 1, 2
STDIN = "-"
_LISTS = "vocabularies"
"""Name of the vocabulary home within a workspace."""
_USUAL = "main"
"""The data set that a file is a version of when nobody says which."""
_MEDIA = {".ttl": "text/turtle", ".nt": "application/n-triples"}
_PEOPLE = 20
"""How many results of one rule a person is shown."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked.

    Attributes:
        context: In which context to check.
        output: How to give the verdict.
        organisation: IRI of who speaks.
        media: Media type of the input.
        lang: Language of the answer.
    """

    context: Context
    output: Output
    organisation: str | None
    media: str | None
    lang: Lang


def answer(files: Sequence[Path], asked: Asked, pool: Pool) -> int:
    """Check files together as one submission, give the verdict, and give the exit code.

    Args:
        files: The files; ``-`` is standard input.
        asked: What was asked.
        pool: Workers that read.

    Raises:
        KgError: When a file, a folder or an option cannot be used.
    """
    context, output, lang = asked.context, asked.output, asked.lang
    handed = [
        read_handed(
            _bytes(f),
            name=str(f),
            media=asked.media,
            organisation=asked.organisation,
            lenient=context.lenient,
            pool=pool,
        )
        for f in files
    ]
    report = _verdict(handed, context, output, asked.organisation)
    _give(report, handed, output, lang)
    if output.fix is not None:
        _write_fixed(handed[0], report, output.fix, lang)
    if any(h.document is None for h in handed):
        return UNUSABLE
    return FOUND if _fails(report, output.fail_on) else FINE


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
    speaks = organisation or next((h.organisation for h in handed if h.organisation), None)
    background, registry = _surroundings(context, speaks)
    report = check(
        [h.document for h in handed if h.document is not None],
        organisation=speaks,
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
    untold = (*report.not_checked, _FORGIVEN) if context.lenient else report.not_checked
    return replace(report, files=tuple(h.name for h in handed), not_checked=untold)


def _surroundings(context: Context, speaks: str | None) -> tuple[Sequence[Submission], Registry]:
    """Give what a file is checked amid: all that counts, save the version it would replace."""
    if context.at is None:
        return (), Registry(options.prefixes(context.prefix, OPERATOR_IRI))
    from kg.workspace import Workspace  # noqa: PLC0415 - slow to load, and seldom asked for

    workspace = Workspace(context.at)
    before = None if speaks is None else workspace.state.current(speaks, _USUAL)
    past = None if before is None else before.graph
    return [s for s in workspace.submissions if s.named != past or past is None], workspace.registry


def _shapes(context: Context) -> Profile:
    path = Path(context.shapes)
    if context.shapes not in {"samenspel", *KNOWN} and path.is_file():
        return read_profile([path])
    return find_profile(context.shapes, context.profiles)


def _vocabularies(context: Context) -> Vocabularies | None:
    if context.vocabularies is not None:
        return load_vocabularies(context.vocabularies)
    home = None if context.at is None else context.at / _LISTS
    return load_home(home) if home is not None and Home.is_at(home) else None


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
    from kg.intake.sheets import Mark, answer_table  # noqa: PLC0415 - only for spreadsheets
    from kg.intake.sheets import answer as answered  # noqa: PLC0415

    marks = [
        Mark(r.source, r.message, r.bin, r.repair.about if r.repair else None, r.path_words)
        for r in report.results
        if r.source is not None
    ]
    if handed.tables and handed.name.lower().endswith(".csv"):
        return answer_table(handed.tables[0], marks, language=lang)
    return answered(handed.data, marks, name=handed.name, language=lang)


def _write_fixed(handed: Handed, report: Report, path: Path, lang: Lang) -> None:
    if handed.document is None or handed.tables:
        tell(_NOT_FIXED.to(lang))
        return
    from kg.checking.fix import fix  # noqa: PLC0415 - only when asked for

    fixed = fix(handed.document, handed.text, report, media=_MEDIA[path.suffix.lower()])
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


_FORGIVEN = Text(
    "de spelling van IRI's en taalcodes: daarom is gevraagd",
    "the spelling of IRIs and language tags: that was asked for",
)
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
