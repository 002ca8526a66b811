"""What the writer can be asked to do; each command is one function from values to values."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError
from kg.text import Text
from kg.workspace import scratch
from kg.workspace.intake import Offer
from kg.workspace.receipts import receipt
from kg.workspace.refusal import ConflictError, ForbiddenError
from kg.workspace.tokens import make_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.workspace.keeper import Keeper

Reply = tuple[dict[str, Any], bytes]
"""What a command answers: plain values, and bytes."""
_PAGE = 100


class Desk:
    """The keeper, and how far readers see.

    Args:
        keeper: The workspace, opened for writing.
    """

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.seen = 0

    def receipt(self, id_: str) -> dict[str, Any]:
        """Give a submission as plain values.

        Raises:
            NotFoundError: ``KG-N007``.
        """
        return receipt(self.keeper.find(id_), self.seen)

    def tokens(self) -> list[dict[str, Any]]:
        """Give the tokens that open something, without secrets."""
        return [
            {
                "id": t.id,
                "sha256": t.sha256,
                "scopes": list(t.scopes),
                "expires": t.expires,
                "note": t.note,
            }
            for t in self.keeper.state.tokens.values()
            if not t.revoked
        ]


def _state(desk: Desk, _given: Mapping[str, Any], _body: bytes) -> Reply:
    state = desk.keeper.state
    day = state.look_day
    return {
        "seq": state.seq,
        "seen": desk.seen,
        "operator": state.operator,
        "prefixes": dict(state.prefixes),
        "asOf": None if day is None else day.isoformat(),
        "scratch": state.scratch,
        "fourEyes": state.four_eyes,
        "publish": state.publish,
        "submissions": len(state.submissions),
    }, b""


def _submit(desk: Desk, given: Mapping[str, Any], body: bytes) -> Reply:
    """Keep, judge and, where the client may and the verdict is good, accept."""
    if desk.keeper.state.scratch:
        raise _wrong_kind(scratch=True)
    size = int(given["rawLength"])
    raw, canonical = body[:size], body[size:]
    _match(raw, given["rawSha256"])
    kept = desk.keeper.receive(
        Offer(
            given["organisation"], str(given["dataset"]), str(given["file"]),
            str(given["mediaType"]), raw, given.get("key"), given.get("actor"),
        )
    )  # fmt: skip
    if kept.stage == "received" and given.get("canonicalSha256") is not None:
        _match(canonical, given["canonicalSha256"])
        kept = desk.keeper.read(kept.id, canonical, int(given["triples"]))
    if kept.stage in {"received", "parsed"}:
        conforms = bool(given["conforms"]) and kept.stage == "parsed"
        kept = desk.keeper.judge(kept.id, given["report"], conforms=conforms)
    may = given.get("accept") and not desk.keeper.state.four_eyes
    if kept.stage == "validated" and may:
        desk.keeper.accept(kept.id, given.get("actor"))
    return desk.receipt(kept.id), b""


def _match(data: bytes, sha256: str) -> None:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ConflictError(
            "KG-W012",
            Text("de inhoud past niet bij zijn hash", "the content does not fit its hash"),
            Text("stuur haar opnieuw", "send it again"),
        )


def _decide(
    decision: str,
) -> Callable[[Desk, Mapping[str, Any], bytes], Reply]:
    def decide(desk: Desk, given: Mapping[str, Any], _body: bytes) -> Reply:
        getattr(desk.keeper, decision)(str(given["id"]), given.get("actor"))
        return desk.receipt(str(given["id"])), b""

    return decide


def _submission(desk: Desk, given: Mapping[str, Any], _body: bytes) -> Reply:
    return desk.receipt(str(given["id"])), b""


def _with_key(desk: Desk, given: Mapping[str, Any], _body: bytes) -> Reply:
    """Give the submission that came with a key before, so that it need not be read again."""
    kept = desk.keeper.state.with_key(str(given["key"]), given.get("actor"))
    found = kept is not None and kept.stage not in {"received", "parsed"}
    if kept is None or not found:
        return {"found": False}, b""
    return {"found": True, "submission": receipt(kept, desk.seen)}, b""


def _submissions(desk: Desk, given: Mapping[str, Any], _body: bytes) -> Reply:
    """List submissions, the latest first, by key: those before ``before``."""
    before = int(given["before"]) if given.get("before") else None
    limit = min(int(given.get("limit") or _PAGE), _PAGE)
    found = []
    for kept in reversed(list(desk.keeper.state.submissions.values())):
        if before is not None and int(kept.id) >= before:
            continue
        if given.get("organisation") not in {None, kept.organisation}:
            continue
        view = receipt(kept, desk.seen)
        if given.get("stage") not in {None, view["stage"]}:
            continue
        found.append(view)
        if len(found) > limit:
            break
    return {"submissions": found[:limit], "more": len(found) > limit}, b""


def _history(desk: Desk, given: Mapping[str, Any], _body: bytes) -> Reply:
    """Give records of the journal after a place, as they stand, without hashes of secrets."""
    after, limit = int(given.get("after") or 0), min(int(given.get("limit") or _PAGE), _PAGE)
    records = desk.keeper.journal.records[after : after + limit]
    shown = [
        {
            "seq": r.seq,
            "at": r.at,
            "kind": r.kind,
            "digest": r.digest(),
            **{k: v for k, v in r.data.items() if not (r.kind == "token" and k == "sha256")},
        }
        for r in records
    ]
    return {"records": shown, "last": desk.keeper.journal.seq}, b""


def _content(desk: Desk, given: Mapping[str, Any], _body: bytes) -> Reply:
    """Give the bytes of a submission: ``what`` is ``raw``, ``canonical`` or ``report``."""
    kept = desk.keeper.find(str(given["id"]))
    sha256 = {"raw": kept.raw, "canonical": kept.canonical, "report": kept.report}[given["what"]]
    if sha256 is None:
        raise NotFoundError(
            "KG-N009",
            Text(
                f"inzending {kept.id} heeft dit niet: zij is {kept.stage}",
                f"submission {kept.id} has none: it is {kept.stage}",
            ),
        )
    return {**receipt(kept, desk.seen), "length": 0}, desk.keeper.content.get(sha256)


def _tokens(desk: Desk, _given: Mapping[str, Any], _body: bytes) -> Reply:
    shown = [{k: v for k, v in t.items() if k != "sha256"} for t in desk.tokens()]
    return {"tokens": shown}, b""


def _token_create(desk: Desk, given: Mapping[str, Any], _body: bytes) -> Reply:
    made = make_token(
        given["scopes"], days=int(given.get("days") or 365), note=str(given.get("note", ""))
    )
    desk.keeper.add_token(made.token, given.get("actor"))
    return {
        "token": made.secret, "id": made.token.id, "scopes": list(made.token.scopes),
        "expires": made.token.expires,
    }, b""  # fmt: skip


def _token_revoke(desk: Desk, given: Mapping[str, Any], _body: bytes) -> Reply:
    desk.keeper.revoke_token(str(given["id"]), given.get("actor"))
    return {"id": str(given["id"]), "revoked": True}, b""


def _register(desk: Desk, given: Mapping[str, Any], _body: bytes) -> Reply:
    desk.keeper.register(str(given["prefix"]), str(given["organisation"]), given.get("actor"))
    return {"prefix": str(given["prefix"]), "organisation": str(given["organisation"])}, b""


def _configure(desk: Desk, given: Mapping[str, Any], body: bytes) -> Reply:
    known = {k: given[k] for k in ("fourEyes", "publish") if k in given}
    desk.keeper.configure(given.get("actor"), **known)
    return _state(desk, given, body)


def _publish(desk: Desk, given: Mapping[str, Any], body: bytes) -> Reply:
    desk.keeper.publish(given.get("actor"))
    return _state(desk, given, body)


def _tick(desk: Desk, _given: Mapping[str, Any], _body: bytes) -> Reply:
    return {"ticked": desk.keeper.tick()}, b""


def _release(_desk: Desk, _given: Mapping[str, Any], _body: bytes) -> Reply:
    """Readers let go of a generation; open files keep what a sweep removes, so nothing waits."""
    return {}, b""


def _update(desk: Desk, given: Mapping[str, Any], body: bytes) -> Reply:
    text = scratch.compose(
        body.decode(),
        base=given.get("base"),
        using=given.get("usingGraphs") or (),
        named=given.get("usingNamedGraphs") or (),
    )
    return _try_out(desk, text, given)


def _graph(
    make: str,
) -> Callable[[Desk, Mapping[str, Any], bytes], Reply]:
    def change(desk: Desk, given: Mapping[str, Any], body: bytes) -> Reply:
        graph = given.get("graph")
        existed = scratch.holds(desk.keeper.store, graph)
        if make == "drop":
            text = scratch.dropping(graph)
        else:
            _match(body, given["sha256"])
            text = scratch.replacing(graph, body.decode(), keep=make == "add")
        _try_out(desk, text, given)
        return {"existed": existed, "created": not existed}, b""

    return change


def _try_out(desk: Desk, text: str, given: Mapping[str, Any]) -> Reply:
    if not desk.keeper.state.scratch:
        raise _wrong_kind(scratch=False)
    desk.keeper.change_freely(text, given.get("actor"))
    return {}, b""


def _wrong_kind(*, scratch: bool) -> ForbiddenError:
    if scratch:
        return ForbiddenError(
            "KG-W013",
            Text(
                "deze werkmap is om te proberen; zij neemt geen inzendingen aan",
                "this workspace is for trying out; it takes no submissions",
            ),
            Text("begin een gewone werkmap zonder --scratch", "start one without --scratch"),
        )
    return ForbiddenError(
        "KG-W014",
        Text(
            "grafen veranderen hier alleen door inzendingen van organisaties",
            "graphs change here only by submissions of organisations",
        ),
        Text("dien in met `kg submit` of POST /v1/submissions",
             "submit with `kg submit` or POST /v1/submissions"),
    )  # fmt: skip


COMMANDS = {
    "state": _state,
    "submit": _submit,
    "accept": _decide("accept"),
    "reject": _decide("decline"),
    "withdraw": _decide("withdraw"),
    "submission": _submission,
    "submission-with-key": _with_key,
    "submissions": _submissions,
    "history": _history,
    "content": _content,
    "tokens": _tokens,
    "token-create": _token_create,
    "token-revoke": _token_revoke,
    "register": _register,
    "configure": _configure,
    "publish": _publish,
    "tick": _tick,
    "release": _release,
    "update": _update,
    "replace-graph": _graph("replace"),
    "add-graph": _graph("add"),
    "drop-graph": _graph("drop"),
}
WAITING = frozenset(
    {
        "update", "replace-graph", "add-graph", "drop-graph", "token-create", "token-revoke",
        "publish", "register", "configure",
    }
)  # fmt: skip
"""Commands that answer only when readers see what they did."""
