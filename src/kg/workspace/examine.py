"""What happens to the bytes of a submission, in a limited process: read, written anew, checked.

In: the bytes of a file and what surrounds them. Out: its statements in canonical form (RDFC-1.0, as
N-Triples) and the verdict. Finding the canonical form of a hostile graph may take for ever; that is
why it is found here, where time and memory end, and not by whoever keeps the journal.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.checking.check import check
from kg.checking.formats import FORMATS, html, text
from kg.checking.handed import READING, Handed
from kg.checking.report import Group, Report, Result
from kg.codes import load_codes
from kg.errors import KgError
from kg.intake import sandboxed, sandboxed_books
from kg.intake.authority import OPERATOR_IRI, Registry
from kg.intake.examining import File, asked, rendered, told
from kg.intake.read import CSV, media_type, read_document
from kg.intake.sheets import catalogue, convert
from kg.rdf import NamedNode, to_ntriples
from kg.rdf.skolem import canonical
from kg.text import Text
from kg.vocabularies import bundled_vocabularies
from kg.vocabularies.home import Home, load_home
from kg.workspace.reading import open_generation, opened, pack, unpack
from kg.workspace.said import surroundings
from kg.workspace.verdicts import as_kept, from_kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.intake.read import Document
    from kg.intake.submission import Submission
    from kg.rdf import BlankNode
    from kg.rdf.positions import Place as Where
    from kg.store import GraphStore
    from kg.text import Lang
    from kg.vocabularies import Vocabularies

MOST_MENTIONS = 50_000
"""Of so many nodes is looked up what others stated about them."""
_HOME = "vocabularies"
"""Name of the vocabulary home within a workspace."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a file is checked amid.

    Attributes:
        store: What is published; None where nothing is yet.
        vocabularies: The reference vocabularies.
        elsewhere: Whether what is published is out of reach of a worker that reads a file.
    """

    store: GraphStore | None
    vocabularies: Vocabularies
    elsewhere: bool = False


_PLACE: list[Place] = []


def open_all(payload: bytes) -> bytes:
    """Open what is published and the vocabularies of its workspace; the set-up of a worker.

    Args:
        payload: As :func:`kg.workspace.reading.open_generation` gets it; ``path`` is null where
            nothing is published yet, and absent where it is on another machine; then ``home`` may
            name a vocabulary home.

    Returns:
        As :func:`kg.workspace.reading.open_generation`.

    Raises:
        WorkspaceError: ``KG-W001`` when it cannot be opened.
    """
    given: dict[str, Any] = json.loads(payload)
    store, home, left = None, given.get("home"), b'{"files": 0}'
    if given.get("path") is not None:
        left = open_generation(payload)
        store = opened().store
        home = home or str(Path(given["path"]).parent.parent / _HOME)
    _PLACE[:] = [Place(store, _vocabularies(home), "path" not in given)]
    return left


def _vocabularies(home: str | None) -> Vocabularies:
    if home is None or not Home.is_at(Path(home)):
        return bundled_vocabularies()
    return load_home(Path(home))


def place() -> Place:
    """Give what a file is checked amid in this process."""
    return _PLACE[0]


def examine(payload: bytes) -> bytes:
    """Read, canonicalise and check one file.

    Args:
        payload: As :func:`kg.intake.examining.asked` makes it.

    Returns:
        A header with ``readable``, ``triples`` and ``organisation``, the verdict as
        it is kept, and the statements; :func:`kg.intake.examining.told` reads it.
    """
    head, data = unpack(payload)
    amid, handed = place(), _read(data, head)
    document = handed.document
    around: Sequence[Submission] = ()
    cut = False
    if amid.store is not None and document is not None:
        named = _mentions(document)
        around, cut = surroundings(
            amid.store,
            named[:MOST_MENTIONS],
            head["organisation"],
            without=head["replaces"],
        )
        cut = cut or len(named) > MOST_MENTIONS
    report = check(
        [] if document is None else [document],
        organisation=head["organisation"] or handed.organisation,
        as_of=dt.date.fromisoformat(head["asOf"]),
        background=around,
        vocabularies=amid.vocabularies,
        registry=Registry(dict(head["prefixes"]), str(head["operator"])),
    )
    report = replace(handed.completed(report), files=(handed.name,))
    if amid.elsewhere:
        report = replace(report, not_checked=(*report.not_checked, _ELSEWHERE))
    if cut:
        report = replace(report, not_checked=(*report.not_checked, _CUT))
    return _answer(document, report, handed.organisation)


def _mentions(document: Document) -> list[str]:
    """Give the IRIs a file mentions as subject or object, each once."""
    terms = (term for triple in document.triples for term in (triple.subject, triple.object))
    return list(dict.fromkeys(t.value for t in terms if isinstance(t, NamedNode)))


def refuse(payload: bytes) -> bytes:
    """Give the verdict on a file whose reading had to be stopped.

    Args:
        payload: JSON with ``name``, ``asOf`` and the error: ``code``, ``message`` and ``advice``.
    """
    given = json.loads(payload)
    advice = given.get("advice")
    error = KgError(given["code"], Text(*given["message"]), Text(*advice) if advice else None)
    handed = Handed(str(given["name"]), b"", "", None, (error,))
    report = handed.completed(Report((handed.name,), dt.date.fromisoformat(given["asOf"]), (), 0))
    return _answer(None, report, None)


def render(payload: bytes) -> bytes:
    """Write a kept verdict in another form.

    Args:
        payload: A header with ``format`` (a name of ``FORMATS``), ``lang`` and ``size``;
            then the verdict as kept (so many bytes) and the file, to show lines of.
    """
    head, body = unpack(payload)
    size = int(head["size"])
    report = from_kept(json.loads(body[:size]))
    lang: Lang = "en" if head["lang"] == "en" else "nl"
    name = str(head["format"])
    sources = {f: _text(body[size:]) for f in report.files} if body[size:] else {}
    if name == "html":
        return html.render(report, lang=lang, sources=sources).encode()
    if name == "text":
        return text.render(report, lang=lang, sources=sources).encode()
    return FORMATS[name].render(report, lang=lang).encode()


def _read(data: bytes, head: Mapping[str, Any]) -> Handed:
    """Read a file here, as ``kg.checking.handed`` does from outside."""
    name, media = str(head["name"]), head["media"]
    try:
        document = read_document(data, name=name, media=media)
        if not document.tables:
            return Handed(name, data, _text(data), document)
        converted = convert(
            document.tables, catalogue=catalogue(), organisation=head["organisation"]
        )
    except KgError as e:
        return Handed(name, data, _text(data), None, (e,))

    def of_node(node: NamedNode | BlankNode) -> Where | None:
        return converted.place_of(node.value)

    faulty = {p.place for p in converted.problems}
    whole = replace(
        document,
        triples=converted.triples,
        places=converted.place,
        nodes=of_node,
        tables=(),
        warnings=tuple(w for w in document.warnings if w.place not in faulty),
    )
    text = _text(data) if media_type(name, media) == CSV else ""
    return Handed(name, data, text, whole, converted=converted, tables=document.tables)


def _answer(document: Document | None, report: Report, organisation: str | None) -> bytes:
    form = None
    if document is not None and document.triples:
        form = to_ntriples(canonical(document.triples)).encode()
    elif document is not None and report.conforms:
        report = _nothing_said(report)
    verdict = json.dumps(as_kept(report), ensure_ascii=False).encode()
    head = {
        "readable": form is not None,
        "triples": 0 if form is None else form.count(b"\n"),
        "organisation": organisation,
        "reportLength": len(verdict),
    }
    return pack(head, verdict + (form or b""))


def _nothing_said(report: Report) -> Report:
    """Refuse a file without statements: it would take the place of what was said before."""
    result = Result(
        bin="must-fix",
        message=Text(
            "In dit bestand staat geen enkele uitspraak. Trek de vorige versie in als u haar niet "
            "meer wilt laten gelden.",
            "This file holds no statement at all. Withdraw the version before if it should no "
            "longer count.",
        ),
        focus=report.files[0],
        shape=READING,
        constraint="KG-A001",
        code="KG-A001",
    )
    return replace(report, groups=(Group((result,), 1), *report.groups))


def _text(data: bytes) -> str:
    """Give the text to show lines of; only ever shown, never read."""
    if data[:2] == b"PK":
        return ""
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


_ELSEWHERE = Text(
    "wat anderen over de genoemde knopen zeggen: dat staat in een opslag elders",
    "what others say about the nodes mentioned: that is in a store elsewhere",
)
_CUT = Text(
    "niet alles wat anderen over de genoemde knopen zeggen is meegenomen: het is te veel",
    "not all that others say about the nodes mentioned was taken into account: it is too much",
)
_SAMPLES: tuple[tuple[str, bytes], ...] = (
    (
        "a.ttl",
        b"@prefix sam: <https://w3id.org/samenspel/def#> .\n"
        b"<urn:a> a sam:Interest ; sam:heldBy <urn:b> ; sam:priority 500 .\n"
        b"<urn:c> a sam:Servise ; sam:label [ sam:x 'piet@example.org' ] .\n",
    ),
    ("a.csv", b"naam\nx\n"),
    ("a.nt", b"x"),
)


@cache
def warm() -> None:
    """Read and load what examining needs from files, before the walls of a worker stand."""
    sandboxed.warm()
    sandboxed_books.warm()
    load_codes()
    state = {"operator": OPERATOR_IRI, "prefixes": {}}
    _PLACE[:] = [Place(None, bundled_vocabularies())]
    for name, data in _SAMPLES:
        payload = asked(File(data, name, None, "urn:o"), as_of=dt.date(2026, 1, 1), state=state)
        found = told(examine(payload))
        for form in ("html", "sarif", "text"):
            render(rendered(found.report, form, "nl", data))
    _PLACE.clear()
