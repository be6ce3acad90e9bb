"""Whether the id of an observable is the one that its content gives (STIX 2.1 §2.9, §3.4).

A UUIDv5 claims to stand for the content, so it is computed again. That an id SHOULD be one is not held against an observable: §3.4 allows
other ways, and no other version of UUID claims anything. Only where nothing contributes, a UUIDv4 is a MUST.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from schemas.ids import CONTRIBUTING, SCO_NAMESPACE, observable_id, one_hash
from schemas.stix.findings import Finding

_VERSION = -22
"""Where an identifier has the version of its UUID, counted from the end."""

_NAMESPACE = SCO_NAMESPACE.bytes

_FIXED = 5 << 76 | 2 << 62
"""The bits of a UUIDv5 that are not of the hash: version and variant (RFC 4122 §4.3)."""

_HASHED = ~(15 << 76 | 3 << 62)

_ONLY = {name: properties[0] for name, properties in CONTRIBUTING.items() if len(properties) == 1}
"""Type -> its contributing property, where it has but one."""


def _matches(value: Mapping[str, Any], identifier: str) -> bool:
    """Whether the UUID is that of the sorted JSON text of what contributes.

    For texts and integers that is the canonical form of RFC 8785, only faster. A no means nothing: other values have other canonical forms.
    """
    kind = value["type"]
    only = _ONLY.get(kind)
    try:
        values = {only: value[only]} if only else {name: value[name] for name in CONTRIBUTING[kind] if name in value}
        if type(hashes := values.get("hashes")) is dict:
            values["hashes"] = one_hash(hashes)
        name = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    except (KeyError, TypeError):
        return False
    digest = hashlib.sha1(_NAMESPACE + name, usedforsecurity=False).digest()
    return (int.from_bytes(digest[:16]) & _HASHED | _FIXED) == int(identifier[-36:].replace("-", ""), 16)


def id_findings(value: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the id of an observable whose type and id are well-formed; its other properties may be anything."""
    identifier = value["id"]
    version = identifier[_VERSION]
    if version == "4" or value["type"] not in CONTRIBUTING:
        return
    if version == "5" and "extensions" not in value and _matches(value, identifier):
        return
    try:
        expected = observable_id(value)
    except (ValueError, TypeError, RecursionError):
        return  # without a canonical form there is no id to compare with; the property's own finding says what is wrong
    if expected is None:
        yield Finding("observable-id", "id", "2.9", "observable_ids", ("id",))
    elif version == "5" and expected != identifier.lower():
        yield Finding("observable-id", "id", "3.4", "observable_ids", ("id",))
