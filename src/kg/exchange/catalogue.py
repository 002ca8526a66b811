"""The description of a workspace by itself, as an export: DCAT and VoID, and who is to be named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.text import Text
from kg.vocabularies.description import attribution_lines, catalogue, loaded
from kg.vocabularies.home import Home

if TYPE_CHECKING:
    from pathlib import Path

    from kg.rdf import Triple
    from kg.store import GraphStore

NAME = "catalogue"
ABOUT = Text(
    "De werkmap zelf: wat erin staat, met versies en licenties van alles wat geladen is.",
    "The workspace itself: what is in it, with versions and licences of everything loaded.",
)
BASE = "https://w3id.org/samenspel/id/workspace"
"""Where the description says it stands, when nobody gives the address of a service."""
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Description:
    """What a workspace says of itself.

    Attributes:
        triples: The description.
        attribution: The lines that licences ask to show.
    """

    triples: tuple[Triple, ...]
    attribution: tuple[Text, ...]


def describe(store: GraphStore, vocabularies: Path, address: str = BASE) -> Description:
    """Describe a workspace.

    Args:
        store: Its statements.
        vocabularies: Its folder with vocabularies; it need not exist.
        address: Address of the service that serves it.
    """
    lock = loaded(Home(vocabularies))
    return Description(
        tuple(catalogue(store, lock, address.rstrip("/"))), tuple(attribution_lines(lock))
    )
