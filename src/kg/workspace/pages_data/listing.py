"""The first page and the list of findings: dossiers, filtered and a page at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from kg.insight.diagram import to_svg
from kg.insight.matrix import read_matrix
from kg.insight.publish import to_csv
from kg.insight.views import CLASSES, COORDINATION, MARKS, VOICES
from kg.intake.load import ANYONE
from kg.model import VOICES as VOICE_ORDER
from kg.rules.catalogue import load_catalogue
from kg.terms import CURRENT, DERIVED, PROVENANCE, SAM, D
from kg.workspace.pages_data.cards import dossier
from kg.workspace.pages_data.grid import first
from kg.workspace.pages_data.look import is_node, look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.insight.dossiers import Dossier
    from kg.model import Finding
    from kg.text import Lang
    from kg.workspace.pages_data.look import Named, Seen

_GRAVEST = 5
_PAGE = 20
_CHOICES = 300
"""Beyond this many parties or services a list to choose from helps nobody."""
_LINES = 60
"""Beyond this many lines a drawing is no help; the gravest services are drawn then."""


_SPEAKERS = f"SELECT DISTINCT ?by FROM <{PROVENANCE}> WHERE {{ ?graph <{D}by> ?by }}"
_STATEMENTS = f"""
SELECT (COUNT(*) AS ?n) WHERE {{
  GRAPH <{PROVENANCE}> {{ ?graph <{D}by> ?by }} GRAPH ?graph {{ ?s ?p ?o }} }}
"""


def overview(asked: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Give the first page: how many dossiers of each kind, the gravest, and a drawing."""
    seen = look(asked.get("asOf"))
    dossiers = seen.dossiers
    gravest = [dossier(seen, d, lang, shown=d.findings[:1]) for d in dossiers[:_GRAVEST]]
    speakers = {row["by"].value for row in seen.store.select(_SPEAKERS)}
    statements = next(seen.store.select(_STATEMENTS))["n"].value
    return {
        "asOf": seen.findings.as_of.isoformat(),
        "dossiers": len(dossiers),
        "findings": len(seen.findings),
        "counts": [
            {
                "class": cls,
                "mark": mark,
                "dossiers": sum(any(f.cls == cls for f in d.findings) for d in dossiers),
            }
            for cls, mark in MARKS.items()
        ],
        "uncoordinated": sum(
            any(f.rule == "missing-coordination" for f in d.findings) for d in dossiers
        ),
        "gravest": gravest,
        "organisations": len(speakers - {ANYONE}),
        "statements": int(statements),
        **_drawing(seen, lang),
    }


def _drawing(seen: Seen, lang: Lang) -> dict[str, Any]:
    matrix = read_matrix(seen.store, seen.findings, lang=lang).tension()
    per_service = Counter(s for (_, s), cell in matrix.cells.items() if cell.is_tense)
    lines = per_service.total()
    if lines > _LINES:
        upto = accumulate(per_service[s] for s in matrix.services)
        matrix = first(matrix, max(1, sum(n <= _LINES for n in upto)))
    drawn = to_svg(matrix, styled=False) if lines else ""
    return {"svg": drawn, "drawnPart": lines > _LINES, "tense": lines}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A filter; an empty field lets everything through."""

    rule: str = ""
    cls: str = ""
    party: str = ""
    service: str = ""
    voice: str = ""
    coordination: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> _Wanted:
        names = ("rule", "class", "party", "service", "voice", "coordination")
        return cls(*(str(asked.get(name) or "") for name in names))

    def fits(self, finding: Finding) -> bool:
        return (
            self.rule in {"", finding.rule}
            and self.cls in {"", finding.cls}
            and self.voice in {"", finding.voice}
            and self.coordination in {"", finding.coordination or ""}
            and (not self.service or finding.keys.get("service") == self.service)
            and (not self.party or self.party in _parties(finding))
        )


def _parties(finding: Finding) -> set[str]:
    return {
        *finding.involves,
        *(v for k, v in finding.keys.items() if k in {"party", "actor", "supplier"}),
    }


def findings(asked: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Give a page of dossiers that hold a finding that fits, with what one may filter by."""
    seen = look(asked.get("asOf"))
    wanted = _Wanted.of(asked)
    fitting = [(d, tuple(f for f in d.findings if wanted.fits(f))) for d in seen.dossiers]
    shown = [(d, found) for d, found in fitting if found]
    pages = max(1, -(-len(shown) // _PAGE))
    page = min(max(1, int(asked.get("page") or 1)), pages)
    part = shown[(page - 1) * _PAGE : page * _PAGE]
    return {
        "asOf": seen.findings.as_of.isoformat(),
        "total": len(seen.findings),
        "dossierTotal": len(seen.dossiers),
        "count": sum(len(found) for _, found in shown),
        "dossierCount": len(shown),
        "page": page,
        "pages": pages,
        "dossiers": [dossier(seen, d, lang, shown=found) for d, found in part],
        "withheld": seen.findings.withheld,
        "cut": sum(seen.findings.cut.values()),
        "choices": _choices(seen, lang),
        "sparql": query_of(wanted),
    }


def table(asked: Mapping[str, Any]) -> str:
    """Give the findings that fit as CSV, safe to open in a spreadsheet program."""
    wanted = _Wanted.of(asked)
    return to_csv(filter(wanted.fits, look(asked.get("asOf")).findings), spreadsheet=True)


def _choices(seen: Seen, lang: Lang) -> dict[str, Any]:
    """Give what the list may be filtered by, with how many findings each gives."""
    rules = Counter(f.rule for f in seen.findings)
    classes = Counter(f.cls for f in seen.findings)
    voices = Counter(f.voice for f in seen.findings)
    states = Counter[str](f.coordination for f in seen.findings if f.coordination)
    titles = load_catalogue().finding_rules()
    return {
        "rules": [
            {
                "value": rule,
                "text": titles[rule].title.to(lang),
                "number": n,
                "class": titles[rule].kind,
            }
            for rule, n in sorted(rules.items(), key=lambda r: titles[r[0]].title.to(lang))
        ],
        "classes": [
            {"value": c, "text": CLASSES[c].to(lang), "number": classes[c], "mark": MARKS[c]}
            for c in MARKS
        ],
        "voices": [
            {"value": v, "text": VOICES[v].to(lang), "number": voices[v]} for v in VOICE_ORDER
        ],
        "states": [
            {"value": s, "text": COORDINATION[s].to(lang), "number": states[s]}
            for s in COORDINATION
        ],
        "parties": _chosen(seen, {p for f in seen.findings for p in _parties(f)}, lang),
        "services": _chosen(
            seen, {f.keys["service"] for f in seen.findings if "service" in f.keys}, lang
        ),
    }


def _chosen(seen: Seen, nodes: Iterable[str], lang: Lang) -> list[Named] | None:
    """Give the names to choose from; None when there are too many."""
    found = tuple(nodes)
    return seen.names(found, lang) if len(found) <= _CHOICES else None


def query_of(wanted: _Wanted) -> str:
    """Give the SPARQL that lists what a filter lets through.

    The voice of a finding is worked out when it is shown and is not in the graph, so a filter by
    voice stands in the query as a remark.
    """
    parts = ["?finding sam:rule ?rule ; sam:severity ?severity"]
    if wanted.rule:
        parts.append(f'sam:rule "{_plain(wanted.rule)}"')
    if wanted.cls in CLASSES:
        parts.append(f"a sam:{wanted.cls.capitalize()}")
    if wanted.coordination in COORDINATION:
        parts.append(f'sam:coordination "{wanted.coordination}"')
    if is_node(wanted.service):
        parts.append(f"d:atService <{wanted.service}>")
    lines = [" ;\n    ".join(parts) + " ."]
    if is_node(wanted.party):
        lines.append(f"?finding sam:involves|d:atParty|d:atActor|d:atSupplier <{wanted.party}> .")
    if wanted.voice:
        lines.append(f"# voice {_plain(wanted.voice)}: worked out from who said what")
    body = "\n  ".join(lines)
    return (
        f"PREFIX sam: <{SAM}>\nPREFIX d: <{D}>\n"
        f"SELECT DISTINCT ?finding ?rule ?severity\n"
        f"FROM <{CURRENT}>\nFROM <{DERIVED}>\n"
        f"WHERE {{\n  {body}\n}}\nORDER BY DESC(?severity) ?rule ?finding\n"
    )


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isalnum() or c in "-_")


def dossier_of(seen: Seen, finding: Finding) -> Dossier:
    """Give the dossier a finding belongs to."""
    return next(d for d in seen.dossiers if finding in d.findings)
