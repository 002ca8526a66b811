"""Findings in words: sentences from the rule files, filled with labels and numbers.

The sentence of a rule comes from its file, never from Python; this module looks up what stands in
its places: names, parties for and against, who is helped and who is harmed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.insight.labels import Labels
from kg.rdf import NamedNode
from kg.rules.catalogue import load_catalogue
from kg.rules.reasons import load_reasons
from kg.terms import CURRENT, DERIVED, SAM, D
from kg.text import LANGUAGES, Lang, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kg.model import Finding
    from kg.store import GraphStore, Row

_CHUNK = 500
_FROM = f"FROM <{CURRENT}> FROM <{DERIVED}>"
_EFFECTS = f"""
SELECT ?n ?holder ?value ?contribution ?interest ?priority ?confidence {_FROM}
WHERE {{
  VALUES ?n {{ %s }}
  ?n <{D}holder> ?holder ; <{D}value> ?value ; <{SAM}contribution> ?contribution ;
    <{SAM}onInterest> ?interest .
  OPTIONAL {{ ?interest <{SAM}priority> ?priority }}
  OPTIONAL {{ ?n <{SAM}confidence> ?confidence }}
}}
"""
_INTERESTS = f"""
SELECT ?n ?holder ?subject ?direction ?priority {_FROM}
WHERE {{
  VALUES ?n {{ %s }}
  ?n <{SAM}heldBy> ?holder ; <{SAM}concerns> ?subject ; <{SAM}direction> ?direction .
  OPTIONAL {{ ?n <{SAM}priority> ?priority }}
}}
"""
_LINKS = f"""
SELECT ?n ?p ?x {_FROM}
WHERE {{
  VALUES ?n {{ %s }}
  {{ VALUES ?p {{ <{SAM}experiencedBy> <{SAM}capabilityOf> <{SAM}relevantTo> }} ?n ?p ?x }}
  UNION
  {{ ?r <{SAM}responsibilityFor> ?n ; <{SAM}bearer> ?x BIND ( <{SAM}bearer> AS ?p ) }}
}}
"""


@dataclass(frozen=True, slots=True)
class _Effect:
    holder: str
    value: float
    contribution: int
    interest: str
    priority: int
    confidence: float


@dataclass(frozen=True, slots=True)
class _Interest:
    holder: str
    subject: str
    more: bool
    priority: int


class Wording:
    """Puts findings of one derivation into words.

    Args:
        store: After ``derive``.
        findings: The findings that will be asked for; what they need is looked up at once.
    """

    def __init__(self, store: GraphStore, findings: Sequence[Finding]) -> None:
        self._store = store
        self._labels = Labels(store)
        nodes = {n for f in findings for n in (*f.because, *f.keys.values(), *f.involves)}
        self._effects = {row["n"].value: _effect(row) for row in self._ask(_EFFECTS, nodes)}
        more = nodes | {e.interest for e in self._effects.values()}
        self._interests = {row["n"].value: _interest(row) for row in self._ask(_INTERESTS, more)}
        self._links: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self._ask(_LINKS, nodes):
            self._links[row["n"].value, row["p"].value].append(row["x"].value)

    def _ask(self, query: str, nodes: Iterable[str]) -> Iterator[Row]:
        iris = sorted({str(NamedNode(n)) for n in nodes if ":" in n})
        for at in range(0, len(iris), _CHUNK):
            yield from self._store.select(query % " ".join(iris[at : at + _CHUNK]))

    def label(self, node: str, lang: Lang) -> str:
        """Give a name in the language, or the best there is."""
        return self._labels.text(node, lang)

    def listed(self, nodes: Sequence[str], lang: Lang) -> str:
        """Give several names in one phrase; a word for none."""
        return self._labels.listed(nodes, lang) or {"nl": "niemand", "en": "nobody"}[lang]

    def text(self, node: str) -> Text:
        """Give a name in both languages."""
        return Text(self.label(node, "nl"), self.label(node, "en"))

    def title(self, finding: Finding) -> Text:
        """Give the name of the rule."""
        return load_catalogue().finding_rules()[finding.rule].title

    def sentence(self, finding: Finding) -> Text:
        """Give the finding in one sentence per language."""
        header = load_catalogue().finding_rules()[finding.rule]
        if finding.rule == "opposed" and "subject" not in finding.keys:
            header = load_catalogue().get("opposed-asserted")
        if header.sentence is None:
            return header.title
        return Text(*(self._fill(header.sentence.to(lang), finding, lang) for lang in LANGUAGES))

    def _fill(self, template: str, finding: Finding, lang: Lang) -> str:
        places = _Places(self, finding, lang)
        text = template.format_map(places)
        return text[:1].upper() + text[1:]

    def reasons(self, finding: Finding) -> tuple[Text, ...]:
        """Give one line per effect or interest the finding rests on, with its numbers."""
        return tuple(line for n in finding.because if (line := self._reason(n)) is not None)

    def _reason(self, node: str) -> Text | None:
        effect, interest = self._effects.get(node), self._interests.get(node)
        if effect is not None:
            return Text(*(self._effect_line(effect, lang) for lang in LANGUAGES))
        if interest is not None:
            return Text(*(self._interest_line(interest, lang) for lang in LANGUAGES))
        return None

    def _effect_line(self, e: _Effect, lang: Lang) -> str:
        verb = {
            "nl": ("schaadt", "helpt", "laat onberoerd"),
            "en": ("harms", "helps", "leaves unaffected"),
        }[lang][0 if e.value < 0 else 1 if e.value > 0 else 2]
        words = {
            "nl": ("prioriteit", "bijdrage", "zekerheid"),
            "en": ("priority", "contribution", "confidence"),
        }[lang]
        subject = self._interests.get(e.interest)
        about = f" ({self.label(subject.subject, lang)})" if subject else ""
        return (
            f"{verb} {self.label(e.holder, lang)}{about}: {_number(e.value, lang)} = "
            f"{words[0]} {e.priority} × {words[1]} {_number(e.contribution, lang)} × "
            f"{words[2]} {_number(e.confidence, lang)} / 100"
        )

    def _interest_line(self, i: _Interest, lang: Lang) -> str:
        wants = {"nl": ("wil minder", "wil meer"), "en": ("wants less", "wants more")}[lang]
        priority = {"nl": "prioriteit", "en": "priority"}[lang]
        return (
            f"{self.label(i.holder, lang)} {wants[i.more]}: {self.label(i.subject, lang)} "
            f"({priority} {i.priority})"
        )

    def holders(
        self, finding: Finding, *, more: bool | None = None, harm: bool | None = None
    ) -> list[str]:
        """Give the parties behind a finding: for or against, helped or harmed."""
        out = set()
        for node in finding.because:
            interest, effect = self._interests.get(node), self._effects.get(node)
            if more is not None and interest is not None and interest.more is more:
                out.add(interest.holder)
            if harm is not None and effect is not None and (effect.value < 0) is harm:
                out.add(effect.holder)
        return sorted(out)

    def same_aspect(self, finding: Finding) -> bool:
        """Whether somebody gains and somebody loses on one and the same aspect."""
        signs: dict[str, set[bool]] = defaultdict(set)
        for node in finding.because:
            effect = self._effects.get(node)
            if effect is not None and effect.interest in self._interests:
                signs[self._interests[effect.interest].subject].add(effect.value < 0)
        return any(len(both) > 1 for both in signs.values())

    def linked(self, nodes: Iterable[str], name: str) -> list[str]:
        """Give what some nodes are linked to by one property."""
        return sorted({x for n in nodes for x in self._links.get((n, SAM + name), ())})


class _Places(dict[str, str]):
    """The places of a sentence, looked up when they are needed."""

    def __init__(self, wording: Wording, finding: Finding, lang: Lang) -> None:
        super().__init__()
        self._w, self._f, self._lang = wording, finding, lang

    def __missing__(self, place: str) -> str:
        if place in self._f.keys and place != "reason":
            return self._w.label(self._f.keys[place], self._lang)
        return (
            self._phrase(place)
            if place in _PHRASES
            else self._w.listed(_PARTIES[place](self._w, self._f), self._lang)
        )

    def _phrase(self, place: str) -> str:
        keys, lang = self._f.keys, self._lang
        if place == "count":
            return str(self._f.count)
        if place == "same_aspect":
            return _SAME[self._w.same_aspect(self._f)].to(lang)
        if place == "reason_text":
            return load_reasons()[keys["reason"]].about.to(lang)
        key, words = _PHRASES[place]
        return words.to(lang).format(self._w.label(keys[key], lang)) if key in keys else ""


_SAME = {
    True: Text("op hetzelfde aspect", "on the same aspect"),
    False: Text("op verschillende aspecten", "on different aspects"),
}
_PHRASES: dict[str, tuple[str, Text]] = {
    "count": ("", Text("", "")),
    "reason_text": ("", Text("", "")),
    "same_aspect": ("", Text("", "")),
    "in_theme": ("theme", Text(" onder het thema {}", " under the theme {}")),
    "for_party": ("party", Text(" ({})", " ({})")),
}
_PARTIES: dict[str, Callable[[Wording, Finding], Sequence[str]]] = {
    "parties": lambda _, f: f.involves,
    "served": lambda _, f: f.involves,
    "proposer": lambda _, f: f.involves,
    "pro": lambda w, f: w.holders(f, more=True),
    "con": lambda w, f: w.holders(f, more=False),
    "helped": lambda w, f: w.holders(f, harm=False),
    "harmed": lambda w, f: w.holders(f, harm=True),
    "bearers": lambda w, f: w.linked(f.keys.values(), "bearer"),
    "experiencers": lambda w, f: w.linked(f.keys.values(), "experiencedBy"),
    "owner": lambda w, f: w.linked(f.keys.values(), "capabilityOf"),
    "issues": lambda w, f: w.linked(f.keys.values(), "relevantTo"),
}


def _effect(row: Row) -> _Effect:
    return _Effect(
        holder=row["holder"].value,
        value=float(row["value"].value),
        contribution=int(row["contribution"].value),
        interest=row["interest"].value,
        priority=int(row["priority"].value) if "priority" in row else 50,
        confidence=float(row["confidence"].value) if "confidence" in row else 1.0,
    )


def _interest(row: Row) -> _Interest:
    return _Interest(
        holder=row["holder"].value,
        subject=row["subject"].value,
        more=row["direction"].value == SAM + "Increase",
        priority=int(row["priority"].value) if "priority" in row else 50,
    )


def _number(value: float, lang: Lang) -> str:
    text = f"{value:g}".replace("-", "−")
    return text.replace(".", ",") if lang == "nl" else text
