"""What waits for a person: listed, and shown to the operator with its source. Nothing here lets it go, and no time does.

Whoever decides on it one day does so in a review queue; this is the list that such a queue begins with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from pipeline.behind import Behind, behind_handles
from pipeline.hub import Hub
from pipeline.sharing_files import SharingFiles
from pipeline.store.audit_queries import Waiting, recipients_of, waiting
from pipeline.store.catalogue_queries import meaning_of, sources_of
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.view_queries import open_views
from schemas.errors import BadInput, ConfigError
from schemas.reasons import HOLD
from transforms.release import release
from transforms.terms import Terms


class HeldObject(BaseModel):
    """One thing that waits. Its type and its sources are '' and empty where the catalogue has it no more."""

    recipient: str
    handle: str
    reason: str
    since: str
    type: str = ""
    sources: list[str] = []


class HeldSource(BaseModel):
    """One contribution to it, as it came; `outcome` and `place` are what the rules say of it now."""

    producer: str
    source_id: str
    feed: str
    outcome: str
    place: str
    object: dict[str, Any]


class HeldShown(HeldObject):
    """The same with everything that a person needs to look at. What it holds is content of a feed."""

    meaning: str
    found: list[HeldSource]


def list_held(hub: Hub, recipient: str | None = None, reason: str | None = None) -> Sequence[HeldObject]:
    """What waits now. Raises ConfigError for a reason that holds nothing back, or a recipient without a view."""
    if reason is not None and reason not in HOLD:
        message = f"--reason: {reason} holds nothing back; those that do are {', '.join(HOLD)}"
        raise ConfigError(message)
    rows = _waiting(hub, recipient, (reason,) if reason else tuple(HOLD))
    return [
        item for name in dict.fromkeys(row.recipient for row in rows) for item in _listed(hub, [r for r in rows if r.recipient == name])
    ]


def show_held(hub: Hub, files: SharingFiles, handle: str, recipient: str, now: datetime) -> HeldShown:
    """One of them, with its sources. Raises ConfigError where nothing waits under this handle, or the recipient has no policy."""
    terms = hub.terms(files, now).get(recipient)
    row = next((row for row in _waiting(hub, recipient, tuple(HOLD)) if row.handle.hex() == handle.lower()), None)
    if row is None or terms is None:
        message = f"nothing waits for {recipient} under this handle; `tearline held list` shows what does"
        raise ConfigError(message)
    with closing(hub.open_reader()) as reader:
        behind = behind_handles(reader, terms.secrets.handle_key, [row.handle]).get(row.handle)
        listed = _held(reader, row, behind)
        found = list(_sources(reader, terms, behind.entity)) if behind is not None else []
    return HeldShown(**listed.model_dump(), meaning=HOLD[row.reason], found=found)


def _waiting(hub: Hub, recipient: str | None, reasons: tuple[str, ...]) -> list[Waiting]:
    if not hub.views_path.exists():
        return []
    with open_views(hub.views_path) as views:
        known = recipients_of(views)
        if recipient is not None and recipient not in known:
            message = f"--for: {recipient} has no view; those that have one are {', '.join(known) or 'none'}"
            raise ConfigError(message)
        return list(waiting(views, reasons, recipient))


def _listed(hub: Hub, rows: Sequence[Waiting]) -> Iterator[HeldObject]:
    """Rows of one recipient, with what stands behind them."""
    with closing(hub.open_reader()) as reader:
        behind = behind_handles(reader, hub.keys.derive("handle", rows[0].recipient), [row.handle for row in rows])
        for row in rows:
            yield _held(reader, row, behind.get(row.handle))


def _held(reader: CatalogueReader, row: Waiting, behind: Behind | None) -> HeldObject:
    known = HeldObject(recipient=row.recipient, handle=row.handle.hex(), reason=row.reason, since=row.since)
    if behind is None:
        return known
    sources = [f"{producer}: {source}" for producer, source, *_ in sources_of(reader, behind.entity)]
    return known.model_copy(update={"type": meaning_of(reader, behind.entity)[0], "sources": sources})


def _sources(reader: CatalogueReader, terms: Terms, entity: int) -> Iterator[HeldSource]:
    """The contributions that could stand for an entity, each with what the deciding code says of it."""
    block = reader.block([entity])
    state = release(block, terms, reader.owners)
    for candidate in block.entities[entity].candidates:
        outcome, place = state.sight.verdict(candidate), ""
        if not outcome:
            try:
                state.sight.minimize(entity, candidate)
            except BadInput as error:
                outcome, place = error.reason, error.path
        yield HeldSource(
            producer=candidate.producer,
            source_id=candidate.source_id,
            feed=candidate.current.feed,
            outcome=outcome,
            place=place,
            object=candidate.current.value,
        )
