"""What the clients hand in, and their books: what they sent, and what was acknowledged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

STATEMENTS = 20
"""So many statements has each submission: fewer in the store is a partial one."""
_BASE = "https://example.org/"
_SAM = "https://w3id.org/samenspel/def#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, slots=True)
class Task:
    """One submission, made from its number alone, so that it can be sent again after a crash.

    Attributes:
        number: Its number.
    """

    number: int

    @property
    def key(self) -> str:
        """The idempotency key."""
        return f"key-{self.number}"

    @property
    def organisation(self) -> str:
        """Who speaks."""
        return f"{_BASE}o{self.number % 3}"

    @property
    def dataset(self) -> str:
        """Of which data set it is a version: later ones replace earlier ones."""
        return f"set-{self.number % 11}"

    @property
    def data(self) -> bytes:
        """The statements, in canonical form already."""
        node = f"<{self.organisation}/{self.dataset}/{self.number}-"
        lines = [f"{node}{k}> <{_TYPE}> <{_SAM}Service> .\n" for k in range(STATEMENTS - 1)]
        lines.append(f"{node}0> <{_SAM}touches> <{_BASE}aspect{self.number % 5}> .\n")
        return "".join(sorted(lines)).encode()

    @property
    def sha256(self) -> str:
        """The hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(slots=True)
class Book:
    """What one client knows.

    Attributes:
        next: Number of the next submission.
        sent: Sent and not acknowledged; sent again after a crash.
        accepted: Number of each submission acknowledged as accepted, to its id.
        withdrawn: Ids whose withdrawal was acknowledged.
        tokens: Ids of the tokens that were handed out.
        repeated: How often something acknowledged was sent again.
        moved: Numbers that, sent again, were given another id: each is one applied twice.
    """

    next: int = 0
    sent: set[int] = field(default_factory=set)
    accepted: dict[int, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    repeated: int = 0
    moved: list[int] = field(default_factory=list)

    def take(self) -> Task:
        """Give the next submission to send."""
        task = Task(self.next)
        self.next += 1
        self.sent.add(task.number)
        return task

    def acknowledge(self, number: int, receipt: dict[str, Any]) -> None:
        """Note what the writer said of a submission."""
        if receipt["stage"] not in {"accepted", "published", "superseded", "withdrawn"}:
            return
        known = self.accepted.setdefault(number, str(receipt["id"]))
        if known != receipt["id"]:
            self.moved.append(number)
        self.sent.discard(number)
