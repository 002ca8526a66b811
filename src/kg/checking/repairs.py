"""Proposes changes that may mend what a shape says, and tries every proposal.

Proposals are guesses from the value and what was expected. A guess is called a repair only after
checking again with it: what it is for is gone, and nothing new must be mended.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from kg.checking.material import Proposal, spelled_subject, swapped
from kg.checking.report import Repair
from kg.rdf import Literal, NamedNode
from kg.terms import SAM, XSD
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kg.checking.material import Draft
    from kg.rdf import Term, Triple

LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_MOST = 3
_ROUNDS = 4
_TRUE = frozenset({"true", "waar", "ja", "yes", "j", "y", "1", "wel"})
_FALSE = frozenset({"false", "onwaar", "nee", "no", "n", "0", "niet"})
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari february", "mrt maart mar march", "apr april",
            "mei may", "jun juni june", "jul juli july", "aug augustus august",
            "sep sept september", "okt oktober oct october", "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})\s*([-/. ])\s*(\d{1,2}|[a-z]{3,9})\.?\s*\2?\s*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_NUMBERS = {
    "integer": re.compile(r"[+-]?\d+"),
    "nonNegativeInteger": re.compile(r"\+?\d+"),
    "positiveInteger": re.compile(r"\+?0*[1-9]\d*"),
    "decimal": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"),
    "double": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"),
    "gYear": re.compile(r"\d{4}"),
    "duration": re.compile(r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?"),
    "dateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"),
    "anyURI": re.compile(r"(?:https?|urn):[^\s<>\"]+"),
}
_DIRECTIONS = {
    "meer": "Increase", "more": "Increase", "omhoog": "Increase", "up": "Increase",
    "hoger": "Increase", "higher": "Increase", "toename": "Increase", "+": "Increase",
    "minder": "Decrease", "less": "Decrease", "omlaag": "Decrease", "down": "Decrease",
    "lager": "Decrease", "lower": "Decrease", "afname": "Decrease", "-": "Decrease",
}  # fmt: skip


def propose(
    component: str, triple: Triple, *, datatype: str | None, options: Mapping[Term, Text]
) -> tuple[Proposal, ...]:
    """Give changes to a statement that may satisfy a constraint, the likeliest first.

    Args:
        component: The constraint component, as ``sh:…``.
        triple: The statement whose value does not fit.
        datatype: IRI of the datatype the shape asks for.
        options: The values the shape allows, with their names; empty when it lists none.
    """
    kind = component.removeprefix("sh:").removesuffix("ConstraintComponent")
    target = triple.object
    if not isinstance(target, Literal):
        return ()
    if kind == "Datatype" and datatype is not None:
        return tuple(_typed(triple, target, datatype))
    if kind == "In":
        return tuple(_chosen(triple, target, options))
    if kind in {"Class", "NodeKind"} and _NUMBERS["anyURI"].fullmatch(target.value.strip()):
        iri = target.value.strip()
        about = Text(f"schrijf het als verwijzing: <{iri}>", f"write it as a reference: <{iri}>")
        return (Proposal(about, (triple,), swapped(triple, target=NamedNode(iri))),)
    return ()


def dates(text: str) -> list[str]:
    """Give the dates a text may mean, as ISO 8601 writes them.

    >>> dates("31-1-2026"), dates("1 maart 2026"), dates("1/2/2026")
    (['2026-01-31'], ['2026-03-01'], ['2026-02-01', '2026-01-02'])
    """
    cleaned = text.strip().casefold()
    found = _YEAR_FIRST.fullmatch(cleaned)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = _DAY_FIRST.fullmatch(cleaned)
    if not found:
        return []
    first, mark, middle, year = int(found[1]), found[2], found[3], int(found[4])
    if not middle.isdigit():
        return _day(year, _MONTHS.get(middle, 0), first)
    meant = _day(year, int(middle), first)
    if mark == "/" or not meant:
        meant += [d for d in _day(year, first, int(middle)) if d not in meant]
    return meant


def _day(year: int, month: int, day: int) -> list[str]:
    try:
        return [dt.date(year, month, day).isoformat()]
    except ValueError:
        return []


def _typed(triple: Triple, target: Literal, datatype: str) -> Iterator[Proposal]:
    if datatype == LANG_STRING:
        if not target.language and target.datatype.value == XSD + "string":
            for tag, name in (
                ("nl", Text("Nederlands", "Dutch")),
                ("en", Text("Engels", "English")),
            ):
                yield Proposal(
                    Text(
                        f"zet de taal erbij: {name.nl} (@{tag})", f"mark it as {name.en} (@{tag})"
                    ),
                    (triple,),
                    swapped(triple, target=Literal(target.value, language=tag)),
                )
        return
    for text in _texts(target.value, datatype.removeprefix(XSD)):
        yield Proposal(
            Text(f"schrijf: {text}", f"write: {text}"),
            (triple,),
            swapped(triple, target=Literal(text, datatype=NamedNode(datatype))),
        )


def _texts(text: str, kind: str) -> list[str]:
    """Give how a text may be written in a datatype of XML Schema."""
    cleaned = text.strip()
    if kind == "string":
        return [text]
    if kind == "date":
        return dates(cleaned)
    if kind == "boolean":
        word = cleaned.casefold()
        return ["true"] if word in _TRUE else ["false"] if word in _FALSE else []
    pattern = _NUMBERS.get(kind)
    if pattern is None:
        return []
    spellings = [cleaned, cleaned.replace(" ", "")]
    if kind in {"decimal", "double"}:
        spellings.append(cleaned.replace(" ", "").replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", cleaned) and kind.lower().endswith("integer"):
        spellings.append(cleaned.replace(".", ""))
    return list(dict.fromkeys(s for s in spellings if pattern.fullmatch(s)))[:1]


def _chosen(triple: Triple, target: Literal, options: Mapping[Term, Text]) -> Iterator[Proposal]:
    word = target.value.strip().casefold()
    direction = _DIRECTIONS.get(word)
    for option, name in options.items():
        names = {name.nl.casefold(), name.en.casefold(), option.value.casefold()}
        if word in names or (direction and option.value == SAM + direction):
            yield Proposal(
                Text(f"kies: {name.nl}", f"choose: {name.en}"),
                (triple,),
                swapped(triple, target=option),
            )


# --- trying them ---------------------------------------------------------------------------


def try_out(
    drafts: Sequence[Draft],
    triples: Sequence[Triple],
    recheck: Callable[[Sequence[Triple]], Sequence[Draft]],
) -> dict[int, tuple[Repair, ...]]:
    """Try the proposals and give the repairs of each draft that has any, by its index.

    All first proposals are tried together, then all second ones: so the repairs that are called
    verified also go together.

    Args:
        drafts: All that was found.
        triples: What was checked.
        recheck: Checks other triples in the same context.
    """
    before = {d.key for d in drafts if d.result.bin == "must-fix"}
    found: dict[int, list[Repair]] = {n: [] for n, d in enumerate(drafts) if d.proposals}
    for rank in range(_MOST):
        batch = {n: d.proposals[rank] for n, d in enumerate(drafts) if len(d.proposals) > rank}
        good = _good(batch, drafts, triples, recheck, before) if batch else set()
        for n, proposal in batch.items():
            found[n].append(_repair(proposal, verified=n in good))
    return {n: tuple(repairs) for n, repairs in found.items()}


def _good(
    batch: Mapping[int, Proposal],
    drafts: Sequence[Draft],
    triples: Sequence[Triple],
    recheck: Callable[[Sequence[Triple]], Sequence[Draft]],
    before: set[tuple[str, ...]],
) -> set[int]:
    """Give which proposals of a batch hold when all of them are carried out."""
    left = dict(batch)
    for _ in range(_ROUNDS):
        if not left:
            break
        after = recheck(changed(triples, left.values()))
        keys = {d.key for d in after}
        known = before | _with_new_values(before, left.values())
        new = [d for d in after if d.result.bin == "must-fix" and d.key not in known]
        bad = {n for n in left if drafts[n].key in keys}
        blamed = {n for n, p in left.items() if _touches(p, new)}
        if new and not blamed:
            return set()
        if not bad | blamed:
            return set(left)
        left = {n: p for n, p in left.items() if n not in bad | blamed}
    return set()


def _with_new_values(
    before: Iterable[tuple[str, ...]], proposals: Iterable[Proposal]
) -> set[tuple[str, ...]]:
    """Give what was found before of references as it is called with the new ones: that is not new.

    Only of references: a date that is now a date may be found wrong by what could not compare it.
    """
    values = {
        (spelled_subject(old), old.predicate.value, str(old.object)): str(new.object)
        for p in proposals
        for old, new in zip(p.remove, p.add, strict=False)
        if (old.subject, old.predicate) == (new.subject, new.predicate)
        and isinstance(old.object, NamedNode)
        and isinstance(new.object, NamedNode)
    }
    return {
        (bin_, focus, path, values[focus, path, value], *rest)
        for bin_, focus, path, value, *rest in before
        if (focus, path, value) in values
    }


def changed(triples: Sequence[Triple], proposals: Iterable[Proposal]) -> list[Triple]:
    """Give the statements with changes carried out, additions at the end."""
    removed: set[Triple] = set()
    added: dict[Triple, None] = {}
    for proposal in proposals:
        removed.update(proposal.remove)
        added.update(dict.fromkeys(proposal.add))
    return [t for t in triples if t not in removed] + list(added)


def _touches(proposal: Proposal, new: Iterable[Draft]) -> bool:
    """Tell whether a change may have caused something new: they share a node."""
    nodes = {n for t in (*proposal.remove, *proposal.add) for n in (str(t.subject), str(t.object))}
    return any({str(d.node), d.result.value} & nodes for d in new)


def _repair(proposal: Proposal, *, verified: bool) -> Repair:
    return Repair(
        proposal.about,
        tuple(f"{t} ." for t in proposal.remove),
        tuple(f"{t} ." for t in proposal.add),
        verified,
    )
