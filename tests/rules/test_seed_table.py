"""Everything the essays say is surfaced by a rule or a report, and the catalogue says which."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kg.resources import queries_dir
from kg.rules.header import Header, read_all
from kg.rules.readme import ESSAYS, render_readme

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT.parent / "shared" / "design" / "seed-table.md"
HEADERS = read_all(queries_dir())
Row = tuple[str, str]


def seed_rows() -> list[Row]:
    """Give (essay, quote cell) of each row of the table, in its order."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cells = [line.strip().strip("|").split("|") for line in lines if line.startswith("|")]
    return [(c[0].strip(), c[1].strip()) for c in cells if c[0].strip() in ESSAYS]


def seed(text: str) -> Row:
    essay, _, quote = text.partition(":")
    return essay.strip(), quote.strip()


def surfaced_by(row: Row, headers: tuple[Header, ...]) -> list[str]:
    essay, quote = row
    return [
        h.id for h in headers if any(e == essay and part in quote for e, part in map(seed, h.seeds))
    ]


needs_table = pytest.mark.skipif(
    not TABLE.is_file(), reason="the seed table (../shared/design) is not beside this checkout"
)
ROWS = seed_rows() if TABLE.is_file() else []


@needs_table
def test_the_table_is_read_whole() -> None:
    table_lines = TABLE.read_text(encoding="utf-8").count("\n|")
    assert len(ROWS) == table_lines - 2  # the heading and the line under it
    assert {essay for essay, _ in ROWS} == set(ESSAYS)


@needs_table
@pytest.mark.parametrize("row", ROWS, ids=[f"{e}-{q[:40]}" for e, q in ROWS])
def test_every_row_is_surfaced(row: Row) -> None:
    assert surfaced_by(row, HEADERS), f"no rule or report surfaces essay {row[0]}: {row[1]}"


@needs_table
@pytest.mark.parametrize("header", HEADERS, ids=[h.id for h in HEADERS])
def test_every_seed_names_one_row(header: Header) -> None:
    for essay, part in map(seed, header.seeds):
        named = [q for e, q in ROWS if e == essay and part in q]
        assert len(named) == 1, f"{header.id}: '{essay}: {part}' names {len(named)} rows"


@needs_table
def test_a_row_without_a_surface_is_noticed() -> None:
    row = next(r for r in ROWS if "te druk bezig was met zichzelf" in r[1])
    only = surfaced_by(row, HEADERS)
    stripped = tuple(replace(h, seeds=()) if h.id in only else h for h in HEADERS)
    assert only
    assert not surfaced_by(row, stripped)


def test_the_catalogue_is_in_step_with_the_headers() -> None:
    text = (queries_dir() / "README.md").read_text(encoding="utf-8")
    assert text == render_readme(HEADERS), "write it anew: python -m kg.rules.readme"


def test_the_catalogue_does_not_depend_on_the_order_of_the_headers() -> None:
    assert render_readme(tuple(reversed(HEADERS))) == render_readme(HEADERS)


def test_the_catalogue_links_every_file() -> None:
    text = render_readme(HEADERS)
    linked = set(re.findall(r"\]\(([^)]+\.rq)\)", text))
    folders = [queries_dir() / name for name in ("rules", "reports")]
    files = [p for folder in folders for p in folder.rglob("*.rq")]
    assert linked == {p.relative_to(queries_dir()).as_posix() for p in files}
