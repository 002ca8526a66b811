"""The reconciliation service: candidates that explain themselves, and limits that hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.store import MemoryStore
from kg.vocabularies.catalogue import OURS, catalogue_of, own_type_names
from kg.vocabularies.reconcile import Reconciler
from kg.vocabularies.reconcile_query import BATCH, VERSIONS, ReconcileError, Version
from links.reconciling import DAY, GEMEENTE, GM, OWN, ours, service, vocabularies
from links.registers import TOOI


def ask(name: str, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    answer = service().match({"q": {"query": name, **more}}, "0.2")
    found: list[dict[str, Any]] = answer["q"]["result"]
    return found


def test_a_type_makes_it_a_certain_match_and_nothing_else_does() -> None:
    best = ask("almere", type=GEMEENTE)[0]
    assert (best["id"], best["match"], best["score"]) == (GM + "gm0001", True, 100.0)
    assert not any(c["match"] for c in ask("almere"))
    assert not any(c["match"] for c in ask("Almeree", type=GEMEENTE))
    assert not any(c["match"] for c in ask("Bedum", type=GEMEENTE))


def test_features_say_what_the_score_is_made_of() -> None:
    best = ask("Bedum", type=GEMEENTE)[0]
    assert {f["id"]: f["value"] for f in best["features"]} == {
        "exact_label": True, "same_type": True, "valid": False,
    }  # fmt: skip
    assert "bestaat niet meer sinds 2019-01-01" in best["description"]


def test_a_day_in_the_query_is_the_day_that_counts() -> None:
    asked = [{"pid": "asOf", "v": "2010-05-01"}]
    assert ask("Bedum", type=GEMEENTE, properties=asked)[0]["match"] is True


def test_a_property_speaks_for_or_against() -> None:
    here = ask("Almere", properties=[{"pid": "place", "v": "Flevoland"}])[0]
    also = ask("Almere", properties=[{"pid": "place", "v": {"id": f"{TOOI}provincie/pv24"}}])[0]
    away = ask("Almere", type=GEMEENTE, properties=[{"pid": "place", "v": "Zeeland"}])[0]
    assert {"id": "property_place", "value": True} in here["features"]
    assert {"id": "property_place", "value": True} in also["features"]
    assert {"id": "property_place", "value": False} in away["features"]
    assert away["score"] < 100
    assert away["match"] is False


@pytest.mark.parametrize("wanted", [GM + "gm0001", "gm0001"])
def test_an_identifier_finds_its_thing(wanted: str) -> None:
    assert ask(wanted)[0]["id"] == GM + "gm0001"
    said = {"queries": [{"conditions": [{"matchType": "id", "propertyValue": wanted}]}]}
    assert service().match(said, "1.0-draft")["results"][0]["candidates"][0]["id"] == GM + "gm0001"


def conditions(*said: dict[str, Any], **more: Any) -> list[str]:  # noqa: ANN401 - JSON
    answer = service().match({"queries": [{"conditions": list(said), **more}]}, "1.0-draft")
    return [c["id"] for c in answer["results"][0]["candidates"]]


PLACE = {"matchType": "property", "propertyId": "place", "propertyValue": "Flevoland"}
NAME = {"matchType": "name", "propertyValue": "Almere"}


def test_conditions_of_the_draft() -> None:
    assert conditions(PLACE) == [GM + "gm0001"]
    assert conditions(NAME, {**PLACE, "required": True}) == [GM + "gm0001"]
    none = {**PLACE, "required": True, "matchQuantifier": "none"}
    assert GM + "gm0001" not in conditions(NAME, none)
    both = {**PLACE, "propertyValue": ["Flevoland", "Zeeland"], "required": True}
    assert conditions(NAME, {**both, "matchQuantifier": "all"}) == []
    assert conditions(NAME, {**both, "matchQuantifier": "any"}) == [GM + "gm0001"]


def test_things_are_found_without_a_name() -> None:
    def held(prop: str, value: str) -> list[str]:
        return conditions({"matchType": "property", "propertyId": prop, "propertyValue": value})

    assert held("successor", "gemeente Het Hogeland") == [GM + "gm0002"]
    assert held("successor", GM + "gm0003") == [GM + "gm0002"]
    assert held("code", "GM0001") == [GM + "gm0001"]
    assert set(held("vocabulary", "samenspel")) == {OWN + "loket", OWN + "dienst"}
    assert held("nope", "x") == []
    assert conditions(PLACE, type=GEMEENTE) == [GM + "gm0001"]


def test_types_are_strict_when_asked() -> None:
    ids = [c["id"] for c in ask("Almere", type=[GEMEENTE], type_strict="any")]
    assert OWN + "loket" not in ids
    both = [GEMEENTE, f"{TOOI}x"]
    assert ask("Almere", type=both, type_strict="all") == []
    assert OWN + "loket" in [c["id"] for c in ask("Loket Almere", type=[GEMEENTE])]


def test_our_own_actors_and_services_are_found_and_people_are_not() -> None:
    assert {e.iri.removeprefix(OWN) for e in ours()} == {"loket", "dienst"}
    assert ask("Loket Almere")[0]["name"] == "Loket Almere"
    english = service().match({"q": {"query": "Almere desk"}}, "0.2", "en")
    assert english["q"]["result"][0]["name"] == "Almere desk"
    assert not [c for c in ask("Jan Almere") if "jan" in c["id"]]


def test_classes_have_names_in_both_languages() -> None:
    names = own_type_names()
    assert names[GEMEENTE] == ("gemeente", "municipality")
    for name in OURS:
        assert names[name].nl
        assert names[name].en
    store = MemoryStore()
    whole = Reconciler(catalogue_of(vocabularies(), store), lambda: DAY)
    assert whole.suggest("type", "mun", lang="en")["result"] == [
        {"id": GEMEENTE, "name": "municipality"}
    ]


def test_prefixes_are_completed() -> None:
    def ids(prefix: str, **more: Any) -> list[str]:  # noqa: ANN401 - JSON
        return [r["id"] for r in service().suggest("entity", prefix, **more)["result"]]

    assert set(ids("alm")) == {GM + "gm0001", OWN + "loket"}
    assert ids("alm", types=[GEMEENTE]) == [GM + "gm0001"]
    assert ids("het h") == [GM + "gm0003"]
    assert ids("zzz") == []
    assert ids("!") == []
    whole = ids("", limit=50)
    assert len(whole) == 7
    assert ids("", limit=2, offset=3) == whole[3:5]
    assert service().suggest("type", "gem")["result"] == [{"id": GEMEENTE, "name": "Gemeente"}]
    assert service().suggest("property", "lies", lang="en")["result"][0]["id"] == "place"


def test_values_are_fetched() -> None:
    said = {
        "ids": [GM + "gm0002", "urn:x:none"],
        "properties": [{"id": "ended"}, {"id": "successor"}, {"id": "name"}, {"id": "deprecated"}],
    }
    rows = service().extend(said, "0.2")["rows"]
    assert rows[GM + "gm0002"] == {
        "ended": [{"date": "2019-01-01T00:00:00Z"}],
        "successor": [{"id": GM + "gm0003", "name": "gemeente Het Hogeland"}],
        "name": [{"str": "gemeente Bedum"}],
        "deprecated": [{"str": "false"}],
    }
    assert rows["urn:x:none"] == {"ended": [], "successor": [], "name": [], "deprecated": []}
    some = {"ids": [GM + "gm0001"], "properties": [{"id": "alternative", "settings": {"limit": 1}}]}
    assert service().extend(some, "0.2")["rows"][GM + "gm0001"] == {
        "alternative": [{"str": "Almere"}]
    }
    held = [p["id"] for p in service().properties(GEMEENTE)["properties"]]
    assert "ended" in held
    assert "begun" not in held


def test_what_the_data_says_is_escaped() -> None:
    for html in (
        service().preview(GM + "gm0004"),
        service().flyout("entity", GM + "gm0004")["html"],
    ):
        assert "<b>" not in html
        assert "&lt;b&gt;" in html
        assert "&quot;Raar&quot;" in html


@pytest.mark.parametrize(
    ("kind", "iri"), [("entity", "urn:x:no"), ("type", "no"), ("property", "no"), ("no", "no")]
)
def test_what_is_not_there_is_told(kind: str, iri: str) -> None:
    with pytest.raises(ReconcileError) as caught:
        service().flyout(kind, iri)
    assert (caught.value.code, caught.value.status) == ("KG-L122", 404)


@pytest.mark.parametrize(
    ("said", "version", "code"),
    [
        ([], "0.2", "KG-L120"),
        ({"q": 1}, "0.2", "KG-L120"),
        ({"q": {}}, "0.2", "KG-L120"),
        ({"q": {"query": 1}}, "0.2", "KG-L120"),
        ({"q": {"query": "a", "limit": 0}}, "0.2", "KG-L120"),
        ({"q": {"query": "a", "limit": True}}, "0.2", "KG-L120"),
        ({"q": {"query": "a", "limit": float("nan")}}, "0.2", "KG-L120"),
        ({"q": {"query": "a", "type_strict": "maybe"}}, "0.2", "KG-L120"),
        ({"q": {"query": "a", "properties": [{"pid": "p"}]}}, "0.2", "KG-L120"),
        ({"q": {"query": "a", "more": 1}}, "0.2", "KG-L120"),
        ({"queries": [{"conditions": [NAME], "more": 1}]}, "1.0-draft", "KG-L120"),
        ({"q": {"query": "a" * 1001}}, "0.2", "KG-L121"),
        ({"q": {"query": "a", "type": ["t"] * 51}}, "0.2", "KG-L121"),
        (
            {
                f"q{n}": {"query": "a", "properties": [{"pid": "p", "v": ["x"] * 50}]}
                for n in range(11)
            },
            "0.2",
            "KG-L121",
        ),
        ({f"q{n}": {"query": "a"} for n in range(BATCH + 1)}, "0.2", "KG-L121"),
        ({"queries": [{"conditions": [NAME]}] * (BATCH + 1)}, "1.0-draft", "KG-L121"),
        ({"queries": [{"conditions": [{**NAME, "required": "x"}]}]}, "1.0-draft", "KG-L120"),
        ({"queries": [{"conditions": [{**PLACE, "propertyId": None}]}]}, "1.0-draft", "KG-L120"),
    ],
)
def test_what_is_wrong_or_too_large_is_refused(said: object, version: Version, code: str) -> None:
    with pytest.raises(ReconcileError) as caught:
        service().match(said, version)
    assert caught.value.code == code
    assert caught.value.status == (413 if code == "KG-L121" else 400)
    assert caught.value.message.nl != ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["queries", "conditions", "query", "type", "limit", "properties", "q",
                         "matchType", "propertyValue", "v", "pid", "id", "ids", "settings"]),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@given(json_values, st.sampled_from(VERSIONS))
def test_any_json_is_answered_or_refused(said: object, version: Version) -> None:
    for answer in (service().match, service().extend):
        try:
            json.dumps(answer(said, version))
        except ReconcileError as e:
            assert e.code in {"KG-L120", "KG-L121"}  # noqa: PT017 - either way is right
