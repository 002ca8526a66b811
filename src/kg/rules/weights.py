"""Reads the one file with weights and thresholds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.resources import queries_dir
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_BAND_NAMES = {
    "low": Text("laag", "low"),
    "moderate": Text("matig", "moderate"),
    "high": Text("hoog", "high"),
    "severe": Text("ernstig", "severe"),
}


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights and thresholds.

    Attributes:
        parameters: Values for rule parameters, by name.
        rank: Weight of a rule when ordering findings; ``default`` for the rest.
        factor: Factors that raise a rank: ``noExit``, ``sameSubject``.
        bands: Name of a severity band to the number from which it starts.
    """

    parameters: Mapping[str, int]
    rank: Mapping[str, float]
    factor: Mapping[str, float]
    bands: Mapping[str, float]

    def of_rule(self, rule: str) -> float:
        """Give the weight of a rule in the rank."""
        return self.rank.get(rule, self.rank["default"])

    def band(self, severity: float) -> Text:
        """Give the word for a severity, which is what people see.

        >>> load_weights().band(63.0).en
        'high'
        """
        name = max(
            (n for n, start in self.bands.items() if severity >= start), key=self.bands.__getitem__
        )
        return _BAND_NAMES[name]


def read_weights(path: Path) -> Weights:
    """Read a weights file (TOML)."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Weights(
        parameters=raw["parameters"], rank=raw["rank"], factor=raw["factor"], bands=raw["bands"]
    )


@cache
def load_weights() -> Weights:
    """Give the weights that ship with the product."""
    return read_weights(queries_dir() / "weights.toml")
