"""What one file says, and who says it.

A submission speaks for one organisation, or for nobody in particular when no source was named.
All unattributed files form one submission: what they say counts as said by those it concerns.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import Source
from kg.rdf import parse_file
from kg.rdf.skolem import skolemise
from kg.terms import SUBMISSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.rdf import Triple


@dataclass(frozen=True, slots=True)
class Submission:
    """The statements of one file.

    Attributes:
        source: The file and the organisation that speaks.
        triples: What it says; blank nodes have stable names.
        named: The IRI that a workspace gave its graph; None outside a workspace.
    """

    source: Source
    triples: tuple[Triple, ...]
    named: str | None = None

    @property
    def graph(self) -> str:
        """The IRI of the graph that holds it: one per organisation and file."""
        if self.named is not None:
            return self.named
        if self.source.organisation is None:
            return SUBMISSION + "unattributed"
        who = hashlib.sha256(self.source.organisation.encode()).hexdigest()[:12]
        what = hashlib.sha256(self.source.file.encode()).hexdigest()[:8]
        return f"{SUBMISSION}{who}/{what}"


def read_submission(path: Path, organisation: str | None = None) -> Submission:
    """Read one file as what an organisation says.

    Args:
        path: An RDF file.
        organisation: IRI of who speaks; None for an unattributed file.

    Raises:
        UnreadableInputError: If the file cannot be read.
    """
    return make_submission(parse_file(path), str(path), organisation)


def make_submission(
    triples: Iterable[Triple], file: str, organisation: str | None = None
) -> Submission:
    """Make a submission from triples already read."""
    named = skolemise(list(triples), salt=f"{organisation or ''} {file}")
    return Submission(Source(file, organisation), tuple(named))


def by_graph(submissions: Sequence[Submission]) -> dict[str, list[Submission]]:
    """Group submissions by the graph they go into."""
    out: dict[str, list[Submission]] = {}
    for submission in submissions:
        out.setdefault(submission.graph, []).append(submission)
    return out
