"""From the bytes of an organisation to a finding with its proof, over the API.

Every answer in here is checked against the contract as well (``Town.ask``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from web.town import CLUB, FORGED, HEAD, SUPPLY, TODAY, TOWN, WISH, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.running import Reply
    from web.town import Town

OPPOSED, WAIT = {"rule": "opposed"}, {"wait": "true"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Both organisations have said what they want."""
    with serving(tmp_path_factory.mktemp("town") / "kg") as served:
        assert served.submit(SUPPLY, wait="true").json["stage"] == "published"
        club = served.submit(WISH, role="foreign", organisation=CLUB, wait="true")
        assert club.json["stage"] == "published"
        yield served


def aspect(name: str) -> str:
    """Give a submission that says something of its own."""
    return f"""{HEAD} :{name} a sam:Aspect ; rdfs:label "{name}"@nl , "{name} (en)"@en ;
        sam:moreMeans "meer {name}"@nl , "more {name}"@en ."""


def opposed(town: Town) -> tuple[str, dict[str, object]]:
    """Give the address of the one conflict, and the finding."""
    page = town.ask("GET", "/findings", parameters=OPPOSED).json
    assert page["total"] == 1
    found = page["findings"][0]
    return "/findings/" + "/".join(found["iri"].split("/")[-2:]), found


# --- findings ------------------------------------------------------------------------------


def test_what_was_submitted_becomes_a_finding_with_its_proof(town: Town) -> None:
    address, found = opposed(town)
    told = town.ask("GET", f"{address}/explanation").json
    assert told["finding"] == found
    assert {s["organisation"] for t in told["statements"] for s in t["sources"]} == {TOWN, CLUB}
    assert {s["file"] for t in told["statements"] for s in t["sources"]} == {"town.ttl"}
    assert "Green" in told["sentence"]["en"]
    assert "Groen" in told["sentence"]["nl"]
    assert town.ask("GET", address).json["sentence"] == told["sentence"]


def test_findings_are_filtered(town: Town) -> None:
    def total(**parameters: object) -> int:
        return int(town.ask("GET", "/findings", parameters=parameters).json["total"])

    whole = total()
    assert 0 < total(**{"class": "conflict"}) < whole
    per_class = [total(**{"class": name}) for name in ("conflict", "gap", "signal")]
    assert sum(per_class) == whole
    assert total(**{"class": ["conflict", "gap"]}) == per_class[0] + per_class[1]
    assert total(service=f"{TOWN}/none") == 0
    assert 0 < total(service=f"{TOWN}/green") <= whole
    assert total(organisation="https://example.org/nobody") == 0
    assert total(minSeverity=100) < whole
    assert total(voice="unattributed") == 0


def test_pages_of_findings_hold_each_finding_once(town: Town) -> None:
    whole = town.ask("GET", "/findings").json["findings"]
    assert len(whole) > 1
    seen, after = [], None
    while True:
        parameters = {"limit": 1} if after is None else {"limit": 1, "after": after}
        page = town.ask("GET", "/findings", parameters=parameters).json
        seen += page["findings"]
        after = page["next"]
        if after is None:
            break
    assert seen == whole


def test_findings_on_another_date_are_those_of_that_date(town: Town) -> None:
    assert town.ask("GET", "/findings", parameters={"asOf": TODAY}).body == (
        town.ask("GET", "/findings").body
    )
    other = town.ask("GET", "/findings", parameters={"asOf": "2027-01-01"}).json
    assert other["asOf"] == "2027-01-01"
    assert other["total"] > 0


def test_a_reader_who_has_the_answer_is_not_sent_it_again(town: Town) -> None:
    for path in ("/findings", "/generation", "/matrix"):
        first = town.ask("GET", path)
        again = town.ask("GET", path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/findings/opposed/" + "0" * 32, 404, "KG-N002"),
        ("/findings/Opposed/0", 400, "KG-A011"),
        ("/findings?rule=nothing", 400, "KG-N003"),
        ("/findings?after=%21", 400, "KG-A010"),
        ("/findings?limit=0", 400, "KG-A011"),
        ("/findings?limit=1&limit=2", 400, "KG-A011"),
        ("/findings?minSeverity=nan", 400, "KG-A011"),
        ("/findings?asOf=2026-02-30", 400, "KG-A011"),
        ("/findings?unknown=1", 400, "KG-A011"),
        ("/queries/nothing", 404, "KG-N001"),
        ("/queries/tension-per-service?unknown=1", 400, "KG-P001"),
        ("/matrix?service=urn:none", 400, "KG-N004"),
        ("/submissions/999", 404, "KG-N007"),
        ("/submissions/x", 400, "KG-A011"),
    ],
)
def test_a_question_that_is_not_right_is_refused_with_its_code(
    town: Town, path: str, status: int, code: str
) -> None:
    reply = town.ask("GET", path, "admin")
    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.media == "application/problem+json"


def test_problems_speak_the_language_of_the_reader(town: Town) -> None:
    path = "/findings/opposed/" + "0" * 32
    dutch, english = (
        town.ask("GET", path, headers={"Accept-Language": lang}).json for lang in ("nl", "en")
    )
    assert dutch["detail"].startswith("er is geen bevinding")
    assert english["detail"].startswith("there is no finding")


# --- questions and the matrix --------------------------------------------------------------


def test_every_question_of_the_list_is_answered(town: Town) -> None:
    listed = town.ask("GET", "/queries").json["queries"]
    assert len(listed) > 30
    for question in listed:
        reply = town.ask("GET", f"/queries/{question['name']}")
        if any(p["default"] is None for p in question["parameters"]):
            assert reply.json["code"] == "KG-P003"
        else:
            assert reply.json["head"]["vars"] == list(question["columns"])


@pytest.mark.parametrize(
    "media",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv",
     "text/tab-separated-values"],
)  # fmt: skip
def test_an_answer_comes_in_the_form_asked_for(town: Town, media: str) -> None:
    reply = town.ask("GET", "/queries/tension-per-service", headers={"Accept": media})
    assert reply.media == media
    assert f"{TOWN}/green" in reply.text


@pytest.mark.parametrize("media", ["application/json", "text/csv", "text/html", "image/svg+xml"])
def test_the_matrix_comes_in_the_form_asked_for(town: Town, media: str) -> None:
    reply = town.ask("GET", "/matrix", headers={"Accept": media}, parameters={"lang": "en"})
    assert reply.media == media
    assert "Green" in reply.text
    assert "Club" in reply.text


def test_a_form_that_does_not_exist_is_refused(town: Town) -> None:
    reply = town.ask("GET", "/matrix", headers={"Accept": "image/png"})
    assert (reply.status, reply.json["code"]) == (406, "KG-H108")


# --- submitting ----------------------------------------------------------------------------


def test_a_receipt_tells_what_was_kept(town: Town) -> None:
    listed = town.ask("GET", "/submissions", "both", parameters={"organisation": TOWN}).json
    first = listed["submissions"][-1]
    assert (first["organisation"], first["file"], first["triples"]) == (TOWN, "town.ttl", 21)
    assert town.ask("GET", first["links"]["self"][3:], "both").json == first
    content = town.ask("GET", first["links"]["content"][3:], "both")
    assert content.body == SUPPLY.encode()
    assert content.headers["content-disposition"].startswith("attachment")
    report = town.ask("GET", first["links"]["report"][3:], "both").json
    assert report["conforms"] is True


def verdict(town: Town, reply: Reply, role: str = "both", **headers: str) -> Reply:
    return town.ask("GET", reply.json["links"]["report"][3:], role, headers=headers)


@pytest.mark.parametrize(
    ("media", "text", "constraint"),
    [
        ("text/turtle", "<a", "KG-R014"),
        ("text/turtle", "", "KG-A001"),
        ("application/ld+json", '{"@context": "https://example.org/c"}', "KG-R026"),
        ("application/rdf+xml", "<!DOCTYPE a><r/>", "KG-R004"),
        ("text/csv", "naam\nx\n", "KG-C015"),
    ],
)
def test_what_cannot_be_read_gets_a_receipt_and_a_report(
    town: Town, media: str, text: str, constraint: str
) -> None:
    reply = town.submit(text, media=media)
    assert reply.json["stage"] == "rejected"
    assert reply.json["canonicalSha256"] is None
    told = verdict(town, reply).json
    assert told["conforms"] is False
    assert constraint in {r["constraint"] for r in told["results"]}


def test_what_speaks_for_another_is_rejected_and_changes_nothing(town: Town) -> None:
    before = town.ask("GET", "/findings").body
    reply = town.submit(FORGED, role="foreign", organisation=CLUB, wait="true")
    assert reply.json["stage"] == "rejected"
    told = verdict(town, reply, "foreign").json
    assert "KG-V501" in [r["constraint"] for r in told["results"] if r["bin"] == "must-fix"]
    assert town.ask("GET", "/findings").body == before


def test_a_report_comes_as_a_page_and_for_editors(town: Town) -> None:
    reply = town.submit(FORGED, role="foreign", organisation=CLUB)
    page = verdict(town, reply, "foreign", Accept="text/html", **{"Accept-Language": "en"})
    assert 'lang="en"' in page.text
    assert "sam:priority 1" in page.text
    assert "unsafe-inline" in page.headers["content-security-policy"]
    sarif = verdict(town, reply, "foreign", Accept="application/sarif+json").json
    assert "KG-V501" in {r["ruleId"] for r in sarif["runs"][0]["results"]}


def test_one_key_gives_one_submission(town: Town) -> None:
    text = aspect("once")
    first = town.submit(text, key="once", dataset="other")
    again = town.submit(text, key="once", dataset="other")
    assert (first.status, again.status) == (201, 201)
    assert again.json["id"] == first.json["id"]
    other = town.submit(SUPPLY, key="once", dataset="other")
    assert (other.status, other.json["code"]) == (409, "KG-A014")
    of_another = town.submit(text, key="once", role="submit", dataset="other", accept="false")
    assert of_another.json["id"] != first.json["id"]


def test_a_key_is_needed(town: Town) -> None:
    reply = town.ask(
        "POST", "/submissions", "both", parameters={"organisation": TOWN},
        headers={"Content-Type": "text/turtle"}, content=SUPPLY,
    )  # fmt: skip
    assert (reply.status, reply.json["parameter"]) == (400, "Idempotency-Key")


def test_a_kind_of_content_nobody_reads_is_refused(town: Town) -> None:
    reply = town.submit(b"GIF89a", media="image/gif")
    assert (reply.status, reply.json["code"]) == (415, "KG-A013")


# --- deciding ------------------------------------------------------------------------------


def test_who_only_submits_leaves_accepting_to_another(town: Town) -> None:
    waiting = town.submit(aspect("garden"), role="submit", dataset="garden").json
    assert waiting["stage"] == "validated"
    address = waiting["links"]["self"][3:]
    accepted = town.ask("POST", f"{address}/acceptance", "accept", parameters={"wait": "true"})
    assert accepted.json["stage"] == "published"
    again = town.ask("POST", f"{address}/acceptance", "accept")
    assert again.json["stage"] == "published"
    withdrawn = town.ask("POST", f"{address}/withdrawal", "accept", parameters={"wait": "true"})
    assert withdrawn.json["stage"] == "withdrawn"
    late = town.ask("POST", f"{address}/acceptance", "accept")
    assert (late.status, late.json["code"]) == (409, "KG-W010")


def test_a_waiting_submission_can_be_rejected(town: Town) -> None:
    waiting = town.submit(SUPPLY, role="submit", dataset="no").json
    address = waiting["links"]["self"][3:]
    assert town.ask("POST", f"{address}/rejection", "accept").json["stage"] == "rejected"


def test_a_new_version_takes_the_place_of_the_one_before(town: Town) -> None:
    first = town.submit(SUPPLY + "# again\n").json
    text = SUPPLY.replace("sam:priority 60", "sam:priority 70") + aspect("new")
    waiting = town.submit(text, role="submit").json
    told = town.ask("GET", waiting["links"]["difference"][3:], "submit").json
    assert (told["before"], told["after"]) == (first["id"], waiting["id"])
    assert (told["added"], told["removed"]) == (6, 1)
    changes = {n["iri"]: n["change"] for n in told["nodes"]}
    assert changes == {f"{TOWN}/new": "new", f"{TOWN}/i": "changed"}
    assert {"nl": "aspect: 1 nieuw", "en": "aspect: 1 new"} in told["sentences"]
    changed = next(n for n in told["nodes"] if n["change"] == "changed")
    assert '"70"' in changed["added"][0]
    assert '"60"' in changed["removed"][0]
    address = waiting["links"]["self"][3:]
    done = town.ask("POST", f"{address}/acceptance", "accept", parameters=WAIT)
    assert done.status == 200, done.text + verdict(town, town.ask("GET", address, "submit")).text
    assert (done.json["stage"], done.json["replaces"]) == ("published", first["id"])
    now = town.ask("GET", first["links"]["self"][3:], "submit").json
    assert (now["stage"], now["replacedBy"]) == ("superseded", waiting["id"])
    assert town.submit(SUPPLY, wait="true").json["stage"] == "published"


def test_a_preview_tells_what_would_change_and_changes_nothing(town: Town) -> None:
    _, conflict = opposed(town)
    before = town.ask("GET", "/submissions", "admin").json
    content = WISH.replace("sam:Increase", "sam:Decrease")
    told = town.ask(
        "POST", "/previews", "foreign", parameters={"organisation": CLUB},
        headers={"Content-Type": "text/turtle"}, content=content,
    ).json  # fmt: skip
    assert told["conforms"] is True
    assert conflict in [t["finding"] for t in told["resolved"]]
    assert opposed(town)[1] == conflict
    assert town.ask("GET", "/submissions", "admin").json == before


def test_a_preview_says_what_a_submission_then_does(town: Town) -> None:
    content = WISH.replace("sam:priority 80", "sam:priority 20")
    told = town.ask(
        "POST", "/previews", "foreign", parameters={"organisation": CLUB, "file": "town.ttl"},
        headers={"Content-Type": "text/turtle"}, content=content,
    ).json  # fmt: skip
    before = {f["iri"]: f for f in town.ask("GET", "/findings").json["findings"]}
    reply = town.submit(content, role="foreign", organisation=CLUB, wait="true")
    assert reply.json["stage"] == "published"
    after = {f["iri"]: f for f in town.ask("GET", "/findings").json["findings"]}
    assert [t["finding"] for t in told["new"]] == [f for i, f in after.items() if i not in before]
    gone = [f for i, f in before.items() if i not in after]
    assert [t["finding"] for t in told["resolved"]] == gone
    changed = {i: f for i, f in after.items() if i in before and before[i] != f}
    assert changed
    assert {t["after"]["finding"]["iri"]: t["after"]["finding"] for t in told["changed"]} == changed
    town.submit(WISH, role="foreign", organisation=CLUB, wait="true")


def test_a_file_is_checked_without_being_kept(town: Town) -> None:
    before = town.ask("GET", "/submissions", "admin").json
    reply = town.ask(
        "POST", "/validations", "query", parameters={"organisation": CLUB, "file": "f.ttl"},
        headers={"Content-Type": "text/turtle"}, content=FORGED,
    )  # fmt: skip
    assert reply.json["conforms"] is False
    assert reply.json["results"][0]["source"]["line"] == FORGED.count("\n")
    assert town.ask("GET", "/submissions", "admin").json == before


# --- running -------------------------------------------------------------------------------


def test_a_token_opens_what_it_says_until_it_is_revoked(town: Town) -> None:
    headers = {"Content-Type": "application/json"}
    made = town.ask(
        "POST", "/tokens", "admin", headers=headers, content='{"scopes": ["admin"], "days": 2}'
    ).json
    town.tokens["new"] = made["token"]
    assert town.ask("GET", "/history", "new").status == 200
    listed = town.ask("GET", "/tokens", "admin").json["tokens"]
    assert made["id"] in {t["id"] for t in listed}
    assert made["token"] not in str(listed)
    assert town.ask("DELETE", f"/tokens/{made['id']}", "admin").status == 204
    assert town.ask("GET", "/history", "new").status == 401
    assert town.ask("DELETE", "/tokens/none", "admin").status == 404


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"scopes": []}', '{"scopes": ["root"]}', '{"scopes": ["submit:x y"]}',
     '{"scopes": ["query"], "days": 367}', '{"scopes": ["query"], "other": 1}', "[" * 100_000],
)  # fmt: skip
def test_a_token_that_cannot_be_is_not_made(town: Town, content: str) -> None:
    before = len(town.ask("GET", "/tokens", "admin").json["tokens"])
    headers = {"Content-Type": "application/json"}
    reply = town.ask("POST", "/tokens", "admin", headers=headers, content=content)
    assert (reply.status, reply.json["code"]) == (400, "KG-A012")
    assert len(town.ask("GET", "/tokens", "admin").json["tokens"]) == before


def test_the_journal_is_there_to_be_audited(town: Town) -> None:
    records: list[dict[str, object]] = []
    after: int | None = 0
    while after is not None:
        page = town.ask("GET", "/history", "admin", parameters={"after": after, "limit": 7}).json
        records += page["records"]
        after = page["next"]
    assert [r["seq"] for r in records] == list(range(1, len(records) + 1))
    assert {"created", "token", "received", "validated", "accepted"} <= {r["kind"] for r in records}
    assert "sha256" not in next(r for r in records if r["kind"] == "token")


def test_a_prefix_is_registered(town: Town) -> None:
    given = {"prefix": "https://example.org/school/", "organisation": "https://example.org/school"}
    content = json.dumps(given)
    headers = {"Content-Type": "application/json"}
    assert town.ask("POST", "/organisations", "admin", headers=headers, content=content).json == (
        given
    )
    assert given in town.ask("GET", "/organisations").json["registered"]


def test_settings_change_and_the_journal_says_who_asked(town: Town) -> None:
    headers = {"Content-Type": "application/json"}
    before = town.ask("GET", "/settings", "admin").json
    assert before == {"fourEyes": False, "publish": "auto"}
    for given in ({"fourEyes": True, "publish": "auto"}, before):
        content = json.dumps(given)
        assert town.ask("PUT", "/settings", "admin", headers=headers, content=content).json == given
    last = town.ask("GET", "/history", "admin").json["records"]
    noted = [r for r in last if r["kind"] == "set"]
    assert [r["fourEyes"] for r in noted] == [True, False]
    assert all(r["by"] for r in noted)


def test_a_browser_gets_pages_where_programs_get_data(town: Town) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    asked = "/sparql?query=ASK%7B%7D"
    assert town.fetch("GET", asked, headers=browser).media == "text/html"
    assert town.fetch("GET", asked + "&lang=en", headers=browser).media == "text/html"
    assert town.fetch("GET", asked).media == "application/sparql-results+json"
    sent = town.fetch("GET", "/codes/KG-H110?lang=en", headers=browser)
    assert sent.status == 303
    assert sent.headers["location"].endswith("/errors/KG-H110?lang=en")
    assert town.fetch("GET", "/codes/KG-H110").json["code"] == "KG-H110"


def test_a_method_that_an_address_does_not_have_is_refused(town: Town) -> None:
    reply = town.ask("PUT", "/findings", "admin")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert reply.headers["api-version"]


def test_a_head_request_gives_the_headers_alone(town: Town) -> None:
    reply = town.ask("HEAD", "/findings")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["content-length"]) > 0
