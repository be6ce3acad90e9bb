"""Well-known external ids: which count, and that nobody can use them to join what others keep apart."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.support.objects import Stix, domain, identity, indicator, malware, observable, relationship
from transforms.canonicalize import content_key
from transforms.external_keys import IDENTIFIED, external_ids

ATTACK = frozenset({"mitre-attack"})
BOTH = frozenset({"mitre-attack", "capec"})


def named(*names: tuple[str, str], type_name: str = "attack-pattern", name: str = "a", **more: Any) -> Stix:
    references = [{"source_name": source, "external_id": external} for source, external in names]
    return domain(type_name, name, name=f"Name {name}", external_references=references, **more)


def key(value: Stix, producer: str = "maker", trusted: frozenset[str] = ATTACK) -> bytes:
    return content_key(value, producer, "production", lambda _: None, trusted)


ONE = named(("mitre-attack", "T9001"))


def test_two_producers_who_name_the_same_thing_mean_the_same_whatever_else_they_say() -> None:
    other = named(("mitre-attack", "T9001"), name="b", description="another text", labels=["x"])
    assert key(ONE) == key(other, "other")


def test_nothing_is_trusted_unless_it_is_named() -> None:
    assert key(ONE, "maker", frozenset()) != key(ONE, "other", frozenset())
    assert key(ONE, "maker", frozenset({"capec"})) == key(ONE, "maker", frozenset())


@pytest.mark.parametrize(
    "other",
    [
        named(("mitre-attack", "T9002")),
        named(("mitre-attack", "t9001")),
        named(("Mitre-Attack", "T9001")),
        named(("mitre-mobile-attack", "T9001")),
        named(("mitre-attack", "T9001"), type_name="course-of-action"),
        named(("mitre-attack", "T9001"), ("mitre-attack", "T9002")),
    ],
)
def test_another_name_is_another_thing(other: Stix) -> None:
    assert key(other, "other", BOTH) != key(ONE, "maker", BOTH)


def test_the_audience_counts() -> None:
    assert content_key(ONE, "maker", "exercise:a", lambda _: None, ATTACK) != key(ONE)


def test_the_order_of_references_and_repeats_do_not_count() -> None:
    names = [("mitre-attack", "T9001"), ("capec", "CAPEC-9001"), ("capec", "CAPEC-9002"), ("other", "x")]
    keys = {key(named(*shuffled), "maker", BOTH) for shuffled in permutations(names)}
    assert keys == {key(named(*names, *names), "other", BOTH)}


def test_an_object_with_two_names_joins_neither_of_the_things_that_have_one() -> None:
    """Otherwise whoever claims two names would make one thing of two, and the order of arrival would decide which."""
    both = named(("mitre-attack", "T9001"), ("capec", "CAPEC-9001"))
    keys = {key(value, "maker", BOTH) for value in (both, ONE, named(("capec", "CAPEC-9001")))}
    assert len(keys) == 3
    assert key(both) == key(ONE)  # where only one of the sources is trusted, the other says nothing


def test_what_has_no_trusted_name_keeps_the_key_that_it_had() -> None:
    for value in (
        named(("other", "T9001")),
        domain("attack-pattern", "a", name="A"),
        domain("attack-pattern", "a", name="A", external_references=[{"source_name": "mitre-attack", "url": "https://author.example/"}]),
        domain("attack-pattern", "a", name="A", external_references=[{"source_name": "mitre-attack", "external_id": ""}]),
    ):
        assert key(value) == key(value, "maker", frozenset())
        assert key(value) != key(value, "other")


@pytest.mark.parametrize(
    "value",
    [
        indicator("a", external_references=[{"source_name": "mitre-attack", "external_id": "T9001"}]),
        identity("a", external_references=[{"source_name": "mitre-attack", "external_id": "T9001"}]),
        relationship("a", indicator("a"), malware("b"), external_references=[{"source_name": "mitre-attack", "external_id": "T9001"}]),
        observable("mutex", name="m", external_references=[{"source_name": "mitre-attack", "external_id": "T9001"}]),
        named(("mitre-attack", "T9001"), type_name="marking-definition"),
        named(("mitre-attack", "T9001"), type_name="x-own"),
    ],
    ids=lambda value: value["type"],
)
def test_no_other_type_is_named_so(value: Stix) -> None:
    assert value["type"] not in IDENTIFIED
    assert external_ids(value, ATTACK) == []
    assert key(value) == key(value, "maker", frozenset())
