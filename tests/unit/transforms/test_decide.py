"""Whether a contribution may go to a recipient at all: a table for each reason, TLP against all that bears on it, exact times.

What the markings of each system allow has tables of its own, see test_permit.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.labels import HANDLING_EXTENSION
from schemas.markings import TLP_BY_ID, Tlp
from schemas.reasons import HOLD, WITHHOLD
from schemas.sharing import Agreement, Partner
from schemas.sharing.grants import Standing
from tests.support.objects import (
    CREATED,
    HUB,
    SLOT,
    TLP1,
    TLP2,
    Served,
    Stix,
    agreement,
    candidate,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    marked,
    observable,
    partner,
    policy,
    relationship,
    served,
    statement_marking,
    terms,
    tlp2,
)
from tests.unit.transforms.cases_sight import NOTHING_RECALLED, grant, grants, judged
from transforms.decide import expiry, topics_of
from transforms.entity import Recalled
from transforms.judge import Judged
from transforms.terms import Terms

STATEMENT = identifier("marking-definition", "s")
DEFINED = [served(statement_marking("s"))]
BOTH = [{"producer": "maker", "tlp": "clear"}]


def verdict(
    value: Stix,
    under: Terms,
    producer: str = "maker",
    faults: Sequence[tuple[str, str]] = (),
    beside: Sequence[Served] = (),
    recalled: Recalled = NOTHING_RECALLED,
) -> str:
    return judged(value, under, producer, faults, beside, recalled).reason


def under(release: Mapping[str, Any] | None = None, **more: Any) -> Terms:
    return terms(rules=policy("taker", release=release or {}, **more))


CLEAR = marked(indicator("a"), "clear")


def test_what_nothing_speaks_against_goes_out() -> None:
    assert verdict(CLEAR, terms()) == ""


REASONS: list[tuple[str, Stix, Terms, dict[str, Any]]] = [
    ("no-agreement", CLEAR, terms(agreements=[agreement("taker", "other")]), {}),
    ("no-agreement", CLEAR, terms(rules=policy("taker", agreements=["agr-2@1.0.0"])), {}),
    ("no-agreement", CLEAR, terms(rules=policy("taker", agreements=["agr-1@1.0.1"])), {}),
    ("agreement-not-valid", CLEAR, terms(agreements=[agreement("taker", "maker", valid_until="2026-06-30T00:00:00Z")]), {}),
    ("agreement-not-valid", CLEAR, terms(agreements=[agreement("taker", "maker", valid_from="2026-08-01T00:00:00Z")]), {}),
    ("no-agreement", CLEAR, terms(agreements=[agreement("maker", "other")]), {}),
    ("no-agreement", CLEAR, terms(agreements=[agreement("maker", "other", valid_until="2026-06-30T00:00:00Z")]), {}),
    ("policy-not-valid", CLEAR, under(effective_from="2026-08-01T00:00:00Z"), {}),
    ("policy-not-valid", CLEAR, under(effective_until="2026-06-01T00:00:00Z"), {}),
    ("recipient-suspended", CLEAR, terms(partners=[partner("taker", suspended=True), partner("maker")]), {}),
    ("own-object", CLEAR, terms(), {"producer": "taker"}),
    ("type-not-allowed", CLEAR, under({"types": []}), {}),
    ("type-not-allowed", CLEAR, under({"types": ["malware", "*", "indicator "]}), {}),
    ("custom-type", marked(domain("x-own", "a"), "clear"), terms(), {}),
    ("marking-unknown", marked(indicator("a"), STATEMENT), terms(), {}),
    ("marking-unknown", marked(indicator("a"), "clear", STATEMENT), under({"statements": "pass"}), {}),
    ("marking-unknown", marked(indicator("a"), TLP2["clear"].upper()), terms(), {}),
    ("marking-statement", marked(indicator("a"), STATEMENT), terms(), {"beside": DEFINED}),
    ("marking-statement", statement_marking("s"), terms(), {}),
    ("marking-statement", marked(indicator("a"), "clear", STATEMENT), terms(), {"beside": DEFINED}),
    ("marking-mismatch", CLEAR, terms(), {"faults": [("maker", TLP2["clear"])]}),
    ("tlp-above-ceiling", marked(indicator("a"), "green"), under({"tlp_max": "clear"}), {}),
    ("tlp-above-ceiling", indicator("a"), terms(rules=policy("taker", release={"tlp_max": "amber"}), unmarked={}), {}),
    ("tlp-no-community", marked(indicator("a"), "green"), terms(partners=[partner("taker", "x"), partner("maker", "y")]), {}),
    ("tlp-no-grant", marked(indicator("a"), "amber"), terms(), {}),
    ("tlp-no-grant", indicator("a"), terms(unmarked={}), {}),
    ("audience-mismatch", CLEAR, under({"audience": "exercise:storm"}), {}),
    ("audience-mismatch", {**CLEAR, "labels": ["exercise:storm"]}, terms(), {}),
    ("recalled", CLEAR, terms(), {"recalled": Recalled(objects=frozenset({CLEAR["id"]}))}),
    ("recalled", CLEAR, terms(), {"recalled": Recalled(feeds=frozenset({"maker-feed"}))}),
    ("purpose-not-allowed", CLEAR, under({"purposes": ["evidence"]}), {}),
    ("never-with", CLEAR, under({"never_with": ["maker"]}), {}),
    ("topic-not-wanted", CLEAR, under({"topics": ["sector:energy"]}), {}),
    ("topic-not-wanted", {**CLEAR, "labels": ["sector:health"]}, under({"topics": ["sector:energy", "attack:T1566"]}), {}),
    ("too-old", CLEAR, under({"max_age_days": 1}), {}),
    ("low-confidence", CLEAR, under({"min_confidence": 0}), {}),
    ("low-confidence", {**CLEAR, "confidence": 49}, under({"min_confidence": 50}), {}),
    ("low-confidence", {**marked(malware("a"), "clear"), "confidence": 49}, under({"min_confidence": 50}), {}),
]


@pytest.mark.parametrize(("reason", "value", "given", "how"), REASONS, ids=[f"{number} {row[0]}" for number, row in enumerate(REASONS)])
def test_each_reason(reason: str, value: Stix, given: Terms, how: dict[str, Any]) -> None:
    assert verdict(value, given, **how) == reason
    assert reason in WITHHOLD


MARKINGS = {
    *("originator-control", "iep-not-in-force", "iep-not-accepted", "iep-attribution", "pap-not-accepted", "acs-refused"),
    *("not-releasable-to", "no-foreign", "handling-refused", "grade-too-low", "classification-refused"),
}
"""In the tables of test_permit.py."""

LATER = {
    *("path-withheld", "required-dropped", "type-withheld", "pattern-personal-data", "person-withheld", "nothing-useful"),
    *("residual-personal-data", "newer-refused", "sighting-aggregated", "sighting-too-few", "release-error", "revoked", "gone"),
}


def test_every_reason_that_is_decided_here_is_in_the_table() -> None:
    told = {reason for reason, *_ in REASONS} | MARKINGS | LATER
    assert told | {reason for reason in WITHHOLD if reason.startswith(("closure-", "guard-"))} == WITHHOLD.keys()
    assert not told & HOLD.keys()


GOES: list[tuple[Stix, Terms, dict[str, Any]]] = [
    (CLEAR, under({"own_objects": True}), {"producer": "taker"}),
    (marked(domain("x-own", "a"), "clear"), under({"types": ["x-own"]}), {}),
    (statement_marking("s"), under({"statements": "pass"}), {}),
    (marked(indicator("a"), STATEMENT), under({"statements": "pass"}), {"beside": DEFINED}),
    (marked(indicator("a"), "clear", STATEMENT), under({"statements": "pass"}), {"beside": DEFINED}),
    (CLEAR, terms(), {"faults": [("other", TLP2["clear"]), ("maker", TLP2["red"])]}),
    ({**CLEAR, "confidence": 50}, under({"min_confidence": 50}), {}),
    ({**CLEAR, "confidence": 0}, under({"min_confidence": 0}), {}),
    (marked(malware("a"), "clear"), under({"min_confidence": 50}), {}),
    (marked(observable("ipv4-addr", value="192.0.2.1"), "clear"), under({"min_confidence": 50}), {}),
    (marked(identity("a"), "clear"), under({"max_age_days": 1}), {}),
    (CLEAR, under(effective_from="2026-07-01T00:00:00Z", effective_until="2026-07-02T00:00:00Z"), {}),
    (statement_marking("s", object_marking_refs=[TLP2["green"]]), under({"statements": "pass", "types": ["malware"]}), {}),
    (CLEAR, terms(), {"recalled": Recalled(frozenset({STATEMENT}), frozenset({"other-feed"}))}),
    (CLEAR, under({"purposes": ["evidence", "network_defence"]}), {}),
    (CLEAR, under({"never_with": ["other"]}), {}),
    ({**CLEAR, "labels": ["sector:energy"]}, under({"topics": ["sector:energy"]}), {}),
    ({**CLEAR, "external_references": [{"source_name": "mitre-attack", "external_id": "T1566"}]}, under({"topics": ["attack:T1566"]}), {}),
    (marked(observable("ipv4-addr", value="192.0.2.1"), "clear"), under({"topics": ["sector:energy"]}), {}),
    (marked(identity("a"), "clear"), under({"topics": ["sector:energy"]}), {}),
]


@pytest.mark.parametrize(("value", "given", "how"), GOES)
def test_what_goes_out(value: Stix, given: Terms, how: dict[str, Any]) -> None:
    assert verdict(value, given, **how) == ""


LABELS = {**{f"1 {word}": TLP1[word] for word in TLP1}, **{f"2 {word}": TLP2[word] for word in TLP2}}
LEVELS = {"white": 0, "clear": 0, "green": 1, "amber": 2, "amber+strict": 3, "red": 4}
WORDS = ("clear", "green", "amber", "amber+strict", "red")


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("ceiling", WORDS)
@pytest.mark.parametrize("community", [True, False])
@pytest.mark.parametrize("client", [True, False])
@pytest.mark.parametrize("grant", [None, *WORDS])
def test_tlp_against_ceiling_community_client_and_standing_grant(
    label: str, ceiling: str, community: bool, client: bool, grant: str | None
) -> None:
    """A standing permission of an agreement reaches as far as AMBER; whatever stands in it."""
    level = LEVELS[label[2:]]
    granted = grant is not None and level <= min(2, LEVELS[grant])
    if level > LEVELS[ceiling]:
        expected = "tlp-above-ceiling"
    elif level == 0 or granted or (level == 1 and community) or (level <= 2 and client):
        expected = ""
    else:
        expected = "tlp-no-community" if level == 1 else "tlp-no-grant"
    assert verdict(marked(indicator("a"), LABELS[label]), covered(ceiling, community, client, grant)) == expected


@cache
def covered(ceiling: str, community: bool, client: bool, grant: str | None) -> Terms:
    return terms(
        rules=policy("taker", release={"tlp_max": ceiling}),
        partners=[partner("taker", "c", "t"), partner("maker", "m", *(["c"] if community else []))],
        agreements=[
            agreement(
                *("taker", "maker"),
                grants=[{"producer": "maker", "recipient": "taker", "tlp_max": grant}] if grant else [],
                clients=[{"of": "maker", "client": "taker"}] if client else [],
            )
        ],
    )


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("ceiling", WORDS)
@pytest.mark.parametrize("honour", [True, False])
def test_a_signed_grant_lets_everything_go_up_to_the_ceiling_and_beyond_it_where_the_policy_honours_it(
    label: str, ceiling: str, honour: bool
) -> None:
    rules = policy("taker", release={"tlp_max": ceiling, "honour_grants": honour})
    value = marked(indicator("a"), LABELS[label])
    found = judged(value, terms(rules=rules, grants=grants(grant(objects=[value["id"]]))))
    above = LEVELS[label[2:]] > LEVELS[ceiling]
    assert found.reason == ("tlp-above-ceiling" if above and not honour else "")
    needed = LEVELS[label[2:]] > 1 or above
    assert found.grant == ("g-1" if needed and not found.reason else "")


RED = marked(indicator("a"), "red")
NOT_ITS = [
    grant(originator="other", objects=[RED["id"]]),
    grant(recipients=["other"], objects=[RED["id"]]),
    grant(objects=[indicator("b")["id"]]),
    grant(feed="other-feed"),
    grant(query={"types": ["malware"], "tlp_max": "red"}),
    grant(query={"labels": ["sector:energy"], "tlp_max": "red"}),
    grant(query={"topics": ["sector:energy"], "tlp_max": "red"}),
    grant(query={"tlp_max": "amber+strict"}),
    replace(grant(objects=[RED["id"]]), ends=SLOT),
    replace(grant(objects=[RED["id"]]), starts=SLOT + timedelta(seconds=1)),
]
ITS = [
    grant(objects=[indicator("b")["id"], RED["id"]]),
    grant(feed="maker-feed"),
    grant(query={"tlp_max": "red"}),
    grant(query={"types": ["indicator"], "labels": ["sector:health"], "tlp_max": "red"}),
    grant(query={"topics": ["attack:T1566"], "tlp_max": "red"}),
    replace(grant(objects=[RED["id"]]), starts=SLOT),
    replace(grant(objects=[RED["id"]]), ends=SLOT + timedelta(seconds=1)),
]
TOPICAL = {**RED, "labels": ["sector:health"], "external_references": [{"source_name": "mitre-attack", "external_id": "T1566"}]}


@pytest.mark.parametrize("standing", NOT_ITS)
def test_a_signed_grant_for_something_else_lets_nothing_go(standing: Standing) -> None:
    assert verdict(TOPICAL, terms(grants=grants(standing))) == "tlp-no-grant"


@pytest.mark.parametrize("standing", ITS)
def test_a_signed_grant_covers_what_it_names(standing: Standing) -> None:
    assert judged(TOPICAL, terms(grants=grants(standing))) == Judged("", grant="g-1")


def test_of_several_grants_the_same_one_is_told_whatever_their_order() -> None:
    standing = [grant(name, feed="maker-feed") for name in ("g-2", "g-1", "g-3")]
    assert {judged(RED, terms(grants=grants(*order))).grant for order in permutations(standing)} == {"g-1"}


def test_a_grant_is_not_told_where_none_is_needed() -> None:
    assert judged(CLEAR, terms(grants=grants(grant(feed="maker-feed")))) == Judged("")


NEED_A_GRANT: dict[str, tuple[Stix, str]] = {
    "ORCON": ({"labels": ["dissem:orcon"], "name": "ORCON"}, "originator-control"),
    "H2": ({"object_marking_refs": [TLP2["clear"], identifier("marking-definition", "h2")]}, "handling-refused"),
    "AMBER+STRICT": ({"object_marking_refs": [TLP2["amber+strict"]]}, "tlp-no-grant"),
    "RED": ({"object_marking_refs": [TLP2["red"]]}, "tlp-no-grant"),
}
H2 = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": identifier("marking-definition", "h2"),
    "created": CREATED,
    "extensions": {HANDLING_EXTENSION: {"extension_type": "property-extension", "handling_codes": ["H2"]}},
}


@pytest.mark.parametrize("name", NEED_A_GRANT)
@pytest.mark.parametrize("agreed", [None, *WORDS])
def test_what_the_originator_controls_moves_under_its_signature_only(name: str, agreed: str | None) -> None:
    more, reason = NEED_A_GRANT[name]
    value = {**CLEAR, **more}
    standing = [{"producer": "maker", "recipient": "taker", "tlp_max": agreed}] if agreed else []
    covering = [agreement("taker", "maker", grants=standing, clients=[{"of": "maker", "client": "taker"}])]
    assert verdict(value, terms(agreements=covering), beside=[served(H2)]) == reason
    signed = grants(grant(objects=[value["id"]]))
    assert judged(value, terms(agreements=covering, grants=signed), beside=[served(H2)]) == Judged("", grant="g-1")


@pytest.mark.parametrize("agreed", [None, *WORDS])
@pytest.mark.parametrize("declared", [None, *WORDS])
def test_unmarked_objects_are_read_as_feed_and_agreement_both_say(declared: str | None, agreed: str | None) -> None:
    given = terms(
        partners=[partner("taker", "c"), partner("maker", "c")],
        agreements=[agreement("taker", "maker", unmarked=[{"producer": "maker", "tlp": agreed}] if agreed else [])],
        unmarked={"maker-feed": Tlp(LEVELS[declared])} if declared else {},
    )
    level = 3 if declared is None or agreed is None else max(LEVELS[declared], LEVELS[agreed])
    assert verdict(indicator("a"), given) == ("" if level < 2 else "tlp-no-grant")


def test_what_another_producer_or_feed_declares_does_not_count() -> None:
    agreements = [agreement("taker", "maker", "other", unmarked=[{"producer": "other", "tlp": "clear"}])]
    assert verdict(indicator("a"), terms(agreements=agreements)) == "tlp-no-grant"
    assert verdict(indicator("a"), terms(unmarked={"other-feed": Tlp.CLEAR})) == "tlp-no-grant"


def test_an_agreement_that_does_not_cover_the_producer_says_nothing_of_it() -> None:
    other = agreement("taker", "other", name="agr-2")
    wide = agreement("taker", "other", "maker", name="agr-3", unmarked=BOTH)
    rules = policy("taker", agreements=["agr-1@1.0.0", "agr-2@1.0.0"])
    assert verdict(indicator("a"), terms(rules=rules, agreements=[agreement("taker", "maker"), other, wide])) == "tlp-no-grant"
    rules = policy("taker", agreements=["agr-1@1.0.0", "agr-3@1.0.0"])
    assert verdict(indicator("a"), terms(rules=rules, agreements=[agreement("taker", "maker"), other, wide])) == ""


def test_of_several_labels_the_most_restrictive_counts() -> None:
    given = terms()
    for words in (("clear", "amber"), ("green", "amber", "clear"), ("amber", TLP1["white"])):
        assert verdict(marked(indicator("a"), *words), given) == "tlp-no-grant"


def test_a_tlp_word_in_the_text_restricts_and_never_widens() -> None:
    given = terms()
    assert verdict({**CLEAR, "description": "TLP:AMBER"}, given) == "tlp-no-grant"
    assert verdict({**CLEAR, "labels": ["tlp:red"]}, given) == "tlp-no-grant"
    assert verdict({**marked(indicator("a"), "amber"), "name": "TLP:CLEAR"}, given) == "tlp-no-grant"
    assert verdict({**CLEAR, "name": "TLP:CLEAR"}, given) == ""
    assert verdict({**indicator("a"), "name": "TLP:CLEAR"}, terms(unmarked={})) == "tlp-no-grant"


def test_the_hub_alone_says_who_it_is() -> None:
    assert verdict(marked(identity("x", id=HUB.identity), "clear"), terms()) == "own-object"


def test_amber_goes_to_clients_of_the_producer_only() -> None:
    for pair, expected in ((("maker", "taker"), ""), (("taker", "maker"), "tlp-no-grant"), (("other", "taker"), "tlp-no-grant")):
        clients = [{"of": pair[0], "client": pair[1]}]
        given = terms(agreements=[agreement("taker", "maker", "other", clients=clients)])
        assert verdict(marked(indicator("a"), "amber"), given) == expected
        assert verdict(marked(indicator("a"), "amber+strict"), given) == "tlp-no-grant"


def test_amber_strict_is_not_amber() -> None:
    given = terms(agreements=[agreement("taker", "maker", grants=[{"producer": "maker", "recipient": "taker", "tlp_max": "amber"}])])
    assert verdict(marked(indicator("a"), "amber"), given) == ""
    assert verdict(marked(indicator("a"), TLP1["amber"]), given) == ""
    assert verdict(marked(indicator("a"), "amber+strict"), given) == "tlp-no-grant"


@pytest.mark.parametrize(
    "grant",
    [
        {"producer": "other", "recipient": "taker", "tlp_max": "red"},
        {"producer": "maker", "recipient": "other", "tlp_max": "red"},
        {"producer": "taker", "recipient": "maker", "tlp_max": "red"},
        {"producer": "maker", "recipient": "taker", "tlp_max": "red", "until": SLOT},
        {"producer": "maker", "recipient": "taker", "tlp_max": "red", "until": SLOT - timedelta(seconds=1)},
    ],
)
def test_a_grant_of_or_for_another_or_that_has_ended_is_none(grant: dict[str, Any]) -> None:
    given = terms(agreements=[agreement("taker", "maker", "other", grants=[grant])])
    assert verdict(marked(indicator("a"), "amber"), given) == "tlp-no-grant"


STEP = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [(-STEP, False), (timedelta(0), True), (STEP, True), (timedelta(days=1) - STEP, True), (timedelta(days=1), False)],
)
def test_windows_hold_their_first_moment_and_not_their_last(moment: timedelta, inside: bool) -> None:
    start, end = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
    slot = start + moment
    bound = agreement("taker", "maker", "other", unmarked=BOTH, valid_from=start, valid_until=end)
    assert verdict(CLEAR, terms(agreements=[bound], slot=slot)) == ("" if inside else "agreement-not-valid")
    rules = policy("taker", effective_from=start, effective_until=end)
    assert verdict(CLEAR, terms(rules=rules, slot=slot)) == ("" if inside else "policy-not-valid")
    grants = [{"producer": "maker", "recipient": "taker", "tlp_max": "amber", "until": end}]
    amber = marked(indicator("a"), "amber")
    granted = terms(agreements=[agreement("taker", "maker", grants=grants)], slot=slot)
    assert verdict(amber, granted) == ("" if slot < end else "tlp-no-grant")


def test_of_several_agreements_one_in_force_is_enough() -> None:
    over = agreement("taker", "maker", name="agr-2", valid_until="2026-06-30T00:00:00Z")
    rules = policy("taker", agreements=["agr-1@1.0.0", "agr-2@1.0.0"])
    assert verdict(CLEAR, terms(rules=rules, agreements=[agreement("taker", "maker"), over])) == ""
    assert verdict(CLEAR, terms(rules=policy("taker", agreements=["agr-2@1.0.0"]), agreements=[over])) == "agreement-not-valid"


@pytest.mark.parametrize(
    ("age", "old"), [(timedelta(days=2) - STEP, False), (timedelta(days=2), True), (timedelta(days=2) + STEP, True), (-STEP, False)]
)
def test_age_to_the_millisecond(age: timedelta, old: bool) -> None:
    modified = (SLOT - age).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    value = marked(indicator("a", created=modified, modified=modified), "clear")
    given = under({"max_age_days": 2})
    assert verdict(value, given) == ("too-old" if old else "")
    moment = expiry(candidate(served(value)), given.rules)
    assert moment is not None
    assert (moment <= given.slot_text[:-1]) is old


def test_only_what_goes_stale_has_an_end() -> None:
    assert expiry(candidate(served(CLEAR)), terms().rules) is None
    for value in (identity("a"), statement_marking("a"), tlp2("red")):
        assert expiry(candidate(served(value)), under({"max_age_days": 1}).rules) is None


def test_the_answer_for_a_set_of_labels_is_not_mistaken_for_another() -> None:
    """Answers are cached by (producer, label, signed grant)."""
    given = terms()
    for _ in range(2):
        assert verdict(CLEAR, given) == ""
        assert verdict(CLEAR, given, producer="other") == ""
        assert verdict(marked(indicator("a"), "amber"), given) == "tlp-no-grant"
        assert verdict(marked(indicator("a"), STATEMENT), given) == "marking-unknown"
        assert verdict(marked(indicator("a"), STATEMENT), given, beside=DEFINED) == "marking-statement"
        assert verdict(CLEAR, given, faults=[("maker", TLP2["clear"])]) == "marking-mismatch"
    assert verdict(CLEAR, given) == ""


MARKS = st.lists(
    st.sampled_from([*TLP2.values(), *TLP1.values(), STATEMENT, identifier("marking-definition", "x")]), max_size=3, unique=True
)
WORLDS = st.fixed_dictionaries(
    {
        "types": st.sets(st.sampled_from(["indicator", "malware", "relationship"])),
        "tlp_max": st.sampled_from(WORDS),
        "min_confidence": st.none() | st.integers(0, 100),
        "max_age_days": st.none() | st.integers(1, 300),
        "statements": st.sampled_from(["pass", "withhold"]),
        "own_objects": st.booleans(),
    }
)
VALUES = st.builds(
    lambda value, marks, confidence: {
        **value,
        **({"object_marking_refs": marks} if marks else {}),
        **({"confidence": confidence} if confidence is not None else {}),
    },
    st.sampled_from([indicator("a"), malware("a"), relationship("a", indicator("a"), malware("a"))]),
    MARKS,
    st.none() | st.integers(0, 100),
)
GRANTS = st.none() | st.sampled_from(WORDS)


def world(release: Mapping[str, Any], community: bool, grant: str | None, declared: str | None, **more: Any) -> Terms:
    people: list[Partner] = [partner("taker", "c", suspended=more.get("suspended", False)), partner("maker", *(["c"] if community else []))]
    grants = [{"producer": "maker", "recipient": "taker", "tlp_max": grant}] if grant else []
    wide: list[Agreement] = [agreement("taker", "maker", grants=grants, unmarked=BOTH, valid_until=more.get("end", "2036-01-01T00:00:00Z"))]
    return terms(
        rules=policy("taker", release=release),
        partners=people,
        agreements=wide,
        unmarked={"maker-feed": Tlp(LEVELS[declared])} if declared else {},
    )


RESTRICTIONS = [
    "mark amber",
    "mark red",
    "mark unknown",
    "mark granular red",
    "lower ceiling",
    "no grant",
    "no community",
    "drop type",
    "raise confidence",
    "shorter age",
    "withhold statements",
    "suspend",
    "end agreement",
    "declare red",
    "fault",
]


@settings(max_examples=300)
@given(VALUES, WORLDS, st.booleans(), GRANTS, GRANTS, st.sampled_from(RESTRICTIONS))
def test_a_restriction_never_turns_withhold_into_release(
    value: Stix, release: dict[str, Any], community: bool, grant: str | None, declared: str | None, restriction: str
) -> None:
    before = verdict(value, world(release, community, grant, declared), beside=DEFINED)
    marks = value.get("object_marking_refs", [])
    changed, how, faults = value, dict(release), []
    more: dict[str, Any] = {}
    match restriction:
        case "mark amber" | "mark red":
            states_one = any(mark in TLP_BY_ID for mark in marks)  # else it would stand in for the one that is missing
            changed = {**value, "object_marking_refs": [*marks, TLP2[restriction[5:]]]} if states_one else value
        case "mark unknown":
            changed = {**value, "object_marking_refs": [*marks, identifier("marking-definition", "y")]}
        case "mark granular red":
            changed = {**value, "granular_markings": [{"marking_ref": TLP2["red"], "selectors": ["id"]}]} if marks else value
        case "lower ceiling":
            how["tlp_max"] = WORDS[max(0, WORDS.index(release["tlp_max"]) - 1)]
        case "no grant":
            grant = None
        case "no community":
            community = False
        case "drop type":
            how["types"] = release["types"] - {value["type"]}
        case "raise confidence":
            how["min_confidence"] = max(release["min_confidence"] or 0, 50)
        case "shorter age":
            how["max_age_days"] = min(release["max_age_days"] or 300, 100)
        case "withhold statements":
            how["statements"] = "withhold"
        case "suspend":
            more["suspended"] = True
        case "end agreement":
            more["end"] = "2026-06-01T00:00:00Z"
        case "declare red":
            declared = "red" if declared else None
        case _:
            faults = [("maker", mark) for mark in marks]
    after = verdict(changed, world(how, community, grant, declared, **more), faults=faults, beside=DEFINED)
    assert not (before and not after)


def test_no_rule_at_all_withholds_everything() -> None:
    rules = policy("taker", release={"types": [], "tlp_max": "clear"})
    for value in (CLEAR, marked(malware("a"), "clear"), marked(identity("a"), "clear")):
        assert verdict(value, terms(rules=rules)) == "type-not-allowed"


def test_topics_are_labels_and_attack_ids() -> None:
    value = {
        **CLEAR,
        "labels": ["sector:energy"],
        "external_references": [
            {"source_name": "mitre-attack", "external_id": "T1566"},
            {"source_name": "capec", "external_id": "CAPEC-1"},
            {"source_name": "mitre-attack", "url": "https://a.example/"},
        ],
    }
    assert topics_of(candidate(served(value)).current) == {"sector:energy", "attack:T1566"}
    assert topics_of(candidate(served(malware("a"))).current) == frozenset()
