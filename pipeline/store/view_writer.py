"""Views for the publisher: apply statements to a recipient's collection, each message wholly in one transaction.

The transaction writes object bytes, records, members, the audit row and the consumed offset. `date_added` is assigned in it: strictly
rising and unique in a collection, so that paging by `next` and by `added_after` both see everything once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.clock import Clock
from pipeline.failpoints import failpoint
from pipeline.store.sqlite import transaction
from pipeline.store.view_collections import ApiRootSpec, CollectionSpec, configure
from pipeline.store.view_delete import deleted, lift
from pipeline.store.view_seed import seed
from pipeline.store.view_work import Effects, Work
from pipeline.store.views_schema import open_views
from schemas.timestamps import to_micros
from transforms.bundle import Ledger


class Delivery(NamedTuple):
    """A partner message with its place in the topic."""

    topic: str
    partition: int
    offset: int
    ledger: Ledger


class ViewWriter:
    """Writes views.db."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._connection = open_views(path)
        self._clock = clock
        self._configured = ""

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def ensure_collection(self, identifier: str, partner: str, title: str, alias: str | None = None) -> int:
        """The number of a partner's collection, made if it is not there; its alias is the partner's id unless another is given."""
        with transaction(self._connection) as db:
            db.execute(
                "INSERT INTO collection (id, alias, partner, title) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET title = excluded.title WHERE title <> excluded.title",
                (identifier, alias or partner, partner, title),
            )
            number: int = db.execute("SELECT no FROM collection WHERE id = ?", (identifier,)).fetchone()[0]
        return number

    def consumed(self, topic: str) -> dict[int, int]:
        """Partition -> next offset to apply."""
        return dict(self._connection.execute("SELECT partition, next FROM consumed WHERE topic = ?", (topic,)))

    def apply(self, collection: int, messages: Sequence[Delivery]) -> Effects:
        """Apply messages in order, in one transaction; what is older than what the view has, or equal to it, changes nothing."""
        effects: Effects = Counter()
        failpoint("publish.before_begin")
        with transaction(self._connection) as db:
            for message in messages:
                work = Work(db, collection, to_micros(self._clock()), message.ledger)
                work.apply_all()
                failpoint("publish.mid_transaction")
                work.finish(message.topic, message.partition, message.offset)
                effects += work.effects
        failpoint("publish.after_commit")
        return effects

    def configure(self, roots: Sequence[ApiRootSpec], specs: Sequence[CollectionSpec]) -> None:
        """Bring the API roots and saved collections to what the configuration says; nothing is written where they are so already."""
        state = repr((roots, specs, self._connection.execute("SELECT no, partner FROM collection WHERE kind = 'view'").fetchall()))
        if state == self._configured:
            return
        with transaction(self._connection) as db:
            configure(db, roots, specs, to_micros(self._clock()))
        self._configured = state

    def deleted(self, partner: str, before: int) -> set[str]:
        """Ids of the objects of which a partner has deleted versions from its view before a moment, in microseconds."""
        return deleted(self._connection, partner, before)

    def lift(self, partner: str, sent: Iterable[tuple[str, str]], before: int) -> None:
        """Forget deletions before a moment: the partner has sent these (id, version key) anew."""
        with transaction(self._connection) as db:
            lift(db, partner, sent, before)

    def seed(self, name: str, items: Iterable[tuple[int, bytes]]) -> int:
        """Put (date_added in microseconds, object bytes) into an empty collection; returns how many. Raises ConfigError."""
        with transaction(self._connection) as db:
            return seed(db, name, items, to_micros(self._clock()))

    def import_objects(self, collection: int, bodies: Sequence[bytes]) -> None:
        """Put objects into a collection as they are: for servers that hold feeds rather than views."""
        with transaction(self._connection) as db:
            work = Work(db, collection, to_micros(self._clock()), Ledger("", "", "", None, ()))
            for body in bodies:
                work.add_record(body)
            work.save_sequence()
