"""Which shapes to check with: our own, a known profile of others, or any shapes file.

The profiles of others do not ship with the product. The operator names a folder that holds their
releases; they are found there under the names their keepers publish them with.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.checking.graphs import empty_graph, to_graph
from kg.checking.shacl import ShapesError
from kg.errors import NotFoundError
from kg.rdf import Literal, parse_file, to_ntriples, value
from kg.resources import ontology_dir
from kg.terms import SAM
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from rdflib import Graph

    from kg.rdf import Triple

_VERSION = "http://www.w3.org/2002/07/owl#versionInfo"
_SHAPES = "http://www.w3.org/ns/shacl#"

KNOWN: Mapping[str, tuple[str, ...]] = {
    "cpsv-ap-3.2.0": ("3.2.0/shacl/cpsv-ap-SHACL.ttl",),
    "cpsv-ap-2.2.1": ("2.2.1/CPSV-AP_shacl_shapes_v2.2.1.ttl",),
    "cpov-2.1.2": ("2.1.2/shacl/core-public-organisation-ap-SHACL.ttl",),
    "nl-sbb": ("profiles/skos-ap-nl.ttl",),
    "dcat-ap-nl-3.0": (
        "shapes/300/dcat-ap-nl-SHACL.ttl",
        "shapes/300/dcat-ap-nl-SHACL-aanbevolen.ttl",
        "shapes/300/dcat-ap-nl-SHACL-klassebereik.ttl",
    ),
}
"""Profiles of others, and the end of the path of each of their files."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Shapes to check with.

    Attributes:
        name: What it is called.
        version: The version the shapes give themselves, else the start of a hash.
        shapes: The shapes.
        ontology: What explains the terms of the shapes; context for the check.
        own: Whether these are the shapes of the product.
    """

    name: str
    version: str
    shapes: Graph
    ontology: Graph
    own: bool = False


@lru_cache(maxsize=1)
def default_profile() -> Profile:
    """Give the shapes of the product, with its ontology as context."""
    root = ontology_dir()
    shapes = _read(sorted(root.glob("shapes/*.ttl")))
    return Profile(
        "samenspel", _version(shapes), to_graph(shapes), to_graph(own_ontology()), own=True
    )


@lru_cache(maxsize=1)
def own_ontology() -> tuple[Triple, ...]:
    """Give the statements of the modules of our ontology."""
    return _read(sorted(ontology_dir().glob("*.ttl")))


@lru_cache(maxsize=1)
def own_terms() -> frozenset[str]:
    """Give the IRIs that our ontology describes in its own namespace."""
    return frozenset(value(t.subject) for t in own_ontology() if value(t.subject).startswith(SAM))


def find_profile(name: str, directory: Path | None = None) -> Profile:
    """Give a profile by its name.

    Args:
        name: ``samenspel``, or one of ``KNOWN``.
        directory: Where the operator keeps the releases of others.

    Raises:
        NotFoundError: No such profile (``KG-N021``), no folder named (``KG-N022``), or a file of
            the profile is not in the folder (``KG-N023``).
    """
    if name == "samenspel":
        return default_profile()
    if name not in KNOWN:
        raise NotFoundError(
            "KG-N021",
            Text(f"onbekend profiel: {name}", f"unknown profile: {name}"),
            _one_of(["samenspel", *KNOWN]),
        )
    if directory is None:
        raise NotFoundError(
            "KG-N022",
            Text(f"het profiel {name} wordt niet meegeleverd", f"profile {name} does not ship"),
            Text(
                "noem de map waar de uitgaven van dit profiel staan",
                "name the folder that holds the releases of this profile",
            ),
        )
    return read_profile([_file(name, end, directory) for end in KNOWN[name]], name=name)


def read_profile(paths: Sequence[Path], *, name: str | None = None) -> Profile:
    """Give a profile from shapes files. What they import is not fetched.

    Args:
        paths: RDF files with shapes, from the operator and never from a submitter.
        name: What to call it; by default the name of the first file.

    Raises:
        UnreadableInputError: A file cannot be read.
        ShapesError: The files hold no shape at all (``KG-S011``).
    """
    triples = _read(paths)
    label = name or paths[0].name
    if not any(_SHAPES in f"{t.predicate} {t.object}" for t in triples):
        raise ShapesError(
            "KG-S011",
            Text(f"{label}: hierin staat geen enkele vorm", f"{label}: holds no shape at all"),
            Text("geef een bestand met SHACL-vormen", "give a file with SHACL shapes"),
        )
    at_end = re.search(r"-(\d[\d.]*)$", label) if name in KNOWN else None
    version = at_end[1] if at_end else _version(triples)
    return Profile(label, version, to_graph(triples), empty_graph())


def _read(paths: Iterable[Path]) -> tuple[Triple, ...]:
    return tuple(t for path in paths for t in parse_file(path))


def _file(name: str, end: str, directory: Path) -> Path:
    leaf = end.rpartition("/")[2]
    found = sorted(p for p in directory.rglob(leaf) if p.as_posix().endswith(f"/{end}"))
    if not found:
        raise NotFoundError(
            "KG-N023",
            Text(
                f"profiel {name}: {end} staat niet in {directory}",
                f"profile {name}: {end} is not in {directory}",
            ),
            Text(
                "zet de uitgave daar zoals zij is gepubliceerd",
                "put the release there as it was published",
            ),
        )
    return found[0]


def _version(triples: Sequence[Triple]) -> str:
    said = {
        t.object.value
        for t in triples
        if t.predicate.value == _VERSION
        and isinstance(t.object, Literal)
        and re.fullmatch(r"[vV]?\d[\w.-]{0,19}", t.object.value)
    }
    if len(said) == 1:
        return said.pop()
    return hashlib.sha256(to_ntriples(triples).encode()).hexdigest()[:12]


def _one_of(names: Iterable[str]) -> Text:
    listed = ", ".join(names)
    return Text(f"kies uit: {listed}", f"choose from: {listed}")
