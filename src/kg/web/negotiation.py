"""Which media type and which language a client wants (RFC 9110, section 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.requests import Request

    from kg.text import Lang

_SYNONYMS = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
    "application/x-turtle": "text/turtle",
}
"""Names under which some clients ask for a format that has a name of its own."""


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """Give the media type to answer in; None when nothing offered is wanted.

    The most specific range decides how much a type is wanted; of equals the first offered wins.

    Args:
        accept: The ``Accept`` header; None or empty for anything.
        offered: What there is, the preferred one first.

    >>> choose("text/html, application/xml;q=0.9, */*;q=0.1", ["text/csv", "application/xml"])
    'application/xml'
    >>> choose("text/*;q=0.3, text/csv;q=0", ["text/csv", "text/turtle"])
    'text/turtle'
    """
    if not accept or not accept.strip():
        return offered[0]
    ranges = list(_ranges(accept))
    best, best_quality = None, 0.0
    for media in offered:
        quality = _quality(media, ranges)
        if quality > best_quality:
            best, best_quality = media, quality
    return best


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        name, *parameters = (p.strip() for p in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                quality = _number(value.strip())
        if name:
            yield name.lower(), quality


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(media: str, ranges: list[tuple[str, float]]) -> float:
    kind = media.partition("/")[0]
    found = (-1, 0.0)
    for name, quality in ranges:
        exact = name == media or _SYNONYMS.get(name) == media
        rank = 2 if exact else 1 if name == f"{kind}/*" else 0 if name == "*/*" else -1
        if rank > found[0]:
            found = (rank, quality)
    return found[1]


def language(request: Request) -> Lang:
    """Give the language to speak: as asked in the address, else as the browser says, else Dutch."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    ranges = [(name.partition("-")[0], q) for name, q in
              _ranges(request.headers.get("accept-language", ""))]  # fmt: skip
    wanted = [(q, name) for name, q in ranges if name in LANGUAGES and q > 0]
    return max(wanted, key=lambda pair: pair[0])[1] if wanted else "nl"
