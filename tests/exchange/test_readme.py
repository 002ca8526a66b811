"""The tables in ontology/alignments/README.md say what the code does."""

from __future__ import annotations

import pytest

from exchange.demo import SHARED
from exchange.tables import README, SAMPLES, SECTIONS, SHAPES, section

MEND = "the tables are out of step: run python tests/exchange/tables.py"


@pytest.mark.parametrize("name", SECTIONS)
def test_a_table_is_in_step(name: str) -> None:
    needed = [*SHAPES.values(), *(SHARED / folder for folder in SAMPLES)]
    if name != "exports" and not all(path.exists() for path in needed):
        pytest.skip("the published releases and samples are not beside the checkout (../shared)")
    written = section(README.read_text(encoding="utf-8"), name)
    assert written == SECTIONS[name](), MEND


def test_a_table_out_of_step_would_be_seen() -> None:
    text = README.read_text(encoding="utf-8").replace("`cv:Channel`", "`cv:Kanaal`")
    assert section(text, "exports") != SECTIONS["exports"]()
