"""Merged values: what several contributions to one meaning say together, computed anew from exactly the contributions that are given.

Contributions stay apart in the catalogue. What is computed here is a join-semilattice: `join` is commutative, associative and idempotent,
and EMPTY changes nothing; so order, repeats and grouping do not matter, and a contribution that is not given leaves no trace.

Facts accumulate: who says it, when it was seen, its labels and kinds. Assessments do not: of each producer the latest one that makes any
counts, so that it can change its mind; confidence and validity are then read over the producers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, TypeVar

from schemas.stix.registry import KNOWN_PROPERTIES
from schemas.timestamps import sort_key

_Value = TypeVar("_Value")

Latest = tuple[str, _Value]
"""When a producer said something (sortable), and what."""

Validity = tuple[str, str]
"""From when and until when an indicator holds (sortable); ENDLESS where it has no end."""

ENDLESS = "~"
"""Later than every moment: without `valid_until`, an indicator has no end (§4.7)."""

_KINDS = {
    "indicator": "indicator_types",
    "infrastructure": "infrastructure_types",
    "malware": "malware_types",
    "report": "report_types",
    "threat-actor": "threat_actor_types",
    "tool": "tool_types",
}
_COUNTS = {"sighting": "count", "observed-data": "number_observed"}
_CUSTOM = frozenset({"modified", "labels", "confidence"})
"""What all objects with versions share (§3.2), and so those of custom types."""


@dataclass(frozen=True)
class Merged:
    """What some contributions say together. Times are sortable text, '' where nothing is known.

    confidences, validities, counts: producer -> its latest statement; counts are never summed, since two may report one event
    """

    producers: frozenset[str] = frozenset()
    first_seen: str = ""
    last_seen: str = ""
    labels: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    confidences: Mapping[str, Latest[int]] = field(default_factory=dict)
    validities: Mapping[str, Latest[Validity]] = field(default_factory=dict)
    counts: Mapping[str, Latest[int]] = field(default_factory=dict)

    @property
    def confidence(self) -> int | None:
        """The highest that a producer states now; None where none states any, for absent is unknown and not 0.

        The highest, because a mean would count the same report twice where two pass it on, and a lowest would let anyone talk down what
        another one knows.
        """
        return max((value for _, value in self.confidences.values()), default=None)

    @property
    def valid_from(self) -> str:
        """When the first of the producers holds it to become valid."""
        return min((start for _, (start, _) in self.validities.values()), default="")

    @property
    def valid_until(self) -> str:
        """When the last of the producers holds it to end: ENDLESS where one of them sees no end."""
        return max((end for _, (_, end) in self.validities.values()), default="")


EMPTY = Merged()


def merged(producer: str, value: Mapping[str, Any]) -> Merged:
    """What one producer's object says by itself. What its producer has revoked says nothing any more."""
    if value.get("revoked") is True:
        return EMPTY
    type_name = value["type"]
    known = KNOWN_PROPERTIES.get(type_name, _CUSTOM)
    said = {name: value[name] for name in known & value.keys()}
    moment = sort_key(said.get("modified", ""))
    confidence, count = said.get("confidence"), said.get(_COUNTS.get(type_name, ""))
    validities: dict[str, Latest[Validity]] = {}
    if "valid_from" in said:
        end = sort_key(said["valid_until"]) if "valid_until" in said else ENDLESS
        validities[producer] = (moment, (sort_key(said["valid_from"]), end))
    return Merged(
        frozenset({producer}),
        sort_key(said.get("first_seen", "")),
        sort_key(said.get("last_seen", "")),
        frozenset(said.get("labels", ())),
        frozenset(said.get(_KINDS.get(type_name, ""), ())),
        {} if confidence is None else {producer: (moment, confidence)},
        validities,
        {} if count is None else {producer: (moment, count)},
    )


def join(one: Merged, other: Merged) -> Merged:
    """What both say together."""
    return Merged(
        one.producers | other.producers,
        min(filter(None, (one.first_seen, other.first_seen)), default=""),
        max(one.last_seen, other.last_seen),
        one.labels | other.labels,
        one.kinds | other.kinds,
        _latest(one.confidences, other.confidences, max),
        _latest(one.validities, other.validities, _span),
        _latest(one.counts, other.counts, max),
    )


def merge(parts: Iterable[Merged]) -> Merged:
    """What all of them say together."""
    return reduce(join, parts, EMPTY)


def _latest(
    one: Mapping[str, Latest[_Value]], other: Mapping[str, Latest[_Value]], both: Callable[[_Value, _Value], _Value]
) -> dict[str, Latest[_Value]]:
    """Of each producer the later statement; of two at the same moment, what `both` makes of them."""
    found = dict(one)
    for producer, (moment, value) in other.items():
        known = found.get(producer)
        if known is None or known[0] < moment:
            found[producer] = (moment, value)
        elif known[0] == moment:
            found[producer] = (moment, both(known[1], value))
    return found


def _span(one: Validity, other: Validity) -> Validity:
    return min(one[0], other[0]), max(one[1], other[1])
