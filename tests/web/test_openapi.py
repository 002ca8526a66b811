"""The contract and the service say the same; the contract keeps to the Dutch API Design Rules."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from kg.text import LANGUAGES
from kg.web.v1.contract import FILE, in_language, load_contract, operations, resolved
from kg.web.v1.router import handlers
from web.running import Reply
from web.town import CLUB, SUPPLY, TOWN, WISH, breach, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from web.town import Town

RULES = (
    Path(__file__).resolve().parents[3] / "shared/conformance/api-design-rules/media/linter.yaml"
)
FILES = {"submit", "validate", "preview", "getDifference", "getReport"}
"""Operations that start a process for every request."""
SKIPPED = {"publish", "revokeToken", "createToken", "registerOrganisation", "configure"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with serving(tmp_path_factory.mktemp("openapi") / "kg") as served:
        assert served.submit(SUPPLY).status == 201
        assert served.submit(WISH, role="foreign", organisation=CLUB, wait="true").status == 201
        yield served


# --- the contract itself -------------------------------------------------------------------


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert sorted(o.id for o in operations()) == sorted(handlers())


def test_every_operation_says_who_may_use_it() -> None:
    known = r"public|token|admin|publish|query|(submit|accept):\{organisation\}"
    for operation in operations():
        assert operation.scopes
        assert all(re.fullmatch(known, s) for s in operation.scopes), operation.id


def test_the_service_gives_its_contract_in_the_language_of_the_reader(town: Town) -> None:
    for lang in LANGUAGES:
        reply = town.ask("GET", "/openapi.json", parameters={"lang": lang})
        assert reply.json == in_language(load_contract(), lang)
        assert "¦" not in reply.text


def texts(value: object) -> Iterator[tuple[str, str]]:
    """Give every text that a person reads."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in {"summary", "description"} and isinstance(part, str):
                yield name, part
            else:
                yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def test_every_text_of_the_contract_is_there_in_both_languages() -> None:
    found = [t for _, t in texts(load_contract())]
    assert len(found) > 100
    names = {"RFC 9457", "SPARQL 1.1 Query Results JSON"}
    assert [t for t in found if t not in names and t.count(" ¦ ") != 1] == []


def test_errors_are_problems_and_good_answers_say_the_version() -> None:
    document = load_contract()
    for operation in operations():
        item = document["paths"][operation.path][operation.method.lower()]
        for status, answer in resolved(item["responses"], document).items():
            if status < "400":
                assert "API-Version" in answer["headers"], operation.id
            else:
                assert list(answer["content"]) == ["application/problem+json"], operation.id


def linter() -> list[str]:
    """Give how to call Spectral; skip where it or its rules are not at hand."""
    ours = Path(__file__).parent / "design-rules" / "node_modules" / ".bin" / "spectral"
    found = str(ours) if ours.is_file() else shutil.which("spectral")
    if found is None:
        pytest.skip("Spectral is not installed (npm ci in tests/web/design-rules)")
    if not RULES.is_file():
        pytest.skip(f"the linter of the API Design Rules is not beside the checkout: {RULES}")
    return [found, "lint", "--format", "json", "--ruleset", str(RULES)]


def test_the_contract_keeps_to_the_dutch_api_design_rules(tmp_path: Path) -> None:
    command = linter()
    done = subprocess.run([*command, str(FILE)], capture_output=True, text=True, check=False)
    found, _ = json.JSONDecoder().raw_decode(done.stdout)
    assert [r for r in found if r["severity"] == 0] == []
    spoiled = tmp_path / "openapi.yaml"
    spoiled.write_text(FILE.read_text("utf-8").replace("  /matrix:", "  /theMatrix:"), "utf-8")
    worse = subprocess.run([*command, str(spoiled)], capture_output=True, text=True, check=False)
    assert "paths-kebab-case" in worse.stdout


# --- whatever is asked ---------------------------------------------------------------------


for media in ("text/turtle", "application/n-triples", "application/trig", "application/n-quads",
              "application/rdf+xml", "text/csv"):  # fmt: skip
    schemathesis.openapi.media_type(media, st.text(max_size=200).map(str.encode))
schemathesis.openapi.media_type(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", st.binary(max_size=200)
)
schemathesis.openapi.media_type("application/ld+json", st.text(max_size=200).map(str.encode))


def known_places(case: schemathesis.Case[Any]) -> None:
    """Let half of the addresses be of things that are there."""
    known: Mapping[str, str] = {"id": "12", "name": "tension-per-service"}
    if len(str(case.path_parameters)) % 2:
        for name in case.path_parameters or ():
            case.path_parameters[name] = known.get(name, case.path_parameters[name])
    query: Any = case.query
    if isinstance(query, dict) and "organisation" in query and len(str(query)) % 2:
        query["organisation"] = TOWN


@pytest.mark.parametrize("name", [o.id for o in operations() if o.id not in SKIPPED])
def test_whatever_is_asked_the_service_keeps_to_its_contract(town: Town, name: str) -> None:
    loaded = schemathesis.openapi.from_dict(in_language(load_contract(), "en"))
    loaded.config.update(base_url=f"{town.url}/v1")
    operation = loaded.find_operation_by_id(name)
    headers = {"Authorization": f"Bearer {town.tokens['admin']}"}
    seen: list[int] = []

    def ask(case: schemathesis.Case[Any]) -> None:
        known_places(case)
        response = case.call(headers=headers, timeout=60)
        found = {n.lower(): ", ".join(v) for n, v in response.headers.items()}
        reply = Reply(response.status_code, found, response.content)
        seen.append(reply.status)
        assert reply.status < 500, (case.as_curl_command(), reply.text)
        if "x-request-id" not in found:
            return  # the server refused what is no request before the service saw it
        broken = breach(case.method.upper(), case.formatted_path, reply)
        assert broken is None, (case.as_curl_command(), broken)

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        tried = settings(
            max_examples=2 if name in FILES else 30,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(case=operation.as_strategy(generation_mode=mode))(ask))
        try:
            tried()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # nothing about it can be wrong
    assert seen
