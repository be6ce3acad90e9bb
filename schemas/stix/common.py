"""The property types of STIX 2.1 (§2) and the properties that all objects share (§3.2)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemas.ids import IDENTIFIER
from schemas.timestamps import is_timestamp, sort_key


def _timestamp(text: str) -> str:
    if not is_timestamp(text):
        raise PydanticCustomError("invalid-timestamp", "not RFC 3339 in UTC")  # noqa: EM101 - pydantic wants literals here
    return text


def _identifier(text: str) -> str:
    if not IDENTIFIER.fullmatch(text):
        raise PydanticCustomError("invalid-id", "not type--UUID")  # noqa: EM101 - pydantic wants literals here
    return text


Timestamp = Annotated[str, AfterValidator(_timestamp)]
"""§2.16: RFC 3339 in UTC, any number of fraction digits."""

Identifier = Annotated[str, AfterValidator(_identifier)]
"""§2.9: type--UUID."""

Text = Annotated[str, StringConstraints(strict=True)]
Strings = Annotated[list[Text], Field(min_length=1)]
Identifiers = Annotated[list[Identifier], Field(min_length=1)]
Hashes = Annotated[dict[str, Text], Field(min_length=1)]
"""§2.7: algorithm name to value; empty dictionaries are forbidden like empty lists."""

Int = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)]
"""§2.8: what fits a double exactly."""

Confidence = Annotated[int, Field(ge=0, le=100)]


class _Strict(BaseModel):
    """Known properties are checked without coercion; unknown ones are the caller's decision."""

    model_config = ConfigDict(strict=True, extra="ignore", populate_by_name=True)


class ExternalReference(_Strict):
    """§2.5."""

    source_name: Text
    description: Text | None = None
    url: Text | None = None
    hashes: Hashes | None = None
    external_id: Text | None = None


class GranularMarking(_Strict):
    """§7.2.3."""

    lang: Text | None = None
    marking_ref: Identifier | None = None
    selectors: Strings


class KillChainPhase(_Strict):
    """§2.11."""

    kill_chain_name: Text
    phase_name: Text


class Observable(_Strict):
    """Properties common to SCOs (§3.2)."""

    type: Text
    spec_version: Literal["2.1"] | None = None
    id: Identifier
    object_marking_refs: Identifiers | None = None
    granular_markings: Annotated[list[GranularMarking], Field(min_length=1)] | None = None
    defanged: bool | None = None
    extensions: Annotated[dict[str, dict[str, Any]], Field(min_length=1)] | None = None


class Domain(_Strict):
    """Properties common to SDOs and SROs (§3.2)."""

    type: Text
    spec_version: Literal["2.1"]
    id: Identifier
    created_by_ref: Identifier | None = None
    created: Timestamp
    modified: Timestamp
    revoked: bool | None = None
    labels: Strings | None = None
    confidence: Confidence | None = None
    lang: Text | None = None
    external_references: Annotated[list[ExternalReference], Field(min_length=1)] | None = None
    object_marking_refs: Identifiers | None = None
    granular_markings: Annotated[list[GranularMarking], Field(min_length=1)] | None = None
    extensions: Annotated[dict[str, dict[str, Any]], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _modified_follows_created(self) -> Domain:
        if self.created != self.modified and sort_key(self.modified) < sort_key(self.created):
            raise PydanticCustomError("invalid-order", "modified is before created")  # noqa: EM101 - as above
        return self
