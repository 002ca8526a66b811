"""Documents made to harm: each gets a clear answer within its limits, and the next is read.

The attacks were measured on the parsers themselves: they killed processes, read files and opened
connections. Here all go through the front door.
"""

from __future__ import annotations

import io
import sys
import time
import urllib.request
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import pytest
from openpyxl import Workbook

from hostile.canary import Canary
from kg.intake.sandboxed import TASKS, read_sandboxed
from kg.sandbox import Limits, Pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.intake.sandboxed import Reading

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the walls are those of Linux"
)
SECRET = "geheim-7f3a9"  # noqa: S105 - the text of a file that nobody may read
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'
GOOD = b"<https://example.org/s> <https://example.org/p> 1 ."


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(TASKS, limits=Limits()) as workers:
        yield workers


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with Canary() as server:
        yield server


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "secret.ttl"
    path.write_text(f'<a:{SECRET}> <a:b> "{SECRET}" .')
    return path


def rdf(inner: str, doctype: str = "") -> str:
    body = f'<rdf:Description rdf:about="http://e/s"><e:p>{inner}</e:p></rdf:Description>'
    return f'<?xml version="1.0"?>{doctype}<rdf:RDF {RDF}>{body}</rdf:RDF>'


def bombs(levels: int, width: int) -> str:
    parts = "".join(f'<!ENTITY l{i} "' + f"&l{i - 1};" * width + '">' for i in range(1, levels + 1))
    return f'<!DOCTYPE rdf [<!ENTITY l0 "lollollollollollollol">{parts}]>'


def workbook(xml: str = "", doctype: str = "", part: str = "sheet1.xml") -> bytes:
    """A workbook whose sheet (or another part) was written by someone else."""
    book, plain, target = Workbook(), io.BytesIO(), io.BytesIO()
    assert book.active is not None
    book.active["A1"] = "x"
    book.save(plain)
    sheet = (
        f'<?xml version="1.0"?>{doctype}<worksheet xmlns="http://schemas.openxmlformats.org/'
        f'spreadsheetml/2006/main"><sheetData>{xml}</sheetData></worksheet>'
    )
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(target, "w", 8) as out:
        for name in source.namelist():
            out.writestr(name, sheet if name.endswith(part) else source.read(name))
    return target.getvalue()


def cell(text: str, ref: str = "A1", row: int = 1) -> str:
    return f'<row r="{row}"><c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def nest(opener: str, middle: str, closer: str, depth: int) -> str:
    return opener * depth + middle + closer * depth


class Sheet(NamedTuple):
    """A workbook made when it is needed: what stands in one of its parts."""

    xml: str
    doctype: str = ""
    part: str = "sheet1.xml"


class Case(NamedTuple):
    """A document, in which ``U`` and ``F`` stand for the canary and the secret file."""

    ending: str
    body: str | bytes | Sheet
    code: str = ""

    def data(self, url: str, file: str) -> bytes:
        def fill(text: str) -> str:
            return text.replace(U, url).replace(F, file)

        if isinstance(self.body, Sheet):
            return workbook(*map(fill, self.body))
        return self.body if isinstance(self.body, bytes) else fill(self.body).encode()


U, F = "@URL@", "@FILE@"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
FILE_ENTITY = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{F}">]>'
HTTP_ENTITY = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{U}/xxe">]>'
LONG_ENTITY = f'<!DOCTYPE r [<!ENTITY l0 "{"A" * 100_000}">]>'
SP = "<a:a> <a:b> "

CASES = {
    "xxe file": Case(".rdf", rdf("[&x;]", FILE_ENTITY), "KG-R004"),
    "xxe http": Case(".rdf", rdf("[&x;]", HTTP_ENTITY), "KG-R004"),
    "external dtd": Case(".rdf", rdf("x", f'<!DOCTYPE r SYSTEM "{U}/evil.dtd">'), "KG-R004"),
    "utf-16 doctype": Case(".rdf", rdf("&l0;", bombs(1, 2)).encode("utf-16"), "KG-R020"),
    "billion laughs": Case(".rdf", rdf("&l9;", bombs(9, 10)), "KG-R004"),
    "quadratic": Case(".rdf", rdf("&l0;" * 20_000, LONG_ENTITY), "KG-R004"),
    "nested xml": Case(
        ".rdf",
        f"<rdf:RDF {RDF}>" + nest("<e:a><e:b>", "", "</e:b></e:a>", 300_000) + "</rdf:RDF>",
        "KG-R024",
    ),
    "context http": Case(".jsonld", f'{{"@context": "{U}/ctx", "name": "x"}}', "KG-R026"),
    "context file": Case(".jsonld", f'{{"@context": "file://{F}", "name": "x"}}', "KG-R026"),
    "context path": Case(".jsonld", f'{{"@context": "{F}", "name": "x"}}', "KG-R026"),
    "context relative": Case(".jsonld", '{"@context": "../secret.ttl", "name": "x"}', "KG-R026"),
    "context import": Case(".jsonld", f'{{"@context": {{"@import": "{U}/ctx"}}}}', "KG-R026"),
    "context scoped": Case(
        ".jsonld",
        f'{{"@context": {{"a": {{"@id": "a:a", "@context": "{U}/c"}}}}, "a": {{"b": 1}}}}',
        "KG-R026",
    ),
    "json arrays": Case(".jsonld", nest("[", "", "]", 1_000_000), "KG-R024"),
    "json objects": Case(".jsonld", nest('{"@id": "a:a", "a:b":', "1", "}", 100_000), "KG-R024"),
    "json contexts": Case(
        ".jsonld", '{"@context":' + nest("[", "", "]", 1_000_000) + "}", "KG-R024"
    ),
    "json integer": Case(
        ".jsonld",
        f'{{"@context": {{"n": {{"@id": "a:n", "@type": "{INTEGER}"}}}}, "n": "{"9" * 900_000}"}}',
        "KG-R022",
    ),
    "triple terms": Case(".ttl", SP + nest("<<( " + SP, "1", ")>>", 20_000) + " .", "KG-R024"),
    "triple terms nt": Case(".nt", SP + nest("<<( " + SP, '"1"', ")>>", 20_000) + " .", "KG-R024"),
    "reified": Case(".ttl", nest("<< " + SP, "1", " >>", 20_000) + " <a:b> 1 .", "KG-R024"),
    "brackets": Case(".ttl", SP + nest("[ <a:b> ", "1", "]", 100_000) + " .", "KG-R024"),
    "collections": Case(".ttl", SP + nest("(", "", ")", 1_000_000) + " .", "KG-R024"),
    "hidden brackets": Case(
        ".ttl", SP + '"\\"" , ' + nest("(", "", ")", 100_000) + ' , "x" .', "KG-R024"
    ),
    "braces": Case(".trig", "{" * 1_000_000, "KG-R024"),
    "huge literal": Case(".ttl", SP + '"' + "A" * 2_000_000 + '" .', "KG-R022"),
    "unclosed literal": Case(".ttl", SP + '"' + "A" * 9_000_000, "KG-R012"),
    "huge iri": Case(".ttl", SP + f"<a:{'x' * 3000}> .", "KG-R023"),
    "huge number": Case(".ttl", SP + "9" * 500_000 + " .", "KG-R022"),
    "too large": Case(".ttl", "#" * (10 * 1024**2 + 1), "KG-R003"),
    "victim graph": Case(
        ".trig", "GRAPH <https://w3id.org/samenspel/graph/current> { <a:a> <a:b> 1 }", "KG-R025"
    ),
    "victim graph nq": Case(".nq", SP + "<a:c> <a:victim> .", "KG-R025"),
    "victim graph json": Case(
        ".jsonld", '{"@id": "a:victim", "@graph": [{"@id": "a:a", "a:b": 1}]}', "KG-R025"
    ),
    "invalid utf-8": Case(".ttl", b'<a:a> <a:b> "\xff\xfe" .', "KG-R020"),
    "surrogate bytes": Case(".ttl", b'<a:a> <a:b> "\xed\xa0\x80" .', "KG-R020"),
    "surrogate escape": Case(".ttl", SP + '"\\uD800" .', "KG-R016"),
    "space by escape": Case(".ttl", "<a:\\u0020x> <a:b> 1 .", "KG-R014"),
    "no workbook": Case(".xlsx", GOOD, "KG-R030"),
    "workbook entity": Case(".xlsx", Sheet(cell("[&x;]"), FILE_ENTITY), "KG-R038"),
    "workbook http": Case(".xlsx", Sheet(cell("[&x;]"), HTTP_ENTITY), "KG-R038"),
    "workbook laughs": Case(".xlsx", Sheet(cell("&l9;"), bombs(9, 10)), "KG-R038"),
    "workbook styles": Case(".xlsx", Sheet("", bombs(9, 10), "styles.xml"), "KG-R038"),
    "workbook bomb": Case(".xlsx", Sheet(cell("A" * 40_000_000)), "KG-R032"),
    "workbook far row": Case(".xlsx", Sheet(cell("x", "A1048576", 1048576)), "KG-R034"),
    "workbook far column": Case(".xlsx", Sheet(cell("x", "XFD1")), "KG-R034"),
    "csv quotes": Case(".csv", 'a;b\n"' + "x" * 1_000_000, "KG-R036"),
    "csv columns": Case(".csv", "a" + ";a" * 1_000_000, "KG-R034"),
}
HARMLESS = {
    "imports": Case(
        ".ttl", f"<a:o> <http://www.w3.org/2002/07/owl#imports> <{U}/o>, <file://{F}> ."
    ),
    "base file": Case(".ttl", f"@base <file://{F}> . <> <a:b> <//evil/x> ."),
    "base json": Case(".jsonld", f'{{"@context": {{"@base": "file://{F}"}}, "@id": "", "a:b": 1}}'),
    "xml base": Case(
        ".rdf",
        f'<rdf:RDF xml:base="{U}/b" {RDF}><rdf:Description rdf:about="x" e:p="1"/></rdf:RDF>',
    ),
    "stylesheet": Case(".rdf", rdf("x", f'<?xml-stylesheet href="{U}/s.xsl"?>')),
    "schema location": Case(
        ".rdf",
        f'<rdf:RDF {RDF} xmlns:x="http://www.w3.org/2001/XMLSchema-instance" '
        f'x:schemaLocation="{U} {U}/s.xsd"/>',
    ),
    "script iri": Case(".ttl", '<javascript:alert(1)> <a:b> "\u202eevil" .'),
}


def check(pool: Pool, data: bytes, name: str) -> Reading:
    """Read within the limits, with nothing of the secret in what comes back."""
    started = time.monotonic()
    reading = read_sandboxed(data, name=name, pool=pool)
    assert time.monotonic() - started < 12
    assert SECRET not in "".join(p.to("nl") for p in reading.problems)
    if reading.document is not None:
        assert SECRET not in str(reading.document.triples) + str(reading.document.tables)
    return reading


@pytest.mark.parametrize("name", CASES)
def test_a_document_made_to_harm_gets_a_clear_answer(
    pool: Pool, canary: Canary, secret: Path, name: str
) -> None:
    case = CASES[name]
    reading = check(pool, case.data(canary.url, str(secret)), "kwaad" + case.ending)
    assert reading.document is None
    (problem,) = reading.problems
    assert problem.code == case.code, problem.message.en
    assert problem.message.nl != problem.message.en
    assert problem.advice is not None
    assert len(problem.to("nl")) < 1500
    assert canary.hits == []
    good = read_sandboxed(GOOD, name="goed.ttl", pool=pool)
    assert good.document is not None
    assert len(good.document.triples) == 1


@pytest.mark.parametrize("name", HARMLESS)
def test_a_name_of_a_file_or_server_is_only_a_name(
    pool: Pool, canary: Canary, secret: Path, name: str
) -> None:
    case = HARMLESS[name]
    reading = check(pool, case.data(canary.url, str(secret)), "kwaad" + case.ending)
    if reading.document is not None:
        for triple in reading.document.triples:
            reading.document.places(triple)
    assert reading.problems == ()
    assert canary.hits == []


def test_the_canary_sings(canary: Canary) -> None:
    urllib.request.urlopen(f"{canary.url}/hier").close()  # noqa: S310 - our own server
    assert canary.hits.pop() == "/hier"


def test_what_takes_too_long_or_too_much_is_stopped_and_the_next_is_read() -> None:
    many = "\n".join(f"<a:s{i}> <a:p> [ <a:q> {i} ] ." for i in range(60_000)).encode()
    for limits, code in ((Limits(wall=0.1), "KG-S001"), (Limits(memory=110 * 1024**2), "KG-S002"),
                         (Limits(output=1000), "KG-S003")):  # fmt: skip
        with Pool(TASKS, limits=limits) as workers:
            (problem,) = read_sandboxed(many, name="veel.ttl", pool=workers).problems
            assert problem.code == code
            assert read_sandboxed(GOOD, name="goed.ttl", pool=workers).document is not None


def test_more_statements_than_allowed_are_refused_while_reading(pool: Pool) -> None:
    many = "@prefix : <a:> . :s :p " + ",".join(map(str, range(500_001))) + " ."
    (problem,) = check(pool, many.encode(), "veel.ttl").problems
    assert problem.code == "KG-R021"
