"""A row breaks a valid object in one way; what is then found is exactly what the row says."""

from __future__ import annotations

from typing import Any

from schemas.stix.inspection import inspect
from tests.unit.schemas.stix.sample_objects import SAMPLES

GONE: Any = object()
Change = dict[str, Any]
Told = tuple[str, str, str, str]
Row = tuple[str, Change, list[Told]]
"""Type, what is changed in its sample (GONE: taken away), findings as (reason, path, section, setting)."""


def broken(type_name: str, change: Change) -> dict[str, Any]:
    """The sample of a type with some properties replaced, added or taken away."""
    return {name: item for name, item in {**SAMPLES[type_name], **change}.items() if item is not GONE}


def told(value: dict[str, Any]) -> list[Told]:
    """Findings on an object without their places."""
    return [(found.reason, found.path, found.section, found.setting) for found in inspect(value)]


def title(row: Row) -> str:
    """A name for the row among the others of its table."""
    type_name, change, findings = row
    return f"{type_name}-{'-'.join(change)}-{findings[0][2] if findings else 'clean'}"


def optional(reason: str, path: str, section: str) -> list[Told]:
    """One finding that dropping an optional part heals."""
    return [(reason, path, section, "optional_parts")]


def hard(reason: str, path: str, section: str) -> list[Told]:
    """One finding that no setting softens."""
    return [(reason, path, section, "")]
