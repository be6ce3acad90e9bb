"""How narrow a refused version is: what its producer has tightened must not stay out because the hub could not take the new version in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from schemas.labels import refusal, words_in
from schemas.markings import TLP_BY_ID, marking_ids
from schemas.stix.registry import times
from schemas.timestamps import is_timestamp, sort_key

BEYOND_TLP = max(TLP_BY_ID.values()) + 1
"""Any marking that is not TLP counts as more restrictive than TLP:RED here."""

CLASSIFIED = BEYOND_TLP + 1


class Tightening(NamedTuple):
    """When a version is from (sortable, '' where that cannot be read), and how narrow it is."""

    modified: str
    restriction: int


UNREADABLE = Tightening("", -1)


def tightening(value: Mapping[str, Any]) -> Tightening:
    """What can be read of a version that is refused. Never raises."""
    try:
        _, modified = times(value)
        if not modified or not is_timestamp(modified):
            return UNREADABLE
        if refusal(value):
            return Tightening(sort_key(modified), CLASSIFIED)
        word = words_in(value).tlp
        return Tightening(sort_key(modified), max(restriction(marking_ids(value)), -1 if word is None else int(word)))
    except Exception:  # noqa: BLE001 - whatever is wrong with it is why it is refused
        return UNREADABLE


def restriction(labels: Iterable[str]) -> int:
    """The narrowest of some markings as a number; -1 for none."""
    return max((int(TLP_BY_ID.get(label, BEYOND_TLP)) for label in labels), default=-1)
