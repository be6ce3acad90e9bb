"""The files that say what may be shared: partners, agreements, policies. Each is versioned YAML; deny is the default everywhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.markings import NAMES, Tlp

PartnerId = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")]
"""Lower-case letters, digits and dashes: it becomes part of topic names and user names."""

Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _tlp(value: object) -> object:
    return NAMES.get(value.lower().removeprefix("tlp:"), value) if isinstance(value, str) else value


def _start_of_day(value: object) -> object:
    if isinstance(value, str) and _DATE.fullmatch(value):
        value = date.fromisoformat(value)
    return datetime.combine(value, time(), UTC) if isinstance(value, date) and not isinstance(value, datetime) else value


TlpName = Annotated[Tlp, BeforeValidator(_tlp, json_schema_input_type=Literal["clear", "green", "amber", "amber+strict", "red"])]
"""clear, green, amber, amber+strict or red."""

Moment = Annotated[AwareDatetime, BeforeValidator(_start_of_day)]
"""A date (its first moment in UTC) or a date with time and zone: without a zone it would mean another moment on another machine."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Partner(_File):
    """partners/<id>.yaml: an organisation that supplies feeds, receives collections, or both."""

    id: PartnerId = Field(description="The partner's id, the same as the file's name.")
    name: str = Field(description="The organisation's name, for people.")
    kind: Literal["nation", "le", "intel", "csirt", "isac", "private", "ngo", "academic", "oversight"] = Field(
        description="What kind of organisation it is."
    )
    jurisdiction: tuple[str, ...] = Field(default=(), description="ISO 3166 alpha-3 codes of the laws that it is under.")
    communities: tuple[str, ...] = Field(default=(), description="Communities it belongs to; TLP:GREEN flows inside one.")
    suspended: bool = Field(default=False, description="True stops all release to it, and withdraws what it has.")


class Grant(_File):
    """An originator's permission for what TLP alone would not let through."""

    producer: PartnerId = Field(description="Whose objects.")
    recipient: PartnerId = Field(description="To whom.")
    tlp_max: TlpName = Field(description="Up to which label.")
    until: Moment | None = Field(default=None, description="When the grant ends.")


class Unmarked(_File):
    """What a producer's unmarked objects count as, because the agreement says so."""

    producer: PartnerId = Field(description="Whose unmarked objects.")
    tlp: TlpName = Field(description="How they are to be read.")


class Agreement(_File):
    """agreements/<id>.yaml: what two or more parties have agreed in writing."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")] = Field(description="The agreement's id, the same as the file's name.")
    version: Version = Field(description="Policies cite id@version.")
    parties: Annotated[tuple[PartnerId, ...], Field(min_length=2)] = Field(description="The partners that it binds.")
    legal_basis: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="For example gdpr-6-1-f.")
    purposes: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="For example network_defence.")
    valid_from: Moment = Field(description="Nothing is released under it before.")
    valid_until: Moment = Field(description="Nothing is released under it from then on; what was is withdrawn.")
    grants: tuple[Grant, ...] = Field(default=(), description="Permissions for TLP:AMBER and above.")
    unmarked: tuple[Unmarked, ...] = Field(default=(), description="How unmarked objects are read; otherwise amber+strict.")

    @model_validator(mode="after")
    def _consistent(self) -> Agreement:
        if self.valid_until <= self.valid_from:
            message = "valid_until must be after valid_from"
            raise ValueError(message)
        named = {grant.producer for grant in self.grants} | {grant.recipient for grant in self.grants}
        named |= {item.producer for item in self.unmarked}
        if not named <= set(self.parties):
            message = "grants and unmarked may name parties of the agreement only"
            raise ValueError(message)
        return self

    @property
    def reference(self) -> str:
        """id@version, as policies cite it."""
        return f"{self.id}@{self.version}"


class Release(_File):
    """What may be released at all."""

    types: tuple[str, ...] = Field(default=(), description="STIX types that may be released; none by default.")
    tlp_max: TlpName = Field(default=Tlp.CLEAR, description="The ceiling: nothing above it is released, whatever is granted.")
    max_age_days: Annotated[int, Field(gt=0)] | None = Field(
        default=None, description="Objects whose newest contribution was modified longer ago are withdrawn."
    )
    min_confidence: Annotated[int, Field(ge=0, le=100)] | None = Field(
        default=None, description="Objects below it are withheld, and indicators without one: absent means unknown."
    )
    statements: Literal["withhold", "pass"] = Field(
        default="withhold", description="What to do with objects under a statement marking (for example a copyright line)."
    )
    own_objects: bool = Field(default=False, description="Whether the recipient gets back what it supplied itself.")


class Minimize(_File):
    """What of a released object the recipient sees."""

    paths: dict[str, Literal["keep", "drop", "withhold"]] = Field(
        default_factory=dict,
        description=(
            "type.property[.property…] -> verb; `*` stands for any type or the rest of a name. The longest matching path wins. "
            "Without a rule, properties of STIX 2.1 are kept and all others dropped."
        ),
    )
    enrichment: Literal["drop", "keep"] = Field(default="drop", description="Whether the hub's own annotations go out.")


class Policy(_File):
    """policies/<recipient>.yaml: what one recipient may get, and in which form."""

    recipient: PartnerId = Field(description="The partner that it is for, the same as the file's name.")
    version: Version = Field(description="Raise it with each change: every decision records it.")
    agreements: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="id@version of each agreement it rests on.")
    effective_from: Moment | None = Field(default=None, description="Nothing is released before.")
    effective_until: Moment | None = Field(default=None, description="Nothing is released from then on.")
    title: str | None = Field(default=None, description="Title of the recipient's collection.")
    release: Release = Field(default_factory=Release, description="What may be released at all.")
    minimize: Minimize = Field(default_factory=Minimize, description="What of it the recipient sees.")
