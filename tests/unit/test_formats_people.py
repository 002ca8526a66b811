"""The verdict as text and as a web page: complete, in both languages, and inert."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given

from kg.checking.formats import html, text
from kg.checking.formats.visible import json_text, visible
from kg.checking.report import Group, Report
from kg.text import LANGUAGES, Lang
from reports_by_hand import (
    CELL,
    DATE,
    FINE,
    HOSTILE,
    LABEL,
    LANGUAGE,
    REPORT,
    SERVICES,
    TOLD,
    reports,
)

SOURCES = {"diensten.ttl": SERVICES}
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINERS = "\u200c\u200d"


def hidden(rendered: str) -> set[str]:
    found = {c for c in rendered if unicodedata.category(c) in HIDDEN}
    return found - {"\n", *JOINERS}


def test_text_shows_place_line_caret_and_repair() -> None:
    shown = text.render(REPORT, lang="nl", sources=SOURCES)
    assert (
        "  --> diensten.ttl:9:16\n"
        "    9 |   sam:language "
        "<https://publications.europa.eu/resource/authority/language/NL> ;\n"
        "      |                ^^^^^^^^^^"
    ) in shown
    assert "fout[KG-V206]: De verwijzing is niet geschreven" in shown
    assert "herstel (nagegaan): vervang …/language/NL door …/language/NLD" in shown
    assert "waarde: “31 jan” (xsd:date)" in shown
    assert "diensten.xlsx Diensten!C7" in shown
    caret = next(n for n, ln in enumerate(shown.split("\n")) if "sam:start" in ln) + 1
    assert shown.split("\n")[caret].count("^") == len('"31 jan"')


def test_text_ends_with_passed_unchecked_and_verdict() -> None:
    shown = text.render(REPORT, lang="nl", sources=SOURCES).rstrip("\n").split("\n")
    assert shown[-6:] == [
        "Moet worden hersteld: 2 · Kan beter: 3 · Onbekende verwijzing: 1 · Ter informatie: 1",
        "In orde: 41 controles",
        "Niet nagegaan:",
        "  - het register van de KVK is niet geladen",
        "Gebruikt: samenspel 0.1.0, TOOI 2026-11 (2026-01-01)",
        "Voldoet niet: 2 punten moeten worden hersteld.",
    ]
    assert text.render(FINE, lang="en") == (
        "In order: 3 checks\nEverything was checked.\nConforms: nothing must be fixed.\n"
    )


def test_text_counts_what_it_leaves_out() -> None:
    shown = text.render(REPORT, lang="en")
    assert "(3 times)" in shown
    assert "… and 2 more" in shown


def test_a_line_with_personal_data_is_never_repeated() -> None:
    secret = replace(DATE, code="KG-V301", value="")
    report = replace(REPORT, groups=(Group((secret,), 1),))
    for render in (text.render, html.render):
        assert "31 jan" not in render(report, lang="nl", sources=SOURCES)
        shown = render(replace(report, groups=(Group((DATE,), 1),)), lang="nl", sources=SOURCES)
        assert "31 jan" in shown


def test_no_other_result_repeats_a_line_with_personal_data() -> None:
    secret = replace(DATE, code="KG-V301", value="")
    both = replace(REPORT, groups=(Group((secret,), 1), Group((replace(DATE, value=""),), 1)))
    assert "31 jan" not in text.render(both, lang="nl", sources=SOURCES)
    more = replace(REPORT, groups=(Group((secret,), 2), Group((LANGUAGE,), 1)))
    assert "9 |" not in text.render(more, lang="nl", sources=SOURCES)


def test_colours_only_when_asked() -> None:
    assert "\x1b" not in text.render(REPORT, lang="nl")
    painted = text.render(REPORT, lang="nl", colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted).split("\n") == [
        line.rstrip() for line in text.render(REPORT, lang="nl").split("\n")
    ]
    assert "\x1b[1;31mfout" in painted


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_other_language_is_nowhere(lang: Lang) -> None:
    other = {"nl": r"\b(must|error|checked|value|property)\b", "en": r"\b(fout|waarde|moet|niet)\b"}
    one = replace(REPORT, groups=tuple(Group((r,), 1) for r in (DATE, TOLD, CELL)))
    shown = text.render(one, lang=lang) + re.sub(
        r"<style>.*?</style>|<[^>]*>", "", html.render(one, lang=lang), flags=re.DOTALL
    )
    assert not re.findall(other[lang], shown)


class Page(HTMLParser):
    """Reads a page and keeps what could do harm, and what is counted."""

    VOID = frozenset({"meta", "link", "br", "img", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"comment {data!r}")


KNOWN_TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "table",
    "caption", "tbody", "tr", "th", "td", "section", "article", "ol", "ul", "li", "div", "pre",
    "dl", "dt", "dd", "bdi", "a", "time",
}  # fmt: skip
KNOWN_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "scope", "translate", "rel",
    "href", "aria-labelledby", "aria-label", "role", "tabindex", "datetime",
}  # fmt: skip


def check_page(page: str, report: Report) -> Page:
    found = Page(page)
    assert found.open == []
    assert set(found.tags) <= KNOWN_TAGS
    assert {name for name, _ in found.attributes} <= KNOWN_ATTRIBUTES
    for name, value in found.attributes:
        if name == "href":
            assert value is not None
            assert value.startswith(("http://", "https://"))
    assert sum(v == "place" for n, v in found.attributes if n == "class") == len(report.results)
    assert not hidden(page)
    return found


def test_page_holds_all_that_is_known() -> None:
    page = html.render(REPORT, lang="nl", sources=SOURCES)
    words = "".join(check_page(page, REPORT).words)
    assert page.startswith('<!DOCTYPE html>\n<html lang="nl">')
    for part in (
        "Voldoet niet: 2 punten moeten worden hersteld.",
        "diensten.ttl:9:16",
        "Diensten!C7",
        LABEL.message.nl,
        LANGUAGE.message.nl,
        "het register van de KVK is niet geladen",
        "… en nog 2",
    ):
        assert part in words
    assert '<bdi lang="nl" translate="no">“Politei”</bdi>' in page
    assert "style=" not in page


def test_page_seals_its_own_style_and_nothing_else() -> None:
    import base64  # noqa: PLC0415 - this test only
    import hashlib  # noqa: PLC0415

    page = html.render(FINE, lang="en")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    seal = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src &#x27;sha256-{seal}&#x27;" in page
    assert "url(" not in style[1]


def test_headings_do_not_skip_a_level_and_ids_are_unique() -> None:
    page = Page(html.render(REPORT, lang="en"))
    levels = [int(t[1]) for t in page.tags if re.fullmatch(r"h[1-6]", t)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    ids = [v for n, v in page.attributes if n == "id"]
    assert len(ids) == len(set(ids))
    assert {v for n, v in page.attributes if n == "aria-labelledby"} <= set(ids)


@given(reports)
def test_no_text_breaks_the_page(report: Report) -> None:
    check_page(html.render(report, lang="nl", sources={"a": "x"}), report)


@given(reports)
def test_no_text_steers_the_terminal(report: Report) -> None:
    sources = {name: name for name in report.files}
    shown = text.render(report, lang="nl", sources=sources)
    assert not hidden(shown)
    assert sum(line.startswith("  --> ") for line in shown.split("\n")) == len(report.results)
    painted = text.render(report, lang="nl", sources=sources, colour=True)
    assert not hidden(re.sub(r"\x1b\[[0-9;]*m", "", painted))


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_hidden_becomes_visible(value: str) -> None:
    assert not hidden(visible(value))
    assert "\n" not in visible(value)
    assert not hidden(json_text(value))
