"""Who may do what: every operation of the contract, in every role, for own and another's data.

The table is made from the contract (``x-scope``); what the service does is asked of the service.
Requests are such that whoever is let through changes nothing: content of a kind nobody reads, a
submission that was decided on already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.web.v1.contract import Operation, operations
from web.town import CLUB, FORGED, ROLES, SUPPLY, TOWN, WISH, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.town import Town

OWN, FOREIGN = TOWN, CLUB
REFUSED = {401, 403}
UNKNOWN_ROLES = {"expired", "revoked"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with serving(tmp_path_factory.mktemp("town") / "kg") as served:
        yield served


@pytest.fixture(scope="module")
def decided(town: Town) -> dict[str, str]:
    """One submission of each organisation on which nothing can be decided any more."""
    own = town.submit(SUPPLY.replace("sam:heldBy", "sam:heldBy <https://example.org/x> ,"))
    foreign = town.submit(FORGED, role="foreign", organisation=CLUB)
    assert {own.json["stage"], foreign.json["stage"]} == {"rejected"}
    return {OWN: own.json["id"], FOREIGN: foreign.json["id"]}


def may(role: str, scopes: tuple[str, ...], organisation: str) -> bool:
    """Tell from the contract alone whether a role is let through."""
    if role in UNKNOWN_ROLES:
        return False
    held = ROLES[role]
    if "public" in scopes or "admin" in held:
        return True
    if "token" in scopes:
        return bool(held)
    return any(scope.replace("{organisation}", organisation) in held for scope in scopes)


def request(
    town: Town, operation: Operation, role: str, organisation: str, decided: dict[str, str]
) -> int:
    places = {
        "id": decided[organisation], "rule": "opposed", "hash": "0" * 32,
        "name": "tension-per-service", "token": "none",
    }  # fmt: skip
    wanted = {p.name for p in operation.parameters if p.place == "query"}
    parameters = {"organisation": organisation} if "organisation" in wanted else {}
    headers = {"Content-Type": "image/gif"} if operation.takes else {}
    headers["Idempotency-Key"] = "none"
    reply = town.ask(
        operation.method, operation.path.format(**places), role, parameters=parameters,
        headers=headers, content=b"GIF89a" if operation.takes else None,
    )  # fmt: skip
    return reply.status


@pytest.mark.parametrize("operation", operations(), ids=lambda o: o.id)
def test_every_role_may_what_the_contract_says(
    town: Town, decided: dict[str, str], operation: Operation
) -> None:
    wrong: list[Any] = []
    for role in ROLES:
        for organisation in (OWN, FOREIGN):
            status = request(town, operation, role, organisation, decided)
            expected = may(role, operation.scopes, organisation)
            # Who says nothing, or what nobody knows, is asked who they are; others are refused.
            refusal = 403 if ROLES[role] and role not in UNKNOWN_ROLES else 401
            if (status in REFUSED) == expected or (not expected and status != refusal):
                wrong.append((role, organisation, status, expected))
    assert wrong == []


def test_the_table_refuses_and_allows() -> None:
    """The oracle itself: a scope for one organisation opens nothing of another."""
    scopes = ("submit:{organisation}",)
    assert may("submit", scopes, OWN)
    assert not may("submit", scopes, FOREIGN)
    assert not may("accept", scopes, OWN)
    assert not may("query", scopes, OWN)
    assert may("admin", scopes, FOREIGN)
    assert not may("expired", ("public",), OWN)
    counts = {may(r, o.scopes, w) for o in operations() for r in ROLES for w in (OWN, FOREIGN)}
    assert counts == {True, False}


def test_who_was_refused_left_no_trace(town: Town, decided: dict[str, str]) -> None:
    def last() -> int:
        page = town.ask("GET", "/history", "admin", parameters={"after": 2**40}).json
        assert page["records"] == []
        kinds: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = town.ask("GET", "/history", "admin", parameters={"after": after}).json
            kinds += page["records"]
            after = page["next"]
        return len(kinds)

    before = last()
    for operation in operations():
        if operation.method == "GET" or operation.id == "publish":
            continue
        for role in ("anonymous", "query", "expired", "revoked"):
            request(town, operation, role, OWN, decided)
    assert last() == before


def test_a_list_of_everybody_is_for_administrators(town: Town) -> None:
    assert town.ask("GET", "/submissions", "both").status == 403
    assert town.ask("GET", "/submissions", "admin").status == 200


def test_two_pairs_of_eyes(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(tmp_path_factory.mktemp("eyes") / "kg", fourEyes=True) as town:
        waiting = town.submit(SUPPLY, role="both").json
        assert waiting["stage"] == "validated"
        where = f"/submissions/{waiting['id']}/acceptance"
        own = town.ask("POST", where, "both")
        assert (own.status, own.json["code"]) == (403, "KG-W009")
        assert town.ask("POST", where, "foreign").status == 403
        other = town.ask("POST", where, "accept", parameters={"wait": "true"})
        assert other.json["stage"] == "published"
        theirs = town.submit(WISH, role="admin", organisation=CLUB).json
        assert theirs["stage"] == "validated"
        where = f"/submissions/{theirs['id']}/acceptance"
        assert town.ask("POST", where, "admin").status == 403
        assert town.ask("POST", where, "foreign").status == 200
