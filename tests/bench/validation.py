"""Measures the verdict: the whole of ``check`` against pySHACL alone with the same shapes.

Run from the checkout::

    python -m tests.bench.validation                  # 10,000 and 100,000 statements, and a
                                                      # submission of 500 amid 1,000,000
    python -m tests.bench.validation --case 10000     # one case; repeat for more
    python -m tests.bench.validation --case 500/1000000 --wait 900

Every measurement runs in a process of its own, so that the greatest use of memory is its own. The
peer is pySHACL over the same statements, shapes and ontology. Amid others' statements it gets the
nodes that were handed in through its own option to look at some nodes only: without that it would
report on everybody. What takes longer than the wait is stopped, and the table says so.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl
from rdflib import SH, Graph

from kg.checking.bins import check_shapes
from kg.checking.check import check
from kg.checking.graphs import to_graph
from kg.checking.material import Material, Setting
from kg.checking.profiles import default_profile
from kg.intake.read import read_document
from kg.intake.submission import make_submission
from kg.rdf import to_ntriples, value
from kg.rdf.bounds import Bounds
from kg.vocabularies import bundled_vocabularies

from .generate import described

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.intake.submission import Submission
    from kg.rdf import Triple

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).parent / "results" / "validation.md"
NOW = dt.date(2026, 1, 1)
CASES = ("10000", "100000", "500/1000000")
WIDE = 2**30
"""Bytes that may be read: more than the 10 MB that is usual, which 100,000 statements exceed."""
WAYS = {"check": "the whole verdict", "shapes": "the shapes part of it", "peer": "pySHACL alone"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out of one way; times in seconds of the processor.

    Attributes:
        triples: How many statements were checked.
        context: How many stood around them.
        read: Reading what was handed in; None for the peer, which gets a graph.
        seconds: The check itself.
        found: How many results.
        memory: Greatest use of memory by the process, in MB.
        before: The same before the check began: the data itself.
    """

    triples: int
    context: int
    read: float | None
    seconds: float
    found: int
    memory: int
    before: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--case", action="append", help="statements, or statements/context")
    parser.add_argument("--way", choices=sorted(WAYS), action="append")
    parser.add_argument("--wait", type=int, default=1800, help="seconds before one is stopped")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        sys.stdout.write(json.dumps(asdict(measure(*options.one))))
        return 0
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", encoding="utf-8") as results:
        for line in table(options.case or CASES, options.way or list(WAYS), options.wait):
            for out in (sys.stdout, results):
                out.write(line + "\n")
                out.flush()
    return 0


def table(cases: Sequence[str], ways: Sequence[str], wait: int) -> Iterator[str]:
    """Give the lines of the table, each as soon as it is known."""
    yield (
        "| statements | amid | what | reading s | check s | results | memory before MB "
        "| greatest MB |"
    )
    yield "|---:|---:|---|---:|---:|---:|---:|---:|"
    for case in cases:
        for way in ways:
            m = child(case, way, wait)
            if m is None:
                yield f"| {case} | | {WAYS[way]} | | more than {wait} | | | |"
                continue
            read = "–" if m.read is None else f"{m.read:.2f}"
            yield (
                f"| {m.triples:,} | {m.context:,} | {WAYS[way]} | {read} | {m.seconds:.2f} "
                f"| {m.found:,} | {m.before:,} | {m.memory:,} |"
            )


def child(case: str, way: str, wait: int) -> Measured | None:
    """Measure in a process of its own; None when it took too long."""
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.validation", "--one", case, way],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path.rstrip(os.pathsep)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=wait,
        )
    except subprocess.TimeoutExpired:
        return None
    return Measured(**json.loads(done.stdout))


# --- in the child --------------------------------------------------------------------------


def measure(case: str, way: str) -> Measured:
    """Measure one way in this process."""
    size, _, amid = case.partition("/")
    handed = described(int(size), prefix="new-")
    around = _around(int(amid)) if amid else ()
    if way == "peer":
        return _peer(handed, [t for s in around for t in s.triples])
    data = to_ntriples(handed).encode()
    start = time.process_time()
    document = read_document(data, name="bench.nt", bounds=Bounds(size=WIDE))
    read = time.process_time() - start
    before, start = _memory(), time.process_time()
    if way == "check":
        report = check([document], organisation=None, as_of=NOW, background=around)
        found = sum(g.total for g in report.groups)
    else:
        setting = Setting(default_profile(), bundled_vocabularies(), NOW, around)
        found = len(check_shapes(Material(document.triples, setting)).drafts)
    took = time.process_time() - start
    context = sum(len(s.triples) for s in around)
    return Measured(len(handed), context, read, took, found, _memory(), before)


def _around(size: int) -> tuple[Submission, ...]:
    """Give what others stated."""
    return (make_submission(described(size, seed=11), "others.nt"),)


def _peer(handed: Sequence[Triple], around: Sequence[Triple]) -> Measured:
    profile = default_profile()
    graph = Graph(bind_namespaces="none")
    graph += to_graph([*handed, *around])
    focus = sorted({value(t.subject) for t in handed}) if around else None
    before, start = _memory(), time.process_time()
    graph += profile.ontology
    _, report, _ = pyshacl.validate(
        graph,
        shacl_graph=profile.shapes,
        inference="none",
        advanced=False,
        inplace=True,
        focus_nodes=focus,
    )
    took = time.process_time() - start
    found = len(list(report.objects(None, SH.result))) if isinstance(report, Graph) else -1
    return Measured(len(handed), len(around), None, took, found, _memory(), before)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
