"""Submitting when things go wrong: files made to harm, the same thing at once, decisions apart."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from kg.cli import main
from kg.intake import examining
from web.town import CLUB, FORGED, HEAD, SUPPLY, TODAY, WISH, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from web.town import Town

MATES = 14
POISON = "".join(
    f"_:n{a} <urn:knows> _:n{b} .\n" for a in range(MATES) for b in range(MATES) if a != b
)
"""Nodes without a name that all know each other: no canonical form is found in a lifetime."""
DEEP = HEAD + ":a :b " + "[ :c " * 5000 + "1" + " ]" * 5000 + " ."
WIDE = "<urn:a> <urn:b> " + ", ".join(f"<urn:{n}>" for n in range(600_000)) + " ."


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with serving(tmp_path_factory.mktemp("hard") / "kg") as served:
        yield served


@pytest.mark.parametrize(
    ("text", "codes"),
    [(POISON, {"KG-S001", "KG-S002"}), (DEEP, {"KG-R024"}), (WIDE, {"KG-R021"})],
    ids=["poison", "deep", "wide"],
)  # fmt: skip
def test_a_file_made_to_harm_gets_its_receipt_and_the_next_is_taken(
    town: Town, monkeypatch: pytest.MonkeyPatch, text: str, codes: set[str]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(examining, "EXAMINE_SECONDS", 8.0)
        reply = town.submit(text, dataset="harm")
    assert (reply.status, reply.json["stage"]) == (201, "rejected")
    report = town.ask("GET", reply.json["links"]["report"][3:], "both").json
    assert {r["constraint"] for r in report["results"]} <= codes
    assert report["conforms"] is False
    good = town.submit(SUPPLY + f"# after {min(codes)}\n", wait="true")
    assert good.json["stage"] == "published"


def test_the_same_key_at_once_is_one_submission(town: Town) -> None:
    def send(_: int) -> str:
        reply = town.submit(WISH, role="foreign", organisation=CLUB, key="at-once")
        assert reply.status == 201
        return str(reply.json["id"])

    with ThreadPoolExecutor(4) as hands:
        assert len(set(hands.map(send, range(4)))) == 1
    parameters = {"organisation": CLUB}
    listed = town.ask("GET", "/submissions", "foreign", parameters=parameters).json
    assert len(listed["submissions"]) == 1


def test_pages_of_submissions_hold_each_once(town: Town) -> None:
    whole = town.ask("GET", "/submissions", "admin").json["submissions"]
    seen, parameters = [], {"limit": "1"}
    while True:
        page = town.ask("GET", "/submissions", "admin", parameters=parameters).json
        seen += page["submissions"]
        if page["next"] is None:
            break
        parameters["before"] = page["next"]
    assert seen == whole
    accepted = town.ask("GET", "/submissions", "admin", parameters={"stage": "rejected"}).json
    assert [s for s in whole if s["stage"] == "rejected"] == accepted["submissions"]


def test_the_verdict_is_that_of_the_command(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """@prefix v: <https://example.org/village/> .
        @prefix sam: <https://w3id.org/samenspel/def#> .
        v:i a sam:Interest ; sam:heldBy <https://example.org/village> ; sam:priority 600 ."""
    (tmp_path / "f.ttl").write_text(text)
    monkeypatch.chdir(tmp_path)
    who = "https://example.org/village"
    given = ["f.ttl", "--organisation", who, "--as-of", TODAY, "--format", "json", "--lang", "nl"]
    assert main(["validate", *given]) == 1
    reply = town.ask(
        "POST", "/validations", "query", parameters={"organisation": who, "file": "f.ttl"},
        headers={"Content-Type": "text/turtle"}, content=text,
    )  # fmt: skip
    assert reply.json == json.loads(capsys.readouterr().out)


def test_a_preview_of_what_would_be_rejected_says_so(town: Town) -> None:
    told = town.ask(
        "POST", "/previews", "foreign", parameters={"organisation": CLUB},
        headers={"Content-Type": "text/turtle"}, content=FORGED,
    ).json  # fmt: skip
    assert told["conforms"] is False
    assert (told["new"], told["resolved"], told["changed"]) == ([], [], [])


def test_where_publishing_is_a_decision_nothing_shows_before_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with serving(tmp_path_factory.mktemp("manual") / "kg", publish="manual") as town:
        assert town.submit(SUPPLY, wait="true").json["stage"] == "accepted"
        club = town.submit(WISH, role="foreign", organisation=CLUB, wait="true").json
        assert club["stage"] == "accepted"
        assert town.ask("GET", "/findings").json["total"] == 0
        before = town.ask("GET", "/generation").json["seq"]
        assert town.ask("POST", "/publications", "admin").json["seq"] > before
        assert town.ask("GET", "/findings").json["total"] == 2
        where = club["links"]["self"][3:]
        assert town.ask("GET", where, "foreign").json["stage"] == "published"


def test_a_workspace_for_trying_out_takes_no_submissions(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with serving(tmp_path_factory.mktemp("scratch") / "kg", scratch=True) as town:
        reply = town.submit(SUPPLY)
        assert (reply.status, reply.json["code"]) == (403, "KG-W013")
