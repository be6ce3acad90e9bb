"""Observables part by part: whatever stands in the place of a part is told, and is never an error of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.stix.inspection import inspect
from schemas.stix.observables import OBSERVABLES
from tests.unit.schemas.stix.sample_observables import OBSERVABLE_SAMPLES

BIG = 2**53
Steps = tuple[str | int, ...]


def _parts(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every part of a value with the way to it."""
    yield steps, value
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _parts(inner, (*steps, step))


def _put(value: Any, steps: Steps, other: Any) -> Any:
    """The value with another one where the steps lead."""
    if not steps:
        return other
    copy = value.copy()
    copy[steps[0]] = _put(value[steps[0]], steps[1:], other)
    return copy


PARTS = [(type_name, steps, part) for type_name, sample in OBSERVABLE_SAMPLES.items() for steps, part in _parts(sample) if steps]
NOT_NEGATIVE = {
    *("size", "number_of_sections", "number_of_symbols", "size_of_optional_header", "size_of_code", "size_of_initialized_data"),
    *("size_of_uninitialized_data", "size_of_image", "size_of_headers", "size_of_stack_reserve", "size_of_stack_commit"),
    *("size_of_heap_reserve", "size_of_heap_commit", "socket_descriptor", "src_port", "dst_port"),
    *("src_byte_count", "dst_byte_count", "src_packets", "dst_packets"),
}
BY_KIND: list[tuple[str, Any, list[tuple[str, Steps, Any]]]] = [
    (
        "invalid-timestamp",
        "2026-02-30T00:00:00Z",
        [part for part in PARTS if isinstance(part[2], str) and part[2][:2] == "20" and part[2][-1] == "Z"],
    ),
    ("invalid-property", "AB", [part for part in PARTS if str(part[1][-1]).endswith("_hex")]),
    ("out-of-range", -1, [part for part in PARTS if part[1][-1] in NOT_NEGATIVE]),
    ("out-of-range", BIG, [part for part in PARTS if type(part[2]) is int]),
    ("invalid-hash", {"MD5": "x"}, [part for part in PARTS if part[1][-1] in ("hashes", "file_header_hashes")]),
    ("invalid-property", 1, [part for part in PARTS if type(part[2]) is bool]),
]


@pytest.mark.parametrize(("reason", "other", "parts"), BY_KIND, ids=["timestamp", "hex", "negative", "54-bit", "hash", "boolean"])
def test_each_part_of_a_kind(reason: str, other: Any, parts: list[tuple[str, Steps, Any]]) -> None:
    assert len(parts) > 5
    for type_name, steps, _ in parts:
        if not {"startup_info", "entropy"} & set(steps):
            assert reason in {found.reason for found in inspect(_put(OBSERVABLE_SAMPLES[type_name], steps, other))}, steps


ODD: list[Any] = [None, True, 0, -1, 1.5, 2**70, "", "\ud800", "a\0", [], {}, [[]], [{}], [None], {"": None}, {"a": {}}, {"a": ["b", None]}]


def _replaced(value: dict[str, Any], odd: Any) -> Iterator[dict[str, Any]]:
    """The object with `odd` in the place of each of its parts in turn, or beside them."""
    for steps, part in _parts(value):
        if steps:
            yield _put(value, steps, odd)
        if isinstance(part, dict):
            yield _put(value, steps, {**part, "x_other": odd})


@pytest.mark.parametrize("type_name", sorted(OBSERVABLES))
def test_no_value_of_any_part_is_an_error(type_name: str) -> None:
    sample = OBSERVABLE_SAMPLES[type_name]
    for odd in ODD:
        for other in _replaced(sample, odd):
            assert isinstance(inspect(other), tuple)


@pytest.mark.parametrize("type_name", sorted(OBSERVABLES))
def test_a_wrong_type_of_any_part_is_found(type_name: str) -> None:
    """No property takes both what it has and a list of a list, but for what stands in the one dictionary whose values may be anything."""
    extensions = OBSERVABLE_SAMPLES[type_name].get("extensions", {})
    bound = {key: {name: value for name, value in body.items() if name != "startup_info"} for key, body in extensions.items()}
    sample = {**OBSERVABLE_SAMPLES[type_name], **({"extensions": bound} if bound else {})}
    assert inspect(sample) == ()
    for other in _replaced(sample, [[]]):
        assert inspect(other) != ()
