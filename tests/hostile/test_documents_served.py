"""The same documents, handed in for real: to a running service, with a token.

Beside those made to harm whoever reads them stand documents that read well and mean harm further
on: to whoever names their nodes, checks them, or believes them. Gateway and writer stay the same
processes, nothing is fetched, nothing of others changes, and the next good document is taken.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from hostile.canary import Canary
from hostile.test_documents import CASES, HARMLESS, SECRET, Case
from kg.cli.serve import make_demo
from kg.intake.read import media_type
from kg.workspace.keeper import Keeper
from kg.workspace.tokens import make_token
from web.running import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ME = "https://example.org/mallory"
VICTIM = "https://example.org/demo/gemeente/municipality"
SAM = "https://w3id.org/samenspel/def#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
GOOD = (
    f'<{ME}/s> {TYPE} <{SAM}Service> ; {LABEL} "dienst"@nl , "service"@en .\n'
    f'<{ME}> {TYPE} <{SAM}Organisation> ; {LABEL} "Mallory"@nl , "Mallory"@en .\n'
)
CURRENT = "https://w3id.org/samenspel/graph/current"


def clique(size: int) -> str:
    nodes = [f"_:n{i}" for i in range(size)]
    return "".join(f"{a} <urn:p> {b} .\n" for a in nodes for b in nodes if a != b)


def chain(size: int, predicate: str) -> str:
    return "".join(f"<{ME}/c{i}> <{SAM}{predicate}> <{ME}/c{i + 1}> .\n" for i in range(size))


def many(size: int, line: str) -> str:
    return "".join(line.replace("{i}", str(i)) for i in range(size))


BELIEVED = {
    # for who names nodes without a name
    "clique of nameless nodes": Case(".ttl", clique(14)),
    "alike nameless nodes": Case(".ttl", many(2_000, "[] <urn:p> 1 .\n")),
    "ring of nameless nodes": Case(
        ".nt", "".join(f"_:a{i} <urn:p> _:a{(i + 1) % 150} .\n" for i in range(150))
    ),
    # for who checks
    "many faults": Case(".ttl", many(1_500, f"<{ME}/f{{i}}> {TYPE} <{SAM}Interest> .\n")),
    "long chain of parts": Case(".ttl", chain(400, "partOf")),
    "ring of broader": Case(
        ".ttl",
        chain(500, "coordinatedUnder") + f"<{ME}/c500> <{SAM}coordinatedUnder> <{ME}/c0> .\n",
    ),
    "shapes in the data": Case(
        ".ttl",
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:shape> a sh:NodeShape ; "
            "sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path <urn:p> ; "
            'sh:pattern "^(a+)+$" ] . <urn:x> <urn:p> "' + "a" * 60 + '!" .'
        ),
    ),
    "imports": Case(".ttl", "<urn:o> <http://www.w3.org/2002/07/owl#imports> <@URL@/o.ttl> ."),
    "schema made over": Case(
        ".ttl",
        (f"<{SAM}Interest> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{SAM}Service> ."),
    ),
    # for who believes
    "another's node": Case(".ttl", f'<{VICTIM}> {LABEL} "gekaapt"@nl , "taken"@en .'),
    "another's graph": Case(".trig", f"<{CURRENT}> {{ <{ME}/x> <urn:p> <{VICTIM}> }}"),
    "another's graph in quads": Case(".nq", f"<{ME}/x> <urn:p> <{VICTIM}> <{CURRENT}> .\n"),
    "what only rules say": Case(
        ".ttl", (f"<{ME}/s> <https://w3id.org/samenspel/derived#customer> <{VICTIM}> .")
    ),
    "provenance": Case(".ttl", (f"<{CURRENT}> <https://w3id.org/samenspel/derived#by> <{ME}> .")),
    "script as address": Case(".ttl", f"<javascript:alert(1)> {TYPE} <{SAM}Service> ."),
    "words turned round": Case(".ttl", f'<{ME}/s> {LABEL} "\u202egro.elpmaxe"@nl .'),
}
DOCUMENTS = {**CASES, **HARMLESS, **BELIEVED}


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with Canary() as bird:
        yield bird


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("served") / "secret.txt"
    file.write_text(SECRET)
    return file


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("served") / "kg"
    make_demo(directory)
    made = make_token([f"submit:{ME}", f"accept:{ME}", "query"])
    with Keeper(directory) as keeper:
        keeper.add_token(made.token)
    with Service(directory, quota="off") as running:
        running.token = made.secret
        yield running


NUMBERS = count()


def hand_in(service: Service, data: bytes, file: str, dataset: str) -> tuple[int, str, bytes]:
    """Hand a document in; give the status, what became of it, and the answer."""
    asked = urlencode({"organisation": ME, "dataset": dataset, "file": file})
    headers = {
        "Content-Type": media_type(file),
        "Idempotency-Key": f"document-{next(NUMBERS)}",
    }
    try:
        reply = service.request(
            "POST", f"/v1/submissions?{asked}", headers=headers, body=data, token=service.token
        )
    except ConnectionError:
        return 413, "", b""  # refused by its announced size, while it was still being sent
    stage = reply.json.get("stage", "") if reply.status == 201 else ""
    return reply.status, stage, reply.body


def test_there_are_enough() -> None:
    assert len(DOCUMENTS) >= 60


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_harms_nobody_and_the_next_is_taken(
    service: Service, canary: Canary, secret: Path, name: str
) -> None:
    case, before = DOCUMENTS[name], (service.pid, service.writers())
    data = case.data(canary.url, str(secret))
    status, stage, body = hand_in(service, data, "kwaad" + case.ending, "evil")
    assert status in {201, 400, 413, 415, 422, 503}, body[:500]
    if name in CASES:
        assert stage in {"", "rejected"}
    assert SECRET.encode() not in body
    assert canary.hits == []
    status, stage, body = hand_in(service, GOOD.encode(), "goed.ttl", "good")
    assert (status, stage in {"accepted", "published"}) == (201, True), body[:500]
    assert (service.pid, service.writers()) == before
    taken = service.query(
        f'ASK {{ <{VICTIM}> {LABEL} "taken"@en }}', accept="application/sparql-results+json"
    )
    assert taken.json["boolean"] is False
