"""The tasks behind ``/sparql``, the Graph Store Protocol and the pages of resources."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from kg.store.answering import Caps
from kg.workspace.reading.opened import opened, pack

if TYPE_CHECKING:
    from kg.store.answering import Written


def sparql(payload: bytes) -> bytes:
    """Answer a query.

    Args:
        payload: JSON with ``query``; ``media`` (for rows or truth) and ``tripleMedia``; ``rows``
            and ``bytes`` (the caps); ``base``; ``defaultGraphs`` and ``namedGraphs`` as the
            protocol gives them, or null; ``named`` (whether the query names its data set).

    Returns:
        A header with ``form``, ``mediaType``, ``rows``, ``truncated``, ``variables`` and
        ``seconds``, and the answer.

    Raises:
        QuerySyntaxError: ``KG-Q001``.
    """
    started = time.perf_counter()
    request: dict[str, Any] = json.loads(payload)
    default, named = _data_set(request)
    written = opened().answering.query(
        str(request["query"]),
        media=(str(request["media"]), str(request["tripleMedia"])),
        caps=_caps(request),
        base=request.get("base"),
        default_graphs=default,
        named_graphs=named,
    )
    return _told(written, started)


def graph(payload: bytes) -> bytes:
    """Give one graph.

    Args:
        payload: JSON with ``graph`` (an IRI; null for the default graph), ``media``, ``rows`` and
            ``bytes``.

    Returns:
        As :func:`sparql`; with ``found`` false and no body when there is no such graph.
    """
    started = time.perf_counter()
    request: dict[str, Any] = json.loads(payload)
    here, name, media = opened(), request["graph"], str(request["media"])
    if name is None and here.default_graphs is not None:
        written = here.answering.union(here.default_graphs, media=media, caps=_caps(request))
        return _told(written, started)
    found = None
    if name is None or name in here.named_graphs:
        found = here.answering.graph(name, media=media, caps=_caps(request))
    if found is None:
        return pack({"found": False, "seconds": round(time.perf_counter() - started, 6)})
    return _told(found, started)


def _data_set(request: dict[str, Any]) -> tuple[Any, Any]:
    """Give default and named graphs (SPARQL 1.1 Protocol, 2.1.4: the protocol goes first)."""
    here = opened()
    default, named = request.get("defaultGraphs"), request.get("namedGraphs")
    if default or named:
        return default or [], named or []
    if request.get("named"):
        return None, None
    return here.default_graphs, here.named_graphs


def _caps(request: dict[str, Any]) -> Caps:
    return Caps(rows=int(request["rows"]), size=int(request["bytes"]))


def _told(written: Written, started: float) -> bytes:
    header = {
        "found": True,
        "form": written.form,
        "mediaType": written.media,
        "rows": written.rows,
        "truncated": written.truncated,
        "variables": written.variables,
        "seconds": round(time.perf_counter() - started, 6),
    }
    return pack(header, written.body)
