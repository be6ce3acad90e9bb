"""Give what goes out its final shape: under which id the recipient sees each object, and its bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import orjson

from schemas.errors import BadInput
from schemas.ids import digest16
from schemas.stix.inspection import inspect
from transforms.bundle import MAX_BYTES
from transforms.chosen import Chosen, Common
from transforms.close import map_references
from transforms.entity import Contribution
from transforms.frame import frame_of
from transforms.remint import remint, seen_id
from transforms.sight import Sight

MAX_SHAPES = 10_000
"""Shapes to remember as valid; a feed that makes each object of another shape would fill the memory otherwise."""

_VALID: set[tuple[Any, ...]] = set()

_ALWAYS_VALID = frozenset({"name", "description", "created_by_ref"})
"""Any text is valid in the first two, whatever the type, and the third is the hub's own: only that they are there counts."""


class Outgoing(NamedTuple):
    """Final bytes of one entity: versions oldest first, the one in force last."""

    object_id: str
    bodies: tuple[bytes, ...]
    digest: bytes
    changes: tuple[str, ...]
    reason: str


def see(
    sight: Sight, everything: Mapping[int, Chosen], standing: Mapping[int, Chosen]
) -> tuple[dict[int, str], dict[int, dict[str, Any]], set[int]]:
    """Entity -> id that the recipient sees; entity -> value with references mapped for each one that changes; entities that failed.

    A change of id changes those that refer to it, and so on; each entity changes at most twice and waits at most once, so this is
    linear in the number of references. References lead to what stands, never to what is revoked.
    """
    seen = {no: chosen.candidate.source_id for no, chosen in standing.items()}
    own = {no: chosen.candidate.source_id for no, chosen in everything.items()}
    mapped: dict[int, dict[str, Any]] = {}
    referrers: dict[int, list[int]] = {}
    queue: deque[int] = deque()
    id_key = sight.terms.secrets.id_key
    moved: list[int] = []
    for no, chosen in everything.items():
        dirty = bool(chosen.changes)
        if not chosen.refs:  # the usual case: what it is called depends on nothing else
            if dirty:
                mapped[no] = chosen.value
                identifier = own[no] = seen_id(chosen.candidate.current.value, chosen.value, chosen.touched, id_key)
                if no in seen and seen[no] != identifier:
                    seen[no] = identifier
                    moved.append(no)
            continue
        find = partial(sight.find, chosen.candidate.producer)
        for ref in chosen.refs:
            target = find(ref)
            referrers.setdefault(target, []).append(no)
            dirty = dirty or seen.get(target) != ref
        if dirty:
            queue.append(no)
    waiting = set(queue)

    def wake(no: int) -> None:
        fresh = [referrer for referrer in referrers.get(no, ()) if referrer not in waiting]
        queue.extend(fresh)
        waiting.update(fresh)

    for no in moved:
        wake(no)
    failed: set[int] = set()
    while queue:
        no = queue.popleft()
        waiting.discard(no)
        chosen = everything[no]
        find = partial(sight.find, chosen.candidate.producer)
        value, touched = chosen.value, chosen.touched
        if any(seen.get(find(ref)) != ref for ref in chosen.refs):
            try:
                value = map_references(chosen.value, lambda ref, find=find: seen.get(find(ref)))  # type: ignore[misc]
            except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
                failed.add(no)
                continue
            touched = touched | {name for name in chosen.value if value.get(name) != chosen.value[name]}
        mapped[no] = value
        own[no] = seen_id(chosen.candidate.current.value, chosen.value, frozenset(touched), id_key)
        if no in seen and seen[no] != own[no]:
            seen[no] = own[no]
            wake(no)
    return own, mapped, failed


def shape(sight: Sight, chosen: Chosen, seen: Mapping[int, str], mapped: dict[str, Any] | None, no: int) -> Outgoing:
    """The final bytes of one entity: the producer's own where nothing differs, else reminted under the hub's hand.

    Raises BadInput where what is left is no valid object of its type any more.
    """
    current = chosen.candidate.current
    if mapped is None:
        bodies = (*_older(sight, chosen, seen), current.body) if chosen.candidate.older else (current.body,)
        return Outgoing(chosen.candidate.source_id, bodies, digest16(*bodies), (), "released")
    if chosen.candidate.producer == sight.terms.recipient.id:
        reason = "own-object"  # under a changed form it would tell its own producer what the hub makes of such values
        raise BadInput(reason)
    timeless, body = _made(sight, chosen, seen[no], mapped)
    changes = chosen.changes if mapped is chosen.value else (*chosen.changes, *_reference_changes(chosen.value, mapped))
    return Outgoing(seen[no], (body,), digest16(timeless), changes, _reason(changes))


def _made(sight: Sight, chosen: Chosen, identifier: str, mapped: dict[str, Any]) -> tuple[bytes, bytes]:
    """The bytes under the hub's hand, without and with the time they were made; from a frame, where others see the same but for its id."""
    hub, slot, floor = sight.terms.hub.identity, sight.terms.slot_text, sight.terms.is_minimized
    frames = chosen.common.frames if mapped is chosen.value else None
    if frames is not None and (frame := frames.get((hub, slot, floor))) is not None:
        return frame.around(identifier)
    minted, modified = remint(mapped, identifier, hub, slot, floor=floor)
    _check(minted, modified, chosen.touched, chosen.common)
    timeless = orjson.dumps(minted)
    timed = timeless[:-1] + b',"modified":"' + modified.encode() + b'"}' if modified else timeless
    if frames is not None and (made := frame_of(timeless, timed, identifier)) is not None:
        frames[hub, slot, floor] = made
    return timeless, timed


@lru_cache(maxsize=MAX_SHAPES)
def _reason(changes: tuple[str, ...]) -> str:
    return "tearline" if any(change.endswith("=tearline") for change in changes) else "minimized"


def _check(minted: dict[str, Any], modified: str, touched: frozenset[str], common: Common) -> None:
    """What was changed must still be what its type asks for, also where one property asks for another.

    The original was valid. So where only whole properties are gone or have another text, the names of what is left decide, and are asked
    once. Of what was changed in the same way for several recipients, ids and times apart, the first is asked.
    """
    names = (minted["type"], minted.get("is_family"), *minted)
    only_dropped = (touched - _ALWAYS_VALID).isdisjoint(minted)
    valid = _VALID if only_dropped else common.valid
    if names in valid:
        return
    whole = {**minted, "modified": modified} if modified else minted
    if any(finding.setting in ("", "optional_parts") for finding in inspect(whole)):
        reason = "required-dropped"
        raise BadInput(reason)
    if not only_dropped or len(valid) < MAX_SHAPES:
        valid.add(names)


def _reference_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    for name, item in before.items():
        if after.get(name) != item:
            yield f"{before['type']}.{name}={'map' if name in after else 'drop'}"


def _older(sight: Sight, chosen: Chosen, seen: Mapping[int, str]) -> Sequence[bytes]:
    """Bytes of older versions that may go out as they are, oldest first; the newest version has already let the object through.

    One statement is one message, so the newest ones that fit into it are taken.
    """
    found: list[bytes] = []
    room = MAX_BYTES - len(chosen.candidate.current.body)
    for version in reversed(chosen.candidate.older):
        room -= len(version.body)
        if room < 0:
            break
        if _goes_as_it_is(sight, chosen, version, seen):
            found.append(version.body)
    return found[::-1]


def _goes_as_it_is(sight: Sight, chosen: Chosen, version: Contribution, seen: Mapping[int, str]) -> bool:
    candidate = chosen.candidate
    ground = sight.terms.ground(candidate.producer)
    if ground is None or version.altered or version.revoked:
        return False
    judged = sight.judge.version(candidate, version)
    if judged.reason or judged.hidden or judged.anonymous:
        return False
    try:
        changed = ground.minimizer.minimizer.minimize(version.value).changes
    except BadInput:
        return False
    return not changed and all(seen.get(sight.find(candidate.producer, ref)) == ref for ref in version.refs)
