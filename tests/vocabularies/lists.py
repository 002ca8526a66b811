"""Small lists that the tests of vocabularies share, and where the real ones stand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kg.rdf import FORMATS, Triple, parse_bytes
from kg.text import Text
from kg.vocabularies.home import Home
from kg.vocabularies.lock import Locked
from kg.vocabularies.reading import Reading, read_vocabulary

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not (DATA / "tooi").is_dir(),
    reason="the real registers are not beside the checkout (../shared)",
)
DAY = dt.date(2026, 3, 1)
GM = "https://identifier.overheid.nl/tooi/id/gemeente/"
PREFIXES = f"""
@prefix gm: <{GM}> .
@prefix ex: <https://example.org/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tooiont: <https://identifier.overheid.nl/tooi/def/ont/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
OLDER = (
    PREFIXES
    + """
<https://example.org/list> owl:versionInfo "1.0" .
gm:gm0001 a tooiont:Gemeente ; rdfs:label "gemeente Een" ;
  tooiont:officieleNaamExclSoort "Een" ; tooiont:organisatiecode "gm0001" ;
  tooiont:ligtInProvincie <https://identifier.overheid.nl/tooi/id/provincie/pv24> ;
  tooiont:begindatum "1990-01-01"^^xsd:date .
gm:gm0002 a tooiont:Gemeente ; rdfs:label "gemeente Twee" .
gm:gm0003 a tooiont:Gemeente ; rdfs:label "gemeente Drie" .
gm:gm0004 a tooiont:Gemeente ; rdfs:label "gemeente Vier" .
gm:hv_1 a tooiont:Gemeente , tooiont:HistorischeVersie ; rdfs:label "gemeente Een-oud" ;
  prov:specializationOf gm:gm0001 .
[] a prov:Activity ; rdfs:comment "een knoop zonder naam" .
"""
)
NEWER = (
    OLDER.replace('"1.0"', '"1.1"')
    .replace('gm:gm0002 a tooiont:Gemeente ; rdfs:label "gemeente Twee" .\n', "")
    .replace('"gemeente Vier"', '"gemeente Vier-Vijf"')
    + """
gm:gm0005 a tooiont:Gemeente ; rdfs:label "gemeente Vijf" .
gm:gm0006 a tooiont:Gemeente ; rdfs:label "gemeente Twee" .
gm:gm0003 tooiont:einddatum "2025-12-31"^^xsd:date .
<urn:merger> prov:invalidated gm:gm0003 ; prov:generated gm:gm0005 .
"""
)


def triples(turtle: str) -> list[Triple]:
    return parse_bytes(turtle.encode(), FORMATS[".ttl"], name="list.ttl")


def reading(folder: Path, turtle: str, name: str = "list.ttl") -> Reading:
    file = folder / name
    file.write_text(turtle, encoding="utf-8")
    return read_vocabulary(file)


def about(name: str = "list") -> Locked:
    return Locked(id=name, title=Text("Lijst", "List"), licence="https://example.org/licence",
                  attribution=Text("Bron: wij", "Source: us"), days=31)  # fmt: skip


def filled(folder: Path) -> Home:
    """Give a home with both versions; the newer is in use."""
    home = Home(folder / "vocabularies")
    home.add(about(), reading(folder, OLDER), version="1.0", day=DAY)
    home.add(about(), reading(folder, NEWER), version="1.1", day=DAY)
    return home
