"""Indicators (STIX 2.1 §4.7): their pattern is read by schemas.patterns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from schemas.patterns import examine
from schemas.stix.checks import in_order
from schemas.stix.common import ABSENT, Check, Domain, KillChain, Strings, Text, Timestamp
from schemas.stix.findings import Finding
from schemas.stix.vocabularies import INDICATOR_TYPE, PATTERN_TYPE


def _pattern(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§9; patterns in other languages are not looked at. No generator, because every indicator comes through here."""
    if value.get("pattern_type") != "stix":
        return iter(())
    flaws = examine(value["pattern"]).flaws
    return iter([Finding(flaw.reason, "pattern", flaw.section, flaw.setting) for flaw in flaws] if flaws else ())


class Indicator(Domain):
    """§4.7."""

    SECTION = "4.7.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"indicator_types": INDICATOR_TYPE, "pattern_type": PATTERN_TYPE}
    RECOMMENDED = ("name", "description")
    WHEN: ClassVar[Mapping[str, Check]] = {"pattern": _pattern, "valid_until": in_order("valid_from", "valid_until", "4.7.1", equal=False)}

    name: Text = ABSENT
    description: Text = ABSENT
    indicator_types: Strings = ABSENT
    pattern: Annotated[str, Field(strict=True, min_length=1)]
    pattern_type: Text
    pattern_version: Text = ABSENT
    valid_from: Timestamp
    valid_until: Timestamp = ABSENT
    kill_chain_phases: KillChain = ABSENT
