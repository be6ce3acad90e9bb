"""Go into a property that holds objects: what lies in it has places, and so verbs, of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.minimize.places import Place
from transforms.minimize.plans import Planner
from transforms.minimize.result import GONE


def walk(item: Any, place: Place, shown: str, whole: Mapping[str, Any], planner: Planner, told: list[str]) -> Any:
    """What is left of a property at `place`; the very same where all of it stays. `told` takes up what was done."""
    if isinstance(item, list):
        kept = [left for part in item if (left := walk(part, place, shown, whole, planner, told)) is not GONE]
        same = len(kept) == len(item) and all(left is part for left, part in zip(kept, item, strict=True))
        return item if same else kept or GONE
    if not isinstance(item, Mapping) or planner.is_idle(place, tuple(item)):
        return item
    below = f"{shown}.*"
    left_of: dict[str, Any] = {}
    same = True
    for name, part in item.items():
        at = (*place, name)
        found = planner.inner(at, below)
        left = part if found.treatment is None else found.treatment(part, whole)
        if left is not part:
            told.append(f"{below}={'drop' if left is GONE else found.label}")
        if left is not GONE and found.deeper:
            left = walk(left, at, shown, whole, planner, told)
        if left is not part:
            same = False
        if left is not GONE:
            left_of[name] = left
    return item if same else left_of or GONE
