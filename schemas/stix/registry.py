"""Which model checks which type, and which properties each type knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from schemas.stix import domain, observable
from schemas.stix.common import Domain, GranularMarking, Identifier, Identifiers, Observable, Text, Timestamp, _Strict


class MarkingDefinition(_Strict):
    """§7.2.1: not versioned, so without `modified`."""

    type: Text
    spec_version: Literal["2.1"]
    id: Identifier
    created: Timestamp
    created_by_ref: Identifier | None = None
    name: Text | None = None
    definition_type: Text | None = None
    definition: dict[str, Any] | None = None
    external_references: Annotated[list[dict[str, Any]], Field(min_length=1)] | None = None
    object_marking_refs: Identifiers | None = None
    granular_markings: Annotated[list[GranularMarking], Field(min_length=1)] | None = None
    extensions: Annotated[dict[str, dict[str, Any]], Field(min_length=1)] | None = None


OBSERVABLES: Mapping[str, type[Observable]] = {
    "artifact": observable.Artifact,
    "autonomous-system": observable.AutonomousSystem,
    "directory": observable.Directory,
    "domain-name": observable.Resolvable,
    "email-addr": observable.EmailAddress,
    "email-message": observable.EmailMessage,
    "file": observable.File,
    "ipv4-addr": observable.Address,
    "ipv6-addr": observable.Address,
    "mac-addr": observable.Value,
    "mutex": observable.Mutex,
    "network-traffic": observable.NetworkTraffic,
    "process": observable.Process,
    "software": observable.Software,
    "url": observable.Url,
    "user-account": observable.UserAccount,
    "windows-registry-key": observable.WindowsRegistryKey,
    "x509-certificate": observable.X509Certificate,
}

MODELS: Mapping[str, type[BaseModel]] = {
    **OBSERVABLES,
    "identity": domain.Identity,
    "indicator": domain.Indicator,
    "malware": domain.Malware,
    "marking-definition": MarkingDefinition,
    "relationship": domain.Relationship,
    "report": domain.Report,
    "sighting": domain.Sighting,
}

COMMON_ONLY: Mapping[str, frozenset[str]] = {
    "attack-pattern": frozenset({"name", "description", "aliases", "kill_chain_phases"}),
    "campaign": frozenset({"name", "description", "aliases", "first_seen", "last_seen", "objective"}),
    "course-of-action": frozenset({"name", "description", "action"}),
    "extension-definition": frozenset({"name", "description", "schema", "version", "extension_types", "extension_properties"}),
    "grouping": frozenset({"name", "description", "context", "object_refs"}),
    "incident": frozenset({"name", "description"}),
    "infrastructure": frozenset({"name", "description", "infrastructure_types", "aliases", "kill_chain_phases", "first_seen", "last_seen"}),
    "intrusion-set": frozenset(
        {
            *("name", "description", "aliases", "first_seen", "last_seen", "goals"),
            *("resource_level", "primary_motivation", "secondary_motivations"),
        }
    ),
    "language-content": frozenset({"object_ref", "object_modified", "contents"}),
    "location": frozenset(
        {
            *("name", "description", "latitude", "longitude", "precision", "region", "country"),
            *("administrative_area", "city", "street_address", "postal_code"),
        }
    ),
    "malware-analysis": frozenset(
        {
            *("product", "version", "host_vm_ref", "operating_system_ref", "installed_software_refs"),
            *("configuration_version", "modules", "analysis_engine_version", "analysis_definition_version"),
            *("submitted", "analysis_started", "analysis_ended", "result_name", "result", "analysis_sco_refs", "sample_ref"),
        }
    ),
    "note": frozenset({"abstract", "content", "authors", "object_refs"}),
    "observed-data": frozenset({"first_observed", "last_observed", "number_observed", "objects", "object_refs"}),
    "opinion": frozenset({"explanation", "authors", "opinion", "object_refs"}),
    "threat-actor": frozenset(
        {
            *("name", "description", "threat_actor_types", "aliases", "first_seen", "last_seen", "roles", "goals"),
            *("sophistication", "resource_level", "primary_motivation", "secondary_motivations", "personal_motivations"),
        }
    ),
    "tool": frozenset({"name", "description", "tool_types", "aliases", "kill_chain_phases", "tool_version"}),
    "vulnerability": frozenset({"name", "description"}),
}
"""Types of STIX 2.1 whose own properties are known but, for now, checked only by the common model."""

_OWN_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "extension-definition": ("name", "schema", "version", "extension_types", "created_by_ref"),
    "grouping": ("context", "object_refs"),
    "language-content": ("object_ref", "contents"),
    "location": (),
    "malware-analysis": ("product",),
    "note": ("content", "object_refs"),
    "observed-data": ("first_observed", "last_observed", "number_observed"),
    "opinion": ("opinion", "object_refs"),
}
"""What the types above require beside the common properties; all others require `name`."""

_DOMAIN_PROPERTIES = frozenset(Domain.model_fields)

KNOWN_PROPERTIES: Mapping[str, frozenset[str]] = {
    **{name: frozenset(model.model_fields) for name, model in MODELS.items()},
    **{name: own | _DOMAIN_PROPERTIES for name, own in COMMON_ONLY.items()},
}
"""Type -> the properties that STIX 2.1 gives it. A type that is not here is custom."""

REQUIRED: Mapping[str, frozenset[str]] = {
    **{name: frozenset(field for field, info in model.model_fields.items() if info.is_required()) for name, model in MODELS.items()},
    **{name: frozenset({"type", "spec_version", "id", "created", "modified", *_OWN_REQUIRED.get(name, ("name",))}) for name in COMMON_ONLY},
}
"""Type -> the properties without which an object of it is no longer one."""


def model_for(type_name: str) -> type[BaseModel]:
    """The model that checks objects of a type; custom types by the common properties of domain objects."""
    return MODELS.get(type_name, Domain)


def times(value: Mapping[str, Any]) -> tuple[str, str]:
    """(created, modified) of a valid object, '' where its type has none: a property of that name on an observable is custom."""
    known = KNOWN_PROPERTIES.get(value["type"], _DOMAIN_PROPERTIES)
    created = value.get("created") if "created" in known else None
    modified = value.get("modified") if "modified" in known else None
    return created or "", modified or ""
