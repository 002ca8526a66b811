"""Queries meant to bring the service down: it answers each in time, and the next good one too."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from web.running import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

WALL = 1.5
GOOD = "SELECT ?s { ?s a <https://w3id.org/samenspel/def#Service> } LIMIT 5"
LONG = "a" * 5000
VALUES = " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(5))


def nested(opening: str, closing: str, count: int) -> str:
    return "SELECT * {" + opening * count + closing * count + "}"


def chained(part: str, count: int) -> str:
    return "SELECT * { FILTER(" + part * count + "true) }"


def doubled(count: int) -> str:
    steps = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}, ?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(count))
    return f"SELECT (STRLEN(?a{count}) AS ?l) {{ BIND('xxxxxxxx' AS ?a0) {steps} }}"


HOSTILE = {
    # for the parser
    "groups-3000": nested("{", "}", 3000),
    "groups-30000": nested("{", "}", 30000),
    "groups-unclosed": "SELECT * {" + "{" * 20000,
    "groups-65": nested("{", "}", 65),
    "brackets-10000": chained("(", 10000),
    "not-10000": chained("!", 10000),
    "not-1001": chained("!", 1001),
    "or-10000": chained("1=1||", 10000),
    "and-10000": chained("1=1&&", 5000),
    "plus-10000": chained("1+", 10000),
    "minus-10000": chained("1-", 10000),
    "union-10000": "SELECT * { {}" + " UNION {}" * 5000 + " }",
    "optional-5000": "SELECT * { " + "OPTIONAL {} " * 5000 + "}",
    "path-sequence-600": "SELECT * { ?s <a:b>" + "/<a:b>" * 600 + " ?o }",
    "path-choice-10000": "SELECT * { ?s <a:b>" + "|<a:b>" * 8000 + " ?o }",
    "path-inverse-10000": "SELECT * { ?s " + "^" * 10000 + "<a:b> ?o }",
    "path-stars-5000": "SELECT * { ?s " + "(" * 60 + "<a:b>" + "*)" * 60 + " ?o }",
    "lists-10000": "SELECT * { ?s ?p " + "(" * 10000 + ")" * 10000 + " }",
    "blank-nodes-10000": "SELECT * { ?s ?p " + "[ <a:b> " * 8000 + "1" + "]" * 8000 + " }",
    "triple-terms-5000": "SELECT * { ?s ?p " + "<<( <a:a> <a:b> " * 3000 + "1" + " )>>" * 3000,
    "sub-selects-500": "SELECT * {" + " { SELECT * {" * 500 + "}}" * 500 + "}",
    "exists-100": "SELECT * {" + "FILTER EXISTS {" * 100 + "}" * 100 + "}",
    "functions-5000": "SELECT * { BIND(" + "STR(" * 5000 + "1" + ")" * 5000 + " AS ?x) }",
    "quotes-open": "SELECT * { ?s ?p '" + "a" * 60000,
    "long-quotes-open": 'SELECT * { ?s ?p """' + '"' * 50000,
    "comment-only": "#" * 60000,
    "whitespace": "ASK {" + " " * 60000 + "}",
    "too-long": "ASK { # " + "x" * 70000 + "\n}",
    "nul": "ASK { ?s ?p '\x00' }",
    "surrogate": "ASK { ?s ?p '\\uD800' }",
    "escape-out-of-range": "ASK { ?s ?p '\\UFFFFFFFF' }",
    "byte-order-mark": "\ufeffASK {}",
    "right-to-left": "ASK { ?s ?p '\u202e' }",
    "prefixes-5000": "".join(f"PREFIX p{n}: <urn:{n}> " for n in range(2500)) + "ASK {}",
    "variables-5000": "SELECT " + " ".join(f"?v{n}" for n in range(5000)) + " {}",
    # the planner
    "patterns-65": "SELECT * { " + "?s ?p ?o . " * 65 + "}",
    "patterns-200": "SELECT * { " + "?s ?p ?o . " * 200 + "}",
    "patterns-by-semicolon": "SELECT * { ?s ?p ?o " + "; ?p ?o " * 200 + "}",
    "patterns-by-comma": "SELECT * { ?s ?p ?o " + ", ?o " * 300 + "}",
    "patterns-64": "SELECT * { " + "?s ?p ?o . " * 63 + "} LIMIT 1",
    "star-of-60": "SELECT * { " + " ".join(f"?s <a:{n}> ?o{n} ." for n in range(60)) + "}",
    "chain-of-60": "SELECT * { " + " ".join(f"?s{n} ?p{n} ?s{n + 1} ." for n in range(60)) + "}",
    # time in evaluation
    "product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "product-of-four": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } OFFSET 1000000000",
    "path-all-pairs": "SELECT (COUNT(*) AS ?n) { ?s (<a:a>|!<a:a>)* ?o }",
    "path-plus-all-pairs": "SELECT (COUNT(*) AS ?n) { ?s (<a:a>|!<a:a>)+ ?o . ?o (!<a:b>)+ ?x }",
    "values-product": f"SELECT (COUNT(*) AS ?n) {{ {VALUES} }}",
    "not-exists-inequality": (
        "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?x ?y ?z "
        "FILTER NOT EXISTS { ?c ?q ?d FILTER(?d > ?b) } }"
    ),
    "minus-product": "SELECT * { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?e ?z . ?q ?r ?s } } OFFSET 999999",
    "construct-product": "CONSTRUCT { ?a <a:x> ?d } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "describe-all": "DESCRIBE ?s { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }",
    "regex-backtracking": f"SELECT * {{ ?s ?p ?o FILTER REGEX('{LONG}!', '^(a+)+$') }}",
    "regex-large": "SELECT * { BIND(REGEX('aaa', '(a{1000}){1000}') AS ?x) }",
    "regex-from-data": "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f FILTER REGEX(STR(?o), STR(?f)) }",
    "distinct-product": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "ask-nothing": "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = <urn:nothing>) }",
    # memory in evaluation
    "order-product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i LIMIT 1",
    "replace": (
        f"SELECT (STRLEN(?z) AS ?l) {{ BIND(REPLACE(REPLACE(REPLACE('{LONG}', 'a', '{LONG}'), "
        f"'a', '{LONG}'), 'a', 'aaaa') AS ?z) }}"
    ),
    "doubling": doubled(20),
    "group-concat": "SELECT (STRLEN(GROUP_CONCAT(?o)) AS ?n) { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }",
    "group-by-product": "SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?d ?f",
    "strings-of-data": "SELECT (GROUP_CONCAT(?x) AS ?z) { ?s ?p ?x . ?t ?q ?y . ?u ?r ?w }",
    # what is not asked
    "drop": "DROP ALL",
    "insert": "INSERT DATA { <a:a> <a:b> 1 }",
    "delete-where": "DELETE WHERE { ?s ?p ?o }",
    "select-then-drop": "SELECT * { ?s ?p ?o } ; DROP ALL",
    "other-graphs": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "format-string": "SELECT * { ?s ?p '%s%s%n{0}{{}}${jndi:ldap://x}' }",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("hostile") / "kg"
    with Service(directory, wall=WALL, quota="off") as running:
        yield running


@pytest.fixture(scope="module")
def writers(service: Service) -> set[int]:
    found = service.writers()
    assert len(found) == 1
    return found


def test_there_are_enough() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_is_answered_in_time_and_the_next_is_served(
    service: Service, writers: set[int], name: str
) -> None:
    pid, started = service.pid, time.monotonic()
    reply = service.query(HOSTILE[name])
    took = time.monotonic() - started
    assert reply.status in {200, 400, 403, 413, 503}, reply.text[:300]
    assert took < WALL + 8, f"{took:.1f} s"  # the clock of a busy machine, not of the worker
    if reply.status != 200:
        assert reply.media == "application/problem+json"
        assert reply.json["code"].startswith("KG-")
        assert reply.json["status"] == reply.status
    good = service.query(GOOD)
    assert good.status == 200, good.text[:300]
    assert good.headers["samenspel-rows"] == "5"
    assert service.running
    assert service.pid == pid
    assert service.writers() == writers


def test_no_answer_is_never_an_empty_answer(service: Service) -> None:
    reply = service.query(HOSTILE["product-of-four"])
    assert reply.status == 503
    assert reply.json["code"] == "KG-H110"
    assert "retry-after" in reply.headers


def test_at_the_limit_is_within_it(service: Service) -> None:
    assert service.query(nested("{", "}", 60)).status == 200
    assert service.query("SELECT * { FILTER(" + "!" * 900 + "true) }").status == 200
    assert service.query("ASK {" + " " * 65000 + "}").status == 200
