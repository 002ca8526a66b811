"""The golden situation as the tests use it: read from the shared material, whole or told by voice.

The situation itself is not part of the project (the demo data is); where the shared material is
not beside the checkout, tests that need it skip.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.intake.authority import Registry
from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rdf import FORMATS, BlankNode, NamedNode, Triple, parse_bytes, parse_file, value
from kg.rules.catalogue import load_catalogue
from kg.terms import SAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg.intake.submission import Submission
    from kg.model import Findings
    from kg.pipeline import Result
    from kg.rdf import Subject, Term

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "prototype" / "semantics" / "golden"
NEEDS_GOLDEN = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="the golden situation is not beside the checkout (../shared/prototype/semantics)",
)
AS_OF = dt.date(2026, 1, 1)
X = "https://example.org/golden/"
OPERATOR = X + "operator"
PREFIXES = (
    f"@prefix : <{X}> . @prefix sam: <{SAM}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
)

About = dict["Subject", dict[str, list["Term | Triple"]]]
Row = tuple[str | float | None, ...]
Rows = dict[str, frozenset[Row]]
Said = tuple[str, str]
"""An organisation and what it says, in Turtle."""

_UNITS = {
    "officers": "north",
    "sup-data": "supplier", "sup-front": "supplier", "sup-staff": "supplier",
    "m-district": "municipality", "m-green": "municipality", "m-sports": "municipality",
}  # fmt: skip
_COMMUNITIES = {"informants", "residents", "debtors"}
_SUPPLIER = """s-picture s-registry s-tipline s-translation if-foreign k-regions k-sharing
    t-sharing t-registry t-forensics cs-sharing cs-registry con-sharing con-registry
    cmp-sharing cmp-registry"""
_MUNICIPALITY = """s-fields s-green s-budget k-clubs k-green t-sports t-green t-district cs-sports
    cs-green con-sports con-green cmp-sports ec-debts fin-green fin-fields int-phone int-case
    int-ground"""
_OWNERS = {
    **dict.fromkeys(_SUPPLIER.split(), "supplier"),
    **dict.fromkeys(_MUNICIPALITY.split(), "municipality"),
    "u-hosting": "hoster", "s-patrol": "north", "u-mowing": "executor",
    "s-breakthrough": "hospital", "cc-debts": "hospital",
    # experience counts only when those served assess it
    "as-phone": "operator", "as-ground": "club-a",
}  # fmt: skip
_BELONGS = (
    "heldBy", "supplier", "bearer", "capabilityOf", "contributor", "participant", "proposedBy",
    "proclaimedBy", "accountOf",
)  # fmt: skip
_ACTORS = {"Organisation", "OrganisationalUnit", "StaffUnit", "Community"}
_COMMON = {"Aspect", "LifeEvent", "Issue"}
_CONSENT = {"agreedBy", "endorsedBy", "hasMember"}
_PARTS = {"hasParticipation", "hasContribution"}


def short(term: Term | Triple) -> str:
    """Give the local name of a term."""
    return value(term).rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def sam(name: str) -> NamedNode:
    return NamedNode(SAM + name)


def load_json(name: str) -> Any:  # noqa: ANN401 - two files of different form
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def triples() -> tuple[Triple, ...]:
    return tuple(parse_file(FOLDER / "example.ttl"))


def turtle(text: str) -> list[Triple]:
    return parse_bytes((PREFIXES + text).encode(), FORMATS[".ttl"])


def speaker(actor: str) -> str:
    """Give who speaks for an actor: its organisation, or the operator for a community."""
    return "operator" if actor in _COMMUNITIES else _UNITS.get(actor, actor)


@cache
def _situation() -> tuple[dict[Subject, str], About]:
    """Give, per node, the organisation that would state it, and what is said of it."""
    about: About = defaultdict(lambda: defaultdict(list))
    for t in triples():
        about[_node(t.subject)][short(t.predicate)].append(t.object)
    owners: dict[Subject, str] = {}
    for node, says in about.items():
        owner = _owner(node, says)
        if owner:
            owners[node] = owner
    for node, says in about.items():
        if node not in owners:
            owners[node] = owners[_node(says["onInterest"][0])]
    return owners, about


def _owner(node: Subject, says: Mapping[str, list[Term | Triple]]) -> str | None:
    types = {short(t) for t in says.get("type", [])}
    if types & _COMMON:
        return "operator"
    if types & _ACTORS:
        return speaker(short(node))
    for name in _BELONGS:
        if name in says:
            return speaker(short(says[name][0]))
    return _OWNERS.get(short(node))


def exact_prefixes() -> dict[str, str]:
    """Register every node of the situation for the organisation that states it."""
    owners, _ = _situation()
    return {n.value: X + who for n, who in owners.items() if isinstance(n, NamedNode)}


def told(
    extra: Iterable[Said] = (), *, drop: Callable[[Triple], bool] = lambda _: False
) -> list[Submission]:
    """Tell the situation by voice: one submission per organisation, consent in one's own words.

    Args:
        extra: What organisations say besides.
        drop: Statements to leave out.

    Returns:
        One submission per organisation, and one for the operator.
    """
    says: dict[str, list[Triple]] = defaultdict(list)
    for t in triples():
        if not drop(t):
            _tell(says, t)
    for who, text in extra:
        says[who] += turtle(text)
    return [make_submission(dict.fromkeys(ts), who, X + who) for who, ts in sorted(says.items())]


def _node(term: Term | Triple) -> Subject:
    assert isinstance(term, NamedNode | BlankNode)
    return term


def _tell(says: dict[str, list[Triple]], t: Triple) -> None:
    owners, about = _situation()
    who, name = owners[_node(t.subject)], short(t.predicate)
    if name in _CONSENT and name != "hasMember":
        who = speaker(short(t.object))
    elif name in _PARTS:
        who = owners[_node(t.object)]
    says[who].append(t)
    if name in {"agreedBy", "hasParticipation"}:
        _restate(says[who], _node(t.subject), about)
    elif name == "hasMember":
        says[speaker(short(t.object))].append(t)
    elif name == "improves":
        says["club-a"].append(t)


def _restate(words: list[Triple], node: Subject, about: About) -> None:
    """Restate the terms of a seat or an agreement: theme, services addressed, review date."""
    for theme in about[node].get("forTheme", ()):
        words.append(Triple(node, sam("forTheme"), theme))
        about_theme = about[_node(theme)]
        words += [Triple(_node(theme), sam("addresses"), s) for s in about_theme["addresses"]]
    words += [Triple(node, sam("reviewBy"), day) for day in about[node].get("reviewBy", ())]


def attributed(
    extra: Iterable[Said] = (),
    *,
    registered: bool,
    drop: Callable[[Triple], bool] = lambda _: False,
) -> Result:
    """Find what follows from the situation told by voice, with or without registered prefixes."""
    registry = Registry(exact_prefixes() if registered else {}, operator=OPERATOR)
    return find(told(extra, drop=drop), as_of=AS_OF, registry=registry)


def unattributed(extra: str = "") -> Result:
    """Find what follows from the situation as files without a source."""
    return find([make_submission([*triples(), *turtle(extra)], "golden.ttl")], as_of=AS_OF)


def rows(findings: Findings) -> Rows:
    """Give the findings as rows: per report name, the local names of the keys and the numbers."""
    out: dict[str, set[Row]] = defaultdict(set)
    for f in findings:
        row: Row
        if f.cls == "conflict":
            subject = _local(f.keys.get("subject"))
            out["conflicts"].add((f.rule, _local(f.keys["service"]), subject, f.severity))
            continue
        keys = load_catalogue().finding_rules()[f.rule].key
        row = tuple(_local(f.keys.get(k)) for k in keys)
        out[f.rule].add(row if f.count is None else (*row, float(f.count)))
    return {name: frozenset(found) for name, found in out.items()}


def _local(iri: str | None) -> str | None:
    return None if iri is None else iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def difference(before: Rows, after: Rows) -> dict[str, dict[str, set[Row]]]:
    """Give, per report, which rows are new and which are gone; nothing where nothing changed."""
    out = {}
    for name in sorted({*before, *after}):
        old, new = before.get(name, frozenset()), after.get(name, frozenset())
        if old != new:
            out[name] = {"new": set(new - old), "gone": set(old - new)}
    return out


def adequate(findings: Findings) -> frozenset[Row]:
    """Give the conflicts that are adequately coordinated."""
    return frozenset(
        (f.rule, _local(f.keys["service"]), _local(f.keys.get("subject")))
        for f in findings
        if f.coordination == "adequate"
    )
