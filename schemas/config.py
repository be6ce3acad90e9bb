"""tearline.yaml, apart from the parts that belong to one room (bus, server)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.sharing import PartnerId, TlpName

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    if isinstance(value, str) and value[-1:] in _UNITS and value[:-1].isdigit():
        return timedelta(seconds=int(value[:-1]) * _UNITS[value[-1]])
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration, json_schema_input_type=str)]
"""A number with s, m, h or d: 90s, 15m, 6h, 1d."""

CustomRule = Literal["reject", "quarantine", "strip", "pass"]


class Part(BaseModel):
    """A part of the configuration: an unknown setting is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HubSettings(Part):
    """The hub itself."""

    id: PartnerId = Field(default="hub", description="The hub's own partner id.")
    name: str = Field(default="Tearline hub", description="Name of the hub's STIX identity, the creator of minimized objects.")
    since: str = Field(default="2026-01-01T00:00:00.000Z", description="`created` of the hub's STIX identity.")
    audience: str = Field(
        default="production", pattern=r"^(production|exercise:[a-z0-9-]+)$", description="production, or exercise:<name>."
    )
    keys: str = Field(default="keys.json", description="File with the hub's secret keys (mode 0600), made by `tearline init`.")


class StoreSettings(Part):
    """Where the hub keeps what it knows."""

    catalogue: str = Field(default="catalogue.db", description="SQLite file of the catalogue, relative to the hub's folder.")
    views: str = Field(default="views.db", description="SQLite file of the recipients' views; the only one that the server opens.")
    shards: Literal[16, 32, 64, 128, 256] = Field(default=64, description="Number of catalogue shards; fixed once data is in.")


class CustomSettings(Part):
    """What to do with content outside STIX 2.1: reject (record the refusal only), quarantine (keep it), strip, or pass."""

    properties: CustomRule = Field(
        default="pass", description="Custom properties; passed ones are dropped at release unless a policy keeps them."
    )
    types: CustomRule = Field(default="pass", description="Custom types (strip is not possible for a whole object: it is quarantined).")


class EnrichSettings(Part):
    """Offline look-ups."""

    warning_lists: str | None = Field(default=None, description="Folder of further warning lists in the MISP format (*.json).")


class FeedSettings(Part):
    """One configured source."""

    id: PartnerId = Field(description="The feed's id; it names its cursor and its counts.")
    connector: str = Field(description="Which connector: see `tearline connector list`.")
    producer: PartnerId = Field(description="The partner that the feed belongs to.")
    settings: dict[str, Any] = Field(default_factory=dict, description="The connector's own settings.")
    every: Duration = Field(default=timedelta(minutes=15), description="How often `tearline run` polls it.")
    unmarked_as: TlpName | None = Field(
        default=None, description="How its unmarked objects are read; counts only where the agreement says the same or wider."
    )
    custom: CustomSettings = Field(default_factory=CustomSettings, description="Content outside STIX 2.1.")
    max_object_bytes: Annotated[int, Field(ge=1024, le=1 << 20)] = Field(
        default=1 << 20, description="Larger objects are quarantined as too-large; a message of the bus holds no more than 2 MiB."
    )
