"""Every error code has a page, and every page has a code."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from kg.cli import main
from kg.codes import Code, explain_code, find_code, load_codes
from kg.errors import NotFoundError
from kg.text import LANGUAGES, Lang

SOURCE = Path(__file__).resolve().parents[2] / "src" / "kg"
PAGES = SOURCE / "codes"
CODE = re.compile(r"KG-[A-Z]\d{3}")


def used() -> dict[str, set[str]]:
    """Give the codes that occur in the product, and the files they occur in."""
    found: dict[str, set[str]] = defaultdict(set)
    files = [p for kind in ("*.py", "*.toml") for p in SOURCE.rglob(kind)]
    for path in files:
        if path.parent == PAGES and path.suffix == ".toml":
            continue
        for code in CODE.findall(path.read_text(encoding="utf-8")):
            found[code].add(str(path.relative_to(SOURCE)))
    return found


def test_every_code_has_a_page() -> None:
    missing = {c: sorted(files) for c, files in used().items() if c not in load_codes()}
    assert missing == {}


def test_every_page_has_a_code() -> None:
    assert sorted(set(load_codes()) - set(used())) == []


def raised() -> dict[str, set[str]]:
    """Give, by code, the classes of error it is raised with."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            first, name = node.args[0], getattr(node.func, "id", "")
            code = first.value if isinstance(first, ast.Constant) else None
            if isinstance(code, str) and CODE.fullmatch(code) and name.endswith("Error"):
                found[code].add(name.removeprefix("Placed").replace("UnreadableInput", ""))
    return found


def test_a_code_has_one_meaning() -> None:
    assert {code: kinds for code, kinds in raised().items() if len(kinds) > 1} == {}


@pytest.mark.parametrize("page", load_codes().values(), ids=lambda p: p.code)
def test_a_page_is_whole_and_plain(page: Code) -> None:
    for text in (page.title, page.meaning, page.why, page.mend):
        assert text.nl
        assert text.en
        assert text.nl != text.en
    assert not page.title.nl.endswith(".")
    for text in (page.meaning, page.why, page.mend):
        for lang in LANGUAGES:
            assert text.to(lang)[-1] in ".…"
    english = f"{page.meaning.en} {page.why.en} {page.mend.en}".lower()
    assert not re.search(r"\b(simply|just|obviously|easy|easily)\b", english)
    whole = f"{page.meaning.nl} {page.why.nl} {page.mend.nl}".lower()
    assert not re.search(r"\b(simpelweg|gewoonweg|uiteraard|natuurlijk)\b", whole)


def test_pages_stand_in_order_in_the_file_of_their_letter() -> None:
    for path in PAGES.glob("*.toml"):
        codes = re.findall(r"^\[(KG-[A-Z]\d{3})\]", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert codes == sorted(set(codes))
        assert {c[3].lower() for c in codes} == {path.stem}


def test_a_code_is_found_in_any_case() -> None:
    assert find_code("kg-r010") is load_codes()["KG-R010"]
    assert find_code("KG-X999") is None
    with pytest.raises(NotFoundError) as error:
        explain_code("KG-X999")
    assert error.value.code == "KG-N030"


@pytest.mark.parametrize(
    ("lang", "words"), [("nl", "Onbekend voorvoegsel"), ("en", "Unknown prefix")]
)
def test_the_command_explains_one(
    lang: Lang, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain-code", "KG-R010", "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert f"KG-R010: {words}" in shown
    assert "@prefix skos:" in shown


def test_the_command_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-code", "--format", "json"]) == 0
    assert [p["code"] for p in json.loads(capsys.readouterr().out)] == list(load_codes())
    assert main(["explain-code"]) == 0
    shown = capsys.readouterr().out
    assert all(code in shown for code in load_codes())


def test_the_command_knows_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-code", "KG-X999", "--lang", "nl"]) == 2
    assert "KG-N030: er is geen foutcode KG-X999" in capsys.readouterr().err
