"""Writes ``queries/README.md`` from the headers of the rules and reports.

The list of rules, the list of reports and the table of what the essays say exist only in the
headers; this page is their catalogue for people. ``python -m kg.rules.readme`` writes it anew.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kg.resources import queries_dir
from kg.rules.header import read_all
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.rules.header import Header

ESSAYS: Mapping[str, str] = {
    "0": "Pieter Wisse, Klantgerichtheid en organisatiestructuur",
    "1": "Wouter Hart, Het einde van ‘klantgericht werken’",
    "2": "Hugo Aalders, Stop met centraal stellen klant",
    "2c": "Hugo Aalders, Stop met centraal stellen klant (reacties van lezers / readers’ comments)",
    "3": "Andess, Denken vanuit de klantvraag",
    "4": "Siebren de Ringh, Er is een soort verandering relevant",
}
"""The essays by the number that a ``seeds`` entry starts with, in the order of the table."""

_JOBS: Mapping[str, Text] = {
    "interests": Text("Wiens belang staat op het spel?", "Whose interest is at stake?"),
    "services": Text("Wie levert wat aan wie?", "Who delivers what to whom?"),
    "coordination": Text("Wie stemt wat af met wie?", "Who coordinates what with whom?"),
    "co-creation": Text("Wie maakt waarde samen met wie?", "Who creates value with whom?"),
    "quality": Text("Hoe wordt het contact ervaren?", "How is the contact experienced?"),
    "change": Text("Wie heeft baat bij een verandering?", "Who benefits from a change?"),
}
_KINDS: Mapping[str, Text] = {
    "conflict": Text("conflict", "conflict"),
    "gap": Text("lacune", "gap"),
    "signal": Text("signaal", "signal"),
    "edges": Text("tussenstap", "helper"),
    "report": Text("overzicht", "report"),
}

_INTRO = """\
# Regels en overzichten / Rules and reports

Dit bestand is gemaakt uit de koppen van de bestanden in deze map (`python -m kg.rules.readme`);
wijzig die koppen, niet deze tekst.

This file is made from the headers of the files in this folder (`python -m kg.rules.readme`);
change those headers, not this text.

## Een regelbestand lezen / How to read a rule file

Eén regel of overzicht is één bestand: een kop van regels die met `#+` beginnen (YAML) en één
SPARQL-vraag. Een regel in `rules/` draagt bij aan bevindingen: conflicten, lacunes en signalen.
Een overzicht in `reports/` beantwoordt een vraag zonder iets te vinden of te schrijven. Een profiel
in `exports/` zegt in CONSTRUCT-vragen hoe de gegevens er voor een ander uitzien (`kg export`).

One rule or report is one file: a header of lines that start with `#+` (YAML) and one SPARQL
query. A rule in `rules/` contributes to findings: conflicts, gaps and signals. A report in
`reports/` answers a question without finding or writing anything. A profile in `exports/` says in
CONSTRUCT queries what the data looks like to others (`kg export`).

| kop / header | betekenis | meaning |
|---|---|---|
| `id`, `kind` | naam (ook bestandsnaam) en soort | name (also the file name) and kind |
| `title`, `question` | naam en vraag voor mensen | name and question for people |
| `key` | wat een bevinding binnen de regel aanwijst | what identifies a finding within the rule |
| `parameters` | waarden die u kunt meegeven (`$naam`) | values you may give (`$name`) |
| `columns` | de kolommen van een overzicht | the columns of a report |
| `sentence`, `severity` | uitleg van een bevinding, en ernst | how it is explained and weighed |
| `absent`, `repair` | wat ontbreekt en wat helpt | what is missing and what helps |
| `seeds` | wat een essay zegt en hier blijkt | what an essay says that shows here |
| `anchors` | literatuur | literature |

`$now` is altijd de datum waarop gekeken wordt. Elke vraag noemt haar grafen: `current` (wat
geldt) en `derived` (wat afgeleid is). Een overzicht draait u met `kg query NAAM --param a=b`.

`$now` is always the date looked at. Every query names its graphs: `current` (what is in force)
and `derived` (what was derived). Run a report with `kg query NAME --param a=b`.
"""


def render_readme(headers: Sequence[Header]) -> str:
    """Give the text of ``queries/README.md``.

    Args:
        headers: All rules and reports; their order does not matter.

    Returns:
        Markdown: how to read a file, rules by stage, reports by user job, and for each thing the
        essays say the rules and reports that surface it.
    """
    rules = [h for h in headers if h.kind != "report"]
    reports = [h for h in headers if h.kind == "report"]
    parts = [_INTRO, "## Regels per stap / Rules by stage\n"]
    parts += [_rules(stage, group) for stage, group in _by_stage(rules, ())]
    parts.append("## Overzichten per vraag / Reports by question\n")
    parts += [_reports(job, group) for job, group in _by_stage(reports, tuple(_JOBS))]
    parts.append(_seeds(headers))
    return "\n".join(parts)


def write_readme(root: Path) -> Path:
    """Write ``README.md`` into a folder of rules and reports.

    Args:
        root: The folder, such as ``queries_dir()``.

    Returns:
        The path of the file written.

    Raises:
        RuleError: If a rule or report is not whole.
    """
    path = root / "README.md"
    path.write_text(render_readme(read_all(root)), encoding="utf-8")
    return path


def _by_stage(
    headers: Iterable[Header], first: tuple[str, ...]
) -> Iterator[tuple[str, list[Header]]]:
    """Group by folder: the folders named first, then the others by name."""
    groups: dict[str, list[Header]] = defaultdict(list)
    for header in sorted(headers, key=lambda h: h.id):
        groups[header.stage].append(header)
    rest = sorted(set(groups) - set(first))
    for stage in (*first, *rest):
        if stage in groups:
            yield stage, groups[stage]


def _rules(stage: str, headers: Sequence[Header]) -> str:
    rows = [
        (_link(h), _both(_KINDS[h.kind]), h.question.nl, h.question.en, ", ".join(h.key) or "–")
        for h in headers
    ]
    head = ("regel / rule", "soort / kind", "vraag", "question", "key")
    return f"### `{stage}`\n\n{_table(head, rows)}"


def _reports(job: str, headers: Sequence[Header]) -> str:
    rows = [
        (_link(h), h.title.nl, h.title.en, h.question.nl, h.question.en, _parameters(h))
        for h in headers
    ]
    head = ("overzicht / report", "titel", "title", "vraag", "question", "parameters")
    name = _both(_JOBS[job]) if job in _JOBS else job
    return f"### {name} (`{job}`)\n\n{_table(head, rows)}"


def _seeds(headers: Iterable[Header]) -> str:
    """Give the table of what the essays say, by essay and then by quote."""
    found: dict[tuple[str, str], list[Header]] = defaultdict(list)
    for header in headers:
        for seed in header.seeds:
            essay, _, quote = seed.partition(":")
            found[essay.strip(), quote.strip()].append(header)
    parts = ["## Wat de essays zeggen en waar het zichtbaar wordt / What the essays say\n"]
    known = tuple(ESSAYS)
    unknown = sorted({essay for essay, _ in found} - set(known))
    for essay in (*known, *unknown):
        rows = [
            (essay, f"“{quote}”", ", ".join(_link(h) for h in sorted(group, key=_rules_first)))
            for (number, quote), group in sorted(found.items())
            if number == essay
        ]
        if rows:
            title = f"### {essay}. {ESSAYS.get(essay, essay)}"
            head = ("essay", "citaat / quote", "regels en overzichten / rules and reports")
            parts.append(f"{title}\n\n{_table(head, rows)}")
    return "\n".join(parts)


def _rules_first(header: Header) -> tuple[bool, str]:
    return header.kind == "report", header.id


def _link(header: Header) -> str:
    return f"[{header.id}]({'/'.join(header.path.parts[-3:])})"


def _parameters(header: Header) -> str:
    given = (f"`{p.name}` = {p.default}" for p in header.parameters.values())
    return ", ".join(given) or "–"


def _both(text: Text) -> str:
    return text.nl if text.nl == text.en else f"{text.nl} / {text.en}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(head), "|" + "---|" * len(head)]
    lines += [_line(row) for row in rows]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    write_readme(queries_dir())
