"""The verdict for the terminal: grouped, with the line of the file and a caret under the fault."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

from kg.checking.formats import words
from kg.checking.formats.excerpts import Excerpts
from kg.checking.formats.terms import node_words, shown
from kg.checking.formats.visible import visible
from kg.checking.report import BINS
from kg.codes import find_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.checking.report import Bin, Group, Report, Result
    from kg.text import Lang

_STYLES: Mapping[Bin, str] = {
    "must-fix": "bold red",
    "should-fix": "bold yellow",
    "unknown-reference": "bold cyan",
    "information": "bold blue",
}
_INDENT = " " * 6


class Span(NamedTuple):
    """A piece of a line and how it looks on a terminal with colours."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def render(
    report: Report,
    *,
    lang: Lang,
    sources: Mapping[str, str] | None = None,
    colour: bool = False,
) -> str:
    """Write the verdict as text.

    Args:
        report: The verdict.
        lang: Language of the text.
        sources: Text of the files by name, to show the lines that are meant.
        colour: Write with colours, for a terminal.

    Returns:
        Lines, each ended; the last one says whether what was handed in conforms.
    """
    found = list(lines(report, lang=lang, sources=sources or {}))
    if colour:
        return _painted(found)
    return "".join("".join(s.text for s in line).rstrip() + "\n" for line in found)


def lines(report: Report, *, lang: Lang, sources: Mapping[str, str]) -> Iterator[Line]:
    """Give the lines of the verdict, in pieces with a style."""
    excerpts = Excerpts(report, sources)
    for group in report.groups:
        if group.results:
            yield from _group(group, lang, excerpts)
            yield ()
    yield from _ending(report, lang)


def _group(group: Group, lang: Lang, excerpts: Excerpts) -> Iterator[Line]:
    first = group.results[0]
    style = _STYLES[first.bin]
    same = len({r.message for r in group.results}) == 1
    head = f"{words.BIN[first.bin].name.to(lang)}[{visible(first.code)}]"
    count = "" if group.total == 1 else f" ({words.times(group.total).to(lang)})"
    page = find_code(first.code)
    title = first.shape if page is None else page.title.to(lang)
    about = visible(first.message.to(lang) if same else title)
    yield Span(head, style), Span(": "), Span(about, "bold"), Span(count)
    for result in group.results:
        yield from _result(result, lang, excerpts, told=same)
    more = words.not_shown(group)
    if more:
        yield (Span(f"   {more.to(lang)}"),)


def _result(result: Result, lang: Lang, excerpts: Excerpts, *, told: bool) -> Iterator[Line]:
    place = result.source
    where = words.NO_PLACE.to(lang) if place is None else visible(str(place))
    yield Span("  --> ", "blue"), Span(where)
    if not told:
        yield (Span(f"{_INDENT}{visible(result.message.to(lang))}", "bold"),)
    for line in excerpts.of(result):
        yield (Span(f"  {line}"),)
    for name, value in facts(result, lang):
        yield Span(f"{_INDENT}{name}: ", "dim"), Span(value)


def facts(result: Result, lang: Lang) -> Iterator[tuple[str, str]]:
    """Give what is known about one result, as names and values in words."""
    if result.source is None or result.focus not in {result.source.file, str(result.source)}:
        yield words.NODE.to(lang), node_words(result, lang)
    if result.path_words is not None:
        yield words.PROPERTY.to(lang), visible(result.path_words.to(lang))
    elif result.path:
        yield words.PROPERTY.to(lang), visible(result.path)
    if result.value:
        yield words.VALUE.to(lang), str(shown(result.value))
    if result.expected is not None:
        yield words.EXPECTED.to(lang), visible(result.expected.to(lang))
    if result.alternatives:
        choices = "; ".join(visible(r.about.to(lang)) for r in result.alternatives)
        yield words.CHOOSE.to(lang), choices
    if result.repair is not None:
        name = words.VERIFIED if result.repair.verified else words.REPAIR
        yield name.to(lang), visible(result.repair.about.to(lang))


def _ending(report: Report, lang: Lang) -> Iterator[Line]:
    counts = dict.fromkeys(BINS, 0)
    for group in report.groups:
        if group.results:
            counts[group.results[0].bin] += group.total
    parts = [
        f"{words.BIN[name].heading.to(lang)}: {count}" for name, count in counts.items() if count
    ]
    if parts:
        yield (Span(" · ".join(parts)),)
    yield (Span(f"{words.PASSED.to(lang)}: {words.passed(report.passed).to(lang)}"),)
    if report.not_checked:
        yield (Span(f"{words.NOT_CHECKED.to(lang)}:"),)
        for text in report.not_checked:
            yield (Span(f"  - {visible(text.to(lang))}"),)
    else:
        yield (Span(words.ALL_CHECKED.to(lang)),)
    used = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    if used:
        yield (Span(f"{words.USED.to(lang)}: {visible(used)} ({report.as_of})"),)
    style = "bold green" if report.conforms else "bold red"
    yield (Span(words.verdict(report).to(lang), style),)


def _painted(found: list[Line]) -> str:
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for it
    from rich.text import Text as Styled  # noqa: PLC0415

    out = io.StringIO()
    console = Console(
        file=out, force_terminal=True, color_system="standard", no_color=False,
        highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    for line in found:
        console.print(Styled.assemble(*line), soft_wrap=True)
    return out.getvalue()
