"""The gateway: what it says, whom it serves, what it refuses, and what happens when parts die."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from kg.resources import queries_dir
from kg.web.access import Token, Tokens
from kg.web.guard import check_query, check_update
from kg.web.mending import mend
from kg.web.negotiation import choose
from kg.web.problems import Problem
from kg.web.quotas import Bucket, client_key
from kg.web.settings import ServiceSettings, read_service_settings
from web.running import FORM, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = ServiceSettings()
ROWS = (
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv",
    "text/tab-separated-values",
)  # fmt: skip
GRAPHS = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
SELECT = "SELECT ?s { ?s a <https://w3id.org/samenspel/def#Service> } LIMIT 7"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with narrow limits."""
    limits = {
        "rows": 10,
        "answer": 3000,
        "body": 100_000,
        "quota_errors_burst": 4,
        "quota_errors": 1,
    }
    with Service(tmp_path_factory.mktemp("strict") / "kg", **limits) as service:
        yield service


# --- what is answered -------------------------------------------------------------------------


@pytest.mark.parametrize("media", ROWS)
def test_rows_come_in_the_format_that_is_asked_for(demo: Service, media: str) -> None:
    reply = demo.query(SELECT, accept=f"text/html;q=0.9, {media};q=0.8, image/png")
    assert (reply.status, reply.media) == (200, media)
    assert reply.headers["samenspel-rows"] == "7"
    assert "samenspel-truncated" not in reply.headers


@pytest.mark.parametrize("media", GRAPHS)
def test_graphs_come_in_the_format_that_is_asked_for(demo: Service, media: str) -> None:
    reply = demo.query("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 9", accept=media)
    assert (reply.status, reply.media) == (200, media)
    assert reply.headers["samenspel-rows"] == "9"


def test_a_format_that_is_not_there_is_refused_with_what_is(demo: Service) -> None:
    reply = demo.query(SELECT, accept="image/png, text/turtle")
    assert reply.status == 406
    assert reply.json["offered"] == list(ROWS)


def test_choosing_keeps_to_the_rules() -> None:
    assert choose(None, ROWS) == ROWS[0]
    assert choose("*/*", ROWS) == ROWS[0]
    assert choose("text/*", ROWS) == "text/csv"
    assert choose("text/csv;q=0.2, text/tab-separated-values", ROWS) == ROWS[3]
    assert choose("*/*, text/csv;q=0", ROWS[2:]) == ROWS[3]
    assert choose("application/json", ROWS) == ROWS[0]
    assert choose("image/*", ROWS) is None
    assert choose("text/csv;q=nonsense", ROWS) is None


def test_a_cap_is_announced_and_the_answer_stays_whole(strict: Service) -> None:
    reply = strict.query("SELECT ?s { ?s ?p ?o }")
    assert reply.status == 200
    assert reply.headers["samenspel-truncated"] == "rows; limit=10"
    assert len(reply.json["results"]["bindings"]) == 10
    wide = strict.query("SELECT ?s ?p ?o ?a ?b ?c { ?s ?p ?o . ?a ?b ?c }")
    assert wide.headers["samenspel-truncated"] == "bytes; limit=3000"
    assert 0 < len(wide.json["results"]["bindings"]) < 10
    assert len(wide.body) <= 3000


def test_what_a_client_has_is_not_sent_again(demo: Service) -> None:
    path = "/sparql?query=" + quote(SELECT)
    first = demo.request("GET", path, headers={"Accept": "text/csv"})
    tag = first.headers["etag"]
    again = demo.request("GET", path, headers={"Accept": "text/csv", "If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    other = demo.request("GET", path, headers={"Accept": ROWS[0], "If-None-Match": tag})
    assert other.status == 200
    assert other.headers["etag"] != tag
    assert "Accept" in first.headers["vary"]


def test_head_says_what_get_would(demo: Service) -> None:
    path = "/sparql?query=" + quote("SELECT * { ?s ?p ?o }")
    got, head = demo.request("GET", path), demo.request("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    for name in ("content-length", "content-type", "etag", "samenspel-rows"):
        assert head.headers[name] == got.headers[name]


def test_a_query_without_graphs_is_asked_of_what_counts(demo: Service) -> None:
    one = demo.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json
    two = demo.query(
        "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/samenspel/graph/current> "
        "FROM <https://w3id.org/samenspel/graph/derived> { ?s ?p ?o }"
    ).json
    assert one == two
    none = demo.query("SELECT * FROM <urn:nothing> { ?s ?p ?o }")
    assert (none.status, none.headers["samenspel-rows"]) == (200, "0")


# --- what is said when something is wrong -----------------------------------------------------


@pytest.mark.parametrize(
    ("query", "place", "nl", "en"),
    [
        ("SELECT ?s {\n  ?s rdfs:label ?l }", (2, 6), "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-"
         "schema#>", "add above: PREFIX rdfs:"),
        ("PREFIX skos: <urn:x> ASK { ?s skso:a ?o }", (1, 31), "bedoelde u skos:?", "did you mean"),
        ("SELECT * {\n ?s a ?t\n FILTR(?t) }", (3, 2), "bedoelde u FILTER?", "you mean FILTER?"),
        ("SELECT * { ?s a ?t", (1, 10), "sluit het met }", "close it with }"),
        ("SELECT * { ?s a ?t }}", (1, 21), "haal hem weg", "remove it"),
        ("SELCT * { ?s a ?t }", (1, 1), "bedoelde u SELECT?", "did you mean SELECT?"),
    ],
)  # fmt: skip
def test_a_syntax_error_says_where_and_what_to_do(
    demo: Service, query: str, place: tuple[int, int], nl: str, en: str
) -> None:
    for lang, advice in (("nl", nl), ("en", en)):
        headers = {"Content-Type": "application/sparql-query", "Accept-Language": lang}
        reply = demo.request("POST", "/sparql", headers=headers, body=query.encode())
        assert (reply.status, reply.media) == (400, "application/problem+json")
        told = reply.json
        assert (told["line"], told["column"]) == place
        assert advice in told["advice"]
        assert told["code"] == "KG-Q001"
        assert "^" in told["excerpt"]
        assert reply.headers["content-language"] == lang


def test_mending_never_fails_on_what_people_write() -> None:
    for text in (
        "",
        "{",
        "}",
        "SELECT",
        "\n\n\n",
        "é🎈 {",
        "<",
        "'",
        "PREFIX",
        "PREFIX a:",
        "\x00",
    ):
        for line, column in ((None, None), (1, 1), (99, 99)):
            found = mend(text, line, column)
            assert found.line >= 1
            assert found.column >= 1
            assert found.message.nl != found.message.en


def test_every_problem_explains_itself(demo: Service) -> None:
    told = demo.request("GET", "/nowhere").json
    page = demo.request("GET", told["type"], headers={"Accept-Language": "en"})
    assert page.json["code"] == told["code"] == "KG-H404"
    assert demo.request("GET", "/codes/KG-X999").status == 404
    assert demo.request("POST", "/robots.txt", body=b"").status == 405


def test_updates_are_refused_where_organisations_speak(demo: Service) -> None:
    headers = {"Content-Type": "application/sparql-update"}
    reply = demo.request("POST", "/sparql", headers=headers, body=b"DROP ALL")
    assert (reply.status, reply.json["code"]) == (403, "KG-H105")
    form = demo.request("POST", "/sparql", headers={"Content-Type": FORM}, body=b"update=DROP+ALL")
    assert form.status == 403


# --- the guard --------------------------------------------------------------------------------


def code_of(query: str) -> str | None:
    try:
        check_query(query, SETTINGS)
    except Problem as e:
        return e.code
    return None


def test_a_word_is_no_keyword_where_it_names_something() -> None:
    for query in (
        "SELECT ?service { ?service a <https://example.org/service> }",
        "PREFIX service: <urn:x> ASK { ?load service:load 'SERVICE <x>' } # SERVICE",
        'ASK { ?s ?p """SERVICE <x> { """ , \'LOAD\', "a\\"SERVICE" }',
        "ASK { ?s <urn:a(b)> ?o . ?s a ?service }",
        "ASK { ?s ex:service.load ?o }",
    ):
        assert code_of(query) is None, query


def test_limits_are_counted_as_they_are_meant() -> None:
    assert code_of("ASK { " + "?s ?p ?o . " * 64 + "}") is None
    assert code_of("ASK { " + "?s ?p ?o . " * 65 + "}") == "KG-H103"
    assert code_of("ASK { ?s ?p ?o " + "; ?p ?o " * 63 + "}") is None
    assert code_of("ASK { ?s ?p ?o " + "; ?p ?o " * 64 + "}") == "KG-H103"
    values = " ".join(map(str, range(10_000)))
    assert code_of(f"ASK {{ VALUES ?x {{ {values} }} }}") is None
    assert code_of(f"ASK {{ VALUES ?x {{ {values} 1 }} }}") == "KG-H103"
    assert code_of("ASK {" * 65 + "}" * 65) == "KG-H103"
    assert code_of("ASK {}" + " " * 65_530) is None
    assert code_of("ASK {}" + " " * 65_531) == "KG-H102"


def test_all_queries_of_the_product_may_be_asked() -> None:
    files = sorted(queries_dir().rglob("*.rq"))
    assert len(files) > 30
    refused = {p.name: code_of(p.read_text(encoding="utf-8")) for p in files}
    assert {name for name, code in refused.items() if code} == set()


def test_updates_may_hold_much_data_but_reach_nowhere() -> None:
    data = "INSERT DATA { " + "<a:a> <a:b> 1 . " * 5000 + "}"
    check_update(data, SETTINGS, protocol_graphs=False)
    for text, graphs, code in (
        ("LOAD <a:b>", False, "KG-H104"),
        ("WITH <a:b> DELETE WHERE { ?s ?p ?o }", True, "KG-H107"),
        ("INSERT DATA { " + "[" * 65 + "]" * 65 + " }", False, "KG-H103"),
    ):
        with pytest.raises(Problem) as caught:
            check_update(text, SETTINGS, protocol_graphs=graphs)
        assert caught.value.code == code


# --- who is asking, and how much --------------------------------------------------------------


def test_a_token_is_compared_whole_and_in_time() -> None:
    import datetime as dt  # noqa: PLC0415 - only here
    import hashlib  # noqa: PLC0415 - only here

    secret = "kg_abc_" + "x" * 43
    known = hashlib.sha256(secret.encode()).hexdigest()
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    tokens = Tokens(
        [
            Token("abc", known, frozenset({"query", "submit:urn:a"})),
            Token("old", hashlib.sha256(b"kg_old_" + b"x" * 43).hexdigest(), frozenset(), past),
        ]
    )
    who = tokens.principal(f"Bearer {secret}")
    assert who.may("submit:urn:a")
    assert not who.may("submit:urn:b")
    assert not who.may("admin")
    assert tokens.principal(None).id == ""
    for header in (
        f"Bearer {secret}x", f"Bearer {secret[:-1]}", f"Basic {secret}", "Bearer", "Bearer kg__",
        "Bearer kg_old_" + "x" * 43, "Bearer kg_zzz_" + "x" * 43, f"Bearer {known}",
    ):  # fmt: skip
        with pytest.raises(Problem) as caught:
            tokens.principal(header)
        assert caught.value.status == 401


def test_a_wrong_token_is_not_taken_for_anyone(demo: Service) -> None:
    reply = demo.query("ASK {}", token="kg_abc_" + "x" * 43)
    assert (reply.status, reply.json["code"]) == (401, "KG-H120")


def test_who_makes_many_errors_waits(strict: Service) -> None:
    codes = [strict.query("SELEC").status for _ in range(8)]
    assert codes[0] == 400
    assert codes[-1] == 429
    reply = strict.query("ASK {}")
    assert reply.json["code"] == "KG-H130"
    assert int(reply.headers["retry-after"]) >= 1
    assert strict.request("GET", "/healthz").status == 200


def test_buckets_fill_at_their_rate() -> None:
    bucket = Bucket(rate=0.5, burst=10, level=10, at=0)
    assert bucket.wait(0) == 0
    bucket.take(15, 0)
    assert bucket.wait(0) == pytest.approx(10)
    assert bucket.wait(11) == 0
    bucket.take(0, 1000)
    assert bucket.level == 10


def test_a_client_is_who_the_trusted_proxy_says() -> None:
    def scope(*forwarded: bytes) -> dict[str, object]:
        headers = [(b"x-forwarded-for", value) for value in forwarded]
        return {"client": ("10.0.0.1", 1), "headers": headers}

    spoofed = scope(b"1.1.1.1, 2.2.2.2", b"3.3.3.3")
    assert client_key(spoofed, 0) == "10.0.0.1"
    assert client_key(spoofed, 1) == "3.3.3.3"
    assert client_key(spoofed, 2) == "2.2.2.2"
    assert client_key(spoofed, 9) == "10.0.0.1"
    assert client_key(scope(b"2001:db8::1"), 1) == "2001:db8::/64"


def test_settings_come_from_the_environment() -> None:
    read = read_service_settings({"KG_SERVE_ROWS": "5", "KG_SERVE_QUOTA_ERRORS": "7"})
    assert read.rows == 5
    assert read.quota is not None
    assert read.quota.errors == 7
    assert read_service_settings({"KG_SERVE_QUOTA": "off"}).quota is None


def test_a_body_is_counted_as_it_comes(strict: Service) -> None:
    announced = strict.request("POST", "/sparql", headers={"Content-Type": FORM},
                               body=b"query=" + b"x" * 100_001)  # fmt: skip
    assert announced.status in {413, 429}
    connection = http.client.HTTPConnection("127.0.0.1", strict.port, timeout=20)
    connection.putrequest("POST", "/v1/submissions")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    try:
        for _ in range(30):
            connection.send(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
        connection.send(b"0\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        return
    finally:
        connection.close()


# --- what every answer carries, and what the log holds ----------------------------------------


def test_every_answer_has_the_strict_headers(demo: Service) -> None:
    for path in ("/", "/sparql", "/nowhere", "/healthz", "/sparql?query=x", "/void"):
        headers = demo.request("GET", path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert len(headers["x-request-id"]) == 36
        assert "server" not in headers


def test_other_sites_may_read_but_not_write(demo: Service) -> None:
    assert demo.query("ASK {}").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in demo.query("ASK {}").headers
    put = demo.request("PUT", "/rdf-graph-store?default", body=b"")
    assert "access-control-allow-origin" not in put.headers


def test_the_log_is_json_without_what_people_ask(demo: Service) -> None:
    word = "geheimwoord"
    demo.query(f"ASK {{ ?s ?p '{word}' }}", token="kg_abc_" + word * 4)
    demo.request("GET", f"/sparql?query=ASK%7B?s%20?p%20'{word}'%7D")
    lines = [json.loads(line) for line in demo.log if '"kg.access"' in line]
    assert lines
    assert {"method", "path", "status", "ms", "workerMs", "request"} <= lines[-1].keys()
    assert not any(word in line for line in demo.log)


def test_things_have_documents(demo: Service) -> None:
    row = demo.query(SELECT).json["results"]["bindings"][0]
    iri = row["s"]["value"]
    reply = demo.request(
        "GET", "/doc?iri=" + quote(iri, safe=""), headers={"Accept": "text/turtle"}
    )
    assert (reply.status, reply.media) == (200, "text/turtle")
    assert f"<{iri}>" in reply.text
    assert 'rel="alternate"' in reply.headers["link"]
    moved = demo.request("GET", "/id/some/thing")
    assert (moved.status, moved.headers["location"]) == (303, demo.url + "/doc/some/thing")
    assert demo.request("GET", "/doc/some/thing.ttl").status == 404
    finding = demo.query("SELECT ?f { ?f a <https://w3id.org/samenspel/def#Conflict> } LIMIT 1")
    if finding.json["results"]["bindings"]:
        path = finding.json["results"]["bindings"][0]["f"]["value"].split("samenspel")[1]
        assert demo.request("GET", path).status == 303
        assert demo.request("GET", "/doc" + path + ".nt").media == "application/n-triples"


def test_small_addresses_answer(demo: Service) -> None:
    assert demo.request("GET", "/robots.txt").status == 200
    assert demo.request("GET", "/context.jsonld").media == "application/ld+json"
    assert demo.request("GET", "/readyz").json["submitting"] is True
    assert demo.request("GET", "/.well-known/security.txt").status == 404
    assert demo.request("GET", "/def/core.ttl").media == "text/turtle"


# --- when parts die ---------------------------------------------------------------------------


def test_the_service_outlives_its_parts_and_ends_well(tmp_path: Path) -> None:
    with Service(tmp_path / "kg", quota="off") as service:
        count = service.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text
        workers = [p for p, c in service.children().items() if "kg.sandbox.worker" in c]
        assert workers
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        assert service.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o . FILTER(true) }").text == count
        (writer,) = service.writers()
        os.kill(writer, signal.SIGKILL)
        assert service.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(1=1) }").text == count
        end = time.monotonic() + 30
        while service.writers() in (set(), {writer}) or (
            service.request("GET", "/readyz").status != 200
        ):
            assert time.monotonic() < end
            time.sleep(0.1)
        pids = [service.pid, *service.children()]
        assert writer not in pids
        assert service.stop() == 0
        time.sleep(0.2)
        assert [p for p in pids if Path(f"/proc/{p}").exists()] == []
        service.start()
        assert service.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text == count
