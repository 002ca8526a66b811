"""IRIs that the code itself names; all other terms live in the ontology and the rule files."""

from __future__ import annotations

SAM = "https://w3id.org/samenspel/def#"
"""The ontology: actor, interest, service, coordination theme, value co-creation."""
D = "https://w3id.org/samenspel/derived#"
"""Derived predicates: written by the rules, never submitted."""
FINDING = "https://w3id.org/samenspel/finding/"
GRAPH = "https://w3id.org/samenspel/graph/"
ID = "https://w3id.org/samenspel/id/"
"""Minted identifiers of things that no register names."""

CURRENT = GRAPH + "current"
"""The merge of all statements in force: what the rules read as data."""
DERIVED = GRAPH + "derived"
"""Helper edges and findings: what the rules write."""
PROVENANCE = GRAPH + "provenance"
"""Which graph speaks for which organisation, and whose node is whose."""
ONTOLOGY = GRAPH + "ontology"
SUBMISSION = GRAPH + "submission/"
VOCABULARY = GRAPH + "vocabulary/"

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SKOS_PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
XSD = "http://www.w3.org/2001/XMLSchema#"
