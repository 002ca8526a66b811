"""Importer and plain-Python computation agree about parallel suppliers, over the real register."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from kg.intake.registers import import_roo
from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rdf import Literal
from kg.store import MemoryStore
from kg.terms import CURRENT

from .oracle_parallel_suppliers import REGISTER_FILE, Pairs, parallel_suppliers

pytestmark = pytest.mark.skipif(
    not REGISTER_FILE.is_file(),
    reason="the register file is not beside the checkout (../shared/data/roo)",
)

REGISTER = "https://w3id.org/samenspel/id/register/roo"
SERVED = """
  SELECT DISTINCT ?subject ?SUPPLIER ?customer WHERE {
    ?service a sam:Service ; sam:touches ?subject .
    ?provision a sam:ServiceProvision ; sam:ofService ?service ;
      sam:supplier ?SUPPLIER ; sam:customer ?customer .
    FILTER NOT EXISTS { ?provision sam:validFrom ?from . FILTER(?from > "NOW"^^xsd:date) }
    FILTER NOT EXISTS { ?provision sam:validUntil ?until . FILTER(?until <= "NOW"^^xsd:date) }
  }"""
SIZES = """
PREFIX sam: <https://w3id.org/samenspel/def#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?subject ?a (COUNT(?customer) AS ?size)
FROM <https://w3id.org/samenspel/graph/current>
WHERE { { SERVED_A } }
GROUP BY ?subject ?a"""
COMMON = """
PREFIX sam: <https://w3id.org/samenspel/def#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?subject ?a ?b (COUNT(?customer) AS ?common)
FROM <https://w3id.org/samenspel/graph/current>
WHERE {
  { SERVED_A }
  { SERVED_B }
  FILTER(STR(?a) < STR(?b))
}
GROUP BY ?subject ?a ?b"""
"""Every pair with a common customer; those with too few are left out afterwards."""


def asked(query: str, at: str) -> str:
    for name in ("a", "b"):
        query = query.replace(f"SERVED_{name.upper()}", SERVED.replace("SUPPLIER", name))
    return query.replace("NOW", at)


@cache
def register() -> MemoryStore:
    store = MemoryStore()
    store.add(CURRENT, import_roo(REGISTER_FILE).triples)
    return store


def from_triples(at: str) -> Pairs:
    """The same as the oracle, asked of the imported triples."""
    sizes = {
        (row["subject"].value, row["a"].value): number(row["size"])
        for row in register().select(asked(SIZES, at))
    }
    pairs: Pairs = {}
    for row in register().select(asked(COMMON, at)):
        subject, one, other = (row[name].value for name in ("subject", "a", "b"))
        smaller = min(sizes[subject, one], sizes[subject, other])
        if number(row["common"]) >= 3:
            pairs[subject, one, other] = 100 * number(row["common"]) / smaller
    return pairs


def number(term: object) -> int:
    assert isinstance(term, Literal)
    return int(term.value)


@pytest.mark.parametrize("at", ["2026-01-01", "2020-07-01", "2024-01-01"])
def test_importer_and_oracle_find_the_same_pairs_and_severities(at: str) -> None:
    expected = parallel_suppliers(REGISTER_FILE, at)
    assert expected
    assert from_triples(at) == expected


def found(at: str, **parameters: int) -> Pairs:
    """The same as the oracle, by the rule itself."""
    triples = import_roo(REGISTER_FILE).triples
    said = make_submission(triples, "organisations.jsonl.gz", REGISTER)
    result = find(
        [said],
        as_of=dt.date.fromisoformat(at),
        rules=["parallel-suppliers"],
        parameters=dict(parameters),
    )
    assert {f.voice for f in result.findings} <= {"presumed"}, "a register is a third"
    return {
        (f.keys["subject"], f.keys["supplier"], f.keys["party"]): f.severity
        for f in result.findings
    }


def test_the_rule_finds_the_pairs_of_the_oracle() -> None:
    expected = parallel_suppliers(REGISTER_FILE, "2026-01-01")
    assert found("2026-01-01") == {key: round(value, 4) for key, value in expected.items()}


def test_the_rule_keeps_the_strongest_pairs_of_each_subject() -> None:
    expected = parallel_suppliers(REGISTER_FILE, "2026-01-01")
    by_subject: dict[str, list[tuple[float, str, str]]] = {}
    for (subject, supplier, party), severity in expected.items():
        by_subject.setdefault(subject, []).append((-severity, supplier, party))
    strongest = {
        (subject, supplier, party)
        for subject, pairs in by_subject.items()
        for _, supplier, party in sorted(pairs)[:2]
    }
    assert set(found("2026-01-01", maxPairs=2)) == strongest


def test_before_every_arrangement_there_is_no_pair() -> None:
    assert from_triples("1900-01-02") == parallel_suppliers(REGISTER_FILE, "1900-01-02") == {}


def test_every_pair_is_sorted_and_severities_are_percentages() -> None:
    pairs = parallel_suppliers(REGISTER_FILE, "2026-01-01")
    assert all(supplier < party for _, supplier, party in pairs)
    assert all(0 < severity <= 100 for severity in pairs.values())


def test_a_higher_minimum_keeps_a_part_of_the_pairs() -> None:
    few = parallel_suppliers(REGISTER_FILE, "2026-01-01", min_shared=6)
    assert few.items() < parallel_suppliers(REGISTER_FILE, "2026-01-01").items()
