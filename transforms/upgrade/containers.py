"""The container of an observed-data becomes a list of references, and its members observables of their own (§4.14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schemas.ids import CONTRIBUTING
from schemas.stix.registry import KNOWN_PROPERTIES
from transforms.upgrade.draft import Draft, refuse
from transforms.upgrade.identify import contributing, identify
from transforms.upgrade.marks import mark, merge_marks
from transforms.upgrade.observables import upgrade_observable
from transforms.upgrade.references import resolve, slots
from transforms.upgrade.selectors import follow

MAX_MEMBERS = 1000
"""One observed-data describes one observation: a message with attachments, a process with its connections. A million bytes could hold
50,000 members, each of which would become an object of the hub; those of real converters have a few dozen."""

_WITHIN = "objects.*."
_TYPE = re.compile(r"[a-z][a-z0-9-]{2,249}", re.ASCII)


def extract(draft: Draft) -> list[dict[str, Any]]:
    """Take the observables out of an observed-data. Those of a revoked one are not published anew: only their ids remain.

    Raises BadInput for a container that is none, is too large, or holds what is no observable or refers to what is not there.
    """
    value = draft.value
    if "objects" not in value:
        if "object_refs" not in value:
            refuse("objects")
        return []
    keys = _checked_keys(value)
    members = {key: Draft(draft.original["objects"][key], value["objects"][key]) for key in keys}
    mark(draft, members)
    for member in members.values():
        member.say_version()
        upgrade_observable(member, _WITHIN)
        follow(member)
        draft.changes.extend(member.changes)
    values = {key: member.value for key, member in members.items()}
    modified = value.get("modified")
    origin = (value["id"], modified if isinstance(modified, str) else "")
    ids = identify(values, draft.original["objects"], origin, _WITHIN)
    same: dict[str, list[dict[str, Any]]] = {}
    for key, observable in values.items():
        done = contributing(observable)
        for slot in list(slots(observable, [name for name in observable if name not in done])):
            resolve(slot, ids, _WITHIN)
        named = {"type": observable.pop("type"), "spec_version": "2.1", "id": ids[key]}
        same.setdefault(ids[key], []).append(named | observable)
    _refer(value, ids)
    draft.note("extract", "objects")
    return [] if value.get("revoked") is True else [merge_marks(group) for group in same.values()]


def _checked_keys(value: Mapping[str, Any]) -> list[str]:
    """The keys of the container, in an order that does not depend on how it was written."""
    container = value["objects"]
    if not isinstance(container, dict) or not 0 < len(container) <= MAX_MEMBERS:
        refuse("objects")
    if not isinstance(value.get("id"), str):
        refuse("id")
    refs = value.get("object_refs", [])
    if not isinstance(refs, list) or not all(isinstance(one, str) for one in refs):
        refuse("object_refs")
    for member in container.values():
        type_name = member.get("type") if isinstance(member, dict) else None
        if not isinstance(type_name, str) or not _TYPE.fullmatch(type_name):
            refuse(f"{_WITHIN}type")
        if type_name in KNOWN_PROPERTIES and type_name not in CONTRIBUTING:
            refuse(f"{_WITHIN}type")
    return sorted(container, key=lambda key: (len(key), key))


def _refer(value: dict[str, Any], ids: Mapping[str, str]) -> None:
    """The observed-data names its observables. A marking of one of them marks its id there, too, since an id can tell the value."""
    del value["objects"]
    value["object_refs"] = list(dict.fromkeys([*value.get("object_refs", []), *ids.values()]))
    places = {identifier: f"object_refs.[{index}]" for index, identifier in enumerate(value["object_refs"])}
    for entry in value.get("granular_markings", []):
        selectors: dict[str, None] = {}
        for selector in entry["selectors"]:
            first, *rest = selector.split(".")
            if first != "objects":
                selectors[selector] = None
            else:
                selectors[places[ids[rest[0]]] if rest else "object_refs"] = None
        entry["selectors"] = list(selectors)
