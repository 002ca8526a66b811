"""The same reading in a limited process: nothing of others is parsed where state is kept.

The worker sends back N-Triples it wrote itself. Of a small file it sends the places along; of a
larger one they are asked for in a second run, and only when there is something to point at.
Workbooks have a task of their own: what opens them is slow to load, and other files need not wait.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from kg.intake.jsonld import shipped_contexts
from kg.intake.read import XLSX, Document, Index, media_type, read_document
from kg.intake.tables import Cell, Row, Table
from kg.intake.tasks import BOOK, PARSE, PLACES, TASKS
from kg.rdf.bounds import Bounds, read_triples
from kg.rdf.positions import Place, PlacedError, subject_of
from kg.sandbox import SandboxError, run
from kg.text import Text

if TYPE_CHECKING:
    from kg.intake.read import Whereabouts
    from kg.rdf import Triple
    from kg.sandbox import Pool

__all__ = ["BOOK", "PARSE", "PLACES", "TASKS", "Reading", "read_sandboxed"]

AT_ONCE = 64 * 1024
"""Up to how many bytes the places of a file are found together with its statements."""


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
        ("a.csv", b"\xe9\n"),
        ("a.jsonld", b'{"a:b": "\\u00e9"}'),
        ("a.rdf", b"<r/>"),
        ("a.ttl", b"<a:b> a:c ."),
    ):
        try:
            document = read_document(data, name=name)
        except KgError:
            continue
        for triple in document.triples:
            document.places(triple)


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
        task = BOOK if kind == XLSX else PARSE
        outcome = pool.run(task, payload) if pool else run(task, payload)
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
    rows = header["places"]
    index = Index(
        lambda: (
            _asked(payload, triples, name, pool) if rows is None else _placed(rows, triples, name)
        )
    )
    warnings = tuple(_warning(w) for w in header["warnings"])
    document = Document(name, kind, triples, index.of, index.of_node, tables, warnings)
    return Reading(document, warnings, outcome.walls)


def _asked(
    payload: bytes, triples: tuple[Triple, ...], name: str, pool: Pool | None
) -> list[Whereabouts] | None:
    try:
        outcome = pool.run(PLACES, payload) if pool else run(PLACES, payload)
    except SandboxError:
        return None
    return _placed(json.loads(outcome.result), triples, name)


def _placed(
    rows: list[list[Any]], triples: tuple[Triple, ...], name: str
) -> list[Whereabouts] | None:
    if len(rows) != len(triples):
        return None
    return [
        (triple, Place(name, *row[:3]), Place(name, *row[3:]))
        for triple, row in zip(triples, rows, strict=True)
        if row
    ]


def parse_task(payload: bytes) -> bytes:
    """Read a document inside a worker; gives a header and N-Triples in file order."""
    document = _read(payload)
    header = {
        "tables": [asdict(t) for t in document.tables],
        "warnings": [_plain(w) for w in document.warnings],
        "places": _rows(document) if len(payload) <= AT_ONCE else None,
    }
    return _pack(header, "".join(f"{t} .\n" for t in document.triples).encode())


def places_task(payload: bytes) -> bytes:
    """Give, per statement of a document, line, column and pointer of its value and its node."""
    return json.dumps(_rows(_read(payload)), separators=(",", ":")).encode()


def _rows(document: Document) -> list[list[int | str | None]]:
    rows: list[list[int | str | None]] = []
    for triple in document.triples:
        at, node = document.places(triple), document.nodes(subject_of(triple))
        known = [(p.line, p.column, p.pointer) for p in (at, node) if p is not None]
        rows.append([*known[0], *known[1]] if len(known) == 2 else [])  # noqa: PLR2004 - both
    return rows


def _plain(warning: PlacedError) -> dict[str, Any]:
    advice = warning.advice or Text("", "")
    return {
        "code": warning.code,
        "message": [warning.message.nl, warning.message.en],
        "advice": [advice.nl, advice.en],
        "place": asdict(warning.place),
    }


def _warning(plain: dict[str, Any]) -> PlacedError:
    return PlacedError(
        plain["code"],
        Text(*plain["message"]),
        Text(*plain["advice"]),
        place=Place(**plain["place"]),
    )


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
