"""Files of every kind become statements, in a process of their own, or an error with its mend."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

import pytest

from kg.errors import KgError
from kg.intake.registers import REGISTERS
from kg.rdf import value
from kg.vocabularies.entries import read_facts
from kg.vocabularies.lists import is_owms
from kg.vocabularies.reading import Reading, read_vocabulary
from vocabularies.lists import DATA, OLDER, needs_data, triples

if TYPE_CHECKING:
    from pathlib import Path

OWMS = "http://standaarden.overheid.nl/owms/terms/"
OWMS_LIST = f"""<?xml version="1.0" encoding="UTF-8"?>
<cv xmlns:overheid="{OWMS}" name="overheid:Gemeente">
  <value><prefLabel>Aa</prefLabel><altLabel>A</altLabel>
    <resourceIdentifier>{OWMS}Aa</resourceIdentifier><endDate>2001-12-31</endDate></value>
  <value><prefLabel>Bee</prefLabel><resourceIdentifier>{OWMS}Bee</resourceIdentifier></value>
  <value><prefLabel>Geen IRI</prefLabel><resourceIdentifier>geen iri</resourceIdentifier></value>
</cv>
"""
SDG = (
    "\ufeffSDG_Code,SDG_Informatiegebied,SDG_IGURI,SDG_Thema,SDG_ThemaURI\n"
    f'A1,Reizen,{OWMS}sdg_reiz,"paspoort, visum",{OWMS}sdg_A1\n'
)


def read(folder: Path, name: str, data: str | bytes, *, lenient: bool = False) -> Reading:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_vocabulary(file, lenient=lenient)


def refused(folder: Path, name: str, data: str | bytes) -> KgError:
    with pytest.raises(KgError) as caught:
        read(folder, name, data)
    return caught.value


def test_a_reading_is_canonical_whatever_the_file(tmp_path: Path) -> None:
    turtle = read(tmp_path, "a.ttl", OLDER)
    lines = "".join(f"{t} .\n" for t in reversed(triples(OLDER)))
    plain = read(tmp_path, "b.nt", lines)
    assert plain.text == turtle.text
    assert plain.canonical == turtle.canonical
    assert plain.sha256 == hashlib.sha256(lines.encode()).hexdigest() != turtle.sha256
    assert (turtle.reader, turtle.media) == ("rdf", "text/turtle")
    assert turtle.triples == turtle.read == len(turtle.statements())


def test_repeats_are_counted_as_read_and_kept_once(tmp_path: Path) -> None:
    found = read(tmp_path, "a.nt", "<a:b> <a:c> <a:d> .\n" * 3)
    assert (found.read, found.triples) == (3, 1)


def test_named_graphs_are_taken_together(tmp_path: Path) -> None:
    found = read(tmp_path, "a.nq", "<a:b> <a:c> <a:d> <a:g> .\n<a:b> <a:c> <a:e> <a:h> .\n")
    assert found.triples == 2


def test_a_packed_file_is_unpacked_in_the_worker(tmp_path: Path) -> None:
    assert read(tmp_path, "a.ttl.gz", gzip.compress(OLDER.encode())).reader == "rdf"
    assert refused(tmp_path, "b.ttl.gz", gzip.compress(OLDER.encode())[:-9]).code == "KG-K108"


def test_json_is_json_ld(tmp_path: Path) -> None:
    found = read(tmp_path, "a.json", '[{"@id": "a:b", "a:c": [{"@value": "x"}]}]')
    assert [value(t.object) for t in found.statements()] == ["x"]


def test_an_owms_list_becomes_concepts_with_their_end(tmp_path: Path) -> None:
    found = read(tmp_path, "Gemeente.xml", OWMS_LIST)
    assert found.reader == "owms"
    entries = read_facts(found.statements()).entries
    assert set(entries) == {f"{OWMS}Gemeente", f"{OWMS}Aa", f"{OWMS}Bee"}
    aa = entries[f"{OWMS}Aa"]
    assert (str(aa.ended), aa.alternatives, aa.scheme) == ("2002-01-01", ("A",), f"{OWMS}Gemeente")
    assert entries[f"{OWMS}Bee"].ended is None


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("<cv name='overheid:A'><value></cv>", "KG-K105", 1),
        ("<cv name='ander:A'/>", "KG-K105", 1),
        ("<cv name='overheid:A'>\n<value>&boem;</value></cv>", "KG-K105", 2),
        ("<cv name='overheid:A'>" + "<value>" * 70 + "</cv>", "KG-R024", 1),
    ],
)
def test_what_is_no_owms_list_is_refused_with_its_place(
    tmp_path: Path, text: str, code: str, line: int
) -> None:
    error = refused(tmp_path, "a.xml", text)
    assert error.code == code
    assert f"a.xml:{line}:" in error.message.en
    assert error.advice is not None


def test_entities_are_refused_before_they_are_read(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE cv [<!ENTITY a "aaaa">]>'
    text = f"{OWMS_LIST[:38]}\n{doctype}{OWMS_LIST[38:]}".replace("Bee<", "&a;<")
    assert refused(tmp_path, "a.xml", text).code in {"KG-R004", "KG-R005"}


def test_other_xml_is_rdf(tmp_path: Path) -> None:
    rdf = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">\
<rdf:Description rdf:about="a:x"><a:p>1</a:p></rdf:Description></rdf:RDF>'
    assert not is_owms(rdf)
    assert read(tmp_path, "a.xml", rdf).triples == 1


def test_the_areas_of_the_sdg_become_concepts(tmp_path: Path) -> None:
    found = read(tmp_path, "SDG.csv", SDG)
    entries = read_facts(found.statements()).entries
    assert found.reader == "sdg"
    assert entries[f"{OWMS}sdg_A1"].labels == {"nl": "paspoort, visum"}
    assert entries[f"{OWMS}sdg_A1"].codes == ("A1",)
    assert refused(tmp_path, "b.csv", "SDG_Code,Anders\n").code == "KG-K106"


def test_what_nothing_reads_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "a.docx", b"PK").code == "KG-K107"
    assert refused(tmp_path, "a.csv", "UniformeProductnaam,URI\n").code == "KG-K107"
    assert refused(tmp_path, "a.ttl", "<a> a b:c .").code == "KG-R010"
    with pytest.raises(KgError) as caught:
        read_vocabulary(tmp_path / "none.ttl")
    assert caught.value.code == "KG-R001"


def test_a_context_that_would_be_fetched_is_named_with_its_place(tmp_path: Path) -> None:
    text = '{"@context": [{"a": "urn:a"},\n "https://example.org/c.jsonld"], "a": 1}'
    error = refused(tmp_path, "a.jsonld", text)
    assert error.code == "KG-R026"
    assert "a.jsonld:2:2: " in error.message.en
    assert "https://example.org/c.jsonld" in error.message.nl


def test_lenient_reading_is_asked_for(tmp_path: Path) -> None:
    text = '<a:b> <a:c> "x"@nl-be-x-generated-informal .'
    assert refused(tmp_path, "a.nt", text).code == "KG-R015"
    found = read(tmp_path, "a.nt", text, lenient=True)
    assert (found.triples, found.lenient) == (1, True)
    assert len(found.statements()) == 1


@needs_data
@pytest.mark.parametrize(
    ("file", "reader", "entries"),
    [
        ("tooi/mdto/data/rwc_gemeenten_compleet_4.json", "rdf", 605),
        ("upl/data/UPL-actueel.csv", "upl", 1017),
        ("upl/data/Gemeente.xml", "owms", 590),
        ("upl/data/SDG-Informatiegebieden.csv", "sdg", 88),
        ("eu-authority/vocabularies/languages-filtered.rdf", "rdf", 404),
        ("roo/organisations.jsonl.gz", "roo", 6376),
    ],
)
def test_real_lists_are_read(file: str, reader: str, entries: int) -> None:
    registers = {name: (lambda path, n=name: REGISTERS[n](path).triples) for name in ("upl", "roo")}
    found = read_vocabulary(DATA / file, registers=registers)
    assert found.reader == reader
    named = [e for e in read_facts(found.statements()).entries.values() if e.label]
    assert len(named) >= entries
