"""What is not published is not there: not in an answer, and not in a file that a reader opens.

Each submission carries a mark of random letters. Such letters do not compress, so a file of the
engine that held them would hold them as they are; that a published mark is found in just that way
shows that the search can find.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from kg.store import EmbeddedStore
from kg.workspace.generations import Generations
from web.town import HEAD, SUPPLY, TOWN, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from web.town import Town

STAGES = ("published", "superseded", "withdrawn", "validated", "rejected", "unreadable")


def marked(mark: str, *, node: str = "n", good: bool = True) -> str:
    """Give a submission that carries a mark in a name, a text and an address."""
    more = f'sam:moreMeans "{mark}"@nl , "{mark} more"@en .' if good else "sam:moreMeans 1 ."
    return f"""{HEAD} :{node} a sam:Aspect ; rdfs:label "{mark}"@nl , "{mark} (en)"@en ;
        rdfs:seeAlso <https://example.org/{mark}> ; {more}"""


@pytest.fixture(scope="module")
def marks() -> dict[str, str]:
    return {stage: secrets.token_hex(20) for stage in STAGES}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, marks: dict[str, str]) -> Iterator[Town]:
    with serving(tmp_path_factory.mktemp("absent") / "kg") as served:
        send = served.submit
        assert send(SUPPLY, dataset="base", wait="true").json["stage"] == "published"
        assert send(marked(marks["superseded"]), dataset="a", wait="true").status == 201
        gone = send(marked(marks["withdrawn"], node="w"), dataset="b", wait="true").json
        assert gone["stage"] == "published"
        where = f"/submissions/{gone['id']}/withdrawal"
        assert served.ask("POST", where, "both").json["stage"] == "withdrawn"
        waiting = send(marked(marks["validated"], node="v"), role="submit", dataset="c").json
        assert waiting["stage"] == "validated"
        bad = send(marked(marks["rejected"], node="r", good=False), dataset="d").json
        assert (bad["stage"], bad["triples"] > 0) == ("rejected", True)
        broken = send(marked(marks["unreadable"]) + "<", dataset="e").json
        assert broken["canonicalSha256"] is None
        last = send(marked(marks["published"]), dataset="a", wait="true").json
        assert last["stage"] == "published"
        yield served


def current(town: Town) -> Path:
    now = Generations(town.directory / "generations").current()
    assert now is not None
    return now.path


def test_no_file_of_the_generation_holds_what_is_not_published(
    town: Town, marks: dict[str, str]
) -> None:
    held = b"".join(p.read_bytes() for p in sorted(current(town).iterdir()) if p.is_file())
    found = {stage for stage, mark in marks.items() if mark.encode() in held}
    assert found == {"published"}


def test_no_graph_of_the_generation_holds_what_is_not_published(
    town: Town, marks: dict[str, str]
) -> None:
    with EmbeddedStore(current(town), read_only=True) as store:
        graphs = store.graphs()
        held = "".join(str(t) for name in graphs for t in store.triples(name)) + " ".join(graphs)
    found = {stage for stage, mark in marks.items() if mark in held}
    assert found == {"published"}


@pytest.mark.parametrize("role", ["anonymous", "query", "admin"])
def test_no_answer_holds_what_is_not_published(
    town: Town, marks: dict[str, str], role: str
) -> None:
    query = "/sparql?query=SELECT%20*%20%7B%20GRAPH%20%3Fg%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20%7D"
    held = town.fetch("GET", query, role).text
    held += town.ask("GET", "/findings", role).text + town.ask("GET", "/matrix", role).text
    found = {stage for stage, mark in marks.items() if mark in held}
    assert found == {"published"}


def test_what_waits_is_kept_all_the_same(town: Town, marks: dict[str, str]) -> None:
    listed = town.ask("GET", "/submissions", "both", parameters={"organisation": TOWN}).json
    kept = b"".join(
        town.ask("GET", s["links"]["content"][3:], "both").body for s in listed["submissions"]
    )
    assert all(mark.encode() in kept for mark in marks.values())
