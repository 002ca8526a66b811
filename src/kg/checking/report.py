"""The verdict on what was handed in: four bins, with place and repair.

Bad data is a value, never an exception. A conflict of interest is never a result here: data about a
conflict is valid data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from kg.rdf.positions import Place
    from kg.text import Text

Bin = Literal["must-fix", "should-fix", "unknown-reference", "information"]

BINS: tuple[Bin, ...] = ("must-fix", "should-fix", "unknown-reference", "information")
"""From what refuses a submission to what is only told."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A change that mends one result, verified by checking again with it.

    Attributes:
        about: What to do, in words.
        remove: N-Triples lines to take out.
        add: N-Triples lines to put in.
        verified: Whether checking again with the change made the result go away and brought no new.
    """

    about: Text
    remove: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One thing found in what was handed in.

    Attributes:
        bin: What it means for the submission.
        message: What is wrong and what to do, for a steward.
        focus: The node, as an IRI or ``_:`` label.
        focus_label: Its name, when it has one.
        path: The property, as a SPARQL property path in full IRIs; empty for a result about a node.
        path_words: The property in words.
        value: The value, as an N-Triples term; empty when a value is missing.
        expected: What was expected, in words.
        shape: IRI of the shape, or of the rule that is no shape (``urn:samenspel:check:…``).
        constraint: Constraint component, as ``sh:…`` or the code of the check.
        code: Stable code ``KG-V…`` with a page of its own.
        source: Where it stands.
        repair: What would mend it, when that is known.
        alternatives: Several changes that would each mend it, when a person has to choose; then
            ``repair`` is None.
    """

    bin: Bin
    message: Text
    focus: str
    shape: str
    constraint: str
    code: str
    path: str = ""
    value: str = ""
    focus_label: Text | None = None
    path_words: Text | None = None
    expected: Text | None = None
    source: Place | None = None
    repair: Repair | None = None
    alternatives: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Results of one shape and constraint in one bin, counted.

    Attributes:
        results: Those kept (at most the limit per rule), in order of place.
        total: How many there are.
    """

    results: tuple[Result, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on one or more files.

    Attributes:
        files: The files checked.
        as_of: The date at which references were looked at.
        groups: Results grouped by bin, shape and constraint; gravest bin first.
        passed: How many (shape, node) checks passed.
        not_checked: What was not checked and why.
        versions: Name to version of the shapes and vocabularies used.
        media: Syntax of each file.
    """

    files: tuple[str, ...]
    as_of: dt.date
    groups: tuple[Group, ...]
    passed: int
    not_checked: tuple[Text, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)

    @property
    def conforms(self) -> bool:
        """Whether nothing must be fixed."""
        return not any(r.bin == "must-fix" for g in self.groups for r in g.results)

    @property
    def results(self) -> tuple[Result, ...]:
        """All results kept, gravest first."""
        return tuple(r for g in self.groups for r in g.results)


def sentences(message: str, advice: str, place: Place) -> str:
    r"""Give an error in sentences, without its place and its excerpt, which stand beside it.

    >>> from kg.rdf.positions import Place
    >>> sentences("a.ttl:1:2: dit kan niet\n 1 | x", "schrijf y", Place("a.ttl", 1, 2))
    'Dit kan niet. Schrijf y.'
    """
    first = message.split("\n", 1)[0]
    for head in (f"{place}: ", f"{place.file}: "):
        first = first.removeprefix(head)
    return " ".join(_sentence(p) for p in (first, advice) if p)


def _sentence(text: str) -> str:
    start = text if text.startswith("http") else f"{text[:1].upper()}{text[1:]}"
    return start.rstrip(".") + "."
