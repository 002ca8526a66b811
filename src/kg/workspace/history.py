"""What the journal says, read in order: who is registered, what was submitted, what is in force.

In: records. Out: a ``State``. The same records always give the same state; nothing here looks at
a clock, a disk or a graph.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from kg.errors import WorkspaceError
from kg.intake.authority import OPERATOR_IRI, Registry
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.journal import Record

Stage = Literal[
    "received", "parsed", "validated", "accepted", "published",
    "rejected", "withdrawn", "superseded",
]  # fmt: skip
"""Where a submission is in its life; ``published`` is an accepted one that readers can see."""

FORMAT = 2
"""Version of what a journal holds; another version is refused, never guessed at."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One submission and what became of it.

    Attributes:
        id: The place of its first record; also its name for people and in addresses.
        organisation: IRI of who speaks; None for an unattributed file.
        dataset: Name of the data set of which it is a version, within the organisation.
        file: Its name as it was given.
        media: Media type of the bytes.
        raw: SHA-256 of the bytes as they came.
        stage: Where it is; never ``published``, which depends on what readers see.
        key: Idempotency key it came with.
        by: Who handed it in: the name of a token, or None for the operator's own command.
        canonical: SHA-256 of its statements in canonical form (RDFC-1.0, as N-Triples).
        triples: How many statements.
        graph: IRI of the named graph that holds it.
        report: SHA-256 of the verdict, as JSON.
        accepted: Place of the record that accepted it; 0 when none did.
        accepted_by: Who accepted it.
        at: When each stage was reached.
        replaces: The submission it took the place of.
        replaced_by: The submission that took its place.
    """

    id: str
    organisation: str | None
    dataset: str
    file: str
    media: str
    raw: str
    stage: Stage = "received"
    key: str | None = None
    by: str | None = None
    canonical: str | None = None
    triples: int = 0
    graph: str | None = None
    report: str | None = None
    accepted: int = 0
    accepted_by: str | None = None
    at: Mapping[str, str] = field(default_factory=dict)
    replaces: str | None = None
    replaced_by: str | None = None

    @property
    def in_force(self) -> bool:
        """Whether what it says counts."""
        return self.stage == "accepted"


@dataclass(frozen=True, slots=True)
class Token:
    """A key to the service; only a hash of its secret is kept.

    Attributes:
        id: Its public name.
        sha256: Of its secret.
        scopes: What it opens.
        expires: First day on which it opens nothing any more.
        note: What it is for, in the words of who made it.
        revoked: Whether it was called back.
    """

    id: str
    sha256: str
    scopes: tuple[str, ...]
    expires: str
    note: str = ""
    revoked: bool = False


@dataclass(slots=True)
class State:
    """What the records so far add up to.

    Attributes:
        seq: Place of the last record.
        operator: IRI of the operator.
        prefixes: IRI prefix to the organisation it is registered for.
        fixed: The date to look at always; None to go with the calendar.
        day: The date of the last tick.
        scratch: Whether the data set is free, for trying out.
        four_eyes: Whether another than the submitter has to accept.
        publish: ``auto``, or ``manual`` when publishing is a decision of its own.
        published: Up to which record was decided to publish; only when that is manual.
        submissions: All of them by id, in the order in which they came.
        tokens: All of them by id.
        updates: Of a scratch workspace: place, kind and content of what changed it.
    """

    seq: int = 0
    operator: str = OPERATOR_IRI
    prefixes: dict[str, str] = field(default_factory=dict)
    fixed: dt.date | None = None
    day: dt.date | None = None
    scratch: bool = False
    four_eyes: bool = False
    publish: Literal["auto", "manual"] = "auto"
    published: int = 0
    submissions: dict[str, Kept] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    updates: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    _force: dict[tuple[str | None, str], str] = field(default_factory=dict)
    _keys: dict[tuple[str | None, str], str] = field(default_factory=dict)

    @property
    def registry(self) -> Registry:
        """Who is registered."""
        return Registry(dict(self.prefixes), self.operator)

    @property
    def look_day(self) -> dt.date | None:
        """The date to look at: the fixed one, or that of the last tick."""
        return self.fixed or self.day

    def in_force(self) -> list[Kept]:
        """Give the submissions that count, in the order in which they were accepted."""
        return sorted(
            (k for k in self.submissions.values() if k.in_force), key=lambda k: k.accepted
        )

    def current(self, organisation: str | None, dataset: str) -> Kept | None:
        """Give the submission in force for a data set, if any."""
        found = self._force.get((organisation, dataset))
        return None if found is None else self.submissions[found]

    def with_key(self, key: str, by: str | None) -> Kept | None:
        """Give the submission that came with an idempotency key from the same client."""
        found = self._keys.get((by, key))
        return None if found is None else self.submissions[found]

    def take(self, record: Record) -> None:
        """Take one more record into account."""
        handler = _HANDLERS.get(record.kind)
        if handler is not None:
            handler(self, record)
        self.seq = record.seq

    def _change(self, id_: str, record: Record, stage: Stage, **fields: Any) -> Kept:  # noqa: ANN401
        kept = self.submissions[id_]
        now = replace(kept, stage=stage, at={**kept.at, stage: record.at}, **fields)
        self.submissions[id_] = now
        return now


def read_state(records: Iterable[Record]) -> State:
    """Read records into a state.

    Raises:
        WorkspaceError: ``KG-W003`` when another version of the product wrote them.
    """
    state = State()
    for record in records:
        state.take(record)
    return state


def _created(state: State, record: Record) -> None:
    data = record.data
    if data.get("format") != FORMAT:
        raise _other_version(data.get("format"))
    state.operator = str(data.get("operator", OPERATOR_IRI))
    state.prefixes.update(data.get("prefixes", {}))
    state.fixed = dt.date.fromisoformat(data["asOf"]) if data.get("asOf") else None
    state.scratch = bool(data.get("scratch", False))


def _other_version(found: object) -> WorkspaceError:
    return WorkspaceError(
        "KG-W003",
        Text(
            f"de werkmap heeft vorm {found}, niet {FORMAT}",
            f"the workspace has format {found}, not {FORMAT}",
        ),
        Text(
            "gebruik de versie van kg die de werkmap maakte, of maak een nieuwe",
            "use the version of kg that made the workspace, or make a new one",
        ),
    )


def _set(state: State, record: Record) -> None:
    if "fourEyes" in record.data:
        state.four_eyes = bool(record.data["fourEyes"])
    if "publish" in record.data:
        manual = record.data["publish"] == "manual"
        if manual and state.publish == "auto":
            state.published = record.seq  # what readers saw until now stays
        state.publish = "manual" if manual else "auto"


def _registered(state: State, record: Record) -> None:
    state.prefixes[str(record.data["prefix"])] = str(record.data["organisation"])


def _received(state: State, record: Record) -> None:
    data = record.data
    kept = Kept(
        id=str(record.seq),
        organisation=data["organisation"],
        dataset=str(data["dataset"]),
        file=str(data["file"]),
        media=str(data["media"]),
        raw=str(data["raw"]),
        key=data.get("key"),
        by=data.get("by"),
        at={"received": record.at},
    )
    state.submissions[kept.id] = kept
    if kept.key is not None:
        state._keys[kept.by, kept.key] = kept.id


def _parsed(state: State, record: Record) -> None:
    data = record.data
    state._change(
        str(data["id"]), record, "parsed",
        canonical=data["canonical"], triples=int(data["triples"]), graph=data["graph"],
    )  # fmt: skip


def _validated(state: State, record: Record) -> None:
    state._change(str(record.data["id"]), record, "validated", report=record.data["report"])


def _rejected(state: State, record: Record) -> None:
    state._change(
        str(record.data["id"]), record, "rejected",
        report=record.data.get("report"), accepted_by=record.data.get("by"),
    )  # fmt: skip


def _accepted(state: State, record: Record) -> None:
    id_ = str(record.data["id"])
    kept = state.submissions[id_]
    place = (kept.organisation, kept.dataset)
    before = state._force.get(place)
    state._change(
        id_, record, "accepted",
        accepted=record.seq, accepted_by=record.data.get("by"), replaces=before,
    )  # fmt: skip
    if before is not None:
        state._change(before, record, "superseded", replaced_by=id_)
    state._force[place] = id_


def _withdrawn(state: State, record: Record) -> None:
    id_ = str(record.data["id"])
    kept = state._change(id_, record, "withdrawn")
    if state._force.get((kept.organisation, kept.dataset)) == id_:
        del state._force[kept.organisation, kept.dataset]


def _ticked(state: State, record: Record) -> None:
    state.day = dt.date.fromisoformat(str(record.data["day"]))


def _published(state: State, record: Record) -> None:
    state.published = record.seq


def _token(state: State, record: Record) -> None:
    data = record.data
    token = Token(
        str(data["id"]),
        str(data["sha256"]),
        tuple(data["scopes"]),
        str(data["expires"]),
        str(data.get("note", "")),
    )
    state.tokens[token.id] = token


def _revoked(state: State, record: Record) -> None:
    id_ = str(record.data["id"])
    state.tokens[id_] = replace(state.tokens[id_], revoked=True)


def _updated(state: State, record: Record) -> None:
    state.updates.append((record.seq, record.data))


_HANDLERS = {
    "created": _created,
    "set": _set,
    "registered": _registered,
    "received": _received,
    "parsed": _parsed,
    "validated": _validated,
    "rejected": _rejected,
    "accepted": _accepted,
    "withdrawn": _withdrawn,
    "ticked": _ticked,
    "published": _published,
    "token": _token,
    "revoked": _revoked,
    "updated": _updated,
}
