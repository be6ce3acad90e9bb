"""Release one block of the catalogue to one recipient: decide → minimize → close → guard, then state the outcome of each entity.

view(recipient) = f(catalogue, policies, keys, slot). This is f, on a block that is closed under references; it is pure.

Whatever removes an entity's candidate, at whichever stage, the next candidate is tried: a contribution that the recipient may not see
never takes an entitled one with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import orjson

from schemas.errors import BadInput
from schemas.ids import uuid_of
from schemas.stix.extensions_known import ENRICHMENT_EXTENSION
from transforms.account import account
from transforms.canonicalize import references
from transforms.close import Links, close, links
from transforms.decide import expiry
from transforms.entity import Block, Candidate, Entity
from transforms.guard import Exists, guard
from transforms.second_look import Guards, Look, stopped_by_quotes
from transforms.shape import Chosen, Outgoing, see, shape
from transforms.shared import Shared
from transforms.sight import Sight
from transforms.sightings import aggregate
from transforms.statement import Decision, Statement, handle_of, keyed_digest
from transforms.terms import Terms

_REFERRING = ("_ref", "_refs", "extensions", "granular_markings")
"""How names of properties end that can hold references."""


@dataclass
class Release:
    """Where one block stands for one recipient, from stage to stage.

    chosen:   entity -> the candidate that stands for it · reasons: entity -> why its first candidate does not go out
    next:     entity -> place of the candidate to try next · due: (moment, entity) to decide anew
    outgoing: entity -> final bytes · shared: what the recipients of the block have in common
    stopped:  (candidate, reason) of what the guard found · sight: what ids mean to the recipient
    """

    block: Block
    terms: Terms
    shared: Shared = field(default_factory=Shared)
    chosen: dict[int, Chosen] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    next: dict[int, int] = field(default_factory=dict)
    due: list[tuple[str, int]] = field(default_factory=list)
    outgoing: dict[int, Outgoing] = field(default_factory=dict)
    stopped: list[tuple[Candidate, str]] = field(default_factory=list)
    sight: Sight = field(init=False)

    def __post_init__(self) -> None:
        self.sight = Sight(self.block, self.terms, self.shared)


def decide_block(state: Release) -> Release:
    """For each entity the first candidate that may be released, or the reason why the first may not."""
    for entity in state.block.entities.values():
        _advance(state, entity, minimize=False)
    return state


def minimize_block(state: Release) -> Release:
    """What the recipient may see of each chosen candidate, and what that hangs on."""
    for no, chosen in list(state.chosen.items()):
        if not _minimize(state, no, chosen.candidate):
            _advance(state, state.block.entities[no])
    return state


def close_block(state: Release) -> Release:
    """Remove what would dangle, then give each object that stays its final bytes."""
    while not _close_once(state):
        pass
    state.due = [(moment, no) for no, moment in _expiries(state)]
    return state


def _close_once(state: Release) -> bool:
    """One round of closing and shaping; False where an object failed on the way, so that what hangs on it must be closed again."""
    while True:
        standing, gone = _close(state)
        advanced = [_advance(state, state.block.entities[no], reason) for no, reason in gone.items()]
        if not any(advanced):
            break
    for no in gone:
        state.chosen.pop(no, None)
    for no in [no for no, chosen in state.chosen.items() if no not in standing and not _stands(chosen, standing)]:
        state.reasons.setdefault(no, "revoked")
        del state.chosen[no]
    seen, mapped, broken = see(state.sight, state.chosen, standing)
    failed = dict.fromkeys(broken, "release-error")
    state.outgoing = {}
    for no, chosen in state.chosen.items():
        if no not in failed and (no in state.block.emit or no in mapped):
            try:
                state.outgoing[no] = shape(state.sight, chosen, seen, mapped.get(no), no)
            except BadInput as error:
                failed[no] = error.reason
            except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
                failed[no] = "release-error"
    for no, reason in failed.items():
        if not _advance(state, state.block.entities[no], reason):
            state.chosen.pop(no, None)
    return not failed


def guard_block(state: Release, exists: Exists, look: Look) -> Release:
    """Stop what a second look at the final bytes objects to, and close again, until nothing is found.

    It looks at all that is chosen, not only at what is stated now: what hangs on something that the guard stops must go with it.
    """
    while True:
        bodies = {no: _bodies(state, no) for no in state.chosen}
        seen = {no: [look(body) for body in parts] for no, parts in bodies.items()}
        stopped = {no: found.reason for no, looks in seen.items() for found in looks if found.reason}
        stopped |= stopped_by_quotes(state.sight, state.reasons, state.chosen, bodies)
        allowed = {uuid_of(out.object_id) for out in state.outgoing.values()} | {uuid_of(state.terms.hub.identity)}
        allowed |= {uuid_of(chosen.candidate.source_id) for no, chosen in state.chosen.items() if no not in state.outgoing}
        named = guard({no: frozenset().union(*(found.uuids for found in looks)) for no, looks in seen.items()}, allowed, exists)
        stopped |= dict.fromkeys(named, "guard-withheld-id")
        if not stopped:
            return state
        for no, reason in stopped.items():
            state.stopped.append((state.chosen[no].candidate, reason))
            if not _advance(state, state.block.entities[no], reason):
                state.chosen.pop(no, None)
        close_block(state)


def state_block(state: Release) -> list[Statement]:
    """One statement for each entity to be emitted: first what is visible, so that an id that moved is never withdrawn in between.

    Their order is that of the handles, another one for each recipient: when what came in would tell of what others have sent.
    """
    statements = []
    key = state.terms.secrets.handle_key
    handles = {no: handle_of(key, state.block.entities[no].key) for no in state.block.emit & state.block.entities.keys()}
    for no, handle in sorted(handles.items(), key=lambda item: (item[0] not in state.outgoing, item[1])):
        entity = state.block.entities[no]
        out = state.outgoing.get(no)
        if out is None:
            first = entity.candidates[0].current.digest if entity.candidates else b""
            statements.append(Statement(handle, "withdraw", state.reasons[no], entity.change, source=_source(state, first)))
            continue
        candidate = state.chosen[no].candidate
        reason = "revoked" if candidate.current.revoked else out.reason
        decision: Decision = "revoke" if candidate.current.revoked else "put"
        statements.append(
            Statement(
                *(handle, decision, reason, entity.change, out.object_id, out.digest, out.bodies, out.changes),
                *(_source(state, candidate.current.digest), state.sight.judge(candidate).grant),
            )
        )
    return statements + aggregate(state)


def _source(state: Release, digest: bytes) -> bytes:
    """What the audit calls the bytes that came in."""
    return keyed_digest(state.terms.secrets.handle_key, digest) if digest else b""


def release(block: Block, terms: Terms, exists: Exists) -> Release:
    """All stages in order."""
    return all_stages(Release(block, terms), exists, Guards().of(terms))


def all_stages(state: Release, exists: Exists, look: Look) -> Release:
    """The same for a release that is prepared."""
    return guard_block(close_block(minimize_block(decide_block(state))), exists, look)


def _advance(state: Release, entity: Entity, reason: str = "", *, minimize: bool = True) -> bool:
    """Put the next candidate that may go out in place of the present one; False where there is none, and the present one stays.

    The reason that stands in the end is why the first candidate does not go out.
    """
    if reason:
        state.reasons.setdefault(entity.no, reason)
    for place in range(state.next.get(entity.no, 0), len(entity.candidates)):
        state.next[entity.no] = place + 1
        candidate = entity.candidates[place]
        verdict = state.sight.verdict(candidate) or _revoked_since(state, entity, candidate)
        if verdict:
            state.reasons.setdefault(entity.no, verdict)
        elif not minimize:
            state.chosen[entity.no] = Chosen(candidate, candidate.current.value)
            return True
        elif _minimize(state, entity.no, candidate):
            return True
    state.reasons.setdefault(entity.no, "gone")
    return False


def _revoked_since(state: Release, entity: Entity, candidate: Candidate) -> str:
    """'revoked' where the recipient may know that an id has been revoked: a copy that another producer still serves does not undo that."""
    if len(entity.candidates) > 1:
        for other in entity.by_id[candidate.source_id]:
            if other.current.revoked and other.modified > candidate.modified and not state.sight.verdict(other):
                return "revoked"
    return ""


def _minimize(state: Release, no: int, candidate: Candidate) -> bool:
    """Choose a candidate as minimized; False, with the reason noted, where it must be withheld."""
    try:
        state.chosen[no] = _minimized(state, no, candidate)
    except BadInput as error:
        state.reasons.setdefault(no, error.reason)
    except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
        state.reasons.setdefault(no, "release-error")
    else:
        return True
    state.chosen.pop(no, None)
    return False


def _minimized(state: Release, no: int, candidate: Candidate) -> Chosen:
    current = candidate.current
    value, changes, touched = state.sight.minimize(no, candidate)
    if value["type"] == "language-content" and state.sight.is_changed(candidate.producer, value["object_ref"], _translated(value)):
        reason = "closure-subject-withheld"
        raise BadInput(reason)
    if current.altered:
        changes = (*current.altered, *changes)
        touched |= {entry.partition("=")[0].split(".")[1] for entry in current.altered}
    if state.terms.rules.merged and (said := account(state.sight, state.block.entities[no], value)):
        value, changes = {**value, **said}, (*changes, *(f"{value['type']}.{name}=merge" for name in said))
        touched |= said.keys()
    if current.enrichment and state.terms.rules.enrichment:
        value, changes = _annotate(value, current.enrichment), (*changes, "extensions.enrichment=add")
        touched |= {"extensions"}
    if _may_refer(touched):
        return Chosen(candidate, value, changes, touched, *_hangs(state, candidate, value))
    return Chosen(candidate, value, changes, touched, current.refs, _links(state, candidate))


def _translated(value: Mapping[str, Any]) -> frozenset[str]:
    """Names of the properties that a language-content translates (§7.1)."""
    return frozenset(name for texts in value["contents"].values() for name in texts)


@lru_cache(maxsize=10_000)
def _may_refer(touched: frozenset[str]) -> bool:
    """Whether any of some properties can hold references."""
    return any(name.endswith(_REFERRING) for name in touched)


def _hangs(state: Release, candidate: Candidate, value: dict[str, Any]) -> tuple[tuple[str, ...], Links]:
    """What something that is shown refers to, and its links."""
    known = state.shared.hung.get(id(value))
    refs = references(value) if known is None else known[0]
    is_common, find = _find(state, candidate, refs)
    if known is not None and is_common:
        return known
    made = links(value, refs, find)
    if is_common:
        state.shared.hang(value, refs, made)
    return refs, made


def _links(state: Release, candidate: Candidate) -> Links:
    """The links of a contribution as it came."""
    current = candidate.current
    is_common, find = _find(state, candidate, current.refs)
    if not is_common:
        return links(current.value, current.refs, find)
    shared = state.shared.links.get(id(current))
    if shared is None:
        shared = state.shared.links[id(current)] = links(current.value, current.refs, find)
    return shared


def _find(state: Release, candidate: Candidate, refs: Iterable[str]) -> tuple[bool, Callable[[str], int]]:
    """Whether some references mean to the recipient what they mean to the hub, and what they mean to it."""
    find = partial(state.sight.find, candidate.producer)
    return all(find(ref) == state.block.find(candidate.producer, ref) for ref in refs), find


def _close(state: Release) -> tuple[dict[int, Chosen], dict[int, str]]:
    """What stands when everything that would dangle is gone, and what is gone, with its reason. What is revoked supports nothing."""
    standing = {no: chosen for no, chosen in state.chosen.items() if not chosen.candidate.current.revoked}
    gone = close({no: chosen.links for no, chosen in standing.items()})
    if not state.block.complete:
        gone = dict.fromkeys(gone, "closure-too-large")
    return {no: chosen for no, chosen in standing.items() if no not in gone}, gone


def _stands(chosen: Chosen, standing: Mapping[int, Chosen]) -> bool:
    """Whether everything is there that a revoked object needs to be told of."""
    return all(target in standing for target in (*chosen.links.needs, *chosen.links.subjects, *chosen.links.members))


def _bodies(state: Release, no: int) -> tuple[bytes, ...]:
    """The bytes with which an entity goes out, or would, were it stated now."""
    out = state.outgoing.get(no)
    return (state.chosen[no].candidate.current.body,) if out is None else out.bodies


def _expiries(state: Release) -> Iterator[tuple[int, str]]:
    """When what stands for an entity grows too old, or any other candidate, since references to its id lead nowhere from then on."""
    for no, chosen in state.chosen.items():
        if no in state.block.emit:
            candidates = state.block.entities[no].candidates
            for candidate in candidates if len(candidates) > 1 else (chosen.candidate,):
                ground = state.terms.ground(candidate.producer)
                moment = None if ground is None else expiry(candidate, ground.rules)
                if moment is not None and (candidate is chosen.candidate or not state.sight.verdict(candidate)):
                    yield no, moment


def _annotate(value: Mapping[str, Any], enrichment: bytes) -> dict[str, Any]:
    extension = {"extension_type": "property-extension", "findings": orjson.loads(enrichment)}
    return {**value, "extensions": {**value.get("extensions", {}), ENRICHMENT_EXTENSION: extension}}


def order(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates in the order in which they may stand for their entity: in force before revoked, then the oldest id, then, among
    producers that serve the same object, the newest version.
    """
    newest_first = sorted(candidates, key=lambda item: (item.modified, item.producer), reverse=True)
    return tuple(sorted(newest_first, key=lambda item: (item.current.revoked, item.created, item.source_id)))


def entity_of(no: int, key: bytes, type_name: str, change: int, candidates: Iterable[Candidate]) -> Entity:
    """An entity with its candidates in order."""
    return Entity(no, key, type_name, change, order(candidates))
