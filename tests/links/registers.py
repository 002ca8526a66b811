"""The real registers that tests read beside the checkout, and small ones made here."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path

import pytest

from kg.intake.registers import REGISTERS
from kg.rdf import FORMATS, parse_bytes
from kg.vocabularies import Entry, Vocabularies
from kg.vocabularies.home import shipped_home
from kg.vocabularies.reading import read_vocabulary
from kg.vocabularies.view import Source

DATA = Path(__file__).parents[3] / "shared" / "data"
TOOI = "https://identifier.overheid.nl/tooi/id/"
ONT = "https://identifier.overheid.nl/tooi/def/ont/"
OWMS = "http://standaarden.overheid.nl/owms/terms/"
REGISTER_DAY = dt.date(2022, 12, 22)
"""The day on which the register of municipalities used here was published."""

needs_data = pytest.mark.skipif(
    not (DATA / "tooi").is_dir(), reason="the registers are not beside this checkout"
)


@lru_cache(maxsize=1)
def tooi() -> Vocabularies:
    """Give the TOOI registers of municipalities, provinces and water authorities."""
    triples = tuple(parse_bytes((DATA / "tooi/tooi-registers.ttl").read_bytes(), FORMATS[".ttl"]))
    return Vocabularies([*shipped_home().sources(), Source("tooi", "4", triples)])


@lru_cache(maxsize=1)
def dutch() -> Vocabularies:
    """Give all Dutch registers: TOOI with all names, UPL, and the register of organisations."""
    sources = [
        Source("tooi", "4", tuple(
            parse_bytes((DATA / "tooi/tooi-registers.ttl").read_bytes(), FORMATS[".ttl"])
        )),
        Source("upl", "2021", tuple(REGISTERS["upl"](DATA / "upl/data/UPL-actueel.csv").triples)),
        Source("roo", "2026", tuple(REGISTERS["roo"](DATA / "roo/organisations.jsonl.gz").triples)),
    ]  # fmt: skip
    return Vocabularies([*shipped_home().sources(), *sources])


@lru_cache(maxsize=1)
def owms_municipalities() -> tuple[Entry, ...]:
    """Give the municipalities of OWMS."""
    said = read_vocabulary(DATA / "upl/data/Gemeente.xml").statements()
    return tuple(Vocabularies([Source("owms", "2022", tuple(said))]).entries())


def organisations(vocabularies: Vocabularies) -> list[Entry]:
    """Give the organisations of TOOI."""
    return [e for e in vocabularies.entries() if e.iri.startswith(TOOI)]
