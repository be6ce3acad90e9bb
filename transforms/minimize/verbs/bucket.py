"""`bucket(5,10,25)`: a number becomes the largest of these that it reaches; below all of them nothing is said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Spot


def bucket(argument: str, _spot: Spot) -> Treatment:
    """The treatment; what is no number goes."""
    bounds = sorted(int(number) for number in argument.split(","))

    def treat(item: Any, _whole: Mapping[str, Any]) -> Any:
        if isinstance(item, bool) or not isinstance(item, int | float):
            return GONE
        at = bisect_right(bounds, item)
        if not at:
            return GONE
        return item if item == bounds[at - 1] else bounds[at - 1]

    return treat
