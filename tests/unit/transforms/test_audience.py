"""Production and exercises never meet, whichever way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.audience import crosses

NAMES = ["production", "exercise:harbor", "exercise:lagoon"]


def tagged(*labels: str) -> dict[str, Any]:
    return {"type": "malware", "id": "malware--31b940d4-6f7f-459a-80ea-9c1f17b5891b", "name": "m", "is_family": False, "labels": [*labels]}


@pytest.mark.parametrize(
    ("labels", "hub", "crossing"),
    [
        ((), "production", False),
        ((), "exercise:harbor", False),
        (("sector:energy",), "production", False),
        (("exercise:harbor",), "production", True),
        (("EXERCISE:Harbor",), "production", True),
        (("exercise:harbor",), "exercise:harbor", False),
        (("exercise:harbor",), "exercise:lagoon", True),
        (("exercise:harbor", "exercise:lagoon"), "exercise:harbor", True),
        (('exercise:locked-shields="2026"',), "exercise:locked-shields-2026", False),
    ],
)
def test_what_crosses(labels: tuple[str, ...], hub: str, crossing: bool) -> None:
    assert crosses(tagged(*labels), hub) is crossing


@given(st.lists(st.sampled_from(NAMES[1:])), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_tag_more_never_lets_anything_cross(labels: list[str], hub: str, more: str) -> None:
    if crosses(tagged(*labels), hub):
        assert crosses(tagged(*labels, more), hub)


@given(st.lists(st.sampled_from(NAMES[1:]), min_size=1), st.sampled_from(NAMES[1:]))
def test_no_object_of_an_exercise_is_of_two_audiences(labels: list[str], hub: str) -> None:
    assert crosses(tagged(*labels), "production")
    assert crosses(tagged(*labels), hub) is (set(labels) != {hub})
