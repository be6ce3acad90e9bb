"""Validate one parsed object against STIX 2.1, and do what the feed's settings say where they leave a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from schemas.config import LeniencySettings, Rule
from schemas.errors import BadInput
from schemas.markings import holds_tlp_word
from schemas.stix.findings import Finding
from schemas.stix.inspection import inspect
from schemas.stix.places import without
from schemas.stix.registry import KNOWN_PROPERTIES

MAX_ROUNDS = 8
"""Taking a part out can leave another rule broken (a file without its hashes needs a name), whose part is then taken out in turn. Real
objects need one round, rarely two; what is not whole after these is quarantined."""

NEVER_STRIPPED = frozenset({"object_marking_refs", "granular_markings", "revoked", "valid_until", "confidence"})
"""Taking one of these out would release more, or for longer, than the producer meant. The same holds of any part with a TLP word in it,
and of every part of a marking definition.
"""


WHOLE = frozenset({"custom_objects", "observable_ids", "missing_parts", "pattern_values"})
"""Settings about an object as a whole, or about what is not there: nothing of it can be taken out."""


class Validated(NamedTuple):
    """A valid object, what was taken out of it as type.path=verb, and the reason codes of what the settings let pass."""

    value: dict[str, Any]
    altered: tuple[str, ...]
    noted: frozenset[str]


def validate(value: dict[str, Any], leniency: LeniencySettings) -> Validated:
    """Check one object; the very same value comes back where nothing is to be taken out.

    Raises BadInput with the reason code and path of the first finding that the settings do not let pass, never with a value.
    """
    findings = inspect(value)
    altered: tuple[str, ...] = ()
    passing = leniency.passing
    for _ in range(MAX_ROUNDS):
        if passing.issuperset([finding.setting for finding in findings]):
            return Validated(value, altered, frozenset([finding.reason for finding in findings]))
        parts = _refuse_or_strip(findings, leniency)
        by_place = {finding.place: finding for finding in parts}
        widening = next((finding for finding in by_place.values() if _widens(value, finding)), None)
        if widening is not None:
            raise _refusal(widening, keep=True)
        value = without(value, [finding.place for finding in parts])
        altered = (*altered, *(f"{_shown_type(value)}.{finding.path}=drop" for finding in parts))
        findings = inspect(value)
    raise _refusal(findings[0], keep=True)


def _refuse_or_strip(findings: Sequence[Finding], leniency: LeniencySettings) -> list[Finding]:
    """The findings whose part is to be taken out; raises BadInput where one of them stops the object."""
    parts = []
    for finding in findings:
        rule = rule_for(finding, leniency)
        if rule == "strip":
            parts.append(finding)
        elif rule != "pass":
            raise _refusal(finding, keep=rule == "quarantine")
    return parts


def _widens(value: Mapping[str, Any], finding: Finding) -> bool:
    """Whether an object without this part would go further than with it."""
    if finding.place[0] in NEVER_STRIPPED or value["type"] == "marking-definition":
        return True
    part: Any = value
    for step in finding.place:
        part = part[step]
    return holds_tlp_word({str(finding.place[-1]): part})


def rule_for(finding: Finding, leniency: LeniencySettings) -> Rule:
    """What the settings say to one finding. What no setting softens is quarantined, as is what has no part that could be taken out."""
    if finding.setting == "":
        return "quarantine"
    rule: Rule = getattr(leniency, finding.setting)
    return "quarantine" if rule == "strip" and (finding.setting in WHOLE or not finding.place) else rule


def _refusal(finding: Finding, *, keep: bool) -> BadInput:
    return BadInput(finding.reason, finding.path, keep=keep)


def _shown_type(value: Mapping[str, Any]) -> str:
    return value["type"] if value["type"] in KNOWN_PROPERTIES else "*"
