"""Findings and explanations as a notebook shows them: a table, escaped, without script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, overload

from kg.insight.dossiers import into_dossiers
from kg.insight.labels import Labels, local_name
from kg.insight.publish import to_csv, to_json
from kg.insight.wording import Wording
from kg.model import Finding
from kg.rdf.serialise import PREFIXES
from kg.rules.weights import load_weights
from kg.terms import RDF_TYPE, XSD
from kg.text import Text

if TYPE_CHECKING:
    from kg.insight.dossiers import Dossier
    from kg.model import Explanation, FindingClass, Findings, Statement
    from kg.store import GraphStore
    from kg.text import Lang

MARKS: dict[FindingClass, str] = {"conflict": "▲", "gap": "○", "signal": "◇"}
"""The sign of each class of finding: a shape, so that it never depends on colour."""
CLASSES = {
    "conflict": Text("conflict", "conflict"),
    "gap": Text("lacune", "gap"),
    "signal": Text("signaal", "signal"),
}
VOICES = {
    "confirmed": Text("bevestigd", "confirmed"),
    "claimed": Text("gesteld", "claimed"),
    "presumed": Text("vermoed", "presumed"),
    "unattributed": Text("zonder bron", "unattributed"),
}
COORDINATION = {
    "none": Text("geen", "none"),
    "inadequate": Text("ontoereikend", "inadequate"),
    "adequate": Text("toereikend", "adequate"),
}
_NUMBER = re.compile(rf'^"([-\d.]+|true|false)"\^\^<{re.escape(XSD)}(?:integer|decimal|boolean)>$')
_HEAD = (
    Text("ernst", "severity"),
    Text("bevinding", "finding"),
    Text("afstemming", "coordination"),
    Text("stem", "voice"),
)


class FindingList(Sequence[Finding]):
    """Findings, gravest first; a notebook shows them as a table.

    Args:
        findings: What the rules found.
        store: The graphs they were found in, for names.
        lang: The language in which they are shown.
    """

    def __init__(self, findings: Findings, store: GraphStore, lang: Lang = "nl") -> None:
        self.findings = findings
        self.lang = lang
        self.store = store

    def __len__(self) -> int:
        return len(self.findings)

    @overload
    def __getitem__(self, at: int) -> Finding: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Finding]: ...
    def __getitem__(self, at: int | slice) -> Finding | Sequence[Finding]:
        return self.findings.items[at]

    def __repr__(self) -> str:
        return f"<{len(self)} findings at {self.findings.as_of}>"

    @cached_property
    def wording(self) -> Wording:
        """Puts these findings into words."""
        return Wording(self.store, self.findings.items)

    @cached_property
    def dossiers(self) -> tuple[Dossier, ...]:
        """The findings by what people discuss together."""
        return into_dossiers(self.findings)

    def sentence(self, finding: Finding, lang: Lang | None = None) -> str:
        """Give a finding in one sentence."""
        return self.wording.sentence(finding).to(lang or self.lang)

    def to_json(self) -> str:
        """Give the JSON of the contract."""
        return to_json(self.findings)

    def to_csv(self) -> str:
        """Give one CSV line per finding."""
        return to_csv(self.findings)

    def _repr_html_(self) -> str:
        lang = self.lang
        n, day = len(self), self.findings.as_of.isoformat()
        caption = Text(f"{n} bevindingen op {day}", f"{n} findings on {day}").to(lang)
        head = "".join(f'<th scope="col">{escape(t.to(lang))}</th>' for t in _HEAD)
        body = "".join(map(self._row, self.findings))
        return (
            f'<table lang="{lang}"><caption>{escape(caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def _row(self, finding: Finding) -> str:
        lang = self.lang
        band = load_weights().band(finding.severity).to(lang)
        title = self.wording.title(finding).to(lang)
        told = self.sentence(finding)
        state = finding.coordination
        cells = (
            f"{MARKS[finding.cls]} {escape(band)}",
            f"<b>{escape(title)}</b><br>{escape(told)}",
            "" if state is None else escape(COORDINATION[state].to(lang)),
            escape(VOICES[finding.voice].to(lang)),
        )
        label = escape(CLASSES[finding.cls].to(lang))
        first = f'<td><span title="{label}">{cells[0]}</span></td>'
        return f"<tr>{first}{''.join(f'<td>{cell}</td>' for cell in cells[1:])}</tr>"


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """An explanation as a notebook shows it.

    Attributes:
        explanation: What was explained.
        labels: Names for what it mentions.
        lang: The language in which it is shown.
    """

    explanation: Explanation
    labels: Labels
    lang: Lang = "nl"

    def _repr_html_(self) -> str:
        told, lang = self.explanation, self.lang
        parts = [f"<h3>{escape(told.title.to(lang))}</h3><p>{escape(told.sentence.to(lang))}</p>"]
        for head, lines in sections(self.explanation, self.labels, lang):
            items = "".join(f"<li>{'<br>'.join(map(escape, x.splitlines()))}</li>" for x in lines)
            parts.append(f"<h4>{escape(head)}</h4><ul>{items}</ul>")
        rule = escape(told.rule_text)
        return f'<section lang="{lang}">{"".join(parts)}<pre>{rule}</pre></section>'


def sections(told: Explanation, labels: Labels, lang: Lang) -> list[tuple[str, list[str]]]:
    """Give an explanation as headings with items, those without items left out.

    An item is one line or more: statements stand together by what they are about and who says so.
    """
    groups = groupby(told.statements, key=lambda s: (s.subject, speakers(s, lang)))
    spoken = [
        "\n".join(
            [f"{_term(node, labels, lang)}  —  {who}", *(_said(s, labels, lang) for s in group)]
        )
        for (node, who), group in groups
    ]
    all_of = [
        (
            Text("Waar de ernst vandaan komt", "Where the severity comes from"),
            _in(told.factors, lang),
        ),
        (Text("Wat het bewijst", "What proves it"), spoken),
        (Text("Wat er niet is", "What is not there"), _in(told.absent, lang)),
        (Text("Wat het zou oplossen", "What would resolve it"), _in(told.repairs, lang)),
    ]
    return [(head.to(lang), lines) for head, lines in all_of if lines]


def speakers(statement: Statement, lang: Lang) -> str:
    """Say who made a statement: organisation and file, and in which voice."""
    who = [f"{s.organisation} ({s.file})" if s.organisation else s.file for s in statement.sources]
    voice = [] if statement.voice is None else [VOICES[statement.voice].to(lang)]
    return "; ".join([*who, *voice])


def _said(statement: Statement, labels: Labels, lang: Lang) -> str:
    predicate = _short(statement.predicate)
    return f"{predicate} {_term(statement.object, labels, lang)}"


def _term(term: str, labels: Labels, lang: Lang) -> str:
    """Give a term as people read it: short where that loses nothing, with its name."""
    if not term.startswith("<"):
        return _NUMBER.sub(r"\1", term)
    node = term[1:-1]
    name = labels.text(node, lang)
    return _short(term) if name == local_name(node) else f"{_short(term)} ({name})"


def _short(term: str) -> str:
    node = term[1:-1]
    found = next((p for p in PREFIXES if node.startswith(PREFIXES[p])), None)
    if node == RDF_TYPE:
        return "a"
    return term if found is None else f"{found}:{node.removeprefix(PREFIXES[found])}"


def _in(texts: Iterable[Text], lang: Lang) -> list[str]:
    return [t.to(lang) for t in texts]
