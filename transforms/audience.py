"""Production and exercises never meet: what is of another audience than the hub's is not taken in, nor any other version of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.labels import audience_of


def crosses(value: Mapping[str, Any], hub_audience: str, sticky: frozenset[str] = frozenset()) -> bool:
    """Whether an object is of another audience than the hub's.

    value: the object, or the marking definition. sticky: all audiences that versions of this id were ever seen with: what an exercise
    has made stays of the exercise, also when a later version has lost its tag.
    """
    return any(audience != hub_audience for audience in audience_of(value) | sticky)
