"""Merged values: what several contributions say together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.objects import Stix, domain, identity, indicator, malware, observable, sighting
from transforms.merge import EMPTY, ENDLESS, Merged, merge, merged

T1, T2, T3 = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"


def together(*said: tuple[str, Stix]) -> Merged:
    return merge(merged(producer, value) for producer, value in said)


def at(moment: str, **more: Any) -> Stix:
    return indicator("a", created=T1, modified=moment, **more)


def test_nothing_says_nothing() -> None:
    assert merge([]) == EMPTY
    assert (EMPTY.confidence, EMPTY.valid_from, EMPTY.valid_until, EMPTY.first_seen, len(EMPTY.producers)) == (None, "", "", "", 0)


def test_sources_are_producers_not_objects() -> None:
    assert together(("a", at(T1)), ("a", at(T2)), ("a", indicator("again")), ("b", at(T1))).producers == {"a", "b"}


def test_an_absent_confidence_is_unknown_and_not_zero() -> None:
    assert together(("a", at(T1))).confidence is None
    assert together(("a", at(T1, confidence=0))).confidence == 0
    assert together(("a", at(T1)), ("b", at(T1, confidence=40))).confidence == 40


def test_the_most_confident_producer_counts() -> None:
    found = together(("a", at(T1, confidence=30)), ("b", at(T2, confidence=70)), ("c", at(T3, confidence=50)))
    assert found.confidence == 70
    assert {name: value for name, (_, value) in found.confidences.items()} == {"a": 30, "b": 70, "c": 50}


def test_a_producer_may_change_its_mind() -> None:
    assert together(("a", at(T1, confidence=90)), ("a", at(T2, confidence=20))).confidence == 20
    assert together(("a", at(T2, confidence=20)), ("a", at(T1, confidence=90))).confidence == 20


def test_a_producer_that_says_nothing_later_takes_nothing_back() -> None:
    assert together(("a", at(T1, confidence=60)), ("a", indicator("again", created=T2, modified=T2))).confidence == 60


def test_of_two_statements_at_one_moment_the_higher_counts_whatever_their_order() -> None:
    for said in ([10, 80], [80, 10]):
        assert together(*(("a", at(T1, confidence=value)) for value in said)).confidence == 80


def test_what_is_revoked_says_nothing() -> None:
    assert merged("a", at(T1, revoked=True, confidence=90, labels=["x"])) == EMPTY
    assert together(("a", at(T1, revoked=True, confidence=90)), ("b", at(T1, confidence=10))) == merged("b", at(T1, confidence=10))
    assert merged("a", at(T1, revoked=False)) == merged("a", at(T1))


def test_when_it_was_seen_is_from_the_earliest_to_the_latest() -> None:
    found = together(
        ("a", malware("m", first_seen=T2, last_seen="2026-01-02T00:00:00.5Z")),
        ("b", malware("m", first_seen="2026-01-01T00:00:00.000Z")),
        ("c", malware("m", last_seen=T2)),
        ("d", malware("m")),
    )
    assert (found.first_seen, found.last_seen) == ("2026-01-01T00:00:00", "2026-01-02T00:00:00.5")


def test_an_indicator_is_valid_from_the_first_to_the_last() -> None:
    found = together(("a", at(T1, valid_from=T2, valid_until=T3)), ("b", at(T1, valid_from=T1, valid_until=T2)))
    assert (found.valid_from, found.valid_until) == ("2026-01-01T00:00:00", "2026-01-03T00:00:00")


def test_an_indicator_without_end_has_none() -> None:
    assert together(("a", at(T1, valid_from=T1, valid_until=T3)), ("b", at(T1, valid_from=T2))).valid_until == ENDLESS


def test_a_producer_may_end_what_it_held_valid() -> None:
    found = together(("a", at(T1, valid_from=T1)), ("a", at(T2, valid_from=T1, valid_until=T2)))
    assert found.valid_until == "2026-01-02T00:00:00"


def test_labels_and_kinds_add_up() -> None:
    found = together(
        ("a", at(T1, labels=["x", "y"], indicator_types=["malicious-activity"])),
        ("b", at(T1, labels=["y", "z"], indicator_types=["anomalous-activity"])),
    )
    assert (found.labels, found.kinds) == ({"x", "y", "z"}, {"malicious-activity", "anomalous-activity"})


@pytest.mark.parametrize(
    ("type_name", "name"),
    [
        ("malware", "malware_types"),
        ("infrastructure", "infrastructure_types"),
        ("report", "report_types"),
        ("threat-actor", "threat_actor_types"),
        ("tool", "tool_types"),
    ],
)
def test_each_type_has_its_own_kinds(type_name: str, name: str) -> None:
    assert merged("a", domain(type_name, "a", **{name: ["k"]})).kinds == {"k"}
    assert merged("a", at(T1, **{name: ["k"]})).kinds == frozenset()


def test_counts_stay_with_their_producer_and_are_never_summed() -> None:
    found = together(
        ("a", sighting("s", indicator("a"), count=3, modified=T1)),
        ("a", sighting("s", indicator("a"), count=5, modified=T2)),
        ("b", sighting("s", indicator("a"), count=4)),
        ("c", sighting("s", indicator("a"))),
        ("d", domain("observed-data", "o", number_observed=7, first_observed=T1, last_observed=T1)),
    )
    assert {name: value for name, (_, value) in found.counts.items()} == {"a": 5, "b": 4, "d": 7}
    assert found.producers == {"a", "b", "c", "d"}


def test_a_property_that_the_type_does_not_have_says_nothing() -> None:
    own = {"confidence": 50, "labels": ["x"], "first_seen": T1, "valid_from": T1, "count": 2}
    assert merged("a", {**observable("mutex", name="m"), **own}) == Merged(producers=frozenset({"a"}))
    assert merged("a", identity("i", first_seen=T1, valid_from=T1, count=2)) == Merged(producers=frozenset({"a"}))


def test_custom_types_have_what_all_types_with_versions_have() -> None:
    found = merged("a", domain("x-own", "a", modified=T2, confidence=50, labels=["x"], first_seen=T1))
    assert found == Merged(producers=frozenset({"a"}), labels=frozenset({"x"}), confidences={"a": ("2026-01-02T00:00:00", 50)})
