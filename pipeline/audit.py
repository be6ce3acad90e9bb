"""The audit records: what was decided of each entity for each recipient, when, under which rules. No value of a feed is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing

from pydantic import BaseModel

from pipeline.hub import Hub
from pipeline.store.audit_entries import Entry
from pipeline.store.audit_queries import Applied, applied, handles_of, recipients_of
from pipeline.store.catalogue_queries import entities_of, meaning_of, moved_from
from pipeline.store.view_queries import open_views
from schemas.errors import ConfigError
from transforms.statement import Result, handle_of, result_of


class AuditRecord(BaseModel):
    """One decision that changed what stands for a recipient.

    in_digest: keyed digest of the bytes that came in, '' where nothing stands behind it · out_id: the id that the recipient sees, or ''
    stated: put, revoke or withdraw · decision: the same as one of the five results
    """

    slot: str
    recipient: str
    handle: str
    in_digest: str
    out_id: str
    stated: str
    decision: Result
    reason: str
    policy: str
    agreements: list[str]
    legal_basis: list[str]
    purposes: list[str]
    transforms: list[str]
    actor: str
    originator_grant: str


def audit(hub: Hub, recipient: str | None = None, object_id: str | None = None, since: str = "") -> Iterator[AuditRecord]:
    """The records, the oldest first; of one recipient, of one object (a producer's id, or one that a recipient sees or has seen), or
    from a slot on. Raises ConfigError where nobody has heard of the recipient or the object.
    """
    if not hub.views_path.exists():
        return
    with open_views(hub.views_path) as views:
        known = recipients_of(views)
        if recipient is not None and recipient not in known:
            message = f"--for: {recipient} has no view; those that have one are {', '.join(known) or 'none'}"
            raise ConfigError(message)
        wanted = None
        if object_id is not None:
            wanted = {name: _handles(hub, name, object_id) | handles_of(views, name, object_id) for name in known}
            if not any(wanted.values()):
                message = "--object: the catalogue has no such object, and no recipient has seen it"
                raise ConfigError(message)
        for item in applied(views, recipient, since):
            yield from (_record(item, entry) for entry in item.entries if _is_of(wanted, item.recipient, entry))


def _is_of(wanted: Mapping[str, frozenset[bytes]] | None, recipient: str, entry: Entry) -> bool:
    return wanted is None or bytes.fromhex(entry.handle) in wanted[recipient]


def _handles(hub: Hub, recipient: str, source_id: str) -> frozenset[bytes]:
    """What a recipient's view calls that which a producer's id means, or has meant."""
    if not hub.catalogue_path.exists():
        return frozenset()
    with closing(hub.open_reader()) as reader:
        entities = {*entities_of(reader, source_id), *moved_from(reader, source_id)}
        key = hub.keys.derive("handle", recipient)
        return frozenset(handle_of(key, meaning_of(reader, entity)[1]) for entity in entities)


def _record(item: Applied, entry: Entry) -> AuditRecord:
    return AuditRecord(
        slot=item.slot,
        recipient=item.recipient,
        handle=entry.handle,
        in_digest=entry.source,
        out_id=entry.object_id,
        stated=entry.decision,
        decision=result_of(entry.decision, entry.reason),
        reason=entry.reason,
        policy=item.policy,
        agreements=_listed(item.agreements),
        legal_basis=_listed(item.legal_basis),
        purposes=_listed(item.purposes),
        transforms=list(entry.transforms),
        actor=item.actor,
        originator_grant=entry.grant,
    )


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []
