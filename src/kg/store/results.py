"""The answers of a SPARQL server as rows and truth values; what is not whole is refused.

SPARQL 1.1 Query Results JSON Format, with two habits of Virtuoso: ``typed-literal`` for
``literal``, and an ASK answered with a table. Booleans come in one spelling.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from kg.store.errors import StoreError
from kg.text import Text

if TYPE_CHECKING:
    from kg.rdf import Term
    from kg.store.port import Row

__all__ = ["read_graph", "read_rows", "read_truth"]

_BOOLEAN: Final = "http://www.w3.org/2001/XMLSchema#boolean"
_SPELLED: Final = {"1": "true", "0": "false"}
_ASKED: Final = "__ASK_RETVAL"


def read_rows(body: bytes) -> list[Row]:
    """Give the rows of an answer to a SELECT.

    Raises:
        StoreError: ``KG-T014`` when it is not whole, ``KG-T015`` when it is no table.
    """
    try:
        bindings = _document(body)["results"]["bindings"]
        return [{name: _term(said) for name, said in row.items()} for row in bindings]
    except (KeyError, TypeError, AttributeError, ValueError) as e:
        raise _unexpected() from e


def read_truth(body: bytes) -> bool:
    """Give the answer to an ASK.

    Raises:
        StoreError: ``KG-T014`` when it is not whole, ``KG-T015`` when it is no truth value.
    """
    said = _document(body)
    try:
        if isinstance(said.get("boolean"), bool):
            return bool(said["boolean"])
        if said["head"]["vars"] == [_ASKED]:
            return any(row[_ASKED]["value"] == "1" for row in said["results"]["bindings"])
    except (KeyError, TypeError) as e:
        raise _unexpected() from e
    raise _unexpected()


def read_graph(body: bytes, media: str) -> list[ox.Triple]:
    """Give the triples of an answer in N-Triples or Turtle.

    Raises:
        StoreError: ``KG-T014`` when it is not whole, ``KG-T015`` for another media type.
    """
    kind = ox.RdfFormat.from_media_type(media)
    if kind not in {ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TURTLE}:
        raise _unexpected()
    try:
        return [quad.triple for quad in ox.parse(body, format=kind)]
    except (SyntaxError, ValueError) as e:
        raise _not_whole(str(e)) from e


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body.decode("utf-8"))
    except ValueError as e:
        # Also how a server that gave up ends: rows, then a sentence in the middle of the table.
        raise _not_whole(str(e)) from e
    if not isinstance(document, dict):
        raise _unexpected()
    return document


def _term(said: dict[str, str]) -> Term:
    kind, value = said["type"], said["value"]
    if kind == "uri":
        return ox.NamedNode(value)
    if kind == "bnode":
        return ox.BlankNode(value)
    if kind not in {"literal", "typed-literal"}:
        raise KeyError(kind)
    if language := said.get("xml:lang"):
        return ox.Literal(value, language=language)
    datatype = said.get("datatype")
    if datatype is None:
        return ox.Literal(value)
    if datatype == _BOOLEAN:
        value = _SPELLED.get(value, value)
    return ox.Literal(value, datatype=ox.NamedNode(datatype))


def _not_whole(why: str) -> StoreError:
    return StoreError(
        "KG-T014",
        Text(f"het antwoord is niet heel: {why}", f"the answer is not whole: {why}"),
        Text("stel de vraag opnieuw, of vraag minder", "ask again, or ask less"),
    )


def _unexpected() -> StoreError:
    return StoreError(
        "KG-T015",
        Text("dit is geen antwoord van een SPARQL-server", "this is no answer of a SPARQL server"),
        Text("controleer het adres van de server", "check the address of the server"),
    )
