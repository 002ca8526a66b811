"""A small reconciliation service, and the official schemas to check what it says."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from kg.rdf import FORMATS, parse_bytes
from kg.store import MemoryStore
from kg.terms import CURRENT, SAM
from kg.vocabularies import Vocabularies
from kg.vocabularies.catalogue import Catalogue, entries_of_store
from kg.vocabularies.reconcile import Reconciler
from kg.vocabularies.view import Source
from links.registers import ONT, TOOI

if TYPE_CHECKING:
    from kg.vocabularies import Entry

SPECS = Path(__file__).parents[3] / "shared" / "conformance" / "reconciliation"
GEMEENTE = ONT + "Gemeente"
DAY = dt.date(2026, 1, 1)
GM = TOOI + "gemeente/"
OWN = "https://example.org/id/"
LIST = f"""
@prefix gm: <{GM}> .
@prefix pv: <{TOOI}provincie/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ont: <{ONT}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
gm:gm0001 a ont:Gemeente ; rdfs:label "gemeente Almere" ; ont:ligtInProvincie pv:pv24 ;
  ont:officieleNaamExclSoort "Almere" ; ont:organisatiecode "gm0001" .
gm:gm0002 a ont:Gemeente ; rdfs:label "gemeente Bedum" ; ont:einddatum "2018-12-31"^^xsd:date .
gm:gm0003 a ont:Gemeente ; rdfs:label "gemeente Het Hogeland" .
gm:gm0004 a ont:Gemeente ; rdfs:label "gemeente <b>&amp; \\"Raar\\"</b>" .
pv:pv24 a ont:Provincie ; rdfs:label "provincie Flevoland" ;
  ont:officieleNaamExclSoort "Flevoland" .
gm:wzg_1 a ont:Samenvoeging ; prov:invalidated gm:gm0002 ; prov:generated gm:gm0003 .
"""
OURS = f"""
@prefix : <{OWN}> .
@prefix sam: <{SAM}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:loket a sam:Service ; rdfs:label "Loket Almere"@nl , "Almere desk"@en .
:dienst a sam:Organisation ; rdfs:label "Regionale Dienst"@nl .
:jan a sam:Person , sam:Actor ; rdfs:label "Jan Almere" .
:niets rdfs:label "Almere zonder soort" .
"""


def vocabularies() -> Vocabularies:
    triples = tuple(parse_bytes(LIST.encode(), FORMATS[".ttl"]))
    return Vocabularies([Source("tooi", "1", triples)])


def ours() -> list[Entry]:
    store = MemoryStore()
    store.add(CURRENT, parse_bytes(OURS.encode(), FORMATS[".ttl"]))
    try:
        return entries_of_store(store)
    finally:
        store.close()


@lru_cache(maxsize=1)
def service() -> Reconciler:
    return Reconciler(Catalogue([*vocabularies().entries(), *ours()]), lambda: DAY)


# --- the schemas ---------------------------------------------------------------------------

SECURITY = "http://swagger.io/v2/schema.json"


@lru_cache(maxsize=2)
def schemas(version: str) -> tuple[dict[str, Any], Registry[Any]]:
    """Give the schemas of a version by name, and a registry in which they find each other."""
    found: dict[str, Any] = {}
    resources = []
    for path in sorted((SPECS / version / "schemas").glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = schema
        names = {schema.get("$id", path.stem), path.name}
        if path.stem == "openapi":
            names.add(SECURITY)
        folders = {n.rpartition("/")[0] + "/" + path.name for n in _ids(version)}
        resources += [(name, DRAFT7.create_resource(schema)) for name in names | folders]
    return found, Registry().with_resources(resources)


@lru_cache(maxsize=2)
def _ids(version: str) -> frozenset[str]:
    texts = (p.read_text(encoding="utf-8") for p in (SPECS / version / "schemas").glob("*.json"))
    return frozenset(i for t in texts if (i := json.loads(t).get("$id")))


def faults(version: str, kind: str, said: object) -> list[str]:
    """Give what is wrong with a document according to the schema of the standard."""
    found, registry = schemas(version)
    schema = _schema(found, version, kind)
    said = {"suggest": said} if kind == "suggest-metadata" else said
    return [e.message for e in Draft7Validator(schema, registry=registry).iter_errors(said)]


def _schema(found: dict[str, Any], version: str, kind: str) -> Any:  # noqa: ANN401 - a schema
    if kind in found:
        return found[kind]
    manifest = found["manifest"]["properties"]
    results = found["reconciliation-result-batch"]
    if version == "0.2":
        candidate = next(iter(results["patternProperties"].values()))["properties"]["result"]
    else:
        candidate = results["properties"]["results"]["items"]["properties"]["candidates"]
    id_ = found["manifest"]["$id"]
    parts = {
        "data-extension-metadata": manifest["extend"],
        "preview-metadata": manifest["preview"],
        # It points at its own definitions from the root of the manifest.
        "suggest-metadata": {"properties": {"suggest": manifest["suggest"]}},
        "reconciliation-candidate": candidate["items"],
        "flyout-response": {
            "type": "object", "required": ["id", "html"],
            "properties": {"id": {"type": "string"}, "html": {"type": "string"}},
        },
    }  # fmt: skip
    part = dict(parts[kind])
    return {"$id": id_, **part}
