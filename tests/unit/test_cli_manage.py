"""What whoever runs the service decides: settings, prefixes, accepting, publishing."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from kg.cli import main
from kg.workspace.keeper import Keeper

if TYPE_CHECKING:
    from pathlib import Path

TOWN = "https://example.org/id/town"
DATA = f"""
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{TOWN}> a sam:Organisation ; rdfs:label "Stad"@nl , "Town"@en .
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    root = tmp_path / "kg"
    Keeper.create(root, {})
    (tmp_path / "town.ttl").write_text(DATA)
    return root


def run(home: Path, *words: str) -> int:
    return main([*words, "--at", str(home), "--lang", "en"])


def submitted(home: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    file = str(home.parent / "town.ttl")
    assert run(home, "submit", file, "--organisation", TOWN, "--format", "json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_four_eyes_let_nobody_accept_their_own(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "configure") == 0
    assert "counts at once" in capsys.readouterr().out
    assert run(home, "configure", "--four-eyes") == 0
    assert "Somebody else" in capsys.readouterr().out
    waits = submitted(home, capsys)
    assert waits["stage"] == "validated"
    assert run(home, "accept", waits["id"]) == 2
    assert "KG-W009" in capsys.readouterr().err
    assert run(home, "reject", waits["id"]) == 0
    assert "rejected" in capsys.readouterr().out


def test_manual_publishing_waits_for_the_word(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "configure", "--publish", "manual") == 0
    assert submitted(home, capsys)["stage"] == "accepted"
    assert run(home, "publish") == 0
    capsys.readouterr()
    assert run(home, "history", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["submissions"][0]["stage"] == "published"


def test_prefixes_are_noted_and_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "register", f"{TOWN}/", "--organisation", TOWN) == 0
    capsys.readouterr()
    assert run(home, "register") == 0
    assert capsys.readouterr().out == f"{TOWN}/ belongs to {TOWN}\n"
    assert run(home, "register", "nothing", "--organisation", TOWN) == 2


def test_who_finds_it_in_use_is_told_of_the_service(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (home / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert run(home, "configure", "--four-eyes") == 2
        told = capsys.readouterr().err
    assert "KG-W001" in told
    assert "--url" in told


@pytest.mark.parametrize("harm", ["in use", "damaged"])
def test_a_service_that_cannot_start_says_why_and_ends(home: Path, harm: str) -> None:
    command = [sys.executable, "-m", "kg", "serve", "--at", str(home), "--lang", "en"]
    with (home / "lock").open("w") as held:
        if harm == "in use":
            fcntl.flock(held, fcntl.LOCK_EX)
        else:
            journal = home / "journal.log"
            journal.write_bytes(journal.read_bytes().replace(b"created", b"creatxd"))
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert ("KG-W001" if harm == "in use" else "KG-J001") in done.stderr.splitlines()[-2]
    assert "Traceback" not in done.stderr
