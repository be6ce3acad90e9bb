"""Give a changed object a new identity: STIX §3.5 wants a new id and a new creator for whatever is republished with changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.ids import CONTRIBUTING, contributing_values, keyed_id


def seen_id(original: Mapping[str, Any], changed: frozenset[str], id_key: bytes) -> str:
    """The id under which a changed object goes out.

    An observable whose identifying values are untouched keeps its id, so that recipients can still deduplicate threats. Everything
    else gets an id that only the hub can link to the original, the same at each run and for later versions. `changed` names the
    top-level properties that differ.
    """
    contributing = CONTRIBUTING.get(original["type"], ())
    if contributing and contributing_values(original) and not changed & set(contributing):
        return str(original["id"])
    return keyed_id(original["type"], id_key, original["id"])


def remint(value: Mapping[str, Any], identifier: str, creator: str, slot: str) -> tuple[dict[str, Any], str]:
    """The object under its new id, by the hub, without `modified`, and what that is to be ('' for objects without versions).

    Times do not tell when the producer worked: `created` is the original's, floored to the hour; `modified` is the slot (or `created`,
    where that lies in the future), so later versions always come later. An observable has neither, and no creator.
    """
    minted = {**value, "id": identifier}
    if "granular_markings" in minted:
        minted = _without_granular_markings(minted)
    if value["type"] in CONTRIBUTING or "created" not in value:  # an observable of STIX, or of somebody's own
        return minted, ""
    minted["created_by_ref"] = creator
    minted["created"] = created = f"{value['created'][:13]}:00:00.000Z"
    if minted.pop("modified", None) is None:
        return minted, ""
    return minted, max(slot, created)


def _without_granular_markings(value: dict[str, Any]) -> dict[str, Any]:
    """Selectors may point at what is gone, so markings of parts become markings of the whole: more restrictive, never less."""
    granular = value.pop("granular_markings", None)
    refs = [entry["marking_ref"] for entry in granular or () if "marking_ref" in entry]
    if refs:
        value["object_marking_refs"] = list(dict.fromkeys([*value.get("object_marking_refs", ()), *refs]))
    return value
