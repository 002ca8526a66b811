"""`kg link check`: the state of every link, and what mends it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.checking.handed import Handed, read_handed
from kg.checking.links import STATE_WORDS, Link, LinkReport, check_links, mended, patch
from kg.cli import options
from kg.cli.console import put, put_table, strong, tell
from kg.cli.link_common import day_of, read_bytes, refuse_existing, vocabularies_of, write
from kg.errors import OptionError
from kg.intake.read import Document
from kg.text import Text
from kg.workspace import Workspace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kg.cli.link import Lists
    from kg.rdf.positions import Place
    from kg.text import Lang
    from kg.vocabularies import Vocabularies

FINE, FOUND, UNUSABLE = 0, 1, 2
_MEDIA = {".ttl": "text/turtle", ".nt": "application/n-triples"}
_SHOWN = 50
_QUIET = frozenset({"ok", "scheme-not-loaded"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What to do with what is found.

    Attributes:
        fix: Where the mended file goes.
        patch: Where the changes alone go.
        form: ``text`` or ``json``.
        overwrite: Whether files may be replaced.
        lenient: Whether IRIs and language tags that break their rules are accepted.
    """

    fix: Path | None = None
    patch: Path | None = None
    form: str = "text"
    overwrite: bool = False
    lenient: bool = False


def run_check(file: Path, lists: Lists, wish: Wish) -> int:
    """Check the links of a file or a workspace, tell, and write what was asked.

    Args:
        file: The file or workspace.
        lists: With which lists and on what day.
        wish: What to do with what is found.

    Returns:
        0 when every link is in order or only ended, 1 when a link is in error, 2 when the file
        cannot be read.

    Raises:
        KgError: When an option or a list cannot be used.
    """
    lang = options.language(lists.lang)
    is_workspace = Workspace.is_at(file)
    _check_options(wish, is_workspace=is_workspace)
    vocabularies = vocabularies_of(lists, file if is_workspace else None)
    handed = None if is_workspace else _read(file, lenient=wish.lenient)
    if handed is not None and handed.document is None:
        for error in handed.problems:
            tell(error.to(lang))
        return UNUSABLE
    reports = list(_reports(file, handed, vocabularies, day_of(lists)))
    if wish.form == "json":
        put(_as_json(reports))
    else:
        _tell(reports, lang)
    _write(reports, handed, wish, lang)
    return FOUND if any(r.wrong for r in reports) else FINE


def _check_options(wish: Wish, *, is_workspace: bool) -> None:
    for path in (wish.fix, wish.patch):
        refuse_existing(path, overwrite=wish.overwrite)
    if wish.fix is not None and (wish.fix.suffix.lower() not in _MEDIA or is_workspace):
        raise OptionError(
            "KG-O005",
            Text(
                "--fix gaat per bestand en schrijft .ttl of .nt", "--fix goes per file: .ttl or .nt"
            ),
            Text("geef één bestand en --fix NIEUW.ttl", "give one file and --fix NEW.ttl"),
        )


def _read(file: Path, *, lenient: bool) -> Handed:
    return read_handed(read_bytes(file), name=str(file), lenient=lenient)


def _reports(
    file: Path, handed: Handed | None, vocabularies: Vocabularies, day: dt.date
) -> Iterator[LinkReport]:
    if handed is not None and handed.document is not None:
        yield check_links(handed.document, vocabularies, day)
        return
    with Workspace(file) as workspace:
        for said in workspace.submissions:
            name = f"{said.source.file} ({said.source.organisation or '-'})"
            document = Document(name, "", said.triples, lambda _t: None, lambda _n: None)
            yield check_links(document, vocabularies, day)


def _write(reports: Sequence[LinkReport], handed: Handed | None, wish: Wish, lang: Lang) -> None:
    fix = wish.fix
    if wish.patch is not None:
        write(wish.patch, "".join(patch(r) for r in reports))
    if fix is None or handed is None or handed.document is None:
        return
    if handed.tables:
        tell(_NO_TABLE.to(lang))
        return
    done = mended(handed.document, handed.text, reports[0], media=_MEDIA[fix.suffix.lower()])
    write(fix, done.text)
    tell(_FIXED.format(path=fix, done=len(done.done), left=len(done.left)).to(lang))


# --- telling -------------------------------------------------------------------------------


def _tell(reports: Sequence[LinkReport], lang: Lang) -> None:
    for report in reports:
        links = [link for link in report.links if link.state not in _QUIET]
        for link in links[:_SHOWN]:
            _tell_link(report, link, lang)
        if len(links) > _SHOWN:
            put(_MORE.format(n=len(links) - _SHOWN).to(lang) + "\n\n")
        _summary(report, lang)


def _tell_link(report: LinkReport, link: Link, lang: Lang) -> None:
    put(f"{strong(str(link.place or report.file))}  {STATE_WORDS[link.state].to(lang)}\n")
    if link.message is not None:
        put(f"  {link.message.to(lang)}\n")
    repair = link.repair
    if repair is not None:
        put(f"  {_REPAIR.to(lang)}: {repair.about.to(lang)}\n")
    put("\n")


def _summary(report: LinkReport, lang: Lang) -> None:
    put(strong(_HEAD.format(file=report.file, day=report.as_of).to(lang)) + "\n")
    rows = [
        (scheme.to(lang), STATE_WORDS[state].to(lang), str(n))
        for scheme, states in report.schemes.items()
        for state, n in states.items()
    ]
    if rows:
        put_table([c.to(lang) for c in _COLUMNS], rows)
        totals = [(STATE_WORDS[s].to(lang), str(n)) for s, n in report.states.items()]
        put_table([c.to(lang) for c in _COLUMNS[1:]], totals)
    fixable = sum(1 for link in report.links if link.repair is not None)
    put(_COUNT.format(n=len(report.links), fix=fixable, other=report.elsewhere).to(lang) + "\n")


_COLUMNS = (Text("lijst", "list"), Text("stand", "state"), Text("aantal", "number"))
_HEAD = Text("Verwijzingen van {file} op {day}", "References of {file} on {day}")
_REPAIR = Text("herstel", "repair")
_MORE = Text("… en nog {n}; --format json geeft alles", "… and {n} more; --format json gives all")
_COUNT = Text(
    "{n} verwijzingen naar bekende lijsten, {fix} met nagegaan herstel; {other} naar elders.",
    "{n} references to known lists, {fix} with a checked repair; {other} to elsewhere.",
)
_NO_TABLE = Text(
    "Niets hersteld: --fix werkt voor RDF-bestanden.", "Nothing mended: --fix works for RDF files."
)
_FIXED = Text(
    "{path} geschreven: {done} hersteld, {left} blijven over.",
    "Wrote {path}: {done} mended, {left} left.",
)


# --- for machines --------------------------------------------------------------------------


def _as_json(reports: Sequence[LinkReport]) -> str:
    said = [
        {
            "file": r.file,
            "asOf": r.as_of.isoformat(),
            "states": dict(r.states),
            "schemes": [
                {"scheme": scheme._asdict(), "states": dict(states)}
                for scheme, states in r.schemes.items()
            ],
            "elsewhere": r.elsewhere,
            "versions": dict(r.versions),
            "links": [_link(link) for link in r.links],
        }
        for r in reports
    ]
    return json.dumps({"reports": said}, ensure_ascii=False, indent=2) + "\n"


def _link(link: Link) -> dict[str, object]:
    repair = link.repair
    return {
        "iri": link.iri,
        "state": link.state,
        "subject": link.subject,
        "predicate": link.predicate,
        "scheme": link.scheme._asdict(),
        "place": _place(link.place),
        "message": None if link.message is None else link.message._asdict(),
        "proposals": list(link.proposals),
        "repair": None if repair is None else {"remove": repair.remove, "add": repair.add},
    }


def _place(place: Place | None) -> dict[str, object] | None:
    if place is None:
        return None
    return {"file": place.file, "line": place.line, "column": place.column,
            "pointer": place.pointer, "cell": place.cell}  # fmt: skip
