"""Makes what cannot be seen visible: no report steers a terminal or turns text around.

What a file says ends up in terminals, pages and logs. Control characters (escape sequences),
directional overrides (text that reads differently than it is) and characters without width are
shown as signs (Unicode Technical Report 36, section 2.3, and Control Pictures U+2400).
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Persian, Indic scripts and emoji need these two; alone they do no harm."""
_PICTURES, _DELETE, _LAST_CONTROL = 0x2400, 0x7F, 0x20
_BEYOND_BMP = 0x10000
_ASCII = re.compile(r"[ -~]*")


def visible(text: str) -> str:
    r"""Give the text with every character that cannot be seen replaced by a sign for it.

    Line breaks and tabs become signs too, so the result stands on one line.

    >>> visible("a\x1b[31mb\nc\u202ed")
    'a␛[31mb␊c⟨U+202E⟩d'
    """
    if _ASCII.fullmatch(text):
        return text
    return "".join(c if _shows(c) else _sign(c) for c in text)


def json_text(value: object, *, indent: int | None = 2) -> str:
    r"""Write a value as JSON in which hidden characters are escaped; the value stays the same.

    >>> json_text({"a": "\x9b\u202eé"}, indent=None)
    '{"a": "\\u009b\\u202eé"}'
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(c if c == "\n" or _shows(c) else _escape(c) for c in text)


@lru_cache(maxsize=4096)
def _shows(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in _HIDDEN


def _sign(character: str) -> str:
    code = ord(character)
    if code < _LAST_CONTROL:
        return chr(_PICTURES + code)
    return "\u2421" if code == _DELETE else f"⟨U+{code:04X}⟩"


def _escape(character: str) -> str:
    code = ord(character)
    if code < _BEYOND_BMP:
        return f"\\u{code:04x}"
    high, low = divmod(code - _BEYOND_BMP, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
