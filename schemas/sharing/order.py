"""Two effective policies held against each other: where does one allow what the other does not?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.sharing.effective import Effective
from schemas.sharing.meet import FIELDS, is_within

LINES = (*FIELDS, "resale", "layers")
"""Every line of an effective policy, in the order in which it is shown."""


def line(rules: Effective, name: str) -> Any:
    """The value of one line, with sets where files meet as sets."""
    match name:
        case "topics":
            return frozenset(rules.topics)
        case "sightings.k" | "sightings.slot_hours":
            return getattr(rules.sightings, name.partition(".")[2])
        case "sightings.buckets":
            return frozenset(rules.sightings.buckets)
        case "layers":
            return frozenset((layer.profile, layer.paths) for layer in rules.layers)
    return getattr(rules, name)


def widened(before: Effective, after: Effective) -> tuple[str, ...]:
    """The lines in which `after` allows something that `before` does not; for tables of verbs: may allow."""
    return tuple(name for name in LINES if not _is_within(name, line(after, name), line(before, name)))


def changed(before: Effective, after: Effective) -> Mapping[str, bool]:
    """The lines that differ -> whether `after` is wider there."""
    wider = widened(before, after)
    return {name: name in wider for name in LINES if line(before, name) != line(after, name)}


def _is_within(name: str, narrow: Any, wide: Any) -> bool:
    match name:
        case "layers":
            return bool(narrow >= wide)
        case "resale":
            return bool(narrow or not wide)  # what forbids resale reaches nobody who resells
        case "sightings.buckets":
            return bool(narrow <= wide)
    return is_within(name, narrow, wide)
