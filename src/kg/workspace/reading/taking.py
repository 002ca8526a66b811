"""Reads what a client puts in a graph of a scratch workspace, in a worker for one document."""

from __future__ import annotations

import json
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any

from kg.errors import UnreadableInputError
from kg.rdf.bounds import SYNTAXES, Bounds, decode, read_triples
from kg.text import Text
from kg.workspace.reading.opened import pack

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = "-"
_MULTIPART = "multipart/form-data"


def warm() -> None:
    """Read one document of each syntax, so that nothing needs a file any more."""
    for media, text in (
        ("text/turtle", "<a:b> <a:c> 1 ."),
        ("application/rdf+xml", "<r/>"),
        ("application/ld+json", '{"a:b": 1}'),
    ):
        try:
            read_triples(text, media=media, name=_NAME, bounds=Bounds())
        except UnreadableInputError:
            continue
    BytesParser().parsebytes(b"content-type: text/plain\r\n\r\n")


def ntriples(payload: bytes) -> bytes:
    """Read a document and give its statements as N-Triples.

    Args:
        payload: A line of JSON with ``media`` (the whole ``Content-Type``) and ``base``, and the
            document.

    Returns:
        A header with ``triples``, and N-Triples; blank nodes have names found nowhere else.

    Raises:
        UnreadableInputError: ``KG-R002`` for another media type, or why it cannot be read.
    """
    line, _, data = payload.partition(b"\n")
    request: dict[str, Any] = json.loads(line)
    found: list[str] = []
    for media, part in _parts(str(request["media"]), data):
        found += _statements(media, part, str(request["base"]))
    return pack({"triples": len(found)}, "".join(found).encode())


def _statements(media: str, data: bytes, base: str) -> list[str]:
    kind = media.partition(";")[0].strip().lower()
    if kind not in SYNTAXES:
        known = ", ".join(SYNTAXES)
        raise UnreadableInputError(
            "KG-R002",
            Text(f"onbekende soort {kind}", f"unknown media type {kind}"),
            Text(f"stuur {known}", f"send {known}"),
        )
    text = decode(data, name=_NAME, bounds=Bounds())
    if kind == "text/turtle":
        text = f"@base <{base}> . {text}"
    return [f"{t} .\n" for t in read_triples(text, media=kind, name=_NAME, bounds=Bounds())]


def _parts(media: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the documents of a request: one, or the parts of a form (RFC 7578)."""
    if not media.lower().startswith(_MULTIPART):
        if data.strip():
            yield media, data
        return
    head = b"content-type: " + media.encode("latin-1", "replace") + b"\r\n\r\n"
    message = BytesParser().parsebytes(head + data)
    for part in message.walk():
        body = part.get_payload(decode=True)
        if not part.is_multipart() and isinstance(body, bytes) and body.strip():
            yield part.get_content_type(), body
