"""tearline.yaml: the whole of it, with environment variables (TEARLINE_SERVER__PORT=…) above the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from pipeline.bus.open import BusSettings
from pipeline.server.settings import ServerSettings
from pipeline.yamlfile import read_model
from schemas.config import EnrichSettings, FeedSettings, HubSettings, MergeSettings, StoreSettings

FILE = "tearline.yaml"


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


def read_configuration(folder: Path) -> Configuration:
    """The configuration of the hub in `folder`. Raises ConfigError that names every mistake."""

    def build(content: dict[str, Any]) -> Configuration:
        return Configuration(**content)

    return read_model(folder / FILE, build)
