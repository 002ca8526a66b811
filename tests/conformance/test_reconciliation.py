"""W3C Reconciliation Service API 0.2 and 1.0 draft: the examples, and what we say ourselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.text import LANGUAGES
from kg.vocabularies.reconcile_query import VERSIONS, ReconcileError, Version, read_batch
from links.reconciling import GEMEENTE, GM, OWN, SPECS, faults, schemas, service

pytestmark = pytest.mark.skipif(
    not SPECS.is_dir(), reason="the specifications are not beside this checkout"
)
BASE = "https://example.org/v1/reconcile"
TOTAL = {"0.2": 44, "1.0-draft": 51}


# The draft shows a security scheme of OpenAPI 3, and its schema is that of Swagger 2.
def examples() -> list[tuple[str, str, Path, bool]]:
    return [
        (version, kind.name, path, good == "valid")
        for version in VERSIONS
        if (SPECS / version / "examples").is_dir()
        for kind in sorted((SPECS / version / "examples").iterdir())
        if kind.name != "security-scheme"
        for good in ("valid", "invalid")
        for path in sorted((kind / good).glob("*.json"))
    ]


def test_every_example_is_looked_at() -> None:
    own = {v: schemas(v)[0].keys() for v in VERSIONS}
    counts = {v: sum(e[0] == v and e[1] in own[v] for e in examples()) for v in VERSIONS}
    assert counts == TOTAL, "those with a schema of their own; the others are parts of a manifest"


@pytest.mark.parametrize(
    ("version", "kind", "path", "good"),
    examples(),
    ids=lambda x: x.stem if isinstance(x, Path) else str(x),
)
def test_the_examples_behave(version: Version, kind: str, path: Path, good: bool) -> None:  # noqa: FBT001
    said = json.loads(path.read_text(encoding="utf-8"))
    assert (faults(version, kind, said) == []) is good
    if kind == "reconciliation-query-batch":
        if good:
            assert read_batch(said, version)
            assert (
                faults(version, "reconciliation-result-batch", service().match(said, version)) == []
            )
        else:
            with pytest.raises(ReconcileError) as caught:
                read_batch(said, version)
            assert caught.value.code == "KG-L120"
    if kind == "data-extension-query" and good:
        answer = service().extend(said, version)
        assert faults(version, "data-extension-response", answer) == []


# --- what we say ---------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_our_answers_are_valid(version: Version, lang: Any) -> None:  # noqa: ANN401
    ours = service()
    answers: dict[str, list[object]] = {
        "manifest": [ours.manifest(version, BASE, lang)],
        "reconciliation-result-batch": [ours.match(batch(version), version, lang)],
        "suggest-entities-response": [
            ours.suggest("entity", p, lang=lang) for p in ("alm", "", "zzz", GM + "gm0001")
        ],
        "suggest-types-response": [ours.suggest("type", p, lang=lang) for p in ("gem", "")],
        "suggest-properties-response": [ours.suggest("property", p, lang=lang) for p in ("l", "")],
        "data-extension-property-proposal": [
            ours.properties(GEMEENTE, 3, lang), ours.properties("", 0, lang)
        ],
        "data-extension-response": [ours.extend(EXTENSION, version, lang)],
        "flyout-response": [ours.flyout("entity", GM + "gm0001", lang)],
    }  # fmt: skip
    for kind, said in answers.items():
        for one in said:
            assert faults(version, kind, one) == [], kind
            assert json.loads(json.dumps(one)) == one


EXTENSION = {
    "ids": [GM + "gm0001", GM + "gm0002", OWN + "loket", "urn:x:nothing"],
    "properties": [{"id": p} for p in ("name", "place", "ended", "successor", "type", "nope")],
}


def batch(version: Version) -> dict[str, Any]:
    names = ["Almere", "Bedum", "Loket Almere", "Qqqq", "Almeree"]
    if version == "0.2":
        return {
            f"q{n}": {"query": name, "type": GEMEENTE, "type_strict": "should",
                      "properties": [{"pid": "place", "v": {"id": "x", "name": "X"}}]}
            for n, name in enumerate(names)
        }  # fmt: skip
    place = {"matchType": "property", "propertyId": "place", "propertyValue": "Flevoland"}
    return {
        "queries": [
            {"type": GEMEENTE, "conditions": [{"matchType": "name", "propertyValue": n}, place]}
            for n in names
        ]
    }


def test_the_manifests_name_their_version_and_what_it_can_do() -> None:
    old, new = (service().manifest(v, BASE) for v in VERSIONS)
    assert old["versions"] == new["versions"] == ["0.2", "1.0-draft"]
    assert faults("1.0-draft", "manifest", old), "one manifest cannot serve both versions"
    assert old["suggest"]["entity"]["service_url"] == BASE
    assert new["suggest"] == {"entity": True, "type": True, "property": True}
    assert new["standardizedScore"] is True
