"""The verdict as one web page that stands on its own: no script, nothing fetched.

Everything from a file is escaped and made visible; an address becomes a link only when it starts
with http(s). A policy in the page forbids everything but its own style sheet.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from kg.checking.formats import words
from kg.checking.formats.excerpts import Excerpts
from kg.checking.formats.terms import shown
from kg.checking.formats.visible import visible
from kg.checking.report import BINS
from kg.codes import find_code
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.checking.report import Bin, Group, Report, Result
    from kg.text import Lang

_TITLE = Text("Uitslag van de controle", "Outcome of the check")
_FILES = Text("Bestanden", "Files")
_DATE = Text("Gecontroleerd naar de stand van", "Checked as of")
_COUNTS = Text("Hoeveel van elk", "How many of each")
_LINES = Text("Regels uit het bestand", "Lines of the file")


@cache
def _style() -> str:
    """Give the style sheet; read once, for in a limited process nothing can be opened later."""
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def render(report: Report, *, lang: Lang, sources: Mapping[str, str] | None = None) -> str:
    """Write the verdict as a web page.

    Args:
        report: The verdict.
        lang: Language of the page.
        sources: Text of the files by name, to show the lines that are meant.
    """
    style = _style()
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"
    title = f"{words.verdict(report).to(lang)} · {_TITLE.to(lang)}"
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{lang}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{_said(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        *_head(report, lang),
        *_bins(report, lang, sources or {}),
        *_ending(report, lang),
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _said(text: str) -> str:
    """Give a text so that it is only text."""
    return escape(visible(text))


def _head(report: Report, lang: Lang) -> Iterator[str]:
    kind = "good" if report.conforms else "must-fix"
    yield f'<h1 class="{kind}">{_said(words.verdict(report).to(lang))}</h1>'
    files = ", ".join(f"<bdi>{_said(f)}</bdi>" for f in report.files)
    yield (
        f'<p class="soft">{_FILES.to(lang)}: {files or "–"}. '
        f'{_DATE.to(lang)} <time datetime="{report.as_of}">{report.as_of}</time>.</p>'
    )
    rows = [(words.BIN[b].heading.to(lang), _total(report, b)) for b in BINS]
    rows.append((words.PASSED.to(lang), report.passed))
    yield f"<table><caption>{_COUNTS.to(lang)}</caption><tbody>"
    for name, count in rows:
        yield f'<tr><th scope="row">{_said(name)}</th><td>{count}</td></tr>'
    yield "</tbody></table>"


def _total(report: Report, name: Bin) -> int:
    return sum(g.total for g in report.groups if g.results and g.results[0].bin == name)


def _bins(report: Report, lang: Lang, sources: Mapping[str, str]) -> Iterator[str]:
    excerpts = Excerpts(report, sources)
    for name in BINS:
        groups = [g for g in report.groups if g.results and g.results[0].bin == name]
        if not groups:
            continue
        yield f'<section aria-labelledby="{name}">'
        heading = words.BIN[name].heading.to(lang)
        yield f'<h2 id="{name}" class="{name}">{_said(heading)} ({_total(report, name)})</h2>'
        yield f"<p>{_said(words.BIN[name].about.to(lang))}</p>"
        for group in groups:
            yield from _group(group, lang, excerpts)
        yield "</section>"


def _group(group: Group, lang: Lang, excerpts: Excerpts) -> Iterator[str]:
    first = group.results[0]
    same = len({r.message for r in group.results}) == 1
    page = find_code(first.code)
    title = page.title.to(lang) if page is not None else first.code
    yield "<article>"
    yield f"<h3>{_said(first.message.to(lang) if same else title)}</h3>"
    times = words.times(group.total).to(lang)
    yield f'<p class="soft">{_said(first.code)} · {_said(times)}</p>'
    yield "<ol>"
    for result in group.results:
        yield from _result(result, lang, excerpts, told=same)
    yield "</ol>"
    more = words.not_shown(group)
    if more:
        yield f"<p>{_said(more.to(lang))}</p>"
    yield "</article>"


def _result(result: Result, lang: Lang, excerpts: Excerpts, *, told: bool) -> Iterator[str]:
    where = words.NO_PLACE.to(lang) if result.source is None else str(result.source)
    yield f'<li><div class="place"><bdi>{_said(where)}</bdi></div>'
    if not told:
        yield f"<p>{_said(result.message.to(lang))}</p>"
    lines = excerpts.of(result)
    if lines:
        code = "\n".join(_said(line) for line in lines)
        label = escape(_LINES.to(lang))
        yield f'<pre tabindex="0" role="region" aria-label="{label}" translate="no">{code}</pre>'
    yield "<dl>"
    for name, value in _facts(result, lang):
        yield f"<dt>{_said(name)}</dt><dd>{value}</dd>"
    yield "</dl></li>"


def _facts(result: Result, lang: Lang) -> Iterator[tuple[str, str]]:
    label = "" if result.focus_label is None else f"{_said(result.focus_label.to(lang))} "
    yield words.NODE.to(lang), label + _value(result.focus)
    if result.path_words is not None:
        yield words.PROPERTY.to(lang), _said(result.path_words.to(lang))
    elif result.path:
        yield words.PROPERTY.to(lang), _value(result.path)
    if result.value:
        yield words.VALUE.to(lang), _value(result.value)
    if result.expected is not None:
        yield words.EXPECTED.to(lang), _said(result.expected.to(lang))
    if result.alternatives:
        choices = "; ".join(_said(r.about.to(lang)) for r in result.alternatives)
        yield words.CHOOSE.to(lang), choices
    if result.repair is not None:
        name = words.VERIFIED if result.repair.verified else words.REPAIR
        yield name.to(lang), _said(result.repair.about.to(lang))


def _value(text: str) -> str:
    found = shown(text)
    if found.link:
        safe = escape(found.link)
        return f'<a href="{safe}" rel="noreferrer" translate="no"><bdi>{safe}</bdi></a>'
    tag = f' lang="{escape(found.lang)}"' if found.lang else ""
    note = f" ({escape(found.note)})" if found.note else ""
    return f'<bdi{tag} translate="no">{escape(found.text)}</bdi>{note}'


def _ending(report: Report, lang: Lang) -> Iterator[str]:
    yield '<section aria-labelledby="unchecked">'
    yield f'<h2 id="unchecked">{words.NOT_CHECKED.to(lang)}</h2>'
    if report.not_checked:
        yield "<ul>"
        for text in report.not_checked:
            yield f"<li>{_said(text.to(lang))}</li>"
        yield "</ul>"
    else:
        yield f"<p>{words.ALL_CHECKED.to(lang)}</p>"
    used = ", ".join(f"{name} {number}" for name, number in report.versions.items())
    if used:
        yield f'<p class="soft">{words.USED.to(lang)}: {_said(used)}</p>'
    yield "</section>"
