"""The audit of the server: one line for every request, the metrics, and the delivery record (TAXII 2.1, Appendix B: log access)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline.observe import FrequentEvents
from pipeline.server.delivery import Deliveries
from pipeline.server.metrics import Metrics
from pipeline.server.responses import date_added

READ, WRITE, DELETE = "read", "write", "delete"

DELIVERING = frozenset(("objects", "object"))
"""The endpoints whose answers hold objects; a manifest delivers none."""

_log = FrequentEvents("tearline.audit")


class AuditEvent(NamedTuple):
    """One answered request: who did what to which collection, and how much of it.

    `partner` is None for a stranger. `collection` is the id, empty where the request names none that the partner may know of.
    `first` and `last` are the date_added of the first and last record, in microseconds since 1970. `size` is in bytes as sent.
    """

    partner: str | None
    action: str
    endpoint: str
    status: int
    collection: str = ""
    records: int = 0
    first: int | None = None
    last: int | None = None
    size: int = 0
    seconds: float = 0.0


class Audit:
    """Takes every answered request. `now` gives the time of day in microseconds since 1970.

    The line is written at once, so that a crash loses none; the delivery record is written behind (pipeline.server.delivery).
    """

    def __init__(self, metrics: Metrics, now: Callable[[], int], deliveries: Deliveries | None = None) -> None:
        self._metrics = metrics
        self._now = now
        self._deliveries = deliveries

    def record(self, event: AuditEvent) -> None:
        """Write the line, count, and note what was delivered."""
        partner, action, endpoint, status, collection, records, first, last, size, seconds = event
        self._metrics.answered(endpoint, status, seconds, size)
        told = {} if first is None or last is None else {"first": date_added(first), "last": date_added(last)}
        now = self._now()
        _log.info(
            "request",
            now,
            endpoint=endpoint,
            status=status,
            partner=partner,
            action=action,
            collection=collection,
            records=records,
            bytes=size,
            ms=round(seconds * 1000, 1),
            **told,
        )
        if partner is None or status >= 300:
            return
        self._metrics.moved(partner, action, records, now / 1e6)
        if self._deliveries is not None and action == READ and endpoint in DELIVERING and size:  # HEAD delivers nothing
            self._deliveries.note(partner, collection, records, last)
