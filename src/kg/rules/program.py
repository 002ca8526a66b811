"""Chooses the rules to run and fills in their parameters, once for many runs.

What a rule rests on is read from its text: the derived predicates it reads must be written by the
rules before it. So asking for one rule runs that rule and no more than what it needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.rules.bind import bind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from kg.rules.catalogue import Catalogue
    from kg.rules.header import Header, Value

_DERIVED = re.compile(r"\bd:([A-Za-z]+)")
_FINDING_WORDS = re.compile(r"\bsam:(Conflict|rule|coordination|involves)\b")
_HEADER = re.compile(r"^#[^\n]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """One rule, ready to run.

    Attributes:
        header: The rule.
        query: SPARQL with every parameter filled in.
        at_most: How many findings per group the rule keeps; None for no limit.
    """

    header: Header
    query: str
    at_most: int | None


@dataclass(frozen=True, slots=True)
class Program:
    """Rules in running order.

    Attributes:
        steps: What runs.
        now: The date at which the data is looked at.
    """

    steps: tuple[Step, ...]
    now: dt.date


def compile_program(
    catalogue: Catalogue,
    now: dt.date,
    parameters: Mapping[str, Value] | None = None,
    *,
    only: Iterable[str] | None = None,
    bare: bool = False,
) -> Program:
    """Choose rules and fill in their parameters.

    Args:
        catalogue: All rules, in running order.
        now: The date at which to look.
        parameters: Values by name; a rule without that parameter ignores it.
        only: Identifiers or ids of the finding rules wanted; all when None.
        bare: Leave out what only voice, rank and coordination of those findings need.

    Raises:
        ParameterError: If a value does not fit its parameter.
    """
    wanted = None if only is None else frozenset(only)
    chosen = catalogue.rules if wanted is None else _closure(catalogue.rules, wanted, bare=bare)
    steps = []
    for header in chosen:
        values = {k: v for k, v in (parameters or {}).items() if k in header.parameters}
        at_most = None
        if header.limit is not None:
            name = header.limit[1]
            at_most = int(str(values.get(name, header.parameters[name].default)))
        steps.append(Step(header, _HEADER.sub("", bind(header, values, now)).strip(), at_most))
    return Program(tuple(steps), now)


def _closure(
    rules: tuple[Header, ...], wanted: frozenset[str], *, bare: bool
) -> tuple[Header, ...]:
    """Walk backwards from the wanted rules to what they read."""
    needed: set[str] = set() if bare else {"voice", "knownParty", "captive"}
    if not bare and any(h.kind == "conflict" and {h.rule, h.id} & wanted for h in rules):
        needed |= {"sam:coordination", "sam:involves"}
    chosen = []
    for header in reversed(rules):
        writes, reads = _writes(header), _reads(header)
        if header.id in wanted or header.rule in wanted or writes & needed:
            chosen.append(header)
            needed |= reads
    return tuple(reversed(chosen))


def _body(header: Header) -> str:
    return _HEADER.sub("", header.text)


def _writes(header: Header) -> set[str]:
    if header.is_finding:
        return {f"finding:{header.kind}"} | {f"finding:{header.rule}"}
    template = _body(header).partition("CONSTRUCT")[2].partition("WHERE")[0]
    return set(_DERIVED.findall(template)) | {f"sam:{w}" for w in _FINDING_WORDS.findall(template)}


def _reads(header: Header) -> set[str]:
    where = _body(header).partition("WHERE")[2]
    reads = set(_DERIVED.findall(where)) | {f"sam:{w}" for w in _FINDING_WORDS.findall(where)}
    if "sam:Conflict" in reads or "inScopeOf" in reads:
        reads.add("finding:conflict")
    for name in re.findall(r'sam:rule "([a-z-]+)"', where):
        reads.add(f"finding:{name}")
    return reads
