"""The writer as a process: commands and replies over its streams, events before replies."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from kg.sandbox import frames
from kg.store import EmbeddedStore
from kg.workspace.generations import Generations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORM = (
    b"<https://example.org/s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    b"<https://w3id.org/samenspel/def#Service> .\n"
)


class Writer:
    """Talks to a writer process."""

    def __init__(self, root: Path, *options: str) -> None:
        self.events: list[dict[str, Any]] = []
        self._number = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kg.workspace.service", str(root), *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        )  # fmt: skip
        while not any(e["event"] == "generation" for e in self.events):
            self._receive()

    def _receive(self) -> tuple[int, dict[str, Any], bytes]:
        assert self._process.stdout is not None
        kind, body = frames.receive(self._process.stdout.fileno(), most=2**30)
        head, _, rest = body.partition(b"\n")
        message = json.loads(head)
        if kind == frames.EVENT:
            self.events.append(message)
        return kind, message, rest

    def tell(self, command: str, body: bytes = b"", **arguments: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._number += 1
        head = {"id": self._number, "command": command, "arguments": arguments}
        frames.send(
            self._process.stdin.fileno(), frames.COMMAND, json.dumps(head).encode() + b"\n" + body
        )
        while True:
            kind, message, rest = self._receive()
            if message.get("id") == self._number:
                found: dict[str, Any] = message["error" if kind == frames.FAULT else "result"]
                return {**found, "bytes": rest}

    def submit(self, raw: bytes, form: bytes = FORM, **more: object) -> dict[str, Any]:
        arguments: dict[str, object] = {
            "organisation": "https://example.org/", "dataset": "d", "file": "f.ttl",
            "mediaType": "text/turtle", "key": None, "actor": "me", "accept": True,
            "rawLength": len(raw), "rawSha256": hashlib.sha256(raw).hexdigest(),
            "canonicalSha256": hashlib.sha256(form).hexdigest(), "triples": 1, "conforms": True,
            "report": {}, "wait": True,
        }  # fmt: skip
        return self.tell("submit", raw + form, **{**arguments, **more})

    def close(self) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        code = self._process.wait(timeout=30)
        self._process.stdout.close()
        return code


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    made = Writer(tmp_path / "ws")
    yield made
    assert made.close() == 0


def test_a_submission_is_published_before_the_reply(writer: Writer, tmp_path: Path) -> None:
    before = len(writer.events)
    receipt = writer.submit(b"one")
    assert receipt["stage"] == "published"
    assert [e["event"] for e in writer.events[before:]] == ["generation"]
    generation = Generations(tmp_path / "ws" / "generations").current()
    assert generation is not None
    assert str(generation.path) == writer.events[-1]["path"]
    with EmbeddedStore(generation.path, read_only=True) as store:
        assert receipt["graph"] in store.graphs()


def test_the_same_key_gives_the_same_receipt(writer: Writer) -> None:
    first = writer.submit(b"one", key="k")
    assert writer.submit(b"one", key="k")["id"] == first["id"]
    assert writer.submit(b"two", key="k")["code"] == "KG-W008"
    assert (
        writer.tell("submission-with-key", key="k", actor="me")["submission"]["id"] == first["id"]
    )
    assert writer.tell("submission-with-key", key="k", actor="you")["found"] is False


def test_content_that_does_not_fit_its_hash_is_refused(writer: Writer) -> None:
    assert writer.submit(b"one", rawSha256="0" * 64)["code"] == "KG-W012"
    assert writer.submit(b"two", canonicalSha256="0" * 64)["code"] == "KG-W012"


def test_a_bad_verdict_rejects_and_keeps_its_report(writer: Writer) -> None:
    receipt = writer.submit(b"one", conforms=False, report={"conforms": False})
    assert receipt["stage"] == "rejected"
    kept = writer.tell("content", id=receipt["id"], what="report")
    assert json.loads(kept["bytes"]) == {"conforms": False}
    assert writer.tell("accept", id=receipt["id"])["code"] == "KG-W010"


def test_four_eyes(writer: Writer) -> None:
    assert writer.tell("configure", fourEyes=True)["fourEyes"] is True
    waiting = writer.submit(b"one")
    assert waiting["stage"] == "validated"
    refused = writer.tell("accept", id=waiting["id"], actor="me")
    assert (refused["code"], refused["status"]) == ("KG-W009", 403)
    assert writer.tell("accept", id=waiting["id"], actor="you", wait=True)["stage"] == "published"


def test_tokens_are_told_and_called_back(writer: Writer) -> None:
    made = writer.tell("token-create", scopes=["submit:https://example.org/"], days=1)
    told = writer.events[-1]["tokens"]
    assert [t["sha256"] for t in told] == [hashlib.sha256(made["token"].encode()).hexdigest()]
    assert made["token"] not in json.dumps(writer.tell("history")["records"])
    writer.tell("token-revoke", id=made["id"])
    assert writer.events[-1]["tokens"] == []
    assert writer.tell("token-create", scopes=["everything"])["code"] == "KG-O020"


def test_an_unknown_command_and_an_unknown_submission(writer: Writer) -> None:
    assert writer.tell("dance")["status"] == 404
    assert writer.tell("withdraw", id="99")["code"] == "KG-N007"


def test_what_was_acknowledged_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Writer(tmp_path / "ws")
    receipt = first.submit(b"one", wait=False)
    assert first.close() == 0
    second = Writer(tmp_path / "ws")
    assert second.tell("submission", id=receipt["id"])["stage"] == "published"
    assert second.close() == 0


def test_scratch_takes_updates_and_no_submissions(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "ws", "--scratch")
    assert "code" not in writer.tell("update", b"INSERT DATA { <urn:a> <urn:b> 1 }")
    assert writer.tell("update", b"INSERT DAT { }")["code"] == "KG-Q001"
    assert writer.tell("update", b"LOAD <http://127.0.0.1:1/x>")["code"] == "KG-Q006"
    body = b"<urn:a> <urn:b> _:x .\n"
    sha256 = hashlib.sha256(body).hexdigest()
    assert writer.tell("replace-graph", body, graph="urn:g", sha256=sha256)["created"] is True
    assert writer.tell("drop-graph", graph="urn:g")["existed"] is True
    assert writer.tell("drop-graph", graph="urn:g")["existed"] is False
    assert writer.submit(b"one")["code"] == "KG-W013"
    assert writer.close() == 0


def test_an_ordinary_workspace_takes_no_updates(writer: Writer) -> None:
    assert writer.tell("update", b"CLEAR ALL")["code"] == "KG-W014"


def test_a_second_writer_is_refused(writer: Writer, tmp_path: Path) -> None:
    assert writer.tell("state")["seq"] > 0
    second = subprocess.run(
        [sys.executable, "-m", "kg.workspace.service", str(tmp_path / "ws")],
        input=b"", capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert second.returncode == 2
    assert b"KG-W001" in second.stdout
