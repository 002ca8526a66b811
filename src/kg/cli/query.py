"""`kg query`: a question of the list by name, or SPARQL of one's own."""

from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from kg.cli.ask import open_graph
from kg.cli.console import put, put_table, strong, tell
from kg.cli.help import both
from kg.cli.options import Given, Spreadsheet, language, pairs
from kg.cli.report import wrapped
from kg.insight.answers import Answer
from kg.insight.query import answer, answer_own, read_question
from kg.insight.results import write_answer
from kg.rules.catalogue import load_catalogue
from kg.text import Lang, Text

_TRUTH = {True: Text("ja", "yes"), False: Text("nee", "no")}


def query(
    name: Annotated[
        str | None,
        Parameter(
            help=both(
                "Naam van een vraag, of een eigen .rq-bestand; zonder naam: alle vragen.",
                "Name of a query, or a .rq file of your own; without a name: all queries.",
            )
        ),
    ] = None,
    *files: Annotated[Path, Parameter(help=both("RDF-bestanden.", "RDF files."))],
    given: Given | None = None,
    param: Annotated[
        list[str] | None,
        Parameter(
            metavar="NAME=VALUE",
            negative_iterable=(),
            help=both("Waarde van een parameter.", "Value of a parameter."),
        ),
    ] = None,
    format: Annotated[
        Literal["table", "csv", "json", "xml", "tsv", "turtle", "json-ld"],
        Parameter(help=both("Vorm van de uitvoer.", "Form of the output.")),
    ] = "table",
    spreadsheet: Spreadsheet = False,
) -> int:
    """Answer a question; give the exit code."""
    given = given or Given()
    lang = language(given.lang)
    if name is None:
        put(_list(lang))
        return 0
    given_params = pairs("--param", param or [])
    own = name.endswith(".rq")
    report = None if own else load_catalogue().get(name)
    graph = open_graph(given, files)
    look = graph.look()
    if report is not None:
        found = answer(look.store, report, given_params, look.findings.as_of, lang=lang)
        tell(report.question.to(lang))
    else:
        question = read_question(Path(name), given_params, look.findings.as_of)
        found = answer_own(look.store, question, lang=lang)
    if format == "table":
        _show(found, lang)
    else:
        put(write_answer(found, format, spreadsheet=spreadsheet))
    return 0


def _show(found: Answer, lang: Lang) -> None:
    if found.form == "ASK":
        put(_TRUTH[bool(found.truth)].to(lang) + "\n")
    elif found.form == "CONSTRUCT":
        put(write_answer(found, "turtle"))
    else:
        rows = [[text for text, _ in row] for row in found.shown()]
        put_table([c.title.to(lang) for c in found.columns], rows)
        n = len(found)
        tell({"nl": f"{n} rijen", "en": f"{n} rows"}[lang] if n != 1 else _ONE_ROW.to(lang))


_ONE_ROW = Text("1 rij", "1 row")


def _list(lang: Lang) -> str:
    lines: list[str] = []
    reports = load_catalogue().reports
    for job, group in groupby(reports, key=lambda h: h.stage):
        lines += ["", strong(job)]
        for report in group:
            lines += [f"  {report.id}", *wrapped(report.question.to(lang), 6)]
            for p in report.parameters.values():
                lines += wrapped(f"--param {p.name}={p.default}: {p.about.to(lang)}", 6)
    return "\n".join(lines[1:]) + "\n"
