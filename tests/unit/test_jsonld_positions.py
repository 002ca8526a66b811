"""Every statement of JSON-LD is found at its JSON Pointer, and that pointer at its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KgError
from kg.intake.jsonld import OWN_CONTEXT, escape_pointer, pointer_offsets
from kg.intake.read import read_document
from kg.rdf.positions import Lines, PlacedError

CONTEXT: dict[str, Any] = {
    "e": "https://example.org/",
    "id": "@id",
    "link": {"@id": "e:link", "@type": "@id"},
    "day": {"@id": "e:day", "@type": "http://www.w3.org/2001/XMLSchema#date"},
    "label": {"@id": "e:label", "@container": "@language"},
    "steps": {"@id": "e:steps", "@container": "@list"},
}
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=6).filter(lambda s: s.isprintable()),
    st.integers(-(10**6), 10**6),
    st.floats(-1e6, 1e6).filter(lambda x: x != 0),
    st.booleans(),
    st.builds(lambda v: {"@value": v, "@language": "nl"}, st.sampled_from(["a", "b/c~d"])),
)


@st.composite
def nodes(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    keys = draw(st.lists(st.sampled_from("pqrs"), min_size=1, max_size=3, unique=True))
    node: dict[str, Any] = {f"e:{k}/~": draw(st.one_of(LEAVES, st.lists(LEAVES))) for k in keys}
    if draw(st.booleans()):
        node["id"] = draw(st.sampled_from(["e:1", "_:b", "https://x/é", "rel"]))
    if draw(st.booleans()):
        node["@type"] = draw(st.sampled_from(["e:T", ["e:T", "e:U"]]))
    if draw(st.booleans()):
        node["label"] = {"nl": "één", "en": ["one", "uno"]}
    if draw(st.booleans()):
        node["steps"] = draw(st.lists(LEAVES, max_size=3))
    if depth and draw(st.booleans()):
        node["link"] = draw(st.lists(nodes(depth - 1), max_size=2))
    return node


@settings(max_examples=120, deadline=None)
@given(st.lists(nodes(), min_size=1, max_size=3), st.sampled_from([None, 1, "\t"]))
def test_every_value_is_found_at_its_pointer_and_line(
    graph: list[dict[str, Any]], indent: int | str | None
) -> None:
    planted = f"geplant {len(graph)}"
    graph[-1]["e:planted"] = ["iets anders", planted]
    value = {"@context": CONTEXT, "@graph": graph}
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    document = read_document(text.encode(), name="a.jsonld")
    lines = Lines(text)
    for triple in document.triples:
        place = document.places(triple)
        assert place is not None, triple
        assert place.pointer is not None
        assert place.line is not None
        if getattr(triple.object, "value", None) == planted:
            assert place.pointer == f"/@graph/{len(graph) - 1}/e:planted/1"
            offset = lines.offset(place.line, place.column or 0)
            assert text[offset:].startswith(json.dumps(planted))


@settings(max_examples=100, deadline=None)
@given(st.recursive(LEAVES, lambda x: st.lists(x) | st.dictionaries(st.text(max_size=3), x)))
def test_offsets_of_pointers_are_where_the_values_are(value: object) -> None:
    text = json.dumps(value, indent=2)
    decoder = json.JSONDecoder()
    for pointer, offset in pointer_offsets(text).items():
        found: Any = value
        for step in pointer.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            found = found[int(key)] if isinstance(found, list) else found[key]
            assert escape_pointer(key) == step
        assert decoder.raw_decode(text, offset)[0] == found


def test_our_own_context_is_known_by_its_iri_and_places_stay_those_of_the_file() -> None:
    text = (
        f'{{"@context": ["{OWN_CONTEXT}", {{"x": "https://example.org/"}}],\n'
        ' "id": "x:brp", "type": "Actor",\n "prefLabel": {"nl": "BRP"}}'
    )
    document = read_document(text.encode(), name="a.jsonld")
    places = {str(t.object): str(document.places(t)) for t in document.triples}
    assert places == {
        "<https://w3id.org/samenspel/def#Actor>": "a.jsonld:2:25 /type",
        '"BRP"@nl': "a.jsonld:3:22 /prefLabel/nl",
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"@context": "https://evil.example/c", "a": 1}', "a.jsonld:1:14"),
        ('{"@context": [{}, "https://evil.example/c"], "a": 1}', "a.jsonld:1:19"),
        ('{"@context": {"@import": "https://evil.example/c"}}', "a.jsonld:1:26"),
        ('{"@context": {"a": {"@id": "b:c", "@context": "file:///x"}}}', "a.jsonld:1:47"),
        ('{"a:b": [{"\\u0040context": "../x"}]}', "a.jsonld:1:28"),
    ],
)
def test_a_context_that_does_not_ship_is_refused_by_name(text: str, place: str) -> None:
    with pytest.raises(PlacedError) as caught:
        read_document(text.encode(), name="a.jsonld")
    assert (caught.value.code, str(caught.value.place)) == ("KG-R026", place)
    assert caught.value.advice is not None
    assert OWN_CONTEXT in caught.value.advice.nl


@pytest.mark.parametrize(
    ("text", "place", "mend"),
    [
        ('{"a:b": 1,\n}', "a.jsonld:1:10", "komma weg"),
        ('{"a:b": 1 "a:c": 2}', "a.jsonld:1:11", "een komma"),
        ("{\"a:b\": 'x'}", "a.jsonld:1:9", "rechte"),
        ('{"a:b": “x”}', "a.jsonld:1:9", "rechte"),
        ('{"a:b": 1 // x\n}', "a.jsonld:1:11", "commentaar"),
        ('{"a:b": "x', "a.jsonld:1:9", 'af met "'),
        ("", "a.jsonld:1:1", "herstel"),
    ],
)
def test_a_mistake_in_the_json_is_told_with_its_mend(text: str, place: str, mend: str) -> None:
    with pytest.raises(PlacedError) as caught:
        read_document(text.encode(), name="a.jsonld")
    assert (caught.value.code, str(caught.value.place)) == ("KG-R027", place)
    assert caught.value.advice is not None
    assert mend in caught.value.advice.nl


@pytest.mark.parametrize(
    "value",
    [
        {"@context": {"n": {"@id": "a:n", "@type": "@json"}}, "n": {"x": 1}},
        {"@context": {"n": {"@id": "a:n", "@context": {"m": "a:m"}}}, "n": {"m": 1}},
        {"@context": {"n": "@nest"}, "n": {"a:b": 1}},
        {"@context": {"n": {"@id": "a:n", "@container": "@id"}}, "n": {"a:x": {"a:b": 1}}},
    ],
)
def test_what_the_second_reader_does_not_know_has_no_place(value: dict[str, Any]) -> None:
    document = read_document(json.dumps(value).encode(), name="a.jsonld")
    assert document.triples
    assert {document.places(t) for t in document.triples} == {None}


def test_a_named_graph_is_refused() -> None:
    with pytest.raises(KgError) as caught:
        read_document(b'{"@id": "a:g", "@graph": [{"a:b": 1}]}', name="a.jsonld")
    assert caught.value.code == "KG-R025"
