"""`kg link suggest` and `kg link accept`, as they are typed."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from kg.cli import main
from kg.intake.authority import Registry
from kg.rdf import FORMATS, parse_bytes
from kg.vocabularies.mappings import BY_HAND, MATCHES
from kg.vocabularies.sssom import read_sssom
from kg.workspace import Workspace
from links.test_review import FILE, GM, LIST

if TYPE_CHECKING:
    from pathlib import Path

NAMES = "Naam;Plaats\nAlmere;x\nBedum;y\nDubbel;z\nQqqq;\nAlmere;x\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "l.ttl").write_text(LIST, encoding="utf-8")
    (tmp_path / "a.ttl").write_text(FILE, encoding="utf-8")
    (tmp_path / "n.csv").write_text(NAMES, encoding="utf-8")
    return tmp_path


def suggest(folder: Path, file: str, *words: str) -> int:
    return main([
        "link", "suggest", str(folder / file), "--to", "gemeente", "--as-of", "2026-01-01",
        "--vocabularies", str(folder / "lists"), "--lang", "en", *words,
    ])  # fmt: skip


def table(folder: Path, file: str = "a.ttl", *words: str) -> Path:
    path = folder / "review.tsv"
    assert suggest(folder, file, "-o", str(path), "--overwrite", *words) == 0
    return path


def test_a_table_is_made_edited_and_accepted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(folder)
    out = capsys.readouterr()
    assert "same name, but ended" in out.out
    assert "review.tsv" in out.err
    lines = path.read_text(encoding="utf-8").splitlines()
    columns = next(x for x in lines if not x.startswith("#")).split("\t")
    choice, outcome, rank = (columns.index(c) for c in ("choice", "outcome", "rank"))
    edited = []
    for line in lines:
        cells = line.split("\t")
        if len(cells) == len(columns) and cells[outcome] == "ended" and cells[rank] == "1":
            cells[choice] = "x"
        edited.append("\t".join(cells))
    path.write_text("\n".join(edited) + "\n", encoding="utf-8")
    into = folder / "m.sssom.tsv"
    who = "https://example.org/me"
    assert main(["link", "accept", str(path), "--into", str(into), "--author", who]) == 0
    kept = {m.subject_id: m for m in read_sssom(into.read_text(encoding="utf-8"))}
    assert {s: m.object_id for s, m in kept.items()} == {
        "https://example.org/a": GM + "gm0001", "https://example.org/b": GM + "gm0003",
    }  # fmt: skip
    assert kept["https://example.org/b"].author_id == (who,)
    triples = parse_bytes((folder / "m.ttl").read_bytes(), FORMATS[".ttl"])
    assert sum(t.predicate.value == MATCHES[0] for t in triples) == 2
    assert not any("sameAs" in str(t) for t in triples)


def test_accepting_again_adds_and_replaces(folder: Path) -> None:
    into = folder / "m.sssom.tsv"
    path = table(folder)
    for _ in range(2):
        assert main(["link", "accept", str(path), "--into", str(into)]) == 0
    assert len(read_sssom(into.read_text(encoding="utf-8"))) == 1
    assert main(["link", "accept", str(into), "--into", str(folder / "n.sssom.tsv")]) == 0
    assert (folder / "n.sssom.tsv").read_text(encoding="utf-8").partition("\nsubject")[2] == (
        into.read_text(encoding="utf-8").partition("\nsubject")[2]
    )


def test_names_of_a_column(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(folder, "n.csv", "--column", "Naam", "--type", "gemeente")
    rows = read_sssom(path.read_text(encoding="utf-8"))
    assert {m.subject_label: m.extra["outcome"] for m in rows} == {
        "Almere": "accepted", "Bedum": "ended", "Dubbel": "ambiguous",
    }  # fmt: skip
    capsys.readouterr()
    assert suggest(folder, "n.csv", "--column", "Nergens") == 2
    assert "KG-L105" in capsys.readouterr().err


def test_sameness_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "bad.sssom.tsv"
    path.write_text(
        "#curie_map:\n#  ex: https://example.org/\n"
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
        "ex:a\towl:sameAs\tex:b\tsemapv:ManualMappingCuration\n"
        "ex:a\tskos:closeMatch\tex:c\tsemapv:ManualMappingCuration\n",
        encoding="utf-8",
    )
    into = folder / "m.sssom.tsv"
    assert main(["link", "accept", str(path), "--into", str(into), "--lang", "en"]) == 1
    assert "no SKOS relation" in capsys.readouterr().err
    assert [m.object_id for m in read_sssom(into.read_text(encoding="utf-8"))] == [
        "https://example.org/c"
    ]


def test_what_cannot_be_done_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(folder)
    for words, code in (
        (["link", "accept", str(path), "--at", str(folder / "no")], "KG-L103"),
        (["link", "accept", str(path), "--into", str(folder / "m.tsv")], "KG-L104"),
        (["link", "accept", str(folder / "no.tsv"), "--into", str(folder / "m")], "KG-R001"),
        (["link", "suggest", str(folder / "a.ttl"), "--to", "zzz"], "KG-L101"),
        (["link", "accept", str(path), "--author", "ik"], "KG-O002"),
    ):
        capsys.readouterr()
        assert main(words) == 2, words
        assert code in capsys.readouterr().err
    assert suggest(folder, "a.ttl", "-o", str(path)) == 2, "it is not replaced unasked"


def workspace(folder: Path) -> Path:
    home = folder / "work"
    Workspace.create(home, Registry({"https://example.org/": "https://example.org/org"})).close()
    with Workspace(home) as opened:
        opened.add(folder / "a.ttl", "https://example.org/org")
    return home


def test_a_workspace_is_looked_at_and_keeps_the_choices(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = workspace(folder)
    path = folder / "review.tsv"
    words = ["--to", "gemeente", "--vocabularies", str(folder / "lists"), "--as-of", "2026-01-01"]
    assert main(["link", "suggest", str(home), *words, "-o", str(path)]) == 0
    assert main(["link", "accept", str(path), "--at", str(home)]) == 0
    assert (home / "mappings.sssom.tsv").is_file()
    assert (home / "mappings.ttl").is_file()
    capsys.readouterr()
    lists = ["--vocabularies", str(folder / "lists"), "--as-of", "2026-01-01"]
    assert main(["link", "check", str(home), *lists, "--format", "json"]) == 0
    assert "a.ttl" in capsys.readouterr().out


def test_without_a_terminal_nothing_is_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert suggest(folder, "a.ttl", "--at", str(folder)) == 0
    assert "Nothing was kept" in capsys.readouterr().err
    assert not list(folder.glob("*.sssom.tsv"))


def test_on_a_terminal_a_person_is_asked(folder: Path) -> None:
    home = workspace(folder)
    ours, theirs = pty.openpty()
    words = ["link", "suggest", str(folder / "a.ttl"), "--to", "gemeente", "--at", str(home)]
    words += ["--vocabularies", str(folder / "lists"), "--as-of", "2026-01-01", "--lang", "nl"]
    with subprocess.Popen(
        [sys.executable, "-m", "kg", *words], stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "TERM": "dumb"},
    ) as process:  # fmt: skip
        os.close(theirs)
        os.write(ours, b"1\nn\nu\n2c\nq\n")
        shown = _read(ours, process)
    os.close(ours)
    assert "gemeente Het Hogeland" in shown
    assert process.returncode == 0
    kept = read_sssom((home / "mappings.sssom.tsv").read_text(encoding="utf-8"))
    assert {(m.subject_label, m.object_id.removeprefix(GM), m.predicate_id) for m in kept} == {
        ("Almere", "gm0001", MATCHES[0]),
        ("Bedum", "gm0003", MATCHES[0]),
        ("Dubbel", "gm0005", MATCHES[1]),
    }
    assert [m.mapping_justification for m in kept].count(BY_HAND) == 2


def _read(ours: int, process: subprocess.Popen[bytes]) -> str:
    shown, until = b"", time.monotonic() + 30
    while time.monotonic() < until:
        ready, _, _ = select.select([ours], [], [], 0.2)
        if ready:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        elif process.poll() is not None:
            break
    process.wait(timeout=30)
    return shown.decode("utf-8", "replace")


@pytest.mark.parametrize("command", ["check", "suggest", "accept"])
@pytest.mark.parametrize(("lang", "word"), [("nl", "Gebruik"), ("en", "Usage")])
def test_help_is_in_both_languages(
    command: str, lang: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["link", command, "--help", "--lang", lang]) == 0
    assert word in capsys.readouterr().out
