"""Questions that operators ask of the decisions in the views: the audit, who has had an id, and what is held."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from pipeline.store.audit_entries import Entry, read_entries
from pipeline.store.view_queries import handle_of_object


class Applied(NamedTuple):
    """One message as a view applied it: who, when and under which rules; agreements, grounds and purposes with commas between them."""

    recipient: str
    slot: str
    policy: str
    agreements: str
    legal_basis: str
    purposes: str
    actor: str
    entries: Sequence[Entry]


class Waiting(NamedTuple):
    """A member of a view that waits for a person."""

    recipient: str
    handle: bytes
    reason: str
    since: str


def recipients_of(views: sqlite3.Connection) -> Sequence[str]:
    """Everybody who has a view."""
    return [name for (name,) in views.execute("SELECT partner FROM collection WHERE kind = 'view' ORDER BY partner")]


def applied(views: sqlite3.Connection, recipient: str | None = None, since: str = "") -> Iterator[Applied]:
    """The messages that were applied, the oldest first; since: a slot, as text."""
    rows = views.execute(
        "SELECT collection.partner, audit.slot, policy, agreements, legal_basis, purposes, actor, entries"
        " FROM audit JOIN collection ON collection.no = audit.collection"
        " WHERE (?1 IS NULL OR collection.partner = ?1) AND audit.slot >= ?2 ORDER BY audit.no",
        (recipient, since),
    )
    for *head, entries in rows:
        yield Applied._make((*head, read_entries(entries)))


def handles_of(views: sqlite3.Connection, recipient: str, object_id: str) -> frozenset[bytes]:
    """The handles behind an id that a recipient sees, or, where it sees it no more, has seen."""
    now = handle_of_object(views, recipient, object_id)
    if now is not None:
        return frozenset((now,))
    return frozenset(
        bytes.fromhex(entry.handle) for item in applied(views, recipient) for entry in item.entries if entry.object_id == object_id
    )


def waiting(views: sqlite3.Connection, reasons: Collection[str], recipient: str | None = None) -> Iterator[Waiting]:
    """What waits for a person for one of some reasons, by recipient and since when."""
    marks = ",".join("?" * len(reasons))
    rows = views.execute(
        "SELECT collection.partner, member.handle, word.text, coalesce(audit.slot, '') AS slot FROM member"  # noqa: S608 - marks
        " JOIN collection ON collection.no = member.collection JOIN word ON word.no = member.reason"
        " LEFT JOIN audit ON audit.no = member.audit"
        f" WHERE word.text IN ({marks}) AND (? IS NULL OR collection.partner = ?) ORDER BY collection.partner, slot, member.handle",
        (*reasons, recipient, recipient),
    )
    yield from (Waiting(*row) for row in rows)
