"""JSON-LD before the engine reads it: JSON errors, contexts that ship, offsets of values.

Nothing is ever fetched. A context named by its IRI is put in its place if it ships with the
product; any other is refused by name.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from kg.rdf.positions import Lines, Place, PlacedError, excerpt
from kg.resources import ontology_dir
from kg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

OWN_CONTEXT = "https://w3id.org/samenspel/context.jsonld"
_SHIPPED = {OWN_CONTEXT: "context.jsonld"}
"""IRIs of contexts that ship, and their files in the ontology folder."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]*+")
_SCALAR = re.compile(r"[^\s,\]}]++")
_DECODER = json.JSONDecoder()


@cache
def shipped_contexts() -> Mapping[str, str]:
    """Give the contexts that ship: IRI to JSON text of the context itself.

    Read once, before the walls of a worker stand.
    """
    found: dict[str, str] = {}
    for iri, file in _SHIPPED.items():
        path = ontology_dir() / file
        if path.is_file():
            document = json.loads(path.read_text(encoding="utf-8"))
            found[iri] = json.dumps(document["@context"], ensure_ascii=False)
    return found


def check_json(text: str, *, name: str) -> object:
    """Give the JSON value of a document.

    Args:
        text: The document; its nesting is already known to be modest.
        name: What to call it in messages.

    Raises:
        PlacedError: ``KG-R027`` with line, column and a likely mend.
    """
    try:
        return json.loads(text, parse_int=_integer, parse_constant=_constant)
    except json.JSONDecodeError as e:
        raise _json_error(text, e, name) from e
    except ValueError as e:
        place = Place(name)
        raise PlacedError(
            "KG-R027",
            Text(f"{place}: geen geldige JSON: {e}", f"{place}: not valid JSON: {e}"),
            Text("herstel deze waarde", "mend this value"),
            place=place,
        ) from e


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= 20 else float(digits)  # noqa: PLR2004 - beyond 1e20: double


def _constant(word: str) -> float:
    raise ValueError(word)


def _json_error(text: str, error: json.JSONDecodeError, name: str) -> PlacedError:
    lines = Lines(text)
    offset = min(error.pos, len(text))
    before = text[:offset].rstrip()
    found = text[offset : offset + 1] or "\0"
    if found in "}]" and before.endswith(","):
        offset = len(before) - 1
        advice = Text("haal deze komma weg", "remove this comma")
    elif found == "'" or found in "\u201c\u201d\u201e\u2018\u2019":
        advice = Text('gebruik rechte dubbele aanhalingstekens: "…"', 'use straight quotes: "…"')
    elif text.startswith(("//", "/*", "#"), offset):
        advice = Text("JSON kent geen commentaar; haal het weg", "JSON has no comments; remove it")
    elif error.msg.startswith("Expecting ',' delimiter"):
        advice = Text(
            "zet hier een komma, of sluit het blok", "put a comma here, or close the block"
        )
    elif error.msg.startswith("Unterminated string"):
        advice = Text('sluit de tekst af met "', 'close the text with "')
    else:
        advice = Text("herstel deze plaats en probeer opnieuw", "mend this place and try again")
    place = Place(name, *lines.at(offset))
    shown = excerpt(lines, offset)
    return PlacedError(
        "KG-R027",
        Text(f"{place}: geen geldige JSON\n{shown}", f"{place}: not valid JSON\n{shown}"),
        advice,
        place=place,
    )


def inline_contexts(text: str, *, name: str, contexts: Mapping[str, str]) -> str:
    """Put the contexts that ship in the place of their IRIs; everything else stays as it is.

    Args:
        text: A document that is valid JSON.
        name: What to call it in messages.
        contexts: IRI to JSON text of the context.

    Raises:
        PlacedError: ``KG-R026`` for a context that does not ship.
    """
    parts: list[str] = []
    done = 0
    for start, end, iri in _remote(text):
        if iri not in contexts:
            raise _unknown_context(text, (start, end), iri, name=name, known=contexts)
        parts += [text[done:start], contexts[iri]]
        done = end
    return "".join([*parts, text[done:]]) if parts else text


def _remote(text: str) -> Iterator[tuple[int, int, str]]:
    """Find every string that names a context (or imports one): start, end and IRI."""
    for found in _STRING.finditer(text):
        if len(found[0]) > 64 or _colon(text, found.end()) < 0:  # noqa: PLR2004 - no keyword is longer
            continue
        key = json.loads(found[0], strict=False)
        value = _skip(text, _colon(text, found.end()))
        if key == "@import" and text.startswith('"', value):
            yield _string(text, value)
        elif key == "@context":
            yield from _named(text, value)


def _named(text: str, start: int) -> Iterator[tuple[int, int, str]]:
    if text.startswith('"', start):
        yield _string(text, start)
        return
    i = _skip(text, start + 1)
    while text.startswith("[", start) and not text.startswith("]", i):
        if text.startswith('"', i):
            yield _string(text, i)
        _, i = _DECODER.raw_decode(text, i)
        i = _skip(text, i)
        i = _skip(text, i + 1) if text.startswith(",", i) else i


def _string(text: str, start: int) -> tuple[int, int, str]:
    value, end = _DECODER.raw_decode(text, start)
    return start, end, str(value)


def _skip(text: str, i: int) -> int:
    found = _SPACE.match(text, i)
    return found.end() if found else i


def _colon(text: str, i: int) -> int:
    i = _skip(text, i)
    return i + 1 if text.startswith(":", i) else -1


def _unknown_context(
    text: str, span: tuple[int, int], iri: str, *, name: str, known: Iterable[str]
) -> PlacedError:
    start, end = span
    lines = Lines(text)
    place = Place(name, *lines.at(start))
    shown = excerpt(lines, start, end - start)
    shipped = ", ".join(sorted(known)) or OWN_CONTEXT
    safe = "".join(c if c.isprintable() else "\ufffd" for c in iri[:200])
    return PlacedError(
        "KG-R026",
        Text(
            f"{place}: de context {safe} wordt niet opgehaald\n{shown}",
            f"{place}: the context {safe} is not fetched\n{shown}",
        ),
        Text(
            f'zet de inhoud van die context in het bestand zelf ("@context": {{…}}), of gebruik '
            f"{shipped}",
            f'put the content of that context in the file itself ("@context": {{…}}), or use '
            f"{shipped}",
        ),
        place=place,
    )


def pointer_offsets(text: str) -> dict[str, int]:
    """Give the offset of every value of a JSON document by its JSON Pointer (RFC 6901).

    >>> pointer_offsets('{"a": [1, {"b": 2}]}')["/a/1/b"]
    16
    """
    out: dict[str, int] = {}
    _offsets(text, 0, "", out)
    return out


def _offsets(text: str, start: int, pointer: str, out: dict[str, int]) -> int:
    i = _skip(text, start)
    out[pointer] = i
    c = text[i]
    if c == '"':
        found = _STRING.match(text, i)
        return found.end() if found else i + 1
    if c not in "[{":
        scalar = _SCALAR.match(text, i)
        return scalar.end() if scalar else i + 1
    count = 0
    i = _skip(text, i + 1)
    while text[i] not in "]}":
        step = str(count)
        if c == "{":
            key, i = _DECODER.raw_decode(text, i)
            step = escape_pointer(key)
            i = _colon(text, i)
        i = _skip(text, _offsets(text, i, f"{pointer}/{step}", out))
        count += 1
        if text[i] == ",":
            i = _skip(text, i + 1)
    return i + 1


def escape_pointer(step: str) -> str:
    """Write one step of a JSON Pointer.

    >>> escape_pointer("a/b~c")
    'a~1b~0c'
    """
    return step.replace("~", "~0").replace("/", "~1")
