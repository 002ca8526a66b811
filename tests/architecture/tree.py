"""Where the checkout is and what it holds."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
PACKAGE = SRC / "kg"


@cache
def project() -> dict[str, Any]:
    """Give ``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def files() -> list[Path]:
    """Give what is, or would be, under version control; skip without git."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so what belongs to the project is not known")
    run = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    found = [ROOT / name for name in run.stdout.split("\0") if name]
    return [path for path in found if path.is_file()]


def modules() -> list[Path]:
    """Give the modules of the product."""
    return sorted(PACKAGE.rglob("*.py"))


def name(path: Path) -> str:
    """Give a path as seen from the top of the checkout."""
    return path.relative_to(ROOT).as_posix()
