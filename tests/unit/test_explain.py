"""An explanation says who said what, what is absent, and whom to ask."""

from __future__ import annotations

import pytest

import kg
from kg.cli import main
from kg.errors import NotFoundError
from kg.resources import demo_dir


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> kg.Workspace:
    home = tmp_path_factory.mktemp("demo") / "here"
    assert main(["demo", str(home)]) == 0
    assert demo_dir().is_dir()
    return kg.open(home)


def finding_with(demo: kg.Workspace, voice: str) -> str:
    return next(f.iri for f in demo.findings() if f.voice == voice)


def test_what_others_said_comes_with_an_invitation_to_reply(demo: kg.Workspace) -> None:
    claimed = demo.explain(finding_with(demo, "claimed")).explanation
    confirmed = demo.explain(finding_with(demo, "confirmed")).explanation
    assert any("invite those it concerns" in r.en for r in claimed.repairs)
    assert not any("invite those it concerns" in r.en for r in confirmed.repairs)


def test_every_statement_has_a_source(demo: kg.Workspace) -> None:
    shown = demo.explain(finding_with(demo, "confirmed")).explanation
    assert shown.statements
    assert all(s.sources for s in shown.statements)


def test_an_unknown_finding_says_so(demo: kg.Workspace) -> None:
    with pytest.raises(NotFoundError, match="no finding"):
        demo.explain("https://w3id.org/samenspel/finding/opposed/none")


def test_an_address_that_fits_several_names_some(demo: kg.Workspace) -> None:
    with pytest.raises(NotFoundError, match="findings end in missing-coordination, such as") as e:
        demo.explain("missing-coordination")
    assert e.value.code == "KG-N006"


def test_terms_of_the_ontology_have_their_names_in_sentences(demo: kg.Workspace) -> None:
    loss = next(f.iri for f in demo.findings() if f.rule == "control-loss")
    told = demo.explain(loss).explanation
    assert any("beheersing" in line.nl and "control" in line.en for line in told.factors)
