"""What a feed's settings do with each kind of finding, and that no error tells a value or the name of an unknown property."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.config import LeniencySettings
from schemas.errors import BadInput
from schemas.reasons import QUARANTINE
from schemas.stix.findings import Finding
from schemas.stix.inspection import inspect
from schemas.stix.registry import KNOWN_PROPERTIES
from tests.support.objects import (
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
from transforms.validate import Validated, rule_for, validate

DEFAULT = LeniencySettings()
GOOD = [
    indicator(
        "a",
        valid_until="2027-01-01T00:00:00Z",
        labels=["x"],
        confidence=50,
        kill_chain_phases=[{"kill_chain_name": "k", "phase_name": "p"}],
    ),
    malware("a", aliases=["b"], external_references=[{"source_name": "s", "url": "https://example.com/", "hashes": {"MD5": "a" * 32}}]),
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


def refusal(value: dict[str, Any], leniency: LeniencySettings = DEFAULT) -> BadInput | None:
    try:
        validate(value, leniency)
    except BadInput as error:
        return error
    return None


def outcome(value: dict[str, Any], leniency: LeniencySettings) -> str:
    """pass, strip, quarantine or reject, as a feed would see it."""
    try:
        found = validate(value, leniency)
    except BadInput as error:
        return "quarantine" if error.keep else "reject"
    return "pass" if found.value is value else "strip"


@pytest.mark.parametrize("value", GOOD, ids=lambda value: value["type"])
def test_good_objects_come_back_as_they_are(value: dict[str, Any]) -> None:
    assert validate(value, DEFAULT).value is value
    assert validate(value, DEFAULT).altered == ()


UNKNOWN = "extension-definition--4d1f6c52-08a7-4a7e-9f0f-6b7a3c1d2e9f"
WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "custom_properties": ({**GOOD[0], "x_own": "v"}, "custom-content", "indicator.*=drop"),
    "custom_objects": (domain("x-own", "a"), "custom-content", ""),
    "extensions": (
        {**GOOD[0], "extensions": {UNKNOWN: {"extension_type": "property-extension", "own_note": 1}}},
        "unregistered-extension",
        "indicator.extensions.*=drop",
    ),
    "vocabulary": (
        {**GOOD[0], "indicator_types": ["malicious-activity", "own-word"]},
        "open-vocabulary",
        "indicator.indicator_types.1=drop",
    ),
    "observable_ids": ({**observable("domain-name", value="a.example"), "id": identifier("domain-name", "x")}, "observable-id", ""),
    "missing_parts": (indicator("a"), "missing-recommended", ""),
    "optional_parts": ({**GOOD[0], "labels": []}, "empty-list", "indicator.labels=drop"),
    "pattern_values": (indicator("a", "[ipv4-addr:value = 5]"), "pattern-value", ""),
}
"""Setting -> an object that only it decides about, the reason code, and what stripping records ('' where there is nothing to strip)."""


def test_every_setting_has_an_example() -> None:
    assert set(WRONG) == set(LeniencySettings.model_fields)


@pytest.mark.parametrize("rule", ["reject", "quarantine", "strip", "pass"])
@pytest.mark.parametrize("setting", WRONG)
def test_each_setting_does_what_it_says(setting: str, rule: str) -> None:
    value, reason, stripped = WRONG[setting]
    if (setting, rule) == ("optional_parts", "pass"):
        with pytest.raises(ValueError, match="optional_parts"):
            LeniencySettings.model_validate({setting: rule})
        return
    leniency = LeniencySettings.model_validate({**dict.fromkeys(WRONG, "pass"), "optional_parts": "quarantine", setting: rule})
    wanted = "quarantine" if rule == "strip" and not stripped else rule
    assert outcome(value, leniency) == wanted
    match wanted:
        case "strip":
            found = validate(value, leniency)
            assert found.altered == (stripped,)
            assert reason not in {finding.reason for finding in inspect(found.value)}
        case "pass":
            assert reason in validate(value, leniency).noted
        case _:
            error = refusal(value, leniency)
            assert error is not None
            assert error.reason == reason


def test_only_the_wrong_part_is_taken_out() -> None:
    value = {**GOOD[0], "indicator_types": ["own-word", "malicious-activity", "other"], "x_own": {"deep": 1}, "labels": []}
    found = validate(value, LeniencySettings(custom_properties="strip", vocabulary="strip", optional_parts="strip"))
    assert found.value == {
        name: ["malicious-activity"] if name == "indicator_types" else item
        for name, item in value.items()
        if name not in ("x_own", "labels")
    }
    assert value["indicator_types"] == ["own-word", "malicious-activity", "other"]


def test_a_list_that_loses_all_goes_too() -> None:
    found = validate({**GOOD[0], "indicator_types": ["own-word"]}, LeniencySettings(vocabulary="strip"))
    assert "indicator_types" not in found.value


def test_what_is_required_is_not_taken_out() -> None:
    lenient = LeniencySettings(optional_parts="strip")
    for value in ({**GOOD[0], "pattern": ""}, {**GOOD[0], "created": "yesterday"}, {**GOOD[5], "object_refs": []}):
        assert outcome(value, lenient) == "quarantine"


@pytest.mark.parametrize(
    "part",
    [
        {"object_marking_refs": ["x"]},
        {"object_marking_refs": []},
        {"granular_markings": [{}]},
        {"revoked": "true"},
        {"valid_until": "soon"},
    ],
    ids=str,
)
def test_what_restricts_is_never_taken_out(part: dict[str, Any]) -> None:
    assert outcome({**GOOD[0], **part}, LeniencySettings(optional_parts="strip")) == "quarantine"


def test_a_part_whose_loss_breaks_the_object_costs_the_object() -> None:
    value = observable("file", hashes={"MD5": "not a hash"})
    assert outcome(value, LeniencySettings(optional_parts="strip")) == "quarantine"
    assert outcome({**value, "name": "a.bin"}, LeniencySettings(optional_parts="strip")) == "strip"


def test_a_must_comes_before_what_may_be_stripped() -> None:
    error = refusal({**GOOD[0], "x_own": 1, "created": 5}, LeniencySettings(custom_properties="strip"))
    assert error is not None
    assert (error.reason, error.path) == ("invalid-property", "created")


def test_a_rule_is_known_for_every_finding() -> None:
    assert rule_for(Finding("invalid-id", "id", "2.9"), DEFAULT) == "quarantine"
    assert rule_for(Finding("custom-content", "*", "3.1", "custom_properties", ("x",)), DEFAULT) == "pass"
    assert rule_for(Finding("custom-content", "*", "3.1", "custom_properties"), LeniencySettings(custom_properties="strip")) == "quarantine"


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
    rule = st.sampled_from(["strip", "reject", "quarantine"])
    error = refusal(value, LeniencySettings(custom_properties=data.draw(rule), optional_parts=data.draw(rule)))
    if error is not None:
        assert CANARY not in f"{error} {error.path} {error.reason} {error.__cause__!r}"
        assert error.__suppress_context__ or error.__context__ is None
        assert error.reason in QUARANTINE


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
        error = refusal(made)
        assert error is None or error.reason in QUARANTINE


@settings(max_examples=200)
@given(st.data())
def test_what_was_stripped_is_valid_and_stripping_again_changes_nothing(data: st.DataObject) -> None:
    value = copy.deepcopy(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(value.keys() - {"type", "id", "spec_version"}) or ["x_own"]))
        value[name] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    every = LeniencySettings.model_validate(dict.fromkeys(LeniencySettings.model_fields, "strip"))
    try:
        found = validate(value, every)
    except BadInput:
        return
    assert validate(found.value, every) == Validated(found.value, (), found.noted)


WIDENING: list[tuple[str, dict[str, Any]]] = [
    ("custom_properties", {**observable("domain-name", value="a.example"), "labels": ["TLP:RED"]}),
    ("custom_properties", {**observable("domain-name", value="a.example"), "description": "TLP:RED only"}),
    ("custom_properties", {**observable("domain-name", value="a.example"), "revoked": True}),
    ("custom_properties", {**indicator("a"), "x_own": {"note": ["tlp: amber"]}}),
    ("custom_properties", {**statement_marking("a"), "x_releasable_to": ["aaa"]}),
    ("optional_parts", {**identity("a"), "labels": ["TLP:RED", 5]}),
    ("optional_parts", {**malware("a"), "confidence": 5.0}),
]


@pytest.mark.parametrize(("setting", "value"), WIDENING, ids=[f"{number} {setting}" for number, (setting, _) in enumerate(WIDENING)])
def test_nothing_is_taken_out_that_would_let_the_object_go_further(setting: str, value: dict[str, Any]) -> None:
    assert outcome(value, LeniencySettings.model_validate({setting: "strip"})) == "quarantine"
