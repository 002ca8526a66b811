"""The verdict as JUnit XML, which every build server shows.

Each result is a test case: what must be fixed is a failure, an unknown reference is skipped (it
could not be decided), the rest passes and says what it says as output.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from kg.checking.formats import words
from kg.checking.formats.text import facts
from kg.checking.formats.visible import visible

if TYPE_CHECKING:
    from kg.checking.report import Report, Result
    from kg.text import Lang


def render(report: Report, *, lang: Lang) -> str:
    """Write the verdict as JUnit XML: a suite per file and one for what passed."""
    top = ET.Element("testsuites", name="kg validate")
    places = {r.source.file for r in report.results if r.source}
    for file in dict.fromkeys([*report.files, *sorted(places)]):
        _suite(top, file, [r for r in report.results if r.source and r.source.file == file], lang)
    elsewhere = [r for r in report.results if r.source is None]
    if elsewhere:
        _suite(top, words.NO_PLACE.to(lang), elsewhere, lang)
    _summary(top, report, lang)
    for name in ("tests", "failures", "skipped"):
        top.set(name, str(sum(int(suite.get(name, "0")) for suite in top)))
    ET.indent(top)
    body = ET.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suite(top: ET.Element, name: str, results: list[Result], lang: Lang) -> None:
    suite = ET.SubElement(
        top,
        "testsuite",
        name=visible(name),
        tests=str(len(results)),
        failures=str(sum(r.bin == "must-fix" for r in results)),
        skipped=str(sum(r.bin == "unknown-reference" for r in results)),
    )
    for result in results:
        _case(suite, result, lang)


def _case(suite: ET.Element, result: Result, lang: Lang) -> None:
    place = result.source
    where = words.NO_PLACE.to(lang) if place is None else str(place)
    case = ET.SubElement(
        suite,
        "testcase",
        classname=visible(f"{result.code} {result.shape}"),
        name=visible(f"{where} {result.focus}"),
    )
    if place is not None:
        case.set("file", visible(place.file))
        if place.line is not None:
            case.set("line", str(place.line))
    message = visible(result.message.to(lang))
    body = "\n".join(f"{name}: {value}" for name, value in facts(result, lang))
    if result.bin == "must-fix":
        ET.SubElement(case, "failure", type=visible(result.constraint), message=message).text = body
    elif result.bin == "unknown-reference":
        ET.SubElement(case, "skipped", message=message).text = body
    else:
        ET.SubElement(case, "system-out").text = f"{message}\n{body}"


def _summary(top: ET.Element, report: Report, lang: Lang) -> None:
    """Say what passed and what was not checked; a report without results is not an empty one."""
    suite = ET.SubElement(
        top, "testsuite", name=words.PASSED.to(lang), tests="1", failures="0", skipped="0"
    )
    case = ET.SubElement(
        suite, "testcase", classname="kg", name=words.passed(report.passed).to(lang)
    )
    told = [words.verdict(report), *words.truncations(report)]
    told += [words.ALL_CHECKED] if not report.not_checked else []
    lines = [visible(t.to(lang)) for t in told]
    lines += [f"{words.NOT_CHECKED.to(lang)}: {visible(t.to(lang))}" for t in report.not_checked]
    ET.SubElement(case, "system-out").text = "\n".join(lines)
