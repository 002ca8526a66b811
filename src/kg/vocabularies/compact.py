"""Facts of a vocabulary as JSON, and back: loading a register takes milliseconds that way."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from kg.vocabularies.entries import Entry, Facts, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

FORM: Final = 1
"""Number of this form; another number makes an index anew."""


def to_json(facts: Facts) -> str:
    """Write facts; equal facts give equal text."""
    document = {
        "entries": [_plain(facts.entries[iri]) for iri in sorted(facts.entries)],
        "after": _sorted(facts.after),
        "owms": _sorted(facts.owms),
        "notations": {iri: list(codes) for iri, codes in sorted(facts.notations.items())},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str, *, vocabulary: str) -> Facts:
    """Read facts.

    Args:
        text: What ``to_json`` gave.
        vocabulary: Name of the vocabulary.

    Raises:
        ValueError: When it is something else; also ``KeyError`` and ``TypeError``.
    """
    document: dict[str, Any] = json.loads(text)
    return Facts(
        entries={plain[0]: _entry(plain, vocabulary) for plain in document["entries"]},
        after={iri: frozenset(later) for iri, later in document["after"].items()},
        owms={iri: frozenset(iris) for iri, iris in document["owms"].items()},
        notations={iri: tuple(codes) for iri, codes in document["notations"].items()},
    )


def _sorted(found: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    return {iri: sorted(found[iri]) for iri in sorted(found)}


def _plain(entry: Entry) -> list[Any]:
    return [
        entry.iri,
        dict(entry.labels),
        list(entry.types),
        entry.begun and entry.begun.isoformat(),
        entry.ended and entry.ended.isoformat(),
        list(entry.alternatives),
        list(entry.places),
        entry.scheme,
        list(entry.codes),
        entry.deprecated,
    ]


def _entry(plain: list[Any], vocabulary: str) -> Entry:
    iri, labels, types, begun, ended, alternatives, places, scheme, codes, deprecated = plain
    return Entry(
        iri=iri,
        label=text_of(labels),
        types=tuple(types),
        ended=None if ended is None else dt.date.fromisoformat(ended),
        deprecated=deprecated,
        labels=labels,
        alternatives=tuple(alternatives),
        begun=None if begun is None else dt.date.fromisoformat(begun),
        places=tuple(places),
        scheme=scheme,
        codes=tuple(codes),
        vocabulary=vocabulary,
    )
