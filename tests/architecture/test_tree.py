"""What is in the checkout: rooms, locks, versions, and nothing of the place it was made in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import kg
from architecture.tree import ROOT, files, name, project

ROOMS = {"ontology", "data", "queries", "src", "tests"}
PAPERS = {
    "pyproject.toml", "README.md", "Makefile", "LICENSE", "CHANGELOG.md", "SECURITY.md",
    "requirements.lock", "requirements-dev.lock", "Containerfile", "action.yml",
}  # fmt: skip
LOCKS = ("requirements.lock", "requirements-dev.lock")

# Written in pieces, so that this file does not hold what it looks for.
_PLACES = "|".join(("work", "root", "home", "Users", "opt"))
OWN_PATH = re.compile(rf"(?<![\w.:/~<-])/(?:{_PLACES})/[\w.]")
_HOSTS = (("py", "pi.org"), ("python", "hosted.org"), ("registry.", "npmjs"), ("npm", "js.com"))
REGISTRY = re.compile("|".join(re.escape(a + b) for a, b in _HOSTS), re.IGNORECASE)
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ;.*)? \\$")


def traces(text: str) -> list[str]:
    """Give the paths of a machine and the hosts of registries in a text."""
    places = [m.group() for m in OWN_PATH.finditer(text)]
    here = [p for p in (str(ROOT), str(Path.home())) if len(p) > 1 and f"{p}/" in text]
    return places + here + [m.group() for m in REGISTRY.finditer(text)]


def pins(lock: str) -> dict[str, str]:
    """Give the version of each package in a lock file."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    found = (PINNED.match(line) for line in lines)
    return {canonicalize_name(m[1]): m[2] for m in found if m}


def unhashed(lock: str) -> list[str]:
    """Give the lines of a lock file that are no comment, no pin and no hash."""
    return [
        line
        for line in lock.splitlines()
        if line
        and not line.lstrip().startswith("#")
        and not PINNED.match(line)
        and not re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line)
    ]


def requirements(*groups: str) -> list[Requirement]:
    """Give what the project, and these groups and extras of it, ask for."""
    read = project()
    lines = [*read["project"]["dependencies"]]
    for group in groups:
        extras = read["project"]["optional-dependencies"]
        lines += read["dependency-groups"].get(group) or extras[group]
    return [Requirement(line) for line in lines]


def test_the_top_holds_only_agreed_rooms() -> None:
    top = {name(path).partition("/")[0] for path in files()}
    assert {t for t in top if not t.startswith(".")} <= ROOMS | PAPERS
    assert top >= ROOMS | PAPERS - {"Containerfile"}


def test_nothing_tells_where_it_was_made() -> None:
    assert traces("see /" + "home/anna/x")
    assert traces("index: https://" + "py" + "pi.org/simple")
    assert traces(f"{ROOT}/README.md")
    found = {}
    for path in files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        if seen := traces(text):
            found[name(path)] = seen
    assert found == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_with_hashes_and_names_no_index(lock: str) -> None:
    assert unhashed("--index-" + "url https://example.org\n")
    assert unhashed("rich>=1\n")
    assert unhashed("rich==1\n")  # no hash follows
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert unhashed(text) == []
    assert "://" not in text
    assert pins(lock)


@pytest.mark.parametrize(
    ("lock", "groups"),
    [
        ("requirements.lock", ("build",)),
        ("requirements-dev.lock", ("build", "owl", "test", "lint")),
    ],
)
def test_a_lock_gives_what_the_project_asks(lock: str, groups: tuple[str, ...]) -> None:
    pinned = pins(lock)
    wrong = [
        str(r)
        for r in requirements(*groups)
        if not r.specifier.contains(pinned.get(canonicalize_name(r.name), "0"))
    ]
    assert wrong == [], f"{lock} is out of step: make lock"


def test_the_locks_agree() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_the_lock_of_npm_has_hashes_and_no_addresses() -> None:
    lock = ROOT / "tests" / "conformance" / "sarif" / "package-lock.json"
    packages: dict[str, dict[str, Any]] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    installed = [package for where, package in packages.items() if where]
    assert installed
    assert all(p["integrity"].startswith("sha512-") for p in installed)
    assert not any("resolved" in p for p in installed)


def test_the_version_is_one() -> None:
    version = project()["project"]["version"]
    assert kg.__version__ == version
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
