"""The wheel as a user gets it: whole, and at work far from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "kg"
SHIPPED = ("ontology", "queries", "data/demo", "data/vocabularies")
PREFIXES = (
    "@prefix ex: <https://example.org/> .\n@prefix sam: <https://w3id.org/samenspel/def#> .\n"
)
FINE = PREFIXES + (
    '@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n'
    'ex:say a sam:Aspect ; rdfs:label "inspraak"@nl, "a say"@en ;\n'
    '    sam:moreMeans "meer mensen beslissen mee"@nl, "more people decide"@en .\n'
)  # fmt: skip
WRONG = PREFIXES + "ex:say a sam:Aspect .\n"

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel in it, and a place to work."""

    bin: Path
    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program of this environment, with nothing that leads to the checkout."""
        environment = {"PATH": f"{self.bin}{os.pathsep}{os.defpath}", "LC_ALL": "C.UTF-8"}
        program = str(self.bin / command[0])
        return subprocess.run(
            [program, *command[1:]],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def _do(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    pytest.importorskip("hatchling", reason="hatchling comes with requirements-dev.lock")
    folder = tmp_path_factory.mktemp("dist")
    _do(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel where it sees the libraries of these tests, and not the checkout."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, symlinks=True)
    pip = (sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install")
    _do(*pip, "--quiet", "--no-deps", "--no-index", "--no-warn-script-location", str(wheel))
    (libraries,) = home.glob("lib/python*/site-packages")
    # A line in a .pth file adds that folder only: its own .pth files, such as that of an
    # editable checkout, are not read.
    (libraries / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return Installed(home / "bin", tmp_path_factory.mktemp("elsewhere"))


def test_the_wheel_is_whole(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    shipped = {
        f"kg/_resources/{path.relative_to(ROOT).as_posix()}"
        for room in SHIPPED
        for path in (ROOT / room).rglob("*")
        if path.is_file()
    }
    package = {
        f"kg/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert len(shipped) > 100
    assert shipped - held == set()
    assert package - held == set()
    assert {"kg/checking/sentences.toml", "kg/codes/v.toml"} <= held
    foreign = {n for n in held - shipped - package if ".dist-info/" not in n}
    assert foreign == set(), "the wheel holds what the checkout does not"
    assert any(n.endswith(".dist-info/licenses/LICENSE") for n in held)


def test_it_runs_from_where_it_is_installed(installed: Installed) -> None:
    said = installed.run("python", "-c", "import kg, kg.resources as r; print(r.queries_dir())")
    assert said.returncode == 0, said.stderr
    assert Path(said.stdout.strip()).is_relative_to(installed.bin.parent.resolve())


def test_the_demo_and_the_proof_work(installed: Installed) -> None:
    demo = installed.run("kg", "demo", "here", "--lang", "en")
    assert demo.returncode == 0, demo.stderr
    found = installed.run("kg", "findings", "--at", "here", "--format", "json")
    assert found.returncode == 0, found.stderr
    findings = json.loads(found.stdout)["findings"]
    assert findings
    for lang in ("nl", "en"):
        told = installed.run("kg", "explain", findings[0]["iri"], "--at", "here", "--lang", lang)
        assert told.returncode == 0, told.stderr
        assert "sam:" in told.stdout  # the rule is shown


@pytest.mark.parametrize(("text", "code"), [(FINE, 0), (WRONG, 1)], ids=["fine", "wrong"])
def test_files_are_checked(installed: Installed, text: str, code: int) -> None:
    (installed.folder / f"say-{code}.ttl").write_text(text, encoding="utf-8")
    said = installed.run("kg", "validate", f"say-{code}.ttl", "--format", "json", "--lang", "en")
    assert said.returncode == code, said.stdout + said.stderr
    report = json.loads(said.stdout)
    assert report["conforms"] is (code == 0)
    assert all(result["message"]["nl"] for result in report["results"])
