"""Relationship objects (STIX 2.1 §5): relationships between two objects, and sightings of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.stix.checks import in_order
from schemas.stix.common import ABSENT, Bool, Check, Domain, Identifier, NonEmpty, Ref, Text, Timestamp, form
from schemas.stix.names import BUNDLE, META_TYPES, OBSERVABLE_TYPES, RELATIONSHIP_TYPES
from schemas.stix.references import refers_not_to

_NO_END = RELATIONSHIP_TYPES | META_TYPES | BUNDLE


class Relationship(Domain):
    """§5.1."""

    SECTION = "5.1.2"
    WHEN: ClassVar[Mapping[str, Check]] = {
        "source_ref": refers_not_to(_NO_END, "source_ref", "5.1.2", required=True),
        "target_ref": refers_not_to(_NO_END, "target_ref", "5.1.2", required=True),
        "stop_time": in_order("start_time", "stop_time", "5.1.2", equal=False),
    }

    relationship_type: Annotated[str, form("[a-z0-9-]+", "invalid-property", "5.1.2")]
    description: Text = ABSENT
    source_ref: Identifier
    target_ref: Identifier
    start_time: Timestamp = ABSENT
    stop_time: Timestamp = ABSENT


class Sighting(Domain):
    """§5.2. Its table calls `summary` a string whose default is false: it is read as the boolean of §2.2's example."""

    SECTION = "5.2.1"
    WHEN: ClassVar[Mapping[str, Check]] = {
        "last_seen": in_order("first_seen", "last_seen", "5.2.1", equal=True),
        "sighting_of_ref": refers_not_to(_NO_END | OBSERVABLE_TYPES, "sighting_of_ref", "5.2.1", required=True),
    }

    description: Text = ABSENT
    first_seen: Timestamp = ABSENT
    last_seen: Timestamp = ABSENT
    count: Annotated[int, Field(strict=True, ge=0, le=999_999_999)] = ABSENT
    sighting_of_ref: Identifier
    observed_data_refs: Annotated[list[Annotated[str, Ref("observed-data")]], NonEmpty] = ABSENT
    where_sighted_refs: Annotated[list[Annotated[str, Ref("identity", "location")]], NonEmpty] = ABSENT
    summary: Bool = ABSENT
