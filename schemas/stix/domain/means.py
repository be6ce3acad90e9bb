"""By what means, and against what: attack patterns, infrastructure, tools, vulnerabilities, incidents, courses of action (STIX 2.1 §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from schemas.stix.checks import in_order
from schemas.stix.common import ABSENT, Check, Domain, KillChain, Strings, Text, Timestamp
from schemas.stix.references import numbered_by
from schemas.stix.vocabularies import INFRASTRUCTURE_TYPE, TOOL_TYPE


class AttackPattern(Domain):
    """§4.1."""

    SECTION = "4.1.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"external_references": numbered_by("capec", "CAPEC-[0-9]+", "4.1.1")}

    name: Text
    description: Text = ABSENT
    aliases: Strings = ABSENT
    kill_chain_phases: KillChain = ABSENT


class CourseOfAction(Domain):
    """§4.3; `action` is reserved (§3.8), so it is none of its properties."""

    SECTION = "4.3.1"

    name: Text
    description: Text = ABSENT


class Incident(Domain):
    """§4.6."""

    SECTION = "4.6.1"

    name: Text
    description: Text = ABSENT


class Infrastructure(Domain):
    """§4.8."""

    SECTION = "4.8.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"infrastructure_types": INFRASTRUCTURE_TYPE}
    WHEN: ClassVar[Mapping[str, Check]] = {"last_seen": in_order("first_seen", "last_seen", "4.8.1", equal=True)}

    name: Text
    description: Text = ABSENT
    infrastructure_types: Strings = ABSENT
    aliases: Strings = ABSENT
    kill_chain_phases: KillChain = ABSENT
    first_seen: Timestamp = ABSENT
    last_seen: Timestamp = ABSENT


class Tool(Domain):
    """§4.18."""

    SECTION = "4.18.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"tool_types": TOOL_TYPE}

    name: Text
    description: Text = ABSENT
    tool_types: Strings = ABSENT
    aliases: Strings = ABSENT
    kill_chain_phases: KillChain = ABSENT
    tool_version: Text = ABSENT


class Vulnerability(Domain):
    """§4.19."""

    SECTION = "4.19.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"external_references": numbered_by("cve", "CVE-[0-9]{4}-[0-9]{4,}", "4.19.1")}

    name: Text
    description: Text = ABSENT
