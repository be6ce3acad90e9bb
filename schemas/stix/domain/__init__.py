"""Domain objects and relationships of STIX 2.1 (§4, §5): type -> model."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.stix.common import Domain
from schemas.stix.domain.actors import Campaign, Identity, IntrusionSet, Location, ThreatActor
from schemas.stix.domain.indicator import Indicator
from schemas.stix.domain.malware import Malware, MalwareAnalysis
from schemas.stix.domain.means import AttackPattern, CourseOfAction, Incident, Infrastructure, Tool, Vulnerability
from schemas.stix.domain.observed import ObservedData
from schemas.stix.domain.relations import Relationship, Sighting
from schemas.stix.domain.statements import Grouping, Note, Opinion, Report

DOMAIN: Mapping[str, type[Domain]] = {
    "attack-pattern": AttackPattern,
    "campaign": Campaign,
    "course-of-action": CourseOfAction,
    "grouping": Grouping,
    "identity": Identity,
    "incident": Incident,
    "indicator": Indicator,
    "infrastructure": Infrastructure,
    "intrusion-set": IntrusionSet,
    "location": Location,
    "malware": Malware,
    "malware-analysis": MalwareAnalysis,
    "note": Note,
    "observed-data": ObservedData,
    "opinion": Opinion,
    "relationship": Relationship,
    "report": Report,
    "sighting": Sighting,
    "threat-actor": ThreatActor,
    "tool": Tool,
    "vulnerability": Vulnerability,
}
