"""How the examination of a file is asked for, and what comes back; light, for who only asks.

What does the work is :mod:`kg.workspace.examine`, in a limited process. Nothing here reads RDF: the
bytes of a file and its statements in canonical form go by as they are.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from kg.errors import KgError

EXAMINE = "kg.workspace.examine:examine"
"""Reads, canonicalises and checks a file."""
PREVIEW = "kg.workspace.preview:preview"
"""Says what a file would change in the findings."""
REFUSE = "kg.workspace.examine:refuse"
"""Gives the verdict on a file whose reading had to be stopped."""
RENDER = "kg.workspace.examine:render"
"""Writes a kept verdict in another form."""
DIFFERENCE = "kg.workspace.difference:difference"
"""Tells two versions apart."""
SETUP = "kg.workspace.examine:open_all"
"""Comes before the first: what is published and the vocabularies are opened."""
TASKS = (EXAMINE, PREVIEW, REFUSE, RENDER, DIFFERENCE)

EXAMINE_SECONDS = 60.0
"""So long may examining one file take."""
DETAILS = "details"
"""The member of a verdict that is kept, and not shown."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody hands in.

    Attributes:
        data: Its bytes.
        name: What to call it in messages.
        media: Its media type; None when its name decides.
        organisation: IRI of who speaks.
    """

    data: bytes = field(repr=False)
    name: str
    media: str | None
    organisation: str | None

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of examining a file.

    Attributes:
        canonical: Its statements in canonical form, as N-Triples; None when it cannot be read.
        triples: How many statements.
        report: The verdict, as it is kept.
        organisation: Who speaks, as the file itself says.
    """

    canonical: bytes | None = field(repr=False)
    triples: int
    report: Mapping[str, Any] = field(repr=False)
    organisation: str | None = None

    @property
    def conforms(self) -> bool:
        """Whether it can be accepted."""
        return self.canonical is not None and bool(self.report["conforms"])

    @property
    def verdict(self) -> dict[str, Any]:
        """The verdict as it is shown: the contract of ``kg validate --format json``."""
        return shown(self.report)

    def arguments(self, file: File) -> tuple[dict[str, Any], bytes]:
        """Give what the writer needs to keep it: plain values, and the bytes."""
        form = self.canonical or b""
        readable = self.canonical is not None
        given = {
            "rawLength": len(file.data),
            "rawSha256": file.sha256,
            "canonicalLength": len(form),
            "canonicalSha256": hashlib.sha256(form).hexdigest() if readable else None,
            "triples": self.triples,
            "conforms": self.conforms,
            "report": self.report,
        }
        return given, file.data + form


def asked(
    file: File, *, as_of: dt.date, state: Mapping[str, Any], replaces: Sequence[str] = ()
) -> bytes:
    """Give the payload of ``EXAMINE`` and of ``PREVIEW``.

    Args:
        file: The file.
        as_of: The day on which references must hold.
        state: ``operator`` and ``prefixes`` of the workspace.
        replaces: The graphs of earlier versions, so that a file is not held against its past.
    """
    head = {
        "name": file.name,
        "media": file.media,
        "organisation": file.organisation,
        "asOf": as_of.isoformat(),
        "operator": state["operator"],
        "prefixes": state["prefixes"],
        "replaces": list(replaces),
    }
    return json.dumps(head).encode() + b"\n" + file.data


def refused(file: File, error: KgError, *, as_of: dt.date) -> bytes:
    """Give the payload of ``REFUSE``."""
    advice = None if error.advice is None else list(error.advice)
    head = {"name": file.name, "asOf": as_of.isoformat(), "code": error.code}
    return json.dumps({**head, "message": list(error.message), "advice": advice}).encode()


def rendered(kept: Mapping[str, Any], form: str, lang: str, data: bytes = b"") -> bytes:
    """Give the payload of ``RENDER``.

    Args:
        kept: The verdict as it is kept.
        form: ``html`` or ``sarif``, or another name of ``kg.checking.formats``.
        lang: Language of the words.
        data: The file, to show lines of.
    """
    verdict = json.dumps(kept).encode()
    head = {"format": form, "lang": lang, "size": len(verdict)}
    return json.dumps(head).encode() + b"\n" + verdict + data


def told(result: bytes) -> Examined:
    """Read the result of ``EXAMINE`` or ``REFUSE``."""
    line, _, body = result.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    size = int(head["reportLength"])
    form = body[size:] if head["readable"] else None
    return Examined(form, int(head["triples"]), json.loads(body[:size]), head["organisation"])


def shown(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Give a kept verdict as it is shown."""
    return {name: value for name, value in kept.items() if name != DETAILS}
