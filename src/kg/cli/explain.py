"""`kg explain`: the proof of one finding, for people or as data."""

import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from kg.cli.ask import open_graph
from kg.cli.console import put, strong
from kg.cli.help import both
from kg.cli.options import Given, language
from kg.cli.report import wrapped
from kg.insight.views import VOICES, ExplanationView, sections
from kg.model import Explanation
from kg.text import Text

_RULE = Text("De regel", "The rule")


def explain(
    iri: Annotated[
        str,
        Parameter(
            help=both(
                "IRI van de bevinding; het eind ervan volstaat als het er één aanwijst.",
                "IRI of the finding; its end is enough when it points to one.",
            )
        ),
    ],
    *files: Annotated[Path, Parameter(help=both("RDF-bestanden.", "RDF files."))],
    given: Given | None = None,
    format: Annotated[
        Literal["text", "json"],
        Parameter(help=both("Vorm van de uitvoer.", "Form of the output.")),
    ] = "text",
) -> int:
    """Explain one finding; give the exit code."""
    given = given or Given()
    lang = language(given.lang)
    graph = open_graph(given, files)
    view = graph.explain(iri, lang=lang)
    put(_as_json(view.explanation) if format == "json" else _as_text(view))
    return 0


def _as_text(view: ExplanationView) -> str:
    told, lang = view.explanation, view.lang
    finding = told.finding
    lines = [strong(told.title.to(lang)), *wrapped(told.sentence.to(lang), 2)]
    lines.append(f"  {VOICES[finding.voice].to(lang)}  {finding.iri}")
    for head, items in sections(told, view.labels, lang):
        lines += ["", strong(head), *(line for item in items for line in _item(item))]
    lines += ["", strong(_RULE.to(lang)), *("  " + line for line in told.rule_text.splitlines())]
    return "\n".join(lines) + "\n"


def _item(item: str) -> list[str]:
    first, *rest = item.split("\n")
    return [*wrapped("- " + first, 2), *(line for part in rest for line in wrapped(part, 6))]


def _as_json(told: Explanation) -> str:
    document = {
        "finding": told.finding.as_dict(),
        "title": told.title._asdict(),
        "sentence": told.sentence._asdict(),
        "factors": [t._asdict() for t in told.factors],
        "statements": [
            {
                "subject": s.subject,
                "predicate": s.predicate,
                "object": s.object,
                "sources": [{"file": x.file, "organisation": x.organisation} for x in s.sources],
                "voice": s.voice,
            }
            for s in told.statements
        ],
        "absent": [t._asdict() for t in told.absent],
        "repairs": [t._asdict() for t in told.repairs],
        "rule": told.rule_text,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
