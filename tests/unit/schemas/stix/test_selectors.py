"""Granular selectors: the specification's own examples, and laws on any object (STIX 2.1 §7.2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.stix.selectors import resolves

VALUE: dict[str, Any] = {
    "type": "vulnerability",
    "description": "d",
    "external_references": [{"source_name": "cve", "external_id": "CVE-2014-0160"}],
    "labels": ["heartbleed", "has-logo"],
    "hashes": {"SHA-256": "a"},
    "nothing": None,
}


@pytest.mark.parametrize(
    ("selector", "good"),
    [
        *[(good, True) for good in ("description", "external_references.[0].source_name", "labels.[0]", "labels", "external_references")],
        *[(bad, False) for bad in ("pattern", "external_references.[3]", "description.[0]", "labels.name")],
        *[(good, True) for good in ("type", "hashes.SHA-256", "external_references.[0]", "labels.[1]", "nothing")],
        *[
            (bad, False)
            for bad in ("", ".", "labels.", ".labels", "labels[0]", "labels.[-1]", "labels.[00]", "labels.[0", "labels.[]", "labels.0")
        ],
        *[
            (bad, False)
            for bad in ("labels.[2]", "labels.[999999999999999999999]", "labels.[\u0660]", "[0]", "description.d", "nothing.x", "labels.*")
        ],
    ],
)
def test_examples(selector: str, good: bool) -> None:
    assert resolves(selector, VALUE) == good


KEYS = st.text("ab_-", min_size=1, max_size=3)
TREES = st.dictionaries(
    KEYS,
    st.recursive(st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12),
    max_size=4,
)


def _every(at: Any, steps: tuple[str, ...] = ()) -> Iterator[str]:
    if steps:
        yield ".".join(steps)
    items = at.items() if isinstance(at, dict) else enumerate(at) if isinstance(at, list) else ()
    for step, inner in items:
        yield from _every(inner, (*steps, step if isinstance(step, str) else f"[{step}]"))


@given(TREES)
def test_every_part_can_be_selected(value: dict[str, Any]) -> None:
    assert all(resolves(selector, value) for selector in _every(value))


@given(TREES, st.text("ab_-.[]0", max_size=8))
def test_nothing_else_can(value: dict[str, Any], selector: str) -> None:
    assert resolves(selector, value) == (selector in set(_every(value)))


def test_a_long_selector_takes_no_stack() -> None:
    deep: dict[str, Any] = {}
    at = deep
    for _ in range(50_000):
        at["a"] = {}
        at = at["a"]
    assert resolves(".".join(["a"] * 50_000), deep)
    assert not resolves(".".join(["a"] * 50_001), deep)
    while deep:
        deep = deep.pop("a")
