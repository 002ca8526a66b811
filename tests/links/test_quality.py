"""How good matching is on real names, with the answers that the registers themselves give."""

from __future__ import annotations

import csv
from functools import lru_cache

from kg.rdf import value
from kg.vocabularies.matching import Asked, Matcher
from kg.vocabularies.suggest import Outcome, Suggester, Suggestion, asked_names, counted
from links.registers import (
    DATA,
    ONT,
    OWMS,
    REGISTER_DAY,
    needs_data,
    organisations,
    owms_municipalities,
    tooi,
)

pytestmark = needs_data
PAIRS = 601
GR = DATA / "nl-gr-openstate/osn/sources/gemeenschappelijke_regelingen"


@lru_cache(maxsize=1)
def pairs() -> list[tuple[Asked, str]]:
    """Give every OWMS municipality with the TOOI municipality that the register says it is."""
    found = []
    for entry in owms_municipalities():
        right = tooi().of_owms(entry.iri)
        if right is not None and entry.label is not None:
            asked = Asked(
                entry.label.nl, REGISTER_DAY, entry.types, entry.places, entry.ended, entry.iri
            )
            found.append((asked, right))
    return found


def test_what_is_accepted_unasked_is_right_and_the_right_one_comes_first() -> None:
    matcher = Matcher(organisations(tooi()))
    assert len(pairs()) == PAIRS
    first = accepted = wrong = 0
    for asked, right in pairs():
        assert OWMS + "Gemeente" in asked.types
        found = matcher.candidates(asked, only_kind=True)
        first += found[0].entry.iri == right
        sure = [c.entry.iri for c in found if c.sure]
        accepted += len(sure)
        wrong += any(iri != right for iri in sure)
    assert wrong == 0
    assert first / PAIRS >= 0.99
    assert accepted / PAIRS > 0.95


def test_other_levels_of_government_come_first_too() -> None:
    """Water authorities and provinces: OWMS has no list of them here, so by the name in its IRI."""
    register = organisations(tooi())
    matcher = Matcher(register)
    tried = first = 0
    for kind in ("Provincie", "Waterschap"):
        for entry in (e for e in register if ONT + kind in e.types):
            for owms in (
                value(t.object) for t in tooi().statements(entry.iri)
                if t.predicate.value == ONT + "owmsId"
            ):  # fmt: skip
                name = owms.removeprefix(OWMS).replace("_", " ")
                found = matcher.candidates(Asked(name, REGISTER_DAY, (ONT + kind,)), only_kind=True)
                same = tooi().of_owms(owms)
                if same is not None:
                    tried += 1
                    first += bool(found) and found[0].entry.iri == same
                    assert not any(c.sure and c.entry.iri != same for c in found)
    assert tried >= 40
    assert first >= tried - 1, "one identifier, wsagv, is an abbreviation that no list has"


def test_without_official_names_the_trap_is_seen_and_not_accepted() -> None:
    """The register calls 's-Gravenhage "Den Haag"; 's-Gravenzande looks much more like it."""
    bare = [
        e for e in organisations(tooi())
        if e.label is not None and "Den Haag" not in e.label.nl
    ]  # fmt: skip
    asked = next(a for a, _ in pairs() if a.name == "'s-Gravenhage")
    found = Matcher(bare).candidates(asked, only_kind=True)
    assert found[0].entry.label is not None
    assert "Gravenzande" in found[0].entry.label.nl
    assert not any(c.sure for c in found)


@lru_cache(maxsize=1)
def messy() -> tuple[Suggestion, ...]:
    with (GR / "gemeenschappelijke_regelingen_opengr.csv").open(encoding="utf-8") as file:
        names = [row["Deelnemer"] for row in csv.DictReader(file)]
    suggester = Suggester(tooi(), organisations(tooi()), REGISTER_DAY)
    return tuple(suggester.suggest(a) for a in asked_names(names, REGISTER_DAY))


def test_messy_names_are_told_apart() -> None:
    counts: dict[Outcome, int] = counted(messy())
    assert sum(counts.values()) == 605
    # Measured before with exact names alone: 469 found, of which 112 ended, 2 ambiguous, 134 not.
    assert counts["same-name"] + counts["ended"] >= 469
    assert 105 <= counts["ended"] <= 115
    assert 2 <= counts["ambiguous"] <= 4
    assert counts["near"] + counts["none"] <= 134
    assert counts["accepted"] == 0, "a name without a type is never sure"


def test_typos_and_broken_letters_are_proposed() -> None:
    best = {
        s.asked.name: (s.outcome, s.candidates[0].entry.label.nl)
        for s in messy()
        if s.candidates and s.candidates[0].entry.label is not None
    }
    assert best["Gedrop-Mierlo"] == ("near", "gemeente Geldrop-Mierlo")
    assert best["Haasbergen"] == ("near", "gemeente Haaksbergen")
    assert best["Súdwest-Fryslân"] == ("same-name", "gemeente Súdwest-Fryslân")
    assert best["Nuenen"][1] == "gemeente Nuenen, Gerwen en Nederwetten"
    assert best["Bergen"][0] == "ambiguous"
    assert best["Utrecht"][0] == "ambiguous"
    assert best["Bedum"] == ("ended", "gemeente Het Hogeland")


def test_members_abroad_are_not_matched() -> None:
    abroad = [s for s in messy() if "(Duitsland)" in s.asked.name]
    assert len(abroad) > 50
    likely = [s.asked.name for s in abroad if s.outcome not in {"none", "near"}]
    assert likely == []
    assert sum(s.outcome == "near" for s in abroad) <= 3


def test_with_a_type_the_current_ones_are_accepted() -> None:
    suggester = Suggester(tooi(), organisations(tooi()), REGISTER_DAY)
    names = [s.asked.name for s in messy()]
    typed = [
        suggester.suggest(a, only_kind=True)
        for a in asked_names(names, REGISTER_DAY, types=[ONT + "Gemeente"])
    ]
    assert counted(typed)["accepted"] > 300
    assert not any(s.outcome == "accepted" and s.asked.name == "Bergen" for s in typed)
