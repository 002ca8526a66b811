"""The values that flow along the way of data; all frozen, all plain.

Field names in camelCase appear in the JSON contract; ``Finding.as_dict`` writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from kg.text import Text

FindingClass = Literal["conflict", "gap", "signal"]
Voice = Literal["confirmed", "claimed", "presumed", "unattributed"]
Coordination = Literal["none", "inadequate", "adequate"]

VOICES: tuple[Voice, ...] = ("confirmed", "claimed", "presumed", "unattributed")
"""From strongest to weakest; a finding carries the weakest voice of its proof."""

KEY_NAMES = (
    "service", "subject", "theme", "reason", "party", "supplier", "actor", "issue",
    "capability", "scheme", "event", "change", "interaction", "account", "provision",
)  # fmt: skip
"""The names a rule may use in its key, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who speaks in one file: an organisation (IRI), or nobody in particular.

    Attributes:
        file: Name of the file, as the user gave it.
        organisation: IRI of the organisation that speaks, or None for an unattributed file.
    """

    file: str
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple in N-Triples terms, with who made it.

    Attributes:
        subject: Subject as an N-Triples term (``<iri>`` or ``_:b``).
        predicate: Predicate as an N-Triples term.
        object: Object as an N-Triples term.
        sources: The sources that state it, sorted by file.
        voice: Whether those it concerns said so themselves; None for statements about nobody.
    """

    subject: str
    predicate: str
    object: str
    sources: tuple[Source, ...] = ()
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the rules found: a conflict, a gap or a signal.

    Attributes:
        iri: Deterministic: the rule and a hash of the keys.
        rule: Identifier of the rule, for example ``opposed``.
        cls: ``conflict``, ``gap`` or ``signal``.
        severity: 0 to 100.
        keys: What identifies it within the rule; names as in ``KEY_NAMES``, values IRIs
            (``reason`` is a code).
        involves: IRIs of the parties, sorted.
        because: IRIs of the effects, interests or other nodes it rests on, sorted.
        voice: The weakest voice of its proof (design: who may say what).
        coordination: For conflicts only.
        count: For rules that count something; outside the key.
        rank: Kind weight x severity x exit factor, 0 to 125; for ordering only.
    """

    iri: str
    rule: str
    cls: FindingClass
    severity: float
    keys: Mapping[str, str]
    involves: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    voice: Voice = "unattributed"
    coordination: Coordination | None = None
    count: int | None = None
    rank: float = 0.0

    def as_dict(self) -> dict[str, object]:
        """Give the finding as in the JSON contract (architecture, section 6)."""
        out: dict[str, object] = {
            "iri": self.iri,
            "rule": self.rule,
            "class": self.cls,
            "severity": self.severity,
            "keys": dict(self.keys),
            "involves": list(self.involves),
            "because": list(self.because),
            "voice": self.voice,
        }
        if self.coordination is not None:
            out["coordination"] = self.coordination
        if self.count is not None:
            out["count"] = self.count
        return out


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings at one date, sorted by rank (greatest first), then rule and IRI.

    Attributes:
        as_of: The date at which the data was looked at.
        items: The findings.
        withheld: How many findings are not shown because they concern a community known to be
            smaller than ``minGroup`` (people might be recognised).
        cut: Per rule, how many findings a rule's own limit left out (``maxPairs``).
    """

    as_of: dt.date
    items: tuple[Finding, ...]
    withheld: int = 0
    cut: Mapping[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a finding is there, in words and in statements.

    Attributes:
        finding: The finding explained.
        title: Name of the rule for people.
        sentence: The finding in one sentence.
        factors: How severity and rank were computed, one line each.
        statements: The smallest set of statements from which the rule finds it again.
        absent: What the rule looked for and did not find, in words.
        repairs: What would resolve it.
        rule_text: The rule itself: SPARQL with its header.
    """

    finding: Finding
    title: Text
    sentence: Text
    factors: tuple[Text, ...]
    statements: tuple[Statement, ...]
    absent: tuple[Text, ...]
    repairs: tuple[Text, ...]
    rule_text: str
