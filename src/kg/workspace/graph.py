"""What some files say, in memory, and what to ask of it."""

from __future__ import annotations

import datetime as dt
import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.errors import NotFoundError, ParameterError
from kg.insight.explain import Explainer
from kg.insight.labels import Labels
from kg.insight.matrix import read_matrix
from kg.insight.query import answer
from kg.insight.views import ExplanationView, FindingList
from kg.intake.authority import Refusal, Registry, authorise
from kg.pipeline import find
from kg.rules.bind import to_term
from kg.rules.catalogue import load_catalogue
from kg.rules.header import Parameter
from kg.rules.weights import load_weights
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.insight.answers import Answer
    from kg.insight.matrix import Matrix
    from kg.intake.submission import Submission
    from kg.model import Findings
    from kg.rules.header import Value
    from kg.store import GraphStore
    from kg.text import Lang

SHOWN = 5
"""So many refused statements are shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A statement that did not count.

    Attributes:
        file: The file that holds it.
        statement: What was said, in N-Triples.
        message: Why it does not count.
        advice: How to say it so that it does.
    """

    file: str
    statement: str
    message: Text
    advice: Text


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the data: on a date, with certain parameters and rules.

    Attributes:
        findings: What was found.
        store: The graphs it was found in, for further questions.
        parameters: The values that were given for rule parameters.
        refused: The first statements that did not count.
        refused_count: How many statements did not count.
    """

    findings: Findings
    store: GraphStore
    parameters: Mapping[str, Value] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    refused_count: int = 0


class Graph:
    """What some files say, in memory: findings, explanations, questions and the matrix.

    Args:
        submissions: What was said, by whom.
        registry: Registered prefixes and the operator.
        parameters: Values for rule parameters.
        as_of: The date to look at where a call gives none; today when None.
    """

    def __init__(
        self,
        submissions: Sequence[Submission],
        *,
        registry: Registry | None = None,
        parameters: Mapping[str, Value] | None = None,
        as_of: dt.date | None = None,
    ) -> None:
        self._submissions: Sequence[Submission] | None = tuple(submissions)
        self.registry = registry or Registry()
        self.parameters = dict(parameters or {})
        self.as_of = as_of
        self._last: tuple[tuple[dt.date, tuple[str, ...] | None], Look] | None = None
        check_parameters(self.parameters)

    @property
    def submissions(self) -> Sequence[Submission]:
        """What was said, by whom."""
        return self._submissions or ()

    def look(
        self,
        *,
        as_of: dt.date | None = None,
        rules: Iterable[str] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Look:
        """Run the rules, or take what they found before on the same date.

        Args:
            as_of: The date at which to look; the graph's own date when None, else today.
            rules: Identifiers of the rules wanted; all when None.
            progress: Called with (done, total) while the rules run.

        Returns:
            The findings with the store that holds them.

        Raises:
            NotFoundError: ``KG-N003`` when a rule is not known.
        """
        now = as_of or self.as_of or dt.datetime.now(tz=dt.UTC).date()
        wanted = None if rules is None else tuple(sorted(set(rules)))
        check_rules(wanted or ())
        if self._last is None or self._last[0] != (now, wanted):
            self._last = ((now, wanted), self._look(now, wanted, progress))
        return self._last[1]

    def _look(
        self,
        now: dt.date,
        rules: tuple[str, ...] | None,
        progress: Callable[[int, int], None] | None,
    ) -> Look:
        return self._derive(now, rules, None, progress)

    def _derive(
        self,
        now: dt.date,
        rules: tuple[str, ...] | None,
        store: GraphStore | None,
        progress: Callable[[int, int], None] | None,
    ) -> Look:
        result = find(
            self.submissions,
            as_of=now,
            parameters=self.parameters,
            registry=self.registry,
            store=store,
            rules=rules,
            progress=progress,
        )
        refused = result.authorised.refused
        first = tuple(as_refused(r) for r in refused[:SHOWN])
        return Look(result.findings, result.store, self.parameters, first, len(refused))

    def findings(
        self,
        *,
        as_of: dt.date | None = None,
        rule: str | Iterable[str] | None = None,
        lang: Lang = "nl",
    ) -> FindingList:
        """Give the findings, gravest first.

        Args:
            as_of: The date at which to look.
            rule: One rule identifier or several; all rules when None.
            lang: Language in which a notebook shows them.

        Returns:
            A sequence of ``Finding`` that a notebook shows as a table.
        """
        rules = [rule] if isinstance(rule, str) else rule
        look = self.look(as_of=as_of, rules=rules)
        return FindingList(look.findings, look.store, lang)

    def explain(
        self, iri: str, *, as_of: dt.date | None = None, lang: Lang = "nl"
    ) -> ExplanationView:
        """Give the proof of one finding.

        Args:
            iri: The IRI of the finding; its end is enough when only one ends so.
            as_of: The date at which to look.
            lang: Language in which a notebook shows it.

        Raises:
            NotFoundError: ``KG-N002`` when no finding has that IRI on that date.
        """
        look = self.look(as_of=as_of)
        explainer = Explainer(
            look.store,
            look.findings,
            authorise(self.submissions, self.registry),
            {**load_weights().parameters, **look.parameters},
            load_weights(),
            operator=self.registry.operator,
        )
        told = explainer.explain(iri)
        return ExplanationView(told, Labels(look.store), lang)

    def query(
        self, name: str, *, as_of: dt.date | None = None, lang: Lang = "nl", **params: Value
    ) -> Answer:
        """Answer a question of the catalogue.

        Args:
            name: Name of a report; ``kg query`` lists them.
            as_of: The date at which to look.
            lang: Language of headings and names in a notebook.
            params: The parameters of the report.

        Returns:
            Rows with typed values.

        Raises:
            NotFoundError: ``KG-N001`` when there is no such report.
            ParameterError: When a parameter is not known or has the wrong type.
        """
        look = self.look(as_of=as_of)
        header = load_catalogue().get(name)
        return answer(look.store, header, params, look.findings.as_of, lang=lang)

    def matrix(
        self,
        *,
        as_of: dt.date | None = None,
        service: Iterable[str] = (),
        lang: Lang = "nl",
    ) -> Matrix:
        """Give customers against services, with what is supplied and where it strains.

        Args:
            as_of: The date at which to look.
            service: IRIs of the services wanted; all when empty.
            lang: Language in which a notebook shows it.
        """
        look = self.look(as_of=as_of)
        return read_matrix(look.store, look.findings, services=tuple(service), lang=lang)

    def _repr_html_(self) -> str:
        return self.findings()._repr_html_()


def check_parameters(values: Mapping[str, Value]) -> None:
    """Refuse a parameter that no rule has, or a value of the wrong type.

    Raises:
        ParameterError: ``KG-P001`` unknown, ``KG-P002`` wrong type.
    """
    known = {n: p for h in load_catalogue().rules for n, p in h.parameters.items()}
    for name in load_weights().parameters:
        known.setdefault(name, Parameter(name, "integer", None, Text("", "")))
    for name, value in values.items():
        if name not in known:
            raise ParameterError(
                "KG-P001",
                Text(f"onbekende parameter {name}", f"unknown parameter {name}"),
                _known(name, sorted(known)),
            )
        to_term(known[name], value)


def check_rules(names: Iterable[str]) -> None:
    """Refuse a rule that nobody knows.

    Raises:
        NotFoundError: ``KG-N003``.
    """
    known = load_catalogue().finding_rules()
    for name in names:
        if name not in known:
            raise NotFoundError(
                "KG-N003",
                Text(f"er is geen regel {name}", f"there is no rule {name}"),
                _known(name, sorted(known)),
            )


def _known(name: str, names: Sequence[str]) -> Text:
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return Text(f"bedoelde u {near[0]}?", f"did you mean {near[0]}?")
    listed = ", ".join(names)
    return Text(f"bekend zijn: {listed}", f"known are: {listed}")


def as_refused(refusal: Refusal) -> Refused:
    """Give a refusal as it is shown and remembered."""
    return Refused(
        file=refusal.submission.source.file,
        statement=str(refusal.triple),
        message=refusal.message,
        advice=refusal.advice,
    )
