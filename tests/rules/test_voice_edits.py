"""Nobody makes a finding vanish by speaking for another: forged edits on the golden situation.

Every edit runs twice, with registered prefixes and without any. The expected difference is exact:
what the edit adds and removes, rule by rule, and which conflict (none) becomes adequate.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from .golden import (
    NEEDS_GOLDEN,
    Row,
    Said,
    adequate,
    attributed,
    difference,
    rows,
    short,
    unattributed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.rdf import Triple

Change = dict[str, dict[str, set[Row]]]

pytestmark = NEEDS_GOLDEN
quietly = cache(attributed)
both_ways = pytest.mark.parametrize("registered", [True, False], ids=["registered", "free"])

SHARING_UNCONFIRMED: Change = {
    "missing-coordination": {
        "new": {("s-picture", "t-sharing", "UNCONFIRMED", "informants")},
        "gone": {
            ("s-picture", "t-sharing", "PARTY_MISSING", "informants"),
            ("s-picture", "t-sharing", "PARTY_NOT_IN_COMPROMISE", "informants"),
        },
    }
}
LINE_UNITS_SIT: set[Row] = {
    ("s-registry", "t-registry", "STAFF_ONLY", "sup-staff"),
    ("s-registry", "t-registry", "NO_MANDATE", "supplier"),
}
LINE_UNITS = (
    ":con-registry sam:forTheme :t-registry ; sam:hasParticipation"
    " [ sam:participant :sup-data ; sam:mandated true ],"
    " [ sam:participant :sup-front ; sam:mandated true ] ."
)
TOP = (
    "supplier",
    ":t-sharing sam:coordinatedUnder :t-top . :t-registry sam:coordinatedUnder :t-top ."
    " :t-forensics sam:coordinatedUnder :t-top . :t-top a sam:CoordinationTheme ."
    " :vt a sam:Vision ; sam:grounds :t-top ; sam:proclaimedBy :supplier .",
)
FRIEND = ":vt sam:endorsedBy :executor ."
FRIEND_IS_CUSTOMER = (
    ":pf a sam:ServiceProvision ; sam:supplier :supplier ; sam:customer :executor ;"
    " sam:ofService :s-picture ."
)
ONE_MORE_BLIND: Change = {"blind-spot": {"new": {("s-picture", 4.0)}, "gone": {("s-picture", 3.0)}}}


class Edit(NamedTuple):
    """A forged statement.

    Attributes:
        who: Who makes it.
        says: What it says.
        changes: What may follow, exactly; nothing as a rule.
        before: What was said earlier and is no part of the edit.
        refused: Per predicate, how many of the statements are refused.
    """

    who: str
    says: str
    changes: Mapping[str, Mapping[str, set[Row]]] = {}
    before: tuple[Said, ...] = ()
    refused: Mapping[str, int] = {}


EDITS = {
    "1 seat and agreement for others": Edit(
        "supplier",
        ":con-sharing sam:hasParticipation [ sam:participant :informants ; sam:mandated true ],"
        " [ sam:participant :hoster ; sam:mandated true ] ."
        " :cmp-sharing sam:agreedBy :informants, :hoster .",
        {
            "missing-coordination": {
                "new": {
                    ("s-picture", "t-sharing", "UNCONFIRMED", "informants"),
                    ("u-hosting", "t-sharing", "UNCONFIRMED", "hoster"),
                },
                "gone": {
                    ("s-picture", "t-sharing", "PARTY_MISSING", "informants"),
                    ("s-picture", "t-sharing", "PARTY_NOT_IN_COMPROMISE", "informants"),
                    ("u-hosting", "t-sharing", "PARTY_MISSING", "hoster"),
                    ("u-hosting", "t-sharing", "PARTY_NOT_IN_COMPROMISE", "hoster"),
                },
            }
        },
    ),
    "2a a lawyer claims to represent": Edit(
        "lawyer",
        ":lawyer a sam:Organisation ; sam:represents :informants ."
        " :con-sharing sam:forTheme :t-sharing ;"
        " sam:hasParticipation [ sam:participant :lawyer ; sam:mandated true ] ."
        " :cmp-sharing sam:agreedBy :informants, :lawyer .",
        {
            "missing-coordination": {
                "new": {("s-picture", "t-sharing", "UNCONFIRMED", "informants")},
                "gone": {("s-picture", "t-sharing", "PARTY_MISSING", "informants")},
            }
        },
        refused={"agreedBy": 1},
    ),
    "2b the supplier annexes the informants": Edit(
        "supplier",
        ":informants sam:partOf :supplier ."
        " :con-sharing sam:hasParticipation [ sam:participant :informants ; sam:mandated true ] ."
        " :cmp-sharing sam:agreedBy :informants .",
        SHARING_UNCONFIRMED,
        refused={"partOf": 1},
    ),
    "3 zero effects stated for customers": Edit(
        "municipality",
        ":z1 a sam:Effect ; sam:causedBy :s-fields ; sam:onInterest :i-a-hours ;"
        " sam:contribution 0 . :z2 a sam:Effect ; sam:causedBy :s-fields ;"
        " sam:onInterest :i-b-hours ; sam:contribution 0 .",
        {
            "effects-unheard": {
                "new": {("s-fields", "club-a"), ("s-fields", "club-b")},
                "gone": set(),
            }
        },
    ),
    "3b a customer states zero for itself": Edit(
        "club-a",
        ":z1 a sam:Effect ; sam:causedBy :s-fields ; sam:onInterest :i-a-hours ;"
        " sam:contribution 0 .",
        {"blind-spot": {"new": {("s-fields", 1.0)}, "gone": {("s-fields", 2.0)}}},
    ),
    "5a the leader endorses its vision in a customer's name": Edit(
        "supplier", ":vt sam:endorsedBy :ministry .", before=(TOP,)
    ),
    "5 endorsement by a friend": Edit("executor", FRIEND, before=(TOP,)),
    "5b the friend also calls itself customer": Edit(
        "executor", FRIEND + FRIEND_IS_CUSTOMER, ONE_MORE_BLIND, before=(TOP,)
    ),
    "6a a review in 2099 on its own stale compromise": Edit(
        "supplier",
        ':cmp-registry sam:reviewBy "2099-01-01"^^xsd:date .' + LINE_UNITS,
        {"missing-coordination": {"new": set(), "gone": LINE_UNITS_SIT}},
    ),
    "6b a nearer review on its own stale compromise": Edit(
        "supplier",
        ':cmp-registry sam:reviewBy "2027-01-01"^^xsd:date .' + LINE_UNITS,
        {"missing-coordination": {"new": set(), "gone": LINE_UNITS_SIT}},
    ),
    "6c a new compromise for all until 2099": Edit(
        "supplier",
        ":c9 a sam:Compromise ; sam:forTheme :t-registry ;"
        " sam:agreedBy :north, :south, :ministry, :officers, :supplier ;"
        ' sam:reviewBy "2099-01-01"^^xsd:date .' + LINE_UNITS,
        {
            "missing-coordination": {
                "new": {("s-registry", "t-registry", "REVIEW_TOO_FAR", None)},
                "gone": {
                    ("s-registry", "t-registry", "STALE_COMPROMISE", None),
                    *LINE_UNITS_SIT,
                },
            }
        },
    ),
    "6d a new compromise for all until 2027": Edit(
        "supplier",
        ":c9 a sam:Compromise ; sam:forTheme :t-registry ;"
        " sam:agreedBy :north, :south, :ministry, :officers, :supplier ;"
        ' sam:reviewBy "2027-01-01"^^xsd:date .' + LINE_UNITS,
        {
            "missing-coordination": {
                "new": {
                    ("s-registry", "t-registry", "UNCONFIRMED", who)
                    for who in ("north", "south", "ministry", "officers")
                },
                "gone": {
                    ("s-registry", "t-registry", "STALE_COMPROMISE", None),
                    *LINE_UNITS_SIT,
                },
            }
        },
    ),
    "7 a +1 effect makes an inward change count as helping": Edit(
        "municipality",
        ":z3 a sam:Effect ; sam:causedBy :ch-kcc ; sam:onInterest :i-a-response ;"
        " sam:contribution 1 .",
    ),
    "7b its own change improves its own interaction": Edit(
        "municipality", ":ch-kcc sam:improves :int-phone ."
    ),
    "8a the owner widens a theme": Edit(
        "municipality",
        ":t-sports sam:addresses :s-green .",
        {
            "missing-coordination": {
                "new": {
                    ("s-green", "t-sports", "PARTY_MISSING", "residents"),
                    ("s-green", "t-sports", "PARTY_NOT_IN_COMPROMISE", "residents"),
                },
                "gone": set(),
            }
        },
    ),
    "8b the supplier puts others in an ecosystem": Edit(
        "municipality",
        ":ec-green a sam:Ecosystem ; sam:worksOn :x-green, :x-safety ;"
        " sam:hasMember :municipality, :residents, :north .",
    ),
    "8c the supplier draws on another's capability": Edit(
        "municipality",
        ":bx a sam:Contribution ; sam:contributor :municipality ; sam:drawsOn :cap-garden ."
        " :ccx a sam:ValueCoCreation ; sam:addressesIssue :x-green ; sam:hasContribution :bx .",
    ),
    "8d the supplier assesses itself": Edit(
        "municipality",
        ":a1 a sam:Assessment ; sam:assesses :int-case ; sam:criterion sam:Experience ;"
        " sam:score 99 . :ch-kcc sam:improves :int-phone .",
    ),
    "8d' it moves the moment to a service it receives": Edit(
        "municipality",
        ":int-case sam:interactionOf :u-mowing . :int-phone sam:interactionOf :u-mowing ."
        " :a1 a sam:Assessment ; sam:assesses :int-case ; sam:criterion sam:Experience ;"
        " sam:score 99 . :ch-kcc sam:improves :int-phone .",
    ),
    "8d'' it praises the change of a friend at its own moment": Edit(
        "municipality",
        ":int-phone sam:interactionOf :u-mowing . :ch-f sam:improves :int-phone .",
        before=(
            (
                "executor",
                ":ch-f a sam:Change ; sam:proposedBy :executor ; sam:improves :int-phone .",
            ),
        ),
    ),
    "8e the supplier ends its own provisions": Edit(
        "supplier",
        ':p5 sam:validUntil "2025-01-01"^^xsd:date . :p6 sam:validUntil "2025-01-01"^^xsd:date .',
        {  # what it stated itself it may end, and that shows
            "blind-spot": {"new": set(), "gone": {("s-registry", 2.0)}},
            "conflicts": {
                "new": set(),
                "gone": {("opposed", "s-registry", "local-variation", 50.0)},
            },
        },
    ),
    "8f the supplier ends what another stated": Edit(
        "supplier",
        ':i-inf-anonymity sam:validUntil "2025-01-01"^^xsd:date .'
        ' :e2 sam:validUntil "2025-01-01"^^xsd:date .',
        refused={"validUntil": 2},
    ),
    "8g it makes light of what another stated": Edit(
        "supplier",
        ":i-inf-anonymity sam:priority 0 ; sam:direction sam:Increase ."
        " :e2 sam:contribution 90 ; sam:confidence 0.0 .",
        refused={"priority": 1, "direction": 1, "contribution": 1, "confidence": 1},
    ),
    "9 each agrees to a compromise of its own": Edit(
        "municipality",
        ":c1 a sam:Compromise ; sam:forTheme :t-green ; sam:agreedBy :municipality ;"
        ' sam:reviewBy "2026-12-01"^^xsd:date . :t-green sam:addresses :s-green .',
        {
            "missing-coordination": {
                "new": {("s-green", "t-green", "NO_COMMON_COMPROMISE", None)},
                "gone": {("s-green", "t-green", "UNCONFIRMED", "municipality")},
            }
        },
        before=(
            (
                "operator",
                ":c2 a sam:Compromise ; sam:forTheme :t-green ; sam:agreedBy :residents,"
                ' :municipality ; sam:reviewBy "2026-12-01"^^xsd:date .'
                " :t-green sam:addresses :s-green .",
            ),
        ),
    ),
}
CASES = [pytest.param(edit, id=name) for name, edit in EDITS.items()]


@both_ways
def test_told_by_voice_the_golden_case_gains_only_what_literal_voice_implies(
    *, registered: bool
) -> None:
    result = attributed(registered=registered)
    assert result.authorised.refused == ()
    assert difference(rows(unattributed().findings), rows(result.findings)) == {
        # customers that stated no effect themselves
        "blind-spot": {"new": {("s-picture", 3.0), ("s-registry", 2.0)}, "gone": set()},
        # they agreed about the picture, not about the hosting it depends on
        "missing-coordination": {
            "new": {
                ("u-hosting", "t-sharing", "NOT_COVERED", who)
                for who in ("foreign", "ministry", "supplier")
            },
            "gone": set(),
        },
    }
    assert {f.voice for f in result.findings} == {"confirmed"}
    assert adequate(result.findings) == {("rival", "s-fields", "field-hours")}


@both_ways
@pytest.mark.parametrize("edit", CASES)
def test_forged_edit_changes_no_more_than_allowed(edit: Edit, *, registered: bool) -> None:
    quiet = (*edit.before, (edit.who, ""))
    before = quietly(quiet, registered=registered)
    after = attributed((*quiet, (edit.who, edit.says)), registered=registered)
    assert adequate(after.findings) <= adequate(before.findings)
    assert difference(rows(before.findings), rows(after.findings)) == edit.changes
    refused = Counter(short(r.triple.predicate) for r in after.authorised.refused)
    assert refused == edit.refused


@both_ways
def test_friend_cannot_close_the_regress_where_there_is_no_configuration(
    *, registered: bool
) -> None:
    drop = _without("hasConfiguration")
    before = attributed((TOP, ("executor", "")), registered=registered, drop=drop)
    says = ("executor", FRIEND + FRIEND_IS_CUSTOMER)
    after = attributed((TOP, says), registered=registered, drop=drop)
    assert difference(rows(before.findings), rows(after.findings)) == ONE_MORE_BLIND


@both_ways
def test_true_customer_does_close_the_regress(*, registered: bool) -> None:
    before = attributed((TOP,), registered=registered)
    says = ("ministry", ":vt sam:endorsedBy :ministry .")
    after = attributed((TOP, says), registered=registered)
    assert difference(rows(before.findings), rows(after.findings)) == {
        "regress-open": {"new": set(), "gone": {("supplier", 1.0)}}
    }


@both_ways
def test_own_seat_and_agreement_of_a_represented_community_count(*, registered: bool) -> None:
    """The control of edit 2a: the same words count once the operator records the appointment."""
    says = (
        ("operator", ":lawyer sam:represents :informants ."),
        (
            "lawyer",
            ":lawyer a sam:Organisation . :t-sharing sam:addresses :s-picture ."
            " :con-sharing sam:forTheme :t-sharing ;"
            " sam:hasParticipation [ sam:participant :lawyer ; sam:mandated true ] ."
            " :cmp-sharing sam:forTheme :t-sharing ; sam:agreedBy :informants ;"
            ' sam:reviewBy "2026-12-31"^^xsd:date .',
        ),
    )
    before, after = attributed(registered=registered), attributed(says, registered=registered)
    assert adequate(after.findings) - adequate(before.findings) == {
        ("externality", "s-picture", None)
    }


SILENCE = (
    ("opposed", "s-registry", "local-variation", 50.0),
    ("opposed", "s-registry", "registration", 50.0),
    ("opposed", "s-green", "green-control", 50.0),
)
SPEAK_UP = (
    ("south", ":s-registry sam:touches :local-variation ."),
    ("north", ":s-registry sam:touches :registration ."),
    ("operator", ":s-green sam:touches :green-control ."),
)


@both_ways
def test_silence_about_touches_stands_until_a_customer_or_the_operator_speaks(
    *, registered: bool
) -> None:
    def drop(t: Triple) -> bool:
        return short(t.predicate) == "touches" and short(t.subject) in {"s-registry", "s-green"}

    whole = attributed(registered=registered)
    silent = attributed(registered=registered, drop=drop)
    spoken = attributed(SPEAK_UP, registered=registered, drop=drop)
    assert difference(rows(whole.findings), rows(silent.findings)) == {
        "conflicts": {"new": set(), "gone": set(SILENCE)},
        "missing-coordination": {
            "new": set(),
            "gone": {("s-green", "t-green", "NO_COMPROMISE", None)},
        },
        "orphan-theme": {"new": {("t-green",)}, "gone": set()},
    }
    assert adequate(silent.findings) == adequate(whole.findings)
    assert difference(rows(whole.findings), rows(spoken.findings)) == {}
    voices = {f.keys.get("subject"): f.voice for f in spoken.findings if f.rule == "opposed"}
    assert sorted(voices.values()) == ["claimed", "claimed", "claimed", "confirmed"]


def test_unit_gains_no_voice_by_one_stray_statement() -> None:
    """Where its IRI is registered for its organisation, that organisation keeps speaking for it."""
    stray = ("officers", ':officers sam:note "hello" .')
    before, after = attributed(registered=True), attributed((stray,), registered=True)
    assert difference(rows(before.findings), rows(after.findings)) == {}
    assert [f.voice for f in before.findings] == [f.voice for f in after.findings]
    assert [short(r.triple.predicate) for r in after.authorised.refused] == ["note"]


def test_unit_named_as_a_source_must_confirm_for_itself() -> None:
    """Naming a unit as a source gives it a voice: nothing vanishes, its seat awaits its word."""
    stray = ("officers", ':officers sam:note "hello" .')
    before, after = attributed(registered=False), attributed((stray,), registered=False)
    assert difference(rows(before.findings), rows(after.findings)) == {
        "blind-spot": {"new": {("s-registry", 3.0)}, "gone": {("s-registry", 2.0)}},
        "missing-coordination": {
            "new": {("s-registry", "t-registry", "UNCONFIRMED", "officers")},
            "gone": set(),
        },
    }


@both_ways
def test_a_friend_named_as_member_is_no_customer(*, registered: bool) -> None:
    """The proclaimer names a friend as member and the friend endorses: it receives nothing."""
    says = (("supplier", ":k-sharing sam:hasMember :executor ."), ("executor", FRIEND))
    before = attributed((TOP, ("executor", "")), registered=registered)
    after = attributed((TOP, *says), registered=registered)
    assert difference(rows(before.findings), rows(after.findings)) == {}
    assert after.authorised.refused == ()


def _without(predicate: str) -> Callable[[Triple], bool]:
    return lambda t: short(t.predicate) == predicate
