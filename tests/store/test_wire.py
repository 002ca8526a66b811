"""What a SPARQL server can do wrong, and what is sent to it."""

from __future__ import annotations

import base64
import hashlib
import re
import time
import traceback
from typing import TYPE_CHECKING

import pytest

from kg.errors import KgError, RuleError
from kg.rdf import BlankNode, Literal, NamedNode
from kg.store import StoreError
from kg.store.remote import Basic, Bearer, Digest, RemoteStore, open_remote

from .fake import JSON, ROWS, Asked, Reply, fake
from .servers import OXIGRAPH, free_port, oxigraph
from .small import quad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ASK = "SELECT ?n FROM <urn:g> WHERE { ?s ?p ?n }"
XSD = "http://www.w3.org/2001/XMLSchema#"


def code_of(reply: Reply, *, query: str = ASK, **options: object) -> str:
    """Give the code of the error that a select ends in."""
    with fake(reply) as server:
        store = RemoteStore(server.url, timeout=5, **options)  # type: ignore[arg-type]
        ask = store.construct if "DESCRIBE" in query else store.select
        with pytest.raises(KgError) as caught:
            ask(query)
    return caught.value.code


def test_a_whole_answer_is_read() -> None:
    with fake(Reply()) as server:
        assert list(RemoteStore(server.url).select(ASK)) == [{"n": Literal("1")}]


CANCELLED = ROWS[:-3] + b"The SPARQL operation has been cancelled"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(ROWS[:-2]),
        Reply(b""),
        Reply(CANCELLED),
        Reply(ROWS, length=len(ROWS) + 1),
        Reply(parts=[ROWS[:40]], chunked=True),
        Reply(parts=[ROWS], chunked=True),
        Reply(headers={"X-SQL-State": "S1TAT"}),
        Reply(ROWS + b"}"),
        Reply(ROWS.replace(b"1", b"\xff")),
    ],
    ids=["cut", "empty", "cancelled", "short", "chunk", "no-last-chunk", "S1TAT", "more", "bytes"],
)
def test_part_of_an_answer_is_a_failure(reply: Reply) -> None:
    assert code_of(reply) == "KG-T014"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>Sign in</html>", media="text/html"),
        Reply(media="text/plain"),
        Reply(b"[]"),
        Reply(b"{}"),
        Reply(b'{"head":{},"results":{"bindings":{"a":1}}}'),
        Reply(ROWS.replace(b'"literal"', b'"number"')),
        Reply(ROWS.replace(b'"literal"', b'"uri"')),
        Reply(b'{"head":{},"boolean":true}'),
    ],
)
def test_another_answer_than_asked_for_is_a_failure(reply: Reply) -> None:
    assert code_of(reply) == "KG-T015"


def test_a_graph_of_which_the_end_cannot_be_seen_is_a_failure() -> None:
    line = b"<urn:a> <urn:p> <urn:b> .\n"
    reply = Reply(line, media="application/n-triples", length=-1)
    assert code_of(reply, query="DESCRIBE <urn:a> FROM <urn:g>") == "KG-T014"
    with fake(Reply(line, media="application/n-triples")) as server:
        assert len(list(RemoteStore(server.url).construct("DESCRIBE <urn:a>"))) == 1
    cancelled = Reply(line + b"The SPARQL operation has been cancelled", media="text/turtle")
    assert code_of(cancelled, query="DESCRIBE <urn:a>") == "KG-T014"


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (400, "syntax error", "KG-Q001"),
        (400, "Virtuoso 37000 Error SP030: SPARQL compiler, line 1: syntax error", "KG-Q001"),
        (400, "Virtuoso 37000 Error SP030: line 4991: memory exhausted at 'x'", "KG-T017"),
        (400, "Virtuoso 22023 Error The estimated execution time exceeds", "KG-T013"),
        (413, "", "KG-T017"),
        (401, "", "KG-T011"),
        (403, "", "KG-T011"),
        (500, "Virtuoso 42000 Error SR186:SECURITY: No permission", "KG-T011"),
        (500, "out of memory", "KG-T013"),
        (503, "busy", "KG-T013"),
    ],
)
def test_a_refusal_is_told_apart(status: int, said: str, code: str) -> None:
    assert code_of(Reply(said.encode(), status, "text/plain")) == code


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_question_goes_to_no_other_server(status: int) -> None:
    with fake(Reply()) as other:
        reply = Reply(b"", status, headers={"Location": other.url})
        assert code_of(reply, auth=Basic("u", "p")) == "KG-T012"
        assert other.asked == []


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StoreError) as caught:
        RemoteStore(f"http://127.0.0.1:{free_port()}/sparql").ask("ASK { }")
    assert caught.value.code == "KG-T010"


def dripping() -> Iterator[bytes]:
    for _ in range(200):
        time.sleep(0.05)
        yield b" "


@pytest.mark.parametrize("silence", [True, False])
def test_a_server_that_is_too_slow(silence: bool) -> None:  # noqa: FBT001 - a parameter
    def slow(_: Asked) -> Reply:
        if silence:
            time.sleep(1.5)
        return Reply(parts=dripping(), length=200)

    start = time.monotonic()
    with fake(slow) as server, pytest.raises(StoreError) as caught:
        RemoteStore(server.url, timeout=0.5).ask("ASK { }")
    assert caught.value.code == "KG-T010"
    assert time.monotonic() - start < 5


def test_an_answer_may_be_only_so_large() -> None:
    assert code_of(Reply(), most_bytes=20) == "KG-T019"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/y", "http://u:p@127.0.0.1/", "https://", "sparql"]
)
def test_an_address_is_http_and_holds_no_credentials(url: str) -> None:
    for pair in ((url, None), ("http://127.0.0.1/", url)):
        with pytest.raises(StoreError) as caught:
            RemoteStore(*pair)
        assert caught.value.code == "KG-T018"


@pytest.mark.parametrize("send", ["form", "body"])
def test_what_is_sent_follows_the_protocol(send: str) -> None:
    """SPARQL 1.1 Protocol, sections 2.1 and 2.2."""
    with fake(Reply(b'{"head":{},"boolean":true}')) as server:
        store = RemoteStore(server.url, f"{server.url}/update", send=send)  # type: ignore[arg-type]
        assert store.ask("ASK { ?s ?p 'é&=+%' }")
        store.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 'é&=+%' } }")
    query, update = server.asked
    assert (query.path, update.path) == ("/sparql", "/sparql/update")
    assert query.text == "ASK { ?s ?p 'é&=+%' }"
    assert update.text == "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 'é&=+%' } }"
    kinds = [one.headers["content-type"] for one in server.asked]
    form = "application/x-www-form-urlencoded"
    wanted = {"form": [form] * 2, "body": [f"application/sparql-{w}" for w in ("query", "update")]}
    assert kinds == wanted[send]
    assert JSON in query.headers["accept"]


def test_terms_of_all_kinds() -> None:
    row = (
        '{"a":{"type":"uri","value":"urn:x"},"b":{"type":"bnode","value":"b0"},'
        '"c":{"type":"literal","xml:lang":"nl","value":"ja"},'
        f'"d":{{"type":"typed-literal","datatype":"{XSD}integer","value":"7"}},'
        f'"e":{{"type":"typed-literal","datatype":"{XSD}boolean","value":"1"}}}}'
    )
    body = '{"head":{"vars":["a"]},"results":{"bindings":[' + row + "]}}"
    with fake(Reply(body.encode())) as server:
        [found] = RemoteStore(server.url).select(ASK)
    assert found == {
        "a": NamedNode("urn:x"),
        "b": BlankNode("b0"),
        "c": Literal("ja", language="nl"),
        "d": Literal(7),
        "e": Literal(value=True),
    }


def test_basic_and_bearer() -> None:
    with fake(Reply()) as server:
        list(RemoteStore(server.url, auth=Basic("anna", "geh€im")).select(ASK))
        list(RemoteStore(server.url, auth=Bearer("t0ken")).select(ASK))
    sent = [one.headers["authorization"] for one in server.asked]
    assert sent == [f"Basic {base64.b64encode('anna:geh€im'.encode()).decode()}", "Bearer t0ken"]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, None),
        ({"USER": "anna", "PASSWORD": "pw"}, f"Basic {base64.b64encode(b'anna:pw').decode()}"),
        ({"TOKEN": "t0ken"}, "Bearer t0ken"),
        ({"TOKEN": "t0ken", "AUTH": "Bearer"}, "Bearer t0ken"),
    ],
)
def test_credentials_come_from_the_environment(given: dict[str, str], sent: str | None) -> None:
    with fake(Reply()) as server:
        named = {f"KG_STORE_{name}": value for name, value in given.items()}
        open_remote(server.url, None, named).select(ASK)
        assert server.asked[0].headers.get("authorization") == sent
    digest = {"KG_STORE_AUTH": "digest", "KG_STORE_USER": "anna", "KG_STORE_PASSWORD": "geheim"}
    with fake(challenged) as server:
        assert len(list(open_remote(server.url, None, digest).select(ASK))) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"USER": "anna"},
        {"PASSWORD": "pw"},
        {"AUTH": "digest"},
        {"AUTH": "bearer", "USER": "anna", "PASSWORD": "pw"},
        {"TOKEN": "t0ken", "USER": "anna", "PASSWORD": "pw"},
        {"AUTH": "kerberos", "USER": "anna", "PASSWORD": "pw"},
    ],
)
def test_credentials_by_half_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(StoreError) as caught:
        open_remote("http://127.0.0.1/", None, {f"KG_STORE_{k}": v for k, v in given.items()})
    assert caught.value.code == "KG-T020"
    assert "pw" not in str(caught.value)


def challenged(asked: Asked) -> Reply:
    """Answer only a right digest (RFC 7616, section 3.4.1, with MD5 as Virtuoso does)."""
    nonce, realm = "abc123", "SPARQL"
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', asked.headers.get("authorization", "")))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - the scheme

    if said:
        first, second = md5(f"anna:{realm}:geheim"), md5(f"POST:{asked.path}")
        middle = f"{nonce}:{said['nc']}:{said['cnonce']}:auth"
        if said["response"] == md5(f"{first}:{middle}:{second}"):
            return Reply()
    challenge = f'Digest realm="{realm}", nonce="{nonce}", qop="auth", algorithm="MD5"'
    return Reply(b"no", 401, "text/plain", {"WWW-Authenticate": challenge})


def test_digest() -> None:
    with fake(challenged) as server:
        store = RemoteStore(server.url, auth=Digest("anna", "geheim"))
        assert list(store.select(ASK)) == [{"n": Literal("1")}]
        store.change([], [quad("a", 1)])
    assert len(server.asked) == 4
    assert not any("geheim" in str(one) for one in server.asked)


@pytest.mark.parametrize("auth", [Digest("anna", "fout"), Basic("anna", "fout"), None])
def test_wrong_credentials_are_tried_once(auth: Digest | Basic | None) -> None:
    with fake(challenged) as server, pytest.raises(StoreError) as caught:
        list(RemoteStore(server.url, auth=auth).select(ASK))
    assert caught.value.code == "KG-T011"
    assert len(server.asked) <= 2


def test_digest_against_a_server_that_wants_basic() -> None:
    reply = Reply(b"", 401, "text/plain", {"WWW-Authenticate": 'Basic realm="x"'})
    assert code_of(reply, auth=Digest("anna", "geheim")) == "KG-T011"


@pytest.mark.parametrize(
    "auth", [Basic("anna", "s3cr3t"), Digest("anna", "s3cr3t"), Bearer("s3cr3t")]
)
@pytest.mark.parametrize("status", [400, 401, 500])
def test_no_error_holds_a_secret(auth: Basic | Digest | Bearer, status: int) -> None:
    def reply(asked: Asked) -> Reply:
        said = f"you said {asked.headers.get('authorization', 'anna s3cr3t')}"
        return Reply(said.encode(), status, "text/plain")

    with fake(reply) as server:
        store = RemoteStore(f"{server.url}?key=s3cr3t", auth=auth)
        with pytest.raises(KgError) as caught:
            store.select(ASK)
    told = "".join(traceback.format_exception(caught.value))
    assert "YW5uYT" not in told
    assert "s3cr3t" not in told + caught.value.to("nl") + caught.value.to("en") + repr(auth)


def test_a_change_too_large_for_one_request_is_not_sent() -> None:
    with fake(Reply()) as server:
        store = RemoteStore(server.url, most=3)
        store.change([quad("a", 1)], [quad("b", 2), quad("c", 3)])
        with pytest.raises(StoreError) as caught:
            store.change([quad("a", 1)], [quad("b", n) for n in range(3)])
    assert caught.value.code == "KG-T017"
    assert len(server.asked) == 1


def test_a_query_is_never_sent_as_an_update_nor_the_other_way_round() -> None:
    with fake(Reply()) as server:
        store = RemoteStore(server.url)
        ways: list[Callable[[], object]] = [
            lambda: store.select("# SELECT\nDELETE WHERE { ?s ?p ?o }"),
            lambda: store.select("PREFIX select: <urn:x> INSERT DATA { select:a select:b 1 }"),
            lambda: store.update("SELECT * { ?s ?p ?o }"),
        ]
        for way in ways:
            with pytest.raises(RuleError):
                way()
    assert server.asked == []


@pytest.mark.skipif(OXIGRAPH is None, reason="no oxigraph server here: pip install oxigraph")
def test_a_real_server_that_stops_at_its_time_limit(tmp_path: Path) -> None:
    with oxigraph(tmp_path / "data", "--timeout-s", "1") as base:
        store = RemoteStore(f"{base}/query", f"{base}/update", timeout=30)
        store.change([], [quad(f"s{n}", n) for n in range(600)])
        g = "https://example.org/g"
        with pytest.raises(StoreError) as caught:
            list(store.select(
                f"SELECT ?a FROM <{g}> WHERE {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . "
                "FILTER ( STRLEN(STR(?c)) + ?f + ?i < 2 ) }"
            ))  # fmt: skip
    assert caught.value.code in {"KG-T013", "KG-T014"}
