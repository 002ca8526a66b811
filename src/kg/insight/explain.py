"""Why a finding is there: the sentence, the numbers, the proof, what is absent, what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import NotFoundError
from kg.insight.proof import Prover
from kg.insight.wording import Wording
from kg.model import Explanation, Statement
from kg.rdf import value
from kg.rules.catalogue import load_catalogue
from kg.rules.reasons import load_reasons
from kg.rules.voice import Voices
from kg.text import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from kg.insight.proof import Proof
    from kg.intake.authority import Authorised
    from kg.model import Finding, Findings, Source
    from kg.rdf import Triple
    from kg.rules.header import Header, Value
    from kg.rules.weights import Weights
    from kg.store import GraphStore


_SHOWN = 5


class Explainer:
    """Explains the findings of one derivation.

    Args:
        store: After ``derive``.
        findings: All findings, to follow a finding that rests on others.
        authorised: What counted.
        parameters: The parameters that were used.
        weights: For the factors of the rank.
        operator: IRI of the operator.
    """

    def __init__(
        self,
        store: GraphStore,
        findings: Findings,
        authorised: Authorised,
        parameters: Mapping[str, Value],
        weights: Weights,
        *,
        operator: str,
    ) -> None:
        self._store = store
        self._findings = {f.iri: f for f in findings}
        self._as_of: dt.date = findings.as_of
        self._authorised = authorised
        self._weights = weights
        self._prover = Prover(authorised, self._as_of, parameters, operator=operator)
        self._voices = Voices(store)

    def explain(self, iri: str) -> Explanation:
        """Explain one finding.

        Args:
            iri: The finding; the end of the IRI, or its rule, is enough when that is unique.

        Returns:
            Everything a reader needs to check the finding by hand.

        Raises:
            NotFoundError: ``KG-N002`` when there is no such finding at this date, ``KG-N006`` when
                there are several.
        """
        finding = self._find(iri)
        reasons = [self._findings[b] for b in finding.because if b in self._findings]
        wording = Wording(self._store, [finding, *reasons])
        header = _header(finding)
        proof = self._prover.prove(finding, [n for f in reasons for n in f.because])
        return Explanation(
            finding=finding,
            title=header.title,
            sentence=wording.sentence(finding),
            factors=(
                *(wording.sentence(f) for f in reasons),
                *wording.reasons(finding),
                *(line for f in reasons for line in wording.reasons(f)),
                *self._severity(finding, header),
            ),
            statements=self._statements(proof),
            absent=_absent(finding, header, wording),
            repairs=_repairs(finding, header),
            rule_text=header.text,
        )

    def _find(self, iri: str) -> Finding:
        if iri in self._findings:
            return self._findings[iri]
        ending = [f for key, f in self._findings.items() if key.endswith(iri) or f.rule == iri]
        if len(ending) == 1:
            return ending[0]
        if ending:
            some = "".join(f"\n  {f.iri}" for f in ending[:_SHOWN])
            raise NotFoundError(
                "KG-N006",
                Text(
                    f"{len(ending)} bevindingen eindigen op {iri}, zoals{some}",
                    f"{len(ending)} findings end in {iri}, such as{some}",
                ),
                Text("geef meer van het adres", "give more of the address"),
            )
        raise NotFoundError(
            "KG-N002",
            Text(f"er is geen bevinding {iri}", f"there is no finding {iri}"),
            Text(
                "kijk met `kg findings` welke er op deze datum zijn",
                "see with `kg findings` which there are at this date",
            ),
        )

    def _severity(self, finding: Finding, header: Header) -> tuple[Text, ...]:
        band = self._weights.band(finding.severity)
        words = header.severity or header.title
        weight = self._weights.of_rule(finding.rule)
        lines = [
            Text(
                f"ernst {finding.severity:g} ({band.nl}): {words.nl}",
                f"severity {finding.severity:g} ({band.en}): {words.en}",
            )
        ]
        if finding.severity:
            factor = finding.rank / (weight * finding.severity)
            lines.append(
                Text(
                    f"rang {finding.rank:g} = gewicht {weight:g} × ernst {finding.severity:g}"
                    f" × factor {factor:g}",
                    f"rank {finding.rank:g} = weight {weight:g} × severity {finding.severity:g}"
                    f" × factor {factor:g}",
                )
            )
        return tuple(lines)

    def _statements(self, proof: Proof) -> tuple[Statement, ...]:
        who: dict[Triple, set[Source]] = {t: set() for _, t in proof.said}
        for submission, triples in self._authorised.submissions:
            for triple in who.keys() & set(triples):
                who[triple].add(submission.source)
        return tuple(
            Statement(
                subject=str(t.subject),
                predicate=str(t.predicate),
                object=str(t.object),
                sources=tuple(sorted(sources, key=lambda s: (s.file, s.organisation or ""))),
                voice=self._voices.of_node(value(t.subject)),
            )
            for t, sources in sorted(who.items(), key=lambda item: str(item[0]))
        )


def _header(finding: Finding) -> Header:
    if finding.rule == "opposed" and "subject" not in finding.keys:
        return load_catalogue().get("opposed-asserted")
    return load_catalogue().finding_rules()[finding.rule]


def _absent(finding: Finding, header: Header, wording: Wording) -> tuple[Text, ...]:
    """Say what the rule looked for and did not find: a proof cannot show what is not there."""
    if "reason" in finding.keys:
        about = load_reasons()[finding.keys["reason"]].about
        if "party" in finding.keys:
            name = wording.text(finding.keys["party"])
            return (Text(f"{about.nl}: {name.nl}", f"{about.en}: {name.en}"),)
        return (about,)
    return () if header.absent is None else (header.absent,)


_INVITATION = Text(
    "nodig wie het aangaat uit om dit te bevestigen of te weerspreken: anderen hebben het gezegd",
    "invite those it concerns to confirm or dispute this: others said it",
)


def _repairs(finding: Finding, header: Header) -> tuple[Text, ...]:
    reason = finding.keys.get("reason")
    repairs = (load_reasons()[reason].repair,) if reason is not None else header.repair
    return (*repairs, _INVITATION) if finding.voice in {"claimed", "presumed"} else repairs
