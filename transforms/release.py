"""Release one block of the catalogue to one recipient: decide → minimize → close → guard, then state the outcome of each entity.

view(recipient) = f(catalogue, policies, keys, slot). This is f, on a block that is closed under references; it is pure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from schemas.errors import BadInput
from schemas.ids import digest16
from schemas.markings import TLP_BY_ID
from transforms.canonicalize import references
from transforms.close import Links, close, links, map_references
from transforms.decide import decide, expiry, label_reason
from transforms.entity import Block, Candidate, Contribution, Entity
from transforms.guard import Exists, guard
from transforms.minimize import Minimizer
from transforms.remint import remint, seen_id
from transforms.statement import Statement, handle_of
from transforms.terms import Terms

ENRICHMENT_EXTENSION = "extension-definition--8f0f1c3e-6a52-4a0e-9d43-2b3f0c7d5e21"
"""The property extension under which the hub's own annotations go out (docs/reference/enrichment.md)."""


_REFERRING = ("_ref", "_refs", "extensions", "granular_markings")
"""How names of properties end that can hold references."""


@dataclass
class Release:
    """Where one block stands for one recipient, from stage to stage.

    chosen:  entity -> what would go out · reasons: entity -> why nothing does · due: (moment, entity) to decide anew
    """

    block: Block
    terms: Terms
    minimizer: Minimizer
    shared: dict[int, Links]
    chosen: dict[int, Chosen] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    due: list[tuple[str, int]] = field(default_factory=list)
    outgoing: dict[int, Outgoing] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """The candidate that stands for an entity, as minimized."""

    candidate: Candidate
    value: dict[str, Any]
    changes: tuple[str, ...]
    touched: frozenset[str]
    refs: tuple[str, ...]
    links: Links


@dataclass(frozen=True)
class Outgoing:
    """Final bytes of one entity."""

    object_id: str
    bodies: tuple[bytes, ...]
    digest: bytes
    changes: tuple[str, ...]
    minimized: bool


def decide_block(state: Release) -> Release:
    """For each entity the first candidate that may be released, or the reason why the first may not."""
    for entity in state.block.entities.values():
        candidate, reason = _choose(state, entity)
        if candidate is None:
            state.reasons[entity.no] = reason
            continue
        state.chosen[entity.no] = Chosen(candidate, candidate.current.value, (), frozenset(), (), Links())
        moment = expiry(candidate, state.terms)
        if moment is not None and entity.no in state.block.emit:
            state.due.append((moment, entity.no))
    return state


def minimize_block(state: Release) -> Release:
    """What the recipient may see of each chosen candidate, and what that hangs on."""
    for no, chosen in list(state.chosen.items()):
        try:
            state.chosen[no] = _minimize(state, chosen.candidate)
        except BadInput as error:
            state.reasons[no] = error.reason
            del state.chosen[no]
        except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
            state.reasons[no] = "release-error"
            del state.chosen[no]
    return state


def close_block(state: Release) -> Release:
    """Remove what would dangle, then give each object that stays its final bytes."""
    revoked = {no: chosen for no, chosen in state.chosen.items() if chosen.candidate.current.revoked}
    standing = {no: chosen for no, chosen in state.chosen.items() if no not in revoked}
    gone = close({no: chosen.links for no, chosen in standing.items()})
    for no, reason in gone.items():
        state.reasons[no] = reason if state.block.complete else "closure-too-large"
        del standing[no], state.chosen[no]
    for no, chosen in list(revoked.items()):
        if any(target not in standing for target in (*chosen.links.needs, *chosen.links.members)):
            state.reasons[no] = "revoked"
            del revoked[no], state.chosen[no]
    seen, changed = _identities(state, standing, revoked)
    state.outgoing = {
        no: _serialize(state, no, chosen, seen, changed.get(no))
        for no, chosen in state.chosen.items()
        if no in state.block.emit or no in changed
    }
    return state


def guard_block(state: Release, exists: Exists) -> Release:
    """Stop what a second look finds to hold an id that the recipient may not see, and close again, until nothing is found."""
    while True:
        allowed = {out.object_id for out in state.outgoing.values()} | {state.terms.hub.identity}
        allowed |= {chosen.candidate.source_id for no, chosen in state.chosen.items() if no not in state.outgoing}
        emitted = {no: out.bodies for no, out in state.outgoing.items() if no in state.block.emit}
        stopped = guard(emitted, allowed, exists)
        if not stopped:
            return state
        for no in stopped:
            state.reasons[no] = "guard-withheld-id"
            del state.chosen[no]
        close_block(state)


def state_block(state: Release) -> list[Statement]:
    """One statement for each entity to be emitted: first what is visible, so that an id that moved is never withdrawn in between."""
    statements = []
    for no in sorted(state.block.emit & state.block.entities.keys(), key=lambda no: (no not in state.outgoing, no)):
        entity = state.block.entities[no]
        handle = handle_of(state.terms.handle_key, entity.key)
        out = state.outgoing.get(no)
        if out is None:
            statements.append(Statement(handle, "withdraw", state.reasons[no], entity.change))
            continue
        revoked = state.chosen[no].candidate.current.revoked
        reason = "revoked" if revoked else "minimized" if out.minimized else "released"
        decision: Any = "revoke" if revoked else "put"
        statements.append(Statement(handle, decision, reason, entity.change, out.object_id, out.digest, out.bodies, out.changes))
    return statements


def release(block: Block, terms: Terms, minimizer: Minimizer, exists: Exists) -> Release:
    """All stages in order."""
    return guard_block(close_block(minimize_block(decide_block(Release(block, terms, minimizer, {})))), exists)


def _find(block: Block, producer: str, identifier: str) -> int:
    return block.targets.get((producer, identifier), -1)


def _choose(state: Release, entity: Entity) -> tuple[Candidate | None, str]:
    """The first candidate that may go out, or the reason why the first of all may not."""
    reason = "gone"
    for place, candidate in enumerate(entity.candidates):
        try:
            verdict = decide(candidate, state.terms, state.block.faults, _statements(state.block, candidate))
        except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
            verdict = "release-error"
        if not verdict:
            return candidate, ""
        reason = reason if place else verdict
    return None, reason


def _minimize(state: Release, candidate: Candidate) -> Chosen:
    current = candidate.current
    value, changes, touched = state.minimizer.minimize(current.value)
    if current.altered:
        changes = (*current.altered, *changes)
        touched |= {entry.partition("=")[0].rpartition(".")[2] for entry in current.altered}
    if current.enrichment and state.terms.policy.minimize.enrichment == "keep":
        value, changes = _annotate(value, current.enrichment), (*changes, "extensions.enrichment=add")
        touched |= {"extensions"}
    if not any(name.endswith(_REFERRING) for name in touched):
        return Chosen(candidate, value, changes, touched, current.refs, _shared_links(state, candidate))
    refs = references(value)
    return Chosen(candidate, value, changes, touched, refs, links(value, refs, _finder(state.block, candidate.producer)))


def _finder(block: Block, producer: str) -> Callable[[str], int]:
    return lambda identifier: block.targets.get((producer, identifier), -1)


def _statements(block: Block, candidate: Candidate) -> frozenset[str]:
    """Which of the candidate's labels name statement markings."""
    if not candidate.current.labels:
        return frozenset()
    found = set()
    for label in candidate.current.labels:
        entity = block.entities.get(_find(block, candidate.producer, label)) if label not in TLP_BY_ID else None
        if entity is not None and any(item.current.value.get("definition_type") == "statement" for item in entity.candidates):
            found.add(label)
    return frozenset(found)


def _shared_links(state: Release, candidate: Candidate) -> Links:
    key = id(candidate)
    found = state.shared.get(key)
    if found is None:
        found = links(candidate.current.value, candidate.current.refs, _finder(state.block, candidate.producer))
        state.shared[key] = found
    return found


def _annotate(value: Mapping[str, Any], enrichment: bytes) -> dict[str, Any]:
    extension = {"extension_type": "property-extension", "findings": orjson.loads(enrichment)}
    return {**value, "extensions": {**value.get("extensions", {}), ENRICHMENT_EXTENSION: extension}}


def _identities(
    state: Release, standing: Mapping[int, Chosen], revoked: Mapping[int, Chosen]
) -> tuple[dict[int, str], dict[int, dict[str, Any]]]:
    """Entity -> id that the recipient sees, and entity -> value with references mapped for each one that changes.

    A change of id changes those that refer to it, and so on; each entity changes at most twice, so this ends.
    """
    everything = {**standing, **revoked}
    seen = {no: chosen.candidate.source_id for no, chosen in standing.items()}
    mapped: dict[int, dict[str, Any]] = {}
    referrers: dict[int, list[int]] = {}
    queue: deque[int] = deque()
    own: dict[int, str] = {}
    for no, chosen in everything.items():
        dirty = bool(chosen.changes)
        for ref in chosen.refs:
            target = _find(state.block, chosen.candidate.producer, ref)
            referrers.setdefault(target, []).append(no)
            dirty = dirty or seen.get(target) != ref
        if dirty:
            queue.append(no)
    while queue:
        no = queue.popleft()
        chosen = everything[no]
        find = _finder(state.block, chosen.candidate.producer)
        value, touched = chosen.value, chosen.touched
        if any(seen.get(find(ref)) != ref for ref in chosen.refs):
            value = map_references(chosen.value, lambda ref, find=find: seen.get(find(ref)))  # type: ignore[misc]
            touched = touched | {name for name in chosen.value if value.get(name) != chosen.value[name]}
        mapped[no] = value
        identifier = seen_id(chosen.candidate.current.value, frozenset(touched), state.terms.id_key)
        own[no] = identifier
        if no in seen and seen[no] != identifier:
            seen[no] = identifier
            queue.extend(referrers.get(no, ()))
    return {**{no: chosen.candidate.source_id for no, chosen in revoked.items()}, **seen, **own}, mapped


def _serialize(state: Release, no: int, chosen: Chosen, seen: Mapping[int, str], mapped: dict[str, Any] | None) -> Outgoing:
    current = chosen.candidate.current
    if mapped is None:
        bodies = (*_older(state, chosen, seen), current.body) if chosen.candidate.older else (current.body,)
        return Outgoing(chosen.candidate.source_id, bodies, digest16(*bodies), (), minimized=False)
    minted, modified = remint(mapped, seen[no], state.terms.hub.identity, state.terms.slot_text)
    timeless = orjson.dumps(minted)
    body = timeless[:-1] + b',"modified":"' + modified.encode() + b'"}' if modified else timeless
    changes = chosen.changes if mapped is chosen.value else (*chosen.changes, *_reference_changes(chosen.value, mapped))
    return Outgoing(seen[no], (body,), digest16(timeless), changes, minimized=True)


def _reference_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    for name, item in before.items():
        if after.get(name) != item:
            yield f"{before['type']}.{name}={'map' if name in after else 'drop'}"


def _older(state: Release, chosen: Chosen, seen: Mapping[int, str]) -> Sequence[bytes]:
    """Bytes of older versions that may go out as they are; the newest version's labels have already let the object through."""
    found = []
    producer = chosen.candidate.producer
    for version in chosen.candidate.older:
        unlabelled = frozenset(label for label in version.labels if label not in TLP_BY_ID)
        if version.altered or label_reason(
            producer, version, state.terms, state.block.faults, unlabelled & _statements(state.block, chosen.candidate)
        ):
            continue
        if _is_untouched(state, version, producer, seen):
            found.append(version.body)
    return found


def _is_untouched(state: Release, version: Contribution, producer: str, seen: Mapping[int, str]) -> bool:
    try:
        minimized = state.minimizer.minimize(version.value)
    except BadInput:
        return False
    if minimized.changes or version.revoked:
        return False
    return all(seen.get(_find(state.block, producer, ref)) == ref for ref in version.refs)


def order(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates in the order in which they may stand for their entity: in force before revoked, then the oldest id."""
    return tuple(sorted(candidates, key=lambda item: (item.current.revoked, item.created, item.source_id, item.producer)))


def entity_of(no: int, key: bytes, type_name: str, change: int, candidates: Iterable[Candidate]) -> Entity:
    """An entity with its candidates in order."""
    return Entity(no, key, type_name, change, order(candidates))
