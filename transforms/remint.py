"""Give a changed object a new identity: STIX §3.5 wants a new id and a new creator for whatever is republished with changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from schemas.ids import CONTRIBUTING, contributing_values, keyed_id


def seen_id(original: Mapping[str, Any], shown: Mapping[str, Any], changed: frozenset[str], id_key: bytes) -> str:
    """The id under which a changed object goes out.

    An observable whose identifying values are untouched keeps its id, so that recipients can still deduplicate threats. One whose values
    were changed gets an id that follows from what is shown of it: two that look the same to the recipient are the same to it. Everything
    else gets an id that only the hub can link to the original, the same at each run and for later versions. `changed` names the
    top-level properties that differ.
    """
    type_name = original["type"]
    contributing = CONTRIBUTING.get(type_name, ())
    if not contributing or not contributing_values(original):
        return keyed_id(type_name, id_key, original["id"])
    if not changed & set(contributing):
        return str(original["id"])
    if any(name.endswith(("_ref", "_refs")) for name in shown if name != "object_marking_refs"):
        return keyed_id(type_name, id_key, original["id"])
    content = {name: item for name, item in shown.items() if name != "id"}
    return keyed_id(type_name, id_key, orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode())


def remint(value: Mapping[str, Any], identifier: str, creator: str, slot: str, *, floor: bool) -> tuple[dict[str, Any], str]:
    """The object under its new id, by the hub, without `modified`, and what that is to be ('' for objects without versions).

    Times do not tell when the producer worked: `created`, and with `floor` all other times, are the original's, floored to the hour;
    `modified` is the slot (or `created`, where that lies in the future), so later versions always come later. An observable has neither
    creator nor versions.
    """
    minted = {**value, "id": identifier}
    if "granular_markings" in minted:
        minted = _without_granular_markings(minted)
    if floor:
        _floor_times(minted)
    if value["type"] in CONTRIBUTING or "created" not in value:  # an observable of STIX, or of somebody's own
        return minted, ""
    minted["created_by_ref"] = creator
    minted["created"] = created = _floored(value["created"])
    if minted.pop("modified", None) is None:
        return minted, ""
    return minted, max(slot, created)


_TIMES = frozenset(
    {
        *("valid_from", "valid_until", "first_seen", "last_seen", "first_observed", "last_observed", "published", "submitted"),
        *("analysis_started", "analysis_ended", "start_time", "stop_time", "ctime", "mtime", "atime", "modified_time", "created_time"),
        *(
            "account_created",
            "account_expires",
            "account_first_login",
            "account_last_login",
            "credential_last_changed",
            "date",
            "start",
            "end",
        ),
        *("validity_not_before", "validity_not_after"),
    }
)
"""Properties of STIX that hold a moment."""


def _floor_times(minted: dict[str, Any]) -> None:
    for name in _TIMES & minted.keys():
        if isinstance(minted[name], str):
            minted[name] = _floored(minted[name])
    start, end = minted.get("valid_from"), minted.get("valid_until")
    if start is not None and start == end:  # the one period that may not be empty (§4.7)
        minted["valid_until"] = f"{end[:13]}:59:59.000Z"


def _floored(moment: str) -> str:
    return f"{moment[:13]}:00:00.000Z"


def _without_granular_markings(value: dict[str, Any]) -> dict[str, Any]:
    """Selectors may point at what is gone, so markings of parts become markings of the whole: more restrictive, never less."""
    granular = value.pop("granular_markings", None)
    refs = [entry["marking_ref"] for entry in granular or () if "marking_ref" in entry]
    if refs:
        value["object_marking_refs"] = list(dict.fromkeys([*value.get("object_marking_refs", ()), *refs]))
    return value
