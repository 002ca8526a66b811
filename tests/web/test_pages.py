"""The pages as a browser gets them: whole in both languages, safe whatever the data says, true."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from kg.intake.submission import Submission
from kg.rdf import Literal, NamedNode, Triple
from kg.terms import RDFS_LABEL, SKOS_PREF_LABEL
from kg.text import LANGUAGES
from kg.vocabularies.home import Home
from kg.web.pages import frame
from kg.web.pages.words import TEMPLATES, load_words
from vocabularies.lists import DAY, OLDER, about, reading
from web.browser.site import Client, Here, make_app, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from kg.text import Lang
    from web.browser.site import Reply

SUPPLIER = "https://example.org/demo/veiligheid/supplier"
PAGES = (
    "/", "/findings", "/findings?class=gap&page=2", "/matrix", "/matrix?tense=1", "/queries",
    "/queries/tension-per-service", "/sparql", "/ask?query=SELECT%20%2A%20%7B%3Fs%20%3Fp%20%3Fo%7D",
    "/ask?query=ASK%7B%7D", f"/node?iri={SUPPLIER}", "/terms", "/def/Service", "/def/frame",
    "/errors", "/errors/KG-N002", "/submit", "/about",
)  # fmt: skip
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e{{7*7}}"
BAD_IRI = "javascript:alert(1)"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    generation = make_workspace(tmp_path_factory.mktemp("pages") / "kg")
    return Client(make_app(Here(generation)))


def get(client: Client, path: str, **headers: str) -> Reply:
    return client.get(path, **headers)


class Read(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


# --- words ---------------------------------------------------------------------------------


def used_words() -> tuple[set[str], set[str]]:
    """Give the words that templates and pages name, and the starts of those they put together."""
    found, starts = set(), set()
    folder = TEMPLATES.parent / "pages"
    for path in [*TEMPLATES.glob("*.html"), *folder.glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"""\bw\(\s*"([\w.-]+)"\s*[,)]""", text))
        found |= set(re.findall(r""""((?:codes|sparql|submit)\.[\w.-]+)"[,)]""", text))
        starts |= set(re.findall(r"""\bw\("([\w.-]+\.)" ~""", text))
        starts |= set(re.findall(r'f"(problem\.(?:note\.)?)\{', text))
    return {f for f in found if not f.endswith(".html")}, starts


def test_every_word_is_there_in_both_languages() -> None:
    for name, text in load_words().items():
        assert text.nl.strip(), name
        assert text.en.strip(), name
        places = [set(re.findall(r"\{(\w+)\}", text.to(lang))) for lang in LANGUAGES]
        assert places[0] == places[1], name


def test_every_word_named_exists_and_every_word_is_named() -> None:
    words = {re.sub(r"\.(one|many)$", "", name) for name in load_words()}
    found, starts = used_words()
    assert found - words == set()
    assert {s for s in starts if not any(w.startswith(s) for w in words)} == set()
    unused = {w for w in words - found if not any(w.startswith(s) for s in starts)}
    assert unused == set()


def test_templates_hold_no_words_of_their_own() -> None:
    for path in TEMPLATES.glob("*.html"):
        text = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text("utf-8"), flags=re.DOTALL
        )
        words = re.findall(r"[A-Za-z]{3,}", Read(text).text)
        allowed = {
            "CSV",
            "JSON",
            "Turtle",
            "validate",
            "submit",
            "diensten",
            "xlsx",
            "sparql",
            "openapi",
        }
        allowed |= {"json", "well", "known", "void", "organisation", "url", "token", "file", "txt"}
        assert set(words) - allowed == set(), path.name


# --- every page ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_page_is_whole(client: Client, path: str, lang: Lang) -> None:
    found = get(client, path, **{"Accept-Language": lang})
    assert found.status == 200
    assert found.headers["content-language"] == lang
    assert found.headers["content-security-policy"] == frame.POLICY
    read = Read(found.text)
    assert read.all("html")[0]["lang"] == lang
    assert len(read.all("h1")) == 1
    assert not read.all("script")
    assert not [t for t, a in read.tags if "style" in a or any(k.startswith("on") for k in a)]
    for tag, attributes in read.tags:
        target = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        assert target is None or target.startswith(("/static/", "/", "?")), target
    ids = [a["id"] for _, a in read.tags if "id" in a]
    assert len(ids) == len(set(ids))
    fields = {a["for"] for a in read.all("label") if "for" in a}
    for tag in ("select", "textarea", "input"):
        for a in read.all(tag):
            assert a.get("type") == "checkbox" or a["id"] in fields


def test_policy_forbids_all_script() -> None:
    assert "default-src 'none'" in frame.POLICY
    assert "script-src" not in frame.POLICY
    assert "unsafe" not in frame.POLICY
    assert "frame-ancestors 'none'" in frame.POLICY


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "lang"),
    [
        ("", "", "", "nl"),
        ("", "", "fr, en;q=0.8, nl;q=0.5", "en"),
        ("", "nl", "en", "nl"),
        ("?lang=en", "nl", "nl", "en"),
        ("?lang=xx", "en", "nl", "en"),
    ],
)
def test_language(client: Client, query: str, cookie: str, accept: str, lang: Lang) -> None:
    headers = {"Accept-Language": accept} if accept else {"Accept-Language": "fr"}
    if cookie:
        headers["Cookie"] = f"kg-lang={cookie}"
    found = get(client, "/about" + query, **headers)
    assert found.headers["content-language"] == lang
    kept = found.headers.get("set-cookie", "")
    assert ("kg-lang=en" in kept and "HttpOnly" in kept) == (query == "?lang=en")


def test_a_name_in_another_language_says_so(client: Client) -> None:
    found = get(client, "/node?iri=https://example.org/demo/veiligheid/supplier&lang=en")
    assert '<bdi lang="nl">Informatiedienst Veiligheid</bdi>' in found.text


# --- hostile data --------------------------------------------------------------------------


def spoiled(submission: Submission) -> Submission:
    """Give a submission whose every name is an attack, and which points to bad addresses."""

    def changed(t: Triple) -> Triple:
        if t.predicate.value in {RDFS_LABEL, SKOS_PREF_LABEL} and isinstance(t.object, Literal):
            text = f"{HOSTILE} {t.object.value}"
            return Triple(t.subject, t.predicate, Literal(text, language=t.object.language))
        return t

    bad = [
        Triple(t.subject, NamedNode("http://purl.org/dc/terms/source"), NamedNode(BAD_IRI))
        for t in submission.triples[:3]
    ]
    return Submission(submission.source, (*map(changed, submission.triples), *bad))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, client: Client) -> Client:
    del client  # one generation is open at a time: this one comes after
    generation = make_workspace(tmp_path_factory.mktemp("hostile") / "kg", spoiled)
    return Client(make_app(Here(generation)))


class TestHostile:
    """Last in the file order of fixtures: it opens another generation in this process."""

    def pages(self, attacked: Client) -> list[str]:
        listed = get(attacked, "/findings").text
        found = re.findall(r'href="(/findings/[\w/-]+)"', listed)
        assert found
        return [
            "/", "/findings", "/matrix", f"/node?iri={SUPPLIER}", "/node?iri=javascript:alert(1)",
            "/queries/customers-not-helped", *found[:6],
            "/ask?query=SELECT%20%2A%20%7B%3Fs%20%3Fp%20%3Fo%7D",
            "/findings?party=%22%3E%3Cscript%3E", "/errors/%3Cscript%3E", "/nope/%3Cscript%3E",
            "/ask?query=%3C/textarea%3E%3Cscript%3E", "/node?iri=%3Cscript%3E",
            "/queries/%3Cscript%3E", "/def/%3Cscript%3E",
        ]  # fmt: skip

    def test_nothing_of_the_data_becomes_markup(self, attacked: Client) -> None:
        for path in self.pages(attacked):
            text = get(attacked, path).text
            read = Read(text)
            assert not read.all("script"), path
            assert "onerror" not in {k for _, a in read.tags for k in a}, path
            assert all(a["src"].startswith("/static/") for a in read.all("img") if a["src"]), path
            assert "\u202e" not in text, path

    def test_the_attack_was_there(self, attacked: Client) -> None:
        assert "alert(1)" in Read(get(attacked, "/findings").text).text
        assert "⟨U+202E⟩" in get(attacked, "/findings").text
        assert "{{7*7}}" in Read(get(attacked, "/").text).text

    def test_only_web_addresses_are_links(self, attacked: Client) -> None:
        for path in self.pages(attacked):
            for attributes in Read(get(attacked, path).text).all("a"):
                target = attributes["href"] or ""
                assert target.startswith(("/", "#", "https://", "http://")), (path, target)
                assert not target.startswith("//"), (path, target)

    def test_a_bad_address_is_shown_and_no_link(self, attacked: Client) -> None:
        found = get(attacked, "/node?iri=javascript:alert(1)")
        assert found.status == 200
        assert "javascript:alert(1)" in Read(found.text).text

    def test_a_table_starts_no_formula(self, attacked: Client) -> None:
        text = attacked.get("/matrix.csv").body.decode("utf-8-sig")
        cells = [c for row in csv.reader(io.StringIO(text)) for c in row]
        assert cells
        assert not [c for c in cells if c.startswith(("=", "@", "\t"))]


# --- who is to be named --------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_about_names_whom_the_licences_of_lists_ask_to_name(tmp_path: Path, lang: Lang) -> None:
    generation = make_workspace(tmp_path / "kg")
    lists = Home(tmp_path / "kg" / "vocabularies")
    lists.add(about(), reading(tmp_path, OLDER), version="1.0", day=DAY)
    page = Read(get(Client(make_app(Here(generation))), f"/about?lang={lang}").text).text
    assert {"nl": "Bron: wij: Lijst 1.0", "en": "Source: us: List 1.0"}[lang] in page
    assert "© W3C" in page
