"""The life of a submission, from its bytes to a decision, as records of the journal.

What comes in here was read and checked elsewhere: bytes as they came, the statements in canonical
form, and the verdict. This side checks hashes, keeps everything, and decides.
"""

from __future__ import annotations

import hashlib
import json
import threading
import zlib
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError
from kg.text import Text
from kg.workspace.project import graph_iri
from kg.workspace.refusal import ConflictError, ForbiddenError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.journal import Content, Record
    from kg.workspace.history import Kept, State


_STRIPES = 64


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody hands in.

    Attributes:
        organisation: IRI of who speaks; None for an unattributed file.
        dataset: Name of the data set of which it is a version.
        file: Its name.
        media: Media type of the bytes.
        data: The bytes as they came.
        key: Idempotency key.
        by: Name of the token it came with; None for the operator's own command.
    """

    organisation: str | None
    dataset: str
    file: str
    media: str
    data: bytes
    key: str | None = None
    by: str | None = None


class Intake:
    """Keeps submissions and decides on them; the part of a keeper that needs no store."""

    def __init__(self, state: State, content: Content) -> None:
        self.state = state
        self.content = content
        self._guard = threading.Lock()
        self._stripes = tuple(threading.Lock() for _ in range(_STRIPES))

    def _alone(self, name: str) -> threading.Lock:
        """Give the lock for what has this name; others go on, and are synced together."""
        return self._stripes[zlib.crc32(name.encode()) % _STRIPES]

    @abstractmethod
    def _write(self, *entries: tuple[str, Mapping[str, Any]]) -> tuple[Record, ...]: ...

    def receive(self, offer: Offer) -> Kept:
        """Keep what somebody hands in; when this returns it is on disk.

        The same key with the same bytes, from the same client, gives the submission it gave before.

        Raises:
            ConflictError: ``KG-W008`` when the key was used for something else.
            JournalError: ``KG-J004`` when it cannot be kept; then nothing was received.
        """
        with self._alone(offer.key or offer.file):
            sha256 = hashlib.sha256(offer.data).hexdigest()
            before = None if offer.key is None else self.state.with_key(offer.key, offer.by)
            if before is not None:
                if not _is_same(before, offer, sha256):
                    raise _used_key(offer.key or "", before)
                return before
            entry = {
                "organisation": offer.organisation, "dataset": offer.dataset, "file": offer.file,
                "media": offer.media, "raw": self.content.put(offer.data), "key": offer.key,
                "by": offer.by,
            }  # fmt: skip
            (record,) = self._write(("received", entry))
            return self.state.submissions[str(record.seq)]

    def read(self, id_: str, canonical: bytes, triples: int) -> Kept:
        """Keep the statements of a submission in canonical form.

        Keeping the same statements again changes nothing.
        """
        with self._alone(id_):
            kept = self.find(id_)
            if kept.canonical == hashlib.sha256(canonical).hexdigest():
                return kept
            kept = self._expect(id_, "received")
            sha256 = self.content.put(canonical)
            graph = graph_iri(kept.organisation, int(id_))
            self._write(
                ("parsed", {"id": id_, "canonical": sha256, "triples": triples, "graph": graph})
            )
            return self.state.submissions[id_]

    def judge(self, id_: str, report: Mapping[str, Any], *, conforms: bool) -> Kept:
        """Keep the verdict on a submission; one that does not conform is rejected by it.

        The same verdict again changes nothing.
        """
        with self._alone(id_):
            kept = self.find(id_)
            if kept.report is not None and conforms == (kept.stage != "rejected"):
                return kept
            self._expect(id_, "received", "parsed")
            text = json.dumps(report, sort_keys=True, ensure_ascii=False).encode()
            entry = {"id": id_, "report": self.content.put(text)}
            self._write(("validated" if conforms else "rejected", entry))
            return self.state.submissions[id_]

    def accept(self, id_: str, by: str | None = None) -> Kept:
        """Accept a submission; when this returns it survives a power cut.

        Accepting what is accepted already changes nothing.

        Raises:
            ForbiddenError: ``KG-W009`` when four eyes are asked for and these are the same two.
            ConflictError: ``KG-W010`` when it cannot be accepted any more.
        """
        with self._alone(id_):
            kept = self.find(id_)
            if kept.stage in {"accepted", "superseded"}:
                return kept
            kept = self._expect(id_, "parsed", "validated")
            if self.state.four_eyes and kept.by == by:
                raise _same_eyes(kept)
            self._write(("accepted", {"id": id_, "by": by}))
            return self.state.submissions[id_]

    def decline(self, id_: str, by: str | None = None) -> Kept:
        """Reject a submission that waits to be accepted."""
        with self._alone(id_):
            kept = self._expect(id_, "parsed", "validated")
            self._write(("rejected", {"id": id_, "by": by, "report": kept.report}))
            return self.state.submissions[id_]

    def withdraw(self, id_: str, by: str | None = None) -> Kept:
        """Take a submission back: what only it says no longer counts.

        Raises:
            ConflictError: ``KG-W010`` when it is not in force or waiting.
        """
        with self._alone(id_):
            if self.find(id_).stage == "withdrawn":
                return self.state.submissions[id_]
            self._expect(id_, "accepted", "validated", "parsed", "received")
            self._write(("withdrawn", {"id": id_, "by": by}))
            return self.state.submissions[id_]

    def find(self, id_: str) -> Kept:
        """Give a submission.

        Raises:
            NotFoundError: ``KG-N007``.
        """
        kept = self.state.submissions.get(id_)
        if kept is None:
            raise NotFoundError(
                "KG-N007",
                Text(f"er is geen inzending {id_}", f"there is no submission {id_}"),
                Text("`kg history` noemt ze alle", "`kg history` lists them all"),
            )
        return kept

    def _expect(self, id_: str, *stages: str) -> Kept:
        kept = self.find(id_)
        if kept.stage not in stages:
            raise ConflictError(
                "KG-W010",
                Text(
                    f"inzending {id_} is {STAGES[kept.stage].nl}; dit kan daarmee niet meer",
                    f"submission {id_} is {STAGES[kept.stage].en}; that cannot be done with it",
                ),
                Text("`kg history` toont wat ermee gebeurde", "`kg history` shows its course"),
            )
        return kept


STAGES = {
    "received": Text("ontvangen", "received"),
    "parsed": Text("gelezen", "parsed"),
    "validated": Text("gevalideerd", "validated"),
    "accepted": Text("aangenomen", "accepted"),
    "published": Text("gepubliceerd", "published"),
    "rejected": Text("afgewezen", "rejected"),
    "withdrawn": Text("ingetrokken", "withdrawn"),
    "superseded": Text("vervangen", "superseded"),
}
"""The stages in words."""


def _is_same(before: Kept, offer: Offer, sha256: str) -> bool:
    """Tell whether somebody hands in again what came before; the name of a file may differ."""
    asked = (offer.organisation, offer.dataset, offer.media, sha256)
    return (before.organisation, before.dataset, before.media, before.raw) == asked


def _used_key(key: str, before: Kept) -> ConflictError:
    return ConflictError(
        "KG-W008",
        Text(
            f"sleutel {key} is al gebruikt voor inzending {before.id}, met andere inhoud",
            f"key {key} was used for submission {before.id}, with other content",
        ),
        Text("gebruik voor andere inhoud een nieuwe sleutel", "use a new key for new content"),
    )


def _same_eyes(kept: Kept) -> ForbiddenError:
    return ForbiddenError(
        "KG-W009",
        Text(
            f"inzending {kept.id} moet door een ander worden aangenomen dan wie haar indiende",
            f"submission {kept.id} has to be accepted by another than who submitted it",
        ),
        Text("vraag een collega haar aan te nemen", "ask a colleague to accept it"),
    )
