"""Names that STIX 2.1 defines, reserves or allows: of types, of properties, of custom content."""

from __future__ import annotations

import re

DOMAIN_TYPES = frozenset(
    {
        *("attack-pattern", "campaign", "course-of-action", "grouping", "identity", "incident", "indicator", "infrastructure"),
        *("intrusion-set", "location", "malware", "malware-analysis", "note", "observed-data", "opinion", "report"),
        *("threat-actor", "tool", "vulnerability"),
    }
)
"""§4."""

OBSERVABLE_TYPES = frozenset(
    {
        *("artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file", "ipv4-addr", "ipv6-addr"),
        *("mac-addr", "mutex", "network-traffic", "process", "software", "url", "user-account", "windows-registry-key"),
        "x509-certificate",
    }
)
"""§6."""

RELATIONSHIP_TYPES = frozenset({"relationship", "sighting"})
"""§5."""

META_TYPES = frozenset({"extension-definition", "language-content", "marking-definition"})
"""§7."""

BUNDLE = frozenset({"bundle"})
"""§8: no STIX object; nothing may refer to one (§8.2)."""

RESERVED_PROPERTIES = frozenset({"severity", "username", "phone_number", "action"})
"""§3.8: no content may have them."""

COMMON_PROPERTIES = frozenset(
    {
        *("type", "spec_version", "id", "created_by_ref", "created", "modified", "revoked", "labels", "confidence", "lang"),
        *("external_references", "object_marking_refs", "granular_markings", "defanged", "extensions"),
    }
)
"""§3.2: not to be used for anything else, also where a type does not have them."""

PROPERTY_NAME = re.compile(r"[a-z][a-z0-9_]{2,249}", re.ASCII)
"""§3.1, §11.1.1: name of a property, custom ones included."""

EXTENSION_PROPERTY_NAME = re.compile(r"[a-z0-9_]{3,250}", re.ASCII)
"""§7.3.2: name of a property of an extension."""

TYPE_NAME = re.compile(r"(?=.{3,250}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*-?", re.ASCII)
"""§3.1, §11.2.1: name of a type, custom ones included: no hyphen follows another."""

CUSTOM_EXTENSION_NAME = re.compile(r"(?=.{3,250}\Z)[a-z0-9-]*-ext", re.ASCII)
"""§11.3.1: name of a custom extension of an observable (deprecated)."""

EXTENSION_ID = re.compile(r"extension-definition--[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
"""§3.2: key of an extension that uses the facility of §7.3."""
