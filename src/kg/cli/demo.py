"""`kg demo`: a workspace with two stories, through the real pipeline, and what goes on in it."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kg.cli.console import progress, put, strong
from kg.cli.help import both
from kg.cli.options import LANG, language
from kg.cli.report import CLASS_NAMES, DOSSIERS, counted, wrapped
from kg.insight.views import MARKS, FindingList
from kg.intake.authority import Registry
from kg.intake.story import Story, read_story
from kg.model import Finding
from kg.resources import demo_dir
from kg.rules.weights import load_weights
from kg.text import Lang, Text
from kg.workspace import Graph, Workspace

_GRAVEST = 3
_FURTHER = Text("Kijk verder", "Look further")
_WORKING = Text("Regels uitvoeren", "Running the rules")


def demo(
    directory: Annotated[
        Path,
        Parameter(
            help=both(
                "Waar de werkmap komt; die mag er nog niet zijn.",
                "Where the workspace goes; it may not be there yet.",
            )
        ),
    ] = Path("kg-demo"),
    *,
    lang: LANG = None,
) -> int:
    """Make the workspace and tell what was found; give the exit code."""
    spoken = language(lang)
    stories = [read_story(folder) for folder in sorted(demo_dir().iterdir()) if folder.is_dir()]
    registry = Registry(
        {prefix: who for story in stories for prefix, who in story.registry.prefixes.items()},
        stories[0].registry.operator,
    )
    as_of = max(story.as_of for story in stories)
    with _workspace(directory, stories, registry, as_of) as workspace:
        for story in stories:
            for submission in story.submissions:
                workspace.add_submission(submission)
        with progress(_WORKING, spoken) as tick:
            workspace.look(progress=tick)
    for story in stories:
        _tell_story(story, spoken)
    put("\n" + strong(_FURTHER.to(spoken)) + "\n")
    for command, about in _NEXT:
        put(f"  {command.format(at=directory)}\n      {about.to(spoken)}\n")
    return 0


def _workspace(
    directory: Path, stories: list[Story], registry: Registry, as_of: dt.date
) -> Workspace:
    """Make the workspace, or open the one an earlier demo made; another's is left alone."""
    if Workspace.is_at(directory):
        workspace = Workspace(directory)
        if workspace.sources <= {s.source for story in stories for s in story.submissions}:
            return workspace
        workspace.close()
    return Workspace.create(directory, registry, as_of=as_of)


def _tell_story(story: Story, lang: Lang) -> None:
    """Tell one story: how much there is per rule, and the gravest in sentences."""
    graph = Graph(story.submissions, registry=story.registry, as_of=story.as_of)
    found = graph.findings(lang=lang)
    statements = sum(len(s.triples) for s in story.submissions)
    put(f"\n{strong(story.title.to(lang))}\n")
    facts = Text(
        f"{story.as_of.isoformat()}: {len(story.submissions)} bestanden, {statements} uitspraken, ",
        f"{story.as_of.isoformat()}: {len(story.submissions)} files, {statements} statements, ",
    )
    put(facts.to(lang) + counted(len(found.dossiers), DOSSIERS, lang) + "\n\n")
    _per_rule(found, lang)
    put("\n")
    for finding in _gravest(found):
        band = load_weights().band(finding.severity).to(lang)
        put(f"  {MARKS[finding.cls]} {band} · {found.wording.title(finding).to(lang)}\n")
        put("".join(line + "\n" for line in wrapped(found.sentence(finding), 4)))
        put(f"    {finding.iri}\n")


def _gravest(found: FindingList) -> list[Finding]:
    """Give the first finding of each of the gravest dossiers."""
    return [dossier.findings[0] for dossier in found.dossiers[:_GRAVEST]]


def _per_rule(found: FindingList, lang: Lang) -> None:
    counts = Counter((f.cls, f.rule) for f in found)
    for cls in MARKS:
        rules = {rule: n for (c, rule), n in counts.items() if c == cls}
        if not rules:
            continue
        put(f"  {MARKS[cls]} {counted(sum(rules.values()), CLASS_NAMES[cls], lang)}\n")
        for rule, n in sorted(rules.items(), key=lambda item: (-item[1], item[0])):
            title = next(found.wording.title(f) for f in found if f.rule == rule)
            put(f"    {n:>4}  {rule:<28} {title.to(lang)}\n")


_NEXT = (
    ("kg findings --at {at}", Text("alle bevindingen", "all findings")),
    ("kg explain IRI --at {at}", Text("het bewijs van één ervan", "the proof of one of them")),
    ("kg query", Text("welke vragen er zijn", "which questions there are")),
    ("kg query tension-per-service --at {at}", Text("een antwoord", "an answer")),
    (
        "kg matrix --at {at} --format html > matrix.html",
        Text("klanten tegen diensten", "customers against services"),
    ),
)
