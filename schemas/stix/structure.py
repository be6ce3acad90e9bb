"""What a model finds wrong with the form of an object, as findings: pydantic's errors in the words of the specification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from schemas.ids import IDENTIFIER
from schemas.stix.checks import optional
from schemas.stix.common import FORMS, WIDEST
from schemas.stix.crowds import MOST
from schemas.stix.findings import Finding, Setting
from schemas.stix.names import COMMON_PROPERTIES
from schemas.stix.places import Place
from schemas.stix.registry import KNOWN_WORDS
from schemas.stix.rules import Rules

_KINDS: Mapping[str, tuple[str, str]] = {
    "missing": ("missing-property", ""),
    "literal_error": ("closed-vocabulary", "2.4"),
    "greater_than_equal": ("out-of-range", ""),
    "less_than_equal": ("out-of-range", ""),
    "greater_than": ("out-of-range", ""),
    "less_than": ("out-of-range", ""),
    "finite_number": ("out-of-range", "2.6"),
    "is_instance_of": ("invalid-property", "2.3"),
}
"""Kind of error -> (reason, section; '' for that of the property). Every other kind is a wrong JSON type or form."""

_INSIDE: Mapping[str, str] = {
    "body_multipart": "6.6.2",
    "external_references": "2.5.1",
    "granular_markings": "7.2.3",
    "kill_chain_phases": "2.11",
    "values": "6.17.2",
    "x509_v3_extensions": "6.18.2",
}
"""Property -> where the properties of what stands in it are defined."""


def shown(steps: tuple[str | int, ...]) -> str:
    """A path in which names that STIX does not know appear as `*`."""
    return ".".join(str(step) if isinstance(step, int) or step in KNOWN_WORDS else "*" for step in steps)


def form_findings(value: Mapping[str, Any], error: ValidationError, rules: Rules) -> Iterator[tuple[Finding, Place]]:
    """Findings of the structural pass, each with what must be left out for the other checks to go on.

    The checks of all lists and dictionaries end at the first wrong item, but for those of `extensions`: where there are many, these are it.
    """
    kept, section = rules.kept, rules.section
    if error.error_count() > MOST + len(rules.known):
        part: Place = ("extensions",)
        yield (
            (
                Finding("invalid-property", "extensions", "3.2")
                if "extensions" in kept
                else optional("invalid-property", "extensions", "3.2")
            ),
            part,
        )
        rest = {name: item for name, item in value.items() if name != "extensions"}
        try:
            rules.validate(rest)
        except ValidationError as other:
            yield from form_findings(rest, other, rules)
        return
    for item in error.errors(include_url=False):
        steps = tuple(step for step in item["loc"] if step != "[key]")
        top = steps[0]
        reason, where = _reason(item, section_of(steps, section))
        part = steps[:2] if top == "extensions" and len(steps) > 1 else steps[:1]
        place: Place = () if top in kept else part
        setting: Setting = "optional_parts" if place else ""
        if top == "id":
            reason, where = "invalid-id", "2.9"
        yield Finding(reason, shown(steps), where, setting, place), part


def section_of(steps: tuple[str | int, ...], section: str) -> str:
    """Where a property is defined that is in the model of this section."""
    top = str(steps[0])
    if len(steps) > 1 and top in _INSIDE and isinstance(steps[-1], str):
        return _INSIDE[top]
    return "3.2" if top in COMMON_PROPERTIES else section


def _reason(item: Any, section: str) -> tuple[str, str]:
    kind = item["type"]
    if kind == "string_pattern_mismatch":
        reason, where = FORMS[item["ctx"]["pattern"]]
        if reason == "invalid-reference":
            return (reason, section) if IDENTIFIER.fullmatch(item["input"]) else ("invalid-property", "2.9")
        return reason, where
    if kind == "too_short":
        return "empty-list", "2.3" if item["ctx"]["field_type"] == "Dictionary" else "2.12"
    if kind in ("greater_than_equal", "less_than_equal") and abs(next(iter(item["ctx"].values()))) == WIDEST:
        return "out-of-range", "2.10"
    if kind == "literal_error" and not isinstance(item["input"], str):
        return "invalid-property", section
    reason, where = _KINDS.get(kind, ("invalid-property", ""))
    return reason, where or section


def prefixed(finding: Finding, where: Place) -> Finding:
    """A finding on an extension as one on the object that has it: whatever breaks a rule there is healed by dropping the extension."""
    path = f"{shown(where)}.{finding.path}"
    place = (*where, *finding.place) if finding.place and finding.setting != "optional_parts" else where
    return Finding(finding.reason, path, finding.section, finding.setting or "optional_parts", place)
