"""Hygiene rules of the ontology: one SPARQL query per file, with a ``#+`` header.

A query gives ``?term ?fault`` for every term that breaks the rule, and nothing when all is well.
The header tells in both languages what is wrong and what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import yaml
from rdflib.query import ResultRow

from kg.errors import RuleError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rdflib import Graph

__all__ = ["HygieneRule", "hygiene_rules", "run_rule"]


@dataclass(frozen=True, slots=True)
class HygieneRule:
    """One quality rule for the ontology, as its file tells it.

    Attributes:
        id: The file name without ending.
        title: What holds when all is well.
        message: What is wrong; ``{fault}`` is filled with what the query gives.
        advice: What to do about it.
        scope: ``ontology`` (modules, alignments, shapes) or ``all`` (also examples and data).
        query: The SPARQL 1.1 text, giving ``?term ?fault``.
    """

    id: str
    title: Text
    message: Text
    advice: Text
    scope: Literal["ontology", "all"]
    query: str


def hygiene_rules(folder: Path) -> tuple[HygieneRule, ...]:
    """Give the hygiene rules of a folder, sorted by name.

    Args:
        folder: Holds one ``.rq`` file per rule.

    Raises:
        RuleError: A header lacks something or does not bear the name of its file (``KG-Q020``).
    """
    return tuple(_read_rule(path) for path in sorted(folder.glob("*.rq")))


def run_rule(rule: HygieneRule, graph: Graph) -> Iterator[tuple[str, str]]:
    """Give the term and the detail of each fault, in the order of the engine.

    Args:
        rule: The rule.
        graph: What it reads.

    Raises:
        RuleError: The query is not a SELECT of ``?term ?fault`` (``KG-Q020``).
    """
    for row in graph.query(rule.query):
        if not isinstance(row, ResultRow) or not {"term", "fault"} <= row.labels.keys():
            raise RuleError(
                "KG-Q020",
                Text(
                    f"{rule.id}: de vraag geeft geen ?term en ?fault",
                    f"{rule.id}: the query does not give ?term and ?fault",
                ),
            )
        yield str(row["term"]), str(row["fault"])


def _read_rule(path: Path) -> HygieneRule:
    query = path.read_text(encoding="utf-8")
    head = [line[2:] for line in query.splitlines() if line.startswith("#+")]
    try:
        fields = yaml.safe_load("\n".join(head))
        rule = HygieneRule(
            id=fields["id"],
            title=Text(**fields["title"]),
            message=Text(**fields["message"]),
            advice=Text(**fields["advice"]),
            scope=fields.get("scope", "ontology"),
            query=query,
        )
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise _rule_error(path, f"{type(error).__name__} {error}") from error
    if rule.id != path.stem or rule.scope not in {"ontology", "all"}:
        raise _rule_error(path, f"id {rule.id}, scope {rule.scope}")
    return rule


def _rule_error(path: Path, detail: str) -> RuleError:
    return RuleError(
        "KG-Q020",
        Text(
            f"{path.name}: de kop van deze hygiëneregel is niet volledig ({detail})",
            f"{path.name}: the header of this hygiene rule is not whole ({detail})",
        ),
        Text(
            "Een kop heeft id (de bestandsnaam), title, message en advice, elk met nl en en.",
            "A header has id (the file name), title, message and advice, each with nl and en.",
        ),
    )
