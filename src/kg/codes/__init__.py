"""A page for every error code: what it means, why it matters, how to mend it, an example.

The pages are TOML files, one per first letter of the codes. A code is never reused.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Code", "explain_code", "find_code", "load_codes"]

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Code:
    """The page of one error code.

    Attributes:
        code: The code, such as ``KG-R010``.
        title: What is wrong, in a few words.
        meaning: What it means.
        why: Why it is not accepted.
        mend: What to do.
        example: Wrong and right, or a command; empty where an example says nothing.
    """

    code: str
    title: Text
    meaning: Text
    why: Text
    mend: Text
    example: str = ""


@lru_cache(maxsize=1)
def load_codes() -> Mapping[str, Code]:
    """Give all pages by code, sorted.

    >>> load_codes()["KG-R010"].title.en
    'Unknown prefix'
    """
    found: dict[str, Code] = {}
    for path in _FOLDER.glob("*.toml"):
        found.update(_of_letter(path.stem))
    return dict(sorted(found.items()))


@lru_cache(maxsize=26)
def _of_letter(letter: str) -> Mapping[str, Code]:
    path = _FOLDER / f"{letter}.toml"
    pages = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {code: _page(code, page) for code, page in pages.items()}


def find_code(code: str) -> Code | None:
    """Give the page of a code, in capitals or not; None when there is none."""
    wanted = code.strip().upper()
    letter = wanted.removeprefix("KG-")[:1].lower()
    return _of_letter(letter).get(wanted) if letter.isalpha() else None


def explain_code(code: str) -> Code:
    """Give the page of a code.

    Raises:
        NotFoundError: ``KG-N030`` when no such code exists.
    """
    page = find_code(code)
    if page is None:
        raise NotFoundError(
            "KG-N030",
            Text(f"er is geen foutcode {code}", f"there is no error code {code}"),
            Text(
                "een code ziet eruit als KG-R010; `kg explain-code` toont ze alle",
                "a code looks like KG-R010; `kg explain-code` lists them all",
            ),
        )
    return page


def _page(code: str, page: Mapping[str, Any]) -> Code:
    parts = {name: Text(**page[name]) for name in ("title", "meaning", "why", "mend")}
    return Code(code=code, example=str(page.get("example", "")).strip("\n"), **parts)
