"""Remove what would dangle, then give each object that stays its final bytes, until nothing changes."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.errors import BadInput
from transforms.chosen import Chosen
from transforms.close import close
from transforms.release.choose import advance
from transforms.release.state import Release
from transforms.shape import see, shape


def close_block(state: Release) -> Release:
    """Remove what would dangle, then give each object that stays its final bytes."""
    while not _close_once(state):
        pass
    return state


def _close_once(state: Release) -> bool:
    """One round of closing and shaping; False where an object failed on the way, so that what hangs on it must be closed again."""
    while True:
        standing, gone = _close(state)
        advanced = [advance(state, state.block.entities[no], reason) for no, reason in gone.items()]
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
        if not advance(state, state.block.entities[no], reason, late=True):
            state.chosen.pop(no, None)
    return not failed


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
