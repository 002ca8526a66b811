"""Whose node is it: what an organisation may say, and what it has to leave to others.

In: submissions and the registered prefixes. Out: per submission what counts, and what does not and
why. An organisation describes its own nodes: its own IRI, what stands under its registered
prefixes, and, where nobody registered a prefix, what it declares. About another's node only
additive statements count (design: who may say what, section 1).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.rdf import NamedNode, Triple, value
from kg.terms import RDF_TYPE, SAM
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.intake.submission import Submission

OPERATOR = "operator"
"""Name for the operator as a source where no IRI is given."""
OPERATOR_IRI = "https://w3id.org/samenspel/id/operator"

_CONSENT = frozenset({SAM + "agreedBy", SAM + "endorsedBy", SAM + "represents"})
_OWN_PART = frozenset({SAM + "hasParticipation", SAM + "hasContribution"})
_TOUCH = frozenset({SAM + "touches", SAM + "rivalrousIn"})
_CORE = frozenset(
    SAM + name
    for name in (
        "heldBy", "onInterest", "ofService", "participant", "contributor", "bearer",
        "capabilityOf", "proposedBy", "proclaimedBy", "accountOf", "assesses", "finances",
    )
)  # fmt: skip
_MARKS = "/#:"
_UNIT = frozenset({SAM + "OrganisationalUnit", SAM + "StaffUnit"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A statement that does not count, and how to say it properly.

    Attributes:
        submission: Who said it.
        triple: What was said.
        message: Why it does not count.
        advice: How to say it so that it does.
    """

    submission: Submission
    triple: Triple
    message: Text
    advice: Text


@dataclass(frozen=True, slots=True)
class Registry:
    """Who is registered: prefixes per organisation, and who acts as operator.

    Attributes:
        prefixes: IRI prefix to the organisation it is registered for. A prefix covers itself and
            all that follows it after a ``/``, ``#`` or ``:``; the longest that fits counts.
        operator: IRI of the operator, who may record for communities that cannot speak.
    """

    prefixes: Mapping[str, str] = field(default_factory=dict)
    operator: str = OPERATOR_IRI


@dataclass(frozen=True, slots=True)
class Authorised:
    """What counts, per submission, and what does not.

    Attributes:
        submissions: Each submission with the triples that count.
        refused: The statements that do not.
        owners: Unit to the organisation whose node it is.
    """

    submissions: tuple[tuple[Submission, tuple[Triple, ...]], ...]
    refused: tuple[Refusal, ...]
    owners: Mapping[str, str]


def authorise(submissions: Sequence[Submission], registry: Registry | None = None) -> Authorised:
    """Decide for every statement whether its speaker may make it.

    Args:
        submissions: What was said; unattributed submissions count whole.
        registry: Registered prefixes and the operator.

    Returns:
        What counts, what not, and whose the units are.
    """
    desk = _Desk(submissions, registry or Registry())
    kept, refused = [], []
    for submission in submissions:
        if submission.source.organisation is None:
            kept.append((submission, submission.triples))
            continue
        if not desk.has_voice(submission.source.organisation):
            refused += [desk.without_voice(submission, t) for t in submission.triples]
            continue
        good = []
        for triple in submission.triples:
            refusal = desk.judge(submission, triple)
            if refusal is None:
                good.append(triple)
            else:
                refused.append(refusal)
        kept.append((submission, tuple(good)))
    return Authorised(tuple(kept), tuple(refused), desk.unit_owners())


class _Prefixes:
    """Finds the longest registered prefix of an IRI, cut at ``/``, ``#`` and ``:`` only."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._owners = {prefix.rstrip(_MARKS): who for prefix, who in prefixes.items()}

    def owner(self, node: str) -> str | None:
        """Give the organisation whose prefix covers a node, None when there is none."""
        part = node
        while part not in self._owners:
            cut = max(part.rfind(mark) for mark in _MARKS)
            if cut < 0:
                return None
            part = part[:cut]
        return self._owners[part]


class _Desk:
    """Knows whose node is whose, from prefixes first and from declarations otherwise."""

    def __init__(self, submissions: Sequence[Submission], registry: Registry) -> None:
        self._submissions = submissions
        self._registry = registry
        self._registered = _Prefixes(registry.prefixes)
        self._sources = {
            s.source.organisation for s in submissions if s.source.organisation is not None
        }
        self._sources -= {s for s in self._sources if not self.has_voice(s)}
        self._prefixes = _Prefixes({**{s: s for s in self._sources}, **registry.prefixes})
        self._declarers: dict[str, set[str]] = defaultdict(set)
        self._types: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._said: dict[Triple, set[str]] = defaultdict(set)
        self._customers: dict[str, set[str]] = defaultdict(set)
        self._owner_cache: dict[str, str | None] = {}
        for submission in submissions:
            self._learn(submission)

    def _learn(self, submission: Submission) -> None:
        who = submission.source.organisation or ""
        service: dict[str, str] = {}
        parties: dict[str, set[str]] = defaultdict(set)
        for t in submission.triples:
            node, predicate = value(t.subject), t.predicate.value
            self._said[t].add(who)
            if predicate == RDF_TYPE or predicate in _CORE:
                self._declarers[node].add(who)
            if predicate == RDF_TYPE and isinstance(t.object, NamedNode):
                self._types[node][t.object.value].add(who)
            elif predicate in {SAM + "ofService", SAM + "causedBy"}:
                service[node] = value(t.object)
            elif predicate == SAM + "customer":
                parties[node].add(value(t.object))
        for node, of in service.items():
            self._customers[of] |= parties.get(node, set()) | {who}

    def owner(self, node: str) -> str | None:
        """Give the organisation for which a node is registered, None when nobody is."""
        if node in self._sources:
            return node
        if node not in self._owner_cache:
            self._owner_cache[node] = self._prefixes.owner(node)
        return self._owner_cache[node]

    def has_voice(self, source: str) -> bool:
        """Tell whether a source speaks for itself: not where another's prefix makes it a unit."""
        owner = self._registered.owner(source)
        return owner in {None, source} or source == self._registry.operator

    def without_voice(self, submission: Submission, triple: Triple) -> Refusal:
        who = submission.source.organisation or ""
        owner = self._registered.owner(who)
        return Refusal(
            submission,
            triple,
            Text(
                f"{who} heeft geen eigen stem: het staat onder het voorvoegsel van {owner}",
                f"{who} has no voice of its own: it stands under the prefix of {owner}",
            ),
            Text(
                f"laat {owner} dit opgeven, of laat de beheerder {who} zelf registreren",
                f"let {owner} state this, or let the operator register {who} itself",
            ),
        )

    def _is_own(self, node: str, who: str) -> bool:
        owner = self.owner(node)
        if owner is not None:
            return owner == who or (owner in self._units_of(who) and owner not in self._sources)
        declarers = self._declarers.get(node)
        return not declarers or who in declarers

    def _units_of(self, who: str) -> frozenset[str]:
        return frozenset(u for u, o in self.unit_owners().items() if o == who)

    def judge(self, submission: Submission, triple: Triple) -> Refusal | None:
        who = submission.source.organisation or ""
        node = value(triple.subject)
        if self._is_own(node, who) or self._may_add(who, triple):
            return None
        owner = self.owner(node) or ", ".join(sorted(self._declarers[node]))
        return Refusal(
            submission,
            triple,
            Text(
                f"{node} is niet van {who} maar van {owner}",
                f"{node} is not {who}'s but {owner}'s",
            ),
            Text(
                "maak een eigen knoop (effect, belang, deelname) die ernaar verwijst",
                "make a node of your own (effect, interest, participation) that points to it",
            ),
        )

    def _may_add(self, who: str, triple: Triple) -> bool:
        predicate, target = triple.predicate.value, value(triple.object)
        node = value(triple.subject)
        if self._said[triple] & self._owners_of(node):
            return True
        if predicate in _CONSENT:
            return (
                self._is_own(target, who)
                or self._represents(who, target)
                or who == self._registry.operator
            )
        if predicate in _OWN_PART:
            return self._is_own(target, who)
        if predicate in _TOUCH:
            return who in self._customers.get(node, ()) or who == self._registry.operator
        return False

    def _represents(self, who: str, other: str) -> bool:
        """Tell whether an organisation represents another in its words, or the operator's."""
        triple = Triple(NamedNode(who), NamedNode(SAM + "represents"), NamedNode(other))
        return bool(self._said[triple] & (self._owners_of(other) | {self._registry.operator}))

    def _owners_of(self, node: str) -> set[str]:
        owner = self.owner(node)
        return {owner} if owner is not None else self._declarers.get(node, set())

    def unit_owners(self) -> dict[str, str]:
        """Give, for nodes that somebody calls a part of something, whose node it is."""
        if not hasattr(self, "_units"):
            self._units = dict(self._find_unit_owners())
        return self._units

    def _find_unit_owners(self) -> Iterable[tuple[str, str]]:
        parts = {
            value(t.subject)
            for s in self._submissions
            for t in s.triples
            if t.predicate.value == SAM + "partOf"
        }
        for node in sorted(parts):
            owner = self.owner(node)
            if owner is not None:
                yield node, owner
                continue
            types = self._types.get(node, {})
            said_unit = set().union(*(types.get(u, set()) for u in _UNIT))
            declarers = self._declarers.get(node, set())
            only_unit = all(t in _UNIT or not t.startswith(SAM) for t in types)
            if len(declarers) == 1 and "" not in declarers and said_unit == declarers and only_unit:
                yield node, next(iter(declarers))
