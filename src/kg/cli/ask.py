"""From the options of a command to a graph to ask: files in memory, or a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.cli import options
from kg.errors import OptionError
from kg.intake.authority import OPERATOR_IRI, Registry
from kg.intake.submission import read_submission
from kg.settings import read_settings
from kg.text import Text
from kg.workspace import Graph, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.cli.options import Given


def open_graph(given: Given, files: Sequence[Path]) -> Graph:
    """Give what the options point to.

    Args:
        given: The options.
        files: Files without a source.

    Raises:
        KgError: When a file, an option or the workspace cannot be used.
    """
    values = options.pairs("--set", given.set_)
    as_of = options.day(given.as_of)
    if not files and not given.source:
        return _workspace(given, values)
    if given.at is not None:
        raise OptionError(
            "KG-O004",
            Text("bestanden en --at gaan niet samen", "files and --at do not go together"),
            Text("noem de bestanden, of de werkmap", "name the files, or the workspace"),
        )
    operator = options.iri("--operator", given.operator or OPERATOR_IRI)
    spoken = options.sources(given.source, operator)
    submissions = [read_submission(file) for file in files]
    submissions += [read_submission(file, who) for who, file in spoken]
    registry = Registry(options.prefixes(given.prefix, operator), operator)
    return Graph(submissions, registry=registry, parameters=values, as_of=as_of)


def _workspace(given: Given, values: dict[str, str]) -> Workspace:
    if given.prefix or given.operator:
        raise OptionError(
            "KG-O004",
            Text(
                "--prefix en --operator horen bij bestanden; een werkmap heeft de hare",
                "--prefix and --operator go with files; a workspace has its own",
            ),
        )
    graph = Workspace(given.at or read_settings().home, parameters=values)
    graph.as_of = options.day(given.as_of) or graph.as_of
    return graph
