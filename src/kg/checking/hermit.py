"""Runs HermiT on one N-Triples file, as a program of its own: ``python hermit.py JAVA FILE``.

It is a separate process because owlready2 leaves its temporary file behind when an ontology is
inconsistent, and because a reasoner can take very long: the caller gives it a folder and a time
limit. It writes one JSON object: ``consistent``, ``unsatisfiable`` (class IRIs), ``error``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import owlready2


def main(java: str, file: str) -> dict[str, object]:
    """Give HermiT's answer.

    Args:
        java: Path of the Java program.
        file: N-Triples, cleaned of imports and owlready2 annotations by the caller.
    """
    owlready2.JAVA_EXE = java
    world = owlready2.World()
    ontology = world.get_ontology("https://w3id.org/samenspel/merged-for-reasoning#")
    with Path(file).open("rb") as content:
        ontology.load(only_local=True, fileobj=content)
    try:
        with ontology:
            owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return {"consistent": False, "unsatisfiable": [], "error": None}
    except owlready2.OwlReadyJavaError as error:
        return {"consistent": None, "unsatisfiable": [], "error": str(error)}
    empty = {str(cls.iri) for cls in world.inconsistent_classes()}
    empty.discard("http://www.w3.org/2002/07/owl#Nothing")
    return {"consistent": True, "unsatisfiable": sorted(empty), "error": None}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2])))
