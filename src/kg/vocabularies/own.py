"""The vocabularies that are the product itself: its own terms, and the prefixes it knows.

In: the ontology folder and the prefix map. Out: sources of a view, described as the lock does.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.rdf import Literal, NamedNode, Triple, parse_file
from kg.rdf.prefixes import KNOWN_PREFIXES
from kg.rdf.skolem import canonical
from kg.resources import ontology_dir
from kg.text import Text
from kg.vocabularies.folder import stated_version
from kg.vocabularies.lock import Locked, Snapshot
from kg.vocabularies.view import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

OWN: Final = "samenspel"
PREFIXES: Final = "prefixes"
_PREFIX: Final = NamedNode("http://purl.org/vocab/vann/preferredNamespacePrefix")


@lru_cache(maxsize=1)
def own_sources() -> tuple[Source, ...]:
    """Give the terms of the product and the prefixes it knows.

    >>> [source.name for source in own_sources()]
    ['samenspel', 'prefixes']
    """
    terms = [t for file in sorted(ontology_dir().glob("*.ttl")) for t in parse_file(file)]
    prefixes = [
        Triple(NamedNode(namespace), _PREFIX, Literal(prefix))
        for prefix, namespace in sorted(KNOWN_PREFIXES.items())
    ]
    version = stated_version(terms)
    return (
        Source(OWN, version, tuple(canonical(terms)), whole=False),
        Source(PREFIXES, version, tuple(prefixes), whole=False),
    )


def own_locked() -> Sequence[Locked]:
    """Describe them as the lock describes what was taken in."""
    terms, prefixes = own_sources()
    return (
        _locked(terms, Text("Begrippen van Samenspel", "Terms of Samenspel")),
        _locked(prefixes, Text("Bekende prefixen", "Known prefixes")),
    )


def _locked(source: Source, title: Text) -> Locked:
    count = len(source.triples)
    snapshot = Snapshot(source.version, dt.date.min, "", "", count)
    return Locked(
        id=source.name,
        title=title,
        licence=_LICENCE,
        media="text/turtle",
        current=source.version,
        snapshots=(snapshot,),
    )


_LICENCE: Final = "http://data.europa.eu/eli/dec_impl/2017/863/oj"
