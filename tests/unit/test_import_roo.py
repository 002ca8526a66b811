"""The ROO importer: mapping of joint arrangements and organisations, and what it refuses."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.intake.registers import Imported, RegisterError, import_roo, reading
from kg.rdf import to_ntriples

SAM = "https://w3id.org/samenspel/def#"
ROO = "https://w3id.org/samenspel/id/roo/"
TOOI = "https://identifier.overheid.nl/tooi/id/"
DCT = "http://purl.org/dc/terms/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TOPIC = "https://identifier.overheid.nl/tooi/def/thes/top/c_1"
REAL = Path(__file__).parents[3] / "shared" / "data" / "roo" / "organisations.jsonl.gz"
needs_register = pytest.mark.skipif(
    not REAL.is_file(), reason="the register file is not beside the checkout (../shared/data/roo)"
)

Json = dict[str, Any]
Load = Callable[..., Imported]


def participant(number: int, **more: object) -> Json:
    tooi = f"{TOOI}gemeente/gm{number:04d}"
    return {"naam": f"Gemeente {number}", "roo_id": str(number), "tooi": tooi, **more}


def arrangement(**terms: object) -> Json:
    """A joint arrangement of three municipalities with a body of its own."""
    return {
        "id": "org:gr-water",
        "type": "gemeenschappelijke-regeling",
        "identifiers": {"roo_id": "900"},
        "names": [
            {"value": "Regeling Water", "valid_from": "2015-01-01"},
            {"value": "Regeling Nat", "valid_from": "1900-01-01", "valid_until": "2015-01-01"},
        ],
        "policy_areas": [{"naam": "natuur | water", "tooi": TOPIC}],
        "gr_meta": {
            "citeertitel": "GR Water",
            "doel": "Het behartigen van de belangen van de deelnemers.",
            "datum_inwerkingtreding": "2015-01-01",
            "regionaal_samenwerkingsorgaan": {"naam": "Waterdienst", "roo_id": "901"},
            "deelnemende_organisaties": [participant(n) for n in (1, 2, 3)],
            **terms,
        },
    }


def organisation(number: int, kind: str = "gemeente", **more: object) -> Json:
    return {
        "id": f"org:o{number}",
        "type": kind,
        "identifiers": {"roo_id": str(number)},
        "names": [{"value": f"Organisatie {number}"}],
        "valid_from": "1900-01-01",
        **more,
    }


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def run(*records: object) -> Imported:
        return import_roo(write(tmp_path, *(json.dumps(record) for record in records)))

    return run


def write(folder: Path, *lines: str) -> Path:
    path = folder / "roo.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    return path


def values(got: Imported, subject: str, predicate: str) -> set[str]:
    return {
        getattr(t.object, "value", "")
        for t in got.triples
        if getattr(t.subject, "value", "") == subject and t.predicate.value == predicate
    }


def kinds(got: Imported) -> dict[str, int]:
    return {problem.kind: problem.count for problem in got.report.problems}


def typed(got: Imported, cls: str) -> set[str]:
    return {
        getattr(t.subject, "value", "")
        for t in got.triples
        if t.predicate.value == RDF_TYPE and getattr(t.object, "value", "") == cls
    }


def test_an_arrangement_is_one_service_named_by_its_citation_title(load: Load) -> None:
    got = load(arrangement())
    service = f"{ROO}900/service"
    assert typed(got, SAM + "Service") == {service}
    assert values(got, service, RDFS_LABEL) == {"GR Water"}
    assert values(got, service, SKOS + "altLabel") == {"Regeling Water", "Regeling Nat"}
    assert values(got, service, SAM + "touches") == {TOPIC}
    assert values(got, TOPIC, SKOS + "prefLabel") == {"natuur | water"}
    assert typed(got, SKOS + "Concept") == {TOPIC}
    assert not typed(got, SAM + "Aspect")


def test_without_citation_title_the_current_name_names_the_service(load: Load) -> None:
    got = load(arrangement(citeertitel=None))
    assert values(got, f"{ROO}900/service", RDFS_LABEL) == {"Regeling Water"}


def test_each_participant_is_a_customer_and_a_member_of_the_configuration(load: Load) -> None:
    got = load(arrangement())
    customers = {f"{TOOI}gemeente/gm000{n}" for n in (1, 2, 3)}
    provisions = typed(got, SAM + "ServiceProvision")
    assert provisions == {f"{ROO}900/provision/gm000{n}" for n in (1, 2, 3)}
    assert set().union(*(values(got, p, SAM + "customer") for p in provisions)) == customers
    assert set().union(*(values(got, p, SAM + "supplier") for p in provisions)) == {f"{ROO}901"}
    assert values(got, f"{ROO}900/configuration", SAM + "hasMember") == customers


def test_without_a_body_the_arrangement_itself_supplies_as_a_collaboration(load: Load) -> None:
    got = load(arrangement(regionaal_samenwerkingsorgaan=None))
    assert typed(got, SAM + "Collaboration") == {ROO + "900"}
    assert values(got, f"{ROO}900/provision/gm0001", SAM + "supplier") == {ROO + "900"}
    assert len(values(got, ROO + "900", SAM + "hasMember")) == 3
    assert ROO + "900" not in typed(got, SAM + "Organisation")


@pytest.mark.parametrize(
    ("joined", "starts", "ends", "period"),
    [
        ("2017-05-01", "2015-01-01", (None, None), ({"2017-05-01"}, set())),
        ("2012-05-01", "2015-01-01", (None, None), ({"2015-01-01"}, set())),
        ("1900-01-01", "1900-01-01", (None, None), (set(), set())),
        ("2016-01-01", None, ("2020-01-01", "2019-01-01"), ({"2016-01-01"}, {"2019-01-01"})),
        ("2016-01-01", None, ("2018-01-01", "2019-01-01"), ({"2016-01-01"}, {"2018-01-01"})),
        ("2016-01-01", None, ("1900-01-01", None), ({"2016-01-01"}, set())),
    ],
)
def test_a_provision_runs_from_the_later_start_to_the_earlier_end(
    load: Load,
    joined: str,
    starts: str | None,
    ends: tuple[str | None, str | None],
    period: tuple[set[str], set[str]],
) -> None:
    record = arrangement(
        datum_inwerkingtreding=starts,
        datum_uitwerkingtreding=ends[1],
        deelnemende_organisaties=[participant(1, toetredings_datum=joined), participant(2)],
    )
    got = load({**record, "valid_until": ends[0]})
    node = f"{ROO}900/provision/gm0001"
    assert (values(got, node, SAM + "validFrom"), values(got, node, SAM + "validUntil")) == period


def test_a_participation_that_never_held_is_reported_and_not_written(load: Load) -> None:
    late = participant(1, toetredings_datum="2020-01-01")
    got = load(
        arrangement(
            datum_uitwerkingtreding="2020-01-01", deelnemende_organisaties=[late, participant(2)]
        )
    )
    assert typed(got, SAM + "ServiceProvision") == {f"{ROO}900/provision/gm0002"}
    assert kinds(got) == {"empty-period": 1}


def test_a_participant_that_is_the_supplier_gets_no_provision(load: Load) -> None:
    body = participant(1)
    got = load(arrangement(regionaal_samenwerkingsorgaan=body))
    assert typed(got, SAM + "ServiceProvision") == {f"{ROO}900/provision/gm000{n}" for n in (2, 3)}
    assert body["tooi"] not in values(got, f"{ROO}900/configuration", SAM + "hasMember")
    assert kinds(got) == {"participant-is-supplier": 1}


def test_a_participant_listed_twice_keeps_both_participations(load: Load) -> None:
    twice = [participant(1, toetredings_datum=f"20{n}-01-01") for n in (16, 18)]
    got = load(arrangement(deelnemende_organisaties=[*twice, participant(2)]))
    assert len(typed(got, SAM + "ServiceProvision")) == 3
    assert values(got, f"{ROO}900/provision/gm0001-2", SAM + "validFrom") == {"2018-01-01"}
    assert kinds(got) == {"participant-twice": 1}


def test_purpose_is_kept_as_text_and_nothing_is_made_of_it(load: Load) -> None:
    record = arrangement()
    got, without = load(record), load(arrangement(doel=None))
    service, text = f"{ROO}900/service", record["gr_meta"]["doel"]
    assert values(got, service, DCT + "description") == {text}
    assert values(got, service, "http://www.w3.org/ns/org#purpose") == {text}
    assert len(got.triples) == len(without.triples) + 2
    for cls in ("Interest", "Effect", "Aspect", "CoordinationTheme"):
        assert not typed(got, SAM + cls)


def test_a_record_gives_its_tooi_iri_to_mentions_that_lack_it(load: Load) -> None:
    tooi = TOOI + "gemeente/gm0777"
    record = organisation(7, identifiers={"roo_id": "7", "tooi": tooi})
    got = load(
        arrangement(deelnemende_organisaties=[{"naam": "Zeven", "roo_id": "7"}, participant(1)]),
        record,
    )
    assert values(got, f"{ROO}900/provision/gm0777", SAM + "customer") == {tooi}
    assert values(got, tooi, RDFS_LABEL) == {"Organisatie 7"}


def test_what_an_arrangement_says_is_used_where_there_is_no_record(load: Load) -> None:
    got = load(arrangement())
    assert values(got, ROO + "901", RDFS_LABEL) == {"Waterdienst"}
    assert {ROO + "901", TOOI + "gemeente/gm0001"} <= typed(got, SAM + "Organisation")
    assert got.report.written["actorsWithoutRecord"] == 4


def test_a_name_identifies_only_where_nothing_else_does_and_that_is_reported(load: Load) -> None:
    got = load(
        arrangement(deelnemende_organisaties=[{"naam": "Vereniging De Útkyk"}, participant(1)]),
        organisation(5, identifiers={}, id="org:stichting-vijf"),
    )
    assert ROO + "naam/vereniging-de-utkyk" in typed(got, SAM + "Organisation")
    assert ROO + "naam/stichting-vijf" in typed(got, SAM + "Organisation")
    assert kinds(got) == {"identified-by-name": 2}


def test_versions_and_bodies_refer_to_services_and_overlap_is_cut(load: Load) -> None:
    older = arrangement(next_version={"naam": "Nieuw", "roo_id": "910"})
    newer = arrangement(
        datum_inwerkingtreding="2022-01-01", previous_version={"naam": "Oud", "roo_id": "900"}
    )
    newer |= {"id": "org:gr-water-2", "identifiers": {"roo_id": "910"}}
    body = organisation(901, hoort_bij_gemeenschappelijke_regeling={"naam": "?", "roo_id": "910"})
    got = load(older, newer, body)
    old, new = f"{ROO}900/service", f"{ROO}910/service"
    assert values(got, old, DCT + "isReplacedBy") == {new}
    assert values(got, new, "http://www.w3.org/ns/prov#wasRevisionOf") == {old}
    assert values(got, ROO + "901", DCT + "relation") == {new}
    assert values(got, old, SAM + "validUntil") == {"2022-01-01"}
    assert values(got, f"{ROO}900/provision/gm0001", SAM + "validUntil") == {"2022-01-01"}
    assert not values(got, new, SAM + "validUntil")
    assert kinds(got) == {"versions-overlap": 1}
    assert values(got, new, RDFS_LABEL) == {"GR Water"}


def test_a_version_outside_the_file_keeps_the_name_given(load: Load) -> None:
    got = load(arrangement(previous_version={"naam": "Oud", "roo_id": "800"}))
    assert values(got, f"{ROO}800/service", RDFS_LABEL) == {"Oud"}
    assert typed(got, SAM + "Service") == {f"{ROO}900/service"}


def test_units_are_part_of_their_parent_and_successions_are_kept(load: Load) -> None:
    got = load(
        organisation(1, "ministerie", valid_until="2018-01-01", successor_id="org:o2"),
        organisation(2, "ministerie", valid_from="2018-01-01", predecessor_id=["org:o1"]),
        organisation(3, "organisatieonderdeel", parent_id="org:o2"),
        organisation(4, "organisatieonderdeel", parent_id="org:nobody"),
    )
    assert typed(got, SAM + "OrganisationalUnit") == {ROO + "3", ROO + "4"}
    assert values(got, ROO + "3", SAM + "partOf") == {ROO + "2"}
    assert values(got, ROO + "1", DCT + "isReplacedBy") == {ROO + "2"}
    assert values(got, ROO + "2", DCT + "replaces") == {ROO + "1"}
    assert values(got, ROO + "1", SAM + "validUntil") == {"2018-01-01"}
    assert not values(got, ROO + "1", SAM + "validFrom")
    assert kinds(got) == {"parent-not-in-file": 1}


@pytest.mark.parametrize(
    "names",
    [
        [("Oud", "2010-01-01", "2015-01-01"), ("Nieuw", "1900-01-01", None)],
        [("Oud", "2001-01-01", None), ("Nieuw", "2015-01-01", None)],
        [("Oud", "2001-01-01", "2010-01-01"), ("Nieuw", "2001-01-01", "2012-01-01")],
        [("Nieuw", "1900-01-01", None), ("Oud", "1900-01-01", None)],
    ],
)
def test_the_current_name_is_the_label_and_others_are_kept(
    load: Load, names: list[tuple[str, str, str | None]]
) -> None:
    given = [
        {"value": name, "valid_from": start, "valid_until": end, "abbr": "ON"}
        for name, start, end in names
    ]
    got = load(organisation(1, names=given))
    assert values(got, ROO + "1", RDFS_LABEL) == {"Nieuw"}
    assert values(got, ROO + "1", SKOS + "altLabel") == {"Oud", "ON"}


def test_two_records_with_one_number_are_one_actor_with_one_period(load: Load) -> None:
    got = load(
        organisation(1, valid_from="2001-01-01", valid_until="2010-01-01"),
        organisation(1, id="org:again", valid_from="2011-01-01", names=[{"value": "Nieuw"}]),
    )
    assert values(got, ROO + "1", RDFS_LABEL) == {"Nieuw"}
    assert values(got, ROO + "1", SKOS + "altLabel") == {"Organisatie 1"}
    assert values(got, ROO + "1", SAM + "validFrom") == {"2011-01-01"}
    assert not values(got, ROO + "1", SAM + "validUntil")
    assert kinds(got) == {"same-identifier": 1}


def test_bad_fields_and_records_are_reported_and_the_rest_is_kept(load: Load) -> None:
    got = load(
        {"id": "org:x", "type": "gemeente", "identifiers": {"roo_id": "1"}, "names": []},
        organisation(2, valid_from="1 januari", valid_until=12, identifiers={"tooi": "urn:x"}),
        arrangement(deelnemende_organisaties=[7, {}, participant(1), participant(2)]),
        {**organisation(3), "policy_areas": [{"naam": "water"}]},
    )
    assert kinds(got) == {
        "no-name": 1,
        "bad-tooi": 1,
        "identified-by-name": 1,
        "bad-date": 1,
        "field-of-wrong-kind": 2,
        "participant-unknown": 1,
        "topic-from-name": 1,
    }
    assert len(typed(got, SAM + "ServiceProvision")) == 2
    assert ROO + "beleidsterrein/water" in typed(got, SKOS + "Concept")
    assert all(p.place.startswith("roo.jsonl.gz:") for p in got.report.problems)


def test_many_problems_of_one_kind_are_one_counted_entry(load: Load) -> None:
    got = load(*(organisation(n, identifiers={}) for n in range(20)))
    (problem,) = got.report.problems
    assert problem.count == 20
    assert "20 keer" in problem.message.nl
    assert "20 times" in problem.message.en
    assert problem.place.count("roo.jsonl.gz:") == 3


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b'{"id": 1}\n', "KG-I002", ""),
        (gz(b'{"id": 1}\n' * 5000)[:-30], "KG-I003", "line"),
        (gz(b'{"id": 1}\n')[:4] + b"\xff" * 40, "KG-I003", "line 0"),
        (gz(b'{"id": 1}\n{"id": "\xff"}\n'), "KG-I004", ":2: not UTF-8 (byte 9)"),
        (gz(b'{"id": 1}\n\n{"id": }\n'), "KG-I005", ":3:8: not JSON"),
        (gz(b'{"id": "\\ud800"}\n'), "KG-I005", ":1: "),
        (gz(b'{"a": ' * 100_000 + b"\n"), "KG-I005", ":1: "),
        (gz(b'{"id": 1}\n[1]\n'), "KG-I006", ":2: record is not an object"),
        (gz(b" " * (reading.MAX_LINE + 1)), "KG-I007", ":1: line longer than 4 MiB"),
        (gz(b"\n\n"), "KG-I010", "no records"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, data: bytes, code: str, place: str
) -> None:
    path = tmp_path / "roo.jsonl.gz"
    path.write_bytes(data)
    with pytest.raises(RegisterError) as refused:
        import_roo(path)
    assert refused.value.code == code
    assert place in refused.value.message.en
    assert str(path) in refused.value.message.nl
    assert refused.value.advice is not None


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="cannot read") as refused:
        import_roo(tmp_path / "absent.jsonl.gz")
    assert refused.value.code == "KG-I001"


def test_decompressed_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(RegisterError) as refused:
        import_roo(write(tmp_path, *[" " * 1000] * 2000))
    assert refused.value.code == "KG-I008"


def test_equal_input_gives_equal_output_and_progress_reaches_the_end(tmp_path: Path) -> None:
    path = write(tmp_path, *(json.dumps(organisation(n)) for n in range(1000)))
    seen: list[tuple[int, int | None]] = []
    first = import_roo(path, progress=lambda done, total: seen.append((done, total)))
    assert first.triples == import_roo(path).triples
    assert seen[-1] == (1000, 1000)
    assert len(seen) >= 100
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


@needs_register
def test_the_real_register_is_read_whole() -> None:
    got = import_roo(REAL)
    with gzip.open(REAL, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    arrangements = [r for r in records if r.get("gr_meta")]
    entries = sum(len(r["gr_meta"]["deelnemende_organisaties"]) for r in arrangements)
    never = kinds(got)["empty-period"]
    assert got.report.read == len(records)
    assert got.report.written["services"] == len(arrangements)
    assert got.report.written["provisions"] == entries - never
    assert "versions-overlap" not in kinds(got)


@needs_register
def test_in_the_real_register_every_node_is_whole_and_nobody_serves_itself() -> None:
    got = import_roo(REAL)
    functional = {SAM + n for n in ("supplier", "customer", "ofService", "validFrom", "validUntil")}
    counted = Counter(
        (t.subject, t.predicate.value) for t in got.triples if t.predicate.value in functional
    )
    assert set(counted.values()) == {1}
    cells: dict[str, dict[str, str]] = {}
    for t in got.triples:
        if t.predicate.value in functional:
            subject, value = getattr(t.subject, "value", ""), getattr(t.object, "value", "")
            cells.setdefault(subject, {})[t.predicate.value.removeprefix(SAM)] = value
    provisions = typed(got, SAM + "ServiceProvision")
    labelled = {
        getattr(t.subject, "value", "") for t in got.triples if "label" in t.predicate.value
    }
    for cell in (cells[p] for p in provisions):
        assert cell["supplier"] != cell["customer"]
        assert {cell["supplier"], cell["customer"], cell["ofService"]} <= labelled
        assert cell.get("validFrom", "") < cell.get("validUntil", "9999")
    assert "1900-01-01" not in to_ntriples(got.triples)
