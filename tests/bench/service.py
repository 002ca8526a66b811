"""Measures the service against the bare engine: throughput, acceptance, start and restart.

Run from the checkout::

    python -m tests.bench.service              # 100,000 and 1,000,000 statements
    python -m tests.bench.service --short      # 20,000: a smoke alarm

The peer is ``oxigraph serve-read-only`` over a copy of the same published generation, on the same
machine, in the same run, asked the same questions by the same client (wrk, two connections). The
peer has no limits, no isolation and no guard; what is left of its throughput is the price of those.
No two questions are alike, so that neither side can answer from what it kept; one column shows what
keeping answers per generation gives when all ask the same.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from kg.rdf import to_ntriples
from kg.workspace.generations import Generations
from kg.workspace.intake import Offer
from kg.workspace.keeper import Keeper

from .generate import BASE, groups_for, local

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).parent / "results" / "service.md"
GRAPHS = (
    "PREFIX sam: <https://w3id.org/samenspel/def#> PREFIX d: <https://w3id.org/samenspel/derived#> "
)
DATASET = (
    "FROM <https://w3id.org/samenspel/graph/current> "
    "FROM <https://w3id.org/samenspel/graph/derived> "
)
QUESTIONS = {
    "point": "SELECT ?p ?o {from} WHERE {{ <{node}> ?p ?o }}",
    "provisions": (
        "SELECT ?supplier ?customer {from} WHERE {{ ?p sam:ofService <{node}> ; "
        "sam:supplier ?supplier ; sam:customer ?customer }}"
    ),
    "findings": (
        "SELECT ?f ?rule ?severity {from} WHERE {{ ?f d:atService <{node}> ; sam:rule ?rule ; "
        "sam:severity ?severity }} ORDER BY DESC(?severity) ?f"
    ),
    "ten rows": "SELECT ?p ?o {from} WHERE {{ ?p sam:ofService ?o }} OFFSET {n} LIMIT 10",
    "1,000 rows": "SELECT ?p ?o {from} WHERE {{ ?p sam:ofService ?o }} OFFSET {n} LIMIT 1000",
    "wide": (
        "SELECT ?other (COUNT(DISTINCT ?c) AS ?n) {from} WHERE {{ ?p sam:ofService <{node}> ; "
        "sam:customer ?c . ?q sam:customer ?c ; sam:ofService ?other }} GROUP BY ?other "
        "ORDER BY DESC(?n) ?other LIMIT 20"
    ),
    "heavy": (
        "SELECT ?rule (COUNT(?f) AS ?n) (MAX(?s) AS ?worst) {from} WHERE {{ ?f sam:rule ?rule ; "
        "sam:severity ?s ; sam:involves ?who FILTER(?who != <{node}>) }} GROUP BY ?rule "
        "ORDER BY ?rule"
    ),
}
"""What is asked, from a look-up to a summary of everything."""
_DIFFERENT = 60_000
_LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
math.randomseed(os.time())
request = function()
  return wrk.format("GET", paths[math.random(#paths)],
    {["Accept"] = "application/sparql-results+json"})
end
done = function(summary, latency, requests)
  io.write(string.format("RESULT %%f %%f %%f %%d %%d\\n",
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one side did with one kind of question."""

    per_second: float
    median_ms: float
    p95_ms: float
    errors: int


def build(root: Path, triples: int, organisations: int) -> tuple[int, float]:
    """Make a workspace of about so many statements; give their number and the seconds."""
    said: dict[str, list[object]] = {}
    made = local(groups_for(triples))
    for triple in made:
        spot = hashlib.sha256(str(triple.subject).encode()).digest()[0] % organisations
        said.setdefault(f"https://example.org/organisation{spot}", []).append(triple)
    Keeper.create(root, {})
    started = time.perf_counter()
    with Keeper(root) as keeper:
        for who, statements in said.items():
            form = to_ntriples(statements).encode()  # type: ignore[arg-type]
            offer = Offer(who, "bench", "bench.nt", "application/n-triples", form)
            kept = keeper.receive(offer)
            keeper.read(kept.id, form, len(statements))
            keeper.accept(kept.id)
        keeper.settle()
    return len(made), time.perf_counter() - started


def free_port() -> int:
    """Give a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(command: list[str], url: str) -> Iterator[float]:
    """Start a server; give the seconds until it answers; end it."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}/src"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            try:
                with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own
                    answer.read()
                break
            except OSError:
                if process.poll() is not None:
                    raise
                time.sleep(0.01)
        yield time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(timeout=60)


def ours(root: Path, port: int) -> list[str]:
    """Give the command that serves a workspace, without quotas per client."""
    return [sys.executable, "-m", "tests.bench.serving", str(root), str(port)]


def rate(port: int, path: str, kind: str, nodes: list[str], seconds: int) -> Rate:
    """Ask one kind of question for some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        asked = GRAPHS + QUESTIONS[kind].replace("{from}", DATASET)
        lines = [
            f"{path}?query={quote(asked.format(node=nodes[n % len(nodes)], n=n % 500))}%0A%23{n}"
            for n in range(_DIFFERENT if len(nodes) > 1 else 1)
        ]
        Path(folder, "paths").write_text("\n".join(lines))
        Path(folder, "ask.lua").write_text(_LUA % f"{folder}/paths")
        done = subprocess.run(
            ["wrk", "-t1", "-c2", f"-d{seconds}s", "--timeout", "20s", "-s", f"{folder}/ask.lua",
             f"http://127.0.0.1:{port}"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+) (\d+)", done.stdout)
    if found is None:
        raise ValueError(done.stdout)
    per_second, median, p95, status, broken = map(float, found.groups())
    return Rate(per_second, median, p95, int(status + broken))


def acceptance(root: Path) -> tuple[float, float, float]:
    """Give seconds to acknowledge 500 statements, the same synced bytes alone, and to publish."""
    form = "".join(
        f"<{BASE}new/{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/samenspel/def#Service> .\n"
        for n in range(500)
    ).encode()
    times = []
    with Keeper(root) as keeper:
        for n in range(20):
            raw = form + f"# {n}\n".encode()
            started = time.perf_counter()
            offer = Offer(BASE + "new", "new", "new.nt", "application/n-triples", raw)
            kept = keeper.receive(offer)
            keeper.read(kept.id, form, 500)
            keeper.judge(kept.id, {"conforms": True, "n": n}, conforms=True)
            keeper.accept(kept.id)
            times.append(time.perf_counter() - started)
        started = time.perf_counter()
        keeper.settle()
        published = time.perf_counter() - started
    return sorted(times)[len(times) // 2], _synced(root, form), published


def _synced(root: Path, form: bytes) -> float:
    """Give seconds to write and sync the same bytes to one file: the floor."""
    times = []
    for n in range(20):
        started = time.perf_counter()
        with (root / f"floor{n}").open("wb") as file:
            file.write(form)
            file.flush()
            os.fsync(file.fileno())
        times.append(time.perf_counter() - started)
        (root / f"floor{n}").unlink()
    return sorted(times)[len(times) // 2]


def measure(triples: int, seconds: int) -> list[str]:
    """Measure at one size; give lines of Markdown."""
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT.parent))
    try:
        root = folder / "workspace"
        count, built = build(root, triples, 40)
        generation = Generations(root / "generations").current()
        if generation is None:
            raise ValueError(root)
        shutil.copytree(generation.path, folder / "peer")
        lines = [f"## {count:,} statements, 40 organisations", ""]
        lines += _throughput(folder, root, 2 * groups_for(triples), seconds)
        acknowledged, floor, published = acceptance(root)
        port = free_port()
        with running(ours(root, port), f"http://127.0.0.1:{port}/readyz") as again:
            pass
        lines += [
            "",
            f"- built and published from nothing: {built:.1f} s",
            f"- acknowledging a submission of 500 statements (synced): {acknowledged * 1000:.1f}"
            f" ms; writing and syncing its bytes once: {floor * 1000:.1f} ms",
            f"- until its findings are published: {published:.1f} s",
            f"- restart until ready: {again:.2f} s",
            "",
        ]
        return lines
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _throughput(folder: Path, root: Path, services: int, seconds: int) -> list[str]:
    port, peer_port = free_port(), free_port()
    nodes = [f"{BASE}s{n}" for n in range(services)]
    peer = ["oxigraph", "serve-read-only", "-l", str(folder / "peer"),
            "-b", f"127.0.0.1:{peer_port}"]  # fmt: skip
    ask = f"http://127.0.0.1:{peer_port}/query?query=ASK%7B%7D"
    lines = [
        "| question | ours q/s | p95 ms | bare engine q/s | p95 ms | ours / bare | same question,"
        " ours q/s | errors |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with running(ours(root, port), f"http://127.0.0.1:{port}/readyz") as first:
        mine = {k: rate(port, "/sparql", k, nodes, seconds) for k in QUESTIONS}
        same = {k: rate(port, "/sparql", k, nodes[:1], seconds) for k in QUESTIONS}
    with running(peer, ask) as bare_start:
        theirs = {k: rate(peer_port, "/query", k, nodes, seconds) for k in QUESTIONS}
    for kind in QUESTIONS:
        a, b = mine[kind], theirs[kind]
        lines.append(
            f"| {kind} | {a.per_second:,.0f} | {a.p95_ms:.1f} | {b.per_second:,.0f} | "
            f"{b.p95_ms:.1f} | **{a.per_second / b.per_second:.2f}** | "
            f"{same[kind].per_second:,.0f} | {a.errors + b.errors} |"
        )
    lines += ["", f"- start until ready: {first:.2f} s (the bare engine: {bare_start:.2f} s)"]
    return lines


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--triples", type=int, nargs="*")
    parser.add_argument("--seconds", type=int, default=8)
    given = parser.parse_args()
    sizes = given.triples or ([20_000] if given.short else [100_000, 1_000_000])
    lines = ["# The service against the bare engine", ""]
    for triples in sizes:
        part = measure(triples, 3 if given.short else given.seconds)
        sys.stdout.write("\n".join(part) + "\n")
        lines += part
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
