"""What a submission would change in the findings, told before anyone accepts it.

Runs in a worker for one file, in memory, beside the generation that it opened: nothing of it is
ever written, and no other reader comes near it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kg.errors import WorkspaceError
from kg.insight.views import FindingList
from kg.intake.authority import Registry
from kg.intake.examining import told
from kg.intake.submission import Submission
from kg.model import Source
from kg.pipeline import find
from kg.rdf.bounds import Bounds, read_triples
from kg.rdf.skolem import name_blanks
from kg.terms import SUBMISSION
from kg.text import Text
from kg.workspace.branch import compare
from kg.workspace.examine import examine, place
from kg.workspace.project import salt_of
from kg.workspace.reading import unpack
from kg.workspace.seen import desk
from kg.workspace.views import warm as warm_views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import Finding

_FREE = Bounds(size=2**62, triples=2**62, literal=2**31, iri=2**20, number=2**31, nesting=2**31)


def preview(payload: bytes) -> bytes:
    """Examine a file, and give the findings that would come, go and change with it.

    Args:
        payload: As :func:`kg.intake.examining.asked` makes it.

    Returns:
        JSON: ``asOf``, ``conforms``, ``report`` (as it is shown), ``new``, ``resolved`` and
        ``changed``; the last three empty for a file that would not be accepted.

    Raises:
        WorkspaceError: ``KG-A015`` where what is published is out of reach.
    """
    if place().store is None:
        raise WorkspaceError(
            "KG-A015",
            Text("gevolgen zijn hier niet vooraf te zien", "consequences cannot be seen here"),
            Text("dien in; de bevindingen veranderen daarna", "submit; the findings follow"),
        )
    examined = told(examine(payload))
    document: dict[str, Any] = {"new": [], "resolved": [], "changed": []}
    if examined.conforms and examined.canonical is not None:
        head, _ = unpack(payload)
        document = _changes(head, examined.canonical)
    document |= {
        "asOf": desk().of.as_of.isoformat(),
        "conforms": examined.conforms,
        "report": examined.verdict,
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _changes(head: Mapping[str, Any], canonical: bytes) -> dict[str, Any]:
    here = desk()
    day = here.of.as_of
    before = here.view(day)
    said = [s for s, _ in here.said.authorised.submissions if s.graph not in head["replaces"]]
    registry = Registry(dict(head["prefixes"]), str(head["operator"]))
    after = find([*said, _offered(head, canonical)], as_of=day, registry=registry)
    change = compare(before.findings, after.findings)
    old = FindingList(before.findings, before.store)
    new = FindingList(after.findings, after.store)
    return {
        "new": [_told(new, f) for f in change.new],
        "resolved": [_told(old, f) for f in change.resolved],
        "changed": [{"before": a.as_dict(), "after": _told(new, b)} for a, b in change.changed],
    }


def _offered(head: Mapping[str, Any], canonical: bytes) -> Submission:
    source = Source(str(head["name"]), head["organisation"])
    triples = read_triples(
        canonical.decode(), media="application/n-triples", name=source.file,
        bounds=_FREE, lenient=True, keep=True,
    )  # fmt: skip
    named = name_blanks(list(triples), salt_of(source.organisation, source.file))
    return Submission(source, tuple(named), SUBMISSION + "preview")


def _told(found: FindingList, finding: Finding) -> dict[str, Any]:
    return {
        "finding": finding.as_dict(),
        "sentence": found.wording.sentence(finding)._asdict(),
    }


def warm() -> None:
    """Read what this needs from files, before the walls of a worker stand."""
    warm_views()
