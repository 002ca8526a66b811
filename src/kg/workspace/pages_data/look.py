"""One look at the generation of this worker, with what puts it into words, kept for next time.

In: the date, and what the worker remembers for ``/v1`` too. Out: a ``Seen``: the findings, their
sentences and dossiers, names, and who said what.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kg.errors import ParameterError
from kg.insight.dossiers import into_dossiers
from kg.insight.explain import Explainer
from kg.insight.wording import Wording
from kg.rdf import NamedNode
from kg.rules.weights import load_weights
from kg.text import Text
from kg.workspace import seen as shared
from kg.workspace import views
from kg.workspace.reading import opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.insight.dossiers import Dossier
    from kg.insight.labels import Labels
    from kg.model import Finding, Findings
    from kg.store import GraphStore
    from kg.text import Lang
    from kg.workspace.said import Heard

Named = dict[str, str]
"""A name with ``iri``, ``text`` and ``lang`` (empty where it has none)."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What is to be seen at one date.

    Attributes:
        view: The graphs and what was found in them.
        other_day: The date, where it is another than that of the generation.
    """

    view: shared.View
    other_day: str = ""

    @property
    def store(self) -> GraphStore:
        """The graphs, findings among them."""
        return self.view.store

    @property
    def findings(self) -> Findings:
        """What the rules found."""
        return self.view.findings

    @property
    def labels(self) -> Labels:
        """Names of everything."""
        return self.view.labels

    @property
    def heard(self) -> Heard:
        """Who said what."""
        return shared.desk().said

    @cached_property
    def dossiers(self) -> tuple[Dossier, ...]:
        """The findings by what people discuss together."""
        return into_dossiers(self.findings)

    def wording(self, findings: Sequence[Finding]) -> Wording:
        """Give what puts some findings into words."""
        return _Words(self.store, findings, self.labels)

    @cached_property
    def explainer(self) -> Explainer:
        """Explains these findings."""
        weights = load_weights()
        return Explainer(
            self.store,
            self.findings,
            self.heard.authorised,
            dict(weights.parameters),
            weights,
            operator=self.heard.operator,
        )

    def named(self, node: str, lang: Lang) -> Named:
        """Give a node with its name for a reader."""
        label = self.labels.of(node, lang)
        return {"iri": node, "text": label.text, "lang": label.lang}

    def names(self, nodes: Iterable[str], lang: Lang) -> list[Named]:
        """Give several nodes with their names, sorted by name."""
        found = [self.named(node, lang) for node in nodes]
        return sorted(found, key=lambda n: (n["text"].casefold(), n["iri"]))


class _Words(Wording):
    """Uses the names that were read before: there may be very many."""

    def __init__(self, store: GraphStore, findings: Sequence[Finding], labels: Labels) -> None:
        super().__init__(store, findings)
        self._labels = labels


_SEEN: list[Seen] = []


def look(day: str | None = None) -> Seen:
    """Give what is to be seen, from memory where it was looked at before.

    Args:
        day: Another date than that of the generation, as ``2026-01-31``.

    Raises:
        ParameterError: ``KG-P002`` when it is no date.
    """
    now = opened().as_of
    as_of = now if not day else _day(day)
    view = shared.desk().view(as_of)
    known = list(shared.desk().views.values())
    _SEEN[:] = [s for s in _SEEN if any(s.view is v for v in known)]
    found = next((s for s in _SEEN if s.view is view), None)
    if found is None:
        found = Seen(view, "" if as_of == now else as_of.isoformat())
        _SEEN.append(found)
    return found


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as e:
        raise ParameterError(
            "KG-P002",
            Text(f"'{text:.40}' is geen datum", f"'{text:.40}' is no date"),
            Text("schrijf een datum als 2026-01-31", "write a date like 2026-01-31"),
        ) from e


def is_node(text: str) -> bool:
    """Whether a text is an IRI that a query can name.

    >>> is_node("https://example.org/a"), is_node("a b")
    (True, False)
    """
    try:
        return ":" in str(NamedNode(text))
    except ValueError:
        return False


def warm() -> None:
    """Read what the tasks need from files, before the doors of a worker close."""
    views.warm()
