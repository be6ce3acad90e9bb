"""FIRST's Information Exchange Policy 2.0 as a STIX extension (draft of 19 December 2022)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from schemas.labels.join import join
from schemas.labels.model import FAULT, Iep, Label
from schemas.labels.reading import Misread, beyond, moment, one_of, property_extension
from schemas.markings import NAMES

ACTIONS = (
    "none",
    "contact-for-instruction",
    "internally-visible-actions",
    "externally-visible-indirect-actions",
    "externally-visible-direct-actions",
)
"""From the narrowest to the widest; the last one asks for nothing."""

_COLOURS = ("red", "amber", "green", "white")
_KNOWN = frozenset(
    {
        "extension_type",
        "encrypt_in_transit",
        "permitted_actions",
        "affected_party_notifications",
        "tlp",
        "provider_attribution",
        "unmodified_resale",
        "iep_id",
        "iep_version",
        "description",
        "start_date",
        "end_date",
    }
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def iep_label(body: Mapping[str, Any]) -> Label:
    """The label of one IEP extension. The draft demands external_references too, but its own examples have none: they are not asked for."""
    try:
        property_extension(body)
        if not isinstance(body.get("iep_id"), str) or not _ID.fullmatch(body["iep_id"]) or not isinstance(body.get("description"), str):
            raise Misread
        if isinstance(body.get("iep_version"), bool) or body.get("iep_version") != 2:
            raise Misread
        duties = Iep(
            starts=moment(body.get("start_date")),
            ends=moment(body["end_date"]) if "end_date" in body else None,
            encrypt=one_of(body.get("encrypt_in_transit"), ("must", "may")) == "must",
            actions=one_of(body.get("permitted_actions"), ACTIONS),
            notify=one_of(body.get("affected_party_notifications"), ("may", "must-not")) == "may",
            attribution=_attribution(body.get("provider_attribution")),
            resale=one_of(body.get("unmodified_resale"), ("may", "must-not")) == "may",
        )
        tlp = NAMES[one_of(body.get("tlp"), _COLOURS)]
    except Misread:
        return FAULT
    said = Label(tlp=tlp, iep=frozenset({duties}), anonymous=duties.attribution == "must-not")
    return join(said, beyond(body, _KNOWN))


def _attribution(value: object) -> Literal["may", "must", "must-not"]:
    if value == "may" or value == "must" or value == "must-not":
        return value
    raise Misread
