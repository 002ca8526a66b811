"""The words of the pages, in both languages, and which language a reader wants."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.text import LANGUAGES, Text
from kg.web.negotiation import language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from kg.text import Lang

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
COOKIE = "kg-lang"


@cache
def load_words() -> Mapping[str, Text]:
    """Give every word of the pages by name.

    >>> load_words()["nav.matrix"].nl
    'Matrix'
    """
    raw = tomllib.loads((TEMPLATES / "words.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{name}": Text(**words)
        for section, names in raw.items()
        for name, words in names.items()
    }


def word(name: str, lang: Lang, **values: object) -> str:
    """Give a word in a language, its places filled in.

    Args:
        name: As in ``templates/words.toml``; where it has ``.one`` and ``.many`` forms, ``n`` in
            the values chooses.
        lang: The language.
        values: What stands in the places; numbers as people of that language write them.

    >>> word("word.dossier", "nl", n=1), word("word.dossier", "en", n=1200)
    ('1 dossier', '1,200 dossiers')
    """
    words = load_words()
    if name not in words:
        name += ".one" if values.get("n") == 1 else ".many"
    filled = {k: number(v, lang) if isinstance(v, int) else v for k, v in values.items()}
    return words[name].to(lang).format(**filled)


def number(value: float, lang: Lang) -> str:
    """Give a number as people write it.

    >>> number(1234.5, "nl"), number(63.0, "en")
    ('1.234,5', '63')
    """
    text = f"{int(value):,}" if value == int(value) else f"{value:,.2f}".rstrip("0")
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text


_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def day(text: str, lang: Lang) -> str:
    """Give a date as people write it; what is no date as it is.

    >>> day("2026-01-31", "nl"), day("soon", "en")
    ('31 januari 2026', 'soon')
    """
    parts = text.split("-")
    if len(parts) != len("ymd") or not all(p.isdecimal() for p in parts):
        return text
    year, month, date = map(int, parts)
    if not 1 <= month <= len(_MONTHS["en"].split()):
        return text
    return f"{date} {_MONTHS[lang].split()[month - 1]} {year}"


def spoken(request: Request) -> Lang:
    """Give the language to speak: as asked, else as chosen before, else as the browser says."""
    asked = request.query_params.get("lang")
    chosen = request.cookies.get(COOKIE)
    for wanted in (asked, chosen):
        if wanted in LANGUAGES:
            return wanted
    return language(request)
