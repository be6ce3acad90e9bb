"""Stop what a second look at the final bytes objects to, and what hangs on it."""

from __future__ import annotations

from schemas.ids import uuid_of
from transforms.guard import Owners, Seen, guard
from transforms.release.choose import advance
from transforms.release.closing import close_block
from transforms.release.state import Release
from transforms.second_look import Look, stopped_by_quotes


def guard_block(state: Release, owners: Owners, look: Look) -> Release:
    """Stop what a second look at the final bytes objects to, and close again, until nothing is found.

    It looks at all that is chosen, not only at what is stated now: what hangs on something that the guard stops must go with it.
    """
    while True:
        bodies = {no: _bodies(state, no) for no in state.chosen}
        seen = {no: _look(state, no, parts, look) for no, parts in bodies.items()}
        stopped = {no: found.reason for no, found in seen.items() if found.reason}
        stopped |= stopped_by_quotes(state.sight, state.reasons, state.chosen, bodies)
        allowed = {uuid_of(out.object_id) for out in state.outgoing.values()} | {uuid_of(state.terms.hub.identity)}
        allowed |= {uuid_of(chosen.candidate.source_id) for no, chosen in state.chosen.items() if no not in state.outgoing}
        producers = {no: chosen.candidate.producer for no, chosen in state.chosen.items()}
        mentioned = {no: found.uuids for no, found in seen.items()}
        stopped |= dict.fromkeys(guard(mentioned, producers, allowed, owners), "guard-withheld-id")
        if not stopped:
            return state
        for no, reason in stopped.items():
            state.stopped.append((state.chosen[no].candidate, reason))
            if not advance(state, state.block.entities[no], reason, late=True):
                state.chosen.pop(no, None)
        close_block(state)


def _look(state: Release, no: int, bodies: tuple[bytes, ...], look: Look) -> Seen:
    """What is found in the bytes of an entity, all versions together: the first reason, and every UUID."""
    chosen, out = state.chosen[no], state.outgoing.get(no)
    identifier = chosen.candidate.source_id if out is None else out.object_id
    anonymous = state.sight.judge(chosen.candidate).anonymous
    if len(bodies) == 1:
        return look(bodies[0], identifier, anonymous)
    found = [look(body, identifier, anonymous) for body in bodies]
    return Seen(next((one.reason for one in found if one.reason), ""), frozenset().union(*(one.uuids for one in found)))


def _bodies(state: Release, no: int) -> tuple[bytes, ...]:
    """The bytes with which an entity goes out, or would, were it stated now."""
    out = state.outgoing.get(no)
    return (state.chosen[no].candidate.current.body,) if out is None else out.bodies
