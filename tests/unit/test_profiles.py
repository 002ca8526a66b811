"""Which shapes are used: our own, those of others, or any file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.checking.profiles import default_profile, find_profile, read_profile
from kg.checking.shacl import ShapesError
from kg.errors import NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ."


def test_our_own_shapes_come_with_the_ontology() -> None:
    profile = find_profile("samenspel")
    assert profile is default_profile()
    assert profile.own
    assert len(profile.shapes) > 0
    assert len(profile.ontology) > 0


def test_a_profile_is_found_under_the_name_its_keeper_gave_it(tmp_path: Path) -> None:
    release = tmp_path / "anywhere" / "3.2.0" / "shacl"
    release.mkdir(parents=True)
    (release / "cpsv-ap-SHACL.ttl").write_text(SHAPE, encoding="utf-8")
    profile = find_profile("cpsv-ap-3.2.0", tmp_path)
    assert (profile.name, profile.version, profile.own) == ("cpsv-ap-3.2.0", "3.2.0", False)


@pytest.mark.parametrize(
    ("name", "folder", "code"),
    [
        ("no-such-profile", "releases", "KG-N021"),
        ("cpov-2.1.2", None, "KG-N022"),
        ("cpov-2.1.2", "releases", "KG-N023"),
    ],
)
def test_a_profile_that_is_not_there_is_an_error_with_advice(
    name: str, folder: str | None, code: str, tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError) as caught:
        find_profile(name, None if folder is None else tmp_path / folder)
    assert caught.value.code == code
    assert caught.value.advice is not None


def test_any_shapes_file_will_do(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(SHAPE, encoding="utf-8")
    assert read_profile([path]).name == "mine.ttl"


def test_a_file_without_shapes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    with pytest.raises(ShapesError) as caught:
        read_profile([path])
    assert caught.value.code == "KG-S011"
