"""Domain and relationship objects of STIX 2.1 with a model of their own (§4, §5); others are checked by the common properties."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.stix.common import Domain, Identifier, Identifiers, Int, KillChainPhase, Strings, Text, Timestamp
from schemas.timestamps import sort_key

KillChain = Annotated[list[KillChainPhase], Field(min_length=1)]


def _in_order(first: str | None, second: str | None, *, equal: bool) -> None:
    if first is not None and second is not None:
        earlier, later = sort_key(first), sort_key(second)
        if later < earlier or (later == earlier and not equal):
            raise PydanticCustomError("invalid-order", "a period ends before it begins")  # noqa: EM101 - pydantic wants literals


class Indicator(Domain):
    """§4.7."""

    name: Text | None = None
    description: Text | None = None
    indicator_types: Strings | None = None
    pattern: Annotated[Text, Field(min_length=1)]
    pattern_type: Text
    pattern_version: Text | None = None
    valid_from: Timestamp
    valid_until: Timestamp | None = None
    kill_chain_phases: KillChain | None = None

    @model_validator(mode="after")
    def _valid_until_follows(self) -> Indicator:
        _in_order(self.valid_from, self.valid_until, equal=False)
        return self


class Malware(Domain):
    """§4.11."""

    name: Text | None = None
    description: Text | None = None
    malware_types: Strings | None = None
    is_family: bool
    aliases: Strings | None = None
    kill_chain_phases: KillChain | None = None
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None
    operating_system_refs: Identifiers | None = None
    architecture_execution_envs: Strings | None = None
    implementation_languages: Strings | None = None
    capabilities: Strings | None = None
    sample_refs: Identifiers | None = None

    @model_validator(mode="after")
    def _last_seen_follows(self) -> Malware:
        _in_order(self.first_seen, self.last_seen, equal=True)
        if self.is_family and self.name is None:
            raise PydanticCustomError("missing-property", "a family needs a name")  # noqa: EM101 - pydantic wants literals
        return self


class Identity(Domain):
    """§4.5."""

    name: Text
    description: Text | None = None
    roles: Strings | None = None
    identity_class: Text | None = None
    sectors: Strings | None = None
    contact_information: Text | None = None


class Report(Domain):
    """§4.16."""

    name: Text
    description: Text | None = None
    report_types: Strings | None = None
    published: Timestamp
    object_refs: Identifiers


class Relationship(Domain):
    """§5.1."""

    relationship_type: Annotated[Text, Field(min_length=1)]
    description: Text | None = None
    source_ref: Identifier
    target_ref: Identifier
    start_time: Timestamp | None = None
    stop_time: Timestamp | None = None

    @model_validator(mode="after")
    def _stop_follows_start(self) -> Relationship:
        _in_order(self.start_time, self.stop_time, equal=False)
        return self


class Sighting(Domain):
    """§5.2."""

    description: Text | None = None
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None
    count: Annotated[Int, Field(ge=0, le=999_999_999)] | None = None
    sighting_of_ref: Identifier
    observed_data_refs: Identifiers | None = None
    where_sighted_refs: Identifiers | None = None
    summary: bool | None = None

    @model_validator(mode="after")
    def _last_seen_follows(self) -> Sighting:
        _in_order(self.first_seen, self.last_seen, equal=True)
        return self
