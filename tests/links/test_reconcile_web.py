"""The requests that OpenRefine sends, and what else may come in, through the addresses."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from kg.vocabularies.reconcile_query import BATCH
from kg.web.reconcile import BODY, asking, asking_paths, reconcile_routes
from links.reconciling import GEMEENTE, GM, SPECS, faults, service

BASE = "/v1/reconcile"


class Client:
    """Sends requests to the routes, without a network."""

    def __init__(self) -> None:
        self._transport = ASGITransport(app=Starlette(routes=reconcile_routes(asking(service))))

    def request(self, method: str, address: str, **more: Any) -> Response:  # noqa: ANN401 - as httpx
        async def send() -> Response:
            async with AsyncClient(
                transport=self._transport, base_url="https://example.org"
            ) as client:
                return await client.request(method, address, **more)

        return asyncio.run(send())

    def get(self, address: str, **more: Any) -> Response:  # noqa: ANN401 - as httpx
        return self.request("GET", address, **more)

    def post(self, address: str, **more: Any) -> Response:  # noqa: ANN401 - as httpx
        return self.request("POST", address, **more)


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


def valid(version: str, kind: str, said: object) -> bool:
    return not SPECS.is_dir() or faults(version, kind, said) == []


def path(url: str) -> str:
    assert url.startswith("https://example.org/")
    return url.removeprefix("https://example.org")


def test_the_requests_of_openrefine_replay(client: Client) -> None:
    """Manifest, guess of types, batch, suggest, preview, extend; addresses are the manifest's."""
    manifest = client.get(BASE).json()
    assert valid("0.2", "manifest", manifest)

    guess = {f"q{n}": {"query": name, "limit": 3} for n, name in enumerate(["Almere", "Bedum"])}
    first = client.post(BASE, data={"queries": json.dumps(guess)})
    assert first.status_code == 200
    assert first.headers["access-control-allow-origin"] == "*"
    assert valid("0.2", "reconciliation-result-batch", first.json())
    type_ = first.json()["q0"]["result"][0]["type"][0]["id"]
    assert type_ == GEMEENTE

    batch = {
        f"q{n}": {"query": name, "type": type_, "type_strict": "should", "limit": 6}
        for n, name in enumerate(["Almere", "Bedum", "Almeree"])
    }
    results = client.post(BASE, data={"queries": json.dumps(batch)}).json()
    assert [results[f"q{n}"]["result"][0]["match"] for n in range(3)] == [True, False, False]
    entity = results["q0"]["result"][0]["id"]

    for kind, prefix, schema in (
        ("entity", "alm", "suggest-entities-response"),
        ("type", "gem", "suggest-types-response"),
        ("property", "lig", "suggest-properties-response"),
    ):
        about = manifest["suggest"][kind]
        found = client.get(
            path(about["service_url"] + about["service_path"]), params={"prefix": prefix}
        ).json()
        assert found["result"]
        assert valid("0.2", schema, found)
        over = path(about["flyout_service_url"] + about["flyout_service_path"])
        flown = client.get(over.replace("${id}", quote(found["result"][0]["id"], safe="")))
        assert flown.json()["id"] == found["result"][0]["id"]

    url = path(manifest["preview"]["url"]).replace("{{id}}", quote(entity, safe=""))
    preview = client.get(url)
    assert preview.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in preview.headers["content-security-policy"]
    assert "gemeente Almere" in preview.text

    propose = manifest["extend"]["propose_properties"]
    proposed = client.get(
        path(propose["service_url"] + propose["service_path"]), params={"type": type_, "limit": 4}
    ).json()
    assert valid("0.2", "data-extension-property-proposal", proposed)
    assert len(proposed["properties"]) == 4
    wanted = {"ids": [entity], "properties": [{"id": "place"}, {"id": "code"}]}
    fetched = client.post(BASE, data={"extend": json.dumps(wanted)}).json()
    assert valid("0.2", "data-extension-response", fetched)
    assert fetched["rows"][entity]["place"][0]["name"] == "provincie Flevoland"


def test_a_batch_may_stand_in_the_address(client: Client) -> None:
    asked = json.dumps({"q0": {"query": "Almere"}})
    assert client.get(BASE, params={"queries": asked}).json()["q0"]["result"]


def test_the_draft_has_a_root_of_its_own(client: Client) -> None:
    root = f"{BASE}/1.0-draft"
    manifest = client.get(root).json()
    assert valid("1.0-draft", "manifest", manifest)
    assert client.get(BASE, params={"version": "1.0-draft"}).json()["suggest"]["entity"] is True
    said = {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "Almere"}]}]}
    for at in (root, BASE):
        answer = client.post(f"{at}/match", json=said).json()
        assert valid("1.0-draft", "reconciliation-result-batch", answer)
        assert answer["results"][0]["candidates"][0]["features"][0]["name"]
    wanted = {"ids": [GM + "gm0001"], "properties": [{"id": "name"}]}
    answer = client.post(f"{root}/extend", json=wanted).json()
    assert valid("1.0-draft", "data-extension-response", answer)
    assert client.get(f"{root}/suggest/entity", params={"prefix": "", "limit": 2}).json()["result"]
    assert client.get(f"{root}/extend/propose", params={"type": GEMEENTE}).json()["properties"]
    assert client.get(f"{root}/preview", params={"id": GM + "gm0001"}).status_code == 200


def test_every_answer_may_be_read_by_every_page(client: Client) -> None:
    for response in (
        client.request("OPTIONS", BASE),
        client.request("OPTIONS", f"{BASE}/match"),
        client.get(BASE),
        client.get(f"{BASE}/preview", params={"id": "urn:x:no"}), client.post(BASE),
    ):  # fmt: skip
        assert response.headers["access-control-allow-origin"] == "*"


def test_the_language_of_the_client_is_spoken(client: Client) -> None:
    asked = {"queries": json.dumps({"q": {"query": "Bedum"}})}
    english = client.post(BASE, data=asked, headers={"Accept-Language": "en-GB"})
    assert "ended on 2019-01-01" in english.json()["q"]["result"][0]["description"]
    assert english.headers["content-language"] == "en"
    dutch = client.post(f"{BASE}?lang=nl", data=asked).json()["q"]["result"][0]["description"]
    assert "bestaat niet meer" in dutch


XML = {"Content-Type": "text/xml"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("request_", "more", "expected"),
    [
        (("POST", ""), {"data": {"queries": "{"}}, (400, "KG-L120")),
        (("POST", ""), {"data": {"queries": "[" * 100_000}}, (400, "KG-L120")),
        (("POST", ""), {"data": {"queries": '{"q": {}}'}}, (400, "KG-L120")),
        (("POST", ""), {"data": {"other": "1"}}, (400, "KG-L120")),
        (("POST", ""), {"content": b"\xff\xfe=1", "headers": FORM}, (400, "KG-L120")),
        (("POST", ""), {"content": b"a=1&" * 30, "headers": FORM}, (400, "KG-L120")),
        (("POST", ""), {"content": b"<a/>", "headers": XML}, (415, "KG-L120")),
        (("POST", ""), {"content": b"a=" + b"x" * BODY, "headers": FORM}, (413, "KG-L121")),
        (("POST", "/match"), {"content": b"nope"}, (400, "KG-L120")),
        (("POST", "/match"), {"json": {"queries": [{}]}}, (400, "KG-L120")),
        (("POST", "/match"), {"content": b"x" * (BODY + 1)}, (413, "KG-L121")),
        (("POST", ""), {"data": {"queries": json.dumps(
            {str(n): {"query": "a"} for n in range(BATCH + 1)})}}, (413, "KG-L121")),
        (("POST", "/extend"), {"json": {"ids": ["a"] * 1001, "properties": []}}, (413, "KG-L121")),
        (("GET", "/preview?id=urn:x:no"), {}, (404, "KG-L122")),
        (("GET", "/suggest/nothing?prefix=a"), {}, (404, "KG-L122")),
        (("GET", "/suggest/entity?prefix=a&limit=-1"), {}, (400, "KG-L120")),
        (("GET", "/suggest/entity?prefix=a&cursor=x"), {}, (400, "KG-L120")),
        (("GET", "?version=9"), {}, (400, "KG-L120")),
    ],
)  # fmt: skip
def test_bad_requests_get_a_clear_answer(
    client: Client, request_: tuple[str, str], more: dict[str, Any], expected: tuple[int, str]
) -> None:
    method, address = request_
    response = client.request(method, BASE + address, **more)
    said = response.json()
    assert (response.status_code, said["code"]) == expected
    assert said["detail"]
    assert response.headers["content-type"] == "application/problem+json"


def test_every_address_that_takes_a_post_only_asks() -> None:
    taking = {r.path for r in reconcile_routes(asking(service)) if "POST" in (r.methods or ())}
    assert taking == asking_paths()


def test_other_methods_are_not_there(client: Client) -> None:
    assert client.request("DELETE", BASE).status_code == 405
    assert client.get(f"{BASE}/match").status_code == 405
