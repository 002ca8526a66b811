"""`kg submit`, `kg withdraw`, `kg history` and `kg token`, here and at a service."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from kg.checking.check import check
from kg.cli import main
from kg.intake.read import read_document
from kg.rdf import BlankNode, Literal, NamedNode, Triple
from kg.vocabularies import Home
from kg.workspace import Workspace
from kg.workspace.difference import by_content, tell_apart
from kg.workspace.keeper import Keeper
from kg.workspace.tokens import hash_of
from kg.workspace.verdicts import as_kept, from_kept
from vocabularies.lists import DAY, GM, NEWER, about, reading
from web.town import CLUB, FORGED, HEAD, SUPPLY, TODAY, TOWN, WISH, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from web.town import Town


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("town", SUPPLY), ("club", WISH), ("forged", FORGED), ("bad", "<a")):
        (tmp_path / f"{name}.ttl").write_text(text)
    (tmp_path / "empty.ttl").write_text("# niets\n")
    return tmp_path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    prefixes = {f"{who}/": who for who in (TOWN, CLUB)}
    Keeper.create(tmp_path / "kg", {"prefixes": prefixes, "asOf": TODAY})
    return tmp_path / "kg"


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_what_is_submitted_counts_and_what_is_withdrawn_does_not(
    files: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--at", str(home)]
    assert main(["submit", str(files / "town.ttl"), "--organisation", TOWN, *place]) == 0
    shown = told(capsys)
    assert "Inzending 2: gepubliceerd" in shown
    assert "nieuw     Groen" in shown
    assert main(["submit", str(files / "club.ttl"), "--organisation", CLUB, *place]) == 0
    with Workspace(home) as workspace:
        assert {f.rule for f in workspace.findings()} == {"opposed", "missing-coordination"}
    assert main(["withdraw", "2", *place, "--lang", "en"]) == 0
    assert "Submission 2: withdrawn" in told(capsys)
    with Workspace(home) as workspace:
        assert len(workspace.findings()) == 0
    assert main(["withdraw", "77", *place]) == 2


@pytest.mark.parametrize(
    "case",
    [("forged", 1, "error[KG-V501]"), ("bad", 2, "error[KG-R014]"), ("empty", 2, "KG-A001")],
)
def test_what_is_not_good_is_rejected_with_its_verdict(
    files: Path, home: Path, capsys: pytest.CaptureFixture[str], case: tuple[str, int, str]
) -> None:
    name, code, words = case
    place = ["--at", str(home)]
    assert main(["submit", str(files / "town.ttl"), "--organisation", TOWN, *place]) == 0
    told(capsys)
    given = ["submit", str(files / f"{name}.ttl"), "--organisation", CLUB, "--lang", "en", *place]
    assert main(given) == code
    shown = told(capsys)
    assert words in shown
    assert "Submission 6: rejected" in shown


def test_a_new_version_is_not_held_against_the_one_before(
    files: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["submit", str(files / "town.ttl"), "--organisation", TOWN, "--at", str(home)]
    assert main(given) == 0
    (files / "town.ttl").write_text(SUPPLY.replace("Groen", "Gras"))
    told(capsys)
    assert main([*given, "--format", "json"]) == 0
    receipt = json.loads(told(capsys))
    assert receipt["replaces"] == "2"
    assert (receipt["difference"]["added"], receipt["difference"]["removed"]) == (1, 1)
    assert receipt["difference"]["nodes"][0]["change"] == "changed"


def test_the_same_key_submits_once(
    files: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["submit", str(files / "town.ttl"), "--organisation", TOWN, "--at", str(home)]
    for _ in range(2):
        assert main([*given, "--key", "k", "--format", "json"]) == 0
        assert json.loads(told(capsys))["id"] == "2"
    assert main(["history", "--at", str(home), "--format", "json"]) == 0
    assert len(json.loads(told(capsys))["submissions"]) == 1
    (files / "town.ttl").write_text(WISH)
    assert main([*given, "--key", "k"]) == 2
    assert "KG-W008" in capsys.readouterr().err


def test_history_tells_what_became_of_it(
    files: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, who in (("town", TOWN), ("bad", CLUB)):
        main(["submit", str(files / f"{name}.ttl"), "--organisation", who, "--at", str(home)])
    told(capsys)
    assert main(["history", "--at", str(home), "--lang", "nl"]) == 0
    shown = told(capsys)
    for words in ("town.ttl", "gepubliceerd", "bad.ttl", "afgewezen", "21"):
        assert words in shown
    assert main(["history", "--at", str(home), "--organisation", CLUB, "--format", "json"]) == 0
    listed = json.loads(told(capsys))["submissions"]
    assert [(s["file"], s["stage"]) for s in listed] == [("bad.ttl", "rejected")]


def test_what_refers_to_a_list_of_the_workspace_is_looked_up_behind_walls(
    files: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lists = Home(home / "vocabularies")
    lists.add(about(), reading(files, NEWER), version="1.1", day=DAY)
    refers = f"{SUPPLY}<{TOWN}/s> <http://purl.org/dc/terms/spatial> <{GM}gm0003> , <{GM}gm0001> ."
    (files / "refers.ttl").write_text(refers)
    given = ["submit", str(files / "refers.ttl"), "--organisation", TOWN, "--at", str(home)]
    assert main([*given, "--format", "json"]) == 0
    kept = json.loads(told(capsys))
    assert kept["stage"] == "published"


def _unsaid() -> str:
    """Give a version that no longer says what more of its aspect means."""
    said = '"A say"@en ;\n   sam:moreMeans "meer inspraak"@nl , "more say"@en .'
    assert said in SUPPLY
    return SUPPLY.replace(said, '"A say"@en .')


def _page_verdict(town: Town, text: str) -> str:
    """Give the heading of the page that says what is wrong with a file."""
    parts = (("organisation", "", TOWN), ("file", '; filename="a.ttl"', text))
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{said}\r\n'
        for name, more, said in parts
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Accept": "text/html"}
    reply = town.fetch("POST", "/validate?lang=en", headers=headers, content=f"{body}--b--\r\n")
    page = reply.body.decode()
    return page.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]


def test_a_file_is_not_held_against_the_version_it_replaces(
    files: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--at", str(home)]
    assert main(["submit", str(files / "town.ttl"), "--organisation", TOWN, *place]) == 0
    (files / "unsaid.ttl").write_text(_unsaid())
    told(capsys)
    assert main(["validate", str(files / "unsaid.ttl"), "--organisation", TOWN, *place]) == 1
    assert "Meer betekent" in told(capsys)


def test_a_token_is_shown_once_and_kept_as_a_hash(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, make = ["--at", str(home)], ["token", "create"]
    assert main([*make, "--scope", "query", "--scope", f"submit:{TOWN}", *place]) == 0
    secret = told(capsys).strip()
    journal = (home / "journal.log").read_text()
    assert secret not in journal
    assert hash_of(secret) in journal
    assert main(["token", "list", *place, "--format", "json"]) == 0
    listed = json.loads(told(capsys))["tokens"]
    assert [t["scopes"] for t in listed] == [["query", f"submit:{TOWN}"]]
    assert main(["token", "revoke", listed[0]["id"], *place]) == 0
    assert main(["token", "list", *place, "--format", "json"]) == 0
    assert json.loads(told(capsys))["tokens"] == []
    assert main(["token", "create", "--scope", "root", *place]) == 2
    assert main(["token", "create", "--scope", "query", "--days", "367", *place]) == 2


# --- at a service --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with serving(tmp_path_factory.mktemp("service") / "kg") as served:
        yield served


def service(town: Town, files: Path, role: str) -> list[str]:
    file = files / f"token-{role}"
    file.write_text(town.tokens[role] + "\n")
    return ["--url", town.url, "--token-file", str(file), "--lang", "en"]


def test_a_service_is_submitted_to_and_asked(
    town: Town, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["submit", str(files / "town.ttl"), "--organisation", TOWN]
    assert main([*given, *service(town, files, "both")]) == 0
    shown = told(capsys)
    assert "published" in shown
    assert "service: 1 new" in shown
    forged = ["submit", str(files / "forged.ttl"), "--organisation", CLUB]
    assert main([*forged, *service(town, files, "foreign")]) == 1
    assert "error[KG-V501]" in told(capsys)
    assert main([*given, *service(town, files, "foreign")]) == 2
    assert "KG-H122" in capsys.readouterr().err
    assert _page_verdict(town, _unsaid()) == "Does not conform: 1 point must be fixed."
    assert main(["history", *service(town, files, "admin"), "--format", "json"]) == 0
    listed = json.loads(told(capsys))["submissions"]
    assert [s["stage"] for s in listed] == ["published", "rejected"]
    assert main(["withdraw", listed[0]["id"], *service(town, files, "both")]) == 0
    assert "withdrawn" in told(capsys)
    assert main(["token", "create", "--scope", "query", *service(town, files, "admin")]) == 0
    assert told(capsys).startswith("kg_")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:9", "KG-A030"),
        ("http://example.org", "KG-O002"),
        ("file:///etc/passwd", "KG-O002"),
    ],
)
def test_a_token_goes_only_where_it_may(
    files: Path, capsys: pytest.CaptureFixture[str], url: str, code: str
) -> None:
    (files / "token").write_text("kg_abc_" + "x" * 43)
    given = ["history", "--url", url, "--token-file", str(files / "token")]
    assert main(given) == 2
    assert code in capsys.readouterr().err
    (files / "token").write_text("geheim\r\nX: y")
    given[2] = "https://example.org"
    assert main(given) == 2
    assert "KG-A032" in capsys.readouterr().err


# --- parts ---------------------------------------------------------------------------------


def test_nodes_without_a_name_are_told_apart_by_what_they_say() -> None:
    a, p = NamedNode("urn:a"), NamedNode("urn:p")

    def version(*texts: str) -> list[Triple]:
        out = []
        for n, text in enumerate(texts):
            node = BlankNode(f"n{n}")
            out += [Triple(a, p, node), Triple(node, p, Literal(text))]
        return out

    same = tell_apart(by_content(version("x", "y")), by_content(version("y", "x")))
    assert (same["added"], same["removed"], same["nodes"]) == (0, 0, [])
    assert same["sentences"] == [{"nl": "Er verandert niets.", "en": "Nothing changes."}]
    more = tell_apart(by_content(version("x")), by_content(version("x", "y")))
    assert (more["added"], more["removed"]) == (2, 0)
    assert [(n["iri"], n["change"]) for n in more["nodes"]] == [("urn:a", "changed")]


def test_a_verdict_is_kept_whole() -> None:
    text = SUPPLY.replace("60", "600") + HEAD + ':x rdfs:label "piet@example.org" .'
    document = read_document(text.encode(), name="town.ttl")
    report = check([document], organisation=CLUB, as_of=dt.date(2026, 1, 1))
    assert report.results
    kept = json.loads(json.dumps(as_kept(report)))
    assert from_kept(kept) == report
