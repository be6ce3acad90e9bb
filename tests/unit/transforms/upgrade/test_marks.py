"""No observable goes further than the observed-data that it comes from: markings of the whole, of members, of their parts, and in words."""

from __future__ import annotations

import time
from typing import Any

import pytest

from schemas.markings import NAMES, TLP_BY_ID, Tlp
from tests.unit.transforms.upgrade.support import GREEN, OWN, RED, TIME, Stix, checked, observed, refusal
from transforms.upgrade import Upgraded, upgrade
from transforms.upgrade.marks import MAX_SHARED_MARKINGS

IP = {"type": "ipv4-addr", "value": "192.0.2.1"}
FILE = {"type": "file", "name": "a", "created": TIME, "hashes": {"ssdeep": "3:a:b"}}
TWO = {"0": IP, "1": FILE}


def entry(ref: str, *selectors: str) -> Stix:
    return {"marking_ref": ref, "selectors": list(selectors)}


def marks(result: Upgraded) -> list[tuple[Any, Any]]:
    return [(item.get("object_marking_refs"), item.get("granular_markings")) for item in result.objects]


def test_unmarked_stays_unmarked() -> None:
    assert marks(checked(observed(TWO))) == [(None, None)] * 3


def test_markings_of_the_whole_are_those_of_each_observable() -> None:
    assert marks(checked(observed(TWO, object_marking_refs=[GREEN, OWN]))) == [([GREEN, OWN], None)] * 3


@pytest.mark.parametrize(
    ("selector", "parent", "address", "file"),
    [
        ("objects", "object_refs", ([RED], None), ([RED], None)),
        ("objects.0", "object_refs.[0]", ([RED], None), (None, None)),
        ("objects.0.value", "object_refs.[0]", (None, [entry(RED, "value")]), (None, None)),
        ("objects.1.name", "object_refs.[1]", (None, None), (None, [entry(RED, "name")])),
        ("objects.1.created", "object_refs.[1]", (None, None), (None, [entry(RED, "ctime")])),
        ("objects.1.hashes.ssdeep", "object_refs.[1]", (None, None), (None, [entry(RED, "hashes.SSDEEP")])),
        ("objects.1.hashes", "object_refs.[1]", (None, None), (None, [entry(RED, "hashes")])),
        ("first_observed", "first_observed", (None, None), (None, None)),
    ],
)
def test_granular_markings_go_where_the_content_goes(selector: str, parent: str, address: tuple[Any, Any], file: tuple[Any, Any]) -> None:
    result = checked(observed(TWO, granular_markings=[entry(RED, selector)]))
    assert marks(result) == [(None, [entry(RED, parent)]), address, file]


def test_several_selectors_of_one_marking() -> None:
    granular = [entry(RED, "objects.0.value", "objects.1.name", "number_observed", "objects.1.created"), entry(GREEN, "objects.1")]
    assert marks(checked(observed(TWO, granular_markings=granular))) == [
        (None, [entry(RED, "object_refs.[0]", "object_refs.[1]", "number_observed"), entry(GREEN, "object_refs.[1]")]),
        (None, [entry(RED, "value")]),
        ([GREEN], [entry(RED, "name", "ctime")]),
    ]


def test_a_marking_goes_with_what_is_dropped() -> None:
    old = {"type": "process", "pid": 1, "name": "a"}
    result = checked(observed({"0": old}, granular_markings=[entry(RED, "objects.0.name")]))
    assert marks(result) == [(None, [entry(RED, "object_refs.[0]")]), (None, None)]
    assert "process.granular_markings=rewrite" in result.changes


def test_the_same_member_twice_has_the_markings_of_both() -> None:
    granular = [entry(RED, "objects.0.value"), entry(OWN, "objects.1"), entry(GREEN, "objects.1.value"), entry(RED, "objects.1.value")]
    result = checked(observed({"0": IP, "1": IP}, granular_markings=granular))
    assert marks(result)[1:] == [([OWN], [entry(RED, "value"), entry(GREEN, "value")])]


def test_markings_that_a_member_has_are_kept() -> None:
    old = {**FILE, "object_marking_refs": [OWN], "granular_markings": [entry(GREEN, "created")]}
    result = upgrade(observed({"0": old}, object_marking_refs=[RED]))
    assert marks(result)[1] == ([OWN, RED], [entry(GREEN, "ctime")])


def test_the_language_of_a_part_goes_along() -> None:
    result = upgrade(observed(TWO, granular_markings=[{"lang": "de", "selectors": ["objects.1.name"]}]))
    assert result.objects[2]["granular_markings"] == [{"lang": "de", "selectors": ["name"]}]


@pytest.mark.parametrize("label", [name for name in TLP_BY_ID if TLP_BY_ID[name] is not Tlp.CLEAR])
@pytest.mark.parametrize("word", ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"])
def test_a_tlp_word_restricts_each_observable_as_it_does_the_whole(label: str, word: str) -> None:
    """The hub reads such words where they stand; an observable has no labels that could say them."""
    result = checked(observed(TWO, labels=["x", f"TLP:{word}"], object_marking_refs=[label]))
    assert marks(result)[0] == ([label], None)
    for refs, _ in marks(result)[1:]:
        assert refs[0] == label
        assert max(TLP_BY_ID[one] for one in refs) is max(TLP_BY_ID[label], NAMES[word.lower()])


@pytest.mark.parametrize("more", [{}, {"object_marking_refs": [OWN]}, {"granular_markings": [entry(GREEN, "objects")]}])
def test_a_tlp_word_alone_is_no_marking_and_cannot_become_one(more: Stix) -> None:
    """Its object counts as unmarked; observables marked with the word would go further."""
    assert refusal(observed(TWO, labels=["TLP:GREEN"], **more)) == "labels"


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"object_marking_refs": "x"}, "object_marking_refs"),
        ({"object_marking_refs": [5]}, "object_marking_refs"),
        ({"object_marking_refs": ["identity--1"]}, "object_marking_refs"),
        ({"object_marking_refs": [f"{GREEN[:-3]}{number:03d}" for number in range(MAX_SHARED_MARKINGS + 1)]}, "object_marking_refs"),
        ({"granular_markings": "x"}, "granular_markings"),
        ({"granular_markings": [entry(RED, "objects.7")]}, "granular_markings"),
        ({"granular_markings": [entry(RED, "objects.0.name")]}, "granular_markings"),
        ({"granular_markings": [entry(RED, "objects.0.value.x")]}, "granular_markings"),
        ({"granular_markings": [entry(RED, "objects.")]}, "granular_markings"),
        ({"granular_markings": [entry("identity--1", "objects.0")]}, "granular_markings"),
        ({"granular_markings": [entry("identity--1", "objects.0.value")]}, "granular_markings"),
        ({"granular_markings": [{"lang": "de", "selectors": ["objects.0"]}]}, "granular_markings"),
        ({"granular_markings": [{"lang": "d" * 101, "selectors": ["objects.0.value"]}]}, "granular_markings"),
        ({"granular_markings": [{"selectors": ["objects.0.value"]}]}, "granular_markings"),
        ({"objects": {"0": {**IP, "object_marking_refs": "x"}}}, "objects.*.object_marking_refs"),
        ({"objects": {"0": {**IP, "granular_markings": [1]}}}, "objects.*.granular_markings"),
    ],
)
def test_a_marking_that_cannot_be_followed_is_refused(more: Stix, path: str) -> None:
    assert refusal(observed(TWO) | more) == path


def test_many_markings_take_no_longer() -> None:
    members = {str(number): IP for number in range(1000)}
    granular = [entry(RED, *(f"objects.{number}.value" for number in range(1000))) for _ in range(20)]
    labels = {"labels": ["trojan"] * 20_000, "granular_markings": [entry(RED, "labels", "labels.[7]")] * 5_000}
    before = time.process_time()
    upgrade(observed(members, granular_markings=granular, object_marking_refs=[GREEN]))
    upgrade({"type": "malware", "created": TIME, "modified": TIME, **labels})
    assert time.process_time() - before < 3
