"""Out and back in: what the target can express returns, and what it cannot is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.demo import TODAY, back, demo, exported
from kg.exchange import export, load_profile
from kg.exchange.loss import sort_out
from kg.intake.submission import make_submission
from kg.pipeline import find
from kg.rdf import Literal, NamedNode, Triple, value
from kg.terms import CURRENT, RDF_TYPE, RDFS_LABEL, SAM

CPSV = load_profile("cpsv-ap-3.2.0")
ACTORS = {SAM + c for c in ("Organisation", "OrganisationalUnit", "StaffUnit", "Community",
                            "Collaboration", "CustomerConfiguration", "Ecosystem")}  # fmt: skip
WEAKER = {
    *ACTORS,
    SAM + "Outsourcing",
    SAM + "enables",
    SAM + "viaInterface",
    RDFS_LABEL,
}
"""Terms whose note says what is lost; what remains of them is checked one by one below."""


WIDER = {
    SAM + "StaffUnit": SAM + "OrganisationalUnit",
    SAM + "CustomerConfiguration": SAM + "Collaboration",
    SAM + "Ecosystem": SAM + "Collaboration",
}


def term(t: Triple) -> str:
    return value(t.object) if t.predicate.value == RDF_TYPE else t.predicate.value


def test_the_demo_returns_but_for_what_the_notes_name() -> None:
    done = exported("cpsv-ap-3.2.0")
    returned = set(back(done).triples)
    expected = [t for t, kept in sort_out(demo().store, CPSV, done.triples) if kept]
    plain = [t for t in expected if term(t) not in WEAKER]
    assert len(plain) > 130
    assert [t for t in plain if t not in returned] == []
    for name in WEAKER - {RDFS_LABEL}:
        assert any(k.note for k in CPSV.kept[name]), f"{name} is weaker, and no note says so"


def test_every_label_of_what_goes_along_returns() -> None:
    done = exported("cpsv-ap-3.2.0")
    returned = set(back(done).triples)
    labels = [t for t, kept in sort_out(demo().store, CPSV, done.triples)
              if kept and t.predicate.value == RDFS_LABEL]  # fmt: skip
    assert labels
    assert [t for t in labels if t not in returned] == []


def test_a_party_returns_as_its_own_kind_or_the_wider_one() -> None:
    done = exported("cpsv-ap-3.2.0")
    kinds: dict[str, set[str]] = {}
    for t in back(done).triples:
        if t.predicate.value == RDF_TYPE:
            kinds.setdefault(value(t.subject), set()).add(value(t.object))
    for t, kept in sort_out(demo().store, CPSV, done.triples):
        if kept and term(t) in ACTORS:
            assert kinds[value(t.subject)] & {term(t), WIDER.get(term(t))}


def test_a_chain_returns_between_the_services() -> None:
    done = exported("cpsv-ap-3.2.0")
    returned = {(value(t.subject), value(t.object)) for t in back(done).triples
                if t.predicate.value == SAM + "requires"}  # fmt: skip
    rows = demo().store.select(
        f"SELECT ?s ?n FROM <{CURRENT}> {{ ?p <{SAM}enables> ?s ; <{SAM}ofService> ?n }}"
    )
    chains = {(value(r["s"]), value(r["n"])) for r in rows}
    assert chains
    assert chains <= returned


def test_nothing_is_made_up_about_channels() -> None:
    """A service with two channels: which customer uses which is lost, and not guessed."""
    done = exported("cpsv-ap-3.2.0")
    via: dict[str, set[str]] = {}
    for t in back(done).triples:
        if t.predicate.value == SAM + "viaInterface":
            via.setdefault(value(t.subject), set()).add(value(t.object))
    stated = {
        (value(t.subject), value(t.object))
        for t in demo().store.triples(CURRENT)
        if t.predicate.value == SAM + "viaInterface"
    }
    picture = "https://example.org/demo/veiligheid/supplier/picture-foreign"
    assert any(p == picture for p, _ in stated)
    assert picture not in via
    single = {(p, i) for p, found in via.items() for i in found}
    assert len(single) > 10


@pytest.mark.parametrize("name", ["cpov", "org"])
def test_organisations_return(name: str) -> None:
    profile, done = load_profile(name), exported(name)
    returned = set(back(done).triples)
    expected = [t for t, kept in sort_out(demo().store, profile, done.triples) if kept]
    assert len(expected) > 60
    missing = [t for t in expected if t not in returned]
    for t in missing:
        assert term(t) in WIDER, t
        assert any(k.note for k in profile.kept[term(t)]), f"no note says that {t} is lost"
        assert Triple(t.subject, t.predicate, NamedNode(WIDER[term(t)])) in returned


BASE = "https://example.org/trip/"
words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=12
).filter(lambda s: s.strip() == s)
numbers = st.integers(0, 3)


def say(subject: str, predicate: str, target: NamedNode | Literal) -> Triple:
    return Triple(NamedNode(BASE + subject), NamedNode(predicate), target)


def node(name: str) -> NamedNode:
    return NamedNode(BASE + name)


@st.composite
def named(draw: st.DrawFn, subject: str, cls: str) -> list[Triple]:
    """A thing of a class with a name in one or two languages."""
    languages = draw(st.sampled_from([("nl",), ("nl", "en")]))
    return [say(subject, RDF_TYPE, NamedNode(SAM + cls))] + [
        say(subject, RDFS_LABEL, Literal(draw(words), language=language)) for language in languages
    ]


@st.composite
def services(draw: st.DrawFn, number: int) -> list[Triple]:
    """A service with one supplier, some customers, and one channel."""
    name = f"service/{number}"
    out = draw(named(name, draw(st.sampled_from(["Service", "CoordinationService"]))))
    out += draw(named(f"channel/{number}", "Interface"))
    supplier = draw(numbers)
    for customer in draw(st.sets(numbers, max_size=3)) - {supplier}:
        cell = f"provision/{number}-{customer}"
        out += [
            say(cell, RDF_TYPE, NamedNode(SAM + "ServiceProvision")),
            say(cell, SAM + "ofService", node(name)),
            say(cell, SAM + "supplier", node(f"org/{supplier}")),
            say(cell, SAM + "customer", node(f"org/{customer}")),
            say(cell, SAM + "viaInterface", node(f"channel/{number}")),
        ]
    if number and draw(st.booleans()):
        out.append(say(name, SAM + "requires", node("service/0")))
    return out


@st.composite
def catalogues(draw: st.DrawFn) -> list[Triple]:
    """Small catalogues: four organisations and up to three services between them."""
    out = [t for n in range(4) for t in draw(named(f"org/{n}", "Organisation"))]
    return out + [t for n in range(draw(st.integers(1, 3))) for t in draw(services(n))]


@settings(max_examples=40, deadline=None)
@given(catalogues(), st.booleans())
def test_any_catalogue_returns(said: list[Triple], typed: bool) -> None:  # noqa: FBT001
    result = find([make_submission(said, "trip.ttl")], as_of=TODAY, rules=["missing-coordination"])
    done = export(result.store, CPSV, typed=typed)
    if not done.triples:
        return
    returned = set(back(done).triples)
    expected = [t for t, kept in sort_out(result.store, CPSV, done.triples) if kept]
    assert [t for t in expected if t not in returned] == []
