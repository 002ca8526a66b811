"""The verdict as a whole: bins, words, places, repairs, and what was not checked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from kg.checking.check import check
from kg.checking.profiles import default_profile, read_profile
from kg.checking.words import sentences
from kg.intake.authority import Registry
from kg.intake.read import read_document
from kg.intake.submission import make_submission
from kg.resources import ontology_dir

if TYPE_CHECKING:
    from pathlib import Path

    from kg.checking.profiles import Profile
    from kg.checking.report import Report, Result
    from kg.intake.submission import Submission

DAY = dt.date(2026, 1, 1)
PREFIXES = """@prefix : <https://voorbeeld.nl/id/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
EU = "://publications.europa.eu/resource/authority/"
OWN = "https://voorbeeld.nl/id/"
GOOD = """:gemeente a sam:Organisation ; rdfs:label "Gemeente Noord"@nl , "Municipality North"@en .
"""
INTEREST = """:belang a sam:Interest ; rdfs:label "Minder last"@nl , "Less burden"@en ;
  sam:heldBy :gemeente ; sam:concerns :last ; sam:direction {direction} .
:last a sam:Aspect ; rdfs:label "last"@nl , "burden"@en ;
  <http://www.w3.org/2004/02/skos/core#definition> "Tijd die het kost."@nl , "Time it takes."@en ;
  sam:moreMeans "Meer last."@nl , "More burden."@en .
"""


def verdict(turtle: str, **options: object) -> Report:
    document = read_document((PREFIXES + turtle).encode(), name="a.ttl")
    options = {"organisation": None, "as_of": DAY} | options
    return check([document], **options)  # type: ignore[arg-type]


def must_fix(report: Report) -> list[Result]:
    return [r for r in report.results if r.bin == "must-fix"]


def one(report: Report, code: str) -> Result:
    (result,) = [r for r in report.results if r.code == code]
    return result


# --- what conforms, what does not -----------------------------------------------------------


def test_good_data_conform_and_what_passed_is_counted() -> None:
    report = verdict(GOOD)
    assert report.conforms
    assert report.passed > 5
    assert report.files == ("a.ttl",)
    assert report.media == {"a.ttl": "text/turtle"}
    assert report.versions["samenspel"] == default_profile().version


def test_a_conflict_of_interests_is_no_fault() -> None:
    two = (
        INTEREST.format(direction="sam:Increase")
        + """:ander a sam:Interest ;
      rdfs:label "Meer last"@nl , "More burden"@en ; sam:heldBy :gemeente ; sam:concerns :last ;
      sam:direction sam:Decrease ."""
    )
    assert must_fix(verdict(GOOD + two)) == []


@pytest.mark.parametrize(
    "path", sorted((ontology_dir() / "examples").glob("*/valid/*.ttl")), ids=lambda p: str(p.stem)
)
def test_the_examples_of_the_ontology_hold_nothing_of_ours_to_mend(path: Path) -> None:
    report = check([read_document(path.read_bytes(), name=path.name)], organisation=None, as_of=DAY)
    assert [r.code for r in must_fix(report) if r.shape.startswith("urn:samenspel:check:")] == []


def test_a_result_says_all_there_is_to_say() -> None:
    result = one(verdict(GOOD + ':gemeente sam:validFrom "31-1-2026" .'), "KG-V103")
    assert result.bin == "must-fix"
    assert result.focus == f"{OWN}gemeente"
    assert result.focus_label is not None
    assert result.focus_label == ("Gemeente Noord", "Municipality North")
    assert result.path == "https://w3id.org/samenspel/def#validFrom"
    assert result.path_words is not None
    assert result.path_words == ("Geldig vanaf", "Valid from")
    assert result.value == '"31-1-2026"'
    assert result.constraint == "sh:DatatypeConstraintComponent"
    assert result.expected is not None
    assert "2026-01-31" in result.expected.nl
    assert result.source is not None
    line = (PREFIXES + GOOD).count("\n") + 1
    assert (result.source.file, result.source.line) == ("a.ttl", line)
    assert result.message.nl.startswith("Geef één dag")
    assert result.message.en.startswith("Give one day")


def test_a_missing_value_is_placed_at_the_node_and_one_too_many_at_the_last() -> None:
    two = (
        ':b a sam:Interest ; rdfs:label "x"@nl ;\n  sam:direction sam:Increase ,\n   sam:Decrease .'
    )
    report = verdict(two)
    first = PREFIXES.count("\n") + 1
    places = {
        r.constraint: r.source.line for r in report.results if r.source and "direction" in r.path
    }
    assert places["sh:MaxCountConstraintComponent"] == first + 2
    held = [r for r in report.results if r.path.endswith("heldBy")]
    assert [r.source.line for r in held if r.source] == [first] * len(held)
    assert held


def test_results_are_grouped_counted_and_limited() -> None:
    many = "".join(f':x{n} sam:validFrom "nooit" .\n' for n in range(6, -1, -1))
    report = verdict(many, limit=3)
    (group,) = [g for g in report.groups if g.results[0].code == "KG-V103"]
    assert (group.total, len(group.results)) == (7, 3)
    assert [r.focus for r in group.results] == [f"{OWN}x{n}" for n in (6, 5, 4)]
    bins = [g.results[0].bin for g in report.groups]
    assert bins == sorted(bins, key=["must-fix", "should-fix", "unknown-reference",
                                     "information"].index)  # fmt: skip


def test_equal_input_gives_an_equal_report() -> None:
    turtle = GOOD + INTEREST.format(direction='"minder"') + ":x a foaf:Person ."
    assert verdict(turtle) == verdict(turtle)


def test_two_files_are_one_submission_and_keep_their_places() -> None:
    first = read_document((PREFIXES + GOOD).encode(), name="een.ttl")
    second = read_document((PREFIXES + INTEREST.format(direction='"op"')).encode(), name="twee.ttl")
    report = check([first, second], organisation=None, as_of=DAY)
    assert not [r for r in must_fix(report) if r.code == "KG-V104"]
    assert {r.source.file for r in must_fix(report) if r.source} == {"twee.ttl"}


# --- unknown is not wrong -------------------------------------------------------------------


def test_what_nothing_describes_is_unknown_and_what_is_of_another_kind_is_wrong() -> None:
    unit = ':u a sam:OrganisationalUnit ; rdfs:label "U"@nl , "U"@en ; sam:partOf '
    unknown = verdict(unit + "<https://elders.nl/o> .")
    assert one(unknown, "KG-V201").bin == "unknown-reference"
    assert must_fix(unknown) == []
    wrong = verdict(unit + ":s . :s a sam:Service ; rdfs:label 'S'@nl , 'S'@en .")
    assert [r.code for r in must_fix(wrong)] == ["KG-V104"]
    literal = verdict(unit + '"Gemeente Noord" .')
    assert "KG-V104" in [r.code for r in must_fix(literal)]


def test_what_others_stated_counts_as_context_and_is_not_reported_on() -> None:
    theirs = read_document(
        (PREFIXES + '<https://elders.nl/o> a sam:Organisation ; rdfs:label "O" .').encode(),
        name="b.ttl",
    )
    background = [make_submission(theirs.triples, "b.ttl", "https://elders.nl/o")]
    unit = ':u a sam:OrganisationalUnit ; rdfs:label "U"@nl , "U"@en ;'
    report = verdict(f"{unit} sam:partOf <https://elders.nl/o> .", background=background)
    assert [r.code for r in report.results if r.bin != "information"] == []


def test_without_reference_states_only_the_shapes_speak() -> None:
    turtle = ":x a sam:Actr ; foaf:mbox <mailto:j.jansen@example.org> ; sam:partOf :y ."
    report = verdict(turtle, reference_states=False)
    assert [r.shape for r in report.results if r.shape.startswith("urn:")] == []
    assert any("nummers" in t.nl for t in report.not_checked)


# --- who may say it -------------------------------------------------------------------------


def others() -> list[Submission]:
    document = read_document(
        (PREFIXES + '<https://elders.nl/o> a sam:Organisation ; rdfs:label "O"@nl .').encode(),
        name="b.ttl",
    )
    return [make_submission(document.triples, "b.ttl", "https://elders.nl/o")]


def test_what_an_organisation_may_not_say_is_refused_with_the_way_to_say_it() -> None:
    report = verdict(
        GOOD + '<https://elders.nl/o> rdfs:comment "hoort bij ons"@nl .',
        organisation=f"{OWN}gemeente",
        background=others(),
        registry=Registry({OWN: f"{OWN}gemeente"}),
    )
    refused = one(report, "KG-V501")
    assert (refused.bin, refused.focus) == ("must-fix", "https://elders.nl/o")
    assert "eigen knoop" in refused.message.nl
    assert "node of your own" in refused.message.en
    assert refused.source is not None


def test_without_an_organisation_authority_is_not_checked_and_that_is_told() -> None:
    report = verdict(GOOD, background=others())
    assert any("organisatie" in t.nl for t in report.not_checked)


# --- repairs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turtle", "code", "added"),
    [
        (':gemeente sam:validFrom "31-1-2026" .', "KG-V103", '"2026-01-31"^^'),
        (':gemeente sam:validFrom "1 maart 2026" .', "KG-V103", '"2026-03-01"^^'),
        (INTEREST.format(direction='"minder"'), "KG-V106", "def#Decrease>"),
        (INTEREST.format(direction='"Meer"@nl'), "KG-V106", "def#Increase>"),
        (":gemeente sam:represnts :gemeenschap .", "KG-V208", "def#represents>"),
        (
            f":gemeente dct:language <https{EU}language/NL> .",
            "KG-V206",
            f"<http{EU}language/NLD>",
        ),
    ],
)  # fmt: skip
def test_a_repair_is_verified_and_really_mends(turtle: str, code: str, added: str) -> None:
    result = one(verdict(GOOD + turtle), code)
    assert result.repair is not None
    assert result.repair.verified
    assert added in result.repair.add[0]
    mended = applied(GOOD + turtle, result)
    assert code not in [r.code for r in mended.results]


def applied(turtle: str, result: Result) -> Report:
    assert result.repair is not None
    lines = {f"{t} ." for t in read_document((PREFIXES + turtle).encode(), name="a.ttl").triples}
    assert set(result.repair.remove) <= lines
    after = (lines - set(result.repair.remove)) | set(result.repair.add)
    document = read_document("\n".join(sorted(after)).encode(), name="a.nt")
    return check([document], organisation=None, as_of=DAY)


def test_a_label_without_language_leaves_the_choice_open() -> None:
    result = one(verdict(':x a sam:Organisation ; rdfs:label "Noord" .'), "KG-V103")
    assert result.repair is None
    assert [a.add[0].rpartition("@")[2][:2] for a in result.alternatives] == ["nl", "en"]
    assert all(a.verified for a in result.alternatives)


def test_a_label_without_language_has_one_repair_when_the_other_language_is_there() -> None:
    result = one(verdict(':x a sam:Organisation ; rdfs:label "Noord" , "North"@en .'), "KG-V103")
    assert result.repair is not None
    assert result.repair.add[0].endswith('"Noord"@nl .')


def test_a_repair_that_brings_something_new_is_not_verified() -> None:
    """The date would be well written, but lie after the end."""
    result = one(
        verdict(GOOD + """:gemeente sam:validFrom "31-1-2026" ;
          sam:validUntil "2020-01-01"^^xsd:date ."""),
        "KG-V103",
    )  # fmt: skip
    assert result.repair is not None
    assert not result.repair.verified


def test_a_bad_proposal_does_not_spoil_the_others() -> None:
    report = verdict(
        GOOD
        + """:gemeente sam:validFrom "31-1-2026" ; sam:validUntil "2020-01-01"^^xsd:date .
        :ander a sam:Organisation ; rdfs:label "B"@nl , "B"@en ; sam:validFrom "1-2-2026" ."""
    )
    verified = {r.focus: r.repair.verified for r in report.results if r.repair is not None}
    assert verified == {f"{OWN}gemeente": False, f"{OWN}ander": True}


# --- what was not checked ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turtle", "words"),
    [
        (":los rdfs:seeAlso :x .", "zonder soort"),
        (":p a <https://elders.nl/Ding> .", "kent deze soort niet: https://elders.nl/Ding"),
        (":p dct:subject <https://identifier.overheid.nl/tooi/id/so/so0001> .", "TOOI-register so"),
        (GOOD, "geen vocabulaires geladen"),
    ],
)
def test_what_was_not_checked_is_told(turtle: str, words: str) -> None:
    assert any(words in text.nl for text in verdict(turtle).not_checked)


def test_a_kind_that_is_checked_is_not_in_the_list() -> None:
    assert not any("kent deze soort" in text.nl for text in verdict(GOOD).not_checked)


# --- shapes of others -------------------------------------------------------------------------

FOREIGN = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <https://voorbeeld.nl/id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:S a sh:NodeShape ; sh:targetClass :C ; sh:property :S-size , :S-name , :S-odd .
:S-size sh:path :size ; sh:datatype xsd:decimal ; sh:message "size is wrong"@en .
:S-name sh:path :name ; sh:minCount 1 .
:S-odd sh:path :odd ; sh:deactivated true ; sh:minCount 1 .
"""


def foreign(folder: Path) -> Profile:
    (folder / "foreign.ttl").write_text(FOREIGN, encoding="utf-8")
    return read_profile([folder / "foreign.ttl"])


def test_foreign_shapes_speak_dutch_and_are_quoted(tmp_path: Path) -> None:
    report = verdict(':x a :C ; :size "3,5" .', shapes=foreign(tmp_path))
    size, name = one(report, "KG-V103"), one(report, "KG-V101")
    assert size.message.nl == (
        "Een waarde bij ‘size’ past niet: verwacht is een getal, zoals 12.5. "
        "Het profiel zegt: “size is wrong”"
    )
    assert name.message.nl == "‘name’ ontbreekt of komt te weinig voor: nodig is ten minste 1."
    assert name.message.en == "‘name’ is missing or there are too few: needed is at least 1."
    assert size.repair is not None
    assert size.repair.add[0].endswith('"3.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .')


@pytest.mark.parametrize(
    ("turtle", "passed"),
    [(':x a :C ; :size 3.5 ; :name "n" .', 2), (":x a :C ; :size 3.5 .", 1), (":x a :D .", 0)],
)
def test_pairs_of_shape_and_node_without_a_result_passed(
    turtle: str, passed: int, tmp_path: Path
) -> None:
    assert verdict(turtle, shapes=foreign(tmp_path)).passed == passed


def test_every_constraint_component_has_a_sentence_in_both_languages() -> None:
    codes = [s.code for s in sentences().values()]
    assert len(set(codes)) == len(codes)
    for sentence in sentences().values():
        assert sentence.message.nl != sentence.message.en
        assert "{path}" in sentence.message.nl
        assert "{path}" in sentence.message.en
