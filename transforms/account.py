"""The hub's account of one meaning for one recipient: what all producers say together whose objects it may have, put on the one it gets.

Contributions that the recipient may not have are not there: they change not one byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.errors import BadInput
from schemas.stix.registry import KNOWN_PROPERTIES
from transforms.entity import Entity
from transforms.merge import Merged, merge, merged
from transforms.sight import Sight


def account(sight: Sight, entity: Entity, value: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of `value` that all of them together say otherwise: confidence, and when it was first and last seen."""
    if len({candidate.producer for candidate in entity.candidates}) < 2:
        return {}
    known = KNOWN_PROPERTIES.get(value["type"], frozenset())
    said = {name: item for name, item in _said(_together(sight, entity)).items() if name in known}
    return {name: item for name, item in said.items() if value.get(name) != item}


def _together(sight: Sight, entity: Entity) -> Merged:
    found = []
    for candidate in entity.candidates:
        if not sight.verdict(candidate):
            try:
                found.append(merged(candidate.producer, sight.minimize(entity.no, candidate).value))
            except BadInput:
                continue
    return merge(found)


def _said(values: Merged) -> dict[str, Any]:
    moments = {"first_seen": values.first_seen, "last_seen": values.last_seen}
    said: dict[str, Any] = {name: f"{moment}Z" for name, moment in moments.items() if moment}
    return said if values.confidence is None else {**said, "confidence": values.confidence}
