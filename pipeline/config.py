"""tearline.yaml: the whole of it, with environment variables (TEARLINE_SERVER__PORT=…) above the file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from pipeline.bus.open import BusSettings
from pipeline.server.settings import ServerSettings
from pipeline.yamlfile import read_model
from schemas.config import (
    ApiRootSettings,
    CollectionSettings,
    EnrichSettings,
    FeedSettings,
    HubSettings,
    MergeSettings,
    StoreSettings,
)

FILE = "tearline.yaml"

RESERVED = frozenset(("taxii2", "healthz", "readyz"))
"""First parts of paths that are no API roots."""


class Configuration(BaseSettings):
    """What a hub is made of. Secrets come from the environment (`${env:NAME}`) or from files (`${file:PATH}`)."""

    model_config = SettingsConfigDict(extra="forbid", env_prefix="TEARLINE_", env_nested_delimiter="__", frozen=True)

    hub: HubSettings = Field(default_factory=HubSettings, description="The hub itself.")
    bus: BusSettings = Field(default_factory=BusSettings, description="The log between the stages.")
    store: StoreSettings = Field(default_factory=StoreSettings, description="Where the hub keeps what it knows.")
    server: ServerSettings = Field(default_factory=ServerSettings, description="The TAXII server.")
    merge: MergeSettings = Field(default_factory=MergeSettings, description="What means the same across producers.")
    enrich: EnrichSettings = Field(default_factory=EnrichSettings, description="Offline look-ups.")
    feeds: tuple[FeedSettings, ...] = Field(default=(), description="The sources.")
    api_roots: tuple[ApiRootSettings, ...] = Field(default=(), description="Further API roots of the TAXII server.")
    collections: tuple[CollectionSettings, ...] = Field(
        default=(), description="Further collections: saved filters, and those to write to."
    )

    @property
    def takes_pushes(self) -> bool:
        """Whether a partner may POST objects."""
        return any(feed.is_pushed for feed in self.feeds)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    @model_validator(mode="after")
    def _feeds_differ(self) -> Self:
        names = [feed.id for feed in self.feeds]
        if len(names) != len(set(names)):
            message = "feeds: two feeds have the same id; give each its own"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _collections_fit(self) -> Self:
        roots = [self.server.api_root, *(root.name for root in self.api_roots)]
        if len(roots) != len(set(roots)) or not RESERVED.isdisjoint(roots):
            message = f"api_roots: each needs a name of its own, other than server.api_root and {', '.join(sorted(RESERVED))}"
            raise ValueError(message)
        feeds = {feed.id: feed for feed in self.feeds}
        places = Counter((item.root or self.server.api_root, item.alias) for item in self.collections)
        for item in self.collections:
            where = f"collections: {item.alias}"
            if item.root is not None and item.root not in roots:
                message = f"{where}: root {item.root} is not in api_roots"
                raise ValueError(message)
            if places[item.root or self.server.api_root, item.alias] > 1:
                message = f"{where}: two collections of one API root have this alias; give each its own"
                raise ValueError(message)
            feed = None if item.feed is None else feeds.get(item.feed)
            if item.feed is not None and (feed is None or not feed.is_pushed or feed.producer != item.partner):
                message = f"{where}: feed {item.feed} is no feed of {item.partner} with `connector: push`"
                raise ValueError(message)
            if not (item.read or item.feed or item.public):
                message = f"{where}: its partner may neither read it nor write to it; leave it out"
                raise ValueError(message)
        return self


def read_configuration(folder: Path) -> Configuration:
    """The configuration of the hub in `folder`. Raises ConfigError that names every mistake."""

    def build(content: dict[str, Any]) -> Configuration:
        return Configuration(**content)

    return read_model(folder / FILE, build)
