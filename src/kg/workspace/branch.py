"""A private branch of what is published: try something, look at the findings, throw it away.

A branch is a generation copied by hard links and opened for writing; what is written to it never
reaches the original. Preview, what-if, two submissions waiting at once and another date are all
the same thing: a branch with an overlay.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.rules.findings import read_findings
from kg.rules.weights import load_weights
from kg.store import EmbeddedStore
from kg.workspace.project import aim, apply

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from kg.intake.submission import Submission
    from kg.model import Finding, Findings
    from kg.workspace.generations import Generation
    from kg.workspace.history import State

_SHARED = ".sst"
"""Files the engine never changes once written; the others are copied."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change does to the findings.

    Attributes:
        new: Findings that were not there.
        resolved: Findings that are gone.
        changed: Findings that are still there, as they were and as they become.
    """

    new: tuple[Finding, ...]
    resolved: tuple[Finding, ...]
    changed: tuple[tuple[Finding, Finding], ...]


def compare(before: Findings, after: Findings) -> Consequences:
    """Tell two lists of findings apart, by their IRIs.

    >>> from kg.model import Findings
    >>> import datetime as dt
    >>> none = Findings(dt.date(2026, 1, 1), ())
    >>> compare(none, none)
    Consequences(new=(), resolved=(), changed=())
    """
    old, new = {f.iri: f for f in before}, {f.iri: f for f in after}
    both = [(old[iri], f) for iri, f in new.items() if iri in old]
    return Consequences(
        new=tuple(f for iri, f in new.items() if iri not in old),
        resolved=tuple(f for iri, f in old.items() if iri not in new),
        changed=tuple((a, b) for a, b in both if a != b),
    )


class Branch:
    """A branch of a generation; close it to throw it away.

    Args:
        generation: Where it starts.
        place: A directory on the same file system, so that the copy is cheap.
    """

    def __init__(self, generation: Generation, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self._root = Path(tempfile.mkdtemp(prefix="branch-", dir=place))
        try:
            _copy(generation.path, self._root / "store")
            self.store = EmbeddedStore(self._root / "store")
        except BaseException:
            shutil.rmtree(self._root, ignore_errors=True)
            raise

    def apply(
        self,
        state: State,
        submissions: Sequence[Submission],
        day: dt.date,
        *,
        add: Sequence[Submission] = (),
        remove: Collection[str] = (),
    ) -> Findings:
        """Put an overlay on the branch and derive again.

        Args:
            state: Who is registered, and what is in force.
            submissions: What is in force.
            day: The date to look at.
            add: Submissions to count as well.
            remove: IRIs of graphs of submissions not to count.

        Returns:
            The findings of the branch.
        """
        kept = [s for s in submissions if s.graph not in remove]
        apply(self.store, aim(state, [*kept, *add], day))
        return self.findings(day)

    def findings(self, day: dt.date) -> Findings:
        """Read the findings that the branch holds."""
        return read_findings(self.store, day, load_weights())

    def close(self) -> None:
        """Throw the branch away."""
        self.store.close()
        shutil.rmtree(self._root, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _copy(source: Path, target: Path) -> None:
    """Copy a snapshot: table files by link, for they never change, the rest by content."""
    target.mkdir()
    for file in source.iterdir():
        if file.suffix == _SHARED:
            os.link(file, target / file.name)
        elif file.name != "LOCK":
            shutil.copyfile(file, target / file.name)
