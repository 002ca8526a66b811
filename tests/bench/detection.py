"""Measures full detection: how its time grows with the data, on both stores.

Run from the checkout::

    python -m tests.bench.detection            # 30,000, 100,000 and 300,000 statements
    python -m tests.bench.detection --short    # 30,000 and 60,000: a smoke alarm

Every size runs in a process of its own. Beside the rules stand, in the same process over the same
statements: the pair query (the plain definition of one kind of conflict, two parties at a time)
and the floor, one pass over the statements in plain Python and the loading of them. Times are
those of the processor, the best of some runs. The growth is the slope between the smallest and
the largest size on paper with two logarithmic scales: 1 is growth in step with the data. The pair
query runs in memory only, where it is fastest; huge pages are tried on the scattered graph only.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.intake.authority import OPERATOR_IRI, authorise
from kg.intake.load import load
from kg.intake.submission import make_submission
from kg.rules.catalogue import load_catalogue
from kg.rules.derive import derive
from kg.rules.program import compile_program
from kg.rules.weights import load_weights
from kg.store import EmbeddedStore, MemoryStore
from kg.terms import CURRENT, DERIVED, SAM, D

from .generate import groups_for, local, scattered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.intake.authority import Authorised
    from kg.rdf import Triple
    from kg.rules.program import Program
    from kg.store import GraphStore

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).parent / "results" / "detection.md"
NOW = dt.date(2026, 1, 1)
FULL, SHORT = (30_000, 100_000, 300_000), (30_000, 60_000)
ALARM = 1.6
ONCE_FROM = 200_000
"""From how many statements the embedded store is measured once."""
HUGE_PAGES = "glibc.malloc.hugetlb=1"
SHAPES = {"scattered": scattered, "local": local}
STORES = ("memory", "embedded")
PAIR = f"""
PREFIX sam: <{SAM}>
PREFIX d: <{D}>
SELECT (COUNT(*) AS ?pairs)
FROM <{CURRENT}> FROM <{DERIVED}>
WHERE {{
  ?service d:touches ?aspect ; d:party ?one .
  ?more sam:heldBy ?one ; sam:concerns ?aspect ; sam:direction sam:Increase .
  ?service d:party ?other .
  ?less sam:heldBy ?other ; sam:concerns ?aspect ; sam:direction sam:Decrease .
  FILTER ( ?one != ?other )
}}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """What one process measures.

    Attributes:
        shape: Name of the generator.
        store: Which store.
        triples: About how many statements.
        huge: Whether memory comes in huge pages.
        repeat: Of how many runs the best counts.
    """

    shape: str
    store: str
    triples: int
    huge: bool
    repeat: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out; times in seconds of the processor.

    Attributes:
        triples: How many statements there were.
        scan: One pass over them in plain Python.
        load: Laying them out in graphs.
        rules: All rules.
        pair: The pair query; None where it was not run.
        pairs: How many rows the pair query counted.
        findings: How many findings.
        derived: How many statements the rules made.
        slowest: The rules that took most, with their times.
        memory: Greatest use of memory by the process, in MB.
    """

    triples: int
    scan: float
    load: float
    rules: float
    pair: float | None
    pairs: int | None
    findings: int
    derived: int
    slowest: dict[str, float]
    memory: int


# --- one size, in the child ----------------------------------------------------------------


def measure(case: Case) -> Measured:
    """Measure one size in this process."""
    triples = SHAPES[case.shape](groups_for(case.triples))
    scan = min(_scan(triples) for _ in range(3))
    authorised = authorise([make_submission(triples, "bench.nt")])
    program = compile_program(load_catalogue(), NOW, load_weights().parameters)
    once = case.store == "embedded" and case.triples >= ONCE_FROM
    again = 0 if once else case.repeat - 1
    runs = [_run(case.store, authorised, program, last=False) for _ in range(again)]
    runs.append(_run(case.store, authorised, program, last=True))
    best, last = min(runs, key=lambda r: r.rules), runs[-1]
    return Measured(
        triples=len(triples),
        scan=scan,
        load=min(r.load for r in runs),
        rules=best.rules,
        pair=last.pair,
        pairs=last.pairs,
        findings=last.findings,
        derived=last.derived,
        slowest=dict(Counter(best.per_rule).most_common(8)),
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


@dataclass(slots=True)
class _Run:
    load: float
    rules: float
    per_rule: dict[str, float]
    pair: float | None = None
    pairs: int | None = None
    findings: int = 0
    derived: int = 0


def _scan(triples: Sequence[Triple]) -> float:
    """Read every statement once and remember what uses which property."""
    start = time.process_time()
    seen: Counter[str] = Counter()
    subjects = set()
    for triple in triples:
        seen[triple.predicate.value] += 1
        subjects.add(triple.subject)
    return time.process_time() - start


def _run(kind: str, authorised: Authorised, program: Program, *, last: bool) -> _Run:
    with tempfile.TemporaryDirectory() as where:
        store: GraphStore = (
            MemoryStore() if kind == "memory" else EmbeddedStore(Path(where) / "store")
        )
        start = time.process_time()
        load(store, authorised, operator=OPERATOR_IRI)
        loaded = time.process_time() - start
        run = _derive(store, program, loaded)
        if last:
            _count(store, run)
            if kind == "memory":
                begin = time.process_time()
                run.pairs = _number(store, PAIR, "pairs")
                run.pair = time.process_time() - begin
        store.close()
        del store
        gc.collect()
    return run


def _derive(store: GraphStore, program: Program, loaded: float) -> _Run:
    ticks = [time.process_time()]
    derive(store, program, progress=lambda _done, _all: ticks.append(time.process_time()))
    names = [step.header.id for step in program.steps]
    per_rule = {n: ticks[i + 1] - ticks[i] for i, n in enumerate(names)}
    return _Run(loaded, ticks[-1] - ticks[0], per_rule)


def _count(store: GraphStore, run: _Run) -> None:
    both = f"SELECT (COUNT(*) AS ?n) FROM <{DERIVED}> WHERE {{ %s }}"
    run.findings = _number(store, both % f"?f <{SAM}rule> ?rule", "n")
    run.derived = _number(store, both % "?s ?p ?o", "n")


def _number(store: GraphStore, query: str, name: str) -> int:
    return int(next(iter(store.select(query)))[name].value)


# --- all sizes, in the parent --------------------------------------------------------------


def child(case: Case) -> Measured:
    """Measure one size in a process of its own."""
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path.rstrip(os.pathsep)}
    if case.huge:
        environment["GLIBC_TUNABLES"] = HUGE_PAGES
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.detection", "--one", json.dumps(asdict(case))],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    sys.stderr.write(f"{case} {done.stdout}\n")  # so that a run that is stopped early still tells
    return Measured(**json.loads(done.stdout))


def exponent(small: tuple[int, float], large: tuple[int, float]) -> float:
    """Give the slope between two sizes with their times.

    >>> round(exponent((10, 1.0), (1000, 100.0)), 6), round(exponent((10, 1.0), (100, 100.0)), 6)
    (1.0, 2.0)
    """
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def growth(rows: Sequence[Measured], field: str) -> float | None:
    """Give the growth of one figure from the smallest to the largest size, if it has one."""
    first, last = getattr(rows[0], field), getattr(rows[-1], field)
    if not first or not last:
        return None
    return exponent((rows[0].triples, float(first)), (rows[-1].triples, float(last)))


def table(title: str, rows: Sequence[Measured]) -> Iterator[str]:
    """Give the lines of a table in Markdown."""
    yield f"### {title}\n"
    yield (
        "| statements | pass in Python s | load s | **all rules s** | pair query s | pairs "
        "| findings | derived statements | memory MB |"
    )
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for r in rows:
        pair = "–" if r.pair is None else f"{r.pair:.2f}"
        pairs = "–" if r.pairs is None else f"{r.pairs:,}"
        yield (
            f"| {r.triples:,} | {r.scan:.3f} | {r.load:.2f} | **{r.rules:.2f}** | {pair} | {pairs} "
            f"| {r.findings:,} | {r.derived:,} | {r.memory:,} |"
        )
    fields = ("scan", "load", "rules", "pair", "pairs", "findings", "derived")
    yield f"| growth | {' | '.join(_power(growth(rows, f)) for f in fields)} | |\n"
    yield f"Slowest rules at the largest size: {', '.join(_slowest(rows[0], rows[-1]))}.\n"


def _power(slope: float | None) -> str:
    return "–" if slope is None else f"n^{slope:.2f}"


def _slowest(first: Measured, last: Measured) -> Iterator[str]:
    for name, seconds in last.slowest.items():
        before = first.slowest.get(name)
        slope = before and exponent((first.triples, before), (last.triples, seconds))
        yield f"{name} {seconds:.2f} s ({_power(slope)})"


def run(
    sizes: Sequence[int],
    shapes: Sequence[str],
    stores: Sequence[str],
    pages: Sequence[bool],
    repeat: int,
) -> Iterator[tuple[str, list[Measured]]]:
    """Measure everything asked for, one process at a time."""
    for shape in shapes:
        for store in stores:
            for huge in pages if shape == "scattered" else (False,):
                title = f"{shape}, {store}{', huge pages' if huge else ''}"
                yield title, [child(Case(shape, store, n, huge, repeat)) for n in sizes]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and fail when growth is out of all proportion."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--short", action="store_true", help="two small sizes, plain memory only")
    parser.add_argument("--shape", choices=sorted(SHAPES), action="append")
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--plain", action="store_true", help="leave out huge pages")
    parser.add_argument("--repeat", type=int, default=2, help="of how many runs the best counts")
    parser.add_argument("--at-most", type=float, default=ALARM, help="growth that sounds the alarm")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        measured = measure(Case(**json.loads(options.one)))
        sys.stdout.write(json.dumps(asdict(measured)))
        return 0
    shapes = options.shape or (["scattered"] if options.short else ["scattered", "local"])
    sizes = SHORT if options.short else FULL
    stores = options.store or STORES
    pages = (False,) if options.short or options.plain else (False, True)
    worst = 0.0
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", encoding="utf-8") as results:
        for title, rows in run(sizes, shapes, stores, pages, options.repeat):
            for out in (sys.stdout, results):
                out.writelines(f"{line}\n" for line in table(title, rows))
                out.flush()
            worst = max(worst, growth(rows, "rules") or 0.0)
    if worst > options.at_most:
        sys.stdout.write(f"growth n^{worst:.2f} is above n^{options.at_most:.2f}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
