"""The examples in the README run, and show what they say.

A block marked ``console`` holds commands after ``$``, each followed by what it says::

    $ kg demo my-demo --lang en
    ...
      ▲ 8 conflicts
    ...
    $ kg validate wrong.ttl   # exit 1
    $ kg import roo big.gz --at there   # skip: the register file

All blocks run in order, in one folder. A command must end with 0, or as ``# exit N`` says. What is
shown must be the whole of what it says, where a line ``...`` stands for any lines and ``…`` inside
a line for any text; a command with nothing under it may say anything. A block marked ``python``
runs after these in the same folder: as a doctest where it has ``>>>``, else as a script.
``<!-- skip: reason -->`` on the line above a block leaves it out.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SKIPPED = re.compile(r"<!-- skip: \S.*-->\s*$")
NOTE = re.compile(r"\s+# (?:exit (?P<exit>\d+)|skip: (?P<skip>\S.*))$")
KG = "import sys; from kg.cli import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class Example:
    """One command or script of the README."""

    line: int
    code: str
    shown: str = ""
    exit: int = 0
    skip: bool = False


def blocks(text: str, language: str) -> list[tuple[int, str]]:
    """Give the line and the text of each block in a language that is not left out."""
    return [
        (text.count("\n", 0, m.start(2)) + 1, m[2])
        for m in BLOCK.finditer(text)
        if m[1] == language and not SKIPPED.search(text[: m.start()])
    ]


def commands(text: str) -> list[Example]:
    """Give the commands in the console blocks."""
    found: list[Example] = []
    for first, block in blocks(text, "console"):
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
            head, _, shown = part.partition("\n")
            if not head.startswith("$ "):
                assert not part.strip(), f"line {first}: a console block starts with a command"
                continue
            line = first + block[: block.index(part)].count("\n")
            note = NOTE.search(head)
            found.append(
                Example(
                    line,
                    head[2 : note.start() if note else None],
                    shown.strip("\n"),
                    int(note["exit"]) if note and note["exit"] else 0,
                    bool(note and note["skip"]),
                )
            )
    return found


def fits(shown: str, said: str) -> bool:
    """Tell whether what a command said is what is shown."""
    if not shown.strip():
        return True
    pattern = ""
    for line in shown.splitlines():
        if line.strip() in {"...", "…"}:
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(p) for p in line.rstrip().split("…")) + r"[ \t]*\n"
    return re.fullmatch(pattern, said.strip("\n") + "\n") is not None


def environment(home: Path) -> dict[str, str]:
    """Give an environment in which ``kg`` is this checkout's, as a reader would have it."""
    shims = home / "bin"
    shims.mkdir()
    shim = shims / "kg"
    shim.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -c '{KG}' \"$@\"\n", "utf-8")
    shim.chmod(0o755)
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("KG_")},
        "PATH": f"{shims}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "KG_HOME": str(home / "kg-home"),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }


def faults(text: str, home: Path) -> list[str]:
    """Run every example of a text; give what does not do as it says."""
    env = environment(home)
    folder = home / "work"
    folder.mkdir()
    found = []
    for example in commands(text):
        if not example.skip:
            found += _fault(example, ["sh", "-c", example.code], folder, env)
    for line, block in blocks(text, "python"):
        code = _doctest(block) if ">>>" in block else block
        found += _fault(Example(line, code), [sys.executable, "-c", code], folder, env)
    return found


def _doctest(block: str) -> str:
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return (
        "import doctest, sys\n"
        f"test = doctest.DocTestParser().get_doctest({block!r}, {{}}, 'README', None, 0)\n"
        f"sys.exit(doctest.DocTestRunner(optionflags={options}).run(test).failed)\n"
    )


def _fault(example: Example, command: list[str], folder: Path, env: dict[str, str]) -> list[str]:
    done = subprocess.run(
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    where = f"README.md:{example.line}: {example.code}\n"
    if done.returncode != example.exit:
        return [f"{where}ended with {done.returncode}, not {example.exit}:\n{done.stdout}"]
    if not fits(example.shown, done.stdout):
        return [f"{where}says:\n{done.stdout}\nand not:\n{example.shown}"]
    return []


@pytest.mark.slow
def test_the_readme_does_as_it_says(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    assert [c for c in commands(text) if not c.skip], "the README shows no command"
    found = faults(text, tmp_path)
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("```console\n$ kg --version   # exit 1\n```\n", "ended with 0, not 1"),
        ("```console\n$ kg findings nowhere.ttl\n```\n", "ended with 2, not 0"),
        ("```console\n$ echo one; echo two\none\n```\n", "and not:\none"),
        ("```console\n$ echo one\ntwo\n...\n```\n", "and not:\ntwo"),
        ("```python\nimport kg\nkg.nowhere\n```\n", "AttributeError"),
        ("```python\n>>> 1 + 1\n3\n```\n", "Expected"),
    ],
)
def test_an_example_that_does_not_is_seen(tmp_path: Path, planted: str, told: str) -> None:
    (fault,) = faults(planted, tmp_path)
    assert told in fault


def test_an_example_that_does_passes(tmp_path: Path) -> None:
    text = (
        "```console\n$ echo one two; echo three; false   # exit 1\none …\n...\n"
        "$ echo a  # skip: b\nc\n$ echo 1; echo 2; echo 3\n...\n2\n...\n```\n"
        "<!-- skip: not this one -->\n```python\n1 / 0\n```\n```python\n>>> 1 + 1\n2\n```\n"
    )
    assert len(commands(text)) == 3
    assert faults(text, tmp_path) == []
