"""Sources from a plain folder of RDF files, and the excerpt of EU tables that ships.

In: a folder. Out: one source per file; nothing is kept.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.rdf import FORMATS, parse_file, to_ntriples, value
from kg.vocabularies.view import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kg.rdf import Triple

_VERSIONS: Final = (
    "https://identifier.overheid.nl/tooi/def/wl/volgnummer",
    "http://www.w3.org/2002/07/owl#versionInfo",
    "http://purl.org/pav/version",
)
"""What a version is read from, the best first."""
_BUNDLED = Path(__file__).with_name("bundled")
_MAX_VERSION = 24


@lru_cache(maxsize=1)
def excerpts() -> tuple[Source, ...]:
    """Give the excerpt that ships with the product: languages and countries of the EU."""
    return tuple(sources(_BUNDLED, excerpts={path.stem for path in _BUNDLED.iterdir()}))


def sources(directory: Path, *, excerpts: Collection[str]) -> list[Source]:
    """Give the RDF files of a folder as sources.

    Args:
        directory: The folder; folders in it count too.
        excerpts: Names of files (without ending) that hold only a part of their schemes.

    Raises:
        UnreadableInputError: A file cannot be read.
    """
    return [
        _source(path, whole=path.stem not in excerpts)
        for path in sorted(directory.rglob("*"))
        if path.suffix.lower() in FORMATS and path.is_file()
    ]


def _source(path: Path, *, whole: bool) -> Source:
    triples = tuple(parse_file(path, merge=True))
    version = stated_version(triples)
    if not version:
        version = hashlib.sha256(to_ntriples(triples).encode()).hexdigest()[:12]
    return Source(path.stem, version, triples, whole)


def stated_version(triples: Sequence[Triple]) -> str:
    """Give what a vocabulary says its version is; empty when it does not say, or says several.

    A sentence is no version: it must be short and hold a digit.
    """
    for predicate in _VERSIONS:
        said = {value(t.object) for t in triples if t.predicate.value == predicate}
        short = {v for v in said if len(v) <= _MAX_VERSION and any(c.isdigit() for c in v)}
        if len(short) == 1:
            return short.pop()
    return ""
