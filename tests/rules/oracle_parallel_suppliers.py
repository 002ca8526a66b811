"""Parallel suppliers computed in plain Python, straight from the register file.

It shares no code with the importer or the rules, so that they can be held against it. Run it
with a path to print how many pairs there are per subject.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

REGISTER_FILE = Path(__file__).parents[3] / "shared" / "data" / "roo" / "organisations.jsonl.gz"
MINTED = "https://w3id.org/samenspel/id/roo/"
PLACEHOLDER = "1900-01-01"

Pairs = dict[tuple[str, str, str], float]


def parallel_suppliers(path: Path, at: str, min_shared: int = 3) -> Pairs:
    """Give the severity per (subject, supplier, party) of the register at one date.

    Args:
        path: The register: gzip, one JSON record per line.
        at: The date, as yyyy-mm-dd.
        min_shared: Fewest customers two suppliers must share to count.
    """
    customers = customer_sets(path, at)
    pairs: Pairs = {}
    for subject, sets in customers.items():
        for one, other in combinations(sorted(sets), 2):
            common = len(sets[one] & sets[other])
            if common >= min_shared:
                smaller = min(len(sets[one]), len(sets[other]))
                pairs[subject, one, other] = 100 * common / smaller
    return pairs


def customer_sets(path: Path, at: str) -> dict[str, dict[str, set[str]]]:
    """Give per subject and supplier the customers that the supplier serves at a date."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    tooi_of = {
        ids["roo_id"]: ids["tooi"]
        for record in records
        if (ids := record.get("identifiers") or {}) and "roo_id" in ids and "tooi" in ids
    }
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for record in records:
        terms = record.get("gr_meta")
        if terms:
            itself = {**record["identifiers"], "naam": record["names"][0]["value"]}
            supplier = _iri(terms.get("regionaal_samenwerkingsorgaan") or itself, tooi_of)
            served = _customers(record, terms, at, tooi_of) - {supplier}
            for area in record.get("policy_areas") or []:
                if served:
                    found[area["tooi"]][supplier] |= served
    return found


def _customers(
    record: dict[str, Any], terms: dict[str, Any], at: str, tooi_of: dict[str, str]
) -> set[str]:
    ends = [record.get("valid_until"), terms.get("datum_uitwerkingtreding")]
    if any(end and end != PLACEHOLDER and end <= at for end in ends):
        return set()
    served = set()
    for entry in terms["deelnemende_organisaties"]:
        starts = [entry.get("toetredings_datum"), terms.get("datum_inwerkingtreding")]
        if all(not start or start <= at for start in starts):
            served.add(_iri(entry, tooi_of))
    return served


def _iri(entry: dict[str, Any], tooi_of: dict[str, str]) -> str:
    known: str | None = tooi_of.get(entry.get("roo_id", "")) or entry.get("tooi")
    return known or MINTED + entry["roo_id"]


def main() -> None:
    """Print the number of pairs per subject at the date given, or at 2026-01-01."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else REGISTER_FILE
    at = sys.argv[2] if len(sys.argv) > 2 else "2026-01-01"
    pairs = parallel_suppliers(path, at)
    per_subject = Counter(subject for subject, _, _ in pairs)
    lines = [f"{count:4d}  {subject}" for subject, count in per_subject.most_common()]
    sys.stdout.write("\n".join([*lines, f"{len(pairs):4d}  pairs at {at}"]) + "\n")


if __name__ == "__main__":
    main()
