"""The TOOI importer: actors under their TOOI IRI, periods and successors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.intake.registers import Imported, RegisterError, import_tooi

SAM = "https://w3id.org/samenspel/def#"
ID = "https://identifier.overheid.nl/tooi/id/gemeente/"
ONT = "https://identifier.overheid.nl/tooi/def/ont/"
PROV = "http://www.w3.org/ns/prov#"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
ALT_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel"
REPLACED = "http://purl.org/dc/terms/isReplacedBy"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "tooi"
LISTS = sorted((SHARED / "mdto" / "data").glob("rwc_*.json"))
needs_lists = pytest.mark.skipif(
    not LISTS, reason="the TOOI lists are not beside the checkout (../shared/data/tooi)"
)


def municipality(code: str, name: str, **more: object) -> dict[str, Any]:
    return {
        "@id": ID + code,
        "@type": [ONT + "Gemeente"],
        RDFS_LABEL: [{"@value": name}] if name else [],
        ONT + "organisatiecode": [{"@value": code}],
        ONT + "organisatiesoort": [
            {"@id": "https://identifier.overheid.nl/tooi/def/thes/kern/c_1"}
        ],
        **more,
    }


def ids(*codes: str) -> list[dict[str, str]]:
    return [{"@id": ID + code} for code in codes]


def change(code: str, **more: object) -> dict[str, Any]:
    return {"@id": ID + code, "@type": [ONT + "Samenvoeging"], **more}


def load(folder: Path, *nodes: object) -> Imported:
    path = folder / "rwc_test_compleet_1.json"
    path.write_text(json.dumps(nodes), encoding="utf-8")
    return import_tooi(path)


def values(got: Imported, subject: str, predicate: str) -> set[str]:
    return {
        getattr(t.object, "value", "")
        for t in got.triples
        if getattr(t.subject, "value", "") == subject and t.predicate.value == predicate
    }


def test_an_organisation_is_an_actor_under_its_tooi_iri(tmp_path: Path) -> None:
    more = {ONT + "voorkeursnaamExclSoort": [{"@value": "Almere"}]}
    got = load(tmp_path, municipality("gm0034", "gemeente Almere", **more))
    actor = ID + "gm0034"
    assert values(got, actor, RDFS_LABEL) == {"gemeente Almere"}
    assert values(got, actor, ALT_LABEL) == {"Almere"}
    assert values(got, actor, "http://purl.org/dc/terms/identifier") == {"gm0034"}
    assert values(got, actor, "http://www.w3.org/ns/org#classification")
    assert got.report.written["actors"] == 1
    assert got.report.problems == ()


def test_the_last_day_of_tooi_becomes_the_first_day_after(tmp_path: Path) -> None:
    end = {
        ONT + "einddatum": [{"@value": "2020-12-31"}],
        ONT + "begindatum": [{"@value": "2001-01-01"}],
    }
    moment = {PROV + "invalidatedAtTime": [{"@value": "2019-01-01T00:00:00"}]}
    got = load(tmp_path, municipality("gm1", "een", **end), municipality("gm2", "twee", **moment))
    assert values(got, ID + "gm1", SAM + "validUntil") == {"2021-01-01"}
    assert values(got, ID + "gm1", SAM + "validFrom") == {"2001-01-01"}
    assert values(got, ID + "gm2", SAM + "validUntil") == {"2019-01-01"}


def test_merging_and_enlarging_both_give_successors(tmp_path: Path) -> None:
    got = load(
        tmp_path,
        *(municipality(f"gm{n}", f"gemeente {n}") for n in range(1, 6)),
        change("wzg1", **{PROV + "invalidated": ids("gm1", "gm2"), PROV + "generated": ids("gm3")}),
        change("wzg2", **{PROV + "invalidated": ids("gm4"), PROV + "used": ids("gm5")}),
        change("wzg3", **{PROV + "invalidated": ids("gm9"), PROV + "used": ids("gm5")}),
    )
    assert values(got, ID + "gm1", REPLACED) == values(got, ID + "gm2", REPLACED) == {ID + "gm3"}
    assert values(got, ID + "gm4", REPLACED) == {ID + "gm5"}
    assert [p.kind for p in got.report.problems] == ["event-unknown"]


def test_an_older_state_gives_a_former_name_and_no_actor_of_its_own(tmp_path: Path) -> None:
    state = municipality("hv_1", "hoogheemraadschap", **{PROV + "specializationOf": ids("ws1")})
    state["@type"].append(ONT + "HistorischeVersie")
    main = municipality("ws1", "waterschap", **{ONT + "begindatum": [{"@value": "2017-01-01"}]})
    got = load(tmp_path, state, main)
    assert values(got, ID + "ws1", ALT_LABEL) == {"hoogheemraadschap"}
    assert values(got, ID + "ws1", RDFS_LABEL) == {"waterschap"}
    assert not values(got, ID + "ws1", SAM + "validFrom"), "the state before it has no known start"
    assert got.report.written["actors"] == 1


def test_an_organisation_without_name_is_reported_and_the_rest_kept(tmp_path: Path) -> None:
    bad = {ONT + "begindatum": [{"@value": "2011-11"}]}
    got = load(tmp_path, municipality("gm1", ""), municipality("gm2", "twee", **bad))
    assert got.report.written["actors"] == 1
    assert {p.kind: p.count for p in got.report.problems} == {"no-name": 1, "bad-date": 1}


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.csv", "x", "KG-I011"),
        ("a.json", '[{"@id": ', "KG-I005"),
        ("a.json", '{"@context": "https://example.org/c.jsonld", "a": 1}', "KG-I005"),
        ("a.json", '[{"model": "x"}]', "KG-I010"),
        ("a.ttl", "<urn:a> <urn:b> .", "KG-I005"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, name: str, text: str, code: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegisterError) as refused:
        import_tooi(path)
    assert refused.value.code == code
    assert refused.value.advice is not None


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as refused:
        import_tooi(tmp_path / "absent.json")
    assert refused.value.code == "KG-I001"


@needs_lists
def test_json_and_turtle_of_the_same_lists_say_the_same() -> None:
    from_json = {t for path in LISTS for t in import_tooi(path).triples}
    assert from_json == set(import_tooi(SHARED / "tooi-registers.ttl").triples)


@needs_lists
def test_every_ended_municipality_leads_to_a_current_one() -> None:
    got = import_tooi(SHARED / "mdto" / "data" / "rwc_gemeenten_compleet_4.json")
    after: dict[str, set[str]] = {}
    ended = set()
    for t in got.triples:
        subject, value = getattr(t.subject, "value", ""), getattr(t.object, "value", "")
        if t.predicate.value == REPLACED:
            after.setdefault(subject, set()).add(value)
        if t.predicate.value == SAM + "validUntil":
            ended.add(subject)

    def current(name: str) -> set[str]:
        return set().union(*map(current, after[name])) if name in ended else {name}

    ways = [len(current(name)) for name in ended]
    assert len(ways) == 263
    assert ways.count(1) == 259
    assert min(ways) == 1
    assert got.report.problems == ()
