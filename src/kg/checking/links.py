"""Checks the links of a file: does each still lead where it should, and what would mend it?

In: a document, the vocabularies and a day. Out: every outgoing reference with its state, its place
and what could take its place, and the counts per state and per scheme. A patch is tried before it
is called a repair: with it the reference is in order and nothing else is found. What is written
differs from the document by those repairs alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kg.checking.fix import Fixed, fix
from kg.checking.graphs import empty_graph
from kg.checking.material import Material, Setting, spelled_subject
from kg.checking.profiles import Profile
from kg.checking.references import State, check_references, look_up
from kg.checking.repairs import try_out
from kg.checking.report import Group, Repair, Report, Result
from kg.rdf import NamedNode
from kg.terms import RDF_TYPE
from kg.text import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from kg.checking.material import Draft
    from kg.checking.references import Reference
    from kg.intake.read import Document
    from kg.rdf import Triple
    from kg.rdf.positions import Place
    from kg.vocabularies import Vocabularies

LinkState = Literal[
    "ok",
    "ended-with-successor",
    "ended-ambiguous",
    "deprecated",
    "unknown-in-known-scheme",
    "malformed",
    "scheme-not-loaded",
]
LINK_STATES: tuple[LinkState, ...] = (
    "malformed",
    "unknown-in-known-scheme",
    "ended-with-successor",
    "ended-ambiguous",
    "deprecated",
    "scheme-not-loaded",
    "ok",
)
"""From what must be mended to what is in order."""
STATE_WORDS: Mapping[LinkState, Text] = {
    "ok": Text("in orde", "in order"),
    "ended-with-successor": Text("beëindigd, met opvolger", "ended, with a successor"),
    "ended-ambiguous": Text("beëindigd, zelf kiezen", "ended, choose yourself"),
    "deprecated": Text("afgeraden of opgevolgd", "advised against or succeeded"),
    "unknown-in-known-scheme": Text("staat niet in de lijst", "not in the list"),
    "malformed": Text("verkeerd geschreven", "badly written"),
    "scheme-not-loaded": Text("lijst is niet geladen", "list is not loaded"),
}
WRONG: frozenset[LinkState] = frozenset({"malformed", "unknown-in-known-scheme"})
"""States that are errors; what ended is a warning, what was not looked up is told."""
_STATES: Mapping[State, LinkState] = {
    "known": "ok",
    "ended": "ended-with-successor",
    "ambiguous": "ended-ambiguous",
    "deprecated": "deprecated",
    "unknown": "unknown-in-known-scheme",
    "malformed": "malformed",
    "not-loaded": "scheme-not-loaded",
}
_CODES = frozenset({"KG-V202", "KG-V203", "KG-V204", "KG-V205", "KG-V206"})
_ELSEWHERE = re.compile(r"https?://")


@dataclass(frozen=True, slots=True)
class Link:
    """One reference in a file.

    Attributes:
        iri: Where it points.
        state: What is known of it.
        subject: What it is said of.
        predicate: IRI of the property.
        scheme: The list it belongs to, in words.
        place: Where it stands.
        message: What is wrong and what to do; None when it is in order.
        proposals: IRIs that could take its place.
        result: The same for those who write patches; None when nothing is to be said.
    """

    iri: str
    state: LinkState
    subject: str
    predicate: str
    scheme: Text
    place: Place | None = None
    message: Text | None = None
    proposals: tuple[str, ...] = ()
    result: Result | None = None

    @property
    def repair(self) -> Repair | None:
        """The one change that was tried and mends it."""
        found = self.result.repair if self.result is not None else None
        return found if found is not None and found.verified else None


@dataclass(frozen=True, slots=True)
class LinkReport:
    """The links of one document.

    Attributes:
        file: The document.
        as_of: The day on which they must hold.
        links: All references to known schemes, in order of place.
        elsewhere: How many references go to places no list is known of.
        versions: Name to version of the vocabularies.
    """

    file: str
    as_of: dt.date
    links: tuple[Link, ...]
    elsewhere: int
    versions: Mapping[str, str]

    @property
    def states(self) -> Mapping[LinkState, int]:
        """How many links are in each state, the gravest first."""
        counts = Counter(link.state for link in self.links)
        return {s: counts[s] for s in LINK_STATES if counts[s]}

    @property
    def schemes(self) -> Mapping[Text, Mapping[LinkState, int]]:
        """How many links of each scheme are in each state; the most used scheme first."""
        counts: dict[Text, Counter[LinkState]] = defaultdict(Counter)
        for link in self.links:
            counts[link.scheme][link.state] += 1
        ordered = sorted(counts, key=lambda s: (-counts[s].total(), s.en))
        return {s: {k: counts[s][k] for k in LINK_STATES if counts[s][k]} for s in ordered}

    @property
    def wrong(self) -> bool:
        """Whether a link is in error."""
        return any(link.state in WRONG for link in self.links)


def check_links(document: Document, vocabularies: Vocabularies, day: dt.date) -> LinkReport:
    """Give the state of every link of a document on a day.

    Args:
        document: The document, as read.
        vocabularies: What is loaded.
        day: The day on which links must hold.
    """
    setting = Setting(
        Profile("links", "1", empty_graph(), empty_graph()), vocabularies, day,
    )  # fmt: skip
    material = Material(document.triples, setting)
    told = _told(material)
    known: dict[str, Reference | None] = {}
    links, elsewhere = [], 0
    for triple, iri in _references(material.triples):
        if iri not in known:
            known[iri] = look_up(iri, vocabularies, day)
        found = known[iri]
        if found is not None:
            own = found.state == "unknown" and iri in material.about
            if not own:
                links.append(_link(document, triple, iri, found, told.get(triple)))
        elif placeholder(iri):
            links.append(_placeholder(document, triple, iri))
        else:
            elsewhere += 1
    links += [_described(document, r, t) for t, r in told.items() if t.predicate.value == RDF_TYPE]
    links.sort(key=_order)
    return LinkReport(document.name, day, tuple(links), elsewhere, vocabularies.versions)


def mended(document: Document, text: str, report: LinkReport, *, media: str | None = None) -> Fixed:
    """Make the verified repairs of the links of a document, and change nothing else.

    Args:
        document: The document.
        text: Its text.
        report: What was found.
        media: What to write; by default the syntax of the document where that can be.
    """
    results = [link.result for link in report.links if link.result is not None]
    groups = tuple(Group((r,), 1) for r in results)
    return fix(document, text, Report((document.name,), report.as_of, groups, 0), media=media)


def patch(report: LinkReport) -> str:
    """Give the verified repairs as lines of N-Triples to take out (``-``) and put in (``+``)."""
    lines: dict[str, None] = {}
    for link in report.links:
        if link.repair is not None:
            lines.update(dict.fromkeys(f"- {line}" for line in link.repair.remove))
            lines.update(dict.fromkeys(f"+ {line}" for line in link.repair.add))
    return "".join(f"{line}\n" for line in lines)


# --- numbers that stand for none -----------------------------------------------------------

_ROO = re.compile(r"https?://organisaties\.overheid\.nl/(?P<rest>[^/?#]+)")
_LAW = re.compile(r"https?://wetten\.overheid\.nl/.*?\bBWB[RVW](?P<number>\w*)", re.ASCII)
_LAW_DIGITS = 7
_FILLED = {"1234567", "7654321"}


def placeholder(iri: str) -> bool:
    """Tell whether an IRI of a register without a list has a number that cannot be one.

    >>> placeholder("https://wetten.overheid.nl/BWBR9999999")
    True
    >>> placeholder("https://wetten.overheid.nl/jci1.3:c:BWBR0018451&artikel=1")
    False
    >>> placeholder("https://organisaties.overheid.nl/test-org-001")
    True
    """
    law = _LAW.match(iri)
    if law is not None:
        number = law["number"]
        plain = number.isdigit() and len(number) == _LAW_DIGITS
        return not plain or len(set(number)) == 1 or number in _FILLED
    body = _ROO.match(iri)
    return body is not None and not body["rest"].isdigit()


# --- one link ------------------------------------------------------------------------------


def _references(triples: Sequence[Triple]) -> Iterator[tuple[Triple, str]]:
    for t in triples:
        if (
            isinstance(t.object, NamedNode)
            and t.predicate.value != RDF_TYPE
            and _ELSEWHERE.match(t.object.value)
        ):
            yield t, t.object.value


def _told(material: Material) -> dict[Triple, Result]:
    """Give what is to be said of each statement, with the repairs that were tried."""
    drafts = _drafts(material)
    setting = material.setting
    repairs = try_out(drafts, material.triples, lambda new: _drafts(Material(new, setting)))
    return {
        d.triple: _with(d.result, repairs.get(n, ()))
        for n, d in enumerate(drafts)
        if d.triple is not None
    }


def _drafts(material: Material) -> list[Draft]:
    return [d for d in check_references(material) if d.result.code in _CODES]


def _with(result: Result, repairs: Sequence[Repair]) -> Result:
    """Attach the repair, if there is one; of several a person has to choose."""
    good = tuple(r for r in repairs if r.verified)
    if len(good) == 1 and len(repairs) == 1:
        return replace(result, repair=good[0])
    return replace(result, alternatives=tuple(repairs))


def _link(
    document: Document, triple: Triple, iri: str, found: Reference, result: Result | None
) -> Link:
    scheme = found.scheme.name if found.scheme is not None else _OTHER
    state = _STATES[found.state]
    if result is None:
        message = _NOT_LOADED.format(scheme="") if state == "scheme-not-loaded" else None
        place = document.places(triple) if message is not None else None
        return Link(iri, state, spelled_subject(triple), triple.predicate.value, scheme, place,
                    message)  # fmt: skip
    placed = replace(result, source=document.places(triple))
    return Link(
        iri, state, placed.focus, placed.path, scheme, placed.source, placed.message,
        found.proposals, placed,
    )  # fmt: skip


def _described(document: Document, result: Result, triple: Triple) -> Link:
    """Give the link of something that is described under an IRI that is badly written."""
    node = triple.subject
    place = document.nodes(node) if isinstance(node, NamedNode) else None
    return Link(
        result.focus, "malformed", result.focus, RDF_TYPE, _OTHER, place, result.message, (),
        replace(result, source=place),
    )  # fmt: skip


def _placeholder(document: Document, triple: Triple, iri: str) -> Link:
    scheme = _LAWS if "wetten." in iri else _BODIES
    return Link(
        iri, "malformed", spelled_subject(triple), triple.predicate.value, scheme,
        document.places(triple), _PLACEHOLDER.format(iri=iri.replace("{", "")),
    )  # fmt: skip


def _order(link: Link) -> tuple[int, int, str]:
    line = link.place.line if link.place is not None else None
    column = link.place.column if link.place is not None else None
    return (line or 0, column or 0, link.iri)


_OTHER = Text("andere lijst", "another list")
_LAWS = Text("wetten.overheid.nl", "wetten.overheid.nl")
_BODIES = Text("organisaties.overheid.nl", "organisaties.overheid.nl")
_NOT_LOADED = Text(
    "Niet opgezocht: deze lijst is niet geladen.", "Not looked up: this list is not loaded."
)
_PLACEHOLDER = Text(
    "{iri} heeft een nummer dat niet kan bestaan. Vul de echte verwijzing in.",
    "{iri} has a number that cannot exist. Fill in the real reference.",
)
