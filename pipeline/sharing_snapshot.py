"""The sharing files of one release as JSON: all its workers decide by the very same, whatever becomes of the files meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from pipeline.sharing_files import SharingFiles
from schemas.sharing import Agreement, Community, Overlay, Partner, Policy, Template

_KINDS = ("partners", "agreements", "policies", "templates", "overlays", "communities")

Model = TypeVar("Model", bound=BaseModel)


def write_snapshot(files: SharingFiles) -> dict[str, Any]:
    """What each file says, and nothing that holds only because it says nothing."""
    return {
        kind: {name: item.model_dump(mode="json", exclude_unset=True) for name, item in getattr(files, kind).items()} for kind in _KINDS
    }


def read_snapshot(content: Mapping[str, Any]) -> SharingFiles:
    """The files again."""
    return SharingFiles(
        _read(content, "partners", Partner),
        _read(content, "agreements", Agreement),
        _read(content, "policies", Policy),
        _read(content, "templates", Template),
        _read(content, "overlays", Overlay),
        _read(content, "communities", Community),
    )


def _read(content: Mapping[str, Any], kind: str, model: type[Model]) -> dict[str, Model]:
    return {name: model.model_validate(item) for name, item in content[kind].items()}
