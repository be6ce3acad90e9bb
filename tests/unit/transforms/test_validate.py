"""Each reason code is reached by a small object, and no error tells a value or the name of an unknown property."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.config import CustomSettings
from schemas.errors import BadInput
from schemas.reasons import QUARANTINE
from schemas.stix.registry import KNOWN_PROPERTIES
from tests.support.objects import (
    CREATED,
    TLP2_EXTENSION,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    note,
    observable,
    relationship,
    report,
    sighting,
    statement_marking,
    tlp1,
    tlp2,
)
from transforms.validate import validate

PASS = CustomSettings()
GOOD = [
    indicator(
        "a",
        valid_until="2027-01-01T00:00:00Z",
        labels=["x"],
        confidence=50,
        kill_chain_phases=[{"kill_chain_name": "k", "phase_name": "p"}],
    ),
    malware("a", aliases=["b"], external_references=[{"source_name": "s", "hashes": {"MD5": "a" * 32}}]),
    identity("a", sectors=["x"], granular_markings=[{"marking_ref": tlp2("red")["id"], "selectors": ["name"]}]),
    relationship("a", indicator("a"), malware("a")),
    sighting("a", indicator("a"), count=3),
    report("a", [indicator("a")]),
    note("a", [indicator("a")]),
    observable("file", name="a", hashes={"MD5": "a" * 32}, extensions={"ntfs-ext": {"sid": "s"}}),
    observable("network-traffic", protocols=["tcp"], src_ref=observable("ipv4-addr", value="192.0.2.1")["id"], ipfix={"a": 1}),
    observable("email-message", is_multipart=True, body_multipart=[{"body": "x"}], additional_header_fields={"X": ["y"]}),
    observable("process", pid=1),
    statement_marking("a"),
    tlp1("red"),
    tlp2("amber+strict"),
    domain("x-own", "a"),
    domain("attack-pattern", "a", name="A"),
]


def refused(value: dict[str, Any], custom: CustomSettings = PASS) -> tuple[str, str]:
    with pytest.raises(BadInput) as caught:
        validate(value, custom)
    return caught.value.reason, caught.value.path


def refusal(value: dict[str, Any], custom: CustomSettings) -> BadInput | None:
    try:
        validate(value, custom)
    except BadInput as error:
        return error
    return None


def without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: item for name, item in value.items() if name not in names}


@pytest.mark.parametrize("value", GOOD, ids=lambda value: value["type"])
def test_good_objects_pass(value: dict[str, Any]) -> None:
    assert validate(value, PASS) == ()


BAD: list[tuple[dict[str, Any], str, str]] = [
    (without(GOOD[0], "type"), "missing-type", "type"),
    ({**GOOD[0], "type": ""}, "missing-type", "type"),
    ({**GOOD[0], "type": None}, "missing-type", "type"),
    ({**GOOD[0], "type": ["indicator"]}, "missing-type", "type"),
    ({}, "missing-type", "type"),
    (without(GOOD[0], "id"), "missing-id", "id"),
    ({**GOOD[0], "id": None}, "missing-id", "id"),
    (without(GOOD[7], "id", "spec_version"), "missing-id", "id"),
    ({**GOOD[0], "id": 5}, "invalid-id", "id"),
    ({**GOOD[0], "id": "indicator--1"}, "invalid-id", "id"),
    ({**GOOD[0], "id": identifier("malware", "a")}, "invalid-id", "id"),
    ({**GOOD[0], "id": GOOD[0]["id"] + "\n"}, "invalid-id", "id"),
    (without(GOOD[0], "spec_version"), "unsupported-version", "spec_version"),
    ({**GOOD[0], "spec_version": "2.0"}, "unsupported-version", "spec_version"),
    ({**GOOD[0], "spec_version": "3.0"}, "unsupported-version", "spec_version"),
    ({**GOOD[0], "spec_version": 2.1}, "unsupported-version", "spec_version"),
    ({**GOOD[7], "spec_version": "2.0"}, "unsupported-version", "spec_version"),
    ({"type": "bundle", "id": identifier("bundle", "a")}, "unsupported-version", "spec_version"),
    (without(GOOD[0], "pattern"), "missing-property", "pattern"),
    (without(GOOD[0], "created"), "missing-property", "created"),
    (without(GOOD[3], "target_ref"), "missing-property", "target_ref"),
    (without(GOOD[5], "object_refs"), "missing-property", "object_refs"),
    (without(GOOD[7], "name", "hashes"), "missing-property", ""),
    (without(GOOD[8], "src_ref"), "missing-property", ""),
    (without(GOOD[1], "name"), "missing-property", ""),
    ({**GOOD[0], "confidence": "50"}, "invalid-property", "confidence"),
    ({**GOOD[0], "revoked": "true"}, "invalid-property", "revoked"),
    ({**GOOD[0], "indicator_types": "malicious-activity"}, "invalid-property", "indicator_types"),
    ({**GOOD[0], "labels": ["a", 5]}, "invalid-property", "labels.1"),
    ({**GOOD[0], "pattern": ""}, "invalid-property", "pattern"),
    ({**GOOD[7], "hashes": {"MD5": 5}}, "invalid-property", "hashes.*"),
    ({**GOOD[7], "extensions": {"ntfs-ext": "x"}}, "invalid-property", "extensions.*"),
    ({**GOOD[0], "created": "yesterday"}, "invalid-timestamp", "created"),
    ({**GOOD[0], "valid_from": "2026-01-01T00:00:00+01:00"}, "invalid-timestamp", "valid_from"),
    ({**GOOD[0], "created_by_ref": "identity"}, "invalid-id", "created_by_ref"),
    ({**GOOD[5], "object_refs": [GOOD[0]["id"], "x"]}, "invalid-id", "object_refs.1"),
    ({**GOOD[0], "modified": "2020-01-01T00:00:00Z"}, "invalid-order", ""),
    ({**GOOD[0], "valid_until": CREATED}, "invalid-order", ""),
    ({**GOOD[0], "labels": []}, "empty-list", "labels"),
    ({**GOOD[5], "object_refs": []}, "empty-list", "object_refs"),
    ({**GOOD[7], "hashes": {}}, "empty-list", "hashes"),
    ({**GOOD[0], "confidence": 101}, "out-of-range", "confidence"),
    ({**GOOD[0], "confidence": -1}, "out-of-range", "confidence"),
    ({**GOOD[4], "count": 10**9}, "out-of-range", "count"),
    ({**GOOD[8], "src_port": 70_000}, "out-of-range", "src_port"),
    ({**GOOD[10], "pid": 2**53}, "out-of-range", "pid"),
    ({**tlp1("red"), "definition": {"tlp": "white"}}, "marking-mismatch", "definition"),
    ({**tlp2("red"), "extensions": {TLP2_EXTENSION: {"tlp_2_0": "clear"}}}, "marking-mismatch", "definition"),
    ({**statement_marking("a"), "name": "TLP:RED"}, "marking-mismatch", "definition"),
    ({**tlp2("red"), "id": identifier("marking-definition", "x")}, "marking-mismatch", "definition"),
    ({**GOOD[14], "modified": "x"}, "invalid-timestamp", "modified"),
    (without(GOOD[14], "created"), "missing-property", "created"),
]


@pytest.mark.parametrize(
    ("value", "reason", "path"), BAD, ids=[f"{number} {reason} {path}" for number, (_, reason, path) in enumerate(BAD)]
)
def test_each_mistake_has_its_reason_and_path(value: dict[str, Any], reason: str, path: str) -> None:
    assert refused(value) == (reason, path)
    assert reason in QUARANTINE


def test_mistakes_inside_lists_are_placed_by_number() -> None:
    reason, path = refused({**GOOD[1], "external_references": [{"source_name": "s"}, {"url": "https://example.com/"}]})
    assert (reason, path.split(".")[:2]) == ("missing-property", ["external_references", "1"])
    reason, path = refused({**GOOD[2], "granular_markings": [{"marking_ref": "x", "selectors": ["a"]}]})
    assert (reason, path.split(".")[:2]) == ("invalid-id", ["granular_markings", "0"])


CUSTOM = {**GOOD[0], "x_own": "v", "another": {"deep": 1}}


def test_custom_properties_by_rule() -> None:
    assert validate(CUSTOM, CustomSettings(properties="pass")) == ()
    assert validate(CUSTOM, CustomSettings(properties="strip")) == ("another", "x_own")
    assert refused(CUSTOM, CustomSettings(properties="reject")) == ("custom-content", "*")
    assert refused(CUSTOM, CustomSettings(properties="quarantine")) == ("custom-content", "*")


@pytest.mark.parametrize("rule", ["pass", "strip", "reject", "quarantine"])
def test_objects_without_custom_content_pass_any_rule(rule: Any) -> None:
    strict = CustomSettings(properties=rule, types=rule)
    for value in GOOD:
        if value["type"] != "x-own":
            assert validate(value, strict) == ()


def test_custom_types_by_rule() -> None:
    assert validate(GOOD[14], CustomSettings(types="pass", properties="reject")) == ()
    for rule in ("strip", "reject", "quarantine"):
        assert refused(GOOD[14], CustomSettings(types=rule)) == ("custom-content", "type")


def test_broken_rules_come_before_custom_content() -> None:
    assert refused({**CUSTOM, "created": 5}, CustomSettings(properties="reject"))[0] == "invalid-property"


CANARY = "canary-7q3k9x"


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(node, dict):
        for name, item in node.items():
            yield from places(item, (*path, name))
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from places(item, (*path, number))


ODD: list[Any] = [CANARY, [CANARY], {CANARY: CANARY}, [{CANARY: [CANARY]}], f"{CANARY}--{CANARY}", 10**30, -1, None, 1.5, True]


@settings(max_examples=300)
@given(st.data())
def test_errors_never_tell_a_value_or_an_unknown_name(data: st.DataObject) -> None:
    value = copy.deepcopy(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([place for place in places(value) if place]))
        node: Any = value
        for step in path[:-1]:
            node = node[step]
        odd = copy.deepcopy(data.draw(st.sampled_from(ODD)))
        if isinstance(node, dict) and data.draw(st.booleans()):
            node[data.draw(st.sampled_from([CANARY, f"{CANARY}_ref", f"{CANARY}_refs"]))] = odd
        else:
            node[path[-1]] = odd
    error = refusal(value, CustomSettings(properties=data.draw(st.sampled_from(["pass", "reject", "quarantine"]))))
    if error is not None:
        assert CANARY not in f"{error} {error.path} {error.reason} {error.__cause__!r}"
        assert error.__suppress_context__ or error.__context__ is None
        assert error.reason in QUARANTINE
        words = {step for step in error.path.split(".") if step and step != "*" and not step.isdigit()}
        assert words <= frozenset().union(*KNOWN_PROPERTIES.values())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(sorted(KNOWN_PROPERTIES["indicator"] | KNOWN_PROPERTIES["file"])) | st.text(max_size=6), JSON, max_size=8
    )
)
def test_any_json_object_is_either_fine_or_bad_input(value: dict[str, Any]) -> None:
    for made in (value, {**GOOD[0], **value, "type": "indicator", "id": GOOD[0]["id"]}):
        error = refusal(made, PASS)
        assert error is None or error.reason in QUARANTINE
