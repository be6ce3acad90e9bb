"""What intake asks before it keeps an object: whether it is classified, and whose audience it is of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from schemas.labels.definitions import label_of
from schemas.labels.model import Classification, Label
from schemas.labels.words import words_in


def refusal(value: Mapping[str, Any]) -> Literal["", "classified"]:
    """'classified' where a marking definition, or the object's own words, classify it above unclassified; else ''."""
    level = _said(value).classification
    return "classified" if level is not None and level > Classification.UNCLASSIFIED else ""


def audience_of(value: Mapping[str, Any]) -> frozenset[str]:
    """The exercises that a marking definition, or the object's own labels, name as `exercise:NAME`; none is production."""
    return _said(value).audiences


def _said(value: Mapping[str, Any]) -> Label:
    return label_of(value) if value.get("type") == "marking-definition" else words_in(value)
