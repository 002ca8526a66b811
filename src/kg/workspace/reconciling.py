"""The reconciliation service, inside a query worker.

Everything named that readers can see can be found: the vocabularies of the workspace, those that
ship, and our own actors and services. The index is made when it is first asked for, once per
worker and generation.
"""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING, Any

from kg.terms import VOCABULARY
from kg.vocabularies import Source, Vocabularies
from kg.vocabularies.catalogue import catalogue_of, own_type_names
from kg.vocabularies.folder import excerpts as shipped_excerpts
from kg.vocabularies.reconcile import Reconciler
from kg.vocabularies.reconcile_manifest import product_version
from kg.vocabularies.reconcile_query import ReconcileError
from kg.workspace.reading import opened, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.workspace.reading.opened import Opened

METHODS = ("manifest", "match", "suggest", "flyout", "preview", "properties", "extend")
"""What may be asked."""
_MADE: list[Reconciler] = []


def warm() -> None:
    """Read from files what the index needs, while files can still be opened."""
    own_type_names()
    shipped_excerpts()
    product_version()


def reconcile(payload: bytes) -> bytes:
    """Answer one question of the reconciliation service.

    Args:
        payload: JSON with ``method``, one of ``METHODS``, and its ``arguments`` by name.

    Returns:
        An empty header and the answer as JSON; or a header with ``refused``: ``status``, ``code``,
        ``message`` and ``advice`` in both languages.
    """
    request: dict[str, Any] = json.loads(payload)
    method = str(request["method"])
    if method not in METHODS:
        raise ValueError(method)
    try:
        found = getattr(_reconciler(), method)(**request["arguments"])
    except ReconcileError as e:
        advice = None if e.advice is None else list(e.advice)
        told = {"status": e.status, "code": e.code, "message": list(e.message), "advice": advice}
        return pack({"refused": told})
    return pack({}, json.dumps(found, ensure_ascii=False).encode())


def _reconciler() -> Reconciler:
    if not _MADE:
        here = opened()
        known = Vocabularies([*_loaded(here), *shipped_excerpts()])
        _MADE.append(Reconciler(catalogue_of(known, here.store), today=lambda: here.as_of))
        gc.freeze()  # the index stays as long as the worker does
    return _MADE[0]


def _loaded(here: Opened) -> Iterator[Source]:
    """Give the vocabularies in use; each snapshot also has a graph of its own."""
    for graph in here.store.graphs():
        name = graph.removeprefix(VOCABULARY)
        if graph.startswith(VOCABULARY) and "/" not in name:
            yield Source(name, "", tuple(here.store.triples(graph)))
