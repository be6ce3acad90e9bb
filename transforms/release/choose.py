"""Which candidate stands for an entity: the first that may be released and of which minimization leaves something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from schemas.errors import BadInput
from schemas.stix.extensions_known import ENRICHMENT_EXTENSION
from transforms.account import account
from transforms.chosen import Chosen, Common
from transforms.entity import Alike, Candidate, Entity
from transforms.release.hangs import hangs, mean_the_same
from transforms.release.state import Release
from transforms.sight import Way

MAX_LATE = 3
"""Candidates of one producer for one entity that may fail at the last; each costs a round over the whole block."""


def decide_block(state: Release) -> Release:
    """For each entity the first candidate that may be released, or the reason why the first may not."""
    kinds, others = state.block.kinds
    for alike, members in kinds.items():
        judged = state.sight.judge.together(members.values())
        if judged is None:
            for no in members:
                advance(state, state.block.entities[no], minimize=False)
            continue
        state.next.update(dict.fromkeys(members, 1))
        if judged.reason:
            state.reasons.update(dict.fromkeys(members, judged.reason))
        else:
            state.together.append(alike)
    for entity in others:
        advance(state, entity, minimize=False)
    return state


def minimize_block(state: Release) -> Release:
    """What the recipient may see of each chosen candidate, and what that hangs on."""
    alone = list(state.chosen.items())
    for alike in state.together:
        _minimize_alike(state, alike)
    for no, chosen in alone:
        if not _minimize(state, no, chosen.candidate):
            advance(state, state.block.entities[no])
    return state


def _minimize_alike(state: Release, alike: Alike) -> None:
    """The same for all that is alike, which has no other candidates; taken over where nothing about the recipient has to be asked."""
    members, shared = state.block.kinds[0][alike], state.shared
    key = alike, state.sight.keyed(next(iter(members.values()))).effect, state.terms.rules.enrichment
    known = shared.alike.get(key, {})
    state.chosen.update(known)
    for no, candidate in members.items():
        if no not in known:
            _minimize(state, no, candidate)
    if key not in shared.alike:
        shared.alike[key] = {no: chosen for no in members if (chosen := state.chosen.get(no)) is not None and chosen.common.free}


def advance(state: Release, entity: Entity, reason: str = "", *, minimize: bool = True, late: bool = False) -> bool:
    """Put the next candidate that may go out in place of the present one; False where there is none, and the present one stays.

    The reason that stands in the end is why the first candidate does not go out. `late` says that the present one failed where all else
    has to be looked at again, so a producer has MAX_LATE tries at the most.
    """
    if reason:
        state.reasons.setdefault(entity.no, reason)
    if late:
        state.late[entity.no, state.chosen[entity.no].candidate.producer] += 1
    for place in range(state.next.get(entity.no, 0), len(entity.candidates)):
        state.next[entity.no] = place + 1
        candidate = entity.candidates[place]
        if state.late and state.late[entity.no, candidate.producer] >= MAX_LATE:
            continue
        verdict = state.sight.verdict(candidate) or _revoked_since(state, entity, candidate)
        if verdict:
            state.reasons.setdefault(entity.no, verdict)
        elif not minimize:
            state.chosen[entity.no] = Chosen(candidate, candidate.current.value, Common())
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
    """What stands for an entity; taken over from the first recipient for whom the very same does."""
    way = state.sight.way(no, candidate)
    if _is_own(state, no, candidate, way):
        return _worked_out(state, no, candidate, way)
    shared = state.shared
    key = way.effect, state.terms.rules.enrichment
    known = shared.chosen.get(key)
    if known is not None and (not known.refs or mean_the_same(state, candidate, known.refs)):
        return known
    made = _worked_out(state, no, candidate, way)
    if known is None and way.effect in state.sight.shared.shown and mean_the_same(state, candidate, made.refs):
        shared.chosen[key] = made
        made.common.free = not made.refs and no not in state.block.witnesses
    return made


def _is_own(state: Release, no: int, candidate: Candidate, way: Way) -> bool:
    """Whether something goes into what stands for an entity that is of this recipient alone, references apart."""
    together = len(state.block.entities[no].candidates) > 1 and state.terms.rules.merged
    return bool(way.hidden) or together or candidate.current.value["type"] == "language-content"


def _worked_out(state: Release, no: int, candidate: Candidate, way: Way) -> Chosen:
    current = candidate.current
    value, changes, touched = state.sight.minimize_by(way, candidate)
    if value["type"] == "language-content" and state.sight.is_changed(candidate.producer, value["object_ref"], _translated(value)):
        reason = "closure-subject-withheld"
        raise BadInput(reason)
    if current.altered:
        changes = (*current.altered, *changes)
        touched |= {entry.partition("=")[0].split(".")[1] for entry in current.altered}
    if state.terms.rules.merged and (said := account(state.sight, state.block.entities[no], value)):
        value, changes = {**value, **said}, (*changes, *(f"{value['type']}.{name}=merge" for name in said))
        touched |= said.keys()
    if current.enrichment and state.terms.rules.enrichment and (findings := _findings(current.enrichment, touched)):
        value, changes = _annotate(value, findings), (*changes, "extensions.enrichment=add")
        touched |= {"extensions"}
    return Chosen(candidate, value, Common(), changes, touched, *hangs(state, candidate, value, touched))


def _translated(value: Mapping[str, Any]) -> frozenset[str]:
    """Names of the properties that a language-content translates (§7.1)."""
    return frozenset(name for texts in value["contents"].values() for name in texts)


def _findings(enrichment: bytes, touched: frozenset[str]) -> list[Any]:
    """What enrichment has found, but not of properties that the recipient does not see as they came."""
    return [finding for finding in orjson.loads(enrichment) if finding["path"].partition(".")[0] not in touched]


def _annotate(value: Mapping[str, Any], findings: list[Any]) -> dict[str, Any]:
    extension = {"extension_type": "property-extension", "findings": findings}
    return {**value, "extensions": {**value.get("extensions", {}), ENRICHMENT_EXTENSION: extension}}
