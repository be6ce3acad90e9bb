"""tearline.yaml, apart from the parts that belong to one room (bus, server)."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.saved_filter import SavedFilter
from schemas.sharing import PartnerId, TlpName
from schemas.split import MAX_OBJECT_BYTES

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    if isinstance(value, str) and value[-1:] in _UNITS and value[:-1].isdigit():
        return timedelta(seconds=int(value[:-1]) * _UNITS[value[-1]])
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration, json_schema_input_type=str)]
"""A number with s, m, h or d: 90s, 15m, 6h, 1d."""

Rule = Literal["reject", "quarantine", "strip", "pass"]


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
    statuses: str = Field(default="statuses.db", description="SQLite file of the status of what partners POSTed; made when first needed.")
    status_hours: Annotated[int, Field(ge=24)] = Field(
        default=48, description="How long the status of an envelope can be read once it is complete; TAXII asks for 24 hours."
    )
    shards: Literal[16, 32, 64, 128, 256] = Field(default=64, description="Number of catalogue shards; fixed once data is in.")


class LeniencySettings(Part):
    """What to do where content is not as STIX 2.1 wants it.

    reject: only the refusal is recorded · quarantine: it is kept there · strip: the part is taken out, on record, and the object goes out
    under an id of the hub · pass. Without such a part, and where taking it out would release more: quarantine.
    """

    custom_properties: Rule = Field(
        default="pass", description="Properties outside STIX; passed ones are dropped at release unless a policy keeps them."
    )
    custom_objects: Rule = Field(default="pass", description="Objects of types outside STIX; released only where a policy names the type.")
    extensions: Rule = Field(default="pass", description="Extensions that the hub does not know.")
    vocabulary: Rule = Field(default="pass", description="Values outside an open vocabulary.")
    observable_ids: Rule = Field(default="pass", description="Observables whose id is not the deterministic one of their content.")
    missing_parts: Rule = Field(default="pass", description="Optional properties that STIX says should be there and are not.")
    optional_parts: Literal["reject", "quarantine", "strip"] = Field(
        default="quarantine",
        description="Optional properties that break a rule; they cannot pass, since later stages rely on their form.",
    )
    pattern_values: Rule = Field(
        default="pass", description="Patterns that no object can match: unknown types or paths, values that cannot fit, bad expressions."
    )

    @cached_property
    def passing(self) -> frozenset[str]:
        """The settings under which nothing is done."""
        return frozenset(name for name, rule in self if rule == "pass")


class MergeSettings(Part):
    """What means the same across producers, beyond observables, indicators and relationships."""

    external_ids: tuple[Annotated[str, Field(min_length=1, max_length=250)], ...] = Field(
        default=(),
        description="Names of sources (`source_name` of external references, for example mitre-attack, cve) whose ids say what an object "
        "is, whoever sends it. Objects that are in already are keyed anew with their next version.",
    )


class EnrichSettings(Part):
    """Offline look-ups."""

    warning_lists: str | None = Field(default=None, description="Folder of further warning lists in the MISP format (*.json).")


class FeedSettings(Part):
    """One configured source."""

    id: PartnerId = Field(description="The feed's id; it names its cursor and its counts.")
    connector: str = Field(
        description="Which connector: see `tearline connector list`. `push` polls nothing: its objects are those that its producer"
        " POSTs to a collection that names the feed."
    )
    producer: PartnerId = Field(description="The partner that the feed belongs to.")
    settings: dict[str, Any] = Field(default_factory=dict, description="The connector's own settings.")
    every: Duration = Field(default=timedelta(minutes=15), description="How often `tearline run` polls it.")
    unmarked_as: TlpName | None = Field(
        default=None, description="How its unmarked objects are read; counts only where the agreement says the same or wider."
    )
    leniency: LeniencySettings = Field(default_factory=LeniencySettings, description="Content that is not as STIX 2.1 wants it.")
    max_object_bytes: Annotated[int, Field(ge=1024, le=MAX_OBJECT_BYTES)] = Field(
        default=MAX_OBJECT_BYTES, description="Larger objects are quarantined as too-large; a message of the bus holds no more than 2 MiB."
    )

    @property
    def is_pushed(self) -> bool:
        """Whether its partner POSTs the objects, so that there is nothing to poll."""
        return self.connector == PUSH_CONNECTOR


PUSH_CONNECTOR = "push"

RootName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""Part of a URL."""


class ApiRootSettings(Part):
    """One further API root; the first one is told by `server`."""

    name: RootName = Field(description="Its name, the first part of the path of its collections.")
    title: str = Field(min_length=1, description="Its title.")
    description: str = Field(default="", description="Its description; empty leaves it out.")


class CollectionSettings(Part):
    """One further collection of a partner, beside the one that shows the whole of its view."""

    alias: RootName = Field(description="Its name, unique in its API root; partners may use it in place of the id.")
    partner: PartnerId = Field(description="Whose view it shows, and who may write to it.")
    root: RootName | None = Field(default=None, description="Name of its API root; without it the first one.")
    title: str = Field(min_length=1, description="Its title.")
    description: str = Field(default="", description="Its description; empty leaves it out.")
    filter: SavedFilter = Field(default_factory=SavedFilter, description="Which objects of the view it shows. It is no wall: policies are.")
    read: bool = Field(default=True, description="Whether the partner may read it.")
    public: bool = Field(
        default=False, description="Whether every other partner may read it too; needs a policy that releases nothing above TLP:CLEAR."
    )
    feed: PartnerId | None = Field(
        default=None, description="Feed (connector push, of this partner) that takes what is POSTed; without one it is read-only."
    )
