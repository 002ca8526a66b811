"""SHACL, reference states, privacy rules and ontology quality gates."""
