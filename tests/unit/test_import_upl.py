"""The UPL importer: products as topics, one per URI, with layers and legal grounds."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.intake.registers import REGISTERS, Imported, RegisterError, import_upl
from kg.intake.registers.upl import COLLECTIONS

OWMS = "http://standaarden.overheid.nl/owms/terms/"
UPL = "https://w3id.org/samenspel/id/upl"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
COLUMNS = ("UniformeProductnaam", "URI", *COLLECTIONS, "SDG")
GROUND = ("Grondslag", "Grondslaglabel", "Grondslaglink")
HEADER = ",".join((*COLUMNS, *GROUND))
REAL = Path(__file__).parents[3] / "shared" / "data" / "upl" / "data" / "UPL-actueel.csv"
needs_list = pytest.mark.skipif(
    not REAL.is_file(), reason="the UPL is not beside the checkout (../shared/data/upl)"
)


def row(name: str, uri: str, **cells: str) -> str:
    given = {"UniformeProductnaam": name, "URI": uri, **cells}
    return ",".join(given.get(column, "") for column in (*COLUMNS, *GROUND))


def load(folder: Path, *rows: str) -> Imported:
    path = folder / "UPL-actueel.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8-sig")
    return import_upl(path)


def values(got: Imported, subject: str, predicate: str) -> set[str]:
    return {
        getattr(t.object, "value", "")
        for t in got.triples
        if getattr(t.subject, "value", "") == subject and t.predicate.value == predicate
    }


def test_rows_of_one_product_are_one_topic_with_all_its_grounds(tmp_path: Path) -> None:
    got = load(
        tmp_path,
        row("adoptie", OWMS + "adoptie", Rijk="X", SDG="E1;G1", Grondslag=OWMS + "wet_1"),
        row(
            "adoptie",
            OWMS + "adoptie",
            Rijk="X",
            Grondslag=OWMS + "wet_2",
            Grondslaglabel="Wet 2",
            Grondslaglink="https://wetten.overheid.nl/jci1.3:c:BWBR2&artikel=1",
        ),
    )
    product = OWMS + "adoptie"
    assert got.report.read == 2
    assert got.report.written["products"] == 1
    assert values(got, product, RDF_TYPE) == {SKOS + "Concept"}
    assert values(got, product, SKOS + "prefLabel") == {"adoptie"}
    assert values(got, product, SKOS + "inScheme") == {UPL}
    assert values(got, product, DCT + "source") == {OWMS + "wet_1", OWMS + "wet_2"}
    assert values(got, product, DCT + "subject") == {OWMS + "sdg_E1", OWMS + "sdg_G1"}
    assert values(got, OWMS + "wet_2", "http://www.w3.org/2000/01/rdf-schema#seeAlso")
    assert values(got, UPL + "/rijk", SKOS + "member") == {product}
    assert not values(got, UPL + "/gemeente", SKOS + "member")


def test_a_ground_with_only_a_link_is_kept_under_that_link(tmp_path: Path) -> None:
    link = "https://wetten.overheid.nl/jci1.3:c:BWBR1"
    got = load(tmp_path, row("a", OWMS + "a", Grondslaglink=link))
    assert values(got, OWMS + "a", DCT + "source") == {link}


def test_bad_rows_and_cells_are_reported_and_the_rest_is_kept(tmp_path: Path) -> None:
    got = load(
        tmp_path,
        row("", OWMS + "x"),
        row("b", "not a link"),
        row("c", OWMS + "c", Rijk="ja", Grondslag="http://x/a b"),
        row("c anders", OWMS + "c"),
        "",
    )
    kinds = {p.kind: p.count for p in got.report.problems}
    assert kinds == {"no-product": 2, "odd-mark": 1, "bad-link": 1, "two-names": 1}
    assert values(got, OWMS + "c", SKOS + "prefLabel") == {"c"}
    assert got.report.problems[0].place.endswith("UPL-actueel.csv:3")


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "KG-I009", ":1: columns are missing"),
        (HEADER.replace("Rijk,", "").encode(), "KG-I009", "missing: Rijk"),
        (HEADER.replace(",", ";").encode(), "KG-I009", ":1:"),
        (HEADER.encode() + b"\ncaf\xe9,http://x/a\n", "KG-I004", ":2: not UTF-8"),
        (HEADER.encode() + b'\n"a"b,http://x/a\n', "KG-I012", ":2: not valid CSV"),
        (HEADER.encode() + b"\na," + b"," * 30 + b"\n", "KG-I012", ":2: 32 cells"),
        (HEADER.encode() + b"\n", "KG-I010", "no products"),
        (HEADER.encode() + b"\n" + b"x" * (5 * 1024 * 1024), "KG-I007", ":2: line longer"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, data: bytes, code: str, place: str
) -> None:
    path = tmp_path / "upl.csv"
    path.write_bytes(data)
    with pytest.raises(RegisterError) as refused:
        import_upl(path)
    assert refused.value.code == code
    assert place in refused.value.message.en
    assert refused.value.advice is not None


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as refused:
        import_upl(tmp_path / "absent.csv")
    assert refused.value.code == "KG-I001"


def test_the_registers_are_found_by_name() -> None:
    assert sorted(REGISTERS) == ["roo", "tooi", "upl"]
    assert REGISTERS["upl"] is import_upl


@needs_list
def test_the_real_list_gives_one_topic_per_uri_and_every_layer() -> None:
    seen: list[int] = []
    got = import_upl(REAL, progress=lambda done, _: seen.append(done))
    with REAL.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert got.report.read == len(rows) == seen[-1]
    assert got.report.written["products"] == len({r["URI"] for r in rows})
    for layer in ("Rijk", "Provincie", "Waterschap", "Gemeente"):
        marked = {r["URI"] for r in rows if r[layer] == "X"}
        assert values(got, f"{UPL}/{layer.lower()}", SKOS + "member") == marked
    assert got.report.problems == ()
    assert got.triples == import_upl(REAL).triples
