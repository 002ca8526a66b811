"""The command line: data on stdout, talk on stderr, exit codes, both languages, no traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from kg.cli import main
from kg.rdf import FORMATS, parse_bytes

if TYPE_CHECKING:
    from pathlib import Path

E = "https://example.org/"
DATA = """
@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:green a sam:Service ; rdfs:label "Groen"@nl, "Green"@en ; sam:touches :say .
:say a sam:Aspect .
:p a sam:ServiceProvision ; sam:ofService :green ;
   sam:supplier :town ; sam:customer :club, :school .
:j a sam:Interest ; sam:heldBy :school ; sam:concerns :say ; sam:direction sam:Decrease .
"""
WISH = """
@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
:i a sam:Interest ; sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Increase .
"""
DAY = ("--as-of", "2026-01-01")


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class Kg:
    """Runs commands as a user does."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *tokens: str | Path) -> Outcome:
        code = main([str(t) for t in tokens])
        out, err = self._capsys.readouterr()
        return Outcome(code, out, err)


@pytest.fixture
def kg(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kg:
    monkeypatch.chdir(tmp_path)
    for name in ("KG_HOME", "KG_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "town.ttl").write_text(DATA)
    (tmp_path / "club.ttl").write_text(WISH)
    return Kg(capsys)


def test_findings_as_json_is_the_contract(kg: Kg) -> None:
    done = kg("findings", "town.ttl", "club.ttl", *DAY, "--format", "json")
    assert done.code == 0
    document = json.loads(done.out)
    assert list(document) == ["asOf", "findings"]
    assert document["asOf"] == "2026-01-01"
    [opposed] = [f for f in document["findings"] if f["rule"] == "opposed"]
    assert list(opposed) == [
        *("iri", "rule", "class", "severity", "keys", "involves", "because"),
        *("voice", "coordination"),
    ]
    assert opposed["class"] == "conflict"
    assert opposed["severity"] == 50.0
    assert opposed["keys"] == {"service": E + "green", "subject": E + "say"}
    assert opposed["involves"] == [E + "club", E + "school", E + "town"]
    assert opposed["because"] == [E + "i", E + "j"]
    assert (opposed["voice"], opposed["coordination"]) == ("unattributed", "none")


def test_equal_input_gives_equal_bytes_in_any_process(kg: Kg, tmp_path: Path) -> None:
    tokens = ("findings", "town.ttl", "club.ttl", *DAY, "--format", "json")
    told = kg(*tokens)
    command = "import sys; from kg.cli import main; sys.exit(main())"
    for seed in ("0", "1"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", command, *tokens],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            check=True,
        )
        assert done.stdout == told.out.encode()


def test_sources_give_a_voice_and_may_be_mixed_with_files(kg: Kg) -> None:
    told = kg("findings", "town.ttl", "--source", f"{E}club=club.ttl", *DAY, "--format", "json")
    [opposed] = [f for f in json.loads(told.out)["findings"] if f["rule"] == "opposed"]
    assert opposed["voice"] == "unattributed"
    args = ("--source", f"{E}town=town.ttl", "--source", f"{E}club=club.ttl")
    told = kg("findings", *args, *DAY, "--format", "json")
    [opposed] = [f for f in json.loads(told.out)["findings"] if f["rule"] == "opposed"]
    assert opposed["voice"] == "claimed"


def test_a_source_may_hold_an_equals_sign(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "a=b.ttl").write_text(WISH)
    done = kg("findings", "--source", f"{E}q?x=club=a=b.ttl", *DAY, "--format", "json")
    assert done.code == 0


def test_the_operator_may_speak(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "op.ttl").write_text(WISH.replace(":i a", ":i sam:priority 90 . :i a"))
    done = kg("findings", "town.ttl", "--source", "operator=op.ttl", *DAY, "--format", "json")
    assert done.code == 0
    assert "opposed" in done.out


def test_refused_statements_are_told_on_stderr_with_advice(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "forged.ttl").write_text(WISH.replace("Increase", "Decrease"))
    done = kg(
        *("findings", "--source", f"{E}town=forged.ttl", "--source", f"{E}club=club.ttl"),
        *("--prefix", f"{E}club={E}i", *DAY, "--format", "json", "--lang", "en"),
    )
    assert done.code == 0
    assert "statements do not count" in done.err
    assert "forged.ttl" in done.err
    assert "help:" in done.err
    json.loads(done.out)


def test_findings_as_text_in_both_languages(kg: Kg) -> None:
    dutch = kg("findings", "town.ttl", "club.ttl", *DAY)
    assert "Tegengestelde belangen" in dutch.out
    assert "afstemming: geen; stem: zonder bron" in dutch.out
    assert "▲ 1 conflict" in dutch.out
    english = kg("findings", "town.ttl", "club.ttl", *DAY, "--lang", "en")
    assert "Opposed interests" in english.out
    assert "coordination: none; voice: unattributed" in english.out
    assert "Green" in english.out


def test_text_counts_dossiers(kg: Kg) -> None:
    done = kg("findings", "town.ttl", "club.ttl", *DAY, "--class", "conflict")
    assert done.out.startswith("2026-01-01: 1 dossier   ▲ 1 conflict")


def test_findings_as_csv_and_turtle(kg: Kg) -> None:
    args = ("findings", "town.ttl", "club.ttl", *DAY, "--rule", "opposed")
    [row] = csv.DictReader(io.StringIO(kg(*args, "--format", "csv").out, newline=""))
    assert (row["rule"], row["severity"], row["subject"]) == ("opposed", "50", E + "say")
    turtle = kg(*args, "--format", "turtle").out
    triples = parse_bytes(turtle.encode(), FORMATS[".ttl"])
    names = {t.predicate.value.rpartition("#")[2] for t in triples}
    assert {"rule", "severity", "involves", "because", "voice", "coordination"} <= names


@pytest.mark.parametrize(
    ("option", "value", "left"),
    [
        ("--class", "conflict", {"opposed"}),
        ("--class", "gap", {"missing-coordination", "blind-spot"}),
        ("--min-severity", "50", {"opposed", "missing-coordination"}),
        ("--min-severity", "99", set()),
        ("--voice", "confirmed", set()),
        ("--rule", "blind-spot", {"blind-spot"}),
    ],
)
def test_filters(kg: Kg, option: str, value: str, left: set[str]) -> None:
    done = kg("findings", "town.ttl", "club.ttl", *DAY, "--format", "json", option, value)
    assert {f["rule"] for f in json.loads(done.out)["findings"]} == left


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [((), 0), (("never",), 0), (("conflict",), 1), (("gap",), 1), (("signal",), 0),
     (("signal", "gap"), 1)],
)  # fmt: skip
def test_fail_on_decides_the_exit_code(kg: Kg, fail_on: tuple[str, ...], code: int) -> None:
    options = [part for kind in fail_on for part in ("--fail-on", kind)]
    assert kg("findings", "town.ttl", "club.ttl", *DAY, *options).code == code


def test_a_threshold_can_be_set(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "small.ttl").write_text(DATA + WISH + ":club sam:groupSize 7 .")
    assert "withheld" not in kg("findings", "small.ttl", *DAY).err
    done = kg("findings", "small.ttl", *DAY, "--set", "minGroup=8", "--format", "json")
    assert "opposed" not in done.out
    assert "worden niet getoond (minGroup)" in done.err


@pytest.mark.parametrize(
    ("tokens", "code", "advice"),
    [
        (("findngs",), "KG-O000", "bedoelde u findings?"),
        (("findings", "--rul", "x"), "KG-O000", "bedoelde u --rule?"),
        (("findings", "town.ttl", "--format", "jsn"), "KG-O000", "bedoelde u json?"),
        (("findings", "town.ttl", "--min-severity", "high"), "KG-O000", "--help"),
        (("findings", "absent.ttl"), "KG-R001", ""),
        (("findings", "town.txt"), "KG-R002", ".ttl"),
        (("findings",), "KG-W002", "kg demo"),
        (("findings", "--at", "nowhere"), "KG-W002", "kg demo"),
        (("findings", "town.ttl", "--at", "ws"), "KG-O004", ""),
        (("findings", "town.ttl", "--as-of", "1 May"), "KG-O001", "2026-01-31"),
        (("findings", "town.ttl", "--rule", "oposed"), "KG-N003", "bedoelde u opposed?"),
        (("findings", "--source", "town.ttl"), "KG-O002", "--source https://"),
        (("findings", "--source", "town=town.ttl"), "KG-O002", "IRI"),
        (("findings", "town.ttl", "--prefix", "x"), "KG-O002", ""),
        (("findings", "town.ttl", "--set", "minShared"), "KG-O002", "minShared=5"),
        (("findings", "town.ttl", "--set", "minShred=5"), "KG-P001", "bedoelde u minShared?"),
        (("findings", "town.ttl", "--set", "minGroup=few"), "KG-P002", ""),
        (("explain", "https://example.org/no", "town.ttl"), "KG-N002", "kg findings"),
        (("query", "no-such-query", "town.ttl"), "KG-N001", "kg query"),
        (("query", "opposed", "town.ttl"), "KG-Q003", "kg findings --rule opposed"),
        (("query", "absent.rq", "town.ttl"), "KG-Q004", ""),
        (("import", "kvk", "x.csv"), "KG-N005", "roo"),
        (("matrix", "town.ttl", "--service", E + "no"), "KG-N004", ""),
    ],
)
def test_what_cannot_be_used_is_said_plainly(
    kg: Kg, tokens: tuple[str, ...], code: str, advice: str
) -> None:
    done = kg(*tokens)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith(code + ": ")
    assert advice in done.err
    assert "Traceback" not in done.err
    english = kg(*tokens, "--lang", "en")
    assert english.err.startswith(code + ": ")
    assert "hulp:" not in english.err


def test_bad_turtle_is_told_with_its_place(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("<urn:a> <urn:b>\n  oops .")
    done = kg("findings", "bad.ttl")
    assert done.code == 2
    assert "bad.ttl:2:" in done.err


def test_an_interrupt_ends_with_130(kg: Kg, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kg.cli.ask.read_submission", interrupt)
    done = kg("findings", "town.ttl")
    assert (done.code, done.err) == (130, "onderbroken\n")


def test_a_closed_pipe_is_quiet(kg: Kg, tmp_path: Path) -> None:
    assert kg("--version").code == 0
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = (
        f"{sys.executable} -c 'import sys; from kg.cli import main; sys.exit(main())' query"
        " | true; echo ${PIPESTATUS[0]}"
    )
    done = subprocess.run(
        ["/bin/bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.strip() == "141"


@pytest.mark.parametrize(
    "command", ["", "findings", "explain", "query", "matrix", "import", "demo"]
)
def test_help_speaks_the_language_of_the_user(kg: Kg, command: str) -> None:
    tokens = [command] if command else []
    dutch = kg(*tokens, "--help", "--lang", "nl") if command else kg("--help")
    assert dutch.code == 0
    assert dutch.out.startswith("Gebruik: kg")
    assert "¦" not in dutch.out
    assert "Toont deze uitleg" in dutch.out or command
    if command:
        english = kg(command, "--help", "--lang", "en")
        assert english.out.startswith("Usage: kg")
        assert english.out != dutch.out


def test_version(kg: Kg) -> None:
    done = kg("--version")
    assert (done.code, done.out) == (0, "0.2.0\n")
