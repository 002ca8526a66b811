"""All rules and reports, in the order in which they run."""

from __future__ import annotations

from functools import cache
from graphlib import TopologicalSorter
from itertools import groupby
from typing import TYPE_CHECKING

from kg.errors import NotFoundError
from kg.resources import queries_dir
from kg.rules.header import read_all
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.rules.header import Header


class Catalogue:
    """The rules in running order, and the reports by name.

    Args:
        root: A folder laid out as ``queries/``: ``rules/<stage>/*.rq``, ``reports/<job>/*.rq``.
    """

    def __init__(self, root: Path) -> None:
        self.rules = _in_order(read_all(root / "rules"))
        self.reports = read_all(root / "reports") if (root / "reports").is_dir() else ()
        self._by_id = {h.id: h for h in (*self.rules, *self.reports)}

    def get(self, name: str) -> Header:
        """Give one rule or report.

        Raises:
            NotFoundError: ``KG-N001`` when nothing has that name.
        """
        try:
            return self._by_id[name]
        except KeyError:
            raise NotFoundError(
                "KG-N001",
                Text(f"er is geen vraag of regel {name}", f"there is no query or rule {name}"),
                Text("`kg query` toont alle namen", "`kg query` lists all names"),
            ) from None

    def finding_rules(self) -> dict[str, Header]:
        """Give, per rule identifier that findings carry, the (first) rule that yields it."""
        out: dict[str, Header] = {}
        for header in self.rules:
            if header.is_finding and (header.id == header.rule or header.rule not in out):
                out[header.rule] = header
        return out


def _in_order(headers: Iterable[Header]) -> tuple[Header, ...]:
    ordered: list[Header] = []
    for _, group in groupby(headers, key=lambda h: h.stage):
        stage = {h.id: h for h in group}
        graph = {h.id: [a for a in h.after if a in stage] for h in stage.values()}
        ordered += [stage[i] for i in TopologicalSorter(graph).static_order()]
    return tuple(ordered)


@cache
def load_catalogue() -> Catalogue:
    """Give the rules and reports that ship with the product.

    >>> load_catalogue().get("opposed").kind
    'conflict'
    """
    return Catalogue(queries_dir())
