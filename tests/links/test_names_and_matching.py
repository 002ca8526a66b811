"""How names are compared, and what is sure, likely or unlikely."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.text import Text
from kg.vocabularies import Entry
from kg.vocabularies.matching import Asked, Candidate, Matcher
from kg.vocabularies.normalise import core, kinds, loose, normalised, repaired
from links.registers import ONT, OWMS

DAY = dt.date(2026, 1, 1)
GEMEENTE, PROVINCIE = ONT + "Gemeente", ONT + "Provincie"


def entry(
    iri: str,
    label: str,
    *others: str,
    types: tuple[str, ...] = (GEMEENTE,),
    ended: dt.date | None = None,
    begun: dt.date | None = None,
    places: tuple[str, ...] = (),
    deprecated: bool = False,
) -> Entry:
    return Entry(
        f"https://example.org/{iri}", Text(label, label), types, ended, (), deprecated,
        {"nl": label}, others, begun, places, "", (f"gm-{iri}",), "test",
    )  # fmt: skip


REGISTER = [
    entry("almere", "gemeente Almere", "Almere", places=("p:flevoland",)),
    entry("hague", "gemeente Den Haag", "'s-Gravenhage"),
    entry("gravenzande", "gemeente 's-Gravenzande", ended=dt.date(2004, 1, 1)),
    entry("utrecht", "gemeente Utrecht"),
    entry("utrecht-p", "provincie Utrecht", types=(PROVINCIE,)),
    entry("bedum", "gemeente Bedum", ended=dt.date(2019, 1, 1)),
    entry("twin-1", "gemeente Twee"),
    entry("twin-2", "gemeente Twee"),
    entry("later", "gemeente Later", begun=dt.date(2030, 1, 1)),
    entry("old-way", "gemeente Oudwijk", deprecated=True),
    entry("sudwest", "gemeente Súdwest-Fryslân"),
]
MATCHER = Matcher(REGISTER)


def found(name: str, *types: str, **more: object) -> tuple[Candidate, ...]:
    return MATCHER.candidates(Asked(name, DAY, types, **more))  # type: ignore[arg-type]


def sure(name: str, *types: str, **more: object) -> list[str]:
    return [c.entry.iri.rpartition("/")[2] for c in found(name, *types, **more) if c.sure]


# --- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("SÃºdwest-FryslÃ¢n", "Súdwest-Fryslân"),
        ("BarÃŸel", "Barßel"),
        ("Waterschap â€™t Suydevelt", "Waterschap ’t Suydevelt"),
        ("Fryslân", "Fryslân"),
        ("Ân â", "Ân â"),
        ("Ã", "Ã"),
        ("café €", "café €"),
    ],
)
def test_letters_of_the_wrong_character_set_are_repaired(broken: str, meant: str) -> None:
    assert repaired(broken) == meant


@given(st.text(max_size=40))
def test_repair_never_fails_and_normalising_twice_changes_nothing(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert repaired(repaired(text)) == repaired(text)


@given(st.text(alphabet="abcdefghijéèüÀÉ' -", min_size=1, max_size=30))
def test_text_broken_once_is_repaired_to_what_it_was(text: str) -> None:
    try:
        broken = text.encode().decode("cp1252")
    except UnicodeDecodeError:
        return
    assert repaired(broken) == text


def test_the_kind_in_front_goes_only_with_its_own_kind() -> None:
    assert core("Gemeente Almere", [GEMEENTE]) == core("almere") == "almere"
    assert core("Gemeente Almere", [PROVINCIE]) == "gemeente almere"
    assert kinds([OWMS + "Gemeente"]) == kinds([GEMEENTE]) != kinds([PROVINCIE])


def test_loose_names_spell_abbreviations_out() -> None:
    assert loose("Krimpen a/d IJssel") == loose("Krimpen aan den IJssel (gemeente)")
    assert loose("(gemeente)")


# --- what is sure --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Almere", "gemeente Almere", "ALMERE", "GEMEENTE  almére"])
def test_the_same_name_with_the_same_type_is_sure(name: str) -> None:
    assert sure(name, GEMEENTE) == ["almere"]
    assert sure(name, OWMS + "Gemeente") == ["almere"]


@pytest.mark.parametrize(
    ("name", "types", "why"),
    [
        ("Almere", (), "no type was asked"),
        ("Almere", (PROVINCIE,), "another type"),
        ("Almeree", (GEMEENTE,), "only alike"),
        ("'s-Gravenhage", (GEMEENTE,), "an alternative name"),
        ("Bedum", (GEMEENTE,), "ended"),
        ("Twee", (GEMEENTE,), "two have the name"),
        ("Later", (GEMEENTE,), "not yet begun"),
        ("Oudwijk", (GEMEENTE,), "advised against"),
        ("gm-almere", (GEMEENTE,), "a code"),
        ("Almere (stad)", (GEMEENTE,), "with an addition"),
    ],
)
def test_all_else_is_asked(name: str, types: tuple[str, ...], why: str) -> None:
    assert found(name, *types), why
    assert sure(name, *types) == [], why


def test_the_known_trap_is_not_accepted() -> None:
    bare = Matcher([REGISTER[2], entry("hague", "gemeente Den Haag")])
    asked = Asked("'s-Gravenhage", DAY, (GEMEENTE,))
    assert not any(c.sure for c in bare.candidates(asked))
    best = found("'s-Gravenhage", GEMEENTE)[0]
    assert best.entry.iri.endswith("/hague")


def test_another_place_is_asked() -> None:
    assert sure("Almere", GEMEENTE, places=("p:flevoland",)) == ["almere"]
    assert sure("Almere", GEMEENTE, places=("p:zeeland",)) == []


def test_what_ended_together_is_the_same() -> None:
    near, far = dt.date(2018, 12, 31), dt.date(2010, 1, 1)
    assert sure("Bedum", GEMEENTE, ended=near) == ["bedum"]
    assert sure("Bedum", GEMEENTE, ended=far) == []
    assert sure("Almere", GEMEENTE, ended=near) == []


def test_a_type_decides_between_namesakes() -> None:
    assert sure("Utrecht", GEMEENTE) == ["utrecht"]
    assert sure("Utrecht", PROVINCIE) == ["utrecht-p"]
    assert {c.entry.iri.rpartition("/")[2] for c in found("Utrecht")[:2]} == {
        "utrecht", "utrecht-p",
    }  # fmt: skip


def test_it_is_never_its_own_candidate() -> None:
    itself = REGISTER[0].iri
    assert itself in {c.entry.iri for c in found("Almere")}
    assert itself not in {c.entry.iri for c in found("Almere", iri=itself)}


def test_words_in_another_order_are_found() -> None:
    best = found("Haag Den", GEMEENTE)[0]
    assert best.entry.iri.endswith("/hague")
    assert not best.sure


def test_broken_letters_are_found() -> None:
    assert sure("SÃºdwest-FryslÃ¢n", GEMEENTE) == ["sudwest"]


# --- reasons -------------------------------------------------------------------------------


def reasons(name: str, *types: str, **more: object) -> dict[str, float | bool]:
    return {f.id: f.value for f in found(name, *types, **more)[0].features}


def test_reasons_say_what_the_score_is_made_of() -> None:
    assert reasons("Almere", GEMEENTE) == {"exact_label": True, "same_type": True, "valid": True}
    assert reasons("'s-Gravenhage")["alternative_label"] is True
    assert reasons("Bedum")["valid"] is False
    assert 85 < reasons("Almeree")["spelling"] < 100
    assert reasons("Almere", GEMEENTE, places=("p:flevoland",))["same_place"] is True
    for candidate in found("Almeree", PROVINCIE):
        for feature in candidate.features:
            assert feature.words.nl != feature.words.en


def test_scores_go_down_with_each_reason_against() -> None:
    scores = [found(n, *t)[0].score for n, t in (
        ("Almere", (GEMEENTE,)), ("'s-Gravenhage", (GEMEENTE,)), ("Bedum", (GEMEENTE,)),
        ("Bedum", (PROVINCIE,)),
    )]  # fmt: skip
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


@given(st.text(max_size=50))
def test_any_name_is_answered(name: str) -> None:
    for candidate in found(name, GEMEENTE):
        assert 0 <= candidate.score <= 100
