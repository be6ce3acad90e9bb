"""Reading the body of a marking: what is not of the expected form is a mistake, never a default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from schemas.labels.model import UNKNOWN, Label
from schemas.timestamps import is_timestamp, parse


class Misread(ValueError):
    """A body is not of the form that its system demands; says nothing of what stood there."""


def moment(value: object) -> datetime:
    """A STIX timestamp."""
    if not isinstance(value, str) or not is_timestamp(value):
        raise Misread
    return parse(value)


def one_of(value: object, words: Iterable[str]) -> str:
    """One of some words, as it is written."""
    if not isinstance(value, str) or value not in words:
        raise Misread
    return value


def texts(value: object) -> frozenset[str]:
    """A list of texts that is not empty, as it must be where it stands (§2); nothing where it is absent."""
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item.strip() for item in value):
        raise Misread
    return frozenset(item.strip() for item in value)


def section(value: object) -> Mapping[str, Any]:
    """A dictionary."""
    if not isinstance(value, Mapping):
        raise Misread
    return value


def property_extension(body: Mapping[str, Any]) -> None:
    """Refuse a body that says it is another kind of extension (§7.3)."""
    if body.get("extension_type", "property-extension") != "property-extension":
        raise Misread


def beyond(body: Mapping[str, Any], known: frozenset[str]) -> Label:
    """Unknown where a body says more than its system defines: a duty that nobody reads would be a duty ignored."""
    return Label() if body.keys() <= known else UNKNOWN
