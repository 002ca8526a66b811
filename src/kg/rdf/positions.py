"""Places in files: where a statement stands, and how to show that place to a person.

The engine reads fast and knows no places. A second, slower reader knows them; it is asked only
when there is something to point at, and believed only when it read exactly the same statements
(:func:`same_statements`).
"""

from __future__ import annotations

import bisect
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import UnreadableInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.text import Text

EXCERPT_WIDTH = 96
"""How much of a line a message shows."""
ROUNDS = 64
"""After how many rounds the comparison of blank nodes stops looking for differences."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file; lines and columns count from 1, in characters.

    >>> str(Place("a.ttl", line=12, column=5)), str(Place("b.xlsx", cell="Diensten!C7"))
    ('a.ttl:12:5', 'b.xlsx Diensten!C7')

    Attributes:
        file: Name of the file, as the user gave it.
        line: Line.
        column: Column.
        pointer: JSON Pointer (RFC 6901), for JSON-LD.
        cell: Sheet and cell, for spreadsheets.
    """

    file: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        head = ":".join(str(p) for p in (self.file, self.line, self.column) if p is not None)
        return " ".join(p for p in (head, self.cell or self.pointer) if p)


@dataclass(frozen=True, slots=True)
class Located:
    """A statement and where it stands.

    Attributes:
        triple: The statement.
        at: Offset of its object (or of the entry, for a link of a list).
        node: Offset of its subject.
    """

    triple: Triple
    at: int
    node: int


class PlacedError(UnreadableInputError):
    """An input that cannot be read, with the place where it goes wrong.

    Attributes:
        place: Where; the message shows it too.
    """

    def __init__(
        self, code: str, message: Text, advice: Text | None = None, *, place: Place
    ) -> None:
        super().__init__(code, message, advice)
        self.place = place


class Lines:
    r"""Offsets to lines and columns.

    >>> Lines("ab\r\ncd").at(4)
    (2, 1)
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Give line and column of an offset, both from 1."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Give the offset of a line and column; never outside the text."""
        start = self._starts[min(max(line, 1), len(self._starts)) - 1]
        return min(start + max(column, 1) - 1, len(self._text))

    def line(self, number: int) -> str:
        """Give the text of one line, without its end."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self._text)
        return self._text[start:end].rstrip("\r\n")


def excerpt(lines: Lines, offset: int, length: int = 1) -> str:
    """Show the line of an offset with carets under the offending text.

    Control and direction characters are replaced, so that a file cannot steer the terminal.

    >>> print(excerpt(Lines("a b c"), 2))
      1 | a b c
        |   ^
    """
    number, column = lines.at(offset)
    text = lines.line(number)
    start = max(0, column - 1 - EXCERPT_WIDTH // 2) if len(text) > EXCERPT_WIDTH else 0
    part = "".join(
        " " if c == "\t" else c if c.isprintable() else "\ufffd"
        for c in text[start : start + EXCERPT_WIDTH]
    )
    gutter = f"{number:>3}"
    carets = "^" * max(1, min(length, len(part) - (column - 1 - start)))
    blank = " " * len(gutter)
    return f"{gutter} | {part}\n{blank} | {' ' * (column - 1 - start)}{carets}"


def same_statements(
    ours: Sequence[Triple], theirs: Sequence[Triple]
) -> Mapping[BlankNode, BlankNode] | None:
    """Compare two readings of one file up to the names of blank nodes.

    Nodes are told apart by their surroundings (colour refinement); those that stay alike are
    paired in order of appearance. The pairing is then checked, so a result is a proof.

    Args:
        ours: Statements of one reader.
        theirs: Statements of the other.

    Returns:
        Which blank node of the first is which of the second, or None if they differ.
    """
    if len(ours) != len(theirs):
        return None
    left, right = _colours(ours), _colours(theirs)
    if left.keys() != right.keys():
        return None
    pairs: dict[BlankNode, BlankNode] = {}
    for colour, nodes in left.items():
        if len(nodes) != len(right[colour]):
            return None
        pairs.update(zip(nodes, right[colour], strict=True))
    renamed = Counter(rename(t, pairs) for t in ours)
    return pairs if renamed == Counter(theirs) else None


def rename(triple: Triple, names: Mapping[BlankNode, BlankNode]) -> Triple:
    """Give the triple with its blank nodes renamed."""
    subject, target = triple.subject, triple.object
    if isinstance(subject, BlankNode):
        subject = names[subject]
    if isinstance(target, BlankNode):
        target = names[target]
    return Triple(subject, triple.predicate, target)


def _colours(triples: Iterable[Triple]) -> dict[int, list[BlankNode]]:
    """Group blank nodes by what surrounds them, each group in order of appearance."""
    edges: dict[BlankNode, list[tuple[bool, str, BlankNode | str]]] = defaultdict(list)
    for t in triples:
        if isinstance(t.subject, BlankNode):
            edges[t.subject].append((True, t.predicate.value, _known(t.object)))
        if isinstance(t.object, BlankNode):
            edges[t.object].append((False, t.predicate.value, _known(t.subject)))
    colour: dict[BlankNode, int] = dict.fromkeys(edges, 0)
    kinds = 0
    for _ in range(ROUNDS):
        colour = {
            node: hash(tuple(sorted((d, p, hash(colour.get(o, o) if isinstance(o, BlankNode)
                                                else o)) for d, p, o in around)))
            for node, around in edges.items()
        }  # fmt: skip
        if len(set(colour.values())) == kinds:
            break
        kinds = len(set(colour.values()))
    groups: dict[int, list[BlankNode]] = defaultdict(list)
    for node, value in colour.items():
        groups[value].append(node)
    return dict(groups)


def _known(term: NamedNode | BlankNode | Literal | Triple) -> BlankNode | str:
    return term if isinstance(term, BlankNode) else str(term)


def subject_of(triple: Triple) -> NamedNode | BlankNode:
    """Give the subject of a statement; the engine's own type allows more than RDF does."""
    return cast("NamedNode | BlankNode", triple.subject)
