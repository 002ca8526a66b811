"""Disks that can be cut off, filled and made read-only: files mounted as disks, where allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TOOLS = ("mkfs.ext4", "mount", "umount", "cp", "truncate")


class NoDisksError(Exception):
    """Nothing can be mounted here."""


def run(*command: str) -> None:
    """Run a tool.

    Raises:
        NoDisksError: With what it said, when it failed.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = f"{' '.join(command)}: {done.stderr.strip()}"
        raise NoDisksError(said)


def why_not(place: Path) -> str | None:
    """Tell why no file can be mounted as a disk here; None when it can."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} is not installed"
    if os.geteuid() != 0:
        return "only the superuser may mount"
    try:
        image = make_image(place / "trial.img", "16M")
        with mounted(image, place / "trial"):
            return None
    except NoDisksError as e:
        return str(e)


def make_image(path: Path, size: str) -> Path:
    """Make a file with an empty file system."""
    path.unlink(missing_ok=True)
    run("truncate", "-s", size, str(path))
    run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(path))
    return path


def copy_image(source: Path, target: Path) -> None:
    """Copy what has reached a disk; what the system still holds of it in memory is left behind."""
    run("cp", "--sparse=always", str(source), str(target))


@contextmanager
def mounted(image: Path, at: Path, how: str = "rw") -> Iterator[Path]:
    """Mount a file as a disk for a while."""
    at.mkdir(exist_ok=True)
    run("mount", "-o", f"loop,{how}", str(image), str(at))
    try:
        yield at
    finally:
        run("umount", str(at))


@contextmanager
def in_memory(at: Path, size: str) -> Iterator[Path]:
    """Mount a small disk in memory for a while."""
    at.mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at))
    try:
        yield at
    finally:
        run("umount", str(at))
