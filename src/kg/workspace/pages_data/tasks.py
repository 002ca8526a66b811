"""The tasks behind the pages: JSON in, a header and JSON out.

Every request has ``lang``; what else it may have, the function it leads to says.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from kg.workspace.pages_data import asked, explained, grid, listing, nodes
from kg.workspace.pages_data import look as looking
from kg.workspace.pages_data import terms as ontology
from kg.workspace.reading import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.text import Lang


def _serve(page: Callable[[Mapping[str, Any], Lang], dict[str, Any]], payload: bytes) -> bytes:
    started = time.process_time()
    request, lang = _read(payload)
    body = json.dumps(page(request, lang), ensure_ascii=False, separators=(",", ":"))
    header = {"mediaType": "application/json", "cpu": round(time.process_time() - started, 6)}
    return pack(header, body.encode())


def overview(payload: bytes) -> bytes:
    """Give the first page."""
    return _serve(listing.overview, payload)


def findings(payload: bytes) -> bytes:
    """Give a page of the list of findings."""
    return _serve(listing.findings, payload)


def explanation(payload: bytes) -> bytes:
    """Explain one finding."""
    return _serve(explained.explanation, payload)


def matrix(payload: bytes) -> bytes:
    """Give customers against services."""
    return _serve(grid.matrix, payload)


def catalogue(payload: bytes) -> bytes:
    """Give the list of questions."""
    return _serve(asked.catalogue, payload)


def report(payload: bytes) -> bytes:
    """Answer a question of the list."""
    return _serve(asked.report, payload)


def question(payload: bytes) -> bytes:
    """Answer a person's own query."""
    return _serve(asked.question, payload)


def node(payload: bytes) -> bytes:
    """Give what is known of a node."""
    return _serve(nodes.node, payload)


def terms(payload: bytes) -> bytes:
    """Give the list of terms."""
    return _serve(ontology.terms, payload)


def term(payload: bytes) -> bytes:
    """Give one term."""
    return _serve(ontology.term, payload)


def findings_table(payload: bytes) -> bytes:
    """Give the list of findings as CSV."""
    return _write(lambda request, _: listing.table(request), payload)


def matrix_table(payload: bytes) -> bytes:
    """Give the matrix as CSV."""
    return _write(grid.table, payload)


def report_table(payload: bytes) -> bytes:
    """Give an answer as CSV."""
    return _write(asked.table, payload)


def _write(table: Callable[[Mapping[str, Any], Lang], str], payload: bytes) -> bytes:
    request, lang = _read(payload)
    return pack({"mediaType": "text/csv"}, table(request, lang).encode())


def _read(payload: bytes) -> tuple[dict[str, Any], Lang]:
    request: dict[str, Any] = json.loads(payload)
    return request, "en" if request.get("lang") == "en" else "nl"


def warm() -> None:
    """Read what the tasks need from files, before the doors of a worker close."""
    looking.warm()
    ontology.read_terms()
