"""Paths in settings: relative ones are meant from the hub's folder, wherever the program was started."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo


def in_hub(path: Path, info: ValidationInfo) -> Path:
    """The path below the folder that the validation context names; as it is without one, or where it is absolute."""
    folder = (info.context or {}).get("folder")
    return path if folder is None else Path(folder) / path


HubPath = Annotated[Path, AfterValidator(in_hub)]
