"""Mappings as SSSOM/TSV: what is written is read back, and what is not right is refused."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from types import MappingProxyType

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UnreadableInputError
from kg.rdf import to_ntriples, value
from kg.vocabularies.mappings import (
    BY_HAND,
    BY_NAME,
    LITERAL,
    MATCHES,
    SSSOM,
    Match,
    joined,
    mapping_triples,
)
from kg.vocabularies.sssom import read_sssom, write_sssom

EX = "https://example.org/"
GM = "https://identifier.overheid.nl/tooi/id/gemeente/gm0034"
PLAIN = Match(EX + "almere", MATCHES[0], GM, BY_NAME, subject_label="Almere", confidence=1.0)

locals_ = st.text(alphabet="abcXYZ019_-.~%/", min_size=1, max_size=8).map(
    lambda s: s.strip("/.") or "x"
)
iris = st.one_of(
    st.builds("{}{}".format, st.sampled_from([EX, "http://a.example/b#", "urn:x:y:", GM + "/"]),
              locals_.map(lambda s: s.replace("%", "")))
)  # fmt: skip
texts = st.text(
    alphabet=st.one_of(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
                       st.sampled_from('\t\n"|#,')),
    max_size=20,
).map(str.strip)  # fmt: skip
matches = st.builds(
    Match,
    subject_id=iris,
    predicate_id=st.sampled_from(MATCHES),
    object_id=iris,
    mapping_justification=st.sampled_from([BY_NAME, BY_HAND]),
    subject_label=texts,
    object_label=texts,
    predicate_modifier=st.sampled_from(["", "Not"]),
    author_id=st.lists(iris, max_size=2).map(tuple),
    subject_source=st.one_of(st.just(""), iris),
    object_source_version=st.text(alphabet="0123456789.v", max_size=5),
    mapping_date=st.one_of(st.none(), st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))),
    confidence=st.one_of(st.none(), st.integers(0, 100).map(lambda n: n / 100)),
    comment=texts,
    extra=st.dictionaries(st.sampled_from(["choice", "rank"]), st.sampled_from(["x", "1"])).map(
        MappingProxyType
    ),
)


@given(st.lists(matches, min_size=1, max_size=6))
def test_what_is_written_is_read_back(given_: list[Match]) -> None:
    text = write_sssom(given_, ordered=False)
    assert list(read_sssom(text)) == given_
    again = write_sssom(read_sssom(text), ordered=False)
    assert again == text
    assert "\r" not in text.split("\nsubject_id", 1)[0]


@given(st.lists(matches, min_size=1, max_size=6))
def test_the_head_is_yaml_that_declares_every_prefix(given_: list[Match]) -> None:
    head = [line[1:] for line in write_sssom(given_).split("\n") if line.startswith("#")]
    said = yaml.safe_load("\n".join(head))
    assert said["mapping_set_id"]
    assert said["license"]
    assert list(said.get("curie_map", {})) == sorted(said.get("curie_map", {}))
    assert not {"skos", "semapv"} & said.get("curie_map", {}).keys()


def test_the_canonical_form() -> None:
    day = dt.date(2026, 1, 2)
    one = Match(EX + "b", MATCHES[0], GM, BY_HAND, mapping_date=day)
    two = Match(EX + "a", MATCHES[1], GM, BY_NAME, mapping_date=day, confidence=0.5)
    assert write_sssom([one, two], set_id=EX + "set") == (
        "#curie_map:\n"
        "#  ns1: https://example.org/\n"
        "#  tooi: https://identifier.overheid.nl/tooi/id/\n"
        "#mapping_set_id: https://example.org/set\n"
        "#license: https://w3id.org/sssom/license/unspecified\n"
        "#mapping_date: 2026-01-02\n"
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\n"
        "ns1:a\tskos:closeMatch\ttooi:gemeente/gm0034\tsemapv:LexicalMatching\t0.5\n"
        "ns1:b\tskos:exactMatch\ttooi:gemeente/gm0034\tsemapv:ManualMappingCuration\t\n"
    )


FOREIGN = """# curie_map:
#   FBbt: http://purl.obolibrary.org/obo/FBbt_
#   UBERON: http://purl.obolibrary.org/obo/UBERON_
#   orcid: https://orcid.org/
# mapping_date: 2020-05-30
# unknown_key: whatever
subject_id\tpredicate_id\tobject_id\tmapping_justification\tauthor_id\tunknown_column
FBbt:00001234\tskos:exactMatch\tUBERON:0005678\tsemapv:ManualMappingCuration\torcid:1|orcid:2\tx
"""


def test_a_file_of_others_is_read() -> None:
    (match,) = read_sssom(FOREIGN)
    assert match.subject_id == "http://purl.obolibrary.org/obo/FBbt_00001234"
    assert match.author_id == ("https://orcid.org/1", "https://orcid.org/2")
    assert match.mapping_date == dt.date(2020, 5, 30)
    assert not match.extra, "columns that nobody declared are not kept"


def test_metadata_may_stand_apart() -> None:
    head, _, body = FOREIGN.partition("subject_id")
    apart = "".join(line[2:] + "\n" for line in head.splitlines())
    assert read_sssom("subject_id" + body, metadata=apart) == read_sssom(FOREIGN)


def test_what_a_spreadsheet_made_of_it_is_read() -> None:
    text = write_sssom([PLAIN], also=("choice",))
    rows = [
        f'"{line}"\t\t\t' if line.startswith("#") else line.replace("\t1\t", "\t1,0\t")
        for line in text.splitlines()
    ]
    (match,) = read_sssom("\ufeff" + "\r\n".join(rows) + "\r\n")
    assert match == PLAIN


def faulty(*, head: str = "", row: str = "", columns: str = "") -> str:
    columns = columns or "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence"
    row = row or "ex:a\tskos:exactMatch\tex:b\tsemapv:LexicalMatching\t1"
    head = head or f"#curie_map:\n#  ex: {EX}\n"
    return f"{head}{columns}\n{row}\n"


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        (faulty(head="#a: [\n"), "KG-L110", "f.tsv"),
        (faulty(head="#- a\n"), "KG-L110", "f.tsv"),
        (faulty(head="#a: &x [1]\n#b: *x\n"), "KG-L110", "f.tsv"),
        (faulty(columns="subject_id\tobject_id"), "KG-L111", "predicate_id"),
        ("", "KG-L111", "predicate_id"),
        (faulty(row="\tskos:exactMatch\tex:b\tsemapv:X"), "KG-L111", "f.tsv:4"),
        (faulty(row="ex:a\t\tex:b\tsemapv:X"), "KG-L111", "f.tsv:4"),
        (faulty(row="nope:a\tskos:exactMatch\tex:b\tsemapv:X"), "KG-L112", "f.tsv:4"),
        (faulty(row="ex:a b\tskos:exactMatch\tex:b\tsemapv:X"), "KG-L112", "f.tsv:4"),
        (faulty(row="ex:a\tskos:exactMatch\tex:b\tsemapv:X\t1.5"), "KG-L113", "f.tsv:4"),
        (faulty(row="ex:a\tskos:exactMatch\tex:b\tsemapv:X\tnan"), "KG-L113", "f.tsv:4"),
        (faulty(head=f"#mapping_date: soon\n#curie_map:\n#  ex: {EX}\n"), "KG-L113", "soon"),
    ],
)
def test_what_is_not_right_is_refused_with_its_place(text: str, code: str, where: str) -> None:
    with pytest.raises(UnreadableInputError) as caught:
        read_sssom(text, name="f.tsv")
    assert caught.value.code == code
    assert where in caught.value.message.en


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableInputError):
        assert isinstance(read_sssom(text), tuple)


# --- as statements -------------------------------------------------------------------------


def test_statements_have_the_match_and_why() -> None:
    author = EX + "people/1"
    match = Match(
        EX + "a", MATCHES[0], GM, BY_HAND, "A", author_id=(author,),
        mapping_date=dt.date(2026, 1, 2), confidence=0.9,
    )  # fmt: skip
    lines = to_ntriples(mapping_triples([match]))
    assert f"<{EX}a> <{MATCHES[0]}> <{GM}> ." in lines
    assert f"<{SSSOM}mapping_justification> <{BY_HAND}>" in lines
    assert f"<http://www.w3.org/ns/prov#wasAttributedTo> <{author}>" in lines
    assert '"2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date>' in lines


@given(st.lists(matches, max_size=5))
def test_nothing_is_ever_the_same_thing(given_: list[Match]) -> None:
    triples = mapping_triples(given_)
    assert not any("sameAs" in t.predicate.value for t in triples)
    said = {(value(t.subject), t.predicate.value, value(t.object)) for t in triples}
    for match in given_:
        stated = (match.subject_id, match.predicate_id, match.object_id) in said
        others = [m for m in given_ if m is not match and not m.predicate_modifier]
        if not any(m.key[:2] == match.key[:2] for m in others):
            assert stated == (not match.predicate_modifier)


def test_a_name_alone_gets_no_statement_of_its_own() -> None:
    match = Match("", MATCHES[0], GM, BY_HAND, "Almere", subject_type=LITERAL)
    assert read_sssom(write_sssom([match])) == (match,)
    assert not any(t.predicate.value in MATCHES for t in mapping_triples([match]))


def test_a_new_mapping_takes_the_place_of_the_old() -> None:
    newer = Match(EX + "almere", MATCHES[1], GM, BY_HAND)
    assert joined([PLAIN], [newer]) == (newer,)
