"""The same reading in a limited process: nothing of others is parsed where state is kept.

The worker sends back N-Triples it wrote itself; places are asked for in a second run, and only
when there is something to point at.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from kg.errors import KgError
from kg.intake.jsonld import shipped_contexts
from kg.intake.read import Document, Index, media_type, read_document
from kg.intake.tables import Cell, Row, Table, formulas
from kg.rdf.bounds import Bounds, read_triples
from kg.rdf.positions import Place, subject_of
from kg.sandbox import SandboxError, run

if TYPE_CHECKING:
    from kg.intake.read import Whereabouts
    from kg.rdf import Triple
    from kg.sandbox import Pool

PARSE = "kg.intake.sandboxed:parse_task"
PLACES = "kg.intake.sandboxed:places_task"
TASKS = (PARSE, PLACES)
"""What a pool for reading serves."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one file.

    Attributes:
        document: What it says; None if it could not be read.
        problems: Why it could not be read, or what was probably not meant so.
        walls: Which walls stood around the process.
    """

    document: Document | None
    problems: tuple[KgError, ...]
    walls: frozenset[str] = frozenset()


def warm() -> None:
    """Read what parsing needs from files, before the walls of a worker stand."""
    shipped_contexts()
    for name, data in (
        ("a.csv", b"a\n"),
        ("a.jsonld", b'{"a:b": "\\u00e9"}'),
        ("a.rdf", b"<r/>"),
        ("a.ttl", b"<a:b> a:c ."),
        ("a.xlsx", _smallest_workbook()),
    ):
        try:
            document = read_document(data, name=name)
        except KgError:
            continue
        for triple in document.triples:
            document.places(triple)


def _smallest_workbook() -> bytes:
    book = Workbook()
    if book.active is not None:
        book.active["A1"] = "a"
        book.active["B1"] = 1.5
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read_sandboxed(
    data: bytes,
    *,
    name: str,
    media: str | None = None,
    lenient: bool = False,
    pool: Pool | None = None,
) -> Reading:
    """Read one document in a limited process.

    Args:
        data: The file.
        name: What to call it in messages.
        media: Its media type; else its ending decides.
        lenient: Accept IRIs and language tags that break their rules.
        pool: Workers that serve ``TASKS``; a process of its own if left out.

    Returns:
        The document, or the problem that stopped it; never an exception about the file.
    """
    try:
        kind = media_type(name, media)
        payload = _pack({"name": name, "media": kind, "lenient": lenient}, data)
        outcome = pool.run(PARSE, payload) if pool else run(PARSE, payload)
        header, body = _unpack(outcome.result)
        triples = tuple(
            read_triples(
                body.decode(), media="application/n-triples", name=name,
                bounds=Bounds(size=2**62), lenient=lenient, keep=True,
            )
        )  # fmt: skip
    except KgError as e:
        return Reading(None, (e,))
    tables = tuple(_table(t) for t in header["tables"])
    index = Index(lambda: _places(payload, triples, name, pool))
    warnings = formulas(tables)
    document = Document(name, kind, triples, index.of, index.of_node, tables, warnings)
    return Reading(document, warnings, outcome.walls)


def _places(
    payload: bytes, triples: tuple[Triple, ...], name: str, pool: Pool | None
) -> list[Whereabouts] | None:
    try:
        outcome = pool.run(PLACES, payload) if pool else run(PLACES, payload)
    except SandboxError:
        return None
    found = json.loads(outcome.result)
    if len(found) != len(triples):
        return None
    return [
        (triple, Place(name, *row[:3]), Place(name, *row[3:]))
        for triple, row in zip(triples, found, strict=True)
        if row
    ]


def parse_task(payload: bytes) -> bytes:
    """Read a document inside a worker; gives a header and N-Triples in file order."""
    document = _read(payload)
    header = {"tables": [asdict(t) for t in document.tables]}
    return _pack(header, "".join(f"{t} .\n" for t in document.triples).encode())


def places_task(payload: bytes) -> bytes:
    """Give, per statement of a document, line, column and pointer of its value and its node."""
    document = _read(payload)
    rows: list[list[int | str | None]] = []
    for triple in document.triples:
        at, node = document.places(triple), document.nodes(subject_of(triple))
        known = [(p.line, p.column, p.pointer) for p in (at, node) if p is not None]
        rows.append([*known[0], *known[1]] if len(known) == 2 else [])  # noqa: PLR2004 - both
    return json.dumps(rows, separators=(",", ":")).encode()


def _read(payload: bytes) -> Document:
    header, data = _unpack(payload)
    return read_document(
        data,
        name=str(header["name"]),
        media=str(header["media"]),
        lenient=bool(header["lenient"]),
    )


def _pack(header: dict[str, Any], body: bytes) -> bytes:
    return json.dumps(header).encode() + b"\n" + body


def _unpack(data: bytes) -> tuple[dict[str, Any], bytes]:
    header, _, body = data.partition(b"\n")
    found: dict[str, Any] = json.loads(header)
    return found, body


def _table(plain: dict[str, Any]) -> Table:
    rows = tuple(Row(row["number"], _cells(row["cells"])) for row in plain["rows"])
    return Table(plain["name"], _cells(plain["headings"]), rows, hidden=plain["hidden"])


def _cells(plain: dict[str, Any]) -> dict[int, Cell]:
    return {
        int(column): Cell(cell["text"], cell["kind"], Place(**cell["place"]))
        for column, cell in plain.items()
    }
