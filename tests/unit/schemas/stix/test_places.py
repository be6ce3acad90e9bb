"""Dropping parts: each place goes, nothing else does but what became empty, and the object itself stays as it was."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.stix.places import Place, without

VALUE: dict[str, Any] = {"a": 1, "b": [10, 11, 12], "c": {"d": {"e": 1}, "f": 2}, "g": [{"h": 1}, {"h": 2, "i": 3}], "n": None}


@pytest.mark.parametrize(
    ("places", "left"),
    [
        ([], VALUE),
        ([("a",)], {"b": VALUE["b"], "c": VALUE["c"], "g": VALUE["g"], "n": None}),
        ([("n",)], {"a": 1, "b": VALUE["b"], "c": VALUE["c"], "g": VALUE["g"]}),
        ([("b", 0), ("b", 2)], {**VALUE, "b": [11]}),
        ([("b", 2), ("b", 0), ("b", 1)], {"a": 1, "c": VALUE["c"], "g": VALUE["g"], "n": None}),
        ([("c", "d", "e")], {**VALUE, "c": {"f": 2}}),
        ([("c", "d", "e"), ("c", "f")], {"a": 1, "b": VALUE["b"], "g": VALUE["g"], "n": None}),
        ([("g", 0, "h")], {**VALUE, "g": [{"h": 2, "i": 3}]}),
        ([("g", 1, "h"), ("g", 0)], {**VALUE, "g": [{"i": 3}]}),
        ([("x",), ("a", "x"), ("b", 3), ("b", "x"), ("c", 0), ("c", "x", "y")], VALUE),
    ],
)
def test_examples(places: list[Place], left: dict[str, Any]) -> None:
    before = copy.deepcopy(VALUE)
    assert without(VALUE, places) == left
    assert before == VALUE


@given(st.lists(st.tuples(st.just("b"), st.integers(0, 5)), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_places_does_not_count(places: list[Place], random: Any) -> None:
    shuffled = list(places)
    random.shuffle(shuffled)
    assert without(VALUE, places) == without(VALUE, shuffled)


def test_many_places_are_no_more_work_than_they_are() -> None:
    value = {"a": list(range(50_000)), "b": 1}
    assert without(value, [("a", place) for place in range(50_000)]) == {"b": 1}
