"""State the outcome of each entity."""

from __future__ import annotations

from transforms.release.sightings import aggregate
from transforms.release.state import Release
from transforms.statement import Decision, Statement, handle_of, keyed_digest


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
        revoked = candidate.current.revoked
        decision: Decision = "revoke" if revoked else "put"
        reason = "revoked" if revoked else out.reason
        source, grant = _source(state, candidate.current.digest), state.sight.judge(candidate).grant
        object_id, bodies, digest, changes, _ = out
        statements.append(Statement(handle, decision, reason, entity.change, object_id, digest, bodies, changes, source, grant))
    return statements + aggregate(state)


def _source(state: Release, digest: bytes) -> bytes:
    """What the audit calls the bytes that came in."""
    return keyed_digest(state.terms.secrets.handle_key, digest) if digest else b""
