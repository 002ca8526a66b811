"""What the pages say is what there is: counts, lists, proofs, forms and refusals."""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from kg.cli.submit import submit
from kg.text import LANGUAGES, Text
from kg.web.pages import frame, problems, tasks
from kg.web.problems import Problem
from kg.workspace import Workspace
from kg.workspace.reading import unpack
from web.browser.site import Client, Here, make_app, make_workspace, run

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from kg.insight.views import FindingList
    from kg.text import Lang

SERVICE = "https://example.org/demo/veiligheid/supplier/registry"
PARTY = "https://example.org/demo/veiligheid/ministry"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("truth") / "kg"


@pytest.fixture(scope="module")
def client(root: Path) -> Client:
    return Client(make_app(Here(make_workspace(root))))


@pytest.fixture(scope="module")
def found(root: Path, client: Client) -> FindingList:
    del client
    return Workspace(root).findings()


def task(work: str, **asked: object) -> dict[str, Any]:
    header, body = unpack(run(work, json.dumps({"lang": "nl", **asked}).encode()))
    assert header["mediaType"] == "application/json"
    told: dict[str, Any] = json.loads(body)
    return told


def links(text: str) -> list[str]:
    return [unescape(target) for target in re.findall(r'href="([^"]+)"', text)]


# --- the first page and the list -----------------------------------------------------------


def test_counts_on_the_first_page_are_those_of_the_lists_they_lead_to(client: Client) -> None:
    text = client.get("/").text
    counts = re.findall(r'<a href="(/findings\?[^"]+)"><strong>([\d.]+)</strong>', text)
    assert len(counts) == 4
    for target, number in counts:
        listed = client.get(unescape(target)).text
        said = re.search(r"bevinding(?:en)? in ([\d.]+) dossier", listed)
        assert said is not None
        assert said[1] == number, target


def test_the_first_page_counts_who_spoke_and_what_was_said(client: Client, root: Path) -> None:
    said = Workspace(root).submissions
    told = task(tasks.OVERVIEW)
    assert told["organisations"] == len({s.source.organisation for s in said})
    assert told["statements"] == sum(len(s.triples) for s in said)
    assert f"{told['organisations']} organisaties" in client.get("/").text


def test_the_first_page_shows_the_gravest_dossiers(client: Client, found: FindingList) -> None:
    text = client.get("/").text
    gravest = [d.findings[0] for d in found.dossiers[:5]]
    shown = [t for t in links(text) if re.fullmatch(r"/findings/[\w-]+/\w+", t)]
    assert shown == ["/findings/" + f.iri.rpartition("finding/")[2] for f in gravest]


def test_the_list_has_every_finding_once(client: Client, found: FindingList) -> None:
    shown: list[str] = []
    for page in (1, 2, 3, 4):
        text = client.get(f"/findings?page={page}").text
        if f"Bladzijde {page} " in text:
            shown += re.findall(r'class="go"><a href="(/findings/[\w/-]+)"', text)
    assert sorted(shown) == sorted("/findings/" + f.iri.rpartition("finding/")[2] for f in found)


FILTERS = (
    {"rule": "opposed"},
    {"class": "signal"},
    {"service": SERVICE},
    {"party": PARTY},
    {"party": PARTY, "class": "conflict"},
    {"coordination": "none"},
)


@pytest.mark.parametrize("wanted", FILTERS, ids="+".join)
def test_list_csv_and_sparql_say_the_same(client: Client, wanted: dict[str, str]) -> None:
    query = "&".join(f"{k}={quote(v, safe='')}" for k, v in wanted.items())
    text = client.get("/findings?" + query).text
    listed = client.get("/findings.csv?" + query).body.decode("utf-8-sig")
    rows = {row["iri"] for row in csv.DictReader(io.StringIO(listed))}
    told = task(tasks.FINDINGS, **wanted)
    shown = {f["iri"] for d in told["dossiers"] for f in d["findings"]}
    assert rows
    assert shown == rows
    sparql = next(t for t in links(text) if t.startswith("/ask?q"))
    asked = parse_qs(urlsplit(sparql).query)["query"][0]
    answer = task(tasks.QUESTION, query=asked, named=True)["answer"]
    assert {row[0]["iri"] for row in answer["rows"]} == rows


def test_a_filter_by_voice_stands_in_the_sparql_as_a_remark(client: Client) -> None:
    told = task(tasks.FINDINGS, voice="claimed")
    assert 0 < told["count"] < told["total"]
    assert "# voice claimed" in told["sparql"]
    assert client.get("/findings?voice=claimed").status == 200


def test_a_filter_never_becomes_query_text() -> None:
    told = task(tasks.FINDINGS, party='https://e.org/> } DROP ALL #"', rule='x" . ?s ?p ?o #')
    assert told["count"] == 0
    assert "DROP" not in told["sparql"]
    assert "?o" not in told["sparql"]


def test_another_date_is_derived_anew(client: Client) -> None:
    now, before = task(tasks.FINDINGS), task(tasks.FINDINGS, asOf="2020-01-01")
    assert before["asOf"] == "2020-01-01"
    assert {f["iri"] for d in before["dossiers"] for f in d["findings"]} != {
        f["iri"] for d in now["dossiers"] for f in d["findings"]
    }
    text = client.get("/findings?asOf=2020-01-01").text
    detail = next(t for t in links(text) if "asOf=2020-01-01" in t and t.count("/") > 2)
    assert client.get(detail).status == 200
    wrong = client.get("/findings?asOf=gisteren")
    assert wrong.status == 400
    assert "KG-P002" in wrong.text


# --- the proof -----------------------------------------------------------------------------


def test_every_proof_is_that_of_the_product(root: Path, found: FindingList) -> None:
    graph = Workspace(root)
    for finding in found[::14]:
        rule, digest = finding.iri.split("/")[-2:]
        told = task(tasks.EXPLANATION, rule=rule, hash=digest)
        meant = graph.explain(finding.iri).explanation
        said = [
            (g["subject"]["iri"], s["predicate"]["iri"])
            for g in told["groups"]
            for x in g["parts"]
            for s in x["said"]
        ]
        assert sorted(said) == sorted(
            (s.subject[1:-1], s.predicate[1:-1]) for s in meant.statements
        )
        assert told["sentence"] == meant.sentence.nl
        assert told["repairs"] == [r.nl for r in meant.repairs]
        files = {s["file"] for g in told["groups"] for x in g["parts"] for s in x["sources"]}
        assert files == {x.file for s in meant.statements for x in s.sources}


@pytest.mark.parametrize("voice", ["confirmed", "claimed", "presumed"])
def test_who_is_named_is_invited_to_reply(client: Client, found: FindingList, voice: str) -> None:
    finding = next(f for f in found if f.voice == voice)
    text = client.get("/findings/" + finding.iri.rpartition("finding/")[2]).text
    assert ("bevestig of weerspreek" in text) == (voice != "confirmed")
    assert finding.iri in text
    assert "/submit" in links(text)


def test_a_finding_that_is_not_there(client: Client) -> None:
    reply = client.get("/findings/opposed/0000")
    assert reply.status == 404
    assert "KG-N002" in reply.text


# --- matrix and questions ------------------------------------------------------------------


def test_every_tense_cell_leads_to_findings(client: Client) -> None:
    targets = [t for t in links(client.get("/matrix").text) if t.startswith("/findings?party=")]
    assert len(targets) > 10
    for target in targets[:6]:
        assert "Niets gevonden" not in client.get(target).text, target


def test_a_theme_shows_only_its_services(client: Client) -> None:
    whole = task(tasks.MATRIX)
    theme = whole["themes"][0]["iri"]
    part = task(tasks.MATRIX, theme=theme)
    assert 0 < len(part["columns"]) < len(whole["columns"])
    assert part["theme"] == theme
    assert client.get("/matrix?theme=" + quote(theme, safe="")).status == 200


def test_a_matrix_that_is_too_large_shows_the_gravest_and_says_so(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    whole = task(tasks.MATRIX)
    monkeypatch.setattr("kg.workspace.pages_data.grid.MOST_CELLS", 100)
    cut = task(tasks.MATRIX)
    assert cut["onlyTense"]
    assert cut["gravest"] is None
    assert "Getoond is alleen waar het spant" in client.get("/matrix").text
    monkeypatch.setattr("kg.workspace.pages_data.grid.MOST_CELLS", 20)
    part = task(tasks.MATRIX)
    assert 0 < len(part["rows"]) * len(part["columns"]) <= 20
    assert part["columns"][0] == whole["columns"][0]
    text = client.get("/matrix").text
    assert "te veel voor één bladzijde" in text
    assert "/matrix.csv" in links(text)


def test_every_question_has_a_page_that_answers_or_asks(client: Client) -> None:
    names = [t for t in links(client.get("/queries").text) if t.startswith("/queries/")]
    assert len(names) > 40
    for name in names:
        text = client.get(name).text
        assert ("Antwoord" in text) or ("Vul de waarden in" in text), name


def test_values_of_a_question_are_used_and_checked(client: Client) -> None:
    name = next(
        r["id"]
        for job in task(tasks.CATALOGUE)["jobs"]
        for r in job["reports"]
        for p in task(tasks.REPORT, name=r["id"], describe=True)["parameters"]
        if p["type"] == "integer"
    )
    told = task(tasks.REPORT, name=name, describe=True)
    field = next(p["name"] for p in told["parameters"] if p["type"] == "integer")
    right = client.get(f"/queries/{name}?{field}=1")
    assert right.status == 200
    assert f'name="{field}" type="number" step="1" value="1"' in right.text
    wrong = client.get(f"/queries/{name}?{field}=veel")
    assert wrong.status == 400
    assert 'role="alert"' in wrong.text
    assert f'value="veel" aria-describedby="h-{field}" aria-invalid="true"' in wrong.text


# --- SPARQL --------------------------------------------------------------------------------


def ask(client: Client, query: str) -> tuple[int, str]:
    reply = client.get("/ask?query=" + quote(query))
    return reply.status, unescape(reply.text)


def test_an_answer_is_a_table_with_names(client: Client) -> None:
    status, text = ask(client, f"SELECT ?p {{ <{SERVICE}> ?p ?o }}")
    assert status == 200
    assert '<th scope="col">?p</th>' in text


def test_a_syntax_error_is_shown_at_its_place_with_a_mend(client: Client) -> None:
    status, text = ask(client, "SELECT *\nWHERE { ?s skos:prefLabel ?o }")
    assert status == 400
    assert "regel 2, kolom 12" in text
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in text
    assert "SELECT *\nWHERE { ?s skos:prefLabel ?o }</textarea>" in text


@pytest.mark.parametrize(
    "query",
    ["SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", "DROP ALL", "LOAD <http://x/>"],
)
def test_what_reaches_outside_or_writes_is_refused(client: Client, query: str) -> None:
    status, text = ask(client, query)
    assert status == 403
    assert "KG-H10" in text


def test_forms_of_answer(client: Client) -> None:
    assert "Het antwoord is: nee" in ask(client, "ASK { ?s <urn:none> ?o }")[1]
    status, text = ask(client, f"CONSTRUCT {{ <{SERVICE}> ?p ?o }} WHERE {{ <{SERVICE}> ?p ?o }}")
    assert status == 200
    assert "Sport" not in text
    assert "<pre" in text
    assert "eerste 500 rijen" in ask(client, "SELECT * { ?s ?p ?o }")[1]


def test_an_answer_can_be_taken_along(client: Client) -> None:
    text = ask(client, f"SELECT ?p ?o {{ <{SERVICE}> ?p ?o }}")[1]
    reply = client.get(next(t for t in links(text) if t.startswith("/ask/answer")))
    rows = list(csv.reader(io.StringIO(reply.text)))
    assert rows[0] == ["p", "o"]
    assert len(rows) > 3
    graph = client.get("/ask/answer?query=" + quote(f"DESCRIBE <{SERVICE}>"))
    assert graph.headers["content-type"].startswith("text/turtle")
    assert client.get("/ask/answer?query=" + quote("DROP ALL")).status == 403


def test_every_example_gives_rows(client: Client) -> None:
    examples = [t for t in links(client.get("/sparql").text) if t.startswith("/ask?q")]
    assert len(examples) == 4
    for target in examples:
        text = client.get(target).text
        assert "<tbody>" in text, target


# --- handing in ----------------------------------------------------------------------------


def form(**fields: tuple[str, bytes]) -> tuple[dict[str, str], bytes]:
    parts = b""
    for name, (filename, data) in fields.items():
        said = f'; filename="{filename}"' if filename else ""
        head = f'--b\r\nContent-Disposition: form-data; name="{name}"{said}\r\n\r\n'
        parts += head.encode() + data + b"\r\n"
    body = parts + b"--b--\r\n"
    return {
        "content-type": "multipart/form-data; boundary=b",
        "content-length": str(len(body)),
    }, body


@pytest.mark.parametrize(
    ("fields", "said", "status"),
    [
        ({}, "Kies eerst een bestand", 400),
        ({"file": ("", b"")}, "Kies eerst een bestand", 400),
        ({"file": ("a.ttl", b"")}, "Kies eerst een bestand", 400),
        (
            {"file": ("a.ttl", b"x"), "organisation": ("", b"politie")},
            "IRI van de organisatie",
            400,
        ),
        ({"organisation": ("", b"x" * 5000)}, "niet te lezen", 400),
        (dict.fromkeys("abcdefg", ("", b"x")), "niet te lezen", 400),
        ({"file": ("a.ttl", b"x"), "more": ("b.ttl", b"x")}, "niet te lezen", 400),
    ],
)
def test_a_form_that_is_not_right(
    client: Client, fields: dict[str, tuple[str, bytes]], said: str, status: int
) -> None:
    reply = client.send("POST", "/validate", *form(**fields))
    assert reply.status == status
    assert said in reply.text
    assert 'role="alert"' in reply.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    headers = {"content-type": "multipart/form-data; boundary=b", "content-length": "99999999"}
    reply = client.send("POST", "/validate", headers)
    assert reply.status == 413
    assert "groter dan 8 MB" in reply.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_template_of_the_page_is_a_workbook(client: Client, lang: Lang) -> None:
    text = client.get(f"/submit?lang={lang}").text
    targets = [t for t in links(text) if t.startswith("/templates/")]
    assert len(targets) > 20
    for target in targets[::6]:
        reply = client.get(target)
        assert reply.status == 200
        assert reply.body[:2] == b"PK"
        assert "attachment" in reply.headers["content-disposition"]
    assert client.get("/templates/nonsense.xlsx").status == 404


def test_the_command_on_the_page_is_one_that_works(client: Client) -> None:
    text = unescape(client.get("/submit").text)
    command = re.search(r"kg submit (?:[^<]+)", text)
    assert command is not None
    known = {"--" + name.replace("_", "-") for name in inspect.signature(submit).parameters}
    assert set(re.findall(r"--[a-z-]+", command[0])) <= known
    assert "--url http://test" in command[0]


# --- problems and files --------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 413, 418, 429, 500, 502, 503])
def test_every_problem_has_a_page(client: Client, status: int, lang: Lang) -> None:
    problem = Problem(
        status, "KG-H404", Text("dat is er niet", "that is not here"), headers={"Retry-After": "7"}
    )

    async def endpoint(request: Request) -> Response:
        return problems.problem_page(request, problem)

    client.app.add_route(f"/problem/{status}/{lang}", endpoint)
    reply = client.get(f"/problem/{status}/{lang}?lang={lang}")
    assert reply.status == status
    assert reply.headers["content-security-policy"] == frame.POLICY
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["retry-after"] == "7"
    assert problem.message.to(lang).capitalize() in reply.text


def test_who_reads_data_gets_problems_as_data(client: Client) -> None:
    for accept in ("*/*", "application/json", "application/problem+json, text/html;q=0.5"):
        found = client.get("/nope", accept=accept)
        assert "html" not in found.headers.get("content-type", ""), accept
    assert "html" in client.get("/nope").headers["content-type"]


def test_a_file_of_the_look_is_kept_for_ever_and_nothing_else_is_served(client: Client) -> None:
    name = frame.static_url("site.css")
    reply = client.get(name)
    assert reply.status == 200
    assert "immutable" in reply.headers["cache-control"]
    for wrong in ("/static/site.css", "/static/..%2fpages%2fframe.py", "/static/site.x.css"):
        assert client.get(wrong).status == 404, wrong
