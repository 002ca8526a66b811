"""What the reason codes of findings mean, and what would resolve them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.resources import queries_dir
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason code.

    Attributes:
        about: What it means.
        repair: What would resolve it.
    """

    about: Text
    repair: Text


@cache
def load_reasons() -> Mapping[str, Reason]:
    """Give all reason codes.

    >>> load_reasons()["NO_COMPROMISE"].about.en
    'there is no compromise'
    """
    raw = tomllib.loads((queries_dir() / "reasons.toml").read_text(encoding="utf-8"))
    return {
        code: Reason(Text(r["nl"], r["en"]), Text(r["repair_nl"], r["repair_en"]))
        for code, r in raw.items()
    }
