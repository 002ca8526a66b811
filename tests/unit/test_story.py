"""A story folder is read whole, or refused with what is wrong."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from kg.errors import UnreadableInputError
from kg.intake.authority import OPERATOR_IRI
from kg.intake.story import read_story
from kg.model import Source

if TYPE_CHECKING:
    from pathlib import Path

A = "https://example.org/a"
WHOLE = f"""
as_of = 2026-01-01
title = {{ nl = "Verhaal", en = "Story" }}
prefixes = {{ "https://example.org/a/" = "{A}" }}
[[sources]]
file = "a.ttl"
organisation = "{A}"
[[sources]]
file = "o.ttl"
organisation = "https://example.org/o"
operator = true
[[sources]]
file = "any.ttl"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tale"
    made.mkdir()
    for name in ("a", "o", "any"):
        (made / f"{name}.ttl").write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    return made


def test_story_says_who_says_what(folder: Path) -> None:
    (folder / "story.toml").write_text(WHOLE, encoding="utf-8")
    story = read_story(folder)
    assert story.title.en == "Story"
    assert story.as_of == dt.date(2026, 1, 1)
    assert [s.source for s in story.submissions] == [
        Source("tale/a.ttl", A),
        Source("tale/o.ttl", "https://example.org/o"),
        Source("tale/any.ttl", None),
    ]
    assert all(len(s.triples) == 1 for s in story.submissions)
    assert story.registry.operator == "https://example.org/o"
    assert story.registry.prefixes == {"https://example.org/a/": A}


def test_without_an_operator_the_usual_one_acts(folder: Path) -> None:
    text = WHOLE.replace("operator = true", "")
    (folder / "story.toml").write_text(text, encoding="utf-8")
    assert read_story(folder).registry.operator == OPERATOR_IRI


@pytest.mark.parametrize(
    ("old", "new", "code", "names"),
    [
        ("as_of = 2026-01-01", "as_of = ", "KG-R006", "story.toml"),
        ("as_of = 2026-01-01", "", "KG-R007", "as_of"),
        ("as_of = 2026-01-01", 'as_of = "2026"', "KG-R007", "as_of"),
        ("2026-01-01", "2026-01-01T00:00:00", "KG-R007", "as_of"),
        (', en = "Story"', "", "KG-R007", "title"),
        ('file = "any.ttl"', "", "KG-R007", "file"),
        ('"any.ttl"', '"../any.ttl"', "KG-R007", "../any.ttl"),
        ('"any.ttl"', '"gone.ttl"', "KG-R001", "gone.ttl"),
        (f'= "{A}" }}', "= 3 }", "KG-R007", "prefixes"),
        (f'organisation = "{A}"', "organisation = 3", "KG-R007", "organisation"),
        (f'organisation = "{A}"', "operator = true", "KG-R007", "organisation"),
        (f'organisation = "{A}"', f'organisation = "{A}"\noperator = true', "KG-R007", "operator"),
    ],
)
def test_list_that_is_not_whole_is_refused(
    folder: Path, old: str, new: str, code: str, names: str
) -> None:
    assert old in WHOLE
    (folder / "story.toml").write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UnreadableInputError) as error:
        read_story(folder)
    assert error.value.code == code
    assert names in error.value.to("nl")
    assert names in error.value.to("en")


def test_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError) as error:
        read_story(tmp_path)
    assert error.value.code == "KG-R006"
