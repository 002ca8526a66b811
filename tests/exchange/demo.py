"""The demo stories as one graph, and the way out and back in."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.exchange import Export, export, load_profile, write
from kg.intake.authority import Registry
from kg.intake.cpsv import import_cpsv
from kg.intake.read import read_document
from kg.intake.story import read_story
from kg.pipeline import Result, find
from kg.resources import demo_dir

if TYPE_CHECKING:
    from kg.intake.registers import Imported

SHARED = Path(__file__).parents[3] / "shared"
CPSV = SHARED / "conformance" / "cpsv-ap" / "releases"
CPOV = SHARED / "data" / "semic-cpov" / "releases"
TODAY = dt.date(2026, 1, 1)


@cache
def demo() -> Result:
    """Both stories, each organisation in its own voice."""
    stories = [read_story(folder) for folder in sorted(demo_dir().iterdir()) if folder.is_dir()]
    prefixes = {p: who for story in stories for p, who in story.registry.prefixes.items()}
    registry = Registry(prefixes, stories[0].registry.operator)
    said = [s for story in stories for s in story.submissions]
    return find(said, as_of=TODAY, registry=registry)


@cache
def exported(name: str, *, typed: bool = True) -> Export:
    """The demo in the terms of a profile."""
    return export(demo().store, load_profile(name), typed=typed)


def text_of(done: Export, kind: str = "turtle") -> str:
    return write(done.triples, kind, done.profile.prefixes)


def back(done: Export) -> Imported:
    """What an import makes of an export."""
    return import_cpsv(read_document(text_of(done).encode(), name="diensten.ttl"))
