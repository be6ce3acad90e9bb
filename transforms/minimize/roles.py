"""Whose data a value is: the threat's, or somebody's who has to be protected.

Only what a recipient may see counts as evidence, and only evidence for the threat: to remove an object can make another one the
victim's, and never the threat's. So a release without some object shows nothing that the release with it would hide.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from schemas.ids import type_of


class Role(StrEnum):
    """What is undecided is treated as a victim's."""

    THREAT = "threat"
    VICTIM = "victim"
    REPORTER = "reporter"
    ANALYST = "analyst"


_THREATS = frozenset({"campaign", "infrastructure", "intrusion-set", "malware", "threat-actor", "tool"})

_FORWARD: Mapping[str, frozenset[str]] = {
    "based-on": frozenset({"indicator"}),
    "communicates-with": frozenset({"malware", "infrastructure", "tool"}),
    "consists-of": frozenset({"infrastructure"}),
    "controls": frozenset({"malware", "infrastructure", "tool"}),
    "beacons-to": frozenset({"malware"}),
    "downloads": frozenset({"malware", "tool"}),
    "drops": frozenset({"malware", "tool"}),
    "exfiltrates-to": frozenset({"malware"}),
    "has": _THREATS,
    "hosts": _THREATS,
    "indicates": frozenset({"indicator"}),
    "owns": frozenset({"threat-actor", "campaign", "intrusion-set"}),
    "uses": _THREATS,
}
"""Relationship -> the types whose target it makes the threat's. `targets` and `compromises` are not here: they point at victims."""

_BACKWARD: Mapping[str, frozenset[str]] = {
    "analysis-of": frozenset({"malware-analysis"}),
    "attributed-to": _THREATS,
    "communicates-with": frozenset({"infrastructure"}),
    "part-of": frozenset({"infrastructure"}),
}
"""Relationship -> the types of target that make its source the threat's."""

_PROPERTIES: Mapping[str, frozenset[str]] = {
    "email-message": frozenset({"from_ref", "sender_ref"}),
    "malware": frozenset({"sample_refs"}),
    "malware-analysis": frozenset({"sample_ref"}),
}
"""Type -> its properties whose target is the threat's. Whatever malware did on the machine that ran it may be that machine's own."""

TELLING = frozenset({"relationship", *_PROPERTIES})
"""Types of objects that may say whose another one is."""


def role_evidence(referrer: Mapping[str, Any], target_id: str) -> bool:
    """Whether this object, which the recipient may see, says that the one under `target_id` is the threat's."""
    if referrer["type"] == "relationship":
        return _related(referrer, target_id)
    return any(_holds(referrer.get(name), target_id) for name in _PROPERTIES.get(referrer["type"], ()))


def _related(relation: Mapping[str, Any], target_id: str) -> bool:
    kind, source, target = relation.get("relationship_type", ""), relation.get("source_ref", ""), relation.get("target_ref", "")
    if target == target_id:
        return type_of(source) in _FORWARD.get(kind, ())
    return source == target_id and type_of(target) in _BACKWARD.get(kind, ())


def _holds(found: object, target_id: str) -> bool:
    return found == target_id or (isinstance(found, list) and target_id in found)
