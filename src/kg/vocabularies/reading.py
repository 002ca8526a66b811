"""Reads a vocabulary file in a limited process: statements in canonical form, and a checksum.

In: a file. Out: ``Reading``. RDF in any syntax, OWMS lists and SDG lists are read in a process of
their own, because they come from elsewhere. Registers with a reader of their own (UPL, ROO) are
read by the function that the caller gives.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from kg.errors import UnreadableInputError
from kg.rdf import FORMATS, parse_bytes, to_ntriples
from kg.rdf.bounds import Bounds, decode, read_triples
from kg.rdf.skolem import canonical
from kg.sandbox import Limits, run
from kg.text import Text
from kg.vocabularies.lists import is_owms, read_owms, read_sdg
from kg.vocabularies.lock import VocabularyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kg.rdf import Triple

TASK: Final = "kg.vocabularies.reading:read_task"
BOUNDS: Final = Bounds(
    size=128 * 1024 * 1024, triples=5_000_000, literal=16 * 1024 * 1024, iri=8192
)
"""How large a vocabulary may be: EuroVoc whole is the largest that anyone loads."""
LIMITS: Final = Limits(wall=300.0, cpu=280, memory=6 * 1024**3, output=1024**3)
MEDIA: Final = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".trig": "application/trig",
    ".nq": "application/n-quads",
    ".jsonld": "application/ld+json",
    ".json": "application/ld+json",
    ".rdf": "application/rdf+xml",
    ".owl": "application/rdf+xml",
    ".xml": "application/xml",
    ".csv": "text/csv",
    ".jsonl": "application/jsonl",
}
"""File endings and the media types they stand for."""
READERS: Final = ("rdf", "owms", "sdg", "upl", "roo")
"""How files can be read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one vocabulary file says.

    Attributes:
        text: Its statements in canonical form: sorted N-Triples, equal for equal graphs.
        read: How many statements stood in the file, with repeats.
        triples: How many there are, each once.
        sha256: Checksum of the file.
        media: Its media type.
        reader: How it was read.
        lenient: Whether IRIs and language tags that break their rules were accepted.
    """

    text: str
    read: int
    triples: int
    sha256: str
    media: str
    reader: str
    lenient: bool = False

    @property
    def canonical(self) -> str:
        """Checksum of the statements."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def statements(self) -> list[Triple]:
        """Give the statements."""
        return from_canonical(self.text)


def read_vocabulary(
    path: Path,
    *,
    name: str | None = None,
    reader: str = "",
    lenient: bool = False,
    registers: Mapping[str, Callable[[Path], Sequence[Triple]]] | None = None,
) -> Reading:
    """Read one vocabulary file.

    Args:
        path: The file; also packed with gzip (``.gz``).
        name: What to call it in messages.
        reader: How to read it, one of ``READERS``; else its ending and first lines decide.
        lenient: Accept IRIs and language tags that break their rules.
        registers: Readers of registers by name.

    Returns:
        Its statements and its checksum.

    Raises:
        UnreadableInputError: When it cannot be read, with place and mend.
        VocabularyError: ``KG-K107`` when nothing can read it.
    """
    shown = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as e:
        raise UnreadableInputError(
            "KG-R001",
            Text(f"{shown}: bestand is niet te lezen", f"{shown}: cannot read the file"),
            Text("controleer naam en rechten", "check its name and permissions"),
        ) from e
    sha = hashlib.sha256(data).hexdigest()
    suffixes = [s.lower() for s in PurePath(shown).suffixes]
    ending = next((s for s in reversed(suffixes) if s != ".gz"), "")
    how = reader or guess_reader(ending, data)
    media = MEDIA.get(ending, "")
    if registers and how in registers:
        triples = list(registers[how](path))
        text = to_ntriples(canonical(triples))
        return Reading(text, len(triples), text.count("\n"), sha, media, how)
    if how not in {"rdf", "owms", "sdg"} or (how == "rdf" and not _syntax(ending)):
        raise _no_reader(shown, how)
    header = {"name": shown, "ending": ending, "how": how, "lenient": lenient,
              "packed": suffixes[-1:] == [".gz"]}  # fmt: skip
    outcome = run(TASK, json.dumps(header).encode() + b"\n" + data, limits=LIMITS)
    count, _, body = outcome.result.partition(b"\n")
    text = body.decode()
    return Reading(text, int(count), text.count("\n"), sha, media, how, lenient)


def guess_reader(ending: str, data: bytes) -> str:
    """Tell how a file is to be read, from its ending and its first lines.

    >>> guess_reader(".ttl", b""), guess_reader(".csv", b"SDG_Code,SDG_Informatiegebied")
    ('rdf', 'sdg')
    """
    if ending == ".xml" and is_owms(data[:4000].decode("utf-8", errors="replace")):
        return "owms"
    if ending == ".csv":
        return "sdg" if b"SDG_Code" in data[:200].partition(b"\n")[0] else "upl"
    return "roo" if ending == ".jsonl" else "rdf"


def from_canonical(text: str) -> list[Triple]:
    """Give the statements of a text that this module made."""
    return read_triples(
        text, media="application/n-triples", name="-", bounds=_OWN, lenient=True, keep=True
    )


_OWN = Bounds(size=2**62, triples=2**62, literal=2**62, iri=2**62, number=2**62)


def read_task(payload: bytes) -> bytes:
    """Read a file inside a worker; gives the number of statements and the canonical form."""
    head, _, data = payload.partition(b"\n")
    header: dict[str, Any] = json.loads(head)
    triples = _read(_unpacked(data, header), header)
    return f"{len(triples)}\n".encode() + to_ntriples(canonical(triples)).encode()


def _unpacked(data: bytes, header: Mapping[str, Any]) -> bytes:
    if not header["packed"]:
        return data
    name = str(header["name"])
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(BOUNDS.size + 1)
    except (OSError, EOFError) as e:
        raise UnreadableInputError(
            "KG-K108",
            Text(f"{name}: niet uit te pakken: {e}", f"{name}: cannot be unpacked: {e}"),
            Text("haal het bestand opnieuw op", "fetch the file again"),
        ) from e


def _read(data: bytes, header: Mapping[str, Any]) -> list[Triple]:
    name, how = str(header["name"]), str(header["how"])
    if how == "owms":
        return read_owms(decode(data, name=name, bounds=BOUNDS), name=name, bounds=BOUNDS)
    if how == "sdg":
        return read_sdg(decode(data, name=name, bounds=BOUNDS), name=name)
    kind = FORMATS[_syntax(str(header["ending"]))]
    lenient = bool(header["lenient"])
    return parse_bytes(data, kind, name=name, bounds=BOUNDS, lenient=lenient, merge=True)


def _syntax(ending: str) -> str:
    known = ".jsonld" if ending == ".json" else ending
    return known if known in FORMATS else ""


def _no_reader(name: str, how: str) -> VocabularyError:
    known = ", ".join(MEDIA)
    return VocabularyError(
        "KG-K107",
        Text(f"{name}: niets kan dit lezen als {how}", f"{name}: nothing can read this as {how}"),
        Text(
            f"geef een bestand dat eindigt op {known}, of noem met --reader hoe het te lezen is",
            f"give a file ending in {known}, or say with --reader how to read it",
        ),
    )
