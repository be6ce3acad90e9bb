"""What is wrong with one STIX object, in the words of the specification: never with a value from the feed."""

from __future__ import annotations

from typing import Literal, NamedTuple

Setting = Literal[
    "",
    "custom_properties",
    "custom_objects",
    "extensions",
    "vocabulary",
    "observable_ids",
    "missing_parts",
    "optional_parts",
    "pattern_values",
]
"""The feed setting that decides what happens; '' for a MUST that no setting softens."""


class Finding(NamedTuple):
    """One rule of the specification that one object breaks.

    reason:  a code of schemas.reasons
    path:    JSON path of the offending part; names that STIX does not know appear as `*`, so that no feed value is shown
    section: of STIX 2.1 with Errata 01, for example "2.16"
    setting: which feed setting decides
    place:   the same path with the real names, for whoever strips it; never shown, never logged
    """

    reason: str
    path: str
    section: str
    setting: Setting = ""
    place: tuple[str | int, ...] = ()
