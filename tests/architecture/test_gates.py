"""Every gate can go red: a fault is planted in front of each, and it must be refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from architecture.tree import PACKAGE, ROOT, SRC

if TYPE_CHECKING:
    from pathlib import Path

BIN = os.path.dirname(sys.executable)  # noqa: PTH120 - the link itself, not what it points to

BREACHES = {
    "layers": ("rdf/term.py", "import kg.cli", "The way of data flows one way BROKEN"),
    "engine": (
        "rules/weights.py",
        "import pyoxigraph",
        "Only rdf and store touch the engine BROKEN",
    ),
    "remote": (
        "insight/matrix.py",
        "import SPARQLWrapper",
        "Only the store speaks to a remote endpoint BROKEN",
    ),
    "shacl": (
        "workspace/notes.py",
        "import pyshacl",
        "Only checking touches SHACL, rdflib and OWL reasoners BROKEN",
    ),
}


def run(*command: str, cwd: Path = ROOT, given: str = "", **environment: str) -> tuple[int, str]:
    """Run a tool of this environment; give its exit code and all it said."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **environment}
    done = subprocess.run(
        command, cwd=cwd, input=given, env=env, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def needs(tool: str) -> None:
    if shutil.which(tool, path=BIN) is None:
        pytest.skip(f"{tool} is not installed: it comes with requirements-dev.lock")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the product to plant faults in."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", root)
    shutil.copytree(PACKAGE, root / "src" / "kg", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def contracts(root: Path) -> tuple[int, str]:
    return run("lint-imports", "--no-cache", cwd=root, PYTHONPATH=str(root / "src"), COLUMNS="200")


def test_the_architecture_holds(copy: Path) -> None:
    needs("lint-imports")
    code, said = contracts(copy)
    assert code == 0, said
    assert "0 broken" in said


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_of_the_architecture_is_refused(copy: Path, breach: str) -> None:
    needs("lint-imports")
    file, line, verdict = BREACHES[breach]
    path = copy / "src" / "kg" / file
    before = path.read_text(encoding="utf-8")
    path.write_text(before + f"\n{line}\n", encoding="utf-8")
    try:
        code, said = contracts(copy)
    finally:
        path.write_text(before, encoding="utf-8")
    assert code == 1, said
    assert verdict in said


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("try:\n    f()\nexcept Exception:\n    pass\n", "BLE001"),
        ("print(1)\n", "T201"),
        ("def public() -> None:\n    pass\n", "D103"),
        ("def f(x):\n    return x\n", "ANN001"),
        ("import os\n", "F401"),
        ("eval('1')\n", "S307"),
        ("def f(x: int) -> int:\n" + "    if x:\n        x += 1\n" * 9 + "    return x\n", "C901"),
        ("def f() -> None:\n" + "    g()\n" * 41, "PLR0915"),
    ],
)
def test_a_breach_of_style_is_refused(fault: str, rule: str) -> None:
    needs("ruff")
    code, said = run(
        "ruff", "check", "--no-cache", "--stdin-filename", str(PACKAGE / "planted.py"), "-",
        given=fault,
    )  # fmt: skip
    assert code == 1, said
    assert rule in said


def test_a_breach_of_layout_is_refused() -> None:
    needs("ruff")
    file = ["--stdin-filename", str(PACKAGE / "planted.py"), "-"]
    code, said = run("ruff", "format", "--no-cache", "--check", *file, given="x = {'a':1}\n")
    assert code == 1, said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("def f(x):\n    return x\n", "no-untyped-def"),
        ("def f() -> int:\n    return 'a'\n", "return-value"),
        ("from kg.model import Triple\nx: int = 'a'  # type: ignore\n", "ignore-without-code"),
    ],
)
def test_a_breach_of_types_is_refused(tmp_path: Path, fault: str, rule: str) -> None:
    needs("mypy")
    planted = tmp_path / "planted.py"
    planted.write_text(fault, encoding="utf-8")
    cache = f"--cache-dir={tmp_path / 'cache'}"
    config = f"--config-file={ROOT / 'pyproject.toml'}"
    code, said = run("mypy", config, cache, str(planted), MYPYPATH=str(SRC))
    assert code == 1, said
    assert f"[{rule}]" in said
