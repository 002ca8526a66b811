"""Settings, read once from the environment and passed in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.text import Lang


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decides.

    Attributes:
        home: The workspace used when no ``--at`` is given (``KG_HOME``, else ``./kg-data``).
        lang: Language of messages (``KG_LANG``, else from ``LC_ALL``/``LC_MESSAGES``/``LANG``,
            else Dutch).
    """

    home: Path = Path("kg-data")
    lang: Lang = "nl"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    >>> read_settings({"LANG": "en_GB.UTF-8"}).lang
    'en'
    """
    env = os.environ if environ is None else environ
    locale = env.get("KG_LANG") or env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG")
    english = (locale or "").lower().startswith("en")
    return Settings(home=Path(env.get("KG_HOME", "kg-data")), lang="en" if english else "nl")
