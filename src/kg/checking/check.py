"""Checks what was handed in and gives the verdict.

In: documents as read, the shapes, what others stated, the vocabularies and a day. Out: a report
with everything found, where it stands, what would mend it, and what was not checked. The order of
work: shapes, references, privacy, numbers, authority; then every proposed repair is tried by
checking again with it. Places are looked up last, and only for what is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.checking.bins import check_shapes
from kg.checking.gaps import not_checked
from kg.checking.graphs import spelled
from kg.checking.identifiers import check_identifiers
from kg.checking.material import Check, Draft, Material, Setting, draft
from kg.checking.privacy import check_privacy
from kg.checking.profiles import default_profile
from kg.checking.references import MALFORMED, UNKNOWN, check_references
from kg.checking.repairs import try_out
from kg.checking.report import BINS, Group, Report, Result, sentences
from kg.intake.authority import authorise
from kg.intake.submission import Submission
from kg.model import Source
from kg.rdf import BlankNode, NamedNode, value
from kg.text import Text
from kg.vocabularies import bundled_vocabularies

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from kg.checking.bins import Shaped
    from kg.checking.profiles import Profile
    from kg.checking.report import Repair
    from kg.intake.authority import Registry
    from kg.intake.read import Document
    from kg.rdf import Triple
    from kg.rdf.positions import Place
    from kg.vocabularies import Vocabularies

AUTHORITY = Check("authority", "KG-V501", "must-fix")
LIMIT = 1000
"""How many results of one rule are kept; more are counted."""
TRY_UP_TO = 50_000
"""Up to how many statements proposed repairs are tried."""


def check(
    documents: Sequence[Document],
    *,
    organisation: str | None,
    as_of: dt.date,
    shapes: Profile | None = None,
    background: Sequence[Submission] = (),
    vocabularies: Vocabularies | None = None,
    registry: Registry | None = None,
    reference_states: bool = True,
    limit: int = LIMIT,
) -> Report:
    """Check documents together, as one submission.

    Args:
        documents: What was handed in.
        organisation: IRI of who speaks; None when nobody was named, and then authority is not
            checked.
        as_of: The day on which references must hold.
        shapes: What to check with; by default the shapes of the product.
        background: What others stated, or the same organisation before: context, never reported
            on.
        vocabularies: The reference vocabularies; by default what ships with the product.
        registry: Registered prefixes and the operator.
        reference_states: Whether references, privacy and numbers are checked beside the shapes;
            without, the number of results about shapes is that of the W3C definition.
        limit: How many results of one rule are kept; at least 1.

    Returns:
        The verdict; equal input gives an equal report.

    Raises:
        ShapesError: If the shapes themselves are broken.
    """
    setting = Setting(
        profile=shapes or default_profile(),
        vocabularies=vocabularies or bundled_vocabularies(),
        as_of=as_of,
        background=background,
        organisation=organisation,
        registry=registry,
        reference_states=reference_states,
    )
    material = Material([t for d in documents for t in d.triples], setting)
    found, shaped = _everything(material)
    tried = len(material.triples) <= TRY_UP_TO
    repairs = try_out(found, material.triples, _Rechecker(setting)) if tried else {}
    results = _Placed(documents, material, limit).groups(found, repairs)
    warnings = _warnings(documents)
    return Report(
        files=tuple(d.name for d in documents),
        as_of=as_of,
        groups=_ordered([*results, *warnings]),
        passed=shaped.passed,
        not_checked=not_checked(documents, material, shaped, found, tried=tried),
        versions={setting.profile.name: setting.profile.version, **setting.vocabularies.versions},
        media={d.name: d.media for d in documents},
    )


def _everything(material: Material) -> tuple[list[Draft], Shaped]:
    shaped = check_shapes(material)
    found = list(shaped.drafts)
    if material.setting.reference_states:
        own = [
            *check_references(material),
            *check_privacy(material),
            *check_identifiers(material),
        ]
        found = [*_without_doubles(found, own), *own]
    found += _authority(material)
    return _discreet(found), shaped


@dataclass(frozen=True, slots=True)
class _Rechecker:
    """Checks other statements in the same context."""

    setting: Setting

    def __call__(self, triples: Sequence[Triple]) -> list[Draft]:
        return _everything(Material(triples, self.setting))[0]


def _without_doubles(shaped: Sequence[Draft], own: Sequence[Draft]) -> Iterator[Draft]:
    """Leave out what a shape says of a reference that our own check says more about."""
    told = {d.triple for d in own if d.result.code in {UNKNOWN.code, MALFORMED.code}}
    for found in shaped:
        if found.result.bin != "unknown-reference" or found.triple not in told:
            yield found


def _discreet(found: Sequence[Draft]) -> list[Draft]:
    """Take personal values out of everything that is said, also where another check says it."""
    secret = {d.triple for d in found if d.secret and d.triple is not None}
    if not secret:
        return list(found)
    values = {value(t.object) for t in secret}
    return [_without(d, values, hidden=d.triple in secret) for d in found]


def _without(found: Draft, values: AbstractSet[str], *, hidden: bool) -> Draft:
    result = found.result
    label = result.focus_label
    if label is not None and values & set(label):
        label = None
    said = Text(_masked(result.message.nl, values), _masked(result.message.en, values))
    shown = "" if hidden else result.value
    return replace(
        found,
        result=replace(result, value=shown, focus_label=label, message=said),
        proposals=() if hidden else found.proposals,
    )


def _masked(text: str, values: Iterable[str]) -> str:
    for personal in values:
        text = text.replace(personal, "…")
    return text


def _authority(material: Material) -> Iterator[Draft]:
    setting = material.setting
    if setting.organisation is None:
        return
    ours = Submission(Source("", setting.organisation), material.triples)
    others = [s for s in setting.background if s.source.organisation != setting.organisation]
    for refusal in authorise([ours, *others], setting.registry).refused:
        if refusal.submission is ours:
            yield draft(
                material, AUTHORITY, refusal.triple,
                Text(
                    f"{_sentence(refusal.message.nl)} {_sentence(refusal.advice.nl)}",
                    f"{_sentence(refusal.message.en)} {_sentence(refusal.advice.en)}",
                ),
            )  # fmt: skip


def _sentence(text: str) -> str:
    return text if text.startswith("http") else f"{text[:1].upper()}{text[1:]}" + "."


# --- order, places, limits -----------------------------------------------------------------


class _Placed:
    """Groups drafts, keeps the first of each group, and finds the places of those."""

    def __init__(self, documents: Sequence[Document], material: Material, limit: int) -> None:
        self._documents = documents
        self._limit = max(1, limit)
        self._rank = {t: n for n, t in enumerate(material.triples)}
        self._of: dict[Triple, Document] = {}
        self._first: dict[str, int] = {}
        self._describes: dict[str, Document] = {}
        for document in documents:
            for triple in document.triples:
                self._of.setdefault(triple, document)
        for triple, n in self._rank.items():
            name = _name(triple.subject)
            self._first.setdefault(name, n)
            self._describes.setdefault(name, self._of[triple])

    def groups(
        self, found: Sequence[Draft], repairs: Mapping[int, tuple[Repair, ...]]
    ) -> list[Group]:
        sorted_out: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for n, d in enumerate(found):
            sorted_out[d.result.bin, d.result.shape, d.result.constraint].append(n)
        groups = []
        for numbers in sorted_out.values():
            numbers.sort(key=lambda n: (self._order(found[n]), found[n].key))
            kept = [self._whole(found[n], repairs.get(n, ())) for n in numbers[: self._limit]]
            groups.append(Group(tuple(kept), len(numbers)))
        return groups

    def _order(self, found: Draft) -> int:
        if found.triple in self._rank and found.triple is not None:
            return self._rank[found.triple]
        return self._first.get(found.result.focus, len(self._rank))

    def _whole(self, found: Draft, repairs: tuple[Repair, ...]) -> Result:
        good = tuple(r for r in repairs if r.verified) or repairs
        single = good[0] if len(good) == 1 else None
        return replace(
            found.result,
            source=self._place(found),
            repair=single,
            alternatives=() if single is not None else good,
        )

    def _place(self, found: Draft) -> Place | None:
        if found.triple is not None and found.triple in self._of:
            place = self._of[found.triple].places(found.triple)
            if place is not None:
                return place
        document = self._describes.get(found.result.focus)
        if document is None or found.node is None:
            return None
        return document.nodes(found.node)


def _name(subject: object) -> str:
    return spelled(subject) if isinstance(subject, NamedNode | BlankNode) else str(subject)


def _ordered(groups: Sequence[Group]) -> tuple[Group, ...]:
    def key(group: Group) -> tuple[int, str, str]:
        first = group.results[0]
        return BINS.index(first.bin), first.shape, first.constraint

    return tuple(sorted(groups, key=key))


def _warnings(documents: Sequence[Document]) -> list[Group]:
    """Tell what was read, but probably not as meant."""
    results: dict[str, list[Result]] = defaultdict(list)
    for document in documents:
        for warning in document.warnings:
            advice = warning.advice or Text("", "")
            results[warning.code].append(
                Result(
                    bin="information",
                    message=Text(
                        sentences(warning.message.nl, advice.nl, warning.place),
                        sentences(warning.message.en, advice.en, warning.place),
                    ),
                    focus=document.name,
                    shape="urn:samenspel:check:reading",
                    constraint=warning.code,
                    code=warning.code,
                    source=warning.place,
                )
            )
    counts = Counter({code: len(found) for code, found in results.items()})
    return [Group(tuple(found), counts[code]) for code, found in results.items()]
