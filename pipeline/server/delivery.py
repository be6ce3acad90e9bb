"""The delivery record of each partner: counted in memory by the requests, written once a second by a thread of its own.

A crash costs at most the last second of the record, and nothing of what partners read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from pipeline.store.deliveries import Delivery, DeliveryStore
from schemas.errors import StoreBusy

FLUSH_SECONDS = 1.0

MAX_PENDING = 10_000
"""Pairs of partner and collection between two writes. There are as many as collections exist; more are left out, and counted."""

_log = structlog.get_logger("tearline.server")

Key = tuple[str, str]


class Deliveries:
    """Collects what was delivered and writes it to `path` every FLUSH_SECONDS, from `start` until `close`.

    `now` gives microseconds since 1970. `note` is called from one thread, the event loop.
    """

    def __init__(self, path: Path, now: Callable[[], int]) -> None:
        self.lost = 0
        """Reads that were not recorded, because MAX_PENDING was reached."""
        self.failed = 0
        """Writes that did not succeed; what they held is tried again."""
        self._now = now
        self._store = DeliveryStore(path)
        self._pending: dict[Key, Delivery] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self.flush()
        self._store.close()

    def note(self, partner: str, collection: str, objects: int, last: int | None) -> None:
        """One page of `objects` was sent; `last` is the date_added of its last object, None where it was empty."""
        now = self._now()
        made = Delivery(partner, collection, 1, objects, last, last, now, now)
        with self._lock:
            known = self._pending.get((partner, collection))
            if known is None and len(self._pending) >= MAX_PENDING:
                self.lost += 1
                return
            self._pending[partner, collection] = made if known is None else _sum(known, made)

    def flush(self) -> None:
        """Write what is pending; what cannot be written stays pending."""
        with self._lock:
            pending, self._pending = self._pending, {}
        if not pending:
            return
        try:
            self._store.add(pending.values())
        except StoreBusy:
            self.failed += 1
            if self.failed == 1:
                _log.warning("deliveries cannot be written", hint="the store is locked or its disk is full; they are kept in memory")
            with self._lock:
                for key, later in self._pending.items():
                    pending[key] = _sum(pending[key], later) if key in pending else later
                self._pending = pending

    @property
    def pending(self) -> int:
        """Pairs of partner and collection that wait to be written."""
        return len(self._pending)

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            self.flush()


def _sum(earlier: Delivery, later: Delivery) -> Delivery:
    """Both as one: counts add up, the later position stands."""
    ends = [newest for newest in (earlier.newest, later.newest) if newest is not None]
    return Delivery(
        earlier.partner,
        earlier.collection,
        earlier.requests + later.requests,
        earlier.objects + later.objects,
        earlier.position if later.position is None else later.position,
        max(ends, default=None),
        earlier.first_time,
        later.last_time,
    )
