"""Reading register files within bounds, with errors that say file, line and what to do."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, NoReturn

from kg.intake.registers.report import RegisterError
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_LINE = 4 * 1024 * 1024
"""Longest line read, in bytes."""
MAX_BYTES = 512 * 1024 * 1024
"""Most bytes read from one file, after decompression."""

_GZIP_MAGIC = b"\x1f\x8b"


def refuse(code: str, message: Text, advice: Text, cause: BaseException | None = None) -> NoReturn:
    """Stop reading, with a code, what is wrong and what to do."""
    raise RegisterError(code, message, advice) from cause


def unreadable(path: Path, cause: OSError) -> NoReturn:
    """Stop because the file cannot be opened."""
    refuse(
        "KG-I001",
        Text(f"{path}: bestand is niet te lezen", f"{path}: cannot read the file"),
        Text("controleer naam en rechten", "check its name and permissions"),
        cause,
    )


def too_large(path: Path) -> NoReturn:
    """Stop because the file holds more than is read at once."""
    mib = MAX_BYTES // 1024 // 1024
    refuse(
        "KG-I008",
        Text(f"{path}: groter dan {mib} MiB", f"{path}: larger than {mib} MiB"),
        Text("splits het bestand", "split the file"),
    )


def decode(raw: bytes, place: str) -> str:
    """Give bytes as text.

    Args:
        raw: The bytes.
        place: File and line, for the message.

    Raises:
        RegisterError: ``KG-I004`` when they are not UTF-8.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as e:
        refuse(
            "KG-I004",
            Text(
                f"{place}: geen UTF-8 (byte {e.start + 1})",
                f"{place}: not UTF-8 (byte {e.start + 1})",
            ),
            Text("bewaar het bestand als UTF-8", "save the file as UTF-8"),
            e,
        )


def json_records(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Read a gzip file with one JSON object per line; empty lines are passed over.

    Args:
        path: The file.

    Yields:
        Line number and object.

    Raises:
        RegisterError: When the file is not gzip, damaged, too large, not UTF-8, or a line is not
            a JSON object; with the line, and the column where JSON breaks off.
    """
    for number, raw in _lines(path):
        place = f"{path}:{number}"
        text = decode(raw, place)
        if text.strip():
            yield number, _json_object(text, place)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    _must_be_gzip(path)
    total = number = 0
    try:
        with gzip.open(path, "rb") as file:
            while raw := file.readline(MAX_LINE + 1):
                number += 1
                total += len(raw)
                if len(raw) > MAX_LINE:
                    line_too_long(path, number)
                if total > MAX_BYTES:
                    too_large(path)
                yield number, raw
    except EOFError as e:
        _damaged(path, number, e)
    except (zlib.error, gzip.BadGzipFile) as e:
        _damaged(path, number, e)
    except OSError as e:
        unreadable(path, e)


def _must_be_gzip(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(2)
    except OSError as e:
        unreadable(path, e)
    if magic != _GZIP_MAGIC:
        refuse(
            "KG-I002",
            Text(f"{path}: geen gzip-bestand", f"{path}: not a gzip file"),
            Text(
                "geef het bestand zoals het is opgehaald (.jsonl.gz), of pak het in met gzip",
                "give the file as it was fetched (.jsonl.gz), or compress it with gzip",
            ),
        )


def line_too_long(path: Path, number: int) -> NoReturn:
    """Stop because a line holds more than is read at once."""
    mib = MAX_LINE // 1024 // 1024
    refuse(
        "KG-I007",
        Text(
            f"{path}:{number}: regel langer dan {mib} MiB",
            f"{path}:{number}: line longer than {mib} MiB",
        ),
        Text("zet elk record op een eigen regel", "put each record on a line of its own"),
    )


def _damaged(path: Path, number: int, cause: BaseException) -> NoReturn:
    refuse(
        "KG-I003",
        Text(
            f"{path}: gzip-bestand is afgebroken of beschadigd na regel {number}",
            f"{path}: gzip file is cut off or damaged after line {number}",
        ),
        Text("haal het bestand opnieuw op", "fetch the file again"),
        cause,
    )


def _json_object(text: str, place: str) -> dict[str, object]:
    try:
        value = json.loads(text)
        if "\\u" in text:  # an escape may hide half a character, which is no text
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as e:
        refuse(
            "KG-I005",
            Text(f"{place}:{e.colno}: geen JSON: {e.msg}", f"{place}:{e.colno}: not JSON: {e.msg}"),
            Text(
                "herstel deze regel of haal het bestand opnieuw op", "mend this line or fetch again"
            ),
            e,
        )
    except (RecursionError, ValueError) as e:
        refuse(
            "KG-I005",
            Text(f"{place}: JSON is niet te lezen: {e}", f"{place}: JSON cannot be read: {e}"),
            Text(
                "herstel deze regel of haal het bestand opnieuw op", "mend this line or fetch again"
            ),
            e,
        )
    if not isinstance(value, dict):
        refuse(
            "KG-I006",
            Text(f"{place}: record is geen object", f"{place}: record is not an object"),
            Text(
                "elke regel hoort één JSON-object te zijn: { … }",
                "each line should be one JSON object: { … }",
            ),
        )
    return value
