"""The words that the sharing files are written in: ids, versions, moments, labels and closed vocabularies."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from schemas.labels.model import Pap
from schemas.labels.pap import PAP_NAMES
from schemas.markings import NAMES, Tlp

PartnerId = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")]
"""Lower-case letters, digits and dashes: it becomes part of topic names and user names."""

FileId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
"""The id of a file that is no partner's: it may have dots."""

Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]

Reference = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*@\d+\.\d+\.\d+$")]
"""id@version: a file in exactly this version."""

Nation = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 3166 alpha-3, as GENC and ACS write nations, too."""

Audience = Annotated[str, Field(pattern=r"^(?:production|exercise:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$")]
"""production, or exercise:NAME."""

HandlingCode = Literal["H0", "H1", "H2", "H3"]
SourceGrade = Literal["A", "B", "C", "D", "E", "F"]
IepAction = Literal[
    "none",
    "contact-for-instruction",
    "internally-visible-actions",
    "externally-visible-indirect-actions",
    "externally-visible-direct-actions",
]
"""permitted_actions of the Information Exchange Policy 2.0."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _tlp(value: object) -> object:
    return NAMES.get(value.lower().removeprefix("tlp:"), value) if isinstance(value, str) else value


def _pap(value: object) -> object:
    return PAP_NAMES.get(value.lower().removeprefix("pap:"), value) if isinstance(value, str) else value


def _start_of_day(value: object) -> object:
    if isinstance(value, int | float):  # seconds since 1970 to pydantic, and a date without its dashes to who wrote it
        message = "must be a date such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z"
        raise ValueError(message)  # noqa: TRY004 - pydantic wants this one
    if isinstance(value, str) and _DATE.fullmatch(value):
        value = date.fromisoformat(value)
    return datetime.combine(value, time(), UTC) if isinstance(value, date) and not isinstance(value, datetime) else value


TlpName = Annotated[Tlp, BeforeValidator(_tlp, json_schema_input_type=Literal["clear", "green", "amber", "amber+strict", "red"])]
"""clear, green, amber, amber+strict or red."""

PapName = Annotated[Pap, BeforeValidator(_pap, json_schema_input_type=Literal["clear", "green", "amber", "red"])]
"""clear, green, amber or red."""

Moment = Annotated[AwareDatetime, BeforeValidator(_start_of_day)]
"""A date (its first moment in UTC) or a date with time and zone: without a zone it would mean another moment on another machine."""


class File(BaseModel):
    """A part of a sharing file: what it does not know it refuses, and nobody changes it once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def says(self, name: str) -> object:
        """What stands there for a setting; None where nothing does. A default is no word of anybody."""
        return getattr(self, name) if name in self.model_fields_set else None
