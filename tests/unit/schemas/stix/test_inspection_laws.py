"""Laws of inspection: it never fails, it is a function of the object alone, it shows no value, and dropping what it names heals."""

from __future__ import annotations

import copy
import string
import time
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.reasons import QUARANTINE
from schemas.stix.findings import Finding
from schemas.stix.inspection import inspect
from schemas.stix.places import without
from schemas.stix.registry import KNOWN_PROPERTIES, KNOWN_WORDS, MODELS
from schemas.stix.structure import shown
from tests.unit.schemas.stix.sample_objects import GREEN, REFERENCES, SAMPLES, STRANGE, TIME, UUID, ref
from tests.unit.schemas.stix.sample_observables import OBSERVABLE_SAMPLES

EVERYTHING = {**SAMPLES, **OBSERVABLE_SAMPLES}
WORDS = sorted(KNOWN_WORDS)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from([TIME, ref("identity"), ref("file"), GREEN, "stix", "2.1", "[file:name = 'a']", "a" * 64, "property-extension"])
)
KEYS = st.sampled_from(WORDS) | st.text(string.printable, max_size=6) | st.sampled_from([STRANGE, "ntfs-ext", "tlp", "de", "MD5"])
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8)
TYPES = st.sampled_from([*EVERYTHING, "bundle", "x-own"])


@st.composite
def nearly(draw: st.DrawFn) -> dict[str, Any]:
    """A valid object of any type with some of its properties, at any depth, replaced by anything, and some added."""
    sample = copy.deepcopy(EVERYTHING[draw(st.sampled_from(sorted(EVERYTHING)))])
    for _ in range(draw(st.integers(1, 4))):
        at: Any = sample
        while True:
            step = draw(st.sampled_from([*at] if isinstance(at, dict) else range(len(at))))
            inner = at[step]
            if isinstance(inner, dict | list) and inner and draw(st.booleans()):
                at = inner
            else:
                break
        at[step] = draw(JSON)
    return {**sample, **draw(st.dictionaries(KEYS, JSON, max_size=2))}


ANYTHING = st.dictionaries(KEYS, JSON, max_size=6)
TYPED = st.builds(
    lambda name, value: {**value, "type": name, "spec_version": "2.1", "id": ref(name)}, TYPES, st.dictionaries(KEYS, JSON, max_size=8)
)


@given(ANYTHING | TYPED | nearly())
@example({"type": "file", "id": ref("file"), "hashes": None})
@example({"type": "file", "id": ref("file"), "name": "n", "extensions": {"ntfs-ext": None}})
@example({"type": "indicator", "spec_version": "2.1", "id": ref("indicator"), "pattern_type": ["stix"], "pattern": {}})
@example({"type": "marking-definition", "spec_version": "2.1", "id": [], "definition_type": {}, "object_marking_refs": [[]]})
@example({"type": "\ud800", "id": "\ud800"})
@example({"type": "tool", "spec_version": "2.1", "id": ref("tool"), "name": "\ud800", "labels": ["\udfff"]})
def test_any_object_is_answered_the_same_way_twice_and_left_as_it_was(value: dict[str, Any]) -> None:
    before = copy.deepcopy(value)
    found = inspect(value)
    assert found == inspect(before)
    assert value == before
    assert len(set(found)) == len(found)
    for finding in found:
        assert isinstance(finding, Finding)
        assert finding.reason in QUARANTINE
        assert finding.section


@given(ANYTHING | TYPED | nearly())
@example({**SAMPLES["observed-data"], "objects": {"0": {"type": "file", "secret_ref": "1"}}})
def test_paths_hold_nothing_but_names_that_the_specification_defines(value: dict[str, Any]) -> None:
    for finding in inspect(value):
        for step in finding.path.split("."):
            assert (
                step == "*"
                or step.isdigit()
                or step in KNOWN_WORDS
                or step in ("MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512", "SSDEEP", "TLSH")
            )


def test_names_that_are_not_known_are_not_shown() -> None:
    assert shown(("labels", 3, "secret")) == "labels.3.*"


HEALED = ("optional_parts",)


@given(nearly())
def test_dropping_the_optional_parts_that_are_wrong_leaves_nothing_wrong(value: dict[str, Any]) -> None:
    found = inspect(value)
    if all(finding.setting in HEALED for finding in found):
        rest = without(value, [finding.place for finding in found])
        left = [finding for finding in inspect(rest) if finding.reason not in ("missing-recommended", "observable-id")]
        assert left == []


@given(nearly())
def test_dropping_what_settings_may_drop_brings_up_nothing_that_was_not_told(value: dict[str, Any]) -> None:
    """But for what then is no longer recommended, no longer marked, or no longer the content that an id stands for."""
    found = inspect(value)
    rest = without(value, [finding.place for finding in found if finding.setting == "optional_parts" and finding.place])
    told = {(finding.reason, finding.setting) for finding in found}
    new = {(finding.reason, finding.setting) for finding in inspect(rest)} - told
    assert {reason for reason, _ in new} <= {"missing-recommended", "observable-id"}


@given(nearly())
def test_a_place_is_in_the_object(value: dict[str, Any]) -> None:
    for finding in inspect(value):
        at: Any = value
        for step in finding.place:
            assert isinstance(at, dict | list)
            at = at[step]


@pytest.mark.parametrize("type_name", sorted(MODELS))
def test_order_of_properties_changes_no_finding(type_name: str) -> None:
    value = {**EVERYTHING[type_name], "x_own": 1, "confidence": 101, "x_other": None}
    assert set(inspect(value)) == set(inspect(dict(reversed(value.items()))))
    assert set(KNOWN_PROPERTIES[type_name]) >= set(EVERYTHING[type_name])


def _hostile(**properties: Any) -> dict[str, Any]:
    return {**SAMPLES["tool"], **properties}


@pytest.mark.parametrize(
    "value",
    [
        _hostile(labels=[1] * 300_000),
        _hostile(labels=["a"] * 200_000),
        _hostile(tool_types=["a"] * 200_000),
        _hostile(tool_types=["a", "unknown"] * 100_000),
        _hostile(external_references=REFERENCES * 5_000),
        _hostile(external_references=[{"source_name": "a"}] * 30_000),
        _hostile(external_references=[{"source_name": "a", "hashes": {f"h{n}": "x" for n in range(50_000)}}]),
        _hostile(granular_markings=[{"marking_ref": GREEN, "selectors": ["a." * 300_000]}]),
        _hostile(granular_markings=[{"marking_ref": GREEN, "selectors": ["a"] * 200_000}]),
        _hostile(**{f"x_{n}": None for n in range(40_000)}),
        _hostile(extensions={f"extension-definition--{UUID[:-6]}{n:06d}": {} for n in range(10_000)}),
        _hostile(lang="a-" * 400_000),
        _hostile(created="2026-01-01T00:00:00." + "1" * 900_000 + "Z"),
        {**SAMPLES["grouping"], "object_refs": [ref("tool")] * 20_000},
        {**SAMPLES["observed-data"], "objects": {str(n): {"type": "file", "contains_refs": ["0"] * 10} for n in range(10_000)}},
        {**SAMPLES["language-content"], "contents": {f"de-x-{n}": {} for n in range(30_000)}},
    ],
    ids=range(16),
)
def test_a_hostile_object_of_a_megabyte_takes_a_second_of_work_at_most(value: dict[str, Any]) -> None:
    assert len(orjson.dumps(value)) < 2 << 20
    began = time.process_time()
    inspect(value)
    assert time.process_time() - began < 1.5


def test_depth_takes_no_stack() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    assert [finding.reason for finding in inspect(_hostile(x_own=deep))] == ["custom-content"]
    assert [finding.reason for finding in inspect(_hostile(name=deep))] == ["invalid-property"]
    while isinstance(deep, list):
        deep = deep.pop()
