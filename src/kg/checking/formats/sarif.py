"""The verdict as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the line.

What must be fixed is an error and what should be fixed a warning. An unknown reference has kind
``open``: looked at, but not to be decided with what is known (SARIF, section 3.27.9); what is only
told is a note.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg.checking.formats import words
from kg.checking.formats.json_report import as_repair, both
from kg.checking.formats.terms import node_words
from kg.checking.formats.text import facts
from kg.checking.formats.visible import json_text, visible
from kg.codes import find_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.checking.report import Bin, Report, Result
    from kg.codes import Code
    from kg.rdf.positions import Place
    from kg.text import Lang, Text

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: Mapping[Bin, tuple[str, str]] = {
    "must-fix": ("fail", "error"),
    "should-fix": ("fail", "warning"),
    "unknown-reference": ("open", "none"),
    "information": ("fail", "note"),
}
_MEDIA = re.compile(r"[^/]+/.+")


def render(report: Report, *, lang: Lang) -> str:
    """Write the verdict as one SARIF run; messages in one language, both in the properties."""
    codes = sorted({r.code for r in report.results})
    results = [_result(r, codes.index(r.code), report, lang) for r in report.results]
    driver: dict[str, Any] = {
        "name": "Samenspel",
        "fullName": "kg validate (Samenspel)",
        "rules": [_rule(code, report, lang) for code in codes],
    }
    own = _version()
    if own:
        driver["version"] = own
    run: dict[str, Any] = {
        "tool": {
            "driver": driver,
            "extensions": [
                {"name": visible(name) or "-", "version": visible(number)}
                for name, number in report.versions.items()
            ],
        },
        "language": lang,
        "columnKind": "unicodeCodePoints",
        "artifacts": [_artifact(file, report) for file in report.files],
        "invocations": [_invocation(report, lang)],
        "results": results,
        "properties": {
            "conforms": report.conforms,
            "asOf": report.as_of.isoformat(),
            "passed": report.passed,
        },
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


@cache
def _version() -> str:
    """Give the version of the product; read once: a limited process opens no file later."""
    try:
        return version("samenspel")
    except PackageNotFoundError:
        return ""


def _rule(code: str, report: Report, lang: Lang) -> dict[str, Any]:
    level = next(_LEVELS[r.bin][1] for r in report.results if r.code == code)
    rule: dict[str, Any] = {
        "id": visible(code) or "-",
        "defaultConfiguration": {"level": level},
    }
    page = find_code(code)
    return rule | _explained(page, lang) if page is not None else rule


def _explained(page: Code, lang: Lang) -> dict[str, Any]:
    advice = f"{page.why.to(lang)}\n\n{page.mend.to(lang)}"
    return {
        "shortDescription": {"text": page.title.to(lang)},
        "fullDescription": {"text": page.meaning.to(lang)},
        "help": {"text": advice},
    }


def _artifact(file: str, report: Report) -> dict[str, Any]:
    found: dict[str, Any] = {"location": {"uri": _uri(file)}}
    media = report.media.get(file, "")
    if _MEDIA.fullmatch(media):
        found["mimeType"] = media
    return found


def _uri(file: str) -> str:
    """Give a file name as a URI reference; a name of a path stays relative to the checkout."""
    return quote(file.replace("\\", "/"), safe="/-._~", errors="surrogatepass")


def _invocation(report: Report, lang: Lang) -> dict[str, Any]:
    told = [
        {"level": "note", "message": {"text": f"{words.NOT_CHECKED.to(lang)}: {_line(t, lang)}"}}
        for t in report.not_checked
    ]
    told += [
        {"level": "note", "message": {"text": _line(t, lang)}} for t in words.truncations(report)
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": told}


def _line(text: Text, lang: Lang) -> str:
    return visible(text.to(lang)) or "-"


def _result(result: Result, index: int, report: Report, lang: Lang) -> dict[str, Any]:
    kind, level = _LEVELS[result.bin]
    cell = result.source.cell if result.source else None
    head = (
        f"{visible(cell)}: {_line(result.message, lang)}" if cell else _line(result.message, lang)
    )
    told = [head, *(f"{name}: {value}" for name, value in facts(result, lang))]
    properties: dict[str, Any] = {
        "bin": result.bin,
        "message": both(result.message),
        "focus": result.focus,
        "path": result.path or None,
        "value": result.value or None,
        "shape": result.shape,
        "constraint": result.constraint,
    }
    if result.repair is not None:
        properties["repair"] = as_repair(result.repair)
    return {
        "ruleId": visible(result.code) or "-",
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": {"text": "\n".join(told)},
        "locations": [_location(result, report, lang)],
        "partialFingerprints": {"samenspel/v1": _fingerprint(result)},
        "properties": properties,
    }


def _location(result: Result, report: Report, lang: Lang) -> dict[str, Any]:
    node = {"name": node_words(result, lang), "fullyQualifiedName": visible(result.focus)}
    found: dict[str, Any] = {"logicalLocations": [node]}
    place = result.source
    if place is None:
        return found
    named = place.cell or place.pointer
    if named:
        node["decoratedName"] = visible(named)
    found["physicalLocation"] = _physical(place, report)
    return found


def _physical(place: Place, report: Report) -> dict[str, Any]:
    artifact: dict[str, Any] = {"uri": _uri(place.file)}
    if place.file in report.files:
        artifact["index"] = report.files.index(place.file)
    found: dict[str, Any] = {"artifactLocation": artifact}
    if place.line is not None:
        found["region"] = {"startLine": place.line}
        if place.column is not None:
            found["region"]["startColumn"] = place.column
    return found


def _fingerprint(result: Result) -> str:
    """Give what stays the same when lines move: the same fault is one alert, not a new one."""
    parts = (result.shape, result.constraint, result.focus, result.path, result.value)
    whole = "\x00".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(whole).hexdigest()[:32]
