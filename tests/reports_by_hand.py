"""Verdicts made by hand, as the checks would give them, for the tests of formats and repairs."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from kg.checking.report import BINS, Group, Repair, Report, Result
from kg.rdf.positions import Place
from kg.text import Text

SAM = "https://w3id.org/samenspel/def#"
SERVICES = """\
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

# Wat de gemeente levert.
ex:vergunning a sam:Service ;
  rdfs:label "Vergunning verlenen" ;
  sam:language <https://publications.europa.eu/resource/authority/language/NL> ;
  sam:start "31 jan"^^xsd:date .
ex:levering a sam:ServiceProvision ;
  sam:ofService ex:vergunning ;
  sam:customer ex:ouders, ex:school .
"""

LABEL = Result(
    bin="should-fix",
    message=Text(
        "Er is geen Nederlandse naam voor de dienst. Voeg een naam in het Nederlands toe.",
        "There is no Dutch name for the service. Add a name in Dutch.",
    ),
    focus="https://example.org/vergunning",
    focus_label=Text("Vergunning verlenen", "Vergunning verlenen"),
    path="(<http://www.w3.org/2000/01/rdf-schema#label>|<http://www.w3.org/2004/02/skos/core#prefLabel>)",
    path_words=Text("naam", "name"),
    shape=SAM + "ServiceShape-labelNl",
    constraint="sh:QualifiedMinCountConstraintComponent",
    code="KG-V127",
    source=Place("diensten.ttl", 7, 1),
)
LANGUAGE = Result(
    bin="must-fix",
    message=Text(
        "De verwijzing is niet geschreven zoals de EU-lijst van talen het doet.",
        "The reference is not written as the EU list of languages writes it.",
    ),
    focus="https://example.org/vergunning",
    focus_label=Text("Vergunning verlenen", "Vergunning verlenen"),
    path=SAM + "language",
    value="<https://publications.europa.eu/resource/authority/language/NL>",
    shape="urn:samenspel:check:reference-malformed",
    constraint="KG-V206",
    code="KG-V206",
    source=Place("diensten.ttl", 9, 16),
    repair=Repair(
        Text(
            "vervang …/language/NL door …/language/NLD", "replace …/language/NL by …/language/NLD"
        ),
        remove=(
            f"<https://example.org/vergunning> <{SAM}language> "
            "<https://publications.europa.eu/resource/authority/language/NL>",
        ),
        add=(
            f"<https://example.org/vergunning> <{SAM}language> "
            "<http://publications.europa.eu/resource/authority/language/NLD>",
        ),
        verified=True,
    ),
)
DATE = Result(
    bin="must-fix",
    message=Text("Schrijf een datum als 2026-01-31.", "Write a date like 2026-01-31."),
    focus="https://example.org/vergunning",
    path=SAM + "start",
    path_words=Text("begin", "start"),
    value='"31 jan"^^<http://www.w3.org/2001/XMLSchema#date>',
    expected=Text("een datum", "a date"),
    shape=SAM + "ServiceShape-start",
    constraint="sh:DatatypeConstraintComponent",
    code="KG-V103",
    source=Place("diensten.ttl", 10, 13),
)
CELL = Result(
    bin="unknown-reference",
    message=Text(
        "Politei staat niet in de lijst. Bedoelt u Politie?", "Politei is not in the list."
    ),
    focus="https://example.org/dienst/2",
    path=f"(^<{SAM}ofService>/<{SAM}supplier>*)",
    value='"Politei"@nl',
    shape="urn:samenspel:check:reference-unknown",
    constraint="KG-V202",
    code="KG-V202",
    source=Place("diensten.xlsx", cell="Diensten!C7"),
)
TOLD = Result(
    bin="information",
    message=Text("De lijst is niet geladen.", "The list is not loaded."),
    focus="_:b0",
    shape="urn:samenspel:check:scheme-not-loaded",
    constraint="KG-V207",
    code="KG-V207",
    source=Place("diensten.jsonld", 3, 9, pointer="/@graph/0/label"),
)

REPORT = Report(
    files=("diensten.ttl", "diensten.xlsx", "diensten.jsonld"),
    as_of=dt.date(2026, 1, 1),
    groups=(
        Group((LANGUAGE,), 1),
        Group((DATE,), 1),
        Group((LABEL,), 3),
        Group((CELL,), 1),
        Group((TOLD,), 1),
    ),
    passed=41,
    not_checked=(
        Text("het register van de KVK is niet geladen", "the KVK register is not loaded"),
    ),
    versions={"samenspel": "0.1.0", "TOOI": "2026-11"},
    media={"diensten.ttl": "text/turtle"},
)
FINE = Report(files=("goed.ttl",), as_of=dt.date(2026, 1, 1), groups=(), passed=3)

HOSTILE = (
    "</script><script>alert(1)</script>",
    "]]>",
    '" onmouseover="alert(1)',
    "\x1b[2J\x1b]0;owned\x07",
    "naam\u202egnp.exe",
    "een\r\n::error file=x::gelukt\ntwee",
    "::add-mask::geheim",
    "%0A::stop-commands::x",
    "<!--",
    "&lt;b&gt; &#x3c;",
    "\x00\x9b31m\u2028\u2066\ufeff\U000e0041",
    "javascript:alert(1)",
    '"=HYPERLINK(""http://x"")"',
    "\ud800",
    "\uffff",
)

_text = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.text("<>&\"'%:,\r\n\x1b\u202e]", max_size=8),
)
_texts = st.builds(Text, _text, _text)
_places = st.builds(
    Place,
    file=_text.filter(bool),
    line=st.none() | st.integers(1, 99),
    column=st.none() | st.integers(1, 99),
    pointer=st.none() | _text,
    cell=st.none() | _text,
)
_repairs = st.builds(Repair, _texts, st.tuples(_text), st.tuples(_text), st.booleans())
results = st.builds(
    Result,
    bin=st.sampled_from(BINS),
    message=_texts,
    focus=_text,
    shape=_text,
    constraint=_text,
    code=st.sampled_from(["KG-V101", "KG-V202"]) | _text,
    path=_text | st.just(LABEL.path),
    value=_text | _text.map(lambda t: f'"{t}"@nl'),
    focus_label=st.none() | _texts,
    path_words=st.none() | _texts,
    expected=st.none() | _texts,
    source=st.none() | _places,
    repair=st.none() | _repairs,
)


def _report(found: list[Result], names: list[str], told: list[Text], passed: int) -> Report:
    groups = []
    for name in BINS:
        groups += [Group((r,), 1) for r in found if r.bin == name]
    return Report(
        files=tuple(dict.fromkeys(names)),
        as_of=dt.date(2026, 1, 1),
        groups=tuple(groups),
        passed=passed,
        not_checked=tuple(told),
        versions={n: n for n in names},
        media={n: n for n in names},
    )


reports = st.builds(
    _report,
    st.lists(results, max_size=3),
    st.lists(_text.filter(bool), max_size=3),
    st.lists(_texts, max_size=2),
    st.integers(0, 9),
)
"""Verdicts with any text anywhere: what a hostile file could bring about."""
