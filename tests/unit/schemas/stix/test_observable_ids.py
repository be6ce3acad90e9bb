"""Ids of observables: computed again where they claim to be deterministic, and random where nothing contributes (STIX 2.1 §2.9, §3.4)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import CONTRIBUTING, observable_id
from schemas.stix.findings import Finding
from schemas.stix.observable_ids import id_findings
from tests.unit.schemas.stix.sample_observables import OBSERVABLE_SAMPLES, UUID
from tests.unit.schemas.test_ids import MADE_BY_STIX2, VECTORS

WRONG = [Finding("observable-id", "id", "3.4", "observable_ids", ("id",))]
NOT_RANDOM = [Finding("observable-id", "id", "2.9", "observable_ids", ("id",))]
OTHER_V5 = "28bb3599-77cd-5a82-a950-b5bc3caf07c5"


def _found(value: dict[str, Any]) -> list[Finding]:
    return list(id_findings(value))


def _with_id(value: dict[str, Any]) -> dict[str, Any]:
    made = observable_id(value)
    assert made is not None
    return {**value, "id": made}


@pytest.mark.parametrize(("observable", "expected"), VECTORS, ids=[expected for _, expected in VECTORS])
def test_the_id_of_each_vector_is_right_and_another_one_is_not(observable: dict[str, Any], expected: str) -> None:
    assert _found({**observable, "id": expected}) == []
    assert _found({**observable, "id": expected.upper().replace(observable["type"].upper(), observable["type"])}) == []
    assert _found({**observable, "id": f"{observable['type']}--{OTHER_V5}"}) == WRONG


@pytest.mark.parametrize("made", MADE_BY_STIX2, ids=[f"{made.type}-{number}" for number, made in enumerate(MADE_BY_STIX2)])
def test_the_ids_of_the_reference_library_are_right(made: Any) -> None:
    assert _found(__import__("json").loads(made.serialize())) == []


@pytest.mark.parametrize("digit", [digit for digit in range(32) if digit != 12])
def test_every_digit_but_the_version_counts(digit: int) -> None:
    value = _with_id({"type": "file", "hashes": {"MD5": "b" * 32}, "name": "a.txt"})
    plain = uuid.UUID(value["id"][-36:]).hex
    other = f"{plain[:digit]}{(int(plain[digit], 16) + 4) % 16:x}{plain[digit + 1 :]}"
    assert _found({**value, "id": f"file--{uuid.UUID(other)}"}) == WRONG


@pytest.mark.parametrize("type_name", sorted(CONTRIBUTING))
@pytest.mark.parametrize(
    "identifier", [UUID, "0f5b9c1e-6f0a-1b53-9c7d-2a1e5d3c4b6a", "0f5b9c1e-6f0a-3b53-9c7d-2a1e5d3c4b6a"], ids=["v4", "v1", "v3"]
)
def test_an_id_of_another_version_claims_nothing(type_name: str, identifier: str) -> None:
    value = {**OBSERVABLE_SAMPLES[type_name], "id": f"{type_name}--{identifier}"}
    assert _found(value) == (NOT_RANDOM if type_name == "process" and identifier != UUID else [])


ALL_OPTIONAL = [
    {"type": "artifact", "url": "https://example.com/a"},
    {"type": "email-message", "is_multipart": True},
    {"type": "user-account", "display_name": "J"},
    {"type": "windows-registry-key", "number_of_subkeys": 1},
    {"type": "x509-certificate", "issuer": "CN=Example"},
    {"type": "process", "pid": 1},
    {"type": "file", "size": 1},
]


@pytest.mark.parametrize("value", ALL_OPTIONAL, ids=lambda value: value["type"])
def test_where_nothing_contributes_the_id_must_be_random(value: dict[str, Any]) -> None:
    assert _found({**value, "id": f"{value['type']}--{UUID}"}) == []
    assert _found({**value, "id": f"{value['type']}--{OTHER_V5}"}) == NOT_RANDOM
    assert _found({**value, "id": f"{value['type']}--0f5b9c1e-6f0a-1b53-9c7d-2a1e5d3c4b6a"}) == NOT_RANDOM


def test_custom_types_have_no_contributing_properties() -> None:
    assert _found({"type": "x-example-thing", "id": f"x-example-thing--{OTHER_V5}", "value": "a"}) == []


UNCOMPUTABLE = [
    {"type": "autonomous-system", "number": 2**70},
    {"type": "domain-name", "value": "\ud800"},
    {"type": "file", "name": "a", "extensions": {"x-ext": {"a": float("inf")}}},
    {"type": "user-account", "user_id": {1: 2}},
]


@pytest.mark.parametrize("value", UNCOMPUTABLE, ids=lambda value: value["type"])
def test_a_value_without_canonical_form_has_no_id_to_compare_with(value: dict[str, Any]) -> None:
    assert _found({**value, "id": f"{value['type']}--{OTHER_V5}"}) == []


def test_deep_nesting_is_no_error() -> None:
    deep: dict[str, Any] = {}
    for _ in range(10_000):
        deep = {"a": deep}
    assert _found({"type": "file", "name": "a", "extensions": {"x-ext": deep}, "id": f"file--{OTHER_V5}"}) == []


def test_a_canonical_form_that_differs_from_plain_json_is_found() -> None:
    value = {"type": "file", "name": "a", "extensions": {"x-ext": {"\ue000": 1.0, "\U0001f600": 1e30}}}
    assert _found(_with_id(value)) == []


_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_values: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(0, 2**32),
    "values": st.lists(st.fixed_dictionaries({"name": _texts}, optional={"data": _texts}), min_size=1, max_size=3),
    "hashes": st.dictionaries(st.sampled_from(["MD5", "SHA-1", "SHA-256", "SHA-512"]), st.text("0123456789abcdef", min_size=1), min_size=1),
    "extensions": st.dictionaries(
        st.just("x-ext"), st.dictionaries(_texts, st.one_of(_texts, st.integers(-5, 5), st.floats(-9, 9)), min_size=1)
    ),
    "protocols": st.lists(_texts, min_size=1, max_size=3),
    "src_port": st.integers(0, 65535),
    "dst_port": st.integers(0, 65535),
}


@st.composite
def _observables(draw: st.DrawFn) -> dict[str, Any]:
    type_name = draw(st.sampled_from(sorted(name for name, properties in CONTRIBUTING.items() if properties)))
    names = draw(st.lists(st.sampled_from(CONTRIBUTING[type_name]), min_size=1, unique=True))
    own = {name: draw(_values.get(name, _texts)) for name in names}
    return _with_id({"type": type_name, **own, "x_custom": 1}) if any(own.values()) else _with_id({"type": "mutex", "name": "a"})


@given(_observables(), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_count(value: dict[str, Any], random: Any) -> None:
    """But for hashes of which none is of the four preferred ones: then the first counts, and JSON has no first."""
    items = list(value.items())
    random.shuffle(items)
    shuffled = {name: dict(sorted(item.items(), reverse=True)) if isinstance(item, dict) else item for name, item in items}
    assert _found(shuffled) == []


@given(_observables(), st.data())
def test_the_id_is_wrong_exactly_when_a_contributing_property_changes(value: dict[str, Any], data: st.DataObject) -> None:
    present = [name for name in CONTRIBUTING[value["type"]] if name in value]
    name = data.draw(st.sampled_from(present))
    changed = {**value, name: data.draw(_values.get(name, _texts))}
    same = observable_id(changed) == value["id"]
    assert _found(changed) == ([] if same else WRONG)
    assert _found({**value, "x_custom": 2, "defanged": True, "mime_type": "a/b"}) == []
    if name != "hashes" and changed[name] != value[name]:
        assert not same
