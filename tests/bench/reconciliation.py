"""Measures the reconciliation service with all Dutch registers against csv-reconcile and RapidFuzz.

Run from the checkout, with the registers beside it::

    python -m tests.bench.reconciliation            # 200 batches of ten
    python -m tests.bench.reconciliation --batches 40

A batch is ten names as OpenRefine sends them: JSON in, JSON out. Half of the names stand in a
register as they are, the others have two letters wrong, words in another order or letters of the
wrong character set; one in ten stands nowhere. The peers get the same batches over the same names:
csv-reconcile (the service on PyPI, when it is installed) and ``process.extract`` of RapidFuzz over
every name. "First" is how often something with the name that was meant comes first.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import importlib
import importlib.util
import json
import logging
import random
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process, utils

from kg.intake.registers import REGISTERS
from kg.rdf import parse_file
from kg.vocabularies import Vocabularies
from kg.vocabularies.catalogue import Catalogue
from kg.vocabularies.normalise import normalised
from kg.vocabularies.reconcile import Reconciler
from kg.vocabularies.view import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.vocabularies import Entry

DATA = Path(__file__).parents[3] / "shared" / "data"
RESULTS = Path(__file__).parent / "results" / "reconciliation.md"
DAY = dt.date(2026, 1, 1)
SIZE = 10
TARGET = 20.0
"""Milliseconds that 95 of 100 batches must stay under."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one way measured."""

    way: str
    times: Sequence[float]
    work: Sequence[float]
    first: int
    asked: int

    def cells(self) -> str:
        """Give the row of the table."""
        cut = statistics.quantiles(self.times, n=100)
        return (
            f"| {self.way} | {cut[49]:.1f} | **{cut[94]:.1f}** | {cut[98]:.1f} "
            f"| {statistics.quantiles(self.work, n=100)[94]:.1f} | {self.first / self.asked:.3f} |"
        )


def main() -> int:
    """Measure and write the table; 1 when the target is missed."""
    options = argparse.ArgumentParser()
    options.add_argument("--batches", type=int, default=200)
    batches = options.parse_args().batches
    if not DATA.is_dir():
        sys.stderr.write("the registers are not beside this checkout\n")
        return 2
    entries = registers()
    rng = random.Random(1)  # noqa: S311 - a sample, not a secret
    queries = [make_batch(entries, rng) for _ in range(batches)]
    began = time.perf_counter()
    service = Reconciler(Catalogue(entries), lambda: DAY)
    built = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [measure("this service", lambda q: service.match(json.loads(q), "0.2"), queries)]
    fewer = queries[: max(10, batches // 10)]
    rows.append(measure("RapidFuzz over all names", rapidfuzz_over(entries), fewer))
    with tempfile.TemporaryDirectory() as folder:
        peer = csv_reconcile(entries, Path(folder))
        if peer is not None:
            rows.append(measure("csv-reconcile 0.3", peer, fewer))
    names = sum(len(e.names) for e in entries)
    write(rows, f"{len(entries):,} entries with {names:,} names, {batches} batches of {SIZE}; "
          f"the peers {len(fewer)} of them. The index was made in {built:.1f} s; "
          f"the process then used {memory:.0f} MB.")  # fmt: skip
    late = statistics.quantiles(rows[0].times, n=100)[94] > TARGET
    return int(late)


def registers() -> list[Entry]:
    """Give everything in the Dutch registers that has a name."""
    files = {
        "tooi": parse_file(DATA / "tooi/tooi-registers.ttl"),
        "upl": REGISTERS["upl"](DATA / "upl/data/UPL-actueel.csv").triples,
        "roo": REGISTERS["roo"](DATA / "roo/organisations.jsonl.gz").triples,
    }
    sources = [Source(name, "1", tuple(triples)) for name, triples in files.items()]
    return list(Vocabularies(sources).entries())


def make_batch(entries: Sequence[Entry], rng: random.Random) -> tuple[str, dict[str, str]]:
    """Give a batch as JSON, and per query the name that is meant."""
    batch, right = {}, {}
    for n in range(SIZE):
        entry = rng.choice(entries)
        name = next(iter(entry.labels.values()))
        if n < SIZE - 1:
            right[f"q{n}"] = name
        name = _spoiled(name, n, rng)
        batch[f"q{n}"] = {"query": name, "limit": 5, "type_strict": "should"}
    return json.dumps(batch), right


def _spoiled(name: str, n: int, rng: random.Random) -> str:
    if n == SIZE - 1:
        return "".join(rng.sample("bcdfghjklmnpqrstvwxz aeiou", 14))
    if n < SIZE // 2:
        return name
    if n == SIZE // 2:
        return " ".join(sorted(name.split(), reverse=True))
    if n == SIZE // 2 + 1:
        return name.encode().decode("latin-1")
    for _ in range(2):
        at = rng.randrange(len(name))
        name = name[:at] + rng.choice("aeiourstn") + name[at + rng.randrange(2) :]
    return name


def measure(
    way: str,
    ask: Callable[[str], dict[str, Any]],
    queries: Sequence[tuple[str, dict[str, str]]],
) -> Row:
    """Ask every batch, and count how often the right one comes first."""
    times, work, first, asked = [], [], 0, 0
    for text, right in queries:
        began, spent = time.perf_counter(), time.process_time()
        answer = json.loads(json.dumps(ask(text)))
        times.append((time.perf_counter() - began) * 1000)
        work.append((time.process_time() - spent) * 1000)
        for key, name in right.items():
            found = answer[key]["result"]
            asked += 1
            first += bool(found) and normalised(found[0]["name"]) == normalised(name)
    return Row(way, times, work, first, asked)


def rapidfuzz_over(entries: Sequence[Entry]) -> Callable[[str], dict[str, Any]]:
    """Give a way that compares a name with every other."""
    names = [(utils.default_process(n), label) for label, n in _all(entries)]
    plain = [name for name, _ in names]

    def ask(text: str) -> dict[str, Any]:
        answer = {}
        for key, query in json.loads(text).items():
            found = process.extract(
                utils.default_process(query["query"]), plain, scorer=fuzz.WRatio, limit=5
            )
            answer[key] = {"result": [{"name": names[n][1], "score": s} for _, s, n in found]}
        return answer

    return ask


def csv_reconcile(entries: Sequence[Entry], folder: Path) -> Callable[[str], dict[str, Any]] | None:
    """Give the service on PyPI over the same names; None when it is not installed."""
    if importlib.util.find_spec("csv_reconcile") is None:
        return None
    package: Any = importlib.import_module("csv_reconcile")
    setup: Any = importlib.import_module("csv_reconcile.initdb")
    table = folder / "names.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "name"])
        rows.writerows(_plain(entries))
    app = package.create_app(instance_path=str(folder), scorerOption="")
    app.config["CSVENCODING"] = "utf-8"
    logging.disable(logging.INFO)
    with app.app_context():
        setup.init_db_with_context(str(table), "id", "name")

    def ask(text: str) -> dict[str, Any]:
        found: dict[str, Any] = app.test_client().post("/reconcile", data={"queries": text}).json
        return found

    return ask


def _all(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Give every name, with the first name of what has it."""
    for entry in entries:
        for name in entry.names:
            yield next(iter(entry.labels.values())), name


def _plain(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Give one row per entry, which is what csv-reconcile can hold: an id and a name."""
    for entry in entries:
        yield entry.iri, next(iter(entry.labels.values())).replace("\n", " ")


def write(rows: Sequence[Row], about: str) -> None:
    """Write the table."""
    names = ("way", "p50 ms", "**p95 ms**", "p99 ms", "p95 processor ms", "first")
    head = f"| {' | '.join(names)} |\n|---|{'---:|' * (len(names) - 1)}\n"
    text = f"# Reconciliation\n\n{about}\n\n{head}" + "\n".join(r.cells() for r in rows) + "\n"
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    raise SystemExit(main())
