"""The matrix: customers against services, drawn so that nothing is told by colour only."""

from __future__ import annotations

import csv
import datetime as dt
import io
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

import kg
from kg.errors import NotFoundError
from kg.insight import matrix as matrix_module
from kg.insight.bipartite import arrange, crossings
from kg.insight.diagram import to_svg
from kg.insight.drawing import to_html
from kg.insight.matrix import Matrix

NOW = dt.date(2026, 1, 1)
E = "https://example.org/"
DATA = """
@prefix : <https://example.org/> . @prefix sam: <https://w3id.org/samenspel/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:green a sam:Service ; rdfs:label "Groen <b>&"@nl ; sam:touches :say .
:pool a sam:Service ; rdfs:label "Swimming pool"@en .
:say a sam:Aspect .
:p a sam:ServiceProvision ; sam:ofService :green ; sam:supplier :town ; sam:customer :club .
:q a sam:ServiceProvision ; sam:ofService :green ; sam:supplier :town ; sam:customer :school .
:r a sam:ServiceProvision ; sam:ofService :pool ; sam:supplier :town ; sam:customer :school .
:i a sam:Interest ; sam:heldBy :club ; sam:concerns :say ; sam:direction sam:Increase .
:j a sam:Interest ; sam:heldBy :school ; sam:concerns :say ; sam:direction sam:Decrease .
:k a sam:Interest ; sam:heldBy :neighbours ; sam:concerns :quiet ; sam:direction sam:Increase .
:quiet a sam:Aspect .
:e a sam:Effect ; sam:causedBy :pool ; sam:onInterest :k ; sam:contribution -80 .
"""


@pytest.fixture
def small(tmp_path: Path) -> Matrix:
    file = tmp_path / "small.ttl"
    file.write_text(DATA)
    return kg.read(file, as_of=NOW).matrix()


class Tags(HTMLParser):
    """Collects start tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_cells_tell_supply_conflict_and_gap(small: Matrix) -> None:
    club = small.cell(E + "club", E + "green")
    assert club.suppliers == (E + "town",)
    assert [f.rule for f in club.conflicts] == ["opposed"]
    assert [f.rule for f in club.gaps] == ["missing-coordination", "blind-spot"]
    assert not small.cell(E + "club", E + "pool").is_tense


def test_who_is_harmed_without_being_a_customer_has_a_row(small: Matrix) -> None:
    cell = small.cell(E + "neighbours", E + "pool")
    assert cell.suppliers == ()
    assert [f.rule for f in cell.conflicts] == ["externality"]


def test_the_supplier_is_no_customer_of_its_own_service(small: Matrix) -> None:
    assert E + "town" not in small.customers


def test_the_gravest_come_first(small: Matrix) -> None:
    worst = {s: max((f.rank for c in small.customers for f in (*small.cell(c, s).conflicts,
             *small.cell(c, s).gaps)), default=0) for s in small.services}  # fmt: skip
    assert list(worst.values()) == sorted(worst.values(), reverse=True)


def test_csv_has_a_line_per_cell_and_parses(small: Matrix) -> None:
    rows = list(csv.DictReader(io.StringIO(small.to_csv(), newline="")))
    assert len(rows) == 4
    [club] = [r for r in rows if r["customer"] == E + "club"]
    assert (club["conflicts"], club["gaps"], club["serviceName"]) == ("1", "2", "Groen <b>&")


def test_csv_for_a_spreadsheet_runs_no_formula(tmp_path: Path) -> None:
    file = tmp_path / "f.ttl"
    file.write_text(DATA.replace('"Swimming pool"', '"=HYPERLINK(1)"'))
    text = kg.read(file, as_of=NOW).matrix().to_csv(spreadsheet=True)
    assert text.startswith("\ufeff")
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text


@pytest.mark.parametrize("standalone", [True, False])
def test_html_has_no_script_no_style_attribute_and_scopes(
    small: Matrix, *, standalone: bool
) -> None:
    found = Tags(to_html(small, standalone=standalone)).tags
    names = [name for name, _ in found]
    assert "script" not in names
    assert not any("style" in attrs or any(a.startswith("on") for a in attrs) for _, attrs in found)
    assert names.count("style") == (1 if standalone else 0)
    assert names.count("caption") == 1
    scopes = [attrs.get("scope") for name, attrs in found if name == "th"]
    assert scopes.count("col") == 1 + len(small.services)
    assert scopes.count("row") == len(small.customers)


def test_html_escapes_names_and_marks_their_language(small: Matrix) -> None:
    text = to_html(small)
    assert "<b>" not in text
    assert '<th scope="col" lang="nl">Groen &lt;b&gt;&amp;</th>' in text
    assert '<th scope="col" lang="en">Swimming pool</th>' in text


def test_every_mark_says_what_it_means(small: Matrix) -> None:
    tags = Tags(to_html(small)).tags
    told = [a["aria-label"] or "" for name, a in tags if name == "span" and a.get("role") == "img"]
    assert len(told) == len(small.cells)
    assert "geleverd door town, 1 belangenconflict, 2 lacunes" in told


def test_both_languages(tmp_path: Path) -> None:
    file = tmp_path / "small.ttl"
    file.write_text(DATA)
    graph = kg.read(file, as_of=NOW)
    assert "Klanten en diensten" in to_html(graph.matrix(lang="nl"))
    english = to_html(graph.matrix(lang="en"))
    assert '<html lang="en">' in english
    assert "Klanten" not in english


def test_svg_is_well_formed_and_tells_itself(small: Matrix) -> None:
    text = to_svg(small)
    root = ET.fromstring(text)  # noqa: S314 - our own output
    ns = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    assert set((root.get("aria-labelledby") or "").split()) == ids
    assert not list(root.iter(ns + "script"))
    assert not any(e.get("style") for e in root.iter())
    lines = list(root.iter(ns + "path"))
    assert len(lines) == 3
    assert "club – Groen <b>&: geleverd door town, 1 belangenconflict" in " ".join(
        (e.text or "") for e in root.iter(ns + "title")
    )


def test_svg_shows_tension_only(small: Matrix) -> None:
    text = to_svg(small)
    assert "school" in text
    assert small.cell(E + "school", E + "pool").suppliers
    assert "school – Swimming pool" not in text


def test_beyond_what_a_page_holds_only_tension_is_drawn(
    small: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = to_html(small)
    monkeypatch.setattr(matrix_module, "MOST_CELLS", 1)
    assert small.fitting().hidden == (0, 0)
    lonely = Matrix(
        (*small.customers, E + "calm"),
        small.services,
        {**small.cells, (E + "calm", E + "pool"): small.cell(E + "school", E + "pool")},
        small.labels,
    )
    shown = to_html(lonely)
    assert "calm" not in shown
    assert "1 klanten en 0 diensten zonder spanning zijn weggelaten" in shown
    assert "calm" in lonely.to_csv()
    assert "weggelaten" not in whole


def test_one_service_may_be_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "small.ttl"
    file.write_text(DATA)
    graph = kg.read(file, as_of=NOW)
    assert graph.matrix(service=[E + "pool"]).services == (E + "pool",)
    with pytest.raises(NotFoundError) as caught:
        graph.matrix(service=[E + "nothing"])
    assert caught.value.code == "KG-N004"


def test_arranging_never_makes_more_crossings() -> None:
    left, right = list("abcd"), list("wxyz")
    edges = [("a", "z"), ("b", "y"), ("c", "x"), ("d", "w"), ("a", "w")]
    before = crossings(left, right, edges)
    new_left, new_right = arrange(left, right, edges)
    assert (sorted(new_left), sorted(new_right)) == (left, right)
    assert crossings(new_left, new_right, edges) < before


def test_an_empty_matrix_says_so(tmp_path: Path) -> None:
    file = tmp_path / "empty.ttl"
    file.write_text("")
    empty = kg.read(file, as_of=NOW).matrix()
    assert "Er wordt niets geleverd." in to_html(empty)
    ET.fromstring(to_svg(empty))  # noqa: S314 - our own output


GOLDEN = Path(__file__).parents[3] / "shared/prototype/semantics/golden/example.ttl"


@pytest.mark.skipif(not GOLDEN.exists(), reason="the golden case is not beside the checkout")
def test_golden_matrix() -> None:
    golden = kg.read(GOLDEN, as_of=NOW).matrix()
    base = E + "golden/"
    assert [f.rule for f in golden.cell(base + "informants", base + "s-picture").conflicts] == [
        "externality"
    ]
    assert golden.cell(base + "south", base + "s-picture").suppliers == (base + "supplier",)
    assert base + "sup-staff" not in golden.customers
