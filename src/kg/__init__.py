"""Samenspel: where interests conflict and where coordination is missing, with proof.

For notebooks and scripts: ``kg.read`` takes files, ``kg.open`` a workspace; both answer
``findings``, ``explain``, ``query`` and ``matrix``, and a notebook shows each as a table.

>>> import kg, pathlib, tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     file = pathlib.Path(folder, "green.ttl")
...     _ = file.write_text('''
...         @prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
...         :green a sam:Service ; sam:touches :say .
...         :say a sam:Aspect .
...         :p a sam:ServiceProvision ; sam:ofService :green ;
...            sam:supplier :town ; sam:customer :club, :school .
...         :i sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Increase .
...         :j sam:heldBy :school ; sam:concerns :say ; sam:direction sam:Decrease .
...         :i a sam:Interest . :j a sam:Interest .
...     ''')
...     graph = kg.read(file)
>>> [(f.rule, f.severity) for f in graph.findings(rule="opposed")]
[('opposed', 50.0)]
>>> [row["customer"] for row in graph.query("matrix-cells")]
['https://example.org/club', 'https://example.org/school']
>>> print(graph.explain(graph.findings(rule="opposed")[0].iri).explanation.title.en)
Opposed interests
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from kg.rules.header import Value
    from kg.workspace import Graph, Workspace

__version__ = "0.2.0"
__all__ = ["Graph", "Workspace", "open", "read"]


def __getattr__(name: str) -> object:
    """Give the classes when they are asked for, so that importing ``kg`` stays quick."""
    if name in {"Graph", "Workspace"}:
        from kg import workspace  # noqa: PLC0415

        return getattr(workspace, name)
    raise AttributeError(name)


def open(path: str | Path, *, parameters: Mapping[str, Value] | None = None) -> Workspace:
    """Open a workspace on disk.

    Args:
        path: Its directory, as made by ``kg demo`` or ``kg import``.
        parameters: Values for rule parameters, such as ``{"minShared": 5}``.

    Returns:
        The workspace; close it, or use it in a ``with`` block, for it can be open only once.

    Raises:
        kg.errors.WorkspaceError: When it is no workspace, or another process has it open.
    """
    from kg.workspace import Workspace  # noqa: PLC0415 - importing kg stays quick

    return Workspace(Path(path), parameters=parameters)


def read(
    *files: str | Path,
    sources: Mapping[str, str | Path] | None = None,
    prefixes: Mapping[str, str] | None = None,
    operator: str | None = None,
    as_of: dt.date | None = None,
    parameters: Mapping[str, Value] | None = None,
) -> Graph:
    """Read files into memory.

    Args:
        files: RDF files in which nobody in particular speaks.
        sources: Organisation (IRI) to the file in which it speaks.
        prefixes: IRI prefix to the organisation it is registered for.
        operator: IRI of the operator.
        as_of: The date to look at where a question gives none; today when None.
        parameters: Values for rule parameters, such as ``{"minShared": 5}``.

    Returns:
        A graph to ask for findings, explanations, reports and the matrix.

    Raises:
        kg.errors.UnreadableInputError: When a file cannot be read.
    """
    from kg.intake.authority import OPERATOR_IRI, Registry  # noqa: PLC0415 - as above
    from kg.intake.submission import read_submission  # noqa: PLC0415
    from kg.workspace import Graph  # noqa: PLC0415

    submissions = [read_submission(Path(file)) for file in files]
    submissions += [read_submission(Path(file), who) for who, file in (sources or {}).items()]
    registry = Registry(dict(prefixes or {}), operator or OPERATOR_IRI)
    return Graph(submissions, registry=registry, as_of=as_of, parameters=parameters)
