"""The shapes: each has fired in an example, speaks two languages, takes no finding for a fault.

The examples are checked in one session: all valid ones together, all invalid ones together, each
against the ontology and the valid examples as background.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from kg.checking.shacl import ShaclResult, validate_graph
from kg.resources import ontology_dir

SAM = Namespace("https://w3id.org/samenspel/def#")
ONTOLOGY = ontology_dir()
EXAMPLES = ONTOLOGY / "examples"
GOLDEN = Path(__file__).parents[3] / "shared/prototype/semantics/golden/example.ttl"
MODULES = ("core", "coordination", "cocreation", "quality", "finding")
VALID = sorted(EXAMPLES.glob("*/valid/*.ttl"))
INVALID = sorted(EXAMPLES.glob("*/invalid/*.ttl"))
DERIVED = EXAMPLES / "finding/valid/derived.ttl"
SUBMISSIONS = [path for path in VALID if path != DERIVED]

INFERRED_INVERSES = {SAM.enabledIn, SAM.coordinatesUnderThis}
"""Inverses that only the reasoner uses; nobody states them, so no shape speaks of them."""

NO_CONSTRAINT = {
    RDF.type, SH.path, SH.order, SH.name, SH.description, SH.severity, SH.message, SH.property,
    SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode,
    SH.qualifiedValueShape, SH.deactivated,
}  # fmt: skip


def read(paths: list[Path]) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


def local(name: object) -> str:
    return str(name).removeprefix(str(SAM))


def ident(path: Path) -> str:
    return str(path.relative_to(EXAMPLES))


def expected_shapes(path: Path) -> set[str]:
    mark, _, names = path.read_text(encoding="utf-8").splitlines()[0].partition(": ")
    assert mark == "# expects", f"{path.name} does not begin with '# expects: '"
    return {name.strip() for name in names.split(",")}


def named_shapes(shapes: Graph) -> set[URIRef]:
    """Give every shape with an IRI that constrains something by itself."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    found = {node for kind in kinds for node in shapes.subjects(RDF.type, kind)}
    return {node for node in found if isinstance(node, URIRef) and components(shapes, node)}


def components(shapes: Graph, shape: URIRef) -> set[str]:
    """Give the constraint components of a shape by the parameters it states."""
    parameters = {p for p in shapes.predicates(shape) if str(p).startswith(str(SH))} - NO_CONSTRAINT
    names = {str(parameter).removeprefix(str(SH)) for parameter in parameters}
    stems = {"SPARQL" if name == "sparql" else name[0].upper() + name[1:] for name in names}
    return {f"sh:{stem}ConstraintComponent" for stem in stems}


def uncovered(shapes: Graph, results: list[ShaclResult]) -> set[str]:
    fired = {result.shape for result in results}
    return {local(shape) for shape in named_shapes(shapes) if str(shape) not in fired}


@dataclasses.dataclass(frozen=True)
class Session:
    """Example files and what the shapes say about them, by file."""

    results: dict[Path, list[ShaclResult]]

    @classmethod
    def of(cls, paths: list[Path], shapes: Graph, background: Graph) -> Session:
        graphs = {path: read([path]) for path in paths}
        data = Graph()
        for graph in graphs.values():
            data += graph
        found = validate_graph(data, shapes, background=background)
        nodes = {
            path: {name_of(node) for node in graph.subjects()} for path, graph in graphs.items()
        }
        return cls({path: [r for r in found if r.focus in nodes[path]] for path in paths})

    def without(self, left_out: Path) -> list[ShaclResult]:
        return [r for path, rs in self.results.items() if path != left_out for r in rs]


def name_of(node: object) -> str:
    return f"_:{node}" if isinstance(node, BNode) else str(node)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return read([ONTOLOGY / "shapes" / f"{module}.ttl" for module in MODULES])


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return read([ONTOLOGY / f"{module}.ttl" for module in MODULES])


@pytest.fixture(scope="module")
def background(ontology: Graph) -> Graph:
    world = read(SUBMISSIONS)
    world += ontology
    return world


@pytest.fixture(scope="module")
def invalid(shapes: Graph, background: Graph) -> Session:
    return Session.of(INVALID, shapes, background)


@pytest.fixture(scope="module")
def valid(shapes: Graph, background: Graph) -> Session:
    return Session.of(SUBMISSIONS, shapes, background)


# --- the examples --------------------------------------------------------------------------


@pytest.mark.parametrize("path", INVALID, ids=ident)
def test_an_invalid_example_fires_exactly_what_it_says(path: Path, invalid: Session) -> None:
    assert {local(result.shape) for result in invalid.results[path]} == expected_shapes(path)


@pytest.mark.parametrize("path", SUBMISSIONS, ids=ident)
def test_a_valid_example_gives_no_result_at_all(path: Path, valid: Session) -> None:
    assert valid.results[path] == []


def test_every_module_has_examples_of_both_kinds() -> None:
    for module in MODULES:
        assert list((EXAMPLES / module / "valid").glob("*.ttl")), module
        assert list((EXAMPLES / module / "invalid").glob("*.ttl")), module


def test_invalid_examples_do_not_speak_of_each_others_nodes() -> None:
    """They are checked in one session, so a node belongs to one file."""
    files = [*INVALID, None]
    owners: Counter[object] = Counter()
    for path in files:
        graph = read(SUBMISSIONS) if path is None else read([path])
        owners.update(set(graph.subjects()))
    assert [node for node, count in owners.items() if count > 1] == []


def test_every_shape_has_fired_in_an_invalid_example(shapes: Graph, invalid: Session) -> None:
    everything = [result for results in invalid.results.values() for result in results]
    assert uncovered(shapes, everything) == set()


def test_every_constraint_of_every_shape_has_fired(shapes: Graph, invalid: Session) -> None:
    fired = {(r.shape, r.constraint) for rs in invalid.results.values() for r in rs}
    stated = {(str(s), c) for s in named_shapes(shapes) for c in components(shapes, s)}
    assert {(local(shape), constraint) for shape, constraint in stated - fired} == set()


@pytest.mark.parametrize("path", INVALID, ids=ident)
def test_the_coverage_test_misses_an_example_that_is_taken_away(
    path: Path, shapes: Graph, invalid: Session
) -> None:
    """Only what another example also fires may stay covered."""
    elsewhere = set().union(*(expected_shapes(other) for other in INVALID if other != path))
    before = uncovered(shapes, [r for rs in invalid.results.values() for r in rs])
    after = uncovered(shapes, invalid.without(path))
    assert after - before == expected_shapes(path) - elsewhere


def test_a_reference_to_itself_names_the_property(invalid: Session) -> None:
    found = [r for rs in invalid.results.values() for r in rs]
    itself = [r for r in found if r.shape == str(SAM.SelfReferenceShape)]
    assert {local(r.path) for r in itself} == {
        "partOf",
        "represents",
        "opposes",
        "requires",
        "hasMember",
    }
    assert all(r.value == r.focus for r in itself)


BORDERS = [
    ("Interest", "priority", ["0", "100"], ["-1", "101", "50.0"]),
    ("Effect", "contribution", ["-100", "0", "100"], ["-101", "101", "0.5"]),
    ("Effect", "confidence", ["0.0", "1.0"], ["-0.1", "1.1", "1"]),
    ("Assessment", "score", ["0", "100"], ["-1", "101", "7.5"]),
    ("Community", "groupSize", ["1", "1000000"], ["0", "-1", "1.5"]),
    ("Finding", "severity", ["0.0", "100.0"], ["-0.1", "100.1", "100"]),
    ("Finding", "count", ["0", "500"], ["-1", "1.5"]),
    ("Effect", "strongClaim", ["-74", "74"], ["-75", "75"]),
]


def test_numbers_are_judged_at_their_borders(shapes: Graph, ontology: Graph) -> None:
    data, expected = Graph(), set()
    for kind, name, inside, outside in BORDERS:
        predicate = "contribution" if name == "strongClaim" else name
        for number in [*inside, *outside]:
            node = f"urn:{kind}:{name}:{number}"
            text = f"<{node}> a <{SAM[kind]}> ; <{SAM[predicate]}> {number} ."
            data.parse(data=text, format="turtle")
            if number in outside:
                expected.add((node, f"{kind}Shape-{name}"))
    wanted = {f"{kind}Shape-{name}": name for kind, name, *_ in BORDERS}
    found = {
        (r.focus, local(r.shape))
        for r in validate_graph(data, shapes, background=ontology)
        if r.focus.split(":")[2] == wanted.get(local(r.shape))
    }
    assert found == expected


# --- what must not be refused, and what must -------------------------------------------------


def test_derived_findings_conform_but_are_refused_in_a_submission(
    shapes: Graph, background: Graph
) -> None:
    findings = read([DERIVED])
    submitted = validate_graph(findings, shapes, background=background)
    assert {local(r.shape) for r in submitted} == {"SubmittedFindingShape"}
    assert {r.focus for r in submitted} == {str(node) for node in findings.subjects()}

    for_derived = Graph()
    for_derived += shapes
    for_derived.add((SAM.SubmittedFindingShape, SH.deactivated, Literal(True)))  # noqa: FBT003
    assert validate_graph(findings, for_derived, background=background) == []


FINDINGS_NOT_FAULTS = """
@prefix sam: <https://w3id.org/samenspel/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://example.org/voorbeeld/> .
# Opposed and asserted as opposed: the clubs want the reverse of each other.
:more a sam:Interest ; sam:heldBy :club-a ; sam:concerns :field-hours ;
  sam:direction sam:Increase ; sam:opposes :less .
:less a sam:Interest ; sam:heldBy :club-b ; sam:concerns :field-hours ;
  sam:direction sam:Decrease ; sam:opposes :more .
# One service helps the one and harms the other.
:helps a sam:Effect ; sam:causedBy :sports-fields ; sam:onInterest :more ;
  sam:contribution 60 ; sam:claimedBy :club-a .
:harms a sam:Effect ; sam:causedBy :sports-fields ; sam:onInterest :less ;
  sam:contribution -60 ; sam:claimedBy :club-b .
# Themes in a circle, a table of staff only, a compromise long past its day, one customer's account.
:round a sam:CoordinationTheme ; sam:coordinatedUnder :and-round ; sam:addresses :sports-fields .
:and-round a sam:CoordinationTheme ; sam:coordinatedUnder :round ; sam:addresses :sports-fields .
:staff a sam:Consultation ; sam:forTheme :round ; sam:ledBy :staff-office ;
  sam:hasParticipation [ sam:participant :staff-office ; sam:mandated false ] .
:stale a sam:Compromise ; sam:forTheme :round ; sam:agreedBy :club-a , :club-b ;
  sam:reviewBy "1999-12-31"^^xsd:date .
:single a sam:Account ; sam:accountOf :municipality ; sam:serves :club-a .
# Responsibility on one side, and paid by volume.
:one-sided a sam:Responsibility ; sam:bearer :municipality ; sam:responsibilityFor :issue-safety .
:volume a sam:FinancingScheme ; sam:finances :green-care ; sam:basis sam:OutputVolume .
"""


def test_a_finding_in_the_data_is_never_a_violation(shapes: Graph, background: Graph) -> None:
    data = Graph().parse(data=FINDINGS_NOT_FAULTS, format="turtle")
    results = validate_graph(data, shapes, background=background)
    assert {local(r.shape) for r in results if r.severity == "Violation"} == set()
    names = {"CoordinationThemeShape-labelNl", "CoordinationThemeShape-labelEn"}
    assert {local(r.shape) for r in results} == names


@pytest.mark.skipif(not GOLDEN.exists(), reason="the golden case is not beside this checkout")
def test_the_golden_case_lacks_only_what_more_means(shapes: Graph, ontology: Graph) -> None:
    results = validate_graph(read([GOLDEN]), shapes, background=ontology)
    counted = Counter((r.severity, local(r.shape)) for r in results)
    violations = {shape: n for (severity, shape), n in counted.items() if severity == "Violation"}
    assert violations == {"AspectShape-moreMeans": 8}
    warned = {shape for severity, shape in counted if severity == "Warning"}
    assert {shape for shape in warned if not shape.endswith(("-labelNl", "-labelEn"))} == {
        "AssessmentShape-claimedByExpected",
        "EffectShape-claimedByExpected",
        "EffectShape-strongClaim",
        "ServiceProvisionShape-viaInterfaceExpected",
    }
    assert {shape: n for (severity, shape), n in counted.items() if severity == "Info"} == {
        "AssessmentShape-validFromExpected": 2,
        "CoordinationThemeShape-addressesExpected": 1,
    }


# --- focus ---------------------------------------------------------------------------------


def test_narrowed_targets_find_what_checking_everything_finds(
    shapes: Graph, background: Graph
) -> None:
    """The oracle: check background and data alike, then keep what is about the data."""
    data = read(INVALID)
    everything = Graph()
    everything += data
    everything += background
    own = {name_of(node) for node in data.subjects()}
    oracle = [r for r in validate_graph(everything, shapes) if r.focus in own]
    assert validate_graph(data, shapes, background=background) == oracle
    some = sorted(own)[::7]
    wanted = [r for r in oracle if r.focus in some]
    assert validate_graph(data, shapes, background=background, focus=some) == wanted


# --- how the shapes are written --------------------------------------------------------------


def test_every_class_is_mirrored_by_a_shape(ontology: Graph, shapes: Graph) -> None:
    """SEMIC style guide, DSC-R4."""
    classes = {c for c in ontology.subjects(RDF.type, OWL.Class) if str(c).startswith(str(SAM))}
    assert classes
    for each in classes:
        assert (URIRef(f"{each}Shape"), SH.targetClass, each) in shapes, local(each)
    targets = set(shapes.objects(None, SH.targetClass))
    assert {local(t) for t in targets - classes if str(t).startswith(str(SAM))} == set()


def test_every_property_is_used_in_a_shape_and_known_to_the_ontology(
    ontology: Graph, shapes: Graph
) -> None:
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    stated = {p for kind in kinds for p in ontology.subjects(RDF.type, kind)}
    properties = {p for p in stated if str(p).startswith(str(SAM))}
    used = set(shapes.objects())
    assert {local(p) for p in properties - used} == {local(p) for p in INFERRED_INVERSES}
    known = set(ontology.subjects())
    own = {o for o in used if isinstance(o, URIRef) and str(o).startswith(str(SAM))}
    assert {local(o) for o in own - known if (o, None, None) not in shapes} == set()


def test_every_property_shape_has_a_readable_name(shapes: Graph) -> None:
    owned = list(shapes.subject_objects(SH.property))
    assert owned
    for owner, shape in owned:
        assert isinstance(shape, URIRef)
        assert str(shape).startswith(f"{owner}-"), shape
    assert set(shapes.subjects(RDF.type, SH.PropertyShape)) == {shape for _, shape in owned}


@pytest.mark.parametrize("predicate", [SH.name, SH.description, SH.message])
def test_every_property_shape_speaks_dutch_and_english(shapes: Graph, predicate: URIRef) -> None:
    for shape in shapes.subjects(RDF.type, SH.PropertyShape):
        texts = [text for text in shapes.objects(shape, predicate) if isinstance(text, Literal)]
        assert sorted(str(text.language) for text in texts) == ["en", "nl"], (shape, predicate)
        assert all(str(text).strip() for text in texts)


def test_every_node_shape_that_constrains_speaks_dutch_and_english(shapes: Graph) -> None:
    for shape in named_shapes(shapes):
        texts = [text for text in shapes.objects(shape, SH.message) if isinstance(text, Literal)]
        assert sorted(str(text.language) for text in texts) == ["en", "nl"], shape


def test_every_shape_that_constrains_has_one_severity_and_property_shapes_one_order(
    shapes: Graph,
) -> None:
    grave = {SH.Violation, SH.Warning, SH.Info}
    for shape in named_shapes(shapes):
        severities = list(shapes.objects(shape, SH.severity))
        assert len(severities) == 1, shape
        assert severities[0] in grave, shape
    for owner in shapes.subjects(RDF.type, SH.NodeShape):
        orders = [shapes.value(shape, SH.order) for shape in shapes.objects(owner, SH.property)]
        assert None not in orders
        assert len(set(orders)) == len(orders), owner


def test_messages_reach_the_reader_in_both_languages(invalid: Session) -> None:
    for results in invalid.results.values():
        for result in results:
            assert set(result.messages) == {"nl", "en"}, result.shape


def test_no_shape_uses_a_regular_expression(shapes: Graph) -> None:
    assert list(shapes.subject_objects(SH.pattern)) == []


def test_queries_in_shapes_are_plain(shapes: Graph) -> None:
    queries = [str(text).upper() for text in shapes.objects(None, SH.select)]
    assert queries
    for query in queries:
        assert query.startswith("SELECT $THIS ")
        assert not {"FROM", "SERVICE", "REGEX", "MINUS", "VALUES"} & set(query.split())


def test_no_shape_follows_a_path_of_unknown_length(shapes: Graph) -> None:
    for endless in (SH.zeroOrMorePath, SH.oneOrMorePath):
        assert list(shapes.subject_objects(endless)) == []


def test_lists_in_shapes_are_whole(shapes: Graph) -> None:
    for predicate in (SH["in"], SH["or"], SH.languageIn, SH.alternativePath):
        for head in shapes.objects(None, predicate):
            assert isinstance(head, BNode)
            assert len(list(Collection(shapes, head))) >= 1


@pytest.mark.parametrize("module", MODULES)
def test_a_shapes_file_says_what_it_is(module: str) -> None:
    graph = read([ONTOLOGY / "shapes" / f"{module}.ttl"])
    iri = URIRef(f"https://w3id.org/samenspel/shapes/{module}")
    assert (iri, RDF.type, OWL.Ontology) in graph
    for predicate in (OWL.versionIRI, OWL.versionInfo, DCTERMS.license, DCTERMS.creator):
        assert len(list(graph.objects(iri, predicate))) == 1, predicate
    for predicate in (DCTERMS.title, DCTERMS.description):
        languages = {t.language for t in graph.objects(iri, predicate) if isinstance(t, Literal)}
        assert languages == {"nl", "en"}, predicate
