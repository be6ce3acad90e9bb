"""Settings of the file connector."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from connectors.hub_paths import HubPath
from schemas.split import MAX_OBJECT_BYTES


class StixFileSettings(BaseModel):
    """Which files to read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    path: HubPath = Field(
        description=(
            "A file, a folder (read with its sub-folders: .json, .stix2, .stix, and these with .gz), or a pattern like in/**/*.json."
        ),
    )
    max_object_bytes: int = Field(
        MAX_OBJECT_BYTES, ge=1024, le=64 << 20, description="Largest object in bytes; larger ones go to quarantine."
    )
