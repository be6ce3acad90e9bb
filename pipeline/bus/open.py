"""Open the bus that the configuration names."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.bus.base import Bus
from pipeline.bus.memory import MemoryBus
from pipeline.bus.sqlite import SqliteBus


class BusSettings(BaseModel):
    """The part `bus` of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["sqlite", "kafka", "memory"] = Field(
        default="sqlite",
        description="sqlite: one file, for one machine. kafka: a cluster, for several. memory: nothing is kept, for tests.",
    )
    path: Path = Field(default=Path("bus.db"), description="For sqlite: the file, relative to the hub's folder.")
    pushed: Path = Field(
        default=Path("pushed.db"),
        description="For sqlite: the file of what partners POST, relative to the hub's folder. A file of its own: the server opens no"
        " other log, and waits for no other writer.",
    )
    bootstrap: str = Field(default="", description="For kafka: host:port of one or more brokers, separated by commas.")
    client: dict[str, str | int | bool | None] = Field(
        default_factory=dict,
        repr=False,  # passwords
        description="For kafka: how to connect to a secured cluster, in kafka-python's words: security_protocol, sasl_*, ssl_*.",
    )
    partitions: int = Field(
        default=8,
        ge=1,
        le=1024,
        description="How many partitions a new topic gets: as many workers can share it. Topics that exist keep theirs.",
    )

    @model_validator(mode="after")
    def _bootstrap_is_named(self) -> Self:
        if self.kind == "kafka" and not self.bootstrap:
            message = "bootstrap is needed for kind: kafka, for example localhost:9092"
            raise ValueError(message)
        return self


def open_bus(settings: BusSettings, folder: Path) -> Bus:
    """Open the bus of the hub in `folder`; close() it when done.

    kafka connects at the first call. Handles of kind memory share one log for each folder, within this process.
    Raises ConfigError, OperatorError or BusUnavailable.
    """
    if settings.kind == "memory":
        return MemoryBus(str(folder.resolve()))
    if settings.kind == "sqlite":
        return SqliteBus(folder / settings.path)
    return _kafka(settings)


def open_pushed(settings: BusSettings, folder: Path) -> Bus:
    """Open the log of what partners POST: for sqlite a file of its own, else a topic of the same bus."""
    if settings.kind == "sqlite":
        return SqliteBus(folder / settings.pushed)
    return open_bus(settings, folder)


def _kafka(settings: BusSettings) -> Bus:
    from pipeline.bus.kafka import KafkaBus  # only here: importing kafka-python costs time and memory

    return KafkaBus(settings.bootstrap, settings.client)
