"""Ids for the members of a container, which have none in STIX 2.0 (§2.9)."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

from schemas.ids import CONTRIBUTING, IDENTIFIER, keyed_id, observable_id
from transforms.upgrade.draft import refuse
from transforms.upgrade.references import keys_in, resolve, slots

_PUBLIC_KEY = b"observables without a deterministic id, from containers of STIX 2.0"
"""No secret: the ids below only have to be the same at each run, and to have the form of random ones."""


def identify(members: dict[str, dict[str, Any]], originals: Mapping[str, Any], origin: tuple[str, str], within: str) -> dict[str, str]:
    """Key -> id of each member; references that contribute to an id are ids afterwards, all others are left for later.

    A member that has an id keeps it. Else the id is the deterministic one of what the member says, so what it refers to comes first.
    Where there is none (nothing contributes, contributing references go in a circle, or another member of other content has it), the id
    has the form of a random one, and comes from `origin` (id and version of the observed-data) and the key.
    """
    needs = {key: _needed(member, members) for key, member in members.items()}
    users: defaultdict[str, list[str]] = defaultdict(list)
    for key, needed in needs.items():
        for one in needed:
            users[one].append(key)
    ready = deque(key for key, needed in needs.items() if not needed)
    ids: dict[str, str] = {}
    takers: dict[str, str] = {}
    done: set[str] = set()
    while ready:
        key = ready.popleft()
        _resolve(members[key], ids, within)
        found = _own_id(members[key], within) or _deterministic_id(members[key])
        if found is not None and originals[takers.setdefault(found, key)] != originals[key]:
            if "id" in members[key]:
                refuse(f"{within}id")
            found = None
        ids[key] = found or keyed_id(members[key]["type"], _PUBLIC_KEY, *origin, key)
        done.add(key)
        for user in users[key]:
            needs[user].discard(key)
            if not needs[user]:
                ready.append(user)
    for key in members.keys() - ids.keys():
        ids[key] = keyed_id(members[key]["type"], _PUBLIC_KEY, *origin, key)
    for key in members.keys() - done:
        _resolve(members[key], ids, within)
    return {key: ids[key] for key in members}


def contributing(member: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the properties that make up the id of an observable, if it has none."""
    return () if "id" in member else CONTRIBUTING.get(member["type"], ())


def _needed(member: dict[str, Any], members: Mapping[str, Any]) -> set[str]:
    return {key for slot in slots(member, contributing(member)) for key in keys_in(slot) if key in members}


def _own_id(member: Mapping[str, Any], within: str) -> str | None:
    if "id" not in member:
        return None
    match = IDENTIFIER.fullmatch(member["id"]) if isinstance(member["id"], str) else None
    if match is None or match[1] != member["type"]:
        refuse(f"{within}id")
    return match[0]


def _resolve(member: dict[str, Any], ids: Mapping[str, str], within: str) -> None:
    for slot in list(slots(member, contributing(member))):
        resolve(slot, ids, within)


def _deterministic_id(member: dict[str, Any]) -> str | None:
    try:
        return observable_id(member)
    except ValueError:
        return None  # a number that has no canonical form
