"""The content key: what counts, what does not, and what a key depends on."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import CONTRIBUTING
from schemas.stix.registry import KNOWN_PROPERTIES
from tests.support.objects import (
    TLP1,
    TLP2,
    Stix,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    marked,
    note,
    observable,
    relationship,
    report,
    sighting,
)
from transforms.canonicalize import CONTAINERS, LINKS, content_digest, content_key, level, references
from transforms.observables import COMPOSED


def unknown(_: str) -> None:
    return None


def by_name(identifier_: str) -> bytes:
    """Every id resolves to a key that hangs on its last four digits alone."""
    return identifier_[-4:].encode().ljust(16)


def key(value: Stix, producer: str = "maker", audience: str = "production") -> bytes:
    return content_key(value, producer, audience, unknown)


ADDRESS = observable("ipv4-addr", value="192.0.2.1")
SAMPLES: list[Stix] = [
    indicator("a"),
    malware("a", aliases=["x", "y"], description="d"),
    identity("a"),
    relationship("a", indicator("a"), malware("a")),
    sighting("a", indicator("a"), count=2),
    report("a", [indicator("a"), malware("a")]),
    note("a", [indicator("a")]),
    domain("attack-pattern", "a", name="A"),
    domain("x-own", "a", x="y"),
    ADDRESS,
    observable("file", name="a", hashes={"MD5": "a" * 32}),
    observable("user-account", account_login="a"),
]
NAMES = [value["type"] for value in SAMPLES]


@pytest.mark.parametrize("value", SAMPLES, ids=NAMES)
def test_the_order_of_properties_does_not_count(value: Stix) -> None:
    for seed in range(5):
        names = list(value)
        random.Random(seed).shuffle(names)
        assert key({name: value[name] for name in names}) == key(value)


@pytest.mark.parametrize("value", [value for value in SAMPLES if "created" in value], ids=lambda value: value["type"])
def test_a_feed_that_issues_everything_anew_says_nothing_new(value: Stix) -> None:
    issued = {
        **value,
        "id": identifier(value["type"], "issued anew"),
        "created": "2027-01-01T00:00:00.000Z",
        "modified": "2027-01-02T00:00:00.000Z",
        "created_by_ref": identifier("identity", "anew"),
    }
    assert key(issued) == key(value)
    assert key({**issued, "revoked": True}) == key(value)


@pytest.mark.parametrize("value", SAMPLES, ids=NAMES)
def test_the_audience_is_part_of_every_key(value: Stix) -> None:
    keys = {key(value, audience=audience) for audience in ("production", "exercise:a", "exercise:b")}
    assert len(keys) == 3


@pytest.mark.parametrize("value", SAMPLES, ids=NAMES)
def test_the_producer_counts_unless_the_meaning_is_common(value: Stix) -> None:
    common = value["type"] in CONTRIBUTING or value["type"] in ("indicator", "relationship")
    assert (key(value, "maker") == key(value, "other")) is common


@pytest.mark.parametrize("value", SAMPLES, ids=NAMES)
def test_keys_are_16_bytes_and_apart(value: Stix) -> None:
    assert len(key(value)) == 16
    assert [other for other in SAMPLES if key(other) == key(value)] == [value]


@pytest.mark.parametrize(
    ("value", "change"),
    [
        (malware("a"), {"name": "B"}),
        (malware("a"), {"is_family": False}),
        (malware("a"), {"labels": ["x"]}),
        (malware("a"), {"object_marking_refs": [TLP2["red"]]}),
        (identity("a"), {"x_own": 1}),
        (sighting("a", indicator("a")), {"count": 3}),
        (report("a", [indicator("a")]), {"description": "d"}),
        (relationship("a", indicator("a"), malware("a")), {"relationship_type": "uses"}),
        (relationship("a", indicator("a"), malware("a")), {"source_ref": identifier("indicator", "b")}),
        (indicator("a"), {"pattern": "[domain-name:value = 'b.example']"}),
        (indicator("a"), {"pattern_type": "sigma"}),
        (ADDRESS, {"value": "192.0.2.2"}),
        (ADDRESS, {"type": "ipv6-addr"}),
    ],
)
def test_what_is_said_counts(value: Stix, change: dict[str, Any]) -> None:
    assert key({**value, **change}) != key(value)


@pytest.mark.parametrize(
    ("value", "change"),
    [
        (indicator("a"), {"name": "B", "confidence": 3, "labels": ["x"], "object_marking_refs": [TLP2["red"]]}),
        (indicator("a"), {"pattern": "[ domain-name:value='A.example.' ]"}),
        (relationship("a", indicator("a"), malware("a")), {"description": "d", "confidence": 3}),
        (ADDRESS, {"resolves_to_refs": [identifier("mac-addr", "a")], "defanged": True, "object_marking_refs": [TLP2["red"]]}),
        (ADDRESS, {"value": "192.0.2.1/32"}),
        (observable("domain-name", value="A.example"), {"value": "a.EXAMPLE."}),
        (observable("file", hashes={"MD5": "a" * 32}), {"size": 3, "mime_type": "a/b"}),
    ],
)
def test_what_an_indicator_an_observable_or_a_relationship_means_is_its_core(value: Stix, change: dict[str, Any]) -> None:
    assert key({**value, **change}) == key(value)


def test_an_observable_without_contributing_values_is_only_itself() -> None:
    one, other = observable("process", pid=1), observable("process", pid=2)
    assert key(one) != key(other)
    assert key(one, "maker") == key(one, "other")


def test_links_are_keyed_by_what_they_link() -> None:
    one = relationship("a", identifier("indicator", "a"), identifier("malware", "b"))
    keys = {one["source_ref"]: b"1" * 16, one["target_ref"]: b"2" * 16}
    other = relationship("b", identifier("indicator", "c"), identifier("malware", "d"))
    keys |= {other["source_ref"]: b"1" * 16, other["target_ref"]: b"2" * 16}
    assert content_key(one, "maker", "production", keys.get) == content_key(other, "other", "production", keys.get)
    assert content_key(one, "maker", "production", unknown) != content_key(other, "maker", "production", unknown)
    assert content_key(one, "maker", "production", keys.get) != content_key(one, "maker", "production", unknown)
    swapped = {**one, "source_ref": one["target_ref"], "target_ref": one["source_ref"]}
    assert content_key(swapped, "maker", "production", keys.get) != content_key(one, "maker", "production", keys.get)


def test_the_order_of_what_a_container_holds_does_not_count() -> None:
    members = [indicator("a"), malware("b"), relationship("c", indicator("a"), malware("b"))]
    one, other = report("a", members), report("a", members[::-1])
    assert content_key(one, "maker", "production", by_name) == content_key(other, "maker", "production", by_name)


def test_levels() -> None:
    assert {name for name in KNOWN_PROPERTIES if level(name) == 1} == LINKS
    assert {name for name in KNOWN_PROPERTIES if level(name) == 2} == CONTAINERS
    assert level("x-own") == level("indicator") == level("file") == 0


@pytest.mark.parametrize("type_name", sorted(KNOWN_PROPERTIES))
def test_a_key_asks_for_lower_levels_alone_so_keys_never_cycle(type_name: str) -> None:
    asked: list[str] = []

    def resolve(reference: str) -> bytes:
        asked.append(reference)
        return b"k" * 16

    everything = [identifier(name, "target") for name in (*KNOWN_PROPERTIES, "x-own")]
    value = domain(
        type_name,
        "a",
        pattern="[a:b = 'c']",
        pattern_type="stix",
        relationship_type="r",
        source_ref=everything[0],
        target_ref=everything[-1],
        sighting_of_ref=everything[3],
        object_refs=everything,
        object_ref=everything[5],
        created_by_ref=everything[7],
        observed_data_refs=everything,
    )
    single = ("source_ref", "target_ref", "sighting_of_ref", "src_ref", "dst_ref", "from_ref", "parent_directory_ref")
    for target in everything:
        whole = {**value, **dict.fromkeys(single, target), "extensions": {"e": {"deep_ref": target, "deep_refs": everything}}}
        content_key(whole, "maker", "production", resolve)
    assert all(place(reference.partition("--")[0]) < place(type_name) for reference in asked)
    assert bool(asked) is (type_name in LINKS | CONTAINERS | COMPOSED)


def place(type_name: str) -> tuple[int, bool]:
    """Where a type stands in the order of keys: observables that are made of others stand above the rest of their level."""
    return level(type_name), type_name in COMPOSED


def test_references_are_found_at_any_depth() -> None:
    value = domain(
        "report",
        "a",
        created_by_ref="identity--1",
        object_refs=["b--2", "a--1", "b--2", 5, None],
        object_marking_refs=["marking-definition--x", TLP1["red"], TLP2["clear"]],
        granular_markings=[{"marking_ref": "marking-definition--y", "selectors": ["a"]}, {"marking_ref": TLP2["red"], "selectors": ["b"]}],
        extensions={"e": {"deep": [{"deeper_ref": "c--3", "list": [[{"x_refs": ["d--4"]}]]}], "odd_ref": 7, "odd_refs": "x"}},
        reference="not--5",
    )
    expected = ["a--1", "b--2", "c--3", "d--4", "identity--1", "marking-definition--x", "marking-definition--y"]
    assert references(value) == tuple(expected)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda i: st.lists(i, max_size=3) | st.dictionaries(st.text(max_size=6), i, max_size=3),
    )
)
def test_references_of_any_shape(node: Any) -> None:
    found = references({"type": "x", "x": node, "y_ref": node, "z_refs": node})
    assert list(found) == sorted(set(found))


def test_equal_content_has_an_equal_digest() -> None:
    value = malware("a")
    assert content_digest(value) == content_digest(dict(reversed(value.items())))
    assert content_digest(value) != content_digest({**value, "id": identifier("malware", "b")})
    assert content_digest(marked(value, "red")) != content_digest(marked(value, "clear"))


@pytest.mark.parametrize("odd", [2**64, -(2**63) - 1, "\ud800"])
def test_what_json_cannot_say_has_no_digest(odd: Any) -> None:
    with pytest.raises(TypeError):
        content_digest({"type": "tool", "x": odd})
